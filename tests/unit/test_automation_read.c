/* SPDX-License-Identifier: Apache-2.0
 *
 * The reader of automation rules against the logic of targets.md part A. Random criteria are
 * judged twice, by the reader's set and by a matcher of ten lines; requests that say what is not
 * known must be refused, each with its reason. */
#include <string.h>

#include "target/automation.h"

#include "conds.h"

static struct compilation c;
static struct policy policy;
static struct statement statement = {.kind = STATEMENT_ASSIGN, .name = {"rule", 4}};
static struct unit unit = {.statement = &statement, .name = {"rule", 4}, .first = 1};

static void begin(enum view view)
{
	struct sources *sources = sources_new(arena);

	policy = (struct policy){.config = config_default(arena)};
	c = (struct compilation){.arena = arena, .sources = sources, .policy = &policy};
	c.diags = diags_new(arena, sources);
	c.lower = lower_new(arena, engine_new(arena), &policy);
	unit.view = view;
	lower_use(c.lower, view);
}

static struct str quoted(const char *text)
{
	struct strbuf b;

	strbuf_init(&b, arena);
	for (; *text; text++)
		strbuf_addc(&b, *text == '\'' ? '"' : *text);
	return strbuf_str(&b);
}

/* A request whose criteria are of Inspector's findings. */
static struct str request(const char *criteria)
{
	struct strbuf b;

	strbuf_init(&b, arena);
	strbuf_add(&b, quoted("{'RuleName':'vulnctl-rule','RuleOrder':183,'RuleStatus':'ENABLED',"
			      "'IsTerminal':false,'Description':'d','Criteria':{"
			      "'ProductName':[{'Value':'Inspector','Comparison':'EQUALS'}]"));
	strbuf_puts(&b, *criteria ? "," : "");
	strbuf_add(&b, quoted(criteria));
	strbuf_add(&b, quoted("},'Actions':[{'Type':'FINDING_FIELDS_UPDATE','FindingFieldsUpdate':"
			      "{'Workflow':{'Status':'SUPPRESSED'}}}]}"));
	return strbuf_str(&b);
}

static bool read_set(struct str text, dd *set, const char **why)
{
	struct effect effect;

	*why = NULL;
	return automation_read(&c, &unit, text, set, &effect, why);
}

/* --- random criteria --- */

static uint64_t state = 20260401;

static unsigned below(unsigned n)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)(state >> 33) % n;
}

static const char *const names[] = {"EQUALS",	  "PREFIX",	       "CONTAINS",
				    "NOT_EQUALS", "PREFIX_NOT_EQUALS", "NOT_CONTAINS"};

struct filter {
	unsigned comparison;
	const char *text;
};

static bool holds(const struct filter *f, const char *value)
{
	switch (f->comparison % 3) {
	case 0:
		return !strcmp(value, f->text);
	case 1:
		return !strncmp(value, f->text, strlen(f->text));
	default:
		return strstr(value, f->text) != NULL;
	}
}

/* Any positive (if there are some) and no negative. */
static bool matches(const struct filter *f, size_t n, const char *value)
{
	bool positive = false, some = false;

	for (size_t i = 0; i < n; i++) {
		if (f[i].comparison >= 3) {
			if (holds(&f[i], value))
				return false;
			continue;
		}
		positive = true;
		some = some || holds(&f[i], value);
	}
	return some || !positive;
}

/* The sets that targets.md lists: {EQUALS, PREFIX}+, {CONTAINS}+, {NOT_CONTAINS}+, {NOT_EQUALS,
 * PREFIX_NOT_EQUALS}+, {PREFIX}+ {NOT_EQUALS, PREFIX_NOT_EQUALS}+. */
static bool legal(const struct filter *f, size_t n)
{
	static const unsigned sets[] = {1 | 2, 4, 32, 8 | 16, 2 | 8 | 16};
	unsigned used = 0;

	for (size_t i = 0; i < n; i++)
		used |= 1u << f[i].comparison;
	for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
		if (!(used & ~sets[i]))
			return true;
	return false;
}

