/* SPDX-License-Identifier: Apache-2.0
 *
 * Diagnostics as a log in SARIF 2.1.0 (OASIS Standard, with errata 01). What has an id and a place
 * is a result; all else, to which no service could point, a notification about the run. */
#include "base/diag.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag_internal.h"
#include "base/json.h"
#include "base/unicode.h"

#define SCHEMA                                                                                     \
	"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"                      \
	"sarif-schema-2.1.0.json"
/* GitHub refuses a run with more [docs.github.com, SARIF results exceed limits]. */
#define RESULTS_MAX 25000
#define BASE_ID "%SRCROOT%"

struct view {
	struct json_writer w;
	struct diags *d;
	struct arena *arena;
	const struct diag_rules *rules;
	struct diag_selection s;
	const char **ids; /* of the rules that occur, in order */
	size_t n_ids;
};

static const char *level_name(enum diag_level level)
{
	static const char *const names[] = {"note", "warning", "error"};

	return names[level];
}

/* --- messages --- */

/* Braces are written twice, or they are placeholders (3.11.5). Brackets and backslashes get a
 * backslash: within the text of a link they must (3.11.6); elsewhere the standard lets them stand,
 * and does not say how a text that looks like a link is told from one. The draft of 2.2 allows the
 * backslash everywhere and wants it there, and readers of 2.1.0 already undo it. */
static void add_escaped(struct strbuf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (c == '{' || c == '}')
			strbuf_addc(out, c);
		else if (c == '[' || c == ']' || c == '\\')
			strbuf_addc(out, '\\');
		strbuf_addc(out, c);
	}
}

static void put_text(struct view *v, const char *key, struct str text)
{
	json_key(&v->w, key);
	json_open_object(&v->w);
	json_key(&v->w, "text");
	json_str(&v->w, text);
	json_close_object(&v->w);
}

static void put_message(struct view *v, const char *key, struct str plain)
{
	struct strbuf b;

	strbuf_init(&b, v->arena);
	add_escaped(&b, plain);
	put_text(v, key, strbuf_str(&b));
}

static bool has_place(const struct view *v, struct span at)
{
	return diag_range(v->d, at).from.source != NULL;
}

/* The message and all that helps to understand it; labels are links to their places, which are
 * counted from 1. */
static void put_whole_message(struct view *v, const struct diag *diag)
{
	struct strbuf b, texts;
	unsigned link = 0;

	strbuf_init(&b, v->arena);
	strbuf_init(&texts, v->arena);
	add_escaped(&b, diag->message);
	for (size_t i = 0; i < diag->parts.n; i++) {
		const struct diag_part *part = &diag->parts.items[i];
		bool linked = has_place(v, part->at);

		if (part->kind != PART_LABEL)
			continue;
		strbuf_printf(&b, "\n%s: %s", diag_word(v->d, "note"), linked ? "[" : "");
		add_escaped(&b, part->text);
		if (linked)
			strbuf_printf(&b, "](%u)", ++link);
	}
	diag_add_texts(&texts, diag);
	add_escaped(&b, strbuf_str(&texts));
	put_text(v, "message", strbuf_str(&b));
}

/* --- places --- */

static void add_segment(struct strbuf *out, struct str segment)
{
	for (size_t i = 0; i < segment.len; i++) {
		unsigned char c = (unsigned char)segment.ptr[i];

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		    memchr("-._~", c, 4))
			strbuf_addc(out, (char)c);
		else
			strbuf_printf(out, "%%%02X", c);
	}
}

/* A path as a URI without `.`, `..` and empty segments (3.10.2). An absolute one is of the scheme
 * `file`; *above: so many directories above the one we ran in the other begins. */
static struct str uri_of(struct arena *arena, struct str path, unsigned *above)
{
	bool absolute = str_starts(path, STR("/"));
	VEC(struct str) kept = {0};
	struct strbuf b;

	*above = 0;
	for (size_t at = 0, end; at < path.len; at = end + 1) {
		struct str segment;

		for (end = at; end < path.len && path.ptr[end] != '/';)
			end++;
		segment = str_slice(path, at, end);
		if (!segment.len || str_is(segment, "."))
			continue;
		if (!str_is(segment, ".."))
			VEC_PUSH(arena, kept, segment);
		else if (kept.n)
			kept.n--;
		else if (!absolute)
			++*above;
	}
	strbuf_init(&b, arena);
	strbuf_puts(&b, absolute ? "file://" : "");
	for (size_t i = 0; i < kept.n; i++) {
		if (absolute || i)
			strbuf_addc(&b, '/');
		add_segment(&b, kept.items[i]);
	}
	return strbuf_str(&b);
}

