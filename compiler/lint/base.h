/* SPDX-License-Identifier: Apache-2.0
 *
 * Linting a change: the policy beside the one that it was. What stood there before, in a statement
 * that nobody touched, is known; what a change does to others is new, wherever it shows. And of
 * each suppression: does it hide more than before, less, as much, or other findings? */
#ifndef LINT_BASE_H
#define LINT_BASE_H

#include "lint/lint.h"

struct lint_base {
	const struct policy *policy;
	const struct ast_program *program;
	const struct places *places;
	struct diags *diags; /* all that was found in it, with names */
};

/* Marks what is known from before (diag_know): a problem of the same name that says the same, in a
 * statement whose text is the same, or in none. n log n. */
void base_know(struct lint *l);

#endif
