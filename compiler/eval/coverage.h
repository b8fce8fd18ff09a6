/* SPDX-License-Identifier: Apache-2.0
 *
 * What a set of findings has shown of a policy: which statements took one and which left one alone,
 * and which tests of their conditions turned out either way. A test is a place in the text: one in
 * a define is one, however many statements use it. The policy's defaults are no tests of a
 * statement, and what stands inside `any` is part of it. */
#ifndef EVAL_COVERAGE_H
#define EVAL_COVERAGE_H

#include "base/vec.h"
#include "eval/decide.h"
#include "ir/memo.h"

struct coverage_statement {
	const struct statement *statement; /* of the policy that named it first */
	bool held, failed;
};

struct coverage_test {
	const struct cond *cond; /* an atom, an `any` or a tier; its place is its span */
	bool held, failed;
};

struct coverage {
	struct arena *arena;
	VEC(struct coverage_statement) statements; /* tiers, then the others in policy order */
	VEC(struct coverage_test) tests;	   /* in the order of the statements */
	struct memo by_span;			   /* positions + 1 of both */
};

struct coverage *coverage_new(struct arena *arena);
/* What is to be covered: the statements that have rules, tiers and protects; the others decide
 * nothing. Policies made of one text for several days are one. */
void coverage_want(struct coverage *coverage, const struct policy *policy,
		   const struct decide_rule *rules, size_t n);
void coverage_add(struct coverage *coverage, const struct policy *policy,
		  const struct decide_rule *rules, size_t n, const struct decision *decision);

#endif
