/* SPDX-License-Identifier: Apache-2.0
 *
 * Documents of findings: what people have in their files, whichever way it is wrapped. */
#include "finding/finding.h"

#include "base/vec.h"

/* An event in an array of events holds a list of findings: no wrapping goes deeper. */
#define WRAP_DEPTH 4
/* So many documents that are no findings are named; all are counted. */
#define NAMED_STRANGERS 5

struct stranger {
	struct str place;
	const char *why;
};

struct stream {
	struct arena *arena;
	struct diags *diags;
	const char *shown_name;
	VEC(struct finding *) findings;
	struct stranger strangers[NAMED_STRANGERS];
	size_t n_strangers;
};

static void note_stranger(struct stream *s, struct str place, const char *why)
{
	if (s->n_strangers < NAMED_STRANGERS)
		s->strangers[s->n_strangers] = (struct stranger){place, why};
	s->n_strangers++;
}

static void collect(struct stream *s, const struct json *json, struct str place, unsigned depth);

static void collect_list(struct stream *s, const struct json *list, struct str place,
			 unsigned depth)
{
	for (size_t i = 0; i < list->n; i++)
		collect(s, list->items[i], str_printf(s->arena, STR_FMT "[%zu]", STR_ARG(place), i),
			depth + 1);
}

/* The list inside a wrapping, and its name; NULL if json is none. */
static const struct json *unwrap(const struct json *json, const char **name)
{
	static const char *const names[] = {"Findings", "findings"};
	const struct json *detail = json_get(json, "detail");

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (json_is(json_get(json, names[i]), JSON_ARRAY)) {
			*name = names[i];
			return json_get(json, names[i]);
		}
	*name = "detail.findings";
	detail = json_get(detail, "findings");
	return json_is(detail, JSON_ARRAY) ? detail : NULL;
}

/* The recursion goes no deeper than WRAP_DEPTH. place: where in the document, for messages. */
static void collect(struct stream *s, const struct json *json, struct str place, unsigned depth)
{
	const struct json *list;
	const char *name, *why;
	struct finding *finding;

	if (json->type == JSON_ARRAY && depth < WRAP_DEPTH) {
		collect_list(s, json, place, depth);
		return;
	}
	finding = finding_read_asff(s->arena, json, &why);
	if (finding) {
		VEC_PUSH(s->arena, s->findings, finding);
		return;
	}
	list = depth < WRAP_DEPTH ? unwrap(json, &name) : NULL;
	if (!list) {
		/* Security Hub's other events have a detail, too. */
		if (json_get(json_get(json, "detail"), "insightResults"))
			finding_read_asff(s->arena, json_get(json, "detail"), &why);
		note_stranger(s, place, why);
		return;
	}
	if (place.len)
		place = str_printf(s->arena, STR_FMT ".%s", STR_ARG(place), name);
	else
		place = str_from(name);
	collect_list(s, list, place, depth);
}

static void report_syntax(struct stream *s, const struct json_error *error, unsigned line)
{
	diag_world(s->diags, "`%s`, line %u, column %u: %s",
		   diag_quote(s->diags, str_from(s->shown_name)), line, error->col, error->what);
}

static bool is_blank(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] != ' ' && text.ptr[i] != '\t' && text.ptr[i] != '\r')
			return false;
	return true;
}

/* Takes the next line, without its end, off the text. */
static bool next_line(struct str *text, struct str *line)
{
	size_t end = 0;

	if (!text->len)
		return false;
	while (end < text->len && text->ptr[end] != '\n')
		end++;
	*line = str_slice(*text, 0, end);
	*text = str_slice(*text, end + 1, text->len);
	return true;
}

/* NDJSON: the whole is no document, but its first line is. */
static bool is_lines(struct stream *s, struct str text)
{
	struct json_error error;
	struct str line;

	while (next_line(&text, &line))
		if (!is_blank(line))
			return json_parse(s->arena, line, &error) != NULL;
	return false;
}

static bool read_lines(struct stream *s, struct str text)
{
	struct json_error error;
	struct str line;

	for (unsigned number = 1; next_line(&text, &line); number++) {
		const struct json *json;

		if (is_blank(line))
			continue;
		json = json_parse(s->arena, line, &error);
		if (!json) {
			report_syntax(s, &error, number);
			return false;
		}
		collect(s, json, str_printf(s->arena, "line %u", number), 0);
	}
	return true;
}

static bool read_text(struct stream *s, struct str text)
{
	struct json_error error;
	const struct json *json = json_parse(s->arena, text, &error);

	if (json) {
		collect(s, json, STR(""), 0);
		return true;
	}
	if (is_lines(s, text))
		return read_lines(s, text);
	report_syntax(s, &error, error.line);
	return false;
}

static void report_strangers(struct stream *s)
{
	const char *name = diag_quote(s->diags, str_from(s->shown_name));
	struct diag *diag;

	if (!s->findings.n)
		diag = diag_world(s->diags, "`%s` holds no ASFF finding", name);
	else if (s->n_strangers)
		diag = diag_warning(s->diags, NULL, (struct span){0},
				    "`%s`: %zu of %zu documents are no ASFF findings and are left "
				    "out",
				    name, s->n_strangers, s->n_strangers + s->findings.n);
	else
		return;
	for (size_t i = 0; i < s->n_strangers && i < NAMED_STRANGERS; i++) {
		const struct stranger *stranger = &s->strangers[i];

		if (stranger->place.len)
			diag_note(diag, STR_FMT ": %s", STR_ARG(stranger->place), stranger->why);
		else
			diag_note(diag, "it is %s", stranger->why);
	}
	if (s->n_strangers > NAMED_STRANGERS)
		diag_note(diag, "and %zu more", s->n_strangers - NAMED_STRANGERS);
}

struct finding **findings_read(struct arena *arena, struct diags *d, const char *shown_name,
			       struct str text, size_t *n)
{
	struct stream s = {.arena = arena, .diags = d, .shown_name = shown_name};

	*n = 0;
	/* Exports made on Windows begin with a byte order mark. */
	if (str_starts(text, STR("\xef\xbb\xbf")))
		text = str_slice(text, 3, text.len);
	if (!read_text(&s, text))
		return NULL;
	report_strangers(&s);
	*n = s.findings.n;
	return s.findings.items;
}
