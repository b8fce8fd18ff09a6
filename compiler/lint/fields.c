/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules about user-defined fields, and about what is written into findings and rules. */
#include <stdlib.h>

#include "base/vec.h"
#include "lint/pass.h"
#include "lint/visit.h"
#include "lint/words.h"

/* --- one key, two spellings --- */

struct use { /* of a key */
	struct str key, folded;
	struct span at;
};

struct uses {
	struct arena *arena;
	VEC(struct use) all;
};

static void add_use(struct uses *uses, struct str key, struct span at)
{
	char *folded = ARENA_ARRAY(uses->arena, char, key.len + 1);

	for (size_t i = 0; i < key.len; i++)
		folded[i] = (char)(key.ptr[i] >= 'A' && key.ptr[i] <= 'Z' ? key.ptr[i] | 0x20
									  : key.ptr[i]);
	VEC_PUSH(uses->arena, uses->all, ((struct use){key, {folded, key.len}, at}));
}

static void add_set(void *context, const struct visited *at)
{
	if (at->property->kind == AST_SET)
		add_use(context, at->property->key, at->property->key_span);
}

static void add_operand(void *context, const struct visited *at, const struct ast_operand *operand)
{
	(void)at;
	if (operand->has_key && str_is(operand->path.text, "field"))
		add_use(context, operand->key, operand->key_span);
}

/* By key without case, by key, by place. */
static int by_key(const void *left, const void *right)
{
	const struct use *a = left, *b = right;
	int order = str_cmp(a->folded, b->folded);

	if (!order)
		order = str_cmp(a->key, b->key);
	return order ? order : (a->at.start > b->at.start) - (a->at.start < b->at.start);
}

/* The spelling that vulnctl.yaml has, else the most frequent, else the first in the policy. */
static const struct use *choose_spelling(const struct words *known, const struct use *uses,
					 size_t n)
{
	const struct use *best = NULL;
	size_t most = 0;

	for (size_t i = 0, next; i < n; i = next) {
		for (next = i + 1; next < n && str_eq(uses[next].key, uses[i].key);)
			next++;
		if (words_have(known, uses[i].key))
			return &uses[i];
		if (!best || next - i > most ||
		    (next - i == most && uses[i].at.start < best->at.start)) {
			best = &uses[i];
			most = next - i;
		}
	}
	return best;
}

/* As it is written at `at`: in quotes or without. */
static struct str spelt(struct lint *l, const struct use *best, struct span at)
{
	struct str token = sources_text(l->sources, best->at);
	bool quotes = str_starts(sources_text(l->sources, at), STR("\""));

	if (quotes == str_starts(token, STR("\"")))
		return token;
	return quotes ? str_printf(l->arena, "\"" STR_FMT "\"", STR_ARG(token)) : token;
}

static void tell_spelling(struct lint *l, const struct use *best, const struct use *other)
{
	struct diag *diag =
		lint_report(l, RULE_field_key_case, other->at,
			    "`%s` and `%s` are two fields: case makes a difference",
			    diag_quote(l->diags, other->key), diag_quote(l->diags, best->key));

	diag_label(diag, best->at, "the other one");
	diag_fix(diag, other->at, spelt(l, best, other->at));
}

static void check_keys(struct lint *l)
{
	const struct config *config = l->policy->config;
	struct str *keys = ARENA_ARRAY(l->arena, struct str, config->n_fields);
	struct uses uses = {.arena = l->arena};
	struct visitor visitor = {.context = &uses, .property = add_set, .operand = add_operand};
	struct words known;

	if (!lint_wants(l, RULE_field_key_case))
		return;
	visit_program(l->program, &visitor);
	if (!uses.all.n)
		return;
	for (size_t i = 0; i < config->n_fields; i++)
		keys[i] = config->fields[i].key;
	known = words_new(l->arena, keys, config->n_fields);
	qsort(uses.all.items, uses.all.n, sizeof *uses.all.items, by_key);
	for (size_t first = 0, end; first < uses.all.n; first = end) {
		const struct use *best, *items = uses.all.items;

		for (end = first + 1;
		     end < uses.all.n && str_eq(items[end].folded, items[first].folded);)
			end++;
		if (str_eq(items[first].key, items[end - 1].key))
			continue;
		best = choose_spelling(&known, &items[first], end - first);
		for (size_t i = first; i < end; i++)
			if (!str_eq(items[i].key, best->key))
				tell_spelling(l, best, &items[i]);
	}
}

/* --- values that vulnctl.yaml does not know --- */

struct vocabularies {
	struct lint *l;
	struct words keys;
	struct words *values; /* of each key */
};

