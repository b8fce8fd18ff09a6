/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a line may be broken, and how wide everything is. The tree is walked in the order of the
 * text with one position among the lexemes that only moves on, so all of it is linear. */
#include "base/unicode.h"
#include "base/vec.h"
#include "syntax/print_internal.h"
#include "vpol_parse.h"

struct marker {
	struct arena *arena;
	struct lexemes *lexemes;
	struct lexeme *items;
	struct print_cell *cells;
	uint32_t n, at;
};

/* --- the tree --- */

/* The first lexeme at or behind a place. */
static uint32_t seek(struct marker *m, uint32_t place)
{
	while (m->at < m->n && m->items[m->at].span.start < place)
		m->at++;
	return m->at;
}

static uint32_t mark(struct marker *m, uint32_t place, enum print_gap gap)
{
	uint32_t i = seek(m, place);

	m->cells[i].gap = (unsigned char)gap;
	return i;
}

static void mark_close(struct marker *m, uint32_t open)
{
	m->cells[m->cells[open].match].gap = GAP_CLOSE;
}

static void mark_set(struct marker *m, const struct ast_value *value)
{
	uint32_t open = seek(m, value->span.start);

	for (size_t i = 0; i < value->n; i++) {
		uint32_t element = mark(m, value->items[i].span.start, GAP_ELEMENT);

		m->cells[element].second = i == 1;
	}
	mark_close(m, open);
}

/* The value of a property or of a `let`. */
static void mark_value(struct marker *m, const struct ast_value *value)
{
	if (value->kind == AST_VALUE_NONE)
		return;
	mark(m, value->span.start, GAP_VALUE);
	if (value->kind == AST_VALUE_SET)
		mark_set(m, value);
	for (size_t i = 1; value->kind == AST_VALUE_TEXT && i < value->n; i++)
		mark(m, value->items[i].span.start, GAP_TEXT);
}

/* Recursion is bounded by SYNTAX_NESTING. */
static void mark_expr(struct marker *m, const struct ast_expr *expr)
{
	uint32_t open;

	switch (expr->kind) {
	case AST_OR:
	case AST_AND:
		for (size_t i = 0; i < expr->n; i++) {
			if (i)
				m->cells[seek(m, expr->kids[i]->span.start) - 1].gap = GAP_OPERATOR;
			mark_expr(m, expr->kids[i]);
		}
		break;
	case AST_NOT:
		mark_expr(m, expr->kids[0]);
		break;
	case AST_PAREN:
	case AST_ANY:
		open = seek(m, expr->kind == AST_ANY ? expr->operand.span.end : expr->span.start);
		m->cells[open + 1].gap = GAP_CONTENT;
		mark_expr(m, expr->kids[0]);
		mark_close(m, open);
		break;
	default:
		if (expr->value.kind == AST_VALUE_SET)
			mark_set(m, &expr->value);
	}
}

static void mark_condition(struct marker *m, const struct ast_expr *expr)
{
	mark(m, expr->span.start, GAP_VALUE);
	mark_expr(m, expr);
}

static void mark_row(struct marker *m, const struct ast_row *row)
{
	mark(m, row->span.start, GAP_ITEM);
	for (size_t i = 0; i < row->n; i++) {
		uint32_t cell = mark(m, row->properties[i]->span.start, GAP_CELL);

		m->cells[cell].column = i == 0;
		mark_value(m, &row->properties[i]->value);
	}
}

static void mark_block(struct marker *m, uint32_t place, struct ast_property *const *properties,
		       size_t n);

/* Blocks stand at most two deep. */
static void mark_property(struct marker *m, const struct ast_property *property)
{
	uint32_t open;

	mark(m, property->span.start, GAP_ITEM);
	switch (property->kind) {
	case AST_WHEN:
	case AST_UNLESS:
	case AST_SCOPE:
		mark_condition(m, property->expr);
		break;
	case AST_SET:
		m->cells[seek(m, property->key_span.end)].column = true;
		mark_value(m, &property->value);
		break;
	case AST_GROUP:
		break;
	case AST_EACH:
		open = seek(m, property->operand.span.end);
		for (size_t i = 0; i < property->n_rows; i++)
			mark_row(m, &property->rows[i]);
		mark_close(m, open);
		break;
	case AST_IMAGES:
		if (property->value.kind == AST_VALUE_SET)
			mark_set(m, &property->value);
		mark_block(m, span_join(property->name_span, property->value.span).end,
			   property->properties, property->n_properties);
		break;
	case AST_PLAIN:
		mark_value(m, &property->value);
		break;
	}
}

/* A block that begins behind a place. */
static void mark_block(struct marker *m, uint32_t place, struct ast_property *const *properties,
		       size_t n)
{
	uint32_t open = seek(m, place);

	for (size_t i = 0; i < n; i++)
		mark_property(m, properties[i]);
	mark_close(m, open);
}

static void mark_annotation(struct marker *m, const struct ast_annotation *annotation)
{
	uint32_t open = 0;

	mark(m, annotation->span.start, GAP_ITEM);
	for (size_t i = 0; i < annotation->n; i++) {
		uint32_t element = mark(m, annotation->args[i].span.start, GAP_ELEMENT);

		open = i ? open : element - 1;
	}
	if (annotation->n)
		mark_close(m, open);
}

