/* SPDX-License-Identifier: Apache-2.0
 *
 * What is said in a roundabout way is a matter of the text: constants among tests, a `not` of a
 * `not`, a list that is none or says a thing twice. And definitions that nobody mentions. */
#include "lint/logic_internal.h"

#include "base/strsort.h"

/* --- constants --- */

static void tell_constant(struct lint *l, const struct ast_expr *list, size_t i)
{
	const struct ast_expr *kid = list->kids[i];
	bool all = list->kind == AST_AND, idle = logic_bare(kid)->truth == all;
	struct diag *diag = lint_report(
		l, RULE_constant_subexpression, kid->span,
		idle  ? "this constant changes nothing"
		: all ? "with this constant the whole never holds, whatever else is tested"
		      : "with this constant the whole always holds, whatever else is tested");

	diag_help(diag, idle ? "remove it" : "remove it, or write what was meant");
	if (idle)
		logic_fix_operand(l, diag, list, i);
}

/* Of several that could go, the first: each takes its `and` with it. */
static void check_constants(struct lint *l, const struct ast_expr *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (logic_bare(list->kids[i])->kind == AST_CONST) {
			tell_constant(l, list, i);
			return;
		}
}

/* --- not not --- */

static bool is_list(const struct ast_expr *expr)
{
	return expr->kind == AST_AND || expr->kind == AST_OR;
}

static struct str in_parentheses(struct lint *l, const struct ast_expr *expr)
{
	struct str text = logic_text(l, expr->span);

	return is_list(expr) ? str_printf(l->arena, "(" STR_FMT ")", STR_ARG(text)) : text;
}

static void check_not(struct lint *l, const struct ast_expr *expr)
{
	const struct ast_expr *inner = logic_bare(expr->kids[0]);
	struct diag *diag;

	if (inner->kind != AST_NOT)
		return;
	diag = lint_report(l, RULE_double_negation, expr->span, "a `not` of a `not`");
	diag_help(diag, "leave both out");
	diag_fix(diag, expr->span, in_parentheses(l, logic_bare(inner->kids[0])));
}

static const struct ast_property *find_when(const struct ast_statement *s)
{
	for (size_t i = 0; i < s->n_properties; i++)
		if (s->properties[i]->kind == AST_WHEN)
			return s->properties[i];
	return NULL;
}

static void check_unless(struct lint *l, const struct ast_statement *s,
			 const struct ast_property *p)
{
	const struct ast_expr *expr = logic_bare(p->expr), *inner;
	const struct ast_property *when = find_when(s);
	struct diag *diag;

	if (expr->kind != AST_NOT)
		return;
	inner = logic_bare(expr->kids[0]);
	diag = lint_report(l, RULE_double_negation, p->span, "`unless not` is `when`");
	diag_help(diag, when ? "write it in `when`, behind an `and`" : "write `when`");
	if (!when || !when->expr) {
		diag_fix(diag, p->span,
			 str_printf(l->arena, "when " STR_FMT ";",
				    STR_ARG(logic_text(l, inner->span))));
		return;
	}
	diag_fix(diag, when->expr->span,
		 str_printf(l->arena, STR_FMT " and " STR_FMT,
			    STR_ARG(in_parentheses(l, when->expr)),
			    STR_ARG(in_parentheses(l, inner))));
	diag_fix(diag, p->span, STR(""));
}

/* --- lists --- */

/* The operator for one value, as written for a list of them. */
static struct str single(struct lint *l, const struct ast_expr *expr)
{
	if (expr->kind == AST_IN)
		return expr->negated ? STR("!=") : STR("==");
	return logic_text(l, expr->op_span);
}

static void check_single(struct lint *l, const struct ast_expr *expr)
{
	const struct ast_value *value = &expr->value;
	struct span at = span_join(expr->op_span, value->span);
	bool not_in = expr->kind == AST_IN && expr->negated;
	struct diag *diag;

	if (value->kind != AST_VALUE_SET || value->n != 1 ||
	    value->items[0].kind == AST_NAME) /* which may stand for several */
		return;
	diag = lint_report(l, RULE_single_element_or_overlapping_list, value->span,
			   "a list of one value");
	diag_help(diag, "write the value alone");
	if (not_in) /* the operator's place is that of `in` */
		at.start = expr->operand.span.end;
	if (!str_contains(logic_text(l, at), STR("#")) || !not_in)
		diag_fix(diag, at,
			 str_printf(l->arena, "%s" STR_FMT " " STR_FMT, not_in ? " " : "",
				    STR_ARG(single(l, expr)),
				    STR_ARG(logic_text(l, value->items[0].span))));
}

