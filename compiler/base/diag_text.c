/* SPDX-License-Identifier: Apache-2.0
 *
 * Diagnostics for people:
 *
 *   policy.vpol:12:8: error[VC101]: unknown field `serverity`
 *      12 |   when serverity == HIGH;
 *         |        ^^^^^^^^^
 *   policy.vpol:3:1: note: inside this statement
 *       3 | suppress old {
 *         | ^^^^^^^^
 *     note: facts
 *     help: the way out
 *
 * A line begins with a place, with "vulnctl: " or with blanks and a word of ours, never with text
 * from outside. */
#include "base/diag.h"

#include <string.h>

#include "base/diag_internal.h"
#include "base/unicode.h"

#define TAB_STOP 8
#define WINDOW 120 /* columns shown of a long line */
#define BOLD "1"

struct view {
	struct strbuf out;
	struct diags *d;
	struct arena *arena;
	bool colour;
};

static void paint(struct view *v, const char *code)
{
	if (v->colour)
		strbuf_printf(&v->out, "\033[%sm", code);
}

static void plain(struct view *v)
{
	if (v->colour)
		strbuf_puts(&v->out, "\033[0m");
}

static const char *level_colour(enum diag_level level)
{
	static const char *const codes[] = {"1;36", "1;35", "1;31"};

	return codes[level];
}

/* A file may be called `::error::x`; `./` before it names the same file. */
static void put_path(struct view *v, struct str path)
{
	size_t at = 0;

	if (path.len && (path.ptr[0] == ':' || unicode_space(unicode_next(path, &at))))
		strbuf_puts(&v->out, "./");
	unicode_escape(&v->out, path);
}

static void put_place(struct view *v, struct position where)
{
	paint(v, BOLD);
	if (where.source) {
		put_path(v, where.source->path);
		strbuf_printf(&v->out, ":%u:%u: ", where.line, where.col);
	} else {
		strbuf_puts(&v->out, "vulnctl: ");
	}
	plain(v);
}

/* About the columns that the scalar at *at takes. Never 0, so that a window over thousands of
 * combining marks ends. */
static size_t cost(struct str line, size_t *at)
{
	uint32_t scalar = unicode_next(line, at);
	unsigned width;

	if (scalar == '\t' || unicode_hidden(scalar))
		return TAB_STOP;
	width = unicode_width(scalar);
	return width ? width : 1;
}

/* The part of a line that is shown around `at`: a line may be as long as a file. */
static void find_window(struct str line, size_t at, size_t *from, size_t *to)
{
	size_t spent = 0, here, budget = WINDOW / 3;

	*from = at;
	while (*from > 0 && spent < budget) {
		here = *from = unicode_boundary(line, *from - 1);
		spent += cost(line, &here);
	}
	for (*to = *from, spent = 0; *to < line.len && spent < WINDOW;)
		spent += cost(line, to);
	while (*to == line.len && *from > 0 && spent < WINDOW) {
		here = *from = unicode_boundary(line, *from - 1);
		spent += cost(line, &here);
	}
	/* A mark without its letter would be put on the ellipsis. */
	for (here = *from; *from > 0 && here < at; *from = here)
		if (unicode_width(unicode_next(line, &here)))
			break;
}

static unsigned put_scalar(struct strbuf *out, struct str line, size_t *at, unsigned column)
{
	unsigned width;

	if (line.ptr[*at] != '\t')
		return unicode_escape_next(out, line, at);
	width = TAB_STOP - column % TAB_STOP;
	for (unsigned i = 0; i < width; i++)
		strbuf_addc(out, ' ');
	(*at)++;
	return width;
}

static void repeat(struct strbuf *out, char c, size_t n)
{
	while (n--)
		strbuf_addc(out, c);
}

/* Without blanks at the end, so that no tool on the way changes what we print. */
static void end_line(struct strbuf *out)
{
	while (out->len && out->ptr[out->len - 1] == ' ')
		out->len--;
	strbuf_addc(out, '\n');
}

/* The line of a place and, below it, carets under the part of it that lies in the span. */
static void put_source(struct view *v, struct position where, struct span span, const char *colour)
{
	struct str line = source_line(where.source, where.line);
	uint32_t base = where.source->base + where.source->lines[where.line - 1];
	size_t start = span.start - base, end = span.end > span.start ? span.end - base : start;
	size_t from, to, indent;
	unsigned column = 0, left, right;

	if (start > line.len)
		start = line.len;
	if (end > line.len)
		end = line.len;
	find_window(line, start, &from, &to);
	indent = v->out.len;
	strbuf_printf(&v->out, "%6u", where.line);
	indent = v->out.len - indent;
	strbuf_puts(&v->out, " | ");
	if (from > 0) {
		strbuf_puts(&v->out, "…");
		column = 1;
	}
	left = right = column;
	for (size_t at = from; at < to;) {
		column += put_scalar(&v->out, line, &at, column);
		if (at <= start)
			left = column;
		if (at <= end)
			right = column;
	}
	if (to < line.len)
		strbuf_puts(&v->out, "…");
	end_line(&v->out);
	repeat(&v->out, ' ', indent);
	strbuf_puts(&v->out, " | ");
	repeat(&v->out, ' ', left);
	paint(v, colour);
	repeat(&v->out, '^', right > left ? right - left : 1);
	plain(v);
	strbuf_addc(&v->out, '\n');
}

