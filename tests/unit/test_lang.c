/* SPDX-License-Identifier: Apache-2.0
 *
 * Languages against brute force: random expressions over the alphabet { a, A, * } are compared with
 * the set of all their strings of up to five bytes, and every handle with every other by walking
 * both automata. The rest is by hand: the forms, choosing, cutting, the bounds. */
#include <string.h>
#include <time.h>

#include "ir/engine_internal.h"
#include "tap.h"

/* The unit under test is built without ir/diagram, so the engine is made here. */
static struct engine *make_engine(struct arena *arena)
{
	struct engine *e = ARENA_NEW(arena, struct engine);

	e->arena = arena;
	lang_init(e);
	return e;
}

/* --- random numbers: the same on every run --- */

static uint64_t random_state;

static unsigned pick_below(unsigned n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (unsigned)((random_state >> 33) % n);
}

/* --- the universe: 1 + 3 + 9 + 27 + 81 + 243 strings --- */

#define LETTERS "aA*"
#define LONGEST 5
#define N_STRINGS 364

static struct str universe[N_STRINGS];
static char universe_text[N_STRINGS][LONGEST + 1];

struct set {
	bool has[N_STRINGS];
};

static size_t index_of(struct str s)
{
	size_t base = 0, power = 1, value = 0;

	for (size_t i = 0; i < s.len; i++) {
		base += power;
		power *= 3;
		value = 3 * value + (size_t)(strchr(LETTERS, s.ptr[i]) - LETTERS);
	}
	return base + value;
}

static void make_universe(void)
{
	size_t n = 1;

	universe[0] = (struct str){universe_text[0], 0};
	for (size_t i = 0; n < N_STRINGS; i++)
		for (size_t c = 0; c < 3; c++, n++) {
			memcpy(universe_text[n], universe_text[i], universe[i].len);
			universe_text[n][universe[i].len] = LETTERS[c];
			universe[n] = (struct str){universe_text[n], universe[i].len + 1};
		}
}

static struct set set_concat(const struct set *a, const struct set *b)
{
	struct set out = {{false}};
	char text[2 * LONGEST];

	for (size_t i = 0; i < N_STRINGS; i++)
		for (size_t j = 0; a->has[i] && j < N_STRINGS; j++) {
			struct str s = {text, universe[i].len + universe[j].len};

			if (!b->has[j] || s.len > LONGEST)
				continue;
			memcpy(text, universe[i].ptr, universe[i].len);
			memcpy(text + universe[i].len, universe[j].ptr, universe[j].len);
			out.has[index_of(s)] = true;
		}
	return out;
}

static struct set set_or(const struct set *a, const struct set *b)
{
	struct set out;

	for (size_t i = 0; i < N_STRINGS; i++)
		out.has[i] = a->has[i] || b->has[i];
	return out;
}

static struct set set_star(const struct set *a)
{
	struct set out = {{true}};

	for (int i = 0; i < LONGEST; i++) {
		struct set more = set_concat(&out, a);

		out = set_or(&out, &more);
	}
	return out;
}

/* --- plain definitions of the leaves --- */

static bool wildcard_matches(struct str pattern, struct str s)
{
	struct str rest = str_slice(pattern, 1, pattern.len);

	if (pattern.len == 0)
		return s.len == 0;
	if (pattern.ptr[0] == '*')
		return wildcard_matches(rest, s) ||
		       (s.len && wildcard_matches(pattern, str_slice(s, 1, s.len)));
	if (pattern.ptr[0] == '\\') {
		if (!s.len || s.ptr[0] != pattern.ptr[1])
			return false;
		return wildcard_matches(str_slice(pattern, 2, pattern.len),
					str_slice(s, 1, s.len));
	}
	return s.len && s.ptr[0] == pattern.ptr[0] &&
	       wildcard_matches(rest, str_slice(s, 1, s.len));
}

static bool equal_ignoring_case(struct str a, struct str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (a.ptr[i] != b.ptr[i] && (a.ptr[i] == '*' || b.ptr[i] == '*'))
			return false;
	return true;
}

