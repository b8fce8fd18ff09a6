/* SPDX-License-Identifier: Apache-2.0
 *
 * State machines, read back. The one form that is ours is known state by state; whatever differs
 * from it, or is more than it, is no machine of ours. What the machine does to the finding is read
 * from the call's arguments: plain strings, and the two forms of JSONata that can stand there, a
 * string literal and a merge of the event's fields with an object of string literals. */
#include "target/workflow.h"

#include "base/strsort.h"
#include "target/jsonata.h"

/* --- JSONata --- */

/* `$merge([$finding.UserDefinedFields, {KEY: VALUE, …}])` */
static bool read_merge(struct arena *arena, struct str text, struct effect *effect)
{
	VEC(struct set_field) sets = {0};
	VEC(struct str) keys = {0};
	struct jsonata j;
	size_t before, first;

	if (!jsonata_open(arena, text, &j) || !jsonata_take(&j, "$merge") ||
	    !jsonata_take(&j, "(") || !jsonata_take(&j, "[") ||
	    !jsonata_take(&j, "$finding.UserDefinedFields") || !jsonata_take(&j, ",") ||
	    !jsonata_take(&j, "{"))
		return false;
	do {
		struct set_field set = {.key = STR("")};

		if (!jsonata_take_literal(&j, &set.key) || !jsonata_take(&j, ":") ||
		    !jsonata_take_literal(&j, &set.value))
			return false;
		VEC_PUSH(arena, sets, set);
		VEC_PUSH(arena, keys, set.key);
	} while (jsonata_take(&j, ","));
	if (!jsonata_take(&j, "}") || !jsonata_take(&j, "]") || !jsonata_take(&j, ")") ||
	    !jsonata_at_end(&j))
		return false;
	effect->sets = sets.items;
	effect->n_sets = sets.n;
	return !strsort_repeat(arena, keys.items, keys.n, &before, &first);
}

/* A string of the arguments as Step Functions passes it on. */
static bool read_text(struct arena *arena, const struct json *json, struct str *out)
{
	struct str s = json_text(json);
	struct jsonata j;

	if (!json_is(json, JSON_STRING))
		return false;
	if (jsonata_open(arena, s, &j))
		return jsonata_take_literal(&j, out) && jsonata_at_end(&j);
	*out = s;
	return !str_starts(s, STR("{%")) && !str_ends(s, STR("%}"));
}

/* --- the form --- */

static bool is_text(const struct json *json, const char *expected)
{
	return json_is(json, JSON_STRING) && str_is(json->text, expected);
}

static bool is_number(const struct json *json, const char *expected)
{
	return json_is(json, JSON_NUMBER) && str_is(json->text, expected);
}

/* An object with these members and no other; `keys` ends with NULL. */
static bool has_only(const struct json *json, const char *const *keys)
{
	size_t n = 0;

	while (keys[n])
		if (!json_get(json, keys[n++]))
			return false;
	return json_is(json, JSON_OBJECT) && json->n == n;
}

#define HAS_ONLY(json, ...) has_only(json, (const char *const[]){__VA_ARGS__, NULL})

static bool is_list(const struct json *json, size_t n)
{
	return json_is(json, JSON_ARRAY) && json->n == n;
}

static bool is_texts(const struct json *json, const char *const *expected, size_t n)
{
	if (!is_list(json, n))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!is_text(json->items[i], expected[i]))
			return false;
	return true;
}

static bool is_state(const struct json *state, const char *type)
{
	return is_text(json_get(state, "Type"), type);
}

static bool check_start(const struct json *state)
{
	const struct json *assign = json_get(state, "Assign");

	return is_state(state, "Pass") && HAS_ONLY(state, "Type", "Assign", "Next") &&
	       HAS_ONLY(assign, "finding", "tries") &&
	       is_text(json_get(assign, "finding"), "{% $states.input.detail.findings[0] %}") &&
	       is_number(json_get(assign, "tries"), "0") &&
	       is_text(json_get(state, "Next"), "Update");
}

