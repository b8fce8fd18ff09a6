/* SPDX-License-Identifier: Apache-2.0
 *
 * The machine that ends suppressions, written state by state. What it does stands in expire.h; here
 * is why its expressions are as they are.
 *
 *   - What a filter of GetFindings matches is asked again of each finding, by the letter: nothing
 *     is given back for a blank that the service may have dropped from a mark.
 *   - An automation rule sees the provider's finding, so the condition of one is asked of the
 *     finding with FindingProviderFields over it; and every condition of the finding as it would be
 *     if it were given back, NEW.
 *   - A finding whose note is already what it would get stays as it is: rows of one statement share
 *     a mark, and the others' findings are met in every round.
 *   - Whether a suppression is in force is asked of the time at which the line is read, so that
 *     none gives its mark when its own end has come. */
#include "target/expire_internal.h"

#include "model/limit.h"

#define CALLS "1200" /* of one run: at most 15 events each, of 25,000 that its history holds */
#define ROUNDS "24"  /* each leaves a half at most, however pages are counted while they change */
#define STATES_SIZE (32 << 10)

/* --- parts of states --- */

static void write_pair(struct json_writer *w, const char *key, const char *value)
{
	json_key(w, key);
	json_string(w, value);
}

static void write_number(struct json_writer *w, const char *key, int64_t value)
{
	json_key(w, key);
	json_int(w, value);
}

static void open_object(struct json_writer *w, const char *key)
{
	json_key(w, key);
	json_open_object(w);
}

static void open_state(struct json_writer *w, const char *name, const char *type)
{
	open_object(w, name);
	write_pair(w, "Type", type);
}

static void close_state(struct json_writer *w, const char *next)
{
	if (next)
		write_pair(w, "Next", next);
	json_close_object(w);
}

static void write_choice(struct json_writer *w, const char *condition, const char *next)
{
	json_open_object(w);
	write_pair(w, "Condition", condition);
	write_pair(w, "Next", next);
	json_close_object(w);
}

static void open_choices(struct json_writer *w, const char *name)
{
	open_state(w, name, "Choice");
	json_key(w, "Choices");
	json_open_array(w);
}

static void close_choices(struct json_writer *w, const char *otherwise)
{
	json_close_array(w);
	write_pair(w, "Default", otherwise);
	json_close_object(w);
}

static void write_errors(struct json_writer *w, const char *const *names, size_t n)
{
	json_key(w, "ErrorEquals");
	json_open_array(w);
	for (size_t i = 0; i < n; i++)
		json_string(w, names[i]);
	json_close_array(w);
}

/* As in the machines of statements: all is tried again but what no second try can change. */
static void write_retry(struct json_writer *w)
{
	static const char *const lasting[] = {
		"SecurityHub.InvalidInputException", "SecurityHub.InvalidAccessException",
		"SecurityHub.AccessDeniedException", "EventBridge.ResourceNotFoundException",
		"EventBridge.AccessDeniedException", "Sfn.AccessDeniedException"};
	static const char *const all[] = {"States.ALL"};

	json_key(w, "Retry");
	json_open_array(w);
	json_open_object(w);
	write_errors(w, lasting, ARRAY_LEN(lasting));
	write_number(w, "MaxAttempts", 0);
	json_close_object(w);
	json_open_object(w);
	write_errors(w, all, ARRAY_LEN(all));
	write_number(w, "IntervalSeconds", 2);
	write_number(w, "BackoffRate", 2);
	write_number(w, "MaxDelaySeconds", 120);
	write_number(w, "MaxAttempts", 8);
	write_pair(w, "JitterStrategy", "FULL");
	json_close_object(w);
	json_close_array(w);
}

/* Up to its arguments, which the caller writes and closes with close_arguments. */
static void open_call(struct json_writer *w, const char *name, const char *resource)
{
	open_state(w, name, "Task");
	write_pair(w, "Resource", resource);
	open_object(w, "Arguments");
}

/* The arguments' end, and what a call has behind them; `Assign` stays open. */
static void close_arguments(struct json_writer *w)
{
	json_close_object(w);
	write_number(w, "TimeoutSeconds", 60);
	write_retry(w);
	open_object(w, "Assign");
}

static void close_call(struct json_writer *w, const char *next)
{
	json_close_object(w);
	close_state(w, next);
}

/* --- the rules --- */

