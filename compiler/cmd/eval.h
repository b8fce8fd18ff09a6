/* SPDX-License-Identifier: Apache-2.0
 *
 * `vulnctl eval POLICY FINDINGS…`: the decision on each finding, or their sum. */
#ifndef CMD_EVAL_H
#define CMD_EVAL_H

#include "base/arena.h"

/* argv[0] is the command's own name. Returns the exit code: 0, 2, 3 or 4. */
int cmd_eval(struct arena *arena, int argc, char **argv);

#endif
