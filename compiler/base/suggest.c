/* SPDX-License-Identifier: Apache-2.0
 *
 * Nearest word by edit distance. Words beyond MAX_SCALARS are never near anything: nobody wants a
 * suggestion for them, and the cost of an offer stays bounded. */
#include "base/suggest.h"

#include "base/unicode.h"

#define MAX_SCALARS 64
#define FAR 3

struct word {
	uint32_t scalars[MAX_SCALARS];
	size_t n;
};

static uint32_t fold(uint32_t c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

static bool read_word(struct word *word, struct str text)
{
	word->n = 0;
	for (size_t at = 0; at < text.len; word->n++) {
		if (word->n == MAX_SCALARS)
			return false;
		word->scalars[word->n] = unicode_next(text, &at);
	}
	return true;
}

static void fold_word(struct word *word)
{
	for (size_t i = 0; i < word->n; i++)
		word->scalars[i] = fold(word->scalars[i]);
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static unsigned distance(const struct word *a, const struct word *b)
{
	/* Three rows of the table: a transposition looks two rows back. */
	unsigned table[3][MAX_SCALARS + 1];

	if (a->n > b->n + 2 || b->n > a->n + 2)
		return FAR;
	for (unsigned j = 0; j <= b->n; j++)
		table[0][j] = j;
	for (unsigned i = 1; i <= a->n; i++) {
		unsigned *row = table[i % 3], *above = table[(i + 2) % 3];
		const unsigned *above2 = table[(i + 1) % 3];
		uint32_t c = a->scalars[i - 1];

		row[0] = i;
		for (size_t j = 1; j <= b->n; j++) {
			uint32_t d = b->scalars[j - 1];

			row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + (c != d));
			if (i > 1 && j > 1 && c == b->scalars[j - 2] && d == a->scalars[i - 2])
				row[j] = least(row[j], above2[j - 2] + 1);
		}
	}
	return least(table[a->n % 3][b->n], FAR);
}

/* Twice: with case folded and, to decide between equals, as written. */
static unsigned measure(struct str a, struct str b, unsigned *as_written)
{
	struct word x, y;

	if (!read_word(&x, a) || !read_word(&y, b)) {
		*as_written = str_eq(a, b) ? 0 : FAR;
		return *as_written;
	}
	*as_written = distance(&x, &y);
	fold_word(&x);
	fold_word(&y);
	return distance(&x, &y);
}

unsigned suggest_distance(struct str a, struct str b)
{
	unsigned as_written;

	return measure(a, b, &as_written);
}

static size_t length(struct str text)
{
	size_t n = 0;

	for (size_t at = 0; at < text.len; n++)
		unicode_next(text, &at);
	return n;
}

void suggest_init(struct suggest *s, struct str word)
{
	*s = (struct suggest){.word = word, .distance = FAR, .as_written = FAR};
}

void suggest_offer(struct suggest *s, struct str candidate)
{
	unsigned as_written, near = measure(s->word, candidate, &as_written);

	if (near >= FAR || near > length(s->word) / 3 || !candidate.len)
		return;
	if (near > s->distance || (near == s->distance && as_written >= s->as_written))
		return;
	s->best = candidate;
	s->distance = near;
	s->as_written = as_written;
}

bool suggest_found(const struct suggest *s)
{
	return s->best.len > 0;
}
