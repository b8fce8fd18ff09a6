/* SPDX-License-Identifier: Apache-2.0
 *
 * Automation rules: what is emitted for a condition, or why it is refused and with which witness;
 * and the reader, against the logic of targets.md part A. Every rule that is emitted is read back
 * and compared here, too. */
#include "target/automation.h"

#include <string.h>

#include "conds.h"
#include "eval/eval.h"
#include "ir/witness.h"

#define NAME "rule"

static struct compilation c;
static struct policy policy;
static struct config *config;
static struct statement statement = {.kind = STATEMENT_ASSIGN, .name = {NAME, 4}};
static const struct set_field sets[] = {{{"in-charge", 9}, {"oseto", 5}, {0, 0}},
					{{"a", 1}, {"1", 1}, {0, 0}}};
static struct unit unit;

static void begin(void)
{
	struct sources *sources = sources_new(arena);

	config = config_default(arena);
	policy = (struct policy){.config = config};
	c = (struct compilation){.arena = arena, .sources = sources, .policy = &policy};
	c.diags = diags_new(arena, sources);
	c.lower = lower_new(arena, engine_new(arena), &policy);
}

/* --- emitting --- */

static struct refusal refusal;

static struct str squeeze(struct str text)
{
	struct json_error error;
	struct json_writer w;

	json_begin(&w, arena, 0);
	json_tree(&w, json_get(json_parse(arena, text, &error), "Criteria"));
	return json_end(&w);
}

/* The criteria of all rules, minified and joined by a blank; "refused" with the reason. */
static struct str emitted(const struct cond *cond, enum view view)
{
	void *rules;
	struct literals *literals;
	struct strbuf b;
	size_t n, from = c.artefacts.n;

	unit = (struct unit){.statement = &statement, .name = STR(NAME), .view = view,
			     .mechanism = MECHANISM_AUTOMATION, .first = 1, .condition = cond};
	unit.effect = (struct effect){.status = -1, .severity = -1, .sets = sets, .n_sets = 2};
	lower_use(c.lower, view);
	engine_start_question(lower_engine(c.lower));
	unit.wanted = lower_cond(c.lower, cond, view);
	refusal = (struct refusal){0};
	literals = literals_collect(arena, &policy, &cond, 1);
	if (!automation_make(&c, &unit, literals, &refusal, &rules, &n))
		return str_printf(arena, "refused %d", refusal.why);
	automation_emit(&c, &unit, rules, n);
	strbuf_init(&b, arena);
	for (size_t i = from; i < c.artefacts.n; i++) {
		strbuf_puts(&b, i > from ? " " : "");
		strbuf_add(&b, squeeze(c.artefacts.items[i].text));
	}
	return strbuf_str(&b);
}

/* What was emitted last, read back: is it what was wanted? */
static bool reads_back(size_t from)
{
	struct engine *e = lower_engine(c.lower);
	dd all = DD_FALSE;

	for (size_t i = from; i < c.artefacts.n; i++) {
		struct str text = c.artefacts.items[i].text;
		struct effect effect;
		const char *why = NULL;
		dd set;

		if (!automation_read(&c, &unit, text, &set, &effect, &why) ||
		    !automation_check(&c, &unit, i - from + 1, text, &why)) {
			printf("# %s\n", why);
			return false;
		}
		if (effect.status != -1 || effect.severity != -1 || effect.note.len ||
		    effect.n_sets != 2 || !str_is(effect.sets[0].key, "a") ||
		    !str_is(effect.sets[1].value, "oseto"))
			return false;
		all = dd_or(e, all, set);
	}
	return relate_equal(e, all, unit.wanted, NULL, NULL) && !engine_exhausted(e);
}

#define PINS "\"ProductName\":[{\"Value\":\"Inspector\",\"Comparison\":\"EQUALS\"}]"
#define ACTIVE "\"RecordState\":[{\"Value\":\"ACTIVE\",\"Comparison\":\"EQUALS\"}]"
#define IMAGES "\"ResourceType\":[{\"Value\":\"AwsEcrContainerImage\",\"Comparison\":\"EQUALS\"}]"

static struct str double_quotes(const char *text)
{
	struct strbuf b;

