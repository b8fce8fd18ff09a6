/* SPDX-License-Identifier: Apache-2.0
 *
 * Between the files of the family. */
#ifndef LINT_STATUS_INTERNAL_H
#define LINT_STATUS_INTERNAL_H

#include "lint/sets.h"

/* VC511 and VC513; needs the plan. */
void status_check_stays(struct lint *l);

#endif
