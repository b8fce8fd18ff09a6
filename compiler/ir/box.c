/* SPDX-License-Identifier: Apache-2.0
 *
 * From diagrams to boxes: the paths, freed of what they do not need. */
#include "ir/box_internal.h"

#include <string.h>

#define WIDEN_LIMIT 256			     /* boxes: each costs a projection */
#define WEIGHT_PLAIN (UINT64_C(1) << 24 | 1) /* "some A": cannot be said in a plainer way */

/* --- one box --- */

dd box_diagram(struct engine *e, const struct box *box)
{
	dd result = DD_TRUE;

	for (size_t i = box->n; i > 0; i--) {
		const struct box_term *t = &box->terms[i - 1];
		struct dd_edge edges[2] = {{t->set, result}, {set_not(e, t->v, t->set), DD_FALSE}};

		if (!set_is_none(e, edges[1].label))
			result = dd_make(e, t->v, edges, 2);
	}
	return result;
}

const struct box_term *box_term(const struct box *box, var v)
{
	for (size_t i = 0; i < box->n; i++)
		if (box->terms[i].v == v)
			return &box->terms[i];
	return NULL;
}

/* Marked nodes are known to hold. Depth: one level per variable. */
static bool all_lead_to_true(struct engine *e, const struct box_term *terms, size_t n, dd a,
			     uint64_t mark)
{
	const struct dd_edge *edges;
	uint32_t *taken;
	size_t n_edges;
	bool holds = true;

	if (dd_is_const(a) || engine_node(e, a)->mark == mark)
		return a != DD_FALSE;
	n_edges = dd_edges(e, a, &edges);
	while (n > 0 && dd_compare_vars(e, terms->v, dd_var(e, a)) < 0) {
		terms++;
		n--;
	}
	if (n > 0 && terms->v == dd_var(e, a)) {
		taken = scratch_take(e, dd_meeting_max(e, a, terms->set), sizeof *taken);
		n_edges = dd_meeting(e, a, terms->set, taken);
		for (size_t i = 0; i < n_edges && holds; i++)
			holds = all_lead_to_true(e, terms + 1, n - 1, edges[taken[i]].child, mark);
		scratch_drop(e, taken);
		engine_spend(e, n_edges);
	} else {
		for (size_t i = 0; i < n_edges && holds; i++)
			holds = all_lead_to_true(e, terms, n, edges[i].child, mark);
	}
	if (holds)
		engine_node(e, a)->mark = mark;
	return holds;
}

bool box_inside_diagram(struct engine *e, const struct box *box, dd a)
{
	return all_lead_to_true(e, box->terms, box->n, a, engine_new_mark(e));
}

static void drop_term(struct box *box, size_t at)
{
	memmove(box->terms + at, box->terms + at + 1, (box->n - at - 1) * sizeof *box->terms);
	box->n--;
}

/* --- paths --- */

/* How many paths lead to DD_TRUE, at most cap. */
static uint32_t count_paths(struct box_work *w, struct memo *memo, dd a, uint32_t cap)
{
	const struct dd_edge *edges;
	uint32_t total = 0;
	size_t n;

	if (dd_is_const(a))
		return a == DD_TRUE;
	if (memo_get(memo, a, &total))
		return total;
	n = dd_edges(w->e, a, &edges);
	for (size_t i = 0; i < n && total < cap; i++) {
		uint32_t more = count_paths(w, memo, edges[i].child, cap);

		total = more < cap - total ? total + more : cap;
	}
	memo_put(memo, w->tmp, a, total);
	return total;
}

static void walk_paths(struct box_work *w, dd a, struct box_term *terms, size_t depth)
{
	const struct dd_edge *edges;
	struct box box = {.terms = terms, .n = depth};
	size_t n;

	if (a == DD_FALSE)
		return;
	if (a == DD_TRUE) {
		if (w->not_care != DD_FALSE && box_inside_diagram(w->e, &box, w->not_care))
			return;
		box.terms =
			arena_regrow(w->tmp, terms, depth * sizeof *terms, depth, sizeof *terms);
		VEC_PUSH(w->tmp, w->boxes, box);
		return;
	}
	n = dd_edges(w->e, a, &edges);
	for (size_t i = 0; i < n; i++) {
		terms[depth] = (struct box_term){dd_var(w->e, a), edges[i].label};
		walk_paths(w, edges[i].child, terms, depth + 1);
	}
}