	strbuf_init(&b, arena);
	for (; *text; text++)
		strbuf_addc(&b, *text == '\'' ? '"' : *text);
	return strbuf_str(&b);
}

/* `expected`: the criteria with ' for " and $P, $A, $I for the usual ones. */
static struct str expand(const char *expected)
{
	struct str s = double_quotes(expected);
	struct strbuf b;

	strbuf_init(&b, arena);
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] != '$' || i + 1 == s.len) {
			strbuf_addc(&b, s.ptr[i]);
			continue;
		}
		i++;
		strbuf_puts(&b, s.ptr[i] == 'P'	  ? PINS
				: s.ptr[i] == 'A' ? ACTIVE
						  : IMAGES);
	}
	return strbuf_str(&b);
}

static void gives(enum view view, const char *name, const struct cond *cond, const char *expected)
{
	size_t from = c.artefacts.n;
	struct str got = emitted(cond, view);

	if (!ok(str_eq(got, expand(expected)), "%s", name))
		printf("# got " STR_FMT "\n", STR_ARG(got));
	if (!str_starts(got, STR("refused")))
		ok(reads_back(from), "%s: reads back equal", name);
}

/* Beside what every rule of the example has. */
static const struct cond *on_images(const struct cond *cond)
{
	return ALL(is(FIELD_product, "Inspector"), is(FIELD_resource_type, "AwsEcrContainerImage"),
		   cond);
}

static const struct cond *active(const struct cond *cond)
{
	return ALL(is(FIELD_product, "Inspector"), is(FIELD_record, "ACTIVE"), cond);
}

/* The witness that a refusal's nearest set shows: a finding that a rule would take too much. */
static const char *witness(enum field_id field)
{
	struct engine *e = lower_engine(c.lower);
	struct element *root;
	const struct fval *value;

	if (!refusal.has_nearest)
		return "none";
	root = witness_pick(c.lower, arena, dd_minus(e, refusal.nearest, unit.wanted), unit.view);
	if (!root)
		return "nothing more";
	if (eval_cond(&policy, unit.condition, unit.view == VIEW_MANY, root))
		return "wrong";
	value = finding_value(root, field);
	return value && value->kind == FVAL_STRING ? str_cstr(arena, value->str) : "absent";
}

/* --- the list --- */

static void test_request(void)
{
	static const struct set_field bad[] = {{{"a!", 2}, {"1", 1}, {0, 0}},
					       {{"a", 1}, {" ", 1}, {0, 0}}};
	size_t from = c.artefacts.n;
	void *rules;
	const struct json *request;
	struct literals *literals;
	struct json_error error;
	struct json_writer w;
	size_t n;

	emitted(active(is(FIELD_severity, "LOW")), VIEW_SINGLE);
	request = json_parse(arena, c.artefacts.items[from].text, &error);
	ok(request && request->n == 7 && str_is(request->keys[0], "RuleName") &&
	   str_is(request->keys[6], "Actions"), "keys stand in their order");
	json_begin(&w, arena, 0);
	json_tree(&w, json_get(json_get(request, "Actions")->items[0], "FindingFieldsUpdate"));
	ok(str_eq(json_end(&w),
		  double_quotes("{'UserDefinedFields':{'a':'1','in-charge':'oseto'}}")),
	   "fields are written by their keys");
	literals = literals_collect(arena, &policy, &unit.condition, 1);
	automation_make(&c, &unit, literals, &refusal, &rules, &n);
	unit.effect.sets = bad;
	from = c.artefacts.n;
	automation_emit(&c, &unit, rules, n);
	ok(diags_count(c.diags, DIAG_ERROR) == 2 && c.artefacts.n == from,
	   "fields that the API refuses are errors, and nothing is emitted");
}

