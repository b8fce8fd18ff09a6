/* SPDX-License-Identifier: Apache-2.0
 *
 * `vulnctl version`. */
#ifndef CMD_VERSION_H
#define CMD_VERSION_H

#include "base/arena.h"

int cmd_version(struct arena *arena, int argc, char **argv);

#endif
