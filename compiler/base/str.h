/* SPDX-License-Identifier: Apache-2.0
 *
 * Strings are pointer + length; they are never terminated by NUL except where a name ends in
 * `_cstr`. Comparison is byte by byte. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include "base/arena.h"

struct str {
	const char *ptr;
	size_t len;
};

#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})
#define STR_FMT "%.*s"
#define STR_ARG(s) (int)(s).len, (s).ptr

struct str str_from(const char *cstr);
struct str str_copy(struct arena *arena, struct str s);
const char *str_cstr(struct arena *arena, struct str s); /* a NUL-terminated copy */
int str_cmp(struct str a, struct str b);
bool str_ends(struct str s, struct str suffix);
bool str_contains(struct str s, struct str needle);
uint64_t str_hash(struct str s);
struct str str_printf(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* What is asked at every token and every look-up is compiled into its caller. */
static inline struct str str_slice(struct str s, size_t from, size_t to)
{
	if (to > s.len)
		to = s.len;
	if (from > to)
		from = to;
	return (struct str){s.len ? s.ptr + from : s.ptr, to - from};
}

static inline bool str_eq(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool str_is(struct str s, const char *cstr)
{
	if (s.len && s.ptr[0] != cstr[0])
		return false;
	return str_eq(s, str_from(cstr));
}

static inline bool str_starts(struct str s, struct str prefix)
{
	return s.len >= prefix.len &&
	       (prefix.len == 0 || memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
}

/* A string under construction; ptr/len may be read at any time. */
struct strbuf {
	struct arena *arena;
	char *ptr;
	size_t len, cap;
};

void strbuf_init(struct strbuf *b, struct arena *arena);
void strbuf_reserve(struct strbuf *b, size_t more); /* room for more bytes, in one piece */
void strbuf_add(struct strbuf *b, struct str s);
void strbuf_addc(struct strbuf *b, char c);
void strbuf_puts(struct strbuf *b, const char *cstr);
void strbuf_printf(struct strbuf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void strbuf_vprintf(struct strbuf *b, const char *format, va_list args);
struct str strbuf_str(const struct strbuf *b);

#endif
