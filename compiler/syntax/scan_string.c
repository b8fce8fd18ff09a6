/* SPDX-License-Identifier: Apache-2.0
 *
 * Strings: their escapes and their limits. A string without escapes points into the source. */
#include <string.h>

#include "base/unicode.h"
#include "syntax/ast_build.h"
#include "vpol_parse.h"

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool is_scalar(uint32_t c)
{
	return c != 0 && c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
}

/* text[at] is the `u` of \u{…}. Returns the length with the braces, also when the number is none
 * (*scalar is 0 then); 1 when there is no such thing at all. */
static size_t read_unicode(struct str text, size_t at, uint32_t *scalar)
{
	size_t from = at + 2, i = from;
	uint32_t value = 0;

	*scalar = 0;
	if (from > text.len || text.ptr[at + 1] != '{')
		return 1;
	for (; i < text.len && hex_digit(text.ptr[i]) >= 0 && i - from < 6; i++)
		value = 16 * value + (uint32_t)hex_digit(text.ptr[i]);
	if (i == from || i == text.len || text.ptr[i] != '}')
		return 1;
	if (is_scalar(value))
		*scalar = value;
	return i + 1 - at;
}

/* Decodes the escape whose letter is text[at]; returns how many bytes it takes from there. */
static size_t decode_escape(struct parse *p, struct strbuf *b, struct str text, size_t at,
			    uint32_t base)
{
	uint32_t scalar = 0;
	size_t n = 1, next = at;
	struct diag *diag;

	switch (text.ptr[at]) {
	case '"':
	case '\\':
		strbuf_addc(b, text.ptr[at]);
		return 1;
	case 'n':
		strbuf_addc(b, '\n');
		return 1;
	case 't':
		strbuf_addc(b, '\t');
		return 1;
	case 'u':
		n = read_unicode(text, at, &scalar);
		if (scalar) {
			unicode_add(b, scalar);
			return n;
		}
		break;
	default:
		unicode_next(text, &next);
		n = next - at;
	}
	p->token.value.wrong = true;
	diag = parse_malformed(p, "VC015",
			       (struct span){base + (uint32_t)at - 1, base + (uint32_t)(at + n)},
			       n > 1 && text.ptr[at] == 'u' ? "the escape `%s` names no character"
							    : "the escape `%s` is unknown",
			       diag_quote(p->diags, str_slice(text, at - 1, at + n)));
	diag_help(diag,
		  "escapes are `\\\"`, `\\\\`, `\\n`, `\\t` and `\\u{…}` with the number of a "
		  "character");
	return n;
}

/* body: what stands between the quotation marks. */
static int give_string(struct parse *p, struct str body)
{
	uint32_t base = p->source->base + (uint32_t)(body.ptr - p->source->text.ptr);
	struct str text = body;

	p->token.value = (struct token_value){.wrong = scan_hidden(p, body, false)};
	if (body.len && memchr(body.ptr, '\\', body.len)) {
		struct strbuf b;

		strbuf_init(&b, p->arena);
		for (size_t i = 0; i < body.len;) {
			if (body.ptr[i] == '\\' && i + 1 < body.len)
				i += 1 + decode_escape(p, &b, body, i + 1, base);
			else
				strbuf_addc(&b, body.ptr[i++]);
		}
		text = strbuf_str(&b);
	}
	if (text.len > SYNTAX_STRING_SIZE) {
		p->token.value.wrong = true;
		parse_malformed(p, "VC016", p->token.span, "a string has at most %d bytes",
				SYNTAX_STRING_SIZE);
		text = str_slice(text, 0, unicode_boundary(text, SYNTAX_STRING_SIZE));
	}
	p->token.value.text = text;
	return T_STRING;
}

int scan_string(struct parse *p)
{
	struct str text = parse_text_at(p, p->token.span);

	return give_string(p, str_slice(text, 1, text.len - 1));
}

/* Length of the wide quotation mark at text[at]: “ ” „, or 0. */
static size_t wide_quote(struct str text, size_t at)
{
	unsigned char last;

	if (at + 3 > text.len || memcmp(text.ptr + at, "\xE2\x80", 2) != 0)
		return 0;
	last = (unsigned char)text.ptr[at + 2];
	return last >= 0x9C && last <= 0x9E ? 3 : 0;
}

static void tell_wide_quote(struct parse *p, uint32_t start)
{
	struct span at = {start, start + 3};

	diag_fix(parse_error(p, "VC008", at, "a wide quotation mark"), at, STR("\""));
}

static void tell_cut_off(struct parse *p)
{
	parse_malformed(p, "VC015", p->token.span, "the string does not end on its line");
	p->cut_off = p->token.span.end;
}

int scan_wide_string(struct parse *p)
{
	struct str text = parse_text_at(p, p->token.span);
	size_t end = text.len;

	tell_wide_quote(p, p->token.span.start);
	if (text.len > 3 && text.ptr[text.len - 1] == '"') {
		end--;
	} else if (text.len >= 6 && wide_quote(text, text.len - 3)) {
		end -= 3;
		tell_wide_quote(p, p->token.span.start + (uint32_t)end);
	} else {
		tell_cut_off(p);
	}
	return give_string(p, str_slice(text, 3, end));
}

size_t scan_unterminated(struct parse *p, int *kind)
{
	struct str text = parse_text_at(p, p->token.span);
	size_t at = 1, end;

	while (at < text.len && !wide_quote(text, at))
		at += text.ptr[at] == '\\' && at + 1 < text.len ? 2 : 1;
	if (at < text.len) { /* "…” */
		tell_wide_quote(p, p->token.span.start + (uint32_t)at);
		p->token.span.end = p->token.span.start + (uint32_t)at + 3;
		*kind = give_string(p, str_slice(text, 1, at));
		return at + 3;
	}
	end = text.len;
	if (text.ptr[end - 1] == '\r')
		end--;
	p->token.span.end = p->token.span.start + (uint32_t)end;
	tell_cut_off(p);
	*kind = give_string(p, str_slice(text, 1, end));
	return end;
}
