/* SPDX-License-Identifier: Apache-2.0
 *
 * State machines, read back. The one form that is ours is known state by state; whatever differs
 * from it, or is more than it, is no machine of ours. What the machine does to the finding is read
 * from the call's arguments: plain strings, and the two forms of JSONata that can stand there, a
 * string literal and a merge of the event's fields with an object of string literals. */
#include "target/workflow_read_internal.h"

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

bool workflow_is_text(const struct json *json, const char *expected)
{
	return json_is(json, JSON_STRING) && str_is(json->text, expected);
}

bool workflow_is_number(const struct json *json, const char *expected)
{
	return json_is(json, JSON_NUMBER) && str_is(json->text, expected);
}

bool workflow_has_only(const struct json *json, const char *const *keys)
{
	size_t n = 0;

	while (keys[n])
		if (!json_get(json, keys[n++]))
			return false;
	return json_is(json, JSON_OBJECT) && json->n == n;
}

bool workflow_is_list(const struct json *json, size_t n)
{
	return json_is(json, JSON_ARRAY) && json->n == n;
}

bool workflow_is_state(const struct json *state, const char *type)
{
	return workflow_is_text(json_get(state, "Type"), type);
}

static bool is_texts(const struct json *json, const char *const *expected, size_t n)
{
	if (!workflow_is_list(json, n))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!workflow_is_text(json->items[i], expected[i]))
			return false;
	return true;
}

static bool check_start(const struct json *state, bool writes, const char *next)
{
	const struct json *assign = json_get(state, "Assign");

	if (!workflow_is_state(state, "Pass") || !HAS_ONLY(state, "Type", "Assign", "Next") ||
	    !workflow_is_text(json_get(assign, "finding"),
			      "{% $states.input.detail.findings[0] %}") ||
	    !workflow_is_text(json_get(state, "Next"), next))
		return false;
	return writes ? HAS_ONLY(assign, "finding", "tries") &&
				workflow_is_number(json_get(assign, "tries"), "0")
		      : HAS_ONLY(assign, "finding");
}

bool workflow_check_retry(const struct json *retry, const char *const *lasting, size_t n)
{
	static const char *const all[] = {"States.ALL"};
	const struct json *never, *again;

	if (!workflow_is_list(retry, n ? 2 : 1))
		return false;
	never = retry->items[0];
	again = retry->items[n ? 1 : 0];
	if (n && (!HAS_ONLY(never, "ErrorEquals", "MaxAttempts") ||
		  !is_texts(json_get(never, "ErrorEquals"), lasting, n) ||
		  !workflow_is_number(json_get(never, "MaxAttempts"), "0")))
		return false;
	return HAS_ONLY(again, "ErrorEquals", "IntervalSeconds", "BackoffRate", "MaxDelaySeconds",
			"MaxAttempts", "JitterStrategy") &&
	       is_texts(json_get(again, "ErrorEquals"), all, ARRAY_LEN(all)) &&
	       workflow_is_number(json_get(again, "IntervalSeconds"), "2") &&
	       workflow_is_number(json_get(again, "BackoffRate"), "2") &&
	       workflow_is_number(json_get(again, "MaxDelaySeconds"), "120") &&
	       workflow_is_number(json_get(again, "MaxAttempts"), "8") &&
	       workflow_is_text(json_get(again, "JitterStrategy"), "FULL");
}

static bool check_call(const struct json *state)
{
	const struct json *assign = json_get(state, "Assign");

	return workflow_is_state(state, "Task") &&
	       HAS_ONLY(state, "Type", "Resource", "Arguments", "Assign", "TimeoutSeconds", "Retry",
			"Next") &&
	       workflow_is_text(json_get(state, "Resource"),
				"arn:aws:states:::aws-sdk:securityhub:batchUpdateFindings") &&
	       HAS_ONLY(assign, "tries") &&
	       workflow_is_text(json_get(assign, "tries"), "{% $tries + 1 %}") &&
	       workflow_is_number(json_get(state, "TimeoutSeconds"), "60") &&
	       workflow_is_text(json_get(state, "Next"), "Check");
}

static bool check_choice(const struct json *choice, const char *condition, const char *next)
{
	return HAS_ONLY(choice, "Condition", "Next") &&
	       workflow_is_text(json_get(choice, "Condition"), condition) &&
	       workflow_is_text(json_get(choice, "Next"), next);
}

static bool check_answer(const struct json *state)
{
	const struct json *choices = json_get(state, "Choices");

	return workflow_is_state(state, "Choice") &&
	       HAS_ONLY(state, "Type", "Choices", "Default") && workflow_is_list(choices, 2) &&
	       check_choice(choices->items[0],
			    "{% $count($states.input.ProcessedFindings) = 1 and "
			    "$count($states.input.UnprocessedFindings) = 0 %}",
			    "Done") &&
	       check_choice(choices->items[1],
			    "{% $tries < 6 and $states.input.UnprocessedFindings[0].ErrorCode in "
			    "['ConcurrentUpdateError', 'InternalFailure'] %}",
			    "Again") &&
	       workflow_is_text(json_get(state, "Default"), "Failed");
}

static bool check_ends(const struct json *states)
{
	const struct json *again = json_get(states, "Again"), *failed = json_get(states, "Failed");

	return workflow_is_state(again, "Wait") && HAS_ONLY(again, "Type", "Seconds", "Next") &&
	       workflow_is_text(json_get(again, "Seconds"), "{% 5 + $floor(25 * $random()) %}") &&
	       workflow_is_text(json_get(again, "Next"), "Update") &&
	       workflow_is_state(failed, "Fail") && HAS_ONLY(failed, "Type", "Error", "Cause") &&
	       workflow_is_text(json_get(failed, "Error"), "NotUpdated") &&
	       json_is(json_get(failed, "Cause"), JSON_STRING);
}

