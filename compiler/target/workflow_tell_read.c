/* SPDX-License-Identifier: Apache-2.0
 *
 * The state `Tell`, read back: a branch per channel of the statement, in its order, with one task
 * that sends the event there. */
#include "target/jsonata.h"
#include "target/workflow_read_internal.h"

/* `'' & 'text' & $finding.Title & …` as a message of the policy. */
static bool read_message(struct arena *arena, struct str text, struct str *message)
{
	struct jsonata j;
	struct strbuf b;

	strbuf_init(&b, arena);
	if (!jsonata_open(arena, text, &j))
		return false;
	do {
		enum field_id field;
		struct str literal;

		if (jsonata_take_field(&j, &field)) {
			strbuf_printf(&b, "{%s}", fields[field].name);
			continue;
		}
		if (!jsonata_take_literal(&j, &literal))
			return false;
		for (size_t i = 0; i < literal.len; i++) {
			strbuf_puts(&b, literal.ptr[i] == '{' ? "{" : "");
			strbuf_addc(&b, literal.ptr[i]);
		}
	} while (jsonata_take(&j, "&"));
	*message = strbuf_str(&b);
	return jsonata_at_end(&j);
}

static bool check_message(struct compilation *c, const struct statement *statement,
			  const struct json *json)
{
	struct str message;

	if (!statement->message.len)
		return workflow_is_text(json, "{% $string($states.input) %}");
	return read_message(c->arena, json_text(json), &message) &&
	       str_eq(message, statement->message);
}

static bool check_publish(struct compilation *c, const struct statement *statement,
			  const struct json *task, struct str topic)
{
	const struct json *arguments = json_get(task, "Arguments");

	return workflow_is_text(json_get(task, "Resource"), "arn:aws:states:::sns:publish") &&
	       HAS_ONLY(arguments, "TopicArn", "Message") &&
	       str_eq(json_text(json_get(arguments, "TopicArn")), topic) &&
	       check_message(c, statement, json_get(arguments, "Message"));
}

static bool check_put_events(const struct json *task, struct str bus)
{
	const struct json *arguments = json_get(task, "Arguments"),
			  *entries = json_get(arguments, "Entries"), *entry;

	if (!workflow_is_text(json_get(task, "Resource"), "arn:aws:states:::events:putEvents") ||
	    !HAS_ONLY(arguments, "Entries") || !workflow_is_list(entries, 1))
		return false;
	entry = entries->items[0];
	return HAS_ONLY(entry, "EventBusName", "Source", "DetailType", "Detail") &&
	       str_eq(json_text(json_get(entry, "EventBusName")), bus) &&
	       workflow_is_text(json_get(entry, "Source"), "vulnctl") &&
	       workflow_is_text(json_get(entry, "DetailType"),
				"Security Hub Findings - Imported") &&
	       workflow_is_text(json_get(entry, "Detail"), "{% $states.input.detail %}");
}

static bool check_branch(struct compilation *c, const struct statement *statement,
			 const struct json *branch, const struct config_channel *channel)
{
	struct str name = json_text(json_get(branch, "StartAt"));
	const struct json *states = json_get(branch, "States");
	const struct json *task = json_get_str(states, name);

	if (!channel || !HAS_ONLY(branch, "StartAt", "States") || !json_is(states, JSON_OBJECT) ||
	    states->n != 1 || !str_starts(name, STR("Tell ")) ||
	    !str_eq(str_slice(name, 5, name.len), channel->name) ||
	    !workflow_is_state(task, "Task") ||
	    !HAS_ONLY(task, "Type", "Resource", "Arguments", "TimeoutSeconds", "Retry", "End") ||
	    !workflow_is_number(json_get(task, "TimeoutSeconds"), "60") ||
	    !workflow_check_retry(json_get(task, "Retry"), NULL, 0) ||
	    !json_is(json_get(task, "End"), JSON_TRUE))
		return false;
	return channel->sns_topic_arn.len
		       ? check_publish(c, statement, task, channel->sns_topic_arn)
		       : check_put_events(task, channel->event_bus_arn);
}

bool workflow_check_tell(struct compilation *c, const struct statement *statement,
			 const struct json *state, const char *next)
{
	const struct json *branches = json_get(state, "Branches");

	if (!workflow_is_state(state, "Parallel") || !HAS_ONLY(state, "Type", "Branches", "Next") ||
	    !workflow_is_text(json_get(state, "Next"), next) ||
	    !workflow_is_list(branches, statement->n_to))
		return false;
	for (size_t i = 0; i < branches->n; i++)
		if (!check_branch(c, statement, branches->items[i],
				  config_channel(c->policy->config, statement->to[i])))
			return false;
	return true;
}