static void write_start(struct json_writer *w, bool last)
{
	open_state(w, "Start", "Pass");
	open_object(w, "Assign");
	write_pair(w, "end", "{% $states.input %}");
	write_pair(w, "round", "{% $exists($states.input.round) ? $states.input.round : 1 %}");
	json_key(w, "last");
	json_bool(w, last);
	write_number(w, "size", 25);
	write_number(w, "index", 0);
	write_number(w, "calls", 0);
	json_key(w, "found");
	json_bool(w, false);
	json_close_object(w);
	close_state(w, "Rules");
}

/* A rule that is not there any more need not be disabled. */
static void write_disable(struct json_writer *w)
{
	static const char *const gone[] = {"EventBridge.ResourceNotFoundException"};

	open_choices(w, "Rules");
	write_choice(w, "{% $index < $count($end.event_rules) %}", "Disable");
	write_choice(w, "{% $count($end.automation_rules) > 0 %}", "List");
	close_choices(w, "Settle");
	open_call(w, "Disable", "arn:aws:states:::aws-sdk:eventbridge:disableRule");
	write_pair(w, "Name", "{% $end.event_rules[$index] %}");
	write_pair(w, "EventBusName", "{% $end.event_bus %}");
	close_arguments(w);
	write_pair(w, "index", "{% $index + 1 %}");
	json_close_object(w);
	json_key(w, "Catch");
	json_open_array(w);
	json_open_object(w);
	write_errors(w, gone, ARRAY_LEN(gone));
	open_object(w, "Assign");
	write_pair(w, "index", "{% $index + 1 %}");
	json_close_object(w);
	write_pair(w, "Next", "Rules");
	json_close_object(w);
	json_close_array(w);
	close_state(w, "Rules");
}

static const char token[] =
	"{% $exists($states.result.NextToken) ? $states.result.NextToken : '' %}";

/* The first page has no token, and an empty one is refused. */
static void write_list(struct json_writer *w, const char *name, bool more)
{
	open_call(w, name, "arn:aws:states:::aws-sdk:securityhub:listAutomationRules");
	write_number(w, "MaxResults", 100);
	if (more)
		write_pair(w, "NextToken", "{% $token %}");
	close_arguments(w);
	write_pair(w, "off",
		   "{% [$states.result.AutomationRulesMetadata[RuleName in "
		   "$end.automation_rules].{'RuleArn': RuleArn, 'RuleStatus': 'DISABLED'}] %}");
	write_pair(w, "token", token);
	close_call(w, "Listed");
}

static void write_rules(struct json_writer *w)
{
	write_disable(w);
	write_list(w, "List", false);
	write_list(w, "ListMore", true);
	open_choices(w, "Listed");
	write_choice(w, "{% $count($off) > 0 %}", "Off");
	write_choice(w, "{% $token != '' %}", "ListMore");
	close_choices(w, "Settle");
	open_call(w, "Off", "arn:aws:states:::aws-sdk:securityhub:batchUpdateAutomationRules");
	write_pair(w, "UpdateAutomationRulesRequestItems", "{% $off %}");
	close_arguments(w);
	write_pair(w, "failed", "{% $count($states.result.UnprocessedAutomationRules) %}");
	close_call(w, "WasOff");
	open_choices(w, "WasOff");
	write_choice(w, "{% $failed > 0 %}", "NotDisabled");
	write_choice(w, "{% $token != '' %}", "ListMore");
	close_choices(w, "Settle");
	open_state(w, "Settle", "Wait");
	write_number(w, "Seconds", 300);
	close_state(w, "Read");
}

/* --- findings --- */

static void write_filter(struct json_writer *w, const char *value)
{
	json_open_object(w);
	write_pair(w, "Value", value);
	write_pair(w, "Comparison", "EQUALS");
	json_close_object(w);
}

static void write_filters(struct json_writer *w)
{
	open_object(w, "Filters");
	write_pair(w, "NoteText", "{% [$end.marks.{'Value': $, 'Comparison': 'PREFIX'}] %}");
	json_key(w, "WorkflowStatus");
	json_open_array(w);
	write_filter(w, "{% $end.status %}");
	json_close_array(w);
	json_key(w, "RecordState");
	json_open_array(w);
	write_filter(w, "ACTIVE");
	write_filter(w, "ARCHIVED");
	json_close_array(w);
	json_close_object(w);
}

