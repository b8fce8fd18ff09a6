/* SPDX-License-Identifier: Apache-2.0
 *
 * The driver: hands the scanner's tokens to the grammar, tells what the grammar could not use, and
 * puts in a missing `;` or `}` so that one mistake is one message. */
#include <string.h>

#include "base/civil.h"
#include "base/unicode.h"
#include "syntax/ast_build.h"
#include "syntax/load.h"
#include "syntax/parse_internal.h"
#include "vpol_parse.h"
#include "vpol_scan.h"

int vpol_lex(VPOL_STYPE *value, struct span *at, struct parse *p);

struct str parse_text_at(const struct parse *p, struct span at)
{
	return str_slice(p->source->text, at.start - p->source->base, at.end - p->source->base);
}

__attribute__((format(printf, 4, 0))) static struct diag *tell(struct parse *p, const char *id,
							       struct span at, const char *format,
							       va_list args)
{
	struct str message = diag_say(p->diags, format, args);

	p->file->complete = false;
	return diag_error(p->diags, id, at, STR_FMT, STR_ARG(message));
}

struct diag *parse_error(struct parse *p, const char *id, struct span at, const char *format, ...)
{
	struct diag *diag;
	va_list args;

	va_start(args, format);
	diag = tell(p, id, at, format, args);
	va_end(args);
	return diag;
}

struct diag *parse_malformed(struct parse *p, const char *id, struct span at, const char *format,
			     ...)
{
	struct diag *diag = NULL;
	va_list args;

	va_start(args, format);
	if (!p->panic)
		diag = tell(p, id, at, format, args);
	va_end(args);
	return diag;
}

void parse_exhausted(struct parse *p, struct span at)
{
	diag_bug(p->diags, at, "the parser's stack ran out");
	p->file->complete = false;
}

bool parse_enter(struct parse *p, struct span at)
{
	if (p->depth < SYNTAX_NESTING) {
		p->depth++;
		return true;
	}
	parse_error(p, "VC016", at, "parentheses, `not` and `any` stand at most %d deep",
		    SYNTAX_NESTING);
	p->quiet = true;
	p->panic = true;
	return false;
}

void parse_leave(struct parse *p)
{
	if (p->depth)
		p->depth--;
}

void parse_recovered(struct parse *p)
{
	p->quiet = false;
	p->panic = false;
	p->depth = 0;
}

bool parse_is_echo(const struct parse *p)
{
	return p->lost && !p->braces && (p->indented || p->current.kind == T_RBRACE);
}

/* --- tokens to the grammar --- */

static struct token scan_token(struct parse *p)
{
	if (!p->counts->ended)
		p->token.kind = vpol_scan_lex(p->scanner);
	if (p->broken && !p->counts->ended) {
		diag_bug(p->diags, p->token.span, "the scanner's tables are broken");
		p->file->complete = false;
		p->counts->ended = true;
	}
	if (p->alone && p->token.kind == T_SEMICOLON && !p->counts->ended) {
		parse_error(p, "VC015", p->token.span, "a condition by itself has no `;`");
		p->counts->ended = true;
	}
	if (p->token.kind != T_YYEOF && ++p->counts->tokens > SYNTAX_TOKENS && !p->counts->ended) {
		parse_error(p, "VC016", p->token.span, "a policy has at most %d tokens",
			    SYNTAX_TOKENS);
		p->counts->ended = true;
	}
	if (p->counts->ended) {
		p->token.kind = T_YYEOF;
		p->token.span = (struct span){p->offset, p->offset};
	}
	if (p->token.kind == T_YYEOF && p->alone) {
		p->alone = false;
		return (struct token){.kind = T_SEMICOLON, .span = p->token.span};
	}
	return p->token;
}

/* The token that comes n after the current one. */
static const struct token *look_ahead(struct parse *p, size_t n)
{
	while (p->queued <= n)
		p->queue[p->queued++] = scan_token(p);
	return &p->queue[n];
}

static struct token take_token(struct parse *p)
{
	struct token token;

	if (!p->queued)
		return scan_token(p);
	token = p->queue[0];
	p->queued--;
	memmove(p->queue, p->queue + 1, p->queued * sizeof *p->queue);
	return token;
}

