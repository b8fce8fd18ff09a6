/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows of a table that share a unit, as one condition: they are alike but for the value of their
 * operand, so one test of all values stands in the place of the first row's test. Rows that are not
 * alike are joined by `or`. */
#ifndef TARGET_ROWS_H
#define TARGET_ROWS_H

#include "ir/policy.h"

/* *own: which rows' findings these are, by the operand alone. It is a test that stands in the
 * condition, or the condition itself, if the rows are alike. */
const struct cond *rows_join(struct arena *arena, const struct row *const *rows, size_t n,
			     const struct cond **own);

#endif
