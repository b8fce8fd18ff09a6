/* SPDX-License-Identifier: Apache-2.0
 *
 * Baselines: what is written is read, what is known is marked, what is needed no more is told, and
 * a file that is none is refused at its place. */
#include "lint/baseline.h"
#include "tap.h"

struct run {
	struct arena *arena;
	struct sources *sources;
	struct diags *d;
	struct span at;
};

static struct run start(void)
{
	struct run run = {.arena = arena_new()};
	struct source *source;

	run.sources = sources_new(run.arena);
	run.d = diags_new(run.arena, run.sources);
	source = sources_add(run.sources, STR("p"), STR("x"));
	run.at = (struct span){source->base, source->base + 1};
	return run;
}

static void is(struct str got, const char *expected, const char *name)
{
	if (!ok(str_is(got, expected), "%s", name))
		printf("# got:\n" STR_FMT "\n# expected:\n%s\n", STR_ARG(got), expected);
}

static struct diag *problem(struct run *run, enum diag_level level, const char *name,
			    const char *format, ...) __attribute__((format(printf, 4, 5)));

static struct diag *problem(struct run *run, enum diag_level level, const char *name,
			    const char *format, ...)
{
	struct diag *diag;
	va_list args;

	va_start(args, format);
	diag = diag_lint(run->d, level, "VC101", "whole-account", run->at, format, args);
	va_end(args);
	diag_name(diag, str_from(name));
	return diag;
}

static struct baseline *read_text(struct run *run, const char *text)
{
	return baseline_read(run->arena, run->d,
			     sources_add(run->sources, STR("b.json"), str_from(text)));
}

static void test_write(void)
{
	struct run run = start();
	struct str text;

	ok(baseline_write(run.arena, run.d, DIAG_INFO, &text), "nothing is a baseline");
	is(text, "{\n  \"format\": 1,\n  \"problems\": []\n}\n", "an empty one");
	problem(&run, DIAG_ERROR, "VC101/suppress/b", "hides \"%s\"", "x");
	problem(&run, DIAG_WARNING, "VC101/suppress/a", "m");
	problem(&run, DIAG_INFO, "VC101/suppress/c", "not so bad");
	diag_allow(problem(&run, DIAG_ERROR, "VC101/suppress/d", "allowed"), STR("r"), STR("u"));
	diag_name(diag_error(run.d, "VC201", run.at, "no policy"), STR("VC201/suppress/a"));
	ok(baseline_write(run.arena, run.d, DIAG_WARNING, &text), "written");
	is(text,
	   "{\n  \"format\": 1,\n  \"problems\": [\n"
	   "    {\"fingerprint\":\"VC101/suppress/a\",\"id\":\"VC101\"},\n"
	   "    {\"fingerprint\":\"VC101/suppress/b\",\"id\":\"VC101\"}\n"
	   "  ]\n}\n",
	   "sorted, one a line: lint's problems of that level that are not allowed");
	arena_free(run.arena);

	run = start();
	for (size_t i = 0; i < 10001; i++)
		diag_error(run.d, "VC1", run.at, "e");
	ok(!baseline_write(run.arena, run.d, DIAG_INFO, &text) && diags_exit_code(run.d) == 3,
	   "more problems than are kept are none");
	arena_free(run.arena);
}

