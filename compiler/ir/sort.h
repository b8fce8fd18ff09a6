/* SPDX-License-Identifier: Apache-2.0
 *
 * A stable merge sort whose comparison gets a context: what we sort are handles, and only the
 * engine knows their order. n log n whatever the input, iterative, no allocation. */
#ifndef IR_SORT_H
#define IR_SORT_H

#include <stdbool.h>
#include <stddef.h>

typedef int (*sort_compare)(void *context, const void *a, const void *b);

/* `space` holds n items of `size` bytes and must not overlap `items`. */
void sort_stable(void *items, void *space, size_t n, size_t size, sort_compare compare,
		 void *context);

#endif
