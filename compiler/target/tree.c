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

/* --- a field given --- */

struct given {
	struct arena *arena;
	const struct policy *policy;
	enum field_id field;
	int word;
};

static const struct cond *constant(struct arena *arena, bool truth)
{
	struct cond *cond = ARENA_NEW(arena, struct cond);

	*cond = (struct cond){.kind = COND_CONST, .truth = truth};
	return cond;
}

static const struct cond *given_atom(const struct given *g, const struct cond *cond)
{
	const struct atom *atom = cond->atom;
	bool holds = atom->test == TEST_EXISTS;

	if (atom->field != g->field)
		return cond;
	for (size_t i = 0; i < atom->n && atom->test == TEST_IN; i++)
		holds = holds || atom->values[i].word == g->word;
	return constant(g->arena, holds != atom->negated);
}

static const struct cond *given(const struct given *g, const struct cond *cond);

static const struct cond *given_kids(const struct given *g, const struct cond *cond)
{
	const struct cond **kids = ARENA_ARRAY(g->arena, const struct cond *, cond->n);
	bool same = true;

	for (size_t i = 0; i < cond->n; i++) {
		kids[i] = given(g, cond->kids[i]);
		same = same && kids[i] == cond->kids[i];
	}
	return same ? cond : node(g->arena, cond->kind, kids, cond->n);
}

/* In this tier (-1: in none) and in none before it. */
static const struct cond *written_tier(struct arena *arena, const struct policy *policy, int tier)
{
	size_t before = tier < 0 ? policy->n_tiers : (size_t)tier;
	struct cond_list kids = {0};

	for (size_t i = 0; i < before; i++)
		VEC_PUSH(arena, kids, tree_not(arena, policy->tiers[i]->condition));
	if (tier >= 0)
		VEC_PUSH(arena, kids, policy->tiers[tier]->condition);
	return node(arena, COND_AND, kids.items, kids.n);
}

static const struct cond *given_tier(const struct given *g, const struct cond *cond)
{
	const struct cond *written = written_tier(g->arena, g->policy, cond->tier);
	const struct cond *result = given_kids(g, written);

	return result == written ? cond : result;
}

/* As deep as ir/check allows. Groups of elements have no word of a whole finding. */
static const struct cond *given(const struct given *g, const struct cond *cond)
{
	switch (cond->kind) {
	case COND_ATOM:
		return given_atom(g, cond);
	case COND_TIER:
		return given_tier(g, cond);
	case COND_AND:
	case COND_OR:
	case COND_NOT:
		return given_kids(g, cond);
	default:
		return cond;
	}
}

const struct cond *tree_given(struct arena *arena, const struct policy *policy,
			      const struct cond *cond, enum field_id field, int word)
{
	return given(&(struct given){arena, policy, field, word}, cond);
}

/* --- what no field but some can make false --- */

static const struct cond *widen(struct arena *arena, const struct cond *cond,
				bool (*kept)(enum field_id field), bool wider)
{
	struct cond_list kids = {0};

	switch (cond->kind) {
	case COND_CONST:
		return cond;
	case COND_ATOM:
		return kept(cond->atom->field) ? cond : constant(arena, wider);
	case COND_AND:
	case COND_OR:
	case COND_NOT:
		for (size_t i = 0; i < cond->n; i++)
			VEC_PUSH(arena, kids,
				 widen(arena, cond->kids[i], kept,
				       wider != (cond->kind == COND_NOT)));
		return node(arena, cond->kind, kids.items, kids.n);
	default: /* tiers, elements */
		return constant(arena, wider);
	}
}

const struct cond *tree_widened(struct arena *arena, const struct cond *cond,
				bool (*kept)(enum field_id field))
{
	return widen(arena, cond, kept, true);
}

/* --- ages --- */

static const struct cond *without_ages(struct arena *arena, const struct policy *policy,
				       const struct cond *cond, bool wider)
{
	struct cond_list kids = {0};
	struct cond *copy;

	if (cond->kind == COND_CONST)
		return cond;
	if (cond->kind == COND_ATOM)
		return cond->atom->age ? constant(arena, wider) : cond;
	if (cond->kind == COND_TIER)
		cond = written_tier(arena, policy, cond->tier);
	for (size_t i = 0; i < cond->n; i++)
		VEC_PUSH(arena, kids,
			 without_ages(arena, policy, cond->kids[i],
				      wider != (cond->kind == COND_NOT)));
	copy = ARENA_NEW(arena, struct cond);
	*copy = *cond;
	copy->kids = kids.items;
	return copy;
}

const struct cond *tree_without_ages(struct arena *arena, const struct policy *policy,
				     const struct cond *cond)
{
	return without_ages(arena, policy, cond, true);
}
