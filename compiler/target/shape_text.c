/* SPDX-License-Identifier: Apache-2.0
 *
 * Texts that stand for one another, and markers. */
#include "target/shape_internal.h"

#include <string.h>

#define PLAIN_SIZE_MAX 128

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Separators at the end, which decide what may follow. */
static struct str separators(struct str text)
{
	size_t n = text.len;

	while (n && strchr("._-/", text.ptr[n - 1]))
		n--;
	return str_slice(text, n, text.len);
}

/* Does the part behind the last '/' begin like the digest that follows a name in an ARN? */
static bool begins_digest(struct str text)
{
	static const char digest[] = "sha256:";
	size_t from = text.len, n;

	while (from && text.ptr[from - 1] != '/')
		from--;
	n = text.len - from;
	return from && n && n <= strlen(digest) && !memcmp(text.ptr + from, digest, n);
}

static enum shape_class repository(struct lower *lower, const struct atom *atom, struct str text,
				   struct str *tail)
{
	struct engine *e = lower_engine(lower);
	struct str base;

	if (atom->test == TEST_IN)
		return lang_accepts(e, lower_repositories(lower), text) ? SHAPE_REPOSITORY
									: SHAPE_FIXED;
	*tail = separators(text);
	base = str_slice(text, 0, text.len - tail->len);
	/* One separator: a name can go on behind it, whatever stands before. */
	if (tail->len > 1 || begins_digest(text) || text.len > PLAIN_SIZE_MAX ||
	    !lang_accepts(e, lower_repositories(lower), base))
		return SHAPE_FIXED;
	return SHAPE_REPOSITORY_PREFIX;
}

static bool is_cve(struct str text)
{
	bool good = text.len >= 13 && str_starts(text, STR("CVE-")) && text.ptr[8] == '-';

	for (size_t i = 4; i < text.len && good; i++)
		good = i == 8 || is_digit(text.ptr[i]);
	return good;
}

static bool is_ghsa(struct str text)
{
	return text.len == 19 && str_starts(text, STR("GHSA-"));
}

bool shape_is_word(struct str text)
{
	bool letter = false, dot = false; /* an address has dots and no other letters */

	if (!text.len || text.len > PLAIN_SIZE_MAX)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (!is_letter(c) && !is_digit(c) && (!i || !strchr("._-+/@ ", c)))
			return false;
		letter = letter || (is_letter(c) && (c | 0x20) > 'f');
		dot = dot || c == '.';
	}
	return (letter || !dot) && text.ptr[text.len - 1] != ' ';
}

bool shape_is_prose(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		/* U+2028 and U+2029 begin with e2 80. */
		if (c < 0x20 || c == '"' || c == '\\' || c == '%' || c == 0x7f ||
		    (c == 0xe2 && i + 1 < text.len && (unsigned char)text.ptr[i + 1] == 0x80))
			return false;
	}
	return true;
}

enum shape_class shape_class_of(struct lower *lower, const struct atom *atom, struct str text,
				struct str *tail)
{
	*tail = STR("");
	if (atom->test != TEST_IN && atom->field != FIELD_repository)
		return SHAPE_FIXED;
	switch (atom->field) {
	case FIELD_cve:
		return is_cve(text) ? SHAPE_CVE : is_ghsa(text) ? SHAPE_GHSA : SHAPE_FIXED;
	case FIELD_repository:
		return repository(lower, atom, text, tail);
	case FIELD_account:
		return SHAPE_ACCOUNT;
	case FIELD_package_name:
	case FIELD_tag:
	case FIELD_field:
		return shape_is_word(text) ? SHAPE_WORD : SHAPE_FIXED;
	default:
		return SHAPE_FIXED;
	}
}

struct str shape_marker(struct arena *arena, enum shape_class class, struct str tail,
			unsigned which, size_t number)
{
	unsigned n = (unsigned)number;
	char year = which ? '9' : '0';

	switch (class) {
	case SHAPE_CVE:
		return str_printf(arena, "CVE-%c%c%c%c-7%04u", year, year, year, year, n);
	case SHAPE_GHSA:
		return str_printf(arena, "GHSA-%s-%c%c%c%c", which ? "9999-9999" : "2222-2222",
				  '2' + (char)(n >> 9 & 7), '2' + (char)(n >> 6 & 7),
				  '2' + (char)(n >> 3 & 7), '2' + (char)(n & 7));
	case SHAPE_ACCOUNT:
		return str_printf(arena, "%s%04u", which ? "98989898" : "01010101", n);
	default:
		return str_printf(arena, "vnq%u%c%04u" STR_FMT, which, "fcgrpawnuthi"[class], n,
				  STR_ARG(tail));
	}
}