static void put_artifact(struct view *v, const struct source *source)
{
	unsigned above;
	struct str uri = uri_of(v->arena, source->path, &above);

	json_key(&v->w, "artifactLocation");
	json_open_object(&v->w);
	json_key(&v->w, "uri");
	json_str(&v->w, uri);
	if (!str_starts(uri, STR("file:"))) {
		json_key(&v->w, "uriBaseId");
		json_str(&v->w,
			 above ? str_printf(v->arena, "%%SRCROOT-%u%%", above) : STR(BASE_ID));
	}
	json_close_object(&v->w);
}

static void put_region(struct view *v, const char *key, struct diag_range range)
{
	const struct {
		const char *key;
		uint32_t value;
	} members[] = {
		{"startLine", range.from.line},
		{"startColumn", range.from.col},
		{"endLine", range.to.line},
		{"endColumn", range.to.col},
	};

	json_key(&v->w, key);
	json_open_object(&v->w);
	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		json_member_size(&v->w, members[i].key, members[i].value);
	json_close_object(&v->w);
}

static void put_physical(struct view *v, struct span at)
{
	struct diag_range range = diag_range(v->d, at);

	json_key(&v->w, "physicalLocation");
	json_open_object(&v->w);
	put_artifact(v, range.from.source);
	put_region(v, "region", range);
	json_close_object(&v->w);
}

static void put_locations(struct view *v, struct span at)
{
	if (!has_place(v, at))
		return;
	json_key(&v->w, "locations");
	json_open_array(&v->w);
	json_open_object(&v->w);
	put_physical(v, at);
	json_close_object(&v->w);
	json_close_array(&v->w);
}

static void put_related(struct view *v, const struct diag *diag)
{
	unsigned link = 0;

	for (size_t i = 0; i < diag->parts.n; i++) {
		const struct diag_part *part = &diag->parts.items[i];

		if (part->kind != PART_LABEL || !has_place(v, part->at))
			continue;
		if (!link) {
			json_key(&v->w, "relatedLocations");
			json_open_array(&v->w);
		}
		json_open_object(&v->w);
		json_member_size(&v->w, "id", ++link);
		put_physical(v, part->at);
		put_message(v, "message", part->text);
		json_close_object(&v->w);
	}
	if (link)
		json_close_array(&v->w);
}

/* --- results --- */

static bool is_fix(const struct view *v, const struct diag_part *part)
{
	return part->kind == PART_FIX && has_place(v, part->at);
}

/* One file's share of a fix. Their number is small, and so is that of its parts. */
static void put_change(struct view *v, const struct diag *diag, const struct source *source)
{
	json_open_object(&v->w);
	put_artifact(v, source);
	json_key(&v->w, "replacements");
	json_open_array(&v->w);
	for (size_t i = 0; i < diag->parts.n; i++) {
		const struct diag_part *part = &diag->parts.items[i];
		struct diag_range range = diag_range(v->d, part->at);

		if (!is_fix(v, part) || range.from.source != source)
			continue;
		json_open_object(&v->w);
		put_region(v, "deletedRegion", range);
		if (part->text.len)
			put_text(v, "insertedContent", part->text);
		json_close_object(&v->w);
	}
	json_close_array(&v->w);
	json_close_object(&v->w);
}

/* Whether a part of the fix before this one is in the same file. */
static bool is_put(const struct view *v, const struct diag *diag, size_t part)
{
	const struct source *source = diag_range(v->d, diag->parts.items[part].at).from.source;

	for (size_t i = 0; i < part; i++)
		if (is_fix(v, &diag->parts.items[i]) &&
		    diag_range(v->d, diag->parts.items[i].at).from.source == source)
			return true;
	return false;
}

