/* SPDX-License-Identifier: Apache-2.0
 *
 * Findings of every shape into records, in one pass: the wanted fields are the branches of a tree
 * of members per layout, one walk over a json_scan takes what stands at its leaves, and all the
 * rest is validated and passed over. A document's shape is told by its content, whatever the order
 * of its members: a guess, that it is what the one before was, is checked when the document was
 * read, and where it was wrong the document is read again.
 *
 * Records keep slices of the text, which must live as long. Two readers share nothing.
 *
 * Price: on top of json_scan's some twenty instructions per member and sixty per value kept. */
#ifndef FINDING_READER_H
#define FINDING_READER_H

#include "base/json_scan.h"
#include "finding/finding.h"

struct reader;

/* A finding, or what a document is that holds none. */
struct reading {
	struct finding *finding;
	const char *why;  /* NULL; else what it is, lower case */
	struct str event; /* the detail-type, if it is another event */
	struct str place; /* where in the document; empty: the document itself */
};

/* wanted: WANTED_COUNT flags, or NULL: all. What stands for a wanted field may be kept beside
 * it. */
struct reader *reader_new(struct arena *arena, const bool *wanted);
/* Takes the scanner's next value as a document: a finding, an event, or a list of them, alone or
 * as `findings` or `Findings`. Records and strings are made in the scanner's scratch arena. *n
 * readings, which stay until the next call; false when the scanner failed. */
bool reader_next(struct reader *r, struct json_scan *s, const struct reading **readings, size_t *n);

/* A report of Inspector as CSV: its first record names the columns, of which those of AWS's user
 * guide are known, in any order. NULL: it is no report's; *why. */
struct reader_report;
struct reader_report *reader_report(struct reader *r, struct str header, const char **why);
/* One record, without the line end behind it; NULL: it is no CSV, or has another number of cells;
 * *why, *offset. The strings of the record are slices of the text or made in the arena. */
struct finding *reader_row(struct reader *r, struct reader_report *report, struct arena *arena,
			   struct str row, size_t *offset, const char **why);

#endif