static void mark_statement(struct marker *m, const struct ast_statement *statement)
{
	uint32_t first, place;

	for (size_t i = 0; i < statement->n_annotations; i++)
		mark_annotation(m, &statement->annotations[i]);
	first = mark(m, statement->span.start, GAP_ITEM);
	if (statement->n_annotations)
		m->items[first].blank = false;
	switch (statement->kind) {
	case AST_USE:
		break;
	case AST_LET:
	case AST_DEFINE:
		m->cells[seek(m, statement->name_span.end)].column = true;
		if (statement->kind == AST_LET)
			mark_value(m, &statement->value);
		else
			mark_condition(m, statement->expr);
		break;
	default:
		place = span_join(statement->name_span, statement->text_span).end;
		m->cells[seek(m, place)].column = true;
		mark_block(m, place, statement->properties, statement->n_properties);
	}
}

/* --- the lexemes --- */

static void match_brackets(struct marker *m)
{
	VEC(uint32_t) open = {0};

	for (uint32_t i = 0; i < m->n; i++) {
		switch (m->items[i].kind) {
		case T_LPAREN:
		case T_LBRACKET:
		case T_LBRACE:
			VEC_PUSH(m->arena, open, i);
			break;
		case T_RPAREN:
		case T_RBRACKET:
		case T_RBRACE:
			if (open.n)
				m->cells[open.items[--open.n]].match = i;
			break;
		default:
			break;
		}
	}
}

/* A bracket whose content can be broken; that of `tag["k"]` cannot. */
static bool is_opening(const struct marker *m, uint32_t i)
{
	return m->cells[i].match && m->cells[i + 1].gap != GAP_NONE;
}

static bool wants_space(const struct marker *m, uint32_t i)
{
	switch (m->items[i - 1].kind) {
	case T_LPAREN:
	case T_LBRACKET:
	case T_DOT:
	case T_DOTS:
	case T_AT:
		return false;
	default:
		break;
	}
	switch (m->items[i].kind) {
	case T_SEMICOLON:
	case T_COMMA:
	case T_COLON:
	case T_DOT:
	case T_DOTS:
	case T_RPAREN:
	case T_RBRACKET:
		return false;
	case T_LPAREN: /* of an annotation */
		return m->cells[i + 1].gap != GAP_ELEMENT;
	case T_LBRACKET:
		return is_opening(m, i);
	case T_RBRACE: /* `{}` */
		return m->cells[i - 1].match != i;
	default:
		return true;
	}
}

static uint32_t width_of(struct str text)
{
	uint32_t width = 0;

	for (size_t at = 0; at < text.len;)
		width += unicode_width(unicode_next(text, &at));
	return width;
}

static void measure(struct marker *m, const struct source *source)
{
	uint32_t column = 0;

	for (uint32_t i = 0; i < m->n; i++) {
		struct print_cell *cell = &m->cells[i];
		struct span at = m->items[i].span;

		cell->space = i > 0 && wants_space(m, i);
		cell->begin = column + cell->space;
		cell->end = column =
			cell->begin + width_of(str_slice(source->text, at.start - source->base,
							 at.end - source->base));
	}
}

/* Only comments come out of their gaps, all in order: so does the gap each of them goes to. What
 * stands behind an `and` goes in front of it, where the line is broken. */
static void move_comments(struct marker *m)
{
	struct comment *last = NULL;
	uint32_t gap = 0;

	for (size_t i = 0; i < m->lexemes->comments.n; i++) {
		struct comment *comment = &m->lexemes->comments.items[i];
		uint32_t at = comment->before;
		bool first;

		if (m->cells[at].gap == GAP_NONE && m->cells[at - 1].gap == GAP_OPERATOR)
			at--;
		for (gap = gap < at ? at : gap; m->cells[gap].gap == GAP_NONE;)
			gap++;
		first = !last || last->before != gap;
		comment->before = gap;
		comment->trailing = comment->trailing && first;
		if (first && (!gap || is_opening(m, gap - 1)))
			comment->blank = false;
		m->cells[gap].breaks = 1;
		m->cells[gap].remark |= !comment->trailing;
		last = comment;
	}
}

/* Whether a lexeme begins a line whatever room there is, comments apart. */
static bool must_break(const struct marker *m, uint32_t i)
{
	const struct print_cell *cell = &m->cells[i];

	switch (cell->gap) {
	case GAP_TEXT:
		return true;
	case GAP_ITEM: /* the block was not on one line */
		return is_opening(m, i - 1) &&
		       m->items[i - 1].line != m->items[m->cells[i - 1].match].line;
	case GAP_ELEMENT: /* the first two values of a set were not on one line */
		return cell->second && m->items[i - 2].line != m->items[i].line;
	default:
		return false;
	}
}

static void count_breaks(struct marker *m)
{
	uint32_t breaks = 0;

	for (uint32_t i = 0; i <= m->n; i++) {
		struct print_cell *cell = &m->cells[i];
		bool first = !cell->breaks && (!i || is_opening(m, i - 1));

		if ((cell->gap != GAP_ITEM && cell->gap != GAP_ELEMENT) || first)
			m->items[i].blank = false;
		if (i && must_break(m, i))
			cell->breaks = 1;
		breaks += cell->breaks;
		cell->breaks = breaks;
	}
}

struct print_layout print_mark(struct arena *arena, const struct ast_file *file,
			       struct lexemes *lexemes)
{
	struct marker m = {
		.arena = arena,
		.lexemes = lexemes,
		.items = lexemes->list.items,
		.n = (uint32_t)lexemes->list.n,
	};

	m.cells = ARENA_ARRAY(arena, struct print_cell, m.n + 1);
	m.cells[0].gap = GAP_ITEM; /* `edition` */
	m.cells[m.n].gap = GAP_CLOSE;
	match_brackets(&m);
	for (size_t i = 0; i < file->n_statements; i++)
		mark_statement(&m, file->statements[i]);
	measure(&m, file->source);
	move_comments(&m);
	count_breaks(&m);
	return (struct print_layout){
		.source = file->source, .lexemes = lexemes, .cells = m.cells, .n = m.n};
}
