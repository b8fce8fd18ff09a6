/* SPDX-License-Identifier: Apache-2.0
 *
 * The plan of a compilation. */
#include "target/plan.h"

#include "base/civil.h"
#include "target/end.h"
#include "target/guard.h"
#include "target/lifecycle.h"
#include "target/rows.h"
#include "target/text.h"
#include "target/tree.h"

static bool in_force(const struct policy *policy, const struct until *until)
{
	return !until->has_date || until->end > policy->now;
}

static void leave_out(struct compilation *c, struct plan *plan, const struct statement *s,
		      struct str until, const char *why)
{
	VEC_PUSH(c->arena, plan->left_out, ((struct left_out){s, until, why}));
}

/* Does the suppression hold findings of Security Hub CSPM, under its mark, so that a reopen can
 * take them back? If not, one line says what its end leaves behind. */
static bool holds(struct compilation *c, const struct statement *s)
{
	if (s->via == VIA_INSPECTOR)
		return false; /* there they come back by themselves */
	if (s->via != VIA_AUTOMATION_V2)
		return true;
	diag_warning(c->diags, NULL, s->via_span,
		     "when `%s` ends, nothing reopens what it silenced in Security Hub V2",
		     diag_quote(c->diags, s->name));
	return false;
}

/* --- the next change --- */

static void note_end(struct compilation *c, struct plan *plan, const struct until *until)
{
	if (!until->has_date || (plan->has_next_change && plan->next_end <= until->end))
		return;
	plan->has_next_change = true;
	plan->next_end = until->end;
	plan->next_is_datetime = until->is_datetime;
	plan->next_change =
		until->is_datetime
			? civil_format_instant(c->arena, until->end)
			: civil_format_date(c->arena, civil_day_of(until->end, c->policy->offset));
}

static void expired(struct compilation *c, struct plan *plan, const struct statement *s,
		    const struct until *until, struct str row)
{
	if (!c->for_lint)
		diag_warning(c->diags, NULL, until->span,
			     row.len ? "`%s` for %s ended on %s and is left out"
				     : "`%s`%s ended on %s and is left out",
			     diag_quote(c->diags, s->name), diag_quote(c->diags, row),
			     diag_quote(c->diags, until->text));
	leave_out(c, plan, s, until->text, "expired");
}

/* --- units --- */

static struct str until_text(struct compilation *c, const struct until *until)
{
	if (until->has_date && until->fixed)
		return str_printf(c->arena, STR_FMT " or fixed", STR_ARG(until->text));
	return until->fixed ? STR("fixed") : until->text;
}

/* The backend of a statement that names one, or may have only one. */
static enum backend backend_of(const struct statement *s)
{
	switch (s->via) {
	case VIA_AUTOMATION_V2:
		return BACKEND_AUTOMATION_V2;
	case VIA_INSPECTOR:
		return BACKEND_INSPECTOR;
	case VIA_EVENT:
		return BACKEND_EVENT;
	default:
		break;
	}
	switch (s->kind) {
	case STATEMENT_INSIGHT:
		return BACKEND_INSIGHT;
	case STATEMENT_ACTION:
		return BACKEND_ACTION;
	case STATEMENT_REVIEW:
		return BACKEND_REVIEW;
	case STATEMENT_LIFECYCLE:
		return BACKEND_LIFECYCLE;
	case STATEMENT_SUPPRESS:
	case STATEMENT_ASSIGN:
		return BACKEND_AUTOMATION;
	default:
		return BACKEND_EVENT;
	}
}

static struct unit *unit_new(struct compilation *c, struct plan *plan, const struct statement *s)
{
	struct unit *unit = ARENA_NEW(c->arena, struct unit);

	unit->statement = s;
	unit->name = s->name;
	unit->backend = backend_of(s);
	unit->view = s->many ? VIEW_MANY : VIEW_SINGLE;
	unit->condition = s->condition;
	unit->tests = s->kind != STATEMENT_NOTIFY;
	unit->effect = (struct effect){.status = -1, .severity = -1};
	unit->first = 1;
	VEC_PUSH(c->arena, plan->units, unit);
	return unit;
}

static void set_end(struct compilation *c, struct unit *unit, const struct until *until,
		    struct str reason, struct str ticket)
{
	unit->until = until_text(c, until);
	unit->end = until;
	if (end_is_due(unit) && (!c->has_end || until->end < c->first_end)) {
		c->has_end = true;
		c->first_end = until->end;
	}
	unit->reason = reason;
	unit->ticket = ticket;
	if (unit->backend == BACKEND_INSPECTOR)
		return; /* it hides a finding and writes nothing on it */
	unit->effect.status = unit->statement->status; /* its note: plan_finish */
}

