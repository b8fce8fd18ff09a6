/* SPDX-License-Identifier: Apache-2.0
 *
 * Diagnostics for services: SARIF, annotations of GitHub Actions, JUnit. What a service decodes is
 * what was said, whatever stands in it, and nothing of it is a command, a placeholder or a link. */
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/json.h"
#include "hostile.h"
#include "tap.h"

struct run {
	struct arena *arena;
	struct sources *sources;
	struct diags *d;
};

static const struct diag_rule table[] = {
	{"VC101", "whole-account", DIAG_ERROR, {"broad {0} [x]", 13}, {"# a\n`{ }`", 9}},
	{"VC102", "not-here", DIAG_INFO, {"s", 1}, {"h", 1}},
	{"VC201", "no-end", DIAG_WARNING, {"endless", 7}, {"h", 1}},
};
static const struct diag_rules rules = {"0.0", table, 3};

static struct run start(void)
{
	struct run run = {.arena = arena_new()};

	run.sources = sources_new(run.arena);
	run.d = diags_new(run.arena, run.sources);
	return run;
}

static struct span find(const struct source *source, const char *text)
{
	size_t n = strlen(text);
	const char *at = memmem(source->text.ptr, source->text.len, text, n);
	uint32_t offset = at ? source->base + (uint32_t)(at - source->text.ptr) : 0;

	return (struct span){offset, offset ? offset + (uint32_t)n : 0};
}

static bool is(struct str got, const char *expected, const char *name)
{
	bool same = ok(str_is(got, expected), "%s", name);

	if (!same)
		printf("# got:\n" STR_FMT "\n# expected:\n%s\n", STR_ARG(got), expected);
	return same;
}

/* What stands at runs.0.results.3: a key or a number at each step. NULL: nothing. */
static const struct json *at(const struct json *json, const char *path)
{
	while (json && *path) {
		size_t n = strcspn(path, "|"), index = 0;

		if (json->type == JSON_ARRAY) {
			for (size_t i = 0; i < n; i++)
				index = 10 * index + (size_t)(path[i] - '0');
			json = index < json->n ? json->items[index] : NULL;
		} else {
			json = json_get_str(json, (struct str){path, n});
		}
		path += n + (path[n] == '|');
	}
	return json;
}

static struct str text_at(const struct json *json, const char *path)
{
	const struct json *found = at(json, path);

	return found && found->type == JSON_NUMBER ? found->text : json_text(found);
}

static struct json *sarif(struct run *run)
{
	struct json_error error;
	struct str text = diags_sarif(run->d, run->arena, &rules);
	struct json *json = json_parse(run->arena, text, &error);

	return json ? json->items[2]->items[0] : NULL; /* the one run */
}

static struct diag *lint(struct diags *d, enum diag_level level, const char *id, const char *rule,
			 struct span place, const char *format, ...)
	__attribute__((format(printf, 6, 7)));

static struct diag *lint(struct diags *d, enum diag_level level, const char *id, const char *rule,
			 struct span place, const char *format, ...)
{
	struct diag *diag;
	va_list args;

	va_start(args, format);
	diag = diag_lint(d, level, id, rule, place, format, args);
	va_end(args);
	return diag;
}

/* --- each by example --- */

static struct run example(void)
{
	struct run run = start();
	struct source *a = sources_add(run.sources, STR("d/a,b:c%.vpol"),
				       STR("深刻 x {\n\twhen 深 == HIGH;\n}\n"));
	struct source *b = sources_add(run.sources, STR("b.vpol"), STR("y"));
	struct diag *diag;

	diag = lint(run.d, DIAG_WARNING, "VC101", "whole-account", find(a, "== HIGH"), "m {0} [y]");
	diag_label(diag, find(b, "y"), "l[0]");
	diag_label(diag, (struct span){0}, "nowhere");
	diag_note(diag, "n\n100%%");
	diag_witness(diag, "w");
	diag_help(diag, "h");
	diag_fix(diag, find(a, "HIGH"), STR("\"]\n"));
	diag_fix_unsafe(diag, find(b, "y"), STR(""));
	diag_name(diag, STR("VC101 suppress x"));
	diag = lint(run.d, DIAG_ERROR, "VC999", NULL, find(b, "y"), "fine");
	diag_allow(diag, STR("because {1}"), STR("2027-01-01"));
	diag = lint(run.d, DIAG_ERROR, "VC201", "no-end", find(a, "深刻"), "old");
	diag_name(diag, STR("f"));
	diag_know(diag);
	diag_world(run.d, "the disk is full");
	lint(run.d, DIAG_INFO, "VC102", "not-here", (struct span){0}, "so many");
	return run;
}

