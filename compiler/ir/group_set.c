/* SPDX-License-Identifier: Apache-2.0
 *
 * Sets of a group variable: unions of pairs (required element sets, one forbidden set). Normal form
 * of a pair: the forbidden set lies inside the element universe (DD_TRUE where it is all of it);
 * each required set lies inside the universe and outside the forbidden set, is not empty, and holds
 * no other required set (which would imply it). A pair in normal form always has a finding, with
 * one element per required set. So a union is empty if and only if it has no pair: emptiness is
 * exact.
 *
 * Equal unions may have different pairs; the rules below (absorb, join) keep them few and make the
 * common cases equal. Work happens in an arena of its own that is freed at the end. */
#include "ir/diagram_internal.h"

#include <string.h>

#include "ir/sort.h"

struct pair_list {
	struct group_pair *items;
	size_t n, cap;
};

struct group_work {
	struct engine *e;
	struct arena *arena;
	var group;
	dd universe;
	struct pair_list out;
};

static bool inside(struct engine *e, dd a, dd b)
{
	return a == b || dd_minus(e, a, b) == DD_FALSE;
}

static int compare_dds(void *context, const void *a, const void *b)
{
	return dd_compare(context, *(const dd *)a, *(const dd *)b);
}

static int compare_pairs(void *context, const void *a, const void *b)
{
	const struct group_pair *p = a, *q = b;
	int order = 0;

	if (p->n_required != q->n_required)
		return p->n_required < q->n_required ? -1 : 1;
	for (size_t i = 0; order == 0 && i < p->n_required; i++)
		order = dd_compare(context, p->required[i], q->required[i]);
	return order != 0 ? order : dd_compare(context, p->forbidden, q->forbidden);
}

int group_compare(struct engine *e, const struct value_set *a, const struct value_set *b)
{
	int order = a->group == b->group ? 0 : dd_compare_vars(e, a->group, b->group);

	for (size_t i = 0; order == 0 && i < a->n && i < b->n; i++)
		order = compare_pairs(e, &a->pairs[i], &b->pairs[i]);
	if (order == 0 && a->n != b->n)
		order = a->n < b->n ? -1 : 1;
	return order;
}

/* Adds r to the required sets unless one of them implies it; drops those that it implies. */
static size_t add_required(struct engine *e, dd *kept, size_t n, dd r)
{
	size_t left = 0;

	engine_spend(e, n + 1);
	for (size_t i = 0; i < n; i++)
		if (inside(e, kept[i], r))
			return n;
	for (size_t i = 0; i < n; i++)
		if (!inside(e, r, kept[i]))
			kept[left++] = kept[i];
	kept[left++] = r;
	return left;
}

/* Brings a pair into normal form; false if no finding satisfies it. */
static bool reduce(struct group_work *w, struct group_pair *pair)
{
	dd forbidden = dd_and(w->e, w->universe, pair->forbidden);
	dd allowed = dd_minus(w->e, w->universe, forbidden);
	dd *kept = ARENA_ARRAY(w->arena, dd, pair->n_required + 1);
	dd *space = ARENA_ARRAY(w->arena, dd, pair->n_required + 1);
	size_t n = 0;

	for (size_t i = 0; i < pair->n_required; i++) {
		dd r = dd_and(w->e, pair->required[i], allowed);

		if (r == DD_FALSE)
			return false;
		n = add_required(w->e, kept, n, r);
	}
	sort_stable(kept, space, n, sizeof *kept, compare_dds, w->e);
	*pair = (struct group_pair){
		.required = kept,
		.n_required = n,
		.forbidden = allowed == DD_FALSE && forbidden != DD_FALSE ? DD_TRUE : forbidden};
	return true;
}

/* Exact for two pairs in normal form. */
static bool pair_inside(struct engine *e, const struct group_pair *p, const struct group_pair *q)
{
	for (size_t k = 0; k < q->n_required; k++) {
		bool implied = false;

		for (size_t i = 0; i < p->n_required && !implied; i++)
			implied = inside(e, p->required[i], q->required[k]);
		if (!implied)
			return false;
	}
	return inside(e, q->forbidden, p->forbidden);
}

static size_t find(const dd *items, size_t n, dd wanted)
{
	size_t i = 0;

	while (i < n && items[i] != wanted)
		i++;
	return i;
}

/* The same but for one required set each: (R, A; F) or (R, B; F) is (R, A or B; F). */
static bool join_one(struct group_work *w, const struct group_pair *p, const struct group_pair *q,
		     struct group_pair *out)
{
	size_t odd = SIZE_MAX, other = SIZE_MAX, n = p->n_required;
	dd *required;

