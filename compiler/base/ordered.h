/* SPDX-License-Identifier: Apache-2.0
 *
 * Work on pieces of a long input by several threads, whose results come in the order of the input
 * and are the same for any number of threads. Each worker goes round: it takes a piece, reads it,
 * counts it, works on it, and gives the result. Taking, counting and giving happen one at a time,
 * in the order in which pieces were taken; reading and working, at the same time as all else.
 *
 * Price: a lock taken thrice per piece. Pieces should be large. */
#ifndef BASE_ORDERED_H
#define BASE_ORDERED_H

#include <stdbool.h>
#include <stddef.h>

#define ORDERED_MAX 64 /* threads */

struct ordered {
	bool (*take)(void *shared, void *worker); /* false: there are no more */
	void (*read)(void *worker);
	void (*count)(void *shared, void *worker);
	void (*work)(void *worker);
	bool (*give)(void *shared, void *worker); /* false: nothing more is wanted */
};

/* The first worker is the calling thread; one whose thread cannot be had has no part. */
void ordered_run(const struct ordered *steps, void *shared, void *const *workers, size_t n);
/* How many threads can run at the same time: at least 1, and ORDERED_MAX at most. */
size_t ordered_cores(void);

#endif
