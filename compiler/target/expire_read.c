/* SPDX-License-Identifier: Apache-2.0
 *
 * The machine that ends suppressions, read back. Its form is known to the letter, state by state;
 * what may differ is which lines it asks, whether it is the last and, if not, which is the next. */
#include "target/expire.h"

#include "target/expect.h"

#define LASTING                                                                                    \
	"{\"ErrorEquals\":[\"SecurityHub.InvalidInputException\","                                 \
	"\"SecurityHub.InvalidAccessException\",\"SecurityHub.AccessDeniedException\","            \
	"\"EventBridge.ResourceNotFoundException\",\"EventBridge.AccessDeniedException\","         \
	"\"Sfn.AccessDeniedException\"],\"MaxAttempts\":0}"
#define RETRY                                                                                      \
	"\"TimeoutSeconds\":60,\"Retry\":[" LASTING ",{\"ErrorEquals\":[\"States.ALL\"],"          \
	"\"IntervalSeconds\":2,\"BackoffRate\":2,\"MaxDelaySeconds\":120,\"MaxAttempts\":8,"       \
	"\"JitterStrategy\":\"FULL\"}]"
#define TOKEN "\"{% $exists($states.result.NextToken) ? $states.result.NextToken : '' %}\""

#define LIST(token)                                                                                \
	"{\"Type\":\"Task\","                                                                      \
	"\"Resource\":\"arn:aws:states:::aws-sdk:securityhub:listAutomationRules\","               \
	"\"Arguments\":{\"MaxResults\":100" token "}," RETRY ",\"Assign\":{"                       \
	"\"off\":\"{% [$states.result.AutomationRulesMetadata[RuleName in "                        \
	"$end.automation_rules].{'RuleArn': RuleArn, 'RuleStatus': 'DISABLED'}] %}\","             \
	"\"token\":" TOKEN "},\"Next\":\"Listed\"}"

#define READ(token)                                                                                \
	"{\"Type\":\"Task\",\"Resource\":\"arn:aws:states:::aws-sdk:securityhub:getFindings\","    \
	"\"Arguments\":{\"Filters\":{"                                                             \
	"\"NoteText\":\"{% [$end.marks.{'Value': $, 'Comparison': 'PREFIX'}] %}\","                \
	"\"WorkflowStatus\":[{\"Value\":\"{% $end.status %}\",\"Comparison\":\"EQUALS\"}],"        \
	"\"RecordState\":[{\"Value\":\"ACTIVE\",\"Comparison\":\"EQUALS\"},"                       \
	"{\"Value\":\"ARCHIVED\",\"Comparison\":\"EQUALS\"}]},"                                    \
	"\"MaxResults\":\"{% $size %}\"" token "}," RETRY ",\"Assign\":{"                          \
	"\"page\":\"{% [$filter($states.result.Findings, function($f) {$f.Workflow.Status = "      \
	"$end.status and $exists($filter($end.marks, function($m) {$substring($f.Note.Text, 0, "   \
	"$length($m)) = $m}))})] %}\",\"token\":" TOKEN ",\"calls\":\"{% $calls + 1 %}\"},"        \
	"\"Catch\":[{\"ErrorEquals\":[\"States.DataLimitExceeded\"],\"Next\":\"Smaller\"}],"       \
	"\"Next\":\"Open\"}"

#define WITH_TOKEN ",\"NextToken\":\"{% $token %}\""

#define START(last)                                                                                \
	"{\"Type\":\"Pass\",\"Assign\":{\"end\":\"{% $states.input %}\","                          \
	"\"round\":\"{% $exists($states.input.round) ? $states.input.round : 1 %}\","              \
	"\"last\":" last ",\"size\":25,\"index\":0,\"calls\":0,\"found\":false},"                  \
	"\"Next\":\"Rules\"}"

