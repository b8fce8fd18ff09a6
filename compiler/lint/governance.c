/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules about the end of what was decided; who decided it and why is governance_reason.c's. */
#include "lint/governance_internal.h"

#include "base/civil.h"
#include "ir/memo.h"
#include "lint/atoms.h"
#include "lint/edit.h"
#include "lint/measure.h"
#include "lint/pass.h"
#include "syntax/limits.h"

/* --- ends --- */

/* What `reopen … { of NAME; }` names cannot be deleted alone. */
static struct memo find_reopened(struct lint *l)
{
	struct memo reopened = {0};

	for (size_t i = 0; i < l->policy->n_statements; i++) {
		const struct statement *of = l->policy->statements[i]->of;

		if (of)
			memo_put(&reopened, l->arena, (uint64_t)(uintptr_t)of, 1);
	}
	return reopened;
}

static bool is_any_live(const struct lint *l, size_t first, size_t end)
{
	for (size_t i = first; i < end; i++)
		if (l->subjects[i].live)
			return true;
	return false;
}

static struct diag *tell_expired(struct lint *l, const struct lint_subject *subject, bool whole)
{
	const char *name = diag_quote(l->diags, subject->statement->name);
	const char *end = diag_quote(l->diags, subject->until->text);
	struct diag *diag;

	if (subject->row && !whole)
		diag = lint_report(l, RULE_expired, subject->at,
				   "`%s` for %s ended on %s and is not compiled", name,
				   diag_quote(l->diags, subject->row->value), end);
	else
		diag = lint_report(l, RULE_expired, subject->until->span,
				   "`%s` ended on %s and is not compiled", name, end);
	diag_note(diag, "what it hid is open again");
	diag_help(diag, "decide again, with a new reason and a new end, or delete it");
	return diag;
}

static struct span row_span(const struct lint *l, const struct lint_subject *subject)
{
	const struct statement *s = subject->statement;
	const struct ast_property *each = edit_property(edit_statement(l, s), "each");

	return each->rows[subject->row - s->rows].span;
}

/* The subjects from `first` on are those of one statement. */
static void check_expired(struct lint *l, const struct memo *reopened, size_t first, size_t end)
{
	const struct statement *s = l->subjects[first].statement;
	bool whole = !is_any_live(l, first, end);
	struct diag *diag;
	uint32_t unused;

	for (size_t i = first; i < end; i++) {
		const struct lint_subject *subject = &l->subjects[i];

		if (subject->live)
			continue;
		diag = tell_expired(l, subject, whole);
		if (!whole) {
			edit_remove(l, diag, row_span(l, subject));
			continue;
		}
		if (!memo_get(reopened, (uint64_t)(uintptr_t)s, &unused))
			edit_delete(l, diag, edit_statement(l, s));
		return;
	}
}

/* measured: what its statement hides of real findings, or NULL. */
static void check_soon(struct lint *l, const struct lint_subject *subject,
		       const struct measured *measured)
{
	int64_t left = subject->until->end - l->policy->now;
	int64_t days = (left + NS_PER_DAY - 1) / NS_PER_DAY;
	struct diag *diag;

	if (!subject->until->has_date || !subject->live ||
	    left > l->settings->thresholds[THRESHOLD_expires_soon])
		return;
	diag = lint_report(l, RULE_expires_soon, subject->until->span,
			   days == 1 ? "this suppression ends within %lld day"
				     : "this suppression ends within %lld days",
			   (long long)days);
	if (measured && !subject->row)
		diag_note(diag, "it hides %zu of the active findings in %.*s", measured->active,
			  STR_ARG(l->measure->files));
	diag_help(diag, "decide now whether what it hides may be told again then");
}

/* An end that is far away is none: nobody will remember why. */
static void check_far(struct lint *l, const struct lint_subject *subject)
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

