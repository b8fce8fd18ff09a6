/* SPDX-License-Identifier: Apache-2.0
 *
 * Small universes for the tests of the set engine: a few variables whose values are listed by one
 * representative per class (atoms cannot tell two values of a class apart), so a set of findings is
 * a bitmap over all points and every question has an answer by brute force. Random expressions are
 * built twice, as a diagram and as a bitmap. */
#ifndef TESTS_UNIT_UNIVERSE_H
#define TESTS_UNIT_UNIVERSE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "ir/relate.h"

struct random {
	uint64_t state;
};

__attribute__((unused)) static uint32_t random_below(struct random *r, uint32_t n)
{
	r->state = r->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(r->state >> 33) % n;
}

/* A value of a variable. Groups: the elements. */
struct value {
	bool absent;
	unsigned bit;
	int64_t number;
	struct str string;
	const struct point **elements;
	size_t n_elements;
};

struct point {
	var vars[8];
	struct value values[8];
	size_t n;
};

/* --- membership, written without the engine's own walks --- */

static bool point_in(struct engine *e, const struct point *p, dd a);

static bool some_in(struct engine *e, const struct value *v, dd a)
{
	for (size_t i = 0; i < v->n_elements; i++)
		if (point_in(e, v->elements[i], a))
			return true;
	return false;
}

static bool value_in(struct engine *e, var v, const struct value *value, vset set)
{
	const struct interval *items;
	const struct group_pair *pairs;
	size_t n;

	switch (var_kind(e, v)) {
	case VAR_BITS:
		return (set_mask(e, set) >> value->bit & 1) != 0;
	case VAR_NUMBER:
		n = set_intervals(e, set, &items);
		for (size_t i = 0; i < n && !value->absent; i++)
			if (items[i].lo <= value->number && value->number <= items[i].hi)
				return true;
		return value->absent && set_has_absent(e, set);
	case VAR_STRING:
		return value->absent ? set_has_absent(e, set)
				     : lang_accepts(e, set_lang(e, set), value->string);
	case VAR_GROUP:
		break;
	}
	n = set_pairs(e, set, &pairs);
	for (size_t i = 0; i < n; i++) {
		bool holds = !some_in(e, value, pairs[i].forbidden);

		for (size_t k = 0; k < pairs[i].n_required && holds; k++)
			holds = some_in(e, value, pairs[i].required[k]);
		if (holds)
			return true;
	}
	return false;
}

/* Ends the test if the labels of a node do not part the domain: nothing would make sense then. */
static bool point_in(struct engine *e, const struct point *p, dd a)
{
	while (a > DD_TRUE) {
		const struct dd_edge *edges;
		size_t n = dd_edges(e, a, &edges), at = 0, taken = 0;
		dd next = DD_FALSE;

		while (at < p->n && p->vars[at] != dd_var(e, a))
			at++;
		for (size_t i = 0; i < n && at < p->n; i++) {
			if (value_in(e, p->vars[at], &p->values[at], edges[i].label)) {
				next = edges[i].child;
				taken++;
			}
		}
		if (taken != 1) {
			printf("not ok - %zu edges of %s take one value\n", taken,
			       var_name(e, dd_var(e, a)));
			exit(1);
		}
		a = next;
	}
	return a == DD_TRUE;
}

/* --- universes --- */

#define MAX_POINTS 16384

struct universe {
	struct arena *arena;
	struct engine *e;
	var bits, more, number, string, group, nested, element_bits, nested_bits;
	bool groups;
	struct {
		struct point *items;
		size_t n, cap;
	} points;
	struct point *elements, *inner; /* of the group, and of the nested one */
	size_t n_elements;
};

struct both { /* the same set twice */
	dd a;
	unsigned char *map; /* one byte per point */
};

__attribute__((unused)) static const char *const test_strings[] = {
	"", "a", "b", "ab", "ba", "aca", "aba", "acc", "abc", "cca", "cba", "ccc", "cbc"};
