/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of a policy file. Tokens stay as they are written, in their order; what
 * changes is the space between them, and the comma behind the last of several, which stands where
 * they stand one a line and nowhere else. In short:
 *
 * - Lines have 100 columns (display width), where something can be broken at all; levels are
 *   indented by 2. Lines end with LF. Empty lines stay, one at most.
 * - A block that stood on one line stays there if it fits; else its properties or rows stand one a
 *   line. A set whose first two values stood on two lines has them one a line; another is one line
 *   if it fits, else as few lines as hold it.
 * - A long condition is broken before each `and` or `or`; parentheses and `any` around one that
 *   does not fit stand on lines of their own.
 * - Strings that join stand below each other.
 * - In lines of one kind that follow each other, what comes behind the name is aligned.
 * - A comment stays between the things it stands between; one inside of what is never broken moves
 *   behind that.
 *
 * Printing what was printed changes nothing. Costs time and memory in proportion to the text. */
#ifndef SYNTAX_PRINT_H
#define SYNTAX_PRINT_H

#include "syntax/comment.h"

/* Of a file without a syntax error (complete) and its lexemes, whose comments are moved to where
 * they are printed. */
struct str print_file(struct arena *arena, const struct ast_file *file, struct lexemes *lexemes);

#endif
