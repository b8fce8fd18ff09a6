/* SPDX-License-Identifier: Apache-2.0
 *
 * Conditions as JSONata: the text of each form; what is written is read back as the same set, by
 * random policies too; and a text that was changed is not taken for the same. `test_jsonata emit`
 * prints tests, findings and what the plain evaluator says of them as JSON lines, for
 * tests/conformance/jsonata.mjs, which evaluates them. */
#include "odd_findings.h"
#include "random_finding.h"
#include "random_statement.h"
#include "read_one.h"

#include <stdlib.h>
#include <string.h>

#include "conds.h"
#include "eval/eval.h"
#include "ir/check.h"
#include "target/jsonata.h"

#define POLICIES 400

/* --- one condition --- */

static struct compilation compilation_of(const struct policy *policy)
{
	struct compilation c = {.arena = arena, .policy = policy};

	c.sources = sources_new(arena);
	c.diags = diags_new(arena, c.sources);
	c.lower = lower_new(arena, engine_new(arena), policy);
	return c;
}

static bool reads_back(struct compilation *c, const struct cond *cond, enum view view,
		       struct str text, const char **why)
{
	dd set = DD_FALSE, wanted;

	lower_use(c->lower, view);
	wanted = lower_cond(c->lower, cond, view);
	if (!jsonata_read(c, view, text, &set, why))
		return false;
	*why = "is another set";
	return relate_equal(lower_engine(c->lower), set, wanted, NULL, NULL);
}

static void form(struct compilation *c, enum view view, const struct cond *cond,
		 const char *expected)
{
	struct refusal refusal = {0};
	const char *why = "";
	struct str text = STR("");
	uint64_t rests_on;
	bool fine = jsonata_write(c, cond, view, &refusal, &text, &rests_on);

	if (!ok(fine && str_is(text, expected), "written: %s", expected))
		printf("# got " STR_FMT "\n", STR_ARG(text));
	if (!ok(fine && reads_back(c, cond, view, text, &why), "and read back"))
		printf("# %s\n", why ? why : "another set");
}

static const struct cond *part(enum field_id field, enum test test, const char *values,
			       bool negated)
{
	struct atom atom = text_atom(field, test, values);

	atom.negated = negated;
	return atom_cond(atom);
}

static void test_texts(struct compilation *c)
{
	form(c, VIEW_SINGLE, is(FIELD_severity, "HIGH"), "$finding.Severity.Label = 'HIGH'");
	form(c, VIEW_SINGLE, is(FIELD_severity, "HIGH|LOW"),
	     "$finding.Severity.Label in ['HIGH', 'LOW']");
	form(c, VIEW_SINGLE, is_not(FIELD_fix, "YES"),
	     "($type($finding.Vulnerabilities[0].FixAvailable) = 'string' ? "
	     "$not($finding.Vulnerabilities[0].FixAvailable = 'YES') : false)");
	form(c, VIEW_SINGLE, exists(FIELD_note), "$type($finding.Note.Text) = 'string'");
	form(c, VIEW_SINGLE, keyed(FIELD_field, "in-charge", "oseto"),
	     "$lookup($finding.UserDefinedFields, 'in-charge') = 'oseto'");
	form(c, VIEW_SINGLE, is(FIELD_image_platform, "DEBIAN_12"),
	     "$finding.ProductFields.`aws/inspector/resources/1/resourceDetails/"
	     "awsEcrContainerImageDetails/platform` = 'DEBIAN_12'");
	form(c, VIEW_SINGLE, part(FIELD_description, TEST_CONTAINS, "a|b%}", false),
	     "($type($finding.Description) = 'string' ? $contains($finding.Description, 'a') or "
	     "$contains($finding.Description, 'b\\u0025}') : false)");
	form(c, VIEW_SINGLE, part(FIELD_repository, TEST_PREFIX, "app/", true),
	     "($type($finding.Resources[0].Details.AwsEcrContainerImage.RepositoryName) = "
	     "'string' ? "
	     "$not($substring($finding.Resources[0].Details.AwsEcrContainerImage.RepositoryName, "
	     "0, $length('app/')) = 'app/') : false)");
	form(c, VIEW_SINGLE, part(FIELD_title, TEST_SUFFIX, "xz", false),
	     "($type($finding.Title) = 'string' ? $substring($finding.Title, -$length('xz')) = "
	     "'xz' : false)");
	form(c, VIEW_SINGLE, part(FIELD_resource_id, TEST_CONTAINS, "/app", true),
	     "($type($finding.Resources[0].Id) = 'string' ? "
	     "$not($contains($finding.Resources[0].Id, '/app')) : false)");
	form(c, VIEW_SINGLE, is(FIELD_region, "eu-west-1"),
	     "$finding.Resources[0].Region = 'eu-west-1'");
}

