/* SPDX-License-Identifier: Apache-2.0
 *
 * A small part of a set, of findings as they mostly are. The universe of all that can exist is a
 * large diagram: cutting a set of three tests to it costs as much as all else together. A path
 * through it, with the values that the field table recommends, is found in a tenth of that, and
 * shows as well that the set is not empty. */
#ifndef LINT_TYPICAL_H
#define LINT_TYPICAL_H

#include "lint/lint.h"

struct typical;

struct typical *typical_new(struct lint *l);
/* A part of the set that has findings inside the universe of the view, which is in use afterwards;
 * DD_FALSE if it has none at all. The caller asks and looks for the answer (lint_ask). */
dd typical_part(const struct typical *typical, dd set, enum view view);

#endif
