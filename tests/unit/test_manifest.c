/* SPDX-License-Identifier: Apache-2.0
 *
 * The manifest, whole and to the letter, from a compilation built by hand. */
#include "target/manifest.h"

#include "record.h"

static struct config config = {
	.quotas = {.automation_rules = 100, .event_rules = 300, .inspector_suppressions = 500,
		   .insights = 100, .action_targets = 50}};
static struct policy policy = {
	.name = {"ecr", 3}, .edition = 1, .config = &config, .now_text = {"2026-04-01", 10}};
static struct statement owner = {.kind = STATEMENT_ASSIGN,
				 .name = {"owner-oseto", 11},
				 .file = {"policy.vpol", 11},
				 .line = 64};
static struct statement table = {.kind = STATEMENT_SUPPRESS,
				 .name = {"table", 5},
				 .file = {"more/table.vpol", 15},
				 .line = 3};
static struct statement old = {.kind = STATEMENT_SUPPRESS, .name = {"old", 3}};
static struct statement later = {.kind = STATEMENT_INSIGHT, .name = {"later", 5}};
static struct row rows[] = {
	{.value = {"CVE-2024-1", 10}, .until = {.has_date = true, .text = {"2026-06-30", 10}}},
	{.value = {"CVE-2024-2", 10},
	 .until = {.has_date = true, .fixed = true, .text = {"2026-12-31", 10}}},
	{.value = {"CVE-2024-3", 10}, .until = {.fixed = true}},
};
static const struct row *unit_rows[] = {&rows[0], &rows[1], &rows[2]};
static struct unit owner_unit = {.statement = &owner, .name = {"owner-oseto", 11}, .first = 1};
static struct unit table_unit = {
	.statement = &table, .name = {"table", 5}, .first = 1, .rows = unit_rows, .n_rows = 3};

static void add(struct compilation *c, const char *path, enum artefact_kind kind,
		const struct unit *unit, const char *text, uint64_t used)
{
	struct artefact a = {.path = str_from(path),
			     .kind = kind,
			     .unit = unit,
			     .index = 1,
			     .text = str_from(text),
			     .assumptions = used};

	VEC_PUSH(arena, c->artefacts, a);
}

static struct compilation begin(void)
{
	struct compilation c = {.arena = arena, .policy = &policy};

	add(&c, "z/table.pattern.json", ARTEFACT_EVENT_PATTERN, &table_unit, "abc",
	    1u << ASSUMPTION_A14 | 1u << ASSUMPTION_A1);
	add(&c, "a/table.asl.json", ARTEFACT_STATE_MACHINE, &table_unit, "", 0);
	add(&c, "m/owner-oseto.json", ARTEFACT_AUTOMATION_V1, &owner_unit, "{}\n",
	    1u << ASSUMPTION_A3);
	c.used_rules[MECHANISM_AUTOMATION] = 1;
	c.used_rules[MECHANISM_EVENT] = 2;
	c.used_wildcards = 1;
	return c;
}

