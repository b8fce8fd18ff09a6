/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether two trees are the same but for their places. Recursion is bounded as nesting is. */
#include "syntax/ast.h"

static bool same_scalar(const struct ast_scalar *a, const struct ast_scalar *b)
{
	return a->kind == b->kind && a->number == b->number && str_eq(a->text, b->text) &&
	       a->path.n == b->path.n;
}

static bool same_value(const struct ast_value *a, const struct ast_value *b)
{
	if (a->kind != b->kind || a->n != b->n || !str_eq(a->text, b->text))
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!same_scalar(&a->items[i], &b->items[i]))
			return false;
	return true;
}

static bool same_operand(const struct ast_operand *a, const struct ast_operand *b)
{
	return str_eq(a->path.text, b->path.text) && a->path.n == b->path.n &&
	       a->has_key == b->has_key && str_eq(a->key, b->key);
}

static bool same_expr(const struct ast_expr *a, const struct ast_expr *b)
{
	if (!a || !b)
		return a == b;
	if (a->kind != b->kind || a->op != b->op || a->negated != b->negated ||
	    a->truth != b->truth || a->n != b->n || !same_operand(&a->operand, &b->operand) ||
	    !same_value(&a->value, &b->value))
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!same_expr(a->kids[i], b->kids[i]))
			return false;
	return true;
}

static bool same_property(const struct ast_property *a, const struct ast_property *b);

static bool same_properties(struct ast_property *const *a, size_t n, struct ast_property *const *b,
			    size_t m)
{
	if (n != m)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!same_property(a[i], b[i]))
			return false;
	return true;
}

static bool same_row(const struct ast_row *a, const struct ast_row *b)
{
	return same_scalar(&a->value, &b->value) &&
	       same_properties(a->properties, a->n, b->properties, b->n);
}

static bool same_property(const struct ast_property *a, const struct ast_property *b)
{
	if (a->kind != b->kind || !str_eq(a->name, b->name) || !str_eq(a->key, b->key) ||
	    !same_expr(a->expr, b->expr) || !same_operand(&a->operand, &b->operand) ||
	    !same_value(&a->value, &b->value) || a->n_rows != b->n_rows)
		return false;
	for (size_t i = 0; i < a->n_rows; i++)
		if (!same_row(&a->rows[i], &b->rows[i]))
			return false;
	return same_properties(a->properties, a->n_properties, b->properties, b->n_properties);
}

static bool same_annotation(const struct ast_annotation *a, const struct ast_annotation *b)
{
	if (!str_eq(a->name, b->name) || a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!str_eq(a->args[i].name, b->args[i].name) ||
		    !same_scalar(&a->args[i].value, &b->args[i].value))
			return false;
	return true;
}

static bool same_statement(const struct ast_statement *a, const struct ast_statement *b)
{
	if (a->kind != b->kind || !str_eq(a->name, b->name) || !str_eq(a->text, b->text) ||
	    !same_expr(a->expr, b->expr) || !same_value(&a->value, &b->value) ||
	    a->n_annotations != b->n_annotations)
		return false;
	for (size_t i = 0; i < a->n_annotations; i++)
		if (!same_annotation(&a->annotations[i], &b->annotations[i]))
			return false;
	return same_properties(a->properties, a->n_properties, b->properties, b->n_properties);
}

bool ast_same(const struct ast_file *a, const struct ast_file *b)
{
	if (a->edition != b->edition || a->n_statements != b->n_statements)
		return false;
	for (size_t i = 0; i < a->n_statements; i++)
		if (!same_statement(a->statements[i], b->statements[i]))
			return false;
	return true;
}
