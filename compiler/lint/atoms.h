/* SPDX-License-Identifier: Apache-2.0
 *
 * The tests of a condition, each once, through defines and tiers: for rules about how something is
 * written. What a condition means is asked of the set engine. */
#ifndef LINT_ATOMS_H
#define LINT_ATOMS_H

#include "ir/policy.h"

/* `any GROUP { … }` is told before the tests in it. */
typedef void atoms_fn(void *context, const struct cond *cond);

/* Costs a walk: what a define is used for several times is walked once. cond may be NULL. */
void atoms_each(struct arena *arena, const struct policy *policy, const struct cond *cond,
		atoms_fn *visit, void *context);

#endif
