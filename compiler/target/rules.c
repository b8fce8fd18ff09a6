/* SPDX-License-Identifier: Apache-2.0
 *
 * Units of a plan as rules of a decision. */
#include "target/rules.h"

static enum decide_round round_of(const struct unit *unit)
{
	switch (unit->backend) {
	case BACKEND_INSPECTOR:
		return DECIDE_INSPECTOR;
	case BACKEND_AUTOMATION:
	case BACKEND_AUTOMATION_V2:
		return DECIDE_ORIGINAL;
	default:
		return DECIDE_EVENT;
	}
}

/* A notify has a unit for each source but is one rule, whichever event it listens to: what its
 * first unit asks, without that which holds of the source alone. One of scans is about no finding.
 */
static bool is_rule(const struct plan *plan, size_t i)
{
	const struct unit *unit = plan->units.items[i];

	switch (unit->statement->kind) {
	case STATEMENT_NOTIFY:
		return unit->backend != BACKEND_SCAN_EVENT &&
		       (!i || plan->units.items[i - 1]->statement != unit->statement);
	case STATEMENT_SUPPRESS:
	case STATEMENT_REOPEN:
	case STATEMENT_ASSIGN:
		return !unit->n_members;
	default:
		return false;
	}
}

static enum decide_list list_of(const struct unit *unit)
{
	if (unit->reopens)
		return DECIDE_REOPEN;
	switch (unit->statement->kind) {
	case STATEMENT_NOTIFY:
		return DECIDE_NOTIFY;
	case STATEMENT_SUPPRESS:
		return DECIDE_SUPPRESS;
	default:
		return DECIDE_ASSIGN;
	}
}

static struct decide_rule rule_of(const struct unit *unit)
{
	const struct statement *s = unit->statement;
	const struct cond *listed = unit->condition, *guarded = unit_tree(unit);
	bool ignores_source = s->kind == STATEMENT_NOTIFY && !s->mark;

	/* What reopens is listed with its guard. */
	if (unit->reopens)
		listed = guarded;
	if (ignores_source)
		listed = guarded = s->condition;
	return (struct decide_rule){
		.statement = s,
		.list = list_of(unit),
		.round = round_of(unit),
		.many = ignores_source ? s->many : unit->view == VIEW_MANY,
		.condition = listed,
		.guarded = guarded,
		.status = unit->effect.status,
		.severity = unit->effect.severity,
		.note = unit->effect.note,
		.sets = unit->effect.sets,
		.n_sets = unit->effect.n_sets,
	};
}

/* Statements that share automation rules leave the mark of the shared one. */
static void take_shared_notes(struct compilation *c, const struct plan *plan,
			      struct decide_rule *rules, const struct unit *const *units, size_t n)
{
	struct memo by_unit = {0};
	uint32_t at;

	for (size_t i = 0; i < n; i++)
		memo_put(&by_unit, c->arena, (uint64_t)(uintptr_t)units[i], (uint32_t)i);
	for (size_t i = 0; i < plan->units.n; i++) {
		const struct unit *shared = plan->units.items[i];

		for (size_t k = 0; k < shared->n_members; k++)
			if (memo_get(&by_unit, (uint64_t)(uintptr_t)shared->members[k], &at))
				rules[at].note = shared->effect.note;
	}
}

struct decide_rule *rules_of_plan(struct compilation *c, struct plan *plan, size_t *n)
{
	struct decide_rule *rules = ARENA_ARRAY(c->arena, struct decide_rule, plan->units.n);
	const struct unit **units = ARENA_ARRAY(c->arena, const struct unit *, plan->units.n);

	*n = 0;
	for (size_t i = 0; i < plan->units.n; i++) {
		if (!is_rule(plan, i))
			continue;
		/* What has the shape of others was emitted without being finished. */
		if (!plan->units.items[i]->guarded)
			plan_finish(c, plan, plan->units.items[i]);
		units[*n] = plan->units.items[i];
		rules[*n] = rule_of(plan->units.items[i]);
		++*n;
	}
	take_shared_notes(c, plan, rules, units, *n);
	return rules;
}
