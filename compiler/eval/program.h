/* SPDX-License-Identifier: Apache-2.0
 *
 * Many conditions asked of one finding after the other. They are compiled once to steps over tests,
 * in which equal tests are one: a test is asked once for each finding, however many conditions have
 * it. And each condition is filed under what it pins: the rarest of the values of which it asks for
 * one (a CVE rather than an account, an account rather than a severity). Only those that a
 * finding's own values lead to are looked at, so that a thousand conditions cost about what one
 * does.
 *
 * It says what eval.h says; tests/unit/test_program.c holds the two together. */
#ifndef EVAL_PROGRAM_H
#define EVAL_PROGRAM_H

#include "eval/eval.h"

struct program_item {
	const struct cond *cond;
	bool many;  /* as in eval_cond */
	bool alone; /* never among those that hold: asked by program_ask alone */
};

struct program;

struct program *program_new(struct arena *arena, const struct policy *policy,
			    const struct program_item *items, size_t n);
/* The numbers of the items that hold, ascending; good until the next run. The finding must live as
 * long. */
const uint32_t *program_run(struct program *program, const struct element *finding, size_t *n);
/* Of the finding of the last run: one item, and the tier that holds, or -1. */
bool program_ask(struct program *program, size_t item);
int program_tier(struct program *program);

#endif
