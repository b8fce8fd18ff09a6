/* SPDX-License-Identifier: Apache-2.0
 *
 * The scanner. Its steps take a place in the text and give back the place behind what they read,
 * NULL after an error, so that the place stays in a register. Strings, most of any finding, go by
 * sixteen bytes where the machine has SSE2, else by eight. */
#include "base/json_scan.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/json_internal.h"
#include "base/strsort.h"
#include "base/unicode.h"
#include "base/vec.h"

/* Objects with more keys look for a repeated one at their end, by sorting: no pairs of many. */
#define WIDE 64

static const char *fail(struct json_scan *s, const char *place, const char *why)
{
	if (!s->why) {
		s->why = why;
		s->bad = place;
	}
	return NULL;
}

/* What is missing here: the rest of the text, or `why` names it. */
static const char *fail_here(struct json_scan *s, const char *p, const char *why)
{
	return fail(s, p, p == s->end ? JSON_ENDS_EARLY : why);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

#ifdef __SSE2__
static __m128i load(const char *p)
{
	return _mm_loadu_si128((const __m128i *)(const void *)p);
}

/* Where the bytes equal c. */
static __m128i equal(__m128i bytes, char c)
{
	return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c));
}
#endif

/* Behind any space; an indented text has long runs of it. */
static const char *skip_run(const char *p, const char *end)
{
#ifdef __SSE2__
	for (; end - p >= 16; p += 16) {
		__m128i v = load(p);
		__m128i blank = _mm_or_si128(equal(v, ' '), equal(v, '\n'));
		__m128i rare = _mm_or_si128(equal(v, '\r'), equal(v, '\t'));
		unsigned other = (unsigned)_mm_movemask_epi8(_mm_or_si128(blank, rare)) ^ 0xFFFF;

		if (other)
			return p + __builtin_ctz(other);
	}
#endif
	while (p < end && is_space(*p))
		p++;
	return p;
}

static inline const char *skip_space(const char *p, const char *end)
{
	return p < end && !is_space(*p) ? p : skip_run(p, end);
}

/* The first byte that is not itself in a string: a quote, a backslash, a control character, or one
 * that is not ASCII; `end` if there is none. */
static inline const char *skip_plain(const char *p, const char *end)
{
#ifdef __SSE2__
	for (; end - p >= 16; p += 16) {
		__m128i v = load(p);
		/* The comparison has signs: what is not ASCII is below a space, too. */
		__m128i odd = _mm_cmplt_epi8(v, _mm_set1_epi8(' '));
		unsigned found;

		odd = _mm_or_si128(odd, _mm_or_si128(equal(v, '"'), equal(v, '\\')));
		found = (unsigned)_mm_movemask_epi8(odd);
		if (found)
			return p + __builtin_ctz(found);
	}
#else
	const uint64_t ones = UINT64_C(0x0101010101010101), high = ones << 7;

	for (; end - p >= 8; p += 8) {
		uint64_t v, quote, back;

		memcpy(&v, p, sizeof v);
		quote = v ^ ones * '"';
		back = v ^ ones * '\\';
		/* A byte's high bit: it is not ASCII, below a space, or zero after the xor. */
		if ((v | (v - ones * ' ') | (quote - ones) | (back - ones)) & high)
			break;
	}
#endif
	while (p < end && (unsigned char)(*p - ' ') < 0x80 - ' ' && *p != '"' && *p != '\\')
		p++;
	return p;
}

/* Behind one scalar that is not ASCII, or one escape. */
static const char *skip_odd(struct json_scan *s, const char *p)
{
	struct str rest = {p, (size_t)(s->end - p)};
	const char *why = "invalid UTF-8";
	size_t at = 0;
	uint32_t c;

	if ((unsigned char)*p < ' ')
		return fail(s, p, "a control character in a string");
	if (*p == '\\' && rest.len == 1)
		return fail(s, s->end, JSON_ENDS_EARLY);
	c = *p == '\\' ? json_escape_next(rest, &at, &why) : unicode_next(rest, &at);
	return c == UNICODE_BAD ? fail(s, p, why) : p + at;
}

/* From a string's first byte to its closing quote. */
static inline const char *skip_string(struct json_scan *s, const char *p, bool *escapes)
{
	const char *end = s->end;

	while (p) {
		p = skip_plain(p, end);
		if (p == end)
			return fail(s, p, JSON_ENDS_EARLY);
		if (*p == '"')
			return p;
		*escapes |= *p == '\\';
		p = skip_odd(s, p);
	}
	return NULL;
}

/* What stands between p and its closing quote `to`; skip_odd has seen its escapes. */
static struct str meaning(struct json_scan *s, const char *p, const char *to, bool escapes)
{
	struct str text = {p, (size_t)(to - p)};
	const char *why;
	size_t place;

	if (escapes)
		(void)json_unescape(s->scratch, text, &text, &place, &why);
	return text;
}

