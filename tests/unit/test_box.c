/* SPDX-License-Identifier: Apache-2.0
 *
 * Boxes against brute force over small universes: their union is the set, the disjoint ones are
 * disjoint, and a cover has nothing in it that could go. */
#include "universe.h"

#include "ir/box.h"

#include "tap.h"

#define SEED UINT64_C(20260402)
#define LIMIT 100000

enum {
	UNION, DISJOINT, SETS, MERGED, COVER, FREED, ABSORBED, SHORTER,
	CARE_UNION, CARE_DISJOINT, CARE_COVER, CARE_FREED, N_TALLIES
};

struct tally {
	const char *what;
	unsigned cases, wrong;
	uint64_t seed;
};

static void count(struct tally *t, bool right, uint64_t seed)
{
	t->cases++;
	if (!right && t->wrong++ == 0)
		t->seed = seed;
}

static bool point_in_box(struct engine *e, const struct point *p, const struct box *box)
{
	for (size_t i = 0; i < box->n; i++) {
		const struct value *value = NULL;

		for (size_t k = 0; k < p->n; k++)
			if (p->vars[k] == box->terms[i].v)
				value = &p->values[k];
		if (!value || !value_in(e, box->terms[i].v, value, box->terms[i].set))
			return false;
	}
	return true;
}

/* Points (every step-th; of those in care, if given): in a if and only if in some box; in at most
 * `most` boxes. */
static void compare(struct universe *u, const struct both *b, const struct both *care,
		    const struct boxes *boxes, size_t step, bool *same, bool *disjoint)
{
	*same = *disjoint = true;
	for (size_t i = 0; i < u->points.n; i += step) {
		size_t in = 0;

		if (care && !care->map[i])
			continue;
		for (size_t k = 0; k < boxes->n; k++)
			in += point_in_box(u->e, &u->points.items[i], &boxes->items[k]);
		*same = *same && (in > 0) == b->map[i];
		*disjoint = *disjoint && in <= 1;
	}
}

/* No full and no empty set, variables in order. */
static bool sets_are_proper(struct engine *e, const struct boxes *boxes)
{
	for (size_t i = 0; i < boxes->n; i++) {
		const struct box *box = &boxes->items[i];

		for (size_t k = 0; k < box->n; k++) {
			const struct box_term *t = &box->terms[k];

			if (set_is_none(e, t->set) || set_is_full(e, t->v, t->set) ||
			    (k > 0 && var_rank(e, t[-1].v) >= var_rank(e, t->v)) ||
			    box_term(box, t->v) != t)
				return false;
		}
	}
	return true;
}

/* No two boxes differ in one variable only. */
static bool none_merge(const struct boxes *boxes)
{
	for (size_t i = 0; i < boxes->n; i++) {
		for (size_t k = 0; k < i; k++) {
			const struct box *a = &boxes->items[i], *b = &boxes->items[k];
			size_t differ = 0;

			for (size_t t = 0; t < a->n && a->n == b->n; t++)
				differ += a->terms[t].v != b->terms[t].v
						  ? 2
						  : a->terms[t].set != b->terms[t].set;
			if (a->n == b->n && differ < 2)
				return false;
		}
	}
	return true;
}

/* Every box lies in a, and without any one of its terms it would not. */
static bool all_freed(struct engine *e, const struct boxes *boxes, dd a, bool *inside)
{
	bool freed = true;

	*inside = true;
	for (size_t i = 0; i < boxes->n; i++) {
		const struct box *box = &boxes->items[i];

		*inside = *inside && dd_minus(e, box_diagram(e, box), a) == DD_FALSE;
		for (size_t k = 0; k < box->n; k++) {
			struct box_term terms[8];
			struct box less = {.terms = terms};

			for (size_t t = 0; t < box->n; t++)
				if (t != k)
					terms[less.n++] = box->terms[t];
			freed = freed && dd_minus(e, box_diagram(e, &less), a) != DD_FALSE;
		}
	}
	return freed;
}

/* No box lies inside the others together. */
static bool none_spare(struct engine *e, const struct boxes *boxes)
{
	for (size_t i = 0; i < boxes->n; i++) {
		dd others = DD_FALSE, own = box_diagram(e, &boxes->items[i]);

		for (size_t k = 0; k < boxes->n; k++)
			if (k != i)
				others = dd_or(e, others, box_diagram(e, &boxes->items[k]));
		if (boxes->n > 2 ? dd_minus(e, own, others) == DD_FALSE : own == others)
			return false;
	}
	return true;
}

static void check_plain(struct universe *u, const struct both *b, size_t step,
			struct tally *tallies, uint64_t seed)
{
	struct engine *e = u->e;
	struct boxes disjoint, cover;
	bool same, apart, inside, freed;