static void test_example(void)
{
	gives(VIEW_SINGLE, "a CVE is a title's beginning",
	      active(ALL(is(FIELD_resource_type, "AwsEcrContainerImage"),
			 is(FIELD_cve, "CVE-2020-27619"))),
	      "{$P,$A,$I,'Title':[{'Value':'CVE-2020-27619 - ','Comparison':'PREFIX'}]}");
	gives(VIEW_SINGLE, "contains oseto",
	      on_images(has(FIELD_repository, TEST_CONTAINS, "oseto")),
	      "{$P,'ResourceId':[{'Value':'oseto','Comparison':'CONTAINS'}],$I}");
	gives(VIEW_SINGLE, "startswith project-a-",
	      on_images(has(FIELD_repository, TEST_PREFIX, "project-a-")),
	      "{$P,'ResourceId':[{'Value':':repository/project-a-','Comparison':'CONTAINS'}],$I}");
	gives(VIEW_SINGLE, "== project-a", on_images(is(FIELD_repository, "project-a")),
	      "{$P,'ResourceId':[{'Value':':repository/project-a/sha256:',"
	      "'Comparison':'CONTAINS'}],$I}");
	gives(VIEW_SINGLE, "== without a type: a repository is on images only",
	      ALL(is(FIELD_product, "Inspector"), is(FIELD_repository, "project-a")),
	      "{$P,'ResourceId':[{'Value':':repository/project-a/sha256:',"
	      "'Comparison':'CONTAINS'}],$I}");
	gives(VIEW_SINGLE, "fix is not carried", active(is(FIELD_fix, "NO")),
	      str_cstr(arena, str_printf(arena, "refused %d", REFUSE_NOT_CARRIED)));
}

static void refuses(enum view view, const char *name, const struct cond *cond,
		    enum refusal_why why)
{
	struct str got = emitted(cond, view);

	if (!ok(str_eq(got, str_printf(arena, "refused %d", why)), "%s: refused", name))
		printf("# got " STR_FMT "\n", STR_ARG(got));
}

static void test_arn_refusals(void)
{
	refuses(VIEW_SINGLE, "startswith project-a/",
		on_images(has(FIELD_repository, TEST_PREFIX, "project-a/")), REFUSE_ARN);
	ok(!strcmp(witness(FIELD_repository), "project-a"), "the witness is project-a: %s",
	   witness(FIELD_repository));
	refuses(VIEW_SINGLE, "contains abc", on_images(has(FIELD_repository, TEST_CONTAINS, "abc")),
		REFUSE_ARN);
	ok(!strstr(witness(FIELD_repository), "abc") &&
	   strstr(witness(FIELD_image_digest), "abc"), "the witness has it in the digest: %s",
	   witness(FIELD_image_digest));
	refuses(VIEW_SINGLE, "endswith /web",
		on_images(has(FIELD_repository, TEST_SUFFIX, "/web")), REFUSE_ARN);
	ok(!strcmp(witness(FIELD_repository), "web"), "the witness is web: %s",
	   witness(FIELD_repository));
}


/* --- the ARN --- */

#define PREFIX_OF(place)                                                                           \
	"{'Value':'arn:aws:ecr:" place ":repository/project-a/','Comparison':'PREFIX'}"
#define BUT_OF(place)                                                                              \
	"{'Value':'arn:aws:ecr:" place ":repository/project-a/sha256:',"                           \
	"'Comparison':'PREFIX_NOT_EQUALS'}"
#define DIGEST "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void test_pinned(void)
{
	const struct cond *places = ALL(is(FIELD_account, "111122223333"),
					is(FIELD_region, "us-east-1|ap-northeast-1"));

	gives(VIEW_SINGLE, "startswith project-a/ with accounts and regions",
	      on_images(ALL(places, has(FIELD_repository, TEST_PREFIX, "project-a/"))),
	      "{'AwsAccountId':[{'Value':'111122223333','Comparison':'EQUALS'}],$P,'ResourceId':["
	      PREFIX_OF("ap-northeast-1:111122223333") "," BUT_OF("ap-northeast-1:111122223333") ","
	      PREFIX_OF("us-east-1:111122223333") "," BUT_OF("us-east-1:111122223333") "],"
	      "'ResourceRegion':[{'Value':'ap-northeast-1','Comparison':'EQUALS'},"
	      "{'Value':'us-east-1','Comparison':'EQUALS'}],$I}");
	gives(VIEW_SINGLE, "a beginning that stops inside sha256",
	      on_images(ALL(is(FIELD_account, "111122223333"), is(FIELD_region, "cn-north-1"),
			    has(FIELD_repository, TEST_PREFIX, "aa/sha"))),
	      "{'AwsAccountId':[{'Value':'111122223333','Comparison':'EQUALS'}],$P,'ResourceId':["
	      "{'Value':'arn:aws-cn:ecr:cn-north-1:111122223333:repository/aa/sha','Comparison':"
	      "'PREFIX'},{'Value':'arn:aws-cn:ecr:cn-north-1:111122223333:repository/aa/sha256:',"
	      "'Comparison':'PREFIX_NOT_EQUALS'}],"
	      "'ResourceRegion':[{'Value':'cn-north-1','Comparison':'EQUALS'}],$I}");
	gives(VIEW_SINGLE, "the shorter name is wanted as well",
	      on_images(ALL(is(FIELD_account, "111122223333"), is(FIELD_region, "us-east-1"),
			    ONE(has(FIELD_repository, TEST_PREFIX, "project-a/"),
				is(FIELD_repository, "project-a")))),
	      "{'AwsAccountId':[{'Value':'111122223333','Comparison':'EQUALS'}],$P,'ResourceId':["
	      "{'Value':':repository/project-a/','Comparison':'CONTAINS'}],"
	      "'ResourceRegion':[{'Value':'us-east-1','Comparison':'EQUALS'}],$I}");
	refuses(VIEW_SINGLE, "contains abc with accounts and regions",
		on_images(ALL(places, has(FIELD_repository, TEST_CONTAINS, "abc"))), REFUSE_ARN);
}

