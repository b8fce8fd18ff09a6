/* SPDX-License-Identifier: Apache-2.0
 *
 * Whole policies: defaults and what switches them off, several files, tables, ends, limits, and the
 * reference example of the language. */
#include "base/file.h"
#include "checked.h"

#define P "and("
#define INSPECTOR ", product in {Inspector}"
#define ACTIVE ", record in {ACTIVE}"

static const struct {
	const char *text, *name, *typed;
	bool many;
} conditions[] = {
	/* the built-in defaults */
	{"notify n { when true; to pagerduty; }", "n", P "true" INSPECTOR ACTIVE ")", false},
	{"insight n { when true; group by cve; }", "n", P "true" INSPECTOR ACTIVE ")", false},
	{"assign n { when true; note \"x\"; }", "n", P "true" INSPECTOR ")", false},
	{"protect n { when true; }", "n", P "true" INSPECTOR ")", false},
	{"tier n { when true; unless fix == NO; }", "n", P "true, not(fix in {NO})" INSPECTOR ")",
	 false},
	{"review n { when true; schedule \"rate(1 day)\"; }", "n", P "true" INSPECTOR ")", false},
	{"reopen n { when true; }", "n", P "true" INSPECTOR ACTIVE ")", false},
	{"lifecycle n { when repository == \"x\"; keep 1; }", "n", "repository in {x}", false},
	{"status NEW { label \"x\"; }", "NEW", "nothing", false},
	{"action n { title \"t\"; note \"n\"; }", "n", "nothing", false},
	/* switched off by a test, a word, a mechanism */
	{"notify n { when record == ARCHIVED; to pagerduty; }", "n",
	 P "record in {ARCHIVED}" INSPECTOR ")", false},
	{"notify n { when true; unless record exists; to pagerduty; }", "n",
	 P "true, not(record exists)" INSPECTOR ")", false},
	{"define d = record exists; notify n { when d; to pagerduty; }", "n",
	 P "d:record exists" INSPECTOR ")", false},
	{"tier t { when record == ACTIVE; } notify n { when tier == t; to pagerduty; }", "n",
	 P "tier t" INSPECTOR ACTIVE ")", false},
	{"notify n { when true; record any; to pagerduty; }", "n", P "true" INSPECTOR ")", false},
	{"insight n { when true; group by cve; via inspector; }", "n", P "true" INSPECTOR ")",
	 false},
	{"notify n { when product == \"GuardDuty\"; to pagerduty; }", "n",
	 P "product in {GuardDuty}" ACTIVE ")", true},
	{"notify n { when product.arn contains \"guardduty\"; to pagerduty; }", "n",
	 P "product.arn contains {guardduty}" ACTIVE ")", true},
	{"notify n { when product == \"Inspector\"; to pagerduty; }", "n",
	 P "product in {Inspector}" ACTIVE ")", false},
	{"notify n { when true; product any; to pagerduty; }", "n", P "true" ACTIVE ")", true},
	{"notify n { when true; product any; record any; to pagerduty; }", "n", "true", true},
	{"notify n { when true; product \"GuardDuty\"; to pagerduty; }", "n",
	 P "true, product in {GuardDuty}" ACTIVE ")", true},
	{"notify n { when true; product [\"Inspector\", \"GuardDuty\"]; to pagerduty; }", "n",
	 P "true, product in {Inspector, GuardDuty}" ACTIVE ")", true},
	/* the policy's */
	{"policy \"p\" { accounts [111122223333]; regions [\"us-east-1\"]; resources [ecr_image]; "
	 "} "
	 "protect n { when true; }",
	 "n",
	 P "true, account in {111122223333}, region in {us-east-1}, "
	   "resource.type in {AwsEcrContainerImage}" INSPECTOR ")",
	 false},
	{"let mine = [111122223333, 444455556666]; policy \"p\" { accounts mine; } "
	 "protect n { when true; }",
	 "n", P "true, account in {111122223333, 444455556666}" INSPECTOR ")", false},
	{"policy \"p\" { product any; } protect n { when true; }", "n", "true", true},
	{"policy \"p\" { product [\"GuardDuty\"]; } protect n { when true; }", "n",
	 P "true, product in {GuardDuty})", true},
	/* what properties add */
	{"suppress n { when true; until fixed; reason \"r\"; owner \"o\"; }", "n",
	 P "true, fix in {NO, PARTIAL}" INSPECTOR ACTIVE ")", false},
	{"notify n { when true; to pagerduty; mark NOTIFIED; }", "n",
	 P "true, workflow in {NEW}" INSPECTOR ACTIVE ")", false},
	{"notify n { when repository == \"x\"; source inspector-scan; to pagerduty; }", "n",
	 "repository in {x}", false},
	{"policy \"p\" { accounts [111122223333]; resources [ecr_image]; } "
	 "notify n { when counts.high > 1; unless scan.status == \"x\"; source inspector-scan; "
	 "to pagerduty; }",
	 "n", P "counts.high [2, *], not(scan.status in {x}), account in {111122223333})", false},
};