enum leaf { LEAF_STRING, LEAF_PREFIX, LEAF_SUFFIX, LEAF_CONTAINS, LEAF_WILDCARD, LEAF_CASE };

static bool leaf_matches(enum leaf leaf, struct str operand, struct str s)
{
	switch (leaf) {
	case LEAF_STRING:
		return str_eq(operand, s);
	case LEAF_PREFIX:
		return str_starts(s, operand);
	case LEAF_SUFFIX:
		return str_ends(s, operand);
	case LEAF_CONTAINS:
		return str_contains(s, operand);
	case LEAF_WILDCARD:
		return wildcard_matches(operand, s);
	case LEAF_CASE:
		return equal_ignoring_case(operand, s);
	}
	return false;
}

static lang leaf_lang(struct engine *e, enum leaf leaf, struct str operand)
{
	switch (leaf) {
	case LEAF_STRING:
		return lang_string(e, operand);
	case LEAF_PREFIX:
		return lang_prefix(e, operand);
	case LEAF_SUFFIX:
		return lang_suffix(e, operand);
	case LEAF_CONTAINS:
		return lang_contains(e, operand);
	case LEAF_WILDCARD:
		return lang_wildcard(e, operand);
	case LEAF_CASE:
		return lang_ignore_case(e, operand);
	}
	return LANG_NONE;
}

static struct str random_operand(struct arena *arena, enum leaf leaf)
{
	struct strbuf b;

	strbuf_init(&b, arena);
	for (unsigned n = pick_below(4); n > 0; n--) {
		char c = LETTERS[pick_below(3)];

		if (leaf == LEAF_WILDCARD && c == '*' && pick_below(2))
			strbuf_addc(&b, '\\');
		strbuf_addc(&b, c);
	}
	return strbuf_str(&b);
}

/* --- random expressions --- */

struct pair {
	lang l;
	struct set s;
};

static struct pair random_leaf(struct engine *e)
{
	enum leaf leaf = (enum leaf)pick_below(LEAF_CASE + 1);
	struct str operand = random_operand(e->arena, leaf);
	struct pair p = {.l = leaf_lang(e, leaf, operand)};

	for (size_t i = 0; i < N_STRINGS; i++)
		p.s.has[i] = leaf_matches(leaf, operand, universe[i]);
	return p;
}

static struct pair random_list(struct engine *e)
{
	struct pair p = {0};
	struct str items[6];
	unsigned n = pick_below(7);

	for (unsigned i = 0; i < n; i++) {
		size_t at = pick_below(N_STRINGS);

		items[i] = universe[at];
		p.s.has[at] = true;
	}
	p.l = lang_strings(e, items, n);
	return p;
}

static struct set random_regex(struct strbuf *b, unsigned depth)
{
	struct set s = {{false}}, t;
	unsigned least, i;

	switch (depth ? pick_below(6) : pick_below(2)) {
	case 0:
		i = pick_below(3);
		strbuf_printf(b, "\\%c", LETTERS[i]);
		s.has[1 + i] = true;
		return s;
	case 1:
		i = pick_below(2);
		strbuf_puts(b, i ? "[^A]" : "[A-a]");
		s.has[1] = true;
		s.has[2] = !i;
		s.has[3] = i;
		return s;
	case 2:
		s = random_regex(b, depth - 1);
		t = random_regex(b, depth - 1);
		return set_concat(&s, &t);
	case 3:
		strbuf_addc(b, '(');
		s = random_regex(b, depth - 1);
		strbuf_addc(b, '|');
		t = random_regex(b, depth - 1);
		strbuf_addc(b, ')');
		return set_or(&s, &t);
	case 4:
		strbuf_addc(b, '(');
		s = random_regex(b, depth - 1);
		i = pick_below(2);
		strbuf_puts(b, i ? ")*" : ")+");
		t = set_star(&s);
		return i ? t : set_concat(&s, &t);
	default:
		strbuf_addc(b, '(');
		s = random_regex(b, depth - 1);
		least = pick_below(3);
		strbuf_printf(b, "){%u,%u}", least, least + 1);
		t = s;
		s = (struct set){{true}};
		for (i = 0; i < least; i++)
			s = set_concat(&s, &t);
		t = set_concat(&s, &t);
		return set_or(&s, &t);
	}
}