static void test_numbers(struct compilation *c)
{
	form(c, VIEW_SINGLE, between(FIELD_epss, TYPE_SCALE / 2, false, INT64_MAX, false),
	     "($type($finding.Vulnerabilities[0].EpssScore) = 'number' ? "
	     "$finding.Vulnerabilities[0].EpssScore >= 0.5 : false)");
	form(c, VIEW_SINGLE, between(FIELD_criticality, 0, true, 80 * TYPE_SCALE, false),
	     "($type($finding.Criticality) = 'number' ? $finding.Criticality > 0 and "
	     "$finding.Criticality <= 80 : false)");
	form(c, VIEW_SINGLE, between(FIELD_cvss, INT64_MIN, false, 7 * TYPE_SCALE, true),
	     "$exists($finding.Vulnerabilities[0].Cvss[($type(BaseScore) = 'number' ? BaseScore < "
	     "7 : false)])");
}

static void test_elements(struct compilation *c)
{
	form(c, VIEW_SINGLE, is(FIELD_image_tag, "latest"),
	     "$exists($finding.Resources[0].Details.AwsEcrContainerImage.ImageTags[$ = 'latest'])");
	form(c, VIEW_SINGLE,
	     any_of(GROUP_PACKAGE,
		    ALL(is(FIELD_package_name, "xz"), NOT(exists(FIELD_package_fixed_in)))),
	     "$exists($finding.Vulnerabilities[0].VulnerablePackages[(Name = 'xz' and "
	     "$not($type(FixedInVersion) = 'string'))])");
	form(c, VIEW_MANY, is(FIELD_package_name, "xz"),
	     "$exists($finding.Vulnerabilities[$exists(VulnerablePackages[Name = 'xz'])])");
	form(c, VIEW_MANY,
	     any_of(GROUP_RESOURCE, ONE(is(FIELD_image_platform, "A"), is(FIELD_image_tag, "v1"))),
	     "$exists($finding.Resources[($finding.ProductFields.`aws/inspector/resources/1/"
	     "resourceDetails/awsEcrContainerImageDetails/platform` = 'A' or "
	     "$exists(Details.AwsEcrContainerImage.ImageTags[$ = 'v1']))])");
	form(c, VIEW_MANY, is(FIELD_region, "eu-west-1"),
	     "$finding.Resources[0].Region = 'eu-west-1'");
	form(c, VIEW_MANY, keyed(FIELD_tag, "a`b", "x"),
	     "$exists($finding.Resources[$lookup(Tags, 'a`b') = 'x'])");
}

static void test_lists(struct compilation *c)
{
	form(c, VIEW_SINGLE, ALL(is(FIELD_account, "111122223333"), NOT(is(FIELD_cve, "CVE-1"))),
	     "($finding.AwsAccountId = '111122223333' and $not($finding.Vulnerabilities[0].Id = "
	     "'CVE-1'))");
	form(c, VIEW_SINGLE, cond_of(COND_AND, (const struct cond *const[]){NULL}), "true");
	form(c, VIEW_SINGLE, NOT(cond_of(COND_OR, (const struct cond *const[]){NULL})),
	     "$not(false)");
}

