/* SPDX-License-Identifier: Apache-2.0
 *
 * The layout. Whether a part fits into the rest of the line is one subtraction, so every part is
 * asked once where it begins: it goes on one line, or is broken where the marks allow it, and its
 * parts are asked. */
#include "syntax/print.h"

#include "base/vec.h"
#include "syntax/print_internal.h"
#include "vpol_parse.h"

#define COLUMNS 100
#define INDENT 2
/* Deeper levels stay here, or a line of brackets would be blown up by its square. */
#define INDENT_MAX 60
/* Names whose lengths differ by more than this are not made one column. */
#define SPREAD 24

struct print {
	struct print_layout l;
	struct strbuf out;
	uint32_t column, indent; /* of the line being written */
	uint32_t value;		 /* the column where the last value began */
	size_t comment;		 /* the next one */
};

/* --- writing --- */

static void put_blanks(struct print *p, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		strbuf_addc(&p->out, ' ');
	p->column += n;
}

static void put_line(struct print *p, uint32_t indent, bool blank)
{
	if (p->out.len)
		strbuf_puts(&p->out, blank ? "\n\n" : "\n");
	p->column = 0;
	p->indent = indent;
	put_blanks(p, indent);
}

static void put(struct print *p, uint32_t i)
{
	const struct source *source = p->l.source;
	struct span at = p->l.lexemes->list.items[i].span;

	strbuf_add(&p->out,
		   str_slice(source->text, at.start - source->base, at.end - source->base));
	p->column += p->l.cells[i].end - p->l.cells[i].begin;
}

static void put_flat(struct print *p, uint32_t first, uint32_t last)
{
	for (uint32_t i = first; i <= last; i++) {
		if (i > first)
			put_blanks(p, p->l.cells[i].space);
		put(p, i);
	}
}

static bool has_comment(const struct print *p, uint32_t i)
{
	return p->comment < p->l.lexemes->comments.n &&
	       p->l.lexemes->comments.items[p->comment].before == i;
}

static void put_comments(struct print *p, uint32_t i, uint32_t indent)
{
	for (; has_comment(p, i); p->comment++) {
		const struct comment *comment = &p->l.lexemes->comments.items[p->comment];

		if (comment->trailing)
			strbuf_addc(&p->out, ' ');
		else
			put_line(p, indent, comment->blank);
		strbuf_add(&p->out, comment->text);
	}
}

static void put_break(struct print *p, uint32_t i, uint32_t indent)
{
	put_comments(p, i, indent);
	put_line(p, indent, p->l.lexemes->list.items[i].blank);
}

/* --- measuring --- */

static uint32_t width(const struct print *p, uint32_t first, uint32_t last)
{
	return p->l.cells[last].end - p->l.cells[first].begin;
}

static bool is_whole(const struct print *p, uint32_t first, uint32_t last)
{
	return p->l.cells[last].breaks == p->l.cells[first].breaks;
}

/* True if the part can be written at `column`, with what stands directly behind it. */
static bool fits(const struct print *p, uint32_t column, uint32_t first, uint32_t last)
{
	uint32_t end = last;

	while (p->l.cells[end + 1].gap == GAP_NONE && !p->l.cells[end].match)
		end++;
	return is_whole(p, first, last) && column + width(p, first, end) <= COLUMNS;
}

/* A bracket whose content can be broken. */
static bool opens(const struct print *p, uint32_t i)
{
	const struct print_cell *next = &p->l.cells[i + 1];

	return p->l.cells[i].match && next->gap != GAP_NONE &&
	       (next->gap != GAP_CLOSE || !is_whole(p, i, i + 1));
}

/* The next lexeme that does not stand in brackets that open at i. */
static uint32_t step(const struct print *p, uint32_t i)
{
	return (p->l.cells[i].match ? p->l.cells[i].match : i) + 1;
}

/* --- conditions, values --- */

