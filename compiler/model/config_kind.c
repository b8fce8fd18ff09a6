/* SPDX-License-Identifier: Apache-2.0
 *
 * What the texts of vulnctl.yaml may be. Shapes are those that AWS's own APIs ask for (botocore
 * 1.44.5); whether a thing exists is not known here. */
#include "model/config_internal.h"

#include <regex.h>
#include <string.h>

#include "base/unicode.h"
#include "base/vec.h"
#include "model/limit.h"
#include "model/region.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyz"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

static bool made_of(struct str text, const char *chars, size_t least, size_t most)
{
	size_t n = strlen(chars);

	for (size_t i = 0; i < text.len; i++) {
		if (!memchr(chars, text.ptr[i], n))
			return false;
	}
	return text.len >= least && text.len <= most;
}

static bool is_alnum(char c)
{
	return made_of((struct str){&c, 1}, LETTERS CAPITALS DIGITS, 1, 1);
}

static bool has_alnum_ends(struct str text)
{
	return text.len && is_alnum(text.ptr[0]) && is_alnum(text.ptr[text.len - 1]);
}

static size_t count_scalars(struct str text)
{
	size_t n = 0;

	for (size_t at = 0; at < text.len; n++)
		unicode_next(text, &at);
	return n;
}

static bool is_free_text(struct str text)
{
	for (size_t at = 0; at < text.len;) {
		if (unicode_hidden(unicode_next(text, &at)))
			return false;
	}
	return true;
}

static bool is_text(struct str text)
{
	return text.len && is_free_text(text);
}

/* NAME of the policy language, because policies name these things. */
static bool is_name(struct str text)
{
	if (!made_of(text, LETTERS CAPITALS DIGITS "_-", 1, (size_t)limits[LIMIT_name_size].value))
		return false;
	if (made_of((struct str){text.ptr, 1}, DIGITS "-", 1, 1) || text.ptr[text.len - 1] == '-')
		return false;
	return !str_contains(text, STR("--"));
}

static bool is_account(struct str text)
{
	return made_of(text, DIGITS, 12, 12);
}

static bool is_region(struct str text)
{
	return region_find(text) >= 0;
}

static void offer_regions(struct suggest *s)
{
	for (size_t i = 0; i < ARRAY_LEN(regions); i++)
		suggest_offer(s, str_from(regions[i].name));
}

static bool is_repository(struct str text)
{
	return made_of(text, LETTERS DIGITS "._-/",
		       (size_t)limits[LIMIT_repository_name_least].value,
		       (size_t)limits[LIMIT_repository_name].value) &&
	       has_alnum_ends(text);
}

/* The text before the next colon, which is taken off *rest, too. */
static struct str take_part(struct str *rest)
{
	const char *colon = rest->len ? memchr(rest->ptr, ':', rest->len) : NULL;
	size_t n = colon ? (size_t)(colon - rest->ptr) : rest->len;
	struct str part = str_slice(*rest, 0, n);

	*rest = str_slice(*rest, colon ? n + 1 : n, rest->len);
	return part;
}

static bool is_partition(struct str text)
{
	return str_is(text, "aws") || (str_starts(text, STR("aws-")) &&
				       made_of(text, LETTERS "-", 5, 32) && has_alnum_ends(text));
}

/* arn:PARTITION:service:REGION:ACCOUNT:resource; the Region is empty for global services. */
static bool is_arn(struct str text, const char *service, bool global, const char *resource)
{
	size_t least = global ? 0 : 1, most = global ? 0 : 32;
	bool good = str_is(take_part(&text), "arn") && is_partition(take_part(&text)) &&
		    str_is(take_part(&text), service) &&
		    made_of(take_part(&text), LETTERS DIGITS "-", least, most) &&
		    is_account(take_part(&text));

	return good && str_starts(text, str_from(resource)) && text.len > strlen(resource) &&
	       text.len <= 1024 && is_text(text) && !str_contains(text, STR(" "));
}

static bool is_sns(struct str text)
{
	return is_arn(text, "sns", false, "");
}

static bool is_bus_arn(struct str text)
{
	return is_arn(text, "events", false, "event-bus/");
}

static bool is_role(struct str text)
{
	return is_arn(text, "iam", true, "role/");
}