static void refused(struct compilation *c, const struct cond *cond, enum refusal_why why,
		    const char *name)
{
	struct refusal refusal = {0};
	struct str text;
	uint64_t rests_on;

	ok(!jsonata_write(c, cond, VIEW_SINGLE, &refusal, &text, &rests_on) && refusal.why == why,
	   "%s", name);
}

static void test_refused(struct compilation *c)
{
	const struct cond *many[20000];

	refused(c, is(FIELD_protocol, "TCP"), REFUSE_NOT_CARRIED, "a field that ASFF lacks");
	refused(c, is(FIELD_severity, "HIGH|UNTRIAGED"), REFUSE_NOT_CARRIED,
		"a word that it lacks");
	refused(c, is(FIELD_finding_type, "NETWORK_REACHABILITY"), REFUSE_NOT_CARRIED,
		"a type that it has no word for");
	for (size_t i = 0; i < ARRAY_LEN(many); i++)
		many[i] = is(FIELD_cve, "CVE-2024-3094");
	many[ARRAY_LEN(many) - 1] = NULL;
	refused(c, cond_of(COND_OR, many), REFUSE_SIZE, "more than a machine can hold");
}

/* --- a text that is not what was written --- */

static void spoilt(struct compilation *c, const char *text, const char *name)
{
	const char *why = NULL;
	dd set;

	ok(!jsonata_read(c, VIEW_SINGLE, str_from(text), &set, &why) && why, "refused: %s", name);
}

static void test_spoilt(struct compilation *c)
{
	spoilt(c, "", "nothing");
	spoilt(c, "$finding.Title = 'x' and $finding.Title = 'y' or true", "two words in a list");
	spoilt(c, "$finding.Title = 'x' 1", "more behind it");
	spoilt(c, "($finding.Title = 'x'", "no end");
	spoilt(c, "$finding.Nope = 'x'", "no field");
	spoilt(c, "finding.Title = 'x'", "no variable");
	spoilt(c, "$finding.Title = x", "no literal");
	spoilt(c, "$finding.Title != 'x'", "another operator");
	spoilt(c, "$finding.CreatedAt = 'x'", "a date as text");
	spoilt(c, "$finding.Severity.Label = 'high'", "a word that is none");
	spoilt(c, "$finding.Vulnerabilities.FixAvailable = 'YES'", "all elements at once");
	spoilt(c, "$finding.Vulnerabilities[1].FixAvailable = 'YES'", "the second element");
	spoilt(c, "$exists($finding.Vulnerabilities[FixAvailable = 'YES'])", "a list that is none");
	spoilt(c, "$exists($finding.Vulnerabilities[0].VulnerablePackages)", "a list untested");
	spoilt(c, "$contains($finding.Title, 'x')", "a test that may fail");
	spoilt(c, "($type($finding.Title) = 'string' and $contains($finding.Title, 'x'))",
	       "a test that `and` should guard");
	spoilt(c,
	       "($type($finding.Title) = 'string' ? $contains($finding.Description, 'x') : false)",
	       "another value than the guarded");
	spoilt(c, "($type($finding.Title) = 'number' ? $contains($finding.Title, 'x') : false)",
	       "another type than the field's");
	spoilt(c, "($type($finding.Title) = 'string' ? $contains($finding.Title, 'x') : true)",
	       "true for what is absent");
	spoilt(c,
	       "($type($finding.Title) = 'string' ? $substring($finding.Title, 0, $length('x')) = "
	       "'xy' : false)",
	       "a length that is not the text's");
	spoilt(c,
	       "($type($instant($finding.CreatedAt)) = 'string' ? $instant($finding.CreatedAt) "
	       "< '2026-01-01T00:00:00.000000000' : false)",
	       "a function that is not there");
	spoilt(c, "($instant := function($t) {$t}; $type($instant($finding.CreatedAt)) = 'string')",
	       "a function of another kind");
	spoilt(c,
	       "($type($finding.Criticality) = 'number' ? $finding.Criticality >= 1 and "
	       "$finding.Criticality < 3 or $finding.Criticality = 4 : false)",
	       "bounds joined in two ways");
	spoilt(c, "$finding.Resources[0].Type in []", "an empty list");
}

