/* SPDX-License-Identifier: Apache-2.0
 *
 * What lint/governance.c and lint/governance_reason.c share. */
#ifndef LINT_GOVERNANCE_INTERNAL_H
#define LINT_GOVERNANCE_INTERNAL_H

#include "lint/lint.h"

void governance_reasons(struct lint *l);

#endif
