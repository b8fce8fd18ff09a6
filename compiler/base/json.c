/* SPDX-License-Identifier: Apache-2.0
 *
 * The JSON tree: what stands in it, and what numbers mean. */
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

/* `7.5`, `-10`, `0.94422`: most numbers are short and have no exponent. false: it is not so. */
static bool short_decimal(struct str number, int64_t *scaled)
{
	static const int64_t units[] = {1000000000, 100000000, 10000000, 1000000, 100000,
					10000,	    1000,      100,	 10,	  1};
	size_t from = number.len && number.ptr[0] == '-', behind = number.len;
	int64_t value = 0;

	if (number.len - from > 10 || number.len == from)
		return false;
	for (size_t i = from; i < number.len; i++) {
		unsigned digit = (unsigned)(number.ptr[i] - '0');

		if (digit <= 9)
			value = value * 10 + digit;
		else if (number.ptr[i] == '.' && behind == number.len && i > from)
			behind = i + 1;
		else
			return false;
	}
	if (number.ptr[number.len - 1] == '.' || number.len - behind > 8 || value > 999999999)
		return false;
	value *= units[number.len - behind];
	*scaled = from ? -value : value;
	return true;
}

bool json_decimal(struct str number, int64_t *scaled, bool *sticky)
{
	bool negative = number.len && number.ptr[0] == '-', rest = false;
	size_t from = negative ? 1 : 0, end, whole;
	int64_t exponent = 0, power, value = 0;

	if (short_decimal(number, scaled)) {
		*sticky = false;
		return true;
	}
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
