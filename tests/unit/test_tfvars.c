/* SPDX-License-Identifier: Apache-2.0
 *
 * Terraform's inputs, of requests that no target writes: what nobody put into a table is a bug of
 * ours, what Terraform's provider lacks is refused, and neither is dropped. */
#include "base/diag.h"
#include "checked.h"
#include "tap.h"
#include "target/tfvars.h"

static struct arena *arena;
static struct checked k;
static struct unit unit;

static struct compilation begin(enum tfvars tfvars)
{
	return (struct compilation){
		.arena = arena,
		.diags = diags_new(arena, k.sources),
		.sources = k.sources,
		.policy = k.policy,
		.tfvars = tfvars,
	};
}

static bool add(struct compilation *c, enum artefact_kind kind, const char *path, const char *text)
{
	struct artefact a = {.path = str_from(path),
			     .kind = kind,
			     .text = str_from(text),
			     .unit = &unit,
			     .index = 1};

	VEC_PUSH(arena, c->artefacts, a);
	return tfvars_add(c, 0);
}

static bool said(const struct compilation *c, const char *what)
{
	return str_contains(diags_text(c->diags, arena, false), str_from(what));
}

/* A rule whose criteria and action are `criteria` and `update`. */
static const char *rule(const char *criteria, const char *update)
{
	return str_cstr(arena,
			str_printf(arena,
				   "{\"RuleName\": \"vulnctl-a\", \"RuleOrder\": 100, "
				   "\"Criteria\": {%s}, \"Actions\": [{\"Type\": "
				   "\"FINDING_FIELDS_UPDATE\", \"FindingFieldsUpdate\": {%s}}]}",
				   criteria, update));
}

static bool add_rule(struct compilation *c, const char *criteria, const char *update)
{
	return add(c, ARTEFACT_AUTOMATION_V1, "securityhub/automation-rules/a.json",
		   rule(criteria, update));
}

#define TITLE "\"Title\": [{\"Value\": \"t\", \"Comparison\": \"EQUALS\"}]"
#define STATUS "\"Workflow\": {\"Status\": \"SUPPRESSED\"}"

static void test_known(void)
{
	struct compilation c = begin(TFVARS_ALONG);

	ok(add_rule(&c, TITLE, STATUS) && c.artefacts.n == 2 &&
		   c.artefacts.items[1].kind == ARTEFACT_TFVARS,
	   "a request that is known has an entry");
	tfvars_prove(&c, 0);
	ok(!diags_count(c.diags, DIAG_ERROR), "which is proved");
	ok(str_contains(c.artefacts.items[1].text, STR("\"title\": [")), "in the module's words");
}

static void test_unknown(const char *what, const char *criteria, const char *update)
{
	struct compilation c = begin(TFVARS_ALONG);

	ok(!add_rule(&c, criteria, update) && c.artefacts.n == 1 &&
		   said(&c, "has no place among Terraform's inputs"),
	   "%s is a bug, and nothing is written", what);
}

static void test_lacking(const char *what, const char *criteria)
{
	struct compilation along = begin(TFVARS_ALONG), named = begin(TFVARS_NAMED);

	ok(!add_rule(&along, criteria, STATUS) && along.artefacts.n == 1 &&
		   diags_count(along.diags, DIAG_WARNING) == 1 &&
		   !diags_count(along.diags, DIAG_ERROR) && said(&along, "is not in"),
	   "%s is left out, and said", what);
	ok(!add_rule(&named, criteria, STATUS) && diags_count(named.diags, DIAG_ERROR) == 1 &&
		   said(&named, "cannot be in"),
	   "%s is an error where Terraform's inputs are asked for", what);
}

static void test_machine(void)
{
	struct compilation c = begin(TFVARS_ALONG);

	ok(!add(&c, ARTEFACT_STATE_MACHINE, "stepfunctions/a.asl.json",
		"{\"States\": {\"A\": {\"Resource\": "
		"\"arn:aws:states:::aws-sdk:iam:createUser\"}}}") &&
		   said(&c, "has no place among Terraform's inputs"),
	   "no role is made for a call that nobody knows");
}

int main(void)
{
	struct checked_file file = {"policy.vpol",
				    "edition 1;\nassign a { when fix == YES; set b = \"c\"; }\n"};

	k = check_files_of(&file, 1);
	arena = k.arena;
	unit = (struct unit){.statement = k.policy->statements[0], .name = STR("a"), .first = 1};
	test_known();
	test_unknown("a criterion of no table", "\"NetworkProtocol\": []", STATUS);
	test_unknown("a member of no table", TITLE, STATUS ", \"Confidence\": 3");
	test_unknown("a list for a text", "\"Title\": [{\"Value\": [\"t\"]}]", STATUS);
	test_unknown("a text for a list", "\"Title\": \"t\"", STATUS);
	test_lacking("a criterion that the provider lacks",
		     "\"ResourceProvider\": [{\"Value\": \"Azure\", \"Comparison\": \"EQUALS\"}]");
	test_lacking("a range of days, which Terraform turns round",
		     "\"CreatedAt\": [{\"DateRange\": {\"Value\": 30, \"Unit\": \"DAYS\", "
		     "\"Comparison\": \"OLDER_THAN\"}}]");
	test_machine();
	arena_free(k.arena);
	return done();
}
