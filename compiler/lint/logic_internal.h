/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of lint/logic share. The specific is told before the general: what holds or fails
 * by itself (logic_text, logic_test), then what excludes itself, then what others already say. */
#ifndef LINT_LOGIC_INTERNAL_H
#define LINT_LOGIC_INTERNAL_H

#include "ir/memo.h"
#include "lint/lint.h"

/* A statement with a condition, a row of one, or a tier. */
struct logic_item {
	const struct statement *statement;
	const struct row *row; /* NULL: the statement has no rows */
	const struct cond *cond;
	struct span at; /* the name, or the row */
	enum view view;
	bool live;     /* not past its end */
	bool answered; /* what follows is right */
	bool empty;    /* no finding can meet it */
	dd set;	       /* not cut to the universe */
};

struct logic {
	struct lint *l;
	VEC(struct logic_item) items; /* tiers in their order, then statements in policy order */
	size_t n_tiers;
	struct memo told; /* tests that hold for nothing, and that is told: by address */
};

/* The universe in which the statement's condition is asked. */
void logic_use(struct lint *l, const struct statement *s);
struct engine *logic_engine(struct lint *l);
/* The text of a place. */
struct str logic_text(struct lint *l, struct span at);
/* Without parentheses around it. */
const struct ast_expr *logic_bare(const struct ast_expr *expr);
/* Takes the i-th operand away with its `and` or `or`; nothing, if a comment stands between. */
void logic_fix_operand(struct lint *l, struct diag *diag, const struct ast_expr *list, size_t i);
/* Takes the statement away, with what is written before it with `@`. */
void logic_fix_statement(struct diag *diag, const struct ast_statement *statement, bool unsafe);

void logic_texts(struct logic *logic);		/* VC310, VC311, VC313 */
void logic_definitions(struct logic *logic);	/* VC312 */
void logic_tests(struct logic *logic);		/* VC302, VC314 */
void logic_contradictions(struct logic *logic); /* VC301 */
void logic_twins(struct logic *logic);		/* VC303, VC304 */
void logic_tiers(struct logic *logic);		/* VC306, VC307 */

#endif
