/* SPDX-License-Identifier: Apache-2.0
 *
 * The limits of the syntax. This layer may not see the model, so the numbers stand here again;
 * tests/unit/test_syntax.c holds them to the rows of model/limit.def. */
#ifndef SYNTAX_LIMITS_H
#define SYNTAX_LIMITS_H

#define SYNTAX_FILE_SIZE ((size_t)64 << 20)   /* bytes of one file */
#define SYNTAX_SOURCE_SIZE ((size_t)64 << 20) /* bytes of all files */
#define SYNTAX_FILES 256
#define SYNTAX_USE_DEPTH 16
#define SYNTAX_TOKENS 10000000 /* of all files */
#define SYNTAX_STATEMENTS 200000
#define SYNTAX_DEFINES 20000 /* `define` and `let` */
#define SYNTAX_NAME_SIZE 64
#define SYNTAX_STRING_SIZE 4096 /* bytes, decoded */
#define SYNTAX_PROSE_SIZE 8192  /* bytes of joined strings */
#define SYNTAX_SET_SIZE 10000
#define SYNTAX_NESTING 256
#define SYNTAX_INT_DIGITS 9
#define SYNTAX_DECIMALS 6
#define SYNTAX_EDITION 1

#endif
