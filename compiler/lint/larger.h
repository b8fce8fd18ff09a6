/* SPDX-License-Identifier: Apache-2.0
 *
 * Which of many conditions might take all that another one takes? One that asks for a certain value
 * of a field can only if the other asks for it, too. So each is filed under the two rarest
 * values that it asks for, and looked up by those of the other: few are left for the set engine,
 * which decides.
 *
 * Overlooked is one that asks for what the other does not say and only implies: an account, where
 * the other has the ARN of a resource. Price: an index of n conditions is a walk over each, a
 * question a look for each two of its values and, where prefixes are filed, of its beginnings. */
#ifndef LINT_LARGER_H
#define LINT_LARGER_H

#include "ir/policy.h"

struct larger;

/* They are numbered as they are given. */
struct larger *larger_new(struct arena *arena, const struct cond *const *conds, size_t n);
/* The numbers of those that might be larger: first those found by a value, in ascending order, then
 * those that ask for none. It may be among them itself. Good until the next question. */
const uint32_t *larger_find(struct larger *larger, const struct cond *cond, size_t *n);

#endif
