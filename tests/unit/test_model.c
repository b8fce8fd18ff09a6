/* SPDX-License-Identifier: Apache-2.0
 *
 * The tables of compiler/model: whole, consistent in themselves and with each other. What a row
 * says about AWS is compared with the research table by tests/meta/field_map.py. */
#include "tap.h"

#include <string.h>

#include "base/json.h"
#include "base/vec.h"
#include "base/yaml.h"
#include "model/alias.h"
#include "model/assumption.h"
#include "model/field.h"
#include "model/limit.h"
#include "model/operator.h"
#include "model/region.h"

static bool filled(const char *text)
{
	return text && *text;
}

/* Others put a stop or a comma behind it. */
static bool sentence(const char *text)
{
	return filled(text) && text[strlen(text) - 1] != '.';
}

static bool is(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* --- vocabularies --- */

static const struct vocabulary *const vocabularies[] = {
	&vocabulary_severity,	   &vocabulary_exploit,	      &vocabulary_fix,
	&vocabulary_workflow,	   &vocabulary_record,	      &vocabulary_compliance,
	&vocabulary_verification,  &vocabulary_resource_type, &vocabulary_finding_type,
};

static bool round_trip(const struct vocabulary *v)
{
	for (unsigned i = 0; i < v->n; i++) {
		if (!v->words[i] || vocabulary_find(v, str_from(v->words[i])) != (int)i)
			return false;
		if (v->asff[i] && vocabulary_find_asff(v, str_from(v->asff[i])) != (int)i)
			return false;
		if (vocabulary_find_canonical(v, str_from(vocabulary_canonical(v, i))) != (int)i)
			return false;
	}
	return true;
}

static void test_vocabularies(void)
{
	const struct vocabulary *s = &vocabulary_severity, *r = &vocabulary_resource_type;

	for (size_t i = 0; i < ARRAY_LEN(vocabularies); i++)
		ok(round_trip(vocabularies[i]), "%s: every word is found again",
		   vocabularies[i]->name);
	ok(s->ordered && s->n == 6 && s->n_ordered == 5, "five severities have an order");
	ok(is(s->words[SEVERITY_HIGH], "HIGH") && is(s->words[SEVERITY_UNTRIAGED], "UNTRIAGED"),
	   "severities stand at their indices");
	ok(vocabulary_find_asff(s, STR("UNTRIAGED")) == -1, "ASFF does not know UNTRIAGED");
	ok(vocabulary_find(s, STR("high")) == -1 && vocabulary_find(s, STR("")) == -1,
	   "another case and no text at all are no words");
	ok(is(r->asff[RESOURCE_ECR_IMAGE], "AwsEcrContainerImage") &&
		   is(vocabulary_canonical(r, RESOURCE_ECR_IMAGE), "AwsEcrContainerImage"),
	   "ecr_image is kept in ASFF's spelling");
	ok(!r->asff[RESOURCE_AZURE_VM] && is(vocabulary_canonical(r, RESOURCE_AZURE_VM),
					     "Microsoft.Compute/virtualMachines"),
	   "azure_vm, which ASFF cannot say, in Inspector's");
	ok(!vocabulary_finding_type.asff[FINDING_NETWORK] &&
		   !vocabulary_finding_type.asff[FINDING_CODE],
	   "network and code findings have no spelling in ASFF");
}

/* --- fields --- */

static bool flat(const char *asff, const char *event)
{
	for (; *asff; asff++) {
		if (asff[0] == '[' && asff[1] == ']') {
			asff++;
			continue;
		}
		if (*asff != *event++)
			return false;
	}
	return !*event;
}

static bool example_fits(const struct field *f, const char *example)
{
	int64_t number;
	bool sticky;

	switch (f->type) {
	case TYPE_ENUM:
	case TYPE_WORD:
		return vocabulary_find(f->words, str_from(example)) >= 0;
	case TYPE_DECIMAL:
	case TYPE_INT:
		return json_decimal(str_from(example), &number, &sticky) && f->lo <= number &&
		       number <= f->hi;
	case TYPE_ACCOUNT:
		return strlen(example) == 12;
	default:
		return filled(example);
	}
}

static bool examples_fit(const struct field *f)
{
	bool good = f->examples && *f->examples;

	for (size_t i = 0; good && f->examples[i]; i++)
		good = example_fits(f, f->examples[i]);
	return good;
}

static void test_row(int i)
{
	const struct field *f = &fields[i];
	bool numeric = f->type == TYPE_DECIMAL || f->type == TYPE_INT;
	enum capability v1 = f->can[MECHANISM_AUTOMATION];

	ok(filled(f->name) && filled(f->concept) && filled(f->source) && examples_fit(f),
	   "%s: has a name, a meaning, a source and fitting examples", f->name);
	ok((f->words != NULL) == (f->type == TYPE_ENUM || f->type == TYPE_WORD) &&
		   (numeric ? f->lo < f->hi : !f->lo && !f->hi),
	   "%s: vocabulary and bounds go with the type", f->name);
	ok((f->asff != NULL) == (f->event != NULL) && (!f->asff || flat(f->asff, f->event)) &&
		   (f->event != NULL) == (f->can[MECHANISM_EVENT] != CAN_NOT),
	   "%s: the event tests what ASFF carries, at the same path", f->name);
	ok((f->v1 || v1 == CAN_NOT) && (v1 != CAN_BY_TITLE || is(f->v1, "Title")) &&
		   (v1 != CAN_BY_ARN || is(f->v1, "ResourceId")),
	   "%s: what a V1 rule can test has a criterion", f->name);
	ok((f->cardinality == CARD_MANY) ==
		   (f->group != GROUP_FINDING && f->group != GROUP_VULNERABILITY &&
		    f->group != GROUP_RESOURCE),
	   "%s: many-valued if and only if it stands in a list of its own", f->name);
	ok(field_find(str_from(f->name)) == i, "%s: is found under its name", f->name);
	for (int j = 0; j < i; j++)
		if (f->inner && is(f->inner, fields[j].inner) && f->group == fields[j].group)
			ok(false, "%s: shares its inner name with %s", f->name, fields[j].name);
}

static void test_fields(void)
{
	ok(FIELD_COUNT == 63, "63 fields");
	for (int i = 0; i < FIELD_COUNT; i++)
		test_row(i);
	ok(is(fields[FIELD_resource_type].name, "resource.type") &&
		   is(fields[FIELD_package_fixed_in].name, "package.fixed_in"),
	   "an id is the name with its dots turned");
	ok(field_find(STR("Severity")) == -1 && field_find(STR("")) == -1 &&
		   field_find(STR("severity.")) == -1,
	   "what is no name is not found");
}

/* Semantics §3.1 and §3.2 by name, so that an edit of the table cannot pass unseen. */
static void test_v1(void)
{
	static const enum field_id blind[] = {
		FIELD_fix,	     FIELD_exploit,	 FIELD_score,	     FIELD_epss,
		FIELD_cvss,	     FIELD_related,	 FIELD_package_name, FIELD_package_version,
		FIELD_package_path,  FIELD_package_manager, FIELD_package_fixed_in,
		FIELD_vendor_name,   FIELD_vendor_severity, FIELD_image_tag, FIELD_image_pushed,
		FIELD_lambda_name,   FIELD_ec2_instance, FIELD_exploit_last_seen,
		FIELD_code_detector, FIELD_port,
	};
	static const enum field_id customers[] = {
		FIELD_field, FIELD_note, FIELD_verification, FIELD_workflow, FIELD_criticality};
	static const enum field_id direct[] = {
		FIELD_severity, FIELD_title,	   FIELD_record,      FIELD_account, FIELD_region,
		FIELD_product,	FIELD_resource_id, FIELD_resource_type, FIELD_tag,
		FIELD_account_name, FIELD_control, FIELD_first_observed};

	for (size_t i = 0; i < ARRAY_LEN(blind); i++)
		ok(fields[blind[i]].can[MECHANISM_AUTOMATION] == CAN_NOT && !fields[blind[i]].v1,
		   "V1 has no criterion for %s", fields[blind[i]].name);
	for (size_t i = 0; i < ARRAY_LEN(customers); i++)
		ok(fields[customers[i]].can[MECHANISM_AUTOMATION] == CAN_NOT &&
			   fields[customers[i]].v1,
		   "V1 has a criterion for %s but sees the provider's copy",
		   fields[customers[i]].name);
	for (size_t i = 0; i < ARRAY_LEN(direct); i++)
		ok(fields[direct[i]].can[MECHANISM_AUTOMATION] == CAN_DIRECTLY,
		   "V1 tests %s directly", fields[direct[i]].name);
	ok(fields[FIELD_cve].can[MECHANISM_AUTOMATION] == CAN_BY_TITLE, "V1 tests cve by title");
	ok(fields[FIELD_repository].can[MECHANISM_AUTOMATION] == CAN_BY_ARN &&
		   fields[FIELD_image_digest].can[MECHANISM_AUTOMATION] == CAN_BY_ARN,
	   "V1 tests repository and digest by ARN");
	ok(fields[FIELD_score].can[MECHANISM_EVENT] == CAN_AS_TEXT &&
		   fields[FIELD_updated].can[MECHANISM_EVENT] == CAN_AS_TEXT &&
		   fields[FIELD_epss].can[MECHANISM_EVENT] == CAN_DIRECTLY,
	   "in the event the score and dates are text, EPSS is a number");
}

static void test_groups(void)
{
	static const struct {
		enum group group;
		const char *name;
		int field;
	} inner[] = {
		{GROUP_PACKAGE, "name", FIELD_package_name},
		{GROUP_PACKAGE, "fixed_in", FIELD_package_fixed_in},
		{GROUP_PACKAGE, "package.name", -1},
		{GROUP_CVSS, "score", FIELD_cvss},
		{GROUP_CVSS, "cvss", -1},
		{GROUP_RESOURCE, "type", FIELD_resource_type},
		{GROUP_RESOURCE, "id", FIELD_resource_id},
		{GROUP_RESOURCE, "resource.type", -1},
		{GROUP_RESOURCE, "repository", FIELD_repository},
		{GROUP_RESOURCE, "ec2.vpc", FIELD_ec2_vpc},
		{GROUP_RESOURCE, "tag", FIELD_tag},
		{GROUP_RESOURCE, "image.tag", FIELD_image_tag},
		{GROUP_RESOURCE, "lambda.layer", FIELD_lambda_layer},
		{GROUP_RESOURCE, "region", -1},
		{GROUP_RESOURCE, "severity", -1},
		{GROUP_RESOURCE, "name", -1},
	};

	for (int g = 0; g < GROUP_COUNT; g++) {
		enum group up = (enum group)g;
		int steps = 0;

		while (up != GROUP_FINDING && ++steps < GROUP_COUNT)
			up = group_parent(up);
		ok(up == GROUP_FINDING && filled(group_name((enum group)g)),
		   "%s: its parents lead to the finding", group_name((enum group)g));
	}
	ok(group_find(STR("package")) == GROUP_PACKAGE && group_find(STR("cvss")) == GROUP_CVSS &&
		   group_find(STR("resource")) == GROUP_RESOURCE,
	   "any package, any cvss, any resource");
	ok(group_find(STR("vulnerability")) == -1 && group_find(STR("image.tag")) == -1 &&
		   group_find(STR("finding")) == -1,
	   "no other group has a name in the language");
	for (size_t i = 0; i < ARRAY_LEN(inner); i++)
		ok(field_find_inner(inner[i].group, str_from(inner[i].name)) == inner[i].field,
		   "`%s` inside any %s", inner[i].name, group_name(inner[i].group));
}

static void test_mechanisms(void)
{
	bool named = true;

	for (enum mechanism m = 0; m < MECHANISM_COUNT; m++)
		named = named && filled(mechanism_name(m)) && filled(mechanism_title(m));
	ok(named && is(mechanism_name(MECHANISM_EVENT), "event") &&
		   is(mechanism_name(MECHANISM_AUTOMATION_V2), "automation-v2"),
	   "mechanisms have the names of `via` and a title");
	named = true;
	for (enum type t = 0; t < TYPE_COUNT; t++)
		named = named && filled(type_name(t));
	ok(named, "types have names");
	ok(is(capability_name(CAN_AS_TEXT), "as text") && is(cardinality_name(CARD_MANY), "many"),
	   "capabilities and cardinalities have names");
}

/* --- the other tables --- */

static void test_assumptions(void)
{
	char name[16];

	for (int i = 0; i < ASSUMPTION_COUNT; i++) {
		snprintf(name, sizeof(name), "A%d", i + 1);
		ok(is(assumptions[i].name, name) && sentence(assumptions[i].sentence) &&
			   filled(assumptions[i].source),
		   "%s: in its place, with a sentence and a source", name);
	}
	for (int i = 0; i < INVARIANT_COUNT; i++) {
		snprintf(name, sizeof(name), "U%d", i + 1);
		ok(is(invariants[i].name, name) && sentence(invariants[i].sentence) &&
			   filled(invariants[i].source),
		   "%s: in its place, with a sentence and a source", name);
	}
}

static void test_limits(void)
{
	static const struct {
		enum limit_id id;
		int64_t value;
	} known[] = {
		{LIMIT_file_size, 67108864},	  {LIMIT_integer, 999999999},
		{LIMIT_statement_name_size, 48},  {LIMIT_name_size, 64},
		{LIMIT_event_pattern_size, 2048}, {LIMIT_event_number, INT64_C(5000000000)},
		{LIMIT_automation_values, 20},	  {LIMIT_automation_values_long, 100},
		{LIMIT_note_text, 512},		  {LIMIT_state_machine_name, 80},
		{LIMIT_json_nesting, JSON_DEPTH_MAX}, {LIMIT_yaml_nesting, YAML_DEPTH_MAX},
		{LIMIT_yaml_size, YAML_SIZE_MAX}, {LIMIT_yaml_events, YAML_EVENTS_MAX},
	};

	for (int i = 0; i < LIMIT_COUNT; i++) {
		bool twice = false;

		for (int j = 0; j < i; j++)
			twice = twice || is(limits[i].name, limits[j].name);
		ok(filled(limits[i].name) && limits[i].value > 0 && limits[i].unit &&
			   sentence(limits[i].what) && filled(limits[i].source) && !twice,
		   "%s: whole, and once", limits[i].name);
	}
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		ok(limits[known[i].id].value == known[i].value, "%s is %lld",
		   limits[known[i].id].name, (long long)known[i].value);
}

static void test_regions(void)
{
	bool sorted = true;

	for (int i = 1; i < REGION_COUNT; i++)
		if (is(regions[i].partition, regions[i - 1].partition))
			sorted = sorted && strcmp(regions[i - 1].name, regions[i].name) < 0;
	ok(sorted, "Regions are sorted within their partition");
	ok(REGION_COUNT == 46, "46 Regions");
	ok(is(regions[region_find(STR("ap-northeast-1"))].partition, "aws") &&
		   is(regions[region_find(STR("cn-north-1"))].partition, "aws-cn") &&
		   is(regions[region_find(STR("us-gov-west-1"))].partition, "aws-us-gov"),
	   "a Region knows its partition");
	ok(region_find(STR("eu-west-9")) == -1 && region_find(STR("")) == -1,
	   "others do not exist");
}

static bool is_ours(const char *word)
{
	if (field_find(str_from(word)) >= 0)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(vocabularies); i++)
		if (vocabulary_find(vocabularies[i], str_from(word)) >= 0)
			return true;
	return false;
}

