/* SPDX-License-Identifier: Apache-2.0
 *
 * How often each text occurred. Memory grows with the number of distinct texts. */
#ifndef EVAL_TALLY_H
#define EVAL_TALLY_H

#include "base/str.h"
#include "base/vec.h"
#include "ir/memo.h"

struct tally_entry {
	struct str text; /* empty with ptr NULL: absent */
	size_t n;
};

struct tally {
	VEC(struct tally_entry) entries; /* in the order of their first occurrence */
	struct memo index;
};

/* The entry's number. */
size_t tally_add(struct tally *tally, struct arena *arena, struct str text);
/* The entries, the most frequent first, equals by text. */
const struct tally_entry *tally_sorted(const struct tally *tally, struct arena *arena);

#endif
