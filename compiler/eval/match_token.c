/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON token by token, as the engine's reader takes it: duplicate keys, NUL as an escape, half of a
 * surrogate pair and a thousand levels are fine, numbers end at a thousand digits. (base/json_scan
 * reads findings, and refuses all of that.) Text behind the outermost value is not looked at. */
#include "eval/match_internal.h"

#include "base/unicode.h"

#define NUMBER_DIGITS 1000
#define ENDS_EARLY "the text ends too early"

void match_start(struct match_reader *r, struct arena *arena, struct str text, size_t at,
		 struct match_wrong *wrong)
{
	*r = (struct match_reader){.arena = arena, .text = text, .at = at, .wrong = wrong};
}

static enum match_token error_at(struct match_reader *r, size_t offset, const char *why)
{
	*r->wrong = (struct match_wrong){.offset = offset, .why = why};
	return MATCH_ERROR;
}

size_t match_place(const struct match_reader *r)
{
	return (size_t)(r->raw.ptr - r->text.ptr);
}

bool match_fail(struct match_reader *r, const char *why)
{
	error_at(r, match_place(r), why);
	return false;
}

static int peek(const struct match_reader *r)
{
	return r->at < r->text.len ? (unsigned char)r->text.ptr[r->at] : -1;
}

static void skip_space(struct match_reader *r)
{
	while (peek(r) == ' ' || peek(r) == '\t' || peek(r) == '\n' || peek(r) == '\r')
		r->at++;
}

static bool in_object(const struct match_reader *r)
{
	return r->depth && (r->objects[(r->depth - 1) / 64] >> (r->depth - 1) % 64 & 1) != 0;
}

static bool check_escape(struct match_reader *r)
{
	static const char letters[] = "\"\\/bfnrtu";
	int c = r->at + 1 < r->text.len ? r->text.ptr[r->at + 1] : 0;

	if (!c || !memchr(letters, c, sizeof letters - 1))
		return false;
	r->escapes = true;
	if (c == 'u' && unicode_hex(r->text, r->at + 2) == UINT32_MAX)
		return false;
	r->at += c == 'u' ? 6 : 2;
	return true;
}

/* From its quote on; the token is left in r->raw. */
static bool read_string(struct match_reader *r)
{
	size_t start = r->at++;

	r->escapes = false;
	for (int c = peek(r); c != '"'; c = peek(r)) {
		size_t place = r->at;

		if (c < 0)
			return error_at(r, r->text.len, ENDS_EARLY);
		if (c < 0x20)
			return error_at(r, place, "a control character in a string");
		if (c == '\\') {
			if (!check_escape(r))
				return error_at(r, place, "an unknown escape in a string");
		} else if (c < 0x80) {
			r->at++;
		} else if (unicode_next(r->text, &r->at) == UNICODE_BAD) {
			return error_at(r, place, "invalid UTF-8");
		}
	}
	r->raw = str_slice(r->text, start, ++r->at);
	return true;
}

static size_t take_digits(struct match_reader *r)
{
	size_t start = r->at;

	while (peek(r) >= '0' && peek(r) <= '9')
		r->at++;
	return r->at - start;
}

static enum match_token read_number(struct match_reader *r)
{
	size_t start = r->at, digits, more = 1;
	bool zero;

	if (peek(r) == '-')
		r->at++;
	zero = peek(r) == '0';
	digits = take_digits(r);
	if (zero && digits > 1)
		return error_at(r, start, "a number must not begin with 0");
	if (digits && peek(r) == '.') {
		r->at++;
		digits += more = take_digits(r);
	}
	if (digits && more && (peek(r) == 'e' || peek(r) == 'E')) {
		r->at++;
		if (peek(r) == '+' || peek(r) == '-')
			r->at++;
		digits += more = take_digits(r);
	}
	if (!digits || !more)
		return error_at(r, r->at,
				peek(r) < 0 ? ENDS_EARLY : "a digit is missing in a number");
	if (digits > NUMBER_DIGITS)
		return error_at(r, start, "a number of more than 1,000 digits");
	r->raw = str_slice(r->text, start, r->at);
	return MATCH_NUMBER;
}

static enum match_token read_word(struct match_reader *r)
{
	static const struct str words[] = {{"true", 4}, {"false", 5}, {"null", 4}};
	struct str rest = str_slice(r->text, r->at, r->text.len);

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (!str_starts(rest, words[i]))
			continue;
		r->raw = str_slice(rest, 0, words[i].len);
		r->at += words[i].len;
		return MATCH_WORD;
	}
	return error_at(r, r->at, rest.len ? "a value is expected here" : ENDS_EARLY);
}

