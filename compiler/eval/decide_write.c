/* SPDX-License-Identifier: Apache-2.0
 *
 * Decisions as JSON. There are as many as there are findings, so a line is put together from what
 * stands in all of them; names of statements and words need no escapes. */
#include "eval/decide.h"

static void add_name(struct strbuf *out, struct str name)
{
	strbuf_reserve(out, name.len + 2);
	strbuf_addc(out, '"');
	strbuf_add(out, name);
	strbuf_addc(out, '"');
}

static void add_statement(struct strbuf *out, const struct statement *statement)
{
	if (statement)
		add_name(out, statement->name);
	else
		strbuf_add(out, STR("null"));
}

static void add_number(struct strbuf *out, size_t number)
{
	char digits[20];
	size_t at = sizeof digits;

	do
		digits[--at] = (char)('0' + number % 10);
	while (number /= 10);
	strbuf_add(out, (struct str){digits + at, sizeof digits - at});
}

static void add_finding(struct strbuf *out, const struct decision *decision)
{
	const struct fval *id = finding_value(decision->finding->root, FIELD_finding_id);

	strbuf_add(out, STR("{\"finding\":"));
	if (id)
		json_quoted(out, id->str);
	else
		strbuf_add(out, STR("null"));
	strbuf_add(out, STR(",\"input\":"));
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
		strbuf_add(out, heads[l]);
		for (size_t i = 0; i < decision->lists[l].n; i++) {
			if (i)
				strbuf_addc(out, ',');
			add_name(out, decision->lists[l].items[i]->name);
		}
	}
}

static void add_state(struct strbuf *out, const struct decision *decision)
{
	strbuf_add(out, STR("],\"workflow\":"));
	if (decision->workflow.kind == FVAL_WORD)
		json_quoted(out, decision->workflow.str);
	else
		strbuf_add(out, STR("null"));
	strbuf_add(out, STR(",\"fields\":{"));
	for (size_t i = 0; i < decision->n_fields; i++) {
		if (i)
			strbuf_addc(out, ',');
		json_quoted(out, decision->fields[i].key);
		strbuf_addc(out, ':');
		json_quoted(out, decision->fields[i].value);
	}
}

static void add_deciders(struct strbuf *out, const struct decision *decision)
{
	const struct decide_rule *by = decision->workflow_by;
	bool some = false;

	strbuf_add(out, STR("},\"decided_by\":{\"workflow\":"));
	add_statement(out, by ? by->statement : NULL);
	strbuf_add(out, STR(",\"fields\":{"));
	for (size_t i = 0; i < decision->n_fields; i++) {
		by = decision->fields_by[i];
		if (!by)
			continue;
		if (some)
			strbuf_addc(out, ',');
		some = true;
		json_quoted(out, decision->fields[i].key);
		strbuf_addc(out, ':');
		add_name(out, by->statement->name);
	}
	strbuf_add(out, STR("}}}"));
}

void decide_line(struct strbuf *out, const struct policy *policy, const struct decision *decision)
{
	add_finding(out, decision);
	strbuf_add(out, STR(",\"tier\":"));
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
