/* SPDX-License-Identifier: Apache-2.0
 *
 * The set engine against brute force over small universes, and its budgets. */
#include "universe.h"

#include "tap.h"

#define SEED UINT64_C(20260401)

struct tally {
	const char *what;
	unsigned cases, wrong;
	uint64_t seed; /* of the first wrong case */
};

static void count(struct tally *t, bool right, uint64_t seed)
{
	t->cases++;
	if (!right && t->wrong++ == 0)
		t->seed = seed;
}

static void report(const char *where, const struct tally *t)
{
	ok(t->wrong == 0 && t->cases > 0, "%s: %s (%u cases, %u wrong, first seed %llu)", where,
	   t->what, t->cases, t->wrong, (unsigned long long)t->seed);
}

enum {
	MEMBER,
	NEGATION,
	EMPTY,
	INSIDE,
	OVERLAP,
	EQUAL,
	HANDLE,
	WITNESS,
	FORGET,
	ASKED,
	THREE,
	N_TALLIES
};

static struct value picked_value(struct universe *u, const struct picked *p);

static struct point picked_point(struct universe *u, const struct picked *picks, size_t n)
{
	struct point p = {.n = n};

	for (size_t i = 0; i < n; i++) {
		p.vars[i] = picks[i].v;
		p.values[i] = picked_value(u, &picks[i]);
	}
	return p;
}

static struct value picked_value(struct universe *u, const struct picked *p)
{
	struct value v = {.absent = p->absent,
			  .bit = p->bit,
			  .number = p->number,
			  .string = p->string,
			  .n_elements = p->n_elements};

	v.elements = ARENA_ARRAY(u->arena, const struct point *, p->n_elements);
	for (size_t i = 0; i < p->n_elements; i++) {
		struct point *element = ARENA_NEW(u->arena, struct point);

		*element = picked_point(u, p->elements[i], p->n_picks[i]);
		v.elements[i] = element;
	}
	return v;
}

/* Variables that a pick leaves open may take any value: they get that of a model. */
static void complete(struct universe *u, struct point *p, const struct point *model)
{
	for (size_t i = 0; i < model->n; i++) {
		if (!value_of(p, model->vars[i])) {
			p->vars[p->n] = model->vars[i];
			p->values[p->n++] = model->values[i];
		}
	}
	for (size_t i = 0; i < p->n; i++) {
		struct value *v = &p->values[i];

		for (size_t k = 0; k < v->n_elements; k++) {
			struct point *element = ARENA_NEW(u->arena, struct point);

			*element = *v->elements[k];
			complete(u, element,
				 p->vars[i] == u->group ? &u->elements[0] : &u->inner[0]);
			v->elements[k] = element;
		}
	}
}

static bool witness_is_right(struct universe *u, dd a, bool empty)
{
	struct picked *picks;
	struct point p;
	size_t n;

	if (!relate_pick(u->e, u->arena, a, NULL, NULL, &picks, &n))
		return empty;
	p = picked_point(u, picks, n);
	complete(u, &p, &u->points.items[0]);
	return !empty && point_in(u->e, &p, a);
}

static void check_one(struct universe *u, struct random *r, const struct both *b,
		      struct tally *tallies, uint64_t seed)
{
	bool right = true, negated = true, empty = true;
	dd not_b = dd_not(u->e, b->a);
	size_t step = u->groups ? 1 + random_below(r, 61) : 1;

	for (size_t i = 0; i < u->points.n; i++)
		empty = empty && !b->map[i];
	for (size_t i = random_below(r, (uint32_t)step); i < u->points.n; i += step) {
		right = right && point_in(u->e, &u->points.items[i], b->a) == b->map[i];
		negated = negated && point_in(u->e, &u->points.items[i], not_b) != b->map[i];
	}
	count(&tallies[MEMBER], right, seed);
	count(&tallies[NEGATION], negated && dd_not(u->e, not_b) == b->a, seed);
	count(&tallies[EMPTY], relate_empty(u->e, b->a) == empty && (b->a == DD_FALSE) == empty,
	      seed);
	count(&tallies[WITNESS], witness_is_right(u, b->a, empty), seed);
}

static void check_two(struct universe *u, const struct both *a, const struct both *b,
		      struct tally *tallies, uint64_t seed)
{
	bool inside = true, overlap = false, equal = true;
	dd outside, both;

