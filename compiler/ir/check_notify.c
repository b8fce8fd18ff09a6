/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a message comes from and goes to: `to` (names of vulnctl.yaml), `source`, `mark`,
 * `message`; and the suppression a reopen is `of`. */
#include "ir/check_internal.h"

/* --- to --- */

bool check_is_bucket(const struct check *c, struct str name)
{
	for (size_t i = 0; i < c->config->n_buckets; i++)
		if (str_eq(c->config->buckets[i].name, name))
			return true;
	return false;
}

static bool is_target(const struct check *c, bool bucket, struct str name)
{
	return bucket ? check_is_bucket(c, name) : config_channel(c->config, name) != NULL;
}

static void unknown_target(struct check *c, bool bucket, const struct ast_scalar *item)
{
	const struct config *config = c->config;
	struct str name = item->kind == AST_NAME ? item->path.text : item->text;
	bool elsewhere = config->n_environments && !config->deployment.environment.len;
	struct check_hint hint;
	struct diag *diag;

	diag = diag_error(c->d, "VC018", item->span,
			  bucket ? "there is no bucket `%s`" : "there is no channel `%s`",
			  Q(c, name));
	check_hint_init(c, &hint, name);
	for (size_t i = 0; i < config->n_channels && !bucket; i++)
		check_hint_offer(&hint, config->channels[i].name);
	for (size_t i = 0; i < config->n_buckets && bucket; i++)
		check_hint_offer(&hint, config->buckets[i].name);
	if (!config->path.len)
		diag_note(diag, bucket ? "there is no vulnctl.yaml, where buckets are defined"
				       : "there is no vulnctl.yaml, where channels are defined");
	else if (!check_hint_apply(c, &hint, diag, item->span))
		diag_help(diag,
			  elsewhere ? "add it under `%s` in vulnctl.yaml, or choose an environment "
				      "that has it with `--env`"
				    : "add it under `%s` in vulnctl.yaml",
			  bucket ? "buckets" : "channels");
}

static bool add_target(struct check *c, struct check_statement *s, const struct ast_scalar *item)
{
	bool bucket = s->ast->kind == AST_REVIEW;
	struct str name = item->kind == AST_NAME ? item->path.text : item->text;
	struct diag *diag;

	if (item->kind == AST_STRING && is_target(c, bucket, name)) {
		diag = diag_error(c->d, "VC005", item->span,
				  bucket ? "a bucket is named without quotes"
					 : "a channel is named without quotes");
		diag_fix(diag, item->span, name);
		return false;
	}
	if (!is_target(c, bucket, name)) {
		unknown_target(c, bucket, item);
		return false;
	}
	for (size_t i = 0; i < s->to.n; i++)
		if (str_eq(s->to.items[i], name))
			return true;
	VEC_PUSH(c->arena, s->to, name);
	VEC_PUSH(c->arena, s->to_spans, item->span);
	s->out->to = s->to.items;
	s->out->to_spans = s->to_spans.items;
	s->out->n_to = s->to.n;
	return true;
}

bool check_apply_to(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	const struct ast_value *value = &p->value;
	bool bucket = s->ast->kind == AST_REVIEW, fine = true;
	size_t file = s->n_file;

	if (value->kind == AST_VALUE_SCALAR && value->items[0].kind == AST_NAME &&
	    !is_target(c, bucket, value->items[0].path.text))
		value = check_property_value(c, &file, p);
	if (!value)
		return false;
	if (value->kind == AST_VALUE_NONE || value->kind == AST_VALUE_ANY ||
	    (value->kind == AST_VALUE_SET && (bucket || !value->n)) ||
	    (value->kind == AST_VALUE_TEXT && value->n > 1)) {
		check_shape(c, p, bucket ? "the name of a bucket" : "names of channels");
		return false;
	}
	for (size_t i = 0; i < value->n; i++)
		fine &= add_target(c, s, &value->items[i]);
	return fine;
}

/* --- notify --- */

static const char *const source_words[] = {"securityhub", "inspector", "securityhub-v2",
					   "inspector-scan", NULL};

bool check_apply_source(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	const struct ast_value *value = &p->value;
	int word;

	s->out->source_span = value->span;
	s->out->source = 0;
	if (value->kind != AST_VALUE_SET) {
		word = check_word(c, s->n_file, p, source_words);
		s->out->source = word < 0 ? SOURCE_SECURITYHUB : 1u << word;
		return word >= 0;
	}
	if (!value->n) {
		diag_error(c->d, "VC104", value->span, "the set is empty");
		return false;
	}
	for (size_t i = 0; i < value->n; i++) {
		word = check_word_of(c, p, &value->items[i], source_words);
		if (word < 0)
			return false;
		s->out->source |= 1u << word;
	}
	if (!(s->out->source & SOURCE_INSPECTOR_SCAN) || s->out->source == SOURCE_INSPECTOR_SCAN)
		return true;
	diag_error(c->d, "VC005", value->span,
		   "inspector-scan has other fields and cannot be one source of several");
	return false;
}

bool check_apply_mark(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	static const char *const words[] = {"NOTIFIED", NULL};

	s->out->mark_span = p->value.span;
	s->out->mark = check_word(c, s->n_file, p, words) >= 0;
	return s->out->mark;
}

bool check_apply_message(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	s->out->message_span = p->value.span;
	return check_text(c, s->n_file, p, &s->out->message) && check_message(c, s->n_file, p);
}

/* --- reopen --- */

bool check_apply_of(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	const struct ast_value *value = &p->value;
	const struct ast_scalar *scalar = value->kind == AST_VALUE_SCALAR ? value->items : NULL;
	const struct check_name *name;
	struct check_hint hint;
	struct diag *diag;
	struct str text;

	if (!scalar || (scalar->kind != AST_NAME && scalar->kind != AST_VULNID)) {
		diag = check_shape(c, p, "the name of a suppression");
		if (value->kind == AST_VALUE_TEXT && check_table_get(&c->outputs, value->text))
			diag_fix(diag, value->span, value->text);
		return false;
	}
	text = scalar->kind == AST_NAME ? scalar->path.text : scalar->text;
	name = check_table_get(&c->outputs, text);
	if (name && name->ast->kind == AST_SUPPRESS) {
		s->out->of = name->statement;
		return true;
	}
	if (name) {
		diag = diag_error(c->d, "VC005", scalar->span, "`%s` is a %s, not a suppression",
				  Q(c, text), ast_kind_name(name->ast->kind));
		diag_label(diag, name->ast->name_span, "defined here");
		return false;
	}
	if (c->partial)
		return false;
	diag = diag_error(c->d, "VC003", scalar->span, "there is no suppression `%s`", Q(c, text));
	check_hint_init(c, &hint, text);
	for (size_t i = 0; i < c->policy->n_statements && !hint.off; i++)
		if (c->policy->statements[i]->kind == STATEMENT_SUPPRESS)
			check_hint_offer(&hint, c->policy->statements[i]->name);
	check_hint_apply(c, &hint, diag, scalar->span);
	return false;
}
