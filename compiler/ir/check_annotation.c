/* SPDX-License-Identifier: Apache-2.0
 *
 * Annotations: `@allow(rule, reason: "…", until: DATE)`, which lint weighs, and `@was("old-name")`
 * after a renaming. Their arguments are literals: what allows something is read where it stands. */
#include "ir/check_internal.h"

static bool wrong(struct check *c, struct span at, const char *expected)
{
	struct diag *diag =
		diag_error(c->d, "VC005", at, "@allow takes %s here", diag_word(c->d, expected));

	diag_help(diag, "write @allow(rule, reason: \"…\", until: DATE)");
	return false;
}

static bool twice(struct check *c, const struct ast_arg *arg)
{
	diag_error(c->d, "VC010", arg->span, "this stands twice in one annotation");
	return false;
}

static bool allow_arg(struct check *c, const struct ast_arg *arg, struct allowance *allow,
		      bool *has_until)
{
	const struct ast_scalar *value = &arg->value;
	struct check_hint hint;
	struct diag *diag;

	if (!arg->name.len) {
		if (allow->rule.ptr)
			return twice(c, arg);
		if (value->kind != AST_NAME)
			return wrong(c, value->span, "the name of a rule");
		allow->rule = value->path.text;
		allow->rule_span = value->span;
		return true;
	}
	if (str_is(arg->name, "reason")) {
		if (allow->reason.ptr)
			return twice(c, arg);
		if (value->kind != AST_STRING)
			return wrong(c, value->span, "a text in quotes");
		allow->reason = value->text;
		return true;
	}
	if (str_is(arg->name, "until")) {
		if (*has_until)
			return twice(c, arg);
		if (value->kind != AST_DATE)
			return wrong(c, value->span, "a date such as 2026-12-31");
		*has_until = true;
		allow->until_days = (int32_t)value->number;
		return true;
	}
	diag = diag_error(c->d, "VC004", arg->span, "@allow has no argument `%s`", Q(c, arg->name));
	check_hint_init(c, &hint, arg->name);
	check_hint_offer(&hint, STR("reason"));
	check_hint_offer(&hint, STR("until"));
	if (suggest_found(&hint.suggest))
		diag_help(diag, "did you mean `%s`?", Q(c, hint.suggest.best));
	return false;
}

static bool read_allow(struct check *c, const struct ast_annotation *a, struct allowance *allow)
{
	bool has_until = false;
	struct diag *diag;

	*allow = (struct allowance){.span = a->span};
	for (size_t i = 0; i < a->n; i++)
		if (!allow_arg(c, &a->args[i], allow, &has_until))
			return false;
	if (allow->rule.ptr && allow->reason.ptr && has_until)
		return true;
	diag = diag_error(c->d, allow->rule.ptr ? "VC902" : "VC004", a->name_span,
			  !allow->rule.ptr     ? "@allow needs the name of a rule"
			  : !allow->reason.ptr ? "@allow needs a reason"
					       : "@allow needs an end");
	diag_help(diag, "write @allow(rule, reason: \"…\", until: DATE)");
	return false;
}

/* The old name still marks findings, so it cannot be another statement's. */
static bool was_name(struct check *c, struct check_statement *s, const struct ast_arg *arg)
{
	const struct check_name *other;
	struct diag *diag;

	if (arg->name.len || arg->value.kind != AST_STRING || !arg->value.text.len) {
		diag = diag_error(c->d, "VC005", arg->span, "@was takes an old name in quotes");
		diag_help(diag, "write @was(\"old-name\")");
		return false;
	}
	other = check_table_get(&c->outputs, arg->value.text);
	if (!other)
		return true;
	diag = diag_error(c->d, "VC010", arg->value.span,
			  other->ast == s->ast ? "`%s` is the name of this very statement"
					       : "`%s` is the name of another statement",
			  Q(c, arg->value.text));
	if (other->ast != s->ast)
		diag_label(diag, other->ast->name_span, "defined here");
	return false;
}

static bool read_was(struct check *c, struct check_statement *s, const struct ast_annotation *a)
{
	struct check_name *name = check_table_get(&c->outputs, s->ast->name);

	if (!s->out || !name || name->ast != s->ast) {
		diag_error(c->d, "VC004", a->name_span,
			   "@was stands before a statement that produces something");
		return false;
	}
	if (!a->n) {
		diag_error(c->d, "VC004", a->name_span, "@was needs an old name");
		return false;
	}
	for (size_t i = 0; i < a->n; i++) {
		if (!was_name(c, s, &a->args[i]))
			return false;
		VEC_PUSH(c->arena, s->was, a->args[i].value.text);
	}
	s->out->was = s->was.items;
	s->out->n_was = s->was.n;
	return true;
}

static bool unknown(struct check *c, const struct ast_annotation *a)
{
	struct check_hint hint;
	struct diag *diag;

	diag = diag_error(c->d, "VC004", a->name_span, "there is no annotation `@%s`",
			  Q(c, a->name));
	check_hint_init(c, &hint, a->name);
	check_hint_offer(&hint, STR("allow"));
	check_hint_offer(&hint, STR("was"));
	if (suggest_found(&hint.suggest))
		diag_help(diag, "did you mean `@%s`?", Q(c, hint.suggest.best));
	else
		diag_help(diag, "the annotations are @allow and @was");
	return false;
}

void check_annotations(struct check *c, struct check_statement *s)
{
	struct allowance allow;

	for (size_t i = 0; i < s->ast->n_annotations; i++) {
		const struct ast_annotation *a = &s->ast->annotations[i];
		bool fine;

		if (str_is(a->name, "was")) {
			fine = read_was(c, s, a);
		} else if (str_is(a->name, "allow")) {
			fine = read_allow(c, a, &allow);
			allow.covers = s->ast->span;
			if (fine)
				VEC_PUSH(c->arena, c->allows, allow);
		} else {
			fine = unknown(c, a);
		}
		if (!fine)
			s->failed = true;
	}
}
