/* SPDX-License-Identifier: Apache-2.0
 *
 * Between the parts of packing: pack.c finds the units that do the same and makes one of those that
 * share, pack_merge.c unites their rules. No reader includes this. */
#ifndef TARGET_PACK_INTERNAL_H
#define TARGET_PACK_INTERNAL_H

#include "target/criteria.h"
#include "target/pack.h"

/* A rule and the units that it is for, by their numbers; each once, in no order. */
struct pack_rule {
	struct criteria_rule rule;
	size_t *units;
	size_t n_units;
};

struct pack_rules {
	struct pack_rule *items;
	size_t n, cap;
};

/* Equal for equal rules only. */
struct str pack_text(struct arena *arena, const struct criteria_rule *rule);
/* Unites rules, for as long as there are fewer of them after it; units are numbered below n_units.
 */
void pack_merge(struct arena *arena, struct pack_rules *rules, size_t n_units);

#endif
