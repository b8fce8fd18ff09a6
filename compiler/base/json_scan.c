/* SPDX-License-Identifier: Apache-2.0
 *
 * The scanner. Its steps take a place in the text and give back the place behind what they read,
 * NULL after an error, so that the place stays in a register. */
#include "base/json_scan.h"

#include "base/json_internal.h"
#include "base/json_scan_internal.h"
#include "base/strsort.h"
#include "base/unicode.h"
#include "base/vec.h"

#define NOT_A_VALUE "a value is expected here"

/* Objects with more keys look for a repeated one at their end, by sorting: no pairs of many. */
#define WIDE 64

RARE const char *json_scan_fail(struct json_scan *s, const char *place, const char *why)
{
	if (!s->why) {
		s->why = why;
		s->bad = place;
		s->depth = 0;
		s->blocks = s->start; /* what is quick is over */
	}
	return NULL;
}

#define fail json_scan_fail

/* What is missing here: the rest of the text, or `why` names it. */
RARE static const char *fail_here(struct json_scan *s, const char *p, const char *why)
{
	return fail(s, p, p == s->end ? JSON_ENDS_EARLY : why);
}

/* As skip_plain, where the text ends soon. */
RARE static const char *skip_last(const struct json_scan *s, const char *p)
{
	const char *odd = s->end - p < BLOCK ? NULL : find_odd(s->end - BLOCK + 1, &p);

	if (odd)
		return odd;
	while (p < s->end && is_plain(*p))
		p++;
	return p;
}

/* The same to the end of the text, which it is if there is none. */
FOR_ALL const char *skip_plain(const struct json_scan *s, const char *p, find_odd_of *find)
{
	const char *odd = find(s->blocks, &p);

	return odd ? odd : skip_last(s, p);
}

/* Behind one scalar that is not ASCII, or one escape. */
RARE static const char *skip_odd(struct json_scan *s, const char *p)
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

/* As skip_string, where it is not all plain. */
RARE static const char *skip_odd_string(struct json_scan *s, const char *p)
{
	while (p) {
		if (p == s->end)
			return fail(s, p, JSON_ENDS_EARLY);
		if (*p == '"')
			return p;
		s->escapes |= *p == '\\';
		p = skip_odd(s, p);
		if (p)
			p = skip_plain(s, p, find_odd);
	}
	return NULL;
}

/* From a string's first byte to its closing quote. */
FOR_ALL const char *skip_string(struct json_scan *s, const char *p, find_odd_of *find)
{
	p = skip_plain(s, p, find);
	return p < s->end && *p == '"' ? p : skip_odd_string(s, p);
}

/* What stands between p and its closing quote `to`; skip_odd has seen its escapes. */
RARE static struct str meaning(struct json_scan *s, const char *p, const char *to)
{
	struct str text = {p, (size_t)(to - p)};
	const char *why;
	size_t place;

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
	return fail_here(s, p, NOT_A_VALUE);
}

/* Into the container that begins at p. */
static inline const char *enter(struct json_scan *s, const char *p)
{
	if (s->depth == JSON_DEPTH_MAX)
		return fail(s, p, JSON_TOO_DEEP);
	s->objects = s->objects << 1 | (*p == '{');
	s->depth++;
	*++s->level = (struct json_scan_level){.first = s->n_keys};
	return p + 1;
}

RARE static bool check_wide(struct json_scan *s, struct str *keys, size_t n, const char *p)
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
	size_t first = s->level->first, n = s->n_keys - first;

	s->depth--;
	s->level--;
	s->objects >>= 1;
	s->n_keys = first;
	return n <= WIDE || check_wide(s, s->keys + first, n, p) ? p + 1 : NULL;
}

RARE static bool is_known(const struct json_scan *s, struct str key)
{
	for (size_t i = s->level->first; i < s->n_keys; i++)
		if (str_eq(s->keys[i], key))
			return true;
	return false;
}

RARE static void grow_keys(struct json_scan *s)
{
	s->cap_keys *= 2;
	s->keys = arena_regrow(s->scratch, s->keys, s->n_keys * sizeof *s->keys, s->cap_keys,
			       sizeof *s->keys);
}

/* From anywhere before a key to its closing quote; *first: its opening one. */
FOR_ALL const char *take_text(struct json_scan *s, const char *p, const char **first,
			      struct str *key, find_odd_of *find)
{
	*first = p = skip_space(s, p);
	if (p == s->end || *p != '"')
		return fail_here(s, p, "a key in double quotes is expected here");
	s->escapes = false;
	p = skip_string(s, p + 1, find);
	if (!p)
		return NULL;
	*key = (struct str){*first + 1, (size_t)(p - *first - 1)};
	if (s->escapes)
		*key = meaning(s, *first + 1, p);
	return p;
}

/* As add_key, where the bit is there or the room is not. */
RARE static bool add_odd_key(struct json_scan *s, const char *first, struct str key, bool seen)
{
	if (seen && s->n_keys - s->level->first < WIDE && is_known(s, key))
		return fail(s, first, JSON_KEY_TWICE);
	if (s->n_keys == s->cap_keys)
		grow_keys(s);
	s->keys[s->n_keys++] = key;
	return true;
}

