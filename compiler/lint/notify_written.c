/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages and what rules write on their findings: NOTIFIED, of which nobody was told, and what
 * raises the same event once more. */
#include "lint/notify_internal.h"

#include "lint/edit.h"
#include "target/compile.h"
#include "target/tree.h"

/* --- NOTIFIED, and nobody was --- */

/* What messages tell of: before a status is written, and once it is NOTIFIED. */
struct told {
	struct slices once_notified, at_all;
};

static struct told told_of(struct lint *l, const struct messages *all)
{
	dd *notified[VIEW_COUNT], *any[VIEW_COUNT];
	struct told told;

	for (enum view v = 0; v < VIEW_COUNT; v++) {
		notified[v] = ARENA_ARRAY(l->arena, dd, all->n + 1);
		any[v] = ARENA_ARRAY(l->arena, dd, all->n + 1);
	}
	for (size_t i = 0; i < all->n; i++) {
		struct slices later =
			sets_once(l, all->items[i].set, FIELD_workflow, WORKFLOW_NOTIFIED);

		for (enum view v = 0; v < VIEW_COUNT; v++) {
			any[v][i] = all->items[i].set.of[v];
			notified[v][i] = later.of[v];
		}
	}
	for (enum view v = 0; v < VIEW_COUNT; v++) {
		struct engine *e = lower_engine(l->c->lower);

		told.once_notified.of[v] = dd_or_all(e, notified[v], all->n);
		told.at_all.of[v] =
			dd_or(e, dd_or_all(e, any[v], all->n), told.once_notified.of[v]);
	}
	return told;
}

static void check_notified(struct lint *l, const struct told *told, const struct unit *unit)
{
	bool before = unit->mechanism == MECHANISM_AUTOMATION, found;
	const struct cond *fresh =
		tree_both(l->arena, tree_word(l->arena, FIELD_record, RECORD_ACTIVE),
			  tree_word(l->arena, FIELD_workflow, WORKFLOW_NEW));
	struct span at = unit->statement->name_span;
	struct slices quiet;
	struct diag *diag;
	enum view view;
	dd set;

	lint_ask(l);
	quiet = sets_minus(l, sets_of_unit(l, unit), before ? told->once_notified : told->at_all);
	quiet = sets_and(l, quiet, conflict_slices(l->c, fresh, VIEW_MANY));
	found = sets_find(l, quiet, false, &set, &view);
	if (!lint_answered(l, RULE_told_nobody, at) || !found)
		return;
	diag = lint_report(l, RULE_told_nobody, at,
			   "`%s` sets NOTIFIED on findings of which no message tells",
			   diag_quote(l->diags, unit->statement->name));
	lint_witness(l, diag, "for example", set, view, unit->condition, fresh, NULL);
	if (before)
		diag_note(diag,
			  "an automation rule writes before a message goes out: one that asks "
			  "for `workflow == NEW` never sees them");
	diag_help(diag, "let a notify with `mark NOTIFIED` tell of them and write it");
}

/* Inspector's own event carries no status, so what it tells of is told in any. */
static void check_all_notified(struct lint *l, const struct messages *all)
{
	struct told told;
	bool made = false;

	for (size_t i = 0; i < l->plan->units.n; i++) {
		const struct unit *unit = l->plan->units.items[i];
		enum statement_kind kind = unit->statement->kind;

		if ((kind != STATEMENT_ASSIGN && kind != STATEMENT_SUPPRESS) || unit->reopens ||
		    unit->n_members || unit->effect.status != WORKFLOW_NOTIFIED ||
		    unit->mechanism == MECHANISM_AUTOMATION_V2)
			continue;
		if (!made) {
			lint_ask(l);
			told = told_of(l, all);
			made = true;
			if (!lint_answered(l, RULE_told_nobody, unit->statement->name_span))
				return;
		}
		check_notified(l, &told, unit);
	}
}

/* --- the same event once more --- */

#define STATUS_KINDS (STATUSES + 1) /* and none */
#define SEVERITY_KINDS (SEVERITY_UNTRIAGED + 2)
#define TRIES_MAX 16

/* Assigns by event rules, by the status and the severity that they write, plus 1. */
struct assigns {
	struct lint *l;
	struct unions *by[STATUS_KINDS][SEVERITY_KINDS];
	struct unions *held; /* suppressions: a message that marks leaves out what they hold */
};

static struct assigns assigns_of(struct lint *l)
{
	struct unit_list lists[STATUS_KINDS][SEVERITY_KINDS] = {{{0}}}, held = {0};
	struct assigns a = {.l = l};

	for (size_t i = 0; i < l->plan->units.n; i++) {
		const struct unit *unit = l->plan->units.items[i];

		if (unit->statement->kind == STATEMENT_SUPPRESS && unit->condition)
			VEC_PUSH(l->arena, held, unit);
		if (unit->statement->kind != STATEMENT_ASSIGN || unit->backend != BACKEND_EVENT)
			continue;
		VEC_PUSH(l->arena, lists[unit->effect.status + 1][unit->effect.severity + 1], unit);
	}
	for (int w = 0; w < STATUS_KINDS; w++)
		for (int s = 0; s < SEVERITY_KINDS; s++)
			if (lists[w][s].n)
				a.by[w][s] = unions_new(l, lists[w][s].items, lists[w][s].n);
	a.held = unions_new(l, held.items, held.n);
	return a;
}

/* Findings of which a message tells now, and will when these two are written. */
static struct slices told_again(struct lint *l, const struct message *m, int status, int severity)
{
	struct slices later = m->set;