static void put_back(struct parse *p, struct token token)
{
	memmove(p->queue + 1, p->queue, p->queued * sizeof *p->queue);
	p->queue[0] = token;
	p->queued++;
}

/* A mark that was left out, right behind what was written last. */
static struct token left_out(const struct parse *p, int kind)
{
	uint32_t end = p->last.span.end;

	return (struct token){.kind = kind, .span = {end, end}};
}

static bool starts_line(const struct parse *p, struct span at)
{
	size_t i = at.start - p->source->base;

	while (i > 0 && (p->source->text.ptr[i - 1] == ' ' || p->source->text.ptr[i - 1] == '\t'))
		i--;
	return i == 0 || p->source->text.ptr[i - 1] == '\n';
}

static bool begins_blank(const struct parse *p, struct span at)
{
	size_t i = at.start - p->source->base;

	return i > 0 && p->source->text.ptr[i - 1] != '\n';
}

/* Reserved words that begin a statement, and never stand in a block. */
static bool begins_statement(int kind)
{
	return kind == T_USE || kind == T_LET || kind == T_DEFINE || kind == T_POLICY ||
	       kind == T_EDITION || kind == T_AT;
}

/* Reserved words that begin a property, and stand nowhere else. */
static bool begins_property(int kind)
{
	return kind == T_WHEN || kind == T_UNLESS || kind == T_SCOPE || kind == T_SET ||
	       kind == T_GROUP || kind == T_EACH || kind == T_IMAGES;
}

static bool is_word(int kind)
{
	return kind == T_NAME || kind == T_KIND || kind == T_FOREIGN;
}

/* True where a statement begins although a block is open: no property reads `word word {`. */
static bool statement_in_block(struct parse *p, const struct token *token)
{
	int last = p->last.kind;

	if (!p->braces || (last != T_SEMICOLON && last != T_LBRACE && last != T_RBRACE))
		return false;
	if (begins_statement(token->kind))
		return true;
	if (token->kind == T_KIND && starts_line(p, token->span)) {
		int name = look_ahead(p, 0)->kind;

		return (is_word(name) || name == T_VULNID || name == T_STRING) &&
		       look_ahead(p, 1)->kind == T_LBRACE;
	}
	return false;
}

static struct token close_blocks(struct parse *p, struct token token)
{
	struct token brace = left_out(p, T_RBRACE);
	struct diag *diag = parse_error(p, "VC015", brace.span, "the block is not closed");
	unsigned levels = p->braces;

	diag_label(diag, p->open, "it begins here");
	diag_help(diag, "write `}` before the next statement");
	put_back(p, token);
	while (--levels > 0)
		put_back(p, brace);
	return brace;
}

void parse_skip_braces(struct parse *p)
{
	unsigned depth = 1;
	struct token token;

	while (depth) {
		token = take_token(p);
		if (token.kind == T_YYEOF ||
		    (starts_line(p, token.span) && begins_statement(token.kind))) {
			put_back(p, token);
			break;
		}
		if (token.kind == T_LBRACE)
			depth++;
		if (token.kind == T_RBRACE)
			depth--;
		p->last = token;
	}
	if (p->curlies || look_ahead(p, 0)->kind == T_SEMICOLON)
		return;
	put_back(p, left_out(p, T_SEMICOLON));
}

/* Braces of blocks, and braces inside a condition, which end with it at the latest. */
static int tell_braces(struct parse *p, const struct token *token)
{
	switch (token->kind) {
	case T_ANY:
		p->any = p->last.kind != T_IMAGES;
		break;
	case T_NAME:
	case T_KIND:
	case T_FOREIGN:
	case T_DOT:
		break;
	case T_LBRACE:
		if (p->any) {
			p->any = false;
			p->curlies++;
			return T_LCURLY;
		}
		p->curlies = 0;
		p->quiet = p->quiet && p->panic; /* an unknown statement has a block like others */
		if (p->braces++ == 0)
			p->open = token->span;
		break;
	case T_RBRACE:
		p->any = false;
		if (p->curlies) {
			p->curlies--;
			return T_RCURLY;
		}
		if (p->braces)
			p->braces--;
		break;
	case T_SEMICOLON:
		p->curlies = 0;
		p->any = false;
		break;
	default:
		p->any = false;
	}
	return token->kind;
}

