/* SPDX-License-Identifier: Apache-2.0
 *
 * What cmd/diff.c and cmd/diff_least.c share. */
#ifndef CMD_DIFF_INTERNAL_H
#define CMD_DIFF_INTERNAL_H

#include "base/vec.h"
#include "cmd/diff.h"

struct line {
	struct str text; /* with its end, if it has one */
	size_t ink;	 /* its bytes, blanks, commas and a byte order mark apart */
};

struct lines {
	VEC(struct line) list;
};

struct edit {
	char mark; /* ' ', '-' or '+' */
	struct str text;
};

struct edits {
	VEC(struct edit) list;
};

/* The fewest lines that go and come, or nearly. Linear in the lines. */
struct edits diff_least(struct arena *arena, const struct lines *old, const struct lines *new);

#endif
