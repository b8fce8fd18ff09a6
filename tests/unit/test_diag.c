/* SPDX-License-Identifier: Apache-2.0
 *
 * Diagnostics: what they look like, their order and limits, and that nothing from outside reaches
 * a terminal or a log unescaped. */
#include <string.h>

#include "base/diag.h"
#include "base/json.h"
#include "base/unicode.h"
#include "hostile.h"
#include "tap.h"

struct run {
	struct arena *arena;
	struct sources *sources;
	struct diags *d;
};

static struct run start(void)
{
	struct run run = {.arena = arena_new()};

	run.sources = sources_new(run.arena);
	run.d = diags_new(run.arena, run.sources);
	return run;
}

/* The place of the first occurrence of a text. */
static struct span find(const struct source *source, const char *text)
{
	size_t n = strlen(text);
	const char *at = memmem(source->text.ptr, source->text.len, text, n);
	uint32_t offset = at ? source->base + (uint32_t)(at - source->text.ptr) : 0;

	return (struct span){offset, offset ? offset + (uint32_t)n : 0};
}

static void is(struct str got, const char *expected, const char *name)
{
	if (!ok(str_is(got, expected), "%s", name))
		printf("# got:\n" STR_FMT "# expected:\n%s", STR_ARG(got), expected);
}

static void shows(struct run *run, const char *expected, const char *name)
{
	is(diags_text(run->d, run->arena, false), expected, name);
	arena_free(run->arena);
}

static void test_parts(void)
{
	struct run run = start();
	struct source *a =
		sources_add(run.sources, STR("p.vpol"),
			    STR("policy x {\n}\ntier high {\n\twhen serverity == HIGH;\n}\n"));
	struct diag *diag = diag_error(run.d, "VC101", find(a, "serverity"), "unknown field `%s`",
				       diag_quote(run.d, STR("serverity")));

	diag_help(diag, "write `severity`");
	diag_note(diag, "first\nsecond");
	diag_label(diag, find(a, "tier high"), "in this statement");
	diag_fix(diag, find(a, "serverity"), STR("severity"));
	diag_fix(diag, find(a, "policy"), STR(""));
	shows(&run,
	      "p.vpol:4:7: error[VC101]: unknown field `serverity`\n"
	      "     4 |         when serverity == HIGH;\n"
	      "       |              ^^^^^^^^^\n"
	      "p.vpol:3:1: note: in this statement\n"
	      "     3 | tier high {\n"
	      "       | ^^^^^^^^^\n"
	      "  note: first\n"
	      "        second\n"
	      "  help: write `severity`\n"
	      "  help: write `severity` instead of `serverity`\n"
	      "  help: remove `policy` at 1:1\n",
	      "labels, notes, help and fixes, in this order");
}

static void test_carets(void)
{
	struct run run = start();
	struct source *a =
		sources_add(run.sources, STR("j"),
			    STR("深刻度 ＝＝ か\xe3\x82\x99x \xe2\x80\xae y\r\nlast\n\n"));
	struct span two = {find(a, "y").start, find(a, "last").end};

	diag_error(run.d, "VC1", find(a, "＝＝"), "wide");
	diag_error(run.d, "VC2", find(a, "x"), "combining");
	diag_error(run.d, "VC3", find(a, "\xe2\x80\xae"), "escaped");
	diag_error(run.d, "VC4", two, "two lines");
	diag_error(run.d, "VC5", (struct span){find(a, "last").end, 0}, "empty");
	diag_error(run.d, "VC6",
		   (struct span){a->base + (uint32_t)a->text.len, a->base + (uint32_t)a->text.len},
		   "end");
	shows(&run,
	      "j:1:5: error[VC1]: wide\n"
	      "     1 | 深刻度 ＝＝ か\xe3\x82\x99x \\u{202e} y\n"
	      "       |        ^^^^\n"
	      "j:1:10: error[VC2]: combining\n"
	      "     1 | 深刻度 ＝＝ か\xe3\x82\x99x \\u{202e} y\n"
	      "       |               ^\n"
	      "j:1:12: error[VC3]: escaped\n"
	      "     1 | 深刻度 ＝＝ か\xe3\x82\x99x \\u{202e} y\n"
	      "       |                 ^^^^^^^^\n"
	      "j:1:14: error[VC4]: two lines\n"
	      "     1 | 深刻度 ＝＝ か\xe3\x82\x99x \\u{202e} y\n"
	      "       |                          ^\n"
	      "j:2:5: error[VC5]: empty\n"
	      "     2 | last\n"
	      "       |     ^\n"
	      "j:4:1: error[VC6]: end\n"
	      "     4 |\n"
	      "       | ^\n",
	      "carets follow the width");
}