static void test_aliases(void)
{
	static const struct {
		const char *written, *word;
	} rows[] = {
#define ALIAS(they_write, we_say) {(they_write), (we_say)},
#include "model/alias.def"
#undef ALIAS
		/* The language's own words otherwise written, and ASFF's. */
		{"critical", "CRITICAL"},
		{"Ecr-Image", "ecr_image"},
		{"resource_type", "resource.type"},
		{"AWS ECR Container Image", "ecr_image"},
		{"AwsEcrContainerImage", "ecr_image"},
		{"severity label", "severity"},
		{"FirstObserved", "first_observed"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *found = alias_find(str_from(rows[i].written));

		ok(is_ours(rows[i].word) && is(found, rows[i].word), "%s means %s",
		   rows[i].written, rows[i].word);
	}
	ok(!alias_find(STR("CRITICAL")) && !alias_find(STR("ecr_image")),
	   "a word is no suggestion for itself");
	ok(!alias_find(STR("")) && !alias_find(STR("-")) && !alias_find(STR("frobnicate")) &&
		   !alias_find(STR("ecr_imag")),
	   "no word, no suggestion");
}

static void test_operators(void)
{
	for (int i = 0; i < OPERATOR_COUNT; i++)
		ok(filled(operators[i].type) && operators[i].items[0] &&
			   filled(operators[i].literals) &&
			   (!operators[i].words || is(operators[i].words->name, operators[i].type)),
		   "%s: has operators and literals", operators[i].type);
	for (int i = 0; i < FIELD_COUNT; i++) {
		const struct field *f = &fields[i];
		const char *type = f->words ? f->words->name : type_name(f->type);
		bool found = false;

		for (int j = 0; j < OPERATOR_COUNT; j++)
			found = found || is(operators[j].type, type);
		ok(found, "%s: %s has operators", f->name, type);
	}
}

int main(void)
{
	test_vocabularies();
	test_fields();
	test_v1();
	test_groups();
	test_mechanisms();
	test_assumptions();
	test_limits();
	test_regions();
	test_aliases();
	test_operators();
	return done();
}
