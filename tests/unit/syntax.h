/* SPDX-License-Identifier: Apache-2.0
 *
 * Helpers of the tests that parse: one source in, the tree and the places of the diagnostics out.
 * The tree is written as S-expressions, and only here: the compiler never needs it so. */
#ifndef TESTS_UNIT_SYNTAX_H
#define TESTS_UNIT_SYNTAX_H

#include <string.h>

#include "base/diag_internal.h"
#include "base/unicode.h"
#include "syntax/load.h"
#include "tap.h"

#define UNUSED __attribute__((unused))

static struct arena *arena;
static struct sources *sources;
static struct diags *diags;

UNUSED static void begin(void)
{
	sources = sources_new(arena);
	diags = diags_new(arena, sources);
}

UNUSED static struct ast_file *parse_str(struct str text)
{
	begin();
	return parse_source(arena, diags, sources, sources_add(sources, STR("x.vpol"), text));
}

/* A text on one line, for the name of a check. */
UNUSED static const char *shown(struct str text)
{
	struct strbuf b;

	strbuf_init(&b, arena);
	unicode_escape(&b,
		       str_slice(text, 0, unicode_boundary(text, text.len < 100 ? text.len : 100)));
	return str_cstr(arena, strbuf_str(&b));
}

/* "VC015@2:7 VC013@3:1 …" in the order in which they are shown; duplicates fall. */
UNUSED static struct str places(void)
{
	struct diag_selection selection = {0};
	struct strbuf b;

	strbuf_init(&b, arena);
	diags_select(diags, arena, &selection);
	for (size_t i = 0; i < selection.n; i++) {
		const struct diag *diag = selection.items[i];
		struct position at = sources_locate(sources, diag->at.start);

		strbuf_printf(&b, "%s%s@%u:%u", i ? " " : "", diag->id ? diag->id : "-", at.line,
			      at.col);
	}
	return strbuf_str(&b);
}

UNUSED static bool told(const char *text)
{
	return str_contains(diags_text(diags, arena, false), str_from(text));
}

/* The first diagnostic's fixes applied: what the text would be then. */
UNUSED static struct str repaired(struct str text)
{
	const struct diag *diag = diags->all.n ? diags->all.items[0] : NULL;
	struct strbuf b;
	size_t at = 0;

	strbuf_init(&b, arena);
	for (size_t i = 0; diag && i < diag->parts.n; i++) {
		const struct diag_part *part = &diag->parts.items[i];

		if (part->kind != PART_FIX)
			continue;
		strbuf_add(&b, str_slice(text, at, part->at.start - 1));
		strbuf_add(&b, part->text);
		at = part->at.end - 1;
	}
	strbuf_add(&b, str_slice(text, at, text.len));
	return strbuf_str(&b);
}

static void dump_expr(struct strbuf *b, const struct ast_expr *expr);

static void dump_scalar(struct strbuf *b, const struct ast_scalar *scalar)
{
	static const char *const marks[] = {
		[AST_STRING] = "\"", [AST_INT] = "i", [AST_DECIMAL] = "n", [AST_DATE] = "d",
		[AST_DATETIME] = "t", [AST_DURATION] = "p", [AST_VULNID] = "v",
		[AST_ACCOUNT] = "a", [AST_BOOL] = "b", [AST_NAME] = "",
	};

	strbuf_puts(b, marks[scalar->kind]);
	switch (scalar->kind) {
	case AST_INT:
	case AST_DECIMAL:
	case AST_DATE:
	case AST_DATETIME:
	case AST_DURATION:
	case AST_BOOL:
		strbuf_printf(b, "%lld", (long long)scalar->number);
		break;
	case AST_NAME:
		strbuf_printf(b, STR_FMT "/%zu", STR_ARG(scalar->path.text), scalar->path.n);
		break;
	default:
		strbuf_add(b, scalar->text);
	}
	if (scalar->kind == AST_STRING)
		strbuf_addc(b, '"');
}

static void dump_value(struct strbuf *b, const struct ast_value *value)
{
	if (value->kind == AST_VALUE_ANY)
		strbuf_puts(b, " any");
	if (value->kind == AST_VALUE_TEXT)
		strbuf_printf(b, " \"" STR_FMT "\"%zu", STR_ARG(value->text), value->n);
	if (value->kind == AST_VALUE_SET)
		strbuf_puts(b, " [");
	if (value->kind == AST_VALUE_SET || value->kind == AST_VALUE_SCALAR) {
		for (size_t i = 0; i < value->n; i++) {
			strbuf_addc(b, ' ');
			dump_scalar(b, &value->items[i]);
		}
	}
	if (value->kind == AST_VALUE_SET)
		strbuf_puts(b, " ]");
}

static void dump_operand(struct strbuf *b, const struct ast_operand *operand)
{
	strbuf_printf(b, " " STR_FMT, STR_ARG(operand->path.text));
	if (operand->has_key)
		strbuf_printf(b, "[" STR_FMT "]", STR_ARG(operand->key));
}

