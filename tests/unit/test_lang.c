/* SPDX-License-Identifier: Apache-2.0
 *
 * Languages by hand: patterns, wildcards, the forms, choosing, cutting, the bounds. Against brute
 * force they are tested in test_lang_brute.c. */
#include <string.h>
#include <time.h>

#include "lang_engine.h"
#include "tap.h"

static bool accepts(struct engine *e, lang a, const char *s)
{
	return lang_accepts(e, a, str_from(s));
}

static void test_regex(struct engine *e)
{
	lang digest = lang_regex(e, "[0-9a-f]{64}"), account = lang_regex(e, "[0-9]{12}");
	char text[65];

	memset(text, 'a', 64);
	text[64] = 0;
	ok(accepts(e, digest, text) && !accepts(e, digest, text + 1), "64 digits of a digest");
	ok(lang_states(e, digest) == 66, "a digest has 66 states");
	ok(accepts(e, account, "123456789012") && !accepts(e, account, "12345678901") &&
		   !accepts(e, account, "1234567890123"),
	   "12 digits of an account");
	ok(lang_regex(e, "([0-9]{3}){4}") == account, "nested repeats");
	ok(lang_regex(e, "") == lang_string(e, STR("")), "the empty pattern");
	ok(lang_regex(e, "a{0}b{0,0}") == lang_string(e, STR("")), "repeats of nothing");
	ok(lang_regex(e, ".*") == LANG_ALL, "any byte, any times");
	ok(lang_regex(e, ".*foo.*") == lang_contains(e, STR("foo")), "contains");
	ok(lang_regex(e, "foo.*") == lang_prefix(e, STR("foo")), "prefix");
	ok(lang_regex(e, ".*foofo") == lang_suffix(e, STR("foofo")), "suffix");
	ok(lang_regex(e, "a?b+") == lang_regex(e, "(a|)bb*"), "? and +");
	ok(lang_regex(e, "a{2,}") == lang_regex(e, "aaa*"), "no upper bound");
	ok(lang_regex(e, "[-a\\]]") == lang_regex(e, "(\\-|a|\\])"), "class with - and ]");
	ok(lang_regex(e, "\\x41\\.") == lang_string(e, STR("A.")), "escapes");
	ok(lang_regex(e, "((a*)*)*") == lang_regex(e, "a*"), "stars of stars");
	ok(lang_regex(e, "(a|b|c)") ==
		   lang_strings(e, (struct str[]){STR("c"), STR("a"), STR("b"), STR("a")}, 4),
	   "a choice of strings is a list");
	ok(lang_regex(e, "(aws|aws-cn):[a-z]{2}-[a-z]+-[0-9]") ==
		   lang_concat(e, lang_regex(e, "aws(-cn)?"),
			       lang_regex(e, ":[a-z][a-z]-[a-z][a-z]*-[0-9]")),
	   "concatenation of patterns");
}

static void test_build(struct engine *e)
{
	lang a = lang_wildcard(e, STR("a*b\\*c\\\\*"));

	ok(accepts(e, a, "ab*c\\") && accepts(e, a, "axxb*c\\yy") && !accepts(e, a, "abxc\\"),
	   "wildcard escapes");
	ok(lang_wildcard(e, STR("*")) == LANG_ALL && lang_wildcard(e, STR("**")) == LANG_ALL,
	   "a lone star");
	ok(lang_wildcard(e, STR("a\\*")) == lang_string(e, STR("a*")), "an escaped star");
	ok(lang_wildcard(e, STR("")) == lang_string(e, STR("")), "an empty wildcard");
	ok(lang_wildcard(e, STR("*aab*aa*")) == lang_regex(e, ".*aab.*aa.*"), "inner pieces");
	ok(lang_wildcard(e, STR("p*q")) ==
		   lang_minus(e, lang_and(e, lang_prefix(e, STR("p")), lang_suffix(e, STR("q"))),
			      LANG_NONE),
	   "prefix and suffix of one byte");
	ok(lang_wildcard(e, STR("ab*ba")) ==
		   lang_minus(e, lang_and(e, lang_prefix(e, STR("ab")), lang_suffix(e, STR("ba"))),
			      lang_string(e, STR("aba"))),
	   "prefix and suffix that overlap");
	ok(lang_prefix(e, STR("")) == LANG_ALL && lang_suffix(e, STR("")) == LANG_ALL &&
		   lang_contains(e, STR("")) == LANG_ALL,
	   "empty operands");
	ok(lang_strings(e, NULL, 0) == LANG_NONE, "no strings");
	a = lang_ignore_case(e, STR("Ab-1\303\251"));
	ok(accepts(e, a, "aB-1\303\251") && !accepts(e, a, "aB-1\303\211"),
	   "only ASCII letters have two cases");
	ok(lang_ignore_case(e, STR("@[`{")) == lang_string(e, STR("@[`{")), "not letters");
	ok(lang_suffix(e, STR("\377\0\377")) == lang_regex(e, ".*\\xff\\x00\\xff"), "any bytes");
	ok(lang_accepts(e, LANG_ALL, STR("")) && !lang_accepts(e, LANG_NONE, STR("")), "all, none");
	ok(lang_not(e, LANG_NONE) == LANG_ALL && lang_not(e, LANG_ALL) == LANG_NONE, "not");
}

