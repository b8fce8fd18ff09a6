/* SPDX-License-Identifier: Apache-2.0
 *
 * Documents of findings: what people have in their files, whichever way it is wrapped. */
#include "finding/reader.h"

#include "base/vec.h"

/* So many documents that are no findings are named; all are counted. */
#define NAMED_STRANGERS 5

struct stream {
	struct arena *arena;
	struct diags *diags;
	struct reader *reader;
	const char *shown_name;
	VEC(struct finding *) findings;
	struct reading strangers[NAMED_STRANGERS];
	size_t n_strangers;
};

/* line: of NDJSON, or 0. */
static void note_stranger(struct stream *s, const struct reading *stranger, unsigned line)
{
	struct reading named = *stranger;

	if (s->n_strangers < NAMED_STRANGERS) {
		if (line && named.place.len)
			named.place = str_printf(s->arena, "line %u." STR_FMT, line,
						 STR_ARG(named.place));
		else if (line)
			named.place = str_printf(s->arena, "line %u", line);
		s->strangers[s->n_strangers] = named;
	}
	s->n_strangers++;
}

/* Exactly one value; false: it is none. */
static bool read_document(struct stream *s, struct str text, unsigned line)
{
	const struct reading *readings;
	struct json_scan scan;
	size_t n;

	json_scan_start(&scan, s->arena, text);
	if (!reader_next(s->reader, &scan, &readings, &n) || !json_scan_end(&scan))
		return false;
	for (size_t i = 0; i < n; i++)
		if (readings[i].finding)
			VEC_PUSH(s->arena, s->findings, readings[i].finding);
		else
			note_stranger(s, &readings[i], line);
	return true;
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

/* NDJSON: the first line is a document, and there is another. */
static bool is_lines(struct stream *s, struct str text)
{
	struct json_scan scan;
	struct str line;

	while (next_line(&text, &line))
		if (!is_blank(line))
			break;
	while (text.len && is_blank(str_slice(text, 0, 1)))
		text = str_slice(text, 1, text.len);
	json_scan_start(&scan, s->arena, line);
	return text.len && json_scan_skip(&scan) && json_scan_end(&scan);
}

static bool read_lines(struct stream *s, struct str text)
{
	struct json_error error;
	struct str line;

	for (unsigned number = 1; next_line(&text, &line); number++) {
		if (is_blank(line) || read_document(s, line, number))
			continue;
		json_parse(s->arena, line, &error);
		report_syntax(s, &error, number);
		return false;
	}
	return true;
}

/* Takes the next record of CSV, whose quoted cells may hold line ends. */
static bool next_record(struct str *text, struct str *record)
{
	bool quoted = false;
	size_t end = 0;

	if (!text->len)
		return false;
	for (; end < text->len && (quoted || text->ptr[end] != '\n'); end++)
		quoted ^= text->ptr[end] == '"';
	*record = str_slice(*text, 0, end);
	*text = str_slice(*text, end + 1, text->len);
	return true;
}

static void report_row(struct stream *s, struct str text, const char *at, const char *why)
{
	unsigned line = 1, col = 1;

	for (const char *p = text.ptr; p < at; p++) {
		col = *p == '\n' ? 1 : col + 1;
		line += *p == '\n';
	}
	report_syntax(s, &(struct json_error){.col = col, .what = why}, line);
}

static bool looks_like_json(struct str text)
{
	while (text.len && (text.ptr[0] == '\n' || is_blank(str_slice(text, 0, 1))))
		text = str_slice(text, 1, text.len);
	return str_starts(text, STR("{")) || str_starts(text, STR("["));
}

/* A report as CSV; *is_one: it is. */
static bool read_report(struct stream *s, struct str text, bool *is_one)
{
	struct reader_report *report;
	struct str rest = text, record;
	struct finding *finding;
	const char *why;
	size_t offset;

	*is_one = false;
	if (looks_like_json(text) || !next_record(&rest, &record))
		return true;
	report = reader_report(s->reader, record, &why);
	*is_one = report;
	while (report && next_record(&rest, &record)) {
		if (is_blank(record))
			continue;
		finding = reader_row(s->reader, report, s->arena, record, &offset, &why);
		if (!finding) {
			report_row(s, text, record.ptr + offset, why);
			return false;
		}
		VEC_PUSH(s->arena, s->findings, finding);
	}
	return true;
}

static bool read_text(struct stream *s, struct str text)
{
	bool is_report, read = read_report(s, text, &is_report);

	struct json_error error;

	if (is_report)
		return read;
	if (is_lines(s, text))
		return read_lines(s, text);
	if (read_document(s, text, 0))
		return true;
	json_parse(s->arena, text, &error);
	report_syntax(s, &error, error.line);
	return false;
}

static void report_stranger(struct stream *s, struct diag *diag, const struct reading *stranger)
{
	const char *event = stranger->event.len ? diag_quote(s->diags, stranger->event) : NULL;
	struct str what = event ? str_printf(s->arena, "the event `%s`: %s", event, stranger->why)
				: str_from(stranger->why);

	if (stranger->place.len)
		diag_note(diag, STR_FMT ": " STR_FMT, STR_ARG(stranger->place), STR_ARG(what));
	else
		diag_note(diag, "it is " STR_FMT, STR_ARG(what));
}

static void report_strangers(struct stream *s)
{
	const char *name = diag_quote(s->diags, str_from(s->shown_name));
	struct diag *diag;

	if (!s->findings.n)
		diag = diag_world(s->diags, "`%s` holds no finding", name);
	else if (s->n_strangers)
		diag = diag_warning(s->diags, NULL, (struct span){0},
				    "`%s`: %zu of %zu documents are no findings and are left "
				    "out",
				    name, s->n_strangers, s->n_strangers + s->findings.n);
	else
		return;
	for (size_t i = 0; i < s->n_strangers && i < NAMED_STRANGERS; i++)
		report_stranger(s, diag, &s->strangers[i]);
	if (s->n_strangers > NAMED_STRANGERS)
		diag_note(diag, "and %zu more", s->n_strangers - NAMED_STRANGERS);
}

struct finding **findings_read(struct arena *arena, struct diags *d, const char *shown_name,
			       struct str text, size_t *n)
{
	struct stream s = {.arena = arena,
			   .diags = d,
			   .reader = reader_new(arena, NULL),
			   .shown_name = shown_name};

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
