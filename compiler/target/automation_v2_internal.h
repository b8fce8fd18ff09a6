/* SPDX-License-Identifier: Apache-2.0
 *
 * Between the parts of the decompiler of automation rules V2; the writer does not include this. */
#ifndef TARGET_AUTOMATION_V2_INTERNAL_H
#define TARGET_AUTOMATION_V2_INTERNAL_H

#include "target/automation_v2.h"

/* What the value of `Criteria` takes; false with *why. */
bool automation_v2_set(struct compilation *c, const struct unit *unit, const struct json *criteria,
		       dd *set, const char **why);

#endif
