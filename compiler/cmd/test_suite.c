/* SPDX-License-Identifier: Apache-2.0
 *
 * Suites of policy tests, read as strictly as vulnctl.yaml: an unknown key is an error. A finding
 * is a file, a record of fields, or a document that stands in the suite: its plain scalars are what
 * JSON would make of them, but twelve digits are an account and no number. */
#include "base/civil.h"
#include "base/file.h"
#include "base/suggest.h"
#include "cmd/test_internal.h"
#include "model/limit.h"

struct suite_reader {
	struct testing *t;
	struct arena *arena;
	struct diags *d;
	struct test_suite *suite;
	bool failed;
};

static struct diag *wrong(struct suite_reader *r, struct span at, const char *text)
{
	r->failed = true;
	return diag_error(r->d, NULL, at, "%s", diag_word(r->d, text));
}

static bool is_null(const struct yaml *value)
{
	return value->type == YAML_SCALAR && !value->quoted &&
	       (!value->text.len || str_is(value->text, "null") || str_is(value->text, "~"));
}

/* A mapping whose keys are those of a NULL-terminated list. */
static bool read_keys(struct suite_reader *r, const struct yaml *value, const char *what,
		      const char *const *keys)
{
	if (value->type != YAML_MAPPING) {
		wrong(r, value->span,
		      str_cstr(r->arena, diag_piece(r->d, "%s is a mapping of keys to values",
						    diag_word(r->d, what))));
		return false;
	}
	for (size_t i = 0; i < value->n; i++) {
		struct suggest near;
		struct diag *diag;
		size_t k = 0;

		suggest_init(&near, value->keys[i]);
		while (keys[k] && !str_is(value->keys[i], keys[k]))
			suggest_offer(&near, str_from(keys[k++]));
		if (keys[k])
			continue;
		r->failed = true;
		diag = diag_error(r->d, NULL, value->key_spans[i], "%s has no key `%s`",
				  diag_word(r->d, what), diag_quote(r->d, value->keys[i]));
		if (suggest_found(&near))
			diag_help(diag, "did you mean `" STR_FMT "`?", STR_ARG(near.best));
	}
	return true;
}

static bool is_text(struct suite_reader *r, const struct yaml *value, const char *what)
{
	if (value && value->type == YAML_SCALAR && !is_null(value) && value->text.len)
		return true;
	r->failed = true;
	if (value)
		diag_error(r->d, NULL, value->span, "%s is a text", diag_word(r->d, what));
	return false;
}

/* --- what is expected --- */

static struct test_names read_name(struct suite_reader *r, const struct yaml *value,
				   const char *what)
{
	struct test_names names = {.given = value != NULL};

	if (!value)
		return names;
	names.span = value->span;
	if (is_null(value) || (value->type == YAML_SCALAR && str_is(value->text, "none")))
		return names;
	if (!is_text(r, value, what))
		return names;
	names.items = ARENA_NEW(r->arena, struct str);
	names.spans = ARENA_NEW(r->arena, struct span);
	*names.items = value->text;
	*names.spans = value->span;
	names.n = 1;
	return names;
}

static struct test_names read_names(struct suite_reader *r, const struct yaml *value,
				    const char *what)
{
	struct test_names names = {.given = value != NULL};

	if (!value)
		return names;
	names.span = value->span;
	if (value->type != YAML_SEQUENCE) {
		r->failed = true;
		diag_help(diag_error(r->d, NULL, value->span, "`%s` is a list of names", what),
			  "write `%s: []` for none", what);
		return names;
	}
	names.items = ARENA_ARRAY(r->arena, struct str, value->n);
	names.spans = ARENA_ARRAY(r->arena, struct span, value->n);
	for (size_t i = 0; i < value->n; i++) {
		if (!is_text(r, value->items[i], "a name"))
			continue;
		names.items[names.n] = value->items[i]->text;
		names.spans[names.n++] = value->items[i]->span;
	}
	return names;
}