static void test_sarif_run(void)
{
	struct run run = example();
	const struct json *log = sarif(&run);

	is(text_at(log, "tool|driver|version"), "0.0", "the program's version");
	ok(at(log, "tool|driver|rules")->n == 4, "rules that occur are told of");
	is(text_at(log, "tool|driver|rules|0|id"), "VC101", "in order");
	is(text_at(log, "tool|driver|rules|0|name"), "whole-account", "by name");
	is(text_at(log, "tool|driver|rules|0|shortDescription|text"), "broad {0} [x]",
	   "with their sentence");
	is(text_at(log, "tool|driver|rules|0|help|markdown"), "# a\n`{ }`", "their page");
	is(text_at(log, "tool|driver|rules|0|defaultConfiguration|level"), "error", "and level");
	is(text_at(log, "tool|driver|rules|3|id"), "VC999", "one that is in no table, too");
	is(text_at(log, "tool|driver|rules|3|help|text"), "A problem of the policy.",
	   "which services want to know of");
	ok(at(log, "invocations|0|executionSuccessful")->type == JSON_FALSE, "the world failed");
	is(text_at(log, "invocations|0|toolExecutionNotifications|0|message|text"),
	   "the disk is full", "what has no place is a notification");
	is(text_at(log, "invocations|0|toolExecutionNotifications|1|associatedRule|index"), "1",
	   "a rule's, too");
	is(text_at(log, "columnKind"), "unicodeCodePoints", "columns are code points");
	ok(at(log, "results")->n == 3, "results have a place");
	arena_free(run.arena);
}

static void test_sarif_result(void)
{
	struct run run = example();
	const struct json *log = sarif(&run), *known = at(log, "results|0");
	const struct json *first = at(log, "results|1"), *allowed = at(log, "results|2");
	const struct json *place = at(first, "locations|0|physicalLocation");

	is(text_at(first, "ruleIndex"), "0", "a result names its rule");
	is(text_at(first, "level"), "warning", "and its own level");
	is(text_at(first, "message|text"),
	   "m {{0}} \\[y\\]\nnote: [l\\[0\\]](1)\nnote: nowhere\nnote: n\n100%\nnote: w\nhelp: h",
	   "all that is said, labels as links");
	is(text_at(place, "artifactLocation|uri"), "d/a%2Cb%3Ac%25.vpol", "a path is a URI");
	is(text_at(place, "artifactLocation|uriBaseId"), "%SRCROOT%", "below the root");
	is(text_at(place, "region|startLine"), "2", "the line it begins on");
	is(text_at(place, "region|startColumn"), "9", "the column, in code points");
	is(text_at(place, "region|endColumn"), "16", "the end is behind the last one");
	is(text_at(first, "relatedLocations|0|id"), "1", "links lead somewhere");
	is(text_at(first, "relatedLocations|0|physicalLocation|artifactLocation|uri"), "b.vpol",
	   "to their label's place");
	ok(at(first, "relatedLocations")->n == 1, "a label without a place is no place");
	is(text_at(first, "partialFingerprints|vulnctl/v1"), "VC101 suppress x", "fingerprint");
	ok(at(first, "fixes")->n == 1 && at(first, "fixes|0|artifactChanges")->n == 2,
	   "one fix, a change for each file");
	is(text_at(first, "fixes|0|artifactChanges|0|replacements|0|insertedContent|text"), "\"]\n",
	   "what is inserted is not escaped");
	ok(!at(first, "fixes|0|artifactChanges|1|replacements|0|insertedContent"),
	   "or there is nothing to insert");
	ok(at(first, "fixes|0|properties|safe")->type == JSON_FALSE, "one unsafe part is enough");
	ok(!at(first, "suppressions"), "nothing suppresses it");
	is(text_at(allowed, "suppressions|0|kind"), "inSource", "what is allowed");
	is(text_at(allowed, "suppressions|0|justification"), "until 2027-01-01: because {1}",
	   "and why");
	is(text_at(known, "suppressions|0|kind"), "external", "what the baseline knows");
	arena_free(run.arena);
}

