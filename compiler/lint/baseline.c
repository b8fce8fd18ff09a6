/* SPDX-License-Identifier: Apache-2.0
 *
 * Baselines: read, applied, written. */
#include "lint/baseline.h"

#include <stdlib.h>

#include "base/json_scan.h"
#include "base/vec.h"

struct entry {
	struct str fingerprint, id;
	struct span at;
	bool met;
};

struct baseline {
	VEC(struct entry) entries; /* by fingerprint */
};

struct reader {
	struct arena *arena;
	struct diags *d;
	const struct source *source;
	struct json_scan scan;
	struct baseline *to;
};

/* --- reading --- */

static uint32_t behind(const struct reader *r)
{
	return r->source->base + (uint32_t)(r->scan.at - r->source->text.ptr);
}

static uint32_t here(struct reader *r)
{
	(void)json_scan_kind(&r->scan); /* moves over space */
	return behind(r);
}

static bool wrong(struct reader *r, uint32_t from, const char *what)
{
	diag_help(
		diag_error(r->d, NULL, (struct span){from, behind(r)}, "%s", diag_word(r->d, what)),
		"`--write-baseline` makes the file anew");
	return false;
}

/* What is no JSON, or not of the kind that was to come; if that is why reading stopped. */
static void tell_broken(struct reader *r)
{
	const char *why;
	size_t offset;
	uint32_t at;

	if (!json_scan_failed(&r->scan, &offset, &why))
		return;
	at = r->source->base + (uint32_t)offset;
	diag_error(r->d, NULL, (struct span){at, at}, "%s", diag_word(r->d, why));
}

static bool enter(struct reader *r, enum json_kind kind, const char *what)
{
	uint32_t from = here(r);

	if (json_scan_kind(&r->scan) == kind)
		return json_scan_enter(&r->scan);
	return json_scan_skip(&r->scan) ? wrong(r, from, what) : false;
}

/* At the key, unless it is written with escapes: then at its value. */
static bool unknown(struct reader *r, struct str key)
{
	struct span at = {here(r), behind(r)};
	const struct str text = r->source->text;

	if (key.ptr > text.ptr && key.ptr < text.ptr + text.len) {
		at.start = r->source->base + (uint32_t)(key.ptr - text.ptr) - 1;
		at.end = at.start + (uint32_t)key.len + 2;
	}
	diag_error(r->d, NULL, at, "`%s` is no key of a baseline", diag_quote(r->d, key));
	return false;
}

static bool read_entry(struct reader *r)
{
	struct entry entry = {.at.start = here(r)};
	struct str key;

	if (!enter(r, JSON_KIND_OBJECT, "a problem is an object"))
		return false;
	while (json_scan_key(&r->scan, &key)) {
		struct str *to = str_is(key, "fingerprint") ? &entry.fingerprint
				 : str_is(key, "id")	    ? &entry.id
							    : NULL;

		if (!to)
			return unknown(r, key);
		if (!json_scan_string(&r->scan, to))
			return false;
	}
	entry.at.end = behind(r);
	if (!r->scan.why && (!entry.fingerprint.len || !entry.id.len))
		return wrong(r, entry.at.start, "a problem needs a `fingerprint` and an `id`");
	VEC_PUSH(r->arena, r->to->entries, entry);
	return !r->scan.why;
}

static bool read_entries(struct reader *r)
{
	if (!enter(r, JSON_KIND_ARRAY, "the problems are an array"))
		return false;
	while (json_scan_item(&r->scan))
		if (!read_entry(r))
			return false;
	return !r->scan.why;
}

static bool read_format(struct reader *r)
{
	uint32_t from = here(r);
	struct str number;

	if (!json_scan_number(&r->scan, &number))
		return false;
	return str_is(number, "1") ||
	       wrong(r, from, "this version reads baselines of format 1 alone");
}

static bool read_baseline(struct reader *r)
{
	uint32_t start = here(r);
	bool format = false, problems = false;
	struct str key;

	if (!enter(r, JSON_KIND_OBJECT, "a baseline is an object"))
		return false;
	while (json_scan_key(&r->scan, &key)) {
		bool fine;

		if (str_is(key, "format"))
			fine = format = read_format(r);
		else if (str_is(key, "problems"))
			fine = problems = read_entries(r);
		else
			fine = unknown(r, key);
		if (!fine)
			return false;
	}
	if (!json_scan_end(&r->scan))
		return false;
	return (format && problems) || wrong(r, start, "a baseline has a `format` and `problems`");
}

