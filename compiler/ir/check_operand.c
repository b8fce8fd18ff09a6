/* SPDX-License-Identifier: Apache-2.0
 *
 * The left side of a comparison: a field of a finding, one inside `any GROUP { }`, a tier, or a
 * field of an inspector-scan event; and whether a negative test on it says what it seems to say. */
#include "ir/check_internal.h"

void check_first_place(struct span *place, struct span at)
{
	if (!place->start)
		*place = at;
}

static void unknown_inside(struct check_scope *s, const struct ast_operand *operand)
{
	struct check *c = s->c;
	int outer = field_find(operand->path.text);
	struct check_hint hint;
	struct diag *diag;

	diag = diag_error(c->d, "VC001", operand->path.span, "`%s` is no field of `%s`",
			  Q(c, operand->path.text), group_name(s->group));
	if (outer >= 0 && fields[outer].inner && fields[outer].group == s->group) {
		diag_fix(diag, operand->path.span, str_from(fields[outer].inner));
		return;
	}
	check_hint_init(c, &hint, operand->path.text);
	for (int i = 0; i < FIELD_COUNT; i++)
		if (fields[i].inner && field_find_inner(s->group, str_from(fields[i].inner)) == i)
			check_hint_offer(&hint, str_from(fields[i].inner));
	if (!check_hint_apply(c, &hint, diag, operand->path.span))
		diag_help(diag, "inside `any %s { }` only its own fields may be tested",
			  group_name(s->group));
}

static void unknown_field(struct check_scope *s, const struct ast_path *path)
{
	struct check *c = s->c;
	const struct check_def *def = check_find(c, s->file, path);
	struct check_hint hint;
	struct diag *diag;

	if (def) {
		diag = diag_error(c->d, "VC005", path->span, "`%s` is a %s, not a field",
				  Q(c, path->text), def->is_define ? "define" : "let");
		diag_label(diag, def->ast->name_span, "defined here");
		if (def->is_define)
			diag_help(diag, "a define is a condition by itself");
		return;
	}
	diag = diag_error(c->d, "VC001", path->span, "there is no field `%s`", Q(c, path->text));
	check_hint_init(c, &hint, path->text);
	check_hint_fields(&hint);
	if (s->place == CHECK_SCAN)
		check_scan_hint(&hint);
	if (!check_hint_apply(c, &hint, diag, path->span))
		diag_help(diag, "`vulnctl list fields` shows them all");
}

/* `created.age`: the field before the last word. */
static int aged_field(const struct ast_path *path)
{
	if (path->n < 2 || !str_is(path->words[path->n - 1], "age"))
		return -1;
	return field_find(str_slice(path->text, 0, path->text.len - 4));
}

static bool key_fits(struct check_scope *s, const struct ast_operand *operand,
		     const struct check_type *type)
{
	struct check *c = s->c;
	bool map = type->type == TYPE_MAP && !type->age;
	struct diag *diag;

	if (map == operand->has_key && (!map || operand->key.len))
		return true;
	if (!map)
		diag = diag_error(c->d, "VC005", operand->key_span, "`%s` is not a map",
				  Q(c, operand->path.text));
	else if (operand->has_key)
		diag = diag_error(c->d, "VC105", operand->key_span, "an empty key");
	else
		diag = diag_error(c->d, "VC005", operand->path.span,
				  "`%s` is a map and needs a key", Q(c, operand->path.text));
	if (map)
		diag_help(diag, "write `%s[\"key\"]`", Q(c, operand->path.text));
	return false;
}

static bool field_allowed(struct check_scope *s, const struct ast_operand *operand,
			  enum field_id field)
{
	struct diag *diag;

	if (check_scan_has(field))
		return true;
	check_first_place(&s->facts.finding, operand->path.span);
	if (s->place != CHECK_SCAN)
		return true;
	diag = diag_error(s->c->d, "VC001", operand->path.span,
			  "an inspector-scan event has no field `%s`", Q(s->c, operand->path.text));
	diag_help(diag, "it has repository, image.tag, image.digest, account, region, "
			"scan.status and counts.*");
	return false;
}

static struct check_operand scan_operand(struct check_scope *s, const struct ast_operand *operand,
					 enum field_id field)
{
	struct check_type type = check_type_of(field);
	struct diag *diag;

	check_first_place(&s->facts.scan, operand->path.span);
	if (s->place != CHECK_FINDING)
		return (struct check_operand){key_fits(s, operand, &type) ? CHECK_OPERAND_FIELD
									  : CHECK_OPERAND_BAD,
					      field, type};
	diag = diag_error(s->c->d, "VC001", operand->path.span, "a finding has no field `%s`",
			  Q(s->c, operand->path.text));
	diag_help(diag, "it stands in the events of `source inspector-scan` only");
	return (struct check_operand){.kind = CHECK_OPERAND_BAD};
}

