/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of limit.def. */
#include "model/limit.h"

#include "base/diag.h"

const struct limit limits[LIMIT_COUNT] = {
#define LIMIT(id, shown, number, counted, said, seen)                                              \
	[LIMIT_##id] = {                                                                           \
		.name = (shown),                                                                   \
		.value = (number),                                                                 \
		.unit = (counted),                                                                 \
		.what = (said),                                                                    \
		.source = (seen),                                                                  \
	},
#include "model/limit.def"
#undef LIMIT
};