static struct checked of_text(const char *body)
{
	char text[2048];

	snprintf(text, sizeof(text), "edition 1;\n%s\n", body);
	return check_text_of(text);
}

static void test_conditions(void)
{
	for (size_t i = 0; i < ARRAY_LEN(conditions); i++) {
		struct checked k = of_text(conditions[i].text);
		const struct statement *s = statement_of(&k, conditions[i].name);
		struct str typed = shown(&k, s->condition);

		if (!ok(str_is(typed, conditions[i].typed) && s->many == conditions[i].many &&
				!k.errors.len,
			"%s", conditions[i].text))
			printf("# got " STR_FMT " many %d " STR_FMT "\n", STR_ARG(typed), s->many,
			       STR_ARG(k.errors));
		arena_free(k.arena);
	}
}

static void test_via(void)
{
	static const struct {
		const char *policy;
		enum via suppress, reopen, assign, insight, notify;
	} rows[] = {
		{"", VIA_NONE, VIA_NONE, VIA_NONE, VIA_NONE, VIA_NONE},
		{"via event;", VIA_EVENT, VIA_EVENT, VIA_EVENT, VIA_NONE, VIA_NONE},
		{"via automation;", VIA_AUTOMATION, VIA_NONE, VIA_AUTOMATION, VIA_NONE, VIA_NONE},
		{"via automation-v2;", VIA_AUTOMATION_V2, VIA_NONE, VIA_AUTOMATION_V2, VIA_NONE,
		 VIA_NONE},
		{"via inspector;", VIA_INSPECTOR, VIA_NONE, VIA_NONE, VIA_INSPECTOR, VIA_NONE},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char text[1024];
		struct checked k;

		snprintf(text, sizeof(text),
			 "policy \"p\" { owner \"o\"; %s } "
			 "suppress s { when true; until fixed; reason \"r\"; } "
			 "reopen r { when true; } assign a { when true; note \"n\"; } "
			 "insight i { when true; group by cve; } notify n { when true; to "
			 "pagerduty; }",
			 rows[i].policy);
		k = of_text(text);
		ok(!k.errors.len && statement_of(&k, "s")->via == rows[i].suppress &&
			   statement_of(&k, "r")->via == rows[i].reopen &&
			   statement_of(&k, "a")->via == rows[i].assign &&
			   statement_of(&k, "i")->via == rows[i].insight &&
			   statement_of(&k, "n")->via == rows[i].notify,
		   "policy { %s }", rows[i].policy);
		arena_free(k.arena);
	}
}

