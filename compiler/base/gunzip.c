/* SPDX-License-Identifier: Apache-2.0
 *
 * zlib, around its own idea of how large a buffer can be. */
#include "base/gunzip.h"

#define ZLIB_CONST /* what goes in is not changed */
#include <zlib.h>

#define AT_ONCE ((size_t)1 << 30)

struct gunzip {
	z_stream z;
	bool usable, inside; /* a member has begun, and not ended */
};

bool gunzip_is(struct str begin)
{
	return str_starts(begin, STR("\x1f\x8b"));
}

struct gunzip *gunzip_new(struct arena *arena)
{
	struct gunzip *g = ARENA_NEW(arena, struct gunzip);

	/* 15: the largest window; and 16: of gzip, nothing else. */
	g->usable = inflateInit2(&g->z, 15 + 16) == Z_OK;
	return g;
}

void gunzip_free(struct gunzip *g)
{
	if (g->usable)
		inflateEnd(&g->z);
	g->usable = false;
}

static size_t at_most(size_t n)
{
	return n < AT_ONCE ? n : AT_ONCE;
}

/* One call of zlib. */
static const char *step(struct gunzip *g, struct str *from, char *to, size_t n, size_t *got)
{
	uInt in = (uInt)at_most(from->len), out = (uInt)at_most(n);
	int code;

	g->z.next_in = (const Bytef *)from->ptr;
	g->z.avail_in = in;
	g->z.next_out = (Bytef *)to;
	g->z.avail_out = out;
	g->inside = true;
	code = inflate(&g->z, Z_NO_FLUSH);
	*from = str_slice(*from, in - g->z.avail_in, from->len);
	*got = out - g->z.avail_out;
	if (code == Z_STREAM_END) {
		g->inside = false;
		code = inflateReset(&g->z);
	}
	if (code == Z_MEM_ERROR)
		return "out of memory";
	return code == Z_OK || code == Z_BUF_ERROR ? NULL : "its gzip data is damaged";
}

const char *gunzip_some(struct gunzip *g, struct str *from, char *to, size_t n, size_t *got)
{
	const char *why = g->usable ? NULL : "out of memory";

	*got = 0;
	/* What zlib holds back comes out although nothing goes in. */
	while (!why && *got < n) {
		size_t some, left = from->len;

		if (!left && !g->inside)
			break;
		why = step(g, from, to + *got, n - *got, &some);
		*got += some;
		if (!some && from->len == left)
			break;
	}
	return why;
}

bool gunzip_whole(const struct gunzip *g)
{
	return !g->inside;
}