/* --- random policies --- */

static const struct policy *random_policy_of(uint64_t seed)
{
	struct check_options options = {.has_now = true, .now = STR("2026-04-01")};
	struct ast_program *program = ARENA_NEW(arena, struct ast_program);
	struct sources *sources = sources_new(arena);
	struct diags *diags = diags_new(arena, sources);
	struct random_policy random = random_policy(arena, prng_of(seed));
	struct strbuf text;

	strbuf_init(&text, arena);
	for (size_t i = 0; i < random.items.n; i++)
		strbuf_add(&text, random.items.items[i]);
	program->root = parse_source(arena, diags, sources,
				     sources_add(sources, STR("policy.vpol"), strbuf_str(&text)));
	program->root->path = STR("policy.vpol");
	program->files = &program->root;
	program->n = 1;
	return check_program(
		arena, diags, sources, program,
		config_read(arena, diags,
			    sources_add(sources, STR("vulnctl.yaml"), str_from(random_yaml))),
		&options);
}

struct tally {
	unsigned written, refused, other, wrong; /* other: refusals but for want of a place */
};

static void round_trip(struct compilation *c, const struct cond *cond, enum view view,
		       struct tally *tally)
{
	struct engine *e = lower_engine(c->lower);
	struct refusal refusal = {0};
	struct str text = STR("");
	const char *why = "";
	uint64_t rests_on;

	if (!cond)
		return;
	engine_start_question(e);
	if (!jsonata_write(c, cond, view, &refusal, &text, &rests_on)) {
		tally->refused++;
		tally->other += refusal.why != REFUSE_NOT_CARRIED;
		return;
	}
	tally->written++;
	if (!reads_back(c, cond, view, text, &why) && !engine_exhausted(e) && !tally->wrong++)
		printf("# %s: " STR_FMT "\n", why, STR_ARG(text));
	engine_clear_exhausted(e);
}

static void test_random(void)
{
	struct tally tally = {0};

	for (uint64_t seed = 1; seed <= POLICIES; seed++) {
		struct arena *outer = arena;
		struct compilation c;

		arena = arena_new();
		c = compilation_of(random_policy_of(seed));
		for (size_t i = 0; i < c.policy->n_statements; i++) {
			const struct statement *s = c.policy->statements[i];

			round_trip(&c, s->condition, s->many ? VIEW_MANY : VIEW_SINGLE, &tally);
			round_trip(&c, s->condition, VIEW_MANY, &tally);
			for (size_t k = 0; k < s->n_rows; k++)
				round_trip(&c, s->rows[k].condition, VIEW_SINGLE, &tally);
		}
		arena_free(arena);
		arena = outer;
	}
	ok(!tally.wrong, "%u random conditions are read back, %u are refused", tally.written,
	   tally.refused);
	ok(!tally.other, "each refusal is of what ASFF does not carry");
	ok(tally.written > 3 * tally.refused, "most are written");
}

/* --- for the engine of others --- */

#define EMITTED 60
#define FINDINGS 40

