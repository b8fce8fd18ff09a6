/* SPDX-License-Identifier: Apache-2.0
 *
 * Properties of a lifecycle: checked here, kept nowhere, because this version does not emit it. */
#include "ir/check_internal.h"

bool check_apply_keep(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	return check_count(c, s->n_file, p);
}

bool check_apply_lasting(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	int64_t ns;

	return check_duration(c, s->n_file, p, &ns);
}

static bool image_rule(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	static const char *const ages[] = {"expire", "expire-idle", "archive"};
	struct check_hint hint;
	struct diag *diag;
	int64_t ns;

	if (str_is(p->name, "keep"))
		return check_count(c, s->n_file, p);
	check_hint_init(c, &hint, p->name);
	check_hint_offer(&hint, STR("keep"));
	for (size_t i = 0; i < ARRAY_LEN(ages); i++) {
		if (str_is(p->name, ages[i]))
			return check_duration(c, s->n_file, p, &ns);
		check_hint_offer(&hint, str_from(ages[i]));
	}
	diag = diag_error(c->d, "VC004", p->name_span, "`%s` is no property of images",
			  Q(c, p->name));
	if (!check_hint_apply(c, &hint, diag, p->name_span))
		diag_help(diag, "it has keep, expire, expire-idle, archive");
	return false;
}

/* `images untagged`, `images tagged [...]`, `images any`. */
static bool selector(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	struct check_type text = {.type = TYPE_STRING, .identity = &text, .shown = STR("images")};
	bool tagged = str_is(p->name, "tagged");
	struct check_hint hint;
	struct value *values;
	struct diag *diag;
	size_t n;

	if (p->value.kind == AST_VALUE_ANY)
		return true;
	if (tagged && p->value.kind == AST_VALUE_SET)
		return check_values(c, s->n_file, &text, &p->value, &values, &n);
	if (str_is(p->name, "untagged") && p->value.kind == AST_VALUE_NONE)
		return true;
	if (tagged || str_is(p->name, "untagged")) {
		diag_error(c->d, "VC005", p->name_span, "`%s` takes %s set of tags", Q(c, p->name),
			   tagged ? "a" : "no");
		return false;
	}
	diag = diag_error(c->d, "VC004", p->name_span, "`%s` selects no images", Q(c, p->name));
	check_hint_init(c, &hint, p->name);
	check_hint_offer(&hint, STR("tagged"));
	check_hint_offer(&hint, STR("untagged"));
	if (!check_hint_apply(c, &hint, diag, p->name_span))
		diag_help(diag, "it is tagged [\"…\"], untagged or any");
	return false;
}

bool check_apply_images(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	bool fine = selector(c, s, p);
	struct check_table seen = {0};

	for (size_t i = 0; i < p->n_properties; i++) {
		const struct ast_property *rule = p->properties[i];
		struct span *first = check_table_get(&seen, rule->name);
		struct diag *diag;

		if (first) {
			diag = diag_error(c->d, "VC010", rule->name_span,
					  "`%s` stands twice in one block", Q(c, rule->name));
			diag_label(diag, *first, "first here");
			fine = false;
			continue;
		}
		first = ARENA_NEW(c->arena, struct span);
		*first = rule->name_span;
		check_table_put(c->arena, &seen, rule->name, first);
		fine &= image_rule(c, s, rule);
	}
	if (p->n_properties || c->partial)
		return fine;
	diag_error(c->d, "VC004", p->name_span, "the block says nothing about its images");
	return false;
}
