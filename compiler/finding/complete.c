/* SPDX-License-Identifier: Apache-2.0
 *
 * A record of a few chosen values made into a finding that can exist. What is filled in is the same
 * on every run and marked as invented: AWS's example account, a digest that counts. */
#include "finding/asff_internal.h"

#include "base/civil.h"
#include "base/vec.h"
#include "model/region.h"

#define EXAMPLE_ACCOUNT "111122223333"
#define EXAMPLE_REGION "us-east-1"
#define EXAMPLE_REPOSITORY "example/app"
#define EXAMPLE_HEX32 "0123456789abcdef0123456789abcdef"
#define EXAMPLE_INSTANT (INT64_C(1767225600) * NS_PER_SECOND) /* 2026-01-01T00:00:00Z */

struct completion {
	struct arena *arena;
	struct element *root;
	const bool *fixed;
	bool inspector;
	struct str account, region, partition;
};

/* Of a region that no partition has: `aws`. */
static struct str partition_of(struct str region)
{
	int index = region_find(region);

	return index < 0 ? STR("aws") : str_from(regions[index].partition);
}

static bool is_free(const struct completion *c, struct element *element, enum field_id id)
{
	return element_value(element, id)->kind == FVAL_ABSENT && !(c->fixed && c->fixed[id]);
}

static void fill(const struct completion *c, struct element *element, enum field_id id,
		 struct str text)
{
	struct fval value = {.kind = FVAL_STRING, .str = text};

	if (!is_free(c, element, id))
		return;
	if (fields[id].type == TYPE_ENUM) {
		value.kind = FVAL_WORD;
		value.word = vocabulary_find_asff(fields[id].words, text);
	}
	*element_value(element, id) = value;
}

/* The text that stands there, else the one given. */
static struct str text_or(struct element *element, enum field_id id, struct str other)
{
	const struct fval *value = element_value(element, id);

	return value->kind == FVAL_STRING ? value->str : other;
}

/* --- the resource --- */

static struct str canonical(const struct vocabulary *words, unsigned word)
{
	return str_from(vocabulary_canonical(words, word));
}

/* The kind of resource that the fields and lists already there live on. */
static struct str resource_kind(const struct completion *c, struct element *resource)
{
	static const struct {
		enum habitat habitat;
		enum resource_word word;
	} kinds[] = {
		{HABITAT_IMAGE, RESOURCE_ECR_IMAGE},
		{HABITAT_INSTANCE, RESOURCE_EC2_INSTANCE},
		{HABITAT_FUNCTION, RESOURCE_LAMBDA_FUNCTION},
		{HABITAT_CODE_REPOSITORY, RESOURCE_CODE_REPOSITORY},
	};

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		for (unsigned id = 0; id < FIELD_COUNT; id++) {
			enum group group = fields[id].group;

			if (fields[id].habitat != kinds[i].habitat)
				continue;
			if (group == GROUP_RESOURCE
				    ? element_value(resource, id)->kind != FVAL_ABSENT
				    : resource->n_children[group] > 0)
				return canonical(&vocabulary_resource_type, kinds[i].word);
		}
	return c->inspector ? canonical(&vocabulary_resource_type, RESOURCE_ECR_IMAGE)
			    : STR("Other");
}

/* An image without a repository or a digest by choice gets an id that does not tell one either. */
static struct str image_id(const struct completion *c, struct element *image)
{
	struct str repository = text_or(image, FIELD_repository, STR(""));
	struct str digest = text_or(image, FIELD_image_digest, STR(""));
	const char *name_slash = repository.len ? "/" : "", *digest_slash = digest.len ? "/" : "";

	return str_printf(c->arena,
			  "arn:" STR_FMT ":ecr:" STR_FMT ":" STR_FMT ":repository%s" STR_FMT
			  "%s" STR_FMT,
			  STR_ARG(c->partition), STR_ARG(c->region), STR_ARG(c->account),
			  name_slash, STR_ARG(repository), digest_slash, STR_ARG(digest));
}

static struct str resource_id(const struct completion *c, struct element *resource, int word)
{
	const char *service = "s3", *kind = "example";
	struct str name = STR("");