static bool check_retry(const struct json *retry)
{
	static const char *const lasting[] = {"SecurityHub.InvalidInputException",
					      "SecurityHub.InvalidAccessException",
					      "SecurityHub.AccessDeniedException"};
	static const char *const all[] = {"States.ALL"};
	const struct json *never, *again;

	if (!is_list(retry, 2))
		return false;
	never = retry->items[0];
	again = retry->items[1];
	return HAS_ONLY(never, "ErrorEquals", "MaxAttempts") &&
	       is_texts(json_get(never, "ErrorEquals"), lasting, ARRAY_LEN(lasting)) &&
	       is_number(json_get(never, "MaxAttempts"), "0") &&
	       HAS_ONLY(again, "ErrorEquals", "IntervalSeconds", "BackoffRate", "MaxDelaySeconds",
			"MaxAttempts", "JitterStrategy") &&
	       is_texts(json_get(again, "ErrorEquals"), all, ARRAY_LEN(all)) &&
	       is_number(json_get(again, "IntervalSeconds"), "2") &&
	       is_number(json_get(again, "BackoffRate"), "2") &&
	       is_number(json_get(again, "MaxDelaySeconds"), "120") &&
	       is_number(json_get(again, "MaxAttempts"), "8") &&
	       is_text(json_get(again, "JitterStrategy"), "FULL");
}

static bool check_call(const struct json *state)
{
	const struct json *assign = json_get(state, "Assign");

	return is_state(state, "Task") &&
	       HAS_ONLY(state, "Type", "Resource", "Arguments", "Assign", "TimeoutSeconds", "Retry",
			"Next") &&
	       is_text(json_get(state, "Resource"),
		       "arn:aws:states:::aws-sdk:securityhub:batchUpdateFindings") &&
	       HAS_ONLY(assign, "tries") &&
	       is_text(json_get(assign, "tries"), "{% $tries + 1 %}") &&
	       is_number(json_get(state, "TimeoutSeconds"), "60") &&
	       is_text(json_get(state, "Next"), "Check");
}

static bool check_choice(const struct json *choice, const char *condition, const char *next)
{
	return HAS_ONLY(choice, "Condition", "Next") &&
	       is_text(json_get(choice, "Condition"), condition) &&
	       is_text(json_get(choice, "Next"), next);
}

static bool check_answer(const struct json *state)
{
	const struct json *choices = json_get(state, "Choices");

	return is_state(state, "Choice") && HAS_ONLY(state, "Type", "Choices", "Default") &&
	       is_list(choices, 2) &&
	       check_choice(choices->items[0],
			    "{% $count($states.input.ProcessedFindings) = 1 and "
			    "$count($states.input.UnprocessedFindings) = 0 %}",
			    "Done") &&
	       check_choice(choices->items[1],
			    "{% $tries < 6 and $states.input.UnprocessedFindings[0].ErrorCode in "
			    "['ConcurrentUpdateError', 'InternalFailure'] %}",
			    "Again") &&
	       is_text(json_get(state, "Default"), "Failed");
}

static bool check_ends(const struct json *states)
{
	const struct json *again = json_get(states, "Again"), *done = json_get(states, "Done"),
			  *failed = json_get(states, "Failed");

	return is_state(again, "Wait") && HAS_ONLY(again, "Type", "Seconds", "Next") &&
	       is_text(json_get(again, "Seconds"), "{% 5 + $floor(25 * $random()) %}") &&
	       is_text(json_get(again, "Next"), "Update") && is_state(done, "Succeed") &&
	       HAS_ONLY(done, "Type") && is_state(failed, "Fail") &&
	       HAS_ONLY(failed, "Type", "Error", "Cause") &&
	       is_text(json_get(failed, "Error"), "NotUpdated") &&
	       json_is(json_get(failed, "Cause"), JSON_STRING);
}

/* --- the effect --- */

