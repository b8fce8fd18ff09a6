/* SPDX-License-Identifier: Apache-2.0
 *
 * Texts that can never be the whole value of a field: Regions that AWS does not have, names that
 * ECR gives no repository, digests of another form. A test of part of a text takes any text.
 *
 * A Region is an error, for a default with a slip of the pen would leave every rule out; the two
 * others are warnings, since a finding of another product may hold what AWS would not. */
#include "ir/check_internal.h"

#include "model/region.h"

enum { NAME_MIN = 2, NAME_MAX = 256, DIGEST_DIGITS = 64 };

enum check_form check_form_of(enum field_id field)
{
	switch (field) {
	case FIELD_region:
		return CHECK_FORM_REGION;
	case FIELD_repository:
		return CHECK_FORM_REPOSITORY;
	case FIELD_image_digest:
		return CHECK_FORM_DIGEST;
	default:
		return CHECK_FORM_FREE;
	}
}

static bool is_lower(char ch)
{
	return ch >= 'a' && ch <= 'z';
}

static bool is_digit(char ch)
{
	return ch >= '0' && ch <= '9';
}

/* Never a fix: a Region beside one that is known may be a new one, and is another. */
static bool region_exists(struct check *c, const struct check_literal *literal)
{
	struct str text = literal->scalar->text;
	struct check_hint hint;
	struct strbuf all;
	struct diag *diag;

	if (region_find(text) >= 0)
		return true;
	diag = diag_error(c->d, "VC002", literal->at, "`%s` is not a Region of AWS", Q(c, text));
	check_label_let(diag, literal);
	check_hint_init(c, &hint, text);
	strbuf_init(&all, c->arena);
	for (int i = 0; i < REGION_COUNT; i++) {
		check_hint_offer(&hint, str_from(regions[i].name));
		strbuf_printf(&all, "%s%s", i ? ", " : "", regions[i].name);
	}
	if (suggest_found(&hint.suggest))
		diag_help(diag, "did you mean `%s`?", Q(c, hint.suggest.best));
	else if (!hint.off)
		diag_help(diag, "the Regions are " STR_FMT, STR_ARG(strbuf_str(&all)));
	return false;
}

/* Words of letters and digits, with `.`, `_`, `__` or hyphens between two of them. */
static bool words_are_joined(struct str part)
{
	size_t i = 0;

	for (;;) {
		size_t from = i, joint;

		while (i < part.len && (is_lower(part.ptr[i]) || is_digit(part.ptr[i])))
			i++;
		if (i == from)
			return false;
		if (i == part.len)
			return true;
		joint = i++;
		while (i < part.len && part.ptr[joint] == '-' && part.ptr[i] == '-')
			i++;
		if (i < part.len && part.ptr[joint] == '_' && part.ptr[i] == '_')
			i++;
	}
}

/* Why ECR refuses the name, or NULL. [botocore ecr RepositoryName: 2 to 256 characters,
 * (?:[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*\/)*[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*] */
static const char *fault_of_name(struct str name)
{
	size_t from = 0;

	for (size_t i = 0; i < name.len; i++) {
		char ch = name.ptr[i];

		if (ch >= 'A' && ch <= 'Z')
			return "the names of repositories are lower case";
		if (!is_lower(ch) && !is_digit(ch) && ch != '.' && ch != '_' && ch != '-' &&
		    ch != '/')
			return "a name has the characters a-z, 0-9 and . _ - / only";
	}
	if (name.len < NAME_MIN || name.len > NAME_MAX)
		return "a name has 2 to 256 characters";
	for (size_t i = 0; i <= name.len; i++) {
		if (i < name.len && name.ptr[i] != '/')
			continue;
		if (!words_are_joined(str_slice(name, from, i)))
			return "`/`, `.`, `_`, `__` and hyphens stand between letters or digits";
		from = i + 1;
	}
	return NULL;
}

static bool is_digest(struct str text)
{
	struct str head = STR("sha256:");

	if (!str_starts(text, head) || text.len != head.len + DIGEST_DIGITS)
		return false;
	for (size_t i = head.len; i < text.len; i++)
		if (!is_digit(text.ptr[i]) && (text.ptr[i] < 'a' || text.ptr[i] > 'f'))
			return false;
	return true;
}

/* format: of the literal. */
__attribute__((format(printf, 3, 0))) static void warn(struct check *c,
						       const struct check_literal *literal,
						       const char *format, const char *help)
{
	struct diag *diag =
		diag_warning(c->d, "VC301", literal->at, format, Q(c, literal->scalar->text));

	check_label_let(diag, literal);
	diag_help(diag, "%s", diag_word(c->d, help));
}

bool check_form(struct check *c, const struct check_type *type, const struct check_literal *literal)
{
	struct str text = literal->scalar->text;
	const char *fault;

	switch (type->form) {
	case CHECK_FORM_FREE:
		break;
	case CHECK_FORM_REGION:
		return region_exists(c, literal);
	case CHECK_FORM_REPOSITORY:
		fault = fault_of_name(text);
		if (fault)
			warn(c, literal, "no ECR repository can be named `%s`", fault);
		break;
	case CHECK_FORM_DIGEST:
		if (!is_digest(text))
			warn(c, literal, "no image can have the digest `%s`",
			     "a digest is `sha256:` and 64 digits of 0-9 and a-f");
		break;
	}
	return true;
}
