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
struct str str_slice(struct str s, size_t from, size_t to);
bool str_eq(struct str a, struct str b);
bool str_is(struct str s, const char *cstr);
int str_cmp(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
bool str_contains(struct str s, struct str needle);
uint64_t str_hash(struct str s);
struct str str_printf(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A string under construction; ptr/len may be read at any time. */
struct strbuf {
	struct arena *arena;
	char *ptr;
	size_t len, cap;
};

void strbuf_init(struct strbuf *b, struct arena *arena);
void strbuf_add(struct strbuf *b, struct str s);
void strbuf_addc(struct strbuf *b, char c);
void strbuf_puts(struct strbuf *b, const char *cstr);
void strbuf_printf(struct strbuf *b, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void strbuf_vprintf(struct strbuf *b, const char *format, va_list args);
struct str strbuf_str(const struct strbuf *b);

#endif
