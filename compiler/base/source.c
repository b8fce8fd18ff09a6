/* SPDX-License-Identifier: Apache-2.0
 *
 * Source texts and places in them. Each source takes one offset more than it has bytes, so that
 * its end is a place of its own, even in an empty file. */
#include "base/source.h"

#include <string.h>

#include "base/vec.h"

/* A line may be as long as a file, and a run may ask for a place per statement: code points are
 * counted once, with a mark every so many bytes, and a column costs one block. */
#define BLOCK 1024

struct sources {
	struct arena *arena;
	VEC(struct source *) all;
	VEC(struct source) put; /* path and whole alone */
};

struct sources *sources_new(struct arena *arena)
{
	struct sources *sources = ARENA_NEW(arena, struct sources);

	sources->arena = arena;
	return sources;
}

struct source *sources_add(struct sources *sources, struct str path, struct str text)
{
	struct source *source = ARENA_NEW(sources->arena, struct source);
	uint32_t base = 1;

	if (sources->all.n) {
		const struct source *last = sources->all.items[sources->all.n - 1];

		base = last->base + (uint32_t)last->text.len + 1;
	}
	/* Out of reach behind the limit on total text; offsets must not wrap all the same. */
	if (text.len > UINT32_MAX - 1 - base)
		text.len = UINT32_MAX - 1 - base;
	*source = (struct source){.path = path, .text = text, .whole = text, .base = base};
	VEC_PUSH(sources->arena, sources->all, source);
	return source;
}

/* Files are few (SYNTAX_FILES). */
void sources_put(struct sources *sources, struct str path, struct str whole)
{
	VEC_PUSH(sources->arena, sources->put, ((struct source){.path = path, .whole = whole}));
}

bool sources_get(const struct sources *sources, struct str path, struct str *whole)
{
	for (size_t i = 0; i < sources->put.n; i++) {
		if (!str_eq(sources->put.items[i].path, path))
			continue;
		*whole = sources->put.items[i].whole;
		return true;
	}
	return false;
}

static struct source *find_source(const struct sources *sources, uint32_t offset)
{
	size_t low = 0, high = sources->all.n;
	struct source *source;

	if (!offset || !high)
		return NULL;
	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (sources->all.items[mid]->base <= offset)
			low = mid;
		else
			high = mid;
	}
	source = sources->all.items[low];
	return offset - source->base <= source->text.len ? source : NULL;
}

static bool is_scalar_start(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

static void index_lines(struct sources *sources, struct source *source)
{
	const char *text = source->text.ptr, *end = text + source->text.len, *at;
	size_t n = 1;

	for (at = text; at < end && (at = memchr(at, '\n', (size_t)(end - at))); at++)
		n++;
	source->lines = ARENA_ARRAY(sources->arena, uint32_t, n);
	source->n_lines = 1;
	for (at = text; at < end && (at = memchr(at, '\n', (size_t)(end - at))); at++)
		source->lines[source->n_lines++] = (uint32_t)(at - text + 1);
}

/* Columns are asked for by messages alone, and cost a look at every byte. */
static void index_scalars(struct sources *sources, struct source *source)
{
	const char *text = source->text.ptr;
	size_t len = source->text.len;
	uint32_t count = 0;

	source->counts = ARENA_ARRAY(sources->arena, uint32_t, len / BLOCK + 1);
	for (size_t i = 0; i < len; i++) {
		if (i % BLOCK == 0)
			source->counts[i / BLOCK] = count;
		count += is_scalar_start(text[i]);
	}
	if (len % BLOCK == 0)
		source->counts[len / BLOCK] = count;
}

/* Scalars that start before `at`. */
static uint32_t count_scalars(const struct source *source, size_t at)
{
	uint32_t count = source->counts[at / BLOCK];

	for (size_t i = at - at % BLOCK; i < at; i++)
		count += is_scalar_start(source->text.ptr[i]);
	return count;
}

/* The line that `at` stands on, from 0. */
static size_t line_of(struct sources *sources, struct source *source, size_t at)
{
	size_t low = 0, high;

	if (!source->lines)
		index_lines(sources, source);
	high = source->n_lines;
	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (source->lines[mid] <= at)
			low = mid;
		else
			high = mid;
	}
	return low;
}

struct position sources_locate(struct sources *sources, uint32_t offset)
{
	struct source *source = find_source(sources, offset);
	size_t at, line;

	if (!source)
		return (struct position){0};
	at = offset - source->base;
	line = line_of(sources, source, at);
	if (!source->counts)
		index_scalars(sources, source);
	return (struct position){
		.source = source,
		.line = (uint32_t)(line + 1),
		.col = count_scalars(source, at) - count_scalars(source, source->lines[line]) + 1,
	};
}

uint32_t sources_line(struct sources *sources, uint32_t offset)
{
	struct source *source = find_source(sources, offset);

	return source ? (uint32_t)line_of(sources, source, offset - source->base) + 1 : 0;
}

/* Where a line starts; the length of the text when there is no such line. */
static size_t line_start(const struct source *source, uint32_t line)
{
	const char *text = source->text.ptr;
	size_t at = 0, len = source->text.len;

	if (source->lines)
		return line <= source->n_lines ? source->lines[line - 1] : len;
	for (; line > 1; line--) {
		const char *end = at < len ? memchr(text + at, '\n', len - at) : NULL;

		if (!end)
			return len;
		at = (size_t)(end - text) + 1;
	}
	return at;
}

struct str source_line(const struct source *source, uint32_t line)
{
	size_t start, end, len = source->text.len;
	const char *text = source->text.ptr, *found;

	if (!line)
		return STR("");
	start = line_start(source, line);
	if (source->lines && line < source->n_lines) {
		end = source->lines[line] - 1;
	} else {
		found = start < len ? memchr(text + start, '\n', len - start) : NULL;
		end = found ? (size_t)(found - text) : len;
	}
	if (end > start && text[end - 1] == '\r')
		end--;
	return str_slice(source->text, start, end);
}

struct str sources_text(struct sources *sources, struct span span)
{
	const struct source *source = find_source(sources, span.start);

	if (!source || span.end < span.start)
		return STR("");
	return str_slice(source->text, span.start - source->base, span.end - source->base);
}