/* nobody: the values are names, and may be null. */
static struct test_entries read_entries(struct suite_reader *r, const struct yaml *value,
					const char *what, bool nobody)
{
	struct test_entries entries = {.given = value != NULL};

	if (!value)
		return entries;
	entries.span = value->span;
	if (value->type != YAML_MAPPING) {
		r->failed = true;
		diag_error(r->d, NULL, value->span, "`%s` is a mapping of keys to texts", what);
		return entries;
	}
	entries.items = ARENA_ARRAY(r->arena, struct map_entry, value->n);
	entries.spans = ARENA_ARRAY(r->arena, struct span, value->n);
	for (size_t i = 0; i < value->n; i++) {
		const struct yaml *item = value->items[i];
		bool empty = nobody && is_null(item);

		if (!empty && (item->type != YAML_SCALAR || (nobody && !item->text.len))) {
			wrong(r, item->span, "this is a text");
			continue;
		}
		entries.spans[entries.n] = item->span;
		entries.items[entries.n++] =
			(struct map_entry){value->keys[i], empty ? STR("") : item->text};
	}
	return entries;
}

static void read_expect(struct suite_reader *r, const struct yaml *value, struct test_expect *out)
{
	static const char *const keys[] = {"tier",	 "notify",  "suppress", "reopen",
					   "assign",	 "protect", "workflow", "fields",
					   "decided_by", NULL};
	static const char *const by_keys[] = {"workflow", "fields", NULL};
	const struct yaml *by;

	if (!read_keys(r, value, "`expect`", keys))
		return;
	if (!value->n)
		wrong(r, value->span, "a case that expects nothing tests nothing");
	out->tier = read_name(r, yaml_get(value, "tier"), "a tier");
	for (unsigned l = 0; l < DECIDE_LIST_COUNT; l++)
		out->lists[l] =
			read_names(r, yaml_get(value, decide_list_name(l)), decide_list_name(l));
	out->workflow = read_name(r, yaml_get(value, "workflow"), "a workflow status");
	out->fields = read_entries(r, yaml_get(value, "fields"), "fields", false);
	by = yaml_get(value, "decided_by");
	if (!by || !read_keys(r, by, "`decided_by`", by_keys))
		return;
	out->workflow_by = read_name(r, yaml_get(by, "workflow"), "a statement's name");
	out->fields_by = read_entries(r, yaml_get(by, "fields"), "fields", true);
}

/* --- findings --- */

static bool is_digits(struct str text, size_t n)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
	return text.len == n;
}

static enum json_type type_of(struct suite_reader *r, const struct yaml *scalar)
{
	struct json_error error;
	const struct json *json;

	if (is_null(scalar))
		return JSON_NULL;
	if (scalar->quoted || is_digits(scalar->text, 12))
		return JSON_STRING;
	json = json_parse(r->arena, scalar->text, &error);
	if (json && json->type != JSON_ARRAY && json->type != JSON_OBJECT)
		return json->type;
	return JSON_STRING;
}

/* The recursion is as deep as yaml_read lets values nest. */
static struct json *json_of(struct suite_reader *r, const struct yaml *value)
{
	struct json *json = ARENA_NEW(r->arena, struct json);

	if (value->type == YAML_SCALAR) {
		json->type = type_of(r, value);
		json->text = value->text;
		return json;
	}
	json->type = value->type == YAML_MAPPING ? JSON_OBJECT : JSON_ARRAY;
	json->n = value->n;
	json->keys = value->keys;
	json->items = ARENA_ARRAY(r->arena, struct json *, value->n);
	for (size_t i = 0; i < value->n; i++)
		json->items[i] = json_of(r, value->items[i]);
	return json;
}

/* A path is relative to the suite; `tests/../policy.vpol` is shown as `policy.vpol`. */
static struct str beside(struct suite_reader *r, struct str path)
{
	struct str dir = path_dir(r->suite->path);

	while (str_starts(path, STR("../")) && !str_is(dir, ".") && !str_ends(dir, STR("..")) &&
	       !str_is(path_dir(dir), "/")) {
		dir = path_dir(dir);
		path = str_slice(path, 3, path.len);
	}
	return path_join(r->arena, dir, path);
}

static bool finding_text(struct suite_reader *r, const struct yaml *value, struct str *shown,
			 struct str *text)
{
	struct json_writer w;

	if (value->type == YAML_SCALAR) {
		*shown = beside(r, value->text);
		return is_text(r, value, "a finding's file") &&
		       file_read(r->arena, r->d, *shown, (size_t)limits[LIMIT_file_size].value,
				 text);
	}
	*shown = r->suite->path;
	json_begin(&w, r->arena, 0);
	json_tree(&w, json_of(r, value));
	*text = json_end(&w);
	return true;
}