static void test_apply(void)
{
	static const char text[] =
		"{\"format\":1,\"problems\":[\n"
		"{\"id\":\"VC101\",\"fingerprint\":\"VC101/suppress/z\"},\n"
		" {\"fingerprint\":\"VC101/suppress/a\",\"id\":\"VC101\"},\n"
		"{\"fingerprint\":\"VC201/suppress/a\",\"id\":\"VC201\"},\n"
		"{\"fingerprint\":\"VC101/suppress/d\",\"id\":\"VC101\"}]}";
	struct run run = start();
	struct baseline *baseline;
	bool looked_for[RULE_COUNT];
	struct diag *a = problem(&run, DIAG_ERROR, "VC101/suppress/a", "m");
	struct diag *new = problem(&run, DIAG_ERROR, "VC101/suppress/b", "new");
	struct diag *allowed = problem(&run, DIAG_ERROR, "VC101/suppress/d", "allowed");
	struct diag *policy = diag_error(run.d, "VC201", run.at, "no policy");

	for (size_t i = 0; i < RULE_COUNT; i++)
		looked_for[i] = true;
	diag_allow(allowed, STR("r"), STR("u"));
	diag_name(policy, STR("VC201/suppress/a"));
	baseline = read_text(&run, text);
	ok(baseline != NULL, "read");
	baseline_apply(baseline, run.d, NULL);
	ok(diag_is_known(a) && !diag_is_known(new), "what the baseline has is known");
	ok(!diag_is_known(allowed), "what is allowed needs none");
	ok(!diag_is_known(policy), "what does not compile cannot be known");
	ok(diags_count(run.d, DIAG_ERROR) == 4, "not all rules ran: nothing is told of entries");
	baseline_apply(baseline, run.d, looked_for);
	is(diags_text(run.d, run.arena, false),
	   "p:1:1: error[VC101 whole-account]: new\n"
	   "     1 | x\n"
	   "       | ^\n"
	   "p:1:1: allowed[VC101 whole-account]: allowed\n"
	   "     1 | x\n"
	   "       | ^\n"
	   "  note: until u: r\n"
	   "p:1:1: error[VC201]: no policy\n"
	   "     1 | x\n"
	   "       | ^\n"
	   "b.json:2:1: error: the entry `VC101/suppress/z` is needed no more\n"
	   "     2 | {\"id\":\"VC101\",\"fingerprint\":\"VC101/suppress/z\"},\n"
	   "       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
	   "  help: remove it from the baseline\n"
	   "b.json:4:1: error: the entry `VC201/suppress/a` is needed no more\n"
	   "     4 | {\"fingerprint\":\"VC201/suppress/a\",\"id\":\"VC201\"},\n"
	   "       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
	   "  help: remove it from the baseline\n"
	   "b.json:5:1: error: the entry `VC101/suppress/d` is needed no more\n"
	   "     5 | {\"fingerprint\":\"VC101/suppress/d\",\"id\":\"VC101\"}]}\n"
	   "       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
	   "  help: remove it from the baseline\n"
	   "... and 1 more, known before\n",
	   "entries that met nothing are told; what is known is counted");
	ok(diags_exit_code(run.d) == 2, "no exit code follows from them");
	arena_free(run.arena);
}

/* The first line of a diagnostic. */
static void begins(struct str got, const char *expected)
{
	bool same = str_starts(got, STR("b.json:")) &&
		    str_starts(str_slice(got, 7, got.len), str_from(expected));

	if (!ok(same, "because %s", expected))
		printf("# got:\n" STR_FMT "\n", STR_ARG(got));
}

static void test_refused(void)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{"", "1:1: error: the text ends too early"},
		{"[]", "1:1: error: a baseline is an object"},
		{"{\"format\": 1, \"problems\": [}", "1:28: error: a value is expected here"},
		{"{\"format\": 1, \"problems\": []} x",
		 "1:31: error: text after the end of the value"},
		{"{\"format\": 1, \"format\": 1}", "1:15: error: a key stands twice in one object"},
		{"{\"format\": 2}", "1:12: error: this version reads baselines of format 1 alone"},
		{"{\"format\": \"1\"}", "1:12: error: a number is expected here"},
		{"{\"problems\": {}}", "1:14: error: the problems are an array"},
		{"{\"format\": 1}", "1:1: error: a baseline has a `format` and `problems`"},
		{"{\"problems\": []}", "1:1: error: a baseline has a `format` and `problems`"},
		{"{\"more\": 1}", "1:2: error: `more` is no key of a baseline"},
		{"{\"m\\u006fre\": 1}", "1:15: error: `more` is no key of a baseline"},
		{"{\"problems\": [\n1\n]}", "2:1: error: a problem is an object"},
		{"{\"problems\": [\n {\"id\": \"VC1\"}\n]}",
		 "2:2: error: a problem needs a `fingerprint` and an `id`"},
		{"{\"problems\": [{\"fingerprint\": \"a\"}]}",
		 "1:15: error: a problem needs a `fingerprint` and an `id`"},
		{"{\"problems\": [{\"fingerprint\": \"\", \"id\": \"a\"}]}",
		 "1:15: error: a problem needs a `fingerprint` and an `id`"},
		{"{\"problems\": [{\"id\": 1}]}", "1:22: error: a string is expected here"},
		{"{\"problems\": [{\"line\": 1}]}", "1:16: error: `line` is no key of a baseline"},
		{"{\"problems\": [{\"id\": \"a\xff\"}]}", "1:24: error: "},
		{"{\"format\": 1, \"problems\": [\n{\"fingerprint\":\"a\",\"id\":\"b\"},\n"
		 "{\"fingerprint\":\"a\",\"id\":\"b\"}]}",
		 "3:1: error: `a` stands twice"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct run run = start();

		ok(!read_text(&run, cases[i].text), "case %zu is refused", i);
		ok(diags_exit_code(run.d) == 3, "an input that cannot be used");
		begins(diags_text(run.d, run.arena, false), cases[i].message);
		arena_free(run.arena);
	}
}

int main(void)
{
	test_write();
	test_apply();
	test_refused();
	return done();
}
