/* SPDX-License-Identifier: Apache-2.0
 *
 * AWS's Regions and their partitions (region.def). */
#ifndef MODEL_REGION_H
#define MODEL_REGION_H

#include "base/str.h"

enum {
	REGION_COUNT = 0
#define REGION(...) +1
#include "model/region.def"
#undef REGION
};

struct region {
	const char *partition; /* "aws" */
	const char *name;      /* "us-east-1" */
};

extern const struct region regions[REGION_COUNT]; /* by partition, then by name */

/* The index of a Region, or -1. */
int region_find(struct str name);

#endif
