/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows as one condition. */
#include "target/rows.h"

#include "target/tree.h"

#include <string.h>

/* Where the row's own test stands in its condition: a kid's number, or SIZE_MAX. */
static size_t own_kid(const struct row *row)
{
	for (size_t i = 0; row->condition->kind == COND_AND && i < row->condition->n; i++)
		if (row->condition->kids[i] == row->own)
			return i;
	return SIZE_MAX;
}

static bool is_like(const struct row *row, const struct row *first, size_t at)
{
	const struct cond *a = row->condition, *b = first->condition;
	const struct atom *x = row->own->atom, *y = first->own->atom;

	if (x->field != y->field || x->test != TEST_IN || y->test != TEST_IN || x->n != 1 ||
	    x->negated || !str_eq(x->key, y->key))
		return false;
	if (at == SIZE_MAX) /* the whole condition, or nowhere to be found */
		return a == row->own && b == first->own;
	if (a->kind != COND_AND || a->n != b->n || a->kids[at] != row->own)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (i != at && a->kids[i] != b->kids[i])
			return false;
	return true;
}

/* The values of all rows as one test. */
static const struct cond *all_values(struct arena *arena, const struct row *const *rows, size_t n)
{
	struct cond *cond = ARENA_NEW(arena, struct cond);
	struct atom *all = ARENA_NEW(arena, struct atom);

	*cond = *rows[0]->own;
	*all = *rows[0]->own->atom;
	all->n = n;
	all->values = ARENA_ARRAY(arena, struct value, n);
	for (size_t i = 0; i < n; i++)
		all->values[i] = rows[i]->own->atom->values[0];
	cond->atom = all;
	return cond;
}

/* A copy of the condition with another kid at `at`; SIZE_MAX: that alone. */
static const struct cond *with_kid(struct arena *arena, const struct cond *cond, size_t at,
				   const struct cond *kid)
{
	struct cond *copy = ARENA_NEW(arena, struct cond);
	const struct cond **kids;

	if (at == SIZE_MAX)
		return kid;
	kids = ARENA_ARRAY(arena, const struct cond *, cond->n);
	*copy = *cond;
	memcpy(kids, cond->kids, cond->n * sizeof *kids);
	kids[at] = kid;
	copy->kids = kids;
	return copy;
}

static const struct cond *some(struct arena *arena, const struct row *const *rows, size_t n,
			       const struct cond **own)
{
	struct cond_list conds = {0}, owns = {0};

	for (size_t i = 0; i < n; i++) {
		VEC_PUSH(arena, conds, rows[i]->condition);
		VEC_PUSH(arena, owns, rows[i]->own);
	}
	*own = tree_some(arena, owns.items, owns.n);
	return tree_some(arena, conds.items, conds.n);
}

const struct cond *rows_join(struct arena *arena, const struct row *const *rows, size_t n,
			     const struct cond **own)
{
	size_t at = own_kid(rows[0]);

	for (size_t i = 1; i < n; i++)
		if (!is_like(rows[i], rows[0], at))
			return some(arena, rows, n, own);
	*own = n == 1 ? rows[0]->own : all_values(arena, rows, n);
	return n == 1 ? rows[0]->condition : with_kid(arena, rows[0]->condition, at, *own);
}