	if (p->forbidden != q->forbidden || n != q->n_required || n == 0)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (find(q->required, n, p->required[i]) == n) {
			if (odd != SIZE_MAX)
				return false;
			odd = i;
		}
		if (find(p->required, n, q->required[i]) == n)
			other = i;
	}
	if (odd == SIZE_MAX || other == SIZE_MAX)
		return false;
	required = arena_regrow(w->arena, p->required, n * sizeof *required, n, sizeof *required);
	required[odd] = dd_or(w->e, p->required[odd], q->required[other]);
	*out = (struct group_pair){required, n, p->forbidden};
	return true;
}

/* q is what p forbids turned into a demand. With A = F' - F, p = (R - A; F') and q = (R, A; F):
 * together (R; F). Required sets of p that q does not know are met by A there: "or A". */
static bool join_split(struct group_work *w, const struct group_pair *p, const struct group_pair *q,
		       struct group_pair *out)
{
	dd all = p->forbidden == DD_TRUE ? w->universe : p->forbidden;
	dd part = dd_minus(w->e, all, q->forbidden);
	size_t at = find(q->required, q->n_required, part), n = 0;
	dd *required;
	bool *known;

	if (at == q->n_required || !inside(w->e, q->forbidden, all))
		return false;
	required = ARENA_ARRAY(w->arena, dd, p->n_required + q->n_required);
	known = ARENA_ARRAY(w->arena, bool, p->n_required + 1);
	for (size_t i = 0; i < q->n_required; i++) {
		size_t match;

		if (i == at)
			continue;
		match = find(p->required, p->n_required, dd_minus(w->e, q->required[i], part));
		if (match == p->n_required)
			return false;
		known[match] = true;
		required[n++] = q->required[i];
	}
	for (size_t i = 0; i < p->n_required; i++)
		if (!known[i])
			required[n++] = dd_or(w->e, p->required[i], part);
	*out = (struct group_pair){required, n, q->forbidden};
	return true;
}

/* p demands r alone, and what q1 has beyond r meets all other demands of q: (r; F) or (q1, …; F)
 * is (r or q1; F). Undoes the splitting of "some A" by an unrelated "some B". */
static bool join_wider(struct group_work *w, const struct group_pair *p, const struct group_pair *q,
		       struct group_pair *out)
{
	dd *required;

	if (p->forbidden != q->forbidden || p->n_required != 1 || q->n_required < 2)
		return false;
	for (size_t i = 0; i < q->n_required; i++) {
		dd beyond = dd_minus(w->e, q->required[i], p->required[0]);
		bool met = true;

		for (size_t k = 0; k < q->n_required && met; k++)
			met = k == i || inside(w->e, beyond, q->required[k]);
		if (!met)
			continue;
		required = ARENA_ARRAY(w->arena, dd, 1);
		required[0] = dd_or(w->e, p->required[0], q->required[i]);
		*out = (struct group_pair){required, 1, p->forbidden};
		return true;
	}
	return false;
}

static bool join(struct group_work *w, const struct group_pair *p, const struct group_pair *q,
		 struct group_pair *out)
{
	return join_one(w, p, q, out) || join_split(w, p, q, out) || join_split(w, q, p, out) ||
	       join_wider(w, p, q, out) || join_wider(w, q, p, out);
}

static void remove_pair(struct pair_list *list, size_t at)
{
	memmove(list->items + at, list->items + at + 1, (list->n - at - 1) * sizeof *list->items);
	list->n--;
}

/* Adds a reduced pair to w->out: absorbed, absorbing, or joined with another, whichever applies.
 * Each join takes a pair out of the list, so this ends. */
static void add_pair(struct group_work *w, struct group_pair pair)
{
	struct pair_list *out = &w->out;

	for (size_t i = 0; i < out->n && !w->e->exhausted;) {
		struct group_pair joined;

		engine_spend(w->e, 1 + pair.n_required * out->items[i].n_required);
		if (pair_inside(w->e, &pair, &out->items[i]))
			return;
		if (pair_inside(w->e, &out->items[i], &pair)) {
			remove_pair(out, i);
		} else if (join(w, &pair, &out->items[i], &joined) && reduce(w, &joined)) {
			remove_pair(out, i);
			pair = joined;
			i = 0;
		} else {
			i++;
		}
	}
	if (out->n >= GROUP_PAIR_LIMIT)
		w->e->exhausted = true;
	else
		VEC_PUSH(w->arena, *out, pair);
}

