/* SPDX-License-Identifier: Apache-2.0
 *
 * Boxes: one value set per variable, an unlisted variable is free. A diagram's paths are disjoint
 * boxes; a cover is a smaller list of boxes, not disjoint, with the same union. Both are functions
 * of the set alone, in a fixed order, so equal conditions give equal output. */
#ifndef IR_BOX_H
#define IR_BOX_H

#include "ir/diagram.h"

struct box_term {
	var v;
	vset set;
};

struct box {
	struct box_term *terms; /* in variable order; no full and no empty set */
	size_t n;
};

struct boxes {
	struct box *items;
	size_t n;
};

/* The paths to DD_TRUE, merged where two differ in one variable only. false if there would be more
 * than `limit` (checked before the work is done), or if the engine is exhausted. Disjoint. */
bool boxes_disjoint(struct engine *e, struct arena *arena, dd a, size_t limit, struct boxes *out);
/* The same, then each box freed of every variable it does not need (tried in variable order, the
 * rest of the box kept), the sets of group variables widened to plainer ones where the rest of the
 * box allows (of the first 256 such boxes), boxes inside others (or, up to 512 boxes, inside the
 * union of the others) dropped, merged again. */
bool boxes_cover(struct engine *e, struct arena *arena, dd a, size_t limit, struct boxes *out);
/* The same where only findings in `care` matter. Disjoint: no two boxes share a finding of `care`,
 * and inside it their union is a; variables are freed where that stays so. Cover: every box lies in
 * a inside `care`. Boxes without a finding of `care` are left out. */
bool boxes_disjoint_within(struct engine *e, struct arena *arena, dd a, dd care, size_t limit,
			   struct boxes *out);
bool boxes_cover_within(struct engine *e, struct arena *arena, dd a, dd care, size_t limit,
			struct boxes *out);
/* A cover within care whose sets are those of a, none of them cut by care where that would make
 * fewer boxes: a set of all texts but one stays that. */
bool boxes_cover_as_is(struct engine *e, struct arena *arena, dd a, dd care, size_t limit,
		       struct boxes *out);
dd box_diagram(struct engine *e, const struct box *box);
/* NULL if the box does not constrain v. */
const struct box_term *box_term(const struct box *box, var v);

#endif
