/* SPDX-License-Identifier: Apache-2.0
 *
 * Decoding against the definition of UTF-8, width and hiding at the edges, and escaping. */
#include <string.h>

#include "base/unicode.h"
#include "tap.h"

/* Writes a scalar, or what would be one, in n bytes. */
static struct str encode(uint32_t scalar, size_t n, char *out)
{
	static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};

	for (size_t i = n; i-- > 1; scalar >>= 6)
		out[i] = (char)(0x80 | (scalar & 0x3f));
	out[0] = (char)(n == 1 ? scalar : leads[n] | scalar);
	return (struct str){out, n};
}

static void test_decoding(void)
{
	static const uint32_t limit[] = {0, 0x80, 0x800, 0x10000, 0x200000};
	unsigned wrong = 0;
	char buffer[4];

	for (size_t n = 1; n <= 4; n++) {
		for (uint32_t scalar = 0; scalar < limit[n]; scalar++) {
			struct str s = encode(scalar, n, buffer);
			bool good = scalar >= limit[n - 1] && scalar <= 0x10ffff &&
				    (scalar < 0xd800 || scalar > 0xdfff);
			size_t at = 0;
			uint32_t got = unicode_next(s, &at);

			wrong += good ? got != scalar || at != n : got != UNICODE_BAD || at != 1;
			wrong += unicode_valid(s) != good;
			at = 0;
			s.len--;
			wrong += n > 1 && unicode_next(s, &at) != UNICODE_BAD;
		}
	}
	ok(wrong == 0, "every scalar, overlong form, surrogate and truncation");
	ok(!unicode_valid(STR("\xff")) && !unicode_valid(STR("\x80")) &&
		   !unicode_valid(STR("\xf8\x88\x80\x80\x80")),
	   "bytes that begin nothing");
	ok(unicode_boundary(STR("a深b"), 2) == 1 && unicode_boundary(STR("a深b"), 3) == 1 &&
		   unicode_boundary(STR("a深b"), 4) == 4 && unicode_boundary(STR("a深b"), 9) == 5,
	   "boundaries");
}

static void test_width(void)
{
	static const struct {
		uint32_t scalar;
		unsigned width;
	} rows[] = {
		{'a', 1},     {0xe9, 1},   {0x301, 0},	 {0x3042, 2},  {0x3099, 0},  {0x309b, 2},
		{0xff1d, 2},  {0xff71, 1}, {0x3000, 2},	 {0x4e00, 2},  {0x9fff, 2},  {0xac00, 2},
		{0x1161, 0},  {0xfe0f, 0}, {0x1f600, 2}, {0x2014, 1},  {0x20ac, 1},  {0x10ffff, 1},
		{0x20000, 2}, {0x303f, 1}, {0xffe6, 2},	 {0xe0100, 0}, {0x1f1e6, 1}, {0xe000, 1},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		ok(unicode_width(rows[i].scalar) == rows[i].width, "U+%04X takes %u",
		   rows[i].scalar, rows[i].width);
}

static void test_hidden(void)
{
	static const uint32_t hidden[] = {
		0x00,	0x1b,	0x1f,	0x7f,	 0x85,	  0x9b,	  0x9f,	  0xad,	  0x61c,
		0x200b, 0x200d, 0x200e, 0x2028,	 0x2029,  0x202a, 0x202e, 0x2060, 0x2066,
		0x2069, 0xfeff, 0x3164, 0xe0001, 0xe007f, 0xfff9, 0x180e,
	};
	static const uint32_t shown[] = {0x20,	 0x7e,	 0xa0,	 0xe9,	 0x301,	 0x3000,
					 0x3042, 0xfe0f, 0xfffd, 0x2027, 0x202f, 0x1f600};

	for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
		ok(unicode_hidden(hidden[i]), "U+%04X is escaped", hidden[i]);
	for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
		ok(!unicode_hidden(shown[i]), "U+%04X is shown", shown[i]);
}

static bool escapes(const char *text, const char *expected)
{
	struct arena *arena = arena_new();
	struct strbuf once, twice;
	bool good;

	strbuf_init(&once, arena);
	strbuf_init(&twice, arena);
	unicode_escape(&once, str_from(text));
	unicode_escape(&twice, strbuf_str(&once));
	good = str_is(strbuf_str(&once), expected) && str_is(strbuf_str(&twice), expected);
	arena_free(arena);
	return good;
}

static void test_escape(void)
{
	ok(escapes("深刻度 é \\ ` ## [", "深刻度 é \\ ` ## ["), "text stays");
	ok(escapes("\x1b[2J\x1b]0;t\x07", "\\u{1b}[2J\\u{1b}]0;t\\u{7}"), "terminal controls");
	ok(escapes("\xc2\x9b"
		   "31m\xc2\x85",
		   "\\u{9b}31m\\u{85}"),
	   "C1 controls");
	ok(escapes("a\x9b"
		   "31m\xff",
		   "a\\x9b31m\\xff"),
	   "stray bytes");
	ok(escapes("\xe2\x80\xae"
		   "ABC",
		   "\\u{202e}ABC"),
	   "bidi controls");
	ok(escapes("a ##[add-mask]", "a ##\\[add-mask]"), "commands of a CI service");
	ok(escapes("###[x##[", "###\\[x##\\["), "wherever they stand");
	ok(escapes("\r\n\t", "\\u{d}\\u{a}\\u{9}"), "line ends and tabs");
	ok(escapes("", ""), "nothing");
}

static void test_composed(void)
{
	static const uint32_t pairs[][3] = {
		{0x3c, 0x338, 0x226e},	     {0x41, 0x300, 0xc0},      {0xea, 0x301, 0x1ebf},
		{0x30ab, 0x3099, 0x30ac},    {0x306f, 0x309a, 0x3071}, {0x1100, 0x1161, 0xac00},
		{0xac00, 0x11a8, 0xac01},    {0x1112, 0x1175, 0xd788}, {0xd788, 0x11c2, 0xd7a3},
		{0x115b9, 0x115af, 0x115bb}, {0x41, 0x42, 0},	       {0x41, 0x3099, 0},
		{0xac01, 0x11a8, 0},	     {0xac00, 0x11a7, 0},      {0x1113, 0x1161, 0},
		{0x915, 0x93c, 0}, /* excluded from composition */
	};

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		ok(unicode_compose(pairs[i][0], pairs[i][1]) == pairs[i][2], "U+%04X and U+%04X",
		   (unsigned)pairs[i][0], (unsigned)pairs[i][1]);
}

static void test_added(void)
{
	struct arena *arena = arena_new();
	struct strbuf out;
	unsigned wrong = 0;
	char buffer[4];

	strbuf_init(&out, arena);
	for (uint32_t scalar = 0; scalar <= 0x10ffff; scalar++) {
		size_t n = scalar < 0x80 ? 1 : scalar < 0x800 ? 2 : scalar < 0x10000 ? 3 : 4;

		out.len = 0;
		unicode_add(&out, scalar);
		wrong += !str_eq(strbuf_str(&out), encode(scalar, n, buffer));
	}
	ok(!wrong, "scalars are added as they are read");
	arena_free(arena);
}

int main(void)
{
	test_decoding();
	test_width();
	test_hidden();
	test_escape();
	test_composed();
	test_added();
	return done();
}