static bool listed(struct engine *e, lang a, bool complement, size_t n)
{
	const struct str *items;
	bool is_complement;
	size_t count;

	return lang_list(e, a, &is_complement, &items, &count) && is_complement == complement &&
	       count == n;
}

static void test_forms(struct engine *e)
{
	const struct str *items;
	bool complement;
	size_t n;
	lang a = lang_regex(e, "x[0-9]{3}"), b = lang_prefix(e, STR("x12"));

	ok(listed(e, a, false, 1000), "a finite automaton is a list");
	ok(listed(e, lang_and(e, a, b), false, 10), "list and automaton");
	ok(listed(e, lang_minus(e, a, b), false, 990), "list minus automaton");
	ok(!lang_list(e, lang_or(e, a, b), &complement, &items, &n), "list or automaton");
	ok(listed(e, lang_minus(e, lang_or(e, a, b), b), false, 990), "and back to a list");
	ok(lang_or(e, b, lang_string(e, STR("x12"))) == b, "a string that is in already");
	ok(lang_minus(e, lang_or(e, b, a), lang_minus(e, a, b)) == b, "and back to the automaton");
	a = lang_or(e, lang_not(e, b), lang_minus(e, b, lang_string(e, STR("x123"))));
	ok(listed(e, a, true, 1), "a co-finite automaton is a list");
	ok(a == lang_not(e, lang_string(e, STR("x123"))), "the same one");
	ok(listed(e, lang_not(e, a), false, 1), "its complement");
	ok(listed(e, lang_regex(e, "[0-9a-f]{4}"), false, 65536), "65536 strings are a list");
	a = lang_or(e, lang_regex(e, "[0-9a-f]{4}"), lang_string(e, STR("x")));
	ok(!lang_list(e, a, &complement, &items, &n), "65537 are none");
	ok(lang_states(e, a) == 6, "but a small automaton");
	ok(a == lang_regex(e, "[0-9a-f]{4}|x"), "the same from a pattern");
	ok(listed(e, lang_minus(e, a, lang_string(e, STR("0000"))), false, 65536), "one less is");
	a = lang_not(e, a);
	ok(!lang_list(e, a, &complement, &items, &n), "nor the complement of 65537");
	ok(listed(e, lang_or(e, a, lang_string(e, STR("x"))), true, 65536), "one less is again");
	ok(!e->exhausted, "within the bounds");
}

static bool picks(struct engine *e, lang a, const char *expected)
{
	struct str s = STR("(none)");

	if (lang_pick(e, e->arena, a, &s) && str_eq(s, str_from(expected)))
		return true;
	printf("# picked " STR_FMT "\n", STR_ARG(s));
	return false;
}

static void test_pick(struct engine *e)
{
	struct str s;
	lang a = lang_strings(e, (struct str[]){STR("\001"), STR("zz"), STR("B"), STR("7")}, 4);

	ok(!lang_pick(e, e->arena, LANG_NONE, &s), "nothing to pick");
	ok(picks(e, LANG_ALL, ""), "the empty string of all");
	ok(picks(e, a, "7"), "readable, then short, then a digit before a capital");
	ok(picks(e, lang_not(e, lang_string(e, STR(""))), "a"), "a comes first");
	ok(picks(e, lang_not(e, lang_regex(e, "a?")), "b"), "then b");
	ok(picks(e, lang_not(e, lang_regex(e, "[ -~]?")), "aa"), "no single byte is left");
	ok(picks(e, lang_prefix(e, STR("project-a/")), "project-a/"), "a prefix itself");
	ok(picks(e, lang_regex(e, "x[^a-c]+"), "xd"), "the best byte allowed");
	ok(picks(e, lang_regex(e, "[0-9A-Z ]+"), "0"), "a digit first");
	ok(picks(e, lang_regex(e, "(\\x00|zzzz).*"), "zzzz"), "readable is better than short");
	ok(picks(e, lang_regex(e, "[\\x80-\\xff]+"), "\302\200"), "UTF-8 if not ASCII");
	ok(picks(e, lang_prefix(e, STR("\303\251")), "\303\251"), "a prefix outside ASCII");
	ok(picks(e, lang_regex(e, "\\xff.*"), "\377"), "any bytes if nothing else");
	ok(picks(e, lang_strings(e, (struct str[]){STR("\377"), STR("\303\251")}, 2), "\303\251"),
	   "UTF-8 first in a list too");
}

