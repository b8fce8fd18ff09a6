/* SPDX-License-Identifier: Apache-2.0
 *
 * Between the files of the family: the messages that are sent, and the rules that write a status or
 * anything else before or behind them. */
#ifndef LINT_NOTIFY_INTERNAL_H
#define LINT_NOTIFY_INTERNAL_H

#include "lint/unions.h"

/* A message that the plan sends: a notify by one of its sources, other than the event of a scan. */
struct message {
	const struct unit *unit;
	struct slices set;	 /* findings of which it tells */
	struct slices sometimes; /* of these, those of which it does not tell in every status */
	bool inspector;		 /* by Inspector's own event, which knows no workflow status */
	bool dead;		 /* never sent: VC401, and no other rule */
};

struct messages {
	struct message *items;
	size_t n, cap;
};

struct unit_list {
	const struct unit **items;
	size_t n, cap;
};

#define STATUSES (WORKFLOW_RESOLVED + 1)

/* Those of which the message tells in whatever status they are: its condition asks for none. */
struct slices notify_always(struct lint *l, struct slices set);

/* VC401, which finds those that are dead, and VC414. */
void notify_check_silenced(struct lint *l, const struct messages *all);
/* VC412 and VC415. */
void notify_check_written(struct lint *l, const struct messages *all);

#endif