/* Rows with the same end, reason and ticket share a unit. */
static struct unit *unit_of_row(struct compilation *c, struct plan *plan, size_t from,
				const struct statement *s, const struct row *row)
{
	struct unit *unit;

	for (size_t i = from; i < plan->units.n; i++) {
		unit = plan->units.items[i];
		if (str_eq(unit->until, until_text(c, &row->until)) &&
		    str_eq(unit->reason, row->reason) && str_eq(unit->ticket, row->ticket))
			return unit;
	}
	unit = unit_new(c, plan, s);
	set_end(c, unit, &row->until, row->reason, row->ticket);
	return unit;
}

/* Grows by doubling: an `each` may have thousands of rows. */
static void add_row(struct compilation *c, struct unit *unit, const struct row *row)
{
	const struct row **rows;
	size_t n = unit->n_rows;

	if (n < 8 ? n == 0 : (n & (n - 1)) == 0)
		unit->rows = arena_regrow(c->arena, unit->rows, n * sizeof *rows, n < 8 ? 8 : 2 * n,
					  sizeof *rows);
	rows = unit->rows;
	rows[unit->n_rows++] = row;
}

static void set_reopen(struct compilation *c, struct unit *unit, const struct statement *of)
{
	unit->reopens = true;
	unit->of = of;
	unit->effect.status = WORKFLOW_NEW;
	unit->effect.note =
		of ? str_printf(c->arena, "vulnctl reopened " STR_FMT ": " STR_FMT,
				STR_ARG(unit->name), STR_ARG(of->name))
		   : str_printf(c->arena, "vulnctl reopened " STR_FMT, STR_ARG(unit->name));
}

/* `until fixed` ends by event: a reopen of its own of what the rest of the condition takes. What
 * the suppression was written with may have tested the fix, or the status that it changed itself,
 * so the rest is the condition for any fix and status that it can have held with. */
static void plan_fixed(struct compilation *c, struct plan *plan, const struct statement *s,
		       const struct cond *whole)
{
	static const int fixes[] = {FIX_NO, FIX_PARTIAL},
			 open[] = {WORKFLOW_NEW, WORKFLOW_NOTIFIED};
	struct unit *unit = unit_new(c, plan, s);
	struct cond_list rest = {0};

	for (size_t i = 0; i < ARRAY_LEN(fixes); i++) {
		const struct cond *given =
			tree_given(c->arena, c->policy, whole, FIELD_fix, fixes[i]);
		const struct cond *one = NULL;

		for (size_t j = 0; j < ARRAY_LEN(open) && one != given; j++) {
			one = tree_given(c->arena, c->policy, given, FIELD_workflow, open[j]);
			VEC_PUSH(c->arena, rest, one);
		}
	}
	unit->name = str_printf(c->arena, STR_FMT "--fixed", STR_ARG(s->name));
	unit->backend = BACKEND_EVENT;
	unit->condition = tree_both(c->arena, tree_some(c->arena, rest.items, rest.n),
				    tree_word(c->arena, FIELD_fix, FIX_YES));
	set_reopen(c, unit, s);
}

static void plan_rows(struct compilation *c, struct plan *plan, const struct statement *s)
{
	size_t from = plan->units.n;
	struct cond_list all = {0}, fixed = {0};

	for (size_t i = 0; i < s->n_rows; i++) {
		const struct row *row = &s->rows[i];

		if (!in_force(c->policy, &row->until)) {
			expired(c, plan, s, &row->until, row->value);
			continue;
		}
		note_end(c, plan, &row->until);
		add_row(c, unit_of_row(c, plan, from, s, row), row);
		VEC_PUSH(c->arena, all, row->condition);
		if (row->until.fixed)
			VEC_PUSH(c->arena, fixed, row->condition);
	}
	for (size_t i = from; i < plan->units.n; i++) {
		struct unit *unit = plan->units.items[i];

		unit->condition = rows_join(c->arena, unit->rows, unit->n_rows, &unit->own);
	}
	if (!all.n || !holds(c, s))
		return;
	VEC_PUSH(c->arena, plan->suppressions,
		 ((struct in_force){.statement = s,
				    .whole = tree_some(c->arena, all.items, all.n),
				    .unit = plan->units.items[from]}));
	if (fixed.n)
		plan_fixed(c, plan, s, tree_some(c->arena, fixed.items, fixed.n));
}