static void test_ends(void)
{
	struct checked k = of_text(
		"policy \"p\" { owner \"o\"; timezone \"+09:00\"; }\n"
		"suppress day { when true; until 2026-12-31; reason \"r\"; }\n"
		"suppress instant { when true; until 2026-12-31T00:00Z; reason \"r\"; }\n"
		"suppress both { when true; until fixed; until 2026-12-31; reason \"r\"; }\n"
		"suppress past { when true; until 2020-01-01; reason \"r\"; }\n"
		"suppress rows { until 2026-12-31; ticket \"T-1\"; unless exploit == YES;\n"
		"  each cve { CVE-2024-3094 until 2026-06-30 reason \"a\" \"b\";\n"
		"             CVE-2024-3095 reason \"c\" ticket \"T-2\" until fixed until "
		"2026-01-01; }\n"
		"  each field[\"k\"] { \"v\" reason \"d\"; } }\n");
	const struct statement *s = statement_of(&k, "day");
	const struct row *r;

	if (!ok(!k.errors.len, "no error in the ends: " STR_FMT, STR_ARG(k.errors)))
		return;
	ok(str_is(civil_format_instant(k.arena, s->until.end), "2026-12-31T15:00:00Z") &&
		   str_is(s->until.text, "2026-12-31") && !s->until.is_datetime && s->line == 3,
	   "a day holds to its last instant in the policy's timezone");
	s = statement_of(&k, "instant");
	ok(s->until.is_datetime &&
		   str_is(civil_format_instant(k.arena, s->until.end), "2026-12-31T00:00:01Z"),
	   "an instant is in the time that it ends");
	s = statement_of(&k, "both");
	ok(s->until.has_date && s->until.fixed, "a date and fixed");
	ok(statement_of(&k, "past")->condition != NULL, "an expired suppression stays");
	s = statement_of(&k, "rows");
	ok(s->n_rows == 3 && !s->condition && str_is(s->operand, "cve"), "three rows");
	r = s->rows;
	ok(str_is(r[0].reason, "ab") && str_is(r[0].ticket, "T-1") &&
		   str_is(r[0].until.text, "2026-06-30") && str_is(r[0].value, "CVE-2024-3094"),
	   "a row's own words, else the block's");
	ok(str_is(shown(&k, r[0].condition), "and(cve in {CVE-2024-3094}, not(exploit in {YES})"
					     ", product in {Inspector}, record in {ACTIVE})"),
	   "a row's condition");
	ok(r[1].until.fixed && str_is(r[1].until.text, "2026-01-01") && str_is(r[1].ticket, "T-2"),
	   "a row with two ends");
	ok(strstr(str_cstr(k.arena, shown(&k, r[1].condition)), "fix in {NO, PARTIAL}") != NULL,
	   "a row until fixed tests fix");
	ok(str_is(r[2].until.text, "2026-12-31") &&
		   str_starts(shown(&k, r[2].condition), STR("and(field[k] in {v}")),
	   "a second table");
	arena_free(k.arena);
}

