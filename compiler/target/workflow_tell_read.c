/* SPDX-License-Identifier: Apache-2.0
 *
 * The state `Tell`, read back: a branch per channel of the statement, in its order, with one task
 * that sends the event there. */
#include "target/workflow_read_internal.h"

static bool check_publish(const struct json *task, struct str topic)
{
	const struct json *arguments = json_get(task, "Arguments");

	return workflow_is_text(json_get(task, "Resource"), "arn:aws:states:::sns:publish") &&
	       HAS_ONLY(arguments, "TopicArn", "Message") &&
	       str_eq(json_text(json_get(arguments, "TopicArn")), topic) &&
	       workflow_is_text(json_get(arguments, "Message"), "{% $string($states.input) %}");
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

static bool check_branch(const struct json *branch, const struct config_channel *channel)
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
	return channel->sns_topic_arn.len ? check_publish(task, channel->sns_topic_arn)
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
		if (!check_branch(branches->items[i],
				  config_channel(c->policy->config, statement->to[i])))
			return false;
	return true;
}