static const char *skip_digits(struct json_scan *s, const char *p)
{
	const char *first = p, *end = s->end;

	while (p < end && is_digit(*p))
		p++;
	return p > first ? p : fail_here(s, p, "a digit is missing in a number");
}

static const char *skip_number(struct json_scan *s, const char *p)
{
	const char *first = p, *whole, *end = s->end;

	p += *p == '-';
	whole = p;
	p = skip_digits(s, p);
	if (p && *whole == '0' && p > whole + 1)
		return fail(s, first, "a number must not begin with 0");
	if (p && p < end && *p == '.')
		p = skip_digits(s, p + 1);
	if (p && p < end && (*p | 0x20) == 'e') {
		p++;
		if (p < end && (*p == '+' || *p == '-'))
			p++;
		p = skip_digits(s, p);
	}
	return p;
}

static const char *skip_word(struct json_scan *s, const char *p)
{
	static const struct str words[] = {{"null", 4}, {"true", 4}, {"false", 5}};
	struct str rest = {p, (size_t)(s->end - p)};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_starts(rest, words[i]))
			return p + words[i].len;
	return fail_here(s, p, "a value is expected here");
}

/* Into the container that begins at p. */
static const char *enter(struct json_scan *s, const char *p)
{
	if (s->depth == JSON_DEPTH_MAX)
		return fail(s, p, JSON_TOO_DEEP);
	s->objects = s->objects << 1 | (*p == '{');
	s->levels[s->depth++] = (struct json_scan_level){.first = s->n_keys};
	return p + 1;
}

static bool check_wide(struct json_scan *s, struct str *keys, size_t n, const char *p)
{
	size_t before, first;

	if (!strsort_repeat(s->scratch, keys, n, &before, &first))
		return true;
	/* A key with escapes stands elsewhere: the object's end has to do. */
	if (keys[first].ptr > s->start && keys[first].ptr < s->end)
		p = keys[first].ptr - 1;
	fail(s, p, JSON_KEY_TWICE);
	return false;
}

/* Out of the innermost container, whose end is at p. */
static const char *leave(struct json_scan *s, const char *p)
{
	size_t first = s->levels[--s->depth].first, n = s->n_keys - first;

	s->objects >>= 1;
	s->n_keys = first;
	return n <= WIDE || check_wide(s, s->keys + first, n, p) ? p + 1 : NULL;
}

static char closer(const struct json_scan *s)
{
	return s->objects & 1 ? '}' : ']';
}

/* 0 … 255, different for most keys of an object. */
static unsigned key_hash(struct str key)
{
	uint32_t h = (uint32_t)key.len;

	if (key.len) {
		h = h * 31 + (unsigned char)key.ptr[0];
		h = h * 31 + (unsigned char)key.ptr[key.len / 2];
		h = h * 31 + (unsigned char)key.ptr[key.len - 1];
	}
	return h * UINT32_C(0x9E3779B1) >> 24;
}

/* Notes a key of the innermost object, which begins at p; false if it is there already. */
static bool note_key(struct json_scan *s, struct str key, const char *p)
{
	struct json_scan_level *level = &s->levels[s->depth - 1];
	unsigned hash = key_hash(key);
	uint64_t bit = UINT64_C(1) << hash % 64, *seen = &level->seen[hash / 64];

	if (*seen & bit && s->n_keys - level->first < WIDE)
		for (size_t i = level->first; i < s->n_keys; i++)
			if (str_eq(s->keys[i], key))
				return fail(s, p, JSON_KEY_TWICE);
	*seen |= bit;
	if (s->n_keys == s->cap_keys) {
		s->cap_keys *= 2;
		s->keys = arena_regrow(s->scratch, s->keys, s->n_keys * sizeof *s->keys,
				       s->cap_keys, sizeof *s->keys);
	}
	s->keys[s->n_keys++] = key;
	return true;
}

/* From anywhere before a key to behind its colon. */
static const char *take_key(struct json_scan *s, const char *p, struct str *key)
{
	bool escapes = false;
	const char *first;

	first = p = skip_space(p, s->end);
	if (p == s->end || *p != '"')
		return fail_here(s, p, "a key in double quotes is expected here");
	p = skip_string(s, first + 1, &escapes);
	if (!p)
		return NULL;
	*key = meaning(s, first + 1, p, escapes);
	if (!note_key(s, *key, first))
		return NULL;
	p = skip_space(p + 1, s->end);
	if (p == s->end || *p != ':')
		return fail_here(s, p, "`:` is expected after a key");
	return p + 1;
}

/* Behind a value that is whole; or, *open, into a container with content. */
static const char *begin_value(struct json_scan *s, const char *p, bool *open)
{
	bool escapes = false;
	struct str key;

	p = skip_space(p, s->end);
	if (p == s->end)
		return fail(s, p, JSON_ENDS_EARLY);
	*open = false;
	if (*p == '"') {
		p = skip_string(s, p + 1, &escapes);
		return p ? p + 1 : NULL;
	}
	if (is_digit(*p) || *p == '-')
		return skip_number(s, p);
	if (*p != '{' && *p != '[')
		return skip_word(s, p);
	p = enter(s, p);
	if (!p)
		return NULL;
	p = skip_space(p, s->end);
	if (p < s->end && *p == closer(s))
		return leave(s, p);
	*open = true;
	return s->objects & 1 ? take_key(s, p, &key) : p;
}

