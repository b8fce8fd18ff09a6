/* SPDX-License-Identifier: Apache-2.0
 *
 * Picking a finding out of a set: one path of the diagram, and on it the value that people will
 * find most telling. Every choice goes by content, never by age of a handle. */
#include "ir/relate.h"

#include "ir/diagram_internal.h"

struct picker {
	struct engine *e;
	struct arena *arena;
	pick_examples examples;
	void *context;
};

static const char *const none[] = {NULL};

static const char *const *examples_of(const struct picker *p, var v)
{
	const char *const *list = p->examples ? p->examples(p->context, v, none) : none;

	return list ? list : none;
}

/* Decimal text of an int64; false if it is something else. */
static bool parse_point(const char *text, int64_t *point)
{
	bool negative = *text == '-';
	int64_t value = 0;

	if (!text[negative])
		return false;
	for (text += negative; *text; text++) {
		if (*text < '0' || *text > '9' || __builtin_mul_overflow(value, 10, &value) ||
		    __builtin_sub_overflow(value, *text - '0', &value))
			return false;
	}
	if (!negative && value == INT64_MIN)
		return false;
	*point = negative ? value : -value;
	return true;
}

static bool holds_number(struct engine *e, vset set, int64_t point)
{
	const struct interval *items;
	size_t n = set_intervals(e, set, &items);

	for (size_t i = 0; i < n; i++)
		if (items[i].lo <= point && point <= items[i].hi)
			return true;
	return false;
}

/* A point with few digits between lo and hi, looked for from `from` towards the other end. Points
 * of decimals are doubled, and an odd one is a value with more digits than we keep. */
static int64_t round_point(int64_t from, struct interval in)
{
	static const int64_t steps[] = {200000000, 20000000, 2000000, 200000, 20000,
					2000,	   200,	     20,      2};

	if (from % 2 == 0 || (from > -1000000 && from < 1000000))
		return from;
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		int64_t below = from / steps[i] * steps[i];

		for (int k = -1; k <= 1; k++) {
			int64_t point;

			if (!__builtin_add_overflow(below, k * steps[i], &point) &&
			    in.lo <= point && point <= in.hi)
				return point;
		}
	}
	return from;
}

/* The number of the set that is nearest to `near`, then rounded inside its interval. */
static int64_t nearest_number(struct engine *e, vset set, int64_t near)
{
	const struct interval *items;
	size_t n = set_intervals(e, set, &items);
	uint64_t best = UINT64_MAX;
	int64_t found = 0;

	for (size_t i = 0; i < n; i++) {
		int64_t point = near < items[i].lo   ? items[i].lo
				: near > items[i].hi ? items[i].hi
						     : near;
		uint64_t distance = point < near ? (uint64_t)near - (uint64_t)point
						 : (uint64_t)point - (uint64_t)near;

		if (distance < best || i == 0) {
			best = distance;
			found = point == near ? point : round_point(point, items[i]);
		}
	}
	return found;
}

/* --- one value of a set --- */

static bool set_takes_example(const struct picker *p, var v, vset set, const char *text)
{
	int64_t point;

	switch (var_kind(p->e, v)) {
	case VAR_STRING:
		return lang_accepts(p->e, set_lang(p->e, set), str_from(text));
	case VAR_NUMBER:
		return parse_point(text, &point) && holds_number(p->e, set, point);
	case VAR_BITS:
		return parse_point(text, &point) && point >= 0 && point < 64 &&
		       (set_mask(p->e, set) & BIT(point)) != 0;
	case VAR_GROUP:
		break;
	}
	return false;
}

/* How good the best value of a label is, 0 best: an example, a known word or listed value, any
 * present value, absent. */
static unsigned label_rank(const struct picker *p, var v, vset set)
{
	unsigned n_bits = engine_var(p->e, v)->n_bits;
	const struct interval *items;
	uint64_t mask;

	switch (var_kind(p->e, v)) {
	case VAR_BITS:
		mask = set_mask(p->e, set);
		return (mask & (BIT(n_bits) - 1)) != 0 ? 0 : (mask & BIT(n_bits)) != 0 ? 1 : 2;
	case VAR_NUMBER:
		return set_intervals(p->e, set, &items) > 0 ? 1 : 2;
	case VAR_STRING:
		return set_lang(p->e, set) != LANG_NONE ? 1 : 2;
	case VAR_GROUP:
		break;
	}
	return 0;
}

/* A pair with the fewest demands makes the shortest list of elements. */
static const struct group_pair *smallest_pair(struct engine *e, vset set)
{
	const struct group_pair *pairs, *best = NULL;
	size_t n = set_pairs(e, set, &pairs);

	for (size_t i = 0; i < n; i++)
		if (!best || pairs[i].n_required < best->n_required)
			best = &pairs[i];
	return best;
}

struct pick_list {
	struct picked *items;
	size_t n, cap;
};

static bool pick_path(const struct picker *p, dd a, unsigned depth, struct pick_list *out);

