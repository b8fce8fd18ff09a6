/* SPDX-License-Identifier: Apache-2.0
 *
 * Handlers of the properties that most statements share: texts, words, what is written into a
 * finding. Each returns false after a diagnostic. */
#include "ir/check_internal.h"

#include <string.h>

#include "base/unicode.h"

/* Read when the whole statement is known (check_default, check_policy). */
bool check_apply_later(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	(void)c;
	(void)s;
	return p->expr != NULL;
}

bool check_apply_text(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	struct str *member = (struct str *)(void *)((char *)s->out + s->rule->member);

	return check_text(c, s->n_file, p, member);
}

/* [botocore securityhub NonEmptyString: .*\\S.*] */
static bool not_blank(struct check *c, const struct ast_property *p, struct str text,
		      const char *what)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] != ' ' && text.ptr[i] != '\t' && text.ptr[i] != '\n')
			return true;
	diag_error(c->d, "VC605", p->value.span, "AWS refuses a %s without a visible character",
		   what);
	return false;
}

static size_t characters(struct str text)
{
	size_t n = 0;

	for (size_t at = 0; at < text.len; n++)
		unicode_next(text, &at);
	return n;
}

/* That of an action is the text on a button. */
bool check_apply_title(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	struct str *title = &s->out->title;

	if (!check_text(c, s->n_file, p, title))
		return false;
	if (s->ast->kind != AST_ACTION)
		return true;
	if (!not_blank(c, p, *title, "title"))
		return false;
	if (characters(*title) <= CHECK_LIMIT(action_name))
		return true;
	diag_error(c->d, "VC604", p->value.span,
		   "the title of an action has at most %zu characters, this one has %zu",
		   CHECK_LIMIT(action_name), characters(*title));
	return false;
}

bool check_apply_description(struct check *c, struct check_statement *s,
			     const struct ast_property *p)
{
	struct str text;

	if (!check_text(c, s->n_file, p, &text) ||
	    (s->out && !not_blank(c, p, text, "description")))
		return false;
	if (s->out)
		s->out->description = text;
	else if (s->n_file == 0)
		c->policy->description = text;
	return true;
}

bool check_apply_owner(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	return check_text(c, s->n_file, p, s->out ? &s->out->owner : &s->file->owner);
}

bool check_apply_note(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	struct str *note = &s->out->note;

	s->out->note_span = p->value.span;
	if (!check_text(c, s->n_file, p, note) || !not_blank(c, p, *note, "note"))
		return false;
	/* It would pass for the mark of a suppression, which puts its own before its note. */
	if (s->ast->kind == AST_SUPPRESS || !str_starts(*note, STR("vulnctl ")))
		return true;
	diag_error(c->d, "VC004", p->value.span, "notes that begin with `vulnctl ` are ours");
	return false;
}

bool check_apply_review(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	return check_duration(c, s->n_file, p, &s->out->review);
}

bool check_apply_sla(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	return check_duration(c, s->n_file, p, &s->out->sla);
}

bool check_apply_until(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	return check_until(c, s->n_file, p, &s->out->until);
}

static const char *const workflow_all[] = {"NEW", "NOTIFIED", "SUPPRESSED", "RESOLVED", NULL};
static const char *const workflow_silent[] = {"NOTIFIED", "SUPPRESSED", "RESOLVED", NULL};

bool check_apply_status(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	bool suppress = s->ast->kind == AST_SUPPRESS;
	int word = check_word(c, s->n_file, p, suppress ? workflow_silent : workflow_all);

	s->out->status_span = p->value.span;
	if (word < 0)
		return false;
	s->out->status = suppress ? word + WORKFLOW_NOTIFIED : word;
	return true;
}

/* Security Hub's severities, which UNTRIAGED is not. */
bool check_apply_severity(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	static const char *const words[] = {"INFORMATIONAL", "LOW",	 "MEDIUM",
					    "HIGH",	     "CRITICAL", NULL};
	int word = check_word(c, s->n_file, p, words);

	s->out->severity_span = p->value.span;
	if (word < 0)
		return false;
	s->out->severity = word;
	return true;
}

bool check_apply_justification(struct check *c, struct check_statement *s,
			       const struct ast_property *p)
{
	static const char *const words[] = {
		"component_not_present",
		"vulnerable_code_not_present",
		"vulnerable_code_not_in_execute_path",
		"vulnerable_code_cannot_be_controlled_by_adversary",
		"inline_mitigations_already_exist",
		NULL,
	};
	int word = check_word(c, s->n_file, p, words);

	if (word < 0)
		return false;
	s->out->justification = str_from(words[word]);
	return true;
}

