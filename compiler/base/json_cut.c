/* SPDX-License-Identifier: Apache-2.0
 *
 * Sixty-four bytes at a time become three words, a bit for each byte: the quotes, the backslashes,
 * the brackets. From the first two follows what stands in strings; the other brackets count. */
#include "base/json_cut.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define CHUNK 64

struct chunk {
	uint64_t quotes, backslashes, brackets;
};

#ifdef __SSE2__
static __m128i equal(__m128i bytes, char c)
{
	return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c));
}

static uint64_t bits(__m128i bytes)
{
	return (uint64_t)(unsigned)_mm_movemask_epi8(bytes);
}

static inline struct chunk look(const char *p)
{
	struct chunk chunk = {0, 0, 0};

	for (unsigned i = 0; i < CHUNK; i += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
		/* This bit is all that [ and {, ] and } differ in. */
		__m128i folded = _mm_or_si128(v, _mm_set1_epi8(0x20));

		chunk.quotes |= bits(equal(v, '"')) << i;
		chunk.backslashes |= bits(equal(v, '\\')) << i;
		chunk.brackets |= bits(_mm_or_si128(equal(folded, '{'), equal(folded, '}'))) << i;
	}
	return chunk;
}
#else
static struct chunk look(const char *p)
{
	struct chunk chunk = {0, 0, 0};

	for (unsigned i = 0; i < CHUNK; i++) {
		char folded = p[i] | 0x20;

		chunk.quotes |= (uint64_t)(p[i] == '"') << i;
		chunk.backslashes |= (uint64_t)(p[i] == '\\') << i;
		chunk.brackets |= (uint64_t)(folded == '{' || folded == '}') << i;
	}
	return chunk;
}
#endif

/* The bytes behind a backslash that is not itself behind one. *last: the chunk ends with one, and
 * on the way in the one before did. */
static uint64_t escaped(uint64_t backslashes, bool *last)
{
	uint64_t found = *last;

	backslashes &= ~found;
	*last = false;
	while (backslashes) {
		int i = __builtin_ctzll(backslashes);

		if (i == CHUNK - 1) {
			*last = true;
			break;
		}
		found |= UINT64_C(2) << i;
		backslashes &= ~(UINT64_C(3) << i);
	}
	return found;
}

/* Each bit: is the number of bits up to it odd? */
static uint64_t odd_so_far(uint64_t x)
{
	for (unsigned shift = 1; shift < 64; shift *= 2)
		x ^= x << shift;
	return x;
}

/* The place behind the bracket that ends it all, or 0. */
static size_t count(const char *p, uint64_t brackets, size_t *depth)
{
	for (; brackets; brackets &= brackets - 1) {
		int i = __builtin_ctzll(brackets);

		/* The opening ones have this bit. */
		if (p[i] & 2)
			++*depth;
		else if (--*depth == 0)
			return (size_t)i + 1;
	}
	return 0;
}

size_t json_cut_open(struct str text, size_t at, unsigned levels)
{
	uint64_t in_string = 0; /* all bits, or none */
	bool backslash = false;
	char rest[CHUNK];
	size_t depth = levels;

	for (; at < text.len; at += CHUNK) {
		const char *p = text.ptr + at;
		struct chunk chunk;
		uint64_t strings;
		size_t end;

		if (text.len - at < CHUNK) {
			memset(rest, ' ', sizeof rest);
			p = memcpy(rest, p, text.len - at);
		}
		chunk = look(p);
		if (chunk.backslashes || backslash)
			chunk.quotes &= ~escaped(chunk.backslashes, &backslash);
		strings = odd_so_far(chunk.quotes) ^ in_string;
		in_string = -(strings >> 63);
		end = count(p, chunk.brackets & ~strings, &depth);
		if (end)
			return at + end;
	}
	return 0;
}

static size_t cut_string(struct str text, size_t at)
{
	for (at++; at < text.len; at++) {
		if (text.ptr[at] == '\\')
			at++;
		else if (text.ptr[at] == '"')
			return at + 1;
	}
	return 0;
}

size_t json_cut(struct str text, size_t at)
{
	char c = text.ptr[at];

	if (c == '{' || c == '[')
		return json_cut_open(text, at + 1, 1);
	if (c == '"')
		return cut_string(text, at);
	/* A word, a number, or nothing of the kind: to where nothing of them can be. One byte at
	 * least, so that whoever cuts goes on. */
	for (at++; at < text.len; at++)
		if (memchr(" \t\r\n,]}", text.ptr[at], 7))
			return at;
	return 0;
}
