/* SPDX-License-Identifier: Apache-2.0
 *
 * What cmd/fmt.c and cmd/fmt_diff.c share. */
#ifndef CMD_FMT_INTERNAL_H
#define CMD_FMT_INTERNAL_H

#include "base/str.h"

/* A unified diff from a policy to what `fmt` makes of it. Linear, because the two differ in blanks
 * and commas alone, nearly: lines are compared where both have as many other bytes before them. */
struct str fmt_diff(struct arena *arena, struct str path, struct str old, struct str new);

#endif
