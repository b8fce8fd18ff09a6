/* SPDX-License-Identifier: Apache-2.0
 *
 * Automation rules V2: of Security Hub V2, another product, over findings in OCSF. One
 * CreateAutomationRuleV2 request per rule: composite filters joined by AND, each a list of filters
 * joined by AND or OR. Values of one field stand in a composite of their own (OR), all that stands
 * alone, and exclusions, in one (AND): so how AWS joins filters of one field in one composite
 * decides nothing. A rule sees the provider's original finding only and writes a status, a severity
 * and a comment; user-defined fields do not exist there.
 * What an ECR image looks like in OCSF has not been seen: rules about images rest on an assumption
 * that is marked experimental. Facts: targets.md part B, changes.md, findings.md §3, §4.2. */
#ifndef TARGET_AUTOMATION_V2_H
#define TARGET_AUTOMATION_V2_H

#include "target/literal.h"
#include "target/refuse.h"
#include "target/target.h"

/* The rules whose union is unit->wanted exactly, a `struct criteria_rule` each; false after a
 * refusal, which may be of what the unit writes. */
bool automation_v2_make(struct compilation *c, const struct unit *unit,
			const struct literals *literals, struct refusal *refusal, void **rules,
			size_t *n);
void automation_v2_emit(struct compilation *c, const struct unit *unit, const void *rules,
			size_t n);

/* Read back from the text alone: the findings the rule takes and what it does to them. Ask inside
 * the unit's view. */
bool automation_v2_read(struct compilation *c, const struct unit *unit, struct str text, dd *set,
			struct effect *effect, const char **why);
/* Name, order, status, description: as the unit needs them. */
bool automation_v2_check(struct compilation *c, const struct unit *unit, size_t index,
			 struct str text, const char **why);

#endif
