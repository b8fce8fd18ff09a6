/* SPDX-License-Identifier: Apache-2.0
 *
 * Between narrow.c (bounds, boxes) and narrow_points.c (what a box earns). */
#ifndef LINT_NARROW_INTERNAL_H
#define LINT_NARROW_INTERNAL_H

#include "lint/narrow.h"

#include "base/vec.h"

#define NARROW_PACKAGE 3 /* most points of a package: its name and a version */

struct narrow {
	struct arena *arena;
	struct lower *lower;
	VEC(struct narrow_bound *) bounds; /* a few: the defaults, and whether they stand */
};

/* Fills in all that follows from box->box. */
void narrow_judge(struct narrow *n, struct narrow_box *box);
/* Points of a value that is one of n. */
unsigned narrow_equal(enum field_id field, size_t n);
/* Of one that begins with a text. */
unsigned narrow_begins(enum field_id field, size_t length, unsigned char last);
/* Of one that has a text of that length in it. */
unsigned narrow_part(enum field_id field, size_t length);

#endif
