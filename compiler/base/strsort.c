/* SPDX-License-Identifier: Apache-2.0
 *
 * Bottom-up merge sort of positions. */
#include "base/strsort.h"

/* Below this many strings comparing all pairs is cheaper than sorting, and needs no memory. */
#define FEW 12

static void merge(const struct str *strings, const size_t *from, size_t *to, size_t middle,
		  size_t end)
{
	size_t left = 0, right = middle;

	for (size_t i = 0; i < end; i++) {
		bool take_left = right == end;

		if (!take_left && left < middle)
			take_left = str_cmp(strings[from[left]], strings[from[right]]) <= 0;
		to[i] = take_left ? from[left++] : from[right++];
	}
}

size_t *strsort_order(struct arena *arena, const struct str *strings, size_t n)
{
	size_t *order = ARENA_ARRAY(arena, size_t, n);
	size_t *spare = ARENA_ARRAY(arena, size_t, n), *swap;

	for (size_t i = 0; i < n; i++)
		order[i] = i;
	for (size_t width = 1; width < n; width *= 2) {
		for (size_t at = 0; at < n; at += 2 * width) {
			size_t rest = n - at, end = rest < 2 * width ? rest : 2 * width;

			merge(strings, order + at, spare + at, width < end ? width : end, end);
		}
		swap = order;
		order = spare;
		spare = swap;
	}
	return order;
}

static bool repeat_among_few(const struct str *strings, size_t n, size_t *before, size_t *first)
{
	for (size_t i = 1; i < n; i++) {
		for (size_t j = 0; j < i; j++) {
			if (!str_eq(strings[j], strings[i]))
				continue;
			*before = j;
			*first = i;
			return true;
		}
	}
	return false;
}

bool strsort_repeat(struct arena *arena, const struct str *strings, size_t n, size_t *before,
		    size_t *first)
{
	const size_t *order;
	bool found = false;

	if (n <= FEW)
		return repeat_among_few(strings, n, before, first);
	order = strsort_order(arena, strings, n);
	for (size_t i = 1; i < n; i++) {
		if (!str_eq(strings[order[i - 1]], strings[order[i]]))
			continue;
		if (found && *first < order[i])
			continue;
		found = true;
		*before = order[i - 1];
		*first = order[i];
	}
	return found;
}

