/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of ir/lower share. */
#ifndef IR_LOWER_INTERNAL_H
#define IR_LOWER_INTERNAL_H

#include "ir/lower.h"
#include "ir/memo.h"

/* The views as conditions were written (lower_written): derived fields are variables, and groups
 * are variables of their own, whose elements nothing is known of. */
#define VIEW_WRITTEN_SINGLE ((enum view)(VIEW_COUNT + VIEW_SINGLE))
#define VIEW_WRITTEN_MANY ((enum view)(VIEW_COUNT + VIEW_MANY))
#define VIEW_ALL (2 * VIEW_COUNT)

struct lower {
	struct arena *arena;
	struct engine *engine;
	const struct policy *policy;
	VEC(struct place) places;    /* by variable */
	struct memo conds[VIEW_ALL]; /* by address: conditions are shared and immutable */
	struct memo derived;	     /* by language and field */
	dd universe[VIEW_COUNT];
	dd scan; /* of the event per scan, once asked for */
	dd own; /* Inspector's findings, once asked for */
	dd *tiers[VIEW_ALL]; /* first match: minus the tiers before */
	lang repositories, heads, digests, accounts, ids;
};

/* ir/universe.c */
dd universe_build(struct lower *lower, enum view view);
dd universe_of_scan(struct lower *lower);
dd universe_of_inspector(struct lower *lower);
/* ir/derived.c */
lang derived_accounts(struct lower *lower);
lang derived_titles(struct lower *lower); /* that begin with an id */

#endif
