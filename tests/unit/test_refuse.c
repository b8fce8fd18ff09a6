/* SPDX-License-Identifier: Apache-2.0
 *
 * What people read when a mechanism is refused: the whole text, from a statement built by hand. */
#include "target/refuse.h"

#include <string.h>

#include "conds.h"

/* Spans are found in this text, so the carets of the expected output show that they are right. */
static const char policy_text[] =
	"suppress s {\n"
	"  when repository startswith \"project-a/\" and fix == NO and tag[\"env\"] == \"x\";\n"
	"  unless any package { name == \"openssl\" };\n"
	"}\n";

static struct config config = {
	.quotas = {.automation_rules = 100, .event_rules = 300, .event_pattern_size = 2048}};
static struct policy policy = {.config = &config};
static struct statement statement = {.name = {"s", 1}, .via = VIA_AUTOMATION};
static struct unit unit = {.statement = &statement, .name = {"s", 1}};
static struct compilation c = {.policy = &policy};
static const struct source *source;

static struct span find(const char *text)
{
	const char *at = strstr(policy_text, text);
	uint32_t start = source->base + (uint32_t)(at - policy_text);

	return (struct span){start, start + (uint32_t)strlen(text)};
}

static const struct cond *at(const struct cond *cond, const char *text)
{
	struct atom atom = *cond->atom;

	atom.span = find(text);
	return atom_cond(atom);
}

/* A fresh run: what is reported for this condition and refusal. */
static struct str report(const struct cond *cond, enum mechanism mechanism, struct refusal *r,
			 const char *could, int *code)
{
	struct str text;

	unit.condition = unit.guarded = cond;
	refuse_report(&c, &unit, mechanism, r, could);
	*code = diags_exit_code(c.diags);
	text = diags_text(c.diags, arena, false);
	return text;
}

static void begin(void)
{
	c.arena = arena;
	c.sources = sources_new(arena);
	c.diags = diags_new(arena, c.sources);
	source = sources_add(c.sources, STR("policy.vpol"), str_from(policy_text));
	c.lower = lower_new(arena, engine_new(arena), &policy);
	statement = (struct statement){.kind = STATEMENT_SUPPRESS,
				       .name = STR("s"),
				       .via = VIA_AUTOMATION,
				       .name_span = find("s {")};
	statement.name_span.end = statement.name_span.start + 1;
	statement.span = (struct span){1, 1 + (uint32_t)source->text.len};
	unit.view = VIEW_SINGLE;
}

static struct place place_of(enum field_id field, const char *key)
{
	return (struct place){.group = fields[field].group, .field = field, .key = str_from(key)};
}

static void expect(struct str got, struct str expected, const char *name)
{
	if (!ok(str_eq(got, expected), "%s", name))
		printf(STR_FMT "---\n" STR_FMT, STR_ARG(got), STR_ARG(expected));
}

/* The source line under the place that begins with `text`. */
static struct str excerpt(const char *text)
{
	struct span span = find(text);
	struct position p = sources_locate(c.sources, span.start);
	struct str line = source_line(source, p.line);
	struct strbuf b;

	strbuf_init(&b, arena);
	strbuf_printf(&b, "     %u | " STR_FMT "\n       | %*s", p.line, STR_ARG(line),
		      (int)p.col - 1, "");
	for (uint32_t i = span.start; i < span.end; i++)
		strbuf_addc(&b, '^');
	return strbuf_str(&b);
}

#define TEXT(...) str_printf(arena, __VA_ARGS__)

static void test_not_carried(void)
{
	struct refusal r = {.why = REFUSE_NONE};
	struct place fix = place_of(FIELD_fix, ""), cve = place_of(FIELD_cve, "");
	const struct cond *cond;
	struct str place;
	int code;

	begin();
	cond = at(is(FIELD_fix, "NO"), "fix == NO");
	place = excerpt("fix == NO");
	refuse(&r, REFUSE_NOT_CARRIED, &fix);
	refuse(&r, REFUSE_ARN, &cve);
	ok(r.why == REFUSE_NOT_CARRIED && r.has_field && r.field == FIELD_fix,
	   "the first refusal stands");
	expect(report(cond, MECHANISM_AUTOMATION, &r, "event", &code),
	       TEXT("policy.vpol:2:47: error[VC505]: a Security Hub automation rule cannot test "
		    "`fix`\n" STR_FMT "\n"
		    "  note: without the test it would also hide `cve CVE-2024-6119, severity "
		    "HIGH, "
		    "repository app/web, fix YES`\n"
		    "  help: `via event` can say it exactly; without `via` the compiler chooses "
		    "it\n",
		    STR_ARG(place)),
	       "a field that is not carried");
	ok(code == 2, "it is the policy that is wrong");
	begin();
	statement.via = VIA_NONE;
	expect(report(cond, MECHANISM_EVENT, &r, NULL, &code),
	       TEXT("policy.vpol:2:47: error[VC503]: an EventBridge pattern cannot test "
		    "`fix`\n" STR_FMT "\n"
		    "  note: without the test it would also hide `cve CVE-2024-6119, severity "
		    "HIGH, "
		    "repository app/web, fix YES`\n",
		    STR_ARG(place)),
	       "nor elsewhere");
}