static const char *random_text(unsigned most)
{
	unsigned n = 1 + below(most);
	char *text = arena_alloc(arena, n + 1);

	for (unsigned i = 0; i < n; i++)
		text[i] = "ab"[below(2)];
	return text;
}

/* Every text of up to five letters: does the set take a finding that has it? */
static unsigned disagreements(dd set, const struct filter *f, size_t n)
{
	struct engine *e = lower_engine(c.lower);
	unsigned wrong = 0;

	for (unsigned length = 0; length <= 5; length++)
		for (unsigned bits = 0; bits < 1u << length; bits++) {
			char text[6] = {0};
			dd one, both;

			for (unsigned i = 0; i < length; i++)
				text[i] = "ab"[bits >> i & 1];
			one = lower_field_in(c.lower, FIELD_finding_id, STR(""),
					     set_strings(e, lang_string(e, str_from(text)), false),
					     unit.view);
			wrong += relate_overlap(e, set, one, &both) != matches(f, n, text);
		}
	return wrong;
}

static void test_random(void)
{
	unsigned n_legal = 0, n_illegal = 0, wrong = 0;

	for (unsigned round = 0; round < 400; round++) {
		struct filter filters[4];
		size_t n = 1 + below(4);
		unsigned family = below(6);
		struct strbuf b;
		const char *why;
		dd set;

		strbuf_init(&b, arena);
		strbuf_puts(&b, "'Id':[");
		for (size_t i = 0; i < n; i++) {
			unsigned near = family + below(2);

			filters[i].comparison = below(4) ? near % 6 : below(6);
			filters[i].text = random_text(3);
			strbuf_printf(&b, "%s{'Comparison':'%s','Value':'%s'}", i ? "," : "",
				      names[filters[i].comparison], filters[i].text);
		}
		strbuf_puts(&b, "]");
		if (read_set(request(str_cstr(arena, strbuf_str(&b))), &set, &why)) {
			n_legal++;
			wrong += !legal(filters, n) || disagreements(set, filters, n);
		} else {
			n_illegal++;
			wrong += legal(filters, n);
		}
	}
	ok(!wrong, "%u criteria mean what they should, %u are refused: %u wrong", n_legal,
	   n_illegal, wrong);
	ok(n_legal > 100 && n_illegal > 50, "enough of both");
}

/* --- what is refused --- */

static void refuses(const char *name, struct str text)
{
	const char *why = NULL;
	dd set;

	if (!ok(!read_set(text, &set, &why) && why && *why, "refused: %s", name))
		printf("# " STR_FMT "\n", STR_ARG(text));
}

static struct str values(const char *criterion, unsigned n)
{
	struct strbuf b;

	strbuf_init(&b, arena);
	strbuf_printf(&b, "'%s':[", criterion);
	for (unsigned i = 0; i < n; i++)
		strbuf_printf(&b, "%s{'Comparison':'EQUALS','Value':'v%u'}", i ? "," : "", i);
	strbuf_puts(&b, "]");
	return request(str_cstr(arena, strbuf_str(&b)));
}

