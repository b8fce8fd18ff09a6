/* SPDX-License-Identifier: Apache-2.0
 *
 * What a syntax error says: what the grammar could have used, gathered into the users' words, and
 * the mistake that most likely stands behind it. */
#include <string.h>

#include "base/suggest.h"
#include "syntax/ast_build.h"
#include "vpol_parse.h"

#define TOKENS 128 /* more than the grammar has */

struct expected {
	struct parse *p;
	bool token[TOKENS];
	size_t n;
	struct strbuf text;
	const char *pending; /* told last, after "or" */
};

static bool has(const struct expected *e, int kind)
{
	return e->token[kind - T_EDITION];
}

static void tell(struct expected *e, const char *what)
{
	const struct diags *d = e->p->diags;

	if (e->pending)
		strbuf_printf(&e->text, "%s%s", e->text.len ? diag_word(d, ", ") : "",
			      diag_word(d, e->pending));
	e->pending = what;
}

/* If all of a group are expected, its name stands for them. */
static void tell_group(struct expected *e, const char *what, const int *kinds, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!has(e, kinds[i]))
			return;
	for (size_t i = 0; i < n; i++)
		e->token[kinds[i] - T_EDITION] = false;
	tell(e, what);
}

static void drop(struct expected *e, int kind)
{
	e->token[kind - T_EDITION] = false;
}

/* What the grammar takes only to tell that it is wrong, and what goes without saying. */
static void drop_mistakes(struct expected *e)
{
	int last = e->p->last.kind;

	if (has(e, T_ASSIGN) && has(e, T_EQ) && !has(e, T_NE))
		drop(e, T_EQ);
	if (has(e, T_LBRACE) && has(e, T_SEMICOLON))
		drop(e, T_LBRACE);
	if (last == T_LET || last == T_DEFINE || last == T_AS || last == T_KIND) {
		drop(e, T_STRING);
		drop(e, T_LBRACE);
		drop(e, T_VULNID);
	}
	if (last == T_POLICY) {
		drop(e, T_NAME);
		drop(e, T_KIND);
		drop(e, T_FOREIGN);
		drop(e, T_LBRACE);
	}
	if (has(e, T_INT) || has(e, T_EXISTS)) { /* a set is a value, a key part of an operand */
		drop(e, T_LBRACKET);
		drop(e, T_ANY);
	}
	drop(e, T_DOT);
}

#define GROUP(e, what, ...)                                                                        \
	tell_group(e, what, (const int[]){__VA_ARGS__},                                            \
		   sizeof((const int[]){__VA_ARGS__}) / sizeof(int))

static struct str describe(struct expected *e)
{
	const struct diags *d = e->p->diags;

	drop_mistakes(e);
	GROUP(e, "a statement", T_USE, T_LET, T_DEFINE, T_POLICY, T_KIND, T_NAME, T_FOREIGN, T_AT);
	GROUP(e, "a property", T_WHEN, T_UNLESS, T_SCOPE, T_SET, T_GROUP, T_EACH, T_IMAGES, T_NAME,
	      T_KIND, T_FOREIGN);
	GROUP(e, "a condition", T_NOT, T_LPAREN, T_ANY, T_TRUE, T_FALSE, T_NAME, T_KIND, T_FOREIGN);
	GROUP(e, "a value", T_STRING, T_INT, T_DECIMAL, T_ACCOUNT, T_DATE, T_DATETIME, T_DURATION,
	      T_VULNID, T_TRUE, T_FALSE, T_NAME, T_KIND, T_FOREIGN);
	GROUP(e, "a value", T_INT, T_DECIMAL, T_ACCOUNT, T_DATE, T_DATETIME, T_DURATION, T_VULNID,
	      T_TRUE, T_FALSE, T_NAME, T_KIND, T_FOREIGN);
	GROUP(e, "a name", T_NAME, T_KIND, T_FOREIGN);
	GROUP(e, "an operator", T_EQ, T_NE, T_LT, T_LE, T_GT, T_GE, T_ASSIGN, T_NOT, T_IN,
	      T_STARTSWITH, T_ENDSWITH, T_CONTAINS, T_EXISTS);
	for (int i = 0; i < TOKENS; i++)
		if (e->token[i])
			tell(e, parse_token_name(i + T_EDITION));
	if (e->pending)
		strbuf_printf(&e->text, "%s%s", e->text.len ? diag_word(d, " or ") : "",
			      diag_word(d, e->pending));
	return strbuf_str(&e->text);
}

static bool on_later_line(const struct parse *p, struct span at)
{
	size_t from = p->last.span.end - p->source->base, to = at.start - p->source->base;

	return to > from && memchr(p->source->text.ptr + from, '\n', to - from) != NULL;
}

/* Tokens that can stand where a property or a statement begins, or a block or the file ends. */
static bool is_start(int kind)
{
	switch (kind) {
	case T_YYEOF:
	case T_RBRACE:
	case T_AT:
	case T_NAME:
	case T_KIND:
	case T_FOREIGN:
	case T_WHEN:
	case T_UNLESS:
	case T_SCOPE:
	case T_SET:
	case T_GROUP:
	case T_EACH:
	case T_IMAGES:
	case T_USE:
	case T_LET:
	case T_DEFINE:
	case T_POLICY:
		return true;
	default:
		return false;
	}
}

static bool is_word(int kind)
{
	return kind == T_NAME || kind == T_KIND || kind == T_FOREIGN;
}

