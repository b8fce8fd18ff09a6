/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules about the status that is written: what AWS means by it, and whether it still fits when the
 * finding has changed. */
#include "lint/pass.h"
#include "lint/status_internal.h"
#include "target/tree.h"

/* A suppression's findings, all rows in one. */
static const struct cond *whole(struct lint *l, const struct statement *s)
{
	struct cond_list rows = {0};

	for (size_t i = 0; i < s->n_rows; i++)
		VEC_PUSH(l->arena, rows, s->rows[i].condition);
	return s->condition ? s->condition : tree_some(l->arena, rows.items, rows.n);
}

/* Neither gone nor passed. */
static const struct cond *open_finding(struct lint *l)
{
	return tree_both(
		l->arena, tree_word(l->arena, FIELD_record, RECORD_ACTIVE),
		tree_not(l->arena, tree_word(l->arena, FIELD_compliance, COMPLIANCE_PASSED)));
}

static void check_resolved(struct lint *l, const struct statement *s)
{
	struct span at = s->status_span.start ? s->status_span : s->name_span;
	const struct cond *cond = whole(l, s), *open = open_finding(l);
	struct slices hidden;
	struct diag *diag;
	enum view view;
	bool found;
	dd set;

	lint_ask(l);
	hidden = conflict_slices(l->c, tree_both(l->arena, cond, open),
				 s->many ? VIEW_MANY : VIEW_SINGLE);
	found = sets_find(l, hidden, false, &set, &view);
	if (!lint_answered(l, RULE_resolved_hides_open, at) || !found)
		return;
	diag = lint_report(l, RULE_resolved_hides_open, at,
			   "`%s` calls findings RESOLVED that are still there",
			   diag_quote(l->diags, s->name));
	lint_witness(l, diag, "for example", set, view, cond, open, NULL);
	diag_help(diag, s->kind == STATEMENT_SUPPRESS
				? "write `status SUPPRESSED`: its reason says why nothing is done"
				: "what needs no action is a `suppress` with a reason and an end; "
				  "RESOLVED comes with the fix");
}

void lint_status(struct lint *l)
{
	for (size_t i = 0; i < l->policy->n_statements; i++) {
		const struct statement *s = l->policy->statements[i];
		bool writes = s->kind == STATEMENT_ASSIGN ||
			      (s->kind == STATEMENT_SUPPRESS && s->via != VIA_INSPECTOR);

		if (writes && s->status == WORKFLOW_RESOLVED &&
		    lint_wants(l, RULE_resolved_hides_open))
			check_resolved(l, s);
	}
	if (l->plan)
		status_check_stays(l);
}
