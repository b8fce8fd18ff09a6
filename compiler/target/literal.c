/* SPDX-License-Identifier: Apache-2.0
 *
 * Collecting literals: one walk over the condition's graph, each shared part once. */
#include "target/literal.h"

#include <stdlib.h>

struct literals {
	VEC(struct literal) items;
	VEC(const struct atom *) atoms;
};

struct walk {
	struct arena *arena;
	const struct policy *policy;
	struct literals *all;
	const struct cond **seen; /* open addressing, by address */
	size_t n, cap;
};

static bool enter(struct walk *w, const struct cond *cond)
{
	size_t i;

	if (2 * (w->n + 1) > w->cap) {
		const struct cond **old = w->seen;
		size_t n = w->cap;

		w->cap = n ? 2 * n : 64;
		w->seen = ARENA_ARRAY(w->arena, const struct cond *, w->cap);
		w->n = 0;
		for (i = 0; i < n; i++)
			if (old[i])
				enter(w, old[i]);
	}
	i = (size_t)(((uintptr_t)cond >> 4) * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (w->cap - 1);
	for (; w->seen[i]; i = (i + 1) & (w->cap - 1))
		if (w->seen[i] == cond)
			return false;
	w->seen[i] = cond;
	w->n++;
	return true;
}

static void add(struct walk *w, const struct atom *atom, enum field_id field, enum test test,
		struct str text)
{
	if (text.len)
		VEC_PUSH(w->arena, w->all->items,
			 ((struct literal){field, atom->key, test, text, atom}));
}

/* A test on an image's ARN is one on its parts after lowering: their words stand in it. */
static void add_arn_parts(struct walk *w, const struct atom *atom, struct str text)
{
	static const char marker[] = ":repository/";
	struct str name = {NULL, 0};

	for (size_t i = 0; i + sizeof marker - 1 <= text.len; i++)
		if (str_starts(str_slice(text, i, text.len), STR(":repository/")))
			name = str_slice(text, i + sizeof marker - 1, text.len);
	if (!name.len)
		return;
	for (size_t i = 0; i < name.len; i++) {
		struct str digest = str_slice(name, i + 1, name.len);

		if (name.ptr[i] != '/')
			continue;
		add(w, atom, FIELD_repository, TEST_IN, str_slice(name, 0, i));
		add(w, atom, FIELD_image_digest, TEST_IN, digest);
		add(w, atom, FIELD_image_digest, TEST_PREFIX, digest);
	}
	add(w, atom, FIELD_repository, TEST_PREFIX, name);
}

static void add_atom(struct walk *w, const struct atom *atom)
{
	enum test test = atom->test;

	VEC_PUSH(w->arena, w->all->atoms, atom);
	if (test == TEST_EXISTS || test == TEST_RANGE)
		return;
	for (size_t i = 0; i < atom->n; i++) {
		struct str text = atom->values[i].str;

		add(w, atom, atom->field, test, text);
		if (atom->field == FIELD_resource_id)
			add_arn_parts(w, atom, text);
	}
}

static void walk(struct walk *w, const struct cond *cond)
{
	if (!cond || !enter(w, cond))
		return;
	if (cond->kind == COND_ATOM)
		add_atom(w, cond->atom);
	/* A tier stands for itself and, by first match, for those before it. */
	if (cond->kind == COND_TIER)
		for (size_t i = 0; i < w->policy->n_tiers; i++)
			if (cond->tier < 0 || i <= (size_t)cond->tier)
				walk(w, w->policy->tiers[i]->condition);
	for (size_t i = 0; i < cond->n; i++)
		walk(w, cond->kids[i]);
}

static int by_place(const struct literal *a, const struct literal *b)
{
	int order = (a->field > b->field) - (a->field < b->field);

	return order ? order : str_cmp(a->key, b->key);
}

static int by_text(const void *left, const void *right)
{
	const struct literal *a = left, *b = right;
	int order = by_place(a, b);

	if (!order)
		order = (a->test > b->test) - (a->test < b->test);
	return order ? order : str_cmp(a->text, b->text);
}

static int by_span(const void *left, const void *right)
{
	const struct atom *a = *(const struct atom *const *)left;
	const struct atom *b = *(const struct atom *const *)right;

	return (a->span.start > b->span.start) - (a->span.start < b->span.start);
}

struct literals *literals_collect(struct arena *arena, const struct policy *policy,
				  const struct cond *const *conds, size_t n)
{
	struct walk w = {.arena = arena, .policy = policy};
	struct literals *all = ARENA_NEW(arena, struct literals);
	size_t kept = 0;

	w.all = all;
	for (size_t i = 0; i < n; i++)
		walk(&w, conds[i]);
	if (all->items.n)
		qsort(all->items.items, all->items.n, sizeof *all->items.items, by_text);
	for (size_t i = 0; i < all->items.n; i++)
		if (!kept || by_text(&all->items.items[kept - 1], &all->items.items[i]))
			all->items.items[kept++] = all->items.items[i];
	all->items.n = kept;
	if (all->atoms.n)
		qsort(all->atoms.items, all->atoms.n, sizeof *all->atoms.items, by_span);
	return all;
}

const struct literal *literals_of(const struct literals *all, enum field_id field, struct str key,
				  size_t *n)
{
	struct literal wanted = {.field = field, .key = key};
	size_t from = 0, to = all->items.n, end;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (by_place(&all->items.items[middle], &wanted) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	for (end = from; end < all->items.n && !by_place(&all->items.items[end], &wanted); end++)
		;
	*n = end - from;
	return all->items.items + from;
}

const struct atom *literals_atom(const struct literals *all, enum field_id field, struct str key)
{
	for (size_t i = 0; i < all->atoms.n; i++)
		if (all->atoms.items[i]->field == field && str_eq(all->atoms.items[i]->key, key))
			return all->atoms.items[i];
	return NULL;
}
