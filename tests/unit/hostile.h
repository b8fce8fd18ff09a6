/* SPDX-License-Identifier: Apache-2.0
 *
 * Texts that try to speak to a terminal or to a service that reads logs, and what gives them away
 * in an output. */
#ifndef TESTS_UNIT_HOSTILE_H
#define TESTS_UNIT_HOSTILE_H

#include "base/unicode.h"

/* What must not be in any output, line by line. */
__attribute__((unused)) static const char *hostile_flaw(struct str text)
{
	bool line_start = true;

	for (size_t at = 0; at < text.len;) {
		size_t before = at;
		uint32_t scalar = unicode_next(text, &at);

		if (scalar == UNICODE_BAD)
			return "invalid UTF-8";
		if (scalar != '\n' && unicode_hidden(scalar))
			return "a hidden character";
		if (str_starts(str_slice(text, before, text.len), STR("##[")))
			return "##[";
		if (line_start && str_starts(str_slice(text, before, text.len), STR("::")))
			return "a line that starts with ::";
		line_start = scalar == '\n' || (line_start && unicode_space(scalar));
	}
	return NULL;
}

/* The next of a series of texts that want to be commands of a terminal or of a service. */
__attribute__((unused)) static struct str hostile_text(struct arena *arena, uint64_t *seed)
{
	static const char *const pieces[] = {
		"\n::add-mask::1",
		"%0A::error::x",
		"   ::stop-commands::x",
		"##",
		"#",
		"[",
		"##[add-mask]",
		"::set-output name=x::y",
		"\xe3\x80\x80::error::x",
		"\x1b[2J",
		"\r",
		"\x1b]0;t\x07",
		"\xc2\x9b\x33\x31m",
		"\x9b",
		"\xe2\x80\xae",
		"\xe2\x80\xa8",
		"\xef\xbb\xbf",
		"::",
		":",
		" ",
		"\t",
		"\n",
		"`",
		"深",
		"\xcc\x81",
		"x",
		"\xf0\x9f\x98\x80",
		"\xe3\x81",
		"\xc2\x85",
		"\xf3\xa0\x80\x81",
		"{0}",
		"{",
		"}",
		"]",
		"](1)",
		"[x](https://example.com)",
		"\\",
		"<b a='x'>&amp;\"",
		"]]>",
		"%25",
		"%",
		",title=x",
		"\xef\xbf\xbf",
	};
	struct strbuf b;

	strbuf_init(&b, arena);
	for (size_t n = (*seed >> 20) % 9; n; n--) {
		*seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
		strbuf_puts(&b, pieces[(*seed >> 33) % (sizeof pieces / sizeof *pieces)]);
	}
	*seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
	return strbuf_str(&b);
}

#endif