/* All parts are one fix: they go together. */
static void put_fixes(struct view *v, const struct diag *diag)
{
	struct strbuf b;
	bool unsafe = false;

	strbuf_init(&b, v->arena);
	for (size_t i = 0; i < diag->parts.n; i++) {
		if (!is_fix(v, &diag->parts.items[i]))
			continue;
		unsafe = unsafe || diag->parts.items[i].unsafe;
		strbuf_puts(&b, b.len ? "; " : "");
		strbuf_add(&b, diag_fix_wording(diag, &diag->parts.items[i]));
	}
	if (!b.len)
		return;
	json_key(&v->w, "fixes");
	json_open_array(&v->w);
	json_open_object(&v->w);
	put_message(v, "description", strbuf_str(&b));
	json_key(&v->w, "artifactChanges");
	json_open_array(&v->w);
	for (size_t i = 0; i < diag->parts.n; i++)
		if (is_fix(v, &diag->parts.items[i]) && !is_put(v, diag, i))
			put_change(v, diag, diag_range(v->d, diag->parts.items[i].at).from.source);
	json_close_array(&v->w);
	json_key(&v->w, "properties");
	json_open_object(&v->w);
	json_key(&v->w, "safe");
	json_bool(&v->w, !unsafe);
	json_close_object(&v->w);
	json_close_object(&v->w);
	json_close_array(&v->w);
}

static void put_suppressions(struct view *v, const struct diag *diag)
{
	if (!diag->allowed && !diag->known)
		return;
	json_key(&v->w, "suppressions");
	json_open_array(&v->w);
	json_open_object(&v->w);
	json_key(&v->w, "kind");
	json_string(&v->w, diag->allowed ? "inSource" : "external");
	json_key(&v->w, "justification");
	json_str(&v->w, diag_allowed_wording(diag));
	json_close_object(&v->w);
	json_close_array(&v->w);
}

