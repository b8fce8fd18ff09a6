/* SPDX-License-Identifier: Apache-2.0
 *
 * What the scanner does with the text it has matched: words, strings, numbers, marks. The rules
 * match widely; here what is malformed gets its own message, and the token that was meant goes on
 * to the grammar. */
#include <string.h>

#include "base/civil.h"
#include "base/unicode.h"
#include "syntax/ast_build.h"
#include "vpol_parse.h"

static int give(struct parse *p, int kind, struct str text, int64_t number)
{
	p->token.value = (struct token_value){.text = text, .number = number};
	return kind;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* --- words --- */

struct keyword {
	const char *spelling;
	size_t length;
	int token;
	int kind;
};

static const struct keyword keywords[] = {
#define KEYWORD(token, spelling) {spelling, sizeof(spelling) - 1, T_##token, 0},
#define KIND(id, spelling) {spelling, sizeof(spelling) - 1, T_KIND, AST_##id},
#include "keywords.h"
};

/* By first letter: few share one. */
void scan_begin(struct parse *p)
{
	_Static_assert(ARRAY_LEN(keywords) <= PARSE_KEYWORDS, "room for all");
	for (size_t i = ARRAY_LEN(keywords); i-- > 0;) {
		unsigned char *first = &p->first_keyword[keywords[i].spelling[0] & 31];

		p->next_keyword[i] = *first;
		*first = (unsigned char)(i + 1);
	}
}

static const struct keyword *find_keyword(const struct parse *p, struct str text)
{
	size_t i = p->first_keyword[text.ptr[0] & 31];

	for (; i; i = p->next_keyword[i - 1]) {
		const struct keyword *k = &keywords[i - 1];

		if (k->length == text.len && memcmp(k->spelling, text.ptr, text.len) == 0)
			return k;
	}
	return NULL;
}

/* CVE-YYYY-NNNN and more digits. */
static bool is_cve(struct str text)
{
	if (text.len < 13 || text.ptr[8] != '-')
		return false;
	for (size_t i = 4; i < text.len; i++)
		if (i != 8 && !is_digit(text.ptr[i]))
			return false;
	return true;
}

static bool is_ghsa(struct str text)
{
	if (text.len != 19)
		return false;
	for (size_t i = 4; i < text.len; i++) {
		char c = text.ptr[i];

		if (i % 5 == 4 ? c != '-' : !strchr("23456789cfghjmpqrvwx", c))
			return false;
	}
	return true;
}

/* Where a name is malformed: after a hyphen that another hyphen or nothing follows. */
static bool has_stray_hyphen(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] == '-' && (i + 1 == text.len || text.ptr[i + 1] == '-'))
			return true;
	return false;
}

static bool is_ascii(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.ptr[i] >= 0x80)
			return false;
	return true;
}

/* What looks like a vulnerability id and is a malformed name. */
static void tell_vulnid(struct parse *p, struct str text, bool cve)
{
	struct diag *diag =
		parse_malformed(p, "VC006", p->token.span, "`%s` is no vulnerability id",
				diag_quote(p->diags, text));

	diag_help(diag, cve ? "a CVE id is `CVE-`, four digits, `-`, four or more digits"
			    : "a GHSA id is `GHSA` and three times `-` with four of "
			      "`23456789cfghjmpqrvwx`");
}

int scan_word(struct parse *p)
{
	struct str text = parse_text_at(p, p->token.span);
	const struct keyword *keyword;
	bool cve, ghsa;

	if (scan_hidden(p, text, false))
		text = scan_visible(p, text);
	keyword = find_keyword(p, text);
	if (keyword)
		return give(p, keyword->token, text, keyword->kind);
	cve = str_starts(text, STR("CVE-"));
	ghsa = str_starts(text, STR("GHSA-"));
	if ((cve && is_cve(text)) || (ghsa && is_ghsa(text)))
		return give(p, T_VULNID, text, 0);
	if (text.len > SYNTAX_NAME_SIZE) {
		parse_malformed(p, "VC016", p->token.span, "a name has at most %d bytes",
				SYNTAX_NAME_SIZE);
	} else if (has_stray_hyphen(text) && (cve || ghsa)) {
		tell_vulnid(p, text, cve);
		return give(p, T_VULNID, text, 0);
	} else if (has_stray_hyphen(text)) {
		parse_malformed(p, "VC015", p->token.span,
				"in a name, each `-` stands alone between letters or digits");
	}
	return give(p, is_ascii(text) ? T_NAME : T_FOREIGN, text, 0);
}