struct check_operand check_find_operand(struct check_scope *s, const struct ast_operand *operand)
{
	struct check_operand found = {.kind = CHECK_OPERAND_FIELD};
	const struct ast_path *path = &operand->path;
	int field = s->any ? field_find_inner(s->group, path->text) : field_find(path->text);
	int aged = s->any ? -1 : aged_field(path);
	int scan = s->any ? -1 : field_find_scan(path->text);

	if (!s->any && str_is(path->text, "tier"))
		return (struct check_operand){.kind = CHECK_OPERAND_TIER};
	if (scan >= 0)
		return scan_operand(s, operand, (enum field_id)scan);
	if (field < 0 && aged >= 0 && fields[aged].type == TYPE_DATE) {
		field = aged;
		found.type.age = true;
	}
	if (field < 0) {
		if (s->any)
			unknown_inside(s, operand);
		else
			unknown_field(s, path);
		return (struct check_operand){.kind = CHECK_OPERAND_BAD};
	}
	found.field = (enum field_id)field;
	{
		bool age = found.type.age;

		found.type = check_type_of(found.field);
		found.type.age = age;
	}
	found.type.shown = path->text;
	if (s->any)
		found.type.many = fields[field].group != s->group;
	if (!key_fits(s, operand, &found.type) || !field_allowed(s, operand, found.field))
		found.kind = CHECK_OPERAND_BAD;
	return found;
}

/* --- negative tests on many-valued fields --- */

bool check_is_negative(const struct ast_expr *expr)
{
	return (expr->kind == AST_COMPARE && expr->op == AST_NE) ||
	       (expr->negated && expr->kind != AST_EXISTS);
}

/* The source of the test without its negation, in `not (…)`. */
static struct str positive(struct check *c, const struct ast_expr *expr)
{
	static const char *const affixes[] = {[AST_STARTSWITH] = "startswith",
					      [AST_ENDSWITH] = "endswith",
					      [AST_CONTAINS] = "contains"};
	const char *op = expr->kind == AST_COMPARE ? "=="
			 : expr->kind == AST_AFFIX ? affixes[expr->op]
						   : "in";
	struct span value = expr->value.span;

	for (size_t i = 0; i < expr->value.n && expr->value.kind != AST_VALUE_SET; i++)
		value = span_join(value, expr->value.items[i].span);
	return str_printf(c->arena, "not (" STR_FMT " %s " STR_FMT ")",
			  STR_ARG(sources_text(c->sources, expr->operand.span)), op,
			  STR_ARG(sources_text(c->sources, value)));
}

/* `!=`, or the `not` before the operator together with it. */
static struct span negation(struct check *c, const struct ast_expr *expr)
{
	struct span between = {expr->operand.span.end, expr->op_span.start}, at = expr->op_span;
	struct str text = sources_text(c->sources, between);

	for (size_t i = 0; expr->negated && i + 3 <= text.len; i++)
		if (str_is(str_slice(text, i, i + 3), "not"))
			at.start = between.start + (uint32_t)i;
	return at;
}

static void report_negative(struct check *c, const struct ast_expr *expr, const char *why)
{
	struct diag *diag = diag_error(c->d, "VC009", negation(c, expr),
				       "`%s` has several values%s: a negative test would only say "
				       "that one of them differs",
				       Q(c, expr->operand.path.text), diag_word(c->d, why));

	diag_fix(diag, expr->span, positive(c, expr));
}

/* Fields below Vulnerabilities[] or Resources[]: single for Inspector, else not. */
static bool below_array(enum group group)
{
	return group == GROUP_VULNERABILITY || group == GROUP_RESOURCE;
}

bool check_negation_fits(struct check_scope *s, const struct ast_expr *expr,
			 const struct check_operand *operand)
{
	struct check_negative *negative;

	if (!check_is_negative(expr))
		return true;
	if (operand->type.many) {
		report_negative(s->c, expr, "");
		return false;
	}
	if (operand->kind == CHECK_OPERAND_FIELD && !s->any &&
	    below_array(fields[operand->field].group)) {
		negative = ARENA_NEW(s->c->arena, struct check_negative);
		*negative = (struct check_negative){.expr = expr, .next = s->facts.negatives};
		s->facts.negatives = negative;
	}
	return true;
}

bool check_negatives(struct check *c, const struct check_facts *facts)
{
	VEC(const struct check_facts *) stack = {0};
	bool fine = true;

	VEC_PUSH(c->arena, stack, facts);
	while (stack.n) {
		const struct check_facts *top = stack.items[--stack.n];

		for (const struct check_negative *n = top->negatives; n; n = n->next) {
			report_negative(c, n->expr,
					" when the product may be another than Inspector");
			fine = false;
		}
		for (const struct check_use *use = top->uses; use; use = use->next) {
			fine = false;
			if (use->def->negatives_told)
				continue;
			use->def->negatives_told = true;
			VEC_PUSH(c->arena, stack, &use->def->built.facts);
		}
	}
	return fine;
}
