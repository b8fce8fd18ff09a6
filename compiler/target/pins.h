/* SPDX-License-Identifier: Apache-2.0
 *
 * Which conditions can hold together at all? A condition that asks for one of some CVEs, accounts
 * or repositories is pinned to them, and two that are pinned to different ones exclude each other.
 * That is seen without the set engine, and looked up in an index, so that among n statements each
 * is compared with the few that share its pin. What the index gives may still be disjoint: the set
 * engine decides.
 *
 * Pins are read from the tests that a condition asks for as they stand (through `and` and `or`,
 * never through `not` or a tier). They hold where the fields are single, so only if one of the two
 * conditions is of Inspector's findings (VIEW_SINGLE).
 *
 * Price: a pass over the condition; an index of n conditions n log n, a question log n and what it
 * gives. */
#ifndef TARGET_PINS_H
#define TARGET_PINS_H

#include "ir/lower.h"

enum pin_field { PIN_CVE, PIN_REPOSITORY, PIN_ACCOUNT, PIN_COUNT };

/* The atoms, on each field, of which one must hold; none: not pinned there. */
struct pins {
	struct pin_atoms {
		const struct atom *one; /* if n is 1 */
		const struct atom **atoms;
		size_t n, n_values;
	} of[PIN_COUNT];
};

struct pins pins_of(struct arena *arena, const struct cond *cond);
/* No finding with single fields can meet both. */
bool pins_exclude(const struct pins *a, const struct pins *b);

struct pins_index;

/* An index of conditions, which are numbered as they are given. */
struct pins_index *pins_index_new(struct arena *arena, const struct cond *const *conds,
				  const enum view *views, size_t n);
/* The numbers, in ascending order, of those that `cond` may hold together with; the array is good
 * until the next question. */
const uint32_t *pins_candidates(struct pins_index *index, const struct cond *cond, enum view view,
				size_t *n);
/* The first of them; false if there is none. Of many it does not look at all. */
bool pins_first(struct pins_index *index, const struct cond *cond, enum view view, size_t *number);

#endif
