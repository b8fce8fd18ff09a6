/* SPDX-License-Identifier: Apache-2.0
 *
 * `vulnctl test [DIR|FILE…]`: suites of policy tests, their failures, and what they cover. */
#ifndef CMD_TEST_H
#define CMD_TEST_H

#include "base/arena.h"

/* argv[0] is the command's own name. Returns the exit code: 0, 1 (a case failed, or too little is
 * covered), 2, 3 or 4. */
int cmd_test(struct arena *arena, int argc, char **argv);

#endif
