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
	REFUSE_AGE,	      /* an age moves while a rule stays as it was written */
	REFUSE_TYPES,	      /* a finding of another product may have several types */
	REFUSE_ORDER,	      /* dates have no order there */
	REFUSE_TEXT,	      /* no exact combination of text tests */
	REFUSE_QUOTE,	      /* `"` or nothing in a prefix, suffix or part */
	REFUSE_NUMBER,	      /* a bound that the mechanism cannot hold */
	REFUSE_UNSEEN,	      /* a word whose spelling there is not known */
	REFUSE_OTHER_ID,      /* the id of a resource is another text there */
	REFUSE_STRICT,	      /* a bound that is not inclusive */
	REFUSE_SECONDS,	      /* an instant that is no whole second */
	REFUSE_RECORD,	      /* a suppression would test what it changes */
	REFUSE_CLOUD,	      /* a cloud without criteria of its own */
	REFUSE_OTHER_CLOUD,   /* where images of other clouds have it is not known */
	REFUSE_INACTIVE,      /* findings that are not active, in an insight */
	REFUSE_ELEMENTS,      /* two conditions on one array */
	REFUSE_NO_ELEMENT,    /* "no element …" */
	REFUSE_ABSENT_ELEMENT,/* absence inside an element */
	REFUSE_ARN,	      /* not exact over the ARN's grammar */
	REFUSE_INSTANCE,      /* the id of an EC2 instance, which it has in another form */
	REFUSE_IN_ARN,	      /* a part of an ARN that may stand elsewhere in it */
	REFUSE_NOT_INSTANCE,  /* an instance's id, where the resource may be something else */
	REFUSE_ONE_CRITERION, /* two fields that share one criterion */
	REFUSE_MAP,	      /* a map test that the mechanism does not know */
	REFUSE_KEYS,	      /* two keys of one map */
	REFUSE_NEGATIVE,      /* a negative test on an optional or many-valued field */
	REFUSE_SIZE,	      /* larger than the mechanism takes, and cannot be split */
	REFUSE_BOXES,	      /* more rules than the quota holds */
	REFUSE_ONE_SET,	      /* several sets of filters, where there is one */
	REFUSE_SETS,	      /* user-defined fields, which the mechanism cannot write */
	REFUSE_STATUS,	      /* a status that it cannot write */
	REFUSE_PRODUCT,	      /* findings of products that the mechanism does not see */
	REFUSE_BUDGET,	      /* the set engine ran out of its budget */
};

struct refusal {
	enum refusal_why why;
	bool has_field;
	enum field_id field;
	struct str key;
	bool has_group; /* instead of a field: its elements are the trouble */
	enum group group;
	dd nearest; /* what the nearest rule would mean; without one, the witness is a finding that
		     * the condition would take if the test were left out */
	bool has_nearest;
};

/* The first refusal stands. place: the field or group in the way, NULL if it is the whole. */
void refuse(struct refusal *r, enum refusal_why why, const struct place *place);
/* One diagnostic: VC501 … VC506 (VC016 for the budget), or exit code 4 if the evaluator does not
 * confirm the witness. `could`: the mechanism that can say it, as `via` spells it; NULL if there is
 * none. Resets the engine's budget. The diagnostic, for refuse_also; NULL if there is none. */
struct diag *refuse_report(struct compilation *c, const struct unit *unit, enum mechanism mechanism,
			   const struct refusal *r, const char *could);
/* Adds why the other mechanism, which would have been the way out, cannot say it either. */
void refuse_also(struct compilation *c, struct diag *d, const struct unit *unit,
		 enum mechanism mechanism, const struct refusal *r);

#endif
