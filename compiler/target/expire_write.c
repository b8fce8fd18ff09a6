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
#include "target/asl.h"

#define CALLS "1200" /* of one run: at most 15 events each, of 25,000 that its history holds */
#define ROUNDS "24"  /* each leaves a half at most, however pages are counted while they change */
#define STATES_SIZE (32 << 10)

/* --- parts of states --- */

static void open_choices(struct json_writer *w, const char *name)
{
	asl_open(w, name, "Choice");
	json_key(w, "Choices");
	json_open_array(w);
}

static void close_choices(struct json_writer *w, const char *otherwise)
{
	json_close_array(w);
	asl_pair(w, "Default", otherwise);
	json_close_object(w);
}

/* As in the machines of statements: all is tried again but what no second try can change. */
static void write_retry(struct json_writer *w)
{
	static const char *const lasting[] = {
		"SecurityHub.InvalidInputException", "SecurityHub.InvalidAccessException",
		"SecurityHub.AccessDeniedException", "EventBridge.ResourceNotFoundException",
		"EventBridge.AccessDeniedException", "Sfn.AccessDeniedException"};

	asl_retry(w, lasting, ARRAY_LEN(lasting));
}

/* Up to its arguments, which the caller writes and closes with close_arguments. */
static void open_call(struct json_writer *w, const char *name, const char *resource)
{
	asl_open(w, name, "Task");
	asl_pair(w, "Resource", resource);
	asl_object(w, "Arguments");
}

/* The arguments' end, and what a call has behind them; `Assign` stays open. */
static void close_arguments(struct json_writer *w)
{
	json_close_object(w);
	asl_number(w, "TimeoutSeconds", 60);
	write_retry(w);
	asl_object(w, "Assign");
}

static void close_call(struct json_writer *w, const char *next)
{
	json_close_object(w);
	asl_close(w, next);
}

/* --- the rules --- */

static void write_start(struct json_writer *w, bool last)
{
	asl_open(w, "Start", "Pass");
	asl_object(w, "Assign");
	asl_pair(w, "end", "{% $states.input %}");
	asl_pair(w, "round", "{% $exists($states.input.round) ? $states.input.round : 1 %}");
	json_key(w, "last");
	json_bool(w, last);
	asl_number(w, "size", 25);
	asl_number(w, "index", 0);
	asl_number(w, "calls", 0);
	json_key(w, "found");
	json_bool(w, false);
	json_close_object(w);
	asl_close(w, "Rules");
}

/* A rule that is not there any more need not be disabled. */
static void write_disable(struct json_writer *w)
{
	static const char *const gone[] = {"EventBridge.ResourceNotFoundException"};

	open_choices(w, "Rules");
	asl_choice(w, "{% $index < $count($end.event_rules) %}", "Disable");
	asl_choice(w, "{% $count($end.automation_rules) > 0 %}", "List");
	close_choices(w, "Gathered");
	open_call(w, "Disable", "arn:aws:states:::aws-sdk:eventbridge:disableRule");
	asl_pair(w, "Name", "{% $end.event_rules[$index] %}");
	asl_pair(w, "EventBusName", "{% $end.event_bus %}");
	close_arguments(w);
	asl_pair(w, "index", "{% $index + 1 %}");
	json_close_object(w);
	json_key(w, "Catch");
	json_open_array(w);
	json_open_object(w);
	asl_errors(w, gone, ARRAY_LEN(gone));
	asl_object(w, "Assign");
	asl_pair(w, "index", "{% $index + 1 %}");
	json_close_object(w);
	asl_pair(w, "Next", "Rules");
	json_close_object(w);
	json_close_array(w);
	asl_close(w, "Rules");
}

static const char token[] =
	"{% $exists($states.result.NextToken) ? $states.result.NextToken : '' %}";

/* The first page has no token, and an empty one is refused. */
static void write_list(struct json_writer *w, const char *name, bool more)
{
	open_call(w, name, "arn:aws:states:::aws-sdk:securityhub:listAutomationRules");
	asl_number(w, "MaxResults", 100);
	if (more)
		asl_pair(w, "NextToken", "{% $token %}");
	close_arguments(w);
	asl_pair(w, "off",
		 "{% [$states.result.AutomationRulesMetadata[RuleName in "
		 "$end.automation_rules].{'RuleArn': RuleArn, 'RuleStatus': 'DISABLED'}] %}");
	asl_pair(w, "token", token);
	close_call(w, "Listed");
}

