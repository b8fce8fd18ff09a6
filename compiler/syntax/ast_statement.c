/* SPDX-License-Identifier: Apache-2.0
 *
 * Constructors of the tree: statements, annotations, the file. */
#include "base/civil.h"
#include "syntax/ast_build.h"

static struct ast_statement *new_statement(struct parse *p, enum ast_statement_kind kind,
					   struct span kind_at)
{
	struct ast_statement *statement = ARENA_NEW(p->arena, struct ast_statement);

	statement->kind = kind;
	statement->span = kind_at;
	statement->kind_span = kind_at;
	statement->file = p->file;
	return statement;
}

static void set_name(struct ast_statement *statement, struct token_value name, struct span at)
{
	statement->name = name.text;
	statement->name_span = at;
}

static void set_block(struct ast_statement *statement, struct ast_properties *block)
{
	statement->properties = block ? block->list.items : NULL;
	statement->n_properties = block ? block->list.n : 0;
}

void ast_edition(struct parse *p, struct span at, struct token_value number)
{
	struct diag *diag;

	if (number.number == SYNTAX_EDITION * NS_PER_SECOND)
		return;
	diag = parse_error(p, "VC017", at, "edition `%s` is unknown",
			   diag_quote(p->diags, number.text));
	diag_help(diag, "this version knows edition %d", SYNTAX_EDITION);
}

/* The kinds that the limit of definitions counts. */
static bool is_definition(const struct ast_statement *statement)
{
	return statement->kind == AST_LET || statement->kind == AST_DEFINE;
}

static bool within_limits(struct parse *p, const struct ast_statement *statement)
{
	struct syntax_counts *counts = p->counts;

	if (++counts->statements > SYNTAX_STATEMENTS) {
		parse_error(p, "VC016", statement->kind_span, "a policy has at most %d statements",
			    SYNTAX_STATEMENTS);
	} else if (is_definition(statement) && ++counts->defines > SYNTAX_DEFINES) {
		parse_error(p, "VC016", statement->kind_span,
			    "a policy has at most %d definitions (`define` and `let`)",
			    SYNTAX_DEFINES);
	} else {
		return true;
	}
	p->counts->ended = true;
	return false;
}

void ast_item(struct parse *p, struct span at, struct ast_annotations *annotations,
	      struct ast_statement *statement)
{
	if (!statement || p->counts->ended || !within_limits(p, statement))
		return;
	statement->span = at;
	p->lost = false;
	if (annotations) {
		statement->annotations = annotations->list.items;
		statement->n_annotations = annotations->list.n;
	}
	VEC_PUSH(p->arena, p->statements, statement);
}

struct ast_statement *ast_use(struct parse *p, struct span kind, struct token_value path,
			      struct span path_at, const struct token_value *alias,
			      struct span alias_at)
{
	struct ast_statement *statement = new_statement(p, AST_USE, kind);

	if (!path.wrong)
		statement->text = path.text;
	statement->text_span = path_at;
	if (alias)
		set_name(statement, *alias, alias_at);
	return statement;
}

struct ast_statement *ast_let(struct parse *p, struct span kind, struct token_value name,
			      struct span name_at, struct ast_value value)
{
	struct ast_statement *statement = new_statement(p, AST_LET, kind);

	set_name(statement, name, name_at);
	statement->value = value;
	return statement;
}

struct ast_statement *ast_define(struct parse *p, struct span kind, struct token_value name,
				 struct span name_at, struct ast_expr *expr)
{
	struct ast_statement *statement;

	if (!expr)
		return NULL;
	statement = new_statement(p, AST_DEFINE, kind);
	set_name(statement, name, name_at);
	statement->expr = expr;
	return statement;
}

struct ast_statement *ast_policy(struct parse *p, struct span kind, struct token_value name,
				 struct span name_at, struct ast_properties *block)
{
	struct ast_statement *statement = new_statement(p, AST_POLICY, kind);

	statement->text = name.text;
	statement->text_span = name_at;
	set_block(statement, block);
	return statement;
}

struct ast_statement *ast_kind(struct parse *p, struct span kind_at, struct token_value kind,
			       struct token_value name, struct span name_at,
			       struct ast_properties *block)
{
	struct ast_statement *statement =
		new_statement(p, (enum ast_statement_kind)kind.number, kind_at);

	set_name(statement, name, name_at);
	set_block(statement, block);
	return statement;
}

struct ast_annotations *ast_annotations_add(struct parse *p, struct ast_annotations *list,
					    struct ast_annotation annotation)
{
	if (!list)
		list = ARENA_NEW(p->arena, struct ast_annotations);
	VEC_PUSH(p->arena, list->list, annotation);
	return list;
}

struct ast_annotation ast_annotation(struct span at, struct token_value name, struct span name_at,
				     struct ast_args *args)
{
	return (struct ast_annotation){
		.span = at,
		.name_span = name_at,
		.name = name.text,
		.args = args ? args->list.items : NULL,
		.n = args ? args->list.n : 0,
	};
}

struct ast_args *ast_args_add(struct parse *p, struct ast_args *list, struct ast_arg arg)
{
	if (!list)
		list = ARENA_NEW(p->arena, struct ast_args);
	VEC_PUSH(p->arena, list->list, arg);
	return list;
}

struct ast_arg ast_arg(struct span at, const struct token_value *name, struct ast_scalar value)
{
	return (struct ast_arg){
		.span = at,
		.name = name ? name->text : STR(""),
		.value = value,
	};
}

const char *ast_kind_name(enum ast_statement_kind kind)
{
	static const char *const names[] = {
		[AST_USE] = "use",	     [AST_LET] = "let",
		[AST_DEFINE] = "define",     [AST_POLICY] = "policy",
		[AST_TIER] = "tier",	     [AST_NOTIFY] = "notify",
		[AST_SUPPRESS] = "suppress", [AST_REOPEN] = "reopen",
		[AST_ASSIGN] = "assign",     [AST_PROTECT] = "protect",
		[AST_INSIGHT] = "insight",   [AST_ACTION] = "action",
		[AST_REVIEW] = "review",     [AST_LIFECYCLE] = "lifecycle",
		[AST_STATUS] = "status",
	};

	return names[kind];
}
