/* SPDX-License-Identifier: Apache-2.0
 *
 * Every limit as a row of limit.def: our own (reliability) and those of AWS, each with its source.
 * `vulnctl list limits` prints the table; each has a test at N and N + 1. */
#ifndef MODEL_LIMIT_H
#define MODEL_LIMIT_H

#include <stdint.h>

enum limit_id {
#define LIMIT(id, ...) LIMIT_##id,
#include "model/limit.def"
#undef LIMIT
	LIMIT_COUNT
};

struct limit {
	const char *name; /* "file-size" */
	int64_t value;
	const char *unit; /* "bytes", "statements", … */
	const char *what; /* one sentence */
	const char *source;
};

extern const struct limit limits[LIMIT_COUNT];

#endif
