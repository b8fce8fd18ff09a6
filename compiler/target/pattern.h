/* SPDX-License-Identifier: Apache-2.0
 *
 * Event patterns in memory. A pattern is an `or` of branches, a branch an `and` of leaves, a leaf
 * an `or` of tests on one path of the event: what EventBridge can say, no more. pattern.c
 * makes branches of a set of findings, pattern_write.c folds branches into as few patterns as the
 * limits allow. Facts: event-patterns.md §2, §4, §6 (its checklist is followed in this order). */
#ifndef TARGET_PATTERN_H
#define TARGET_PATTERN_H

#include "target/literal.h"
#include "target/refuse.h"
#include "target/target.h"

enum pattern_op {
	PATTERN_EQUALS,
	PATTERN_LITERAL, /* `true` or `false` */
	PATTERN_PREFIX,
	PATTERN_SUFFIX,
	PATTERN_WILDCARD,
	PATTERN_NUMERIC,
	PATTERN_BUT, /* anything-but: equals, prefix, suffix, wildcard */
	PATTERN_BUT_PREFIX,
	PATTERN_BUT_SUFFIX,
	PATTERN_BUT_WILDCARD,
	PATTERN_EXISTS,
	PATTERN_ABSENT,
};

struct pattern_test {
	enum pattern_op op;
	const struct str *texts; /* one; for PATTERN_BUT… one or more */
	size_t n;
	struct interval range; /* NUMERIC: the engine's points, see ir/diagram.h */
};

/* How `absent` at the leaf is meant, when the leaf lies in an array that may have several elements
 * (exists:false there depends on the order of the paths). */
enum pattern_absence {
	PATTERN_ABSENCE_NONE,	 /* the leaf has no such test, or no such array */
	PATTERN_ABSENCE_ELEMENT, /* in the element that the other leaves are about */
	PATTERN_ABSENCE_ALL,	 /* in all elements */
};

struct pattern_leaf {
	const struct str *path; /* from the event's root */
	size_t n_path;
	size_t n_array; /* words of the path that name its innermost array of several elements */
	enum pattern_absence absence;
	const struct pattern_test *tests;
	size_t n_tests;
	struct place place; /* the field it tests */
	bool any_image;	    /* the path is the one on images of any cloud */
	struct str text;    /* the tests as minified JSON */
};

struct pattern_branch {
	struct pattern_leaf *leaves; /* by path */
	size_t n;
	bool loosened; /* a leaf that says nothing was left out, so it may take all of another */
};

struct pattern_branches {
	struct pattern_branch *items;
	size_t n, cap;
};

struct pattern {
	struct str minified, indented;
	const struct pattern_branch *branches; /* what it was made of */
	size_t n;
	bool wildcard; /* counts against the bus's quota of rules with wildcards */
};

struct pattern_scope {
	struct compilation *c;
	const struct unit *unit;
	const struct literals *literals;
	struct refusal *refusal;
	bool any_image;	  /* the box at hand may hold images of other clouds than AWS */
	bool loose;	  /* what cannot be said is said as nearly as it can, or left out */
	bool cover;	  /* few boxes rather than disjoint ones */
	bool overlapping; /* of the result: two patterns may take one finding */
};

/* The patterns of a set, each no larger than the quota; false after a refusal. */
bool pattern_make(struct pattern_scope *s, dd set, struct pattern **patterns, size_t *n);
/* Patterns that take the set and as little more as can be said, no more of them than the quota: for
 * a set that pattern_make refuses. What no event carries is refused all the same. */
bool pattern_make_around(struct pattern_scope *s, dd set, struct pattern **patterns, size_t *n);
/* Folds branches into patterns no larger than the quota; false after a refusal. */
bool pattern_fold(struct pattern_scope *s, struct pattern_branches *branches,
		  struct pattern **patterns, size_t *n);
/* A leaf's text; called when its tests are complete. */
void pattern_leaf_finish(struct arena *arena, struct pattern_leaf *leaf);

#endif
