/* SPDX-License-Identifier: Apache-2.0
 *
 * Units of one shape. Two units whose conditions differ only in texts that the set engine cannot
 * tell apart (one CVE for another, one valid repository name for another), and whose statements
 * differ only in names and prose, have artefacts that differ in these texts alone. So a shape is
 * lowered and emitted on a unit of its own with a marker in the place of each such text, and every
 * unit of the shape is its artefacts with the unit's own texts in place of the markers.
 *
 * What makes that right:
 *   - a text is free only where its field is tested by one atom of the condition, by equality (or
 *     one prefix), and the text is a plain member of the field's language (shape_text.c): all that
 *     the engine is asked then is the same up to the name of one letter after the other;
 *   - a list is free as the list of its texts in their order, which is the order of the markers;
 *   - all else that an artefact can depend on is part of the shape's key;
 *   - the marked unit is compiled twice, with other markers, and both results must agree;
 *   - the first unit that is filled is read back and proved as itself;
 *   - lengths are what markers cannot show: a unit whose texts may reach a limit (a pattern's size,
 *     a name, a note) goes its own way.
 * tests/unit/test_shape.c compiles policies with shapes and without and compares every byte.
 *
 * Price: a pass over the condition for the key and one over the text for the artefacts; a few
 * thousand instructions in place of some million. */
#ifndef TARGET_SHAPE_H
#define TARGET_SHAPE_H

#include "target/plan.h"

struct shapes;
struct shape;

/* Finds the shapes of all units. */
struct shapes *shapes_find(struct compilation *c, const struct plan *plan);
/* The shape of unit number `unit` of the plan; NULL if it has none, or too few share it. */
struct shape *shape_of(const struct shapes *shapes, size_t unit);

/* Nothing was learned of it yet. */
bool shape_is_new(const struct shape *shape);
/* The unit with markers, `which` of two, for compile.c to plan and compile for *policy. */
struct unit *shape_marked(struct shapes *shapes, struct shape *shape, unsigned which,
			  const struct policy **policy);
/* The first unit of a shape is read back and proved as itself, so that what fills the markers is
 * judged, too. */
bool shape_is_proved(const struct shape *shape);
void shape_set_proved(struct shape *shape);
/* What came of the two, each compiled by itself; NULL: something was refused or said. */
void shape_learn(struct shapes *shapes, struct shape *shape, const struct compilation *first,
		 const struct compilation *second);

/* Adds the artefacts of a unit of the shape and says how many rules they are; 0, and nothing was
 * added, if the shape could not be learned or the unit must go its own way. */
size_t shape_emit(struct shapes *shapes, const struct shape *shape, struct unit *unit);

#endif
