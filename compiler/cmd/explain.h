/* SPDX-License-Identifier: Apache-2.0
 *
 * `vulnctl explain POLICY FINDING`: why each statement takes the finding or does not, and what
 * becomes of it. */
#ifndef CMD_EXPLAIN_H
#define CMD_EXPLAIN_H

#include "base/arena.h"

/* argv[0] is the command's own name. Returns the exit code. */
int cmd_explain(struct arena *arena, int argc, char **argv);

#endif
