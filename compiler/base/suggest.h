/* SPDX-License-Identifier: Apache-2.0
 *
 * "Did you mean": Damerau-Levenshtein distance (optimal string alignment) of at most 2 and at most
 * a third of the length of the word, case ignored at equal distance. */
#ifndef BASE_SUGGEST_H
#define BASE_SUGGEST_H

#include "base/str.h"

struct suggest {
	struct str word;
	struct str best; /* empty when nothing is near */
	unsigned distance;
};

void suggest_init(struct suggest *s, struct str word);
void suggest_offer(struct suggest *s, struct str candidate);
bool suggest_found(const struct suggest *s);
unsigned suggest_distance(struct str a, struct str b); /* capped at 3 */

#endif
