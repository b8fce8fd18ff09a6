/* SPDX-License-Identifier: Apache-2.0
 *
 * Between box.c (paths, freeing, the entry points) and box_reduce.c (making lists shorter). */
#ifndef IR_BOX_INTERNAL_H
#define IR_BOX_INTERNAL_H

#include "ir/box.h"
#include "ir/diagram_internal.h"

struct box_list {
	struct box *items; /* of tmp; terms too */
	size_t n, cap;
};

struct box_work {
	struct engine *e;
	struct arena *tmp;
	dd a, care, not_care;
	dd upper; /* a, or outside care: where a box of a cover may lie */
	bool as_is; /* the paths are those of a, whether or not a inside care has fewer */
	const var *vars;
	size_t n_vars;
	struct box_list boxes;
};

/* Is every finding of the box in a? */
bool box_inside_diagram(struct engine *e, const struct box *box, dd a);
/* Is every term of b implied by one of a? */
bool box_inside(struct engine *e, const struct box *a, const struct box *b);
/* Joins boxes that differ in one variable only, until none do. */
void box_merge(struct box_work *w);
/* Drops boxes inside another one. */
void box_absorb(struct box_work *w);
/* Drops boxes inside the union of the others, the most special first. */
void box_thin(struct box_work *w);

#endif