static void test_arn(void)
{
	gives(VIEW_SINGLE, "not ==, on images",
	      on_images(NOT(is(FIELD_repository, "project-a"))),
	      "{$P,'ResourceId':[{'Value':':repository/project-a/sha256:',"
	      "'Comparison':'NOT_CONTAINS'}],$I}");
	gives(VIEW_SINGLE, "not ==, anywhere: images, and what is none",
	      ALL(is(FIELD_product, "Inspector"), NOT(is(FIELD_repository, "b1|a1"))),
	      "{$P,'ResourceId':[{'Value':':repository/a1/sha256:','Comparison':'NOT_CONTAINS'},"
	      "{'Value':':repository/b1/sha256:','Comparison':'NOT_CONTAINS'}],$I} "
	      "{$P,'ResourceType':[{'Value':'AwsEcrContainerImage','Comparison':'NOT_EQUALS'}]}");
	gives(VIEW_SINGLE, "!=, anywhere: present and different",
	      ALL(is(FIELD_product, "Inspector"), is_not(FIELD_repository, "a1")),
	      "{$P,'ResourceId':[{'Value':':repository/a1/sha256:',"
	      "'Comparison':'NOT_CONTAINS'}],$I}");
	gives(VIEW_SINGLE, "forms mix: all are CONTAINS",
	      on_images(ONE(is(FIELD_repository, "project-a"),
			    has(FIELD_repository, TEST_CONTAINS, "oseto"),
			    has(FIELD_repository, TEST_PREFIX, "x-"),
			    has(FIELD_repository, TEST_SUFFIX, "-web"))),
	      "{$P,'ResourceId':[{'Value':'-web/sha256:','Comparison':'CONTAINS'},"
	      "{'Value':':repository/project-a/sha256:','Comparison':'CONTAINS'},"
	      "{'Value':':repository/x-','Comparison':'CONTAINS'},"
	      "{'Value':'oseto','Comparison':'CONTAINS'}],$I}");
	gives(VIEW_SINGLE, "a digest", on_images(is(FIELD_image_digest, DIGEST)),
	      "{$P,'ResourceId':[{'Value':'/" DIGEST "','Comparison':'CONTAINS'}],$I}");
	gives(VIEW_SINGLE, "a name and a digest's beginning",
	      on_images(ALL(is(FIELD_repository, "a1"),
			    has(FIELD_image_digest, TEST_PREFIX, "sha256:00"))),
	      "{$P,'ResourceId':[{'Value':':repository/a1/sha256:00',"
	      "'Comparison':'CONTAINS'}],$I}");
	refuses(VIEW_SINGLE, "a part of a digest",
		on_images(has(FIELD_image_digest, TEST_CONTAINS, "abc")), REFUSE_ARN);
	ok(strstr(witness(FIELD_repository), "abc") != NULL, "the witness has it in the name: %s",
	   witness(FIELD_repository));
	refuses(VIEW_SINGLE, "a name that no repository has",
		on_images(ALL(has(FIELD_repository, TEST_CONTAINS, "x"),
			      has(FIELD_image_digest, TEST_PREFIX, "sha256:0"))), REFUSE_ARN);
}

