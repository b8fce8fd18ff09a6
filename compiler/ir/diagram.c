/* SPDX-License-Identifier: Apache-2.0
 *
 * Variables, nodes and budgets of the set engine; what is done with diagrams is in
 * diagram_apply.c. */
#include "ir/diagram_internal.h"

#include <string.h>

#include "ir/sort.h"

struct engine *engine_new(struct arena *arena)
{
	struct engine *e = ARENA_NEW(arena, struct engine);
	struct diagram_state *s = ARENA_NEW(arena, struct diagram_state);

	e->arena = arena;
	e->diagrams = s;
	engine_set_node_limit(e, ENGINE_NODE_LIMIT);
	s->universe = DD_TRUE;
	VEC_PUSH(arena, s->nodes, ((struct node){.n = 0}));
	VEC_PUSH(arena, s->nodes, ((struct node){.n = 0}));
	lang_init(e);
	sets_init(e);
	return e;
}

void engine_start_question(struct engine *e)
{
	e->diagrams->nodes_made = 0;
	e->work = 0;
}

void engine_set_node_limit(struct engine *e, size_t limit)
{
	e->diagrams->node_limit = limit;
	e->work_limit = (uint64_t)ENGINE_WORK_PER_NODE * limit + ENGINE_WORK_PER_NODE - 1;
}

bool engine_exhausted(const struct engine *e)
{
	return e->exhausted;
}

void engine_clear_exhausted(struct engine *e)
{
	e->exhausted = false;
}

bool engine_spend(struct engine *e, size_t work)
{
	e->work += work;
	if (e->work_limit && e->work > e->work_limit)
		e->exhausted = true;
	return !e->exhausted;
}

/* --- scratch --- */

struct scratch {
	struct scratch *next;
	size_t power;
};

void *scratch_take(struct engine *e, size_t n, size_t size)
{
	struct diagram_state *s = e->diagrams;
	struct scratch *block;
	size_t power = 6;

	while (power + 1 < ARRAY_LEN(s->free_scratch) && ((size_t)1 << power) / size < n)
		power++;
	block = s->free_scratch[power];
	if (block)
		s->free_scratch[power] = block->next;
	else
		block = arena_alloc(e->arena, sizeof *block + ((size_t)1 << power));
	block->power = power;
	return block + 1;
}

void scratch_drop(struct engine *e, void *memory)
{
	struct scratch *block = (struct scratch *)memory - 1;

	block->next = e->diagrams->free_scratch[block->power];
	e->diagrams->free_scratch[block->power] = block;
}

/* --- variables --- */

static int compare_key(const struct variable *a, uint32_t rank, struct str key)
{
	if (a->rank != rank)
		return a->rank < rank ? -1 : 1;
	return str_cmp(a->key, key);
}

