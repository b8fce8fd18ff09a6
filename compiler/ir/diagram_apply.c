/* SPDX-License-Identifier: Apache-2.0
 *
 * Operations on diagrams. All binary ones are one walk down both diagrams with a memo. Where both
 * split on the same variable the labels are crossed by merging sorted values, never all pairs of
 * edges, because a node can have an edge for each of 10^4 CVEs; only labels that are neither words,
 * intervals nor lists (automata, groups) are tried pairwise. */
#include "ir/diagram_internal.h"

#include <string.h>

#include "ir/sort.h"

static dd apply(struct engine *e, enum dd_op op, dd a, dd b);

/* --- gathering the edges of a new node --- */

struct piece {
	dd child;
	vset set;
};

struct pieces {
	struct piece *items;
	size_t n, cap;
};

static void pieces_add(struct engine *e, struct pieces *p, dd child, vset set)
{
	if (p->n == p->cap) {
		size_t cap = p->cap ? 2 * p->cap : 16;
		struct piece *bigger = scratch_take(e, cap, sizeof *bigger);

		if (p->n > 0) {
			memcpy(bigger, p->items, p->n * sizeof *bigger);
			scratch_drop(e, p->items);
		}
		p->items = bigger;
		p->cap = cap;
	}
	p->items[p->n++] = (struct piece){child, set};
}

static int compare_pieces(void *context, const void *a, const void *b)
{
	const struct piece *left = a, *right = b;

	(void)context;
	return left->child < right->child ? -1 : left->child > right->child;
}

/* Pieces of one child become one edge. */
static dd pieces_node(struct engine *e, var v, struct pieces *p)
{
	struct dd_edge *edges = scratch_take(e, p->n + 1, sizeof *edges);
	vset *sets = scratch_take(e, p->n + 1, sizeof *sets);
	size_t n = 0, end;
	dd result;

	_Static_assert(sizeof *edges == sizeof *p->items, "one buffer serves both");
	if (p->n > 0)
		sort_stable(p->items, edges, p->n, sizeof *p->items, compare_pieces, NULL);
	for (size_t i = 0; i < p->n; i = end) {
		for (end = i; end < p->n && p->items[end].child == p->items[i].child; end++)
			sets[end - i] = p->items[end].set;
		/* One child alone takes the whole domain: no need to add that up. */
		edges[n].label = end - i == p->n ? sets[0] : set_or_all(e, v, sets, end - i);
		edges[n++].child = p->items[i].child;
	}
	result = dd_make(e, v, edges, n);
	scratch_drop(e, sets);
	scratch_drop(e, edges);
	if (p->cap > 0)
		scratch_drop(e, p->items);
	return result;
}

/* --- crossing two nodes of one variable --- */

static dd cross_bits(struct engine *e, enum dd_op op, var v, struct node a, struct node b)
{
	struct pieces pieces = {0};

	for (uint32_t i = 0; i < a.n; i++) {
		uint64_t left = set_mask(e, a.edges[i].label);

		for (uint32_t k = 0; k < b.n && left != 0; k++) {
			uint64_t both = left & set_mask(e, b.edges[k].label);

			left &= ~both;
			if (both != 0)
				pieces_add(e, &pieces,
					   apply(e, op, a.edges[i].child, b.edges[k].child),
					   set_bits(e, v, both));
		}
	}
	return pieces_node(e, v, &pieces);
}

struct run { /* a value and where it leads */
	dd child;
	struct interval at;
	struct str s;
};

static int compare_runs(void *context, const void *a, const void *b)
{
	const struct run *left = a, *right = b;

	(void)context;
	return left->child < right->child ? -1 : left->child > right->child;
}

/* Values that lead to one child become one piece. */
static void add_runs(struct engine *e, var v, struct run *runs, size_t n, struct pieces *pieces)
{
	bool strings = var_kind(e, v) == VAR_STRING;
	struct run *space = scratch_take(e, n + 1, sizeof *space);
	struct interval *intervals = scratch_take(e, n + 1, sizeof *intervals);
	struct str *items = scratch_take(e, n + 1, sizeof *items);
	size_t end;

	sort_stable(runs, space, n, sizeof *runs, compare_runs, NULL);
	for (size_t i = 0; i < n; i = end) {
		for (end = i; end < n && runs[end].child == runs[i].child; end++) {
			intervals[end - i] = runs[end].at;
			items[end - i] = runs[end].s;
		}
		pieces_add(e, pieces, runs[i].child,
			   strings ? set_strings(e, lang_strings(e, items, end - i), false)
				   : set_numbers(e, intervals, end - i, false));
	}
	scratch_drop(e, items);
	scratch_drop(e, intervals);
	scratch_drop(e, space);
}

