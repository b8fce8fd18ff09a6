/* SPDX-License-Identifier: Apache-2.0
 *
 * `vulnctl preview POLICY FINDINGS…`: what each suppression would hide of real findings, and what a
 * change of the policy would hide or show anew. */
#ifndef CMD_PREVIEW_H
#define CMD_PREVIEW_H

#include "base/arena.h"

/* argv[0] is the command's own name. Returns the exit code: 0, 1 (--fail-if-hides), 2, 3 or 4. */
int cmd_preview(struct arena *arena, int argc, char **argv);

#endif
