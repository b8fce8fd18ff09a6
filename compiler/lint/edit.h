/* SPDX-License-Identifier: Apache-2.0
 *
 * Repairs of statements, as edits of their text: what several rules offer. Each does nothing where
 * the statement's text has no such place. */
#ifndef LINT_EDIT_H
#define LINT_EDIT_H

#include "lint/lint.h"

const struct ast_statement *edit_statement(const struct lint *l, const struct statement *s);
/* The last property of that name; NULL if there is none. */
const struct ast_property *edit_property(const struct ast_statement *ast, const char *name);
/* `and TEST` behind the `when` of the statement. */
void edit_require(struct lint *l, struct diag *diag, const struct statement *s, const char *test);
/* A property more, the last one: "mark NOTIFIED;". */
void edit_add(struct lint *l, struct diag *diag, const struct statement *s, const char *property);
/* Without what stands there, a property or a row, and without its line if it has one. */
void edit_remove(struct lint *l, struct diag *diag, struct span at);
/* Without the statement, its annotations, the comment that stands right above, and the ends of
 * lines behind it. */
void edit_delete(struct lint *l, struct diag *diag, const struct ast_statement *ast);

#endif
