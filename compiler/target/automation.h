/* SPDX-License-Identifier: Apache-2.0
 *
 * Automation rules V1 of Security Hub CSPM: one CreateAutomationRule request per rule. Criteria of
 * one field are joined by OR (positive) or AND (negative), fields by AND (assumptions A4, A10); a
 * rule sees the provider's original finding only. A CVE is reached through the title (A2), a
 * repository and a digest through the resource id, decided over the ARN's grammar (A3).
 * Facts: targets.md part A, semantics.md §3. */
#ifndef TARGET_AUTOMATION_H
#define TARGET_AUTOMATION_H

#include "target/literal.h"
#include "target/refuse.h"
#include "target/target.h"

/* The rules whose union is unit->wanted exactly, a `struct automation_rule` each (they may overlap:
 * all have one effect); false after a refusal. Nothing is added to the compilation. */
bool automation_make(struct compilation *c, const struct unit *unit,
		     const struct literals *literals, struct refusal *refusal, void **rules,
		     size_t *n);
void automation_emit(struct compilation *c, const struct unit *unit, const void *rules, size_t n);

/* How many values a criterion holds. */
size_t automation_most_values(const char *criterion);
/* The RuleOrder of a rule: of the artefact's name alone, so that no other statement moves it; equal
 * orders do no harm, because no two rules that can meet write different values. */
int64_t automation_order(const struct compilation *c, struct str name);

/* Are the names of the unit's n rules and the fields that they write within what both
 * kinds of automation rules take? If not, that is reported. */
bool automation_check_limits(struct compilation *c, const struct unit *unit, size_t n);

/* Read back from the text alone: the findings the rule takes and what it does to them, its fields
 * in the order of their keys. Ask inside the unit's view (lower_use). */
bool automation_read(struct compilation *c, const struct unit *unit, struct str text, dd *set,
		     struct effect *effect, const char **why);
/* Name, order, status, IsTerminal: as the unit needs them. */
bool automation_check(struct compilation *c, const struct unit *unit, size_t index, struct str text,
		      const char **why);

#endif