static void test_order(void)
{
	struct run run = start();
	struct source *a = sources_add(run.sources, STR("a"), STR("x y"));
	struct source *b = sources_add(run.sources, STR("b"), STR("z"));

	diag_error(run.d, "VC9", find(b, "z"), "in b");
	diag_warning(run.d, "VC8", find(a, "y"), "warning at y");
	diag_error(run.d, "VC7", find(a, "y"), "error at y");
	diag_world(run.d, "zebra");
	diag_info(run.d, "VC6", find(a, "x"), "info at x");
	diag_warning(run.d, NULL, (struct span){0}, "ant");
	diag_error(run.d, "VC7", find(a, "y"), "error at y");
	diag_world(run.d, "zebra");
	diag_note(diag_error(run.d, "VC7", find(a, "y"), "error at y"), "but this one says more");
	shows(&run,
	      "vulnctl: error: zebra\n"
	      "vulnctl: warning: ant\n"
	      "a:1:1: info[VC6]: info at x\n"
	      "     1 | x y\n"
	      "       | ^\n"
	      "a:1:3: error[VC7]: error at y\n"
	      "     1 | x y\n"
	      "       |   ^\n"
	      "a:1:3: error[VC7]: error at y\n"
	      "     1 | x y\n"
	      "       |   ^\n"
	      "  note: but this one says more\n"
	      "a:1:3: warning[VC8]: warning at y\n"
	      "     1 | x y\n"
	      "       |   ^\n"
	      "b:1:1: error[VC9]: in b\n"
	      "     1 | z\n"
	      "       | ^\n",
	      "without a place first as they came; then place, level; duplicates once");
}

static void test_codes(void)
{
	struct run run = start();
	struct source *a = sources_add(run.sources, STR("a"), STR("x"));

	ok(diags_exit_code(run.d) == 0, "nothing is 0");
	diag_warning(run.d, "VC1", find(a, "x"), "w");
	diag_info(run.d, "VC1", find(a, "x"), "i");
	ok(diags_exit_code(run.d) == 0, "warnings are 0");
	diag_error(run.d, "VC1", find(a, "x"), "p");
	ok(diags_exit_code(run.d) == 2, "a policy error is 2");
	diag_error(run.d, NULL, find(a, "x"), "configuration");
	ok(diags_exit_code(run.d) == 3, "an error without id is the world's, 3");
	diag_bug(run.d, (struct span){0}, "b");
	diag_world(run.d, "w");
	ok(diags_exit_code(run.d) == 4, "a bug is 4, whatever follows");
	ok(diags_count(run.d, DIAG_ERROR) == 4 && diags_count(run.d, DIAG_WARNING) == 1 &&
		   diags_count(run.d, DIAG_INFO) == 1,
	   "all are counted");
	diag_note(NULL, "x");
	diag_help(NULL, "x");
	diag_label(NULL, find(a, "x"), "x");
	diag_fix(NULL, find(a, "x"), STR("x"));
	ok(true, "NULL takes everything and does nothing");
	arena_free(run.arena);
}

static size_t count(struct str text, const char *needle)
{
	size_t n = 0, len = strlen(needle);

	for (size_t i = 0; i + len <= text.len; i++)
		n += !memcmp(text.ptr + i, needle, len);
	return n;
}