static void test_github(void)
{
	struct run run = example();

	is(diags_github(run.d, run.arena, &rules),
	   "::error::the disk is full\n"
	   "::notice title=VC102 not-here::so many\n"
	   "::warning title=VC101 whole-account,file=d/a%2Cb%3Ac%25.vpol,line=2,endLine=2,col=9,"
	   "endColumn=16::m {0} [y]%0Anote: l[0] (b.vpol:1:1)%0Anote: nowhere%0A"
	   "note: n%0A100%25%0Anote: w%0Ahelp: h%0Ahelp: write `\"]\\u{a}` instead of `HIGH`%0A"
	   "help: remove `y` in b.vpol at 1:1\n"
	   "::notice title=VC999,file=b.vpol,line=1,endLine=1,col=1,endColumn=2::allowed: fine%0A"
	   "note: until 2027-01-01: because {1}\n"
	   "::notice::... and 1 more, known before\n",
	   "annotations");
	arena_free(run.arena);

	run = start();
	diag_error(run.d, "VC1", find(sources_add(run.sources, STR("a"), STR("x\ny")), "x\ny"),
		   "two lines");
	is(diags_github(run.d, run.arena, &rules),
	   "::error title=VC1,file=a,line=1,endLine=2::two lines\n", "columns are of one line");
	arena_free(run.arena);
}

static void test_junit(void)
{
	struct run run = example();

	is(diags_junit(run.d, run.arena, &rules, DIAG_WARNING),
	   "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	   "<testsuites name=\"vulnctl\" tests=\"5\" failures=\"1\" errors=\"1\" skipped=\"2\">\n"
	   "  <testsuite name=\"vulnctl\" tests=\"5\" failures=\"1\" errors=\"1\" skipped=\"2\">\n"
	   "    <testcase classname=\"vulnctl\" name=\"the disk is full\">\n"
	   "      <error type=\"error\" message=\"the disk is full\">error: the disk is full"
	   "</error>\n"
	   "    </testcase>\n"
	   "    <testcase classname=\"vulnctl\" name=\"VC102 not-here \">\n"
	   "      <system-out>info: so many</system-out>\n"
	   "    </testcase>\n"
	   "    <testcase classname=\"d/a,b:c%.vpol\" name=\"VC201 no-end f\" line=\"1\">\n"
	   "      <skipped message=\"known before\"/>\n"
	   "      <system-out>d/a,b:c%.vpol:1:1: error: old</system-out>\n"
	   "    </testcase>\n"
	   "    <testcase classname=\"d/a,b:c%.vpol\" name=\"VC101 whole-account VC101 suppress "
	   "x\" "
	   "line=\"2\">\n"
	   "      <failure type=\"warning\" message=\"m {0} [y]\">d/a,b:c%.vpol:2:9: warning: "
	   "m {0} [y]\nnote: l[0] (b.vpol:1:1)\nnote: nowhere\nnote: n\n100%\nnote: w\nhelp: h\n"
	   "help: write `&quot;]\\u{a}` instead of `HIGH`\nhelp: remove `y` in b.vpol at 1:1"
	   "</failure>\n"
	   "    </testcase>\n"
	   "    <testcase classname=\"b.vpol\" name=\"VC999 1:1\" line=\"1\">\n"
	   "      <skipped message=\"until 2027-01-01: because {1}\"/>\n"
	   "      <system-out>b.vpol:1:1: error: fine\nnote: until 2027-01-01: because {1}"
	   "</system-out>\n"
	   "    </testcase>\n"
	   "  </testsuite>\n"
	   "</testsuites>\n",
	   "a suite");
	arena_free(run.arena);
}

