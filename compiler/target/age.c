/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking for ages. */
#include "target/age.h"

#include "ir/memo.h"

struct age_walk {
	struct arena *arena;
	const struct policy *policy;
	enum field_id field;
	struct memo seen;
};

/* As deep as a condition is: CHECK_DEPTH_MAX. */
static bool walk(struct age_walk *w, const struct cond *cond)
{
	const struct policy *policy = w->policy;
	uint32_t seen;

	if (memo_get(&w->seen, (uint64_t)(uintptr_t)cond, &seen))
		return false;
	memo_put(&w->seen, w->arena, (uint64_t)(uintptr_t)cond, 1);
	if (cond->kind == COND_ATOM)
		return cond->atom->field == w->field && cond->atom->age;
	if (cond->kind == COND_TIER)
		for (size_t i = 0; i < policy->n_tiers; i++)
			if ((cond->tier < 0 || i <= (size_t)cond->tier) &&
			    walk(w, policy->tiers[i]->condition))
				return true;
	for (size_t i = 0; i < cond->n; i++)
		if (walk(w, cond->kids[i]))
			return true;
	return false;
}

bool age_tested(struct arena *arena, const struct policy *policy, const struct cond *cond,
		enum field_id field)
{
	struct age_walk w = {.arena = arena, .policy = policy, .field = field};

	return walk(&w, cond);
}