static void dump_test(struct strbuf *b, const struct ast_expr *expr)
{
	static const char *const ops[] = {
		[AST_EQ] = "==", [AST_NE] = "!=", [AST_LT] = "<", [AST_LE] = "<=", [AST_GT] = ">",
		[AST_GE] = ">=", [AST_STARTSWITH] = "starts", [AST_ENDSWITH] = "ends",
		[AST_CONTAINS] = "contains",
	};

	strbuf_printf(b, "(%s", expr->negated ? "not-" : "");
	if (expr->kind == AST_COMPARE || expr->kind == AST_AFFIX)
		strbuf_puts(b, ops[expr->op]);
	else
		strbuf_puts(b, expr->kind == AST_IN	 ? "in"
			       : expr->kind == AST_RANGE ? "range"
							 : "exists");
	dump_operand(b, &expr->operand);
	dump_value(b, &expr->value);
	strbuf_addc(b, ')');
}

static void dump_expr(struct strbuf *b, const struct ast_expr *expr)
{
	static const char *const names[] = {
		[AST_OR] = "or", [AST_AND] = "and", [AST_NOT] = "not", [AST_PAREN] = "paren",
		[AST_ANY] = "any",
	};

	switch (expr->kind) {
	case AST_CONST:
		strbuf_puts(b, expr->truth ? "true" : "false");
		return;
	case AST_REF:
		strbuf_add(b, expr->operand.path.text);
		return;
	case AST_COMPARE:
	case AST_AFFIX:
	case AST_IN:
	case AST_RANGE:
	case AST_EXISTS:
		dump_test(b, expr);
		return;
	default:
		break;
	}
	strbuf_printf(b, "(%s", names[expr->kind]);
	if (expr->kind == AST_ANY)
		dump_operand(b, &expr->operand);
	for (size_t i = 0; i < expr->n; i++) {
		strbuf_addc(b, ' ');
		dump_expr(b, expr->kids[i]);
	}
	strbuf_addc(b, ')');
}

static void dump_property(struct strbuf *b, const struct ast_property *property)
{
	strbuf_printf(b, " (" STR_FMT, STR_ARG(property->name));
	if (property->kind == AST_SET)
		strbuf_printf(b, " " STR_FMT " =", STR_ARG(property->key));
	if (property->kind == AST_GROUP || property->kind == AST_EACH)
		dump_operand(b, &property->operand);
	if (property->expr) {
		strbuf_addc(b, ' ');
		dump_expr(b, property->expr);
	}
	dump_value(b, &property->value);
	for (size_t i = 0; i < property->n_rows; i++) {
		const struct ast_row *row = &property->rows[i];

		strbuf_puts(b, " (");
		dump_scalar(b, &row->value);
		for (size_t j = 0; j < row->n; j++)
			dump_property(b, row->properties[j]);
		strbuf_addc(b, ')');
	}
	for (size_t i = 0; i < property->n_properties; i++)
		dump_property(b, property->properties[i]);
	strbuf_addc(b, ')');
}

static void dump_annotation(struct strbuf *b, const struct ast_annotation *annotation)
{
	strbuf_printf(b, "@" STR_FMT "(", STR_ARG(annotation->name));
	for (size_t i = 0; i < annotation->n; i++) {
		const struct ast_arg *arg = &annotation->args[i];

		strbuf_printf(b, "%s" STR_FMT "%s", i ? "," : "", STR_ARG(arg->name),
			      arg->name.len ? ":" : "");
		dump_scalar(b, &arg->value);
	}
	strbuf_puts(b, ")");
}

UNUSED static struct str dump(const struct ast_file *file)
{
	static const char *const kinds[] = {
		"use", "let", "define", "policy", "tier", "notify", "suppress", "reopen", "assign",
		"protect", "insight", "action", "review", "lifecycle", "status",
	};
	struct strbuf b;

	strbuf_init(&b, arena);
	for (size_t i = 0; i < file->n_statements; i++) {
		const struct ast_statement *s = file->statements[i];

		for (size_t j = 0; j < s->n_annotations; j++)
			dump_annotation(&b, &s->annotations[j]);
		strbuf_printf(&b, "(%s", kinds[s->kind]);
		if (s->text.ptr)
			strbuf_printf(&b, " \"" STR_FMT "\"", STR_ARG(s->text));
		if (s->name.ptr)
			strbuf_printf(&b, " " STR_FMT, STR_ARG(s->name));
		if (s->expr) {
			strbuf_addc(&b, ' ');
			dump_expr(&b, s->expr);
		}
		dump_value(&b, &s->value);
		for (size_t j = 0; j < s->n_properties; j++)
			dump_property(&b, s->properties[j]);
		strbuf_addc(&b, ')');
	}
	return strbuf_str(&b);
}

#endif
