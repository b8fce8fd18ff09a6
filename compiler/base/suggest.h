/* SPDX-License-Identifier: Apache-2.0
 *
 * "Did you mean": Damerau-Levenshtein distance (optimal string alignment) of at most 2 and at most
 * a third of the length of the word, counted in code points with ASCII case ignored. At equal
 * distance the candidate that is nearer as written wins, then the one offered first. An offer
 * costs at most 64 x 64 steps; longer words are near nothing. */
#ifndef BASE_SUGGEST_H
#define BASE_SUGGEST_H

#include "base/str.h"

struct suggest {
	struct str word;
	struct str best; /* empty when nothing is near */
	unsigned distance;
	unsigned as_written; /* the distance with case, which decides between equals */
};

void suggest_init(struct suggest *s, struct str word);
void suggest_offer(struct suggest *s, struct str candidate);
bool suggest_found(const struct suggest *s);
unsigned suggest_distance(struct str a, struct str b); /* capped at 3 */

#endif