static void test_split(struct engine *e)
{
	lang a = lang_regex(e, "arn:[a-z]{3}:[0-9]{2}"), out[16];
	uint32_t from = lang_walk(e, a, lang_start(e, a), STR("arn:"));
	uint32_t n = lang_states(e, a), parts;

	ok(n <= 16 && from != lang_start(e, a), "states of an ARN");
	lang_split(e, a, from, lang_regex(e, "[a-z]*"), out);
	parts = 0;
	for (uint32_t q = 0; q < n; q++)
		parts += out[q] != LANG_NONE;
	ok(parts == 5, "four lengths and the rest");
	ok(out[lang_walk(e, a, from, STR("abc"))] == lang_regex(e, "[a-z]{3}"), "the right length");
	ok(out[lang_walk(e, a, from, STR("abcd"))] == lang_regex(e, "[a-z]{4,}"), "too long");
	lang_split(e, a, from, lang_regex(e, "abc|a|1"), out);
	ok(out[lang_walk(e, a, from, STR("xyz"))] == lang_string(e, STR("abc")), "a list is cut");
	ok(lang_final(e, a, lang_walk(e, a, from, STR("abc:12"))), "the walk goes on");
	ok(lang_step(e, a, from, 'q') == lang_walk(e, a, from, STR("q")), "a step is a walk");
}

/* A long list, out of order and string by string: cost and memory must not grow as its square. */
static void test_large(struct engine *e)
{
	enum { N = 10000 };
	struct arena *arena = arena_new();
	struct str *ids = ARENA_ARRAY(arena, struct str, N);
	clock_t start = clock();
	lang all, one = LANG_NONE, rest;
	size_t before;

	for (unsigned i = 0; i < N; i++) /* not in order */
		ids[i] = str_printf(arena, "CVE-%u-%u", 1999 + i % 27, (i * 7919) % 100003);
	all = lang_strings(e, ids, N);
	before = arena_used(e->arena);
	for (unsigned i = 0; i < N; i++)
		one = lang_or(e, one, lang_string(e, ids[i]));
	ok(one == all && listed(e, all, false, N), "one by one gives the same list");
	ok(arena_used(e->arena) - before < (size_t)64 << 20, "in %zu bytes",
	   arena_used(e->arena) - before);
	rest = all;
	for (unsigned i = 0; i < N; i++)
		rest = lang_minus(e, rest, lang_string(e, ids[i]));
	ok(rest == LANG_NONE, "and taken away one by one");
	ok(lang_inside(e, all, lang_prefix(e, STR("CVE-"))), "all are CVE ids");
	ok(!lang_inside(e, all, lang_prefix(e, STR("CVE-2"))), "not all of this century");
	ok(lang_states(e, all) > 1000 && lang_states(e, all) < 40000, "%u states",
	   lang_states(e, all));
	rest = lang_or(e, all, lang_prefix(e, STR("GHSA-")));
	ok(accepts(e, rest, "GHSA-1") && lang_accepts(e, rest, ids[N - 1]) &&
		   !accepts(e, rest, "GHS"),
	   "a long list and a prefix");
	ok(lang_minus(e, rest, lang_prefix(e, STR("GHSA-"))) == all, "and back");
	rest = lang_minus(e, lang_not(e, rest), lang_string(e, STR("x")));
	ok(!accepts(e, rest, "x") && accepts(e, rest, "y"), "an exception more");
	ok(lang_and(e, all, lang_strings(e, (struct str[]){STR("q"), ids[7]}, 2)) ==
		   lang_string(e, ids[7]),
	   "what two lists share");
	ok(!e->exhausted, "within the bounds");
	printf("# %.2f s\n", (double)(clock() - start) / CLOCKS_PER_SEC);
	arena_free(arena);
}

