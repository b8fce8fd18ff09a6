/* SPDX-License-Identifier: Apache-2.0
 *
 * Common mistakes that have a production of their own: each is told in the users' words, and what
 * was meant goes into the tree. */
#include "base/suggest.h"
#include "syntax/ast_build.h"

static const char *const kind_words[] = {
#define KIND(id, spelling) spelling,
#include "keywords.h"
	"use", "let", "define", "policy",
};

void wrong_no_edition(struct parse *p)
{
	struct span at = {p->source->base, p->source->base};
	struct diag *diag = parse_error(p, "VC017", at, "the file does not say its edition");

	diag_fix(diag, at, str_printf(p->arena, "edition %d;\n", SYNTAX_EDITION));
}

void wrong_equals(struct parse *p, struct span at, const char *right)
{
	struct diag *diag;

	if (right[1])
		diag = parse_error(p, "VC015", at, "a comparison is written `==`");
	else
		diag = parse_error(p, "VC015", at, "a definition is written with a single `=`");
	diag_fix(diag, at, str_from(right));
}

void wrong_statement_word(struct parse *p, struct span at, struct token_value word)
{
	struct suggest s;
	struct diag *diag;

	if (p->quiet || p->counts->ended)
		return;
	p->quiet = true;
	if (parse_is_echo(p))
		return;
	p->lost = true;
	diag = parse_error(p, "VC004", at, "`%s` is no statement", diag_quote(p->diags, word.text));
	suggest_init(&s, word.text);
	for (size_t i = 0; i < ARRAY_LEN(kind_words); i++)
		suggest_offer(&s, str_from(kind_words[i]));
	if (suggest_found(&s)) {
		diag_fix(diag, at, s.best);
	} else {
		struct strbuf b;

		strbuf_init(&b, p->arena);
		for (size_t i = 0; i < ARRAY_LEN(kind_words); i++)
			strbuf_printf(&b, "%s%s", i ? ", " : "", kind_words[i]);
		diag_note(diag, "the statements are " STR_FMT, STR_ARG(strbuf_str(&b)));
	}
}

struct token_value wrong_unnamed(struct parse *p, struct span at)
{
	struct token_value name = {.text = STR("")};

	if (!p->quiet && !p->counts->ended)
		parse_error(p, "VC015", at, "the statement has no name: one stands before the `{`");
	return name;
}

struct token_value wrong_bare_name(struct parse *p, struct span at, struct token_value name)
{
	struct diag *diag =
		parse_error(p, "VC015", at, "the name of a policy stands in quotation marks");

	diag_fix(diag, at, str_printf(p->arena, "\"" STR_FMT "\"", STR_ARG(name.text)));
	return name;
}

static bool is_name(struct str text)
{
	char last = '-';

	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';

		if (!letter && (i == 0 || !((c >= '0' && c <= '9') || (c == '-' && last != '-'))))
			return false;
		last = c;
	}
	return last != '-';
}

struct token_value wrong_quoted_name(struct parse *p, struct span at, struct token_value name)
{
	struct diag *diag = parse_error(p, "VC015", at,
					"a name stands without quotation marks");

	if (is_name(name.text))
		diag_fix(diag, at, name.text);
	else
		diag_help(diag, "names are made of ASCII letters, digits, `_` and single `-`");
	return name;
}

struct token_value wrong_foreign_name(struct parse *p, struct span at, struct token_value name)
{
	struct diag *diag =
		parse_error(p, "VC015", at, "the name `%s` has characters outside ASCII",
			    diag_quote(p->diags, name.text));

	diag_note(diag, "names become names on AWS and in Terraform");
	diag_help(diag, "other writing belongs in `label`, `title`, `reason`, values and comments");
	return name;
}

struct ast_property *wrong_block(struct parse *p, struct span at, struct token_value name)
{
	if (!p->quiet && !p->counts->ended)
		parse_error(p, "VC015", (struct span){at.start, at.start + 1},
			    "the property `%s` has no block; it ends with `;`",
			    diag_quote(p->diags, name.text));
	return NULL;
}
