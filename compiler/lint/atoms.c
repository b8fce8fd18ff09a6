/* SPDX-License-Identifier: Apache-2.0
 *
 * Walking conditions for their tests. */
#include "lint/atoms.h"

#include "ir/memo.h"

struct atoms_walk {
	struct arena *arena;
	const struct policy *policy;
	atoms_fn *visit;
	void *context;
	struct memo seen; /* of what stands in more than one place: defines and tiers */
};

static bool is_new(struct atoms_walk *w, const struct cond *cond)
{
	uint64_t key = (uint64_t)(uintptr_t)cond;
	uint32_t seen;

	if (memo_get(&w->seen, key, &seen))
		return false;
	memo_put(&w->seen, w->arena, key, 1);
	return true;
}

/* As deep as a condition is: CHECK_DEPTH_MAX. */
static void walk(struct atoms_walk *w, const struct cond *cond)
{
	const struct policy *policy = w->policy;

	if (cond->kind == COND_ATOM || cond->kind == COND_ANY)
		w->visit(w->context, cond);
	if ((cond->define.len || cond->kind == COND_TIER) && !is_new(w, cond))
		return;
	if (cond->kind == COND_TIER)
		for (size_t i = 0; i < policy->n_tiers; i++)
			if ((cond->tier < 0 || i <= (size_t)cond->tier) &&
			    is_new(w, policy->tiers[i]->condition))
				walk(w, policy->tiers[i]->condition);
	for (size_t i = 0; i < cond->n; i++)
		walk(w, cond->kids[i]);
}

void atoms_each(struct arena *arena, const struct policy *policy, const struct cond *cond,
		atoms_fn *visit, void *context)
{
	struct atoms_walk w = {
		.arena = arena, .policy = policy, .visit = visit, .context = context};

	if (cond)
		walk(&w, cond);
}
