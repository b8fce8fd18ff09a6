/* SPDX-License-Identifier: Apache-2.0
 *
 * Literals become values of a type. No conversion but one: a whole number is a decimal. A name is a
 * constant of the type that is asked for, then a let; lets have no type of their own, so a wrong
 * value in one is reported where it is used, with the let beside it. */
#include "base/civil.h"
#include "ir/check_internal.h"

#define INT_DIGITS 9 /* of an INT */

static const char by_type[TYPE_COUNT];

struct check_type check_type_of(enum field_id field)
{
	static const char by_form[CHECK_FORM_DIGEST + 1];
	const struct field *f = &fields[field];
	enum check_form form = check_form_of(field);

	return (struct check_type){
		.type = f->type,
		.form = form,
		.many = f->cardinality == CARD_MANY,
		.words = f->words,
		.lo = f->lo,
		.hi = f->hi,
		.identity = f->words ? (const void *)f->words
			    : form   ? &by_form[form]
				     : &by_type[f->type],
		.shown = str_from(f->name),
	};
}

struct check_type check_type_of_part(const struct check_type *type)
{
	struct check_type part = *type;

	if (part.form)
		part.identity = &by_type[part.type];
	part.form = CHECK_FORM_FREE;
	return part;
}

const char *check_type_shown(const struct check_type *type)
{
	if (type->age)
		return "duration";
	return type->words ? type->words->name : type_name(type->type);
}

static const char *expected(const struct check_type *type)
{
	if (type->age)
		return "a duration such as 30d";
	switch (type->type) {
	case TYPE_ENUM:
		return "a constant without quotes";
	case TYPE_WORD:
		return "a constant without quotes, or another product's type in quotes";
	case TYPE_VULNID:
		return "an id such as CVE-2020-27619, or a vendor's id in quotes";
	case TYPE_STRING:
	case TYPE_MAP:
		return "a text in quotes";
	case TYPE_ACCOUNT:
		return "an account of 12 digits, without quotes";
	case TYPE_DECIMAL:
		return "a number";
	case TYPE_INT:
		return "a whole number";
	case TYPE_DATE:
		return "a date such as 2026-12-31";
	case TYPE_COUNT:
		break;
	}
	return "a value";
}

static const char *kind_shown(const struct ast_scalar *scalar)
{
	switch (scalar->kind) {
	case AST_STRING:
		return "a text";
	case AST_INT:
	case AST_DECIMAL:
		return "a number";
	case AST_DATE:
	case AST_DATETIME:
		return "a date";
	case AST_DURATION:
		return "a duration";
	case AST_VULNID:
		return "a vulnerability id";
	case AST_ACCOUNT:
		return "an account";
	case AST_BOOL:
		return "a truth value";
	case AST_NAME:
		break;
	}
	return "a name";
}

static bool all_digits(struct str s, size_t n)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
	return s.len > 0 && (!n || s.len == n);
}

/* What stands in quotes would be right without them. */
static bool unquoted_fits(const struct check_type *type, struct str text)
{
	int64_t instant;
	int32_t days;

	switch (type->age ? TYPE_COUNT : type->type) {
	case TYPE_ENUM:
	case TYPE_WORD:
		return vocabulary_find(type->words, text) >= 0;
	case TYPE_ACCOUNT:
		return all_digits(text, 12);
	case TYPE_DECIMAL:
	case TYPE_INT:
		return text.len <= INT_DIGITS && all_digits(text, 0);
	case TYPE_DATE:
		return civil_parse_date(text, &days) || civil_parse_datetime(text, &instant);
	default:
		return false;
	}
}

/* The text that would be right in place of the literal; empty: none that is safe. */
static struct str repaired(struct check *c, const struct check_type *type,
			   const struct ast_scalar *scalar)
{
	bool texts = !type->age && (type->type == TYPE_STRING || type->type == TYPE_MAP);

	if (scalar->kind == AST_STRING)
		return unquoted_fits(type, scalar->text) ? scalar->text : (struct str){0};
	if (scalar->kind == AST_BOOL && type->words &&
	    vocabulary_find(type->words, STR("YES")) >= 0)
		return scalar->number ? STR("YES") : STR("NO");
	if (texts && scalar->kind != AST_NAME)
		return str_printf(c->arena, "\"" STR_FMT "\"", STR_ARG(scalar->text));
	return (struct str){0};
}

