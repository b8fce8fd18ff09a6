/* SPDX-License-Identifier: Apache-2.0
 *
 * Values that a record lacks although its document has something in their place: a number where a
 * text belongs, a date that is none. Readers pass over them, as no rule of AWS would match them;
 * people who look for a reason want to know. */
#ifndef FINDING_ODD_H
#define FINDING_ODD_H

#include "finding/finding.h"

struct odd {
	const char *path; /* in the document; NULL: there is nothing odd */
	struct str text;  /* what stands there, as JSON; of an object or a list only its kind */
};

/* Of a field that the finding has no value for. */
struct odd finding_odd(struct arena *arena, const struct finding *finding, enum field_id field);

#endif
