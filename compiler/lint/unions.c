/* SPDX-License-Identifier: Apache-2.0
 *
 * A tree of unions: its leaves are units in their order, a node is what is below it. */
#include "lint/unions.h"

struct unions {
	struct lint *l;
	const struct unit *const *units;
	size_t n;
	struct slices *nodes; /* 1 is the root; 2k and 2k + 1 are the halves of k */
	bool *made;
	struct pins_index *pins; /* once it is asked for */
};

/* The part of the units below a node. */
struct part {
	size_t node, from, to;
};

static size_t middle(struct part p)
{
	return p.from + (p.to - p.from) / 2;
}

static struct part left(struct part p)
{
	return (struct part){2 * p.node, p.from, middle(p)};
}

static struct part right(struct part p)
{
	return (struct part){2 * p.node + 1, middle(p), p.to};
}

struct unions *unions_new(struct lint *l, const struct unit *const *units, size_t n)
{
	struct unions *u = ARENA_NEW(l->arena, struct unions);

	*u = (struct unions){
		.l = l,
		.units = units,
		.n = n,
		.nodes = ARENA_ARRAY(l->arena, struct slices, 4 * n + 2),
		.made = ARENA_ARRAY(l->arena, bool, 4 * n + 2),
	};
	return u;
}

static struct pins_index *index_of(struct unions *u)
{
	const struct cond **conds = ARENA_ARRAY(u->l->arena, const struct cond *, u->n + 1);
	enum view *views = ARENA_ARRAY(u->l->arena, enum view, u->n + 1);

	for (size_t i = 0; i < u->n; i++) {
		conds[i] = u->units[i]->condition;
		views[i] = u->units[i]->view;
	}
	return pins_index_new(u->l->arena, conds, views, u->n);
}

struct unions *unions_near(struct unions *u, const struct unit *unit)
{
	const struct unit **units;
	const uint32_t *near;
	size_t n;

	if (u->n < 2)
		return u;
	if (!u->pins)
		u->pins = index_of(u);
	near = pins_candidates(u->pins, unit->condition, unit->view, &n);
	if (n == u->n)
		return u;
	units = ARENA_ARRAY(u->l->arena, const struct unit *, n + 1);
	for (size_t i = 0; i < n; i++)
		units[i] = u->units[near[i]];
	return unions_new(u->l, units, n);
}

size_t unions_count(const struct unions *u)
{
	return u->n;
}

const struct unit *unions_unit(const struct unions *u, size_t i)
{
	return u->units[i];
}

static struct slices made(struct unions *u, struct part p)
{
	struct slices *node = &u->nodes[p.node];

	if (!u->made[p.node])
		*node = p.to - p.from == 1 ? sets_of_unit(u->l, u->units[p.from])
					   : sets_or(u->l, made(u, left(p)), made(u, right(p)));
	u->made[p.node] = !engine_exhausted(lower_engine(u->l->c->lower));
	return *node;
}

static struct slices range(struct unions *u, struct part p, size_t from, size_t to)
{
	if (from >= p.to || to <= p.from)
		return (struct slices){{DD_FALSE}};
	if (from <= p.from && p.to <= to)
		return made(u, p);
	return sets_or(u->l, range(u, left(p), from, to), range(u, right(p), from, to));
}

struct slices unions_of(struct unions *u, size_t from, size_t to)
{
	return from < to ? range(u, (struct part){1, 0, u->n}, from, to)
			 : (struct slices){{DD_FALSE}};
}

/* --- the first that meets a set --- */

struct meeting {
	struct unions *u;
	struct slices set;
	size_t from, to;
	bool inspector;
	dd *both;
	enum view *view;
};

/* Of many it is enough that they may meet: what exists is asked of a unit alone, since the universe
 * makes a large set larger. */
static bool may_meet(const struct meeting *m, struct slices set)
{
	for (enum view v = 0; v < VIEW_COUNT; v++)
		if (dd_and(lower_engine(m->u->l->c->lower), set.of[v], m->set.of[v]) != DD_FALSE)
			return true;
	return false;
}

static size_t first(const struct meeting *m, struct part p)
{
	size_t found;

	if (p.to <= m->from || p.from >= m->to || p.from >= p.to || !may_meet(m, made(m->u, p)))
		return m->to;
	if (p.to - p.from == 1)
		return conflict_overlap(m->u->l->c, made(m->u, p), m->set, m->inspector, m->both,
					m->view)
			       ? p.from
			       : m->to;
	found = first(m, left(p));
	return found < m->to ? found : first(m, right(p));
}

static size_t meet_within(struct unions *u, struct slices set, size_t from, size_t to,
			  bool inspector, dd *both, enum view *view)
{
	struct meeting m = {u, set, from, to, inspector, both, view};

	return first(&m, (struct part){1, 0, u->n});
}

size_t unions_meet(struct unions *u, struct slices set, size_t from, bool inspector, dd *both,
		   enum view *view)
{
	return meet_within(u, set, from, u->n, inspector, both, view);
}

/* --- pairs of groups --- */

struct crossing {
	struct unions *u;
	enum lint_id rule;
	unions_pair_fn *pair;
	void *context;
	bool stopped;
};

/* Between two ranges that follow each other. */
static void find_pair(struct crossing *x, size_t from, size_t between, size_t to)
{
	struct unions *u = x->u;
	size_t a, b = to;
	enum view view;
	dd both;

	lint_ask(u->l);
	a = meet_within(u, unions_of(u, between, to), from, between, false, &both, &view);
	if (a < between)
		b = meet_within(u, unions_of(u, a, a + 1), between, to, false, &both, &view);
	if (!lint_answered(u->l, x->rule, u->units[from]->statement->name_span))
		x->stopped = true;
	else if (b < to)
		x->pair(x->context, u->units[a], u->units[b], both, view);
}

static void cross(struct crossing *x, const size_t *starts, size_t n)
{
	size_t half = n / 2;

	if (n < 2 || x->stopped)
		return;
	cross(x, starts, half);
	cross(x, starts + half, n - half);
	if (!x->stopped)
		find_pair(x, starts[0], starts[half], starts[n]);
}

void unions_cross(struct unions *u, enum lint_id rule, const size_t *starts, size_t n_groups,
		  unions_pair_fn *pair, void *context)
{
	struct crossing x = {.u = u, .rule = rule, .pair = pair, .context = context};
	size_t *bounds = ARENA_ARRAY(u->l->arena, size_t, n_groups + 1);

	for (size_t i = 0; i < n_groups; i++)
		bounds[i] = starts[i];
	bounds[n_groups] = u->n;
	cross(&x, bounds, n_groups);
}