/* Where findings come together in one Region, that one gives back those of all: twice would tell
 * everything twice. */
static void write_gathered(struct json_writer *w)
{
	open_choices(w, "Gathered");
	asl_choice(w,
		   "{% $exists($end.home) and $split($states.context.StateMachine.Id, ':')[3] != "
		   "$end.home %}",
		   "Done");
	close_choices(w, "Settle");
}

static void write_rules(struct json_writer *w)
{
	write_disable(w);
	write_list(w, "List", false);
	write_list(w, "ListMore", true);
	open_choices(w, "Listed");
	asl_choice(w, "{% $count($off) > 0 %}", "Off");
	asl_choice(w, "{% $token != '' %}", "ListMore");
	close_choices(w, "Gathered");
	open_call(w, "Off", "arn:aws:states:::aws-sdk:securityhub:batchUpdateAutomationRules");
	asl_pair(w, "UpdateAutomationRulesRequestItems", "{% $off %}");
	close_arguments(w);
	asl_pair(w, "failed", "{% $count($states.result.UnprocessedAutomationRules) %}");
	close_call(w, "WasOff");
	open_choices(w, "WasOff");
	asl_choice(w, "{% $failed > 0 %}", "NotDisabled");
	asl_choice(w, "{% $token != '' %}", "ListMore");
	close_choices(w, "Gathered");
	write_gathered(w);
	asl_open(w, "Settle", "Wait");
	asl_number(w, "Seconds", 300);
	asl_close(w, "Read");
}

/* --- findings --- */

static void write_filter(struct json_writer *w, const char *value)
{
	json_open_object(w);
	asl_pair(w, "Value", value);
	asl_pair(w, "Comparison", "EQUALS");
	json_close_object(w);
}

static void write_filters(struct json_writer *w)
{
	asl_object(w, "Filters");
	asl_pair(w, "NoteText", "{% [$end.marks.{'Value': $, 'Comparison': 'PREFIX'}] %}");
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
	asl_pair(w, "MaxResults", "{% $size %}");
	if (more)
		asl_pair(w, "NextToken", "{% $token %}");
	close_arguments(w);
	asl_pair(w, "page",
		 "{% [$filter($states.result.Findings, function($f) {$f.Workflow.Status = "
		 "$end.status and $exists($filter($end.marks, function($m) "
		 "{$substring($f.Note.Text, 0, $length($m)) = $m}))})] %}");
	asl_pair(w, "token", token);
	asl_pair(w, "calls", "{% $calls + 1 %}");
	json_close_object(w);
	json_key(w, "Catch");
	json_open_array(w);
	json_open_object(w);
	asl_errors(w, large, ARRAY_LEN(large));
	asl_pair(w, "Next", "Smaller");
	json_close_object(w);
	json_close_array(w);
	asl_close(w, "Open");
}

/* A page that is more than passes between two states is read again by fewer findings. */
static void write_smaller(struct json_writer *w)
{
	asl_open(w, "Smaller", "Choice");
	json_key(w, "Choices");
	json_open_array(w);
	json_open_object(w);
	asl_pair(w, "Condition", "{% $size > 1 %}");
	asl_object(w, "Assign");
	asl_pair(w, "size", "{% $size = 25 ? 5 : 1 %}");
	json_close_object(w);
	asl_pair(w, "Next", "Read");
	json_close_object(w);
	close_choices(w, "NotReset");
}

static void write_lines(struct json_writer *w, const struct expire_line *lines, size_t n)
{
	asl_open(w, "Ask", "Pass");
	asl_object(w, "Assign");
	json_key(w, "lines");
	json_open_array(w);
	for (size_t i = 0; i < n; i++)
		json_str(w, lines[i].text);
	json_close_array(w);
	json_close_object(w);
	asl_close(w, "Judge");
}

