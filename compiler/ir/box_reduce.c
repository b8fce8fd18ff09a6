/* SPDX-License-Identifier: Apache-2.0
 *
 * Fewer boxes for the same union. Nothing here looks at all pairs of boxes: what can be joined is
 * found by hashing, what can hold a box by the strings in it. */
#include "ir/box_internal.h"

#include <string.h>

#include "ir/sort.h"

#define THIN_LIMIT 512                   /* boxes: thinning builds two diagrams per box */
#define ABSORB_LIMIT ((size_t)4000000)   /* comparisons; beyond, boxes inside others may stay */

static uint64_t term_hash(const struct box_term *t)
{
	return memo_mix(((uint64_t)t->v << 32 | t->set) + 1);
}

/* Takes the dead boxes out, keeping the order. */
static void compact(struct box_work *w, const bool *dead)
{
	size_t kept = 0;

	for (size_t i = 0; i < w->boxes.n; i++)
		if (!dead[i])
			w->boxes.items[kept++] = w->boxes.items[i];
	w->boxes.n = kept;
}

/* --- merging --- */

static bool same_but_for(const struct box *a, const struct box *b, size_t at)
{
	if (a->n != b->n || a->terms[at].v != b->terms[at].v)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		const struct box_term *s = &a->terms[i], *t = &b->terms[i];

		if (i != at && (s->v != t->v || s->set != t->set))
			return false;
	}
	return true;
}

/* first[i]: the earliest box that equals box i but for v; itself if there is none before. */
static size_t find_mergeable(struct box_work *w, var v, uint32_t *first)
{
	struct memo seen = {0};
	size_t found = 0;

	for (uint32_t i = 0; i < w->boxes.n; i++) {
		const struct box *box = &w->boxes.items[i];
		const struct box_term *t = box_term(box, v);
		uint64_t hash = 0;
		uint32_t earlier;

		first[i] = i;
		if (!t)
			continue;
		for (size_t k = 0; k < box->n; k++)
			hash += &box->terms[k] == t ? 0 : term_hash(&box->terms[k]);
		hash = memo_mix(hash + box->n) | 1;
		if (!memo_get(&seen, hash, &earlier)) {
			memo_put(&seen, w->tmp, hash, i);
		} else if (same_but_for(&w->boxes.items[earlier], box,
					(size_t)(t - box->terms))) {
			first[i] = earlier;
			found++;
		}
	}
	return found;
}

struct member {
	uint32_t first, box;
};

static int compare_members(void *context, const void *a, const void *b)
{
	const struct member *left = a, *right = b;

	(void)context;
	return left->first < right->first ? -1 : left->first > right->first;
}

static void set_term(struct box_work *w, struct box *box, var v, vset set)
{
	size_t at = 0;

	while (box->terms[at].v != v)
		at++;
	box->terms[at].set = set;
	if (set_is_full(w->e, v, set)) {
		memmove(box->terms + at, box->terms + at + 1,
			(box->n - at - 1) * sizeof *box->terms);
		box->n--;
	}
}

static bool merge_in(struct box_work *w, var v)
{
	size_t n = w->boxes.n, end;
	uint32_t *first = ARENA_ARRAY(w->tmp, uint32_t, n);
	bool *dead = ARENA_ARRAY(w->tmp, bool, n);
	struct member *members = ARENA_ARRAY(w->tmp, struct member, n);
	vset *sets = ARENA_ARRAY(w->tmp, vset, n);

	if (find_mergeable(w, v, first) == 0)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		members[i] = (struct member){first[i], i};
		dead[i] = first[i] != i;
	}
	sort_stable(members, ARENA_ARRAY(w->tmp, struct member, n), n, sizeof *members,
		    compare_members, NULL);
	for (size_t i = 0; i < n; i = end) {
		end = i + 1;
		while (end < n && members[end].first == members[i].first)
			end++;
		if (end == i + 1)
			continue;
		for (size_t k = i; k < end; k++)
			sets[k - i] = box_term(&w->boxes.items[members[k].box], v)->set;
		set_term(w, &w->boxes.items[members[i].box], v,
			 set_or_all(w->e, v, sets, end - i));
	}
	compact(w, dead);
	return true;
}

void box_merge(struct box_work *w)
{
	bool again = true;

	while (again && !w->e->exhausted) { /* each round but the last loses a box */
		again = false;
		for (size_t i = 0; i < w->n_vars; i++)
			again = merge_in(w, w->vars[i]) || again;
	}
}

/* --- absorbing --- */

bool box_inside(struct engine *e, const struct box *a, const struct box *b)
{
	size_t k = 0;

	for (size_t i = 0; i < b->n; i++) {
		while (k < a->n && a->terms[k].v != b->terms[i].v)
			k++;
		if (k == a->n || !set_inside(e, a->terms[k].set, b->terms[i].set))
			return false;
	}
	return true;
}

/* Boxes over the same variables. Those whose set of `pivot` is a list of strings are found by their
 * strings, the rest are always looked at. */
struct class {
	uint32_t any; /* one of them */
	bool has_pivot;
	var pivot;
	struct memo by_string; /* hash -> a place in links */
	VEC(uint32_t) always;
};

struct link {
	uint32_t box, next; /* next: a place in links, 0 ends */
};

struct absorber {
	struct box_work *w;
	VEC(struct class) classes;
	struct memo by_vars;
	VEC(struct link) links;
	size_t compared;
};