	for (size_t i = 0; i < u->points.n; i++) {
		inside = inside && (!a->map[i] || b->map[i]);
		overlap = overlap || (a->map[i] && b->map[i]);
		equal = equal && a->map[i] == b->map[i];
	}
	/* Before the sets are there. */
	count(&tallies[ASKED],
	      relate_overlap(u->e, a->a, b->a, NULL) == overlap &&
		      relate_inside(u->e, a->a, b->a, NULL) == inside &&
		      dd_meet(u->e, a->a, b->a) == overlap,
	      seed);
	count(&tallies[INSIDE],
	      relate_inside(u->e, a->a, b->a, &outside) == inside &&
		      (outside == DD_FALSE) == inside,
	      seed);
	count(&tallies[OVERLAP],
	      relate_overlap(u->e, a->a, b->a, &both) == overlap && (both != DD_FALSE) == overlap,
	      seed);
	count(&tallies[EQUAL], relate_equal(u->e, a->a, b->a, NULL, NULL) == equal, seed);
	if (!u->groups)
		count(&tallies[HANDLE], (a->a == b->a) == equal, seed);
}

static void check_three(struct universe *u, const struct both *a, const struct both *b,
			const struct both *c, struct tally *tallies, uint64_t seed)
{
	bool meet = false, apart = false;

	for (size_t i = 0; i < u->points.n; i++) {
		meet = meet || (a->map[i] && b->map[i] && c->map[i]);
		apart = apart || (a->map[i] && b->map[i] && !c->map[i]);
	}
	count(&tallies[THREE],
	      dd_meet_three(u->e, a->a, b->a, c->a) == meet &&
		      dd_meet_three(u->e, dd_not(u->e, c->a), a->a, b->a) == apart,
	      seed);
}

/* Forgetting `more`, the last variable of each point: some of its three values must be in. */
static void check_forget(struct universe *u, const struct both *b, struct tally *tallies,
			 uint64_t seed)
{
	dd a = dd_forget(u->e, b->a, u->more);
	size_t apart = u->groups ? u->points.n / 3 : 1, n = u->points.n / 3;
	bool right = true;

	for (size_t i = 0; i < n; i += u->groups ? 17 : 1) {
		size_t at = u->groups ? i : 3 * i;
		bool some = b->map[at] || b->map[at + apart] || b->map[at + 2 * apart];

		right = right && point_in(u->e, &u->points.items[at], a) == some;
	}
	count(&tallies[FORGET], right, seed);
}

static void run(const char *where, struct universe u, unsigned cases, unsigned depth)
{
	struct tally tallies[N_TALLIES] = {{.what = "membership"},
					   {.what = "complement"},
					   {.what = "emptiness"},
					   {.what = "inside"},
					   {.what = "overlap"},
					   {.what = "equality"},
					   {.what = "handles are sets"},
					   {.what = "the witness is a member"},
					   {.what = "forgetting a variable"},
					   {.what = "whether two meet"},
					   {.what = "whether three meet"}};
	struct both previous = {0};

	for (unsigned i = 0; i < cases; i++) {
		uint64_t seed = SEED + i;
		struct random r = {seed};
		struct both third = random_set(&u, &r, 1 + random_below(&r, depth));
		struct both b = random_set(&u, &r, 1 + random_below(&r, depth));

		engine_start_question(u.e);
		check_one(&u, &r, &b, tallies, seed);
		check_forget(&u, &b, tallies, seed);
		if (previous.map) {
			check_two(&u, &previous, &b, tallies, seed);
			/* And one that is inside, and often the same set built in another way. */
			struct both joined = both_new(&u, dd_or(u.e, previous.a, b.a));
			struct both again =
				both_new(&u, dd_not(u.e, dd_and(u.e, dd_not(u.e, b.a),
								dd_not(u.e, previous.a))));

			for (size_t k = 0; k < u.points.n; k++)
				joined.map[k] = again.map[k] = previous.map[k] || b.map[k];
			check_two(&u, &b, &joined, tallies, seed);
			check_two(&u, &joined, &again, tallies, seed);
			check_three(&u, &previous, &b, &third, tallies, seed);
			both_free(joined);
			both_free(again);
			both_free(previous);
		}
		both_free(third);
		previous = b;
	}
	both_free(previous);
	for (int i = 0; i < N_TALLIES; i++)
		if (i != HANDLE || !u.groups)
			report(where, &tallies[i]);
	ok(!engine_exhausted(u.e), "%s: within the budget", where);
	arena_free(u.arena);
}

/* --- single facts --- */