#define ARN(place, name) "arn:aws:ecr:" place ":repository/" name

static void test_resource_id(void)
{
	gives(VIEW_SINGLE, "resource.id ==: the text itself",
	      on_images(is(FIELD_resource_id, ARN("us-east-1:111122223333", "a1/" DIGEST))),
	      "{$P,'ResourceId':[{'Value':'" ARN("us-east-1:111122223333", "a1/" DIGEST) "',"
	      "'Comparison':'EQUALS'}],$I}");
	gives(VIEW_SINGLE, "resource.id startswith, on all resources",
	      ALL(is(FIELD_product, "Inspector"),
		  has(FIELD_resource_id, TEST_PREFIX, ARN("us-east-1:111122223333", "a") "|x")),
	      "{$P,'ResourceId':[{'Value':'" ARN("us-east-1:111122223333", "a") "',"
	      "'Comparison':'PREFIX'},{'Value':'x','Comparison':'PREFIX'}]}");
	gives(VIEW_SINGLE, "not resource.id ==",
	      ALL(is(FIELD_product, "Inspector"), NOT(is(FIELD_resource_id, "i-1|i-2"))),
	      "{$P,'ResourceId':[{'Value':'i-1','Comparison':'NOT_EQUALS'},"
	      "{'Value':'i-2','Comparison':'NOT_EQUALS'}]}");
	gives(VIEW_SINGLE, "not resource.id contains",
	      on_images(NOT(has(FIELD_resource_id, TEST_CONTAINS, ":111122223333:"))),
	      "{$P,'ResourceId':[{'Value':':111122223333:','Comparison':'NOT_CONTAINS'}],$I}");
	refuses(VIEW_SINGLE, "resource.id endswith",
		ALL(is(FIELD_product, "Inspector"), is(FIELD_resource_type, "AwsEc2Instance"),
		    has(FIELD_resource_id, TEST_SUFFIX, "-1")), REFUSE_TEXT);
}

/* --- the title --- */

static void test_titles(void)
{
	gives(VIEW_SINGLE, "not cve ==",
	      active(NOT(is(FIELD_cve, "CVE-2024-1"))),
	      "{$P,$A,'Title':[{'Value':'CVE-2024-1 - ','Comparison':'PREFIX_NOT_EQUALS'}]}");
	refuses(VIEW_SINGLE, "cve != : a finding without one would be taken",
		active(is_not(FIELD_cve, "CVE-2024-1")), REFUSE_NEGATIVE);
	ok(!strcmp(witness(FIELD_cve), "absent"), "the witness has none: %s", witness(FIELD_cve));
	refuses(VIEW_SINGLE, "cve startswith", active(has(FIELD_cve, TEST_PREFIX, "CVE-2024-")),
		REFUSE_TEXT);
	gives(VIEW_SINGLE, "title startswith is one rule, though it tests two fields",
	      active(has(FIELD_title, TEST_PREFIX, "CVE-2024-")),
	      "{$P,$A,'Title':[{'Value':'CVE-2024-','Comparison':'PREFIX'}]}");
	gives(VIEW_SINGLE, "title contains", active(has(FIELD_title, TEST_CONTAINS, "openssl")),
	      "{$P,$A,'Title':[{'Value':'openssl','Comparison':'CONTAINS'}]}");
	gives(VIEW_SINGLE, "title !=", active(is_not(FIELD_title, "x")),
	      "{$P,$A,'Title':[{'Value':'x','Comparison':'NOT_EQUALS'}]}");
	refuses(VIEW_SINGLE, "cve and title share the criterion",
		active(ALL(is(FIELD_cve, "CVE-2024-1"), has(FIELD_title, TEST_CONTAINS, "ssl"))),
		REFUSE_ONE_CRITERION);
}

/* --- fields with a criterion of their own --- */

