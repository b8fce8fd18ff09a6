/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading JSONata from left to right: what every reader of an expression needs. */
#include "target/jsonata.h"

#include "base/unicode.h"

static void skip_space(struct jsonata *j)
{
	size_t n = 0;

	while (n < j->text.len && (j->text.ptr[n] == ' ' || j->text.ptr[n] == '\t' ||
				   j->text.ptr[n] == '\n' || j->text.ptr[n] == '\r'))
		n++;
	j->text = str_slice(j->text, n, j->text.len);
}

bool jsonata_take(struct jsonata *j, const char *token)
{
	struct str expected = str_from(token);

	skip_space(j);
	if (!str_starts(j->text, expected))
		return false;
	j->text = str_slice(j->text, expected.len, j->text.len);
	return true;
}

bool jsonata_open(struct arena *arena, struct str s, struct jsonata *j)
{
	if (s.len < 4 || !str_starts(s, STR("{%")) || !str_ends(s, STR("%}")))
		return false;
	*j = (struct jsonata){arena, str_slice(s, 2, s.len - 2)};
	return true;
}

static bool take_unit(struct jsonata *j, uint32_t *unit)
{
	*unit = 0;
	if (j->text.len < 4)
		return false;
	for (size_t i = 0; i < 4; i++) {
		char c = j->text.ptr[i];
		int digit = c >= '0' && c <= '9'   ? c - '0'
			    : c >= 'a' && c <= 'f' ? c - 'a' + 10
			    : c >= 'A' && c <= 'F' ? c - 'A' + 10
						   : -1;

		if (digit < 0)
			return false;
		*unit = *unit << 4 | (uint32_t)digit;
	}
	j->text = str_slice(j->text, 4, j->text.len);
	return true;
}

/* Behind a backslash. Surrogates are refused: nobody needs them in UTF-8. */
static bool take_escape(struct jsonata *j, struct strbuf *b)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	uint32_t unit;

	if (!j->text.len)
		return false;
	for (size_t i = 0; from[i]; i++) {
		if (j->text.ptr[0] == from[i]) {
			strbuf_addc(b, to[i]);
			j->text = str_slice(j->text, 1, j->text.len);
			return true;
		}
	}
	if (j->text.ptr[0] != 'u')
		return false;
	j->text = str_slice(j->text, 1, j->text.len);
	if (!take_unit(j, &unit) || unit == 0 || (unit >= 0xd800 && unit <= 0xdfff))
		return false;
	unicode_add(b, unit);
	return true;
}

bool jsonata_take_literal(struct jsonata *j, struct str *out)
{
	struct strbuf b;
	char quote;

	skip_space(j);
	if (!j->text.len || (j->text.ptr[0] != '\'' && j->text.ptr[0] != '"'))
		return false;
	quote = j->text.ptr[0];
	j->text = str_slice(j->text, 1, j->text.len);
	strbuf_init(&b, j->arena);
	while (j->text.len) {
		char c = j->text.ptr[0];

		j->text = str_slice(j->text, 1, j->text.len);
		if (c == quote) {
			*out = strbuf_str(&b);
			return true;
		}
		if (c == '%')
			return false; /* "%}" would end the expression */
		if (c != '\\')
			strbuf_addc(&b, c);
		else if (!take_escape(j, &b))
			return false;
	}
	return false;
}

bool jsonata_at_end(struct jsonata *j)
{
	skip_space(j);
	return j->text.len == 0;
}
