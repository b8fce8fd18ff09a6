/* SPDX-License-Identifier: Apache-2.0
 *
 * Suppressions by what changes in the life of a finding. A rule that no longer takes a finding does
 * not take back what it wrote: only a reopen does, and the end of the suppression. */
#include "lint/status_internal.h"

#include <stdlib.h>

#include "lint/atoms.h"
#include "target/tree.h"

/* What changes under a condition; what no condition of these mechanisms tests is left out. */
enum change {
	CHANGE_ANY,  /* to any value, also to none */
	CHANGE_WORD, /* to another word */
	CHANGE_AGE,  /* tested by age alone: time goes by, or the date moves, too */
};

static const struct changing {
	enum field_id field;
	enum change change;
	bool moves; /* a date that is set anew */
} changing[] = {
	{FIELD_fix, CHANGE_WORD, false},	   {FIELD_tag, CHANGE_ANY, false},
	{FIELD_image_tag, CHANGE_ANY, false},	   {FIELD_epss, CHANGE_ANY, false},
	{FIELD_first_observed, CHANGE_AGE, false}, {FIELD_created, CHANGE_AGE, false},
	{FIELD_image_pushed, CHANGE_AGE, false},   {FIELD_last_observed, CHANGE_AGE, true},
	{FIELD_updated, CHANGE_AGE, true},	   {FIELD_exploit_last_seen, CHANGE_AGE, true},
	{FIELD_exploit, CHANGE_WORD, false}, /* the last: it is told more softly */
};

#define CHANGING ARRAY_LEN(changing)

/* What a condition tests of them. */
struct tested {
	struct arena *arena;
	bool fields[CHANGING];
	VEC(struct str) tags;
};

static void note_atom(void *context, const struct cond *cond)
{
	struct tested *tested = context;
	const struct atom *atom = cond->atom;

	for (size_t i = 0; i < CHANGING && atom; i++) {
		if (changing[i].field != atom->field ||
		    (changing[i].change == CHANGE_AGE && !atom->age))
			continue;
		tested->fields[i] = true;
		if (atom->field == FIELD_tag)
			VEC_PUSH(tested->arena, tested->tags, atom->key);
	}
}

/* --- what takes a finding back --- */

struct reopens {
	const struct statement **of; /* by the suppression's place */
	size_t n;
	dd any; /* those that take whatever is SUPPRESSED */
};

static int by_suppression(const void *left, const void *right)
{
	const struct statement *a = *(const struct statement *const *)left;
	const struct statement *b = *(const struct statement *const *)right;

	return (a->of->name_span.start > b->of->name_span.start) -
	       (a->of->name_span.start < b->of->name_span.start);
}

static struct reopens reopens_of(struct lint *l)
{
	const struct policy *policy = l->policy;
	VEC(const struct statement *) of = {0};
	VEC(dd) any = {0};

	for (size_t i = 0; i < policy->n_statements; i++) {
		const struct statement *s = policy->statements[i];

		if (s->kind != STATEMENT_REOPEN)
			continue;
		if (s->of)
			VEC_PUSH(l->arena, of, s);
		else
			VEC_PUSH(l->arena, any, lower_cond(l->c->lower, s->condition, VIEW_SINGLE));
	}
	if (of.n)
		qsort(of.items, of.n, sizeof *of.items, by_suppression);
	return (struct reopens){of.items, of.n,
				dd_or_all(lower_engine(l->c->lower), any.items, any.n)};
}

static dd reopened(struct lint *l, const struct reopens *r, const struct unit *unit, dd set)
{
	struct engine *e = lower_engine(l->c->lower);
	const struct statement *s = unit->statement;
	dd all = s->status == WORKFLOW_SUPPRESSED ? r->any : DD_FALSE;
	var fix = lower_var(l->c->lower, FIELD_fix, STR(""), VIEW_SINGLE);
	size_t from = 0, to = r->n;

	if (unit->end && unit->end->fixed)
		all = dd_or(e, all,
			    dd_and(e, dd_forget(e, set, fix),
				   dd_in(e, fix, set_bits(e, fix, BIT(FIX_YES)))));
	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (r->of[middle]->of->name_span.start < s->name_span.start)
			from = middle + 1;
		else
			to = middle;
	}
	for (; from < r->n && r->of[from]->of == s; from++)
		all = dd_or(e, all, lower_cond(l->c->lower, r->of[from]->condition, VIEW_SINGLE));
	return all;
}

/* --- where a suppression can be left --- */

/* Findings that the set may leave when this field changes. */
static dd left_by(struct lint *l, dd set, const struct changing *what, struct str key)
{
	struct engine *e = lower_engine(l->c->lower);
	enum group group = fields[what->field].group;
	var v = lower_is_group(group, VIEW_SINGLE)
			? lower_group(l->c->lower, group, VIEW_SINGLE)
			: lower_var(l->c->lower, what->field, key, VIEW_SINGLE);
	struct interval oldest = {INT64_MIN, INT64_MIN};
	dd reach = dd_forget(e, set, v), old;

	if (what->change == CHANGE_WORD)
		reach = dd_and(e, reach,
			       dd_in(e, v, set_bits(e, v, BIT(fields[what->field].words->n) - 1)));
	if (what->change == CHANGE_AGE && !what->moves) {
		old = dd_and(e, set, dd_in(e, v, set_numbers(e, &oldest, 1, false)));
		reach = dd_minus(e, reach, dd_forget(e, old, v));
	}
	return dd_minus(e, reach, set);
}

