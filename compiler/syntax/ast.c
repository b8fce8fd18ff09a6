/* SPDX-License-Identifier: Apache-2.0
 *
 * Constructors of the tree: values, expressions, properties, statements, in this order. They copy
 * nothing that can be pointed at and tell nothing but limits; mistakes are in wrong.c. */
#include <string.h>

#include "base/vec.h"
#include "syntax/ast_build.h"

/* --- values --- */

struct ast_path *ast_path_word(struct parse *p, struct ast_path *path, struct span at,
			       struct token_value word)
{
	if (!path)
		path = ARENA_NEW(p->arena, struct ast_path);
	/* full at every power of two: n is the only counter a path has */
	if ((path->n & (path->n - 1)) == 0)
		path->words = arena_regrow(p->arena, path->words, path->n * sizeof *path->words,
					   path->n ? 2 * path->n : 1, sizeof *path->words);
	path->words[path->n++] = word.text;
	path->span = span_join(path->span, at);
	return path;
}

struct ast_path ast_path_done(struct parse *p, struct ast_path *path)
{
	struct str source = parse_text_at(p, path->span);
	size_t length = path->n - 1;
	struct strbuf b;

	for (size_t i = 0; i < path->n; i++)
		length += path->words[i].len;
	if (length == source.len) {
		path->text = source;
		return *path;
	}
	strbuf_init(&b, p->arena); /* blanks or comments around a dot */
	for (size_t i = 0; i < path->n; i++) {
		if (i)
			strbuf_addc(&b, '.');
		strbuf_add(&b, path->words[i]);
	}
	path->text = strbuf_str(&b);
	return *path;
}

struct ast_scalar ast_literal(enum ast_scalar_kind kind, struct span at, struct token_value token)
{
	return (struct ast_scalar){
		.kind = kind, .span = at, .text = token.text, .number = token.number};
}

struct ast_scalar ast_bool(struct parse *p, struct span at, bool truth)
{
	return (struct ast_scalar){
		.kind = AST_BOOL, .span = at, .text = parse_text_at(p, at), .number = truth};
}

struct ast_scalar ast_name(struct ast_path path)
{
	return (struct ast_scalar){
		.kind = AST_NAME, .span = path.span, .text = path.text, .path = path};
}

struct ast_scalars *ast_scalars_add(struct parse *p, struct ast_scalars *list,
				    struct ast_scalar scalar)
{
	if (!list)
		list = ARENA_NEW(p->arena, struct ast_scalars);
	if (list->told)
		return list;
	list->bytes += scalar.text.len;
	if (list->bytes > SYNTAX_PROSE_SIZE) {
		list->told = true;
		parse_error(p, "VC016", scalar.span, "a text has at most %d bytes",
			    SYNTAX_PROSE_SIZE);
		return list;
	}
	VEC_PUSH(p->arena, list->list, scalar);
	return list;
}

struct ast_scalars *ast_elements_add(struct parse *p, struct ast_scalars *list,
				     struct ast_scalar scalar)
{
	if (!list)
		list = ARENA_NEW(p->arena, struct ast_scalars);
	if (list->told)
		return list;
	if (list->list.n == SYNTAX_SET_SIZE) {
		list->told = true;
		parse_error(p, "VC016", scalar.span, "a set has at most %d values",
			    SYNTAX_SET_SIZE);
		return list;
	}
	VEC_PUSH(p->arena, list->list, scalar);
	return list;
}

struct ast_value ast_no_value(struct span at)
{
	return (struct ast_value){.kind = AST_VALUE_NONE, .span = at};
}

struct ast_value ast_any_value(struct span at)
{
	return (struct ast_value){.kind = AST_VALUE_ANY, .span = at};
}

struct ast_value ast_one(struct parse *p, struct ast_scalar scalar)
{
	struct ast_scalar *item = ARENA_NEW(p->arena, struct ast_scalar);

	*item = scalar;
	return (struct ast_value){
		.kind = scalar.kind == AST_STRING ? AST_VALUE_TEXT : AST_VALUE_SCALAR,
		.span = scalar.span,
		.text = scalar.text,
		.items = item,
		.n = 1,
	};
}

struct ast_value ast_reference(struct parse *p, struct ast_path path)
{
	return ast_one(p, ast_name(path));
}

struct ast_value ast_texts(struct parse *p, struct span at, struct ast_scalars *texts)
{
	struct ast_value value = {
		.kind = AST_VALUE_TEXT, .span = at, .items = texts->list.items, .n = texts->list.n};
	struct strbuf b;

	if (value.n == 1) {
		value.text = value.items[0].text;
		return value;
	}
	strbuf_init(&b, p->arena);
	for (size_t i = 0; i < value.n; i++)
		strbuf_add(&b, value.items[i].text);
	value.text = strbuf_str(&b);
	return value;
}

