/* SPDX-License-Identifier: Apache-2.0
 *
 * Checked conditions built by hand, for tests of what comes after checking. A test has `arena`
 * (record.h) and frees nothing. */
#ifndef TESTS_UNIT_CONDS_H
#define TESTS_UNIT_CONDS_H

#include "ir/policy.h"
#include "record.h"

/* `kids` ends with NULL. */
UNUSED static const struct cond *cond_of(enum cond_kind kind, const struct cond *const *kids)
{
	struct cond *cond = ARENA_NEW(arena, struct cond);
	size_t n = 0;

	while (kids[n])
		n++;
	cond->kind = kind;
	cond->kids = ARENA_ARRAY(arena, const struct cond *, n + 1);
	for (; cond->n < n; cond->n++)
		cond->kids[cond->n] = kids[cond->n];
	return cond;
}

#define ALL(...) cond_of(COND_AND, (const struct cond *const[]){__VA_ARGS__, NULL})
#define ONE(...) cond_of(COND_OR, (const struct cond *const[]){__VA_ARGS__, NULL})
#define NOT(a) cond_of(COND_NOT, (const struct cond *const[]){(a), NULL})

UNUSED static const struct cond *any_of(enum group group, const struct cond *inside)
{
	struct cond *cond = ARENA_NEW(arena, struct cond);

	*cond = *cond_of(COND_ANY, (const struct cond *const[]){inside, NULL});
	cond->group = group;
	return cond;
}

UNUSED static const struct cond *atom_cond(struct atom atom)
{
	struct cond *cond = ARENA_NEW(arena, struct cond);
	struct atom *copy = ARENA_NEW(arena, struct atom);

	*copy = atom;
	cond->kind = COND_ATOM;
	cond->span = atom.span;
	cond->atom = copy;
	return cond;
}

/* values: words (of closed vocabularies) or texts, joined by '|'. */
UNUSED static struct atom text_atom(enum field_id field, enum test test, const char *values)
{
	struct atom atom = {.field = field, .test = test, .lo = INT64_MIN, .hi = INT64_MAX};
	struct str text = str_from(values);
	size_t start = 0;

	atom.values = ARENA_ARRAY(arena, struct value, text.len + 1);
	for (size_t at = 0; at <= text.len; at++) {
		struct value *value = &atom.values[atom.n];

		if (at < text.len && text.ptr[at] != '|')
			continue;
		value->str = str_slice(text, start, at);
		if (fields[field].type == TYPE_ENUM)
			value->word = vocabulary_find(fields[field].words, value->str);
		start = at + 1;
		atom.n++;
	}
	return atom;
}

UNUSED static const struct cond *is(enum field_id field, const char *values)
{
	return atom_cond(text_atom(field, TEST_IN, values));
}

UNUSED static const struct cond *is_not(enum field_id field, const char *values)
{
	struct atom atom = text_atom(field, TEST_IN, values);

	atom.negated = true;
	return atom_cond(atom);
}

UNUSED static const struct cond *has(enum field_id field, enum test test, const char *values)
{
	return atom_cond(text_atom(field, test, values));
}

UNUSED static const struct cond *exists(enum field_id field)
{
	return atom_cond(text_atom(field, TEST_EXISTS, ""));
}

UNUSED static const struct cond *keyed(enum field_id field, const char *key, const char *values)
{
	struct atom atom = text_atom(field, TEST_IN, values);

	atom.key = str_from(key);
	return atom_cond(atom);
}

/* Bounds as the policy has them: scaled numbers, instants in ns. */
UNUSED static const struct cond *between(enum field_id field, int64_t lo, bool lo_open, int64_t hi,
					 bool hi_open)
{
	struct atom atom = {.field = field,
			    .test = TEST_RANGE,
			    .lo = lo,
			    .lo_open = lo_open,
			    .hi = hi,
			    .hi_open = hi_open};

	return atom_cond(atom);
}

#endif
