/* SPDX-License-Identifier: Apache-2.0
 *
 * Expressions become typed conditions. A define is built once and shared by all who mention it;
 * what depends on the place of use (fields of an event, tiers, tests that are wrong where fields
 * have several values) is carried along as facts and judged there. */
#include "ir/check_internal.h"

static const struct check_node nothing;

static struct check_node build(struct check_scope *s, const struct ast_expr *expr);

static void note_field(struct check_scope *s, const struct ast_expr *expr, enum field_id field)
{
	if (field == FIELD_record)
		s->facts.tests |= CHECK_TESTS_RECORD;
	if (field == FIELD_product || field == FIELD_product_arn)
		s->facts.tests |= CHECK_TESTS_PRODUCT;
	if (field != FIELD_repository)
		check_first_place(&s->facts.other, expr->operand.span);
}

static struct check_node comparison(struct check_scope *s, const struct ast_expr *expr)
{
	struct check_operand operand = check_find_operand(s, &expr->operand);
	struct check_test test = {s->c, s->file, expr, &operand.type};
	struct check_node node;
	struct atom *atom;
	bool never;

	if (operand.kind == CHECK_OPERAND_BAD)
		return nothing;
	if (operand.kind == CHECK_OPERAND_TIER)
		return check_tier_test(s, expr);
	if (operand.kind == CHECK_OPERAND_FIELD)
		note_field(s, expr, operand.field);
	atom = ARENA_NEW(s->c->arena, struct atom);
	if (!check_test_atom(&test, atom, &never) || !check_negation_fits(s, expr, &operand))
		return nothing;
	if (never)
		return check_constant(s->c, expr->span, false);
	atom->field = operand.field;
	atom->key = expr->operand.key;
	node = check_leaf(s->c, atom);
	return expr->kind == AST_EXISTS && expr->negated ? check_negate(s->c, expr->span, node)
							 : node;
}

/* --- references --- */

static void not_a_condition(struct check_scope *s, const struct ast_path *path,
			    const struct check_def *def)
{
	struct check *c = s->c;
	int field = s->any ? field_find_inner(s->group, path->text) : field_find(path->text);
	struct check_hint hint;
	struct diag *diag;

	if (def) {
		diag = diag_error(c->d, "VC005", path->span, "`%s` is a let, not a condition",
				  Q(c, path->text));
		diag_label(diag, def->ast->name_span, "defined here");
		return;
	}
	if (field >= 0 || str_is(path->text, "tier")) {
		diag = diag_error(c->d, "VC005", path->span, "`%s` is a field, not a condition",
				  Q(c, path->text));
		if (field >= 0 && fields[field].words &&
		    vocabulary_find(fields[field].words, STR("YES")) >= 0)
			diag_help(diag, "write `%s == YES`", Q(c, path->text));
		else
			diag_help(diag, "compare it with a value, or write `%s exists`",
				  Q(c, path->text));
		return;
	}
	if (c->partial)
		return;
	diag = diag_error(c->d, "VC003", path->span, "there is no define named `%s`",
			  Q(c, path->text));
	check_hint_init(c, &hint, path->text);
	check_hint_defs(c, &hint, true);
	check_hint_apply(c, &hint, diag, path->span);
}

static bool define_fits(struct check_scope *s, const struct ast_path *path,
			const struct check_def *def)
{
	const struct check_facts *facts = &def->built.facts;
	struct check *c = s->c;
	struct diag *diag = NULL;

	if (s->any) {
		diag = diag_error(c->d, "VC003", path->span,
				  "the define `%s` cannot stand inside `any`", Q(c, path->text));
		diag_help(diag, "inside `any %s { }` only its own fields may be tested",
			  group_name(s->group));
	} else if (s->place == CHECK_FINDING && facts->scan.start) {
		diag = diag_error(c->d, "VC001", path->span,
				  "`%s` tests a field that a finding does not have",
				  Q(c, path->text));
		diag_label(diag, facts->scan, "of inspector-scan events only");
	} else if (s->place == CHECK_SCAN && facts->finding.start) {
		diag = diag_error(c->d, "VC001", path->span,
				  "`%s` tests a field that an inspector-scan event does not have",
				  Q(c, path->text));
		diag_label(diag, facts->finding, "of findings only");
	}
	return !diag;
}

