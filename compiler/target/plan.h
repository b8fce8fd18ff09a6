/* SPDX-License-Identifier: Apache-2.0
 *
 * The plan: which statements are emitted, as units with their sets, effects and guards, and which
 * are not (expired: said in one line). Nothing is lowered to a mechanism yet. */
#ifndef TARGET_PLAN_H
#define TARGET_PLAN_H

#include "ir/memo.h"
#include "target/pins.h"
#include "target/target.h"

struct left_out {
	const struct statement *statement;
	struct str until; /* as written, if it is past its end */
	const char *why;  /* "expired", "matches nothing", "has nothing to write" */
};

/* A suppression in force in Security Hub and its whole condition: of an `each`, that of all rows in
 * force. */
struct in_force {
	const struct statement *statement;
	const struct cond *whole;
	const struct unit *unit; /* the first of its units */
	VEC(struct str) shared;	 /* names of the rules that it shares with others (pack.h) */
};

struct plan {
	VEC(struct unit *) units; /* in policy order; behind them those that share rules */
	VEC(struct in_force) suppressions;
	struct pins_index *pins;  /* of suppressions; NULL until it is asked */
	struct memo by_statement; /* of suppressions: index + 1 */
	VEC(struct left_out) left_out;
	bool has_next_change; /* the next instant at which the output changes */
	bool next_is_datetime;
	int64_t next_end;
	struct str next_change; /* as commands.md has it: a date or an instant */
};

/* The suppression in force that the statement is, or NULL. */
const struct in_force *plan_in_force(const struct plan *plan, const struct statement *statement);
/* The suppressions in force whose conditions overlap `set` (of `view`, and inside `cond` but for
 * fields that are no pins), in policy order; the caller uses the view. */
struct in_force_list {
	const struct in_force **items;
	size_t n, cap;
};
void plan_overlapping(struct compilation *c, struct plan *plan, const struct cond *cond,
		      enum view view, dd set, struct in_force_list *out);

/* Never NULL; mistakes are diagnostics. Its units are not finished. */
struct plan *plan_make(struct compilation *c);
/* Puts what other statements hold and the guard into a unit's conditions, before it is lowered. */
void plan_finish(struct compilation *c, struct plan *plan, struct unit *unit);
/* The same for a copy of a unit with other texts: its effect is made anew, too. */
void plan_again(struct compilation *c, struct plan *plan, struct unit *unit);
/* The guard again, when more is known of the marks that it asks for. */
void plan_guard(struct compilation *c, struct plan *plan, struct unit *unit);
/* Some statements share the rules of this unit. */
void plan_share(struct compilation *c, struct plan *plan, const struct unit *shared);

#endif