static int by_fingerprint(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;

	return str_cmp(a->fingerprint, b->fingerprint);
}

static bool sort(struct reader *r)
{
	struct entry *items = r->to->entries.items;
	size_t n = r->to->entries.n;

	if (n)
		qsort(items, n, sizeof *items, by_fingerprint);
	for (size_t i = 1; i < n; i++)
		if (str_eq(items[i - 1].fingerprint, items[i].fingerprint)) {
			diag_error(r->d, NULL, items[i].at, "`%s` stands twice",
				   diag_quote(r->d, items[i].fingerprint));
			return false;
		}
	return true;
}

struct baseline *baseline_read(struct arena *arena, struct diags *d, const struct source *source)
{
	struct reader r = {.arena = arena, .d = d, .source = source};

	r.to = ARENA_NEW(arena, struct baseline);
	json_scan_start(&r.scan, arena, source->text);
	if (read_baseline(&r))
		return sort(&r) ? r.to : NULL;
	tell_broken(&r);
	return NULL;
}

/* --- applying --- */

static bool can_be_known(const struct diag *diag)
{
	return diag_is_lint(diag) && !diag_is_allowed(diag) && diag_fingerprint(diag).len;
}

static struct diag *report(struct diags *d, struct span at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static struct diag *report(struct diags *d, struct span at, const char *format, ...)
{
	struct diag *diag;
	va_list args;

	va_start(args, format);
	diag = diag_lint(d, DIAG_ERROR, NULL, NULL, at, format, args);
	va_end(args);
	return diag;
}

static bool is_needed(const struct entry *entry, const bool *looked_for)
{
	enum lint_id rule = lint_rule_find(entry->id);

	return entry->met || (rule < RULE_COUNT && !looked_for[rule]);
}

void baseline_apply(struct baseline *baseline, struct diags *d, const bool *looked_for)
{
	struct entry *entries = baseline->entries.items;
	struct diag *diag;

	for (size_t i = 0; baseline->entries.n && (diag = diags_at(d, i)); i++) {
		struct entry wanted = {.fingerprint = diag_fingerprint(diag)}, *found;

		if (!can_be_known(diag))
			continue;
		found = bsearch(&wanted, entries, baseline->entries.n, sizeof wanted,
				by_fingerprint);
		if (!found)
			continue;
		found->met = true;
		diag_know(diag);
	}
	for (size_t i = 0; looked_for && i < baseline->entries.n; i++)
		if (!is_needed(&entries[i], looked_for))
			diag_help(report(d, entries[i].at, "the entry `%s` is needed no more",
					 diag_quote(d, entries[i].fingerprint)),
				  "remove it from the baseline");
}

/* --- writing --- */

static int by_name(const void *left, const void *right)
{
	const struct diag *a = *(struct diag *const *)left, *b = *(struct diag *const *)right;

	return str_cmp(diag_fingerprint(a), diag_fingerprint(b));
}

static void add_problem(struct arena *arena, struct strbuf *out, const struct diag *diag)
{
	struct json_writer w;

	json_begin(&w, arena, 0);
	json_open_object(&w);
	json_member(&w, "fingerprint", diag_fingerprint(diag));
	json_member(&w, "id", str_from(diag_id(diag)));
	json_close_object(&w);
	strbuf_add(out, json_end(&w));
}

bool baseline_write(struct arena *arena, struct diags *d, enum diag_level least, struct str *text)
{
	VEC(struct diag *) problems = {0};
	struct strbuf out;
	struct diag *diag;

	if (diags_unkept(d)) {
		diag_help(diag_world(d, "there are more problems than a baseline holds"),
			  "begin with some of the rules: `--only RULE`");
		return false;
	}
	for (size_t i = 0; (diag = diags_at(d, i)); i++)
		if (can_be_known(diag) && diag_level(diag) >= least)
			VEC_PUSH(arena, problems, diag);
	if (problems.n)
		qsort(problems.items, problems.n, sizeof *problems.items, by_name);
	strbuf_init(&out, arena);
	strbuf_puts(&out, "{\n  \"format\": 1,\n  \"problems\": [");
	for (size_t i = 0; i < problems.n; i++) {
		strbuf_puts(&out, i ? ",\n    " : "\n    ");
		add_problem(arena, &out, problems.items[i]);
	}
	strbuf_puts(&out, problems.n ? "\n  ]\n}\n" : "]\n}\n");
	*text = strbuf_str(&out);
	return true;
}