static void test_words(void)
{
	gives(VIEW_SINGLE, "a list of words", active(is(FIELD_severity, "CRITICAL|LOW")),
	      "{$P,$A,'SeverityLabel':[{'Value':'LOW','Comparison':'EQUALS'},"
	      "{'Value':'CRITICAL','Comparison':'EQUALS'}]}");
	gives(VIEW_SINGLE, "any other word, too", active(is_not(FIELD_severity, "LOW")),
	      "{$P,$A,'SeverityLabel':[{'Value':'LOW','Comparison':'NOT_EQUALS'}]}");
	refuses(VIEW_SINGLE, "a word that ASFF has not", active(is(FIELD_severity, "UNTRIAGED")),
		REFUSE_NOT_CARRIED);
	refuses(VIEW_SINGLE, "a type that ASFF has not",
		active(is(FIELD_resource_type, "MACHINE_IMAGE")), REFUSE_NOT_CARRIED);
	refuses(VIEW_SINGLE, "workflow is not seen", active(is(FIELD_workflow, "NEW")),
		REFUSE_NOT_SEEN);
	refuses(VIEW_SINGLE, "a user-defined field is not seen",
		active(keyed(FIELD_field, "a", "b")), REFUSE_NOT_SEEN);
	refuses(VIEW_SINGLE, "criticality is not seen",
		active(between(FIELD_criticality, TYPE_SCALE, false, INT64_MAX, false)),
		REFUSE_NOT_SEEN);
	refuses(VIEW_SINGLE, "a package is not carried",
		active(any_of(GROUP_PACKAGE, is(FIELD_package_name, "openssl"))),
		REFUSE_NOT_CARRIED);
	ok(refusal.has_field && refusal.field == FIELD_package_name, "the refusal names it");
}

static void test_texts(void)
{
	gives(VIEW_SINGLE, "accounts but one", active(is_not(FIELD_account, "111122223333")),
	      "{'AwsAccountId':[{'Value':'111122223333','Comparison':'NOT_EQUALS'}],$P,$A}");
	gives(VIEW_SINGLE, "texts and beginnings", active(ONE(is(FIELD_generator, "g"),
				    has(FIELD_generator, TEST_PREFIX, "h|i"))),
	      "{'GeneratorId':[{'Value':'g','Comparison':'EQUALS'},"
	      "{'Value':'h','Comparison':'PREFIX'},{'Value':'i','Comparison':'PREFIX'}],$P,$A}");
	gives(VIEW_SINGLE, "parts", active(has(FIELD_description, TEST_CONTAINS, "x|y")),
	      "{'Description':[{'Value':'x','Comparison':'CONTAINS'},"
	      "{'Value':'y','Comparison':'CONTAINS'}],$P,$A}");
	gives(VIEW_SINGLE, "a beginning without some",
	      active(ALL(has(FIELD_generator, TEST_PREFIX, "g"),
			 is_not(FIELD_generator, "g1"),
			 NOT(has(FIELD_generator, TEST_PREFIX, "g2")))),
	      "{'GeneratorId':[{'Value':'g','Comparison':'PREFIX'},"
	      "{'Value':'g1','Comparison':'NOT_EQUALS'},"
	      "{'Value':'g2','Comparison':'PREFIX_NOT_EQUALS'}],$P,$A}");
	refuses(VIEW_SINGLE, "parts and a text do not mix",
		active(ONE(has(FIELD_description, TEST_CONTAINS, "x"), is(FIELD_description, "y"))),
		REFUSE_TEXT);
	refuses(VIEW_SINGLE, "an end", active(has(FIELD_description, TEST_SUFFIX, "x")),
		REFUSE_TEXT);
	refuses(VIEW_SINGLE, "a blank value", active(is(FIELD_description, " ")), REFUSE_TEXT);
	refuses(VIEW_SINGLE, "presence", active(exists(FIELD_description)), REFUSE_TEXT);
	refuses(VIEW_SINGLE, "an exclusion of an optional field",
		active(NOT(is(FIELD_description, "x"))), REFUSE_NEGATIVE);
	gives(VIEW_SINGLE, "a tag", active(keyed(FIELD_tag, "env", "prod|dev")),
	      "{$P,$A,'ResourceTags':[{'Key':'env','Value':'dev','Comparison':'EQUALS'},"
	      "{'Key':'env','Value':'prod','Comparison':'EQUALS'}]}");
	refuses(VIEW_SINGLE, "two keys of one map",
		active(ALL(keyed(FIELD_tag, "a", "1"), keyed(FIELD_tag, "b", "1"))), REFUSE_KEYS);
	refuses(VIEW_SINGLE, "a tag that is not there", active(NOT(keyed(FIELD_tag, "a", "1"))),
		REFUSE_NEGATIVE);
	gives(VIEW_SINGLE, "two tags, either", active(ONE(keyed(FIELD_tag, "a", "1"),
							  keyed(FIELD_tag, "b", "1"))),
	      "{$P,$A,'ResourceTags':[{'Key':'a','Value':'1','Comparison':'EQUALS'}]} "
	      "{$P,$A,'ResourceTags':[{'Key':'b','Value':'1','Comparison':'EQUALS'}]}");
}