/* Where (rank, key) stands in s->order, or belongs. */
static size_t order_place(const struct diagram_state *s, uint32_t rank, struct str key)
{
	size_t lo = 0, hi = s->order.n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (compare_key(&s->vars.items[s->order.items[mid]], rank, key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

var var_register(struct engine *e, enum var_kind kind, uint32_t rank, struct str key,
		 unsigned n_bits, const char *name)
{
	struct diagram_state *s = e->diagrams;
	size_t at = order_place(s, rank, key);
	var v = (var)s->vars.n;

	if (at < s->order.n && compare_key(&s->vars.items[s->order.items[at]], rank, key) == 0)
		return s->order.items[at];
	VEC_PUSH(e->arena, s->vars,
		 ((struct variable){.kind = kind,
				    .rank = rank,
				    .key = str_copy(e->arena, key),
				    .n_bits = n_bits < 62 ? n_bits : 62,
				    .name = name,
				    .elements = DD_TRUE}));
	VEC_PUSH(e->arena, s->order, v);
	memmove(s->order.items + at + 1, s->order.items + at,
		(s->order.n - 1 - at) * sizeof *s->order.items);
	s->order.items[at] = v;
	return v;
}

const struct variable *engine_var(const struct engine *e, var v)
{
	return &e->diagrams->vars.items[v];
}

enum var_kind var_kind(const struct engine *e, var v)
{
	return engine_var(e, v)->kind;
}

uint32_t var_rank(const struct engine *e, var v)
{
	return engine_var(e, v)->rank;
}

struct str var_key(const struct engine *e, var v)
{
	return engine_var(e, v)->key;
}

const char *var_name(const struct engine *e, var v)
{
	return engine_var(e, v)->name;
}

void var_set_elements(struct engine *e, var group, dd universe)
{
	e->diagrams->vars.items[group].elements = universe;
}

int dd_compare_vars(const struct engine *e, var a, var b)
{
	const struct variable *right = engine_var(e, b);

	return a == b ? 0 : compare_key(engine_var(e, a), right->rank, right->key);
}

/* --- nodes --- */

struct node *engine_node(const struct engine *e, dd a)
{
	return &e->diagrams->nodes.items[a];
}

bool dd_is_const(dd a)
{
	return a <= DD_TRUE;
}

dd dd_var(const struct engine *e, dd a)
{
	return engine_node(e, a)->v;
}

size_t dd_edges(const struct engine *e, dd a, const struct dd_edge **edges)
{
	*edges = engine_node(e, a)->edges;
	return engine_node(e, a)->n;
}

uint64_t engine_new_mark(struct engine *e)
{
	return e->diagrams->mark += 4;
}

int dd_compare(struct engine *e, dd a, dd b)
{
	/* Goes down one path: where different nodes agree on all labels, some children differ. */
	while (a != b) {
		const struct node *na = engine_node(e, a), *nb = engine_node(e, b);
		uint32_t i = 0;
		int order;

		if (dd_is_const(a) || dd_is_const(b))
			return dd_is_const(a) && (dd_is_const(b) ? a < b : true) ? -1 : 1;
		order = dd_compare_vars(e, na->v, nb->v);
		if (order != 0)
			return order;
		for (; i < na->n && i < nb->n && na->edges[i].label == nb->edges[i].label; i++)
			if (na->edges[i].child != nb->edges[i].child)
				break;
		if (i == na->n || i == nb->n)
			return na->n < nb->n ? -1 : 1;
		if (na->edges[i].label != nb->edges[i].label)
			return set_compare(e, na->edges[i].label, nb->edges[i].label);
		a = na->edges[i].child;
		b = nb->edges[i].child;
	}
	return 0;
}

static uint64_t node_hash(var v, const struct dd_edge *edges, size_t n)
{
	uint64_t hash = memo_mix(v + UINT64_C(0x9e3779b97f4a7c15));

	for (size_t i = 0; i < n; i++)
		hash = memo_mix(hash ^ ((uint64_t)edges[i].label << 32 | edges[i].child));
	return hash | 1;
}

static int compare_edges(void *context, const void *a, const void *b)
{
	const struct dd_edge *left = a, *right = b;

	return set_compare(context, left->label, right->label);
}

dd dd_make(struct engine *e, var v, struct dd_edge *edges, size_t n)
{
	struct diagram_state *s = e->diagrams;
	struct node node = {.v = v, .n = (uint32_t)n};
	struct dd_edge *kept;
	uint64_t hash;
	dd first = DD_FALSE;

	if (e->exhausted || n == 0)
		return DD_FALSE;
	if (n == 1)
		return edges[0].child;
	kept = scratch_take(e, n, sizeof *kept);
	sort_stable(edges, kept, n, sizeof *edges, compare_edges, e);
	scratch_drop(e, kept);
	hash = node_hash(v, edges, n);
	memo_get(&s->unique_nodes, hash, &first);
	for (dd a = first; a != DD_FALSE; a = engine_node(e, a)->next) {
		const struct node *old = engine_node(e, a);

		if (old->v == v && old->n == n && memcmp(old->edges, edges, n * sizeof *edges) == 0)
			return a;
	}
	if (++s->nodes_made > s->node_limit || s->nodes.n == UINT32_MAX || e->exhausted) {
		e->exhausted = true;
		return DD_FALSE;
	}
	kept = ARENA_ARRAY(e->arena, struct dd_edge, n);
	memcpy(kept, edges, n * sizeof *edges);
	node.edges = kept;
	node.next = first;
	node.hash = hash;
	VEC_PUSH(e->arena, s->nodes, node);
	memo_put(&s->unique_nodes, e->arena, hash, (uint32_t)(s->nodes.n - 1));
	return (dd)(s->nodes.n - 1);
}

dd dd_in(struct engine *e, var v, vset s)
{
	struct dd_edge edges[2] = {{s, DD_TRUE}, {set_not(e, v, s), DD_FALSE}};

	if (set_is_none(e, s))
		return DD_FALSE;
	if (set_is_none(e, edges[1].label))
		return e->exhausted ? DD_FALSE : DD_TRUE;
	return dd_make(e, v, edges, 2);
}

/* --- looking at diagrams --- */

/* All nodes reachable from a, parents before children of lower variables not guaranteed. */
static size_t reach(struct engine *e, struct arena *arena, dd a, dd **out)
{
	VEC(dd) seen = {0};
	uint64_t mark = engine_new_mark(e);

	if (!dd_is_const(a)) {
		engine_node(e, a)->mark = mark;
		VEC_PUSH(arena, seen, a);
	}
	for (size_t i = 0; i < seen.n; i++) {
		const struct node *node = engine_node(e, seen.items[i]);

		for (uint32_t k = 0; k < node->n; k++) {
			dd child = node->edges[k].child;

			if (dd_is_const(child) || engine_node(e, child)->mark == mark)
				continue;
			engine_node(e, child)->mark = mark;
			VEC_PUSH(arena, seen, child);
		}
	}
	*out = seen.items;
	return seen.n;
}

size_t dd_size(struct engine *e, dd a)
{
	struct arena *tmp = arena_new();
	dd *nodes;
	size_t n = reach(e, tmp, a, &nodes);

	arena_free(tmp);
	return n;
}

size_t dd_support(struct engine *e, struct arena *arena, dd a, var **vars)
{
	struct diagram_state *s = e->diagrams;
	struct arena *tmp = arena_new();
	bool *used = ARENA_ARRAY(tmp, bool, s->vars.n + 1);
	size_t count = 0;
	dd *nodes;
	size_t n = reach(e, tmp, a, &nodes);

	for (size_t i = 0; i < n; i++)
		used[engine_node(e, nodes[i])->v] = true;
	*vars = ARENA_ARRAY(arena, var, s->vars.n + 1);
	for (size_t i = 0; i < s->order.n; i++)
		if (used[s->order.items[i]])
			(*vars)[count++] = s->order.items[i];
	arena_free(tmp);
	return count;
}
