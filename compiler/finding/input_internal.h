/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of input share: reading files into blocks (input.c), finding the documents in them
 * (input_json.c), and what a thread does with its block (input_block.c). */
#ifndef FINDING_INPUT_INTERNAL_H
#define FINDING_INPUT_INTERNAL_H

#include "base/file.h"
#include "finding/input.h"

#define INPUT_ENDS_EARLY "the text ends too early"

enum input_state {
	INPUT_AT_START, /* of a file */
	INPUT_AT_VALUE, /* a document or a list of them may come */
	INPUT_AT_ITEM,	/* of a list: before one */
	INPUT_AT_COMMA, /* behind one */
	INPUT_AT_TAIL,	/* behind a list, in the object around it */
	INPUT_IN_LINES,
	INPUT_IN_ROWS,
	INPUT_AT_END, /* what is left is of no use */
};

struct input_cut {
	size_t at, len, index;
	const char *list;
};

struct input {
	struct arena *arena, *scratch, *around;
	const struct str *paths;
	const char **shown;
	size_t n_paths, next_path, block_size;
	const struct str *text; /* NULL, or what stands for the only file */
	struct file_input file;
	bool open, ended;   /* the file; all of it was read */
	bool given;	    /* a block of it */
	const char *broken; /* NULL, or why nothing more of it can be read */
	/* What was read and not used. */
	char *rest;
	size_t n_rest, cap_rest;
	/* Where it begins. */
	size_t offset, line, line_start;
	enum input_state state;
	bool any;	   /* the file has held a value */
	bool apart;	   /* a line has ended since */
	bool first;	   /* of a list: no item yet */
	const char *list;  /* its name */
	size_t index;	   /* of its next item */
	struct str head;   /* of the object around it: up to its bracket */
	struct str header; /* of rows */
};

/* Finds the documents at the beginning of block->text; how much of it is used. The state says what
 * comes behind. 0 and no documents: more must be read. */
size_t input_cut_block(struct input *in, struct input_block *block);
#define INPUT_TOO_LARGE "a document is larger than 64 MiB"

/* A document of the block; false after a fault: it is too large. */
bool input_add(struct input *in, struct input_block *block, size_t at, size_t end);
/* Ends the file with a fault at this place of the block. */
void input_fail(struct input *in, struct input_block *block, size_t at, const char *why);
/* A fault at this place of the block. Its column is known where its line begins at or behind
 * `from`. */
struct input_fault input_fault_in(struct input_block *block, size_t from, size_t at,
				  const char *why);
/* The end of the row that begins at `at`, its line end included; 0 if it goes on. */
size_t input_row_end(struct str text, size_t at);
/* Is a quoted field of the last row, which begins at `at`, open at the end of the text? */
bool input_row_open(struct str text, size_t at);

#endif
