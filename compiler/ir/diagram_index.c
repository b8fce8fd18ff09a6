/* SPDX-License-Identifier: Apache-2.0
 *
 * Which edge of a node takes a value: an index per node over strings or numbers, made when first
 * needed and kept, so that wide nodes are searched and merged and never scanned per value. */
#include "ir/diagram_internal.h"

#include "ir/sort.h"

static int compare_strings(void *context, const void *a, const void *b)
{
	const struct index_string *left = a, *right = b;

	(void)context;
	return str_cmp(left->s, right->s);
}

static int compare_intervals(void *context, const void *a, const void *b)
{
	const struct index_interval *left = a, *right = b;

	(void)context;
	return left->at.lo < right->at.lo ? -1 : left->at.lo > right->at.lo;
}

static void index_strings(struct engine *e, const struct node *node, struct node_index *index)
{
	const struct str *items;
	size_t n, total = 0;
	bool complement;
	void *space;

	for (uint32_t i = 0; i < node->n; i++)
		if (lang_list(e, set_lang(e, node->edges[i].label), &complement, &items, &n) &&
		    !complement)
			total += n;
	index->strings = ARENA_ARRAY(e->arena, struct index_string, total + 1);
	index->others = ARENA_ARRAY(e->arena, uint32_t, node->n);
	for (uint32_t i = 0; i < node->n; i++) {
		if (!lang_list(e, set_lang(e, node->edges[i].label), &complement, &items, &n) ||
		    complement) {
			index->others[index->n_others++] = i;
			continue;
		}
		for (size_t k = 0; k < n; k++)
			index->strings[index->n++] = (struct index_string){items[k], i};
	}
	space = scratch_take(e, total + 1, sizeof *index->strings);
	sort_stable(index->strings, space, total, sizeof *index->strings, compare_strings, NULL);
	scratch_drop(e, space);
}

static void index_intervals(struct engine *e, const struct node *node, struct node_index *index)
{
	const struct interval *items;
	size_t n, total = 0;
	void *space;

	for (uint32_t i = 0; i < node->n; i++)
		total += set_intervals(e, node->edges[i].label, &items);
	index->intervals = ARENA_ARRAY(e->arena, struct index_interval, total + 1);
	for (uint32_t i = 0; i < node->n; i++) {
		n = set_intervals(e, node->edges[i].label, &items);
		for (size_t k = 0; k < n; k++)
			index->intervals[index->n++] = (struct index_interval){items[k], i};
	}
	space = scratch_take(e, total + 1, sizeof *index->intervals);
	sort_stable(index->intervals, space, total, sizeof *index->intervals, compare_intervals,
		    NULL);
	scratch_drop(e, space);
}

const struct node_index *dd_index(struct engine *e, dd a)
{
	struct node node = *engine_node(e, a);
	struct node_index *index;

	if (node.index)
		return node.index;
	index = ARENA_NEW(e->arena, struct node_index);
	for (uint32_t i = 0; i < node.n; i++)
		if (set_has_absent(e, node.edges[i].label))
			index->absent = i;
	if (var_kind(e, node.v) == VAR_STRING)
		index_strings(e, &node, index);
	else
		index_intervals(e, &node, index);
	engine_spend(e, index->n);
	engine_node(e, a)->index = index;
	return index;
}

uint32_t dd_other_edge(struct engine *e, dd a, const struct node_index *index, struct str s)
{
	const struct dd_edge *edges = engine_node(e, a)->edges;

	for (size_t i = 0; i + 1 < index->n_others; i++)
		if (lang_accepts(e, set_lang(e, edges[index->others[i]].label), s))
			return index->others[i];
	return index->n_others > 0 ? index->others[index->n_others - 1] : 0;
}

static uint32_t string_edge(struct engine *e, dd a, const struct node_index *index, struct str s)
{
	size_t lo = 0, hi = index->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int order = str_cmp(index->strings[mid].s, s);

		if (order == 0)
			return index->strings[mid].edge;
		if (order < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return dd_other_edge(e, a, index, s);
}

size_t dd_meeting_max(struct engine *e, dd a, vset s)
{
	const struct value_set *set = set_get(e, s);
	size_t n = engine_node(e, a)->n, listed = 0;
	const struct str *items;
	bool complement;

	if (set->kind == VAR_STRING)
		lang_list(e, set->lang, &complement, &items, &listed);
	return n + 1 > listed + 1 ? n + 1 : listed + 1;
}

static size_t meeting_numbers(struct engine *e, dd a, const struct value_set *set, uint32_t *out)
{
	const struct node_index *index = dd_index(e, a);
	size_t lo = 0, hi = index->n, n = 0;

	if (set->n == 1) { /* a range of the index, but for repeats its edges are the answer */
		struct interval want = set->intervals[0];

		while (lo < hi) {
			size_t mid = lo + (hi - lo) / 2;

			if (index->intervals[mid].at.hi < want.lo)
				lo = mid + 1;
			else
				hi = mid;
		}
		for (; lo < index->n && index->intervals[lo].at.lo <= want.hi; lo++) {
			if (n == engine_node(e, a)->n)
				return SIZE_MAX;
			out[n++] = index->intervals[lo].edge;
		}
	}
	if (set->absent)
		out[n++] = index->absent;
	return set->n <= 1 ? n : SIZE_MAX;
}

static size_t meeting_strings(struct engine *e, dd a, const struct value_set *set, uint32_t *out)
{
	const struct node_index *index = dd_index(e, a);
	const struct str *items;
	size_t listed, n = 0;
	bool complement;

	if (!lang_list(e, set->lang, &complement, &items, &listed) || complement)
		return SIZE_MAX;
	for (size_t i = 0; i < listed; i++)
		out[n++] = string_edge(e, a, index, items[i]);
	if (set->absent)
		out[n++] = index->absent;
	return n;
}

size_t dd_meeting(struct engine *e, dd a, vset s, uint32_t *out)
{
	struct value_set set = *set_get(e, s);
	size_t n = SIZE_MAX;

	if (set.kind == VAR_NUMBER)
		n = meeting_numbers(e, a, &set, out);
	else if (set.kind == VAR_STRING)
		n = meeting_strings(e, a, &set, out);
	if (n != SIZE_MAX)
		return n;
	n = 0;
	for (uint32_t i = 0; i < engine_node(e, a)->n; i++)
		if (set_meets(e, engine_node(e, a)->edges[i].label, s))
			out[n++] = i;
	return n;
}
