/* SPDX-License-Identifier: Apache-2.0
 *
 * `vulnctl compile POLICY -o DIR [-t TARGET]… [--now D]`: everything in memory, proved, then
 * written all or nothing. */
#ifndef CMD_COMPILE_H
#define CMD_COMPILE_H

#include "base/arena.h"

/* argv[0] is the command's own name. Returns the exit code. */
int cmd_compile(struct arena *arena, int argc, char **argv);

#endif