static void plan_suppress(struct compilation *c, struct plan *plan, const struct statement *s)
{
	struct unit *unit;

	if (s->n_rows) {
		plan_rows(c, plan, s);
		return;
	}
	if (!in_force(c->policy, &s->until)) {
		expired(c, plan, s, &s->until, STR(""));
		return;
	}
	note_end(c, plan, &s->until);
	unit = unit_new(c, plan, s);
	set_end(c, unit, &s->until, s->reason, s->ticket);
	if (!holds(c, s))
		return;
	VEC_PUSH(c->arena, plan->suppressions,
		 ((struct in_force){.statement = s, .whole = s->condition, .unit = unit}));
	if (s->until.fixed)
		plan_fixed(c, plan, s, s->condition);
}

/* Of an assign or an action: what it says is what it writes. */
static void set_writes(struct compilation *c, struct unit *unit)
{
	const struct statement *s = unit->statement;

	unit->effect = (struct effect){s->status, s->severity, STR(""), s->sets, s->n_sets};
	if (s->note.len)
		unit->effect.note = text_cut(c, unit, s->note, LIMIT_note_text, "note");
}

/* Inspector's own event tells of no other product's findings, whatever product is named. */
static void set_inspector(struct compilation *c, struct unit *unit)
{
	unit->view = VIEW_SINGLE;
	unit->condition =
		tree_both(c->arena, unit->condition,
			  tree_text(c->arena, FIELD_product, STR(""), TEST_IN, STR("Inspector")));
}

/* A unit for each source. */
static void plan_notify(struct compilation *c, struct plan *plan, const struct statement *s)
{
	static const struct {
		enum notify_source source;
		enum backend backend;
	} sources[] = {
		{SOURCE_SECURITYHUB, BACKEND_EVENT},
		{SOURCE_INSPECTOR, BACKEND_INSPECTOR_EVENT},
		{SOURCE_SECURITYHUB_V2, BACKEND_V2_EVENT},
		{SOURCE_INSPECTOR_SCAN, BACKEND_SCAN_EVENT},
	};

	for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
		struct unit *unit;

		if (!(s->source & sources[i].source))
			continue;
		unit = unit_new(c, plan, s);
		unit->backend = sources[i].backend;
		unit->tests = s->via == VIA_EVENT && unit->backend == BACKEND_EVENT;
		if (unit->backend == BACKEND_INSPECTOR_EVENT)
			set_inspector(c, unit);
		unit->effect.status = s->mark ? WORKFLOW_NOTIFIED : -1;
	}
}

static void plan_statement(struct compilation *c, struct plan *plan, const struct statement *s)
{
	if (s->kind == STATEMENT_TIER || s->kind == STATEMENT_PROTECT ||
	    s->kind == STATEMENT_STATUS)
		return;
	if (s->kind == STATEMENT_NOTIFY) {
		plan_notify(c, plan, s);
		return;
	}
	switch (s->kind) {
	case STATEMENT_SUPPRESS:
		plan_suppress(c, plan, s);
		break;
	case STATEMENT_REOPEN:
		set_reopen(c, unit_new(c, plan, s), s->of);
		break;
	case STATEMENT_ASSIGN:
	case STATEMENT_ACTION:
		set_writes(c, unit_new(c, plan, s));
		break;
	case STATEMENT_LIFECYCLE: /* its condition is about repositories, not findings */
		unit_new(c, plan, s)->condition = NULL;
		break;
	default:
		unit_new(c, plan, s);
	}
}

/* --- subtraction and guards, when all suppressions are known --- */

const struct in_force *plan_in_force(const struct plan *plan, const struct statement *statement)
{
	uint32_t at;

	if (!memo_get(&plan->by_statement, (uint64_t)(uintptr_t)statement, &at))
		return NULL;
	return &plan->suppressions.items[at - 1];
}

static void index_suppressions(struct compilation *c, struct plan *plan)
{
	for (size_t i = 0; i < plan->suppressions.n; i++)
		memo_put(&plan->by_statement, c->arena,
			 (uint64_t)(uintptr_t)plan->suppressions.items[i].statement,
			 (uint32_t)(i + 1));
}

static void index_pins(struct compilation *c, struct plan *plan)
{
	size_t n = plan->suppressions.n;
	const struct cond **conds = ARENA_ARRAY(c->arena, const struct cond *, n + 1);
	enum view *views = ARENA_ARRAY(c->arena, enum view, n + 1);

	for (size_t i = 0; i < n; i++) {
		conds[i] = plan->suppressions.items[i].whole;
		views[i] = plan->suppressions.items[i].unit->view;
	}
	plan->pins = pins_index_new(c->arena, conds, views, n);
}

void plan_overlapping(struct compilation *c, struct plan *plan, const struct cond *cond,
		      enum view view, dd set, struct in_force_list *out)
{
	const uint32_t *near;
	size_t n;

