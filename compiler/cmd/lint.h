/* SPDX-License-Identifier: Apache-2.0
 *
 * The command `lint`: what of a policy will hurt, and why. */
#ifndef CMD_LINT_H
#define CMD_LINT_H

#include "base/arena.h"

int cmd_lint(struct arena *arena, int argc, char **argv);

#endif
