/* SPDX-License-Identifier: Apache-2.0
 *
 * Progress on standard error, for people who wait: nothing in the first second, nothing unless it
 * is a terminal, and nothing of it is left at the end. */
#ifndef CMD_PROGRESS_H
#define CMD_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct progress {
	bool on;
	bool shown;
	int64_t next;	 /* when to show again, ns of the monotonic clock */
	int64_t *before; /* bytes of the files before each, and of all */
	size_t n;	 /* files; 0: some size is not known */
};

/* The inputs are files (one of them may be `-`). */
void progress_begin(struct progress *p, struct arena *arena, const struct str *files, size_t n,
		    bool quiet);
/* So many findings were judged; of this file, and so many bytes of it. Of one that is packed they
 * are more than it has. */
void progress_step(struct progress *p, size_t findings, size_t file, size_t bytes);
void progress_end(struct progress *p);

#endif
