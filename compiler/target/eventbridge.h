/* SPDX-License-Identifier: Apache-2.0
 *
 * EventBridge over the `Security Hub Findings - Imported` event: rules for notify, and for what is
 * said `via event`. One unit gives one pattern or, beyond the limits, several, which share no
 * finding where that can be said. Targets of a rule are the channels that the statement names and,
 * if the unit writes to findings, its state machine (workflow.h). Where unit->tests and no patterns
 * say the condition, they take more, the machine alone is their target, and it tests the rest
 * (residual.h). */
#ifndef TARGET_EVENTBRIDGE_H
#define TARGET_EVENTBRIDGE_H

#include "target/pattern.h"

/* Rules that mean unit->wanted; false after a refusal. Nothing is added to the compilation. */
bool eventbridge_make(struct compilation *c, const struct unit *unit,
		      const struct literals *literals, struct refusal *refusal, void **made,
		      size_t *n);
/* The artefacts: pattern, rule and targets for each; and the state machine of what has an effect or
 * something to test. */
void eventbridge_emit(struct compilation *c, const struct unit *unit, const void *made, size_t n);
/* The three artefacts of rule number `index` alone; tested: by the machine, which tells, too. */
void eventbridge_add_rule(struct compilation *c, const struct unit *unit,
			  const struct pattern *pattern, size_t index, bool tested,
			  uint64_t assumptions_used);
/* Reports a name that AWS does not take, of the last of n rules, and targets that are too many. */
void eventbridge_check(struct compilation *c, const struct unit *unit, size_t n, bool tested);

/* What a test on the field in the event of the mechanism rests on: a bit per assumption_id. */
uint64_t eventbridge_rests_on(enum mechanism m, enum field_id field, enum view view);

/* Read back: the set of findings whose event a pattern takes, from its text alone. false with *why
 * when it is no pattern of the Imported event or says what the reader does not know. */
bool eventbridge_read(struct compilation *c, const struct unit *unit, struct str text, dd *set,
		      const char **why);
/* Does the second pattern repeat a test of the first at every path, so that some event fires both?
 * (Lists over several values of one finding may overlap in other ways, which no pattern can help.)
 */
bool eventbridge_repeats(struct compilation *c, struct str first, struct str second);
/* Are the rule and the targets of pattern number `index` what the unit needs: the same pattern,
 * name, bus and targets? tested: by the unit's state machine, which is the only target. */
bool eventbridge_check_rule(struct compilation *c, const struct unit *unit, size_t index,
			    struct str rule, struct str pattern, const char **why);
bool eventbridge_check_targets(struct compilation *c, const struct unit *unit, size_t index,
			       struct str targets, bool tested, const char **why);

#endif
