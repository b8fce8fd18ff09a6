/* SPDX-License-Identifier: Apache-2.0
 *
 * Tiers are ordered, and the first that holds counts: one may take nothing that is left, or less
 * than it says. */
#include "lint/logic_internal.h"
#include "lint/sets.h"

#include "eval/eval.h"

struct tier {
	struct logic *logic;
	const struct logic_item *item;
	const dd *before; /* [i]: what the first i tiers take, as the item's view has it */
	size_t n;	  /* how many stand before it */
};

/* The first of the tiers before it that takes some of it: of more of them, more. */
static const struct statement *first_shadow(const struct tier *t)
{
	struct engine *e = logic_engine(t->logic->l);
	size_t low = 0, high = t->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (relate_overlap(e, t->item->set, t->before[middle + 1], NULL))
			high = middle;
		else
			low = middle + 1;
	}
	return t->logic->items.items[low].statement;
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

static struct slices taken(struct lint *l, const struct statement *tier)
{
	return conflict_slices(l->c, tier->condition, tier->many ? VIEW_MANY : VIEW_SINGLE);
}

/* Of findings of Inspector the single view has one to show, whatever the view of the tier. */
static void partly(const struct tier *t, const struct statement *first)
{
	struct lint *l = t->logic->l;
	const struct statement *s = t->item->statement;
	struct diag *diag = lint_report(l, RULE_tier_partly_shadowed, t->item->at,
					"some findings of the tier `%s` are in a tier before it",
					diag_quote(l->diags, s->name));
	struct slices both;
	enum view view;
	dd set;

	lint_ask(l);
	both = sets_and(l, taken(l, s), taken(l, first));
	if (sets_find(l, both, false, &set, &view))
		lint_witness(l, diag, "for example", set, view, s->condition, first->condition,
			     NULL);
	diag_label(diag, first->name_span, "the first that takes some of them");
	diag_help(diag, "`tier == %s` means: and in none of those before it",
		  diag_quote(l->diags, s->name));
}

static void check_tier(const struct tier *t)
{
	struct lint *l = t->logic->l;
	struct engine *e = logic_engine(l);
	const struct statement *first = NULL;
	dd all = t->before[t->n];
	bool empty;

	if (!t->item->answered || t->item->empty)
		return;
	lint_ask(l);
	logic_use(l, t->item->statement);
	empty = relate_inside(e, t->item->set, all, NULL);
	if (relate_overlap(e, t->item->set, all, NULL))
		first = first_shadow(t);
	if (!lint_answered(l, RULE_unreachable_tier, t->item->at) || !first)
		return;
	if (empty)
		unreachable(t, first);
	else if (lint_wants(l, RULE_tier_partly_shadowed))
		partly(t, first);
}

void logic_tiers(struct logic *logic)
{
	struct lint *l = logic->l;
	dd *before[VIEW_COUNT];

	for (enum view view = 0; view < VIEW_COUNT; view++)
		before[view] = ARENA_ARRAY(l->arena, dd, logic->n_tiers + 1);
	for (size_t i = 0; i < logic->n_tiers; i++) {
		const struct logic_item *item = &logic->items.items[i];

		check_tier(&(struct tier){logic, item, before[item->view], i});
		lint_ask(l);
		for (enum view view = 0; view < VIEW_COUNT; view++)
			before[view][i + 1] = dd_or(logic_engine(l), before[view][i],
						    lower_cond(l->c->lower, item->cond, view));
		if (!lint_answered(l, RULE_unreachable_tier, item->at))
			return;
	}
}
