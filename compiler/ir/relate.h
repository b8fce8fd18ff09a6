/* SPDX-License-Identifier: Apache-2.0
 *
 * Questions about sets of findings, asked inside the universe (semantics.md §2): a finding that
 * cannot exist neither proves nor disproves anything. Each positive answer gives the set it found,
 * from which a witness can be picked. Handles that are equal are answered at once. Where the set is
 * not wanted the pointer is NULL: then no set is made, which costs a tenth. */
#ifndef IR_RELATE_H
#define IR_RELATE_H

#include "ir/diagram.h"

void relate_set_universe(struct engine *e, dd universe); /* DD_TRUE at first */
dd relate_universe(const struct engine *e);
/* The part of a set that is in it; of what came out of this, it is known at once. */
dd relate_within(struct engine *e, dd a);
bool relate_empty(struct engine *e, dd a);
bool relate_inside(struct engine *e, dd a, dd b,
		   dd *outside); /* a ⊆ b; else *outside = a - b, inside the universe */
bool relate_overlap(struct engine *e, dd a, dd b, dd *both);
bool relate_equal(struct engine *e, dd a, dd b, dd *a_only, dd *b_only); /* pointers may be NULL */

/* A point of a set. */
struct picked {
	var v;
	enum var_kind kind;
	bool absent;
	unsigned bit; /* BITS: index; n_bits = another word */
	int64_t number;
	struct str string;
	struct picked **elements; /* GROUP: each a list of picks of the element's variables */
	size_t *n_picks;
	size_t n_elements;
};

/* What a good value of a variable is: asked for candidates, best first (NULL-terminated strings in
 * the engine's values: for NUMBER decimal text of the point). May be NULL. */
typedef const char *const *(*pick_examples)(void *context, var v, const char *const *none);

/* Picks a point of a ∧ universe: one entry per variable that a or the universe constrains on the
 * chosen path. Deterministic; values that the examples offer are preferred when they are in the
 * set; present is preferred to absent; a known word to another word. false if empty. */
bool relate_pick(struct engine *e, struct arena *arena, dd a, pick_examples examples, void *context,
		 struct picked **picks, size_t *n);

#endif