static bool has(struct str text, const char *needle)
{
	return str_contains(text, str_from(needle));
}

static struct str many(struct run *run, const char *path, size_t n, enum diag_level level)
{
	struct strbuf b;
	struct source *source;

	strbuf_init(&b, run->arena);
	for (size_t i = 0; i < n; i++)
		strbuf_puts(&b, "x\n");
	source = sources_add(run->sources, str_from(path), strbuf_str(&b));
	for (size_t i = 0; i < n; i++) {
		uint32_t at = source->base + 2 * (uint32_t)i;

		if (level == DIAG_ERROR)
			diag_error(run->d, "VC1", (struct span){at, at + 1}, "e");
		else
			diag_warning(run->d, "VC2", (struct span){at, at + 1}, "w");
	}
	return source->path;
}

static void test_limits(void)
{
	struct run run = start();
	struct str text;

	many(&run, "twenty", 20, DIAG_ERROR);
	text = diags_text(run.d, run.arena, false);
	ok(count(text, "error[VC1]") == 20 && !has(text, "more"), "20 of a file are shown");
	many(&run, "more", 21, DIAG_ERROR);
	text = diags_text(run.d, run.arena, false);
	ok(count(text, "error[VC1]") == 40 && str_ends(text, STR("\n... and 1 more in more\n")),
	   "of 21, 20 are shown and one is counted");
	arena_free(run.arena);

	run = start();
	many(&run, "mixed", 30, DIAG_WARNING);
	diag_error(run.d, "VC1", (struct span){59, 59}, "behind them");
	text = diags_text(run.d, run.arena, false);
	ok(count(text, "warning[") == 19 && has(text, "mixed:30:1: error[VC1]: behind them\n") &&
		   has(text, "... and 11 more in mixed\n"),
	   "warnings do not hide the error behind them");
	arena_free(run.arena);

	run = start();
	for (char name[] = "a"; *name <= 'l'; (*name)++)
		many(&run, str_cstr(run.arena, str_from(name)), 25, DIAG_ERROR);
	text = diags_text(run.d, run.arena, false);
	ok(count(text, "error[VC1]") == 200 && count(text, "... and 5 more in ") == 10 &&
		   str_ends(text, STR("... and 50 more in 2 other files\n")),
	   "200 in all, and what is not shown is counted");
	text = diags_json(run.d, run.arena);
	ok(count(text, "\n") == 211, "in JSON too");
	arena_free(run.arena);

	run = start();
	many(&run, "storm", 100000, DIAG_ERROR);
	text = diags_text(run.d, run.arena, false);
	ok(count(text, "error[VC1]") == 20 && has(text, "... and 99980 more in storm\n") &&
		   diags_count(run.d, DIAG_ERROR) == 100000 && diags_exit_code(run.d) == 2,
	   "100000 errors: 20 and a count");
	ok(arena_used(run.arena) < 64 << 20, "in %zu bytes", arena_used(run.arena));
	arena_free(run.arena);
}

static void test_long_texts(void)
{
	struct run run = start();
	struct source *a = sources_add(run.sources, STR("a"), STR("x"));
	struct strbuf b;
	struct diag *diag;
	struct str text;

	strbuf_init(&b, run.arena);
	strbuf_addc(&b, 'x');
	for (size_t i = 0; i < 1000; i++)
		strbuf_puts(&b, "深");
	diag = diag_error(run.d, "VC1", find(a, "x"), STR_FMT, STR_ARG(strbuf_str(&b)));
	diag_note(diag, STR_FMT, STR_ARG(strbuf_str(&b)));
	diag_help(diag, "still here");
	for (size_t i = 0; i < 20; i++)
		diag_label(diag, find(a, "x"), "l");
	text = diags_text(run.d, run.arena, false);
	ok(text.len < 2048 + 512 && unicode_valid(text) && has(text, "深…\n") &&
		   has(text, "  help: still here\n") && has(text, " bytes more\n"),
	   "a long message is cut between scalars, the help stays (%zu bytes)", text.len);
	ok(unicode_valid(diags_json(run.d, run.arena)), "in JSON too");
	arena_free(run.arena);
}