static void report_stays(struct lint *l, const struct unit *unit, const struct changing *what,
			 dd set)
{
	const struct statement *s = unit->statement;
	const char *status = vocabulary_workflow.words[s->status];
	struct diag *diag = lint_report_at(
		l, RULE_mutable_condition, what->field == FIELD_exploit ? LINT_INFO : LINT_WARN,
		s->name_span,
		what->change == CHANGE_AGE ? "what `%s` takes stays %s when the age of %s changes "
					     "and its condition no "
					     "longer holds"
					   : "what `%s` takes stays %s when %s changes and its "
					     "condition no longer holds",
		diag_quote(l->diags, s->name), status, fields[what->field].name);

	lint_witness(l, diag, "then, for example", set, VIEW_SINGLE, NULL, NULL, unit->condition);
	diag_help(diag, "add a `reopen` with `of %s` for what has changed so",
		  diag_quote(l->diags, s->name));
}

static bool check_change(struct lint *l, const struct unit *unit, dd set, dd back,
			 const struct changing *what, struct str key)
{
	struct engine *e = lower_engine(l->c->lower);
	dd left, record;

	record = lower_cond(l->c->lower, tree_word(l->arena, FIELD_record, RECORD_ACTIVE),
			    VIEW_SINGLE);
	left = dd_and(e, dd_minus(e, left_by(l, set, what, key), back), record);
	lower_use(l->c->lower, VIEW_SINGLE);
	if (engine_exhausted(e) || relate_empty(e, left))
		return false;
	report_stays(l, unit, what, left);
	return true;
}

static void check_stays(struct lint *l, const struct reopens *r, const struct unit *unit,
			const struct tested *tested)
{
	bool told = false;
	dd set, back;

	lint_ask(l);
	set = sets_of_unit(l, unit).of[VIEW_SINGLE];
	back = reopened(l, r, unit, set);
	for (size_t i = 0; i < CHANGING && !told; i++) {
		size_t n = changing[i].field == FIELD_tag ? tested->tags.n : tested->fields[i];

		for (size_t k = 0; k < n && !told; k++)
			told = check_change(l, unit, set, back, &changing[i],
					    changing[i].field == FIELD_tag ? tested->tags.items[k]
									   : STR(""));
	}
	lint_answered(l, RULE_mutable_condition, unit->statement->name_span);
}

/* --- what waits for a fix --- */

static const struct statement *label_of_suppressed(const struct policy *policy)
{
	for (size_t i = 0; i < policy->n_statements; i++)
		if (policy->statements[i]->kind == STATEMENT_STATUS &&
		    str_is(policy->statements[i]->name, "SUPPRESSED"))
			return policy->statements[i];
	return NULL;
}

static void check_waits(struct lint *l, const struct unit *unit, const struct statement *label)
{
	const struct statement *s = unit->statement;
	const struct cond *open[] = {tree_word(l->arena, FIELD_fix, FIX_NO),
				     tree_word(l->arena, FIELD_fix, FIX_PARTIAL)};
	struct engine *e = lower_engine(l->c->lower);
	struct diag *diag;
	bool waits;

	lint_ask(l);
	lower_use(l->c->lower, VIEW_SINGLE);
	waits = !s->many &&
		relate_inside(e, lower_cond(l->c->lower, unit->condition, VIEW_SINGLE),
			      lower_cond(l->c->lower, tree_some(l->arena, open, 2), VIEW_SINGLE),
			      NULL);
	if (!lint_answered(l, RULE_status_meaning, s->name_span) || !waits)
		return;
	diag = lint_report(l, RULE_status_meaning, s->name_span,
			   "`%s` waits for a fix, and SUPPRESSED says that no action is needed",
			   diag_quote(l->diags, s->name));
	if (label)
		diag_label(diag, label->name_span, "called `%s` here",
			   diag_quote(l->diags, label->label));
	diag_help(diag, "where the fix is planned, NOTIFIED says so: a notify with `mark NOTIFIED` "
			"tells of it and writes it");
}

/* --- the suppressions --- */

void status_check_stays(struct lint *l)
{
	const struct statement *label = label_of_suppressed(l->policy);
	bool stays = lint_wants(l, RULE_mutable_condition),
	     waits = lint_wants(l, RULE_status_meaning);
	struct reopens r;

	lint_ask(l);
	r = reopens_of(l);
	if (!lint_answered(l, RULE_mutable_condition, place_policy(l->program)))
		stays = false;
	for (size_t i = 0; (stays || waits) && i < l->plan->units.n; i++) {
		const struct unit *unit = l->plan->units.items[i];
		struct tested tested = {.arena = l->arena};
		bool any = false;

		if (unit->statement->kind != STATEMENT_SUPPRESS || unit->reopens ||
		    unit->n_members ||
		    (unit->backend != BACKEND_AUTOMATION && unit->backend != BACKEND_EVENT))
			continue;
		atoms_each(l->arena, l->policy, unit->condition, note_atom, &tested);
		for (size_t k = 0; k < CHANGING; k++)
			any |= tested.fields[k];
		if (any && stays)
			check_stays(l, &r, unit, &tested);
		if (tested.fields[0] && waits && unit->statement->status == WORKFLOW_SUPPRESSED)
			check_waits(l, unit, label);
	}
}