bool check_apply_export(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	static const char *const words[] = {"csv", "json", NULL};
	int word = check_word(c, s->n_file, p, words);

	if (word < 0)
		return false;
	s->out->export_format = str_from(words[word]);
	return true;
}

/* [botocore securityhub: ^[-_+=.:/@\\w\\s]{1,128}$, in ASCII] */
static bool key_is_allowed(struct str key)
{
	for (size_t i = 0; i < key.len; i++) {
		char c = key.ptr[i];

		if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') &&
		    !memchr("-_+=.:/@ ", c, 9))
			return false;
	}
	return true;
}

static bool key_is_free(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	struct span *first = check_table_get(&s->keys, p->key);
	struct diag *diag;

	if (!p->key.len || characters(p->key) > CHECK_LIMIT(user_field_key)) {
		diag_error(c->d, "VC016", p->key_span, "the key of a field has 1 to %zu characters",
			   CHECK_LIMIT(user_field_key));
		return false;
	}
	if (!key_is_allowed(p->key)) {
		diag_help(diag_error(c->d, "VC605", p->key_span,
				     "AWS refuses `%s` as the key of a field", Q(c, p->key)),
			  "a key has ASCII letters, digits, blanks and - _ + = . : / @");
		return false;
	}
	if (str_starts(p->key, STR("vulnctl-"))) {
		diag_error(c->d, "VC004", p->key_span,
			   "fields that begin with `vulnctl-` are ours");
		return false;
	}
	if (first) {
		diag = diag_error(c->d, "VC010", p->key_span, "the field `%s` is set twice",
				  Q(c, p->key));
		diag_label(diag, *first, "first here");
		return false;
	}
	first = ARENA_NEW(c->arena, struct span);
	*first = p->key_span;
	check_table_put(c->arena, &s->keys, p->key, first);
	return true;
}

bool check_apply_set(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	struct set_field set = {.key = p->key, .span = p->span};

	if (!key_is_free(c, s, p) || !check_text(c, s->n_file, p, &set.value))
		return false;
	if (!not_blank(c, p, set.value, "field"))
		return false;
	if (characters(set.value) > CHECK_LIMIT(user_field_value)) {
		diag_error(c->d, "VC016", p->value.span, "a field holds at most %zu characters",
			   CHECK_LIMIT(user_field_value));
		return false;
	}
	if (s->keys.n > CHECK_LIMIT(user_fields)) {
		diag_error(c->d, "VC016", p->key_span, "a finding has at most %zu fields",
			   CHECK_LIMIT(user_fields));
		return false;
	}
	VEC_PUSH(c->arena, s->sets, set);
	s->out->sets = s->sets.items;
	s->out->n_sets = s->sets.n;
	return true;
}

bool check_apply_via(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	static const char *const all[] = {"automation", "event", "automation-v2", "inspector",
					  NULL};
	static const enum via vias[] = {VIA_AUTOMATION, VIA_EVENT, VIA_AUTOMATION_V2,
					VIA_INSPECTOR};
	static const char *const event[] = {"event", NULL}, *const inspector[] = {"inspector",
										  NULL};
	static const char *const security_hub[] = {"automation", "event", "automation-v2", NULL};
	enum ast_statement_kind kind = s->ast->kind;
	const char *const *words = kind == AST_NOTIFY			      ? event
				   : kind == AST_INSIGHT		      ? inspector
				   : kind == AST_REOPEN || kind == AST_ASSIGN ? security_hub
									      : all;
	int word = check_word(c, s->n_file, p, words);
	enum via via;

	if (word < 0)
		return false;
	via = words == event ? VIA_EVENT : words == inspector ? VIA_INSPECTOR : vias[word];
	if (s->out) {
		s->out->via = via;
		s->out->via_span = p->value.span;
	} else {
		s->file->via = via;
		s->file->via_span = p->value.span;
	}
	return true;
}

bool check_apply_group(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	struct check_hint hint;
	struct diag *diag;
	int field = field_find(p->operand.path.text);

	if (field >= 0 && fields[field].type != TYPE_MAP && !p->operand.has_key) {
		s->out->group_by = field;
		return true;
	}
	if (field >= 0) {
		diag_error(c->d, "VC005", p->operand.span, "an insight cannot group by a map");
		return false;
	}
	diag = diag_error(c->d, "VC001", p->operand.path.span, "there is no field `%s`",
			  Q(c, p->operand.path.text));
	check_hint_init(c, &hint, p->operand.path.text);
	check_hint_fields(&hint);
	check_hint_apply(c, &hint, diag, p->operand.path.span);
	return false;
}

bool check_apply_record(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	struct diag *diag;

	(void)s;
	if (p->value.kind == AST_VALUE_ANY)
		return true;
	diag = check_shape(c, p, "`any` only");
	diag_help(diag, "test `record` in the condition");
	return false;
}
