/* SPDX-License-Identifier: Apache-2.0
 *
 * The scanner's look at bytes: strings, most of any finding, go by sixteen where the machine has
 * SSE2, else by eight. */
#ifndef BASE_JSON_SCAN_INTERNAL_H
#define BASE_JSON_SCAN_INTERNAL_H

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/json_scan.h"

#ifdef __SSE2__
#define BLOCK 16
#else
#define BLOCK 8
#endif

static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool is_plain(char c)
{
	return (unsigned char)(c - ' ') < 0x80 - ' ' && c != '"' && c != '\\';
}

static inline bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

#ifdef __SSE2__
static inline __m128i load(const char *p)
{
	return _mm_loadu_si128((const __m128i *)(const void *)p);
}

/* Where the bytes equal c. */
static inline __m128i equal(__m128i bytes, char c)
{
	return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c));
}
#endif

/* Behind any space; an indented text has long runs of it. */
static inline const char *skip_run(const struct json_scan *s, const char *p)
{
#ifdef __SSE2__
	for (; p < s->blocks; p += BLOCK) {
		__m128i v = load(p);
		__m128i blank = _mm_or_si128(equal(v, ' '), equal(v, '\n'));
		__m128i rare = _mm_or_si128(equal(v, '\r'), equal(v, '\t'));
		unsigned other = (unsigned)_mm_movemask_epi8(_mm_or_si128(blank, rare)) ^ 0xFFFF;

		if (other)
			return p + __builtin_ctz(other);
	}
#endif
	while (p < s->end && is_space(*p))
		p++;
	return p;
}

static inline const char *skip_space(const struct json_scan *s, const char *p)
{
	return p < s->end && (unsigned char)*p > ' ' ? p : skip_run(s, p);
}

/* The first byte, among whole blocks, that is not itself in a string: a quote, a backslash, a
 * control character, or one that is not ASCII. NULL: there is none; *p moves to where blocks end.
 */
static inline const char *find_odd(const struct json_scan *s, const char **p)
{
#ifdef __SSE2__
	for (; *p < s->blocks; *p += BLOCK) {
		__m128i v = load(*p);
		/* The comparison has signs: what is not ASCII is below a space, too. */
		__m128i odd = _mm_cmplt_epi8(v, _mm_set1_epi8(' '));
		unsigned found;

		odd = _mm_or_si128(odd, _mm_or_si128(equal(v, '"'), equal(v, '\\')));
		found = (unsigned)_mm_movemask_epi8(odd);
		if (found)
			return *p + __builtin_ctz(found);
	}
	return NULL;
#else
	const uint64_t ones = UINT64_C(0x0101010101010101), high = ones << 7;

	for (; *p < s->blocks; *p += BLOCK) {
		uint64_t v, quote, back;

		memcpy(&v, *p, sizeof v);
		quote = v ^ ones * '"';
		back = v ^ ones * '\\';
		/* A byte's high bit: it is not ASCII, below a space, or zero after the xor. */
		if ((v | (v - ones * ' ') | (quote - ones) | (back - ones)) & high)
			break;
	}
	while (*p < s->blocks && is_plain(**p))
		++*p;
	return *p < s->blocks ? *p : NULL;
#endif
}

/* Are n bytes the same? Names are short: two reads that may overlap, and no call. */
static inline bool same_bytes(const char *a, const char *b, size_t n)
{
	uint64_t a8[2], b8[2];
	uint32_t a4[2], b4[2];

	if (n < 4 || n > 16)
		return memcmp(a, b, n) == 0;
	if (n < 8) {
		memcpy(&a4[0], a, 4);
		memcpy(&a4[1], a + n - 4, 4);
		memcpy(&b4[0], b, 4);
		memcpy(&b4[1], b + n - 4, 4);
		return a4[0] == b4[0] && a4[1] == b4[1];
	}
	memcpy(&a8[0], a, 8);
	memcpy(&a8[1], a + n - 8, 8);
	memcpy(&b8[0], b, 8);
	memcpy(&b8[1], b + n - 8, 8);
	return a8[0] == b8[0] && a8[1] == b8[1];
}

#endif
