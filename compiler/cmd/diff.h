/* SPDX-License-Identifier: Apache-2.0
 *
 * Unified diffs between two texts of one file. */
#ifndef CMD_DIFF_H
#define CMD_DIFF_H

#include "base/str.h"

/* From a policy to what `fmt` makes of it. Linear, because the two differ in blanks and commas
 * alone, nearly: lines are compared where both have as many other bytes before them. */
struct str diff_formatted(struct arena *arena, struct str path, struct str old, struct str new);
/* The fewest lines that go and come, or nearly. Linear in the lines. */
struct str diff_edited(struct arena *arena, struct str path, struct str old, struct str new);

#endif
