/* SPDX-License-Identifier: Apache-2.0
 *
 * State machines: what is written is read back as the same effect, and a machine that was changed
 * in any place that matters is not taken for ours. `test_workflow emit` prints machines and effects
 * as JSON lines for tests/conformance/workflow.mjs, which runs them. */
#include "target/tree.h"
#include "target/workflow.h"

#include <string.h>

#include "record.h"

static struct config config = {.event_bus = {"default", 7}};
static struct policy policy = {.config = &config};
static struct statement statement = {
	.kind = STATEMENT_SUPPRESS, .name = {"s", 1}, .owner = {"security-team", 13}};
static struct unit unit = {.statement = &statement, .name = {"s", 1}, .first = 1};
static struct compilation c = {.policy = &policy};

/* Texts that would end a literal, an expression, a line or the JSON, if they could. */
static const char *const hostile[] = {
	"'",
	"\"",
	"\\",
	"%}",
	"{% $states %}",
	"{%",
	"a %}",
	"{% 'x' %}",
	"\\u0041",
	"\\'",
	"']) %}",
	"', 'x': 'y",
	"\x01",
	"\xc2\x85",
	"\xe2\x80\xa8",
	"\xf0\x9f\x98\x80 x",
	"月次で対応方針を再検討する",
	"${region}",
	"$.x",
	"/* */",
	"`",
	"{{x}}",
	"%",
	"}",
	"a\\",
	"\\\\",
	"{%}",
	" {% x %} ",
};

static struct str emit_tested(struct effect effect, const char *test)
{
	struct residual residual = {.test = str_from(test)};

	c.artefacts.n = 0;
	unit.effect = effect;
	workflow_emit(&c, &unit, &residual);
	return c.artefacts.items[0].text;
}

static struct str emit(struct effect effect)
{
	return emit_tested(effect, "");
}

static bool read_back(struct str text, struct effect *effect, const char **why)
{
	struct workflow workflow;

	if (!workflow_read(&c, &unit, text, &workflow, why))
		return false;
	*effect = workflow.effect;
	return workflow.test == DD_TRUE;
}

static bool same(const struct effect *a, const struct effect *b)
{
	if (a->status != b->status || a->severity != b->severity || !str_eq(a->note, b->note) ||
	    a->n_sets != b->n_sets)
		return false;
	for (size_t i = 0; i < a->n_sets; i++)
		if (!str_eq(a->sets[i].key, b->sets[i].key) ||
		    !str_eq(a->sets[i].value, b->sets[i].value))
			return false;
	return true;
}

static void round_trip(struct effect effect, const char *name)
{
	struct str text = emit(effect);
	struct effect read;
	const char *why = NULL;
	bool back = read_back(text, &read, &why);

	if (!ok(back && same(&effect, &read), "%s is read back", name))
		printf("# %s\n" STR_FMT, why ? why : "another effect", STR_ARG(text));
}

static struct set_field *sets_of(const char *const *pairs, size_t n)
{
	struct set_field *sets = ARENA_ARRAY(arena, struct set_field, n);

	for (size_t i = 0; i < n; i++) {
		sets[i].key = str_from(pairs[2 * i]);
		sets[i].value = str_from(pairs[2 * i + 1]);
	}
	return sets;
}

static struct effect nothing(void)
{
	return (struct effect){.status = -1, .severity = -1};
}

static struct effect suppression(void)
{
	struct effect effect = nothing();

	effect.status = WORKFLOW_SUPPRESSED;
	effect.note = STR("vulnctl no-fix-yet until 2026-12-31: no fixed version is published");
	return effect;
}

static struct effect assignment(void)
{
	static const char *const pairs[] = {"project", "Project-A", "priority", "1"};
	struct effect effect = nothing();

	effect.severity = SEVERITY_LOW;
	effect.sets = sets_of(pairs, 2);
	effect.n_sets = 2;
	return effect;
}

static struct effect hostile_effect(size_t i)
{
	struct effect effect = nothing();
	const char *pairs[] = {hostile[i], "value", "key", hostile[i]};

	effect.note = str_from(hostile[i]);
	effect.sets = sets_of(pairs, 2);
	effect.n_sets = 2;
	return effect;
}

/* --- what is written --- */

static void test_text(void)
{
	struct str text = emit(suppression());

	ok(str_is(c.artefacts.items[0].path, "stepfunctions/s.asl.json"), "its place");
	ok(str_contains(text,
			STR("\"Arguments\": {\n"
			    "        \"FindingIdentifiers\": [\n"
			    "          {\n"
			    "            \"Id\": \"{% $finding.Id %}\",\n"
			    "            \"ProductArn\": \"{% $finding.ProductArn %}\"\n"
			    "          }\n"
			    "        ],\n"
			    "        \"Workflow\": {\n"
			    "          \"Status\": \"SUPPRESSED\"\n"
			    "        },\n"
			    "        \"Note\": {\n"
			    "          \"Text\": \"vulnctl no-fix-yet until 2026-12-31: no fixed "
			    "version is published\",\n"
			    "          \"UpdatedBy\": \"vulnctl\"\n"
			    "        }\n"
			    "      }")),
	   "a note stands as people wrote it");
	text = emit(assignment());
	ok(str_contains(text, STR("\"{% $merge([$finding.UserDefinedFields, {'project': "
				  "'Project-A', 'priority': '1'}]) %}\"")),
	   "fields are merged");
	ok(str_eq(text, emit(assignment())), "the same text every time");
}