static void list_words(struct check *c, const struct check_type *type, struct diag *diag)
{
	struct strbuf text;

	strbuf_init(&text, c->arena);
	for (unsigned i = 0; i < type->words->n; i++)
		strbuf_printf(&text, "%s%s", i ? ", " : "", type->words->words[i]);
	diag_help(diag, "%s is one of " STR_FMT, type->words->name, STR_ARG(strbuf_str(&text)));
}

void check_label_let(struct diag *diag, const struct check_literal *literal)
{
	if (literal->def)
		diag_label(diag, literal->scalar->span, "the value stands here");
}

/* The scanner has told that it is too long for a number. */
static bool is_overlong(const struct ast_scalar *scalar)
{
	return scalar->kind == AST_INT && scalar->text.len > INT_DIGITS;
}

void check_mismatch(struct check *c, const struct check_type *type,
		    const struct check_literal *literal)
{
	struct diag *diag;
	struct str better;

	if (is_overlong(literal->scalar))
		return;
	diag = diag_error(c->d, "VC005", literal->at, "`%s` (%s) cannot be compared with %s",
			  Q(c, type->shown), check_type_shown(type),
			  diag_word(c->d, kind_shown(literal->scalar)));
	better = repaired(c, type, literal->scalar);
	check_label_let(diag, literal);
	if (better.len)
		diag_fix(diag, literal->scalar->span, better);
	else if (type->type == TYPE_ENUM && !type->age)
		list_words(c, type, diag);
	else
		diag_help(diag, "write %s", diag_word(c->d, expected(type)));
}

bool check_like_vulnid(struct str word)
{
	static const char *const heads[] = {"cve-", "ghsa-"};

	for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
		struct str head = str_from(heads[i]);
		size_t n = 0;

		while (n < head.len && n < word.len && (word.ptr[n] | 0x20) == (head.ptr[n] | 0x20))
			n++;
		if (n == head.len)
			return true;
	}
	return false;
}

/* VULNID of the grammar. */
static bool is_vulnid(struct str word)
{
	if (str_starts(word, STR("CVE-")))
		return word.len >= 13 && word.ptr[8] == '-' &&
		       all_digits(str_slice(word, 4, 8), 4) &&
		       all_digits(str_slice(word, 9, word.len), 0);
	if (!str_starts(word, STR("GHSA-")) || word.len != 19)
		return false;
	for (size_t i = 4; i < word.len; i++)
		if (i % 5 == 4
			    ? word.ptr[i] != '-'
			    : !str_contains(STR("23456789cfghjmpqrvwx"), str_slice(word, i, i + 1)))
			return false;
	return true;
}

static void bad_vulnid(struct check *c, const struct check_literal *literal, struct str text)
{
	struct diag *diag = diag_error(c->d, "VC006", literal->at, "`%s` is not a vulnerability id",
				       Q(c, text));

	diag_help(diag, "ids are CVE-YYYY-NNNN with four digits or more, and GHSA-xxxx-xxxx-xxxx");
}

/* A name that is neither a constant of the type nor a let. */
void check_unknown_value(struct check *c, const struct check_type *type,
			 const struct check_literal *literal)
{
	struct str word = literal->scalar->path.text;
	struct check_hint hint;
	struct diag *diag;
	bool found;

	if (check_like_vulnid(word)) {
		bad_vulnid(c, literal, word);
		return;
	}
	if (c->partial && !type->words)
		return;
	check_hint_init(c, &hint, word);
	if (type->words && !type->age) {
		diag = diag_error(c->d, "VC002", literal->at, "`%s` is not a value of %s",
				  Q(c, word), type->words->name);
		check_hint_words(&hint, type->words);
	} else if (field_find(word) >= 0) {
		diag = diag_error(c->d, "VC005", literal->at,
				  "`%s` is a field; a field is compared with a value", Q(c, word));
	} else {
		diag = diag_error(c->d, "VC003", literal->at, "there is no let named `%s`",
				  Q(c, word));
	}
	check_hint_defs(c, &hint, false);
	found = check_hint_apply(c, &hint, diag, literal->scalar->span);
	check_label_let(diag, literal);
	if (type->words && !type->age && !found)
		list_words(c, type, diag);
	else if (!found && (type->type == TYPE_STRING || type->type == TYPE_MAP))
		diag_help(diag, "a text stands in quotes: \"%s\"", Q(c, word));
	else if (!found)
		diag_help(diag, "write %s", diag_word(c->d, expected(type)));
}

