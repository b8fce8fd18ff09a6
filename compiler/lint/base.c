/* SPDX-License-Identifier: Apache-2.0
 *
 * The comparison with the policy as it was: a pass, and what is known. */
#include "lint/base.h"

#include <stdlib.h>

#include "base/strsort.h"
#include "lint/pass.h"

/* --- statements by name --- */

struct names {
	struct str *names; /* of the suppressions, in their order */
	const struct statement **statements;
	size_t *order;
	size_t n;
};

static struct names suppressions(struct arena *arena, const struct policy *policy)
{
	struct names all = {
		.names = ARENA_ARRAY(arena, struct str, policy->n_statements),
		.statements = ARENA_ARRAY(arena, const struct statement *, policy->n_statements),
	};

	for (size_t i = 0; i < policy->n_statements; i++) {
		if (policy->statements[i]->kind != STATEMENT_SUPPRESS)
			continue;
		all.names[all.n] = policy->statements[i]->name;
		all.statements[all.n++] = policy->statements[i];
	}
	all.order = strsort_order(arena, all.names, all.n);
	return all;
}

static const struct statement *find(const struct names *all, struct str name)
{
	size_t low = 0, high = all->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = str_cmp(all->names[all->order[middle]], name);

		if (order == 0)
			return all->statements[all->order[middle]];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* By its name, or by one that it had. */
static const struct statement *find_before(const struct names *before, const struct statement *s)
{
	const struct statement *found = find(before, s->name);

	for (size_t i = 0; !found && i < s->n_was; i++)
		found = find(before, s->was[i]);
	return found;
}

/* --- what is hidden --- */

static bool in_force(const struct until *until, int64_t now)
{
	return !until->has_date || until->end > now;
}

/* What the suppression hides: all rows that have not ended. */
static dd hidden(struct lower *lower, const struct statement *s, enum view view, int64_t now)
{
	struct engine *e = lower_engine(lower);
	dd all = DD_FALSE;

	for (size_t i = 0; i < s->n_rows; i++)
		if (in_force(&s->rows[i].until, now))
			all = dd_or(e, all, lower_cond(lower, s->rows[i].condition, view));
	if (!s->n_rows && in_force(&s->until, now))
		all = lower_cond(lower, s->condition, view);
	return all;
}

/* A finding of the set, with the row that hides it to confirm it. */
static void show(struct lint *l, struct diag *diag, const char *what, dd set, enum view view,
		 const struct statement *s)
{
	struct engine *e = lower_engine(l->c->lower);

	for (size_t i = 0; i < s->n_rows; i++) {
		dd both;

		lint_ask(l);
		lower_use(l->c->lower, view);
		if (relate_overlap(e, set, lower_cond(l->c->lower, s->rows[i].condition, view),
				   &both)) {
			lint_witness(l, diag, what, both, view, s->rows[i].condition, NULL, NULL);
			return;
		}
	}
	lint_witness(l, diag, what, set, view, s->condition, NULL, NULL);
}

static void compare(struct lint *l, struct lower *old_lower, const struct statement *s,
		    const struct statement *before)
{
	enum view view = s->many || before->many ? VIEW_MANY : VIEW_SINGLE;
	struct engine *e = lower_engine(l->c->lower);
	dd now, then, more, less;
	bool is_more, is_less;
	struct diag *diag;

	lint_ask(l);
	now = hidden(l->c->lower, s, view, l->policy->now);
	then = hidden(old_lower, before, view, l->policy->now);
	lower_use(l->c->lower, view);
	is_more = !relate_inside(e, now, then, &more);
	is_less = !relate_inside(e, then, now, &less);
	if (!lint_answered(l, RULE_compared_with_base, s->name_span) || (!is_more && !is_less))
		return;
	diag = lint_report(l, RULE_compared_with_base, s->name_span,
			   is_more && is_less ? "this suppression hides other findings than before"
			   : is_more	      ? "this suppression hides more than before"
					      : "this suppression hides less than before");
	if (is_more)
		show(l, diag, "hidden now", more, view, s);
	if (is_less)
		lint_witness(l, diag, "shown again", less, view, NULL, NULL,
			     s->n_rows ? NULL : s->condition);
}

static void tell_gone(struct lint *l, const struct statement *before)
{
	struct diag *diag =
		lint_report(l, RULE_compared_with_base, place_policy(l->program),
			    "the suppression `%s` is gone", diag_quote(l->diags, before->name));

	diag_label(diag, before->name_span, "it stood here");
	diag_help(diag, "what it silenced stays as it is until somebody sets it NEW: let it end "
			"with `until` instead, and remove it afterwards");
}

void lint_base(struct lint *l)
{
	struct names now, before;
	struct lower *old_lower;
	struct memo met = {0};

	if (!l->base || !l->base->policy || !lint_wants(l, RULE_compared_with_base))
		return;
	now = suppressions(l->arena, l->policy);
	before = suppressions(l->arena, l->base->policy);
	old_lower = lower_new(l->arena, lower_engine(l->c->lower), l->base->policy);
	for (size_t i = 0; i < now.n; i++) {
		const struct statement *old = find_before(&before, now.statements[i]);

		if (!old) {
			lint_report(l, RULE_compared_with_base, now.statements[i]->name_span,
				    "this suppression is new");
			continue;
		}
		memo_put(&met, l->arena, (uint64_t)(uintptr_t)old, 1);
		compare(l, old_lower, now.statements[i], old);
	}
	for (size_t i = 0; i < before.n; i++) {
		uint32_t unused;

		if (!memo_get(&met, (uint64_t)(uintptr_t)before.statements[i], &unused) &&
		    in_force(&before.statements[i]->until, l->policy->now))
			tell_gone(l, before.statements[i]);
	}
}

/* --- what is known --- */

static bool same_statement(struct lint *l, const struct diag *now, const struct diag *before)
{
	const struct ast_statement *a = places_find(l->places, diag_place(now));
	const struct ast_statement *b = places_find(l->base->places, diag_place(before));

	if (!a || !b)
		return !a && !b;
	return str_eq(sources_text(l->sources, a->span), sources_text(l->sources, b->span));
}

static int by_name(const void *left, const void *right)
{
	return str_cmp(diag_fingerprint(*(struct diag *const *)left),
		       diag_fingerprint(*(struct diag *const *)right));
}

void base_know(struct lint *l)
{
	VEC(struct diag *) before = {0};
	struct diag *diag, **found;

	for (size_t i = 0; (diag = diags_at(l->base->diags, i)); i++)
		if (diag_fingerprint(diag).len)
			VEC_PUSH(l->arena, before, diag);
	if (before.n)
		qsort(before.items, before.n, sizeof *before.items, by_name);
	for (size_t i = 0; before.n && (diag = diags_at(l->diags, i)); i++) {
		if (!diag_is_lint(diag) || !diag_fingerprint(diag).len)
			continue;
		found = bsearch(&diag, before.items, before.n, sizeof *before.items, by_name);
		if (found && str_eq(diag_message(diag), diag_message(*found)) &&
		    same_statement(l, diag, *found))
			diag_know(diag);
	}
}