static bool check_identifiers(const struct json *list)
{
	return is_list(list, 1) && HAS_ONLY(list->items[0], "Id", "ProductArn") &&
	       is_text(json_get(list->items[0], "Id"), "{% $finding.Id %}") &&
	       is_text(json_get(list->items[0], "ProductArn"), "{% $finding.ProductArn %}");
}

static bool read_word(const struct json *object, const char *key, const struct vocabulary *words,
		      int *word)
{
	const char *const keys[] = {key, NULL};
	const struct json *value = json_get(object, key);

	if (!has_only(object, keys) || !json_is(value, JSON_STRING))
		return false;
	*word = vocabulary_find_asff(words, value->text);
	return *word >= 0;
}

static bool read_note(struct arena *arena, const struct json *note, struct str *text)
{
	return HAS_ONLY(note, "Text", "UpdatedBy") &&
	       is_text(json_get(note, "UpdatedBy"), "vulnctl") &&
	       read_text(arena, json_get(note, "Text"), text) && text->len;
}

static const char *read_argument(struct arena *arena, struct str key, const struct json *value,
				 struct effect *effect)
{
	if (str_is(key, "FindingIdentifiers"))
		return check_identifiers(value) ? NULL : "updates another finding than the event's";
	if (str_is(key, "Workflow"))
		return read_word(value, "Status", &vocabulary_workflow, &effect->status)
			       ? NULL
			       : "writes a workflow status that is none";
	if (str_is(key, "Severity"))
		return read_word(value, "Label", &vocabulary_severity, &effect->severity)
			       ? NULL
			       : "writes a severity that is none";
	if (str_is(key, "Note"))
		return read_note(arena, value, &effect->note) ? NULL : "writes a note that is none";
	if (str_is(key, "UserDefinedFields"))
		return json_is(value, JSON_STRING) && read_merge(arena, value->text, effect)
			       ? NULL
			       : "does not merge its fields into the event's";
	return "updates something that no statement can say";
}

static const char *read_arguments(struct arena *arena, const struct json *arguments,
				  struct effect *effect)
{
	const char *why = NULL;

	if (!json_is(arguments, JSON_OBJECT) || !json_get(arguments, "FindingIdentifiers"))
		return "does not say which finding it updates";
	for (size_t i = 0; i < arguments->n && !why; i++)
		why = read_argument(arena, arguments->keys[i], arguments->items[i], effect);
	if (!why && arguments->n == 1)
		return "does nothing to the finding";
	return why;
}

static const char *read_machine(struct arena *arena, const struct json *machine,
				struct effect *effect)
{
	const struct json *states = json_get(machine, "States");

	if (!HAS_ONLY(machine, "Comment", "QueryLanguage", "StartAt", "TimeoutSeconds", "States") ||
	    !is_text(json_get(machine, "QueryLanguage"), "JSONata") ||
	    !is_text(json_get(machine, "StartAt"), "Finding") ||
	    !is_number(json_get(machine, "TimeoutSeconds"), "3600"))
		return "is no state machine of vulnctl";
	if (!HAS_ONLY(states, "Finding", "Update", "Check", "Again", "Done", "Failed"))
		return "lacks a state, or has one that is never reached";
	if (!check_start(json_get(states, "Finding")))
		return "does not start with the event's finding";
	if (!check_call(json_get(states, "Update")))
		return "does not call BatchUpdateFindings";
	if (!check_retry(json_get(json_get(states, "Update"), "Retry")))
		return "does not try again as it should";
	if (!check_answer(json_get(states, "Check")) || !check_ends(states))
		return "does not fail when the finding was not updated";
	return read_arguments(arena, json_get(json_get(states, "Update"), "Arguments"), effect);
}

bool workflow_read(struct compilation *c, struct str text, struct effect *effect, const char **why)
{
	struct json_error error;
	const struct json *machine = json_load(c->arena, text, &error);

	*effect = (struct effect){.status = -1, .severity = -1};
	*why = machine ? read_machine(c->arena, machine, effect) : "is no JSON";
	return *why == NULL;
}
