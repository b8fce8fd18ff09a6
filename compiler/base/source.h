/* SPDX-License-Identifier: Apache-2.0
 *
 * Source texts and places in them. A span is two offsets into the concatenation of all texts of
 * the run (each source has a base), so it names the file too; lines and columns are computed only
 * when something is printed. Offset 0 belongs to no source: a zero span means "no place".
 * Total text is limited to 64 MiB (reliability limits), so 32 bits are enough. */
#ifndef BASE_SOURCE_H
#define BASE_SOURCE_H

#include "base/str.h"

struct span {
	uint32_t start, end;
};

struct source {
	struct str path;  /* as shown to people: relative to where the user stands */
	struct str text;  /* valid UTF-8 without NUL and without BOM */
	uint32_t base;	  /* offset of text[0] in spans; the first source starts at 1 */
	struct str whole; /* the bytes of the file: text lies in it */
	uint32_t *lines;  /* offsets (in text) of line starts; built when asked for */
	size_t n_lines;
	uint32_t *counts; /* code points before each block of the text; likewise */
};

struct sources;

struct position {
	const struct source *source; /* NULL for a zero span */
	uint32_t line, col;	     /* from 1; columns count code points */
};

/* Locating costs O(size) once per source, then O(log lines), however long the lines are. */
struct sources *sources_new(struct arena *arena);
struct source *sources_add(struct sources *sources, struct str path, struct str text);
/* Whoever is to read the file of this path, as it is shown to people, takes this text instead: for
 * what is not written yet. */
void sources_put(struct sources *sources, struct str path, struct str whole);
/* false: nothing was put there, the file counts. */
bool sources_get(const struct sources *sources, struct str path, struct str *whole);
/* The end of a source is a place in it, also when it is empty. */
struct position sources_locate(struct sources *sources, uint32_t offset);
uint32_t sources_line(struct sources *sources, uint32_t offset); /* the line alone is cheaper */
/* The text of one line without its end (LF or CRLF); line counts from 1, empty beyond the last. */
struct str source_line(const struct source *source, uint32_t line);
struct str sources_text(struct sources *sources, struct span span);
static inline struct span span_join(struct span a, struct span b) /* a zero span is neutral */
{
	if (!a.start)
		return b;
	if (!b.start)
		return a;
	return (struct span){a.start < b.start ? a.start : b.start, a.end > b.end ? a.end : b.end};
}

#endif
