/* SPDX-License-Identifier: Apache-2.0
 *
 * Escapes for XML. */
#include "base/xml.h"

#include "base/unicode.h"

/* The escape of an ASCII character, or NULL. */
static const char *escape_of(char c, bool first)
{
	switch (c) {
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '&':
		return "&amp;";
	case '"':
		return "&quot;";
	case ':': /* a line that begins with two is a command */
		return first ? "&#58;" : NULL;
	default:
		return NULL;
	}
}

static void escape(struct strbuf *out, struct str text, const char *line_feed)
{
	bool first = false; /* nothing but space stands before on its line */

	for (size_t at = 0; at < text.len;) {
		const char *known = escape_of(text.ptr[at], first);
		size_t next = at;
		uint32_t scalar = unicode_next(text, &next);

		if (scalar == '\n') {
			strbuf_puts(out, line_feed);
			first = true;
			at = next;
			continue;
		}
		first = first && unicode_space(scalar);
		if (known) {
			strbuf_puts(out, known);
			at = next;
		} else if (scalar == 0xfffe || scalar == 0xffff) {
			strbuf_printf(out, "\\u{%x}", scalar);
			at = next;
		} else {
			unicode_escape_next(out, text, &at);
		}
	}
}

void xml_text(struct strbuf *out, struct str text)
{
	escape(out, text, "\n");
}

void xml_attribute(struct strbuf *out, struct str text)
{
	escape(out, text, "&#10;");
}