static size_t columns(struct str text)
{
	size_t n = 0;

	for (size_t at = 0; at < text.len;)
		n += unicode_width(unicode_next(text, &at));
	return n;
}

/* "  note: " and a text, whose further lines are indented as far. */
static void put_remark(struct view *v, const char *what, const char *colour, struct str text)
{
	struct str word = str_from(diag_word(v->d, what));

	strbuf_puts(&v->out, "  ");
	paint(v, colour);
	strbuf_printf(&v->out, STR_FMT ":", STR_ARG(word));
	plain(v);
	strbuf_addc(&v->out, ' ');
	for (size_t i = 0; i < text.len; i++) {
		strbuf_addc(&v->out, text.ptr[i]);
		if (text.ptr[i] == '\n')
			repeat(&v->out, ' ', columns(word) + 4);
	}
	strbuf_addc(&v->out, '\n');
}

static void put_label(struct view *v, const struct diag_part *label)
{
	struct position where = sources_locate(v->d->sources, label->at.start);

	if (!where.source) {
		put_remark(v, "note", "1;34", label->text);
		return;
	}
	put_place(v, where);
	paint(v, "1;34");
	strbuf_printf(&v->out, "%s:", diag_word(v->d, "note"));
	plain(v);
	strbuf_addc(&v->out, ' ');
	strbuf_add(&v->out, label->text);
	strbuf_addc(&v->out, '\n');
	put_source(v, where, label->at, "1;34");
}

static void put_parts(struct view *v, const struct diag *diag, enum diag_part_kind kind)
{
	for (size_t i = 0; i < diag->parts.n; i++) {
		const struct diag_part *part = &diag->parts.items[i];

		if (part->kind != kind)
			continue;
		if (kind == PART_LABEL)
			put_label(v, part);
		else if (kind == PART_NOTE || kind == PART_WITNESS)
			put_remark(v, "note", "1;34", part->text);
		else if (kind == PART_HELP)
			put_remark(v, "help", "1;32", part->text);
		else
			put_remark(v, "help", "1;32", diag_fix_wording(diag, part));
	}
}

static void put_allowed(struct view *v, const struct diag *diag)
{
	if (!diag->allowed)
		return;
	put_remark(v, "note", "1;34", diag_allowed_wording(diag));
}

static void put_diag(struct view *v, const struct diag *diag)
{
	struct position where = sources_locate(v->d->sources, diag->at.start);
	struct str cut = diag_bytes_cut(diag);

	put_place(v, where);
	paint(v, level_colour(diag->level));
	strbuf_puts(&v->out, diag_level_word(diag));
	if (diag->id)
		strbuf_printf(&v->out, diag->rule ? "[%s %s]" : "[%s]", diag->id, diag->rule);
	strbuf_addc(&v->out, ':');
	plain(v);
	strbuf_addc(&v->out, ' ');
	paint(v, BOLD);
	strbuf_add(&v->out, diag->message);
	plain(v);
	strbuf_addc(&v->out, '\n');
	if (where.source)
		put_source(v, where, diag->at, level_colour(diag->level));
	put_parts(v, diag, PART_LABEL);
	put_allowed(v, diag);
	put_parts(v, diag, PART_NOTE);
	put_parts(v, diag, PART_WITNESS);
	put_parts(v, diag, PART_HELP);
	put_parts(v, diag, PART_FIX);
	if (cut.len)
		strbuf_printf(&v->out, "  " STR_FMT "\n", STR_ARG(cut));
}

static void put_cut(struct view *v, struct str text)
{
	if (text.len)
		strbuf_printf(&v->out, STR_FMT "\n", STR_ARG(text));
}

struct str diags_text(struct diags *d, struct arena *arena, bool colour)
{
	struct view v = {.d = d, .arena = arena, .colour = colour};
	struct diag_selection s;

	strbuf_init(&v.out, arena);
	diags_select(d, arena, &s);
	for (size_t g = 0; g < s.groups.n; g++) {
		const struct diag_group *group = &s.groups.items[g];

		for (size_t i = group->first; i < group->first + group->n; i++)
			if (s.items[i]->shown)
				put_diag(&v, s.items[i]);
		put_cut(&v, diag_group_cut(d, group));
	}
	put_cut(&v, diag_rest_cut(d, &s));
	put_cut(&v, diag_known_cut(d, &s));
	return strbuf_str(&v.out);
}