static void write_open(struct json_writer *w)
{
	asl_open(w, "Open", "Pass");
	asl_object(w, "Assign");
	asl_pair(w, "open",
		 "{% [$map($page, function($f) {$merge([$f, {'Workflow': {'Status': 'NEW'}}])})] "
		 "%}");
	asl_pair(w, "original",
		 "{% [$map($page, function($f) {$merge([$f, $f.FindingProviderFields, "
		 "{'Workflow': {'Status': 'NEW'}}])})] %}");
	json_close_object(w);
	asl_close(w, "Ask");
}

/* Findings that get the same note are written to by one call. */
static void write_judge(struct json_writer *w)
{
	asl_open(w, "Judge", "Pass");
	asl_object(w, "Assign");
	asl_pair(w, "groups",
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
	asl_close(w, "Groups");
}

static void write_update(struct json_writer *w)
{
	open_choices(w, "Groups");
	asl_choice(w, "{% $count($groups) > 0 %}", "Update");
	close_choices(w, "Pages");
	open_call(w, "Update", "arn:aws:states:::aws-sdk:securityhub:batchUpdateFindings");
	asl_pair(w, "FindingIdentifiers", "{% [$groups[0].findings] %}");
	asl_object(w, "Workflow");
	asl_pair(w, "Status", "{% $groups[0].status %}");
	json_close_object(w);
	asl_object(w, "Note");
	asl_pair(w, "Text", "{% $groups[0].note %}");
	asl_pair(w, "UpdatedBy", "vulnctl");
	json_close_object(w);
	close_arguments(w);
	asl_pair(w, "groups", "{% [$filter($groups, function($g, $i) {$i > 0})] %}");
	asl_pair(w, "calls", "{% $calls + 1 %}");
	json_key(w, "found");
	json_bool(w, true);
	close_call(w, "Groups");
}

/* --- rounds --- */

static void write_pages(struct json_writer *w, bool last)
{
	open_choices(w, "Pages");
	asl_choice(w,
		   "{% $round >= " ROUNDS " and ($calls >= " CALLS
		   " or ($token = '' and $found)) %}",
		   "NotReset");
	asl_choice(w, "{% $calls >= " CALLS " %}", "Continue");
	asl_choice(w, "{% $token != '' %}", "ReadMore");
	asl_choice(w, "{% $found %}", "Again");
	close_choices(w, last ? "Done" : "Next");
	asl_open(w, "Again", "Wait");
	asl_number(w, "Seconds", 300);
	asl_object(w, "Assign");
	asl_pair(w, "round", "{% $round + 1 %}");
	json_key(w, "found");
	json_bool(w, false);
	json_close_object(w);
	asl_close(w, "Read");
}

static void write_another_run(struct json_writer *w, const char *name, struct str machine,
			      const char *input)
{
	open_call(w, name, "arn:aws:states:::aws-sdk:sfn:startExecution");
	json_key(w, "StateMachineArn");
	json_str(w, machine);
	asl_pair(w, "Input", input);
	json_close_object(w);
	asl_number(w, "TimeoutSeconds", 60);
	write_retry(w);
	asl_close(w, "Done");
}

static void write_fail(struct json_writer *w, const char *name, const char *cause)
{
	asl_open(w, name, "Fail");
	asl_pair(w, "Error", name);
	asl_pair(w, "Cause", cause);
	asl_close(w, NULL);
}

static void write_ends(struct json_writer *w, struct str next, bool last)
{
	write_another_run(w, "Continue", STR("{% $states.context.StateMachine.Id %}"),
			  "{% $string($merge([$end, {'round': $round + 1}])) %}");
	if (!last)
		write_another_run(w, "Next", next, "{% $string($merge([$end, {'round': 1}])) %}");
	asl_open(w, "Done", "Succeed");
	asl_close(w, NULL);
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
	asl_pair(&w, "Comment",
		 "vulnctl expire: gives back what suppressions silenced, when they end");
	asl_pair(&w, "QueryLanguage", "JSONata");
	asl_pair(&w, "StartAt", "Start");
	asl_number(&w, "TimeoutSeconds", 86400);
	asl_object(&w, "States");
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