	if (status >= 0)
		later = sets_once(l, later, FIELD_workflow, status);
	if (severity >= 0)
		later = sets_once(l, later, FIELD_severity, severity);
	return sets_and(l, m->sometimes, later);
}

/* All that the assign writes, as a condition that holds where it stands already. */
static const struct cond *written(struct lint *l, const struct effect *effect)
{
	struct cond_list all = {0};

	for (size_t i = 0; i < effect->n_sets; i++)
		VEC_PUSH(l->arena, all,
			 tree_text(l->arena, FIELD_field, effect->sets[i].key, TEST_IN,
				   effect->sets[i].value));
	if (effect->status >= 0)
		VEC_PUSH(l->arena, all, tree_word(l->arena, FIELD_workflow, effect->status));
	if (effect->severity >= 0)
		VEC_PUSH(l->arena, all, tree_word(l->arena, FIELD_severity, effect->severity));
	if (effect->note.len)
		VEC_PUSH(l->arena, all,
			 tree_text(l->arena, FIELD_note, STR(""), TEST_IN, effect->note));
	return tree_all(l->arena, all.items, all.n);
}

/* The same with all that one assign writes, where it has something to write. */
static struct slices told_again_by(struct lint *l, struct slices again, const struct unit *unit)
{
	const struct effect *effect = &unit->effect;
	struct slices stands = conflict_slices(l->c, written(l, effect), VIEW_MANY);
	struct slices later = again;

	for (size_t i = 0; i < effect->n_sets; i++)
		later = sets_once_text(l, later, FIELD_field, effect->sets[i].key,
				       effect->sets[i].value);
	if (effect->note.len)
		later = sets_once_text(l, later, FIELD_note, STR(""), effect->note);
	again = sets_and(l, sets_and(l, again, later), sets_of_unit(l, unit));
	return sets_minus(l, again, stands);
}

/* What suppressions hold is left out of a message that marks: can the rest be said? */
static bool can_mark(const struct assigns *a, const struct message *m)
{
	struct lint *l = a->l;
	struct unions *held = unions_near(a->held, m->unit);
	struct unit marking = *m->unit;
	size_t at = 0;

	lint_ask(l);
	for (int tries = 0; tries < TRIES_MAX; tries++, at++) {
		enum view view;
		dd set;

		at = unions_meet(held, m->set, at, false, &set, &view);
		if (!lint_answered(l, RULE_told_twice, m->unit->statement->name_span))
			return false;
		if (at == unions_count(held))
			return compile_could(l->c, &marking, BACKEND_EVENT);
		marking.condition = tree_both(l->arena, marking.condition,
					      tree_not(l->arena, unions_unit(held, at)->condition));
	}
	return false;
}

static void report_twice(const struct assigns *a, const struct message *m, const struct unit *unit,
			 dd set, enum view view)
{
	const struct statement *told = m->unit->statement;
	struct lint *l = a->l;
	struct diag *diag;

	diag = lint_report(l, RULE_told_twice, told->name_span,
			   "`%s` tells of a finding once more when `%s` has written on it",
			   diag_quote(l->diags, told->name),
			   diag_quote(l->diags, unit->statement->name));
	diag_label(diag, unit->statement->name_span,
		   unit->chosen ? "written by an event rule, for no automation rule says it exactly"
				: "written by an event rule");
	lint_witness(l, diag, "for example", set, view, m->unit->condition, unit->condition, NULL);
	if (told->source == SOURCE_SECURITYHUB && can_mark(a, m))
		edit_add(l, diag, told, "mark NOTIFIED;");
	else if (told->source == SOURCE_SECURITYHUB)
		diag_help(diag, "add `mark NOTIFIED`; what suppressions hold is left out then");
}

/* Of one kind of assigns; true if that was told. */
static bool check_twice_by(const struct assigns *a, const struct message *m, struct unions *by,
			   int status, int severity)
{
	struct lint *l = a->l;
	struct slices again = told_again(l, m, status, severity);
	size_t at = 0;

	for (int tries = 0; tries < TRIES_MAX; tries++, at++) {
		enum view view;
		dd set;

		at = unions_meet(by, again, at, false, &set, &view);
		if (at == unions_count(by))
			return false;
		if (sets_find(l, told_again_by(l, again, unions_unit(by, at)), false, &set,
			      &view)) {
			report_twice(a, m, unions_unit(by, at), set, view);
			return true;
		}
	}
	lint_report(l, RULE_analysis_incomplete, m->unit->statement->name_span,
		    "told-twice (VC415) was not looked for among all assigns that meet `%s`",
		    diag_quote(l->diags, m->unit->statement->name));
	return false;
}

static void check_twice(const struct assigns *a, const struct message *m)
{
	struct lint *l = a->l;
	bool told = false;

	if (m->unit->backend != BACKEND_EVENT || m->unit->statement->mark || m->dead)
		return;
	lint_ask(l);
	for (int w = 0; w < STATUS_KINDS && !told; w++)
		for (int s = 0; s < SEVERITY_KINDS && !told; s++)
			told = a->by[w][s] &&
			       check_twice_by(a, m, unions_near(a->by[w][s], m->unit), w - 1,
					      s - 1);
	lint_answered(l, RULE_told_twice, m->unit->statement->name_span);
}

void notify_check_written(struct lint *l, const struct messages *all)
{
	if (lint_wants(l, RULE_told_nobody))
		check_all_notified(l, all);
	if (all->n && lint_wants(l, RULE_told_twice)) {
		struct assigns a = assigns_of(l);

		for (size_t i = 0; i < all->n; i++)
			check_twice(&a, &all->items[i]);
	}
}
