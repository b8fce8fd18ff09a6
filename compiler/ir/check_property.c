/* SPDX-License-Identifier: Apache-2.0
 *
 * Properties by table: each is known, stands in a statement that has it, and stands once; then its
 * handler reads it. After all of them, what is missing. */
#include "ir/check_internal.h"

static const struct check_rule rules[CHECK_RULE_COUNT] = {
#define PROPERTY(id, name, required, optional, repeats, handler, member)                           \
	[CHECK_RULE_##id] = {(name),  (required), (optional), (repeats), check_apply_##handler,    \
			     (member)},
#include "ir/check_property.def"
#undef PROPERTY
};

static bool stands_in(const struct check_rule *rule, enum ast_statement_kind kind)
{
	return ((rule->required | rule->optional) & 1u << (kind - AST_POLICY)) != 0;
}

/* Shapes with a word of their own carry other things in their name. */
static struct str name_of(const struct ast_property *p)
{
	return p->kind == AST_IMAGES ? STR("images") : p->name;
}

static int find_rule(struct str name)
{
	for (int i = 0; i < CHECK_RULE_COUNT; i++)
		if (str_is(name, rules[i].name))
			return i;
	return -1;
}

static void unknown(struct check *c, enum ast_statement_kind kind, const struct ast_property *p)
{
	struct check_hint hint;
	struct strbuf all;
	struct diag *diag;

	diag = diag_error(c->d, "VC004", p->name_span, "`%s` is no property of %s",
			  Q(c, name_of(p)), ast_kind_name(kind));
	check_hint_init(c, &hint, name_of(p));
	strbuf_init(&all, c->arena);
	for (int i = 0; i < CHECK_RULE_COUNT; i++) {
		if (!stands_in(&rules[i], kind))
			continue;
		check_hint_offer(&hint, str_from(rules[i].name));
		strbuf_printf(&all, "%s%s", all.len ? ", " : "", rules[i].name);
	}
	if (!check_hint_apply(c, &hint, diag, p->name_span))
		diag_help(diag, "it has " STR_FMT, STR_ARG(strbuf_str(&all)));
}

static bool stands_once(struct check *c, struct check_statement *s, int id,
			const struct ast_property *p)
{
	struct diag *diag;

	if (!s->seen[id] || rules[id].repeats) {
		if (!s->seen[id])
			s->seen[id] = p;
		return true;
	}
	diag = diag_error(c->d, "VC010", p->name_span, "`%s` stands twice in one %s", Q(c, p->name),
			  ast_kind_name(s->ast->kind));
	diag_label(diag, s->seen[id]->name_span, "first here");
	return false;
}

static bool read_property(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	int id = find_rule(name_of(p));

	if (id < 0 || !stands_in(&rules[id], s->ast->kind)) {
		s->misspelt = true;
		unknown(c, s->ast->kind, p);
		return false;
	}
	s->rule = &rules[id];
	return stands_once(c, s, id, p) && rules[id].apply(c, s, p);
}

static struct diag *missing(struct check *c, struct check_statement *s, const char *id,
			    const char *what, const char *example)
{
	struct diag *diag;

	s->failed = true;
	if (c->partial || s->misspelt)
		return NULL;
	diag = diag_error(c->d, id, s->ast->name_span, "%s `%s` has no %s",
			  ast_kind_name(s->ast->kind), Q(c, s->ast->name), diag_word(c->d, what));
	diag_help(diag, "add %s", diag_word(c->d, example));
	return diag;
}

static void missing_of_suppress(struct check *c, struct check_statement *s)
{
	const struct ast_property *when = s->seen[CHECK_RULE_when];
	bool rows = s->seen[CHECK_RULE_each] != NULL;
	struct diag *diag;

	if (!when && !rows)
		missing(c, s, "VC004", "`when`", "`when CONDITION;` or `each FIELD { … }`");
	if (!s->seen[CHECK_RULE_until] && !rows) {
		diag = missing(c, s, "VC201", "end",
			       "`until DATE;`: the last day on which it holds");
		if (when)
			check_until_offer(c, diag, when->span, ";");
	}
	if (!s->seen[CHECK_RULE_reason] && !rows)
		missing(c, s, "VC205", "reason", "`reason \"…\";`");
	if (!s->out->owner.len && !s->seen[CHECK_RULE_owner])
		missing(c, s, "VC207", "owner", "`owner \"…\";` here or to the policy");
}

static void missing_one_of(struct check *c, struct check_statement *s)
{
	bool effect = s->seen[CHECK_RULE_set] || s->seen[CHECK_RULE_status] ||
		      s->seen[CHECK_RULE_severity] || s->seen[CHECK_RULE_note];

	if (s->ast->kind == AST_ASSIGN && !effect)
		missing(c, s, "VC004", "effect",
			"`set KEY = \"…\";`, a status, a severity or a note");
	if (s->ast->kind == AST_ACTION && !effect && !s->seen[CHECK_RULE_to])
		missing(c, s, "VC004", "effect", "`set KEY = \"…\";`, a status, a note or `to`");
	if (s->ast->kind == AST_LIFECYCLE && !s->seen[CHECK_RULE_keep] &&
	    !s->seen[CHECK_RULE_expire_untagged] && !s->seen[CHECK_RULE_images])
		missing(c, s, "VC004", "rule", "`keep N;`, `expire-untagged AGE;` or `images …`");
}

static void check_missing(struct check *c, struct check_statement *s)
{
	const char *name, *example;

	for (int i = 0; i < CHECK_RULE_COUNT; i++) {
		if (!(rules[i].required & 1u << (s->ast->kind - AST_POLICY)) || s->seen[i])
			continue;
		name = str_printf(c->arena, "`%s`%c", rules[i].name, 0).ptr;
		example = str_printf(c->arena, "`%s …;`%c", rules[i].name, 0).ptr;
		missing(c, s, "VC004", name, example);
	}
	if (s->ast->kind == AST_SUPPRESS)
		missing_of_suppress(c, s);
	missing_one_of(c, s);
}

void check_properties(struct check *c, struct check_statement *s)
{
	if (!c->seen)
		c->seen = ARENA_ARRAY(c->arena, const struct ast_property *, CHECK_RULE_COUNT);
	s->seen = c->seen;
	for (size_t i = 0; i < CHECK_RULE_COUNT; i++)
		s->seen[i] = NULL;
	for (size_t i = 0; i < s->ast->n_properties; i++)
		if (!read_property(c, s, s->ast->properties[i]))
			s->failed = true;
	if (s->out)
		check_missing(c, s);
}