static void emit_case(struct compilation *c, const struct cond *cond, enum view view,
		      struct element *const *findings, const struct json *const *documents,
		      size_t n)
{
	struct refusal refusal = {0};
	struct str text;
	uint64_t rests_on;
	struct json_writer w;

	if (!cond || !jsonata_write(c, cond, view, &refusal, &text, &rests_on))
		return;
	json_begin(&w, arena, 0);
	json_open_object(&w);
	json_key(&w, "test");
	json_str(&w, text);
	json_key(&w, "millis"); /* some time in the day */
	json_int(&w, c->policy->now / 1000000 + 49999999);
	json_key(&w, "verdicts");
	json_open_array(&w);
	for (size_t i = 0; i < n; i++)
		json_bool(&w, eval_cond(c->policy, cond, view == VIEW_MANY, findings[i]));
	json_close_array(&w);
	json_key(&w, "findings");
	json_open_array(&w);
	for (size_t i = 0; i < n; i++) {
		if (documents)
			json_tree(&w, documents[i]);
		else
			finding_write_asff(&w, findings[i]);
	}
	json_close_array(&w);
	json_close_object(&w);
	printf(STR_FMT "\n", STR_ARG(json_end(&w)));
}

static const struct json *document_of(struct str text)
{
	struct json_error error;
	const struct json *json = json_parse(arena, text, &error);

	if (!json) {
		fprintf(stderr, "%s: " STR_FMT "\n", error.what, STR_ARG(text));
		exit(1);
	}
	return json;
}

static struct element *record_of(struct str text)
{
	const char *why;

	return read_one(arena, text, &why)->root;
}

static void emit_dates(struct compilation *c)
{
	const int64_t at = c->policy->now, day = NS_PER_DAY;
	const struct json *documents[ARRAY_LEN(dates)];
	struct element *findings[ARRAY_LEN(dates)];

	for (size_t i = 0; i < ARRAY_LEN(dates); i++) {
		struct str text = str_printf(
			arena, "{\"SchemaVersion\":\"2018-10-08\",\"CreatedAt\":\"%s\"}", dates[i]);

		documents[i] = document_of(text);
		findings[i] = record_of(text);
	}
	for (unsigned how = 0; how < 24; how++) {
		bool open = how & 1, age = how & 2;
		int64_t bound = age ? day * (how / 4) : at + (how / 4 % 3 - 1) * NS_PER_SECOND;
		struct atom atom = {.field = FIELD_created,
				    .test = TEST_RANGE,
				    .age = age,
				    .lo = how < 12 ? bound : INT64_MIN,
				    .hi = how < 12 ? INT64_MAX : bound,
				    .lo_open = open,
				    .hi_open = open,
				    .negated = how > 18};

		emit_case(c, atom_cond(atom), VIEW_SINGLE, findings, documents, ARRAY_LEN(dates));
	}
	emit_case(c, exists(FIELD_created), VIEW_SINGLE, findings, documents, ARRAY_LEN(dates));
	emit_case(c, between(FIELD_created, at, false, at, false), VIEW_SINGLE, findings, documents,
		  ARRAY_LEN(dates));
}

/* A text with ' for ". */
static struct str quoted(const char *text)
{
	char *copy = arena_alloc(arena, strlen(text) + 1);

	for (size_t i = 0; (copy[i] = text[i]); i++)
		copy[i] = text[i] == '\'' ? '"' : text[i];
	return str_from(copy);
}

