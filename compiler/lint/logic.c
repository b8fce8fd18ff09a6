/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules about logic: conditions that cannot hold, tests that change nothing, statements that say
 * what others say. */
#include "lint/logic_internal.h"

#include "lint/pass.h"

struct engine *logic_engine(struct lint *l)
{
	return lower_engine(l->c->lower);
}

/* As target_use() has it of units. */
void logic_use(struct lint *l, const struct statement *s)
{
	bool inspector = s->via == VIA_INSPECTOR || s->kind == STATEMENT_REVIEW ||
			 s->source == SOURCE_INSPECTOR;

	if (s->source == SOURCE_INSPECTOR_SCAN)
		lower_use_scan(l->c->lower);
	else if (inspector && !s->many)
		lower_use_inspector(l->c->lower);
	else
		lower_use(l->c->lower, s->many ? VIEW_MANY : VIEW_SINGLE);
}

struct str logic_text(struct lint *l, struct span at)
{
	return sources_text(l->sources, at);
}

const struct ast_expr *logic_bare(const struct ast_expr *expr)
{
	while (expr->kind == AST_PAREN)
		expr = expr->kids[0];
	return expr;
}

/* --- fixes --- */

void logic_fix_operand(struct lint *l, struct diag *diag, const struct ast_expr *list, size_t i)
{
	struct span gone = list->kids[i]->span, gap;

	if (i > 0)
		gap = (struct span){list->kids[i - 1]->span.end, gone.start};
	else
		gap = (struct span){gone.end, list->kids[1]->span.start};
	if (!str_contains(logic_text(l, gap), STR("#")))
		diag_fix(diag, span_join(gone, gap), STR(""));
}

void logic_fix_statement(struct diag *diag, const struct ast_statement *statement, bool unsafe)
{
	struct span gone = statement->span;

	for (size_t i = 0; i < statement->n_annotations; i++)
		gone = span_join(gone, statement->annotations[i].span);
	if (unsafe)
		diag_fix_unsafe(diag, gone, STR(""));
	else
		diag_fix(diag, gone, STR(""));
}

/* --- items --- */

static void add_item(struct logic *logic, const struct statement *s, const struct row *row)
{
	const struct cond *cond = row ? row->condition : s->condition;
	const struct until *until = row ? &row->until : &s->until;
	struct lint *l = logic->l;
	struct logic_item item = {
		.statement = s,
		.row = row,
		.cond = cond,
		.at = row ? row->span : s->name_span,
		.view = s->many ? VIEW_MANY : VIEW_SINGLE,
		.live = !until->has_date || until->end > l->policy->now,
	};

	if (!cond)
		return;
	lint_ask(l);
	logic_use(l, s);
	item.set = lower_cond(l->c->lower, cond, item.view);
	item.empty = relate_empty(logic_engine(l), item.set);
	item.answered = lint_answered(l, RULE_contradiction, item.at);
	VEC_PUSH(l->arena, logic->items, item);
}

static void find_items(struct logic *logic)
{
	const struct policy *policy = logic->l->policy;

	for (size_t i = 0; i < policy->n_tiers; i++)
		add_item(logic, policy->tiers[i], NULL);
	logic->n_tiers = logic->items.n;
	for (size_t i = 0; i < policy->n_statements; i++) {
		const struct statement *s = policy->statements[i];

		if (s->kind == STATEMENT_LIFECYCLE) /* its condition is of repositories */
			continue;
		for (size_t r = 0; r < s->n_rows; r++)
			add_item(logic, s, &s->rows[r]);
		add_item(logic, s, NULL);
	}
}

void lint_logic(struct lint *l)
{
	struct logic logic = {.l = l};

	find_items(&logic);
	logic_texts(&logic);
	logic_definitions(&logic);
	logic_tests(&logic);
	logic_contradictions(&logic);
	logic_twins(&logic);
	logic_tiers(&logic);
}
