/* SPDX-License-Identifier: Apache-2.0
 *
 * Walking the trees of a policy's files. */
#include "lint/visit.h"

static void visit_value(const struct visitor *v, const struct visited *at,
			const struct ast_value *value)
{
	if (value->kind == AST_VALUE_SET && v->set)
		v->set(v->context, at, value);
	for (size_t i = 0; i < value->n && v->scalar; i++)
		v->scalar(v->context, at, &value->items[i]);
}

static void visit_operand(const struct visitor *v, const struct visited *at,
			  const struct ast_operand *operand)
{
	if (v->operand)
		v->operand(v->context, at, operand);
}

/* As deep as the parser lets conditions be. */
static void visit_expr(const struct visitor *v, const struct visited *at,
		       const struct ast_expr *expr)
{
	for (size_t i = 0; i < expr->n; i++)
		visit_expr(v, at, expr->kids[i]);
	if (expr->kind < AST_COMPARE)
		return;
	visit_operand(v, at, &expr->operand);
	visit_value(v, at, &expr->value);
	if (v->comparison)
		v->comparison(v->context, at, expr);
}

static void visit_row(const struct visitor *v, const struct visited *at, const struct ast_row *row)
{
	if (v->scalar)
		v->scalar(v->context, at, &row->value);
	for (size_t i = 0; i < row->n; i++) {
		struct visited inner = {at->statement, row->properties[i]};

		if (v->property)
			v->property(v->context, &inner);
		visit_value(v, &inner, &row->properties[i]->value);
	}
}

static void visit_property(const struct visitor *v, const struct visited *at)
{
	const struct ast_property *p = at->property;

	if (v->property)
		v->property(v->context, at);
	if (p->expr)
		visit_expr(v, at, p->expr);
	if (p->kind == AST_GROUP || p->kind == AST_EACH)
		visit_operand(v, at, &p->operand);
	visit_value(v, at, &p->value);
	for (size_t i = 0; i < p->n_rows; i++)
		visit_row(v, at, &p->rows[i]);
	for (size_t i = 0; i < p->n_properties; i++) /* of images: numbers and durations */
		visit_value(v, at, &p->properties[i]->value);
}

static void visit_statement(const struct visitor *v, const struct ast_statement *s)
{
	struct visited at = {.statement = s};

	for (size_t i = 0; i < s->n_annotations && v->scalar; i++)
		for (size_t k = 0; k < s->annotations[i].n; k++)
			v->scalar(v->context, &at, &s->annotations[i].args[k].value);
	if (s->kind == AST_LET)
		visit_value(v, &at, &s->value);
	if (s->expr)
		visit_expr(v, &at, s->expr);
	for (size_t i = 0; i < s->n_properties; i++) {
		at.property = s->properties[i];
		visit_property(v, &at);
	}
}

void visit_program(const struct ast_program *program, const struct visitor *visitor)
{
	for (size_t f = 0; f < program->n; f++)
		for (size_t i = 0; i < program->files[f]->n_statements; i++)
			visit_statement(visitor, program->files[f]->statements[i]);
}
