/* SPDX-License-Identifier: Apache-2.0
 *
 * What statements must not do to each other (language.md §4): leave their file's scope (VC121),
 * silence what is protected (VC127), write different values to one place of one finding (VC308), or
 * reopen what their own suppression holds (VC309). Each error shows a witness. So the order of
 * rules never decides anything.
 *
 * Near linear: only statements that share a pin (pins.h) are compared one by one. Where most are
 * not pinned, the sets of all that write one value are united and halves of the values are
 * compared; only where two halves overlap does the search go down to the pair. */
#ifndef TARGET_CONFLICT_H
#define TARGET_CONFLICT_H

#include "target/plan.h"

/* A set of findings of any product: Inspector's in the single view, the others' in the other. */
struct slices {
	dd of[VIEW_COUNT];
};

struct slices conflict_slices(struct compilation *c, const struct cond *cond, enum view view);
/* `inspector`: its slice is that of all findings that it has itself (lower_use_inspector). */
bool conflict_overlap(struct compilation *c, struct slices a, struct slices b, bool inspector,
		      dd *both, enum view *view);

/* Scope and protect need no mechanism. */
void conflict_check_bounds(struct compilation *c, const struct plan *plan);
/* When the mechanisms are chosen. */
void conflict_check_writes(struct compilation *c, struct plan *plan);

#endif
