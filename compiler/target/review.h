/* SPDX-License-Identifier: Apache-2.0
 *
 * Reviews: a schedule of EventBridge Scheduler that has Inspector write a report of findings into a
 * bucket, by the universal target inspector2:createFindingsReport. Inspector writes one report at a
 * time, and a report has one FilterCriteria, so a review is one report: exactly its condition where
 * that is one filter, else as little more as one filter can hold, never less. The manifest says
 * what is beyond. Facts: targets.md parts C and F, EventBridge Scheduler user guide. */
#ifndef TARGET_REVIEW_H
#define TARGET_REVIEW_H

#include "target/literal.h"
#include "target/refuse.h"
#include "target/target.h"

bool review_make(struct compilation *c, const struct unit *unit, const struct literals *literals,
		 struct refusal *refusal, void **made, size_t *n);
void review_emit(struct compilation *c, const struct unit *unit, const void *made, size_t n);

/* Read back from the text: the findings that the report holds. When, where to, as what and how it
 * is called are as the unit and vulnctl.yaml have it; a date that the condition tests by age is no
 * criterion, since it would move. */
bool review_read(struct compilation *c, const struct unit *unit, const struct artefact *artefact,
		 dd *set, const char **why);

#endif