static lang contains(const char *text)
{
	return lang_contains(lower_engine(c.lower), str_from(text));
}

static void test_arn(void)
{
	struct refusal r = {.why = REFUSE_ARN,
			    .has_field = true,
			    .field = FIELD_repository,
			    .has_nearest = true};
	const char *test = "repository startswith \"project-a/\"";
	const struct cond *cond;
	int code;

	begin();
	cond = ALL(is(FIELD_resource_type, "AwsEcrContainerImage"),
		   at(has(FIELD_repository, TEST_PREFIX, "project-a/"), test));
	r.nearest = lower_resource_id(c.lower, contains(":repository/project-a/"), VIEW_SINGLE);
	r.nearest = dd_and(lower_engine(c.lower), r.nearest,
			   lower_cond(c.lower, cond->kids[0], VIEW_SINGLE));
	expect(report(cond, MECHANISM_AUTOMATION, &r, "event", &code),
	       TEXT("policy.vpol:2:8: error[VC501]: a Security Hub automation rule cannot say this "
		    "test on `repository` exactly\n" STR_FMT "\n"
		    "  note: it tests the resource id, one text in which account, repository and "
		    "digest stand behind each other\n"
		    "  note: with the nearest test it would also hide `cve CVE-2024-6119, severity "
		    "HIGH, repository project-a`\n"
		    "  note: its resource id is `arn:aws:ecr:us-east-1:111122223333:repository/"
		    "project-a/sha256:"
		    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef`\n"
		    "  help: `via event` can say it exactly; without `via` the compiler chooses "
		    "it\n"
		    "  help: the policy's `accounts` and `regions` would tell the repository from "
		    "what stands around it; `==` needs neither\n",
		    STR_ARG(excerpt(test))),
	       "the repository named like the prefix");
}

static void test_digest(void)
{
	struct refusal r = {.why = REFUSE_ARN,
			    .has_field = true,
			    .field = FIELD_repository,
			    .has_nearest = true};
	struct str text;
	int code;

	begin();
	r.nearest = lower_resource_id(c.lower, contains("abc"), VIEW_SINGLE);
	text = report(ALL(is(FIELD_resource_type, "AwsEcrContainerImage"),
			  has(FIELD_repository, TEST_CONTAINS, "abc")),
		      MECHANISM_AUTOMATION, &r, "event", &code);
	ok(str_contains(text,
			STR("also hide `cve CVE-2024-6119, severity HIGH, repository app/web`")) &&
		   str_contains(text, STR("repository/app/web/sha256:0123456789abc")),
	   "a digest that holds the text");
	ok(code == 2, "it is the policy that is wrong");
}

/* One line each: the message, and the id it has. */
static void test_messages(void)
{
	static const struct {
		enum refusal_why why;
		enum field_id field;
		const char *key, *could, *expected;
		enum mechanism mechanism;
	} rows[] = {
		{REFUSE_NOT_SEEN, FIELD_workflow, "", "event",
		 "error[VC506]: a Security Hub automation rule cannot see `workflow`",
		 MECHANISM_AUTOMATION},
		{REFUSE_NOT_SEEN, FIELD_field, "in-charge", "event",
		 "error[VC506]: a Security Hub automation rule cannot see `field[\"in-charge\"]`",
		 MECHANISM_AUTOMATION},
		{REFUSE_AS_TEXT, FIELD_score, "", NULL,
		 "error[VC503]: an EventBridge pattern cannot compare `score`", MECHANISM_EVENT},
		{REFUSE_ORDER, FIELD_created, "", "automation",
		 "error[VC501]: an EventBridge pattern cannot compare `created`", MECHANISM_EVENT},
		{REFUSE_NEGATIVE, FIELD_tag, "env", "event",
		 "error[VC501]: a Security Hub automation rule cannot exclude values of "
		 "`tag[\"env\"]`",
		 MECHANISM_AUTOMATION},
		{REFUSE_NUMBER, FIELD_epss, "", NULL,
		 "error[VC503]: an EventBridge pattern cannot hold this bound of `epss`",
		 MECHANISM_EVENT},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct refusal r = {.why = REFUSE_NONE};
		struct place place = place_of(rows[i].field, rows[i].key);
		struct atom atom = text_atom(rows[i].field, TEST_EXISTS, "");
		struct str text;
		int code;

		begin();
		atom.key = str_from(rows[i].key);
		refuse(&r, rows[i].why, &place);
		text = report(atom_cond(atom), rows[i].mechanism, &r, rows[i].could, &code);
		if (!ok(str_contains(text, str_from(rows[i].expected)), "%s", rows[i].expected))
			printf(STR_FMT, STR_ARG(text));
	}
}

static void test_group(void)
{
	struct refusal r = {.why = REFUSE_NONE};
	struct place package = {.is_group = true, .group = GROUP_PACKAGE};
	const char *test = "name == \"openssl\"";
	const struct cond *cond;
	int code;

	begin();
	refuse(&r, REFUSE_NO_ELEMENT, &package);
	cond = NOT(any_of(GROUP_PACKAGE, at(is(FIELD_package_name, "openssl"), test)));
	expect(report(cond, MECHANISM_EVENT, &r, NULL, &code),
	       TEXT("policy.vpol:3:24: error[VC503]: an EventBridge pattern cannot say of "
		    "`package` "
		    "that no element meets a test\n" STR_FMT "\n"
		    "  note: without the test it would also hide `cve CVE-2024-6119, severity "
		    "HIGH, "
		    "repository app/web, package.name openssl`\n",
		    STR_ARG(excerpt(test))),
	       "elements");
}

static void test_whole(void)
{
	struct refusal r = {.why = REFUSE_NONE};
	struct str text;
	int code;

	begin();
	refuse(&r, REFUSE_BOXES, NULL);
	text = report(is(FIELD_fix, "NO"), MECHANISM_EVENT, &r, NULL, &code);
	ok(str_contains(text,
			STR("policy.vpol:1:10: error[VC503]: an EventBridge pattern cannot say "
			    "the condition of `s` within the quota of rules")) &&
		   str_contains(text, STR("the quota is 300 rules")),
	   "a statement as a whole");
}

/* No `via` was written, and neither mechanism can say it. */
static void test_also(void)
{
	struct refusal r = {.why = REFUSE_NONE}, other = {.why = REFUSE_NONE};
	struct place score = place_of(FIELD_score, "");
	struct str text;

	begin();
	unit.condition = unit.guarded = is(FIELD_fix, "NO");
	statement.via = VIA_NONE;
	refuse(&r, REFUSE_NOT_CARRIED, &score);
	refuse(&other, REFUSE_AS_TEXT, &score);
	refuse_also(&c, refuse_report(&c, &unit, MECHANISM_AUTOMATION, &r, NULL), &unit,
		    MECHANISM_EVENT, &other);
	text = diags_text(c.diags, arena, false);
	ok(str_contains(text, STR("error[VC503]: a Security Hub automation rule cannot test "
				  "`score`")) &&
		   str_contains(text, STR("note: an EventBridge pattern cannot compare `score` "
					  "either: it has the value as text, which has no order")),
	   "both refusals are told");
}

/* A notify is told too little first; a narrower rule is one that misses. */
static void test_missed(void)
{
	struct refusal r = {.why = REFUSE_TEXT,
			    .has_field = true,
			    .field = FIELD_severity,
			    .has_nearest = true};
	struct str text;
	int code;

	begin();
	statement.kind = STATEMENT_NOTIFY;
	r.nearest = lower_cond(c.lower, is(FIELD_severity, "HIGH"), VIEW_SINGLE);
	text = report(is(FIELD_severity, "HIGH|CRITICAL"), MECHANISM_EVENT, &r, "automation",
		      &code);
	ok(str_contains(text,
			STR("with the nearest test it would miss `cve CVE-2024-6119, severity "
			    "CRITICAL")) &&
		   str_contains(text, STR("error[VC502]")),
	   "one that is missed");
}

/* The engine and the evaluator disagree: the tree says something else than the diagram. */
static void test_liar(void)
{
	struct refusal r = {.why = REFUSE_TEXT, .has_field = true, .field = FIELD_fix};
	struct cond *liar = ARENA_NEW(arena, struct cond);
	struct str text;
	int code;

	begin();
	*liar = *is(FIELD_fix, "NO");
	lower_cond(c.lower, liar, VIEW_SINGLE); /* remembered by its address */
	*liar = *is(FIELD_fix, "YES");
	text = report(liar, MECHANISM_EVENT, &r, NULL, &code);
	ok(code == 4, "a witness that is none is a bug of ours");
	ok(str_contains(text, STR("is in its condition after all")), "and says so");
}

int main(void)
{
	arena = arena_new();
	test_not_carried();
	test_arn();
	test_digest();
	test_messages();
	test_group();
	test_whole();
	test_also();
	test_missed();
	test_liar();
	arena_free(arena);
	return done();
}