static enum match_token open_level(struct match_reader *r, bool object)
{
	uint64_t bit = (uint64_t)1 << r->depth % 64, *bits = r->objects + r->depth / 64;

	if (r->depth == MATCH_NESTING)
		return error_at(r, r->at, "more than 1,000 levels");
	*bits = object ? *bits | bit : *bits & ~bit;
	r->depth++;
	r->fresh = true;
	r->raw = str_slice(r->text, r->at, r->at + 1);
	r->at++;
	return object ? MATCH_OBJECT : MATCH_ARRAY;
}

static enum match_token read_value(struct match_reader *r)
{
	int c = peek(r);

	r->fresh = r->after_key = false;
	if (c == '{' || c == '[')
		return open_level(r, c == '{');
	if (c == '"')
		return read_string(r) ? MATCH_STRING : MATCH_ERROR;
	if (c == '-' || (c >= '0' && c <= '9'))
		return read_number(r);
	return read_word(r);
}

static enum match_token read_key(struct match_reader *r)
{
	if (peek(r) != '"')
		return error_at(r, r->at,
				peek(r) < 0 ? ENDS_EARLY
					    : "a key in double quotes is expected here");
	if (!read_string(r))
		return MATCH_ERROR;
	skip_space(r);
	if (peek(r) != ':')
		return error_at(r, r->at, peek(r) < 0 ? ENDS_EARLY : "`:` is expected after a key");
	r->at++;
	r->after_key = true;
	return MATCH_KEY;
}

static enum match_token close_level(struct match_reader *r, bool object)
{
	r->raw = str_slice(r->text, r->at, r->at + 1);
	r->at++;
	r->depth--;
	r->fresh = false;
	return object ? MATCH_OBJECT_END : MATCH_ARRAY_END;
}

enum match_token match_next(struct match_reader *r)
{
	bool object = in_object(r);

	skip_space(r);
	if (!r->depth || r->after_key)
		return read_value(r);
	if (peek(r) == (object ? '}' : ']'))
		return close_level(r, object);
	if (!r->fresh) {
		if (peek(r) != ',')
			return error_at(r, r->at,
					peek(r) < 0 ? ENDS_EARLY
					: object    ? "`,` or `}` is expected here"
						    : "`,` or `]` is expected here");
		r->at++;
		skip_space(r);
	}
	return object ? read_key(r) : read_value(r);
}

bool match_skip(struct match_reader *r, enum match_token token)
{
	unsigned depth = r->depth;

	if (token != MATCH_OBJECT && token != MATCH_ARRAY)
		return token != MATCH_ERROR;
	while (r->depth >= depth)
		if (match_next(r) == MATCH_ERROR)
			return false;
	return true;
}

static size_t utf8_put(char *to, uint32_t c)
{
	static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (size_t i = n - 1; i > 0; i--, c >>= 6)
		to[i] = (char)(0x80 | (c & 0x3F));
	to[0] = (char)(lead[n] | c);
	return n;
}

/* The scalar of the escape \u at *at, which moves behind it, and behind a second one that belongs
 * to it. */
static uint32_t decode_scalar(struct str raw, size_t *at)
{
	uint32_t c = unicode_hex(raw, *at + 2), low;

	*at += 6;
	if (c < 0xD800 || c > 0xDFFF)
		return c;
	low = str_starts(str_slice(raw, *at, raw.len), STR("\\u")) ? unicode_hex(raw, *at + 2) : 0;
	if (c > 0xDBFF || low < 0xDC00 || low > 0xDFFF)
		return '?';
	*at += 6;
	return 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
}

struct str match_quoted(struct match_reader *r)
{
	static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	struct str raw = r->raw;
	size_t n = 0;
	char *to;

	if (!r->escapes)
		return raw;
	to = arena_alloc(r->arena, raw.len); /* an escape is never shorter than what it means */
	for (size_t at = 0; at < raw.len;) {
		if (raw.ptr[at] != '\\') {
			to[n++] = raw.ptr[at++];
		} else if (raw.ptr[at + 1] == 'u') {
			n += utf8_put(to + n, decode_scalar(raw, &at));
		} else {
			const char *known = memchr(letters, raw.ptr[at + 1], sizeof letters - 1);

			to[n++] = known ? meant[known - letters] : '?';
			at += 2;
		}
	}
	return (struct str){to, n};
}

struct str match_plain(struct match_reader *r)
{
	struct str quoted = match_quoted(r);

	return str_slice(quoted, 1, quoted.len - 1);
}
