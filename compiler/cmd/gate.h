/* SPDX-License-Identifier: Apache-2.0
 *
 * `vulnctl gate POLICY SCAN… --fail-on TIER`: may this image be deployed? */
#ifndef CMD_GATE_H
#define CMD_GATE_H

#include "base/arena.h"

/* argv[0] is the command's own name. Returns the exit code: 0 open, 1 closed, 2, 3 or 4. */
int cmd_gate(struct arena *arena, int argc, char **argv);

#endif
