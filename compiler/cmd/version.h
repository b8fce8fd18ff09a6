/* SPDX-License-Identifier: Apache-2.0
 *
 * `vulnctl version`. */
#ifndef CMD_VERSION_H
#define CMD_VERSION_H

#include "base/arena.h"

#define VERSION "0.1.0" /* of the program */

int cmd_version(struct arena *arena, int argc, char **argv);

#endif
