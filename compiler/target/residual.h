/* SPDX-License-Identifier: Apache-2.0
 *
 * What the patterns of an event rule leave open of its condition, as a test in the state machine
 * that the rule starts (semantics.md §3): the rule takes some findings too many, the machine goes
 * on with those of the condition alone. The two together are proved equal to condition and guard.
 */
#ifndef TARGET_RESIDUAL_H
#define TARGET_RESIDUAL_H

#include "target/pattern.h"

struct residual {
	struct str test; /* JSONata over $finding; empty: the patterns say all */
	uint64_t rests_on;
};

/* Of the parts that a condition joins by `and`, those that the patterns do not imply. false after a
 * refusal: a part that ASFF does not carry, or more than a machine can hold. */
bool residual_make(struct compilation *c, const struct unit *unit, const struct pattern *patterns,
		   size_t n, struct refusal *refusal, struct residual *residual);

#endif
