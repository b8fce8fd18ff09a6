/* SPDX-License-Identifier: Apache-2.0
 *
 * What stands in the text of a policy, in its order: for rules about how something is written,
 * which names and texts that were resolved do not show any more. */
#ifndef LINT_VISIT_H
#define LINT_VISIT_H

#include "syntax/load.h"

struct visited {
	const struct ast_statement *statement;
	const struct ast_property *property; /* the innermost; NULL: of let, define, annotations */
};

struct visitor { /* what is not wanted is NULL */
	void *context;
	void (*property)(void *context, const struct visited *at); /* of a block or a row */
	void (*scalar)(void *context, const struct visited *at, const struct ast_scalar *scalar);
	void (*set)(void *context, const struct visited *at, const struct ast_value *set);
	void (*operand)(void *context, const struct visited *at, const struct ast_operand *operand);
	void (*comparison)(void *context, const struct visited *at, const struct ast_expr *expr);
};

/* Of all files. A walk. */
void visit_program(const struct ast_program *program, const struct visitor *visitor);

#endif
