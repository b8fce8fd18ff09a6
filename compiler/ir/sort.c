/* SPDX-License-Identifier: Apache-2.0
 *
 * Bottom-up merging between two buffers. */
#include "ir/sort.h"

#include <string.h>

/* Merges from[lo..mid) and from[mid..hi) into to[lo..hi). */
static void merge(const char *from, char *to, size_t lo, size_t mid, size_t hi, size_t size,
		  sort_compare compare, void *context)
{
	size_t a = lo, b = mid;

	for (size_t k = lo; k < hi; k++) {
		bool left = b == hi ||
			    (a < mid && compare(context, from + a * size, from + b * size) <= 0);
		size_t *take = left ? &a : &b;

		memcpy(to + k * size, from + *take * size, size);
		(*take)++;
	}
}

void sort_stable(void *items, void *space, size_t n, size_t size, sort_compare compare,
		 void *context)
{
	char *from = items, *to = space, *swap;
	size_t sorted = 1;

	/* What comes here is mostly in order already. */
	while (sorted < n &&
	       compare(context, from + (sorted - 1) * size, from + sorted * size) <= 0)
		sorted++;
	if (sorted >= n)
		return;
	for (size_t width = 1; width < n; width *= 2) {
		for (size_t lo = 0; lo < n; lo += 2 * width) {
			size_t mid = n - lo < width ? n : lo + width;
			size_t hi = n - lo < 2 * width ? n : lo + 2 * width;

			merge(from, to, lo, mid, hi, size, compare, context);
		}
		swap = from;
		from = to;
		to = swap;
	}
	if (from != items)
		memcpy(items, from, n * size);
}