static struct pair random_tree(struct engine *e, unsigned depth)
{
	struct pair a, b, p;
	struct strbuf text;
	unsigned kind = depth ? pick_below(8) : 0;

	if (kind <= 1)
		return pick_below(3) ? random_leaf(e) : random_list(e);
	if (kind == 2) {
		strbuf_init(&text, e->arena);
		p.s = random_regex(&text, 2);
		p.l = lang_regex(e, str_cstr(e->arena, strbuf_str(&text)));
		return p;
	}
	a = random_tree(e, depth - 1);
	b = random_tree(e, depth - 1);
	switch (kind) {
	case 3:
		p.l = lang_and(e, a.l, b.l);
		break;
	case 4:
		p.l = lang_or(e, a.l, b.l);
		break;
	case 5:
		p.l = lang_minus(e, a.l, b.l);
		break;
	case 6:
		p.l = lang_not(e, a.l);
		break;
	default:
		p.l = lang_concat(e, a.l, b.l);
		p.s = set_concat(&a.s, &b.s);
		return p;
	}
	for (size_t i = 0; i < N_STRINGS; i++) {
		bool x = a.s.has[i], y = b.s.has[i];

		p.s.has[i] = kind == 3 ? x && y : kind == 4 ? x || y : kind == 5 ? x && !y : !x;
	}
	return p;
}

/* --- what must hold of any language, seen only through the public interface --- */

static bool accepts_exactly(struct engine *e, const struct pair *p)
{
	for (size_t i = 0; i < N_STRINGS; i++)
		if (lang_accepts(e, p->l, universe[i]) != p->s.has[i])
			return false;
	return true;
}

#define MOST_STATES 600

/* Do these two states accept the same strings? */
static bool states_alike(struct engine *e, lang a, uint32_t p, lang b, uint32_t q)
{
	static bool seen[MOST_STATES][MOST_STATES];
	static uint32_t queue[MOST_STATES * MOST_STATES][2];
	uint32_t n = 0;
	bool alike = true;

	queue[n][0] = p;
	queue[n++][1] = q;
	seen[p][q] = true;
	for (uint32_t i = 0; i < n && alike; i++) {
		alike = lang_final(e, a, queue[i][0]) == lang_final(e, b, queue[i][1]);
		for (size_t c = 0; c < 5 && alike; c++) { /* "Z": the bytes no one named */
			uint32_t x = lang_step(e, a, queue[i][0], (unsigned char)("aA*Z@"[c]));
			uint32_t y = lang_step(e, b, queue[i][1], (unsigned char)("aA*Z@"[c]));

			if (!seen[x][y]) {
				seen[x][y] = true;
				queue[n][0] = x;
				queue[n++][1] = y;
			}
		}
	}
	for (uint32_t i = 0; i < n; i++)
		seen[queue[i][0]][queue[i][1]] = false;
	return alike;
}

static bool minimal(struct engine *e, lang a)
{
	for (uint32_t p = 0; p < lang_states(e, a); p++)
		for (uint32_t q = 0; q < p; q++)
			if (states_alike(e, a, p, a, q))
				return false;
	return true;
}

/* More than `limit` strings? They are counted by length; a language with n states that has a string
 * of n bytes or more is infinite. */
static bool more_than(struct engine *e, lang a, size_t limit)
{
	uint32_t n = lang_states(e, a);
	size_t now[MOST_STATES] = {0}, next[MOST_STATES], sum = 0;

	now[lang_start(e, a)] = 1;
	for (uint32_t len = 0; len < 2 * n; len++) {
		memset(next, 0, sizeof next);
		for (uint32_t q = 0; q < n; q++) {
			if (now[q] && lang_final(e, a, q))
				sum = len < n ? sum + now[q] : SIZE_MAX;
			if (sum > limit)
				return true;
			if (now[q] > limit)
				now[q] = limit + 1;
			for (int byte = 0; now[q] && byte < 256; byte++)
				next[lang_step(e, a, q, (unsigned char)byte)] += now[q];
		}
		memcpy(now, next, sizeof now);
	}
	return false;
}

