/* SPDX-License-Identifier: Apache-2.0
 *
 * What each statement says to the finding as it is when its turn comes (eval/decide.h), and what
 * its rules do then. */
#include "cmd/explain_internal.h"

#include <string.h>

/* --- what each sees --- */

static const struct element *seen_by_rules(const struct explanation *x,
					   const struct decide_rule *rule)
{
	switch (rule->round) {
	case DECIDE_INSPECTOR:
		return x->finding->original;
	case DECIDE_ORIGINAL:
		return x->decision->original;
	default:
		return x->decision->event;
	}
}

static const struct element *seen_by(const struct explanation *x, const struct account *account)
{
	const struct statement *s = account->statement;

	if (account->rules.n)
		return seen_by_rules(x, account->rules.items[0]);
	if (s->kind == STATEMENT_INSIGHT && account->backend == BACKEND_INSIGHT)
		return x->after;
	/* Inspector itself looks at its own findings. */
	if (s->kind == STATEMENT_INSIGHT || s->kind == STATEMENT_REVIEW)
		return x->finding->original;
	return x->decision->event;
}

/* --- what stands when all have acted --- */

static bool acts(const struct explanation *x, const struct decide_rule *rule)
{
	return eval_cond(x->run.policy, rule->guarded, rule->many, seen_by_rules(x, rule));
}

static void put_word(struct element *element, enum field_id field, int word)
{
	const char *text = vocabulary_canonical(fields[field].words, (unsigned)word);

	*element_value(element, field) =
		(struct fval){.kind = FVAL_WORD, .word = word, .str = str_from(text)};
}

static const struct element *after(struct explanation *x)
{
	const struct decision *decision = x->decision;
	struct element *e = ARENA_NEW(x->run.arena, struct element);
	size_t n = group_slots(GROUP_FINDING);

	*e = *decision->event;
	e->values = ARENA_ARRAY(x->run.arena, struct fval, n);
	memcpy(e->values, decision->event->values, n * sizeof *e->values);
	*element_value(e, FIELD_workflow) = decision->workflow;
	e->n_map = decision->n_fields;
	e->map = ARENA_ARRAY(x->run.arena, struct map_entry, e->n_map);
	for (size_t i = 0; i < e->n_map; i++)
		e->map[i] = decision->fields[i];
	for (size_t i = 0; i < x->compiled.n; i++) {
		const struct decide_rule *rule = &x->compiled.rules[i];

		if (rule->round != DECIDE_EVENT || !acts(x, rule))
			continue;
		if (rule->severity >= 0)
			put_word(e, FIELD_severity, rule->severity);
		if (rule->note.len)
			*element_value(e, FIELD_note) =
				(struct fval){.kind = FVAL_STRING, .str = rule->note};
	}
	return e;
}

/* --- traces --- */

static const struct trace *trace_statement(struct explanation *x, const struct account *account,
					   const struct cond *cond)
{
	return trace_cond(x->run.arena, x->run.policy, cond, account->statement->many,
			  account->seen);
}

/* The first row that takes it, else the nearest. */
static void trace_rows(struct explanation *x, struct account *account)
{
	const struct statement *s = account->statement;

	for (size_t i = 0; i < s->n_rows && !(account->trace && account->trace->holds); i++) {
		const struct trace *trace = trace_statement(x, account, s->rows[i].condition);

		if (account->trace && !trace->holds && trace->flips >= account->trace->flips)
			continue;
		account->trace = trace;
		account->row = &s->rows[i];
	}
}

static void trace_account(struct explanation *x, struct account *account)
{
	const struct statement *s = account->statement;

	account->seen = seen_by(x, account);
	if (s->n_rows)
		trace_rows(x, account);
	else if (s->condition && s->kind != STATEMENT_LIFECYCLE &&
		 s->source != SOURCE_INSPECTOR_SCAN)
		account->trace = trace_statement(x, account, s->condition);
	if (account->trace)
		account->steps = trace_deciding(x->run.arena, account->trace);
}

/* --- acts --- */

/* Is it the statement's own rule, and not the reopen of its `until fixed`? */
static bool is_own(const struct decide_rule *rule)
{
	return rule->list != DECIDE_REOPEN || rule->statement->kind == STATEMENT_REOPEN;
}

/* A rule of some rows only is judged by itself; any other by its statement. */
static bool is_meant(const struct explanation *x, const struct account *account,
		     const struct decide_rule *rule)
{
	if (!account->statement->n_rows && is_own(rule))
		return account->trace->holds;
	return eval_cond(x->run.policy, rule->condition, rule->many, seen_by_rules(x, rule));
}

static void judge_rules(struct explanation *x, struct account *account)
{
	for (size_t i = 0; i < account->rules.n; i++) {
		const struct decide_rule *rule = account->rules.items[i];
		struct act act = {.rule = rule};
		const struct trace *trace;

		if (!is_meant(x, account, rule))
			continue;
		trace = trace_cond(x->run.arena, x->run.policy, rule->guarded, rule->many,
				   seen_by_rules(x, rule));
		act.acts = trace->holds;
		if (!act.acts)
			act.held = trace_deciding(x->run.arena, trace);
		VEC_PUSH(x->run.arena, account->acts, act);
	}
}

void explain_judge(struct explanation *x)
{
	const struct policy *policy = x->run.policy;
	struct decider *decider =
		decide_new(x->run.arena, policy, x->compiled.rules, x->compiled.n);

	x->decision = decide_finding(decider, x->finding, 0);
	x->after = after(x);
	x->tiers = ARENA_ARRAY(x->run.arena, struct account, policy->n_tiers);
	for (size_t i = 0; i < policy->n_tiers; i++) {
		x->tiers[i].statement = policy->tiers[i];
		trace_account(x, &x->tiers[i]);
	}
	for (size_t i = 0; i < x->n; i++) {
		trace_account(x, &x->accounts[i]);
		judge_rules(x, &x->accounts[i]);
	}
}