static void put_group(struct print *p, uint32_t open);

/* A condition that is broken at its operators although its first part needs several lines begins
 * on a line of its own, so that its parts stand below each other. */
static bool begins_line(const struct print *p, uint32_t first, uint32_t last)
{
	uint32_t i = first;

	while (i <= last && p->l.cells[i].gap != GAP_OPERATOR)
		i = step(p, i);
	return i <= last && !fits(p, p->column + 1, first, i - 1);
}

static void put_gap(struct print *p, uint32_t i, uint32_t last, uint32_t indent)
{
	switch (p->l.cells[i].gap) {
	case GAP_OPERATOR:
	case GAP_CELL:
		put_break(p, i, indent);
		break;
	case GAP_TEXT:
		put_break(p, i, p->value);
		break;
	case GAP_VALUE:
		if (has_comment(p, i) || begins_line(p, i, last))
			put_break(p, i, p->indent + INDENT);
		else
			put_blanks(p, 1);
		p->value = p->column;
		break;
	default:
		put_blanks(p, p->l.cells[i].space);
	}
}

/* The last lexeme of what is asked as one: a whole value if it fits, else what is in brackets, else
 * the lexeme alone. The value of a row's property ends where the next one begins. */
static uint32_t part_end(const struct print *p, uint32_t first, uint32_t last)
{
	uint32_t i = first;

	while (p->l.cells[first].gap == GAP_VALUE && i <= last && p->l.cells[i].gap != GAP_CELL)
		i = step(p, i);
	return i > first && fits(p, p->column, first, i - 1) ? i - 1 : step(p, first) - 1;
}

/* What is broken goes on at `indent`. */
static void put_range(struct print *p, uint32_t first, uint32_t last, uint32_t indent)
{
	if (fits(p, p->column, first, last)) {
		put_flat(p, first, last);
		return;
	}
	for (uint32_t i = first, end; i <= last; i = end + 1) {
		if (i > first)
			put_gap(p, i, last, indent);
		end = part_end(p, i, last);
		if (opens(p, i) && !fits(p, p->column, i, end))
			put_group(p, i);
		else
			put_flat(p, i, end);
	}
}

/* The comma behind an element, or the bracket that closes. */
static uint32_t element_end(const struct print *p, uint32_t i, uint32_t close)
{
	while (i < close && p->l.lexemes->list.items[i].kind != T_COMMA)
		i++;
	return i;
}

/* Values stand one a line where the first two are written so although they fit into one. */
static bool is_list(const struct print *p, uint32_t first, uint32_t close, uint32_t indent)
{
	const struct lexeme *items = p->l.lexemes->list.items;
	uint32_t second = element_end(p, first, close) + 1;

	if (items[first - 1].kind == T_LPAREN)
		return true;
	return second < close && items[second - 2].line != items[second].line &&
	       indent + width(p, first, element_end(p, second, close) - 1) < COLUMNS;
}

static void put_elements(struct print *p, uint32_t first, uint32_t close, uint32_t indent)
{
	bool list = is_list(p, first, close, indent);

	for (uint32_t i = first, end; i < close; i = end + 1) {
		end = element_end(p, i, close);
		if (i == first || list || has_comment(p, i) || p->l.lexemes->list.items[i].blank ||
		    p->column + width(p, i, end - 1) + 2 > COLUMNS)
			put_break(p, i, indent);
		else
			put_blanks(p, 1);
		put_flat(p, i, end - 1);
		strbuf_addc(&p->out, ',');
		p->column++;
	}
}

static void put_items(struct print *p, uint32_t first, uint32_t end, uint32_t indent);