/* --- numbers and dates --- */

static int scan_integer(struct parse *p, struct str text)
{
	int64_t value = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (!is_digit(text.ptr[i])) {
			parse_malformed(p, "VC015", p->token.span,
					"`%s` is neither a number nor a name",
					diag_quote(p->diags, text));
			return give(p, T_BAD, text, 0);
		}
	}
	if (text.len == 12)
		return give(p, T_ACCOUNT, text, 0);
	if (text.len > SYNTAX_INT_DIGITS) {
		struct diag *diag =
			parse_malformed(p, "VC016", p->token.span,
					"an integer has at most %d digits", SYNTAX_INT_DIGITS);

		diag_note(diag, "this one has %zu; an account has 12", text.len);
		return give(p, T_INT, text, 0);
	}
	for (size_t i = 0; i < text.len; i++)
		value = 10 * value + (text.ptr[i] - '0');
	return give(p, T_INT, text, value * NS_PER_SECOND);
}

/* Scaled by 10^9; no floating point anywhere. */
static int scan_decimal(struct parse *p, struct str text)
{
	int64_t value = 0, scale = INT64_C(1000000000);
	size_t point = 0;

	while (text.ptr[point] != '.')
		point++;
	if (point > SYNTAX_INT_DIGITS || text.len - point - 1 > SYNTAX_DECIMALS) {
		parse_malformed(p, "VC016", p->token.span,
				"a decimal has at most %d digits before the point and %d after it",
				SYNTAX_INT_DIGITS, SYNTAX_DECIMALS);
		return give(p, T_DECIMAL, text, 0);
	}
	for (size_t i = 0; i < point; i++)
		value = 10 * value + (text.ptr[i] - '0');
	value *= scale;
	for (size_t i = point + 1; i < text.len; i++) {
		scale /= 10;
		value += scale * (text.ptr[i] - '0');
	}
	return give(p, T_DECIMAL, text, value);
}

static int scan_duration(struct parse *p, struct str text)
{
	char unit = text.ptr[text.len - 1];
	int64_t hours = unit == 'h' ? 1 : unit == 'd' ? 24 : 24 * 7, value = 0;
	size_t digits = text.len - 1;

	for (size_t i = 0; i < digits && digits <= SYNTAX_INT_DIGITS; i++)
		value = 10 * value + (text.ptr[i] - '0');
	if (digits > SYNTAX_INT_DIGITS ||
	    __builtin_mul_overflow(value, hours * NS_PER_HOUR, &value)) {
		parse_malformed(p, "VC016", p->token.span, "the duration `%s` is too long",
				diag_quote(p->diags, text));
		value = 0;
	}
	return give(p, T_DURATION, text, value);
}

static int scan_date(struct parse *p, struct str text)
{
	int32_t days = 0;

	if (!civil_parse_date(text, &days)) {
		struct diag *diag = parse_malformed(p, "VC007", p->token.span, "`%s` is no date",
						    diag_quote(p->diags, text));

		diag_help(diag, "write year, month and day as in `2026-12-31`, from 1970 to 2199");
	}
	return give(p, T_DATE, text, days);
}

static int scan_datetime(struct parse *p, struct str text)
{
	int64_t instant = 0;

	if (!civil_parse_datetime(text, &instant)) {
		struct diag *diag =
			parse_malformed(p, "VC007", p->token.span, "`%s` is no date with a time",
					diag_quote(p->diags, text));

		diag_help(diag, "write it as in `2026-12-31T18:00+09:00` or "
				"`2026-12-31T09:00:00Z`, from 1970 to 2199");
	}
	return give(p, T_DATETIME, text, instant);
}

