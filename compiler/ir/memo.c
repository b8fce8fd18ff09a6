/* SPDX-License-Identifier: Apache-2.0
 *
 * Open addressing with linear probing; see memo.h. */
#include "ir/memo.h"

#define FIRST_CAP 64

uint64_t memo_mix(uint64_t x)
{
	x ^= x >> 32;
	x *= UINT64_C(0xd6e8feb86659fd93);
	x ^= x >> 32;
	x *= UINT64_C(0xd6e8feb86659fd93);
	x ^= x >> 32;
	return x;
}

/* The slot that holds the key, or the free one where it belongs. */
static size_t slot_of(const struct memo *memo, uint64_t key)
{
	size_t mask = memo->cap - 1;
	size_t at = (size_t)memo_mix(key) & mask;

	while (memo->keys[at] != 0 && memo->keys[at] != key)
		at = (at + 1) & mask;
	return at;
}

bool memo_get(const struct memo *memo, uint64_t key, uint32_t *value)
{
	size_t at;

	if (memo->cap == 0)
		return false;
	at = slot_of(memo, key);
	if (memo->keys[at] == 0)
		return false;
	*value = memo->values[at];
	return true;
}

static void grow(struct memo *memo, struct arena *arena)
{
	struct memo bigger = {.cap = memo->cap ? 2 * memo->cap : FIRST_CAP, .n = memo->n};

	bigger.keys = ARENA_ARRAY(arena, uint64_t, bigger.cap);
	bigger.values = ARENA_ARRAY(arena, uint32_t, bigger.cap);
	for (size_t i = 0; i < memo->cap; i++) {
		size_t at;

		if (memo->keys[i] == 0)
			continue;
		at = slot_of(&bigger, memo->keys[i]);
		bigger.keys[at] = memo->keys[i];
		bigger.values[at] = memo->values[i];
	}
	*memo = bigger;
}

void memo_put(struct memo *memo, struct arena *arena, uint64_t key, uint32_t value)
{
	size_t at;

	if (3 * (memo->n + 1) > 2 * memo->cap)
		grow(memo, arena);
	at = slot_of(memo, key);
	if (memo->keys[at] == 0) {
		memo->keys[at] = key;
		memo->n++;
	}
	memo->values[at] = value;
}
