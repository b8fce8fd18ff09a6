/* SPDX-License-Identifier: Apache-2.0
 *
 * The literals of a condition: the texts that people wrote, by field and test. A language in a
 * diagram has lost the words it came from; a criterion is built from these words again, and then
 * proved equal to the language. */
#ifndef TARGET_LITERAL_H
#define TARGET_LITERAL_H

#include "ir/policy.h"

struct literal {
	enum field_id field;
	struct str key;	/* of a map */
	enum test test; /* TEST_IN (one text), TEST_PREFIX, TEST_SUFFIX, TEST_CONTAINS */
	struct str text;
	const struct atom *atom;
};

struct literals;

/* All of them, through defines and tiers, each once; in order of field, key, test and text. */
struct literals *literals_collect(struct arena *arena, const struct policy *policy,
				  const struct cond *const *conds, size_t n);
/* Those of one field. */
const struct literal *literals_of(const struct literals *all, enum field_id field, struct str key,
				  size_t *n);
/* The first atom (in the order of the text) that tests the field, or NULL. */
const struct atom *literals_atom(const struct literals *all, enum field_id field, struct str key);

#endif