static void test_uris(void)
{
	static const struct {
		const char *path, *uri, *base;
	} cases[] = {
		{"a.vpol", "a.vpol", "%SRCROOT%"},
		{"./d//e/./a.vpol", "d/e/a.vpol", "%SRCROOT%"},
		{"d/../../a.vpol", "a.vpol", "%SRCROOT-1%"},
		{"../../vulnctl.yaml", "vulnctl.yaml", "%SRCROOT-2%"},
		{"/x/../../y z", "file:///y%20z", ""},
		{"http://x", "http%3A/x", "%SRCROOT%"},
		{"..a/...", "..a/...", "%SRCROOT%"},
		{"%2e%2e/深\xff", "%252e%252e/%E6%B7%B1%FF", "%SRCROOT%"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct run run = start();
		struct source *a = sources_add(run.sources, str_from(cases[i].path), STR("x"));
		const struct json *log;

		diag_error(run.d, "VC1", find(a, "x"), "m");
		log = at(sarif(&run), "results|0|locations|0|physicalLocation|artifactLocation");
		is(text_at(log, "uri"), cases[i].uri, cases[i].path);
		is(text_at(log, "uriBaseId"), cases[i].base, "and its base");
		arena_free(run.arena);
	}
}

static void test_empty(void)
{
	struct run run = start();

	ok(at(sarif(&run), "results")->n == 0, "a log of nothing has no result");
	is(diags_github(run.d, run.arena, &rules), "", "nothing is annotated");
	ok(str_contains(diags_junit(run.d, run.arena, &rules, DIAG_INFO), STR("tests=\"0\"")),
	   "no case");
	arena_free(run.arena);
}

static void test_many(void)
{
	struct run run = start();
	struct source *a;
	const struct json *log;
	struct strbuf b;
	size_t notes = 0;

	strbuf_init(&b, run.arena);
	for (size_t i = 0; i < 30003; i++)
		strbuf_puts(&b, "x\n");
	a = sources_add(run.sources, STR("a"), strbuf_str(&b));
	for (uint32_t i = 0; i < 30003; i++)
		lint(run.d, (enum diag_level)(i % 3), "VC101", NULL,
		     (struct span){a->base + 2 * i, a->base + 2 * i + 1}, "m");
	log = sarif(&run);
	ok(at(log, "results")->n == 25000, "no more results than a service takes");
	is(text_at(log, "invocations|0|toolExecutionNotifications|0|message|text"),
	   "... and 5003 more in a", "and how many there are");
	ok(diags_unkept(run.d) == 3, "some were not even kept");
	for (size_t i = 0; i < at(log, "results")->n; i++)
		notes += str_is(json_text(json_get(at(log, "results")->items[i], "level")), "note");
	ok(notes == 5000, "of the least important ones: %zu", notes);
	arena_free(run.arena);
}

/* --- hostile texts --- */

static struct str unescape_percent(struct arena *arena, struct str text)
{
	struct strbuf b;

	strbuf_init(&b, arena);
	for (size_t i = 0; i < text.len; i++) {
		unsigned byte = (unsigned char)text.ptr[i];

		if (byte == '%' && i + 2 < text.len) {
			char digits[] = {text.ptr[i + 1], text.ptr[i + 2], 0};

			byte = (unsigned)strtoul(digits, NULL, 16);
			i += 2;
		}
		strbuf_addc(&b, (char)byte);
	}
	return strbuf_str(&b);
}

/* What a reader of SARIF shows; NULL for a placeholder, or a link to anywhere but a label. */
static struct str read_sarif(struct arena *arena, struct str text)
{
	struct strbuf b;
	bool in_link = false;

	strbuf_init(&b, arena);
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i], next = i + 1 < text.len ? text.ptr[i + 1] : 0;

		if (c == '{' || c == '}') {
			if (next != c)
				return (struct str){0};
			i++;
		} else if (c == '\\') {
			c = next;
			i++;
		} else if (c == '[') {
			if (in_link)
				return (struct str){0};
			in_link = true;
			continue;
		} else if (c == ']') {
			if (!in_link || !str_starts(str_slice(text, i, text.len), STR("](1)")))
				return (struct str){0};
			in_link = false;
			i += 3;
			continue;
		}
		strbuf_addc(&b, c);
	}
	return in_link ? (struct str){0} : strbuf_str(&b);
}

