/* SPDX-License-Identifier: Apache-2.0
 *
 * Languages against brute force: random expressions over the alphabet { a, A, * } are compared with
 * the set of all their strings of up to five bytes, and every handle with every other by walking
 * both automata. */
#include <string.h>

#include "lang_engine.h"
#include "tap.h"

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
		return wildcard_matches(str_slice(pattern, 2, pattern.len), str_slice(s, 1, s.len));
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

static bool tails_right(struct engine *e, lang a)
{
	uint32_t n = lang_states(e, a), skipped = pick_below(n);
	lang out[MOST_STATES];

	for (uint32_t q = 0; q < n; q++)
		out[q] = q == skipped ? LANG_NONE : LANG_ALL;
	lang_tails(e, a, out);
	for (uint32_t q = 0; q < n; q++)
		for (size_t i = 0; i < N_STRINGS; i++)
			if (lang_accepts(e, out[q], universe[i]) !=
			    (q != skipped && lang_final(e, a, lang_walk(e, a, q, universe[i]))))
				return false;
	return out[skipped] == LANG_NONE;
}

#define POOL 60

/* One group of random languages: each against its set, all against each other. */
static void test_random(uint64_t seed)
{
	static struct pair pool[POOL];
	struct arena *arena = arena_new();
	struct engine *e = make_engine(arena);
	bool accept = true, form = true, least = true, equal = true, inside = true, split = true;
	bool picks = true, tails = true, meets = true;

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
		tails = tails && tails_right(e, pool[i].l);
	}
	for (size_t i = 0; i < POOL; i++)
		for (size_t j = 0; j < POOL; j++) {
			lang a = pool[i].l, b = pool[j].l;
			bool meet = lang_meet(e, a, b); /* before it is known */
			bool first = lang_inside(e, a, b);
			lang left = lang_minus(e, a, b);
			bool alike = states_alike(e, a, lang_start(e, a), b, lang_start(e, b));
			struct str s;

			equal = equal && alike == (a == b);
			meets = meets && meet == (lang_and(e, a, b) != LANG_NONE);
			inside = inside && first == (left == LANG_NONE) &&
				 lang_inside(e, a, b) == (left == LANG_NONE) &&
				 lang_inside(e, a, b) == (lang_and(e, a, b) == a);
			if (lang_pick(e, arena, left, &s))
				inside = inside && lang_accepts(e, a, s) && !lang_accepts(e, b, s);
		}
	ok(accept, "seed %llu: strings of up to 5 bytes", (unsigned long long)seed);
	ok(form, "seed %llu: lists are lists, and only they", (unsigned long long)seed);
	ok(least, "seed %llu: no two states alike", (unsigned long long)seed);
	ok(equal, "seed %llu: equal handles, equal languages", (unsigned long long)seed);
	ok(inside, "seed %llu: inside, and a witness where not", (unsigned long long)seed);
	ok(meets, "seed %llu: a string of both", (unsigned long long)seed);
	ok(picks, "seed %llu: picks are members", (unsigned long long)seed);
	ok(split, "seed %llu: split is a partition", (unsigned long long)seed);
	ok(tails, "seed %llu: tails of states", (unsigned long long)seed);
	ok(!e->exhausted, "seed %llu: not exhausted", (unsigned long long)seed);
	arena_free(arena);
}

int main(void)
{
	make_universe();
	for (uint64_t seed = 1; seed <= 12; seed++)
		test_random(seed * UINT64_C(0x9e3779b97f4a7c15));
	return done();
}
