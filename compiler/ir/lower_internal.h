/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of ir/lower share. */
#ifndef IR_LOWER_INTERNAL_H
#define IR_LOWER_INTERNAL_H

#include "ir/lower.h"
#include "ir/memo.h"

/* The single view with derived fields as they were written (lower_written). */
#define VIEW_WRITTEN ((enum view)VIEW_COUNT)

struct lower {
	struct arena *arena;
	struct engine *engine;
	const struct policy *policy;
	VEC(struct place) places; /* by variable */
	struct memo conds[VIEW_COUNT + 1]; /* by address: conditions are shared and immutable */
	struct memo derived; /* by language and field */
	dd universe[VIEW_COUNT];
	dd *tiers[VIEW_COUNT + 1]; /* first match: minus the tiers before */
	lang repositories, digests, accounts, ids;
};

/* ir/universe.c */
dd universe_build(struct lower *lower, enum view view);
/* ir/derived.c */
lang derived_accounts(struct lower *lower);
lang derived_ids(struct lower *lower);    /* vulnerability ids that a title may begin with */
lang derived_titles(struct lower *lower); /* titles that begin with one */

#endif
