/* SPDX-License-Identifier: Apache-2.0
 *
 * `vulnctl fmt [-w|--check|--diff] FILE…`: the one canonical form of policy files. What is shown or
 * written has been read again and compared: the same tree, the same comments, the same bytes when
 * it is formatted once more; else that is a bug (exit 4), and the file is left alone. */
#ifndef CMD_FMT_H
#define CMD_FMT_H

#include "base/arena.h"

/* argv[0] is the command's own name. Returns the exit code. */
int cmd_fmt(struct arena *arena, int argc, char **argv);

#endif