static const int64_t test_numbers[] = {5, 10, 15, 20, 25, 30, 35};

static struct universe universe_begin(void)
{
	struct universe u = {.arena = arena_new()};
	struct engine *e = u.e = engine_new(u.arena);

	/* In no order: the rank alone decides. */
	u.string = var_register(e, VAR_STRING, 30, STR("s"), 0, "string");
	u.bits = var_register(e, VAR_BITS, 10, STR("b"), 2, "bits");
	u.nested_bits = var_register(e, VAR_BITS, 72, STR("nb"), 0, "nested_bits");
	u.group = var_register(e, VAR_GROUP, 40, STR("g"), 0, "group");
	u.more = var_register(e, VAR_BITS, 50, STR("m"), 1, "more");
	u.number = var_register(e, VAR_NUMBER, 20, STR("n"), 0, "number");
	u.element_bits = var_register(e, VAR_BITS, 60, STR("eb"), 1, "element_bits");
	u.nested = var_register(e, VAR_GROUP, 70, STR("h"), 0, "nested");
	return u;
}

/* Every combination of words, numbers, strings and more words. */
__attribute__((unused)) static struct universe universe_flat(void)
{
	struct universe u = universe_begin();

	for (unsigned b = 0; b < 4; b++)
		for (size_t n = 0; n <= ARRAY_LEN(test_numbers); n++)
			for (size_t s = 0; s <= ARRAY_LEN(test_strings); s++)
				for (unsigned m = 0; m < 3; m++) {
					struct point p = {
						.vars = {u.bits, u.number, u.string, u.more},
						.n = 4};

					p.values[0].bit = b;
					p.values[1].absent = n == ARRAY_LEN(test_numbers);
					if (!p.values[1].absent)
						p.values[1].number = test_numbers[n];
					p.values[2].absent = s == ARRAY_LEN(test_strings);
					if (!p.values[2].absent)
						p.values[2].string = str_from(test_strings[s]);
					p.values[3].bit = m;
					VEC_PUSH(u.arena, u.points, p);
				}
	return u;
}

/* All lists (as sets) of the given elements. */
static struct value subset(struct universe *u, const struct point *elements, size_t n, size_t mask)
{
	struct value v = {.elements = ARENA_ARRAY(u->arena, const struct point *, n)};

	for (size_t i = 0; i < n; i++)
		if (mask >> i & 1)
			v.elements[v.n_elements++] = &elements[i];
	return v;
}

/* One word beside a group whose elements have a word and a nested group. restricted: elements with
 * the first word and an empty nested group, and nested elements without a word, cannot exist. */
__attribute__((unused)) static struct universe universe_groups(bool restricted)
{
	struct universe u = universe_begin();
	struct engine *e = u.e;
	size_t n_inner = restricted ? 1 : 2;

	u.groups = true;
	u.inner = ARENA_ARRAY(u.arena, struct point, 2);
	for (unsigned i = 0; i < 2; i++)
		u.inner[i] = (struct point){
			.vars = {u.nested_bits}, .values = {{.bit = i}}, .n = 1};
	u.elements = ARENA_ARRAY(u.arena, struct point, 12);
	if (restricted) {
		dd first = dd_in(e, u.element_bits, set_bits(e, u.element_bits, BIT(0)));

		var_set_elements(e, u.nested, dd_in(e, u.nested_bits,
						    set_bits(e, u.nested_bits, BIT(0))));
		var_set_elements(e, u.group,
				 dd_not(e, dd_and(e, first, dd_in(e, u.nested,
								  set_absent(e, u.nested)))));
	}
	for (unsigned b = 0; b < 3; b++) {
		for (size_t mask = 0; mask < (size_t)1 << n_inner; mask++) {
			struct point *p = &u.elements[u.n_elements];

			if (restricted && b == 0 && mask == 0)
				continue;
			*p = (struct point){.vars = {u.element_bits, u.nested},
					    .values = {{.bit = b},
						       subset(&u, u.inner, n_inner, mask)},
					    .n = 2};
			u.n_elements++;
		}
	}
	for (unsigned m = 0; m < 3; m++)
		for (size_t mask = 0; mask < (size_t)1 << u.n_elements; mask++)
			VEC_PUSH(u.arena, u.points,
				 ((struct point){.vars = {u.group, u.more},
						 .values = {subset(&u, u.elements, u.n_elements,
								   mask),
							    {.bit = m}},
						 .n = 2}));
	return u;
}

