/* SPDX-License-Identifier: Apache-2.0
 *
 * The one JSON writer. */
#include "base/json.h"

#include <inttypes.h>
#include <string.h>

void json_begin(struct json_writer *w, struct arena *arena, unsigned indent)
{
	*w = (struct json_writer){.indent = indent, .fresh = true};
	strbuf_init(&w->out, arena);
}

void json_begin_part(struct json_writer *w, struct arena *arena, unsigned indent, unsigned depth)
{
	json_begin(w, arena, indent);
	w->depth = depth;
}

struct str json_end(struct json_writer *w)
{
	if (w->indent)
		strbuf_addc(&w->out, '\n');
	return strbuf_str(&w->out);
}

void json_part(struct json_writer *w, struct str text)
{
	if (!w->fresh)
		strbuf_addc(&w->out, ',');
	w->fresh = false;
	strbuf_add(&w->out, text);
}

static void write_spaces(struct strbuf *out, size_t n)
{
	static const char spaces[] = "                                ";

	for (size_t part; n; n -= part) {
		part = n < sizeof spaces - 1 ? n : sizeof spaces - 1;
		strbuf_add(out, (struct str){spaces, part});
	}
}

static void new_line(struct json_writer *w)
{
	if (!w->indent)
		return;
	strbuf_addc(&w->out, '\n');
	write_spaces(&w->out, (size_t)w->depth * w->indent);
}

static void separate(struct json_writer *w)
{
	if (!w->fresh)
		strbuf_addc(&w->out, ',');
	w->fresh = false;
	new_line(w);
}

static void before_value(struct json_writer *w)
{
	if (w->after_key)
		w->after_key = false;
	else if (w->depth)
		separate(w);
}

static void open_container(struct json_writer *w, char c)
{
	before_value(w);
	strbuf_addc(&w->out, c);
	w->depth++;
	w->fresh = true;
}

static void close_container(struct json_writer *w, char c)
{
	w->depth--;
	if (!w->fresh)
		new_line(w);
	w->fresh = false;
	strbuf_addc(&w->out, c);
}

void json_open_object(struct json_writer *w)
{
	open_container(w, '{');
}

void json_close_object(struct json_writer *w)
{
	close_container(w, '}');
}

void json_open_array(struct json_writer *w)
{
	open_container(w, '[');
}

void json_close_array(struct json_writer *w)
{
	close_container(w, ']');
}

/* What must be escaped, or may begin what must be. */
static const bool odd[256] = {
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,	     1,		 1,	     1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, ['"'] = 1, ['\\'] = 1, [0x7F] = 1, [0xE2] = 1,
};

/* The length of what must be escaped at the front of s, which is odd; 0 if nothing must. U+2028 and
 * U+2029 end a line in JavaScript and in some viewers, U+007F disappears on terminals. */
static size_t unsafe_length(const char *s, size_t left)
{
	if (s[0] != '\xE2')
		return 1;
	if (left < 3 || s[1] != '\x80')
		return 0;
	return s[2] == '\xA8' || s[2] == '\xA9' ? 3 : 0;
}

