/* SPDX-License-Identifier: Apache-2.0
 *
 * A whole compilation in memory: plan, mechanisms, conflicts, artefacts, proof. Nothing is written
 * here; after a diagnostic of level error the artefacts must not be used. */
#ifndef TARGET_COMPILE_H
#define TARGET_COMPILE_H

#include "target/plan.h"

/* The plan is returned for the manifest; NULL if there was an error. */
struct plan *compile_policy(struct compilation *c);
/* Could this backend say the condition of the unit exactly, if it were its own? */
bool compile_could(struct compilation *c, const struct unit *unit, enum backend backend);

#endif
