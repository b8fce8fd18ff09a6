/* SPDX-License-Identifier: Apache-2.0
 *
 * Counting texts. */
#include "eval/tally.h"

#include <stdlib.h>
#include <string.h>

/* Texts of one hash stand behind each other in the keys that follow from it. */
size_t tally_add(struct tally *tally, struct arena *arena, struct str text)
{
	uint64_t key = memo_mix(str_hash(text) + !text.ptr);
	uint32_t at;

	for (;; key = memo_mix(key + 1)) {
		key += !key;
		if (!memo_get(&tally->index, key, &at))
			break;
		if (str_eq(tally->entries.items[at].text, text) &&
		    !tally->entries.items[at].text.ptr == !text.ptr) {
			tally->entries.items[at].n++;
			return at;
		}
	}
	memo_put(&tally->index, arena, key, (uint32_t)tally->entries.n);
	VEC_PUSH(arena, tally->entries,
		 ((struct tally_entry){text.ptr ? str_copy(arena, text) : text, 1}));
	return tally->entries.n - 1;
}

static int by_count(const void *left, const void *right)
{
	const struct tally_entry *a = left, *b = right;

	if (a->n != b->n)
		return a->n < b->n ? 1 : -1;
	return str_cmp(a->text, b->text);
}

const struct tally_entry *tally_sorted(const struct tally *tally, struct arena *arena)
{
	size_t n = tally->entries.n;
	struct tally_entry *sorted = ARENA_ARRAY(arena, struct tally_entry, n);

	if (n)
		memcpy(sorted, tally->entries.items, n * sizeof *sorted);
	qsort(sorted, n, sizeof *sorted, by_count);
	return sorted;
}
