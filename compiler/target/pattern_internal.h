/* SPDX-License-Identifier: Apache-2.0
 *
 * What the makers of event patterns share: pattern_test.c turns the values of a field into tests,
 * pattern.c puts them on paths and combines them. */
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

#endif