#define PAGES(after)                                                                               \
	"{\"Type\":\"Choice\",\"Choices\":[{\"Condition\":\"{% $round >= 24 and ($calls >= 1200 "  \
	"or ($token = '' and $found)) %}\",\"Next\":\"NotReset\"},"                                \
	"{\"Condition\":\"{% $calls >= 1200 %}\",\"Next\":\"Continue\"},"                          \
	"{\"Condition\":\"{% $token != '' %}\",\"Next\":\"ReadMore\"},"                            \
	"{\"Condition\":\"{% $found %}\",\"Next\":\"Again\"}],\"Default\":\"" after "\"}"

/* Before and behind the machine that is started. */
#define RUN                                                                                        \
	"{\"Type\":\"Task\",\"Resource\":\"arn:aws:states:::aws-sdk:sfn:startExecution\","         \
	"\"Arguments\":{\"StateMachineArn\":\""
#define IN_ROUND(round)                                                                            \
	"\",\"Input\":\"{% $string($merge([$end, {'round': " round "}])) %}\"}," RETRY             \
	",\"Next\":\"Done\"}"

/* The states that are always the same. */
static const struct {
	const char *name, *form;
} states[] = {
	{"Rules",
	 "{\"Type\":\"Choice\",\"Choices\":["
	 "{\"Condition\":\"{% $index < $count($end.event_rules) %}\",\"Next\":\"Disable\"},"
	 "{\"Condition\":\"{% $count($end.automation_rules) > 0 %}\",\"Next\":\"List\"}],"
	 "\"Default\":\"Gathered\"}"},
	{"Disable",
	 "{\"Type\":\"Task\",\"Resource\":\"arn:aws:states:::aws-sdk:eventbridge:disableRule\","
	 "\"Arguments\":{\"Name\":\"{% $end.event_rules[$index] %}\","
	 "\"EventBusName\":\"{% $end.event_bus %}\"}," RETRY
	 ",\"Assign\":{\"index\":\"{% $index + 1 %}\"},"
	 "\"Catch\":[{\"ErrorEquals\":[\"EventBridge.ResourceNotFoundException\"],"
	 "\"Assign\":{\"index\":\"{% $index + 1 %}\"},\"Next\":\"Rules\"}],\"Next\":\"Rules\"}"},
	{"List", LIST("")},
	{"ListMore", LIST(WITH_TOKEN)},
	{"Listed", "{\"Type\":\"Choice\",\"Choices\":["
		   "{\"Condition\":\"{% $count($off) > 0 %}\",\"Next\":\"Off\"},"
		   "{\"Condition\":\"{% $token != '' %}\",\"Next\":\"ListMore\"}],"
		   "\"Default\":\"Gathered\"}"},
	{"Off",
	 "{\"Type\":\"Task\","
	 "\"Resource\":\"arn:aws:states:::aws-sdk:securityhub:batchUpdateAutomationRules\","
	 "\"Arguments\":{\"UpdateAutomationRulesRequestItems\":\"{% $off %}\"}," RETRY
	 ",\"Assign\":{\"failed\":"
	 "\"{% $count($states.result.UnprocessedAutomationRules) %}\"},\"Next\":\"WasOff\"}"},
	{"WasOff", "{\"Type\":\"Choice\",\"Choices\":["
		   "{\"Condition\":\"{% $failed > 0 %}\",\"Next\":\"NotDisabled\"},"
		   "{\"Condition\":\"{% $token != '' %}\",\"Next\":\"ListMore\"}],"
		   "\"Default\":\"Gathered\"}"},
	{"Gathered", "{\"Type\":\"Choice\",\"Choices\":[{\"Condition\":\"{% $exists($end.home) and "
		     "$split($states.context.StateMachine.Id, ':')[3] != $end.home %}\","
		     "\"Next\":\"Done\"}],\"Default\":\"Settle\"}"},
	{"Settle", "{\"Type\":\"Wait\",\"Seconds\":300,\"Next\":\"Read\"}"},
	{"Read", READ("")},
	{"ReadMore", READ(WITH_TOKEN)},
	{"Smaller", "{\"Type\":\"Choice\",\"Choices\":[{\"Condition\":\"{% $size > 1 %}\","
		    "\"Assign\":{\"size\":\"{% $size = 25 ? 5 : 1 %}\"},\"Next\":\"Read\"}],"
		    "\"Default\":\"NotReset\"}"},
	{"Open",
	 "{\"Type\":\"Pass\",\"Assign\":{"
	 "\"open\":\"{% [$map($page, function($f) {$merge([$f, {'Workflow': {'Status': 'NEW'}}])})]"
	 " %}\",\"original\":\"{% [$map($page, function($f) {$merge([$f, $f.FindingProviderFields, "
	 "{'Workflow': {'Status': 'NEW'}}])})] %}\"},\"Next\":\"Ask\"}"},
	{"Judge",
	 "{\"Type\":\"Pass\",\"Assign\":{\"groups\":\"{% ($live := $filter($lines, function($l) "
	 "{$l != null and $l.end > $states.context.State.EnteredTime and $l.name != $end.name and "
	 "$not(($l.of != $end.statement) = true)}); $told := [$map($page, function($f, $i) {($h := "
	 "$filter($live, function($l) {$l.held[$i]})[0]; ($exists($h) ? $trim($h.note) != "
	 "$trim($f.Note.Text) : $last) ? {'finding': {'Id': $f.Id, 'ProductArn': $f.ProductArn}, "
	 "'note': $exists($h) ? $h.note : $end.note, 'status': $exists($h) ? $h.status : 'NEW'})})]"
	 "; [$distinct($told.note).($n := $; $same := $told[note = $n]; {'note': $n, 'status': "
	 "$same[0].status, 'findings': [$same.finding]})]) %}\"},\"Next\":\"Groups\"}"},
	{"Groups", "{\"Type\":\"Choice\",\"Choices\":["
		   "{\"Condition\":\"{% $count($groups) > 0 %}\",\"Next\":\"Update\"}],"
		   "\"Default\":\"Pages\"}"},
	{"Update",
	 "{\"Type\":\"Task\","
	 "\"Resource\":\"arn:aws:states:::aws-sdk:securityhub:batchUpdateFindings\","
	 "\"Arguments\":{\"FindingIdentifiers\":\"{% [$groups[0].findings] %}\","
	 "\"Workflow\":{\"Status\":\"{% $groups[0].status %}\"},"
	 "\"Note\":{\"Text\":\"{% $groups[0].note %}\",\"UpdatedBy\":\"vulnctl\"}}," RETRY
	 ",\"Assign\":{\"groups\":\"{% [$filter($groups, function($g, $i) {$i > 0})] %}\","
	 "\"calls\":\"{% $calls + 1 %}\",\"found\":true},\"Next\":\"Groups\"}"},
	{"Again", "{\"Type\":\"Wait\",\"Seconds\":300,\"Assign\":{\"round\":\"{% $round + 1 %}\","
		  "\"found\":false},\"Next\":\"Read\"}"},
	{"Continue", RUN "{% $states.context.StateMachine.Id %}" IN_ROUND("$round + 1")},
	{"Done", "{\"Type\":\"Succeed\"}"},
};

