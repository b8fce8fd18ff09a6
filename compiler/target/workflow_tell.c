/* SPDX-License-Identifier: Apache-2.0
 *
 * Telling channels from a state machine, where the machine tests what the event rule cannot: a
 * branch per channel, so that one that is out of order keeps none of the others waiting; the run
 * fails then, for everyone to see. A topic gets the message, or the event as a text, as a rule
 * would send it; a bus gets an event of the source `vulnctl`, for `aws.` is not for others to
 * write. */
#include "target/message.h"
#include "target/workflow_internal.h"

static void write_publish(struct compilation *c, struct json_writer *w, const struct unit *unit,
			  const struct config_channel *channel)
{
	asl_pair(w, "Resource", "arn:aws:states:::sns:publish");
	json_key(w, "Arguments");
	json_open_object(w);
	json_key(w, "TopicArn");
	json_str(w, channel->sns_topic_arn);
	json_key(w, "Message");
	if (unit->statement->message.len)
		json_str(w, message_expression(c, unit));
	else
		json_string(w, "{% $string($states.input) %}");
	json_close_object(w);
}

static void write_put_events(struct json_writer *w, const struct config_channel *channel)
{
	asl_pair(w, "Resource", "arn:aws:states:::events:putEvents");
	json_key(w, "Arguments");
	json_open_object(w);
	json_key(w, "Entries");
	json_open_array(w);
	json_open_object(w);
	json_key(w, "EventBusName");
	json_str(w, channel->event_bus_arn);
	asl_pair(w, "Source", "vulnctl");
	asl_pair(w, "DetailType", "Security Hub Findings - Imported");
	asl_pair(w, "Detail", "{% $states.input.detail %}");
	json_close_object(w);
	json_close_array(w);
	json_close_object(w);
}

/* State names are unique in a machine: those of channels have two words. */
static void write_branch(struct compilation *c, struct json_writer *w, const struct unit *unit,
			 const struct config_channel *channel)
{
	const char *name = str_cstr(
		w->out.arena, str_printf(w->out.arena, "Tell " STR_FMT, STR_ARG(channel->name)));

	json_open_object(w);
	asl_pair(w, "StartAt", name);
	json_key(w, "States");
	json_open_object(w);
	asl_open(w, name, "Task");
	if (channel->sns_topic_arn.len)
		write_publish(c, w, unit, channel);
	else
		write_put_events(w, channel);
	json_key(w, "TimeoutSeconds");
	json_int(w, 60);
	asl_retry(w, NULL, 0);
	json_key(w, "End");
	json_bool(w, true);
	asl_close(w, NULL);
	json_close_object(w);
	json_close_object(w);
}

void workflow_tell(struct compilation *c, struct json_writer *w, const struct unit *unit,
		   const char *next)
{
	const struct statement *statement = unit->statement;

	asl_open(w, "Tell", "Parallel");
	json_key(w, "Branches");
	json_open_array(w);
	for (size_t i = 0; i < statement->n_to; i++)
		write_branch(c, w, unit, config_channel(c->policy->config, statement->to[i]));
	json_close_array(w);
	asl_close(w, next);
}
