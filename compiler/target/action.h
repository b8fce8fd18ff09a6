/* SPDX-License-Identifier: Apache-2.0
 *
 * Custom actions: a button in the Security Hub console. Pressed, it raises a `Security Hub Findings
 * - Custom Action` event with one finding (targets.md D), which an event rule takes by the action's
 * ARN; its targets are the channels of `to` and the state machine of what the action writes. There
 * is no condition: a person chooses the finding. */
#ifndef TARGET_ACTION_H
#define TARGET_ACTION_H

#include "target/plan.h"

/* The id of an action on AWS is made of the letters and digits of its name: none, or that of
 * another action, is an error (VC604). n log n in the number of actions. */
void action_check_ids(struct compilation *c, const struct plan *plan);
/* The action target, its event rule, and the state machine of what it writes. */
void action_emit(struct compilation *c, const struct unit *unit, const void *made, size_t n);

/* Read back from the text alone: is it the request, and the pattern, of this unit's action? */
bool action_check_target(struct compilation *c, const struct unit *unit, struct str text,
			 const char **why);
bool action_check_pattern(struct compilation *c, const struct unit *unit, struct str text,
			  const char **why);

#endif
