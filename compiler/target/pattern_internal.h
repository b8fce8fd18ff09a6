/* SPDX-License-Identifier: Apache-2.0
 *
 * What the makers of event patterns share: pattern_test.c turns the values of a field into tests,
 * pattern_leaf.c puts them on a path, pattern.c combines leaves. */
#ifndef TARGET_PATTERN_INTERNAL_H
#define TARGET_PATTERN_INTERNAL_H

#include "target/pattern.h"

struct test_list {
	struct pattern_test *items;
	size_t n, cap;
};

/* The tests for values in `set` (absence aside); false after a refusal. None: no value of the set
 * can stand in an event. */
bool pattern_tests(struct pattern_scope *s, const struct place *place, vset set,
		   struct test_list *tests);

/* Where the event has the field, for the box at hand. */
const char *pattern_place(const struct pattern_scope *s, enum field_id field);
/* The leaf for values in `set` of a place, absence included; false after a refusal. */
bool pattern_leaf_of(struct pattern_scope *s, const struct place *place, vset set,
		     struct pattern_leaf *leaf);
/* The leaf for: no element has the field. */
void pattern_leaf_absent(struct pattern_scope *s, const struct place *place,
			 struct pattern_leaf *leaf);
/* Some events have one place for the ids of all resources (event_owner): whose it is, is told by
 * the type beside it. The box with the type that a test on such an id implies; and, of such a box,
 * can the term be tested there? false after a refusal. */
struct box pattern_narrow(struct pattern_scope *s, const struct box *box);
bool pattern_id_fits(struct pattern_scope *s, const struct box *box, size_t term);

/* The patterns of one cover of the set. */
bool pattern_of(struct pattern_scope *s, dd set, bool cover, struct pattern **patterns, size_t *n);
/* The element of those required that says most. */
dd pattern_telling(struct pattern_scope *s, const struct group_pair *pair);
/* Would event-ruler lose the second branch beside the first? */
bool pattern_may_be_lost(const struct pattern_branch *a, const struct pattern_branch *b);
/* Branches that would be lost beside another, made one with it. */
void pattern_merge(struct pattern_scope *s, struct pattern_branches *branches);
bool pattern_same_test(const struct pattern_test *a, const struct pattern_test *b);
/* Leaves out branches that another takes as a whole. */
void pattern_drop_taken(struct pattern_branches *branches);
/* Takes from the longest leaf of a branch what no pattern can hold; false if there is nothing. */
bool pattern_shorten(struct pattern_scope *s, struct pattern_branch *b);

#endif
