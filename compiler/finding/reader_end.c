/* SPDX-License-Identifier: Apache-2.0
 *
 * What a document's values say about others, when all of them are read. */
#include "finding/asff_internal.h"
#include "finding/reader_internal.h"

/* Most elements end with nothing to do, and that should cost next to nothing. */
#define APART __attribute__((noinline))

static void fill(struct fval *value, const struct fval *other)
{
	if (value->kind == FVAL_ABSENT)
		*value = *other;
}

static void fill_text(const struct reader *r, struct element *element, enum field_id field,
		      struct str text)
{
	struct fval value = {.kind = FVAL_STRING, .str = text};

	fill(&element->values[r->slot[field]], &value);
}

/* On a resource of the right type the id is the value of another field, or holds it. */
static APART void end_resource(const struct reader *r, const struct tree *tree,
			       struct element *resource)
{
	static const enum field_id ids[] = {FIELD_ec2_instance, FIELD_lambda_name};
	const struct fval *type = &resource->values[r->slot[FIELD_resource_type]];
	const struct fval *id = &resource->values[r->slot[FIELD_resource_id]];
	struct fval *repository = &resource->values[r->slot[FIELD_repository]];
	struct fval *digest = &resource->values[r->slot[FIELD_image_digest]];

	if (type->kind != FVAL_STRING || id->kind != FVAL_STRING)
		return;
	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		struct str owner = r->owners[tree->layout][ids[i]];

		/* An ARN is no name: findings of the preview of Security Hub V2 had one there. */
		if (owner.len && tree->wanted[ids[i]] && str_eq(type->str, owner) &&
		    !str_starts(id->str, STR("arn:")))
			fill(&resource->values[r->slot[ids[i]]], id);
	}
	if (((repository->kind == FVAL_ABSENT && tree->wanted[FIELD_repository]) ||
	     (digest->kind == FVAL_ABSENT && tree->wanted[FIELD_image_digest])) &&
	    str_eq(type->str, r->image_type))
		asff_image(id->str, repository, digest);
}

static APART void end_late(const struct tree *tree, struct element *element)
{
	for (unsigned i = 0; i < tree->n_late; i++) {
		const struct late *late = &tree->late[i];

		if (late->role == ROLE_ELSE && late->group == element->group)
			fill(&element->values[late->to], &element->values[late->slot]);
	}
}

void reader_end_element(const struct reader *r, const struct tree *tree, struct element *element)
{
	if (tree->waits[element->group])
		end_late(tree, element);
	if (element->group == GROUP_RESOURCE)
		end_resource(r, tree, element);
}

/* What the document says of its resources. */
static void spread(const struct tree *tree, struct element *root)
{
	for (unsigned i = 0; i < tree->n_late; i++) {
		const struct late *late = &tree->late[i];
		size_t n = root->n_children[GROUP_RESOURCE];

		if (late->role != ROLE_FIRST && late->role != ROLE_EVERY)
			continue;
		if (late->role == ROLE_FIRST && n > 1)
			n = 1;
		for (size_t k = 0; k < n; k++)
			fill(&root->children[GROUP_RESOURCE][k]->values[late->to],
			     &root->values[late->slot]);
	}
}

/* The first n parts of an ARN, if there are more. */
static bool cut_arn(struct str arn, struct str *parts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t end = 0;

		while (end < arn.len && arn.ptr[end] != ':')
			end++;
		if (end == arn.len)
			return false;
		parts[i] = str_slice(arn, 0, end);
		arn = str_slice(arn, end + 1, arn.len);
	}
	return str_is(parts[0], "arn");
}

/* The finding's own ARN has what the resource does not say ("N/A" in a recorded finding of 2021),
 * and what makes the ARN of Inspector as a product. */
static void fill_from_arn(const struct reader *r, struct arena *arena, const struct tree *tree,
			  struct element *root)
{
	const struct fval *id = &root->values[r->slot[FIELD_finding_id]];
	struct str parts[4];

	if (id->kind != FVAL_STRING || !cut_arn(id->str, parts, ARRAY_LEN(parts)))
		return;
	if (parts[3].len)
		fill_text(r, root, FIELD_region, parts[3]);
	if (tree->wanted[FIELD_product_arn])
		fill_text(r, root, FIELD_product_arn,
			  str_printf(arena,
				     "arn:" STR_FMT ":securityhub:" STR_FMT
				     "::product/aws/inspector",
				     STR_ARG(parts[1]), STR_ARG(parts[3])));
}

static void set_workflow(const struct reader *r, struct element *root)
{
	root->values[r->slot[FIELD_workflow]] =
		(struct fval){.kind = FVAL_WORD, .word = WORKFLOW_NEW, .str = STR("NEW")};
}

/* As Security Hub would first import it (semantics.md §1); the texts as on all its findings. */
static void import(const struct reader *r, struct arena *arena, const struct tree *tree,
		   struct element *root)
{
	fill_text(r, root, FIELD_product, STR("Inspector"));
	fill_text(r, root, FIELD_generator, STR("AWSInspector"));
	fill_from_arn(r, arena, tree, root);
	set_workflow(r, root);
}

static struct element *original_of(const struct reader *r, struct arena *arena,
				   const struct tree *tree, const struct element *root)
{
	static const enum field_id customer[] = {FIELD_note, FIELD_verification};
	struct element *original = ARENA_NEW(arena, struct element);
	size_t n = tree->slots[GROUP_FINDING];
	bool given[FIELD_COUNT] = {false};

	*original = *root;
	original->values = arena_regrow(arena, root->values, n * sizeof *root->values, n,
					sizeof *root->values);
	original->map = NULL;
	original->n_map = 0;
	for (size_t i = 0; i < ARRAY_LEN(customer); i++)
		original->values[r->slot[customer[i]]] = (struct fval){.kind = FVAL_ABSENT};
	set_workflow(r, original);
	for (unsigned i = 0; i < tree->n_late; i++) {
		const struct late *late = &tree->late[i];
		const struct fval *own = &root->values[late->slot];

		if (late->role != ROLE_ORIGINAL || own->kind == FVAL_ABSENT || given[late->field])
			continue;
		original->values[late->to] = *own;
		given[late->field] = true;
	}
	return original;
}

void reader_end_document(const struct reader *r, struct arena *arena, const struct tree *tree,
			 struct finding *finding)
{
	struct element *root = finding->root;

	reader_end_element(r, tree, root);
	spread(tree, root);
	if (tree->layout == LAYOUT_INSPECTOR)
		import(r, arena, tree, root);
	finding->original = tree->original ? original_of(r, arena, tree, root) : root;
}
