/* SPDX-License-Identifier: Apache-2.0
 *
 * The names of tiers and statements: one namespace for tiers, one for protect, one for all that
 * produce something, over all files. Everything gets its record here, so that statements may name
 * each other whatever their order. */
#include "ir/check_internal.h"

struct registry {
	VEC(struct check_name *) all;
	VEC(struct statement *) tiers, others;
};

static bool produces(enum ast_statement_kind kind)
{
	return kind != AST_TIER && kind != AST_PROTECT && kind != AST_STATUS;
}

static struct check_table *table_of(struct check *c, enum ast_statement_kind kind)
{
	switch (kind) {
	case AST_TIER:
		return &c->tiers;
	case AST_PROTECT:
		return &c->protects;
	case AST_STATUS:
		return &c->statuses;
	default:
		return &c->outputs;
	}
}

static void lower_case(char *to, struct str from)
{
	for (size_t i = 0; i < from.len; i++) {
		char ch = from.ptr[i];

		to[i] = ch >= 'A' && ch <= 'Z' ? (char)(ch - 'A' + 'a') : ch;
	}
}

/* Names become file names, and some file systems do not tell HIGH from high. */
static void check_fold(struct check *c, struct check_name *name)
{
	char *text = ARENA_ARRAY(c->arena, char, name->name.len + 1);
	struct str folded = {text, name->name.len};
	const struct check_name *other;
	struct diag *diag;

	lower_case(text, name->name);
	other = check_table_get(&c->folded, folded);
	if (!other) {
		check_table_put(c->arena, &c->folded, folded, name);
		return;
	}
	diag = diag_error(c->d, "VC010", name->ast->name_span,
			  "`%s` and `%s` differ only in the case of their letters",
			  Q(c, name->name), Q(c, other->name));
	diag_label(diag, other->ast->name_span, "the other is here");
}

static void check_rules_of_names(struct check *c, const struct ast_statement *ast)
{
	struct str name = ast->name;
	const char *reason = NULL;
	struct diag *diag;

	if (name.len > CHECK_LIMIT(statement_name_size)) {
		diag_error(c->d, "VC016", ast->name_span,
			   "the name of a statement has at most %zu characters",
			   CHECK_LIMIT(statement_name_size));
		return;
	}
	/* `--`, which numbers the artefacts of a statement, is in no NAME. */
	if (str_is(name, "reopened") || str_is(name, "expire"))
		reason = "the compiler names artefacts and notes of its own so";
	else if (str_starts(name, STR("shared-")))
		reason = "rules that several statements share begin with `shared-`";
	else if (ast->kind == AST_TIER && str_is(name, "none"))
		reason = "`none` means: in no tier";
	if (!reason)
		return;
	diag = diag_error(c->d, "VC012", ast->name_span, "no statement may be named `%s`",
			  Q(c, name));
	diag_note(diag, "%s", diag_word(c->d, reason));
}

static void check_status_word(struct check *c, const struct ast_statement *ast)
{
	struct check_hint hint;
	struct diag *diag;

	if (vocabulary_find(&vocabulary_workflow, ast->name) >= 0)
		return;
	diag = diag_error(c->d, "VC002", ast->name_span, "`%s` is not a value of %s",
			  Q(c, ast->name), vocabulary_workflow.name);
	check_hint_init(c, &hint, ast->name);
	check_hint_words(&hint, &vocabulary_workflow);
	if (!check_hint_apply(c, &hint, diag, ast->name_span))
		diag_help(diag, "it is one of NEW, NOTIFIED, SUPPRESSED, RESOLVED");
}

static struct statement *new_statement(struct check *c, size_t file,
				       const struct ast_statement *ast)
{
	struct statement *out = ARENA_NEW(c->arena, struct statement);

	out->kind = (enum statement_kind)(ast->kind - AST_TIER);
	out->name = ast->name;
	out->span = ast->span;
	out->name_span = ast->name_span;
	out->file = c->files[file].ast->path;
	out->line = sources_line(c->sources, ast->name_span.start);
	out->status = ast->kind == AST_SUPPRESS ? WORKFLOW_SUPPRESSED : -1;
	out->severity = -1;
	out->group_by = -1;
	out->source = SOURCE_SECURITYHUB;
	return out;
}

static void add_name(struct check *c, struct registry *r, size_t file,
		     const struct ast_statement *ast)
{
	struct check_table *table = table_of(c, ast->kind);
	const struct check_name *first = check_table_get(table, ast->name);
	struct check_name *name = ARENA_NEW(c->arena, struct check_name);
	struct diag *diag;

	*name = (struct check_name){.name = ast->name,
				    .ast = ast,
				    .file = file,
				    .statement = new_statement(c, file, ast)};
	VEC_PUSH(c->arena, r->all, name);
	if (ast->kind == AST_TIER) {
		name->index = (int)r->tiers.n;
		VEC_PUSH(c->arena, r->tiers, name->statement);
	} else {
		VEC_PUSH(c->arena, r->others, name->statement);
	}
	if (first) {
		diag = diag_error(c->d, "VC010", ast->name_span, "%s `%s` is defined twice",
				  ast_kind_name(ast->kind), Q(c, ast->name));
		diag_label(diag, first->ast->name_span, "first defined here");
		return;
	}
	check_table_put(c->arena, table, ast->name, name);
	if (ast->kind == AST_STATUS)
		check_status_word(c, ast);
	else
		check_rules_of_names(c, ast);
	if (produces(ast->kind))
		check_fold(c, name);
}

static void add_policy(struct check *c, size_t file, const struct ast_statement *ast)
{
	struct check_file *f = &c->files[file];
	struct diag *diag;

	if (!f->policy) {
		f->policy = ast;
		return;
	}
	diag = diag_error(c->d, "VC010", ast->kind_span, "a file has one policy block");
	diag_label(diag, f->policy->kind_span, "the first is here");
}

/* First match means an order, and an order over several files would be one of file names. */
static void check_tiers_stand_together(struct check *c, struct registry *r)
{
	const struct check_name *first = NULL;
	struct diag *diag;

	for (size_t i = 0; i < r->all.n; i++) {
		const struct check_name *name = r->all.items[i];

		if (name->ast->kind != AST_TIER)
			continue;
		if (!first)
			first = name;
		if (name->file == first->file)
			continue;
		diag = diag_error(c->d, "VC010", name->ast->name_span,
				  "tiers stand in one file: their order is their meaning");
		diag_label(diag, first->ast->name_span, "the first tier is here");
		return;
	}
}

static void register_file(struct check *c, struct registry *r, size_t file)
{
	const struct ast_file *ast = c->files[file].ast;

	for (size_t i = 0; i < ast->n_statements; i++) {
		const struct ast_statement *s = ast->statements[i];

		if (s->kind == AST_POLICY)
			add_policy(c, file, s);
		if (s->kind > AST_POLICY)
			add_name(c, r, file, s);
	}
}

void check_register(struct check *c)
{
	struct registry r = {.all = {0}};

	for (size_t i = 0; i < c->n_files; i++)
		register_file(c, &r, i);
	check_tiers_stand_together(c, &r);
	c->names = r.all.items;
	c->n_names = r.all.n;
	c->policy->tiers = r.tiers.items;
	c->policy->n_tiers = r.tiers.n;
	c->policy->statements = r.others.items;
	c->policy->n_statements = r.others.n;
}