/* Of a and of a inside care, the one with fewer paths. false: too many. */
static bool make_paths(struct box_work *w, size_t limit)
{
	uint32_t cap = limit < UINT32_MAX - 1 ? (uint32_t)limit + 1 : UINT32_MAX;
	dd inside = w->as_is ? w->a : dd_and(w->e, w->a, w->care), from = w->a;
	struct memo memo = {0};
	uint32_t n = count_paths(w, &memo, from, cap), m = count_paths(w, &memo, inside, cap);
	var *vars;

	if (m < n) {
		from = inside;
		n = m;
	}
	if (n > limit || w->e->exhausted)
		return false;
	w->n_vars = dd_support(w->e, w->tmp, from, &vars);
	w->vars = vars;
	walk_paths(w, from, ARENA_ARRAY(w->tmp, struct box_term, w->n_vars + 1), 0);
	return true;
}

/* --- freeing --- */

/* A box of a partition may lose v if that adds nothing inside care. */
static void free_disjoint(struct box_work *w, struct box *box)
{
	for (size_t i = 0; i < box->n;) {
		vset set = box->terms[i].set;
		bool free;

		box->terms[i].set = set_not(w->e, box->terms[i].v, set);
		free = box_inside_diagram(w->e, box, w->not_care);
		box->terms[i].set = set;
		if (free)
			drop_term(box, i);
		else
			i++;
	}
}

static void free_cover(struct box_work *w, struct box *box)
{
	struct box_term *kept = ARENA_ARRAY(w->tmp, struct box_term, box->n + 1);

	for (size_t i = 0; i < box->n;) {
		struct box less = {.terms = kept, .n = box->n};

		memcpy(kept, box->terms, box->n * sizeof *kept);
		drop_term(&less, i);
		if (box_inside_diagram(w->e, &less, w->upper))
			drop_term(box, i);
		else
			i++;
	}
}

/* --- widening the sets of groups --- */

struct labels {
	vset *items;
	size_t n, cap;
};

/* Adds the labels of v on paths of a to DD_TRUE, whatever the other variables are; false if some
 * path does not look at v. */
static bool project(struct box_work *w, dd a, var v, uint64_t mark, struct labels *out)
{
	const struct dd_edge *edges;
	size_t n;
	int order;

	if (a == DD_FALSE)
		return true;
	if (a == DD_TRUE || (order = dd_compare_vars(w->e, dd_var(w->e, a), v)) > 0)
		return false;
	if (engine_node(w->e, a)->mark == mark)
		return true;
	engine_node(w->e, a)->mark = mark;
	n = dd_edges(w->e, a, &edges);
	for (size_t i = 0; i < n; i++) {
		if (order < 0 && !project(w, edges[i].child, v, mark, out))
			return false;
		if (order == 0 && edges[i].child != DD_FALSE)
			VEC_PUSH(w->tmp, *out, edges[i].label);
	}
	return true;
}

/* The largest set of values of term i with which the box still lies in a. */
static vset widest(struct box_work *w, const struct box *box, size_t i, dd a)
{
	struct box_term *terms = ARENA_ARRAY(w->tmp, struct box_term, box->n + 1);
	struct box rest = {.terms = terms, .n = box->n};
	var v = box->terms[i].v;
	struct labels bad = {0};
	dd outside;

	memcpy(terms, box->terms, box->n * sizeof *terms);
	drop_term(&rest, i);
	outside = dd_minus(w->e, box_diagram(w->e, &rest), a);
	if (!project(w, outside, v, engine_new_mark(w->e), &bad))
		return box->terms[i].set;
	return set_not(w->e, v, set_or_all(w->e, v, bad.items, bad.n));
}

/* How hard a group set is to say in a rule: what is forbidden, then alternatives, then demands. */
static uint64_t set_weight(struct engine *e, vset a)
{
	const struct group_pair *pairs;
	size_t n = set_pairs(e, a, &pairs);
	uint64_t forbidding = 0, demands = 0;

	for (size_t i = 0; i < n; i++) {
		forbidding += pairs[i].forbidden != DD_FALSE;
		demands += pairs[i].n_required;
	}
	return forbidding << 48 | (uint64_t)n << 24 | demands;
}

/* "some A but none in B, and X" is "some A, and X" where another box has the rest of it. */
static void widen_box(struct box_work *w, struct box *box)
{
	for (size_t i = 0; i < box->n; i++) {
		vset own = box->terms[i].set, wide;

		if (var_kind(w->e, box->terms[i].v) != VAR_GROUP ||
		    set_weight(w->e, own) <= WEIGHT_PLAIN)
			continue;
		wide = widest(w, box, i, w->a);
		if (!w->e->exhausted && set_inside(w->e, own, wide) &&
		    set_weight(w->e, wide) <= set_weight(w->e, own))
			box->terms[i].set = wide;
		wide = widest(w, box, i, w->upper);
		if (!w->e->exhausted && set_inside(w->e, own, wide) &&
		    set_weight(w->e, wide) < set_weight(w->e, box->terms[i].set))
			box->terms[i].set = wide;
	}
}

