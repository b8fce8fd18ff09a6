/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules about tiers: what is in none of them, and those from which nothing follows. */
#include "lint/pass.h"
#include "lint/sets.h"
#include "target/tree.h"

/* --- what is in no tier --- */

struct tiers {
	struct lint *l;
	const struct statement *last;
	const struct cond *some; /* a finding is in one of them */
	struct slices sets;	 /* the same */
};

static struct tiers tiers_of(struct lint *l)
{
	const struct policy *policy = l->policy;
	struct tiers t = {.l = l, .last = policy->tiers[policy->n_tiers - 1]};
	struct cond_list all = {0};

	for (size_t i = 0; i < policy->n_tiers; i++) {
		const struct statement *tier = policy->tiers[i];

		VEC_PUSH(l->arena, all, tier->condition);
		t.sets = sets_or(l, t.sets,
				 conflict_slices(l->c, tier->condition,
						 tier->many ? VIEW_MANY : VIEW_SINGLE));
	}
	t.some = tree_some(l->arena, all.items, all.n);
	return t;
}

/* Findings that are new and open, of what the policy is about. */
static const struct cond *fresh(struct lint *l)
{
	const struct cond *fresh =
		tree_both(l->arena, tree_word(l->arena, FIELD_record, RECORD_ACTIVE),
			  tree_word(l->arena, FIELD_workflow, WORKFLOW_NEW));

	return l->policy->shared ? tree_both(l->arena, l->policy->shared, fresh) : fresh;
}

static void check_gap(const struct tiers *t, enum lint_id rule, const char *format,
		      const struct cond *those)
{
	struct lint *l = t->l;
	const struct cond *asked = tree_both(l->arena, fresh(l), those);
	struct slices gap;
	struct diag *diag;
	enum view view;
	bool found;
	dd set;

	lint_ask(l);
	gap = conflict_slices(l->c, asked, l->policy->shared_many ? VIEW_MANY : VIEW_SINGLE);
	found = sets_find(l, sets_minus(l, gap, t->sets), false, &set, &view);
	if (!lint_answered(l, rule, t->last->name_span) || !found)
		return;
	diag = lint_report(l, rule, t->last->name_span, "%s", diag_word(l->diags, format));
	lint_witness(l, diag, "for example", set, view, asked, NULL, t->some);
	diag_help(diag, "let a tier take it, the last one for instance: tiers are looked at in "
			"their order, so those before keep what they have");
}

static void check_gaps(struct lint *l)
{
	const struct cond *critical = tree_word(l->arena, FIELD_severity, SEVERITY_CRITICAL);
	struct tiers t;

	lint_ask(l);
	t = tiers_of(l);
	if (!lint_answered(l, RULE_critical_gap, t.last->name_span))
		return;
	if (lint_wants(l, RULE_critical_gap))
		check_gap(&t, RULE_critical_gap, "a CRITICAL finding can be in no tier", critical);
	if (lint_wants(l, RULE_exploited_gap)) /* but for those that were told above */
		check_gap(&t, RULE_exploited_gap, "an exploited finding can be in no tier",
			  tree_both(l->arena, tree_word(l->arena, FIELD_exploit, EXPLOIT_YES),
				    tree_not(l->arena, critical)));
}

/* --- tiers that nothing uses --- */

static void mark_used(const struct cond *cond, bool *used)
{
	if (cond->kind == COND_TIER && cond->tier >= 0)
		used[cond->tier] = true;
	for (size_t i = 0; i < cond->n; i++)
		mark_used(cond->kids[i], used);
}

/* What a report measures by it, or gives back for a review, is a consequence, too. */
static void check_used(struct lint *l)
{
	const struct policy *policy = l->policy;
	bool *used = ARENA_ARRAY(l->arena, bool, policy->n_tiers);

	for (size_t i = 0; i < policy->n_statements; i++) {
		const struct statement *s = policy->statements[i];

		if (s->condition)
			mark_used(s->condition, used);
		for (size_t r = 0; r < s->n_rows; r++)
			mark_used(s->rows[r].condition, used);
	}
	for (size_t i = 0; i < policy->n_tiers; i++) {
		const struct statement *tier = policy->tiers[i];
		struct diag *diag;

		if (used[i] || tier->sla || tier->review)
			continue;
		diag = lint_report(l, RULE_tier_without_consequence, tier->name_span,
				   "nothing follows from being in tier `%s`",
				   diag_quote(l->diags, tier->name));
		diag_help(diag, "use it in a `notify`, an `insight` or a `review`, or give it an "
				"`sla`: the time in which it is handled");
	}
}

void lint_tier(struct lint *l)
{
	if (!l->policy->n_tiers)
		return;
	if (lint_wants(l, RULE_critical_gap) || lint_wants(l, RULE_exploited_gap))
		check_gaps(l);
	if (lint_wants(l, RULE_tier_without_consequence))
		check_used(l);
}