/* A key that its object did not have before. It is the last of s->keys. */
FOR_ALL bool add_key(struct json_scan *s, const char *first, struct str key)
{
	unsigned hash = key_hash(key.ptr, key.len);
	uint64_t *seen = &s->level->seen[hash / 64], bit = UINT64_C(1) << hash % 64;
	bool was = *seen & bit;

	*seen |= bit;
	if (was || s->n_keys == s->cap_keys)
		return add_odd_key(s, first, key, was);
	s->keys[s->n_keys++] = key;
	return true;
}

/* As take_colon, where the colon is not at once. */
RARE static const char *find_colon(struct json_scan *s, const char *p)
{
	p = skip_space(s, p);
	if (p == s->end || *p != ':')
		return fail_here(s, p, "`:` is expected after a key");
	return p + 1;
}

/* From a key's closing quote to behind its colon. */
static inline const char *take_colon(struct json_scan *s, const char *p)
{
	return ++p < s->end && *p == ':' ? p + 1 : find_colon(s, p);
}

/* From anywhere before a key to behind its colon. */
FOR_ALL const char *take_key(struct json_scan *s, const char *p, find_odd_of *find)
{
	const char *first;
	struct str key = {NULL, 0};

	p = take_text(s, p, &first, &key, find);
	return p && add_key(s, first, key) ? take_colon(s, p) : NULL;
}

static inline bool is_closer(const struct json_scan *s, const char *p)
{
	return p < s->end && *p == (s->objects & 1 ? '}' : ']');
}

/* Behind a value other than a string or a container. */
static const char *skip_scalar(struct json_scan *s, const char *p)
{
	return is_digit(*p) || *p == '-' ? skip_number(s, p) : skip_word(s, p);
}

RARE static const char *fail_next(struct json_scan *s, const char *p)
{
	return fail_here(s, p,
			 s->objects & 1 ? "`,` or `}` is expected here"
					: "`,` or `]` is expected here");
}

void json_scan_start(struct json_scan *s, struct arena *scratch, struct str text)
{
	s->start = s->at = text.len ? text.ptr : "";
	s->end = s->at + text.len;
	s->blocks = text.len < BLOCKS ? s->at : s->end - BLOCKS + 1;
	s->why = s->bad = NULL;
	s->objects = 0;
	s->depth = 0;
	s->level = s->levels;
	s->fresh = s->escapes = false;
	s->scratch = scratch;
	s->keys = s->few_keys;
	s->n_keys = 0;
	s->cap_keys = JSON_SCAN_KEYS;
}

/* Goes on at p, where that is not an error. */
static inline bool go_on(struct json_scan *s, const char *p)
{
	if (p)
		s->at = p;
	return p;
}

static RARE enum json_kind fail_kind(struct json_scan *s)
{
	if (!s->why)
		fail_here(s, s->at, NOT_A_VALUE);
	return JSON_KIND_ERROR;
}

const unsigned char json_scan_kinds[256] = {
	['"'] = JSON_KIND_STRING, ['{'] = JSON_KIND_OBJECT, ['['] = JSON_KIND_ARRAY,
	['n'] = JSON_KIND_NULL,	  ['t'] = JSON_KIND_TRUE,   ['f'] = JSON_KIND_FALSE,
	['-'] = JSON_KIND_NUMBER, ['0'] = JSON_KIND_NUMBER, ['1'] = JSON_KIND_NUMBER,
	['2'] = JSON_KIND_NUMBER, ['3'] = JSON_KIND_NUMBER, ['4'] = JSON_KIND_NUMBER,
	['5'] = JSON_KIND_NUMBER, ['6'] = JSON_KIND_NUMBER, ['7'] = JSON_KIND_NUMBER,
	['8'] = JSON_KIND_NUMBER, ['9'] = JSON_KIND_NUMBER,
};

enum json_kind json_scan_any_kind(struct json_scan *s)
{
	enum json_kind kind;

	s->at = skip_space(s, s->at);
	if (s->why || s->at == s->end)
		return fail_kind(s);
	kind = json_scan_kinds[(unsigned char)*s->at];
	return kind ? kind : fail_kind(s);
}

bool json_scan_enter(struct json_scan *s)
{
	enum json_kind kind = json_scan_kind(s);

	if (kind < JSON_KIND_ARRAY)
		return fail(s, s->at, "an object or an array is expected here");
	s->fresh = true;
	return go_on(s, enter(s, s->at));
}

/* To before the next key or item of the container, the first one, too; NULL: there is none. */
static inline const char *step(struct json_scan *s)
{
	const char *p = skip_space(s, s->at);
	bool fresh = s->fresh;

	if (!s->depth)
		return NULL;
	s->fresh = false;
	if (p < s->end && *p == ',' && !fresh)
		return p + 1;
	if (is_closer(s, p)) {
		go_on(s, leave(s, p));
		return NULL;
	}
	return fresh ? p : fail_next(s, p);
}

