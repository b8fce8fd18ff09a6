/* SPDX-License-Identifier: Apache-2.0
 *
 * Constructors of the tree: the only thing the actions of grammar/vpol.y call. wrong_*() tell a
 * common mistake and return what was meant, so that parsing goes on. A NULL list is an empty one;
 * a NULL expression, property or statement is one that was already told to be wrong. */
#ifndef SYNTAX_AST_BUILD_H
#define SYNTAX_AST_BUILD_H

#include "syntax/parse_internal.h"

struct ast_scalars {
	VEC(struct ast_scalar) list;
	size_t bytes; /* of texts: their joined length */
	bool told;    /* that there are too many */
};
struct ast_properties {
	VEC(struct ast_property *) list;
};
struct ast_rows {
	VEC(struct ast_row) list;
};
struct ast_annotations {
	VEC(struct ast_annotation) list;
};
struct ast_args {
	VEC(struct ast_arg) list;
};

/* Statements */
void ast_edition(struct parse *p, struct span at, struct token_value number);
void ast_item(struct parse *p, struct span at, struct ast_annotations *annotations,
	      struct ast_statement *statement);
struct ast_statement *ast_use(struct parse *p, struct span kind, struct token_value path,
			      struct span path_at, const struct token_value *alias,
			      struct span alias_at);
struct ast_statement *ast_let(struct parse *p, struct span kind, struct token_value name,
			      struct span name_at, struct ast_value value);
struct ast_statement *ast_define(struct parse *p, struct span kind, struct token_value name,
				 struct span name_at, struct ast_expr *expr);
struct ast_statement *ast_policy(struct parse *p, struct span kind, struct token_value name,
				 struct span name_at, struct ast_properties *block);
struct ast_statement *ast_kind(struct parse *p, struct span kind_at, struct token_value kind,
			       struct token_value name, struct span name_at,
			       struct ast_properties *block);
struct ast_annotations *ast_annotations_add(struct parse *p, struct ast_annotations *list,
					    struct ast_annotation annotation);
struct ast_annotation ast_annotation(struct span at, struct token_value name, struct span name_at,
				     struct ast_args *args);
struct ast_args *ast_args_add(struct parse *p, struct ast_args *list, struct ast_arg arg);
struct ast_arg ast_arg(struct span at, const struct token_value *name, struct ast_scalar value);

/* Properties; `at` is the whole, `name_at` its first word. */
struct ast_properties *ast_properties_add(struct parse *p, struct ast_properties *list,
					  struct ast_property *property);
struct ast_property *ast_condition(struct parse *p, enum ast_property_kind kind, struct span at,
				   struct span name_at, struct ast_expr *expr);
struct ast_property *ast_set(struct parse *p, struct span at, struct span name_at,
			     struct token_value key, struct span key_at, struct ast_value value);
struct ast_property *ast_group(struct parse *p, struct span at, struct span name_at,
			       struct ast_operand operand);
struct ast_property *ast_each(struct parse *p, struct span at, struct span name_at,
			      struct ast_operand operand, struct ast_rows *rows);
struct ast_property *ast_images(struct parse *p, struct span at, struct str name,
				struct span name_at, struct ast_value tags,
				struct ast_properties *block);
struct ast_property *ast_plain(struct parse *p, struct span at, struct token_value name,
			       struct span name_at, struct ast_value value);
struct ast_rows *ast_rows_add(struct parse *p, struct ast_rows *list, struct ast_row row);
struct ast_row ast_row(struct span at, struct ast_scalar value, struct ast_properties *properties);

/* Expressions */
struct ast_expr *ast_pair(struct parse *p, enum ast_expr_kind kind, struct span op,
			  struct ast_expr *left, struct ast_expr *right);
struct ast_expr *ast_more(struct parse *p, struct ast_expr *list, struct ast_expr *right);
struct ast_expr *ast_or_done(struct parse *p, struct ast_expr *list);
struct ast_expr *ast_not(struct parse *p, struct span at, struct span op, struct ast_expr *kid);
struct ast_expr *ast_paren(struct parse *p, struct span at, struct span op, struct ast_expr *kid);
struct ast_expr *ast_any(struct parse *p, struct span at, struct span op, struct ast_path group,
			 struct ast_expr *kid);
struct ast_expr *ast_const(struct parse *p, struct span at, bool truth);
struct ast_expr *ast_ref(struct parse *p, struct ast_path path);
struct ast_expr *ast_compare(struct parse *p, struct span at, struct span op_at,
			     struct ast_operand left, enum ast_op op, struct ast_value right);
struct ast_expr *ast_affix(struct parse *p, struct span at, struct span op_at,
			   struct ast_operand left, bool negated, enum ast_op op,
			   struct ast_value right);
struct ast_expr *ast_in(struct parse *p, struct span at, struct span op_at,
			struct ast_operand left, bool negated, struct ast_value right);
struct ast_expr *ast_range(struct parse *p, struct span at, struct span op_at,
			   struct ast_operand left, bool negated, struct ast_scalar from,
			   struct ast_scalar to);
struct ast_expr *ast_exists(struct parse *p, struct span at, struct span op_at,
			    struct ast_operand left, bool negated);
struct ast_operand ast_operand(struct span at, struct ast_path path, const struct token_value *key,
			       struct span key_at);

/* Values */
struct ast_path *ast_path_word(struct parse *p, struct ast_path *path, struct span at,
			       struct token_value word);
struct ast_path ast_path_done(struct parse *p, struct ast_path *path);
struct ast_scalar ast_literal(enum ast_scalar_kind kind, struct span at, struct token_value token);
struct ast_scalar ast_bool(struct parse *p, struct span at, bool truth);
struct ast_scalar ast_name(struct ast_path path);
struct ast_scalars *ast_scalars_add(struct parse *p, struct ast_scalars *list,
				    struct ast_scalar scalar);
struct ast_scalars *ast_elements_add(struct parse *p, struct ast_scalars *list,
				     struct ast_scalar scalar);
struct ast_value ast_no_value(struct span at);
struct ast_value ast_any_value(struct span at);
struct ast_value ast_one(struct parse *p, struct ast_scalar scalar);
struct ast_value ast_reference(struct parse *p, struct ast_path path);
struct ast_value ast_texts(struct parse *p, struct span at, struct ast_scalars *texts);
struct ast_value ast_elements(struct span at, struct ast_scalars *elements);

/* Mistakes */
void wrong_no_edition(struct parse *p);
void wrong_equals(struct parse *p, struct span at, const char *right);
void wrong_statement_word(struct parse *p, struct span at, struct token_value word);
struct token_value wrong_unnamed(struct parse *p, struct span at);
struct token_value wrong_bare_name(struct parse *p, struct span at, struct token_value name);
struct token_value wrong_quoted_name(struct parse *p, struct span at, struct token_value name);
struct token_value wrong_foreign_name(struct parse *p, struct span at, struct token_value name);
struct ast_property *wrong_block(struct parse *p, struct span at, struct token_value name);

#endif