	if (!plan->pins)
		index_pins(c, plan);
	near = pins_candidates(plan->pins, cond, view, &n);
	for (size_t i = 0; i < n; i++) {
		const struct in_force *one = &plan->suppressions.items[near[i]];

		if (relate_overlap(lower_engine(c->lower), set,
				   lower_cond(c->lower, one->whole, view), NULL))
			VEC_PUSH(c->arena, *out, one);
	}
}

/* A reopen never reopens what another suppression in force holds. One without `of` must not overlap
 * any (VC309), so there is nothing to subtract. That of `until fixed` leaves what other rows of its
 * own suppression hold. A notify that marks yields to all of them: it neither marks nor tells of
 * what one holds, since its rule does both. */
static void subtract(struct compilation *c, struct plan *plan, struct unit *unit)
{
	struct in_force_list others = {0};
	struct cond_list held = {0};

	if (unit->reopens && !unit->of)
		return;
	lower_use(c->lower, unit->view);
	plan_overlapping(c, plan, unit->condition, unit->view,
			 lower_cond(c->lower, unit->condition, unit->view), &others);
	for (size_t i = 0; i < others.n; i++)
		if (others.items[i]->statement != unit->of || unit->statement == unit->of)
			VEC_PUSH(c->arena, held, others.items[i]->whole);
	if (held.n)
		unit->condition =
			tree_both(c->arena, unit->condition,
				  tree_not(c->arena, tree_some(c->arena, held.items, held.n)));
}

/* What bears the mark of a suppression that is no more is all that is left to reopen. */
static void check_of(struct compilation *c, const struct plan *plan, const struct statement *s)
{
	if (!s->of || plan_in_force(plan, s->of))
		return;
	if (s->of->via == VIA_INSPECTOR) {
		diag_note(diag_warning(
				  c->diags, NULL, s->name_span,
				  "`%s` reopens nothing: Inspector itself hides what `%s` takes",
				  diag_quote(c->diags, s->name), diag_quote(c->diags, s->of->name)),
			  "such findings bear no mark; they are active again as soon as the filter "
			  "does not take them");
		return;
	}
	diag_warning(c->diags, NULL, s->name_span,
		     s->of->via == VIA_AUTOMATION_V2
			     ? "`%s` reopens nothing: `%s` silences in Security Hub V2, and a "
			       "reopen acts in Security Hub CSPM"
			     : "`%s` reopens only what `%s` silenced before it ended",
		     diag_quote(c->diags, s->name), diag_quote(c->diags, s->of->name));
}

void plan_guard(struct compilation *c, struct plan *plan, struct unit *unit)
{
	const struct cond *guard;

	target_ask(c);
	guard = guard_make(c, plan, unit);
	target_answered(c, unit->statement);
	unit->guarded = guard ? tree_both(c->arena, unit->condition, guard) : unit->condition;
}

void plan_finish(struct compilation *c, struct plan *plan, struct unit *unit)
{
	if (!unit->condition)
		return;
	if (unit->statement->kind == STATEMENT_SUPPRESS && !unit->reopens &&
	    unit->backend != BACKEND_INSPECTOR)
		unit->effect.note = text_note(c, unit);
	target_ask(c);
	if (unit->statement->kind == STATEMENT_REOPEN)
		check_of(c, plan, unit->statement);
	if (unit->reopens || unit->statement->mark)
		subtract(c, plan, unit);
	target_answered(c, unit->statement);
	plan_guard(c, plan, unit);
}

void plan_again(struct compilation *c, struct plan *plan, struct unit *unit)
{
	if (unit->statement->kind == STATEMENT_ASSIGN)
		set_writes(c, unit);
	plan_finish(c, plan, unit);
}

void plan_share(struct compilation *c, struct plan *plan, const struct unit *shared)
{
	uint32_t at;

	for (size_t i = 0; i < shared->n_members; i++) {
		uint64_t key = (uint64_t)(uintptr_t)shared->members[i]->statement;
		struct in_force *one;

		if (!memo_get(&plan->by_statement, key, &at))
			continue;
		one = &plan->suppressions.items[at - 1];
		if (!one->shared.n || !str_eq(one->shared.items[one->shared.n - 1], shared->name))
			VEC_PUSH(c->arena, one->shared, shared->name);
	}
}

struct plan *plan_make(struct compilation *c)
{
	struct plan *plan = ARENA_NEW(c->arena, struct plan);

	for (size_t i = 0; i < c->policy->n_statements; i++)
		plan_statement(c, plan, c->policy->statements[i]);
	lifecycle_select(c, plan->units.items, plan->units.n);
	index_suppressions(c, plan);
	return plan;
}
