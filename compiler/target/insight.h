/* SPDX-License-Identifier: Apache-2.0
 *
 * Custom insights of Security Hub CSPM: one CreateInsight request per statement. An insight is one
 * set of filters (never split): values of one attribute are joined by OR (positive) or AND
 * (negative), attributes by AND (A19); texts by EQUALS and PREFIX and their negations, never by a
 * part. It looks at active findings whatever it says, as they stand: with what people,
 * BatchUpdateFindings and rules wrote. Facts: targets.md part D, changes.md. */
#ifndef TARGET_INSIGHT_H
#define TARGET_INSIGHT_H

#include "target/literal.h"
#include "target/refuse.h"
#include "target/target.h"

/* The one rule that is unit->wanted exactly, a `struct criteria_rule`; false after a refusal. */
bool insight_make(struct compilation *c, const struct unit *unit, const struct literals *literals,
		  struct refusal *refusal, void **rules, size_t *n);
void insight_emit(struct compilation *c, const struct unit *unit, const void *rules, size_t n);

/* Read back from the text alone: the findings that it shows. Ask inside the unit's view. */
bool insight_read(struct compilation *c, const struct unit *unit, struct str text, dd *set,
		  const char **why);
/* Name and grouping, as the statement needs them; and that archived findings are kept out by a
 * filter of its own, not only by AWS's word. */
bool insight_check(struct compilation *c, const struct unit *unit, struct str text,
		   const char **why);

#endif