static bool has_group(struct box_work *w, const struct box *box)
{
	for (size_t i = 0; i < box->n; i++)
		if (var_kind(w->e, box->terms[i].v) == VAR_GROUP)
			return true;
	return false;
}

/* What lies in a box that is wide already need not be widened: it will be absorbed. */
static void widen_groups(struct box_work *w)
{
	uint32_t *wide = ARENA_ARRAY(w->tmp, uint32_t, WIDEN_LIMIT);
	size_t n = 0;

	for (uint32_t i = 0; i < w->boxes.n && n < WIDEN_LIMIT && !w->e->exhausted; i++) {
		struct box *box = &w->boxes.items[i];
		bool held = !has_group(w, box);

		for (size_t k = 0; k < n && !held; k++)
			held = box_inside(w->e, box, &w->boxes.items[wide[k]]);
		if (held)
			continue;
		widen_box(w, box);
		wide[n++] = i;
	}
}

/* --- entry points --- */

static struct box_work work_begin(struct engine *e, dd a, dd care)
{
	struct box_work w = {.e = e, .tmp = arena_new(), .a = a, .care = care};

	w.not_care = dd_not(e, care);
	w.upper = dd_or(e, a, w.not_care);
	return w;
}

static bool work_end(struct box_work *w, struct arena *arena, bool good, struct boxes *out)
{
	*out = (struct boxes){0};
	if (good && !w->e->exhausted) {
		out->n = w->boxes.n;
		out->items = ARENA_ARRAY(arena, struct box, w->boxes.n);
		for (size_t i = 0; i < w->boxes.n; i++) {
			const struct box *box = &w->boxes.items[i];

			out->items[i].n = box->n;
			out->items[i].terms =
				arena_regrow(arena, box->terms, box->n * sizeof *box->terms, box->n,
					     sizeof *box->terms);
		}
	}
	arena_free(w->tmp);
	return good && !w->e->exhausted;
}

bool boxes_disjoint_within(struct engine *e, struct arena *arena, dd a, dd care, size_t limit,
			   struct boxes *out)
{
	struct box_work w = work_begin(e, a, care);
	bool good = make_paths(&w, limit);

	if (good) {
		box_merge(&w);
		for (size_t i = 0; i < w.boxes.n && w.not_care != DD_FALSE; i++)
			free_disjoint(&w, &w.boxes.items[i]);
		box_merge(&w);
	}
	return work_end(&w, arena, good, out);
}

/* A single box whose sets need no widening: what it does without is seen as in a partition, for
 * there is no other box that it could grow into. Saves the diagram of where it may lie. */
static bool cover_one(struct box_work *w)
{
	struct memo memo = {0};

	if (count_paths(w, &memo, w->a, 2) != 1 || !make_paths(w, 1))
		return false;
	for (size_t i = 0; i < w->boxes.n; i++) {
		const struct box *box = &w->boxes.items[i];

		for (size_t k = 0; k < box->n; k++)
			if (var_kind(w->e, box->terms[k].v) == VAR_GROUP &&
			    set_weight(w->e, box->terms[k].set) > WEIGHT_PLAIN) {
				w->boxes.n = 0;
				return false;
			}
		free_disjoint(w, &w->boxes.items[i]);
	}
	return true;
}

static bool cover(struct box_work *w, struct arena *arena, size_t limit, struct boxes *out)
{
	bool good = make_paths(w, limit);

	if (good) {
		box_merge(w);
		for (size_t i = 0; i < w->boxes.n && !w->e->exhausted; i++)
			free_cover(w, &w->boxes.items[i]);
		widen_groups(w);
		box_absorb(w);
		box_merge(w);
		box_absorb(w);
		box_thin(w);
	}
	return work_end(w, arena, good, out);
}

bool boxes_cover_within(struct engine *e, struct arena *arena, dd a, dd care, size_t limit,
			struct boxes *out)
{
	struct box_work w = work_begin(e, a, care);

	return cover(&w, arena, limit, out);
}

bool boxes_cover_as_is(struct engine *e, struct arena *arena, dd a, dd care, size_t limit,
		       struct boxes *out)
{
	struct box_work w = {.e = e, .tmp = arena_new(), .a = a, .care = care, .as_is = true};

	w.not_care = dd_not(e, care);
	if (cover_one(&w))
		return work_end(&w, arena, true, out);
	w.upper = dd_or(e, a, w.not_care);
	return cover(&w, arena, limit, out);
}

bool boxes_disjoint(struct engine *e, struct arena *arena, dd a, size_t limit, struct boxes *out)
{
	return boxes_disjoint_within(e, arena, a, DD_TRUE, limit, out);
}

bool boxes_cover(struct engine *e, struct arena *arena, dd a, size_t limit, struct boxes *out)
{
	return boxes_cover_within(e, arena, a, DD_TRUE, limit, out);
}
