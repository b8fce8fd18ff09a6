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

void diff_add(struct arena *arena, struct edits *edits, char mark, const struct lines *lines,
	      size_t from, size_t to);
/* The fewest lines that go and come. false: they are more than is worth the search. */
bool diff_least(struct arena *arena, const struct lines *old, const struct lines *new,
		struct edits *edits);

#endif
