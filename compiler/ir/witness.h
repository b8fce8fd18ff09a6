/* SPDX-License-Identifier: Apache-2.0
 *
 * Witnesses: a set that is not empty is shown to people as one finding out of it. The record is
 * picked by the set engine with the values that the field table recommends, and completed to a
 * finding that can exist; the same set gives the same record on every run. The plain evaluator
 * confirms it before anyone sees it (target/refuse.c): this module does not judge itself. */
#ifndef IR_WITNESS_H
#define IR_WITNESS_H

#include "finding/finding.h"
#include "ir/lower.h"

/* A finding of the set, inside the view's universe (VIEW_MANY: not one of Inspector's, of which
 * that view knows too little); NULL if there is none, or if the engine ran out of its budget.
 * Leaves the view in use (lower_use). */
struct element *witness_pick(struct lower *lower, struct arena *arena, dd set, enum view view);
/* The same of a set of VIEW_SINGLE among the findings that Inspector has (lower_use_inspector). */
struct element *witness_pick_inspector(struct lower *lower, struct arena *arena, dd set);

#endif