	if (!boxes_disjoint(e, u->arena, b->a, LIMIT, &disjoint) ||
	    !boxes_cover(e, u->arena, b->a, LIMIT, &cover)) {
		count(&tallies[UNION], false, seed);
		return;
	}
	compare(u, b, NULL, &disjoint, step, &same, &apart);
	count(&tallies[UNION], same, seed);
	count(&tallies[DISJOINT], apart, seed);
	count(&tallies[SETS], sets_are_proper(e, &disjoint) && sets_are_proper(e, &cover), seed);
	count(&tallies[MERGED], none_merge(&disjoint), seed);
	compare(u, b, NULL, &cover, step, &same, &apart);
	count(&tallies[COVER], same, seed);
	freed = all_freed(e, &cover, b->a, &inside);
	count(&tallies[FREED], inside && freed, seed);
	count(&tallies[ABSORBED], none_spare(e, &cover), seed);
	count(&tallies[SHORTER], cover.n <= disjoint.n, seed);
}

static void check_within(struct universe *u, const struct both *b, const struct both *care,
			 size_t step, struct tally *tallies, uint64_t seed)
{
	struct engine *e = u->e;
	struct boxes disjoint, cover;
	bool same, apart, inside, freed;

	if (!boxes_disjoint_within(e, u->arena, b->a, care->a, LIMIT, &disjoint) ||
	    !boxes_cover_within(e, u->arena, b->a, care->a, LIMIT, &cover)) {
		count(&tallies[CARE_UNION], false, seed);
		return;
	}
	compare(u, b, care, &disjoint, step, &same, &apart);
	count(&tallies[CARE_UNION], same, seed);
	count(&tallies[CARE_DISJOINT], apart, seed);
	compare(u, b, care, &cover, step, &same, &apart);
	count(&tallies[CARE_COVER], same, seed);
	freed = all_freed(e, &cover, dd_or(e, b->a, dd_not(e, care->a)), &inside);
	count(&tallies[CARE_FREED], inside && freed, seed);
}

static void run(const char *where, struct universe u, unsigned cases, unsigned depth)
{
	struct tally tallies[N_TALLIES] = {
		{.what = "the disjoint boxes are the set"},
		{.what = "and disjoint"},
		{.what = "no full or empty terms, in order"},
		{.what = "none left to merge"},
		{.what = "the cover is the set"},
		{.what = "no term of a cover can go"},
		{.what = "no box of a cover can go"},
		{.what = "a cover is not longer"},
		{.what = "disjoint boxes within care"},
		{.what = "and disjoint there"},
		{.what = "cover within care"},
		{.what = "no term of it can go"}};

	for (unsigned i = 0; i < cases; i++) {
		uint64_t seed = SEED + i;
		struct random r = {seed};
		struct both b = random_set(&u, &r, 1 + random_below(&r, depth));
		struct both care = random_set(&u, &r, 2);
		size_t step = u.groups ? 37 + random_below(&r, 50) : 1;

		engine_start_question(u.e);
		check_plain(&u, &b, step, tallies, seed);
		check_within(&u, &b, &care, step, tallies, seed);
		both_free(b);
		both_free(care);
	}
	for (int i = 0; i < N_TALLIES; i++)
		ok(tallies[i].wrong == 0 && tallies[i].cases > 0,
		   "%s: %s (%u cases, %u wrong, first seed %llu)", where, tallies[i].what,
		   tallies[i].cases, tallies[i].wrong, (unsigned long long)tallies[i].seed);
	ok(!engine_exhausted(u.e), "%s: within the budget", where);
	arena_free(u.arena);
}

/* --- single facts --- */

static void check_consensus(void)
{
	struct universe u = universe_begin();
	struct engine *e = u.e;
	struct interval low = {0, 10};
	dd x = dd_in(e, u.string, set_strings(e, LANG_ALL, false));
	dd y = dd_in(e, u.number, set_numbers(e, &low, 1, false));
	dd z = dd_in(e, u.bits, set_bits(e, u.bits, 1));
	/* x is split last: the path "z and y" needs no box of its own. */
	dd a = dd_or(e, dd_and(e, x, y), dd_and(e, dd_not(e, x), z));
	struct boxes boxes;

	ok(boxes_cover(e, u.arena, a, LIMIT, &boxes) && boxes.n == 2,
	   "no box for what two others hold");
	ok(!boxes_cover(e, u.arena, a, 2, &boxes) && boxes.n == 0,
	   "more paths than the limit: refused");
	ok(boxes_cover(e, u.arena, DD_FALSE, 0, &boxes) && boxes.n == 0, "nothing has no box");
	ok(boxes_cover(e, u.arena, DD_TRUE, 1, &boxes) && boxes.n == 1 && boxes.items[0].n == 0,
	   "everything is one box without terms");
	arena_free(u.arena);
}

