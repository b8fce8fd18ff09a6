/* SPDX-License-Identifier: Apache-2.0
 *
 * Why a condition holds for a finding, or does not: its tree with a verdict at every node, and the
 * few tests that decide. The verdicts are the plain evaluator's (eval.h).
 *
 * Of a condition that holds, the tests shown are enough for it: whatever the others say, it holds
 * while these do. Of one that does not, they are the nearest miss: the fewest tests that would all
 * have to turn out the other way (each test taken by itself, the first of equals). */
#ifndef EVAL_TRACE_H
#define EVAL_TRACE_H

#include "eval/eval.h"

#define TRACE_NEVER UINT32_MAX

struct trace {
	const struct cond *cond;
	bool holds;
	uint32_t flips; /* so many tests would have to turn out otherwise; TRACE_NEVER: in vain */
	/* AND, OR, NOT: as in the condition. ANY: its condition for each element, in order. TIER:
	 * the tiers from the first to the one that is asked for (none: all of them). */
	const struct trace **kids;
	size_t n;
	/* ATOM: what stands in the elements that have a value, in order; n_places elements were
	 * looked at. */
	struct fval *found;
	size_t n_found, n_places;
};

/* One test that decides. */
struct trace_step {
	const struct trace *test;   /* of an ATOM or CONST; an ANY if no element decides alone */
	bool must;		    /* what would be in favour of the whole: below a `not`, false */
	const struct trace *within; /* the ANY in whose element it stands, else NULL */
	size_t element;		    /* which one, from 0 */
	int tier;		    /* the tier whose condition it is of, else -1 */
	struct str define;	    /* the innermost define it came from, else empty */
};

struct trace_steps {
	struct trace_step *items;
	size_t n, cap;
};

/* many: as for eval_cond. Costs a node for each of the condition, times the elements that an `any`
 * looks at. */
const struct trace *trace_cond(struct arena *arena, const struct policy *policy,
			       const struct cond *cond, bool many, const struct element *finding);
/* The tests that decide, in the order of the condition; none twice but in elements. */
struct trace_steps trace_deciding(struct arena *arena, const struct trace *trace);

#endif