/* --- random sets --- */

static struct both both_new(struct universe *u, dd a)
{
	return (struct both){a, calloc(u->points.n, 1)};
}

__attribute__((unused)) static void both_free(struct both b)
{
	free(b.map);
}

static struct value *value_of(struct point *p, var v)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->vars[i] == v)
			return &p->values[i];
	return NULL;
}

static struct both random_bits(struct universe *u, struct random *r, var v, unsigned n_bits)
{
	uint64_t mask = random_below(r, 1u << (n_bits + 2));
	struct both b = both_new(u, dd_in(u->e, v, set_bits(u->e, v, mask)));

	for (size_t i = 0; i < u->points.n; i++)
		b.map[i] = mask >> value_of(&u->points.items[i], v)->bit & 1;
	return b;
}

static struct both random_number(struct universe *u, struct random *r)
{
	static const int64_t bounds[] = {INT64_MIN, 10, 20, 30, INT64_MAX};
	struct interval in[2];
	bool absent = random_below(r, 3) == 0;
	struct both b;

	for (int i = 0; i < 2; i++) {
		uint32_t lo = random_below(r, 4), hi = lo + 1 + random_below(r, 4 - lo);

		in[i] = (struct interval){bounds[lo], bounds[hi]};
		if (lo > 0 && random_below(r, 4) == 0)
			in[i].hi = in[i].lo;
		else if (lo > 0 && random_below(r, 3) == 0)
			in[i].lo++;
	}
	b = both_new(u, dd_in(u->e, u->number, set_numbers(u->e, in, 2, absent)));
	for (size_t i = 0; i < u->points.n; i++) {
		const struct value *v = value_of(&u->points.items[i], u->number);

		b.map[i] = v->absent ? absent
				     : (in[0].lo <= v->number && v->number <= in[0].hi) ||
					       (in[1].lo <= v->number && v->number <= in[1].hi);
	}
	return b;
}

static struct both random_string(struct universe *u, struct random *r)
{
	struct engine *e = u->e;
	bool absent = random_below(r, 3) == 0;
	uint32_t kind = random_below(r, 6), n = 1 + random_below(r, 3);
	struct str list[3];
	lang l;
	struct both b;

	for (uint32_t i = 0; i < n; i++)
		list[i] = str_from(test_strings[random_below(r, 5)]);
	l = kind == 0   ? lang_prefix(e, STR("a"))
	    : kind == 1 ? lang_suffix(e, STR("a"))
	    : kind == 2 ? lang_contains(e, STR("b"))
	    : kind == 3 ? lang_not(e, lang_strings(e, list, n))
			: lang_strings(e, list, n);
	b = both_new(u, dd_in(e, u->string, set_strings(e, l, absent)));
	for (size_t i = 0; i < u->points.n; i++) {
		const struct value *v = value_of(&u->points.items[i], u->string);
		bool listed = false;

		for (uint32_t k = 0; k < n; k++)
			listed = listed || str_eq(v->string, list[k]);
		b.map[i] = v->absent	? absent
			   : kind == 0 ? str_starts(v->string, STR("a"))
			   : kind == 1 ? str_ends(v->string, STR("a"))
			   : kind == 2 ? str_contains(v->string, STR("b"))
			   : kind == 3 ? !listed
				       : listed;
	}
	return b;
}

