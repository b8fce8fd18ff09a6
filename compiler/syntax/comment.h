/* SPDX-License-Identifier: Apache-2.0
 *
 * Comments, which the tree does not have, and the tokens they stand between: a second scan of a
 * text that has been parsed, for those who write it again. Parsing itself keeps no comment and
 * pays nothing for this. */
#ifndef SYNTAX_COMMENT_H
#define SYNTAX_COMMENT_H

#include "syntax/ast.h"

struct lexeme {
	struct span span;
	int kind;      /* of token, as the grammar numbers them; 0 is the end of the text */
	uint32_t line; /* from 0 */
	bool blank;    /* an empty line stands above it */
};

struct comment {
	struct str text; /* from `#` on; without blanks at its end */
	uint32_t before; /* the lexeme that follows it */
	bool trailing;	 /* stands on the line of the lexeme in front of it */
	bool blank;	 /* an empty line stands above it */
};

/* Lexemes in order, items[n] being the end of the text. A comma in front of a closing bracket says
 * nothing and is not among them. */
struct lexemes {
	VEC(struct lexeme) list;
	VEC(struct comment) comments;
	uint32_t end;  /* where the last lexeme or comment ends: an offset in spans */
	uint32_t line; /* the line of that place */
	size_t tokens; /* with those commas */
};

/* Of a file without a syntax error. */
struct lexemes *comment_read(struct arena *arena, const struct source *source);
/* The same comments in the same order. */
bool comment_same(const struct lexemes *a, const struct lexemes *b);

#endif
