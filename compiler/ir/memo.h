/* SPDX-License-Identifier: Apache-2.0
 *
 * A map from 64-bit keys to 32-bit handles: unique tables and results of operations. Open
 * addressing, at most two thirds full, doubled on the arena (the old table is left behind, so all
 * tables together cost at most twice the last). Key 0 is reserved. Iteration is not offered: the
 * order of a hash table must never show. */
#ifndef IR_MEMO_H
#define IR_MEMO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

struct memo {
	uint64_t *keys;
	uint32_t *values;
	size_t n, cap; /* cap: 0 or a power of two */
};

bool memo_get(const struct memo *memo, uint64_t key, uint32_t *value);
/* Sets or replaces. */
void memo_put(struct memo *memo, struct arena *arena, uint64_t key, uint32_t value);
/* A bijection of 64 bits that leaves no structure behind. */
uint64_t memo_mix(uint64_t x);

#endif