static void write_read(struct json_writer *w, const char *name, bool more)
{
	static const char *const large[] = {"States.DataLimitExceeded"};

	open_call(w, name, "arn:aws:states:::aws-sdk:securityhub:getFindings");
	write_filters(w);
	write_pair(w, "MaxResults", "{% $size %}");
	if (more)
		write_pair(w, "NextToken", "{% $token %}");
	close_arguments(w);
	write_pair(w, "page",
		   "{% [$filter($states.result.Findings, function($f) {$f.Workflow.Status = "
		   "$end.status and $exists($filter($end.marks, function($m) "
		   "{$substring($f.Note.Text, 0, $length($m)) = $m}))})] %}");
	write_pair(w, "token", token);
	write_pair(w, "calls", "{% $calls + 1 %}");
	json_close_object(w);
	json_key(w, "Catch");
	json_open_array(w);
	json_open_object(w);
	write_errors(w, large, ARRAY_LEN(large));
	write_pair(w, "Next", "Smaller");
	json_close_object(w);
	json_close_array(w);
	close_state(w, "Open");
}

/* A page that is more than passes between two states is read again by fewer findings. */
static void write_smaller(struct json_writer *w)
{
	open_state(w, "Smaller", "Choice");
	json_key(w, "Choices");
	json_open_array(w);
	json_open_object(w);
	write_pair(w, "Condition", "{% $size > 1 %}");
	open_object(w, "Assign");
	write_pair(w, "size", "{% $size = 25 ? 5 : 1 %}");
	json_close_object(w);
	write_pair(w, "Next", "Read");
	json_close_object(w);
	close_choices(w, "NotReset");
}

static void write_lines(struct json_writer *w, const struct expire_line *lines, size_t n)
{
	open_state(w, "Ask", "Pass");
	open_object(w, "Assign");
	json_key(w, "lines");
	json_open_array(w);
	for (size_t i = 0; i < n; i++)
		json_str(w, lines[i].text);
	json_close_array(w);
	json_close_object(w);
	close_state(w, "Judge");
}

static void write_open(struct json_writer *w)
{
	open_state(w, "Open", "Pass");
	open_object(w, "Assign");
	write_pair(w, "open",
		   "{% [$map($page, function($f) {$merge([$f, {'Workflow': {'Status': 'NEW'}}])})] "
		   "%}");
	write_pair(w, "original",
		   "{% [$map($page, function($f) {$merge([$f, $f.FindingProviderFields, "
		   "{'Workflow': {'Status': 'NEW'}}])})] %}");
	json_close_object(w);
	close_state(w, "Ask");
}

/* Findings that get the same note are written to by one call. */
static void write_judge(struct json_writer *w)
{
	open_state(w, "Judge", "Pass");
	open_object(w, "Assign");
	write_pair(
		w, "groups",
		"{% ($live := $filter($lines, function($l) {$l != null and $l.end > "
		"$states.context.State.EnteredTime and $l.name != $end.name and $not(($l.of != "
		"$end.statement) = true)}); $told := [$map($page, function($f, $i) {($h := "
		"$filter($live, function($l) {$l.held[$i]})[0]; ($exists($h) ? $trim($h.note) != "
		"$trim($f.Note.Text) : $last) ? {'finding': {'Id': $f.Id, 'ProductArn': "
		"$f.ProductArn}, 'note': $exists($h) ? $h.note : $end.note, 'status': $exists($h) "
		"? "
		"$h.status : 'NEW'})})]; [$distinct($told.note).($n := $; $same := $told[note = "
		"$n]; {'note': $n, 'status': $same[0].status, 'findings': [$same.finding]})]) %}");
	json_close_object(w);
	close_state(w, "Groups");
}

static void write_update(struct json_writer *w)
{
	open_choices(w, "Groups");
	write_choice(w, "{% $count($groups) > 0 %}", "Update");
	close_choices(w, "Pages");
	open_call(w, "Update", "arn:aws:states:::aws-sdk:securityhub:batchUpdateFindings");
	write_pair(w, "FindingIdentifiers", "{% [$groups[0].findings] %}");
	open_object(w, "Workflow");
	write_pair(w, "Status", "{% $groups[0].status %}");
	json_close_object(w);
	open_object(w, "Note");
	write_pair(w, "Text", "{% $groups[0].note %}");
	write_pair(w, "UpdatedBy", "vulnctl");
	json_close_object(w);
	close_arguments(w);
	write_pair(w, "groups", "{% [$filter($groups, function($g, $i) {$i > 0})] %}");
	write_pair(w, "calls", "{% $calls + 1 %}");
	json_key(w, "found");
	json_bool(w, true);
	close_call(w, "Groups");
}

