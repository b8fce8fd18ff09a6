/* SPDX-License-Identifier: Apache-2.0
 *
 * The driver of the check; check_internal.h tells the order of its parts and why. */
#include "ir/check_internal.h"

/* In the order of their dependencies, so that each finds what it uses built. */
static void build_defines(struct check *c)
{
	for (size_t i = 0; i < c->n_defs; i++) {
		struct check_def *def = c->order[i];

		if (!def->is_define || def->broken)
			continue;
		if (check_condition(c, def->file, CHECK_DEFINE, def->ast->expr, &def->built))
			def->built.node = check_named(c, def->built.node, def->name);
		else
			def->broken = true;
	}
}

static void check_statement(struct check *c, struct check_name *name)
{
	struct check_statement s = {
		.ast = name->ast,
		.out = name->statement,
		.file = &c->files[name->file],
		.n_file = name->file,
	};

	if (s.ast->kind == AST_SUPPRESS)
		s.out->owner = s.file->owner;
	check_properties(c, &s);
	check_annotations(c, &s);
	check_effective_via(c, &s);
	check_complete(c, &s);
	if (s.out->mark && s.out->source != SOURCE_SECURITYHUB)
		diag_error(c->d, "VC005", s.out->mark_span,
			   "`mark` needs `source securityhub`: only there a status can be set");
	if (s.ast->kind == AST_NOTIFY && s.out->via && s.out->source != SOURCE_SECURITYHUB)
		diag_error(c->d, "VC005", s.out->via_span,
			   "`via event` needs `source securityhub`: a machine reads its findings");
}

/* Those before a use, let or define. */
static void check_other_annotations(struct check *c)
{
	for (size_t i = 0; i < c->n_files; i++) {
		const struct ast_file *ast = c->files[i].ast;

		for (size_t k = 0; k < ast->n_statements; k++) {
			struct check_statement s = {.ast = ast->statements[k], .n_file = i};

			if (s.ast->kind < AST_POLICY)
				check_annotations(c, &s);
		}
	}
}

static void check_asked(struct check *c)
{
	struct check_built built = {0};

	if (c->options->asked && check_condition(c, 0, CHECK_FINDING, c->options->asked, &built))
		c->policy->asked = built.node.cond;
}

struct policy *check_program(struct arena *arena, struct diags *d, struct sources *sources,
			     const struct ast_program *program, const struct config *config,
			     const struct check_options *options)
{
	struct check c = {
		.arena = arena,
		.d = d,
		.sources = sources,
		.program = program,
		.config = config,
		.options = options,
		.policy = ARENA_NEW(arena, struct policy),
	};

	c.policy->config = config;
	c.policy->n_files = program->n;
	c.policy->edition = program->root ? program->root->edition : 0;
	check_files(&c);
	check_register(&c);
	check_definitions(&c);
	check_order(&c);
	check_policies(&c);
	check_now(&c);
	build_defines(&c);
	check_scopes(&c);
	for (size_t i = 0; i < c.n_names; i++)
		check_statement(&c, c.names[i]);
	check_other_annotations(&c);
	c.policy->allows = c.allows.items;
	c.policy->n_allows = c.allows.n;
	check_asked(&c);
	check_unused(&c);
	return c.policy;
}
