/* SPDX-License-Identifier: Apache-2.0
 *
 * What `via event` can say: for each reason why no event pattern says a condition, the pattern that
 * stays, what the state machine tests, and that the two are proved; what nothing can say. Each
 * statement is compiled alone. */
#include "checked.h"

#include "target/compile.h"

#include <stdio.h>

static struct arena *scratch; /* for texts of policies */

static struct compilation compiled(struct checked *k, const char *statement)
{
	struct strbuf b;
	struct compilation c;

	strbuf_init(&b, scratch);
	strbuf_printf(&b,
		      "edition 1;\npolicy \"p\" { owner \"o\"; timezone \"+00:00\"; }\n"
		      "tier hot { when score >= 9.0; }\n%s\n",
		      statement);
	strbuf_addc(&b, 0);
	*k = check_text_of(b.ptr);
	c = (struct compilation){.arena = k->arena,
				 .diags = diags_new(k->arena, k->sources),
				 .sources = k->sources,
				 .lower = lower_new(k->arena, engine_new(k->arena), k->policy),
				 .policy = k->policy};
	if (!k->errors.len)
		compile_policy(&c);
	return c;
}

/* The part of the minified pattern that is about findings; the part of the machine's condition
 * behind its functions. Empty if there is none. */
static struct str text_of(struct compilation *c, enum artefact_kind kind)
{
	struct json_error error;

	for (size_t i = 0; i < c->artefacts.n; i++) {
		const struct artefact *a = &c->artefacts.items[i];
		const struct json *json = json_parse(c->arena, a->text, &error);
		const struct json *test =
			json_get(json_get(json_get(json, "States"), "Test"), "Choices");
		struct json_writer w;

		if (a->kind != kind)
			continue;
		if (kind == ARTEFACT_STATE_MACHINE)
			return test ? json_text(json_get(test->items[0], "Condition")) : STR("");
		json_begin(&w, c->arena, 0);
		json_tree(&w, json_get(json_get(json, "detail"), "findings"));
		return json_end(&w);
	}
	return STR("");
}

static size_t count(const struct compilation *c, enum artefact_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < c->artefacts.n; i++)
		n += c->artefacts.items[i].kind == kind;
	return n;
}

static void show(struct compilation *c, const struct checked *k)
{
	struct str pattern = text_of(c, ARTEFACT_EVENT_PATTERN);
	struct str test = text_of(c, ARTEFACT_STATE_MACHINE);

	printf("# " STR_FMT "\n# " STR_FMT "\n# " STR_FMT " " STR_FMT "\n", STR_ARG(pattern),
	       STR_ARG(test), STR_ARG(k->errors), STR_ARG(diags_text(c->diags, k->arena, false)));
}

/* A suppression with this condition: one pattern that holds `pattern`, a machine that tests `test`,
 * and nothing that the pattern says already. */
static void says(const char *condition, const char *pattern, const char *test)
{
	struct checked k;
	struct strbuf b;
	struct compilation c;
	struct str condition_of;

	strbuf_init(&b, scratch);
	strbuf_printf(&b, "suppress s { when %s; until 2099-12-31; reason \"r\"; via event; }",
		      condition);
	strbuf_addc(&b, 0);
	c = compiled(&k, b.ptr);
	condition_of = text_of(&c, ARTEFACT_STATE_MACHINE);
	if (!ok(!diags_exit_code(c.diags) && count(&c, ARTEFACT_EVENT_PATTERN) == 1 &&
			str_contains(text_of(&c, ARTEFACT_EVENT_PATTERN), str_from(pattern)) &&
			str_contains(condition_of, str_from(test)) &&
			!str_contains(condition_of, STR("ProductName")),
		"%s", condition))
		show(&c, &k);
	arena_free(k.arena);
}

static void test_fields(void)
{
	says("created < 2026-01-01", "\"CreatedAt\":[{\"exists\":true}]",
	     "$instant($finding.CreatedAt) < '2026-01-01T00:00:00.000000000'");
	says("image.pushed.age > 30d", "\"ImagePublishedAt\":[{\"exists\":true}]", "$ago(2592000)");
	says("updated.age in 1d..2w", "\"UpdatedAt\":[{\"exists\":true}]",
	     "$instant($finding.UpdatedAt) <= $ago(86400) and $instant($finding.UpdatedAt) >= "
	     "$ago(1209600)");
	says("not (created < 2026-01-01)", "\"ProductName\":[\"Inspector\"]", "$not((");
	says("field[\"$or\"] == \"x\"", "\"ProductName\"",
	     "$lookup($finding.UserDefinedFields, '$or') = 'x'");
	says("title contains \"a\\\"b\"", "\"Title\":[{\"wildcard\":\"*a*\"}]", "'a\"b'");
	says("description startswith \"ab\\\"c\"", "\"Description\":[{\"prefix\":\"ab\"}]",
	     "$length('ab\"c')");
}