static bool check_succeed(const struct json *state)
{
	return workflow_is_state(state, "Succeed") && HAS_ONLY(state, "Type");
}

/* Where the test does not hold, the machine does nothing. */
static bool check_test(const struct json *states, const char *next, struct str *condition)
{
	const struct json *state = json_get(states, "Test"), *choices = json_get(state, "Choices");

	if (!workflow_is_state(state, "Choice") || !HAS_ONLY(state, "Type", "Choices", "Default") ||
	    !workflow_is_list(choices, 1) || !HAS_ONLY(choices->items[0], "Condition", "Next"))
		return false;
	*condition = json_text(json_get(choices->items[0], "Condition"));
	return workflow_is_text(json_get(choices->items[0], "Next"), next) &&
	       workflow_is_text(json_get(state, "Default"), "Skip") &&
	       check_succeed(json_get(states, "Skip"));
}

/* --- the effect --- */

static bool check_identifiers(const struct json *list)
{
	return workflow_is_list(list, 1) && HAS_ONLY(list->items[0], "Id", "ProductArn") &&
	       workflow_is_text(json_get(list->items[0], "Id"), "{% $finding.Id %}") &&
	       workflow_is_text(json_get(list->items[0], "ProductArn"),
				"{% $finding.ProductArn %}");
}

static bool read_word(const struct json *object, const char *key, const struct vocabulary *words,
		      int *word)
{
	const char *const keys[] = {key, NULL};
	const struct json *value = json_get(object, key);

	if (!workflow_has_only(object, keys) || !json_is(value, JSON_STRING))
		return false;
	*word = vocabulary_find_asff(words, value->text);
	return *word >= 0;
}

static bool read_note(struct arena *arena, const struct json *note, struct str *text)
{
	return HAS_ONLY(note, "Text", "UpdatedBy") &&
	       workflow_is_text(json_get(note, "UpdatedBy"), "vulnctl") &&
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

static const char *read_update(struct arena *arena, const struct json *states,
			       struct effect *effect)
{
	static const char *const lasting[] = {"SecurityHub.InvalidInputException",
					      "SecurityHub.InvalidAccessException",
					      "SecurityHub.AccessDeniedException"};
	const struct json *update = json_get(states, "Update");

	if (!check_call(update))
		return "does not call BatchUpdateFindings";
	if (!workflow_check_retry(json_get(update, "Retry"), lasting, ARRAY_LEN(lasting)))
		return "does not try again as it should";
	if (!check_answer(json_get(states, "Check")) || !check_ends(states))
		return "does not fail when the finding was not updated";
	return read_arguments(arena, json_get(update, "Arguments"), effect);
}

static const char *read_condition(struct compilation *c, const struct unit *unit, struct str text,
				  dd *set)
{
	const char *why = NULL;
	struct jsonata j;

	if (!jsonata_open(c->arena, text, &j))
		return "has a test that is no expression";
	jsonata_read(c, unit->view, j.text, set, &why);
	return why;
}

/* The states are a row of steps, each of which may be missing: test, tell, update. */
static const char *read_states(struct compilation *c, const struct unit *unit,
			       const struct json *states, struct workflow *workflow)
{
	bool tests = json_get(states, "Test"), tells = json_get(states, "Tell"),
	     writes = json_get(states, "Update");
	size_t n = 2u + (tests ? 2 : 0) + (tells ? 1 : 0) + (writes ? 4 : 0);
	const char *first = tells ? "Tell" : "Update", *why = NULL;
	struct str condition;

	if (!json_is(states, JSON_OBJECT) || states->n != n || (!tells && !writes) ||
	    !check_succeed(json_get(states, "Done")))
		return "lacks a state, or has one that is never reached";
	if (!check_start(json_get(states, "Finding"), writes, tests ? "Test" : first))
		return "does not start with the event's finding";
	if (tests && !check_test(states, first, &condition))
		return "does not end where its test does not hold";
	if (tests)
		why = read_condition(c, unit, condition, &workflow->test);
	if (!why && tells &&
	    !workflow_check_tell(c, unit->statement, json_get(states, "Tell"),
				 writes ? "Update" : "Done"))
		why = "does not tell the channels of its statement";
	if (!why && writes)
		why = read_update(c->arena, states, &workflow->effect);
	workflow->writes = writes;
	return why;
}

static const char *read_machine(struct compilation *c, const struct unit *unit,
				const struct json *machine, struct workflow *workflow)
{
	if (!HAS_ONLY(machine, "Comment", "QueryLanguage", "StartAt", "TimeoutSeconds", "States") ||
	    !workflow_is_text(json_get(machine, "QueryLanguage"), "JSONata") ||
	    !workflow_is_text(json_get(machine, "StartAt"), "Finding") ||
	    !workflow_is_number(json_get(machine, "TimeoutSeconds"), "3600"))
		return "is no state machine of vulnctl";
	return read_states(c, unit, json_get(machine, "States"), workflow);
}

bool workflow_read(struct compilation *c, const struct unit *unit, struct str text,
		   struct workflow *workflow, const char **why)
{
	struct json_error error;
	const struct json *machine = json_parse(c->arena, text, &error);

	*workflow = (struct workflow){.test = DD_TRUE, .effect = {.status = -1, .severity = -1}};
	*why = machine ? read_machine(c, unit, machine, workflow) : "is no JSON";
	return *why == NULL;
}
