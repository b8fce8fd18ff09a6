/* SPDX-License-Identifier: Apache-2.0
 *
 * Conditions made by the compiler. */
#include "target/tree.h"

#include <string.h>

static const struct cond *leaf(struct arena *arena, struct atom atom)
{
	struct atom *copy = ARENA_NEW(arena, struct atom);
	struct cond *cond = ARENA_NEW(arena, struct cond);

	*copy = atom;
	*cond = (struct cond){.kind = COND_ATOM, .atom = copy};
	return cond;
}

const struct cond *tree_word(struct arena *arena, enum field_id field, int word)
{
	struct value *value = ARENA_NEW(arena, struct value);

	value->word = word;
	return leaf(arena, (struct atom){.field = field, .test = TEST_IN, .values = value, .n = 1});
}

const struct cond *tree_text(struct arena *arena, enum field_id field, struct str key,
			     enum test test, struct str text)
{
	struct value *value = ARENA_NEW(arena, struct value);

	value->str = text;
	return leaf(
		arena,
		(struct atom){.field = field, .key = key, .test = test, .values = value, .n = 1});
}

static const struct cond *node(struct arena *arena, enum cond_kind kind,
			       const struct cond *const *kids, size_t n)
{
	struct cond *cond = ARENA_NEW(arena, struct cond);

	cond->kind = kind;
	cond->kids = ARENA_ARRAY(arena, const struct cond *, n);
	cond->n = n;
	for (size_t i = 0; i < n; i++)
		cond->kids[i] = kids[i];
	return cond;
}

const struct cond *tree_not(struct arena *arena, const struct cond *a)
{
	return node(arena, COND_NOT, &a, 1);
}

const struct cond *tree_all(struct arena *arena, const struct cond *const *kids, size_t n)
{
	return n == 1 ? kids[0] : node(arena, COND_AND, kids, n);
}

const struct cond *tree_some(struct arena *arena, const struct cond *const *kids, size_t n)
{
	return n == 1 ? kids[0] : node(arena, COND_OR, kids, n);
}

const struct cond *tree_both(struct arena *arena, const struct cond *a, const struct cond *b)
{
	const struct cond *kids[] = {a, b};

	return node(arena, COND_AND, kids, 2);
}
