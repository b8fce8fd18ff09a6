/* SPDX-License-Identifier: Apache-2.0
 *
 * The schedule expressions of EventBridge Scheduler: `cron(…)` with six fields, `rate(…)` and
 * `at(…)`. Facts: EventBridge Scheduler user guide, schedule types. */
#ifndef MODEL_SCHEDULE_H
#define MODEL_SCHEDULE_H

#include "base/diag.h"

struct schedule_fault {
	size_t from, to; /* the part of the text that is wrong */
	struct str what; /* lower case, without the part itself */
	const char *help;
};

/* Would Scheduler take it? If not, *fault says where and why, in the language of d. */
bool schedule_check(struct arena *arena, struct diags *d, struct str text,
		    struct schedule_fault *fault);

#endif