#define A_30 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A_120 A_30 A_30 A_30 A_30
#define CARETS_30 "^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"
#define CARETS_120 CARETS_30 CARETS_30 CARETS_30 CARETS_30

static void test_long_line(void)
{
	struct run run = start();
	struct source *a;
	struct strbuf b;
	struct str text;
	const char *caret;

	strbuf_init(&b, run.arena);
	for (size_t i = 0; i < 100000; i++)
		strbuf_puts(&b, "＝\xcc\x81");
	strbuf_puts(&b, "HERE");
	for (size_t i = 0; i < 100000; i++)
		strbuf_puts(&b, "a");
	a = sources_add(run.sources, STR("l"), strbuf_str(&b));
	diag_error(run.d, "VC1", find(a, "HERE"), "far out");
	text = diags_text(run.d, run.arena, false);
	caret = memchr(text.ptr, '^', text.len);
	ok(text.len < 600 && unicode_valid(text) && caret && !memcmp(caret, "^^^^\n", 5) &&
		   has(text, "| …＝") && has(text, "＝\xcc\x81HEREaaa") && has(text, "a…\n"),
	   "of a long line the part around the place is shown (%zu bytes)", text.len);
	ok(has(text, "l:1:200001: "), "the column is the true one");
	arena_free(run.arena);

	run = start();
	a = sources_add(run.sources, STR("l"), STR(A_120 A_120 A_30 A_30));
	diag_error(run.d, "VC1", (struct span){a->base, a->base + 300}, "to the end");
	shows(&run,
	      "l:1:1: error[VC1]: to the end\n"
	      "     1 | " A_120 "…\n"
	      "       | " CARETS_120 "\n",
	      "carets stop where the line is cut");
}

static void test_quote(void)
{
	struct run run = start();
	char long_text[402];

	ok(!strcmp(diag_quote(run.d, STR("a`b\n\x1b\xff##[x")), "a\\`b\\u{a}\\u{1b}\\xff##\\[x"),
	   "what is quoted is escaped");
	ok(!strcmp(diag_quote(run.d, (struct str){"a\0b", 3}), "a\\u{0}b"), "NUL too");
	ok(!strcmp(diag_quote(run.d, STR("")), ""), "nothing is nothing");
	memset(long_text, 'x', sizeof long_text);
	ok(strlen(diag_quote(run.d, (struct str){long_text, 200})) == 200, "200 bytes stay");
	ok(strlen(diag_quote(run.d, (struct str){long_text, 201})) == 203, "201 become 200 and …");
	for (size_t shift = 0; shift < 8; shift++) {
		struct strbuf b;
		const char *quote;

		strbuf_init(&b, run.arena);
		strbuf_add(&b, (struct str){long_text, shift});
		for (size_t i = 0; i < 60; i++)
			strbuf_puts(&b, i % 2 ? "\xe2\x80\xae" : "\xf0\x9f\x98\x80");
		quote = diag_quote(run.d, strbuf_str(&b));
		ok(unicode_valid(str_from(quote)) && strlen(quote) <= 203 &&
			   (str_ends(str_from(quote), STR("}…")) ||
			    str_ends(str_from(quote), STR("\xf0\x9f\x98\x80…"))),
		   "cut between scalars and escapes, shifted by %zu", shift);
	}
	arena_free(run.arena);
}