static void cross_absent(struct engine *e, enum dd_op op, var v, dd a, dd b, struct pieces *pieces)
{
	dd left = engine_node(e, a)->edges[dd_index(e, a)->absent].child;
	dd right = engine_node(e, b)->edges[dd_index(e, b)->absent].child;

	pieces_add(e, pieces, apply(e, op, left, right), set_absent(e, v));
}

static dd cross_numbers(struct engine *e, enum dd_op op, var v, dd a, dd b)
{
	const struct node_index *left = dd_index(e, a), *right = dd_index(e, b);
	const struct dd_edge *edges = engine_node(e, a)->edges, *others = engine_node(e, b)->edges;
	struct run *runs = scratch_take(e, left->n + right->n, sizeof *runs);
	struct pieces pieces = {0};
	int64_t lo = INT64_MIN;
	size_t n = 0, i = 0, k = 0;

	/* Both indices cover all numbers, so they end together. */
	while (i < left->n && k < right->n) {
		int64_t left_hi = left->intervals[i].at.hi, right_hi = right->intervals[k].at.hi;
		int64_t hi = left_hi < right_hi ? left_hi : right_hi;
		dd child = apply(e, op, edges[left->intervals[i].edge].child,
				 others[right->intervals[k].edge].child);

		runs[n++] = (struct run){.child = child, .at = {lo, hi}};
		lo = hi < INT64_MAX ? hi + 1 : hi;
		i += left_hi == hi;
		k += right_hi == hi;
	}
	engine_spend(e, n);
	add_runs(e, v, runs, n, &pieces);
	scratch_drop(e, runs);
	cross_absent(e, op, v, a, b, &pieces);
	return pieces_node(e, v, &pieces);
}

/* The strings that lists of a or of b name, each with its edge in both. */
static void cross_lists(struct engine *e, enum dd_op op, dd a, dd b, struct pieces *pieces)
{
	const struct node_index *left = dd_index(e, a), *right = dd_index(e, b);
	const struct dd_edge *edges = engine_node(e, a)->edges, *others = engine_node(e, b)->edges;
	struct run *runs = scratch_take(e, left->n + right->n + 1, sizeof *runs);
	size_t n = 0, i = 0, k = 0;

	while (i < left->n || k < right->n) {
		int order = i == left->n	 ? 1
			    : k == right->n ? -1
					    : str_cmp(left->strings[i].s, right->strings[k].s);
		struct str s = order <= 0 ? left->strings[i].s : right->strings[k].s;
		uint32_t x = order <= 0 ? left->strings[i].edge : dd_other_edge(e, a, left, s);
		uint32_t y = order >= 0 ? right->strings[k].edge : dd_other_edge(e, b, right, s);

		i += order <= 0;
		k += order >= 0;
		runs[n++] = (struct run){
			.child = apply(e, op, edges[x].child, others[y].child), .s = s};
	}
	engine_spend(e, n);
	add_runs(e, engine_node(e, a)->v, runs, n, pieces);
	scratch_drop(e, runs);
}

static dd cross_strings(struct engine *e, enum dd_op op, var v, dd a, dd b)
{
	const struct node_index *left = dd_index(e, a), *right = dd_index(e, b);
	const struct dd_edge *edges = engine_node(e, a)->edges, *others = engine_node(e, b)->edges;
	struct pieces pieces = {0};

	cross_lists(e, op, a, b, &pieces);
	for (size_t i = 0; i < left->n_others; i++) {
		for (size_t k = 0; k < right->n_others && !e->exhausted; k++) {
			struct dd_edge x = edges[left->others[i]], y = others[right->others[k]];
			vset both = set_and(e, x.label, y.label);

			if (set_lang(e, both) != LANG_NONE)
				pieces_add(e, &pieces, apply(e, op, x.child, y.child), both);
		}
	}
	cross_absent(e, op, v, a, b, &pieces);
	return pieces_node(e, v, &pieces);
}