static void test_statement(void)
{
	struct checked k = of_text(
		"policy \"p\" { owner \"o\"; description \"d\"; }\n"
		"tier high { label \"l\"; when true; sla 2d; review 7d; }\n"
		"@allow(hides-critical, reason: \"why\", until: 2026-12-31) @was(\"old\")\n"
		"suppress s { when true; until fixed; reason \"r\" \"s\"; status RESOLVED; note "
		"\"n\";\n"
		"  ticket \"T\"; justification component_not_present; review 30d; via event; }\n"
		"reopen r { of s; when true; }\n"
		"assign a { when true; set k = \"v\"; set \"a b\" = \"w\"; severity LOW; status "
		"NEW; }\n"
		"notify n { when true; to [slack-security, pagerduty, pagerduty]; title \"t\";\n"
		"  message \"{cve}\"; source [inspector, securityhub]; }\n");
	const struct statement *s = statement_of(&k, "s");

	ok(!k.errors.len, "no error: " STR_FMT, STR_ARG(k.errors));
	ok(str_is(k.policy->name, "p") && str_is(k.policy->description, "d") &&
		   str_is(k.policy->owner, "o") && !k.policy->has_timezone &&
		   str_is(k.policy->now_text, "2026-04-01") && k.policy->edition == 1,
	   "the policy");
	ok(k.policy->n_tiers == 1 && k.policy->n_statements == 4 &&
		   k.policy->tiers[0]->sla == 2 * NS_PER_DAY &&
		   k.policy->tiers[0]->review == 7 * NS_PER_DAY &&
		   str_is(k.policy->tiers[0]->label, "l"),
	   "a tier");
	ok(str_is(s->reason, "rs") && s->status == WORKFLOW_RESOLVED && str_is(s->note, "n") &&
		   str_is(s->ticket, "T") && str_is(s->justification, "component_not_present") &&
		   s->review == 30 * NS_PER_DAY && s->via == VIA_EVENT && str_is(s->owner, "o"),
	   "a suppression");
	ok(s->n_was == 1 && str_is(s->was[0], "old") && k.policy->n_allows == 1 &&
		   str_is(k.policy->allows[0].rule, "hides-critical") &&
		   str_is(k.policy->allows[0].reason, "why") &&
		   k.policy->allows[0].until_days == 20818,
	   "its annotations");
	ok(statement_of(&k, "r")->of == s, "a reopen knows its suppression");
	s = statement_of(&k, "a");
	ok(s->n_sets == 2 && str_is(s->sets[0].key, "k") && str_is(s->sets[1].value, "w") &&
		   s->severity == SEVERITY_LOW && s->status == WORKFLOW_NEW,
	   "an assign");
	s = statement_of(&k, "n");
	ok(s->n_to == 2 && str_is(s->to[1], "pagerduty") && s->group_by == -1 &&
		   s->source == (SOURCE_INSPECTOR | SOURCE_SECURITYHUB) && s->status == -1,
	   "a notify");
	arena_free(k.arena);
}

/* --- several files --- */

static void expect_files(const char *what, const struct checked_file *files, size_t n,
			 const char *errors)
{
	struct checked k = check_files_of(files, n);

	if (!ok(str_is(k.errors, errors), "%s: %s", what, errors))
		printf("# got " STR_FMT "\n", STR_ARG(k.errors));
	arena_free(k.arena);
}

#define FILES(what, errors, ...)                                                                   \
	do {                                                                                       \
		const struct checked_file list[] = {__VA_ARGS__};                                  \
		expect_files((what), list, ARRAY_LEN(list), (errors));                             \
	} while (0)