/* Behind a value: *more, to the next one; else behind the end of its container. */
static const char *next_value(struct json_scan *s, const char *p, struct str *key, bool *more)
{
	p = skip_space(p, s->end);
	*more = p < s->end && *p == ',';
	if (*more)
		return s->objects & 1 ? take_key(s, p + 1, key) : p + 1;
	if (p < s->end && *p == closer(s))
		return leave(s, p);
	return fail_here(s, p,
			 s->objects & 1 ? "`,` or `}` is expected here"
					: "`,` or `]` is expected here");
}

void json_scan_start(struct json_scan *s, struct arena *scratch, struct str text)
{
	s->start = s->at = text.len ? text.ptr : "";
	s->end = s->at + text.len;
	s->why = s->bad = NULL;
	s->objects = 0;
	s->depth = 0;
	s->fresh = false;
	s->scratch = scratch;
	s->keys = s->few_keys;
	s->n_keys = 0;
	s->cap_keys = JSON_SCAN_KEYS;
}

/* Goes on at p, where that is not an error. */
static bool go_on(struct json_scan *s, const char *p)
{
	if (p)
		s->at = p;
	return p;
}

enum json_kind json_scan_kind(struct json_scan *s)
{
	if (s->why)
		return JSON_KIND_ERROR;
	s->at = skip_space(s->at, s->end);
	switch (s->at == s->end ? '\0' : *s->at) {
	case '"':
		return JSON_KIND_STRING;
	case '{':
		return JSON_KIND_OBJECT;
	case '[':
		return JSON_KIND_ARRAY;
	case 'n':
		return JSON_KIND_NULL;
	case 't':
		return JSON_KIND_TRUE;
	case 'f':
		return JSON_KIND_FALSE;
	default:
		if (s->at < s->end && (*s->at == '-' || is_digit(*s->at)))
			return JSON_KIND_NUMBER;
		skip_word(s, s->at);
		return JSON_KIND_ERROR;
	}
}

bool json_scan_enter(struct json_scan *s)
{
	enum json_kind kind = json_scan_kind(s);

	if (s->why)
		return false;
	s->fresh = true;
	return go_on(s, kind == JSON_KIND_OBJECT || kind == JSON_KIND_ARRAY
				? enter(s, s->at)
				: fail(s, s->at, "an object or an array is expected here"));
}

/* To the next value of the container: the first one, too. */
static bool step(struct json_scan *s, struct str *key)
{
	const char *p;
	bool more = true;

	if (s->why || !s->depth)
		return false;
	if (!s->fresh) {
		p = next_value(s, s->at, key, &more);
	} else {
		s->fresh = false;
		p = skip_space(s->at, s->end);
		more = p == s->end || *p != closer(s);
		p = !more ? leave(s, p) : s->objects & 1 ? take_key(s, p, key) : p;
	}
	return go_on(s, p) && more;
}

bool json_scan_key(struct json_scan *s, struct str *key)
{
	return step(s, key);
}

bool json_scan_item(struct json_scan *s)
{
	struct str key;

	return step(s, &key);
}

bool json_scan_string(struct json_scan *s, struct str *text)
{
	bool escapes = false;
	const char *first, *p;

	if (json_scan_kind(s) != JSON_KIND_STRING)
		return fail(s, s->at, "a string is expected here");
	first = s->at + 1;
	p = skip_string(s, first, &escapes);
	if (!p)
		return false;
	*text = meaning(s, first, p, escapes);
	return go_on(s, p + 1);
}

bool json_scan_number(struct json_scan *s, struct str *text)
{
	const char *first, *p;

	if (json_scan_kind(s) != JSON_KIND_NUMBER)
		return fail(s, s->at, "a number is expected here");
	first = s->at;
	p = skip_number(s, first);
	if (p)
		*text = (struct str){first, (size_t)(p - first)};
	return go_on(s, p);
}

bool json_scan_skip(struct json_scan *s)
{
	unsigned depth = s->depth;
	const char *p = s->at;
	struct str key;
	bool more;

	if (s->why)
		return false;
	do {
		p = begin_value(s, p, &more);
		while (p && !more && s->depth > depth)
			p = next_value(s, p, &key, &more);
	} while (p && s->depth > depth);
	return go_on(s, p);
}

bool json_scan_end(struct json_scan *s)
{
	const char *p = s->at;

	if (s->why)
		return false;
	p = skip_space(p, s->end);
	return p == s->end || fail(s, p, "text after the end of the value");
}

bool json_scan_failed(const struct json_scan *s, size_t *offset, const char **why)
{
	if (!s->why)
		return false;
	*offset = (size_t)(s->bad - s->start);
	*why = s->why;
	return true;
}