	if (word == RESOURCE_ECR_IMAGE)
		return image_id(c, resource);
	if (word == RESOURCE_EC2_INSTANCE) {
		service = "ec2";
		kind = "instance/";
		name = text_or(resource, FIELD_ec2_instance, STR("i-0123456789abcdef0"));
	} else if (word == RESOURCE_LAMBDA_FUNCTION) {
		service = "lambda";
		kind = "function:";
		name = text_or(resource, FIELD_lambda_name, STR("example"));
	}
	return str_printf(c->arena, "arn:" STR_FMT ":%s:" STR_FMT ":" STR_FMT ":%s" STR_FMT,
			  STR_ARG(c->partition), service, STR_ARG(c->region), STR_ARG(c->account),
			  kind, STR_ARG(name));
}

/* An id that is there already may tell repository and digest; what was chosen to be absent stays
 * so. */
static void derive_free(const struct completion *c, struct element *resource)
{
	static const enum field_id ids[] = {FIELD_repository, FIELD_image_digest};
	bool fixed[ARRAY_LEN(ids)];
	struct fval chosen[ARRAY_LEN(ids)];

	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		fixed[i] = !is_free(c, resource, ids[i]);
		chosen[i] = *element_value(resource, ids[i]);
	}
	asff_derive_image(resource);
	for (size_t i = 0; i < ARRAY_LEN(ids); i++)
		if (fixed[i])
			*element_value(resource, ids[i]) = chosen[i];
}

static void complete_resource(struct completion c, struct element *resource)
{
	int word;

	fill(&c, resource, FIELD_resource_type, resource_kind(&c, resource));
	word = vocabulary_find_canonical(&vocabulary_resource_type,
					 text_or(resource, FIELD_resource_type, STR("")));
	derive_free(&c, resource);
	if (word == RESOURCE_ECR_IMAGE && is_free(&c, resource, FIELD_resource_id)) {
		fill(&c, resource, FIELD_repository, STR(EXAMPLE_REPOSITORY));
		fill(&c, resource, FIELD_image_digest, STR("sha256:" EXAMPLE_HEX32 EXAMPLE_HEX32));
	}
	fill(&c, resource, FIELD_resource_id, resource_id(&c, resource, word));
}

static void complete_resources(struct completion *c)
{
	bool chosen = false;

	for (unsigned id = 0; id < FIELD_COUNT; id++)
		chosen |= fields[id].group == GROUP_RESOURCE && c->fixed && c->fixed[id];
	if (!c->root->n_children[GROUP_RESOURCE] && !chosen)
		element_add(c->arena, c->root, GROUP_RESOURCE);
	for (size_t i = 0; i < c->root->n_children[GROUP_RESOURCE]; i++)
		complete_resource(*c, c->root->children[GROUP_RESOURCE][i]);
}

/* --- the finding --- */

/* findings.md §0: `<id> - <package>[, <package>[ and N more]]`; a package listed twice once. */
static struct str package_title(const struct completion *c, struct element *vulnerability)
{
	struct element **packages = vulnerability->children[GROUP_PACKAGE];
	size_t n = vulnerability->n_children[GROUP_PACKAGE], shown = 0, more = 0;
	struct str id = text_or(vulnerability, FIELD_cve, STR("")), names[2];
	struct strbuf b;

	for (size_t i = 0; i < n; i++) {
		struct str name = text_or(packages[i], FIELD_package_name, STR(""));

		if (!name.len || (shown > 0 && str_eq(name, names[0])) ||
		    (shown > 1 && str_eq(name, names[1])))
			continue;
		if (shown < 2)
			names[shown++] = name;
		else
			more++;
	}
	strbuf_init(&b, c->arena);
	strbuf_printf(&b, STR_FMT " - " STR_FMT, STR_ARG(id),
		      STR_ARG(shown ? names[0] : STR("example")));
	if (shown > 1)
		strbuf_printf(&b, ", " STR_FMT, STR_ARG(names[1]));
	if (more)
		strbuf_printf(&b, " and %zu more", more);
	return strbuf_str(&b);
}

static struct str title_text(const struct completion *c)
{
	struct element *vulnerability = c->root->n_children[GROUP_VULNERABILITY]
						? c->root->children[GROUP_VULNERABILITY][0]
						: NULL;