static const char expected[] =
	"{\n"
	"  \"format\": 1,\n"
	"  \"edition\": 1,\n"
	"  \"policy\": \"ecr\",\n"
	"  \"compiled_for\": \"2026-04-01\",\n"
	"  \"next_change\": \"2026-07-01\",\n"
	"  \"artefacts\": [\n"
	"    {\n"
	"      \"path\": \"a/table.asl.json\",\n"
	"      \"kind\": \"state-machine\",\n"
	"      \"sha256\": "
	"\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\",\n"
	"      \"exact\": true,\n"
	"      \"assumptions\": [],\n"
	"      \"statements\": [\n"
	"        {\n"
	"          \"name\": \"table\",\n"
	"          \"kind\": \"suppress\",\n"
	"          \"file\": \"more/table.vpol\",\n"
	"          \"line\": 3\n"
	"        }\n"
	"      ]\n"
	"    },\n"
	"    {\n"
	"      \"path\": \"m/owner-oseto.json\",\n"
	"      \"kind\": \"automation-v1\",\n"
	"      \"sha256\": "
	"\"ca3d163bab055381827226140568f3bef7eaac187cebd76878e0b63e9e442356\",\n"
	"      \"exact\": true,\n"
	"      \"assumptions\": [\n"
	"        \"A3\"\n"
	"      ],\n"
	"      \"statements\": [\n"
	"        {\n"
	"          \"name\": \"owner-oseto\",\n"
	"          \"kind\": \"assign\",\n"
	"          \"file\": \"policy.vpol\",\n"
	"          \"line\": 64\n"
	"        }\n"
	"      ]\n"
	"    },\n"
	"    {\n"
	"      \"path\": \"z/table.pattern.json\",\n"
	"      \"kind\": \"event-pattern\",\n"
	"      \"sha256\": "
	"\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\",\n"
	"      \"exact\": true,\n"
	"      \"assumptions\": [\n"
	"        \"A1\",\n"
	"        \"A14\"\n"
	"      ],\n"
	"      \"statements\": [\n"
	"        {\n"
	"          \"name\": \"table\",\n"
	"          \"kind\": \"suppress\",\n"
	"          \"file\": \"more/table.vpol\",\n"
	"          \"line\": 3,\n"
	"          \"rows\": [\n"
	"            {\n"
	"              \"value\": \"CVE-2024-1\",\n"
	"              \"until\": \"2026-06-30\"\n"
	"            },\n"
	"            {\n"
	"              \"value\": \"CVE-2024-2\",\n"
	"              \"until\": \"2026-12-31 or fixed\"\n"
	"            },\n"
	"            {\n"
	"              \"value\": \"CVE-2024-3\",\n"
	"              \"until\": \"fixed\"\n"
	"            }\n"
	"          ]\n"
	"        }\n"
	"      ]\n"
	"    }\n"
	"  ],\n"
	"  \"left_out\": [\n"
	"    {\n"
	"      \"name\": \"old\",\n"
	"      \"kind\": \"suppress\",\n"
	"      \"until\": \"2026-03-31\",\n"
	"      \"why\": \"expired\"\n"
	"    },\n"
	"    {\n"
	"      \"name\": \"later\",\n"
	"      \"kind\": \"insight\",\n"
	"      \"until\": null,\n"
	"      \"why\": \"not emitted by this version\"\n"
	"    }\n"
	"  ],\n"
	"  \"assumptions\": {\n"
	"    \"A1\": \"%s\",\n"
	"    \"A3\": \"%s\",\n"
	"    \"A14\": \"%s\"\n"
	"  },\n"
	"  \"quotas\": [\n"
	"    {\n"
	"      \"name\": \"automation-rules\",\n"
	"      \"used\": 1,\n"
	"      \"limit\": 100\n"
	"    },\n"
	"    {\n"
	"      \"name\": \"event-rules\",\n"
	"      \"used\": 2,\n"
	"      \"limit\": 300\n"
	"    },\n"
	"    {\n"
	"      \"name\": \"event-wildcard-rules\",\n"
	"      \"used\": 1,\n"
	"      \"limit\": 30\n"
	"    },\n"
	"    {\n"
	"      \"name\": \"inspector-suppressions\",\n"
	"      \"used\": 0,\n"
	"      \"limit\": 500\n"
	"    },\n"
	"    {\n"
	"      \"name\": \"insights\",\n"
	"      \"used\": 0,\n"
	"      \"limit\": 100\n"
	"    },\n"
	"    {\n"
	"      \"name\": \"action-targets\",\n"
	"      \"used\": 0,\n"
	"      \"limit\": 50\n"
	"    }\n"
	"  ],\n"
	"  \"placeholders\": [\n"
	"    \"${account}\",\n"
	"    \"${region}\"\n"
	"  ]\n"
	"}\n";

static void test_whole(void)
{
	struct compilation c = begin();
	struct plan plan = {.has_next_change = true, .next_change = STR("2026-07-01")};
	struct str text, wanted;

	VEC_PUSH(arena, plan.left_out, ((struct left_out){&old, STR("2026-03-31"), "expired"}));
	VEC_PUSH(arena, plan.left_out,
		 ((struct left_out){&later, STR(""), "not emitted by this version"}));
	VEC_PUSH(arena, c.placeholders, STR("${region}"));
	VEC_PUSH(arena, c.placeholders, STR("${role_states}"));
	VEC_PUSH(arena, c.placeholders, STR("${account}"));
	c.artefacts.items[1].placeholders = 1u << 2;
	c.artefacts.items[2].placeholders = 1u << 0;
	/* ${role_states} stands in an artefact that is not written. */
	text = manifest_write(&c, &plan);
	wanted = str_printf(arena, expected, assumptions[ASSUMPTION_A1].sentence,
			    assumptions[ASSUMPTION_A3].sentence,
			    assumptions[ASSUMPTION_A14].sentence);
	if (!ok(str_eq(text, wanted), "the whole manifest"))
		printf(STR_FMT, STR_ARG(text));
	ok(str_eq(text, manifest_write(&c, &plan)), "the same every time");
}

static void test_nothing(void)
{
	struct compilation c = {.arena = arena, .policy = &policy};
	struct plan plan = {.has_next_change = false};
	struct str text = manifest_write(&c, &plan);
	struct json_error error;

	ok(str_contains(text,
			STR("\"next_change\": null,\n  \"artefacts\": [],\n  \"left_out\": [],"
			    "\n  \"assumptions\": {},")),
	   "a policy that emits nothing");
	ok(!str_contains(text, STR("placeholders")), "without placeholders");
	ok(json_parse(arena, text, &error) != NULL, "is JSON");
}

int main(void)
{
	arena = arena_new();
	test_whole();
	test_nothing();
	arena_free(arena);
	return done();
}