static void emit_oddities(struct compilation *c)
{
	const int64_t one = TYPE_SCALE;
	const struct cond *score = between(FIELD_score, 7 * one, false, 75 * one / 10, true);
	const struct cond *conds[] = {
		is(FIELD_fix, "YES"),
		is_not(FIELD_fix, "YES"),
		NOT(is(FIELD_fix, "YES")),
		exists(FIELD_cve),
		exists(FIELD_epss),
		between(FIELD_epss, one / 2, false, INT64_MAX, false),
		between(FIELD_epss, one / 2, true, INT64_MAX, false),
		between(FIELD_epss, INT64_MIN, false, one / 2, false),
		between(FIELD_cvss, 9 * one, false, INT64_MAX, false),
		is(FIELD_package_name, "xz"),
		exists(FIELD_package_name),
		any_of(GROUP_PACKAGE,
		       ALL(is(FIELD_package_name, "xz"), NOT(exists(FIELD_package_fixed_in)))),
		is(FIELD_related, "A"),
		exists(FIELD_related),
		part(FIELD_title, TEST_PREFIX, "xz|😀|A", false),
		part(FIELD_title, TEST_SUFFIX, "xz|😀|b", true),
		part(FIELD_description, TEST_PREFIX, "😀", false),
		part(FIELD_description, TEST_SUFFIX, "😀", true),
		part(FIELD_description, TEST_CONTAINS, "a|é", false),
		exists(FIELD_description),
		keyed(FIELD_field, "in-charge", "oseto"),
		NOT(keyed(FIELD_field, "a`b", "y")),
		keyed(FIELD_field, "a`b", "x"),
		keyed(FIELD_field, "a.b", "y"),
		keyed(FIELD_field, "", "z"),
		score,
		NOT(score),
		exists(FIELD_score),
		between(FIELD_score, INT64_MIN, false, 75 * one / 10, true),
		is(FIELD_finding_type, "Software and Configuration Checks/Vulnerabilities/CVE"),
		part(FIELD_finding_type, TEST_PREFIX, "TTPs", false),
		part(FIELD_finding_type, TEST_PREFIX, "Effects", true),
		keyed(FIELD_tag, "team", "a"),
		is(FIELD_resource_type, "AwsEc2Instance"),
		is(FIELD_image_tag, "v1"),
		NOT(exists(FIELD_image_tag)),
		exists(FIELD_workflow),
		is_not(FIELD_severity, "LOW"),
		part(FIELD_note, TEST_PREFIX, "vulnctl a ", false),
		between(FIELD_criticality, 80 * one, false, INT64_MAX, false),
	};
	const struct json *documents[ARRAY_LEN(oddities)];
	struct element *findings[ARRAY_LEN(oddities)];

	for (size_t i = 0; i < ARRAY_LEN(oddities); i++) {
		struct str body = quoted(oddities[i]);
		struct str text = str_printf(arena, "{\"SchemaVersion\":\"2018-10-08\"" STR_FMT "}",
					     STR_ARG(body));

		documents[i] = document_of(text);
		findings[i] = record_of(text);
	}
	for (size_t i = 0; i < ARRAY_LEN(conds); i++)
		for (enum view view = 0; view < VIEW_COUNT; view++)
			emit_case(c, conds[i], view, findings, documents, ARRAY_LEN(oddities));
}

static void emit_policy(uint64_t seed)
{
	struct compilation c = compilation_of(random_policy_of(seed));
	struct nature nature = nature_of(arena, prng_of(~seed), c.lower);
	struct element *findings[FINDINGS];

	for (size_t i = 0; i < FINDINGS; i++)
		findings[i] = random_finding(&nature);
	for (size_t i = 0; i < c.policy->n_statements; i++) {
		const struct statement *s = c.policy->statements[i];
		enum view view = s->many ? VIEW_MANY : VIEW_SINGLE;

		emit_case(&c, s->condition, view, findings, NULL, FINDINGS);
		for (size_t k = 0; k < s->n_rows && k < 2; k++)
			emit_case(&c, s->rows[k].condition, view, findings, NULL, FINDINGS);
	}
}

int main(int argc, char **argv)
{
	struct config config = {.event_bus = STR("default")};
	struct policy policy = {.config = &config, .offset = 9 * 3600};

	struct compilation c;

	(void)argv;
	arena = arena_new();
	civil_parse_iso(STR("2026-04-01T00:00:00+09:00"), &policy.now);
	c = compilation_of(&policy);
	if (argc > 1) {
		emit_dates(&c);
		emit_oddities(&c);
		for (uint64_t seed = 1; seed <= EMITTED; seed++)
			emit_policy(seed);
		return 0;
	}
	test_texts(&c);
	test_numbers(&c);
	test_elements(&c);
	test_lists(&c);
	test_refused(&c);
	test_spoilt(&c);
	test_random();
	arena_free(arena);
	return done();
}