static void check_groups(void)
{
	struct universe u = universe_begin();
	struct engine *e = u.e;
	dd a = dd_in(e, u.element_bits, set_bits(e, u.element_bits, 3));
	dd b = dd_in(e, u.element_bits, set_bits(e, u.element_bits, 6));
	dd some_a = dd_in(e, u.group, set_group_some(e, u.group, a));
	dd some_b = dd_in(e, u.group, set_group_some(e, u.group, b));
	dd x = dd_in(e, u.more, set_bits(e, u.more, 1));
	dd y = dd_in(e, u.more, set_bits(e, u.more, 2));
	dd either = dd_or(e, dd_and(e, some_a, x), dd_and(e, some_b, y));
	struct boxes boxes;

	ok(boxes_cover(e, u.arena, either, LIMIT, &boxes) && boxes.n == 2 &&
		   relate_equal(e, either,
				dd_or(e, box_diagram(e, &boxes.items[0]),
				      box_diagram(e, &boxes.items[1])),
				NULL, NULL),
	   "some A and X, or some B and Y: two boxes");
	for (size_t i = 0; i < boxes.n; i++) {
		const struct group_pair *pairs;
		size_t n = set_pairs(e, box_term(&boxes.items[i], u.group)->set, &pairs);

		ok(n == 1 && pairs[0].n_required == 1 && pairs[0].forbidden == DD_FALSE &&
			   (pairs[0].required[0] == a || pairs[0].required[0] == b),
		   "and nothing forbidden in box %zu", i);
	}
	arena_free(u.arena);
}

/* What care says already is not said again, and what lies outside it is left out. */
static void check_care(void)
{
	struct universe u = universe_begin();
	struct engine *e = u.e;
	struct interval low = {0, 10};
	dd care = dd_in(e, u.bits, set_bits(e, u.bits, 1));
	dd y = dd_in(e, u.number, set_numbers(e, &low, 1, false));
	dd x = dd_in(e, u.string, set_strings(e, LANG_ALL, false));
	dd a = dd_or(e, dd_and(e, care, y), dd_and(e, dd_not(e, care), x));
	struct boxes boxes;

	ok(boxes_disjoint_within(e, u.arena, a, care, LIMIT, &boxes) && boxes.n == 1 &&
		   box_diagram(e, &boxes.items[0]) == y,
	   "disjoint within care: one box, freed of care");
	ok(boxes_cover_within(e, u.arena, a, care, LIMIT, &boxes) && boxes.n == 1 &&
		   box_diagram(e, &boxes.items[0]) == y,
	   "a cover within care: the same");
	arena_free(u.arena);
}

/* 20,000 rules over one wide node: merged, freed and absorbed in near-linear time. */
static void check_wide(void)
{
	enum { N = 20000 };
	struct universe u = universe_begin();
	struct engine *e = u.e;
	var below = var_register(e, VAR_NUMBER, 35, STR("below"), 0, "below");
	dd *items = ARENA_ARRAY(u.arena, dd, N), all, care;
	struct boxes boxes;

	for (int64_t i = 0; i < N; i++) {
		struct str cve = str_printf(u.arena, "CVE-2024-%05lld", (long long)i);
		struct interval in = {i / 2, 3 * i + 9};

		items[i] = dd_and(e, dd_in(e, u.string, set_strings(e, lang_string(e, cve), false)),
				  dd_in(e, below, set_numbers(e, &in, 1, false)));
	}
	all = dd_or_all(e, items, N);
	engine_start_question(e);
	ok(boxes_cover(e, u.arena, all, N, &boxes) && boxes.n == N, "one box per rule");
	ok(!boxes_cover(e, u.arena, all, N - 1, &boxes), "at N - 1 refused");
	care = dd_in(e, u.string, set_strings(e, lang_prefix(e, STR("CVE-")), false));
	ok(boxes_disjoint_within(e, u.arena, all, care, N, &boxes) && boxes.n == N,
	   "and within care");
	all = dd_forget(e, all, below);
	ok(boxes_cover(e, u.arena, all, N, &boxes) && boxes.n == 1 && boxes.items[0].n == 1,
	   "the same condition: one box");
	ok(!engine_exhausted(e), "within the budget");
	arena_free(u.arena);
}

/* The order and the content of boxes must not depend on what was asked before. */
static void check_history(void)
{
	struct str texts[2];
	struct universe us[2];

	for (unsigned i = 0; i < 2; i++) {
		struct universe u = us[i] = universe_flat();
		struct random r = {SEED};
		struct strbuf text;

		strbuf_init(&text, u.arena);
		for (unsigned k = 0; k < 50 && i == 1; k++) {
			struct random other = {SEED + 1000 + k};

			both_free(random_set(&u, &other, 4));
		}
		for (unsigned k = 0; k < 50; k++) {
			struct both b = random_set(&u, &r, 4);
			struct boxes boxes;

			boxes_cover(u.e, u.arena, b.a, LIMIT, &boxes);
			for (size_t m = 0; m < boxes.n; m++)
				strbuf_add(&text, dd_dump(u.e, u.arena,
							  box_diagram(u.e, &boxes.items[m])));
			both_free(b);
		}
		texts[i] = strbuf_str(&text);
	}
	ok(texts[0].len > 1000 && str_eq(texts[0], texts[1]), "boxes do not depend on history");
	arena_free(us[0].arena);
	arena_free(us[1].arena);
}

int main(void)
{
	printf("# seeds from %llu\n", (unsigned long long)SEED);
	check_consensus();
	check_groups();
	check_care();
	check_history();
	check_wide();
	run("flat", universe_flat(), 1500, 4);
	run("groups", universe_groups(false), 500, 3);
	run("groups with a universe of elements", universe_groups(true), 500, 3);
	return done();
}
