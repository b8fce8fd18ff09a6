/* SPDX-License-Identifier: Apache-2.0
 *
 * What a compiled policy does to findings, as rules for eval/decide.h: each statement by the
 * mechanism that was chosen for it, less what other suppressions hold, with its guard and with all
 * that it writes. */
#ifndef TARGET_RULES_H
#define TARGET_RULES_H

#include "eval/decide.h"
#include "target/plan.h"

/* In policy order. Of a plan that compile_policy returned. */
struct decide_rule *rules_of_plan(struct compilation *c, struct plan *plan, size_t *n);

#endif
