/* SPDX-License-Identifier: Apache-2.0
 *
 * Sorted words. */
#include "lint/words.h"

#include "base/strsort.h"
#include "base/suggest.h"

/* An offer to a suggestion costs more than a question: among more than these nothing is near. */
#define OFFERS_MAX 1000

struct words words_new(struct arena *arena, const struct str *items, size_t n)
{
	struct words words = {.sorted = ARENA_ARRAY(arena, struct str, n), .n = n};

	words.order = strsort_order(arena, items, n);
	for (size_t i = 0; i < n; i++)
		words.sorted[i] = items[words.order[i]];
	return words;
}

/* The first that is not before the word. */
static size_t lower_bound(const struct words *words, struct str word)
{
	size_t low = 0, high = words->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (str_cmp(words->sorted[middle], word) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t words_find(const struct words *words, struct str word)
{
	size_t i = lower_bound(words, word);

	return i < words->n && str_eq(words->sorted[i], word) ? words->order[i] : words->n;
}

size_t words_count(const struct words *words, struct str word)
{
	size_t first = lower_bound(words, word), end = first;

	while (end < words->n && str_eq(words->sorted[end], word))
		end++;
	return end - first;
}

bool words_have(const struct words *words, struct str word)
{
	return words_find(words, word) < words->n;
}

struct str words_near(const struct words *words, struct str word)
{
	struct suggest near;

	suggest_init(&near, word);
	for (size_t i = 0; i < words->n && i < OFFERS_MAX; i++)
		suggest_offer(&near, words->sorted[i]);
	return suggest_found(&near) ? near.best : STR("");
}