/* Rows and columns of the cross that lead to one child throughout keep their label as it is: so
 * "not any A, or not any B" stays two short pairs instead of three long ones. */
static dd cross_groups(struct engine *e, enum dd_op op, var v, struct node a, struct node b)
{
	struct pieces pieces = {0};
	size_t cells = (size_t)a.n * b.n;
	dd *child = scratch_take(e, cells, sizeof *child);
	bool *row = scratch_take(e, a.n, sizeof *row), *col = scratch_take(e, b.n, sizeof *col);

	memset(row, true, a.n * sizeof *row);
	memset(col, true, b.n * sizeof *col);
	for (size_t i = 0; i < a.n; i++) {
		for (size_t k = 0; k < b.n; k++) {
			dd c = apply(e, op, a.edges[i].child, b.edges[k].child);

			child[i * b.n + k] = c;
			row[i] = row[i] && c == child[i * b.n];
			col[k] = col[k] && c == child[k];
		}
	}
	for (size_t i = 0; i < a.n; i++)
		if (row[i])
			pieces_add(e, &pieces, child[i * b.n], a.edges[i].label);
	for (size_t k = 0; k < b.n; k++)
		if (col[k])
			pieces_add(e, &pieces, child[k], b.edges[k].label);
	for (size_t at = 0; at < cells && !e->exhausted; at++) {
		vset both;

		if (row[at / b.n] || col[at % b.n])
			continue;
		engine_spend(e, 1);
		both = set_and(e, a.edges[at / b.n].label, b.edges[at % b.n].label);
		if (!set_is_none(e, both))
			pieces_add(e, &pieces, child[at], both);
	}
	scratch_drop(e, col);
	scratch_drop(e, row);
	scratch_drop(e, child);
	return pieces_node(e, v, &pieces);
}

static dd cross(struct engine *e, enum dd_op op, dd a, dd b)
{
	var v = dd_var(e, a);

	switch (var_kind(e, v)) {
	case VAR_BITS:
		return cross_bits(e, op, v, *engine_node(e, a), *engine_node(e, b));
	case VAR_NUMBER:
		return cross_numbers(e, op, v, a, b);
	case VAR_STRING:
		return cross_strings(e, op, v, a, b);
	case VAR_GROUP:
		break;
	}
	return cross_groups(e, op, v, *engine_node(e, a), *engine_node(e, b));
}

/* --- binary operations --- */

/* One of the two does not look at the variable v of the other. */
static dd descend(struct engine *e, enum dd_op op, dd a, dd b, bool left)
{
	struct node node = *engine_node(e, left ? a : b);
	struct pieces pieces = {0};

	for (uint32_t i = 0; i < node.n; i++) {
		dd child = node.edges[i].child;

		pieces_add(e, &pieces, left ? apply(e, op, child, b) : apply(e, op, a, child),
			   node.edges[i].label);
	}
	engine_spend(e, node.n);
	return pieces_node(e, node.v, &pieces);
}

static bool trivial(struct engine *e, enum dd_op op, dd a, dd b, dd *result)
{
	dd zero = op == OP_OR ? DD_TRUE : DD_FALSE; /* absorbs */

	if (op == OP_MINUS) {
		if (a == DD_FALSE || b == DD_TRUE || a == b)
			*result = DD_FALSE;
		else if (b == DD_FALSE)
			*result = a;
		else if (a == DD_TRUE)
			*result = dd_not(e, b);
		else
			return false;
		return true;
	}
	if (a == zero || b == zero)
		*result = zero;
	else if (dd_is_const(a) || a == b)
		*result = b;
	else if (dd_is_const(b))
		*result = a;
	else
		return false;
	return true;
}

bool diagram_enter(struct engine *e)
{
	if (e->diagrams->depth >= ENGINE_DEPTH_LIMIT)
		e->exhausted = true;
	if (!engine_spend(e, 1))
		return false;
	e->diagrams->depth++;
	return true;
}

