/* SPDX-License-Identifier: Apache-2.0
 *
 * Decisions as JSON. */
#include "eval/decide.h"

static void write_name(struct json_writer *w, const struct statement *statement)
{
	if (statement)
		json_str(w, statement->name);
	else
		json_null(w);
}

static void write_lists(struct json_writer *w, const struct decision *decision)
{
	for (unsigned l = 0; l < DECIDE_LIST_COUNT; l++) {
		json_key(w, decide_list_name(l));
		json_open_array(w);
		for (size_t i = 0; i < decision->lists[l].n; i++)
			json_str(w, decision->lists[l].items[i]->name);
		json_close_array(w);
	}
}

static void write_state(struct json_writer *w, const struct decision *decision)
{
	json_key(w, "workflow");
	if (decision->workflow.kind == FVAL_WORD)
		json_str(w, decision->workflow.str);
	else
		json_null(w);
	json_key(w, "fields");
	json_open_object(w);
	for (size_t i = 0; i < decision->n_fields; i++) {
		json_key_str(w, decision->fields[i].key);
		json_str(w, decision->fields[i].value);
	}
	json_close_object(w);
}

static void write_deciders(struct json_writer *w, const struct decision *decision)
{
	const struct decide_rule *by = decision->workflow_by;

	json_key(w, "decided_by");
	json_open_object(w);
	json_key(w, "workflow");
	write_name(w, by ? by->statement : NULL);
	json_key(w, "fields");
	json_open_object(w);
	for (size_t i = 0; i < decision->n_fields; i++) {
		by = decision->fields_by[i];
		if (!by)
			continue;
		json_key_str(w, decision->fields[i].key);
		json_str(w, by->statement->name);
	}
	json_close_object(w);
	json_close_object(w);
}

void decide_write(struct json_writer *w, const struct policy *policy,
		  const struct decision *decision)
{
	const struct fval *id = finding_value(decision->finding->root, FIELD_finding_id);

	json_key(w, "finding");
	if (id)
		json_str(w, id->str);
	else
		json_null(w);
	json_key(w, "input");
	json_int(w, (int64_t)decision->input);
	json_key(w, "tier");
	write_name(w, decision->tier >= 0 ? policy->tiers[decision->tier] : NULL);
	write_lists(w, decision);
	write_state(w, decision);
	write_deciders(w, decision);
}
