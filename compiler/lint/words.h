/* SPDX-License-Identifier: Apache-2.0
 *
 * A list of words that may be long and is asked often: sorted once, log n a question. */
#ifndef LINT_WORDS_H
#define LINT_WORDS_H

#include "base/str.h"

struct words { /* sorted[i] was items[order[i]] */
	struct str *sorted;
	const size_t *order;
	size_t n;
};

struct words words_new(struct arena *arena, const struct str *items, size_t n);
/* Where the word stood in the list (n: nowhere), how often, and whether it did. */
size_t words_find(const struct words *words, struct str word);
size_t words_count(const struct words *words, struct str word);
bool words_have(const struct words *words, struct str word);
/* The word that is meant, if one is near; else empty. */
struct str words_near(const struct words *words, struct str word);

#endif
