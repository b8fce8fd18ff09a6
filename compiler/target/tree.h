/* SPDX-License-Identifier: Apache-2.0
 *
 * Conditions that the compiler makes itself (guards, what is subtracted), as trees like those of
 * the policy: the evaluator can judge them and the set engine lowers them. */
#ifndef TARGET_TREE_H
#define TARGET_TREE_H

#include "ir/policy.h"

struct cond_list {
	const struct cond **items;
	size_t n, cap;
};

const struct cond *tree_word(struct arena *arena, enum field_id field, int word);
const struct cond *tree_text(struct arena *arena, enum field_id field, struct str key,
			     enum test test, struct str text);
const struct cond *tree_not(struct arena *arena, const struct cond *a);
const struct cond *tree_all(struct arena *arena, const struct cond *const *kids, size_t n);
const struct cond *tree_some(struct arena *arena, const struct cond *const *kids, size_t n);
const struct cond *tree_both(struct arena *arena, const struct cond *a, const struct cond *b);
/* The condition where `field` is that word: its tests are constants, tiers that test it are written
 * out. The same tree if nothing tests it. */
const struct cond *tree_given(struct arena *arena, const struct policy *policy,
			      const struct cond *cond, enum field_id field, int word);
/* Whatever the condition takes, and all that differs from it in fields that are not kept alone. */
const struct cond *tree_widened(struct arena *arena, const struct cond *cond,
				bool (*kept)(enum field_id field));

/* Whatever the condition will ever take as time goes by: tests of ages are true or false, whichever
 * is wider. Tiers are written out. */
const struct cond *tree_without_ages(struct arena *arena, const struct policy *policy,
				     const struct cond *cond);

#endif
