/* SPDX-License-Identifier: Apache-2.0
 *
 * One value out of a document. Types are taken at their word: where the layout has text a number is
 * not read as text, nor the other way round, because no rule of AWS would match it either; such a
 * value is absent. Only a closed vocabulary keeps a number or a Boolean, as another word. */
#include "base/civil.h"
#include "finding/reader_internal.h"

static const struct fval nothing = {.kind = FVAL_ABSENT};

/* Numbers that int64 cannot hold stand at its ends: beyond every literal of the language. */
static struct fval number_value(struct str text)
{
	struct fval value = {.kind = FVAL_NUMBER};
	int64_t scaled;
	bool sticky, negative = text.len && text.ptr[0] == '-';

	if (!json_decimal(text, &scaled, &sticky) || scaled > INT64_MAX / 2 ||
	    scaled < INT64_MIN / 2)
		value.number = negative ? INT64_MIN : INT64_MAX;
	else
		value.number = 2 * scaled + sticky;
	return value;
}

/* Is the text one JSON number, and nothing else? */
static bool is_number(struct arena *arena, struct str text)
{
	struct json_scan s;
	struct str number;

	json_scan_start(&s, arena, text);
	return json_scan_kind(&s) == JSON_KIND_NUMBER && json_scan_number(&s, &number) &&
	       number.len == text.len;
}

static int find_word(const struct target *target, struct str text)
{
	for (unsigned i = 0; i < target->n_words; i++)
		if (str_eq(target->words[i].text, text))
			return target->words[i].word;
	return -1;
}

static struct fval word_value(const struct target *target, struct str text)
{
	return (struct fval){.kind = FVAL_WORD, .word = find_word(target, text), .str = text};
}

static __attribute__((noinline)) void put_word(const struct target *target, struct str text,
					       struct fval *out)
{
	*out = word_value(target, text);
}

static struct fval type_value(const struct target *target, struct str text)
{
	int word = find_word(target, text);

	if (word >= 0)
		text = str_from(vocabulary_canonical(target->v, (unsigned)word));
	return (struct fval){.kind = FVAL_STRING, .str = text};
}

/* `arn:aws:securityhub:REGION::productv2/aws/inspector`: ASFF's has `product`. */
static struct fval product_value(struct arena *arena, struct str arn)
{
	struct str mark = STR("::productv2/");
	struct fval value = {.kind = FVAL_STRING, .str = arn};

	for (size_t i = 0; i + mark.len <= arn.len; i++)
		if (str_eq(str_slice(arn, i, i + mark.len), mark)) {
			value.str = str_printf(arena, STR_FMT "::product/" STR_FMT,
					       STR_ARG(str_slice(arn, 0, i)),
					       STR_ARG(str_slice(arn, i + mark.len, arn.len)));
			break;
		}
	return value;
}

static struct fval date_value(bool valid, int64_t instant)
{
	return valid ? (struct fval){.kind = FVAL_NUMBER, .number = instant} : nothing;
}

/* "N/A" anywhere (a recorded image finding of 2021 has it for a region), and Inspector's word for a
 * package without a fix. */
static bool says_nothing(const struct target *target, struct str text)
{
	return str_is(text, "N/A") ||
	       (target->field == FIELD_package_fixed_in && str_is(text, "NotAvailable"));
}

static struct fval text_as(struct arena *arena, const struct target *target, struct str text)
{
	int64_t instant = 0;
	bool valid;

	if (says_nothing(target, text))
		return nothing;
	switch (target->convert) {
	case CONVERT_TEXT:
		return (struct fval){.kind = FVAL_STRING, .str = text};
	case CONVERT_WORD:
		return word_value(target, text);
	case CONVERT_TYPE:
		return type_value(target, text);
	case CONVERT_BOOLEAN:
	case CONVERT_NUMBERED:
		return (struct fval){.kind = FVAL_WORD, .word = -1, .str = text};
	case CONVERT_NUMBER_TEXT:
	case CONVERT_NUMBER_ANY:
		return is_number(arena, text) ? number_value(text) : nothing;
	case CONVERT_ISO:
		valid = civil_parse_iso(text, &instant);
		return date_value(valid, instant);
	case CONVERT_DATE:
		valid = civil_parse_any(text, &instant);
		return date_value(valid, instant);
	case CONVERT_PRODUCT:
		return product_value(arena, text);
	default:
		return nothing;
	}
}

/* ASFF's severity in numbers; the bands of semantics.md §1. */
static struct fval normalized_value(struct str text)
{
	static const struct {
		int64_t up_to; /* points of number_value */
		enum severity_word word;
	} bands[] = {
		{0, SEVERITY_INFORMATIONAL},
		{39 * 2 * TYPE_SCALE, SEVERITY_LOW},
		{69 * 2 * TYPE_SCALE, SEVERITY_MEDIUM},
		{89 * 2 * TYPE_SCALE, SEVERITY_HIGH},
		{100 * 2 * TYPE_SCALE, SEVERITY_CRITICAL},
	};
	int64_t number = number_value(text).number;