static bool is_reserved(int kind)
{
	return kind >= T_EDITION && kind <= T_FALSE;
}

/* A `;` more would not help behind these. */
static bool ends_something(const struct parse *p)
{
	int last = p->last.kind;

	return last == T_SEMICOLON || last == T_LBRACE || last == T_RBRACE;
}

/* Puts `mark` and then the current token before everything else. */
static void insert(struct parse *p, int mark)
{
	uint32_t end = p->last.span.end;

	if (p->queued + 2 > PARSE_QUEUE / 2)
		return;
	memmove(p->queue + 2, p->queue, p->queued * sizeof *p->queue);
	p->queue[0] = (struct token){.kind = mark, .span = {end, end}};
	p->queue[1] = p->current;
	p->queued += 2;
}

static struct diag *tell_left_out(struct parse *p, const char *mark)
{
	struct span at = {p->last.span.end, p->last.span.end};
	struct diag *diag = parse_error(p, "VC015", at, "`%s` is missing here", mark);

	diag_fix(diag, at, str_from(mark));
	return diag;
}

/* Tells the marks that people leave out; false if it is none of these. */
static bool left_out(struct expected *e, int kind, struct span at)
{
	struct parse *p = e->p;

	/* on one line, a word behind a condition is more likely a wrong operator */
	bool sure = !is_word(kind) || !has(e, T_AND) || on_later_line(p, at);

	if (has(e, T_SEMICOLON) && !has(e, T_INT) && is_start(kind) && sure) {
		if (p->last.span.end != p->cut_off)
			tell_left_out(p, ";");
		if (kind != T_RBRACE && kind != T_YYEOF)
			insert(p, T_SEMICOLON);
		return true;
	}
	if (kind == T_SEMICOLON && has(e, T_AND) && has(e, T_RPAREN)) {
		tell_left_out(p, ")");
		return true;
	}
	if (kind == T_SEMICOLON && has(e, T_RCURLY)) {
		tell_left_out(p, "}");
		return true;
	}
	if (kind == T_SEMICOLON && has(e, T_RBRACKET)) {
		tell_left_out(p, "]");
		return true;
	}
	return false;
}

/* A `;` where none belongs. */
static bool too_many(struct parse *p, int kind, struct span at)
{
	struct diag *diag;

	if (kind != T_SEMICOLON || !ends_something(p))
		return false;
	if (p->last.kind == T_RBRACE)
		diag = parse_error(p, "VC015", at, "no `;` stands behind a block");
	else
		diag = parse_error(p, "VC015", at, "there is nothing before this `;`");
	diag_fix(diag, at, STR(""));
	return true;
}

/* A word that is nearly one that could stand here. */
static struct str suggest_word(const struct expected *e, struct str found)
{
	struct suggest s;

	suggest_init(&s, found);
	for (int kind = T_EDITION; kind <= T_FALSE; kind++) {
		struct str name = str_from(parse_token_name(kind));

		if (has(e, kind)) /* the name stands in backticks */
			suggest_offer(&s, str_slice(name, 1, name.len - 1));
	}
	return suggest_found(&s) ? s.best : STR("");
}

static void tell_unexpected(struct expected *e, int kind, struct span at)
{
	struct parse *p = e->p;
	struct str found = parse_text_at(p, at);
	const char *quoted = diag_quote(p->diags, found);
	bool name_expected = has(e, T_NAME);
	struct str meant = kind == T_NAME ? suggest_word(e, found) : STR("");
	struct str what = describe(e);
	struct diag *diag;

	if (kind == T_YYEOF)
		diag = parse_error(p, "VC015", at, "the file ends where " STR_FMT " is expected",
				   STR_ARG(what));
	else if (!found.len)
		diag = parse_error(p, "VC015", at, "it ends where " STR_FMT " is expected",
				   STR_ARG(what));
	else
		diag = parse_error(p, "VC015", at, "expected " STR_FMT ", found `%s`",
				   STR_ARG(what), quoted);
	if (meant.len)
		diag_fix(diag, at, meant);
	if (name_expected && is_reserved(kind) && !on_later_line(p, at))
		diag_note(diag, "`%s` is a reserved word and cannot be a name", quoted);
}

void parse_unexpected(struct parse *p, int kind, struct span at, const int *expected, size_t n)
{
	struct expected e = {.p = p};

	p->panic = true;
	if (p->quiet || p->counts->ended || kind == T_BAD || parse_is_echo(p))
		return;
	for (size_t i = 0; i < n; i++)
		if (expected[i] >= T_EDITION && expected[i] - T_EDITION < TOKENS)
			e.token[expected[i] - T_EDITION] = true;
	p->lost = p->lost || has(&e, T_POLICY);
	if (too_many(p, kind, at) || left_out(&e, kind, at))
		return;
	if (kind == T_YYEOF && p->braces) {
		diag_label(parse_error(p, "VC015", at, "the file ends inside a block"), p->open,
			   "it begins here");
		return;
	}
	strbuf_init(&e.text, p->arena);
	tell_unexpected(&e, kind, at);
	if (kind == T_LBRACE && p->braces > 1) { /* the block of a statement goes on behind it */
		p->braces--;
		parse_skip_braces(p);
	} else if (is_reserved(kind) && is_start(kind) && on_later_line(p, at) &&
		   !ends_something(p)) {
		insert(p, T_SEMICOLON);
	}
}
