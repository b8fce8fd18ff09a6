/* SPDX-License-Identifier: Apache-2.0
 *
 * State machines, written:
 *
 *   Finding  keeps the event's finding as a variable, because later states see the API's answer
 *   Test     what the rule's pattern leaves open of the condition, if anything; else Skip
 *   Tell     the channels, where the machine stands between them and the rule
 *   Update   BatchUpdateFindings; what cannot heal fails at once, all else is tried again
 *   Check    the API answers 200 for findings that it did not update, so the answer is read
 *   Again    two rules on one event update one finding at the same time: AWS turns one away
 *   Done, Failed   a run that did not update its finding is a failed run, for everyone to see
 *
 * Texts of the policy stand as plain JSON strings, so that they can be read and found. */
#include "target/workflow_internal.h"

#include "target/jsonata.h"
#include "target/text.h"

/* --- JSONata --- */

/* Step Functions takes a string that begins with `{%` for an expression, and refuses one that only
 * begins or only ends like one. */
static void write_text(struct json_writer *w, struct str text)
{
	struct strbuf b;

	if (!str_starts(text, STR("{%")) && !str_ends(text, STR("%}"))) {
		json_str(w, text);
		return;
	}
	strbuf_init(&b, w->out.arena);
	strbuf_puts(&b, "{% ");
	jsonata_add_literal(&b, text);
	strbuf_puts(&b, " %}");
	json_str(w, strbuf_str(&b));
}

/* $merge skips an operand that is not there, so a finding without fields gets ours alone. */
static void write_fields(struct json_writer *w, const struct effect *effect)
{
	struct strbuf b;

	strbuf_init(&b, w->out.arena);
	strbuf_puts(&b, "{% $merge([$finding.UserDefinedFields, {");
	for (size_t i = 0; i < effect->n_sets; i++) {
		strbuf_puts(&b, i ? ", " : "");
		jsonata_add_literal(&b, effect->sets[i].key);
		strbuf_puts(&b, ": ");
		jsonata_add_literal(&b, effect->sets[i].value);
	}
	strbuf_puts(&b, "}]) %}");
	json_str(w, strbuf_str(&b));
}

/* --- the call --- */

static void write_word(struct json_writer *w, const char *object, const char *key,
		       const struct vocabulary *words, int word)
{
	if (word < 0)
		return;
	json_key(w, object);
	json_open_object(w);
	asl_pair(w, key, vocabulary_canonical(words, (unsigned)word));
	json_close_object(w);
}

static void write_arguments(struct json_writer *w, const struct effect *effect)
{
	json_key(w, "Arguments");
	json_open_object(w);
	json_key(w, "FindingIdentifiers");
	json_open_array(w);
	json_open_object(w);
	asl_pair(w, "Id", "{% $finding.Id %}");
	asl_pair(w, "ProductArn", "{% $finding.ProductArn %}");
	json_close_object(w);
	json_close_array(w);
	write_word(w, "Workflow", "Status", &vocabulary_workflow, effect->status);
	write_word(w, "Severity", "Label", &vocabulary_severity, effect->severity);
	if (effect->note.len) {
		json_key(w, "Note");
		json_open_object(w);
		json_key(w, "Text");
		write_text(w, effect->note);
		asl_pair(w, "UpdatedBy", "vulnctl");
		json_close_object(w);
	}
	if (effect->n_sets) {
		json_key(w, "UserDefinedFields");
		write_fields(w, effect);
	}
	json_close_object(w);
}

/* --- the states --- */

static void write_finding(struct json_writer *w, bool writes, const char *next)
{
	asl_open(w, "Finding", "Pass");
	json_key(w, "Assign");
	json_open_object(w);
	asl_pair(w, "finding", "{% $states.input.detail.findings[0] %}");
	if (writes) {
		json_key(w, "tries");
		json_int(w, 0);
	}
	json_close_object(w);
	asl_close(w, next);
}