static void test_json(void)
{
	struct run run = start();
	struct source *a = sources_add(run.sources, STR("d/##[\xe2\x80\xae.vpol"), STR("a\nbc"));
	struct diag *diag = diag_warning(run.d, "VC5", find(a, "bc"), "m");
	struct json_error error;
	struct json *json;
	struct str text;

	diag_label(diag, find(a, "a"), "l");
	diag_note(diag, "n");
	diag_help(diag, "h");
	diag_fix(diag, find(a, "bc"), STR("##[\xf3\xa0\x80\x81"));
	diag_world(run.d, "w");
	text = diags_json(run.d, run.arena);
	is(text,
	   "{\"level\":\"error\",\"id\":null,\"rule\":null,\"message\":\"w\",\"file\":null,"
	   "\"line\":null,"
	   "\"col\":null,\"end_line\":null,\"end_col\":null,\"notes\":[],\"witness\":[],\"help\":[]"
	   ","
	   "\"labels\":[],\"fix\":[],\"allowed\":null,\"fingerprint\":null}\n"
	   "{\"level\":\"warning\",\"id\":\"VC5\",\"rule\":null,\"message\":\"m\","
	   "\"file\":\"d/##\\u005b\\u202e.vpol\",\"line\":2,\"col\":1,\"end_line\":2,"
	   "\"end_col\":3,\"notes\":[\"n\"],\"witness\":[],\"help\":[\"h\"],\"labels\":[{"
	   "\"message\":\"l\","
	   "\"file\":\"d/##\\u005b\\u202e.vpol\",\"line\":1,\"col\":1,\"end_line\":1,"
	   "\"end_col\":2}],\"fix\":[{\"text\":\"##\\u005b\\udb40\\udc01\",\"safe\":true,"
	   "\"file\":\"d/##\\u005b\\u202e.vpol\",\"line\":2,\"col\":1,\"end_line\":2,"
	   "\"end_col\":3}],\"allowed\":null,\"fingerprint\":null}\n",
	   "every key in every line");
	text = str_slice(text, (size_t)((char *)memchr(text.ptr, '\n', text.len) - text.ptr) + 1,
			 text.len);
	json = json_parse(run.arena, text, &error);
	ok(str_eq(json_text(json_get(json, "file")), a->path) &&
		   str_is(json_text(json_get(json_get(json, "fix")->items[0], "text")),
			  "##[\xf3\xa0\x80\x81"),
	   "names and fixes arrive unchanged");
	arena_free(run.arena);
}

static void test_injection(void)
{
	uint64_t seed = 20260401, failing = 0;
	const char *what = NULL;

	for (size_t round = 0; round < 3000 && !what; round++) {
		struct run run = start();
		struct source *a;
		struct diag *diag;
		struct span at;

		failing = seed;
		a = sources_add(run.sources, hostile_text(run.arena, &seed),
				hostile_text(run.arena, &seed));
		at.start = a->base + (uint32_t)(seed >> 40) % (uint32_t)(a->text.len + 1);
		at.end = at.start + (uint32_t)(seed >> 50) % 9;
		diag = diag_error(run.d, "VC1", at, "`%s`[",
				  diag_quote(run.d, hostile_text(run.arena, &seed)));
		diag_note(diag, STR_FMT "[", STR_ARG(hostile_text(run.arena, &seed)));
		diag_help(diag, STR_FMT, STR_ARG(hostile_text(run.arena, &seed)));
		diag_label(diag, at, STR_FMT, STR_ARG(hostile_text(run.arena, &seed)));
		diag_fix(diag, at, STR("=="));
		diag_world(run.d, STR_FMT, STR_ARG(hostile_text(run.arena, &seed)));
		for (size_t i = 0; i < 21; i++)
			diag_warning(run.d, "VC2", at, "w%zu", i);
		what = hostile_flaw(diags_text(run.d, run.arena, false));
		if (!what)
			what = hostile_flaw(diags_json(run.d, run.arena));
		arena_free(run.arena);
	}
	ok(!what, "3000 rounds of hostile texts from seed 20260401: %s at %llu",
	   what ? what : "none escaped", (unsigned long long)failing);
}

static void test_colour(void)
{
	struct run run = start();

	diag_world(run.d, "w");
	is(diags_text(run.d, run.arena, true),
	   "\033[1mvulnctl: \033[0m\033[1;31merror:\033[0m \033[1mw\033[0m\n", "colours are ours");
	arena_free(run.arena);
}