struct ast_value ast_elements(struct span at, struct ast_scalars *elements)
{
	return (struct ast_value){
		.kind = AST_VALUE_SET,
		.span = at,
		.items = elements ? elements->list.items : NULL,
		.n = elements ? elements->list.n : 0,
	};
}

/* --- expressions --- */

static struct ast_expr *new_expr(struct parse *p, enum ast_expr_kind kind, struct span at,
				 struct span op)
{
	struct ast_expr *expr = ARENA_NEW(p->arena, struct ast_expr);

	expr->kind = kind;
	expr->span = at;
	expr->op_span = op;
	return expr;
}

/* A kid that is NULL was told to be wrong: the whole is, then, and NULL goes up to the property. */
struct ast_expr *ast_pair(struct parse *p, enum ast_expr_kind kind, struct span op,
			  struct ast_expr *left, struct ast_expr *right)
{
	struct ast_expr *expr;

	if (!left || !right)
		return NULL;
	expr = new_expr(p, kind, span_join(left->span, right->span), op);
	expr->kids = ARENA_ARRAY(p->arena, struct ast_expr *, 2);
	expr->kids[0] = left;
	expr->kids[1] = right;
	expr->n = 2;
	return expr;
}

struct ast_expr *ast_more(struct parse *p, struct ast_expr *list, struct ast_expr *right)
{
	if (!list || !right)
		return NULL;
	if ((list->n & (list->n - 1)) == 0) /* full at every power of two */
		list->kids = arena_regrow(p->arena, list->kids, list->n * sizeof *list->kids,
					  2 * list->n, sizeof *list->kids);
	list->kids[list->n++] = right;
	list->span = span_join(list->span, right->span);
	return list;
}

/* Readers disagree on what `a or b and c` means, so it must be written out (VC013). */
struct ast_expr *ast_or_done(struct parse *p, struct ast_expr *list)
{
	struct diag *diag = NULL;

	for (size_t i = 0; list && i < list->n; i++) {
		const struct ast_expr *kid = list->kids[i];

		if (kid->kind != AST_AND)
			continue;
		if (!diag) {
			diag = parse_error(p, "VC013", list->op_span,
					   "`or` stands beside `and` without parentheses");
			diag_label(diag, kid->op_span, "this `and`");
			diag_help(diag, "`and` binds more tightly; say so with parentheses");
		}
		diag_fix(diag, kid->span,
			 str_printf(p->arena, "(" STR_FMT ")",
				    STR_ARG(parse_text_at(p, kid->span))));
	}
	return list;
}

static struct ast_expr *wrap(struct parse *p, enum ast_expr_kind kind, struct span at,
			     struct span op, struct ast_expr *kid)
{
	struct ast_expr *expr;

	if (!kid)
		return NULL;
	expr = new_expr(p, kind, at, op);
	expr->kids = ARENA_NEW(p->arena, struct ast_expr *);
	expr->kids[0] = kid;
	expr->n = 1;
	return expr;
}

struct ast_expr *ast_not(struct parse *p, struct span at, struct span op, struct ast_expr *kid)
{
	return wrap(p, AST_NOT, at, op, kid);
}

struct ast_expr *ast_paren(struct parse *p, struct span at, struct span op, struct ast_expr *kid)
{
	return wrap(p, AST_PAREN, at, op, kid);
}

struct ast_expr *ast_any(struct parse *p, struct span at, struct span op, struct ast_path group,
			 struct ast_expr *kid)
{
	struct ast_expr *expr = wrap(p, AST_ANY, at, op, kid);

	if (expr)
		expr->operand = ast_operand(group.span, group, NULL, group.span);
	return expr;
}

struct ast_expr *ast_const(struct parse *p, struct span at, bool truth)
{
	struct ast_expr *expr = new_expr(p, AST_CONST, at, at);

	expr->truth = truth;
	return expr;
}

struct ast_expr *ast_ref(struct parse *p, struct ast_path path)
{
	struct ast_expr *expr = new_expr(p, AST_REF, path.span, path.span);

	expr->operand = ast_operand(path.span, path, NULL, path.span);
	return expr;
}

struct ast_expr *ast_compare(struct parse *p, struct span at, struct span op_at,
			     struct ast_operand left, enum ast_op op, struct ast_value right)
{
	struct ast_expr *expr = new_expr(p, AST_COMPARE, at, op_at);

	expr->operand = left;
	expr->op = op;
	expr->value = right;
	return expr;
}

struct ast_expr *ast_affix(struct parse *p, struct span at, struct span op_at,
			   struct ast_operand left, bool negated, enum ast_op op,
			   struct ast_value right)
{
	struct ast_expr *expr = new_expr(p, AST_AFFIX, at, op_at);

	expr->operand = left;
	expr->op = op;
	expr->negated = negated;
	expr->value = right;
	return expr;
}

struct ast_expr *ast_in(struct parse *p, struct span at, struct span op_at, struct ast_operand left,
			bool negated, struct ast_value right)
{
	struct ast_expr *expr = new_expr(p, AST_IN, at, op_at);

	expr->operand = left;
	expr->negated = negated;
	expr->value = right;
	return expr;
}