static void test_exhaustion(void)
{
	struct arena *arena = arena_new();
	struct engine *e = make_engine(arena);
	lang half = lang_regex(e, ".*a.{16}"), out[1];
	struct strbuf b;
	lang ids;

	ok(half == LANG_NONE && e->exhausted, "2^17 states are too many");
	e->exhausted = false;
	ok(lang_regex(e, ".*a.{14}") != LANG_NONE && !e->exhausted, "2^15 are not");
	strbuf_init(&b, arena);
	for (int i = 0; i < 99998; i++)
		strbuf_addc(&b, 'x');
	ok(lang_prefix(e, strbuf_str(&b)) != LANG_NONE && !e->exhausted, "a long prefix");
	strbuf_puts(&b, "yz");
	ok(lang_prefix(e, strbuf_str(&b)) == LANG_NONE && e->exhausted, "a prefix too long");
	e->exhausted = false;
	ids = lang_string(e, strbuf_str(&b));
	ok(ids != LANG_NONE && !e->exhausted, "but a string of that length");
	ok(lang_states(e, ids) == 1 && e->exhausted, "has no automaton");
	e->exhausted = false;
	lang_split(e, ids, lang_start(e, ids), LANG_ALL, out);
	ok(e->exhausted, "and cannot be cut");
	e->exhausted = false;
	ok(lang_or(e, ids, lang_prefix(e, STR("a"))) == LANG_NONE && e->exhausted,
	   "nor joined with an automaton");
	e->exhausted = false;
	ok(!lang_inside(e, lang_prefix(e, STR("x")), ids) && e->exhausted, "nor asked about");
	e->exhausted = false;
	ok(!lang_inside(e, lang_prefix(e, STR("x")), lang_not(e, ids)) && !e->exhausted,
	   "unless reading it will do");
	ok(lang_or(e, ids, lang_string(e, STR("a"))) != LANG_NONE && !e->exhausted,
	   "lists go on working");
	ok(lang_minus(e, ids, lang_prefix(e, STR("x"))) == LANG_NONE && !e->exhausted,
	   "filtered too");
	arena_free(arena);
}

/* Every place that makes an automaton out of smaller ones has the bound. */
static void test_products(void)
{
	struct arena *arena = arena_new();
	struct engine *e = make_engine(arena);
	lang a = lang_regex(e, "(.{331})*"), b = lang_regex(e, "(.{337})*");
	lang *out = ARENA_ARRAY(arena, lang, lang_states(e, a));
	struct str *items = ARENA_ARRAY(arena, struct str, 40000);
	uint32_t step = 1;

	ok(!e->exhausted && lang_and(e, a, b) == LANG_NONE && e->exhausted, "331 x 337 states");
	e->exhausted = false;
	ok(lang_or(e, a, b) == LANG_NONE && e->exhausted, "a union of them");
	e->exhausted = false;
	lang_split(e, a, 0, b, out);
	ok(e->exhausted, "a split by them");
	e->exhausted = false;
	ok(lang_concat(e, lang_regex(e, ".*a"), lang_regex(e, ".{17}")) == LANG_NONE &&
		   e->exhausted,
	   "2^18 states of a concatenation");
	e->exhausted = false;
	ok(lang_regex(e, "(a{1000}){200}") == LANG_NONE && e->exhausted, "a pattern too long");
	e->exhausted = false;
	for (size_t i = 0; i < 40000; i++) {
		step = step * 1664525u + 1013904223u;
		items[i] = str_printf(arena, "%08x%08x", step, step * 2654435761u);
	}
	a = lang_strings(e, items, 40000);
	ok(listed(e, a, false, 40000) && !e->exhausted, "a list of 40000 digests");
	ok(lang_or(e, a, lang_prefix(e, STR("x"))) == LANG_NONE && e->exhausted,
	   "is too large for an automaton");
	e->exhausted = false;
	ok(lang_concat(e, a, lang_prefix(e, STR("x"))) == LANG_NONE && e->exhausted,
	   "and to be continued by one");
	arena_free(arena);
}

int main(void)
{
	struct arena *arena = arena_new();
	struct engine *e = make_engine(arena);

	test_regex(e);
	test_build(e);
	test_forms(e);
	test_pick(e);
	test_split(e);
	test_large(e);
	test_exhaustion();
	test_products();
	arena_free(arena);
	return done();
}
