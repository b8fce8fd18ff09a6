/* SPDX-License-Identifier: Apache-2.0
 *
 * The JSON tree as jansson reads it: the judge of our own reader. */
#ifndef JANSSON_TREE_H
#define JANSSON_TREE_H

/* jansson and we share some names. Both are seen here and nowhere else: here its names change. */
#define JSON_OBJECT JANSSON_OBJECT
#define JSON_ARRAY JANSSON_ARRAY
#define JSON_STRING JANSSON_STRING
#define JSON_INTEGER JANSSON_INTEGER
#define JSON_REAL JANSSON_REAL
#define JSON_TRUE JANSSON_TRUE
#define JSON_FALSE JANSSON_FALSE
#define JSON_NULL JANSSON_NULL
#define json_string jansson_string
#define json_null jansson_null
#include <jansson.h>
#undef JSON_OBJECT
#undef JSON_ARRAY
#undef JSON_STRING
#undef JSON_INTEGER
#undef JSON_REAL
#undef JSON_TRUE
#undef JSON_FALSE
#undef JSON_NULL
#undef json_string
#undef json_null

#include "base/json_internal.h"

#include <string.h>

/* jansson keeps no text of a number and reads fractions as doubles. But it keeps the order of all
 * values, so the n-th number of its tree is the n-th number of the text. */
struct jansson_loader {
	struct arena *arena;
	struct str text;
	size_t at; /* numbers before this offset are taken */
	const char *what;
};

static size_t skip_string(struct str text, size_t at)
{
	for (at++; at < text.len && text.ptr[at] != '"'; at++) {
		if (text.ptr[at] == '\\')
			at++;
	}
	return at + 1;
}

static bool in_number(char c)
{
	return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

static struct str next_number(struct jansson_loader *l)
{
	size_t start;

	while (l->at < l->text.len) {
		char c = l->text.ptr[l->at];

		if (c == '-' || (c >= '0' && c <= '9'))
			break;
		l->at = c == '"' ? skip_string(l->text, l->at) : l->at + 1;
	}
	for (start = l->at; l->at < l->text.len && in_number(l->text.ptr[l->at]);)
		l->at++;
	return str_slice(l->text, start, l->at);
}

static struct json *convert(struct jansson_loader *l, json_t *from, unsigned depth);

static struct json *convert_number(struct jansson_loader *l, struct json *to, bool real)
{
	bool fraction = false;

	to->type = JSON_NUMBER;
	to->text = next_number(l);
	for (size_t i = 0; i < to->text.len; i++)
		fraction |= to->text.ptr[i] == '.' || (to->text.ptr[i] | 0x20) == 'e';
	if (to->text.len && fraction == real)
		return to;
	l->what = "the numbers do not stand in the order of their values";
	return NULL;
}

static struct json *convert_array(struct jansson_loader *l, struct json *to, json_t *from,
				  unsigned depth)
{
	to->type = JSON_ARRAY;
	to->n = json_array_size(from);
	to->items = ARENA_ARRAY(l->arena, struct json *, to->n);
	for (size_t i = 0; i < to->n; i++) {
		to->items[i] = convert(l, json_array_get(from, i), depth + 1);
		if (!to->items[i])
			return NULL;
	}
	return to;
}

static struct json *convert_object(struct jansson_loader *l, struct json *to, json_t *from,
				   unsigned depth)
{
	size_t i = 0;

	to->type = JSON_OBJECT;
	to->n = json_object_size(from);
	to->items = ARENA_ARRAY(l->arena, struct json *, to->n);
	to->keys = ARENA_ARRAY(l->arena, struct str, to->n);
	for (void *at = json_object_iter(from); at && i < to->n; i++) {
		struct str key = {json_object_iter_key(at), json_object_iter_key_len(at)};

		to->keys[i] = str_copy(l->arena, key);
		to->items[i] = convert(l, json_object_iter_value(at), depth + 1);
		if (!to->items[i])
			return NULL;
		at = json_object_iter_next(from, at);
	}
	return to;
}

static struct json *convert(struct jansson_loader *l, json_t *from, unsigned depth)
{
	struct json *to = ARENA_NEW(l->arena, struct json);
	json_type type = json_typeof(from);

	if ((type == JANSSON_ARRAY || type == JANSSON_OBJECT) && depth > JSON_DEPTH_MAX) {
		l->what = JSON_TOO_DEEP;
		return NULL;
	}
	switch (type) {
	case JANSSON_OBJECT:
		return convert_object(l, to, from, depth);
	case JANSSON_ARRAY:
		return convert_array(l, to, from, depth);
	case JANSSON_INTEGER:
	case JANSSON_REAL:
		return convert_number(l, to, type == JANSSON_REAL);
	case JANSSON_STRING:
		to->type = JSON_STRING;
		to->text = str_copy(
			l->arena, (struct str){json_string_value(from), json_string_length(from)});
		return to;
	case JANSSON_TRUE:
		to->type = JSON_TRUE;
		return to;
	case JANSSON_FALSE:
		to->type = JSON_FALSE;
		return to;
	case JANSSON_NULL:
		to->type = JSON_NULL;
		return to;
	}
	l->what = "a value of an unknown type";
	return NULL;
}

/* jansson's own messages quote the text; ours are static, so its codes are what is read. */
static const char *reason(const json_error_t *error)
{
	switch (json_error_code(error)) {
	case json_error_out_of_memory:
		return "out of memory";
	case json_error_stack_overflow:
		return JSON_TOO_DEEP;
	case json_error_invalid_utf8:
		return "invalid UTF-8";
	case json_error_premature_end_of_input:
		return "the text ends too early";
	case json_error_end_of_input_expected:
		return "text after the end of the value";
	case json_error_null_character:
	case json_error_null_byte_in_key:
		return "NUL in a string";
	case json_error_duplicate_key:
		return JSON_KEY_TWICE;
	case json_error_numeric_overflow:
		return "a number is too large";
	default:
		return "this is not JSON";
	}
}

static struct json *jansson_load(struct arena *arena, struct str text, struct json_error *error)
{
	struct jansson_loader l = {.arena = arena, .text = text};
	json_error_t why;
	const char *nul = text.len ? memchr(text.ptr, '\0', text.len) : NULL;
	struct json *json;
	json_t *root;

	/* jansson 2.14 skips a NUL that follows a number. */
	if (nul) {
		json_fail(error, text, (size_t)(nul - text.ptr), "NUL in the text");
		return NULL;
	}
	root = json_loadb(text.len ? text.ptr : "", text.len,
			  JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
	if (!root) {
		json_fail(error, text, why.position > 0 ? (size_t)why.position : 0, reason(&why));
		return NULL;
	}
	json = convert(&l, root, 1);
	json_decref(root);
	if (!json)
		json_fail(error, text, l.at, l.what);
	return json;
}

#endif
