/* SPDX-License-Identifier: Apache-2.0
 *
 * Text for XML: what is escaped, what becomes visible, and that no line is a command. */
#include "base/xml.h"
#include "tap.h"

static const struct {
	const char *text, *inside, *attribute;
} cases[] = {
	{"", "", ""},
	{"a<b>&\"c'", "a&lt;b&gt;&amp;&quot;c'", "a&lt;b&gt;&amp;&quot;c'"},
	{"]]>", "]]&gt;", "]]&gt;"},
	{"a\nb", "a\nb", "a&#10;b"},
	{"::a\n::b\n \xe3\x80\x80:c::", "::a\n&#58;:b\n \xe3\x80\x80&#58;c::",
	 "::a&#10;&#58;:b&#10; \xe3\x80\x80&#58;c::"},
	{"\t\r\x01\x7f\xc2\x85", "\\u{9}\\u{d}\\u{1}\\u{7f}\\u{85}",
	 "\\u{9}\\u{d}\\u{1}\\u{7f}\\u{85}"},
	{"\xe2\x80\xae\xef\xbb\xbf", "\\u{202e}\\u{feff}", "\\u{202e}\\u{feff}"},
	{"\xef\xbf\xbd\xef\xbf\xbe\xef\xbf\xbf", "\xef\xbf\xbd\\u{fffe}\\u{ffff}",
	 "\xef\xbf\xbd\\u{fffe}\\u{ffff}"},
	{"\xff\xc0\x80\xed\xa0\x80", "\\xff\\xc0\\x80\\xed\\xa0\\x80",
	 "\\xff\\xc0\\x80\\xed\\xa0\\x80"},
	{"##[error]", "##\\[error]", "##\\[error]"},
	{"深\xf0\x9f\x98\x80\\", "深\xf0\x9f\x98\x80\\", "深\xf0\x9f\x98\x80\\"},
};

int main(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena *arena = arena_new();
		struct strbuf inside, attribute;

		strbuf_init(&inside, arena);
		strbuf_init(&attribute, arena);
		xml_text(&inside, str_from(cases[i].text));
		xml_attribute(&attribute, str_from(cases[i].text));
		ok(str_is(strbuf_str(&inside), cases[i].inside), "text %zu", i);
		ok(str_is(strbuf_str(&attribute), cases[i].attribute), "attribute %zu", i);
		arena_free(arena);
	}
	return done();
}