/* As the runner of GitHub Actions takes a line apart. */
static bool read_github(struct arena *arena, struct str line, struct str *file, struct str *data)
{
	const char *end = memmem(line.ptr + 2, line.len - 2, "::", 2);
	const char *from = memmem(line.ptr, line.len, ",file=", 6), *comma;

	if (!str_starts(line, STR("::error ")) || !end || !from || from > end)
		return false;
	from += 6;
	comma = memchr(from, ',', (size_t)(end - from));
	if (!comma || strncmp(comma, ",line=", 6))
		return false;
	*file = unescape_percent(arena, (struct str){from, (size_t)(comma - from)});
	end += 2;
	*data = unescape_percent(arena, (struct str){end, (size_t)(line.ptr + line.len - end)});
	return true;
}

/* The text of an element, decoded; NULL if it holds what XML does not take. */
static struct str read_xml(struct arena *arena, struct str text)
{
	static const struct {
		const char *name;
		char c;
	} entities[] = {{"&lt;", '<'},	 {"&gt;", '>'},	 {"&amp;", '&'},
			{"&quot;", '"'}, {"&#58;", ':'}, {"&#10;", '\n'}};
	struct strbuf b;
	size_t e;

	strbuf_init(&b, arena);
	for (size_t i = 0; i < text.len; i++) {
		if (strchr("<>\"", text.ptr[i]))
			return (struct str){0};
		if (text.ptr[i] != '&') {
			strbuf_addc(&b, text.ptr[i]);
			continue;
		}
		for (e = 0; e < 6; e++)
			if (str_starts(str_slice(text, i, text.len), str_from(entities[e].name)))
				break;
		if (e == 6)
			return (struct str){0};
		strbuf_addc(&b, entities[e].c);
		i += strlen(entities[e].name) - 1;
	}
	return strbuf_str(&b);
}

static struct str between(struct str text, const char *before, const char *after)
{
	const char *from = memmem(text.ptr, text.len, before, strlen(before)), *to;

	if (!from)
		return (struct str){0};
	from += strlen(before);
	to = memmem(from, (size_t)(text.ptr + text.len - from), after, strlen(after));
	return (struct str){from, to ? (size_t)(to - from) : 0};
}

/* What all say, made of what the JSON lines say: the label, with its place or without. */
static struct str said(struct arena *arena, const struct json *line, bool place)
{
	struct strbuf b, path;

	strbuf_init(&b, arena);
	strbuf_init(&path, arena);
	unicode_escape(&path, text_at(line, "file"));
	strbuf_add(&b, text_at(line, "message"));
	strbuf_printf(&b, "\nnote: " STR_FMT, STR_ARG(text_at(line, "labels|0|message")));
	if (place)
		strbuf_printf(&b, " (" STR_FMT ":" STR_FMT ":" STR_FMT ")",
			      STR_ARG(strbuf_str(&path)), STR_ARG(text_at(line, "line")),
			      STR_ARG(text_at(line, "col")));
	for (size_t i = 0; i < at(line, "notes")->n; i++)
		strbuf_printf(&b, "\nnote: " STR_FMT, STR_ARG(at(line, "notes")->items[i]->text));
	for (size_t i = 0; i < at(line, "help")->n; i++)
		strbuf_printf(&b, "\nhelp: " STR_FMT, STR_ARG(at(line, "help")->items[i]->text));
	return strbuf_str(&b);
}

static const char *check_sarif(struct run *run, const struct json *line, struct str path)
{
	const struct json *log = sarif(run), *result = at(log, "results|0");
	const char *flaw = hostile_flaw(diags_sarif(run->d, run->arena, &rules));
	struct str uri = text_at(result, "locations|0|physicalLocation|artifactLocation|uri");

	if (flaw)
		return flaw;
	if (!str_eq(read_sarif(run->arena, text_at(result, "message|text")),
		    said(run->arena, line, false)))
		return "SARIF says something else";
	if (!str_eq(unescape_percent(run->arena, uri), path))
		return "a URI names another file";
	return NULL;
}