static struct group_work work_begin(struct engine *e, var group)
{
	return (struct group_work){.e = e,
				   .arena = arena_new(),
				   .group = group,
				   .universe = engine_var(e, group)->elements};
}

static void sort_pairs(struct group_work *w, struct group_pair *items, size_t n)
{
	void *space = ARENA_ARRAY(w->arena, struct group_pair, n + 1);

	sort_stable(items, space, n, sizeof *items, compare_pairs, w->e);
}

static vset work_end(struct group_work *w)
{
	vset result;

	sort_pairs(w, w->out.items, w->out.n);
	result = set_intern(w->e, &(struct value_set){.kind = VAR_GROUP,
						      .group = w->group,
						      .pairs = w->out.items,
						      .n = w->e->exhausted ? 0 : w->out.n});
	arena_free(w->arena);
	return result;
}

vset set_group_some(struct engine *e, var v, dd element)
{
	struct group_work w = work_begin(e, v);
	struct group_pair pair = {&element, 1, DD_FALSE};

	if (reduce(&w, &pair))
		add_pair(&w, pair);
	return work_end(&w);
}

/* Both at once: what either demands, and what either forbids. */
static struct group_pair both(struct group_work *w, const struct group_pair *p,
			      const struct group_pair *q)
{
	size_t n = p->n_required + q->n_required;
	dd *required = ARENA_ARRAY(w->arena, dd, n + 1);

	for (size_t i = 0; i < n; i++)
		required[i] = i < p->n_required ? p->required[i] : q->required[i - p->n_required];
	return (struct group_pair){required, n, dd_or(w->e, p->forbidden, q->forbidden)};
}

/* w->out becomes the union of all x and y at once. */
static void product(struct group_work *w, const struct group_pair *x, size_t n,
		    const struct group_pair *y, size_t m)
{
	w->out = (struct pair_list){0};
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < m && !w->e->exhausted; k++) {
			struct group_pair pair = both(w, &x[i], &y[k]);

			if (reduce(w, &pair))
				add_pair(w, pair);
		}
	}
}

vset group_and(struct engine *e, vset a, vset b)
{
	struct value_set left = *set_get(e, a), right = *set_get(e, b);
	struct group_work w;

	/* By content, so that the pairs do not depend on which handle is older. */
	if (group_compare(e, &left, &right) > 0) {
		struct value_set swap = left;

		left = right;
		right = swap;
	}
	w = work_begin(e, left.group);
	product(&w, left.pairs, left.n, right.pairs, right.n);
	return work_end(&w);
}

vset group_or_all(struct engine *e, var v, const vset *sets, size_t n)
{
	struct group_work w = work_begin(e, v);
	struct pair_list all = {0};

	for (size_t i = 0; i < n; i++) {
		const struct value_set *s = set_get(e, sets[i]);

		for (size_t k = 0; k < s->n; k++)
			VEC_PUSH(w.arena, all, s->pairs[k]);
	}
	sort_pairs(&w, all.items, all.n);
	for (size_t i = 0; i < all.n && !e->exhausted; i++)
		add_pair(&w, all.items[i]);
	return work_end(&w);
}

/* Not (some in each Ri, none in F) is (some in F) or (none in R1) or … */
static size_t complement(struct group_work *w, const struct group_pair *p, struct group_pair *parts)
{
	size_t n = 0;

	if (p->forbidden != DD_FALSE) {
		dd *required = ARENA_ARRAY(w->arena, dd, 1);

		required[0] = p->forbidden;
		parts[n++] = (struct group_pair){required, 1, DD_FALSE};
	}
	for (size_t i = 0; i < p->n_required; i++)
		parts[n++] = (struct group_pair){NULL, 0, p->required[i]};
	return n;
}

vset group_not(struct engine *e, vset a)
{
	struct value_set set = *set_get(e, a);
	struct group_work w = work_begin(e, set.group);

	VEC_PUSH(w.arena, w.out, ((struct group_pair){NULL, 0, DD_FALSE}));
	for (size_t i = 0; i < set.n && !e->exhausted; i++) {
		struct pair_list sofar = w.out;
		struct group_pair *parts =
			ARENA_ARRAY(w.arena, struct group_pair, set.pairs[i].n_required + 1);
		size_t n = complement(&w, &set.pairs[i], parts);

		product(&w, sofar.items, sofar.n, parts, n);
	}
	return work_end(&w);
}
