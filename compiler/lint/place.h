/* SPDX-License-Identifier: Apache-2.0
 *
 * Which statement of the text a place lies in: for what is allowed there, and for a name of a
 * problem that stays when lines move. A search is log n. */
#ifndef LINT_PLACE_H
#define LINT_PLACE_H

#include "syntax/load.h"

struct places;

struct places *places_new(struct arena *arena, const struct ast_program *program);
/* What lies between two statements, as annotations do, is of the second; NULL behind the last of a
 * file. */
const struct ast_statement *places_find(const struct places *places, struct span at);
/* The name of the policy: for what is about all of it. */
struct span place_policy(const struct ast_program *program);
/* What it is called: a name, the path of a use, nothing for policy. */
struct str place_name(const struct ast_statement *statement);

#endif