static void write_escape(struct strbuf *out, const char *s, size_t n)
{
	static const char meant[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
	const char *known;

	if (n == 3) {
		strbuf_puts(out, s[2] == '\xA8' ? "\\u2028" : "\\u2029");
		return;
	}
	known = memchr(meant, s[0], sizeof meant - 1);
	if (known) {
		strbuf_addc(out, '\\');
		strbuf_addc(out, letters[known - meant]);
	} else {
		strbuf_printf(out, "\\u%04x", (unsigned)s[0]);
	}
}

#define BYTES(c) (UINT64_C(0x0101010101010101) * (c))

/* The high bits of those of eight bytes that are not zero, if none has its own set. */
static inline uint64_t others(uint64_t x)
{
	return x + BYTES(0x7F);
}

/* Are eight bytes printable ASCII that stands for itself? */
static inline bool is_plain(const char *s)
{
	uint64_t x, good;

	memcpy(&x, s, 8);
	good = others(x & BYTES(0x60)) & others(x ^ BYTES('"')) & others(x ^ BYTES('\\')) &
	       others(x ^ BYTES(0x7F)) & ~x;
	return (good & BYTES(0x80)) == BYTES(0x80);
}

/* How much of the text is so from its front; of a long one up to seven bytes less. */
static size_t plain_length(struct str s)
{
	size_t at = 0;

	for (; s.len - at >= 8; at += 8)
		if (!is_plain(s.ptr + at))
			return at;
	if (at && is_plain(s.ptr + s.len - 8))
		return s.len;
	while (at < s.len && !odd[(unsigned char)s.ptr[at]])
		at++;
	return at;
}

static void quote_odd(struct strbuf *out, struct str s, size_t at)
{
	size_t safe = 0;

	strbuf_addc(out, '"');
	for (;;) {
		size_t n;

		while (at < s.len && !odd[(unsigned char)s.ptr[at]])
			at++;
		if (at == s.len)
			break;
		n = unsafe_length(s.ptr + at, s.len - at);
		if (n) {
			strbuf_add(out, str_slice(s, safe, at));
			write_escape(out, s.ptr + at, n);
			safe = at + n;
		}
		at += n ? n : 1;
	}
	strbuf_add(out, str_slice(s, safe, s.len));
	strbuf_addc(out, '"');
}

void json_quoted(struct strbuf *out, struct str s)
{
	size_t plain = plain_length(s);
	char *at;

	strbuf_reserve(out, s.len + 2); /* enough where nothing is escaped */
	if (plain < s.len || !s.len) {
		quote_odd(out, s, plain);
		return;
	}
	at = out->ptr + out->len;
	*at = '"';
	memcpy(at + 1, s.ptr, s.len);
	at[s.len + 1] = '"';
	out->len += s.len + 2;
}

void json_key(struct json_writer *w, const char *key)
{
	json_key_str(w, str_from(key));
}

void json_key_str(struct json_writer *w, struct str key)
{
	separate(w);
	json_quoted(&w->out, key);
	strbuf_puts(&w->out, w->indent ? ": " : ":");
	w->after_key = true;
}

void json_string(struct json_writer *w, const char *cstr)
{
	json_str(w, str_from(cstr));
}

void json_str(struct json_writer *w, struct str s)
{
	before_value(w);
	json_quoted(&w->out, s);
}

static void write_raw(struct json_writer *w, struct str text)
{
	before_value(w);
	strbuf_add(&w->out, text);
}

void json_int(struct json_writer *w, int64_t value)
{
	before_value(w);
	strbuf_printf(&w->out, "%" PRId64, value);
}

void json_scaled(struct json_writer *w, int64_t scaled)
{
	const uint64_t one = UINT64_C(1000000000);
	uint64_t size = scaled < 0 ? -(uint64_t)scaled : (uint64_t)scaled, fraction = size % one;
	int digits = 9;

	before_value(w);
	strbuf_printf(&w->out, "%s%" PRIu64, scaled < 0 ? "-" : "", size / one);
	if (!fraction)
		return;
	for (; fraction % 10 == 0; digits--)
		fraction /= 10;
	strbuf_printf(&w->out, ".%0*" PRIu64, digits, fraction);
}

void json_bool(struct json_writer *w, bool value)
{
	write_raw(w, value ? STR("true") : STR("false"));
}

void json_null(struct json_writer *w)
{
	write_raw(w, STR("null"));
}

void json_member(struct json_writer *w, const char *key, struct str value)
{
	json_key(w, key);
	if (value.len)
		json_str(w, value);
	else
		json_null(w);
}

void json_member_size(struct json_writer *w, const char *key, size_t value)
{
	json_key(w, key);
	json_int(w, (int64_t)value);
}

/* No text in a document holds a raw line break, so each of its lines moves by the depth here. */
void json_document(struct json_writer *w, struct str text)
{
	size_t depth = (size_t)w->depth * w->indent;

	before_value(w);
	if (text.len && text.ptr[text.len - 1] == '\n')
		text.len--;
	for (size_t at = 0; at < text.len;) {
		const char *end = memchr(text.ptr + at, '\n', text.len - at);
		size_t to = end ? (size_t)(end - text.ptr) + 1 : text.len;

		strbuf_add(&w->out, str_slice(text, at, to));
		write_spaces(&w->out, end ? depth : 0);
		at = to;
	}
}

/* Recursive, but a tree is never deeper than the readers let it be. */
void json_tree(struct json_writer *w, const struct json *json)
{
	switch (json->type) {
	case JSON_NULL:
		json_null(w);
		break;
	case JSON_FALSE:
	case JSON_TRUE:
		json_bool(w, json->type == JSON_TRUE);
		break;
	case JSON_NUMBER:
		write_raw(w, json->text);
		break;
	case JSON_STRING:
		json_str(w, json->text);
		break;
	case JSON_ARRAY:
		json_open_array(w);
		for (size_t i = 0; i < json->n; i++)
			json_tree(w, json->items[i]);
		json_close_array(w);
		break;
	case JSON_OBJECT:
		json_open_object(w);
		for (size_t i = 0; i < json->n; i++) {
			json_key_str(w, json->keys[i]);
			json_tree(w, json->items[i]);
		}
		json_close_object(w);
		break;
	}
}
