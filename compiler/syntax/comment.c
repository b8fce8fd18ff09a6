/* SPDX-License-Identifier: Apache-2.0
 *
 * The second scan. The scanner hands each comment to comment_add, and the tokens come one by one,
 * so a comment stands before the lexeme that is next. */
#include "syntax/comment.h"

#include <string.h>

#include "syntax/parse_internal.h"
#include "vpol_parse.h"
#include "vpol_scan.h"

/* Moves to where the next thing starts, and says whether an empty line lies between. */
static bool pass(struct lexemes *l, const struct source *source, uint32_t start)
{
	const char *at = source->text.ptr + (l->end - source->base);
	const char *end = source->text.ptr + (start - source->base);
	uint32_t lines = 0;

	while (at < end && (at = memchr(at, '\n', (size_t)(end - at)))) {
		lines++;
		at++;
	}
	l->line += lines;
	return lines > 1;
}

void comment_add(struct parse *p, struct str text)
{
	struct lexemes *l = p->lexemes;
	uint32_t line = l->line;
	struct comment comment = {.before = (uint32_t)l->list.n};

	comment.blank = pass(l, p->source, p->token.span.start);
	comment.trailing = l->list.n && line == l->line;
	l->end = p->token.span.end;
	while (text.ptr[text.len - 1] == ' ' || text.ptr[text.len - 1] == '\t')
		text.len--;
	comment.text = text;
	VEC_PUSH(p->arena, l->comments, comment);
}

static bool closes(int kind)
{
	return kind == T_RBRACKET || kind == T_RPAREN;
}

static void drop_comma(struct lexemes *l)
{
	uint32_t n = (uint32_t)--l->list.n;

	for (size_t i = l->comments.n; i && l->comments.items[i - 1].before > n; i--)
		l->comments.items[i - 1].before = n;
}

static void add_lexeme(struct parse *p, int kind)
{
	struct lexemes *l = p->lexemes;
	struct lexeme lexeme = {.span = p->token.span, .kind = kind};

	lexeme.blank = pass(l, p->source, p->token.span.start);
	lexeme.line = l->line;
	l->end = p->token.span.end;
	if (closes(kind) && l->list.n && l->list.items[l->list.n - 1].kind == T_COMMA)
		drop_comma(l);
	VEC_PUSH(p->arena, l->list, lexeme);
	l->tokens += kind != T_YYEOF;
}

struct lexemes *comment_read(struct arena *arena, const struct source *source)
{
	struct lexemes *l = ARENA_NEW(arena, struct lexemes);
	struct ast_file file = {.source = source};
	struct sources *none = sources_new(arena);
	struct syntax_counts counts = {0};
	struct parse p = {
		.arena = arena,
		.diags = diags_new(arena, none), /* what is wrong has been told by the parser */
		.sources = none,
		.source = source,
		.file = &file,
		.counts = &counts,
		.offset = source->base,
		.lexemes = l,
	};
	int kind;

	l->end = source->base;
	vpol_scan_lex_init_extra(&p, &p.scanner);
	scan_begin(&p);
	vpol_scan__scan_bytes(source->text.ptr, (int)source->text.len, p.scanner);
	do {
		kind = vpol_scan_lex(p.scanner);
		if (p.broken) /* what is missing then will be missed */
			kind = T_YYEOF;
		add_lexeme(&p, kind);
	} while (kind != T_YYEOF);
	vpol_scan_lex_destroy(p.scanner);
	l->list.n--; /* the end is behind them, not one of them */
	return l;
}

bool comment_same(const struct lexemes *a, const struct lexemes *b)
{
	if (a->comments.n != b->comments.n)
		return false;
	for (size_t i = 0; i < a->comments.n; i++)
		if (!str_eq(a->comments.items[i].text, b->comments.items[i].text))
			return false;
	return true;
}