/* To look at something again and again is no end. */
static void check_review(struct lint *l, const struct statement *s, size_t first, size_t end)
{
	struct diag *diag;

	if (!s->review)
		return;
	for (size_t i = first; i < end; i++) {
		const struct until *until = l->subjects[i].until;

		if (until->has_date)
			continue;
		diag = lint_report(l, RULE_review_without_until, until->fixed_span,
				   "`%s` is reviewed, but it has no date to end on",
				   diag_quote(l->diags, s->name));
		diag_note(diag, "nothing but a published fix ends `until fixed`, and there may "
				"never be one");
		diag_help(diag, "add `until DATE;`: whichever comes first ends it");
		return;
	}
}

static void check_ends(struct lint *l)
{
	struct memo reopened = find_reopened(l);
	const struct measured *measured;
	size_t at = 0;

	for (size_t first = 0, end; first < l->n_subjects; first = end) {
		const struct statement *s = l->subjects[first].statement;

		while (l->policy->statements[at] != s)
			at++;
		measured = l->measure ? &l->measure->statements[at] : NULL;
		for (end = first; end < l->n_subjects && l->subjects[end].statement == s; end++) {
			if (end > first && l->subjects[end].until->span.start ==
						   l->subjects[end - 1].until->span.start)
				continue; /* of the block, and told */
			check_soon(l, &l->subjects[end], measured);
			check_far(l, &l->subjects[end]);
		}
		check_expired(l, &reopened, first, end);
		check_review(l, s, first, end);
	}
}

/* --- the file --- */

struct dates {
	bool found;
	struct span at;
};

static void find_date(void *context, const struct cond *cond)
{
	struct dates *dates = context;

	if (cond->kind != COND_ATOM || fields[cond->atom->field].type != TYPE_DATE || dates->found)
		return;
	*dates = (struct dates){true, cond->span};
}

static struct dates first_date(struct lint *l)
{
	struct dates dates = {0};

	for (size_t i = 0; i < l->n_subjects && !dates.found; i++) {
		const struct until *until = l->subjects[i].until;

		if (until->has_date && !until->is_datetime)
			dates = (struct dates){true, until->span};
	}
	for (size_t i = 0; i < l->policy->n_statements && !dates.found; i++)
		atoms_each(l->arena, l->policy, l->policy->statements[i]->condition, find_date,
			   &dates);
	return dates;
}

static const struct ast_statement *policy_block(const struct ast_file *file)
{
	for (size_t i = 0; i < file->n_statements; i++)
		if (file->statements[i]->kind == AST_POLICY)
			return file->statements[i];
	return NULL;
}

/* A day begins and ends somewhere. */
static void check_timezone(struct lint *l)
{
	const struct ast_statement *block = policy_block(l->program->root);
	struct dates dates = {0};
	struct diag *diag;
	uint32_t end;

	if (l->policy->has_timezone || !lint_wants(l, RULE_no_timezone))
		return;
	dates = first_date(l);
	if (!dates.found)
		return;
	diag = lint_report(l, RULE_no_timezone, block ? block->text_span : dates.at,
			   "the policy has dates and no `timezone`: its days are those of UTC");
	if (!block) {
		diag_help(diag, "write `policy \"…\" { timezone \"+00:00\"; }`");
		return;
	}
	diag_label(diag, dates.at, "a date");
	end = block->span.end - 1;
	diag_fix(diag, (struct span){end, end}, STR("timezone \"+00:00\"; "));
}

static void check_editions(struct lint *l)
{
	for (size_t i = 0; i < l->program->n; i++) {
		const struct ast_file *file = l->program->files[i];
		uint32_t at = file->source->base;

		if (file->edition < SYNTAX_EDITION)
			lint_report(l, RULE_edition_old, (struct span){at, at},
				    "this is edition %lld, and there is edition %d",
				    (long long)file->edition, SYNTAX_EDITION);
	}
}

void lint_governance(struct lint *l)
{
	check_ends(l);
	check_timezone(l);
	check_editions(l);
	governance_reasons(l);
}
