/* SPDX-License-Identifier: Apache-2.0
 *
 * What to say when automation rules are too many even though statements share them: by how much,
 * which statements need most, and which of them could be moved where. */
#ifndef TARGET_QUOTA_H
#define TARGET_QUOTA_H

#include "target/target.h"

/* How many event rules say the unit exactly; 0: it cannot be said so. */
typedef size_t quota_event_rules(struct compilation *c, const struct unit *unit);

/* `all`: the units as they are emitted. `shared`: the rules that would be needed if statements were
 * allowed to share them. Silent if the quota holds. */
void quota_automation(struct compilation *c, const struct lowered *all, size_t n, uint64_t shared,
		      quota_event_rules *event_rules);

#endif