static bool has_form(struct arena *arena, const struct json *json, const char *form)
{
	struct json_writer w;

	json_begin(&w, arena, 0);
	if (json)
		json_tree(&w, json);
	return str_is(json_end(&w), form);
}

/* A run that ends here has failed, and says why in its own words. */
static bool is_failure(const struct json *state, const char *name)
{
	return expect_keys(state, (const char *const[]){"Type", "Error", "Cause", NULL}) &&
	       expect_word(json_get(state, "Type"), "Fail") &&
	       expect_word(json_get(state, "Error"), name) && expect_text(json_get(state, "Cause"));
}

static const char *check_lines(const struct json *ask, const struct expire_line *lines,
			       size_t n_lines, size_t *n)
{
	const struct json *assign = json_get(ask, "Assign"), *list = json_get(assign, "lines");

	if (!expect_keys(ask, (const char *const[]){"Type", "Assign", "Next", NULL}) ||
	    !expect_word(json_get(ask, "Type"), "Pass") ||
	    !expect_word(json_get(ask, "Next"), "Judge") ||
	    !expect_keys(assign, (const char *const[]){"lines", NULL}) ||
	    !json_is(list, JSON_ARRAY))
		return "does not ask which suppressions hold a finding";
	for (size_t i = 0; i < list->n; i++)
		if (*n == n_lines || !json_is(list->items[i], JSON_STRING) ||
		    !str_eq(list->items[i]->text, lines[(*n)++].text))
			return "asks something else than which suppressions hold a finding";
	return NULL;
}