static void test_texts(void)
{
	says("description contains \"a\" and description contains \"bc\"",
	     "\"Description\":[{\"wildcard\":\"*a*\"}]", "$contains($finding.Description, 'bc')");
	says("description startswith \"a\" and description != \"ab\"",
	     "\"Description\":[{\"prefix\":\"a\"}]", "$not($finding.Description = 'ab')");
	says("description startswith [\"a\", \"b\"] and description != \"ab\"",
	     "\"Description\":[{\"prefix\":\"a\"},{\"prefix\":\"b\"}]",
	     "$not($finding.Description = 'ab')");
	says("description contains \"x\" and not (description contains [\"y\", \"z\"])",
	     "\"Description\":[{\"wildcard\":\"*x*\"}]", "$not((");
}

static void test_elements(void)
{
	says("package.name == \"a\" and package.name == \"b\"", "\"Name\":[\"",
	     "VulnerablePackages[Name = '");
	says("any package { name == \"a\" and version == \"1\" } and package.name == \"b\"",
	     "\"VulnerablePackages\":{\"Name\":[\"a\"],\"Version\":[\"1\"]}",
	     "VulnerablePackages[Name = 'b']");
	says("not (package.name == \"a\") and fix == NO", "\"FixAvailable\":[\"NO\"]",
	     "$not($exists($finding.Vulnerabilities[0].VulnerablePackages[Name = 'a']))");
	says("any package { name == \"a\" and fixed_in not exists }", "\"Name\":[\"a\"]",
	     "$not($type(FixedInVersion) = 'string')");
	says("any cvss { score not exists }", "\"ProductName\"",
	     "$not($type(BaseScore) = 'number')");
	says("image.tag == \"a\" and image.tag == \"b\"", "\"ImageTags\":[\"", "ImageTags[$ = '");
}

/* Values that no pattern holds: beginnings that they share. */
static void test_size(void)
{
	struct strbuf b;

	strbuf_init(&b, scratch);
	strbuf_puts(&b, "created < 2026-01-01 and package.name in [");
	for (unsigned i = 0; i < 400; i++)
		strbuf_printf(&b, "%s\"lib%03u-suite\"", i ? ", " : "", i);
	strbuf_puts(&b, "]");
	strbuf_addc(&b, 0);
	says(b.ptr, "\"Name\":[{\"prefix\":\"lib", "'lib399-suite'");
}

static void exact(const char *statement, size_t machines)
{
	struct checked k;
	struct compilation c = compiled(&k, statement);

	if (!ok(!diags_exit_code(c.diags) && count(&c, ARTEFACT_EVENT_PATTERN) == 1 &&
			count(&c, ARTEFACT_STATE_MACHINE) == machines &&
			!text_of(&c, ARTEFACT_STATE_MACHINE).len,
		"exact: %s", statement))
		show(&c, &k);
	arena_free(k.arena);
}

/* Where a pattern says it, no machine tests. */
static void test_exact(void)
{
	exact("notify n { when score >= 7.5; to pagerduty; via event; }", 0);
	exact("notify n { when not (score < 7.5); to pagerduty; }", 0);
	exact("assign a { when tier == hot and fix == NO; set k = \"v\"; via event; }", 1);
}

static void refused(const char *statement, const char *id)
{
	struct checked k;
	struct compilation c = compiled(&k, statement);
	struct str json = diags_json(c.diags, k.arena);

	if (!ok(diags_exit_code(c.diags) == 2 && str_contains(json, str_from(id)) && !c.artefacts.n,
		"refused: %s", statement))
		show(&c, &k);
	arena_free(k.arena);
}

static void test_refused(void)
{
	static const char *const uncarried[] = {
		"port == 22",
		"protocol == \"TCP\"",
		"image.in_use > 1",
		"image.last_used.age > 1d",
		"code.path contains \"x\"",
		"code.detector exists",
		"severity == UNTRIAGED",
		"finding.type == NETWORK_REACHABILITY",
	};

	for (size_t i = 0; i < sizeof uncarried / sizeof *uncarried; i++) {
		char statement[256];

		snprintf(statement, sizeof statement,
			 "suppress s { when created < 2026-01-01 and %s; until 2099-12-31; "
			 "reason \"r\"; via event; }",
			 uncarried[i]);
		refused(statement, "VC503");
	}
	refused("notify n { when created < 2026-01-01; to pagerduty; }", "VC502");
	refused("notify n { when description contains \"a\" and description contains \"b\"; "
		"to pagerduty; }",
		"VC502");
}

static void test_notify(void)
{
	struct checked k;
	struct compilation c = compiled(
		&k, "notify n { when (created < 2026-01-01 and severity == LOW) or (updated < "
		    "2026-01-01 and severity == HIGH); to pagerduty; via event; }");

	if (!ok(!diags_exit_code(c.diags) && count(&c, ARTEFACT_EVENT_PATTERN) == 1 &&
			count(&c, ARTEFACT_STATE_MACHINE) == 1,
		"a notify has one rule in front of its machine, so that it tells once"))
		show(&c, &k);
	arena_free(k.arena);
}

int main(void)
{
	scratch = arena_new();
	test_fields();
	test_texts();
	test_elements();
	test_size();
	test_exact();
	test_refused();
	test_notify();
	arena_free(scratch);
	return done();
}
