/* SPDX-License-Identifier: Apache-2.0
 *
 * What of a finding matters to a decision? */
#include "eval/decide.h"

/* Conditions nest as deep as the evaluator follows them. */
static void want(bool *wanted, const struct cond *cond)
{
	if (cond->kind == COND_ATOM)
		wanted[cond->atom->field] = true;
	for (size_t i = 0; i < cond->n; i++)
		want(wanted, cond->kids[i]);
}

void decide_wanted(const struct policy *policy, const struct decide_rule *rules, size_t n,
		   bool *wanted)
{
	/* What is written, and by what a finding is named. */
	wanted[FIELD_finding_id] = wanted[FIELD_workflow] = wanted[FIELD_record] = true;
	wanted[FIELD_field] = true;
	for (size_t i = 0; i < policy->n_tiers; i++)
		if (policy->tiers[i]->condition)
			want(wanted, policy->tiers[i]->condition);
	for (size_t i = 0; i < policy->n_statements; i++)
		if (policy->statements[i]->kind == STATEMENT_PROTECT)
			want(wanted, policy->statements[i]->condition);
	for (size_t i = 0; i < n; i++) {
		wanted[WANTED_ORIGINAL] |= rules[i].round != DECIDE_EVENT;
		want(wanted, rules[i].condition);
		if (rules[i].guarded != rules[i].condition)
			want(wanted, rules[i].guarded);
	}
}
