/* SPDX-License-Identifier: Apache-2.0
 *
 * `vulnctl check [options] POLICY`: parse, resolve and type only. */
#ifndef CMD_CHECK_H
#define CMD_CHECK_H

#include "base/arena.h"

/* argv[0] is the command's own name. Returns the exit code: 0, 2 or 3. */
int cmd_check(struct arena *arena, int argc, char **argv);

#endif
