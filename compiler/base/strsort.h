/* SPDX-License-Identifier: Apache-2.0
 *
 * The order of many strings, and whether two of them are equal: how duplicate keys are found. A
 * merge sort and no hash, because the strings come from outside: n log n comparisons whatever they
 * are, and no seed. Scratch memory (two words per string) stays on the arena. */
#ifndef BASE_STRSORT_H
#define BASE_STRSORT_H

#include "base/str.h"

/* The positions 0 … n - 1 in the order of their strings; equal strings keep their order. */
size_t *strsort_order(struct arena *arena, const struct str *strings, size_t n);
/* True if two strings are equal: *first is the position of the earliest one that has been seen
 * before, *before that of its predecessor. */
bool strsort_repeat(struct arena *arena, const struct str *strings, size_t n, size_t *before,
		    size_t *first);

#endif