/* The key is the last of s->keys. */
static __attribute__((noinline)) bool any_key(struct json_scan *s)
{
	const char *p = step(s);

	return go_on(s, p ? take_key(s, p, find_odd) : NULL);
}

const char *json_scan_next(struct json_scan *s, const char **first, struct str *key)
{
	const char *p = step(s);

	return p ? take_text(s, p, first, key, find_odd) : NULL;
}

bool json_scan_leave(struct json_scan *s)
{
	return go_on(s, leave(s, s->at));
}

bool json_scan_add(struct json_scan *s, const char *first, struct str key)
{
	return add_key(s, first, key);
}

bool json_scan_colon(struct json_scan *s, const char *quote)
{
	return go_on(s, take_colon(s, quote));
}

/* Behind the comma, and a space as some writers have it, that stands before all but the first. */
static inline const char *usual_start(const struct json_scan *s)
{
	const char *p = s->at;

	if (s->fresh)
		return p;
	if (*p != ',')
		return NULL;
	return p + 1 + (p[1] == ' ');
}

/* What almost every key is, in few instructions; without text: it is another, or none. */
static inline struct str usual_key(struct json_scan *s)
{
	const struct str other = {NULL, 0};
	struct json_scan_level *level = s->level;
	const char *p, *to;
	struct str key;
	unsigned hash;

	if (s->blocks - s->at <= 2 || !s->depth)
		return other;
	p = usual_start(s);
	if (!p || *p != '"')
		return other;
	to = plain_string(s, ++p, find_odd);
	if (!to || s->end - to < 2 || to[1] != ':')
		return other;
	key = (struct str){p, (size_t)(to - p)};
	hash = key_hash(p, key.len);
	if (level->seen[hash / 64] >> hash % 64 & 1 || s->n_keys == s->cap_keys)
		return other;
	level->seen[hash / 64] |= UINT64_C(1) << hash % 64;
	s->keys[s->n_keys++] = key;
	s->fresh = false;
	s->at = to + 2;
	return key;
}

bool json_scan_key(struct json_scan *s, struct str *key)
{
	*key = usual_key(s);
	if (key->ptr)
		return true;
	if (!any_key(s))
		return false;
	*key = s->keys[s->n_keys - 1];
	return true;
}

bool json_scan_item(struct json_scan *s)
{
	return go_on(s, step(s));
}

static __attribute__((noinline)) bool any_string(struct json_scan *s, struct str *text)
{
	const char *first, *p;

	if (json_scan_kind(s) != JSON_KIND_STRING)
		return fail(s, s->at, "a string is expected here");
	first = s->at + 1;
	s->escapes = false;
	p = skip_string(s, first, find_odd);
	if (!p)
		return false;
	*text = (struct str){first, (size_t)(p - first)};
	if (s->escapes)
		*text = meaning(s, first, p);
	return go_on(s, p + 1);
}

bool json_scan_string(struct json_scan *s, struct str *text)
{
	const char *to = usual_string(s, find_odd);

	if (!to)
		return any_string(s, text);
	*text = (struct str){s->at + 1, (size_t)(to - s->at - 1)};
	s->at = to + 1;
	return true;
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

/* Behind what follows a value inside the container at `depth`: before the next key or item, or out
 * of it. */
static inline const char *skip_ends(struct json_scan *s, const char *p, unsigned depth)
{
	while (p && s->depth > depth) {
		p = skip_space(s, p);
		if (p < s->end && *p == ',')
			return p + 1;
		p = is_closer(s, p) ? leave(s, p) : fail_next(s, p);
	}
	return p;
}

FOR_ALL bool skip_with(struct json_scan *s, find_odd_of *find)
{
	unsigned depth = s->depth;
	const char *p = s->at;
	bool key = false;

	if (s->why)
		return false;
	do {
		if (key)
			p = take_key(s, p, find);
		if (!p)
			return false;
		p = skip_space(s, p);
		if (p == s->end)
			return fail(s, p, JSON_ENDS_EARLY);
		if (*p == '"') {
			p = skip_string(s, p + 1, find);
			p += p != NULL;
		} else if (*p == '{' || *p == '[') {
			p = enter(s, p);
			key = s->objects & 1;
			if (!p)
				return false;
			p = skip_space(s, p);
			if (!is_closer(s, p))
				continue;
			p = leave(s, p);
		} else {
			p = skip_scalar(s, p);
		}
		p = skip_ends(s, p, depth);
		key = s->objects & 1;
	} while (p && s->depth > depth);
	return go_on(s, p);
}

static __attribute__((noinline)) bool skip_anywhere(struct json_scan *s)
{
	return skip_with(s, find_odd);
}

#ifdef __x86_64__
FOR_AVX2 bool skip_avx2(struct json_scan *s)
{
	return skip_with(s, find_odd_avx2);
}
#endif

bool json_scan_skip(struct json_scan *s)
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx2"))
		return skip_avx2(s);
#endif
	return skip_anywhere(s);
}

bool json_scan_end(struct json_scan *s)
{
	const char *p = s->at;

	if (s->why)
		return false;
	p = skip_space(s, p);
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