static void test_names_of_files(void)
{
	FILES("a plain use merges", "",
	      {"policy.vpol", "edition 1; use \"a\"; protect p { when d; }"},
	      {"a", "edition 1; define d = e; define e = fix == YES;"});
	FILES("in both directions", "",
	      {"policy.vpol", "edition 1; use \"a\"; define d = fix == YES;"},
	      {"a", "edition 1; protect p { when d; }"});
	FILES("an alias does not", "VC003 1:43",
	      {"policy.vpol", "edition 1; use \"a\" as a; protect p { when d; }"},
	      {"a", "edition 1; define d = fix == YES;"});
	FILES("an alias names", "",
	      {"policy.vpol",
	       "edition 1; use \"a\" as a; protect p { when a.d and title in a.l; }"},
	      {"a", "edition 1; define d = fix == YES; let l = [\"x\"];"});
	FILES("an alias has a suggestion", "VC003 1:43",
	      {"policy.vpol", "edition 1; use \"a\" as a; protect p { when a.e; }"},
	      {"a", "edition 1; define d = fix == YES;"});
	FILES("an alias twice", "VC010 1:37",
	      {"policy.vpol", "edition 1; use \"a\" as a; use \"b\" as a;"}, {"a", "edition 1;"},
	      {"b", "edition 1;"});
	FILES("an alias that shadows", "VC012 1:23",
	      {"policy.vpol", "edition 1; use \"a\" as image;"}, {"a", "edition 1;"});
	FILES("one definition twice is none", "",
	      {"policy.vpol", "edition 1; use \"a\"; use \"b\"; protect p { when d; }"},
	      {"a", "edition 1; use \"c\"; define x = d;"},
	      {"b", "edition 1; use \"c\"; define y = d;"},
	      {"c", "edition 1; define d = fix == YES;"});
	FILES("two definitions are an error", "VC010 b:1:19",
	      {"policy.vpol", "edition 1; use \"a\"; use \"b\"; protect p { when d; }"},
	      {"a", "edition 1; define d = fix == NO;"},
	      {"b", "edition 1; define d = fix == YES;"});
	FILES("but not behind aliases", "",
	      {"policy.vpol", "edition 1; use \"a\" as a; use \"b\" as b; "
			      "define d = a.d or b.d; protect p { when d; }"},
	      {"a", "edition 1; define d = fix == NO;"},
	      {"b", "edition 1; define d = fix == YES;"});
	FILES("what users of a file do not agree on", "VC003 c:1:30",
	      {"policy.vpol", "edition 1; use \"a\" as a; use \"b\" as b;"},
	      {"a", "edition 1; use \"c\"; define d = fix == NO;"},
	      {"b", "edition 1; use \"c\"; define d = fix == YES;"},
	      {"c", "edition 1;  protect p { when d; }"});
}

static void test_statements_of_files(void)
{
	FILES("a cycle over files", "VC012 1:28",
	      {"policy.vpol", "edition 1; use \"a\"; define d = e;"},
	      {"a", "edition 1; define e = d;"});
	FILES("statement names are unique over all files", "VC010 a:1:20",
	      {"policy.vpol", "edition 1; use \"a\" as a; protect p { when true; }"},
	      {"a", "edition 1; protect p { when true; }"});
	FILES("tiers are named bare", "",
	      {"policy.vpol", "edition 1; use \"a\" as a; protect p { when tier == t; }"},
	      {"a", "edition 1; tier t { when true; }"});
	FILES("tiers stand in one file", "VC010 a:1:17",
	      {"policy.vpol", "edition 1; use \"a\"; tier s { when true; }"},
	      {"a", "edition 1; tier t { when true; }"});
	FILES("the root's alone",
	      "VC004 a:1:25; VC004 a:1:44; VC004 a:1:59; VC004 a:1:79; "
	      "VC004 a:1:102",
	      {"policy.vpol", "edition 1; use \"a\";"},
	      {"a", "edition 1; policy \"a\" { timezone \"+09:00\"; regions [\"x\"]; "
		    "accounts [1];       resources [ecr_image]; product any; }"});
	FILES("a file cannot change via", "VC005 a:1:29",
	      {"policy.vpol", "edition 1; use \"a\"; policy \"p\" { via event; }"},
	      {"a", "edition 1; policy \"a\" { via inspector; }"});
}

static void test_blocks_of_files(void)
{
	static const struct checked_file files[] = {
		{"policy.vpol", "edition 1; use \"a\"; use \"b\"; policy \"p\" { owner \"o\"; "
				"timezone \"+09:00\"; scope account == 111122223333; via event; } "
				"suppress r { when true; until 2026-12-31; reason \"r\"; }"},
		{"a",
		 "edition 1; policy \"a\" { owner \"team\"; scope repository startswith \"a/\"; } "
		 "suppress sa { when true; until 2026-12-31; reason \"r\"; }"},
		{"b", "edition 1; suppress sb { when true; until 2026-12-31; reason \"r\"; }"},
	};
	struct checked k = check_files_of(files, ARRAY_LEN(files));
	const struct statement *r = statement_of(&k, "r"), *a = statement_of(&k, "sa"),
			       *b = statement_of(&k, "sb");

	ok(!k.errors.len, "no error: " STR_FMT, STR_ARG(k.errors));
	ok(str_is(r->owner, "o") && str_is(a->owner, "team") && str_is(b->owner, "o"),
	   "a file's owner, else the root's");
	ok(str_is(shown(&k, r->scope), "account in {111122223333}") &&
		   str_is(shown(&k, b->scope), "account in {111122223333}") &&
		   str_is(shown(&k, a->scope),
			  "and(account in {111122223333}, repository startswith {a/})"),
	   "a file's scope narrows the root's");
	ok(a->via == VIA_EVENT && b->via == VIA_EVENT, "the root's via");
	ok(a->until.end == r->until.end, "the root's timezone");
	ok(str_is(a->file, "a") && a->line == 1 && k.policy->n_files == 3, "where it stands");
	arena_free(k.arena);
}

