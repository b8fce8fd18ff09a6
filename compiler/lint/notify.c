/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules about messages: of what each of them tells, and two of them beside each other. */
#include "lint/notify_internal.h"

#include <stdlib.h>

#include "lint/edit.h"
#include "lint/pass.h"
#include "target/tree.h"

struct slices notify_always(struct lint *l, struct slices set)
{
	return sets_whichever(l, set, FIELD_workflow, BIT(STATUSES) - 1);
}

/* --- what a condition does not ask for --- */

static struct slices statement_set(struct lint *l, const struct statement *s)
{
	return conflict_slices(l->c, s->condition, s->many ? VIEW_MANY : VIEW_SINGLE);
}

static void check_workflow(struct lint *l, const struct statement *s)
{
	const struct cond *held = tree_word(l->arena, FIELD_workflow, WORKFLOW_SUPPRESSED);
	struct slices always;
	struct diag *diag;
	enum view view;
	bool found;
	dd set;

	lint_ask(l);
	always = notify_always(l, statement_set(l, s));
	always = sets_and(l, always, conflict_slices(l->c, held, VIEW_MANY));
	found = sets_find(l, always, false, &set, &view);
	if (!lint_answered(l, RULE_notify_without_workflow, s->name_span) || !found)
		return;
	diag = lint_report(l, RULE_notify_without_workflow, s->name_span,
			   "`%s` tells of a finding at every update, whatever its workflow status",
			   diag_quote(l->diags, s->name));
	lint_witness(l, diag, "also of one that is SUPPRESSED, for example", set, view,
		     s->condition, held, NULL);
	if (s->source & SOURCE_INSPECTOR)
		diag_help(diag, "write a notify for each source: that of Security Hub with "
				"`workflow == NEW`, which Inspector's own event does not carry");
	else
		edit_require(l, diag, s, "workflow == NEW");
}

/* `record any` falls, and the default holds again; else the condition asks for it. */
static void add_active(struct lint *l, struct diag *diag, const struct statement *s)
{
	const struct ast_property *record = edit_property(edit_statement(l, s), "record");

	if (record)
		edit_remove(l, diag, record->span);
	else
		edit_require(l, diag, s, "record == ACTIVE");
}

static void check_archived(struct lint *l, const struct statement *s)
{
	const struct cond *archived = tree_word(l->arena, FIELD_record, RECORD_ARCHIVED);
	bool inspector = s->source == SOURCE_INSPECTOR, found;
	struct slices both;
	struct diag *diag;
	enum view view;
	dd set;

	lint_ask(l);
	both = sets_whichever(l, statement_set(l, s), FIELD_record,
			      BIT(RECORD_ACTIVE) | BIT(RECORD_ARCHIVED));
	both = sets_and(l, both, conflict_slices(l->c, archived, VIEW_MANY));
	found = sets_find(l, both, inspector, &set, &view);
	if (!lint_answered(l, RULE_notify_archived, s->name_span) || !found)
		return;
	diag = lint_report(l, RULE_notify_archived, s->name_span,
			   "`%s` tells of archived findings as it does of active ones",
			   diag_quote(l->diags, s->name));
	lint_witness(l, diag, "for example", set, view, s->condition, archived, NULL);
	diag_note(diag, "a finding that is closed arrives ARCHIVED, and its workflow status is "
			"still NEW");
	add_active(l, diag, s);
}

static void check_conditions(struct lint *l)
{
	for (size_t i = 0; i < l->policy->n_statements; i++) {
		const struct statement *s = l->policy->statements[i];
		bool hub = s->source & (SOURCE_SECURITYHUB | SOURCE_SECURITYHUB_V2);

		if (s->kind != STATEMENT_NOTIFY || s->source == SOURCE_INSPECTOR_SCAN)
			continue;
		if (hub && lint_wants(l, RULE_notify_without_workflow))
			check_workflow(l, s);
		if (lint_wants(l, RULE_notify_archived))
			check_archived(l, s);
	}
}