static void take_facts(struct check_scope *s, const struct ast_path *path, struct check_def *def)
{
	const struct check_facts *facts = &def->built.facts;
	struct check_use *use;

	s->facts.tests |= facts->tests;
	if (facts->tier.start)
		check_first_place(&s->facts.tier, path->span);
	if (facts->scan.start)
		check_first_place(&s->facts.scan, path->span);
	if (facts->finding.start)
		check_first_place(&s->facts.finding, path->span);
	if (facts->other.start)
		check_first_place(&s->facts.other, path->span);
	if (!facts->negatives && !facts->uses)
		return;
	use = ARENA_NEW(s->c->arena, struct check_use);
	*use = (struct check_use){.def = def, .at = path->span, .next = s->facts.uses};
	s->facts.uses = use;
}

static struct check_node reference(struct check_scope *s, const struct ast_expr *expr)
{
	const struct ast_path *path = &expr->operand.path;
	struct check_def *def = check_find(s->c, s->file, path);

	if (!def || !def->is_define) {
		not_a_condition(s, path, def);
		return nothing;
	}
	if (def->broken || !define_fits(s, path, def))
		return nothing;
	take_facts(s, path, def);
	return def->built.node;
}

static struct check_node any_of(struct check_scope *s, const struct ast_expr *expr)
{
	const struct ast_path *path = &expr->operand.path;
	int group = group_find(path->text);
	struct check_node node;
	struct diag *diag;

	if (s->any) {
		diag = diag_error(s->c->d, "VC005", path->span, "`any` cannot stand inside `any`");
		diag_label(diag, s->any->operand.path.span, "inside this one");
		return nothing;
	}
	if (group < 0) {
		diag = diag_error(s->c->d, "VC001", path->span, "`%s` is no group of fields",
				  Q(s->c, path->text));
		diag_help(diag, "the groups are package, cvss and resource");
		return nothing;
	}
	s->any = expr;
	s->group = (enum group)group;
	node = build(s, expr->kids[0]);
	s->any = NULL;
	return check_any(s->c, expr->span, (enum group)group, node);
}

static struct check_node join_kids(struct check_scope *s, const struct ast_expr *expr)
{
	enum cond_kind kind = expr->kind == AST_OR ? COND_OR : COND_AND;
	struct check_node *kids = ARENA_ARRAY(s->c->arena, struct check_node, expr->n);

	for (size_t i = 0; i < expr->n; i++)
		kids[i] = build(s, expr->kids[i]);
	return check_join(s->c, kind, expr->span, kids, expr->n);
}

static struct check_node build_inner(struct check_scope *s, const struct ast_expr *expr)
{
	switch (expr->kind) {
	case AST_OR:
	case AST_AND:
		return join_kids(s, expr);
	case AST_NOT:
		return check_negate(s->c, expr->span, build(s, expr->kids[0]));
	case AST_PAREN:
		return build(s, expr->kids[0]);
	case AST_ANY:
		return any_of(s, expr);
	case AST_CONST:
		return check_constant(s->c, expr->span, expr->truth);
	case AST_REF:
		return reference(s, expr);
	case AST_COMPARE:
	case AST_AFFIX:
	case AST_IN:
	case AST_RANGE:
	case AST_EXISTS:
		break;
	}
	return comparison(s, expr);
}

static struct check_node build(struct check_scope *s, const struct ast_expr *expr)
{
	struct check_node node;

	if (!expr)
		return nothing;
	if (s->depth >= CHECK_LIMIT(condition_depth)) {
		diag_error(s->c->d, "VC016", expr->span, "the condition is nested too deep");
		return nothing;
	}
	s->depth++;
	node = build_inner(s, expr);
	s->depth--;
	return node;
}

bool check_condition(struct check *c, size_t file, enum check_place place,
		     const struct ast_expr *expr, struct check_built *out)
{
	struct check_scope s = {.c = c, .file = file, .place = place};

	out->node = build(&s, expr);
	out->facts = s.facts;
	return out->node.cond != NULL;
}
