/* SPDX-License-Identifier: Apache-2.0
 *
 * Comparing, and writing down what differs. */
#include <string.h>

#include "base/unicode.h"
#include "cmd/diff_internal.h"

#define CONTEXT 3
#define BOM "\xEF\xBB\xBF"

static struct lines split(struct arena *arena, struct str text)
{
	struct lines lines = {0};

	for (size_t at = 0, end; at < text.len; at = end) {
		const char *found = memchr(text.ptr + at, '\n', text.len - at);
		struct line line = {0};

		end = found ? (size_t)(found - text.ptr) + 1 : text.len;
		line.text = str_slice(text, at, end);
		for (size_t i = at; i < end; i++)
			line.ink += !memchr(" \t\r\n,", text.ptr[i], 5);
		if (!at && str_starts(text, STR(BOM)))
			line.ink -= strlen(BOM);
		VEC_PUSH(arena, lines.list, line);
	}
	return lines;
}

static void add(struct arena *arena, struct edits *edits, char mark, const struct lines *lines,
		size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		VEC_PUSH(arena, edits->list, ((struct edit){mark, lines->list.items[i].text}));
}

/* The side that has less before it goes on; an empty line goes first. */
static bool takes_old(const struct lines *old, size_t i, size_t before_i, const struct lines *new,
		      size_t j, size_t before_j)
{
	if (i == old->list.n || j == new->list.n)
		return i < old->list.n;
	if (before_i != before_j)
		return before_i < before_j;
	return !old->list.items[i].ink || new->list.items[j].ink;
}

static struct edits compare(struct arena *arena, const struct lines *old, const struct lines *new)
{
	size_t i = 0, j = 0, from_i = 0, from_j = 0, before_i = 0, before_j = 0;
	struct edits edits = {0};

	while (i < old->list.n || j < new->list.n) {
		if (i < old->list.n &&
		    j < new->list.n &&before_i ==
			    before_j &&str_eq(old->list.items[i].text, new->list.items[j].text)) {
			add(arena, &edits, '-', old, from_i, i);
			add(arena, &edits, '+', new, from_j, j);
			add(arena, &edits, ' ', old, i, i + 1);
			before_i = before_j += new->list.items[j].ink;
			from_i = ++i;
			from_j = ++j;
		} else if (takes_old(old, i, before_i, new, j, before_j)) {
			before_i += old->list.items[i++].ink;
		} else {
			before_j += new->list.items[j++].ink;
		}
	}
	add(arena, &edits, '-', old, from_i, i);
	add(arena, &edits, '+', new, from_j, j);
	return edits;
}

/* Where a hunk ends that has a change at `at`: behind the context of its last change. The next one
 * belongs to it if their contexts touch. */
static size_t hunk_end(const struct edits *edits, size_t at)
{
	size_t last = at;

	for (size_t i = at; i < edits->list.n && i - last <= 2 * CONTEXT + 1; i++)
		if (edits->list.items[i].mark != ' ')
			last = i;
	return edits->list.n - last > CONTEXT ? last + CONTEXT + 1 : edits->list.n;
}

static size_t count(const struct edits *edits, size_t from, size_t to, char except)
{
	size_t n = 0;

	for (size_t i = from; i < to; i++)
		n += edits->list.items[i].mark != except;
	return n;
}

/* A part without lines is named by the line in front of it. */
static void put_part(struct strbuf *out, char mark, size_t before, size_t n)
{
	strbuf_printf(out, " %c%zu,%zu", mark, n ? before + 1 : before, n);
}

static void put_hunk(struct strbuf *out, const struct edits *edits, size_t from, size_t to,
		     size_t before_old, size_t before_new)
{
	strbuf_puts(out, "@@");
	put_part(out, '-', before_old, count(edits, from, to, '+'));
	put_part(out, '+', before_new, count(edits, from, to, '-'));
	strbuf_puts(out, " @@\n");
	for (size_t i = from; i < to; i++) {
		strbuf_addc(out, edits->list.items[i].mark);
		strbuf_add(out, edits->list.items[i].text);
		if (!str_ends(edits->list.items[i].text, STR("\n")))
			strbuf_puts(out, "\n\\ No newline at end of file\n");
	}
}

static void put_name(struct strbuf *out, const char *mark, struct str path)
{
	strbuf_puts(out, mark);
	unicode_escape(out, path);
	strbuf_addc(out, '\n');
}

static struct str write(struct arena *arena, struct str path, const struct edits *edits)
{
	size_t from = 0, before_old = 0, before_new = 0;
	struct strbuf out;

	strbuf_init(&out, arena);
	put_name(&out, "--- ", path);
	put_name(&out, "+++ ", path);
	for (size_t i = 0; i < edits->list.n; i++) {
		size_t start = i > from + CONTEXT ? i - CONTEXT : from, end;

		if (edits->list.items[i].mark == ' ')
			continue;
		end = hunk_end(edits, i);
		before_old += count(edits, from, start, '+');
		before_new += count(edits, from, start, '-');
		put_hunk(&out, edits, start, end, before_old, before_new);
		before_old += count(edits, start, end, '+');
		before_new += count(edits, start, end, '-');
		from = end;
		i = end - 1;
	}
	return strbuf_str(&out);
}

struct str diff_formatted(struct arena *arena, struct str path, struct str old, struct str new)
{
	struct lines old_lines = split(arena, old), new_lines = split(arena, new);
	struct edits edits = compare(arena, &old_lines, &new_lines);

	return write(arena, path, &edits);
}

struct str diff_edited(struct arena *arena, struct str path, struct str old, struct str new)
{
	struct lines old_lines = split(arena, old), new_lines = split(arena, new);
	struct edits edits = diff_least(arena, &old_lines, &new_lines);

	return write(arena, path, &edits);
}