/* Takes the i-th value of a list away, with its comma. */
static void fix_value(struct lint *l, struct diag *diag, const struct ast_value *value, size_t i)
{
	struct span gone = value->items[i].span, gap;

	if (i > 0)
		gap = (struct span){value->items[i - 1].span.end, gone.start};
	else
		gap = (struct span){gone.end, value->items[1].span.start};
	if (!str_contains(logic_text(l, gap), STR("#")))
		diag_fix(diag, span_join(gone, gap), STR(""));
}

static void tell_value(struct lint *l, const struct ast_value *value, size_t i, size_t by,
		       const char *what)
{
	struct diag *diag =
		lint_report(l, RULE_single_element_or_overlapping_list, value->items[i].span, what);

	diag_label(diag, value->items[by].span, "by this");
	diag_help(diag, "remove it");
	fix_value(l, diag, value, i);
}

/* In order, what is covered by a beginning stands behind it. What is written twice is taken from
 * the second place. */
static void check_values(struct lint *l, const struct ast_value *value, bool beginnings)
{
	struct str *texts = ARENA_ARRAY(l->arena, struct str, value->n);
	size_t *order, keep = 0;

	if (value->kind != AST_VALUE_SET || value->n < 2)
		return;
	for (size_t i = 0; i < value->n; i++)
		texts[i] = value->items[i].text;
	order = strsort_order(l->arena, texts, value->n);
	for (size_t i = 1; i < value->n; i++) {
		const struct ast_scalar *last = &value->items[order[keep]];
		const struct ast_scalar *this = &value->items[order[i]];
		bool same = last->kind == this->kind && str_eq(last->text, this->text);

		if (same)
			tell_value(l, value, order[i], order[keep], "this value is there already");
		else if (beginnings && last->kind == AST_STRING && this->kind == AST_STRING &&
			 str_starts(this->text, last->text))
			tell_value(l, value, order[i], order[keep],
				   "what begins with this is taken already");
		else
			keep = i;
	}
}

/* --- all of the text --- */

static void check_expr(struct lint *l, const struct ast_expr *expr)
{
	for (size_t i = 0; i < expr->n; i++)
		check_expr(l, expr->kids[i]);
	switch (expr->kind) {
	case AST_AND:
	case AST_OR:
		check_constants(l, expr);
		break;
	case AST_NOT:
		check_not(l, expr);
		break;
	case AST_IN:
	case AST_AFFIX:
		check_single(l, expr);
		check_values(l, &expr->value,
			     expr->kind == AST_AFFIX && expr->op == AST_STARTSWITH);
		break;
	default:
		break;
	}
}

static void check_statement(struct lint *l, const struct ast_statement *s)
{
	if (s->expr)
		check_expr(l, s->expr);
	check_values(l, &s->value, false);
	for (size_t i = 0; i < s->n_properties; i++) {
		const struct ast_property *p = s->properties[i];

		if (p->kind == AST_UNLESS && p->expr)
			check_unless(l, s, p);
		if (p->expr)
			check_expr(l, p->expr);
		else
			check_values(l, &p->value, false);
	}
}

void logic_texts(struct logic *logic)
{
	struct lint *l = logic->l;

	for (size_t f = 0; f < l->program->n; f++)
		for (size_t i = 0; i < l->program->files[f]->n_statements; i++)
			check_statement(l, l->program->files[f]->statements[i]);
}

/* --- definitions --- */

/* A file of definitions alone may serve other policies, too. */
static bool is_library(const struct ast_file *file)
{
	for (size_t i = 0; i < file->n_statements; i++)
		if (file->statements[i]->kind > AST_DEFINE)
			return false;
	return true;
}

void logic_definitions(struct logic *logic)
{
	struct lint *l = logic->l;

	for (size_t i = 0; i < l->policy->n_unused; i++) {
		const struct unused *unused = &l->policy->unused[i];
		const struct ast_statement *s = places_find(l->places, unused->at);
		struct diag *diag;

		if (is_library(s->file))
			continue;
		diag = lint_report(l, RULE_unused_definition, unused->at,
				   s->kind == AST_LET	   ? "nothing uses the let `%s`"
				   : s->kind == AST_DEFINE ? "nothing uses the define `%s`"
							   : "nothing uses the alias `%s`",
				   diag_quote(l->diags, unused->name));
		if (s->kind == AST_USE) {
			diag_help(diag, "remove the alias, or write it before a name of that file");
		} else {
			diag_help(diag, "remove it, or use it");
			logic_fix_statement(diag, s, false);
		}
	}
}