static const struct {
	const char *name, *criteria;
} bad_criteria[] = {
	{"an empty list", "'Id':[]"},
	{"no list", "'Id':{'Comparison':'EQUALS','Value':'a'}"},
	{"an unknown criterion", "'Ids':[{'Comparison':'EQUALS','Value':'a'}]"},
	{"a criterion that rules cannot see",
	 "'WorkflowStatus':[{'Comparison':'EQUALS','Value':'NEW'}]"},
	{"another such", "'UserDefinedFields':[{'Comparison':'EQUALS','Key':'a','Value':'b'}]"},
	{"an unknown key", "'Id':[{'Comparison':'EQUALS','Value':'a','Case':'no'}]"},
	{"no value", "'Id':[{'Comparison':'EQUALS'}]"},
	{"a blank value", "'Id':[{'Comparison':'EQUALS','Value':' \\t'}]"},
	{"a number", "'Id':[{'Comparison':'EQUALS','Value':1}]"},
	{"an unknown comparison", "'Id':[{'Comparison':'SUFFIX','Value':'a'}]"},
	{"a comparison of another API", "'Id':[{'Comparison':'CONTAINS_WORD','Value':'a'}]"},
	{"a word by its beginning", "'RecordState':[{'Comparison':'PREFIX','Value':'ACT'}]"},
	{"a word that there is not", "'RecordState':[{'Comparison':'EQUALS','Value':'OPEN'}]"},
	{"an exclusion of an optional word",
	 "'ComplianceStatus':[{'Comparison':'NOT_EQUALS','Value':'PASSED'}]"},
	{"an exclusion of an optional text",
	 "'Description':[{'Comparison':'NOT_EQUALS','Value':'a'}]"},
	{"two keys of one map", "'ResourceTags':[{'Comparison':'EQUALS','Key':'a','Value':'b'},"
				"{'Comparison':'EQUALS','Key':'b','Value':'b'}]"},
	{"a map without a key", "'ResourceTags':[{'Comparison':'EQUALS','Value':'b'}]"},
	{"a map by a prefix", "'ResourceTags':[{'Comparison':'PREFIX','Key':'a','Value':'b'}]"},
	{"a map by exclusion",
	 "'ResourceTags':[{'Comparison':'NOT_EQUALS','Key':'a','Value':'b'}]"},
	{"a start alone", "'CreatedAt':[{'Start':'2026-01-01T00:00:00Z'}]"},
	{"a range that moves", "'CreatedAt':[{'DateRange':{'Value':3,'Unit':'DAYS'}}]"},
	{"an end before its start",
	 "'CreatedAt':[{'Start':'2026-01-02T00:00:00Z','End':'2026-01-01T00:00:00Z'}]"},
	{"a date that is none", "'CreatedAt':[{'Start':'2026-01-01','End':'2026-01-02'}]"},
	{"a year that is none",
	 "'CreatedAt':[{'Start':'000a-01-01T00:00:00Z','End':'2026-01-01T00:00:00Z'}]"},
};

static struct str with(struct str text, const char *old, const char *new)
{
	struct str from = quoted(old), to = quoted(new);

	for (size_t i = 0; i + from.len <= text.len; i++)
		if (str_starts(str_slice(text, i, text.len), from))
			return str_printf(arena, STR_FMT STR_FMT STR_FMT,
					  STR_ARG(str_slice(text, 0, i)), STR_ARG(to),
					  STR_ARG(str_slice(text, i + from.len, text.len)));
	return STR("");
}

static const struct {
	const char *name, *old, *new;
} bad_requests[] = {
	{"no JSON", "{'RuleName'", "{RuleName"},
	{"an unknown key", "'IsTerminal':false", "'IsTerminal':false,'Tags':{'a':'b'}"},
	{"no description", "'Description':'d',", ""},
	{"no criteria", "'ProductName':[{'Value':'Inspector','Comparison':'EQUALS'}]", ""},
	{"two actions", "'Actions':[", "'Actions':[{'Type':'FINDING_FIELDS_UPDATE',"
				       "'FindingFieldsUpdate':{'Workflow':{'Status':'NEW'}}},"},
	{"no action", "{'Type':'FINDING_FIELDS_UPDATE','FindingFieldsUpdate':"
		      "{'Workflow':{'Status':'SUPPRESSED'}}}", ""},
	{"an unknown action", "FINDING_FIELDS_UPDATE", "FINDING_DELETE"},
	{"an empty update", "'Workflow':{'Status':'SUPPRESSED'}", ""},
	{"an unknown update", "'Workflow':{'Status':'SUPPRESSED'}", "'Confidence':3"},
	{"an unknown status", "SUPPRESSED", "SILENCED"},
	{"two words", "'Status':'SUPPRESSED'", "'Status':'SUPPRESSED','State':'NEW'"},
	{"a severity by number", "'Workflow':{'Status':'SUPPRESSED'}",
	 "'Severity':{'Normalized':70}"},
	{"another author's note", "'Workflow':{'Status':'SUPPRESSED'}",
	 "'Note':{'Text':'t','UpdatedBy':'someone'}"},
	{"a note without an author", "'Workflow':{'Status':'SUPPRESSED'}", "'Note':{'Text':'t'}"},
	{"no fields", "'Workflow':{'Status':'SUPPRESSED'}", "'UserDefinedFields':{}"},
	{"a blank field", "'Workflow':{'Status':'SUPPRESSED'}", "'UserDefinedFields':{'a':' '}"},
};

