/* SPDX-License-Identifier: Apache-2.0
 *
 * Checking: the syntax tree becomes a policy. Resolves names (one namespace for let and define, one
 * for tiers, one for protect, one for all statements that produce something), types every value,
 * places the defaults of the policy block, and reports every mistake of the language with its id
 * (VC001 … VC018, VC104, VC105, VC201, VC205, VC207). One cause, one message. */
#ifndef IR_CHECK_H
#define IR_CHECK_H

#include "ir/policy.h"
#include "syntax/load.h"

struct check_options {
	bool has_now;
	struct str now;		      /* --now: a DATE or DATETIME */
	const struct ast_expr *asked; /* a condition beside the policy, in the root file's words */
	int64_t clock; /* SOURCE_DATE_EPOCH, else the clock: the day it falls on is meant, ns */
};

/* Never NULL; use it only if the diagnostics hold no error. */
struct policy *check_program(struct arena *arena, struct diags *d, struct sources *sources,
			     const struct ast_program *program, const struct config *config,
			     const struct check_options *options);

#endif