int vpol_lex(VPOL_STYPE *value, struct span *at, struct parse *p)
{
	struct token token = take_token(p);

	p->last = p->current;
	if (starts_line(p, token.span))
		p->indented = begins_blank(p, token.span);
	if (token.kind == T_LBRACE && !p->any &&
	    (p->braces == PARSE_BLOCKS || (p->panic && p->braces))) {
		parse_skip_braces(p);
		token = take_token(p);
	}
	if (statement_in_block(p, &token)) {
		token = close_blocks(p, token);
	} else if (p->panic && starts_line(p, token.span) && p->last.kind != T_SEMICOLON &&
		   (begins_statement(token.kind) || begins_property(token.kind))) {
		put_back(p, token);
		token = left_out(p, T_SEMICOLON);
	}
	token.kind = tell_braces(p, &token);
	p->current = token;
	memcpy(value, &token.value, sizeof token.value);
	*at = token.span;
	return token.kind;
}

/* --- one source --- */

/* The scanner writes into its text, and wants two NUL behind it. */
static char *scanned(struct arena *arena, struct str text)
{
	char *copy = arena_alloc(arena, text.len + 2);

	if (text.len)
		memcpy(copy, text.ptr, text.len);
	return copy;
}

static struct ast_file *file_new(struct arena *arena, const struct source *source,
				 const struct syntax_counts *counts)
{
	struct ast_file *file = ARENA_NEW(arena, struct ast_file);

	file->source = source;
	file->path = source->path;
	file->edition = SYNTAX_EDITION;
	file->complete = !counts->ended;
	return file;
}

static void parse_run(struct parse *p)
{
	const struct source *source = p->source;

	p->token.span = p->current.span = p->last.span = (struct span){source->base, source->base};
	if (vpol_scan_lex_init_extra(p, &p->scanner) != 0) {
		parse_exhausted(p, p->token.span);
		return;
	}
	scan_begin(p);
	vpol_scan__scan_buffer(scanned(p->arena, source->text), source->text.len + 2, p->scanner);
	vpol_parse(p);
	vpol_scan_lex_destroy(p->scanner);
	p->file->statements = p->statements.items;
	p->file->n_statements = p->statements.n;
}

struct ast_file *parse_text(struct arena *arena, struct diags *d, struct sources *sources,
			    const struct source *source, struct syntax_counts *counts)
{
	struct parse p = {
		.arena = arena,
		.diags = d,
		.sources = sources,
		.source = source,
		.file = file_new(arena, source, counts),
		.counts = counts,
		.offset = source->base,
	};

	if (!counts->ended)
		parse_run(&p);
	return p.file;
}

/* The grammar knows files alone: the condition is read as that of a define, whose other tokens
 * stand at its beginning and end and take no room. */
struct ast_expr *parse_condition(struct arena *arena, struct diags *d, struct sources *sources,
				 const struct source *source)
{
	static const int before[] = {T_ASSIGN, T_NAME, T_DEFINE, T_SEMICOLON, T_INT, T_EDITION};
	const int64_t edition = SYNTAX_EDITION * NS_PER_SECOND;
	struct syntax_counts counts = {0};
	struct parse p = {
		.arena = arena,
		.diags = d,
		.sources = sources,
		.source = source,
		.file = file_new(arena, source, &counts),
		.counts = &counts,
		.offset = source->base,
		.alone = true,
	};
	struct span start = {source->base, source->base};

	for (size_t i = 0; i < sizeof before / sizeof *before; i++)
		put_back(&p, (struct token){.kind = before[i],
					    .value = {.text = STR("x"), .number = edition},
					    .span = start});
	parse_run(&p);
	if (!p.file->complete)
		return NULL;
	if (p.file->n_statements == 1 && p.file->statements[0]->expr)
		return p.file->statements[0]->expr;
	diag_error(d, "VC015", start, "this is more than one condition");
	return NULL;
}

struct ast_file *parse_source(struct arena *arena, struct diags *d, struct sources *sources,
			      const struct source *source)
{
	struct syntax_counts counts = {0};

	return parse_text(arena, d, sources, source, &counts);
}
