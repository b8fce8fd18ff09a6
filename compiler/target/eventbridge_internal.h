/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of the event-pattern decompiler share: eventbridge_read.c takes the text
 * apart into sub-rules, eventbridge_value.c says which values the tests on a path take,
 * eventbridge_set.c which findings a sub-rule takes. */
#ifndef TARGET_EVENTBRIDGE_INTERNAL_H
#define TARGET_EVENTBRIDGE_INTERNAL_H

#include "target/eventbridge.h"

#define SUBRULES_MAX 1000 /* combinations of $or branches that EventBridge takes */

/* A path and its list of tests, not interpreted yet. */
struct leaf {
	const struct field *field;
	enum field_id id;
	struct str path, key; /* path: dotted, from the event's root */
	bool any_image;	      /* it is the path on images of any cloud */
	const struct json *tests;
};

struct subrule {
	struct leaf *items;
	size_t n, cap;
};

struct subrules {
	struct subrule *items;
	size_t n, cap;
};

struct reader {
	struct compilation *c;
	struct engine *e;
	enum mechanism mechanism; /* whose event it is on */
	enum view view;
	unsigned or_depth;
	const char *why; /* the first failure, as in "NAME.pattern.json why" */
};

struct langs {
	lang *items;
	size_t n, cap;
};

/* Always false. */
bool eventbridge_fail(struct reader *r, const char *why);
/* The findings that a sub-rule takes; sorts its leaves. */
bool eventbridge_subrule(struct reader *r, struct subrule *rule, dd *set);
/* The texts (never absence) that a test on a text takes: any of the languages, or none of them. */
bool eventbridge_texts(struct reader *r, const struct vocabulary *words, const struct json *test,
		       struct langs *out, bool *negative);
/* The values that the leaf's tests take; *absent: exists:false is among them. */
bool eventbridge_values(struct reader *r, const struct leaf *leaf, var v, vset *values,
			bool *absent);

#endif