static int by_text(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static size_t index_of(const struct view *v, const char *id)
{
	const char **found = bsearch(&id, v->ids, v->n_ids, sizeof *v->ids, by_text);

	return (size_t)(found - v->ids);
}

static bool is_result(const struct view *v, const struct diag *diag)
{
	return diag->id && has_place(v, diag->at);
}

static void put_result(struct view *v, const struct diag *diag)
{
	json_open_object(&v->w);
	json_key(&v->w, "ruleId");
	json_string(&v->w, diag->id);
	json_member_size(&v->w, "ruleIndex", index_of(v, diag->id));
	json_key(&v->w, "level");
	json_string(&v->w, level_name(diag->level));
	put_whole_message(v, diag);
	put_locations(v, diag->at);
	put_related(v, diag);
	if (diag->fingerprint.len) {
		json_key(&v->w, "partialFingerprints");
		json_open_object(&v->w);
		json_key(&v->w, "vulnctl/v1");
		json_str(&v->w, diag->fingerprint);
		json_close_object(&v->w);
	}
	put_fixes(v, diag);
	put_suppressions(v, diag);
	json_close_object(&v->w);
}

/* --- the run --- */

static void put_notification(struct view *v, const struct diag *diag)
{
	struct strbuf b;

	strbuf_init(&b, v->arena);
	strbuf_add(&b, diag->message);
	diag_add_remarks(&b, diag);
	json_open_object(&v->w);
	if (diag->id) {
		json_key(&v->w, "associatedRule");
		json_open_object(&v->w);
		json_key(&v->w, "id");
		json_string(&v->w, diag->id);
		json_member_size(&v->w, "index", index_of(v, diag->id));
		json_close_object(&v->w);
	}
	json_key(&v->w, "level");
	json_string(&v->w, level_name(diag->allowed ? DIAG_INFO : diag->level));
	put_message(v, "message", strbuf_str(&b));
	put_locations(v, diag->at);
	json_close_object(&v->w);
}

static void put_cut(struct view *v, struct str text)
{
	if (!text.len)
		return;
	json_open_object(&v->w);
	json_key(&v->w, "level");
	json_string(&v->w, level_name(DIAG_WARNING));
	put_message(v, "message", text);
	json_close_object(&v->w);
}

static void put_invocations(struct view *v)
{
	json_key(&v->w, "invocations");
	json_open_array(&v->w);
	json_open_object(&v->w);
	json_key(&v->w, "executionSuccessful");
	json_bool(&v->w, diags_exit_code(v->d) < 3);
	json_key(&v->w, "toolExecutionNotifications");
	json_open_array(&v->w);
	for (size_t i = 0; i < v->s.n; i++)
		if (v->s.items[i]->shown && !is_result(v, v->s.items[i]))
			put_notification(v, v->s.items[i]);
	for (size_t g = 0; g < v->s.groups.n; g++)
		put_cut(v, diag_group_cut(v->d, &v->s.groups.items[g]));
	put_cut(v, diag_rest_cut(v->d, &v->s));
	json_close_array(&v->w);
	json_close_object(&v->w);
	json_close_array(&v->w);
}

static void find_ids(struct view *v)
{
	size_t n = 0;

	v->ids = ARENA_ARRAY(v->arena, const char *, v->s.n);
	for (size_t i = 0; i < v->s.n; i++)
		if (v->s.items[i]->shown && v->s.items[i]->id)
			v->ids[n++] = v->s.items[i]->id;
	if (n)
		qsort(v->ids, n, sizeof *v->ids, by_text);
	for (size_t i = 0; i < n; i++)
		if (!i || strcmp(v->ids[i], v->ids[v->n_ids - 1]))
			v->ids[v->n_ids++] = v->ids[i];
}

static struct str first_sentence(struct str text)
{
	const char *end = memmem(text.ptr, text.len, ". ", 2);

	return end ? str_slice(text, 0, (size_t)(end - text.ptr) + 1) : text;
}

/* Descriptions take no arguments, and a page's examples are full of braces, which services show as
 * they stand: nothing is escaped here. */
static void put_help(struct view *v, struct str page)
{
	json_key(&v->w, "help");
	json_open_object(&v->w);
	json_key(&v->w, "text");
	json_str(&v->w, page);
	json_key(&v->w, "markdown");
	json_str(&v->w, page);
	json_close_object(&v->w);
}

/* GitHub refuses a log in which a rule has no description, so that there is one of each. */
static void put_rule(struct view *v, const char *id)
{
	static const struct str problem = {"A problem of the policy.", 24};
	const struct diag_rule *rule = diag_rule_of(v->rules, id);
	const struct diag_rule other = {id, NULL, DIAG_ERROR, problem, problem};

	if (!rule)
		rule = &other;
	json_open_object(&v->w);
	json_key(&v->w, "id");
	json_string(&v->w, id);
	if (rule->name) {
		json_key(&v->w, "name");
		json_string(&v->w, rule->name);
	}
	put_text(v, "shortDescription", first_sentence(rule->summary));
	put_text(v, "fullDescription", rule->summary);
	json_key(&v->w, "defaultConfiguration");
	json_open_object(&v->w);
	json_key(&v->w, "level");
	json_string(&v->w, level_name(rule->level));
	json_close_object(&v->w);
	put_help(v, rule->help);
	json_close_object(&v->w);
}

static void put_tool(struct view *v)
{
	json_key(&v->w, "tool");
	json_open_object(&v->w);
	json_key(&v->w, "driver");
	json_open_object(&v->w);
	json_key(&v->w, "name");
	json_string(&v->w, "vulnctl");
	json_key(&v->w, "version");
	json_string(&v->w, v->rules->version);
	json_key(&v->w, "rules");
	json_open_array(&v->w);
	for (size_t i = 0; i < v->n_ids; i++)
		put_rule(v, v->ids[i]);
	json_close_array(&v->w);
	json_close_object(&v->w);
	json_close_object(&v->w);
}

static void put_run(struct view *v)
{
	json_open_object(&v->w);
	put_tool(v);
	put_invocations(v);
	json_key(&v->w, "originalUriBaseIds");
	json_open_object(&v->w);
	json_key(&v->w, BASE_ID);
	json_open_object(&v->w);
	put_text(v, "description", STR("the directory that vulnctl ran in"));
	json_close_object(&v->w);
	json_close_object(&v->w);
	if (v->d->japanese) {
		json_key(&v->w, "language");
		json_string(&v->w, "ja");
	}
	json_key(&v->w, "columnKind");
	json_string(&v->w, "unicodeCodePoints");
	json_key(&v->w, "results");
	json_open_array(&v->w);
	for (size_t i = 0; i < v->s.n; i++)
		if (v->s.items[i]->shown && is_result(v, v->s.items[i]))
			put_result(v, v->s.items[i]);
	json_close_array(&v->w);
	json_close_object(&v->w);
}

struct str diags_sarif(struct diags *d, struct arena *arena, const struct diag_rules *rules)
{
	struct view v = {.d = d, .arena = arena, .rules = rules};
	struct strbuf out;

	diags_select_all(d, arena, RESULTS_MAX, &v.s);
	find_ids(&v);
	json_begin(&v.w, arena, 2);
	json_open_object(&v.w);
	json_key(&v.w, "$schema");
	json_string(&v.w, SCHEMA);
	json_key(&v.w, "version");
	json_string(&v.w, "2.1.0");
	json_key(&v.w, "runs");
	json_open_array(&v.w);
	put_run(&v);
	json_close_array(&v.w);
	json_close_object(&v.w);
	strbuf_init(&out, arena);
	diag_add_json(&out, json_end(&v.w));
	return strbuf_str(&out);
}
