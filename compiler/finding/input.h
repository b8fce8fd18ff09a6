/* SPDX-License-Identifier: Apache-2.0
 *
 * Files of findings, as a stream of documents: of any length, in constant memory. A file, a pipe or
 * "-", packed by gzip or not, holds
 *
 *	lines		a JSON document on each (NDJSON);
 *	a list		`[…]`, or `{"Findings": […]}` and `{"findings": […]}` with whatever stands
 *			beside it: each item is a document;
 *	documents	one, or several that follow each other on lines of their own;
 *	rows		anything else: a record of CSV on each, quoted fields with line ends
 *included.
 *
 * Which it is tells the content, and the same documents come whatever the size of the blocks.
 *
 * Input is taken in blocks: input_take by one thread at a time, in order; input_next by the thread
 * that has the block. A document is handed out unread: who reads it to its end (json_scan_end),
 *each of them, has with the faults reported here validated the whole input. What is wrong goes into
 *a fault, to be reported in the order of the blocks. Behind a document that is no JSON, the rest of
 *its file is only good if the file holds lines or rows; behind a fault it is not.
 *
 * Price: lines cost a memchr; items of a list 1.7 instructions per byte, under the lock. */
#ifndef FINDING_INPUT_H
#define FINDING_INPUT_H

#include "base/diag.h"
#include "base/vec.h"

/* Some findings: what is made of them takes as much again, and more. */
#define INPUT_BLOCK ((size_t)64 << 10)

struct input;

enum input_form { INPUT_DOCUMENTS, INPUT_LINES, INPUT_ROWS };

struct input_fault {
	const char *why;     /* NULL: there is none */
	size_t line, column; /* from 1; 0: it has no place, 0: the column is not known */
	size_t offset;	     /* in bytes from the beginning of the (unpacked) file */
};

struct input_cut;

/* Documents of one file, one after the other, and what comes behind them. */
struct input_block {
	enum input_form form;
	size_t file;	   /* which of the paths */
	const char *shown; /* its name, safe for a message */
	struct str text;
	size_t offset, line; /* of the text in the file; lines from 1 */
	size_t line_start;   /* the offset of that line */
	struct str header;   /* of rows: the first of them, which is none of the documents */
	struct input_fault fault;
	/* The rest is input's own. */
	struct arena *arena;
	char *bytes;
	size_t cap;
	struct input_cut *cuts;
	size_t n_cuts, cap_cuts, next;
	VEC(size_t) ends; /* of lines, those before `next` included */
	size_t next_end;
	size_t counted, counted_line, counted_start; /* lines so far, and where the last begins */
};

struct input_doc {
	struct str text;
	size_t at;	  /* in the block's text */
	const char *list; /* "", "findings" or "Findings", if it is an item; NULL: it is none */
	size_t index;	  /* among the items of its list, from 0 */
};

/* block_size: INPUT_BLOCK, or less in a test. */
struct input *input_new(struct arena *arena, struct diags *d, const struct str *paths, size_t n,
			size_t block_size);
/* The same of a text, as of a file of this name. */
struct input *input_new_text(struct arena *arena, struct diags *d, struct str name, struct str text,
			     size_t block_size);
/* The next block with documents, a fault, or both; of a file without either, one with neither.
 * false at the end of all files. A block is used again and again: it begins as {.arena = …}, an
 * arena of its thread. */
bool input_take(struct input *in, struct input_block *block);
/* The rest of this file is of no use. */
void input_skip_file(struct input *in, size_t file);
void input_close(struct input *in);

/* The block's next document; a line or row without its end. */
bool input_next(struct input_block *block, struct input_doc *doc);
/* What is wrong with a document, `offset` bytes behind its beginning. */
struct input_fault input_fault_at(struct input_block *block, const struct input_doc *doc,
				  size_t offset, const char *why);
/* Where a document stands: `line 3`, `Findings[7]`, `[7]`; empty if it is alone. */
struct str input_place(struct arena *arena, struct input_block *block, const struct input_doc *doc);
/* "`a.ndjson`, line 2, column 1: the text ends too early" */
void input_report(struct diags *d, const struct input_block *block,
		  const struct input_fault *fault);

#endif
