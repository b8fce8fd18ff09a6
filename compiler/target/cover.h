/* SPDX-License-Identifier: Apache-2.0
 *
 * Text covers: a language as a short list of tests that AWS's matchers know (equals, prefix,
 * suffix, contains), all of them positive or all negative. Exact: the union of the tests (or its
 * complement) equals the language on every text in `care`. */
#ifndef TARGET_COVER_H
#define TARGET_COVER_H

#include "ir/lang.h"
#include "target/literal.h"

struct cover_test {
	enum test test; /* TEST_IN: equals; TEST_PREFIX …; TEST_RANGE: begins with text and ends
			 * with tail, the two not overlapping */
	struct str text, tail;
};

struct cover {
	bool negative;		  /* the language is what no test takes */
	struct cover_test *tests; /* equals first, each kind sorted */
	size_t n;
	/* Positive only: texts excluded from the prefixes again (PREFIX with NOT_EQUALS or
	 * PREFIX_NOT_EQUALS, which automation rules know and event patterns do not). */
	struct cover_test *minus;
	size_t n_minus;
};

/* Which forms the mechanism knows. */
enum cover_form {
	COVER_NEGATIVE = 1,
	COVER_SUFFIX = 2,
	COVER_CONTAINS = 4,
	COVER_AFFIXES = 8, /* prefix and suffix in one test */
	COVER_MINUS = 16,
	COVER_PREFIX = 32,
};

/* false if no cover of the allowed forms was found among the literals. */
bool cover_find(struct engine *e, struct arena *arena, lang l, lang care,
		const struct literal *literals, size_t n, unsigned forms, struct cover *out);

/* A cover of more than the language, of as little more as tests on the literals can say without `"`
 * in an affix; false if that is everything. */
bool cover_around(struct engine *e, struct arena *arena, lang l, lang care,
		  const struct literal *literals, size_t n, unsigned forms, struct cover *out);

#endif
