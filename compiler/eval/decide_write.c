/* SPDX-License-Identifier: Apache-2.0
 *
 * Decisions as JSON. There are as many as there are findings, so a line is put together from what
 * stands in all of them; names of statements and words need no escapes. */
#include "eval/decide.h"

/* As strbuf_add, but compiled into its caller: most of a line are texts of known length. */
static inline void add(struct strbuf *out, struct str text)
{
	if (out->cap - out->len < text.len)
		strbuf_reserve(out, text.len);
	memcpy(out->ptr + out->len, text.ptr, text.len);
	out->len += text.len;
}

static inline void add_name(struct strbuf *out, struct str name)
{
	char *at;

	if (out->cap - out->len < name.len + 2)
		strbuf_reserve(out, name.len + 2);
	at = out->ptr + out->len;
	*at = '"';
	memcpy(at + 1, name.ptr, name.len);
	at[name.len + 1] = '"';
	out->len += name.len + 2;
}

static void add_statement(struct strbuf *out, const struct statement *statement)
{
	if (statement)
		add_name(out, statement->name);
	else
		add(out, STR("null"));
}

static void add_number(struct strbuf *out, size_t number)
{
	char digits[20];
	size_t at = sizeof digits;

	do
		digits[--at] = (char)('0' + number % 10);
	while (number /= 10);
	add(out, (struct str){digits + at, sizeof digits - at});
}

static void add_finding(struct strbuf *out, const struct decision *decision)
{
	const struct fval *id = finding_value(decision->finding->root, FIELD_finding_id);

	add(out, STR("{\"finding\":"));
	if (id)
		json_quoted(out, id->str);
	else
		add(out, STR("null"));
	add(out, STR(",\"input\":"));
	add_number(out, decision->input);
}

static void add_lists(struct strbuf *out, const struct decision *decision)
{
	static const struct str heads[DECIDE_LIST_COUNT] = {
		[DECIDE_NOTIFY] = STR(",\"notify\":["),
		[DECIDE_SUPPRESS] = STR("],\"suppress\":["),
		[DECIDE_REOPEN] = STR("],\"reopen\":["),
		[DECIDE_ASSIGN] = STR("],\"assign\":["),
		[DECIDE_PROTECT] = STR("],\"protect\":["),
	};

	for (unsigned l = 0; l < DECIDE_LIST_COUNT; l++) {
		add(out, heads[l]);
		for (size_t i = 0; i < decision->lists[l].n; i++) {
			if (i)
				add(out, STR(","));
			add_name(out, decision->lists[l].items[i]->name);
		}
	}
}

static void add_state(struct strbuf *out, const struct decision *decision)
{
	add(out, STR("],\"workflow\":"));
	if (decision->workflow.kind == FVAL_WORD && decision->workflow.word >= 0)
		add_name(out, decision->workflow.str);
	else if (decision->workflow.kind == FVAL_WORD)
		json_quoted(out, decision->workflow.str);
	else
		add(out, STR("null"));
	add(out, STR(",\"fields\":{"));
	for (size_t i = 0; i < decision->n_fields; i++) {
		if (i)
			add(out, STR(","));
		json_quoted(out, decision->fields[i].key);
		add(out, STR(":"));
		json_quoted(out, decision->fields[i].value);
	}
}

static void add_deciders(struct strbuf *out, const struct decision *decision)
{
	const struct decide_rule *by = decision->workflow_by;
	bool some = false;

	add(out, STR("},\"decided_by\":{\"workflow\":"));
	add_statement(out, by ? by->statement : NULL);
	add(out, STR(",\"fields\":{"));
	for (size_t i = 0; i < decision->n_fields; i++) {
		by = decision->fields_by[i];
		if (!by)
			continue;
		if (some)
			add(out, STR(","));
		some = true;
		json_quoted(out, decision->fields[i].key);
		add(out, STR(":"));
		add_name(out, by->statement->name);
	}
	add(out, STR("}}}"));
}

void decide_line(struct strbuf *out, const struct policy *policy, const struct decision *decision)
{
	add_finding(out, decision);
	add(out, STR(",\"tier\":"));
	add_statement(out, decision->tier >= 0 ? policy->tiers[decision->tier] : NULL);
	add_lists(out, decision);
	add_state(out, decision);
	add_deciders(out, decision);
}

void decide_write(struct json_writer *w, const struct policy *policy,
		  const struct decision *decision)
{
	struct strbuf line;
	struct json_error error;
	const struct json *json;

	strbuf_init(&line, w->out.arena);
	decide_line(&line, policy, decision);
	json = json_parse(w->out.arena, strbuf_str(&line), &error);
	for (size_t i = 0; json && i < json->n; i++) {
		json_key_str(w, json->keys[i]);
		json_tree(w, json->items[i]);
	}
}