static bool is_kms(struct str text)
{
	return is_arn(text, "kms", false, "key/") || is_arn(text, "kms", false, "alias/");
}

static bool is_bus(struct str text)
{
	return made_of(text, LETTERS CAPITALS DIGITS "._-/", 1, 256) || is_bus_arn(text);
}

/* What stays of a rule's name for the longest name of a statement. */
static bool is_prefix(struct str text)
{
	int64_t name = limits[LIMIT_event_rule_name].value;
	int64_t statement = limits[LIMIT_statement_name_size].value;

	return made_of(text, LETTERS CAPITALS DIGITS "._-", 0, (size_t)(name - statement));
}

static bool is_bucket(struct str text)
{
	return made_of(text, LETTERS DIGITS ".-", 3, 63) && has_alnum_ends(text);
}

/* Area/Location as the IANA writes it: every part begins with a capital. Which ones there are
 * changes several times a year and is AWS's business. */
static bool is_timezone(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((i == 0 || text.ptr[i - 1] == '/') && (text.ptr[i] < 'A' || text.ptr[i] > 'Z'))
			return false;
	return made_of(text, LETTERS CAPITALS DIGITS "_+-/", 1, 50) && has_alnum_ends(text);
}

static bool is_pack(struct str text)
{
	return str_is(text, "auto") || str_is(text, "never");
}

/* How often a regular expression repeats its parts, at most. The libc compiles `x{9}` and `x+` by
 * writing x out, and nested repetitions multiply, so this bounds its memory. */
static size_t repetitions(struct str text)
{
	size_t product = 1, count = 0;
	bool counting = false;

	for (size_t i = 0; i < text.len && product <= 100000; i++) {
		char c = text.ptr[i];

		if (c == '+')
			product *= 2;
		if (counting && c >= '0' && c <= '9') {
			count = count < 100000 ? count * 10 + (size_t)(c - '0') : count;
			continue;
		}
		product *= count > 1 ? count : 1;
		count = 0;
		counting = c == '{' || (counting && c == ',');
	}
	return product;
}

static bool has_back_reference(struct str text)
{
	for (size_t i = 0; i + 1 < text.len; i++) {
		if (text.ptr[i] != '\\')
			continue;
		i++;
		if (text.ptr[i] >= '1' && text.ptr[i] <= '9')
			return true;
	}
	return false;
}

static bool is_ticket_pattern(struct str text)
{
	char pattern[257] = "";
	regex_t regex;

	if (!is_text(text) || text.len >= sizeof pattern || has_back_reference(text) ||
	    repetitions(text) * text.len > 16384)
		return false;
	memcpy(pattern, text.ptr, text.len);
	if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB) != 0)
		return false;
	regfree(&regex);
	return true;
}

static bool is_field_key(struct str text)
{
	return is_text(text) && count_scalars(text) <= (size_t)limits[LIMIT_user_field_key].value;
}

static bool is_field_value(struct str text)
{
	return is_text(text) && count_scalars(text) <= (size_t)limits[LIMIT_user_field_value].value;
}

/* Which rules there are is known to lint alone; a name or an id can be told from nonsense. */
static bool is_lint(struct str text)
{
	return made_of(text, LETTERS CAPITALS DIGITS "-", 1, 64) && has_alnum_ends(text);
}

static bool is_fail_level(struct str text)
{
	return str_is(text, "error") || str_is(text, "warn") || str_is(text, "info");
}

static bool is_level(struct str text)
{
	return is_fail_level(text) || str_is(text, "off");
}

/* INT or DURATION of the policy language. */
static bool is_threshold(struct str text)
{
	if (text.len > 1 && memchr("hdw", text.ptr[text.len - 1], 3))
		text.len--;
	return made_of(text, DIGITS, 1, 9);
}