int scan_number(struct parse *p, int kind)
{
	struct str text = parse_text_at(p, p->token.span);

	/* what the rest would be without it is anybody's guess */
	if (scan_hidden(p, text, false))
		return give(p, T_BAD, text, 0);
	switch (kind) {
	case T_DECIMAL:
		return scan_decimal(p, text);
	case T_DATE:
		return scan_date(p, text);
	case T_DATETIME:
		return scan_datetime(p, text);
	case T_DURATION:
		return scan_duration(p, text);
	default:
		return scan_integer(p, text);
	}
}

/* --- marks and what stands between tokens --- */

/* `right` is how it is written; what was matched may be its wide form, or another language's. */
int scan_mark(struct parse *p, int kind, const char *right)
{
	struct str text = parse_text_at(p, p->token.span);
	struct diag *diag;

	if (str_is(text, right))
		return give(p, kind, text, 0);
	if (!is_ascii(text) && kind != T_NOT) {
		diag = parse_error(p, "VC008", p->token.span, "`%s` is a wide character",
				   diag_quote(p->diags, text));
	} else {
		diag = parse_malformed(p, "VC015", p->token.span, "`%s` is written `%s`",
				       diag_quote(p->diags, text), right);
	}
	diag_fix(diag, p->token.span, str_from(right));
	return give(p, kind, text, 0);
}

void scan_wide_space(struct parse *p)
{
	struct diag *diag = parse_error(p, "VC008", p->token.span,
					"a wide space (U+3000) stands between the words");

	diag_fix(diag, p->token.span, STR(" "));
}

static void tell_hidden(struct parse *p, struct span at, uint32_t scalar)
{
	struct diag *diag = parse_error(p, "VC014", at,
					"the character U+%04X is invisible or changes how the "
					"text is shown",
					(unsigned)scalar);

	diag_fix(diag, at, STR(""));
}

bool scan_hidden(struct parse *p, struct str part, bool tab_allowed)
{
	uint32_t base = p->source->base + (uint32_t)(part.ptr - p->source->text.ptr);
	bool found = false;
	size_t at = 0;

	while ((at += unicode_printable(str_slice(part, at, part.len))) < part.len) {
		size_t start = at;
		uint32_t scalar;

		if (part.ptr[at] == '\t' && tab_allowed) {
			at++;
			continue;
		}
		scalar = unicode_next(part, &at);
		if (!unicode_hidden(scalar))
			continue;
		found = true;
		tell_hidden(p, (struct span){base + (uint32_t)start, base + (uint32_t)at}, scalar);
	}
	return found;
}

struct str scan_visible(struct parse *p, struct str text)
{
	struct strbuf b;

	strbuf_init(&b, p->arena);
	for (size_t start = 0, at = 0; at < text.len; start = at)
		if (!unicode_hidden(unicode_next(text, &at)))
			strbuf_add(&b, str_slice(text, start, at));
	return strbuf_str(&b);
}

void scan_comment(struct parse *p)
{
	struct str text = parse_text_at(p, p->token.span);

	if (text.ptr[text.len - 1] == '\r')
		text.len--;
	scan_hidden(p, text, true);
	if (p->lexemes)
		comment_add(p, text);
}

/* 0 where the character can be left out and the rest still means something. */
int scan_stray(struct parse *p)
{
	struct str text = parse_text_at(p, p->token.span);
	size_t at = 0;
	uint32_t scalar = unicode_next(text, &at);

	if (unicode_hidden(scalar)) {
		tell_hidden(p, p->token.span, scalar);
		return 0;
	}
	if (unicode_space(scalar)) {
		struct diag *diag =
			parse_error(p, "VC008", p->token.span,
				    "the space U+%04X stands between the words", (unsigned)scalar);

		diag_fix(diag, p->token.span, STR(" "));
		return 0;
	}
	parse_error(p, "VC015", p->token.span, "the character `%s` has no meaning here",
		    diag_quote(p->diags, text));
	return T_BAD;
}