/* The words of the renderer, another order of arguments, wide words before several lines; what has
 * no row, and what people wrote, stays. */
static void test_japanese(void)
{
	struct run run = start();
	struct source *a = sources_add(run.sources, STR("方針.vpol"),
				       STR("tier high {\n\twhen \"全角\" == serverity;\n}\n"));
	struct diag *diag;

	diags_set_language(run.d, DIAG_JAPANESE);
	diag = diag_warning(run.d, "VC101", find(a, "serverity"), "there is no field `%s`",
			    diag_quote(run.d, STR("serverity")));
	diag_note(diag, "first here\nsecond");
	diag_label(diag, find(a, "全角"), "first here");
	diag_fix(diag, find(a, "serverity"), STR("severity"));
	diag_world(run.d, "no such row: %s", diag_word(run.d, "no such file or directory"));
	ok(str_is(diag_piece(run.d, "... and %zu more in %.*s", (size_t)7, 3, "abc"),
		  "... ほか 7 件 (abc)"),
	   "a piece with its arguments in another order");
	shows(&run,
	      "vulnctl: エラー: no such row: そのようなファイルやディレクトリはない\n"
	      "方針.vpol:2:15: 警告[VC101]: `serverity` というフィールドはない\n"
	      "     2 |         when \"全角\" == serverity;\n"
	      "       |                        ^^^^^^^^^\n"
	      "方針.vpol:2:8: 補足: 最初はここ\n"
	      "     2 |         when \"全角\" == serverity;\n"
	      "       |               ^^^^\n"
	      "  補足: first here\n"
	      "        second\n"
	      "  対処: `serverity` を `severity` と書き換える\n",
	      "messages in Japanese");
}

/* A warning of the compiler becomes the linter's. */
static void test_adopt(void)
{
	struct run run = start();
	struct source *a = sources_add(run.sources, STR("a.vpol"), STR("xyz"));
	struct diag **taken;

	diag_warning(run.d, "VC301", find(a, "x"), "first");
	diag_warning(run.d, "VC302", find(a, "y"), "another");
	diag_warning(run.d, NULL, find(a, "y"), "without an id");
	diag_error(run.d, "VC301", find(a, "y"), "an error");
	diag_warning(run.d, "VC303", find(a, "z"), "a third");
	diag_warning(run.d, "VC301", find(a, "z"), "second");
	ok(diags_take(run.d, "VC301", &taken) == 2, "the warnings of an id");
	ok(str_is(diag_message(taken[0]), "first") && str_is(diag_message(taken[1]), "second"),
	   "in their order");
	ok(diags_count(run.d, DIAG_WARNING) == 3 && diags_at(run.d, 3) && !diags_at(run.d, 4),
	   "are gone, and no others");
	diag_adopt(taken[1], DIAG_ERROR, "clash");
	ok(diags_count(run.d, DIAG_WARNING) == 3 && diags_count(run.d, DIAG_ERROR) == 2 &&
		   diag_is_lint(diags_at(run.d, 4)) && diag_level(taken[1]) == DIAG_ERROR,
	   "one is back as a lint's problem");
	shows(&run,
	      "a.vpol:1:2: error[VC301]: an error\n     1 | xyz\n       |  ^\n"
	      "a.vpol:1:2: warning[VC302]: another\n     1 | xyz\n       |  ^\n"
	      "a.vpol:1:2: warning: without an id\n     1 | xyz\n       |  ^\n"
	      "a.vpol:1:3: error[VC301 clash]: second\n     1 | xyz\n       |   ^\n"
	      "a.vpol:1:3: warning[VC303]: a third\n     1 | xyz\n       |   ^\n",
	      "and is shown as that");
}

int main(void)
{
	test_parts();
	test_japanese();
	test_carets();
	test_order();
	test_codes();
	test_limits();
	test_long_texts();
	test_long_line();
	test_quote();
	test_json();
	test_colour();
	test_injection();
	test_adopt();
	return done();
}