	if (vulnerability && element_value(vulnerability, FIELD_cve)->kind != FVAL_ABSENT)
		return package_title(c, vulnerability);
	return STR("An example finding");
}

/* Product ARNs name the product in lower case without spaces. */
static struct str product_slug(const struct completion *c, struct str product)
{
	struct strbuf b;

	strbuf_init(&b, c->arena);
	for (size_t i = 0; i < product.len; i++) {
		char byte = product.ptr[i];

		if (byte >= 'A' && byte <= 'Z')
			strbuf_addc(&b, (char)(byte - 'A' + 'a'));
		else if ((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9'))
			strbuf_addc(&b, byte);
	}
	return b.len ? strbuf_str(&b) : STR("example");
}

static void complete_product(const struct completion *c)
{
	struct element *root = c->root;
	struct str product, slug;

	if (element_value(root, FIELD_product_arn)->kind == FVAL_ABSENT || c->inspector)
		fill(c, root, FIELD_product, c->inspector ? STR("Inspector") : STR("Security Hub"));
	product = text_or(root, FIELD_product, STR(""));
	slug = c->inspector ? STR("inspector") : product_slug(c, product);
	fill(c, root, FIELD_product_arn,
	     str_printf(c->arena, "arn:" STR_FMT ":securityhub:" STR_FMT "::product/aws/" STR_FMT,
			STR_ARG(c->partition), STR_ARG(c->region), STR_ARG(slug)));
	fill(c, root, FIELD_generator, c->inspector ? STR("AWSInspector") : slug);
	fill(c, root, FIELD_finding_id,
	     str_printf(c->arena,
			"arn:" STR_FMT ":%s:" STR_FMT ":" STR_FMT ":finding/" EXAMPLE_HEX32,
			STR_ARG(c->partition), c->inspector ? "inspector2" : "securityhub",
			STR_ARG(c->region), STR_ARG(c->account)));
	fill(c, root, FIELD_finding_type,
	     c->inspector ? canonical(&vocabulary_finding_type, FINDING_PACKAGE)
			  : STR("Software and Configuration Checks/AWS Security Best Practices"));
}

/* One of the two dates gives the other: nothing is updated before it is created. */
static void complete_dates(const struct completion *c)
{
	struct fval *created = element_value(c->root, FIELD_created);
	struct fval *updated = element_value(c->root, FIELD_updated);
	bool free_created = is_free(c, c->root, FIELD_created);
	bool free_updated = is_free(c, c->root, FIELD_updated);
	struct fval example = {.kind = FVAL_NUMBER, .number = EXAMPLE_INSTANT};

	if (free_created)
		*created = updated->kind == FVAL_NUMBER ? *updated : example;
	if (free_updated)
		*updated = created->kind == FVAL_NUMBER ? *created : example;
}

static bool is_inspector(struct element *root)
{
	struct str product = text_or(root, FIELD_product, STR(""));
	struct str arn = text_or(root, FIELD_product_arn, STR(""));

	if (product.len)
		return str_is(product, "Inspector");
	if (arn.len)
		return str_ends(arn, STR(":product/aws/inspector"));
	return element_value(root, FIELD_control)->kind == FVAL_ABSENT &&
	       element_value(root, FIELD_compliance)->kind == FVAL_ABSENT;
}

void finding_complete(struct arena *arena, struct element *root, const bool *fixed)
{
	struct completion c = {
		.arena = arena, .root = root, .fixed = fixed, .inspector = is_inspector(root)};

	fill(&c, root, FIELD_account, STR(EXAMPLE_ACCOUNT));
	fill(&c, root, FIELD_region, STR(EXAMPLE_REGION));
	c.account = text_or(root, FIELD_account, STR(EXAMPLE_ACCOUNT));
	c.region = text_or(root, FIELD_region, STR(EXAMPLE_REGION));
	c.partition = partition_of(c.region);
	complete_resources(&c);
	complete_product(&c);
	complete_dates(&c);
	fill(&c, root, FIELD_title, title_text(&c));
	fill(&c, root, FIELD_severity, STR("MEDIUM"));
	fill(&c, root, FIELD_record, STR("ACTIVE"));
	fill(&c, root, FIELD_workflow, STR("NEW"));
}