/* --- limits --- */

/* A text is written by one of these, around a limit n. */
typedef void write_text(struct strbuf *b, size_t n);

static void write_blow_up(struct strbuf *b, size_t n)
{
	strbuf_puts(b, "define d0 = fix == YES or fix == NO;\n");
	for (size_t i = 1; i <= n; i++)
		strbuf_printf(b, "define d%zu = (d%zu and fix == NO) or d%zu;\n", i, i - 1, i - 1);
	strbuf_printf(b, "protect p { when d%zu; }\n", n);
}

static void write_chain(struct strbuf *b, size_t n)
{
	for (size_t i = 1; i < n; i++)
		strbuf_printf(b, "define e%zu = e%zu;\n", i, i - 1);
	strbuf_printf(b, "define e0 = fix == YES;\nprotect p { when e%zu; }\n", n - 1);
}

/* n levels: one of a test and the others of a `not` each. */
static void write_deep(struct strbuf *b, size_t n)
{
	strbuf_puts(b, "define e1 = fix == YES;\n");
	for (size_t i = 2; i <= n; i++)
		strbuf_printf(b, "define e%zu = not e%zu;\n", i, i - 1);
	strbuf_printf(b, "protect p { when e%zu; product any; }\n", n);
}

/* n nodes: 999 times the 1001 of d, one `or`, and what is missing. */
static void write_wide(struct strbuf *b, size_t n)
{
	strbuf_puts(b, "define d = fix == NO");
	for (size_t i = 1; i < 1000; i++)
		strbuf_puts(b, " or fix == NO");
	strbuf_puts(b, ";\nprotect p { product any; when d");
	for (size_t i = 1; i < 999; i++)
		strbuf_puts(b, " or d");
	for (size_t i = 1000000; i < n; i++)
		strbuf_puts(b, " or fix == NO");
	strbuf_puts(b, "; }\n");
}

static void write_lets(struct strbuf *b, size_t n)
{
	strbuf_puts(b, "let l0 = [\"x\"];\n");
	for (size_t i = 1; i <= n; i++)
		strbuf_printf(b, "let l%zu = [l%zu];\n", i, i - 1);
	strbuf_printf(b, "protect p { when title in l%zu; }\n", n);
}

static void write_set(struct strbuf *b, size_t n)
{
	strbuf_puts(b, "let l = [");
	for (size_t i = 0; i < n / 2; i++)
		strbuf_printf(b, "\"a%zu\",", i);
	strbuf_puts(b, "]; protect p { when title in [l, ");
	for (size_t i = n / 2; i < n; i++)
		strbuf_printf(b, "\"a%zu\",", i);
	strbuf_puts(b, "]; }\n");
}

/* Sets of a let with 5001 values and one more: 5000 copied each; the first takes what is over. */
static void write_splices(struct strbuf *b, size_t n)
{
	strbuf_puts(b, "let l = [");
	for (size_t i = 0; i < 5001; i++)
		strbuf_printf(b, "\"a%zu\",", i);
	strbuf_puts(b, "]; let m = [\"x\", \"y\"];\nprotect p { when ");
	for (size_t i = 0; i < n / 5000; i++)
		strbuf_printf(b, "%stitle in [l, \"b\"]", i ? " or " : "");
	for (size_t i = 0; i < n % 5000; i++)
		strbuf_puts(b, " or title in [m, \"b\"] or title in [m, \"c\"]");
	strbuf_puts(b, "; }\n");
}