static void check_value(struct vocabularies *v, struct str key, struct str value, struct span at,
			bool can_fix)
{
	size_t field = words_find(&v->keys, key);
	struct lint *l = v->l;
	struct diag *diag;
	struct str near;

	if (field == v->keys.n || words_have(&v->values[field], value))
		return;
	diag = lint_report(l, RULE_field_value_out_of_vocabulary, at,
			   "`%s` is no value of the field `%s`", diag_quote(l->diags, value),
			   diag_quote(l->diags, key));
	near = words_near(&v->values[field], value);
	if (near.len && can_fix)
		diag_fix(diag, at, str_printf(l->arena, "\"" STR_FMT "\"", STR_ARG(near)));
	else
		diag_help(diag, "write one that `fields` of vulnctl.yaml lists, or add it there");
}

/* A value that a `let` stands for has no text here. */
static void check_set(void *context, const struct visited *at)
{
	const struct ast_property *p = at->property;

	if (p->kind == AST_SET && p->value.kind == AST_VALUE_TEXT)
		check_value(context, p->key, p->value.text, p->value.span, p->value.n == 1);
}

static void check_comparison(void *context, const struct visited *at, const struct ast_expr *expr)
{
	const struct ast_operand *operand = &expr->operand;
	bool equals = expr->kind == AST_IN ||
		      (expr->kind == AST_COMPARE && (expr->op == AST_EQ || expr->op == AST_NE));

	(void)at;
	if (!equals || !operand->has_key || !str_is(operand->path.text, "field"))
		return;
	for (size_t i = 0; i < expr->value.n; i++)
		if (expr->value.items[i].kind == AST_STRING)
			check_value(context, operand->key, expr->value.items[i].text,
				    expr->value.items[i].span, true);
}

static void check_values(struct lint *l)
{
	const struct config *config = l->policy->config;
	struct str *keys = ARENA_ARRAY(l->arena, struct str, config->n_fields);
	struct vocabularies v = {.l = l};
	struct visitor visitor = {
		.context = &v, .property = check_set, .comparison = check_comparison};

	if (!config->n_fields || !lint_wants(l, RULE_field_value_out_of_vocabulary))
		return;
	v.values = ARENA_ARRAY(l->arena, struct words, config->n_fields);
	for (size_t i = 0; i < config->n_fields; i++) {
		const struct config_strings *values = &config->fields[i].values;

		keys[i] = config->fields[i].key;
		v.values[i] = words_new(l->arena, values->items, values->n);
	}
	v.keys = words_new(l->arena, keys, config->n_fields);
	visit_program(l->program, &visitor);
}

/* --- personal data --- */

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_of_mailbox(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || (c && strchr("._%+-", c));
}

/* The end of a domain behind the `@` that stands at `at`: names with points between, of which the
 * last has two letters or more. 0 if there is none. */
static size_t domain_end(struct str text, size_t at)
{
	size_t end = at + 1, point = at, last;

	while (end < text.len && is_of_mailbox(text.ptr[end]))
		end++;
	while (!is_letter(text.ptr[end - 1]) && end > at + 1)
		end--;
	for (size_t i = at + 1; i < end; i++)
		if (text.ptr[i] == '.')
			point = i;
	for (last = point + 1; last < end && is_letter(text.ptr[last]);)
		last++;
	return point > at + 1 && last == end && end - point > 2 ? end : 0;
}

/* Something that is shaped like the address of a mailbox; empty if there is none. */
static struct str find_mailbox(struct str text)
{
	for (size_t at = 1; at < text.len; at++) {
		size_t begin = at, end;

		if (text.ptr[at] != '@' || !(end = domain_end(text, at)))
			continue;
		while (begin && is_of_mailbox(text.ptr[begin - 1]))
			begin--;
		if (begin < at)
			return str_slice(text, begin, end);
	}
	return STR("");
}

static void check_personal(void *context, const struct visited *at, const struct ast_scalar *scalar)
{
	struct lint *l = context;
	struct str found;

	if (scalar->kind != AST_STRING || !at->property ||
	    (at->property->kind != AST_SET && at->property->kind != AST_PLAIN) ||
	    str_is(at->property->name, "label"))
		return;
	found = find_mailbox(scalar->text);
	if (!found.len)
		return;
	diag_help(lint_report(l, RULE_personal_data_in_fields, scalar->span,
			      "`%s` looks like the address of a person, and goes to AWS with rules "
			      "and findings",
			      diag_quote(l->diags, found)),
		  "name a team, a role or a ticket");
}

void lint_fields(struct lint *l)
{
	struct visitor personal = {.context = l, .scalar = check_personal};

	check_keys(l);
	check_values(l);
	if (lint_wants(l, RULE_personal_data_in_fields))
		visit_program(l->program, &personal);
}