/* Recursion is bounded by SYNTAX_NESTING, and two blocks. */
static void put_group(struct print *p, uint32_t open)
{
	uint32_t close = p->l.cells[open].match, outer = p->indent;
	uint32_t indent = outer < INDENT_MAX ? outer + INDENT : outer;

	put(p, open);
	switch (p->l.cells[open + 1].gap) {
	case GAP_CONTENT:
		put_break(p, open + 1, indent);
		put_range(p, open + 1, close - 1, indent);
		break;
	case GAP_ELEMENT:
		put_elements(p, open + 1, close, indent);
		break;
	case GAP_ITEM:
		put_items(p, open + 1, close, indent);
		break;
	default:
		break;
	}
	put_comments(p, close, indent);
	put_line(p, outer, false);
	put(p, close);
}

/* --- items --- */

struct item {
	uint32_t first, last;
	uint32_t column; /* what is aligned; 0: nothing */
};

static struct item find_item(const struct print *p, uint32_t first, uint32_t end, uint32_t indent)
{
	struct item item = {.first = first};
	uint32_t i = first;

	do {
		if (p->l.cells[i].column)
			item.column = i;
		i = step(p, i);
	} while (i < end && p->l.cells[i].gap != GAP_ITEM);
	item.last = i - 1;
	if (!fits(p, indent, first, item.last))
		item.column = 0;
	return item;
}

static uint32_t head(const struct print *p, struct item item)
{
	return item.column ? p->l.cells[item.column].begin - p->l.cells[item.first].begin : 0;
}

static struct str text_of(const struct print *p, uint32_t i)
{
	const struct source *source = p->l.source;
	struct span at = p->l.lexemes->list.items[i].span;

	return str_slice(source->text, at.start - source->base, at.end - source->base);
}

/* Lines of one kind, nothing between them. */
static bool continues(const struct print *p, struct item a, struct item b)
{
	if (!a.column || !b.column || p->l.lexemes->list.items[b.first].blank ||
	    p->l.cells[b.first].remark)
		return false;
	if (p->l.cells[a.column].gap == GAP_CELL || p->l.cells[b.column].gap == GAP_CELL)
		return p->l.cells[a.column].gap == p->l.cells[b.column].gap;
	return str_eq(text_of(p, a.first), text_of(p, b.first));
}

static void put_item(struct print *p, struct item item, uint32_t indent, uint32_t column)
{
	uint32_t pad = item.column ? column - head(p, item) : 0;

	put_break(p, item.first, indent);
	if (!pad || !fits(p, indent + pad, item.first, item.last)) {
		put_range(p, item.first, item.last, indent + INDENT);
		return;
	}
	put_flat(p, item.first, item.column - 1);
	put_blanks(p, pad + p->l.cells[item.column].space);
	put_flat(p, item.column, item.last);
}

static uint32_t put_run(struct print *p, uint32_t first, uint32_t end, uint32_t indent)
{
	struct item item = find_item(p, first, end, indent), next = item;
	uint32_t least = head(p, item), most = least, stop = item.last + 1;

	while (stop < end) {
		struct item last = next;
		uint32_t length;

		next = find_item(p, stop, end, indent);
		if (!continues(p, last, next))
			break;
		length = head(p, next);
		if (length > least + SPREAD || length + SPREAD < most)
			break;
		least = length < least ? length : least;
		most = length > most ? length : most;
		stop = next.last + 1;
	}
	for (uint32_t i = first; i < stop; i = item.last + 1) {
		item = find_item(p, i, end, indent);
		put_item(p, item, indent, most);
	}
	return stop;
}

static void put_items(struct print *p, uint32_t first, uint32_t end, uint32_t indent)
{
	for (uint32_t i = first; i < end;)
		i = put_run(p, i, end, indent);
}

struct str print_file(struct arena *arena, const struct ast_file *file, struct lexemes *lexemes)
{
	struct print p = {.l = print_mark(arena, file, lexemes)};

	strbuf_init(&p.out, arena);
	put_items(&p, 0, p.l.n, 0);
	put_comments(&p, p.l.n, 0);
	put_line(&p, 0, false);
	return strbuf_str(&p.out);
}
