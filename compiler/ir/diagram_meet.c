/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether two or three diagrams have a finding in common: the walk of `and` that ends at the first
 * path to DD_TRUE and makes no nodes, and sets only where three languages have to be told apart.
 * Most questions want no more, and most of them are answered by a path that is tried among the
 * first. */
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

/* The edges of b that the label may lead to, on scratch. They are looked up where that is possible:
 * b may have one for each of 10^4 CVEs. */
static uint32_t *edges_of(struct engine *e, dd b, vset label, size_t *n)
{
	struct node node = *engine_node(e, b);
	uint32_t *found;

	if (is_listed(e, label)) {
		found = scratch_take(e, dd_meeting_max(e, b, label), sizeof *found);
		*n = dd_meeting(e, b, label, found);
		return found;
	}
	found = scratch_take(e, node.n, sizeof *found);
	*n = 0;
	for (uint32_t i = 0; i < node.n; i++)
		if (node.edges[i].child != DD_FALSE && labels_meet(e, label, node.edges[i].label))
			found[(*n)++] = i;
	return found;
}

static bool leave(struct engine *e, struct memo *memo, uint64_t key, bool met)
{
	e->diagrams->depth--;
	if (!e->exhausted)
		memo_put(memo, e->arena, key, met);
	return met;
}

/* --- two --- */

static bool edge_meets(struct engine *e, struct dd_edge edge, dd b)
{
	const struct dd_edge *edges = engine_node(e, b)->edges;
	bool met = false;
	size_t n;
	uint32_t *found = edges_of(e, b, edge.label, &n);

	for (size_t i = 0; i < n && !met; i++)
		met = dd_meet(e, edge.child, edges[found[i]].child);
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
	return diagram_enter(e) && leave(e, memo, key, meet(e, a, b));
}

/* --- three --- */

static bool label_inside(struct engine *e, vset a, vset b)
{
	const struct value_set *left = set_get(e, a), *right = set_get(e, b);

	if (left->kind != VAR_STRING)
		return set_inside(e, a, b);
	return (!left->absent || right->absent) && lang_inside(e, left->lang, right->lang);
}

/* Where one is inside another, it is a matter of two, and any two meet. */
static bool labels_meet_three(struct engine *e, const vset *labels)
{
	for (size_t i = 0; i < 3; i++)
		if (!labels_meet(e, labels[i], labels[(i + 1) % 3]))
			return false;
	for (size_t i = 0; i < 3; i++)
		if (label_inside(e, labels[i], labels[(i + 1) % 3]) ||
		    label_inside(e, labels[i], labels[(i + 2) % 3]))
			return true;
	return labels_meet(e, set_and(e, labels[0], labels[1]), labels[2]);
}

/* The sets, those first that split on the topmost variable, and of these the narrow ones first; the
 * first `taken` of them are replaced by the children that the labels lead to. */
struct crossing {
	dd sets[3];
	vset labels[3];
	size_t splits, taken;
};

static bool cross(struct engine *e, struct crossing c);

static bool follow(struct engine *e, struct crossing c, struct dd_edge edge)
{
	if (edge.child == DD_FALSE)
		return false;
	c.labels[c.taken] = edge.label;
	c.sets[c.taken++] = edge.child;
	if (c.taken == 3 && !labels_meet_three(e, c.labels))
		return false;
	if (c.taken == c.splits)
		return dd_meet_three(e, c.sets[0], c.sets[1], c.sets[2]);
	return cross(e, c);
}

static bool cross(struct engine *e, struct crossing c)
{
	struct node node = *engine_node(e, c.sets[c.taken]);
	uint32_t *found;
	bool met = false;
	size_t n;

	if (!c.taken) {
		for (uint32_t i = 0; i < node.n && !met; i++)
			met = follow(e, c, node.edges[i]);
		return met;
	}
	found = edges_of(e, c.sets[c.taken], c.labels[0], &n);
	for (size_t i = 0; i < n && !met; i++)
		met = follow(e, c, node.edges[found[i]]);
	scratch_drop(e, found);
	return met;
}

/* Above, or as high and narrower. */
static bool goes_first(struct engine *e, dd a, dd b)
{
	int order = dd_compare_vars(e, dd_var(e, a), dd_var(e, b));

	return order < 0 || (order == 0 && engine_node(e, a)->n < engine_node(e, b)->n);
}

static bool meet_three(struct engine *e, struct crossing c)
{
	for (size_t i = 1; i < 3; i++)
		for (size_t k = i; k > 0 && goes_first(e, c.sets[k], c.sets[k - 1]); k--) {
			dd swap = c.sets[k];

			c.sets[k] = c.sets[k - 1];
			c.sets[k - 1] = swap;
		}
	c.splits = 1;
	while (c.splits < 3 && dd_var(e, c.sets[c.splits]) == dd_var(e, c.sets[0]))
		c.splits++;
	return cross(e, c);
}

/* Two handles as one number: the same for the same two. */
static uint32_t number_pair(struct engine *e, dd a, dd b)
{
	struct diagram_state *d = e->diagrams;
	uint64_t key = (uint64_t)a << 32 | b;
	uint32_t number;

	if (memo_get(&d->pairs, key, &number))
		return number;
	memo_put(&d->pairs, e->arena, key, ++d->n_pairs);
	return d->n_pairs;
}

bool dd_meet_three(struct engine *e, dd a, dd b, dd c)
{
	struct memo *memo = &e->diagrams->met_three;
	uint32_t met;
	uint64_t key;

	if (a == DD_FALSE || b == DD_FALSE || c == DD_FALSE)
		return false;
	if (dd_is_const(a) || a == b)
		return dd_meet(e, b, c);
	if (dd_is_const(b) || b == c)
		return dd_meet(e, a, c);
	if (dd_is_const(c) || a == c)
		return dd_meet(e, a, b);
	key = (uint64_t)number_pair(e, a, b) << 32 | c;
	if (memo_get(memo, key, &met))
		return met;
	return diagram_enter(e) &&
	       leave(e, memo, key, meet_three(e, (struct crossing){{a, b, c}, {0}, 0, 0}));
}