static void test_round_trips(void)
{
	struct effect effect = nothing();

	round_trip(suppression(), "a suppression");
	round_trip(assignment(), "an assignment");
	for (int i = 0; i < SEVERITY_UNTRIAGED; i++) {
		effect.severity = i;
		round_trip(effect, vocabulary_severity.words[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(hostile); i++)
		round_trip(hostile_effect(i), str_cstr(arena, str_printf(arena, "hostile %zu", i)));
}

/* --- what is not ours --- */

static struct str replace(struct str text, const char *from, const char *to)
{
	const char *at = memmem(text.ptr, text.len, from, strlen(from));
	size_t start = at ? (size_t)(at - text.ptr) : 0;

	if (!at)
		return (struct str){NULL, 0};
	return str_printf(arena, STR_FMT "%s" STR_FMT, STR_ARG(str_slice(text, 0, start)), to,
			  STR_ARG(str_slice(text, start + strlen(from), text.len)));
}

/* Each change alone. */
static void not_ours(struct str text, const char *const (*changes)[2], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct str changed = replace(text, changes[i][0], changes[i][1]);
		struct effect read;
		const char *why = NULL;

		ok(changed.ptr && !read_back(changed, &read, &why) && why,
		   "not ours: %s for %s (%s)", changes[i][1], changes[i][0], why ? why : "taken");
	}
}

static void test_changes(void)
{
	static const char *const changes[][2] = {
		{"JSONata", "JSONPath"},
		{"\"StartAt\": \"Finding\"", "\"StartAt\": \"Update\""},
		{"findings[0]", "findings[1]"},
		{"batchUpdateFindings", "batchUpdateFindingsV2"},
		{"$finding.Id", "$finding.ProductArn"},
		{"$finding.ProductArn", "$finding.Id"},
		{"$finding.UserDefinedFields", "$finding.ProductFields"},
		{"{% $merge([$finding.UserDefinedFields, {", "{% $merge([{"},
		{"'priority': '1'", "'priority': $x"},
		{"'priority': '1'", "'project': '1'"},
		{"'priority': '1'", "'priority': '1',"},
		{"}]) %}", "}]) & '' %}"},
		{"\"LOW\"", "\"UNTRIAGED\""},
		{"\"LOW\"", "\"{% 'LOW' %}\""},
		{"\"Severity\"", "\"Severities\""},
		{"\"MaxAttempts\": 8", "\"MaxAttempts\": 0"},
		{"\"States.ALL\"", "\"States.Timeout\""},
		{"\"Next\": \"Check\"", "\"End\": true"},
		{"\"Next\": \"Check\"", "\"Next\": \"Done\""},
		{"UnprocessedFindings) = 0", "UnprocessedFindings) = 1"},
		{"\"Default\": \"Failed\"", "\"Default\": \"Done\""},
		{"\"Type\": \"Fail\"", "\"Type\": \"Succeed\""},
		{"\"Done\": {", "\"Spare\": {\"Type\": \"Succeed\"}, \"Done\": {"},
		{"\"Retry\": [", "\"Catch\": [], \"Retry\": ["},
		{"\"TimeoutSeconds\": 3600", "\"TimeoutSeconds\": 1"},
		{"\"FindingIdentifiers\": [", "\"FindingIdentifiers\": [{\"Id\": \"x\"},"},
	};
	struct str text = emit(assignment());
	struct effect read;
	const char *why;

	not_ours(text, changes, ARRAY_LEN(changes));
	ok(!read_back(str_slice(text, 0, text.len - 2), &read, &why), "half a machine");
}

/* A change of what is done is read as another effect. */
static void test_effects(void)
{
	struct effect meant = assignment(), read;
	struct str text = emit(meant);
	const char *why;

	ok(read_back(replace(text, "LOW", "HIGH"), &read, &why) && !same(&meant, &read),
	   "another severity is another effect");
	ok(read_back(replace(text, "Project-A", "Project-B"), &read, &why) && !same(&meant, &read),
	   "another field too");
	ok(read_back(replace(text, "'1'", "'\\\\u0032'"), &read, &why) && read.n_sets == 2 &&
		   str_is(read.sets[1].value, "2"),
	   "an escape is decoded");
}

/* --- what a machine tests, and whom it tells --- */

static const char test_of_fix[] = "$finding.Vulnerabilities[0].FixAvailable = 'NO'";

static struct str told[] = {{"topic", 5}, {"bus", 3}};
static struct config_channel channels[] = {
	/* by name */
	{.name = {"bus", 3},
	 .event_bus_arn = {"arn:aws:events:us-east-1:111122223333:event-bus/b", 49}},
	{.name = {"topic", 5}, .sns_topic_arn = {"arn:aws:sns:us-east-1:111122223333:t", 36}},
};

static struct str emit_notify(const char *test)
{
	struct str text;

	statement.kind = STATEMENT_NOTIFY;
	statement.to = told;
	statement.n_to = 2;
	config.channels = channels;
	config.n_channels = 2;
	text = emit_tested(nothing(), test);
	return text;
}

static void as_suppression(void)
{
	statement.kind = STATEMENT_SUPPRESS;
	statement.n_to = 0;
}

static void test_tested(void)
{
	static const char *const changes[][2] = {
		{"\"Next\": \"Test\"", "\"Next\": \"Update\""},
		{"\"Default\": \"Skip\"", "\"Default\": \"Update\""},
		{"\"Default\": \"Skip\"", "\"Default\": \"Done\""},
		{"{% $finding.Vul", "$finding.Vul"},
		{"$finding.Vul", "$states.input.Vul"},
		{" = 'NO'", " = 'MAYBE'"},
		{"\"Type\": \"Succeed\"", "\"Type\": \"Fail\""},
	};
	struct str text = emit_tested(suppression(), test_of_fix);
	struct workflow workflow;
	const char *why;
	dd wanted;

	c.lower = lower_new(arena, engine_new(arena), &policy);
	wanted = lower_cond(c.lower, tree_word(arena, FIELD_fix, FIX_NO), VIEW_SINGLE);
	ok(workflow_read(&c, &unit, text, &workflow, &why) && workflow.writes &&
		   workflow.test == wanted,
	   "a test is read back beside what it guards");
	ok(workflow_read(&c, &unit, replace(text, "'NO'", "'YES'"), &workflow, &why) &&
		   workflow.test != wanted,
	   "another test is another set");
	not_ours(text, changes, ARRAY_LEN(changes));
}

static void test_tells(void)
{
	static const char *const changes[][2] = {
		{"sns:publish", "sns:Publish"},
		{":111122223333:t", ":111122223333:u"},
		{"event-bus/b", "event-bus/c"},
		{"$string($states.input)", "$string($finding)"},
		{"\"Source\": \"vulnctl\"", "\"Source\": \"aws.securityhub\""},
		{"$states.input.detail %}", "$states.input %}"},
		{"\"StartAt\": \"Tell bus\"", "\"StartAt\": \"Tell topic\""},
		{"\"End\": true", "\"Next\": \"Done\""},
		{"\"MaxAttempts\": 8", "\"MaxAttempts\": 1"},
		{"\"Next\": \"Tell\"", "\"Next\": \"Done\""},
		{"\"Type\": \"Parallel\"", "\"Type\": \"Map\""},
		{"\"finding\": ", "\"tries\": 0, \"finding\": "},
	};
	struct str text = emit_notify(test_of_fix);
	struct workflow workflow;
	const char *why;

	ok(workflow_read(&c, &unit, text, &workflow, &why) && !workflow.writes,
	   "a machine that tells channels is read back");
	not_ours(text, changes, ARRAY_LEN(changes));
	statement.n_to = 1;
	ok(!workflow_read(&c, &unit, text, &workflow, &why), "one channel too many");
	as_suppression();
}

/* --- for the judge --- */

static void print_case(struct effect effect, struct str machine)
{
	struct json_writer w;
	struct str text;

	json_begin(&w, arena, 0);
	json_open_object(&w);
	json_key(&w, "status");
	effect.status < 0 ? json_null(&w)
			  : json_string(&w, vocabulary_workflow.words[effect.status]);
	json_key(&w, "severity");
	effect.severity < 0 ? json_null(&w)
			    : json_string(&w, vocabulary_severity.words[effect.severity]);
	json_key(&w, "note");
	effect.note.len ? json_str(&w, effect.note) : json_null(&w);
	json_key(&w, "fields");
	json_open_object(&w);
	for (size_t i = 0; i < effect.n_sets; i++) {
		json_key_str(&w, effect.sets[i].key);
		json_str(&w, effect.sets[i].value);
	}
	json_close_object(&w);
	json_key(&w, "machine");
	json_str(&w, machine);
	json_close_object(&w);
	text = json_end(&w);
	printf(STR_FMT "\n", STR_ARG(text));
}

static int print_cases(void)
{
	print_case(suppression(), emit(suppression()));
	print_case(assignment(), emit(assignment()));
	for (size_t i = 0; i < ARRAY_LEN(hostile); i++)
		print_case(hostile_effect(i), emit(hostile_effect(i)));
	/* The last two: a machine that tests, and one that tells. */
	print_case(suppression(), emit_tested(suppression(), test_of_fix));
	print_case(nothing(), emit_notify(test_of_fix));
	return 0;
}

int main(int argc, char **argv)
{
	int status;

	arena = arena_new();
	c.arena = arena;
	c.sources = sources_new(arena);
	c.diags = diags_new(arena, c.sources);
	if (argc > 1 && strcmp(argv[1], "emit") == 0) {
		status = print_cases();
	} else {
		test_text();
		test_round_trips();
		test_changes();
		test_effects();
		test_tested();
		test_tells();
		status = done();
	}
	arena_free(arena);
	return status;
}