static void test_limits(void)
{
	static const struct {
		const char *what;
		write_text *write;
		size_t n;
		const char *errors;
	} rows[] = {
		{"defines that blow up", write_blow_up, 30, "VC016 20:14"},
		{"a chain of all defines", write_chain, 20000, ""},
		{"deep", write_deep, 1024, ""},
		{"too deep", write_deep, 1025, "VC016 1026:16"},
		{"wide", write_wide, 1000000, ""},
		{"too wide", write_wide, 1000001, "VC016 3:31"},
		{"lets in lets", write_lets, 64, ""},
		{"lets too far in lets", write_lets, 65, "VC016 67:5"},
		{"a set with spliced values", write_set, 10000, ""},
		{"too many spliced values", write_set, 10001, "VC016 2:38929"},
		{"sets that repeat a let", write_splices, 1000000, ""},
		{"sets that repeat a let too often", write_splices, 1000001, "VC016 3:4227"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena *arena = arena_new();
		struct strbuf b;
		struct checked k;

		strbuf_init(&b, arena);
		strbuf_puts(&b, "edition 1;\n");
		rows[i].write(&b, rows[i].n);
		strbuf_addc(&b, '\0');
		k = check_text_of(b.ptr);
		if (!ok(str_is(k.errors, rows[i].errors), "%s: %zu", rows[i].what, rows[i].n))
			printf("# got " STR_FMT "\n", STR_ARG(k.errors));
		arena_free(k.arena);
		arena_free(arena);
	}
}

/* --- the reference example, from its file --- */

static void test_example(void)
{
	struct arena *arena = arena_new();
	struct checked k = {.arena = arena, .sources = sources_new(arena)};
	struct check_options options = {.has_now = true, .now = STR("2026-04-01")};
	struct str dir = STR("examples/ecr-operations"), yaml;
	const struct ast_program *program;
	const struct config *config;

	k.diags = diags_new(arena, k.sources);
	if (!ok(file_read(arena, k.diags, STR("examples/ecr-operations/vulnctl.yaml"), 1 << 20,
			  &yaml),
		"the example's vulnctl.yaml"))
		return;
	config = config_read(arena, k.diags, sources_add(k.sources, STR("vulnctl.yaml"), yaml));
	program = load_program(arena, k.diags, k.sources,
			       STR("examples/ecr-operations/policy.vpol"), dir);
	k.policy = check_program(arena, k.diags, k.sources, program, config, &options);
	k.json = diags_json(k.diags, arena);
	k.errors = checked_errors(&k);
	ok(!k.errors.len, "the reference example: " STR_FMT, STR_ARG(k.errors));
	ok(k.policy->n_tiers == 2 && k.policy->n_statements == 14, "all of its statements");
	ok(str_is(shown(&k, statement_of(&k, "high-now")->condition),
		  "and(and(tier high, workflow in {NEW}), resource.type in {AwsEcrContainerImage}, "
		  "product in {Inspector}, record in {ACTIVE})"),
	   "high-now");
	ok(str_is(shown(&k, k.policy->tiers[0]->condition),
		  "and(and(severity in {CRITICAL}, exploitable:exploit in {YES}, "
		  "fixable:fix in {YES}), resource.type in {AwsEcrContainerImage}, "
		  "product in {Inspector})"),
	   "tier high");
	arena_free(arena);
}

int main(void)
{
	test_conditions();
	test_via();
	test_ends();
	test_statement();
	test_names_of_files();
	test_statements_of_files();
	test_blocks_of_files();
	test_limits();
	test_example();
	return done();
}
