/* SPDX-License-Identifier: Apache-2.0
 *
 * Refusals: a mechanism that cannot say a condition exactly is not used. A refusal names the test
 * and its place, the mechanism, what a rule would have done wrong with a witness finding (picked by
 * the set engine, confirmed by the evaluator), and the mechanisms that could do it. */
#ifndef TARGET_REFUSE_H
#define TARGET_REFUSE_H

#include "target/literal.h"
#include "target/target.h"

enum refusal_why {
	REFUSE_NONE,
	REFUSE_NOT_CARRIED,   /* the mechanism does not carry the field */
	REFUSE_NOT_SEEN,      /* a rule sees the provider's original finding only */
	REFUSE_AS_TEXT,	      /* carried as text: no order */
	REFUSE_ORDER,	      /* dates have no order there */
	REFUSE_TEXT,	      /* no exact combination of text tests */
	REFUSE_QUOTE,	      /* `"` in a prefix, suffix or part */
	REFUSE_NUMBER,	      /* a bound that the mechanism cannot hold */
	REFUSE_ELEMENTS,      /* two conditions on one array */
	REFUSE_NO_ELEMENT,    /* "no element …" */
	REFUSE_ABSENT_ELEMENT,/* absence inside an element */
	REFUSE_ARN,	      /* not exact over the ARN's grammar */
	REFUSE_ONE_CRITERION, /* two fields that share one criterion */
	REFUSE_MAP,	      /* a map test that the mechanism does not know */
	REFUSE_NEGATIVE,      /* a negative test on an optional or many-valued field */
	REFUSE_SIZE,	      /* larger than the mechanism takes, and cannot be split */
	REFUSE_BOXES,	      /* more rules than the quota holds */
	REFUSE_BUDGET,	      /* the set engine ran out of its budget */
};

struct refusal {
	enum refusal_why why;
	bool has_field;
	enum field_id field;
	struct str key;
	dd nearest; /* what the nearest rule would mean; DD_FALSE: without the test (see below) */
	bool has_nearest;
};

/* The first refusal stands. */
void refuse(struct refusal *r, enum refusal_why why, const struct place *place);
/* One diagnostic. `could`: the mechanisms that can say it, for the way out. */
void refuse_report(struct compilation *c, const struct unit *unit, enum mechanism mechanism,
		   const struct refusal *r, const char *could);

#endif