static dd apply(struct engine *e, enum dd_op op, dd a, dd b)
{
	struct memo *memo = &e->diagrams->applied[op];
	uint64_t key;
	int order;
	dd result;

	if (trivial(e, op, a, b, &result))
		return result;
	if (op != OP_MINUS && a > b) {
		dd swap = a;

		a = b;
		b = swap;
	}
	key = (uint64_t)a << 32 | b;
	if (memo_get(memo, key, &result))
		return result;
	if (!diagram_enter(e))
		return DD_FALSE;
	order = dd_compare_vars(e, dd_var(e, a), dd_var(e, b));
	result = order == 0 ? cross(e, op, a, b) : descend(e, op, a, b, order < 0);
	e->diagrams->depth--;
	if (e->exhausted)
		return DD_FALSE;
	memo_put(memo, e->arena, key, result);
	return result;
}

dd dd_and(struct engine *e, dd a, dd b)
{
	return apply(e, OP_AND, a, b);
}

dd dd_or(struct engine *e, dd a, dd b)
{
	return apply(e, OP_OR, a, b);
}

dd dd_minus(struct engine *e, dd a, dd b)
{
	return apply(e, OP_MINUS, a, b);
}

dd dd_not(struct engine *e, dd a)
{
	struct node node = *engine_node(e, a);
	struct dd_edge *edges;
	dd result;

	if (dd_is_const(a))
		return a == DD_TRUE ? DD_FALSE : DD_TRUE;
	if (node.negation != DD_FALSE)
		return node.negation;
	if (!diagram_enter(e))
		return DD_FALSE;
	edges = scratch_take(e, node.n, sizeof *edges);
	for (uint32_t i = 0; i < node.n; i++)
		edges[i] = (struct dd_edge){node.edges[i].label, dd_not(e, node.edges[i].child)};
	engine_spend(e, node.n);
	result = dd_make(e, node.v, edges, node.n);
	scratch_drop(e, edges);
	e->diagrams->depth--;
	if (e->exhausted)
		return DD_FALSE;
	engine_node(e, a)->negation = result;
	engine_node(e, result)->negation = a;
	return result;
}

/* Halves, so that wide diagrams are rebuilt log n times and not n times. */
static dd apply_all(struct engine *e, enum dd_op op, const dd *items, size_t n)
{
	dd *level = scratch_take(e, n + 1, sizeof *level);
	dd result;

	level[0] = op == OP_AND ? DD_TRUE : DD_FALSE;
	if (n > 0)
		memcpy(level, items, n * sizeof *items);
	for (; n > 1; n = (n + 1) / 2) {
		for (size_t i = 0; i + 1 < n; i += 2)
			level[i / 2] = apply(e, op, level[i], level[i + 1]);
		if (n % 2 == 1)
			level[n / 2] = level[n - 1];
	}
	result = level[0];
	scratch_drop(e, level);
	return result;
}

dd dd_and_all(struct engine *e, const dd *items, size_t n)
{
	return apply_all(e, OP_AND, items, n);
}

dd dd_or_all(struct engine *e, const dd *items, size_t n)
{
	return apply_all(e, OP_OR, items, n);
}

/* --- forgetting --- */

static dd forget(struct engine *e, struct memo *memo, struct arena *arena, dd a, var v)
{
	struct node node = *engine_node(e, a);
	struct pieces pieces = {0};
	dd *children, result;
	int order;

	if (dd_is_const(a) || (order = dd_compare_vars(e, node.v, v)) > 0)
		return a;
	if (memo_get(memo, a, &result))
		return result;
	if (!diagram_enter(e))
		return DD_FALSE;
	if (order == 0) {
		children = scratch_take(e, node.n, sizeof *children);
		for (uint32_t i = 0; i < node.n; i++)
			children[i] = node.edges[i].child;
		result = dd_or_all(e, children, node.n);
		scratch_drop(e, children);
	} else {
		for (uint32_t i = 0; i < node.n; i++)
			pieces_add(e, &pieces, forget(e, memo, arena, node.edges[i].child, v),
				   node.edges[i].label);
		result = pieces_node(e, node.v, &pieces);
	}
	e->diagrams->depth--;
	memo_put(memo, arena, a, result);
	return result;
}

dd dd_forget(struct engine *e, dd a, var v)
{
	struct arena *tmp = arena_new();
	struct memo memo = {0};
	dd result = forget(e, &memo, tmp, a, v);

	arena_free(tmp);
	return e->exhausted ? DD_FALSE : result;
}
