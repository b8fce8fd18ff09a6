/* SPDX-License-Identifier: Apache-2.0
 *
 * `vulnctl match PATTERN EVENTS…`: which events an event pattern takes. */
#ifndef CMD_MATCH_H
#define CMD_MATCH_H

#include "base/arena.h"

/* argv[0] is the command's own name. Returns the exit code: 0, 1 (a case of --cases disagrees), 2
 * (the pattern is invalid), 3 or 4. */
int cmd_match(struct arena *arena, int argc, char **argv);

#endif
