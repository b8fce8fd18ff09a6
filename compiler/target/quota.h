/* SPDX-License-Identifier: Apache-2.0
 *
 * How much a policy needs of what AWS does not have without end, and what to say when that is too
 * much. Of automation rules, which are too many though statements share them: by how much, which
 * statements need most, and which of them could be moved where. */
#ifndef TARGET_QUOTA_H
#define TARGET_QUOTA_H

#include "target/target.h"

/* How many event rules say the unit exactly; 0: it cannot be said so. */
typedef size_t quota_event_rules(struct compilation *c, const struct unit *unit);

/* `all`: the units as they are emitted. `shared`: the rules that would be needed if statements were
 * allowed to share them. Silent if the quota holds. */
void quota_automation(struct compilation *c, const struct lowered *all, size_t n, uint64_t shared,
		      quota_event_rules *event_rules);

struct quota_need {
	const char *what; /* "event rules" */
	uint64_t used;
	int64_t quota;
	const char *way_out;
};

#define QUOTA_COUNT 7

/* When all is emitted. The first is that of automation rules. */
void quota_needs(const struct compilation *c, struct quota_need needs[QUOTA_COUNT]);
/* An error for each of the others that is too much. */
void quota_others(struct compilation *c);

#endif
