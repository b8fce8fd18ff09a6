/* SPDX-License-Identifier: Apache-2.0
 *
 * Tests on `tier`: its values are the names of the policy's tiers, and `none`. */
#include "ir/check_internal.h"

static bool find_tier(struct check_scope *s, const struct ast_scalar *scalar, int *tier)
{
	struct check *c = s->c;
	struct check_literal literal = {.scalar = scalar, .file = s->file, .at = scalar->span};
	const struct check_name *name;
	struct check_hint hint;
	struct diag *diag;
	struct str word;

	*tier = -1;
	if (scalar->kind == AST_NAME && !check_table_get(&c->tiers, scalar->path.text) &&
	    !str_is(scalar->path.text, "none") &&
	    !check_literal(c, s->file, NULL, scalar, &literal))
		return false;
	if (literal.scalar->kind != AST_NAME) {
		diag = diag_error(c->d, "VC005", literal.at, "a tier is named without quotes");
		if (literal.scalar->kind == AST_STRING &&
		    check_table_get(&c->tiers, literal.scalar->text))
			diag_fix(diag, literal.scalar->span, literal.scalar->text);
		return false;
	}
	word = literal.scalar->path.text;
	if (str_is(word, "none"))
		return true;
	name = check_table_get(&c->tiers, word);
	if (name) {
		*tier = name->index;
		return true;
	}
	if (c->partial)
		return false;
	diag = diag_error(c->d, "VC003", literal.at, "there is no tier `%s`", Q(c, word));
	check_hint_init(c, &hint, word);
	check_hint_table(&hint, &c->tiers);
	check_hint_offer(&hint, STR("none"));
	check_hint_apply(c, &hint, diag, literal.scalar->span);
	return false;
}

static struct check_node one_tier(struct check_scope *s, const struct ast_scalar *scalar)
{
	int tier;

	return find_tier(s, scalar, &tier) ? check_tier_is(s->c, scalar->span, tier)
					   : (struct check_node){0};
}

/* The tiers of a set; a let stands for its values (one level: tiers are few). */
static struct check_node tier_set(struct check_scope *s, const struct ast_expr *expr)
{
	const struct ast_value *value = &expr->value;
	struct check_node *kids;
	const struct check_def *def;

	if (value->kind != AST_VALUE_SET && value->n == 1 && value->items[0].kind == AST_NAME) {
		def = check_find(s->c, s->file, &value->items[0].path);
		if (def && def->broken)
			return (struct check_node){0};
		if (def && !def->is_define && def->ast->value.kind == AST_VALUE_SET)
			value = &def->ast->value;
	}
	if (value->kind != AST_VALUE_SET) {
		diag_error(s->c->d, "VC005", value->span, "`in` needs a set of tiers");
		return (struct check_node){0};
	}
	if (!value->n) {
		diag_error(s->c->d, "VC104", value->span, "the set is empty");
		return (struct check_node){0};
	}
	kids = ARENA_ARRAY(s->c->arena, struct check_node, value->n);
	for (size_t i = 0; i < value->n; i++)
		kids[i] = one_tier(s, &value->items[i]);
	return value->n == 1 ? kids[0] : check_join(s->c, COND_OR, expr->span, kids, value->n);
}

/* A finding always has a tier, `none` included, so a negation is the complement. */
struct check_node check_tier_test(struct check_scope *s, const struct ast_expr *expr)
{
	struct check_node node;
	struct diag *diag;

	check_first_place(&s->facts.tier, expr->operand.span);
	check_first_place(&s->facts.finding, expr->operand.span);
	if (s->place == CHECK_SCAN) {
		diag_error(s->c->d, "VC001", expr->operand.span,
			   "an inspector-scan event has no tier: it is no finding");
		return (struct check_node){0};
	}
	if (expr->operand.has_key) {
		diag_error(s->c->d, "VC005", expr->operand.key_span, "`tier` is not a map");
		return (struct check_node){0};
	}
	if (expr->kind == AST_IN) {
		node = tier_set(s, expr);
	} else if (expr->kind == AST_COMPARE && (expr->op == AST_EQ || expr->op == AST_NE)) {
		node = one_tier(s, &expr->value.items[0]);
	} else {
		diag = diag_error(s->c->d, "VC005", expr->op_span, "`tier` has no such comparison");
		diag_help(diag, "it has ==, !=, in [...]; a finding in no tier has `tier == none`");
		return (struct check_node){0};
	}
	return check_is_negative(expr) ? check_negate(s->c, expr->span, node) : node;
}