static void check_sets(void)
{
	struct universe u = universe_begin();
	struct engine *e = u.e;
	struct interval parts[] = {{7, 9}, {1, 3}, {4, 5}, {9, 12}, {20, 19}};
	const struct interval *items;
	vset n = set_numbers(e, parts, 5, false);
	vset some = set_group_some(e, u.group, DD_TRUE);

	ok(set_intervals(e, n, &items) == 2 && items[0].lo == 1 && items[0].hi == 5 &&
		   items[1].lo == 7 && items[1].hi == 12,
	   "intervals are sorted, joined when adjacent, and empty ones dropped");
	ok(set_not(e, u.number, set_not(e, u.number, n)) == n, "not not is the same handle");
	ok(set_not(e, u.number, set_full(e, u.number)) == set_none(e, u.number),
	   "nothing is left of all numbers");
	ok(set_is_full(e, u.bits, set_bits(e, u.bits, 15)) &&
		   !set_has_absent(e, set_bits(e, u.bits, 7)),
	   "the domain of two words has four bits, absent last");
	ok(set_is_none(e, set_group_some(e, u.group, DD_FALSE)), "some element of nothing: none");
	ok(set_not(e, u.group, some) == set_absent(e, u.group) &&
		   set_not(e, u.group, set_absent(e, u.group)) == some,
	   "no element at all and some element are complements");
	ok(set_is_full(e, u.group, set_or(e, some, set_absent(e, u.group))),
	   "together they are everything");
	ok(dd_in(e, u.group, set_full(e, u.group)) == DD_TRUE, "a full set asks nothing");
	ok(var_register(e, VAR_BITS, 10, STR("b"), 2, "again") == u.bits,
	   "registering again gives the same variable");
	arena_free(u.arena);
}

static void check_group_forms(void)
{
	struct universe u = universe_begin();
	struct engine *e = u.e;
	dd a = dd_in(e, u.element_bits, set_bits(e, u.element_bits, 3));
	dd b = dd_in(e, u.element_bits, set_bits(e, u.element_bits, 6));
	vset some_a = set_group_some(e, u.group, a), some_b = set_group_some(e, u.group, b);
	vset no_a = set_not(e, u.group, some_a), no_b = set_not(e, u.group, some_b);
	vset only_a = set_and(e, some_a, no_b), only_b = set_and(e, some_b, no_a);
	const struct group_pair *pairs;
	vset s;

	s = set_or(e, some_a, some_b);
	ok(s == set_group_some(e, u.group, dd_or(e, a, b)), "some A or some B is some of both");
	ok(set_or(e, only_a, set_and(e, some_a, some_b)) == some_a,
	   "some A with and without B is some A");
	ok(set_or(e, only_b, set_and(e, no_a, no_b)) == no_a, "no A with and without B is no A");
	ok(set_pairs(e, only_a, &pairs) == 1 && pairs[0].n_required == 1 &&
		   pairs[0].required[0] == dd_minus(e, a, b) && pairs[0].forbidden == b,
	   "what is forbidden is taken out of what is required");
	ok(set_and(e, some_a, set_group_some(e, u.group, dd_and(e, a, b))) ==
		   set_group_some(e, u.group, dd_and(e, a, b)),
	   "a demand that another implies is dropped");
	arena_free(u.arena);
}

/* 10,000 CVEs, each with its own condition: near-linear, or this takes minutes. */
static void check_wide(void)
{
	enum { N = 10000 };
	struct universe u = universe_begin();
	struct engine *e = u.e;
	var below = var_register(e, VAR_NUMBER, 35, STR("below"), 0, "below");
	dd *items = ARENA_ARRAY(u.arena, dd, N), all, some;
	const struct dd_edge *edges;

	for (int64_t i = 0; i < N; i++) {
		struct str cve = str_printf(u.arena, "CVE-2024-%05lld", (long long)i);
		struct interval in = {i, 2 * i + 1};

		items[i] = dd_and(e, dd_in(e, u.string, set_strings(e, lang_string(e, cve), false)),
				  dd_in(e, below, set_numbers(e, &in, 1, false)));
	}
	all = dd_or_all(e, items, N);
	ok(!engine_exhausted(e) && all > DD_TRUE, "the union of 10,000 rules is built");
	some = dd_and(e, all, dd_in(e, u.string, set_strings(e, lang_suffix(e, STR("7")), false)));
	ok(relate_inside(e, some, all, NULL) && !relate_inside(e, all, some, NULL),
	   "and cut by an automaton");
	ok(dd_minus(e, items[77], all) == DD_FALSE && dd_and(e, items[77], all) == items[77],
	   "each rule is inside");
	ok(dd_or(e, dd_not(e, all), all) == DD_TRUE, "complement and union are everything");
	all = dd_forget(e, all, below);
	ok(dd_edges(e, all, &edges) == 2 && dd_size(e, all) == 1, "forgetting joins the edges");
	arena_free(u.arena);
}

