/* SPDX-License-Identifier: Apache-2.0
 *
 * The end of a suppression (semantics.md §5). Nothing on AWS gives back what a rule silenced when
 * the rule is gone, so a suppression by an automation or event rule that has a date gets a
 * schedule: once, at the first instant at which it no longer holds, it starts the one machine that
 * ends all suppressions (expire.h), and tells it which rules to disable and what their marks and
 * status are.
 *
 * A finding that another suppression holds then does not come back but gets that one's mark. Which
 * do, only their conditions can tell, so each suppression that outlives another leaves a line for
 * the machine: its condition in JSONata beside its note and end. Lines are artefacts of kind HOLDER
 * until expire_emit takes them. */
#ifndef TARGET_END_H
#define TARGET_END_H

#include "target/target.h"

/* Does something have to come back when it ends, at unit->end? */
bool end_is_due(const struct unit *unit);
/* May it hold what an earlier end would give back? Those that share rules do each by itself. */
bool end_may_hold(const struct compilation *c, const struct unit *unit);
/* The first instant after it, in UTC, as texts that compare as instants do. */
struct str end_text(struct arena *arena, const struct until *until);
/* Is a the earlier end? Nothing ends after what has no date. */
bool end_is_before(const struct until *a, const struct until *b);

/* The schedule and the lines of a unit; `rules`: the unit whose n rules are disabled then, its own
 * or those that it shares. Of those that share rules each has an end of its own, beside that of the
 * shared mark. A condition that JSONata cannot say leaves no line: only if the machine needs it is
 * that an error. */
void end_emit(struct compilation *c, const struct unit *unit, const struct unit *rules, size_t n);

/* Read back: the schedule's instant, machine, role, and all that it tells the machine; and a line's
 * data, and whether it holds for the findings that it should. */
bool end_check_schedule(struct compilation *c, const struct unit *unit, const struct unit *rules,
			size_t n, struct str text, const char **why);
bool end_check_line(struct compilation *c, const struct unit *unit, size_t index, struct str text,
		    const char **why);

#endif
