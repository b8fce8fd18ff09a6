/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules about the reason, the owner and the end of what was decided. */
#include "base/civil.h"
#include "lint/pass.h"

/* An end that is far away is none: nobody will remember why. */
static void check_far_end(struct lint *l, const struct lint_subject *subject)
{
	int64_t far = l->settings->thresholds[THRESHOLD_expiry_too_far];
	int64_t days = (subject->until->end - l->policy->now) / NS_PER_DAY;
	struct diag *diag;

	if (!subject->until->has_date || subject->until->end - l->policy->now <= far)
		return;
	diag = lint_report(l, RULE_expiry_too_far, subject->until->span,
			   "this suppression holds for %lld more days", (long long)days);
	diag_help(diag, "end it within %lld days, and decide again then",
		  (long long)(far / NS_PER_DAY));
}

void lint_governance(struct lint *l)
{
	for (size_t i = 0; i < l->n_subjects; i++)
		check_far_end(l, &l->subjects[i]);
}
