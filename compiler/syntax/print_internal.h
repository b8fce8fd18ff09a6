/* SPDX-License-Identifier: Apache-2.0
 *
 * What print_mark.c finds out about each lexeme and print.c lays out. The tree is only asked where
 * a line may be broken; what is written comes from the text, so that nothing can be respelled. */
#ifndef SYNTAX_PRINT_INTERNAL_H
#define SYNTAX_PRINT_INTERNAL_H

#include "syntax/print.h"

/* What may stand in front of a lexeme. */
enum print_gap {
	GAP_NONE, /* no line's end: comments move on to the next gap */
	GAP_ITEM, /* statement, annotation, property or row: a line of its own in an open block */
	GAP_ELEMENT,  /* of a set or of an annotation's arguments: likewise */
	GAP_CONTENT,  /* what is in parentheses or in the braces of `any`: likewise */
	GAP_CLOSE,    /* the bracket that closes any of these, and the end of the file */
	GAP_OPERATOR, /* `and`, `or`: a line each once they are too long for one */
	GAP_CELL,     /* a row's property: likewise */
	GAP_TEXT,     /* a string that joins: always a new line */
	GAP_VALUE,    /* behind a property's name or a `=` */
};

struct print_cell {
	uint32_t match;	     /* of a bracket that opens: the one that closes; else 0 */
	uint32_t begin, end; /* columns, were the whole file one line */
	uint32_t breaks;     /* gaps that must be a line's end, up to the one in front of this */
	unsigned char gap;
	bool space;  /* in front of it, where no line ends there */
	bool column; /* what is aligned in lines of one kind */
	bool second; /* of the values of a set */
	bool remark; /* a comment has the line in front of it to itself */
};

struct print_layout {
	const struct source *source;
	const struct lexemes *lexemes;
	struct print_cell *cells; /* of each lexeme, and of the end */
	uint32_t n;
};

/* Fills in the cells, moves comments to the next gap, and forgets empty lines that are not kept. */
struct print_layout print_mark(struct arena *arena, const struct ast_file *file,
			       struct lexemes *lexemes);

#endif
