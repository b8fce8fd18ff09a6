/* SPDX-License-Identifier: Apache-2.0
 *
 * The state of one parse, shared by scanner, grammar, constructors and driver. Nothing outside
 * syntax/ and grammar/ includes it. */
#ifndef SYNTAX_PARSE_INTERNAL_H
#define SYNTAX_PARSE_INTERNAL_H

#include "base/diag.h"
#include "syntax/ast.h"
#include "syntax/limits.h"

/* What a token carries. text is the source text, for STRING the decoded one, for words without the
 * invisible characters that were told. */
struct token_value {
	struct str text;
	int64_t number;
	bool wrong; /* a STRING in which a mistake was told: it is not what was meant */
};

struct token {
	int kind;
	struct token_value value;
	struct span span;
};

/* Counted over all files of a run. */
struct syntax_counts {
	size_t tokens, statements, defines;
	bool ended; /* by a limit: nothing more is read */
};

/* Two looked ahead, and what is put before them: a brace for each level, a mark and its token. */
#define PARSE_QUEUE 16
/* Blocks stand at most two deep; what is deeper was told to be wrong further out. */
#define PARSE_BLOCKS 4

#define PARSE_KEYWORDS 64

struct parse {
	struct arena *arena;
	struct diags *diags;
	struct sources *sources;
	const struct source *source;
	struct ast_file *file;
	struct syntax_counts *counts;
	VEC(struct ast_statement *) statements;

	/* scanner */
	void *scanner;
	uint32_t offset; /* in spans: where the next token begins */
	struct token token;
	bool broken; /* it met what its tables rule out */
	unsigned char first_keyword[32], next_keyword[PARSE_KEYWORDS]; /* numbers from 1 */
	struct lexemes *lexemes; /* where comments are kept; NULL: nowhere (comment.c) */

	/* what the driver gives out before it asks the scanner again */
	struct token queue[PARSE_QUEUE];
	size_t queued;
	bool alone; /* the text is a condition; at its end a `;` stands for it, once */
	struct token last; /* the one before the current token */
	struct token current;
	unsigned braces;  /* of blocks, open */
	struct span open; /* the outermost of them */
	bool any;	  /* `any` and a path were read: a brace is of it */
	unsigned curlies; /* braces inside a condition, open */

	unsigned depth;	  /* of parentheses, `not` and `any` */
	uint32_t cut_off; /* where a string ends that does not end: its `;` is inside */
	bool quiet;	  /* an error was told; what follows until recovery is its echo */
	bool lost;	  /* a mistake stands between statements, and none has followed */
	bool indented;	  /* the current line */
	bool panic;	  /* the grammar skips to where it can go on */
};

/* One source; counts go on from file to file. */
struct ast_file *parse_text(struct arena *arena, struct diags *d, struct sources *sources,
			    const struct source *source, struct syntax_counts *counts);

/* A source that is a condition alone: its expression, or NULL after diagnostics. */
struct ast_expr *parse_condition(struct arena *arena, struct diags *d, struct sources *sources,
				 const struct source *source);

/* The source text of a place in this file. */
struct str parse_text_at(const struct parse *p, struct span at);
/* An error of this file: it is not complete any more. */
struct diag *parse_error(struct parse *p, const char *id, struct span at, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* The same for a malformed token; NULL while the grammar skips what was told at its first token. */
struct diag *parse_malformed(struct parse *p, const char *id, struct span at, const char *format,
			     ...) __attribute__((format(printf, 4, 5)));
/* The grammar met a token it could not use; expected: token kinds. */
void parse_unexpected(struct parse *p, int kind, struct span at, const int *expected, size_t n);
/* True where a mistake is most likely what is left of one that was told: the rest of a statement
 * whose block was closed too early. */
bool parse_is_echo(const struct parse *p);
/* The memory of the parser's stack ran out: nesting is bounded, so this is a bug. */
void parse_exhausted(struct parse *p, struct span at);
/* Of a token kind, in the users' words; in the grammar's epilogue. */
const char *parse_token_name(int kind);
/* Before `(`, `not`, `any`: false when that is too deep, after a diagnostic. */
bool parse_enter(struct parse *p, struct span at);
void parse_leave(struct parse *p);
/* The grammar has found its way back after an error. */
void parse_recovered(struct parse *p);

/* parse.c: what opened a brace in the middle of a wrong property is left out up to its end, and a
 * `;` stands for it unless a condition goes on. */
void parse_skip_braces(struct parse *p);

/* scan.c: before the first token; then the actions of the scanner, which return its kind. */
void scan_begin(struct parse *p);
int scan_word(struct parse *p);
int scan_string(struct parse *p);
int scan_wide_string(struct parse *p);
/* Tells control and bidi characters in a part of the source; false if there are none. */
bool scan_hidden(struct parse *p, struct str part, bool tab_allowed);
/* A copy without them. */
struct str scan_visible(struct parse *p, struct str text);
/* Length to keep of an unterminated string (it may end in a wide quotation mark). */
size_t scan_unterminated(struct parse *p, int *kind);
int scan_number(struct parse *p, int kind);
int scan_mark(struct parse *p, int kind, const char *right);
void scan_comment(struct parse *p);
/* comment.c: keeps the comment that is the current token. */
void comment_add(struct parse *p, struct str text);
void scan_wide_space(struct parse *p);
int scan_stray(struct parse *p);

#endif