static void write_update(struct json_writer *w, const struct effect *effect)
{
	static const char *const lasting[] = {"SecurityHub.InvalidInputException",
					      "SecurityHub.InvalidAccessException",
					      "SecurityHub.AccessDeniedException"};

	asl_open(w, "Update", "Task");
	asl_pair(w, "Resource", "arn:aws:states:::aws-sdk:securityhub:batchUpdateFindings");
	write_arguments(w, effect);
	json_key(w, "Assign");
	json_open_object(w);
	asl_pair(w, "tries", "{% $tries + 1 %}");
	json_close_object(w);
	asl_number(w, "TimeoutSeconds", 60);
	asl_retry(w, lasting, ARRAY_LEN(lasting));
	asl_close(w, "Check");
}

/* No part of the test can fail, so the run is not lost where it does not hold. */
static void write_test(struct json_writer *w, struct str test, const char *next)
{
	struct str condition = str_printf(w->out.arena, "{%% " STR_FMT " %%}", STR_ARG(test));

	asl_open(w, "Test", "Choice");
	json_key(w, "Choices");
	json_open_array(w);
	asl_choice(w, str_cstr(w->out.arena, condition), next);
	json_close_array(w);
	asl_pair(w, "Default", "Skip");
	json_close_object(w);
	asl_open(w, "Skip", "Succeed");
	asl_close(w, NULL);
}

static void write_check(struct json_writer *w)
{
	asl_open(w, "Check", "Choice");
	json_key(w, "Choices");
	json_open_array(w);
	asl_choice(w,
		   "{% $count($states.input.ProcessedFindings) = 1 and "
		   "$count($states.input.UnprocessedFindings) = 0 %}",
		   "Done");
	asl_choice(w,
		   "{% $tries < 6 and $states.input.UnprocessedFindings[0].ErrorCode in "
		   "['ConcurrentUpdateError', 'InternalFailure'] %}",
		   "Again");
	json_close_array(w);
	asl_pair(w, "Default", "Failed");
	json_close_object(w);
}

static void write_again(struct json_writer *w)
{
	asl_open(w, "Again", "Wait");
	asl_pair(w, "Seconds", "{% 5 + $floor(25 * $random()) %}");
	asl_close(w, "Update");
}

static void write_failed(struct json_writer *w)
{
	asl_open(w, "Failed", "Fail");
	asl_pair(w, "Error", "NotUpdated");
	asl_pair(w, "Cause",
		 "{% 'BatchUpdateFindings did not update the finding: ' & "
		 "$string($states.input.UnprocessedFindings) %}");
	asl_close(w, NULL);
}

static void write_states(struct compilation *c, struct json_writer *w, const struct unit *unit,
			 struct str test)
{
	bool writes = unit_writes(unit), tells = test.len && unit->statement->n_to;
	const char *first = tells ? "Tell" : "Update";

	write_finding(w, writes, test.len ? "Test" : first);
	if (test.len)
		write_test(w, test, first);
	if (tells)
		workflow_tell(c, w, unit, writes ? "Update" : "Done");
	if (writes) {
		write_update(w, &unit->effect);
		write_check(w);
		write_again(w);
	}
	asl_open(w, "Done", "Succeed");
	asl_close(w, NULL);
	if (writes)
		write_failed(w);
}

void workflow_emit(struct compilation *c, const struct unit *unit, const struct residual *residual)
{
	struct json_writer w;

	json_begin(&w, c->arena, 2);
	json_open_object(&w);
	json_key(&w, "Comment");
	json_str(&w, text_description(c, unit, LIMIT_event_description));
	asl_pair(&w, "QueryLanguage", "JSONata");
	asl_pair(&w, "StartAt", "Finding");
	json_key(&w, "TimeoutSeconds");
	json_int(&w, 3600);
	json_key(&w, "States");
	json_open_object(&w);
	write_states(c, &w, unit, residual ? residual->test : STR(""));
	json_close_object(&w);
	json_close_object(&w);
	target_add(c, unit, TARGET_WORKFLOW, ARTEFACT_STATE_MACHINE, "stepfunctions/", 1,
		   ".asl.json", json_end(&w), residual ? residual->rests_on : 0);
}
