/* SPDX-License-Identifier: Apache-2.0
 *
 * Tiers are ordered, and the first that holds counts: one may take nothing that is left, or less
 * than it says. */
#include "lint/logic_internal.h"

#include "eval/eval.h"

struct tier {
	struct logic *logic;
	const struct logic_item *item;
	dd before; /* what the tiers before it take */
};

/* The first of the tiers before it that takes some of it. */
static const struct statement *first_shadow(const struct tier *t, dd *both)
{
	struct lint *l = t->logic->l;

	for (const struct logic_item *item = t->logic->items.items; item < t->item; item++)
		if (relate_overlap(logic_engine(l), t->item->set,
				   lower_cond(l->c->lower, item->cond, t->item->view), both))
			return item->statement;
	return NULL;
}

static void unreachable(const struct tier *t, const struct statement *first)
{
	struct lint *l = t->logic->l;
	struct diag *diag =
		lint_report(l, RULE_unreachable_tier, t->item->at,
			    "no finding can be in the tier `%s`: those before it take them all",
			    diag_quote(l->diags, t->item->statement->name));

	diag_label(diag, first->name_span, "takes some or all of them");
	diag_help(diag, "put it before them, or make them narrower");
}

static void partly(const struct tier *t, const struct statement *first, dd both)
{
	struct lint *l = t->logic->l;
	const struct statement *s = t->item->statement;
	struct diag *diag = lint_report(l, RULE_tier_partly_shadowed, t->item->at,
					"some findings of the tier `%s` are in a tier before it",
					diag_quote(l->diags, s->name));

	lint_witness(l, diag, "for example", both, t->item->view, s->condition, first->condition,
		     NULL);
	diag_label(diag, first->name_span, "the first that takes some of them");
	diag_help(diag, "`tier == %s` means: and in none of those before it",
		  diag_quote(l->diags, s->name));
}

static void check_tier(const struct tier *t)
{
	struct lint *l = t->logic->l;
	const struct statement *first;
	bool empty, some;
	dd both;

	if (!t->item->answered || t->item->empty)
		return;
	lint_ask(l);
	logic_use(l, t->item->statement);
	empty = relate_inside(logic_engine(l), t->item->set, t->before, NULL);
	some = relate_overlap(logic_engine(l), t->item->set, t->before, NULL);
	if (!lint_answered(l, RULE_unreachable_tier, t->item->at) || !some)
		return;
	lint_ask(l);
	logic_use(l, t->item->statement);
	first = first_shadow(t, &both);
	if (!lint_answered(l, RULE_tier_partly_shadowed, t->item->at) || !first)
		return;
	if (empty)
		unreachable(t, first);
	else if (lint_wants(l, RULE_tier_partly_shadowed))
		partly(t, first, both);
}

void logic_tiers(struct logic *logic)
{
	struct lint *l = logic->l;
	dd before[VIEW_COUNT] = {DD_FALSE, DD_FALSE};

	for (size_t i = 0; i < logic->n_tiers; i++) {
		const struct logic_item *item = &logic->items.items[i];

		check_tier(&(struct tier){logic, item, before[item->view]});
		lint_ask(l);
		for (enum view view = 0; view < VIEW_COUNT; view++)
			before[view] = dd_or(logic_engine(l), before[view],
					     lower_cond(l->c->lower, item->cond, view));
		if (!lint_answered(l, RULE_unreachable_tier, item->at))
			return;
	}
}
