/* SPDX-License-Identifier: Apache-2.0
 *
 * Strings with a length, and the buffer in which they are built. */
#include "base/str.h"

#include <stdio.h>
#include <string.h>

struct str str_from(const char *cstr)
{
	return (struct str){cstr, strlen(cstr)};
}

struct str str_copy(struct arena *arena, struct str s)
{
	return (struct str){str_cstr(arena, s), s.len};
}

const char *str_cstr(struct arena *arena, struct str s)
{
	char *copy = arena_alloc(arena, s.len + 1);

	if (s.len)
		memcpy(copy, s.ptr, s.len);
	return copy;
}

int str_cmp(struct str a, struct str b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int order = n ? memcmp(a.ptr, b.ptr, n) : 0;

	if (order)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

bool str_ends(struct str s, struct str suffix)
{
	return s.len >= suffix.len && str_eq(str_slice(s, s.len - suffix.len, s.len), suffix);
}

bool str_contains(struct str s, struct str needle)
{
	if (!needle.len)
		return true;
	return s.len && memmem(s.ptr, s.len, needle.ptr, needle.len) != NULL;
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 32;
}

/* Eight bytes at a time; of the machine it runs on, because orders taken from it are never
 * shown. */
uint64_t str_hash(struct str s)
{
	uint64_t hash = mix(UINT64_C(0xcbf29ce484222325), s.len), word;
	size_t at = 0;

	for (; s.len - at >= 8; at += 8) {
		memcpy(&word, s.ptr + at, 8);
		hash = mix(hash, word);
	}
	word = 0;
	if (at < s.len && at)
		memcpy(&word, s.ptr + s.len - 8, 8); /* some of them again */
	else if (at < s.len)
		memcpy(&word, s.ptr, s.len);
	return mix(hash, word) * UINT64_C(0x9e3779b97f4a7c15);
}

struct str str_printf(struct arena *arena, const char *format, ...)
{
	struct strbuf b;
	va_list args;

	strbuf_init(&b, arena);
	va_start(args, format);
	strbuf_vprintf(&b, format, args);
	va_end(args);
	return strbuf_str(&b);
}

void strbuf_init(struct strbuf *b, struct arena *arena)
{
	*b = (struct strbuf){.arena = arena};
}

static __attribute__((noinline)) void grow(struct strbuf *b, size_t need)
{
	size_t cap = b->cap ? b->cap : 64;
	char *ptr;

	while (cap < need)
		cap *= 2;
	ptr = arena_room(b->arena, cap);
	if (b->len)
		memcpy(ptr, b->ptr, b->len);
	b->ptr = ptr;
	b->cap = cap;
}

static inline void reserve(struct strbuf *b, size_t more)
{
	if (b->cap - b->len < more)
		grow(b, b->len + more);
}

void strbuf_reserve(struct strbuf *b, size_t more)
{
	reserve(b, more);
}

void strbuf_add(struct strbuf *b, struct str s)
{
	if (!s.len)
		return;
	reserve(b, s.len);
	memcpy(b->ptr + b->len, s.ptr, s.len);
	b->len += s.len;
}

void strbuf_addc(struct strbuf *b, char c)
{
	reserve(b, 1);
	b->ptr[b->len++] = c;
}

void strbuf_puts(struct strbuf *b, const char *cstr)
{
	strbuf_add(b, str_from(cstr));
}

void strbuf_printf(struct strbuf *b, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	strbuf_vprintf(b, format, args);
	va_end(args);
}

void strbuf_vprintf(struct strbuf *b, const char *format, va_list args)
{
	char small[256];
	va_list again;
	int n;

	va_copy(again, args);
	n = vsnprintf(small, sizeof small, format, args);
	if (n > 0 && (size_t)n < sizeof small) {
		strbuf_add(b, (struct str){small, (size_t)n});
	} else if (n > 0) {
		reserve(b, (size_t)n + 1);
		vsnprintf(b->ptr + b->len, (size_t)n + 1, format, again);
		b->len += (size_t)n;
	}
	va_end(again);
}

struct str strbuf_str(const struct strbuf *b)
{
	return (struct str){b->len ? b->ptr : "", b->len};
}
