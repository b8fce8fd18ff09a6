/* SPDX-License-Identifier: Apache-2.0
 *
 * Every limit of the syntax at its last valid value and one beyond; then storms and depths that
 * must neither crash nor take long. */
#include <time.h>

#include "syntax.h"
#include "syntax/limits.h"

static void repeat(struct strbuf *b, const char *what, size_t n)
{
	struct str s = str_from(what);

	while (n--)
		strbuf_add(b, s);
}

/* head, n times `each`, tail */
static struct ast_file *parse_repeated(const char *head, const char *each, size_t n,
				       const char *tail)
{
	struct strbuf b;

	strbuf_init(&b, arena);
	strbuf_puts(&b, "edition 1;");
	strbuf_puts(&b, head);
	repeat(&b, each, n);
	strbuf_puts(&b, tail);
	return parse_str(strbuf_str(&b));
}

static void expect_limit(const char *name, const char *head, const char *each, size_t n,
			 const char *tail)
{
	struct ast_file *file = parse_repeated(head, each, n, tail);

	ok(file->complete && !diags->all.n, "%s: %zu", name, n);
	file = parse_repeated(head, each, n + 1, tail);
	ok(!file->complete && diags_count(diags, DIAG_ERROR) == 1 &&
		   str_is(str_from(diags->all.items[0]->id), "VC016") &&
		   diags->all.items[0]->at.start > 10,
	   "%s: %zu is told at its place", name, n + 1);
}

static void test_limits(void)
{
	struct strbuf parens;

	expect_limit("name", "let ", "n", SYNTAX_NAME_SIZE, " = 1;");
	expect_limit("value", "let x = ", "n", SYNTAX_NAME_SIZE, ";");
	expect_limit("string", "let x = \"", "s", SYNTAX_STRING_SIZE, "\";");
	expect_limit("string of escapes", "let x = \"", "\\u{1F600}", SYNTAX_STRING_SIZE / 4,
		     "\";");
	expect_limit("prose", "tier x { reason ", "\"12345678\" ", SYNTAX_PROSE_SIZE / 8, "; }");
	expect_limit("set", "let x = [", "1,", SYNTAX_SET_SIZE, "];");
	expect_limit("nesting of not", "define x = ", "not ", SYNTAX_NESTING, "a;");
	expect_limit("statements", "", "tier x{}", SYNTAX_STATEMENTS, "");
	expect_limit("definitions", "", "let x=1;", SYNTAX_DEFINES, "");
	for (size_t n = SYNTAX_NESTING; n <= SYNTAX_NESTING + 1; n++) {
		strbuf_init(&parens, arena);
		strbuf_puts(&parens, "edition 1;define x = ");
		repeat(&parens, "(", n);
		strbuf_puts(&parens, "a");
		repeat(&parens, ")", n);
		strbuf_puts(&parens, ";define y = a;");
		ok(parse_str(strbuf_str(&parens))->n_statements == (n > SYNTAX_NESTING ? 1 : 2) &&
			   str_is(places(), n > SYNTAX_NESTING ? "VC016@1:278" : ""),
		   "nesting of parentheses: %zu", n);
	}
	ok(parse_repeated("define x = (", "(not any p { ", SYNTAX_NESTING, "")->n_statements == 0 &&
		   str_is(places(), "VC016@1:1128"),
	   "parentheses, not and any count together");
	parse_repeated("define x = ", "(((a)) and not b) or ", 1000, "c;");
	ok(str_is(places(), ""), "nesting is depth, not number");
}

/* A token is two bytes at least, so this is 20 MB; the set's own limit is told first. */
static void test_tokens(void)
{
	size_t pairs = (SYNTAX_TOKENS - 10) / 2;

	parse_repeated("let x = [", "1,", pairs, "1];"); /* 3 + 4 + 2 * pairs + 3 */
	ok(diags_count(diags, DIAG_ERROR) == 1, "tokens: the limit");
	parse_repeated("let x = [", "1,", pairs, "1,];");
	ok(diags_count(diags, DIAG_ERROR) == 2 && told("at most 10000000 tokens"),
	   "tokens: one more");
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Generous bounds: what they catch is quadratic time, which would take minutes. */
static void expect_quick(const char *name, const char *head, const char *each, size_t n,
			 const char *tail, size_t errors)
{
	double start = seconds(), took;
	size_t got;

	parse_repeated(head, each, n, tail);
	got = diags_count(diags, DIAG_ERROR);
	diags_text(diags, arena, false);
	took = seconds() - start;
	ok(got == errors && took < 10, "%s: %zu errors in time", name, errors);
	if (got != errors || took >= 10)
		printf("# got %zu, %.1f s\n%.*s\n", got, took, 1000,
		       diags_text(diags, arena, false).ptr);
}

static void test_storms(void)
{
#ifdef __SANITIZE_ADDRESS__
	size_t n = 20000; /* everything takes five times as long */
#else
	size_t n = 100000;
#endif

	expect_quick("parentheses", "define x = ", "(", n, ";define y = ;", 2);
	expect_quick("not", "define x = ", "not ", n, ";define y = ;", 2);
	expect_quick("any", "define x = ", "any p { ", n, ";define y = ;", 2);
	expect_quick("closed any", "define x = ", "any p { a } and ", n, "b;", 0);
	expect_quick("blocks", "", "tier x { ", n, "", 1);
	expect_quick("unknown blocks", "", "foo { ", n, "", 2);
	expect_quick("nested properties", "tier x { ", "a { ", n, "", 1);
	expect_quick("closing braces", "", "}", n, "", 1);
	expect_quick("empty conditions", "", "tier x { when ; }\n", n, "", n);
	expect_quick("stray characters", "", "$", n, "", n);
	expect_quick("wide quotes", "", "“", n, "", n + 1);
	expect_quick("half strings", "", "tier x { a \"”; }\n", n, "", n);
	expect_quick("alternation", "define x = a", " or b and c", n, ";", 1);
	expect_quick("dots", "define x = a", " . b", n, ";", 0);
	expect_quick("words on a line", "", "a ", n, "", 1);
	expect_quick("rows", "tier x { each a {", "b c d;", n, "}}", 0);
	expect_quick("statements without an end", "", "define x = a\n", n, "", n);
}

int main(void)
{
	arena = arena_new();
	test_limits();
	test_tokens();
	test_storms();
	arena_free(arena);
	return done();
}