static const char *check_github(struct run *run, const struct json *line, struct str path)
{
	struct str text = diags_github(run->d, run->arena, &rules), file, data, all;
	struct strbuf escaped;

	strbuf_init(&escaped, run->arena);
	unicode_escape(&escaped, path);
	if (memchr(text.ptr, '\n', text.len) != text.ptr + text.len - 1)
		return "an annotation is no line";
	if (!read_github(run->arena, str_slice(text, 0, text.len - 1), &file, &data))
		return "an annotation is none";
	if (hostile_flaw(data) || str_contains(text, STR("##[")))
		return "a command in an annotation";
	all = said(run->arena, line, true);
	if (str_starts(data, STR("\\")) && !str_starts(all, STR("\\")))
		data = str_slice(data, 1, data.len);
	if (!str_starts(data, all))
		return "an annotation says something else";
	return str_eq(file, strbuf_str(&escaped)) ? NULL : "an annotation is of another file";
}

/* U+FFFF is no character of XML, and becomes visible. */
static struct str in_xml(struct arena *arena, struct str text)
{
	struct strbuf b;

	strbuf_init(&b, arena);
	for (size_t i = 0; i < text.len; i++) {
		if (str_starts(str_slice(text, i, text.len), STR("\xef\xbf\xbf"))) {
			strbuf_puts(&b, "\\u{ffff}");
			i += 2;
		} else {
			strbuf_addc(&b, text.ptr[i]);
		}
	}
	return strbuf_str(&b);
}

static const char *check_junit(struct run *run, const struct json *line, struct str path)
{
	struct str text = diags_junit(run->d, run->arena, &rules, DIAG_ERROR), all;
	const char *flaw = hostile_flaw(text);
	struct strbuf escaped, body;

	if (flaw)
		return flaw;
	strbuf_init(&escaped, run->arena);
	unicode_escape(&escaped, path);
	if (!str_eq(read_xml(run->arena, between(text, "classname=\"", "\"")),
		    in_xml(run->arena, strbuf_str(&escaped))))
		return "a case is of another file";
	strbuf_init(&body, run->arena);
	strbuf_printf(&body, STR_FMT ":1:1: error: " STR_FMT, STR_ARG(strbuf_str(&escaped)),
		      STR_ARG(said(run->arena, line, true)));
	all = read_xml(run->arena,
		       between(between(text, "<failure ", "</testcase>"), "\">", "</failure>"));
	if (!str_starts(all, in_xml(run->arena, strbuf_str(&body))))
		return "a case says something else";
	return NULL;
}

static const char *round_of(uint64_t *seed)
{
	struct run run = start();
	char *name = (char *)(uintptr_t)str_cstr(run.arena, hostile_text(run.arena, seed));
	struct str path;
	struct source *a;
	struct diag *diag;
	struct json_error error;
	const struct json *line;
	const char *flaw;
	struct span place;

	for (char *slash = name; (slash = strchr(slash, '/'));)
		*slash = '_'; /* a URI has no empty segments */
	path = str_printf(run.arena, "x%s", name);
	a = sources_add(run.sources, path, STR("x"));
	place = find(a, "x");
	diag = diag_error(run.d, "VC1", place, STR_FMT, STR_ARG(hostile_text(run.arena, seed)));
	diag_label(diag, place, STR_FMT "[", STR_ARG(hostile_text(run.arena, seed)));
	diag_note(diag, STR_FMT "[", STR_ARG(hostile_text(run.arena, seed)));
	diag_help(diag, STR_FMT, STR_ARG(hostile_text(run.arena, seed)));
	diag_fix(diag, place, STR("##[{0}\n::error::x\xe2\x80\xae"));
	line = json_parse(run.arena, diags_json(run.d, run.arena), &error);
	/* A name that is no UTF-8 is escaped there; it is what it is in a URI. */
	flaw = check_sarif(&run, line, path);
	if (!flaw)
		flaw = check_github(&run, line, path);
	if (!flaw)
		flaw = check_junit(&run, line, path);
	arena_free(run.arena);
	return flaw;
}

static void test_hostile(void)
{
	uint64_t seed = 20260401, failing = 0;
	const char *flaw = NULL;

	for (size_t round = 0; round < 3000 && !flaw; round++) {
		failing = seed;
		flaw = round_of(&seed);
	}
	ok(!flaw, "3000 rounds of hostile texts from seed 20260401: %s at %llu",
	   flaw ? flaw : "all arrive, none as a command", (unsigned long long)failing);
}

int main(void)
{
	test_sarif_run();
	test_sarif_result();
	test_github();
	test_junit();
	test_uris();
	test_empty();
	test_many();
	test_hostile();
	return done();
}