static const struct finding *read_finding(struct suite_reader *r, const struct yaml *value)
{
	struct str shown, text;
	struct finding **findings;
	size_t n = 0;

	if (!finding_text(r, value, &shown, &text)) {
		r->failed = true;
		return NULL;
	}
	findings = findings_read(r->arena, r->d, str_cstr(r->arena, shown), text, &n);
	if (n == 1)
		return findings[0];
	r->failed = true;
	if (n)
		diag_error(r->d, NULL, value->span, "a case is about one finding, and here are %zu",
			   n);
	else
		diag_note(diag_error(r->d, NULL, value->span, "there is no finding to be read"),
			  "a finding is the path of a file, or a document as AWS writes it");
	return NULL;
}

static const struct finding *read_record(struct suite_reader *r, const struct yaml *value)
{
	const struct finding *finding = test_record_read(r->t, value);

	r->failed = r->failed || !finding;
	return finding;
}

/* --- suites --- */

static const struct yaml *needed(struct suite_reader *r, const struct yaml *mapping,
				 const char *key, const char *what)
{
	const struct yaml *value = yaml_get(mapping, key);

	if (value)
		return value;
	r->failed = true;
	diag_error(r->d, NULL, mapping->span, "%s needs `%s`", diag_word(r->d, what), key);
	return NULL;
}

static void read_case(struct suite_reader *r, const struct yaml *value)
{
	static const char *const keys[] = {"name", "finding", "record", "expect", NULL};
	struct test_case one = {.span = value->span};
	const struct yaml *name, *finding, *expect, *record = yaml_get(value, "record");

	if (!read_keys(r, value, "a case", keys))
		return;
	name = needed(r, value, "name", "a case");
	finding = record ? yaml_get(value, "finding") : needed(r, value, "finding", "a case");
	expect = needed(r, value, "expect", "a case");
	if (name && is_text(r, name, "a case's name")) {
		one.name = name->text;
		one.span = name->span;
	}
	if (expect)
		read_expect(r, expect, &one.expect);
	if (finding && record)
		wrong(r, record->span, "a case has a `finding` or a `record`, not both");
	else if (record)
		one.finding = read_record(r, record);
	else if (finding)
		one.finding = read_finding(r, finding);
	VEC_PUSH(r->arena, r->suite->cases, one);
}

static void read_now(struct suite_reader *r, const struct yaml *value)
{
	int64_t instant;
	int32_t days;

	if (!value)
		return;
	r->suite->has_now = true;
	r->suite->now = value->text;
	if (value->type == YAML_SCALAR &&
	    (civil_parse_date(value->text, &days) || civil_parse_datetime(value->text, &instant)))
		return;
	diag_help(wrong(r, value->span, "`now` is a date"),
		  "write 2026-12-31 or 2026-12-31T09:00+09:00");
}

static void read_suite(struct suite_reader *r, const struct yaml *root)
{
	static const char *const keys[] = {"policy", "now", "cases", NULL};
	const struct yaml *policy, *cases;

	if (!read_keys(r, root, "a suite of policy tests", keys))
		return;
	policy = needed(r, root, "policy", "a suite of policy tests");
	cases = needed(r, root, "cases", "a suite of policy tests");
	if (policy && is_text(r, policy, "`policy`"))
		r->suite->policy = beside(r, policy->text);
	read_now(r, yaml_get(root, "now"));
	if (cases && (cases->type != YAML_SEQUENCE || !cases->n))
		wrong(r, cases->span, "`cases` is a list, and has at least one");
	for (size_t i = 0; cases && cases->type == YAML_SEQUENCE && i < cases->n; i++)
		read_case(r, cases->items[i]);
}

bool test_suite_read(struct testing *t, struct str path, struct test_suite *suite)
{
	struct suite_reader r = {.t = t, .arena = t->run.arena, .d = t->run.diags, .suite = suite};
	struct str text;
	const struct yaml *root;

	*suite = (struct test_suite){.path = path};
	if (!file_read(r.arena, r.d, path, (size_t)limits[LIMIT_yaml_size].value, &text))
		return false;
	root = yaml_read(r.arena, r.d, sources_add(t->run.sources, path, text));
	if (!root)
		return false;
	read_suite(&r, root);
	return !r.failed;
}
