/* SPDX-License-Identifier: Apache-2.0
 *
 * Our own JSON reader: RFC 8259 to the letter, without recursion. Values that are complete wait on
 * one stack until their container ends, so every array of the tree has its exact size; a string
 * without escapes and every number is a piece of the text itself. */
#include "base/json_internal.h"

#include <string.h>

#include "base/strsort.h"
#include "base/unicode.h"
#include "base/vec.h"

struct frame {
	bool object;
	size_t items, keys; /* heights of the stacks when it began */
};

struct parser {
	struct arena *arena;
	struct str text;
	size_t at;
	struct json_error *error;
	struct frame frames[JSON_DEPTH_MAX];
	unsigned depth;
	VEC(struct json *) items;
	VEC(struct str) keys;
	VEC(size_t) key_places;
};

static bool fail(struct parser *p, size_t offset, const char *what)
{
	json_fail(p->error, p->text, offset, what);
	return false;
}

static bool at_end(const struct parser *p)
{
	return p->at >= p->text.len;
}

static int peek(const struct parser *p)
{
	return at_end(p) ? -1 : (unsigned char)p->text.ptr[p->at];
}

static bool take(struct parser *p, int c)
{
	if (peek(p) != c)
		return false;
	p->at++;
	return true;
}

static void skip_space(struct parser *p)
{
	while (peek(p) == ' ' || peek(p) == '\t' || peek(p) == '\n' || peek(p) == '\r')
		p->at++;
}

/* Moves behind one scalar of a string, or behind a backslash and what it escapes. */
static bool skip_char(struct parser *p, bool *escapes)
{
	size_t place = p->at;
	uint32_t c = unicode_next(p->text, &p->at);

	if (c == '\\') {
		*escapes = true;
		if (at_end(p))
			return true;
		place = p->at;
		c = unicode_next(p->text, &p->at);
	}
	if (c == UNICODE_BAD)
		return fail(p, place, "invalid UTF-8");
	return c >= 0x20 || fail(p, place, "a control character in a string");
}

static bool parse_string(struct parser *p, struct str *out)
{
	size_t start = p->at + 1, place;
	const char *why;
	bool escapes = false;

	p->at = start;
	while (!at_end(p) && peek(p) != '"') {
		if (!skip_char(p, &escapes))
			return false;
	}
	if (at_end(p))
		return fail(p, p->text.len, JSON_ENDS_EARLY);
	*out = str_slice(p->text, start, p->at++);
	return !escapes || json_unescape(p->arena, *out, out, &place, &why) ||
	       fail(p, start + place, why);
}

static bool take_digits(struct parser *p)
{
	size_t start = p->at;

	while (peek(p) >= '0' && peek(p) <= '9')
		p->at++;
	if (p->at > start)
		return true;
	return fail(p, p->at, at_end(p) ? JSON_ENDS_EARLY : "a digit is missing in a number");
}

static bool parse_number(struct parser *p, struct str *out)
{
	size_t start = p->at;

	take(p, '-');
	if (!take(p, '0') && !take_digits(p))
		return false;
	if (peek(p) >= '0' && peek(p) <= '9')
		return fail(p, start, "a number must not begin with 0");
	if (take(p, '.') && !take_digits(p))
		return false;
	if (take(p, 'e') || take(p, 'E')) {
		if (!take(p, '+'))
			take(p, '-');
		if (!take_digits(p))
			return false;
	}
	*out = str_slice(p->text, start, p->at);
	return true;
}

static bool parse_word(struct parser *p, struct json *value)
{
	static const struct {
		struct str word;
		enum json_type type;
	} words[] = {
		{{"null", 4}, JSON_NULL},
		{{"true", 4}, JSON_TRUE},
		{{"false", 5}, JSON_FALSE},
	};
	struct str rest = str_slice(p->text, p->at, p->text.len);

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (!str_starts(rest, words[i].word))
			continue;
		value->type = words[i].type;
		p->at += words[i].word.len;
		return true;
	}
	return fail(p, p->at, at_end(p) ? JSON_ENDS_EARLY : "a value is expected here");
}

