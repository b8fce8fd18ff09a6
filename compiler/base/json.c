/* SPDX-License-Identifier: Apache-2.0
 *
 * The JSON tree, and the reader that makes it with jansson. */

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

const struct json *json_get(const struct json *json, const char *key)
{
	return json_get_str(json, str_from(key));
}

const struct json *json_get_str(const struct json *json, struct str key)
{
	if (!json_is(json, JSON_OBJECT))
		return NULL;
	for (size_t i = 0; i < json->n; i++) {
		if (str_eq(json->keys[i], key))
			return json->items[i];
	}
	return NULL;
}

bool json_is(const struct json *json, enum json_type type)
{
	return json && json->type == type;
}

struct str json_text(const struct json *json)
{
	return json_is(json, JSON_STRING) ? json->text : (struct str){NULL, 0};
}

/* A decimal exponent, held within ±10^17: no text is long enough to make a difference beyond. */
static bool read_exponent(struct str s, size_t at, int64_t *exponent)
{
	const int64_t bound = INT64_C(100000000000000000);
	bool negative = at < s.len && s.ptr[at] == '-';
	int64_t value = 0;

	if (at < s.len && (s.ptr[at] == '-' || s.ptr[at] == '+'))
		at++;
	if (at == s.len)
		return false;
	for (; at < s.len; at++) {
		if (s.ptr[at] < '0' || s.ptr[at] > '9')
			return false;
		if (value < bound)
			value = value * 10 + (s.ptr[at] - '0');
	}
	*exponent = negative ? -value : value;
	return true;
}

/* Where the digits of a number end, and how many of them stand before its point. */
static bool measure(struct str s, size_t from, size_t *end, size_t *whole)
{
	bool point = false;
	size_t digits = 0, at = from;

	for (*whole = 0; at < s.len && s.ptr[at] != 'e' && s.ptr[at] != 'E'; at++) {
		if (s.ptr[at] == '.' && !point) {
			point = true;
			continue;
		}
		if (s.ptr[at] < '0' || s.ptr[at] > '9')
			return false;
		digits++;
		*whole += !point;
	}
	*end = at;
	return digits > 0 && digits <= INT64_MAX / 2;
}

static bool shift_in(int64_t *value, int digit)
{
	return !__builtin_mul_overflow(*value, INT64_C(10), value) &&
	       !__builtin_add_overflow(*value, (int64_t)digit, value);
}

bool json_decimal(struct str number, int64_t *scaled, bool *sticky)
{
	bool negative = number.len && number.ptr[0] == '-', rest = false;
	size_t from = negative ? 1 : 0, end, whole;
	int64_t exponent = 0, power, value = 0;

	if (!measure(number, from, &end, &whole))
		return false;
	if (end < number.len && !read_exponent(number, end + 1, &exponent))
		return false;
	/* The power of ten, in units of 10^-9, of the digit that comes next. */
	power = (int64_t)whole - 1 + exponent + 9;
	for (size_t at = from; at < end; at++) {
		int digit = number.ptr[at] - '0';

		if (number.ptr[at] == '.')
			continue;
		if (power < 0)
			rest |= digit != 0;
		else if (!shift_in(&value, digit))
			return false;
		power--;
	}
	for (; power >= 0 && value != 0; power--) {
		if (!shift_in(&value, 0))
			return false;
	}
	*scaled = negative ? -value - rest : value;
	*sticky = rest;
	return true;
}

void json_fail(struct json_error *error, struct str text, size_t offset, const char *what)
{
	if (offset > text.len)
		offset = text.len;
	*error = (struct json_error){.offset = offset, .line = 1, .col = 1, .what = what};
	for (size_t i = 0; i < offset; i++) {
		if (text.ptr[i] == '\n') {
			error->line++;
			error->col = 1;
		} else if (((unsigned char)text.ptr[i] & 0xC0) != 0x80) {
			error->col++;
		}
	}
}

/* jansson keeps no text of a number and reads fractions as doubles. But it keeps the order of all
 * values, so the n-th number of its tree is the n-th number of the text. */
struct loader {
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

static struct str next_number(struct loader *l)
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

static struct json *convert(struct loader *l, json_t *from, unsigned depth);

static struct json *convert_number(struct loader *l, struct json *to, bool real)
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

static struct json *convert_array(struct loader *l, struct json *to, json_t *from, unsigned depth)
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

static struct json *convert_object(struct loader *l, struct json *to, json_t *from, unsigned depth)
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

static struct json *convert(struct loader *l, json_t *from, unsigned depth)
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
		to->text = str_copy(l->arena, (struct str){json_string_value(from),
							    json_string_length(from)});
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

struct json *json_load(struct arena *arena, struct str text, struct json_error *error)
{
	struct loader l = {.arena = arena, .text = text};
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
