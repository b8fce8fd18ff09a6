/* SPDX-License-Identifier: Apache-2.0
 *
 * Texts that try the readers of JSON, for the tests of each of them. */
#ifndef TESTS_UNIT_ODD_JSON_H
#define TESTS_UNIT_ODD_JSON_H

#include "base/str.h"

/* Texts that every reader takes, and the minified form of what they are. */
static const char *const valid_texts[][2] = {
	{"null", "null"},
	{" true ", "true"},
	{"\t\r\n[ ]", "[]"},
	{"{}", "{}"},
	{"\"\"", "\"\""},
	{"[1,-0,0.50,1e5,-1.5E+10,123456789012345678]",
	 "[1,-0,0.50,1e5,-1.5E+10,123456789012345678]"},
	{"{\"a\": {\"b\": [null, false]}, \"c\" : \"d\"}",
	 "{\"a\":{\"b\":[null,false]},\"c\":\"d\"}"},
	{"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\""},
	{"\"\\u0041\\u00e9\\u3042\\ud83d\\ude00\\uDBFF\\uDFFF\"",
	 "\"A\xC3\xA9\xE3\x81\x82\xF0\x9F\x98\x80\xF4\x8F\xBF\xBF\""},
	{"\"\\u007f\\u2028\\u2029\\u001f\"", "\"\\u007f\\u2028\\u2029\\u001f\""},
	{"[\"1\",2,\"-3\\\"4\",{\"5\":6}]", "[\"1\",2,\"-3\\\"4\",{\"5\":6}]"},
	{"\"\xEF\xBB\xBF\"", "\"\xEF\xBB\xBF\""},
};

struct bad {
	struct str text;
	size_t offset;
	const char *what; /* part of the message of json_parse */
};

#define BAD(text, offset, what)                                                                    \
	{                                                                                          \
		{(text), sizeof(text) - 1}, (offset), (what)                                       \
	}

static const struct bad bad_texts[] = {
	BAD("", 0, "too early"),
	BAD("  ", 2, "too early"),
	BAD("[1,2", 4, "too early"),
	BAD("{\"a\"", 4, "too early"),
	BAD("{\"a\":", 5, "too early"),
	BAD("\"abc", 4, "too early"),
	BAD("\"abc\\", 5, "too early"),
	BAD("[1,]", 3, "value"),
	BAD("{\"a\":1,}", 7, "key"),
	BAD("{a:1}", 1, "key"),
	BAD("{\"a\" 1}", 5, "`:`"),
	BAD("[1 2]", 3, "`]`"),
	BAD("{\"a\":1 \"b\":2}", 7, "`}`"),
	BAD("[1}", 2, "`]`"),
	BAD("nul", 0, "value"),
	BAD("NaN", 0, "value"),
	BAD("truex", 4, "after"),
	BAD("{} {}", 3, "after"),
	BAD("[]\0", 2, "after"),
	BAD("[1\0 ]", 2, "`]`"),
	BAD("-12.5\0", 5, "after"),
	BAD("'a'", 0, "value"),
	BAD("// c\n1", 0, "value"),
	BAD("01", 0, "begin with 0"),
	BAD("-", 1, "too early"),
	BAD("-a", 1, "digit"),
	BAD("1.", 2, "too early"),
	BAD("[1.]", 3, "digit"),
	BAD("[1e]", 3, "digit"),
	BAD("[1e+]", 4, "digit"),
	BAD("+1", 0, "value"),
	BAD(".5", 0, "value"),
	BAD("\"\x01\"", 1, "control"),
	BAD("\"a\nb\"", 2, "control"),
	BAD("\"\0\"", 1, "control"),
	BAD("\"\\\n\"", 1, "unknown escape"),
	BAD("\"\\x\"", 1, "escape"),
	BAD("\"\\u12\"", 1, "hexadecimal"),
	BAD("\"\\u12g4\"", 1, "hexadecimal"),
	BAD("\"a\\u0000\"", 2, "NUL"),
	BAD("{\"\\u0000\":1}", 2, "NUL"),
	BAD("\"\\ud800\"", 1, "surrogate"),
	BAD("\"\\ude00\"", 1, "surrogate"),
	BAD("\"\\ud800\\u0041\"", 1, "surrogate"),
	BAD("\"\\ud800\\ud800\"", 1, "surrogate"),
	BAD("\"\\ud800x\"", 1, "surrogate"),
	BAD("\"\xFF\"", 1, "UTF-8"),
	BAD("\"\x80\"", 1, "UTF-8"),
	BAD("\"\xC0\xAF\"", 1, "UTF-8"),
	BAD("\"\xED\xA0\x80\"", 1, "UTF-8"),
	BAD("\"\xF4\x90\x80\x80\"", 1, "UTF-8"),
	BAD("\"\xE3\x81\"", 1, "UTF-8"),
	BAD("\"\\\xE9\"", 1, "unknown escape"),
	BAD("\xE3\x81\x82", 0, "value"),
	BAD("{\"a\":1,\"b\":2,\"a\":3}", 13, "twice"),
	BAD("[{\"a\":1,\"\\u0061\":3}]", 8, "twice"),
	BAD("\xEF\xBB\xBF\xEF\xBB\xBF[]", 3, "value"),
};

/* 1 in so many arrays, or objects. */
static struct str nested(struct arena *arena, unsigned levels, bool objects)
{
	struct strbuf b;

	strbuf_init(&b, arena);
	for (unsigned i = 0; i < levels; i++)
		strbuf_puts(&b, objects ? "{\"k\":" : "[");
	strbuf_puts(&b, "1");
	for (unsigned i = 0; i < levels; i++)
		strbuf_puts(&b, objects ? "}" : "]");
	return strbuf_str(&b);
}

#endif
