/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules that outlive what they were made with. */
#include "base/vec.h"
#include "eval/decide.h"
#include "ir/memo.h"

/* Parts of conditions are shared, and stay so. */
struct copy {
	struct arena *arena, *scratch;
	struct memo by_cond; /* position + 1 */
	VEC(const struct cond *) conds;
};

static struct str copy_text(struct copy *c, struct str text)
{
	return text.len ? str_copy(c->arena, text) : text;
}

static const struct atom *copy_atom(struct copy *c, const struct atom *atom)
{
	struct atom *made = ARENA_NEW(c->arena, struct atom);

	*made = *atom;
	made->key = copy_text(c, atom->key);
	made->values = ARENA_ARRAY(c->arena, struct value, atom->n);
	for (size_t i = 0; i < atom->n; i++) {
		made->values[i] = atom->values[i];
		made->values[i].str = copy_text(c, atom->values[i].str);
	}
	return made;
}

/* Conditions nest as deep as the evaluator follows them. */
static const struct cond *copy_cond(struct copy *c, const struct cond *cond)
{
	struct cond *made;
	uint32_t at;

	if (memo_get(&c->by_cond, (uint64_t)(uintptr_t)cond, &at))
		return c->conds.items[at - 1];
	made = ARENA_NEW(c->arena, struct cond);
	*made = *cond;
	made->define = copy_text(c, cond->define);
	if (cond->kind == COND_ATOM)
		made->atom = copy_atom(c, cond->atom);
	if (cond->n)
		made->kids = ARENA_ARRAY(c->arena, const struct cond *, cond->n);
	for (size_t i = 0; i < cond->n; i++)
		made->kids[i] = copy_cond(c, cond->kids[i]);
	VEC_PUSH(c->scratch, c->conds, made);
	memo_put(&c->by_cond, c->scratch, (uint64_t)(uintptr_t)cond, (uint32_t)c->conds.n);
	return made;
}

struct decide_rule *decide_copy(struct arena *arena, struct arena *scratch,
				const struct decide_rule *rules, size_t n)
{
	struct decide_rule *made = ARENA_ARRAY(arena, struct decide_rule, n);
	struct copy c = {.arena = arena, .scratch = scratch};

	for (size_t i = 0; i < n; i++) {
		made[i] = rules[i];
		made[i].condition = copy_cond(&c, rules[i].condition);
		made[i].guarded = copy_cond(&c, rules[i].guarded);
		made[i].note = copy_text(&c, rules[i].note);
	}
	return made;
}
