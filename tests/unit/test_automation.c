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
	json_tree(&w, json_get(json_load(arena, text, &error), "Criteria"));
	return json_end(&w);
}

/* The criteria of all rules, minified and joined by a blank; "refused" with the reason. */
static struct str emitted(const struct cond *cond, enum view view)
{
	struct automation_rule *rules;
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
	if (!automation_rules(&c, &unit, literals, &refusal, &rules, &n))
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
	struct str s = str_copy(arena, str_from(text));
	struct strbuf b;

	strbuf_init(&b, arena);
	for (size_t i = 0; i < s.len; i++)
		strbuf_addc(&b, s.ptr[i] == '\'' ? '"' : s.ptr[i]);
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

static void test_example(void)
{
	gives(VIEW_SINGLE, "a CVE is a title's beginning",
	      active(ALL(is(FIELD_resource_type, "AwsEcrContainerImage"),
			 is(FIELD_cve, "CVE-2020-27619"))),
	      "{$P,$A,$I,'Title':[{'Value':'CVE-2020-27619 - ','Comparison':'PREFIX'}]}");
	gives(VIEW_SINGLE, "contains oseto", on_images(has(FIELD_repository, TEST_CONTAINS, "oseto")),
	      "{$P,'ResourceId':[{'Value':'oseto','Comparison':'CONTAINS'}],$I}");
	gives(VIEW_SINGLE, "startswith project-a-",
	      on_images(has(FIELD_repository, TEST_PREFIX, "project-a-")),
	      "{$P,'ResourceId':[{'Value':':repository/project-a-','Comparison':'CONTAINS'}],$I}");
	gives(VIEW_SINGLE, "== project-a", on_images(is(FIELD_repository, "project-a")),
	      "{$P,'ResourceId':[{'Value':':repository/project-a/sha256:',"
	      "'Comparison':'CONTAINS'}],$I}");
	gives(VIEW_SINGLE, "== without a type: a repository is on images only",
	      is(FIELD_repository, "project-a"),
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

int main(void)
{
	arena = arena_new();
	begin();
	test_example();
	test_arn_refusals();
	arena_free(arena);
	return done();
}
