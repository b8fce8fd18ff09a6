/* SPDX-License-Identifier: Apache-2.0
 *
 * A table from names to things: open addressing, at most two thirds full, nothing is ever removed.
 * Its order is never visible: whoever lists names walks the tree. */
#include "ir/check_internal.h"

static struct check_slot *find(const struct check_table *table, struct str key)
{
	size_t at = (size_t)str_hash(key) & (table->cap - 1);

	while (table->slots[at].value && !str_eq(table->slots[at].key, key))
		at = (at + 1) & (table->cap - 1);
	return &table->slots[at];
}

void *check_table_get(const struct check_table *table, struct str key)
{
	return table->cap ? find(table, key)->value : NULL;
}

static void grow(struct arena *arena, struct check_table *table)
{
	struct check_table wider = {.n = table->n, .cap = table->cap ? 2 * table->cap : 16};

	wider.slots = ARENA_ARRAY(arena, struct check_slot, wider.cap);
	for (size_t i = 0; i < table->cap; i++)
		if (table->slots[i].value)
			*find(&wider, table->slots[i].key) = table->slots[i];
	*table = wider;
}

void check_table_put(struct arena *arena, struct check_table *table, struct str key, void *value)
{
	struct check_slot *slot;

	if (3 * (table->n + 1) > 2 * table->cap)
		grow(arena, table);
	slot = find(table, key);
	if (!slot->value)
		table->n++;
	*slot = (struct check_slot){.key = key, .value = value};
}
