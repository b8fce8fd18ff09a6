/* SPDX-License-Identifier: Apache-2.0
 *
 * What becomes of the problems when all passes have run: those that the policy allows are marked,
 * allowances that are wrong, past their end or of no use are problems themselves, and each problem
 * gets a name that stays when lines move: RULE/KIND/NAME, with /2 and so on for the next of them in
 * one statement. n log n. */
#ifndef LINT_SETTLE_H
#define LINT_SETTLE_H

#include "lint/lint.h"

/* Does it hold still at the policy's date? */
bool settle_in_force(const struct policy *policy, const struct allowance *allowance);
/* Does a run of this kind find the problems of the rule at all? Not without what its evidence is,
 * nor of a policy that does not compile. */
bool settle_looked_for(const struct lint *l, enum lint_id rule);
void settle_allowances(struct lint *l);
/* Of all diagnostics with an id, the compiler's, too. */
void settle_names(struct arena *arena, struct diags *d, struct sources *sources,
		  const struct places *places);

#endif