struct ast_expr *ast_range(struct parse *p, struct span at, struct span op_at,
			   struct ast_operand left, bool negated, struct ast_scalar from,
			   struct ast_scalar to)
{
	struct ast_expr *expr = new_expr(p, AST_RANGE, at, op_at);

	expr->operand = left;
	expr->negated = negated;
	expr->value = (struct ast_value){
		.kind = AST_VALUE_SCALAR,
		.span = span_join(from.span, to.span),
		.items = ARENA_ARRAY(p->arena, struct ast_scalar, 2),
		.n = 2,
	};
	expr->value.items[0] = from;
	expr->value.items[1] = to;
	return expr;
}

struct ast_expr *ast_exists(struct parse *p, struct span at, struct span op_at,
			    struct ast_operand left, bool negated)
{
	struct ast_expr *expr = new_expr(p, AST_EXISTS, at, op_at);

	expr->operand = left;
	expr->negated = negated;
	return expr;
}

struct ast_operand ast_operand(struct span at, struct ast_path path, const struct token_value *key,
			       struct span key_at)
{
	struct ast_operand operand = {.span = at, .path = path};

	if (key) {
		operand.has_key = true;
		operand.key = key->text;
		operand.key_span = key_at;
	}
	return operand;
}

/* --- properties --- */

struct ast_properties *ast_properties_add(struct parse *p, struct ast_properties *list,
					  struct ast_property *property)
{
	if (!list)
		list = ARENA_NEW(p->arena, struct ast_properties);
	if (property)
		VEC_PUSH(p->arena, list->list, property);
	return list;
}

/* Named by the kind and not by the source, which may hold more than the word (scan_hidden). */
static struct ast_property *new_property(struct parse *p, enum ast_property_kind kind,
					 struct span at, struct span name_at)
{
	static const char *const names[] = {
		[AST_WHEN] = "when",	 [AST_UNLESS] = "unless", [AST_SCOPE] = "scope",
		[AST_SET] = "set",	 [AST_GROUP] = "group",	  [AST_EACH] = "each",
		[AST_IMAGES] = "images", [AST_PLAIN] = "",
	};
	struct ast_property *property = ARENA_NEW(p->arena, struct ast_property);

	property->kind = kind;
	property->span = at;
	property->name_span = name_at;
	property->name = str_from(names[kind]);
	return property;
}

struct ast_property *ast_condition(struct parse *p, enum ast_property_kind kind, struct span at,
				   struct span name_at, struct ast_expr *expr)
{
	struct ast_property *property;

	if (!expr)
		return NULL;
	property = new_property(p, kind, at, name_at);
	property->expr = expr;
	return property;
}

struct ast_property *ast_set(struct parse *p, struct span at, struct span name_at,
			     struct token_value key, struct span key_at, struct ast_value value)
{
	struct ast_property *property = new_property(p, AST_SET, at, name_at);

	property->key = key.text;
	property->key_span = key_at;
	property->value = value;
	return property;
}

struct ast_property *ast_group(struct parse *p, struct span at, struct span name_at,
			       struct ast_operand operand)
{
	struct ast_property *property = new_property(p, AST_GROUP, at, name_at);

	property->operand = operand;
	return property;
}

struct ast_property *ast_each(struct parse *p, struct span at, struct span name_at,
			      struct ast_operand operand, struct ast_rows *rows)
{
	struct ast_property *property = new_property(p, AST_EACH, at, name_at);

	property->operand = operand;
	property->rows = rows ? rows->list.items : NULL;
	property->n_rows = rows ? rows->list.n : 0;
	return property;
}

struct ast_property *ast_plain(struct parse *p, struct span at, struct token_value name,
			       struct span name_at, struct ast_value value)
{
	struct ast_property *property = new_property(p, AST_PLAIN, at, name_at);

	property->name = name.text;
	property->value = value;
	return property;
}

struct ast_rows *ast_rows_add(struct parse *p, struct ast_rows *list, struct ast_row row)
{
	if (!list)
		list = ARENA_NEW(p->arena, struct ast_rows);
	VEC_PUSH(p->arena, list->list, row);
	return list;
}

struct ast_row ast_row(struct span at, struct ast_scalar value, struct ast_properties *properties)
{
	return (struct ast_row){
		.span = at,
		.value = value,
		.properties = properties ? properties->list.items : NULL,
		.n = properties ? properties->list.n : 0,
	};
}

struct ast_property *ast_images(struct parse *p, struct span at, struct str name,
				struct span name_at, struct ast_value tags,
				struct ast_properties *block)
{
	struct ast_property *property = new_property(p, AST_IMAGES, at, name_at);

	property->name = name;
	property->value = tags;
	property->properties = block ? block->list.items : NULL;
	property->n_properties = block ? block->list.n : 0;
	return property;
}
