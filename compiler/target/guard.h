/* SPDX-License-Identifier: Apache-2.0
 *
 * Guards: BatchUpdateFindings raises the same event again, so every rule that leads to it also asks
 * that there is something left to do (semantics.md §3.3). With the conflict rules this ends. */
#ifndef TARGET_GUARD_H
#define TARGET_GUARD_H

#include "target/plan.h"

/* NULL for a notify. */
const struct cond *guard_make(struct compilation *c, struct plan *plan, const struct unit *unit);

#endif