/* Demands on n arrays that share nothing: the union of the complements stays small. */
static void check_many_groups(void)
{
	enum { N = 40 };
	struct arena *arena = arena_new();
	struct engine *e = engine_new(arena);
	var g = var_register(e, VAR_GROUP, 1, STR("g"), 0, "group");
	var s = var_register(e, VAR_STRING, 2, STR("s"), 0, "string");
	const struct group_pair *pairs;
	const struct dd_edge *edges;
	dd all = DD_TRUE;

	for (int i = 0; i < N; i++) {
		lang l = lang_prefix(e, str_printf(arena, "p%02d", i));
		dd element = dd_in(e, s, set_strings(e, l, false));

		all = dd_and(e, all, dd_in(e, g, set_group_some(e, g, element)));
	}
	ok(dd_edges(e, all, &edges) == 2 &&
		   set_pairs(e, edges[0].label, &pairs) + set_pairs(e, edges[1].label, &pairs) ==
			   N + 1,
	   "forty demands on one array make one node");
	ok(dd_not(e, dd_not(e, all)) == all && !engine_exhausted(e), "within the budget");
	arena_free(arena);
}

static void check_budget(void)
{
	struct universe u = universe_flat();
	struct random r = {SEED};
	unsigned exhausted = 0;
	struct both b, again;

	for (unsigned i = 0; i < 200; i++) {
		engine_set_node_limit(u.e, random_below(&r, 20));
		engine_start_question(u.e);
		b = random_set(&u, &r, 6);
		exhausted += engine_exhausted(u.e);
		engine_clear_exhausted(u.e);
		both_free(b);
	}
	ok(exhausted > 20, "small budgets run out (%u of 200)", exhausted);
	engine_set_node_limit(u.e, 1000000);
	engine_start_question(u.e);
	r.state = SEED;
	b = random_set(&u, &r, 6);
	r.state = SEED;
	again = random_set(&u, &r, 6);
	ok(b.a == again.a && !engine_exhausted(u.e), "and a new question starts afresh");
	for (size_t i = 0; i < u.points.n; i++)
		if (point_in(u.e, &u.points.items[i], b.a) != b.map[i])
			b.map[0] = 2;
	ok(b.map[0] != 2, "nothing wrong was remembered");
	both_free(b);
	both_free(again);
	arena_free(u.arena);
}

/* Deeper than the stack may go: exhausted, not crashed. */
static void check_depth(void)
{
	struct arena *arena = arena_new();
	struct engine *e = engine_new(arena);
	dd even = DD_TRUE, odd = DD_TRUE;

	for (uint32_t i = 5000; i > 0; i--) {
		var v = var_register(e, VAR_BITS, i, STR("v"), 1, "v");

		even = dd_and(e, dd_in(e, v, set_bits(e, v, 3)), even);
		odd = dd_and(e, dd_in(e, v, set_bits(e, v, 6)), odd);
	}
	ok(!engine_exhausted(e), "a deep diagram may be built from below");
	dd_and(e, even, odd);
	ok(engine_exhausted(e), "5,000 nested steps exhaust the engine");
	arena_free(arena);
}

static const char *const *examples(void *context, var v, const char *const *none)
{
	static const char *const strings[] = {"zebra", "oseto", NULL};
	static const char *const numbers[] = {"50", NULL};
	const struct universe *u = context;

	return v == u->string ? strings : v == u->number ? numbers : none;
}

static void check_pick(void)
{
	struct universe u = universe_begin();
	struct engine *e = u.e;
	struct interval low = {INT64_MIN, 41}, strict = {14000000001, INT64_MAX};
	struct picked *picks;
	size_t n;
	dd a;

	a = dd_in(e, u.string, set_strings(e, lang_contains(e, STR("s")), true));
	ok(relate_pick(e, u.arena, a, examples, &u, &picks, &n) && n == 1 &&
		   str_is(picks[0].string, "oseto"),
	   "the first example that fits is picked");
	a = dd_in(e, u.number, set_numbers(e, &low, 1, true));
	ok(relate_pick(e, u.arena, a, examples, &u, &picks, &n) && picks[0].number == 41,
	   "else the bound next to it");
	a = dd_in(e, u.number, set_numbers(e, &strict, 1, true));
	ok(relate_pick(e, u.arena, a, NULL, NULL, &picks, &n) && picks[0].number == 14200000000,
	   "above 7.0 is 7.1");
	a = dd_in(e, u.bits, set_bits(e, u.bits, BIT(3) | BIT(2)));
	ok(relate_pick(e, u.arena, a, NULL, NULL, &picks, &n) && picks[0].bit == 2 &&
		   !picks[0].absent,
	   "another word before absent");
	relate_set_universe(e, dd_in(e, u.bits, set_bits(e, u.bits, BIT(3))));
	ok(relate_pick(e, u.arena, a, NULL, NULL, &picks, &n) && picks[0].absent,
	   "only what can exist");
	ok(relate_empty(e, dd_in(e, u.bits, set_bits(e, u.bits, BIT(1)))) &&
		   relate_inside(e, DD_TRUE, a, NULL),
	   "questions are asked inside the universe");
	arena_free(u.arena);
}

