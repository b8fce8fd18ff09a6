/* SPDX-License-Identifier: Apache-2.0
 *
 * The plain evaluator: judges a condition tree against one finding, atom by atom, straight from
 * language.md §3 and without the set engine. It is the judge of the engine: every witness is
 * confirmed by it before it is printed, and random tests compare the two. */
#ifndef EVAL_EVAL_H
#define EVAL_EVAL_H

#include "finding/finding.h"
#include "ir/policy.h"

/* Conditions nest at most this deep once their defines are followed (ir/check refuses deeper ones);
 * below it the evaluator stops and says false, so that no tree can exhaust the stack. */
#define EVAL_DEPTH_MAX 8192

/* many: fields below Vulnerabilities[] and Resources[] are many-valued (statement->many); otherwise
 * the first vulnerability and the first resource are the only ones (assumption A1). */
bool eval_cond(const struct policy *policy, const struct cond *cond, bool many,
	       const struct element *finding);
/* Index of the first tier that holds, or -1. */
int eval_tier(const struct policy *policy, const struct element *finding);

#endif
