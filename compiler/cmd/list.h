/* SPDX-License-Identifier: Apache-2.0
 *
 * `vulnctl list fields|operators|limits [--format text|json]`: the tables the compiler works from,
 * for people (aligned text) and for editors (JSON). */
#ifndef CMD_LIST_H
#define CMD_LIST_H

#include "base/arena.h"

/* argv[0] is the command's own name. Returns the exit code: 0, or 3 after a message on standard
 * error. */
int cmd_list(struct arena *arena, int argc, char **argv);

#endif