static void test_refused(void)
{
	const char *why;
	dd set;

	ok(read_set(request(""), &set, &why), "the plain request is read");
	for (size_t i = 0; i < sizeof bad_criteria / sizeof *bad_criteria; i++)
		refuses(bad_criteria[i].name, request(bad_criteria[i].criteria));
	for (size_t i = 0; i < sizeof bad_requests / sizeof *bad_requests; i++)
		refuses(bad_requests[i].name,
			with(request(""), bad_requests[i].old, bad_requests[i].new));
	ok(read_set(values("Description", 20), &set, &why), "20 values");
	refuses("21 values", values("Description", 21));
	ok(read_set(values("GeneratorId", 100), &set, &why), "100 values");
	refuses("101 values", values("GeneratorId", 101));
}

/* --- effects and the frame --- */

static void checks(const char *name, struct str text, bool good)
{
	const char *why = NULL;

	ok(automation_check(&c, &unit, 1, text, &why) == good && (good || (why && *why)), "%s: %s",
	   good ? "taken" : "not taken", name);
}

static void test_frame(void)
{
	struct str text = request("");
	struct effect effect;
	const char *why;
	dd set;

	text = with(text, "'Workflow':{'Status':'SUPPRESSED'}",
		    "'UserDefinedFields':{'b':'2','a':'1'},'Note':{'UpdatedBy':'vulnctl',"
		    "'Text':'n'},'Severity':{'Label':'LOW'}");
	ok(automation_read(&c, &unit, text, &set, &effect, &why), "all effects are read");
	ok(effect.status == -1 && effect.severity == SEVERITY_LOW && str_is(effect.note, "n") &&
	   effect.n_sets == 2 && str_is(effect.sets[0].key, "a") &&
	   str_is(effect.sets[1].value, "2"), "fields come by their keys");
	checks("the plain request", request(""), true);
	checks("another name", with(request(""), "vulnctl-rule", "vulnctl-rule2"), false);
	checks("another order", with(request(""), ":183", ":184"), false);
	checks("an order that is no integer", with(request(""), ":183", ":183.5"), false);
	checks("disabled", with(request(""), "ENABLED", "DISABLED"), false);
	checks("terminal", with(request(""), "false", "true"), false);
	checks("a blank description", with(request(""), ":'d'", ":' '"), false);
}

static void test_many(void)
{
	begin(VIEW_MANY);
	refuses("an exclusion on resources",
		request("'ResourceType':[{'Comparison':'NOT_EQUALS','Value':'AwsS3Bucket'}]"));
	refuses("a beginning and an exclusion on resources",
		request("'ResourceId':[{'Comparison':'PREFIX','Value':'a'},"
			"{'Comparison':'NOT_EQUALS','Value':'ab'}]"));
	refuses("two tests on resources",
		request("'ResourceType':[{'Comparison':'EQUALS','Value':'AwsS3Bucket'}],"
			"'ResourceId':[{'Comparison':'PREFIX','Value':'a'}]"));
	refuses("an exclusion of a type of finding",
		request("'Type':[{'Comparison':'NOT_EQUALS','Value':'a'}]"));
}

int main(void)
{
	arena = arena_new();
	begin(VIEW_SINGLE);
	test_random();
	test_refused();
	test_frame();
	test_many();
	arena_free(arena);
	return done();
}