static bool is_constant(const struct check_type *type, const struct ast_scalar *scalar)
{
	return type && type->words && !type->age &&
	       vocabulary_find(type->words, scalar->path.text) >= 0;
}

static void not_a_scalar(struct check *c, struct span at, const struct check_def *def)
{
	struct diag *diag = diag_error(c->d, "VC005", at,
				       def->is_define ? "`%s` is a define; one value is needed here"
						      : "`%s` is a set; one value is needed here",
				       Q(c, def->name));

	diag_label(diag, def->ast->name_span, "defined here");
	if (!def->is_define)
		diag_help(diag, "`in` compares with a set");
}

bool check_literal(struct check *c, size_t file, const struct check_type *type,
		   const struct ast_scalar *scalar, struct check_literal *literal)
{
	*literal = (struct check_literal){.scalar = scalar, .file = file, .at = scalar->span};
	while (literal->scalar->kind == AST_NAME && !is_constant(type, literal->scalar)) {
		struct check_def *def = check_find(c, literal->file, &literal->scalar->path);

		if (!def)
			return true;
		if (def->broken)
			return false;
		if (def->is_define || def->ast->value.kind == AST_VALUE_SET || !def->ast->value.n) {
			not_a_scalar(c, literal->at, def);
			return false;
		}
		literal->def = def;
		literal->file = def->file;
		literal->scalar = &def->ast->value.items[0];
	}
	return true;
}

static bool vulnid_value(struct check *c, const struct check_type *type,
			 const struct check_literal *literal, struct value *value)
{
	struct str text = literal->scalar->text;

	if (literal->scalar->kind == AST_VULNID) {
		value->str = text;
		return true;
	}
	if (literal->scalar->kind != AST_STRING) {
		check_mismatch(c, type, literal);
		return false;
	}
	if (check_like_vulnid(text) && !is_vulnid(text)) {
		bad_vulnid(c, literal, text);
		return false;
	}
	value->str = text;
	return true;
}

static bool word_value(struct check *c, const struct check_type *type,
		       const struct check_literal *literal, struct value *value)
{
	const struct ast_scalar *scalar = literal->scalar;
	int word = scalar->kind == AST_NAME ? vocabulary_find(type->words, scalar->path.text) : -1;

	if (scalar->kind == AST_NAME && word < 0) {
		check_unknown_value(c, type, literal);
		return false;
	}
	if (scalar->kind == AST_STRING && type->type == TYPE_WORD &&
	    vocabulary_find(type->words, scalar->text) < 0) {
		value->word = -1;
		value->str = scalar->text;
		return true;
	}
	if (word < 0) {
		check_mismatch(c, type, literal);
		return false;
	}
	value->word = word;
	value->str =
		str_from(type->type == TYPE_WORD ? vocabulary_canonical(type->words, (unsigned)word)
						 : type->words->words[word]);
	return true;
}

/* A value that is no number and no date. */
static bool typed_value(struct check *c, const struct check_type *type,
			const struct check_literal *literal, struct value *value)
{
	const struct ast_scalar *scalar = literal->scalar;
	enum ast_scalar_kind wanted = type->type == TYPE_ACCOUNT ? AST_ACCOUNT : AST_STRING;

	*value = (struct value){.span = literal->at, .word = -1};
	if (type->type == TYPE_ENUM || type->type == TYPE_WORD)
		return word_value(c, type, literal, value);
	if (scalar->kind == AST_NAME) {
		check_unknown_value(c, type, literal);
		return false;
	}
	if (type->type == TYPE_VULNID)
		return vulnid_value(c, type, literal, value);
	if (scalar->kind != wanted) {
		check_mismatch(c, type, literal);
		return false;
	}
	value->str = scalar->text;
	return check_form(c, type, literal);
}