/* One element per required set, but an element that can meet the next demand too does. */
static bool pick_elements(const struct picker *p, vset set, unsigned depth, struct picked *out)
{
	const struct group_pair *pair = smallest_pair(p->e, set);
	size_t n = pair ? pair->n_required : 0;
	bool *met = ARENA_ARRAY(p->arena, bool, n + 1);

	out->elements = ARENA_ARRAY(p->arena, struct picked *, n + 1);
	out->n_picks = ARENA_ARRAY(p->arena, size_t, n + 1);
	for (size_t i = 0; i < n; i++) {
		dd element = pair->required[i];
		struct pick_list picks = {0};

		if (met[i])
			continue;
		for (size_t k = i + 1; k < n; k++) {
			dd both = met[k] ? DD_FALSE : dd_and(p->e, element, pair->required[k]);

			if (both != DD_FALSE) {
				element = both;
				met[k] = true;
			}
		}
		if (!pick_path(p, element, depth + 1, &picks))
			return false;
		out->elements[out->n_elements] = picks.items;
		out->n_picks[out->n_elements++] = picks.n;
	}
	out->absent = out->n_elements == 0;
	return pair != NULL;
}

static void pick_bit(const struct picker *p, const char *example, vset set, struct picked *out)
{
	uint64_t mask = set_mask(p->e, set);
	int64_t point;

	if (example && parse_point(example, &point))
		out->bit = (unsigned)point;
	else
		while (out->bit < 63 && (mask & BIT(out->bit)) == 0)
			out->bit++;
	out->absent = out->bit == engine_var(p->e, out->v)->n_bits + 1;
}

static void pick_number(const struct picker *p, const char *example, vset set, struct picked *out)
{
	const char *const *list = examples_of(p, out->v);
	const struct interval *items;
	int64_t near = 0;

	out->absent = set_intervals(p->e, set, &items) == 0;
	if (example)
		parse_point(example, &out->number);
	else if (!out->absent) {
		if (list[0])
			parse_point(list[0], &near);
		out->number = nearest_number(p->e, set, near);
	}
}

/* Nothing is a poor example of a text, so the empty one comes last. */
static void pick_text(const struct picker *p, lang l, struct picked *out)
{
	lang some = lang_minus(p->e, l, lang_string(p->e, STR("")));

	out->absent = !lang_pick(p->e, p->arena, some == LANG_NONE ? l : some, &out->string);
}

static bool pick_value(const struct picker *p, const char *example, vset set, unsigned depth,
		       struct picked *out)
{
	switch (out->kind) {
	case VAR_BITS:
		pick_bit(p, example, set, out);
		return true;
	case VAR_NUMBER:
		pick_number(p, example, set, out);
		return true;
	case VAR_STRING:
		if (example)
			out->string = str_copy(p->arena, str_from(example));
		else
			pick_text(p, set_lang(p->e, set), out);
		return true;
	case VAR_GROUP:
		break;
	}
	return pick_elements(p, set, depth, out);
}

/* --- one path --- */

/* The edge that takes the first example any edge takes; else the one with the best rank. */
static const struct dd_edge *choose_edge(const struct picker *p, dd a, const char **example)
{
	const struct dd_edge *edges, *best = NULL;
	size_t n = dd_edges(p->e, a, &edges);
	var v = dd_var(p->e, a);
	unsigned best_rank = 0;

	for (const char *const *text = examples_of(p, v); *text; text++) {
		for (size_t i = 0; i < n; i++) {
			if (edges[i].child != DD_FALSE &&
			    set_takes_example(p, v, edges[i].label, *text)) {
				*example = *text;
				return &edges[i];
			}
		}
	}
	*example = NULL;
	for (size_t i = 0; i < n; i++) {
		unsigned rank = label_rank(p, v, edges[i].label);

		if (edges[i].child != DD_FALSE && (!best || rank < best_rank)) {
			best = &edges[i];
			best_rank = rank;
		}
	}
	return best;
}

static bool pick_path(const struct picker *p, dd a, unsigned depth, struct pick_list *out)
{
	if (depth > 16) /* groups in groups: deeper than any finding */
		return false;
	while (a > DD_TRUE) {
		const char *example;
		const struct dd_edge *edge = choose_edge(p, a, &example);
		struct picked picked = {.v = dd_var(p->e, a)};

		if (!edge)
			return false;
		picked.kind = var_kind(p->e, picked.v);
		if (!pick_value(p, example, edge->label, depth, &picked))
			return false;
		VEC_PUSH(p->arena, *out, picked);
		a = edge->child;
	}
	return a == DD_TRUE;
}

bool relate_pick(struct engine *e, struct arena *arena, dd a, pick_examples examples, void *context,
		 struct picked **picks, size_t *n)
{
	struct picker p = {e, arena, examples, context};
	struct pick_list list = {0};
	bool found = pick_path(&p, relate_within(e, a), 0, &list);

	*picks = list.items;
	*n = list.n;
	return found && !e->exhausted;
}
