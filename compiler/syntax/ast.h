/* SPDX-License-Identifier: Apache-2.0
 *
 * The tree of a policy as written: immutable after parsing, `and`/`or` n-ary, parentheses kept,
 * every node with its span. It knows no word of the domain: fields, constants and property names
 * are paths and words, resolved later against tables (ir/check). Constructors live in ast.c and are
 * the only thing grammar actions call. */
#ifndef SYNTAX_AST_H
#define SYNTAX_AST_H

#include "base/source.h"
#include "base/vec.h"

struct ast_path {
	struct span span;
	struct str text;   /* words joined by '.' */
	struct str *words;
	size_t n;
};

enum ast_scalar_kind {
	AST_STRING,   /* text: decoded */
	AST_INT,      /* number: scaled by 10^9 */
	AST_DECIMAL,  /* number: scaled by 10^9 */
	AST_DATE,     /* number: days since 1970-01-01 */
	AST_DATETIME, /* number: instant in ns */
	AST_DURATION, /* number: ns */
	AST_VULNID,
	AST_ACCOUNT,
	AST_BOOL,     /* number: 0 or 1 */
	AST_NAME,     /* path */
};

struct ast_scalar {
	enum ast_scalar_kind kind;
	struct span span;
	struct str text; /* source text; decoded for AST_STRING */
	int64_t number;
	struct ast_path path;
};

enum ast_value_kind {
	AST_VALUE_NONE,   /* `property;` */
	AST_VALUE_TEXT,   /* one or more STRINGs; text is their join */
	AST_VALUE_SCALAR, /* items[0], no STRING */
	AST_VALUE_SET,    /* items; may be empty */
	AST_VALUE_ANY,    /* the word any */
};

struct ast_value {
	enum ast_value_kind kind;
	struct span span;
	struct str text;
	struct ast_scalar *items; /* TEXT: the STRINGs */
	size_t n;
};

struct ast_operand {
	struct span span;
	struct ast_path path;
	bool has_key; /* tag["k"] */
	struct str key;
	struct span key_span;
};

enum ast_op {
	AST_EQ, AST_NE, AST_LT, AST_LE, AST_GT, AST_GE, AST_STARTSWITH, AST_ENDSWITH, AST_CONTAINS,
};

enum ast_expr_kind {
	AST_OR,      /* kids, n >= 2 */
	AST_AND,     /* kids, n >= 2 */
	AST_NOT,     /* kids[0] */
	AST_PAREN,   /* kids[0] */
	AST_ANY,     /* any operand.path { kids[0] } */
	AST_CONST,   /* true, false: truth */
	AST_REF,     /* a bare path: operand.path */
	AST_COMPARE, /* operand op value.items[0] */
	AST_AFFIX,   /* operand [not] startswith|endswith|contains value (STRING, set, one path) */
	AST_IN,      /* operand [not] in value (set, or one path) */
	AST_RANGE,   /* operand [not] in value.items[0] .. value.items[1] */
	AST_EXISTS,  /* operand [not] exists */
};

struct ast_expr {
	enum ast_expr_kind kind;
	enum ast_op op;
	bool negated; /* the `not` inside AFFIX, IN, RANGE, EXISTS */
	bool truth;
	struct span span, op_span;
	struct ast_expr **kids;
	size_t n;
	struct ast_operand operand;
	struct ast_value value;
};

struct ast_property;

enum ast_property_kind {
	AST_WHEN,   /* expr */
	AST_UNLESS, /* expr */
	AST_SCOPE,  /* expr */
	AST_SET,    /* set key = value */
	AST_GROUP,  /* group by operand */
	AST_EACH,   /* each operand { rows } */
	AST_IMAGES, /* images untagged|tagged set|any { block }: name is the word */
	AST_PLAIN,  /* name [value] */
};

struct ast_row { /* of each: value { name (texts | value) } ; */
	struct span span;
	struct ast_scalar value;
	struct ast_property **properties; /* AST_PLAIN */
	size_t n;
};

struct ast_property {
	enum ast_property_kind kind;
	struct span span, name_span;
	struct str name; /* "when", "set", "until", … */
	struct ast_expr *expr;
	struct ast_operand operand;
	struct str key;          /* of set; */
	struct span key_span;
	struct ast_value value;
	struct ast_row *rows;    /* of each */
	size_t n_rows;
	struct ast_property **properties; /* of images */
	size_t n_properties;
};

struct ast_arg {
	struct span span;
	struct str name; /* empty for a positional one */
	struct ast_scalar value;
};

struct ast_annotation {
	struct span span, name_span;
	struct str name;
	struct ast_arg *args;
	size_t n;
};

enum ast_statement_kind {
	AST_USE,    /* text: the path, ptr NULL if told to be wrong; name: the alias or empty */
	AST_LET,    /* name, value (SCALAR, TEXT with one string, or SET) */
	AST_DEFINE, /* name, expr */
	AST_POLICY, /* text: the name in quotes */
	AST_TIER, AST_NOTIFY, AST_SUPPRESS, AST_REOPEN, AST_ASSIGN, AST_PROTECT, AST_INSIGHT,
	AST_ACTION, AST_REVIEW, AST_LIFECYCLE, AST_STATUS,
};

struct ast_statement {
	enum ast_statement_kind kind;
	struct span span, name_span, kind_span;
	struct str name;
	struct str text;
	struct span text_span;
	struct ast_expr *expr;
	struct ast_value value;
	struct ast_property **properties;
	size_t n_properties;
	struct ast_annotation *annotations;
	size_t n_annotations;
	struct ast_file *file;
};

struct ast_file {
	const struct source *source;
	struct str path;     /* relative to the project root, '/'-separated */
	int64_t edition;
	struct ast_statement **statements;
	size_t n_statements;
	struct ast_file **uses; /* the file of each AST_USE, in order; NULL where loading failed */
	size_t n_uses;
	bool complete; /* no syntax error in it */
};

/* The word that begins a statement: "suppress", "define", … */
const char *ast_kind_name(enum ast_statement_kind kind);

/* The same trees, places apart: the same words, values and structure. */
bool ast_same(const struct ast_file *a, const struct ast_file *b);

#endif