#define DAY(n) ((n) * NS_PER_DAY)

static void test_dates(void)
{
	struct atom age = {.field = FIELD_created, .test = TEST_RANGE, .age = true, .lo = DAY(30),
			   .hi = INT64_MAX};

	gives(VIEW_SINGLE, "two spans, one open",
	      active(ONE(between(FIELD_created, DAY(1), false, DAY(2), true),
			 between(FIELD_created, DAY(10), false, INT64_MAX, false))),
	      "{'CreatedAt':[{'Start':'1970-01-02T00:00:00Z',"
	      "'End':'1970-01-02T23:59:59.999999999Z'},"
	      "{'Start':'1970-01-11T00:00:00Z','End':'9999-12-31T23:59:59.999999999Z'}],$P,$A}");
	gives(VIEW_SINGLE, "presence", active(exists(FIELD_first_observed)),
	      "{'FirstObservedAt':[{'Start':'0001-01-01T00:00:00Z',"
	      "'End':'9999-12-31T23:59:59.999999999Z'}],$P,$A}");
	refuses(VIEW_SINGLE, "an age", active(atom_cond(age)), REFUSE_AGE);
	refuses(VIEW_SINGLE, "an age beside a date",
		active(ONE(between(FIELD_created, DAY(1), false, DAY(2), false), atom_cond(age))),
		REFUSE_AGE);
	refuses(VIEW_SINGLE, "a date or none",
		active(NOT(between(FIELD_created, DAY(1), false, DAY(2), false))), REFUSE_NEGATIVE);
}

/* --- limits --- */

static const struct cond *many_texts(enum field_id field, size_t n, const char *format)
{
	struct strbuf b;

	strbuf_init(&b, arena);
	for (size_t i = 0; i < n; i++) {
		char text[256];

		snprintf(text, sizeof text, format, (unsigned)i);
		strbuf_puts(&b, i ? "|" : "");
		strbuf_puts(&b, text);
	}
	return is(field, str_cstr(arena, strbuf_str(&b)));
}

static size_t count_rules(const struct cond *cond)
{
	size_t from = c.artefacts.n;

	if (str_starts(emitted(cond, VIEW_SINGLE), STR("refused")))
		return refusal.why == REFUSE_BOXES ? 1000 : refusal.why == REFUSE_SIZE ? 2000 : 0;
	return reads_back(from) ? c.artefacts.n - from : 0;
}

static void test_splitting(void)
{
	ok(count_rules(active(many_texts(FIELD_cve, 100, "CVE-2024-%04u"))) == 1,
	   "100 titles: one rule");
	ok(count_rules(active(many_texts(FIELD_cve, 101, "CVE-2024-%04u"))) == 2, "101: two");
	ok(str_is(c.artefacts.items[c.artefacts.n - 1].path,
		  "securityhub/automation-rules/" NAME "--2.json"), "the second is NAME--2");
	ok(count_rules(active(many_texts(FIELD_description, 20, "d%04u"))) == 1,
	   "20 descriptions: one");
	ok(count_rules(active(many_texts(FIELD_description, 21, "d%04u"))) == 2, "21: two");
	ok(count_rules(active(ALL(many_texts(FIELD_description, 45, "d%04u"),
				  many_texts(FIELD_cve, 150, "CVE-2024-%04u")))) == 6,
	   "three parts by two: six");
	ok(count_rules(active(NOT(many_texts(FIELD_cve, 100, "CVE-2024-%04u")))) == 1,
	   "100 exclusions: one rule");
	ok(count_rules(active(NOT(many_texts(FIELD_cve, 101, "CVE-2024-%04u")))) == 2000,
	   "101 exclusions cannot be parted");
	ok(count_rules(active(NOT(many_texts(FIELD_account, 101, "%012u")))) == 2000,
	   "nor 101 accounts");
	ok(count_rules(active(many_texts(FIELD_description, 2001, "d%04u"))) == 1000,
	   "2001 descriptions: over the quota");
	ok(count_rules(on_images(many_texts(FIELD_repository, 250, "team/app-%04u"))) == 3,
	   "250 repositories: three rules");
}