	for (size_t i = 0; number >= 0 && i < ARRAY_LEN(bands); i++)
		if (number <= bands[i].up_to)
			return (struct fval){
				.kind = FVAL_WORD,
				.word = (int)bands[i].word,
				.str = str_from(vocabulary_severity.asff[bands[i].word])};
	return nothing;
}

/* Whole ones and what stands behind the point of milliseconds since 1970, as ns. */
static struct fval milliseconds_value(struct str text)
{
	int64_t instant = 0, unit = 1000 * 1000;
	bool negative = text.len && text.ptr[0] == '-', behind = false;

	for (size_t i = negative; i < text.len; i++) {
		char c = text.ptr[i];

		if (c == '.') {
			behind = true;
			continue;
		}
		if (c < '0' || c > '9')
			return nothing; /* an exponent */
		unit /= behind ? 10 : 1;
		if (behind ? __builtin_add_overflow(instant, (c - '0') * unit, &instant)
			   : __builtin_mul_overflow(instant, 10, &instant) ||
				     __builtin_add_overflow(instant, (c - '0') * unit, &instant))
			return nothing;
	}
	return date_value(true, negative ? -instant : instant);
}

/* Seconds since 1970, or milliseconds: no instant that fits in nanoseconds has as many seconds as
 * there are milliseconds in the year 1970. */
static struct fval epoch_value(struct str text)
{
	int64_t instant;
	bool sticky;

	if (json_decimal(text, &instant, &sticky))
		return date_value(true, instant);
	return milliseconds_value(text);
}

static struct fval number_as(const struct target *target, struct str text)
{
	switch (target->convert) {
	case CONVERT_WORD:
	case CONVERT_BOOLEAN:
		return (struct fval){.kind = FVAL_WORD, .word = -1, .str = text};
	case CONVERT_NUMBERED:
		return word_value(target, text);
	case CONVERT_NUMBER:
	case CONVERT_NUMBER_ANY:
		return number_value(text);
	case CONVERT_NORMALIZED:
		return normalized_value(text);
	case CONVERT_DATE:
		return epoch_value(text);
	case CONVERT_MILLISECONDS:
		return milliseconds_value(text);
	default:
		return nothing;
	}
}

static struct fval literal_as(const struct target *target, struct str text)
{
	switch (target->convert) {
	case CONVERT_BOOLEAN:
		return word_value(target, text);
	case CONVERT_WORD:
	case CONVERT_NUMBERED:
		return (struct fval){.kind = FVAL_WORD, .word = -1, .str = text};
	default:
		return nothing;
	}
}

bool reader_take(struct json_scan *s, enum json_kind kind, struct str *text)
{
	if (kind == JSON_KIND_STRING)
		return json_scan_string(s, text);
	if (kind == JSON_KIND_NUMBER)
		return json_scan_number(s, text);
	*text = kind == JSON_KIND_TRUE ? STR("true") : STR("false");
	return json_scan_skip(s);
}

static __attribute__((noinline)) void any_value(struct arena *arena, const struct target *target,
						enum json_kind kind, struct str text,
						struct fval *out)
{
	switch (kind) {
	case JSON_KIND_STRING:
		*out = text_as(arena, target, text);
		break;
	case JSON_KIND_NUMBER:
		*out = number_as(target, text);
		break;
	case JSON_KIND_TRUE:
	case JSON_KIND_FALSE:
		*out = literal_as(target, text);
		break;
	default:
		*out = nothing;
	}
}

/* Most values are texts that stand for themselves, and words: what the others need to save and
 * restore is not to be paid by these. */
void reader_value(struct arena *arena, const struct target *target, enum json_kind kind,
		  struct str text, struct fval *out)
{
	bool usual = kind == JSON_KIND_STRING && text.len != STR("N/A").len &&
		     target->field != FIELD_package_fixed_in;

	if (usual && target->convert == CONVERT_TEXT)
		*out = (struct fval){.kind = FVAL_STRING, .str = text};
	else if (usual && target->convert == CONVERT_WORD)
		put_word(target, text, out);
	else
		any_value(arena, target, kind, text, out);
}

bool reader_is_known(const struct target *target, const struct fval *value)
{
	switch (value->kind) {
	case FVAL_ABSENT:
		return false;
	case FVAL_WORD:
		return value->word >= 0;
	default:
		return fields[value->kind == FVAL_STRING ? target->field : 0].type != TYPE_WORD ||
		       vocabulary_find_canonical(target->v, value->str) >= 0;
	}
}
