/* SPDX-License-Identifier: Apache-2.0
 *
 * How narrow is a suppression? Its set becomes boxes (ir/box.h), inside the findings that can exist
 * and that the policy is about at all: what its defaults say is no narrowing of a statement. Each
 * box earns points for what it asks for (narrow_field.def): they tell whether it is about a
 * vulnerability or a thing, or about properties that findings share which do not exist yet. A
 * suppression is as narrow as the widest of its boxes.
 *
 * The sets decide, not the text: `title startswith "CVE-2020-27619 - "` earns what
 * `cve == CVE-2020-27619` does, and a branch that another one holds earns nothing.
 *
 * Price: the boxes of a condition, some 100,000 instructions where it is small. narrow_see()
 * is a walk over its tree: no box earns less than it says, and most conditions need no more. */
#ifndef LINT_NARROW_H
#define LINT_NARROW_H

#include "ir/box.h"
#include "ir/lower.h"

enum {
	NARROW_FULL = 4,     /* points that a suppression needs which can hide CRITICAL */
	NARROW_ENOUGH = 3,   /* which cannot, and to hide what is exploited */
	NARROW_BOXES = 1024, /* of a condition; of more of them nothing is said */
};

/* What the terms of a box are about. */
enum narrow_about {
	NARROW_ACCOUNT = 1,
	NARROW_REGION = 2,
	NARROW_TYPE = 4,      /* of the resource */
	NARROW_STATUS = 8,    /* of the finding, or of the work on it */
	NARROW_NEGATIVE = 16, /* what it is not */
	NARROW_OTHER = 32,
};

/* The findings that a box lies in, and parts of them. */
struct narrow_bound {
	const struct cond *given;
	enum view view; /* SINGLE: Inspector's findings; MANY: all others */
	dd care, critical, exploited, top;
};

struct narrow_box {
	const struct narrow_bound *in;
	struct box box; /* no terms: everything */
	dd set;		/* inside the bound */
	unsigned about; /* bits */
	unsigned points;
	bool names;	    /* a vulnerability or a resource by its id */
	bool informational; /* it takes INFORMATIONAL alone */
};

struct narrow_boxes {
	struct narrow_box *items;
	size_t n;
};

struct narrow;

/* One for a run: it keeps what is the same for all. */
struct narrow *narrow_new(struct arena *arena, struct lower *lower);
/* Those of a condition; given: what the defaults put into it; many: it is about other products than
 * Inspector, too. false: more than NARROW_BOXES, or the engine is exhausted. */
bool narrow_boxes(struct narrow *n, const struct cond *cond, const struct cond *given, bool many,
		  struct narrow_boxes *out);
/* Does the condition take all that the policy is about? */
bool narrow_is_everything(struct narrow *n, const struct cond *cond, const struct cond *given,
			  bool many);

/* What is seen at once of a condition: points that no box can be without, fewer than there are
 * where that takes more than a look; and that no finding of it is CRITICAL. */
struct narrow_seen {
	unsigned points;
	bool no_critical;
};

struct narrow_seen narrow_see(const struct cond *cond);
/* Is every finding of the first tier CRITICAL, of those that are not ruled out by the defaults? */
bool narrow_top_is_critical(struct narrow *n, const struct cond *given, bool many);

#endif