/* --- other products --- */

static void test_many(void)
{
	const struct cond *guard_duty = is(FIELD_product, "GuardDuty");

	gives(VIEW_MANY, "fields of the finding", ALL(guard_duty, is(FIELD_severity, "LOW"),
						      is_not(FIELD_account, "111122223333")),
	      "{'AwsAccountId':[{'Value':'111122223333','Comparison':'NOT_EQUALS'}],"
	      "'ProductName':[{'Value':'GuardDuty','Comparison':'EQUALS'}],"
	      "'SeverityLabel':[{'Value':'LOW','Comparison':'EQUALS'}]}");
	gives(VIEW_MANY, "one test on some resource",
	      ALL(guard_duty, is(FIELD_resource_type, "AwsS3Bucket|AwsEcrContainerImage")),
	      "{'ProductName':[{'Value':'GuardDuty','Comparison':'EQUALS'}],"
	      "'ResourceType':[{'Value':'AwsEcrContainerImage','Comparison':'EQUALS'},"
	      "{'Value':'AwsS3Bucket','Comparison':'EQUALS'}]}");
	gives(VIEW_MANY, "either of two tests on resources",
	      ALL(guard_duty, ONE(is(FIELD_resource_type, "AwsS3Bucket"),
				  has(FIELD_resource_id, TEST_PREFIX, "arn:aws:s3"))),
	      "{'ProductName':[{'Value':'GuardDuty','Comparison':'EQUALS'}],"
	      "'ResourceId':[{'Value':'arn:aws:s3','Comparison':'PREFIX'}]} "
	      "{'ProductName':[{'Value':'GuardDuty','Comparison':'EQUALS'}],"
	      "'ResourceType':[{'Value':'AwsS3Bucket','Comparison':'EQUALS'}]}");
	refuses(VIEW_MANY, "two tests on one resource",
		ALL(guard_duty, any_of(GROUP_RESOURCE,
				       ALL(is(FIELD_resource_type, "AwsS3Bucket"),
					   has(FIELD_resource_id, TEST_PREFIX, "arn:aws:s3")))),
		REFUSE_ELEMENTS);
	refuses(VIEW_MANY, "two tests on resources",
		ALL(guard_duty, is(FIELD_resource_type, "AwsS3Bucket"),
		    has(FIELD_resource_id, TEST_PREFIX, "arn:aws:s3")), REFUSE_ELEMENTS);
	refuses(VIEW_MANY, "no resource",
		ALL(guard_duty, NOT(is(FIELD_resource_type, "AwsS3Bucket"))), REFUSE_NO_ELEMENT);
	refuses(VIEW_MANY, "some other resource",
		ALL(guard_duty, is_not(FIELD_resource_type, "AwsS3Bucket")), REFUSE_NEGATIVE);
	refuses(VIEW_MANY, "a repository", ALL(guard_duty, is(FIELD_repository, "a1")),
		REFUSE_NOT_CARRIED);
	refuses(VIEW_MANY, "a cve", ALL(guard_duty, is(FIELD_cve, "CVE-2024-1")),
		REFUSE_NOT_CARRIED);
	refuses(VIEW_MANY, "types are a list: none is no test",
		ALL(guard_duty, is_not(FIELD_finding_type, "x")), REFUSE_TYPES);
}

int main(void)
{
	arena = arena_new();
	begin();
	test_request();
	test_example();
	test_arn_refusals();
	test_pinned();
	test_arn();
	test_resource_id();
	test_titles();
	test_words();
	test_texts();
	test_dates();
	test_splitting();
	test_many();
	arena_free(arena);
	return done();
}
