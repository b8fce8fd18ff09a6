/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules about what `assign` writes. */
#include "lint/pass.h"
#include "lint/sets.h"
#include "target/tree.h"

static void check_severity(struct lint *l, const struct statement *s)
{
	const struct cond *critical = tree_word(l->arena, FIELD_severity, SEVERITY_CRITICAL);
	struct slices lowered;
	struct diag *diag;
	enum view view;
	bool found;
	dd set;

	lint_ask(l);
	lowered = conflict_slices(l->c, tree_both(l->arena, s->condition, critical),
				  s->many ? VIEW_MANY : VIEW_SINGLE);
	found = sets_find(l, lowered, false, &set, &view);
	if (!lint_answered(l, RULE_lowers_critical, s->severity_span) || !found)
		return;
	diag = lint_report(l, RULE_lowers_critical, s->severity_span,
			   "`%s` can make a CRITICAL finding %s", diag_quote(l->diags, s->name),
			   vocabulary_severity.words[s->severity]);
	lint_witness(l, diag, "for example", set, view, s->condition, critical, NULL);
	diag_help(diag, "leave them out with `unless severity == CRITICAL`, or suppress with a "
			"reason and an end what needs no action");
}

void lint_assign(struct lint *l)
{
	for (size_t i = 0; i < l->policy->n_statements; i++) {
		const struct statement *s = l->policy->statements[i];

		if (s->kind == STATEMENT_ASSIGN && s->severity >= 0 &&
		    s->severity != SEVERITY_CRITICAL && lint_wants(l, RULE_lowers_critical))
			check_severity(l, s);
	}
}