/* One element may meet several demands, and none meets what is forbidden. */
static void check_pick_elements(void)
{
	struct universe u = universe_begin();
	struct engine *e = u.e;
	dd first = dd_in(e, u.element_bits, set_bits(e, u.element_bits, 3));
	dd second = dd_in(e, u.element_bits, set_bits(e, u.element_bits, 6));
	dd inner = dd_in(e, u.nested, set_group_some(e, u.nested, DD_TRUE));
	vset both = set_and(e, set_group_some(e, u.group, first),
			    set_group_some(e, u.group, dd_and(e, second, inner)));
	vset apart = set_and(
		e, both, set_not(e, u.group, set_group_some(e, u.group, dd_and(e, first, second))));
	struct picked *picks;
	size_t n;

	ok(relate_pick(e, u.arena, dd_in(e, u.group, both), NULL, NULL, &picks, &n) && n == 1 &&
		   picks[0].n_elements == 1 && picks[0].n_picks[0] == 2 &&
		   picks[0].elements[0][0].bit == 1 && picks[0].elements[0][1].n_elements == 1,
	   "one element for two demands, with an element of its own");
	ok(relate_pick(e, u.arena, dd_in(e, u.group, apart), NULL, NULL, &picks, &n) &&
		   picks[0].n_elements == 2 && picks[0].elements[0][0].bit == 0 &&
		   picks[0].elements[1][0].bit == 2,
	   "two where the one is forbidden");
	ok(relate_pick(e, u.arena, dd_in(e, u.group, set_absent(e, u.group)), NULL, NULL, &picks,
		       &n) &&
		   picks[0].absent && picks[0].n_elements == 0,
	   "none where none is asked for");
	arena_free(u.arena);
}

/* The same set built in another engine, in another order: the same text. */
static void check_dump(void)
{
	struct str texts[2];
	struct universe us[2];

	for (unsigned i = 0; i < 2; i++) {
		struct universe u = us[i] = universe_begin();
		struct interval in = {3, 9};
		dd parts[2];

		for (unsigned k = 0; k < 2; k++) {
			bool first = (i ^ k) == 0;
			lang l = lang_string(u.e, first ? STR("oseto") : STR("a\"b"));
			vset strings = set_strings(u.e, l, first);
			vset numbers = set_numbers(u.e, &in, 1, first);

			parts[i ^ k] = dd_and(u.e, dd_in(u.e, u.string, strings),
					      dd_in(u.e, u.number, numbers));
		}
		texts[i] = dd_dump(u.e, u.arena, dd_or(u.e, parts[i], parts[1 - i]));
	}
	ok(str_eq(texts[0], texts[1]), "a dump does not depend on history");
	ok(str_is(texts[0], "#0 number: ..2 or 10.. -> no; 3..9 -> #1; absent -> #2\n"
			    "#1 string: {\"a\\x22b\", \"oseto\"} or absent -> yes; "
			    "not {\"a\\x22b\", \"oseto\"} -> no\n"
			    "#2 string: {\"oseto\"} or absent -> yes; not {\"oseto\"} -> no\n"),
	   "and reads: " STR_FMT, STR_ARG(texts[0]));
	arena_free(us[0].arena);
	arena_free(us[1].arena);
}

int main(void)
{
	printf("# seeds from %llu\n", (unsigned long long)SEED);
	check_sets();
	check_group_forms();
	check_pick();
	check_pick_elements();
	check_dump();
	check_budget();
	check_depth();
	check_wide();
	check_many_groups();
	run("flat", universe_flat(), 3000, 5);
	run("groups", universe_groups(false), 1200, 3);
	run("groups with a universe of elements", universe_groups(true), 2000, 4);
	return done();
}
