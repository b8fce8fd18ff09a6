/* SPDX-License-Identifier: Apache-2.0
 *
 * Suppressions of everything, for `compile`. */
#include "lint/everything.h"

#include "lint/settle.h"

bool everything_is(struct compilation *c, struct narrow *narrow, const struct cond *cond,
		   const struct statement *s)
{
	if (narrow_see(cond).points)
		return false;
	target_ask(c);
	return narrow_is_everything(narrow, cond, s->given, s->many);
}

static bool is_allowed(const struct policy *policy, const struct statement *s)
{
	for (size_t i = 0; i < policy->n_allows; i++) {
		const struct allowance *a = &policy->allows[i];

		if (a->covers.start <= s->name_span.start && s->name_span.end <= a->covers.end &&
		    lint_rule_find(a->rule) == RULE_matches_everything &&
		    settle_in_force(policy, a))
			return true;
	}
	return false;
}

/* What the set engine cannot tell is told by what compiles it. */
static void refuse(struct compilation *c, struct narrow *narrow, const struct statement *s,
		   const struct row *row)
{
	const struct until *until = row ? &row->until : &s->until;
	const struct cond *cond = row ? row->condition : s->condition;
	struct diag *diag;
	bool is;

	if (until->has_date && until->end <= c->policy->now)
		return;
	is = everything_is(c, narrow, cond, s);
	engine_clear_exhausted(lower_engine(c->lower));
	if (!is || is_allowed(c->policy, s))
		return;
	diag = diag_error(c->diags, lint_rules[RULE_matches_everything].id,
			  row ? row->span : s->name_span, EVERYTHING_MESSAGE,
			  diag_quote(c->diags, s->name));
	diag_help(diag, EVERYTHING_HELP);
	diag_help(diag, "or let it stand with `@allow(matches-everything, reason: …, until: …)`");
}

void everything_refuse(struct compilation *c)
{
	struct narrow *narrow = narrow_new(c->arena, c->lower);

	for (size_t i = 0; i < c->policy->n_statements; i++) {
		const struct statement *s = c->policy->statements[i];

		if (s->kind != STATEMENT_SUPPRESS)
			continue;
		for (size_t r = 0; r < s->n_rows; r++)
			refuse(c, narrow, s, &s->rows[r]);
		if (!s->n_rows)
			refuse(c, narrow, s, NULL);
	}
}
