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

/* The parts of the evaluator, for the trace of what it does (trace.h). */

/* Does this value fulfil the atom? */
bool eval_value(const struct policy *policy, const struct atom *atom, const struct fval *value);
/* The value that an element of the atom's group has for it. */
struct fval eval_found(const struct atom *atom, const struct element *element);
/* The group below `from` through which `target` is reached; GROUP_FINDING if it is not below. */
enum group eval_next_group(enum group from, enum group target);
/* How many of the elements of `group` in `at` are looked at. */
size_t eval_elements(const struct element *at, enum group group, bool many);

#endif
