/* SPDX-License-Identifier: Apache-2.0
 *
 * Edits of statements. */
#include "lint/edit.h"

const struct ast_statement *edit_statement(const struct lint *l, const struct statement *s)
{
	return places_find(l->places, s->name_span);
}

const struct ast_property *edit_property(const struct ast_statement *ast, const char *name)
{
	for (size_t i = ast ? ast->n_properties : 0; i > 0; i--)
		if (str_is(ast->properties[i - 1]->name, name))
			return ast->properties[i - 1];
	return NULL;
}

static void insert(struct diag *diag, uint32_t at, struct str text)
{
	diag_fix(diag, (struct span){at, at}, text);
}

void edit_require(struct lint *l, struct diag *diag, const struct statement *s, const char *test)
{
	const struct ast_property *when = edit_property(edit_statement(l, s), "when");
	bool some = when && when->expr && when->expr->kind == AST_OR;

	if (!when || !when->expr)
		return;
	if (some)
		insert(diag, when->expr->span.start, STR("("));
	insert(diag, when->expr->span.end,
	       str_printf(l->arena, "%s and %s", some ? ")" : "", test));
}

/* The line's beginning up to the place; what a line before it ends with is not part of it. */
static struct str line_before(struct lint *l, uint32_t at)
{
	struct position p = sources_locate(l->sources, at);
	size_t end = at - p.source->base, from = end;

	while (from && p.source->text.ptr[from - 1] != '\n')
		from--;
	return str_slice(p.source->text, from, end);
}

static bool is_blank(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] != ' ' && text.ptr[i] != '\t')
			return false;
	return true;
}

/* The rest of the line behind the place, if it is blank but for a comment; else nothing. */
static struct str comment_behind(struct lint *l, uint32_t at)
{
	struct position p = sources_locate(l->sources, at);
	struct str text = p.source->text;
	size_t from = at - p.source->base, word = from, end;

	while (word < text.len && (text.ptr[word] == ' ' || text.ptr[word] == '\t'))
		word++;
	for (end = word; end < text.len && text.ptr[end] != '\n' && text.ptr[end] != '\r';)
		end++;
	return word < end && text.ptr[word] == '#' ? str_slice(text, from, end) : STR("");
}

void edit_add(struct lint *l, struct diag *diag, const struct statement *s, const char *property)
{
	const struct ast_statement *ast = edit_statement(l, s);
	const struct ast_property *last =
		ast && ast->n_properties ? ast->properties[ast->n_properties - 1] : NULL;
	struct str indent, comment;

	if (!last)
		return;
	indent = line_before(l, last->span.start);
	comment = comment_behind(l, last->span.end);
	if (is_blank(indent))
		insert(diag, last->span.end + (uint32_t)comment.len,
		       str_printf(l->arena, "\n" STR_FMT "%s", STR_ARG(indent), property));
	else
		insert(diag, last->span.end, str_printf(l->arena, " %s", property));
}

void edit_remove(struct lint *l, struct diag *diag, struct span at)
{
	struct position p = sources_locate(l->sources, at.start);
	struct str before = line_before(l, at.start), text = p.source->text;
	size_t end = at.end - p.source->base;

	if (is_blank(before) && before.len < at.start - p.source->base && end < text.len &&
	    text.ptr[end] == '\n')
		at.start -= (uint32_t)before.len + 1;
	else if (before.len && before.ptr[before.len - 1] == ' ' && end < text.len &&
		 text.ptr[end] == ' ')
		at.start--;
	diag_fix(diag, at, STR(""));
}

/* Where the comment begins whose lines stand right above this one; the place if there is none. */
static uint32_t comment_above(struct lint *l, uint32_t at)
{
	uint32_t line = at - (uint32_t)line_before(l, at).len;

	while (line > sources_locate(l->sources, at).source->base) {
		struct str above = line_before(l, line - 1);

		if (!str_starts(above, STR("#")))
			return line;
		line -= (uint32_t)above.len + 1;
	}
	return line;
}

void edit_delete(struct lint *l, struct diag *diag, const struct ast_statement *ast)
{
	const struct source *source = ast->file->source;
	struct span all = ast->span;
	size_t end = all.end - source->base;

	if (ast->n_annotations)
		all = span_join(all, ast->annotations[0].span);
	if (!line_before(l, all.start).len)
		all.start = comment_above(l, all.start);
	while (end < source->text.len &&
	       (source->text.ptr[end] == '\n' || source->text.ptr[end] == '\r'))
		end++;
	all.end = source->base + (uint32_t)end;
	diag_fix(diag, all, STR(""));
}
