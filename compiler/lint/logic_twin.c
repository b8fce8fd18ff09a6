/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements that do what another does already: to the same findings, or to some of them. Equal
 * sets have equal handles, so twins stand side by side when they are sorted by what they do and to
 * whom. A larger set must take whatever the smaller one takes: one text for each of its pins is
 * enough to leave but few to ask the set engine about.
 *
 * A suppression is no twin of one that ends before it, nor of one that ends when there is a fix if
 * it does not; and one that a `reopen` is of is needed for its mark. */
#include "lint/logic_internal.h"

#include <stdlib.h>

#include "lint/larger.h"

enum { ASKED_MAX = 16 }; /* of one statement: who might be larger */

struct twin {
	const struct logic_item *item;
	struct str effect; /* equal texts: the same is done */
	size_t number;	   /* in policy order */
	bool needed;	   /* something is of it */
	bool told;
};

struct twins {
	struct logic *logic;
	struct twin *items; /* by effect; of one effect by set, then by number */
	size_t n;
	bool cut; /* not all who might be larger were asked */
};

/* --- what a statement does --- */

static const char *where(const struct statement *s)
{
	return s->via == VIA_INSPECTOR ? "inspector" : s->via == VIA_AUTOMATION_V2 ? "v2" : "hub";
}

static void add_text(struct strbuf *b, struct str text)
{
	strbuf_printf(b, "%zu:" STR_FMT " ", text.len, STR_ARG(text));
}

static bool is_until_fixed(const struct logic_item *item)
{
	return item->row ? item->row->until.fixed : item->statement->until.fixed;
}

static struct str effect_of(struct lint *l, const struct logic_item *item)
{
	const struct statement *s = item->statement;
	struct strbuf b;

	strbuf_init(&b, l->arena);
	strbuf_printf(&b, "%s %s %d %d %d %u %d %d ", policy_kind(s->kind), where(s), s->status,
		      s->severity, is_until_fixed(item), s->source, s->mark, s->group_by);
	add_text(&b, s->of ? s->of->name : STR(""));
	for (size_t i = 0; i < s->n_sets; i++) {
		add_text(&b, s->sets[i].key);
		add_text(&b, s->sets[i].value);
	}
	for (size_t i = 0; i < s->n_to; i++)
		add_text(&b, s->to[i]);
	if (s->kind != STATEMENT_SUPPRESS) {
		const struct str texts[] = {s->note, s->title, s->message, s->schedule,
					    s->export_format};

		for (size_t i = 0; i < ARRAY_LEN(texts); i++)
			add_text(&b, texts[i]);
	}
	return strbuf_str(&b);
}

/* A view of some of what another shows, and a message about some of what another tells, is meant.
 */
static bool can_be_part(const struct statement *s)
{
	return s->kind == STATEMENT_SUPPRESS || s->kind == STATEMENT_REOPEN ||
	       s->kind == STATEMENT_ASSIGN || s->kind == STATEMENT_PROTECT;
}

static int64_t end_of(const struct logic_item *item)
{
	const struct until *until = item->row ? &item->row->until : &item->statement->until;

	return until->has_date ? until->end : INT64_MAX;
}

/* --- messages --- */

static const struct ast_row *row_of(const struct ast_statement *ast, struct span at)
{
	for (size_t i = 0; i < ast->n_properties; i++)
		for (size_t r = 0; r < ast->properties[i]->n_rows; r++)
			if (ast->properties[i]->rows[r].value.span.start == at.start)
				return &ast->properties[i]->rows[r];
	return NULL;
}

static void fix(struct lint *l, struct diag *diag, const struct logic_item *item)
{
	const struct ast_statement *ast = places_find(l->places, item->at);

	if (!item->row)
		logic_fix_statement(diag, ast, true);
	else if (item->statement->n_rows > 1)
		diag_fix_unsafe(diag, row_of(ast, item->at)->span, STR(""));
}

static struct diag *report_twin(struct lint *l, const struct logic_item *item,
				const struct logic_item *by, bool same)
{
	const char *name = diag_quote(l->diags, item->statement->name);
	const char *other = diag_quote(l->diags, by->statement->name);

	if (same)
		return lint_report(l, RULE_duplicate_rule, item->at,
				   item->row ? "this row of `%s` does what `%s` does, to the same "
					       "findings"
					     : "`%s` does what `%s` does, to the same findings",
				   name, other);
	return lint_report(l, RULE_subsumed_rule, item->at,
			   item->row ? "this row of `%s` does what `%s` does already, to more "
				       "findings"
				     : "`%s` does what `%s` does already, to more findings",
			   name, other);
}

static void tell(struct twins *t, struct twin *twin, const struct twin *by, bool same)
{
	struct lint *l = t->logic->l;
	const struct logic_item *item = twin->item;
	struct diag *diag = report_twin(l, item, by->item, same);

	twin->told = true;
	diag_label(diag, by->item->at, "does it");
	diag_help(diag, same ? "remove one of them"
			     : "remove it, or make the other narrower if it takes too many");
	fix(l, diag, item);
}

/* --- equal sets --- */

static int by_effect(const void *left, const void *right)
{
	const struct twin *a = left, *b = right;
	int order = str_cmp(a->effect, b->effect);

	if (order)
		return order;
	if (a->item->set != b->item->set)
		return a->item->set < b->item->set ? -1 : 1;
	return (a->number > b->number) - (a->number < b->number);
}