/* The strings of the box's pivot if they can serve to find it. */
static size_t pivot_strings(struct engine *e, const struct class *class, const struct box *box,
			    const struct str **items)
{
	const struct box_term *t = class->has_pivot ? box_term(box, class->pivot) : NULL;
	bool complement;
	size_t n;

	if (!t || set_has_absent(e, t->set) ||
	    !lang_list(e, set_lang(e, t->set), &complement, items, &n) || complement)
		return 0;
	return n;
}

static struct class *class_of(struct absorber *ab, const struct box *box, uint32_t at)
{
	struct box_work *w = ab->w;
	uint64_t hash = memo_mix(box->n + 1);
	uint32_t place;
	struct class fresh = {.any = at};

	for (size_t i = 0; i < box->n; i++)
		hash = memo_mix(hash ^ box->terms[i].v);
	if (memo_get(&ab->by_vars, hash | 1, &place))
		return &ab->classes.items[place];
	for (size_t i = 0; i < box->n && !fresh.has_pivot; i++) {
		fresh.has_pivot = var_kind(w->e, box->terms[i].v) == VAR_STRING;
		fresh.pivot = box->terms[i].v;
	}
	memo_put(&ab->by_vars, w->tmp, hash | 1, (uint32_t)ab->classes.n);
	VEC_PUSH(w->tmp, ab->classes, fresh);
	return &ab->classes.items[ab->classes.n - 1];
}

static void enlist(struct absorber *ab, uint32_t at)
{
	struct box_work *w = ab->w;
	const struct box *box = &w->boxes.items[at];
	struct class *class = class_of(ab, box, at);
	const struct str *items;
	size_t n = pivot_strings(w->e, class, box, &items);

	if (n == 0)
		VEC_PUSH(w->tmp, class->always, at);
	for (size_t i = 0; i < n; i++) {
		struct link link = {.box = at};

		memo_get(&class->by_string, str_hash(items[i]) | 1, &link.next);
		memo_put(&class->by_string, w->tmp, str_hash(items[i]) | 1,
			 (uint32_t)ab->links.n);
		VEC_PUSH(w->tmp, ab->links, link);
	}
}

/* Does box `other` hold box `at`? Of two equal ones the earlier does. */
static bool holds(struct absorber *ab, uint32_t other, uint32_t at)
{
	const struct box *boxes = ab->w->boxes.items;

	if (other == at || ab->compared >= ABSORB_LIMIT)
		return false;
	ab->compared++;
	return box_inside(ab->w->e, &boxes[at], &boxes[other]) &&
	       (other < at || !box_inside(ab->w->e, &boxes[other], &boxes[at]));
}

static bool is_held(struct absorber *ab, uint32_t at)
{
	const struct box *box = &ab->w->boxes.items[at];

	for (size_t c = 0; c < ab->classes.n; c++) {
		struct class *class = &ab->classes.items[c];
		const struct str *items;
		uint32_t link = 0;

		for (size_t i = 0; i < class->always.n; i++)
			if (holds(ab, class->always.items[i], at))
				return true;
		if (pivot_strings(ab->w->e, class, box, &items) == 0)
			continue;
		memo_get(&class->by_string, str_hash(items[0]) | 1, &link);
		for (; link != 0; link = ab->links.items[link].next)
			if (holds(ab, ab->links.items[link].box, at))
				return true;
	}
	return false;
}

void box_absorb(struct box_work *w)
{
	struct absorber ab = {.w = w};
	bool *dead = ARENA_ARRAY(w->tmp, bool, w->boxes.n);

	VEC_PUSH(w->tmp, ab.links, ((struct link){0}));
	for (uint32_t i = 0; i < w->boxes.n; i++)
		enlist(&ab, i);
	for (uint32_t i = 0; i < w->boxes.n && !w->e->exhausted; i++)
		dead[i] = is_held(&ab, i);
	if (!w->e->exhausted)
		compact(w, dead);
}

/* --- thinning --- */

static int compare_special(void *context, const void *a, const void *b)
{
	const struct box_work *w = context;
	size_t left = w->boxes.items[*(const uint32_t *)a].n;
	size_t right = w->boxes.items[*(const uint32_t *)b].n;

	return left > right ? -1 : left < right;
}

void box_thin(struct box_work *w)
{
	size_t n = w->boxes.n;
	uint32_t *order = ARENA_ARRAY(w->tmp, uint32_t, n + 1);
	dd *after = ARENA_ARRAY(w->tmp, dd, n + 1);
	bool *dead = ARENA_ARRAY(w->tmp, bool, n + 1);
	dd kept = w->not_care;

	if (n < 3 || n > THIN_LIMIT)
		return;
	for (uint32_t i = 0; i < n; i++)
		order[i] = i;
	sort_stable(order, ARENA_ARRAY(w->tmp, uint32_t, n), n, sizeof *order, compare_special, w);
	after[n] = DD_FALSE;
	for (size_t i = n; i > 0; i--)
		after[i - 1] = dd_or(w->e, after[i],
				     box_diagram(w->e, &w->boxes.items[order[i - 1]]));
	for (size_t i = 0; i < n && !w->e->exhausted; i++) {
		const struct box *box = &w->boxes.items[order[i]];

		if (box_inside_diagram(w->e, box, dd_or(w->e, kept, after[i + 1])))
			dead[order[i]] = true;
		else
			kept = dd_or(w->e, kept, box_diagram(w->e, box));
	}
	if (!w->e->exhausted)
		compact(w, dead);
}
