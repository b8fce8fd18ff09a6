/* SPDX-License-Identifier: Apache-2.0
 *
 * Findings of files of any length, in constant memory: read by several threads, block by block, and
 * used in the order of the files. The same is said and given for any number of threads.
 *
 * What is no JSON is a world diagnostic with its place, and ends it all, or with keep_going its
 * file (of lines, only the line). Documents that are no findings are counted and named per file; a
 * file without any finding is an error. */
#ifndef FINDING_BATCH_H
#define FINDING_BATCH_H

#include "finding/input.h"
#include "finding/reader.h"

/* The findings of a block. They live until `give` was called, unless they are kept. */
struct batch {
	struct finding *const *findings;
	size_t n;
	size_t first; /* findings before them in the run */
	size_t file;  /* of the paths */
	size_t end;   /* so many bytes of it, unpacked, are read with them */
};

struct batch_run {
	struct arena *arena;
	struct diags *diags;
	const struct str *paths;
	size_t n_paths;
	const struct str *text; /* NULL, or what stands for the only path */
	/* Findings live as long as the arena, and with them all that is read; one thread. */
	bool keep;
	const bool *wanted; /* as reader_new has it */
	bool keep_going;
	size_t block_size; /* INPUT_BLOCK, or less in a test */
	/* One for each thread: what work makes and give uses, each in the way of its caller. */
	void *const *workers;
	size_t n_workers;
	void (*work)(void *worker, const struct batch *batch); /* at the same time as others */
	bool (*give)(void *worker, const struct batch *batch); /* in order; false: stop */
};

/* Was everything read, and given? */
bool batch_run(const struct batch_run *run);

#endif