/* --- rounds --- */

static void write_pages(struct json_writer *w, bool last)
{
	open_choices(w, "Pages");
	write_choice(w,
		     "{% $round >= " ROUNDS " and ($calls >= " CALLS
		     " or ($token = '' and $found)) %}",
		     "NotReset");
	write_choice(w, "{% $calls >= " CALLS " %}", "Continue");
	write_choice(w, "{% $token != '' %}", "ReadMore");
	write_choice(w, "{% $found %}", "Again");
	close_choices(w, last ? "Done" : "Next");
	open_state(w, "Again", "Wait");
	write_number(w, "Seconds", 300);
	open_object(w, "Assign");
	write_pair(w, "round", "{% $round + 1 %}");
	json_key(w, "found");
	json_bool(w, false);
	json_close_object(w);
	close_state(w, "Read");
}

static void write_another_run(struct json_writer *w, const char *name, struct str machine,
			      const char *input)
{
	open_call(w, name, "arn:aws:states:::aws-sdk:sfn:startExecution");
	json_key(w, "StateMachineArn");
	json_str(w, machine);
	write_pair(w, "Input", input);
	json_close_object(w);
	write_number(w, "TimeoutSeconds", 60);
	write_retry(w);
	close_state(w, "Done");
}

static void write_fail(struct json_writer *w, const char *name, const char *cause)
{
	open_state(w, name, "Fail");
	write_pair(w, "Error", name);
	write_pair(w, "Cause", cause);
	close_state(w, NULL);
}

static void write_ends(struct json_writer *w, struct str next, bool last)
{
	write_another_run(w, "Continue", STR("{% $states.context.StateMachine.Id %}"),
			  "{% $string($merge([$end, {'round': $round + 1}])) %}");
	if (!last)
		write_another_run(w, "Next", next, "{% $string($merge([$end, {'round': 1}])) %}");
	open_state(w, "Done", "Succeed");
	close_state(w, NULL);
	write_fail(w, "NotDisabled",
		   "{% 'a rule of ' & $end.statement & ' could not be disabled, so nothing was "
		   "given back' %}");
	write_fail(w, "NotReset",
		   "{% 'findings with the mark of ' & $end.statement & ' are still ' & $end.status "
		   "%}");
}

/* As a string of JSON on a line of its own, at most. */
static size_t size_of(struct str text)
{
	size_t size = text.len + 16;

	for (size_t i = 0; i < text.len; i++) {
		unsigned char byte = (unsigned char)text.ptr[i];

		size += byte == '"' || byte == '\\' || byte >= 0x7f;
	}
	return size;
}

/* How many lines go into one definition beside its states. */
static size_t fitting(const struct expire_line *lines, size_t n)
{
	size_t most = (size_t)limits[LIMIT_state_machine_size].value - STATES_SIZE, size = 0, i;

	for (i = 0; i < n; i++) {
		size += size_of(lines[i].text);
		if (i && size > most)
			break;
	}
	return i;
}

struct str expire_write(struct compilation *c, const struct expire_line *lines, size_t n,
			struct str next, size_t *used)
{
	struct json_writer w;
	bool last;

	*used = fitting(lines, n);
	last = *used == n;
	json_begin(&w, c->arena, 2);
	json_open_object(&w);
	write_pair(&w, "Comment",
		   "vulnctl expire: gives back what suppressions silenced, when they end");
	write_pair(&w, "QueryLanguage", "JSONata");
	write_pair(&w, "StartAt", "Start");
	write_number(&w, "TimeoutSeconds", 86400);
	open_object(&w, "States");
	write_start(&w, last);
	write_rules(&w);
	write_read(&w, "Read", false);
	write_read(&w, "ReadMore", true);
	write_smaller(&w);
	write_open(&w);
	write_lines(&w, lines, *used);
	write_judge(&w);
	write_update(&w);
	write_pages(&w, last);
	write_ends(&w, next, last);
	json_close_object(&w);
	json_close_object(&w);
	return json_end(&w);
}