/* --- two messages to one channel --- */

struct delivery {
	struct str channel;
	const struct unit *unit;
};

static int by_channel(const void *left, const void *right)
{
	const struct delivery *a = left, *b = right;
	uint32_t x = a->unit->statement->name_span.start, y = b->unit->statement->name_span.start;
	int order = str_cmp(a->channel, b->channel);

	return order ? order : (x > y) - (x < y);
}

struct channel {
	struct lint *l;
	struct str name;
};

static void report_overlap(void *context, const struct unit *a, const struct unit *b, dd both,
			   enum view view)
{
	const struct channel *channel = context;
	struct lint *l = channel->l;
	struct diag *diag = lint_report(l, RULE_notify_overlap, b->statement->name_span,
					"`%s` and `%s` can both tell `%s` of one finding",
					diag_quote(l->diags, b->statement->name),
					diag_quote(l->diags, a->statement->name),
					diag_quote(l->diags, channel->name));

	diag_label(diag, a->statement->name_span, "the other message");
	lint_witness(l, diag, "for example", both, view, a->condition, b->condition, NULL);
	diag_help(diag, "leave out of one with `unless` what the other tells");
}

/* Messages to one channel; those of one statement are no two messages. */
static void check_channel(struct lint *l, const struct delivery *all, size_t n)
{
	const struct unit **units = ARENA_ARRAY(l->arena, const struct unit *, n);
	size_t *starts = ARENA_ARRAY(l->arena, size_t, n), n_starts = 0;
	struct channel channel = {l, all[0].channel};

	for (size_t i = 0; i < n; i++) {
		units[i] = all[i].unit;
		if (!i || units[i]->statement != units[i - 1]->statement)
			starts[n_starts++] = i;
	}
	if (n_starts > 1)
		unions_cross(unions_new(l, units, n), RULE_notify_overlap, starts, n_starts,
			     report_overlap, &channel);
}

static void check_channels(struct lint *l, const struct messages *messages)
{
	VEC(struct delivery) all = {0};
	size_t from = 0;

	for (size_t i = 0; i < messages->n; i++) {
		const struct unit *unit = messages->items[i].unit;

		for (size_t k = 0; k < unit->statement->n_to && !messages->items[i].dead; k++)
			VEC_PUSH(l->arena, all, ((struct delivery){unit->statement->to[k], unit}));
	}
	if (all.n)
		qsort(all.items, all.n, sizeof *all.items, by_channel);
	for (size_t i = 1; i <= all.n; i++)
		if (i == all.n || !str_eq(all.items[i].channel, all.items[from].channel)) {
			check_channel(l, all.items + from, i - from);
			from = i;
		}
}

/* --- the family --- */

static struct messages messages_of(struct lint *l)
{
	struct messages all = {0};

	for (size_t i = 0; i < l->plan->units.n; i++) {
		const struct unit *unit = l->plan->units.items[i];
		struct message m = {.unit = unit,
				    .inspector = unit->backend == BACKEND_INSPECTOR_EVENT};

		if (unit->statement->kind != STATEMENT_NOTIFY || unit->n_members ||
		    unit->backend == BACKEND_SCAN_EVENT)
			continue;
		lint_ask(l);
		m.set = sets_of_unit(l, unit);
		m.sometimes = sets_minus(l, m.set, notify_always(l, m.set));
		if (lint_answered(l, RULE_notification_never_fires, unit->statement->name_span))
			VEC_PUSH(l->arena, all, m);
	}
	return all;
}

void lint_notify(struct lint *l)
{
	struct messages all;

	check_conditions(l);
	if (!l->plan)
		return;
	all = messages_of(l);
	notify_check_silenced(l, &all);
	if (lint_wants(l, RULE_notify_overlap))
		check_channels(l, &all);
	notify_check_written(l, &all);
}
