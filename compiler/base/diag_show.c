/* SPDX-License-Identifier: Apache-2.0
 *
 * What renderers say alike: places, rules, fixes; and JSON that is safe in a log. */
#include "base/diag.h"

#include <string.h>

#include "base/diag_internal.h"
#include "base/unicode.h"

const char *diag_level_name(enum diag_level level)
{
	static const char *const names[] = {"info", "warning", "error"};

	return names[level];
}

const char *diag_level_word(const struct diag *diag)
{
	if (diag->allowed)
		return diag_word(diag->owner, "allowed");
	return diag_word(diag->owner, diag_level_name(diag->level));
}

const struct diag_rule *diag_rule_of(const struct diag_rules *rules, const char *id)
{
	for (size_t i = 0; id && i < rules->n; i++)
		if (!strcmp(rules->items[i].id, id))
			return &rules->items[i];
	return NULL;
}

const char *diag_rule_name(const struct diag *diag, const struct diag_rules *rules)
{
	const struct diag_rule *rule = diag->rule ? NULL : diag_rule_of(rules, diag->id);

	return rule ? rule->name : diag->rule;
}

struct diag_range diag_range(const struct diags *d, struct span at)
{
	struct diag_range range = {
		.from = sources_locate(d->sources, at.start),
		.to = sources_locate(d->sources, at.end),
	};

	if (range.to.source != range.from.source || at.end < at.start)
		range.to = range.from;
	return range;
}

/* Of whole lines nothing is shown: the place says where they are. */
static size_t count_lines(struct str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++)
		n += text.ptr[i] == '\n';
	return n;
}

/* Space around what is inserted belongs to the form, not to what is to be done. */
static struct str without_space(struct str text)
{
	while (text.len && (text.ptr[0] == ' ' || text.ptr[0] == '\n'))
		text = str_slice(text, 1, text.len);
	while (text.len && (text.ptr[text.len - 1] == ' ' || text.ptr[text.len - 1] == '\n'))
		text.len--;
	return text;
}

static struct str what_to_do(struct diags *d, struct str old_text, struct str new_text)
{
	const char *new = diag_quote(d, old_text.len ? new_text : without_space(new_text));
	const char *old = diag_quote(d, new_text.len ? old_text : without_space(old_text));

	if (count_lines(old_text) > 1 && !new_text.len)
		return diag_piece(d, "remove %zu lines", count_lines(old_text));
	if (count_lines(old_text) > 1)
		return diag_piece(d, "write %zu lines anew", count_lines(old_text));
	if (!*old)
		return diag_piece(d, "insert `%s`", new);
	if (!*new)
		return diag_piece(d, "remove `%s`", old);
	return diag_piece(d, "write `%s` instead of `%s`", new, old);
}

struct str diag_fix_wording(const struct diag *diag, const struct diag_part *fix)
{
	struct diags *d = diag->owner;
	struct position where = sources_locate(d->sources, fix->at.start);
	struct position main = sources_locate(d->sources, diag->at.start);
	struct strbuf b, path;

	strbuf_init(&b, d->arena);
	strbuf_init(&path, d->arena);
	strbuf_add(&b, what_to_do(d, sources_text(d->sources, fix->at), fix->text));
	if (!where.source || (where.source == main.source && where.line == main.line))
		return strbuf_str(&b);
	if (where.source == main.source) {
		strbuf_add(&b, diag_piece(d, " at %u:%u", where.line, where.col));
		return strbuf_str(&b);
	}
	unicode_escape(&path, where.source->path);
	strbuf_add(&b, diag_piece(d, " in " STR_FMT " at %u:%u", STR_ARG(strbuf_str(&path)),
				  where.line, where.col));
	return strbuf_str(&b);
}

struct str diag_allowed_wording(const struct diag *diag)
{
	if (!diag->allowed)
		return str_from(diag_word(diag->owner, "known before"));
	return diag_piece(diag->owner, "until " STR_FMT ": " STR_FMT, STR_ARG(diag->allowed_until),
			  STR_ARG(diag->allowed_reason));
}

static void add_parts(struct strbuf *out, const struct diag *diag, enum diag_part_kind kind,
		      const char *what)
{
	for (size_t i = 0; i < diag->parts.n; i++)
		if (diag->parts.items[i].kind == kind)
			strbuf_printf(out, "\n%s: " STR_FMT, diag_word(diag->owner, what),
				      STR_ARG(diag->parts.items[i].text));
}

void diag_add_texts(struct strbuf *out, const struct diag *diag)
{
	struct str cut = diag_bytes_cut(diag);

	add_parts(out, diag, PART_NOTE, "note");
	add_parts(out, diag, PART_WITNESS, "note");
	add_parts(out, diag, PART_HELP, "help");
	if (cut.len)
		strbuf_printf(out, "\n" STR_FMT, STR_ARG(cut));
}

static void add_label(struct strbuf *out, const struct diag *diag, const struct diag_part *label)
{
	struct position where = diag_range(diag->owner, label->at).from;

	strbuf_printf(out, "\n%s: " STR_FMT, diag_word(diag->owner, "note"), STR_ARG(label->text));
	if (!where.source)
		return;
	strbuf_puts(out, " (");
	unicode_escape(out, where.source->path);
	strbuf_printf(out, ":%u:%u)", where.line, where.col);
}

void diag_add_remarks(struct strbuf *out, const struct diag *diag)
{
	const struct diag_part *part = diag->parts.items;

	for (size_t i = 0; i < diag->parts.n; i++)
		if (part[i].kind == PART_LABEL)
			add_label(out, diag, &part[i]);
	if (diag->allowed)
		strbuf_printf(out, "\n%s: " STR_FMT, diag_word(diag->owner, "note"),
			      STR_ARG(diag_allowed_wording(diag)));
	diag_add_texts(out, diag);
	for (size_t i = 0; i < diag->parts.n; i++)
		if (part[i].kind == PART_FIX)
			strbuf_printf(out, "\n%s: " STR_FMT, diag_word(diag->owner, "help"),
				      STR_ARG(diag_fix_wording(diag, &part[i])));
}

static void put_unit(struct strbuf *out, uint32_t unit)
{
	strbuf_printf(out, "\\u%04x", unit);
}

/* A line feed is the layout's: inside a string the writer escaped it. */
void diag_add_json(struct strbuf *out, struct str json)
{
	for (size_t at = 0; at < json.len;) {
		size_t start = at;
		uint32_t scalar = unicode_next(json, &at);

		if (scalar == '[' && start >= 2 && json.ptr[start - 1] == '#' &&
		    json.ptr[start - 2] == '#') {
			put_unit(out, scalar);
		} else if (scalar == '\n' || !unicode_hidden(scalar)) {
			strbuf_add(out, str_slice(json, start, at));
		} else if (scalar < 0x10000) {
			put_unit(out, scalar);
		} else {
			put_unit(out, 0xd800 + ((scalar - 0x10000) >> 10));
			put_unit(out, 0xdc00 + ((scalar - 0x10000) & 0x3ff));
		}
	}
}
