/* SPDX-License-Identifier: Apache-2.0
 *
 * The escapes of JSON strings, for both of our readers. */
#include "base/json_internal.h"

#include <string.h>

#include "base/unicode.h"

static bool is_surrogate(uint32_t c, uint32_t first)
{
	return c >= first && c < first + 0x400;
}

static uint32_t bad(const char **why, const char *what)
{
	*why = what;
	return UNICODE_BAD;
}

/* The scalar of a \u escape whose digits begin at *at, which moves behind it. */
static uint32_t read_scalar(struct str raw, size_t *at, const char **why)
{
	uint32_t low, c = unicode_hex(raw, *at);

	if (c == UINT32_MAX)
		return bad(why, "\\u takes four hexadecimal digits");
	if (c == 0)
		return bad(why, "NUL in a string");
	*at += 4;
	if (is_surrogate(c, 0xDC00))
		return bad(why, JSON_HALF);
	if (!is_surrogate(c, 0xD800))
		return c;
	if (!str_starts(str_slice(raw, *at, raw.len), STR("\\u")))
		return bad(why, JSON_HALF);
	low = unicode_hex(raw, *at + 2);
	if (low == UINT32_MAX || !is_surrogate(low, 0xDC00))
		return bad(why, JSON_HALF);
	*at += 6;
	return 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
}

uint32_t json_escape_next(struct str raw, size_t *at, const char **why)
{
	static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	const char *known;

	*at += 2;
	known = memchr(letters, raw.ptr[*at - 1], sizeof letters - 1);
	if (known)
		return (uint32_t)meant[known - letters];
	if (raw.ptr[*at - 1] == 'u')
		return read_scalar(raw, at, why);
	return bad(why, "an unknown escape in a string");
}

static size_t utf8_put(char *to, uint32_t c)
{
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};

	for (size_t i = n - 1; i > 0; i--, c >>= 6)
		to[i] = (char)(0x80 | (c & 0x3F));
	to[0] = (char)(lead[n] | c);
	return n;
}

bool json_unescape(struct arena *arena, struct str raw, struct str *out, size_t *place,
		   const char **why)
{
	char *to = arena_alloc(arena, raw.len);
	size_t n = 0;

	for (size_t at = 0; at < raw.len;) {
		const char *next = memchr(raw.ptr + at, '\\', raw.len - at);
		size_t plain = (next ? (size_t)(next - raw.ptr) : raw.len) - at;
		uint32_t c;

		memcpy(to + n, raw.ptr + at, plain);
		n += plain;
		at += plain;
		if (!next)
			break;
		*place = at;
		c = json_escape_next(raw, &at, why);
		if (c == UNICODE_BAD)
			return false;
		n += utf8_put(to + n, c);
	}
	*out = (struct str){to, n};
	return true;
}
