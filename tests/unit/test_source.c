/* SPDX-License-Identifier: Apache-2.0
 *
 * Places: every offset of many small texts against counting by hand, the ends of sources, and
 * that a long line costs no more than a short one. */
#include <string.h>

#include "base/source.h"
#include "tap.h"

static bool at(struct sources *sources, uint32_t offset, const struct source *source,
	       uint32_t line, uint32_t col)
{
	struct position p = sources_locate(sources, offset);

	return p.source == source && p.line == line && p.col == col;
}

static void test_places(void)
{
	struct arena *arena = arena_new();
	struct sources *sources = sources_new(arena);
	struct source *a = sources_add(sources, STR("a"), STR("ab\nc\r\n深x"));
	struct source *empty = sources_add(sources, STR("empty"), STR(""));
	struct source *b = sources_add(sources, STR("b"), STR("\n"));

	ok(a->base == 1 && empty->base == a->base + 11 && b->base == empty->base + 1,
	   "a source takes one offset more than it has bytes");
	ok(at(sources, 0, NULL, 0, 0), "offset 0 is no place");
	ok(at(sources, 1, a, 1, 1) && at(sources, 3, a, 1, 3), "the first line and its end");
	ok(at(sources, 4, a, 2, 1) && at(sources, 5, a, 2, 2), "the second line");
	ok(at(sources, 7, a, 3, 1) && at(sources, 10, a, 3, 2), "columns are code points");
	ok(at(sources, 11, a, 3, 3), "the end of a source is a place in it");
	ok(at(sources, 12, empty, 1, 1), "also when it is empty");
	ok(at(sources, 13, b, 1, 1) && at(sources, 14, b, 2, 1), "a final line feed begins a line");
	ok(at(sources, 15, NULL, 0, 0) && at(sources, UINT32_MAX, NULL, 0, 0), "behind the last");
	ok(str_is(source_line(a, 1), "ab") && str_is(source_line(a, 2), "c") &&
		   str_is(source_line(a, 3), "深x"),
	   "lines have no ends");
	ok(str_is(source_line(a, 4), "") && str_is(source_line(a, 0), "") &&
		   str_is(source_line(empty, 1), "") && str_is(source_line(b, 2), ""),
	   "lines that are not there are empty");
	ok(str_is(sources_text(sources, (struct span){2, 5}), "b\nc"), "the text of a span");
	ok(str_is(sources_text(sources, (struct span){10, 40}), "x"), "it ends with its source");
	ok(str_is(sources_text(sources, (struct span){0, 5}), "") &&
		   str_is(sources_text(sources, (struct span){5, 4}), ""),
	   "no place, no text");
	arena_free(arena);
}

static void test_lines_before_locating(void)
{
	struct arena *arena = arena_new();
	struct sources *sources = sources_new(arena);
	const struct source *a = sources_add(sources, STR("a"), STR("x\n\r\nyz\r\n"));
	unsigned wrong = 0;

	for (unsigned pass = 0; pass < 2; pass++) {
		wrong += !str_is(source_line(a, 1), "x") || !str_is(source_line(a, 2), "") ||
			 !str_is(source_line(a, 3), "yz") || !str_is(source_line(a, 4), "") ||
			 !str_is(source_line(a, 5), "");
		sources_locate(sources, 1);
	}
	ok(wrong == 0, "lines are the same before and after the index is built");
	arena_free(arena);
}

/* All places of a text over lines of every length around the size of a block. */
static void test_blocks(void)
{
	struct arena *arena = arena_new();
	struct sources *sources = sources_new(arena);
	struct strbuf b;
	const struct source *source;
	uint32_t line = 1, col = 1, wrong = 0;

	strbuf_init(&b, arena);
	for (size_t n = 1000; n < 1050; n++) {
		for (size_t i = 0; i < n; i++)
			strbuf_puts(&b, i % 3 ? "a" : "は");
		strbuf_addc(&b, '\n');
	}
	source = sources_add(sources, STR("long"), strbuf_str(&b));
	for (uint32_t i = 0; i < b.len; i++) {
		if (((unsigned char)b.ptr[i] & 0xc0) == 0x80)
			continue;
		wrong += !at(sources, source->base + i, source, line, col);
		col++;
		if (b.ptr[i] == '\n') {
			line++;
			col = 1;
		}
	}
	ok(wrong == 0, "every place of a text of %zu bytes", b.len);
	arena_free(arena);
}

static void test_one_long_line(void)
{
	enum { SIZE = 8 << 20 };
	struct arena *arena = arena_new();
	struct sources *sources = sources_new(arena);
	char *text = arena_alloc(arena, SIZE);
	uint32_t wrong = 0;

	memset(text, 'x', SIZE);
	sources_add(sources, STR("line"), (struct str){text, SIZE});
	for (uint32_t i = 1; i <= SIZE; i += 64)
		wrong += sources_locate(sources, i).col != i;
	ok(wrong == 0, "131072 places in one line of 8 MiB, without counting it each time");
	arena_free(arena);
}

static void test_join(void)
{
	struct span a = {3, 5}, b = {4, 9}, none = {0, 0}, joined = span_join(b, a);

	ok(joined.start == 3 && joined.end == 9, "a join covers both");
	joined = span_join(none, a);
	ok(joined.start == 3 && joined.end == 5, "no place is neutral on the left");
	joined = span_join(a, none);
	ok(joined.start == 3 && joined.end == 5, "and on the right");
}

int main(void)
{
	test_places();
	test_lines_before_locating();
	test_blocks();
	test_one_long_line();
	test_join();
	return done();
}
