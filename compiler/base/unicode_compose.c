/* SPDX-License-Identifier: Apache-2.0
 *
 * Composed forms: one letter where a base and its mark, or the parts of a syllable, stand. */
#include "base/unicode.h"
#include "base/vec.h"

static const struct pair {
	uint32_t first, second, composed;
} pairs[] = {
#define C(first, second, composed) {first, second, composed},
#include "base/unicode_compose.def"
#undef C
};

/* The Unicode Standard, 3.12: a syllable is a leading consonant, a vowel, perhaps a trailing one.
 */
#define LEADS 0x1100u
#define VOWELS 0x1161u
#define TRAILS 0x11a7u /* one before the first */
#define SYLLABLES 0xac00u
#define N_LEADS 19u
#define N_VOWELS 21u
#define N_TRAILS 28u

/* Differences wrap round, so what lies below the first is no part either. */
static uint32_t compose_hangul(uint32_t first, uint32_t second)
{
	uint32_t lead = first - LEADS, vowel = second - VOWELS;
	uint32_t syllable = first - SYLLABLES, trail = second - TRAILS;

	if (lead < N_LEADS && vowel < N_VOWELS)
		return SYLLABLES + (lead * N_VOWELS + vowel) * N_TRAILS;
	if (syllable < N_LEADS * N_VOWELS * N_TRAILS && syllable % N_TRAILS == 0 && trail > 0 &&
	    trail < N_TRAILS)
		return first + trail;
	return 0;
}

uint32_t unicode_compose(uint32_t first, uint32_t second)
{
	size_t low = 0, high = ARRAY_LEN(pairs);

	if (second < 0x300)
		return 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct pair *pair = &pairs[middle];

		if (pair->first == first && pair->second == second)
			return pair->composed;
		if (pair->first < first || (pair->first == first && pair->second < second))
			low = middle + 1;
		else
			high = middle;
	}
	return compose_hangul(first, second);
}
