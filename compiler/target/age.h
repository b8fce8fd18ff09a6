/* SPDX-License-Identifier: Apache-2.0
 *
 * Ages in a condition: `<date>.age` is counted from the day of compiling, but what AWS keeps of it
 * is a date that stays as it was written (semantics.md §3.10). */
#ifndef TARGET_AGE_H
#define TARGET_AGE_H

#include "ir/policy.h"

/* Is some test on the field an age? Through defines and tiers. */
bool age_tested(struct arena *arena, const struct policy *policy, const struct cond *cond,
		enum field_id field);

#endif