static bool form_right(struct engine *e, lang a)
{
	const struct str *items;
	bool complement;
	size_t n;

	if (!lang_list(e, a, &complement, &items, &n))
		return more_than(e, a, LANG_LIST_MAX) &&
		       more_than(e, lang_not(e, a), LANG_LIST_MAX);
	for (size_t i = 1; i < n; i++)
		if (str_cmp(items[i - 1], items[i]) >= 0)
			return false;
	for (size_t i = 0; i < n; i++)
		if (lang_accepts(e, a, items[i]) == complement)
			return false;
	return !more_than(e, complement ? lang_not(e, a) : a, LANG_LIST_MAX);
}

static bool split_right(struct engine *e, lang a, lang within)
{
	uint32_t n = lang_states(e, a), from = pick_below(n);
	lang out[MOST_STATES], all = LANG_NONE;

	lang_split(e, a, from, within, out);
	for (uint32_t q = 0; q < n; q++) {
		struct str s;

		if (lang_and(e, all, out[q]) != LANG_NONE)
			return false;
		all = lang_or(e, all, out[q]);
		if (lang_pick(e, e->arena, out[q], &s) && lang_walk(e, a, from, s) != q)
			return false;
		for (size_t i = 0; i < N_STRINGS; i++)
			if (lang_accepts(e, out[q], universe[i]) !=
			    (lang_accepts(e, within, universe[i]) &&
			     lang_walk(e, a, from, universe[i]) == q))
				return false;
	}
	return all == within;
}

#define POOL 60

/* One group of random languages: each against its set, all against each other. */
static void test_random(uint64_t seed)
{
	static struct pair pool[POOL];
	struct arena *arena = arena_new();
	struct engine *e = make_engine(arena);
	bool accept = true, form = true, least = true, equal = true, inside = true, split = true;
	bool picks = true;

	random_state = seed;
	for (size_t i = 0; i < POOL; i++) {
		struct str s;

		pool[i] = random_tree(e, 3);
		if (lang_states(e, pool[i].l) > MOST_STATES)
			pool[i] = (struct pair){0};
		accept = accept && accepts_exactly(e, &pool[i]);
		form = form && form_right(e, pool[i].l);
		least = least && minimal(e, pool[i].l);
		picks = picks && lang_pick(e, arena, pool[i].l, &s) == (pool[i].l != LANG_NONE) &&
			(pool[i].l == LANG_NONE || lang_accepts(e, pool[i].l, s));
		split = split && split_right(e, pool[i].l, pool[i / 2].l);
	}
	for (size_t i = 0; i < POOL; i++)
		for (size_t j = 0; j < POOL; j++) {
			lang a = pool[i].l, b = pool[j].l, left = lang_minus(e, a, b);
			bool alike = states_alike(e, a, lang_start(e, a), b, lang_start(e, b));
			struct str s;

			equal = equal && alike == (a == b);
			inside = inside && lang_inside(e, a, b) == (left == LANG_NONE) &&
				 lang_inside(e, a, b) == (lang_and(e, a, b) == a);
			if (lang_pick(e, arena, left, &s))
				inside = inside && lang_accepts(e, a, s) && !lang_accepts(e, b, s);
		}
	ok(accept, "seed %llu: strings of up to 5 bytes", (unsigned long long)seed);
	ok(form, "seed %llu: lists are lists, and only they", (unsigned long long)seed);
	ok(least, "seed %llu: no two states alike", (unsigned long long)seed);
	ok(equal, "seed %llu: equal handles, equal languages", (unsigned long long)seed);
	ok(inside, "seed %llu: inside, and a witness where not", (unsigned long long)seed);
	ok(picks, "seed %llu: picks are members", (unsigned long long)seed);
	ok(split, "seed %llu: split is a partition", (unsigned long long)seed);
	ok(!e->exhausted, "seed %llu: not exhausted", (unsigned long long)seed);
	arena_free(arena);
}

/* --- by hand --- */

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

	make_universe();
	for (uint64_t seed = 1; seed <= 12; seed++)
		test_random(seed * UINT64_C(0x9e3779b97f4a7c15));
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
