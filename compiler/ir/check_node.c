/* SPDX-License-Identifier: Apache-2.0
 *
 * The nodes of typed conditions. Each carries its depth and its size with all defines written out:
 * defines are shared, so a few lines of policy can stand for a tree that nobody could walk, and
 * whoever walks one later (the plain evaluator does) must not have to count first. */
#include "ir/check_internal.h"

static bool too_big(struct check *c, struct span span, const struct check_node *node)
{
	if (node->depth > CHECK_LIMIT(condition_depth))
		diag_error(c->d, "VC016", span, "the condition is more than %zu levels deep",
			   CHECK_LIMIT(condition_depth));
	else if (node->size > CHECK_LIMIT(condition_size))
		diag_error(c->d, "VC016", span, "the condition stands for more than %zu tests",
			   CHECK_LIMIT(condition_size));
	else
		return false;
	return true;
}

static struct cond *new_cond(struct check *c, enum cond_kind kind, struct span span)
{
	struct cond *cond = ARENA_NEW(c->arena, struct cond);

	cond->kind = kind;
	cond->span = span;
	cond->tier = -1;
	return cond;
}

static bool pins_inspector(const struct atom *atom)
{
	if (atom->field != FIELD_product || atom->test != TEST_IN || atom->negated)
		return false;
	for (size_t i = 0; i < atom->n; i++)
		if (!str_is(atom->values[i].str, "Inspector"))
			return false;
	return true;
}

struct check_node check_leaf(struct check *c, const struct atom *atom)
{
	struct cond *cond = new_cond(c, COND_ATOM, atom->span);

	cond->atom = atom;
	return (struct check_node){
		.cond = cond, .depth = 1, .size = 1, .inspector = pins_inspector(atom)};
}

struct check_node check_constant(struct check *c, struct span span, bool truth)
{
	struct cond *cond = new_cond(c, COND_CONST, span);

	cond->truth = truth;
	return (struct check_node){.cond = cond, .depth = 1, .size = 1};
}

struct check_node check_tier_is(struct check *c, struct span span, int tier)
{
	struct cond *cond = new_cond(c, COND_TIER, span);

	cond->tier = tier;
	return (struct check_node){.cond = cond, .depth = 1, .size = 1};
}

/* Gives the condition its kids; NULL when one of them is none, or they are too many. */
static struct cond *join(struct check *c, struct cond *cond, const struct check_node *kids,
			 size_t n, struct check_node *node)
{
	const struct cond **conds = ARENA_ARRAY(c->arena, const struct cond *, n);

	bool all = n > 0, some = false;

	*node = (struct check_node){.depth = 1, .size = 1};
	for (size_t i = 0; i < n; i++) {
		if (!kids[i].cond)
			return NULL;
		conds[i] = kids[i].cond;
		all &= kids[i].inspector;
		some |= kids[i].inspector;
		node->size += kids[i].size;
		if (node->depth <= kids[i].depth)
			node->depth = kids[i].depth + 1;
	}
	if (too_big(c, cond->span, node))
		return NULL;
	node->inspector = (cond->kind == COND_AND && some) || (cond->kind == COND_OR && all);
	cond->kids = conds;
	cond->n = n;
	return cond;
}

struct check_node check_join(struct check *c, enum cond_kind kind, struct span span,
			     const struct check_node *kids, size_t n)
{
	struct check_node node;

	node.cond = join(c, new_cond(c, kind, span), kids, n, &node);
	return node;
}

struct check_node check_any(struct check *c, struct span span, enum group group,
			    struct check_node kid)
{
	struct cond *cond = new_cond(c, COND_ANY, span);
	struct check_node node;

	cond->group = group;
	node.cond = join(c, cond, &kid, 1, &node);
	return node;
}

struct check_node check_negate(struct check *c, struct span span, struct check_node kid)
{
	return check_join(c, COND_NOT, span, &kid, 1);
}

/* The root of a define: the same condition under its name. */
struct check_node check_named(struct check *c, struct check_node node, struct str name)
{
	struct cond *cond;

	if (!node.cond)
		return node;
	cond = ARENA_NEW(c->arena, struct cond);
	*cond = *node.cond;
	cond->define = name;
	node.cond = cond;
	return node;
}