/* The one that stays is the last to end, and the first of these. */
static void tell_equal(struct twins *t, size_t from, size_t to)
{
	size_t stays = from;

	for (size_t i = from + 1; i < to; i++)
		if (end_of(t->items[i].item) > end_of(t->items[stays].item))
			stays = i;
	for (size_t i = from; i < to; i++)
		if (i != stays && !t->items[i].needed)
			tell(t, &t->items[i], &t->items[stays], true);
}

static void find_equal(struct twins *t)
{
	for (size_t from = 0, to; from < t->n; from = to) {
		for (to = from + 1; to < t->n; to++)
			if (t->items[to].item->set != t->items[from].item->set ||
			    !str_eq(t->items[to].effect, t->items[from].effect))
				break;
		tell_equal(t, from, to);
	}
}

/* --- larger sets --- */

static bool is_inside(struct twins *t, const struct twin *a, const struct twin *b)
{
	struct lint *l = t->logic->l;

	if (a->item->view == VIEW_MANY && b->item->view == VIEW_SINGLE)
		return false;
	return relate_inside(logic_engine(l), a->item->set,
			     lower_cond(l->c->lower, b->item->cond, a->item->view), NULL);
}

/* Would it be there for all of what the other is there for? What is told has another to do that. */
static bool outlasts(const struct twin *b, const struct twin *a)
{
	return b != a && !b->told && end_of(b->item) >= end_of(a->item);
}

/* One that is as large, by a way that handles do not show, is told as the same, and not told itself
 * any more. */
static void find_larger_than(struct twins *t, struct twin *a, const struct twin *group,
			     struct larger *index)
{
	struct lint *l = t->logic->l;
	const struct twin *found = NULL;
	const uint32_t *near;
	bool same = false;
	size_t n, asked = 0;

	lint_ask(l);
	logic_use(l, a->item->statement);
	near = larger_find(index, a->item->cond, &n);
	for (size_t i = 0; i < n && !found; i++) {
		const struct twin *b = &group[near[i]];

		if (!outlasts(b, a))
			continue;
		if (asked++ == ASKED_MAX) {
			t->cut = true;
			break;
		}
		found = is_inside(t, a, b) ? b : NULL;
	}
	if (found)
		same = a->item->view == found->item->view && is_inside(t, found, a);
	if (lint_answered(l, RULE_subsumed_rule, a->item->at) && found)
		tell(t, a, found, same);
}

static int by_number(const void *left, const void *right)
{
	const struct twin *a = left, *b = right;

	return (a->number > b->number) - (a->number < b->number);
}

static void find_larger(struct twins *t, struct twin *group, size_t n)
{
	struct arena *arena = t->logic->l->arena;
	const struct cond **conds;
	struct larger *index;

	if (n < 2 || !can_be_part(group->item->statement))
		return;
	qsort(group, n, sizeof *group, by_number);
	conds = ARENA_ARRAY(arena, const struct cond *, n);
	for (size_t i = 0; i < n; i++)
		conds[i] = group[i].item->cond;
	index = larger_new(arena, conds, n);
	for (size_t i = 0; i < n; i++)
		if (!group[i].told && !group[i].needed)
			find_larger_than(t, &group[i], group, index);
}

/* --- all --- */

static void find_needed(struct twins *t)
{
	const struct policy *policy = t->logic->l->policy;
	struct memo needed = {0};
	uint32_t any;

	for (size_t i = 0; i < policy->n_statements; i++)
		if (policy->statements[i]->of)
			memo_put(&needed, t->logic->l->arena,
				 (uint64_t)(uintptr_t)policy->statements[i]->of, 1);
	for (size_t i = 0; i < t->n; i++)
		t->items[i].needed =
			memo_get(&needed, (uint64_t)(uintptr_t)t->items[i].item->statement, &any);
}

static void add_twins(struct twins *t)
{
	struct logic *logic = t->logic;
	const struct logic_item *last = NULL;

	t->items = ARENA_ARRAY(logic->l->arena, struct twin, logic->items.n);
	for (size_t i = logic->n_tiers; i < logic->items.n; i++) {
		const struct logic_item *item = &logic->items.items[i];
		struct twin twin;

		if (!item->live || !item->answered || item->empty)
			continue;
		twin = (struct twin){.item = item, .number = i};
		if (last && last->statement == item->statement &&
		    is_until_fixed(last) == is_until_fixed(item))
			twin.effect = t->items[t->n - 1].effect;
		else
			twin.effect = effect_of(logic->l, item);
		t->items[t->n++] = twin;
		last = item;
	}
	find_needed(t);
	if (t->n)
		qsort(t->items, t->n, sizeof *t->items, by_effect);
}

void logic_twins(struct logic *logic)
{
	struct lint *l = logic->l;
	struct twins t = {.logic = logic};

	if (!lint_wants(l, RULE_duplicate_rule) && !lint_wants(l, RULE_subsumed_rule))
		return;
	add_twins(&t);
	find_equal(&t);
	for (size_t from = 0, to; from < t.n; from = to) {
		for (to = from + 1; to < t.n; to++)
			if (!str_eq(t.items[to].effect, t.items[from].effect))
				break;
		find_larger(&t, t.items + from, to - from);
	}
	if (t.cut)
		diag_help(
			lint_report(l, RULE_analysis_incomplete, t.items[0].item->at,
				    "%s (%s) was not checked for all: too many statements might be "
				    "larger than another",
				    lint_rules[RULE_subsumed_rule].name,
				    lint_rules[RULE_subsumed_rule].id),
			"name values (`cve`, `repository`, a package, …) where that is meant");
}