static const char *check_states(struct compilation *c, const struct json *all, bool last)
{
	size_t fixed = ARRAY_LEN(states) + (last ? 5 : 6); /* and those that are told apart below */

	if (!json_is(all, JSON_OBJECT) || all->n != fixed)
		return "lacks a state, or has one that is never reached";
	for (size_t i = 0; i < ARRAY_LEN(states); i++)
		if (!has_form(c->arena, json_get(all, states[i].name), states[i].form))
			return "does something else than giving back what a suppression silenced";
	if (!has_form(c->arena, json_get(all, "Start"), last ? START("true") : START("false")) ||
	    !has_form(c->arena, json_get(all, "Pages"), last ? PAGES("Done") : PAGES("Next")))
		return "gives back what a line of the next machine may hold, or keeps it for ever";
	if (!is_failure(json_get(all, "NotDisabled"), "NotDisabled") ||
	    !is_failure(json_get(all, "NotReset"), "NotReset"))
		return "does not fail where something was not given back";
	return NULL;
}

/* Rules of V1 hold in their own Region, where each machine starts the next one of that Region. */
static bool is_next(struct compilation *c, const struct json *state, const struct artefact *of)
{
	struct unit machine = expire_unit(BACKEND_EVENT);
	struct strbuf form;

	for (size_t i = 0; i < of->unit->n_members; i++)
		if (of->unit->members[i]->backend == BACKEND_AUTOMATION)
			machine.backend = BACKEND_AUTOMATION;
	machine.first = of->index + 1;
	strbuf_init(&form, c->arena);
	strbuf_puts(&form, RUN);
	strbuf_add(&form, expect_state_machine(c, &machine));
	strbuf_puts(&form, IN_ROUND("1"));
	strbuf_addc(&form, 0);
	return has_form(c->arena, state, strbuf_str(&form).ptr);
}

bool expire_check(struct compilation *c, const struct expire_line *lines, size_t n_lines,
		  const struct artefact *a, size_t *n, const char **why)
{
	struct json_error error;
	const struct json *machine = json_parse(c->arena, a->text, &error);
	const struct json *all = json_get(machine, "States");
	bool last;

	*why = "is no machine that ends suppressions";
	if (!expect_keys(machine, (const char *const[]){"Comment", "QueryLanguage", "StartAt",
							"TimeoutSeconds", "States", NULL}) ||
	    !expect_word(json_get(machine, "QueryLanguage"), "JSONata") ||
	    !expect_word(json_get(machine, "StartAt"), "Start") ||
	    !has_form(c->arena, json_get(machine, "TimeoutSeconds"), "86400"))
		return false;
	*why = check_lines(json_get(all, "Ask"), lines, n_lines, n);
	if (*why)
		return false;
	last = *n == n_lines;
	*why = check_states(c, all, last);
	if (*why)
		return false;
	*why = "does not start the machine that knows the other lines";
	return last || is_next(c, json_get(all, "Next"), a);
}