const struct config_kind config_kind_name = {
	.what = DIAG_TEXT("a name as policies write it (letters, digits, `_`, single `-` inside)"),
	.check = is_name,
};
const struct config_kind config_kind_text = {
	.what = DIAG_TEXT("a text without control characters"),
	.check = is_text,
};
const struct config_kind config_kind_free_text = {
	.what = DIAG_TEXT("a text without control characters, perhaps empty"),
	.check = is_free_text,
};
const struct config_kind config_kind_account = {
	.what = DIAG_TEXT("an account id of 12 digits"),
	.check = is_account,
};
const struct config_kind config_kind_region = {
	.what = DIAG_TEXT("a Region of AWS"),
	.check = is_region,
	.offer = offer_regions,
};
const struct config_kind config_kind_repository = {
	.what = DIAG_TEXT("the name of an ECR repository"),
	.check = is_repository,
	.help = DIAG_TEXT(
		"names have 2 to 256 of a-z, 0-9, `.`, `_`, `-` and `/`, and begin and end with a "
		"letter or digit"),
};
const struct config_kind config_kind_bus = {
	.what = DIAG_TEXT("the name or ARN of an event bus"),
	.check = is_bus,
};
const struct config_kind config_kind_prefix = {
	.what = DIAG_TEXT("a prefix made of at most 16 of A-Z, a-z, 0-9, `.`, `_` and `-`"),
	.check = is_prefix,
	.help = DIAG_TEXT(
		"a rule's name on AWS has 64 characters, and a statement's may take 48 of them"),
};
const struct config_kind config_kind_order = {
	.what = DIAG_TEXT("a whole number from 1 to 1000"),
	.lo = 1,
	.hi = 1000,
	.id = "VC606",
};
const struct config_kind config_kind_quota = {
	.what = DIAG_TEXT("a whole number from 1 to 1000000"),
	.lo = 1,
	.hi = 1000000,
};
const struct config_kind config_kind_pattern_size = {
	.what = DIAG_TEXT("a whole number from 1 to 4096"),
	.lo = 1,
	.hi = 4096,
};
const struct config_kind config_kind_pack = {
	.what = DIAG_TEXT("`auto` or `never`"),
	.check = is_pack,
};
const struct config_kind config_kind_timezone = {
	.what = DIAG_TEXT("the name of a time zone such as `Asia/Tokyo`"),
	.check = is_timezone,
	.help = DIAG_TEXT(
		"the IANA's name, capitals included; the policy's `timezone` is an offset"),
};
const struct config_kind config_kind_ticket = {
	.what = DIAG_TEXT("a POSIX extended regular expression"),
	.check = is_ticket_pattern,
	.help = DIAG_TEXT(
		"at most 256 bytes, without back references, and without long repetitions of "
		"repetitions"),
};
const struct config_kind config_kind_bucket = {
	.what = DIAG_TEXT("the name of an S3 bucket"),
	.check = is_bucket,
};
const struct config_kind config_kind_sns = {
	.what = DIAG_TEXT("the ARN of an SNS topic"),
	.check = is_sns,
	.help = DIAG_TEXT("such as `arn:aws:sns:ap-northeast-1:111122223333:security`"),
};
const struct config_kind config_kind_bus_arn = {
	.what = DIAG_TEXT("the ARN of an event bus"),
	.check = is_bus_arn,
	.help = DIAG_TEXT(
		"such as `arn:aws:events:ap-northeast-1:111122223333:event-bus/incidents`"),
};
const struct config_kind config_kind_role = {
	.what = DIAG_TEXT("the ARN of an IAM role"),
	.check = is_role,
	.help = DIAG_TEXT("such as `arn:aws:iam::111122223333:role/vulnctl-events`"),
};
const struct config_kind config_kind_kms = {
	.what = DIAG_TEXT("the ARN of a KMS key"),
	.check = is_kms,
	.help = DIAG_TEXT(
		"such as `arn:aws:kms:ap-northeast-1:111122223333:key/` and the key's id"),
};
const struct config_kind config_kind_field_key = {
	.what = DIAG_TEXT("a text of at most 128 characters"),
	.check = is_field_key,
};
const struct config_kind config_kind_field_value = {
	.what = DIAG_TEXT("a text of at most 1024 characters"),
	.check = is_field_value,
};
const struct config_kind config_kind_lint = {
	.what = DIAG_TEXT("the name of a lint rule"),
	.check = is_lint,
};
const struct config_kind config_kind_level = {
	.what = DIAG_TEXT("`error`, `warn`, `info` or `off`"),
	.check = is_level,
};
const struct config_kind config_kind_fail_level = {
	.what = DIAG_TEXT("`error`, `warn` or `info`"),
	.check = is_fail_level,
};
const struct config_kind config_kind_threshold = {
	.what = DIAG_TEXT("a whole number or a duration such as `365d`"),
	.check = is_threshold,
};