/* A random set of elements: which words, and what about the nested group. */
struct element_set {
	uint64_t words;
	int nested; /* 0: anything; 1: some of `inner`; 2: none of `inner`; 3: no element */
	uint64_t inner;
	bool other_way; /* or, not and */
};

static bool element_matches(const struct element_set *s, const struct point *p)
{
	bool word = (s->words >> p->values[0].bit & 1) != 0, some = false, nested;

	for (size_t i = 0; i < p->values[1].n_elements; i++)
		some = some || (s->inner >> p->values[1].elements[i]->values[0].bit & 1) != 0;
	nested = s->nested == 0	  ? !s->other_way
		 : s->nested == 1 ? some
		 : s->nested == 2 ? !some
				  : p->values[1].n_elements == 0;
	return s->other_way ? word || nested : word && nested;
}

static dd element_diagram(struct universe *u, const struct element_set *s)
{
	struct engine *e = u->e;
	dd word = dd_in(e, u->element_bits, set_bits(e, u->element_bits, s->words)), nested;
	vset some = set_group_some(
		e, u->nested, dd_in(e, u->nested_bits, set_bits(e, u->nested_bits, s->inner)));

	if (s->nested == 0)
		return s->other_way ? word : dd_and(e, word, DD_TRUE);
	nested = dd_in(e, u->nested,
		       s->nested == 1	? some
		       : s->nested == 2 ? set_not(e, u->nested, some)
					: set_absent(e, u->nested));
	return s->other_way ? dd_or(e, word, nested) : dd_and(e, word, nested);
}

static struct both random_group(struct universe *u, struct random *r)
{
	struct element_set s = {.words = random_below(r, 8),
				.nested = (int)random_below(r, 4),
				.inner = random_below(r, 4),
				.other_way = random_below(r, 3) == 0};
	bool none = random_below(r, 10) == 0;
	struct engine *e = u->e;
	struct both b;

	b = both_new(u, dd_in(e, u->group,
			      none ? set_absent(e, u->group)
				   : set_group_some(e, u->group, element_diagram(u, &s))));
	for (size_t i = 0; i < u->points.n; i++) {
		const struct value *v = value_of(&u->points.items[i], u->group);

		b.map[i] = none && v->n_elements == 0;
		for (size_t k = 0; k < v->n_elements && !none; k++)
			b.map[i] = b.map[i] || element_matches(&s, v->elements[k]);
	}
	return b;
}

static struct both random_atom(struct universe *u, struct random *r)
{
	if (u->groups)
		return random_below(r, 5) == 0 ? random_bits(u, r, u->more, 1)
					       : random_group(u, r);
	switch (random_below(r, 4)) {
	case 0:
		return random_bits(u, r, u->bits, 2);
	case 1:
		return random_number(u, r);
	case 2:
		return random_bits(u, r, u->more, 1);
	default:
		return random_string(u, r);
	}
}

__attribute__((unused)) static struct both random_set(struct universe *u, struct random *r,
						      unsigned depth)
{
	struct both left, right;
	uint32_t op = random_below(r, 8);

	if (depth == 0 || op == 0)
		return random_atom(u, r);
	left = random_set(u, r, depth - 1);
	if (op == 1) {
		left.a = dd_not(u->e, left.a);
		for (size_t i = 0; i < u->points.n; i++)
			left.map[i] = !left.map[i];
		return left;
	}
	right = random_set(u, r, depth - 1);
	left.a = op == 2  ? dd_minus(u->e, left.a, right.a)
		 : op < 6 ? dd_and(u->e, left.a, right.a)
			  : dd_or(u->e, left.a, right.a);
	for (size_t i = 0; i < u->points.n; i++)
		left.map[i] = op == 2  ? left.map[i] && !right.map[i]
			      : op < 6 ? left.map[i] && right.map[i]
				       : left.map[i] || right.map[i];
	both_free(right);
	return left;
}

#endif
