/* SPDX-License-Identifier: Apache-2.0
 *
 * The passes: one for each family of rules, in a file of its name. */
#ifndef LINT_PASS_H
#define LINT_PASS_H

#include "lint/lint.h"

#define PASS(name) void lint_##name(struct lint *l);
#include "lint/pass.def"
#undef PASS

#endif