bool check_value(struct check *c, size_t file, const struct check_type *type,
		 const struct ast_scalar *scalar, struct value *value)
{
	struct check_literal literal;

	return check_literal(c, file, type, scalar, &literal) &&
	       typed_value(c, type, &literal, value);
}

struct splice {
	struct check *c;
	const struct check_type *type;
	struct span at;	      /* of the use, while inside a let */
	struct value *values; /* has room for all of them */
	size_t n;
	bool failed;
};

/* Lets nest in lets so deep at most that this may recurse (check_order). */
static void splice_items(struct splice *s, size_t file, const struct check_def *let,
			 const struct ast_value *value)
{
	/* In a let one wrong value is enough: all are reported at the same use. */
	for (size_t i = 0; i < value->n && !(let && s->failed); i++) {
		const struct ast_scalar *item = &value->items[i];
		struct check_literal literal = {.scalar = item, .file = file, .def = let};
		struct check_def *def = NULL;
		struct value typed;

		literal.at = let ? s->at : item->span;
		if (item->kind == AST_NAME && !is_constant(s->type, item))
			def = check_find(s->c, file, &item->path);
		if (def && (def->is_define || def->broken)) {
			if (!def->broken)
				not_a_scalar(s->c, literal.at, def);
			s->failed = true;
		} else if (def) {
			s->at = literal.at;
			splice_items(s, def->file, def, &def->ast->value);
		} else if (typed_value(s->c, s->type, &literal, &typed)) {
			s->values[s->n++] = typed;
		} else {
			s->failed = true;
		}
	}
}

static bool too_many(struct check *c, const struct ast_value *value, size_t n)
{
	size_t spliced = c->n_spliced + (n > value->n ? n - value->n : 0);
	struct diag *diag;

	if (n > CHECK_LIMIT(set_size)) {
		diag_error(c->d, "VC016", value->span, "a set of more than %zu values",
			   CHECK_LIMIT(set_size));
		return true;
	}
	c->n_spliced = spliced;
	if (spliced <= CHECK_LIMIT(spliced_values))
		return false;
	if (!c->splices_told) {
		diag = diag_error(c->d, "VC016", value->span,
				  "the sets of the policy copy more than %zu values out of lets",
				  CHECK_LIMIT(spliced_values));
		diag_help(diag, "a set that is a let and nothing else is copied once");
	}
	c->splices_told = true;
	return true;
}

/* How many values a set has with its lets spliced in. */
static size_t count(struct check *c, size_t file, const struct ast_value *value)
{
	size_t n = 0;

	for (size_t i = 0; i < value->n; i++) {
		const struct ast_scalar *item = &value->items[i];
		const struct check_def *def =
			item->kind == AST_NAME ? check_find(c, file, &item->path) : NULL;

		n += def && !def->is_define ? def->n_flat : 1;
	}
	return n;
}

bool check_values(struct check *c, size_t file, const struct check_type *type,
		  const struct ast_value *value, struct value **values, size_t *n)
{
	struct splice s = {.c = c, .type = type};
	struct check_def *whole = NULL;
	size_t most;

	if (value->kind == AST_VALUE_SET && !value->n) {
		struct diag *diag = diag_error(c->d, "VC104", value->span, "the set is empty");

		diag_note(diag, "AWS reads an empty list as no condition at all");
		return false;
	}
	if (value->n == 1 && value->items[0].kind == AST_NAME && !is_constant(type, value->items))
		whole = check_find(c, file, &value->items[0].path);
	if (whole && whole->typed_as == type->identity) {
		*values = whole->typed;
		*n = whole->n_typed;
		return true;
	}
	most = count(c, file, value);
	if (too_many(c, value, most))
		return false;
	s.values = ARENA_ARRAY(c->arena, struct value, most);
	splice_items(&s, file, NULL, value);
	if (s.failed)
		return false;
	*values = s.values;
	*n = s.n;
	if (whole) {
		whole->typed_as = type->identity;
		whole->typed = *values;
		whole->n_typed = *n;
	}
	return true;
}