static bool open_frame(struct parser *p, struct json *value)
{
	bool object = peek(p) == '{';

	if (p->depth == JSON_DEPTH_MAX)
		return fail(p, p->at, JSON_TOO_DEEP);
	p->frames[p->depth++] = (struct frame){object, p->items.n, p->keys.n};
	value->type = object ? JSON_OBJECT : JSON_ARRAY;
	p->at++;
	return true;
}

/* Ends the innermost container: what lies above its mark on the stacks is its content. */
static bool close_frame(struct parser *p, struct json *value)
{
	struct frame frame = p->frames[--p->depth];
	size_t before, first, n = p->items.n - frame.items;

	value->type = frame.object ? JSON_OBJECT : JSON_ARRAY;
	value->n = n;
	p->at++;
	if (n == 0)
		return true;
	value->items = ARENA_ARRAY(p->arena, struct json *, n);
	memcpy(value->items, p->items.items + frame.items, n * sizeof *value->items);
	p->items.n = frame.items;
	if (!frame.object)
		return true;
	value->keys = ARENA_ARRAY(p->arena, struct str, n);
	memcpy(value->keys, p->keys.items + frame.keys, n * sizeof *value->keys);
	p->keys.n = p->key_places.n = frame.keys;
	if (!strsort_repeat(p->arena, value->keys, n, &before, &first))
		return true;
	return fail(p, p->key_places.items[frame.keys + first], JSON_KEY_TWICE);
}

static bool parse_key(struct parser *p)
{
	size_t place;
	struct str key;

	skip_space(p);
	place = p->at;
	if (peek(p) != '"')
		return fail(p, place,
			    at_end(p) ? JSON_ENDS_EARLY
				      : "a key in double quotes is expected here");
	if (!parse_string(p, &key))
		return false;
	skip_space(p);
	if (!take(p, ':'))
		return fail(p, p->at, at_end(p) ? JSON_ENDS_EARLY : "`:` is expected after a key");
	VEC_PUSH(p->arena, p->keys, key);
	VEC_PUSH(p->arena, p->key_places, place);
	return true;
}

/* Reads what begins here. *open: it is a container with content, which comes next. */
static bool begin_value(struct parser *p, struct json *value, bool *open)
{
	int c;

	skip_space(p);
	c = peek(p);
	*open = false;
	if (c == '"') {
		value->type = JSON_STRING;
		return parse_string(p, &value->text);
	}
	if (c == '-' || (c >= '0' && c <= '9')) {
		value->type = JSON_NUMBER;
		return parse_number(p, &value->text);
	}
	if (c != '{' && c != '[')
		return parse_word(p, value);
	if (!open_frame(p, value))
		return false;
	skip_space(p);
	if (peek(p) == (c == '{' ? '}' : ']'))
		return close_frame(p, value);
	*open = true;
	return c == '[' || parse_key(p);
}

/* Hands a complete value to its container, and each container that ends thereby to its own. *value
 * is the whole document when no container is left. */
static bool end_value(struct parser *p, struct json **value)
{
	while (p->depth) {
		bool object = p->frames[p->depth - 1].object;

		VEC_PUSH(p->arena, p->items, *value);
		skip_space(p);
		if (take(p, ','))
			return !object || parse_key(p);
		if (peek(p) != (object ? '}' : ']'))
			return fail(p, p->at,
				    at_end(p) ? JSON_ENDS_EARLY
				    : object  ? "`,` or `}` is expected here"
					      : "`,` or `]` is expected here");
		*value = ARENA_NEW(p->arena, struct json);
		if (!close_frame(p, *value))
			return false;
	}
	return true;
}

struct json *json_parse(struct arena *arena, struct str text, struct json_error *error)
{
	struct parser p = {.arena = arena, .text = text, .error = error};
	struct json *value;
	bool open;

	if (str_starts(text, STR("\xEF\xBB\xBF")))
		p.at = 3;
	do {
		value = ARENA_NEW(arena, struct json);
		if (!begin_value(&p, value, &open))
			return NULL;
		if (!open && !end_value(&p, &value))
			return NULL;
	} while (p.depth);
	skip_space(&p);
	if (!at_end(&p)) {
		fail(&p, p.at, "text after the end of the value");
		return NULL;
	}
	return value;
}
