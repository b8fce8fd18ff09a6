/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of region.def. */
#include "model/region.h"

const struct region regions[REGION_COUNT] = {
#define REGION(from, named) {.partition = (from), .name = (named)},
#include "model/region.def"
#undef REGION
};

int region_find(struct str name)
{
	for (int i = 0; i < REGION_COUNT; i++)
		if (str_is(name, regions[i].name))
			return i;
	return -1;
}
