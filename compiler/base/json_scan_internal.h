/* SPDX-License-Identifier: Apache-2.0
 *
 * The scanner's look at bytes: strings, most of any finding, go by 16 on x86-64, by 32 where the
 * machine turns out to have AVX2, by eight elsewhere; and what its files share. */
#ifndef BASE_JSON_SCAN_INTERNAL_H
#define BASE_JSON_SCAN_INTERNAL_H

#include <string.h>
#ifdef __x86_64__
#include <immintrin.h>
#endif

#include "base/json_scan.h"

/* So many bytes of the text stand behind each place before s->blocks. */
#define BLOCKS 32
#ifdef __x86_64__
#define BLOCK 16
#else
#define BLOCK 8
#endif

/* Functions of this kind are inlined where they are given to others, which are so for this: the
 * same text is compiled for what the machine may have. */
#define FOR_ALL static inline __attribute__((always_inline))
#define FOR_AVX2 __attribute__((target("avx2"))) static

/* What is rare stays out of the way of what is not: apart, it costs no registers. */
#define RARE __attribute__((noinline, cold))

/* Notes the first error; NULL. */
const char *json_scan_fail(struct json_scan *s, const char *place, const char *why);
/* The next key's closing quote, and *first: its opening one; NULL behind the last, or at an error.
 * The caller goes on with what tells it from those before, then with json_scan_colon. */
const char *json_scan_next(struct json_scan *s, const char **first, struct str *key);
/* Notes a key; false: it was noted of the object before, which is an error. */
bool json_scan_add(struct json_scan *s, const char *first, struct str key);
/* Out of the container, whose end is what comes next. */
bool json_scan_leave(struct json_scan *s);
bool json_scan_colon(struct json_scan *s, const char *quote);

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

#ifdef __x86_64__
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
#ifdef __x86_64__
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
static inline const char *find_odd(const char *blocks, const char **p)
{
#ifdef __x86_64__
	for (; *p < blocks; *p += BLOCK) {
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

	for (; *p < blocks; *p += BLOCK) {
		uint64_t v, quote, back;

		memcpy(&v, *p, sizeof v);
		quote = v ^ ones * '"';
		back = v ^ ones * '\\';
		/* A byte's high bit: it is not ASCII, below a space, or zero after the xor. */
		if ((v | (v - ones * ' ') | (quote - ones) | (back - ones)) & high)
			break;
	}
	while (*p < blocks && is_plain(**p))
		++*p;
	return *p < blocks ? *p : NULL;
#endif
}

typedef const char *find_odd_of(const char *blocks, const char **p);

#ifdef __x86_64__
FOR_AVX2 inline __m256i load32(const char *p)
{
	return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

/* What bytes are compared with. In memory: made anew, they cost more than a short string. */
struct json_scan_blocks {
	char space[BLOCKS], quote[BLOCKS], back[BLOCKS];
};
extern const struct json_scan_blocks json_scan_blocks;

FOR_AVX2 inline const char *find_odd_avx2(const char *blocks, const char **p)
{
	const struct json_scan_blocks *c = &json_scan_blocks;

	for (; *p < blocks; *p += BLOCKS) {
		__m256i v = load32(*p);
		__m256i odd = _mm256_cmpgt_epi8(load32(c->space), v);
		__m256i quote = _mm256_cmpeq_epi8(v, load32(c->quote));
		__m256i back = _mm256_cmpeq_epi8(v, load32(c->back));
		unsigned found = (unsigned)_mm256_movemask_epi8(
			_mm256_or_si256(odd, _mm256_or_si256(quote, back)));

		if (found)
			return *p + __builtin_ctz(found);
	}
	return NULL;
}
#endif

/* The closing quote of a string from its first byte, if all in it is plain, and not near the text's
 * end; else NULL. */
FOR_ALL const char *plain_string(const struct json_scan *s, const char *p, find_odd_of *find)
{
	p = find(s->blocks, &p);
	return p && *p == '"' ? p : NULL;
}

/* The same of the string that stands here, if it does. */
FOR_ALL const char *usual_string(const struct json_scan *s, find_odd_of *find)
{
	return s->at < s->blocks && *s->at == '"' ? plain_string(s, s->at + 1, find) : NULL;
}

/* 0 … 255, different for most keys of an object. That of no length is followed, and preceded, by
 * a quote. */
static inline unsigned key_hash(const char *key, size_t len)
{
	const unsigned char *c = (const unsigned char *)key;
	unsigned ends = c[0] + 8u * c[len / 2] + 64u * *(c + len - 1);

	return (ends + (unsigned)len) * 0x9E3779B1u >> 24;
}

#endif
