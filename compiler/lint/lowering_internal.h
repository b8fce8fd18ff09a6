/* SPDX-License-Identifier: Apache-2.0
 *
 * What lint/lowering.c and lint/lowering_floor.c share. */
#ifndef LINT_LOWERING_INTERNAL_H
#define LINT_LOWERING_INTERNAL_H

#include "lint/lint.h"

void lowering_floors(struct lint *l);

#endif
