/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether two diagrams have a finding in common: the walk of `and` that ends at the first path to
 * DD_TRUE and makes neither nodes nor sets. Most questions want no more, and most of them are
 * answered by a path that is tried among the first. */
#include "ir/diagram_internal.h"

static bool numbers_meet(const struct value_set *a, const struct value_set *b)
{
	size_t i = 0, k = 0;

	while (i < a->n && k < b->n) {
		if (a->intervals[i].hi < b->intervals[k].lo)
			i++;
		else if (b->intervals[k].hi < a->intervals[i].lo)
			k++;
		else
			return true;
	}
	return a->absent && b->absent;
}

static bool labels_meet(struct engine *e, vset a, vset b)
{
	const struct value_set *left = set_get(e, a), *right = set_get(e, b);

	if (a == b)
		return true;
	switch (left->kind) {
	case VAR_BITS:
		return (left->mask & right->mask) != 0;
	case VAR_NUMBER:
		return numbers_meet(left, right);
	case VAR_STRING:
		return (left->absent && right->absent) || lang_meet(e, left->lang, right->lang);
	default:
		return set_meets(e, a, b);
	}
}

static bool is_listed(struct engine *e, vset label)
{
	const struct value_set *set = set_get(e, label);
	const struct str *items;
	bool complement;
	size_t n;

	return set->kind == VAR_NUMBER ||
	       (set->kind == VAR_STRING && lang_list(e, set->lang, &complement, &items, &n) &&
		!complement);
}

/* Those edges of b that the label leads to are looked up where that is possible: b may have one for
 * each of 10^4 CVEs. */
static bool edge_meets(struct engine *e, struct dd_edge edge, dd b)
{
	struct node node = *engine_node(e, b);
	uint32_t *found;
	bool met = false;
	size_t n;

	if (!is_listed(e, edge.label)) {
		for (uint32_t i = 0; i < node.n && !met; i++)
			met = node.edges[i].child != DD_FALSE &&
			      labels_meet(e, edge.label, node.edges[i].label) &&
			      dd_meet(e, edge.child, node.edges[i].child);
		return met;
	}
	found = scratch_take(e, dd_meeting_max(e, b, edge.label), sizeof *found);
	n = dd_meeting(e, b, edge.label, found);
	for (size_t i = 0; i < n && !met; i++)
		met = dd_meet(e, edge.child, node.edges[found[i]].child);
	scratch_drop(e, found);
	return met;
}

static bool meet(struct engine *e, dd a, dd b)
{
	int order = dd_compare_vars(e, dd_var(e, a), dd_var(e, b));
	struct node node = *engine_node(e, order <= 0 ? a : b);
	dd other = order <= 0 ? b : a;
	bool met = false;

	for (uint32_t i = 0; i < node.n && !met; i++) {
		if (node.edges[i].child == DD_FALSE)
			continue;
		met = order == 0 ? edge_meets(e, node.edges[i], other)
				 : dd_meet(e, node.edges[i].child, other);
	}
	return met;
}

bool dd_meet(struct engine *e, dd a, dd b)
{
	struct memo *memo = &e->diagrams->met;
	uint32_t met;
	uint64_t key;

	if (a == DD_FALSE || b == DD_FALSE)
		return false;
	if (a == b || dd_is_const(a) || dd_is_const(b))
		return true;
	key = a < b ? (uint64_t)a << 32 | b : (uint64_t)b << 32 | a;
	if (memo_get(memo, key, &met))
		return met;
	if (e->diagrams->depth >= ENGINE_DEPTH_LIMIT)
		e->exhausted = true;
	if (!engine_spend(e, 1))
		return false;
	e->diagrams->depth++;
	met = meet(e, a, b);
	e->diagrams->depth--;
	if (!e->exhausted)
		memo_put(memo, e->arena, key, met);
	return met;
}
