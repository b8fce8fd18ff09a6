/* SPDX-License-Identifier: Apache-2.0
 *
 * The policy language's spelling of tests and values. */
#include "eval/wording.h"

#include "base/civil.h"

static struct str scaled_text(struct arena *arena, int64_t scaled)
{
	struct json_writer w;

	json_begin(&w, arena, 0);
	json_scaled(&w, scaled);
	return json_end(&w);
}

static struct str quoted(struct arena *arena, struct str text)
{
	return str_printf(arena, "\"" STR_FMT "\"", STR_ARG(text));
}

static struct str text_of(struct arena *arena, const struct field *field, struct str text)
{
	int word;

	switch (field->type) {
	case TYPE_WORD:
		word = vocabulary_find_canonical(field->words, text);
		return word < 0 ? quoted(arena, text) : str_from(field->words->words[word]);
	case TYPE_ACCOUNT:
		return text;
	case TYPE_VULNID:
		if (str_starts(text, STR("CVE-")) || str_starts(text, STR("GHSA-")))
			return text;
		return quoted(arena, text);
	default:
		return quoted(arena, text);
	}
}

struct str wording_field(struct arena *arena, const struct atom *atom)
{
	const struct field *field = &fields[atom->field];

	if (field->type == TYPE_MAP)
		return str_printf(arena, "%s[\"" STR_FMT "\"]", field->name, STR_ARG(atom->key));
	return str_printf(arena, "%s%s", field->name, atom->age ? ".age" : "");
}

/* --- tests --- */

static struct str duration_text(struct arena *arena, int64_t duration)
{
	if (duration % NS_PER_DAY == 0)
		return str_printf(arena, "%lldd", (long long)(duration / NS_PER_DAY));
	return str_printf(arena, "%lldh", (long long)(duration / NS_PER_HOUR));
}

static struct str number_literal(struct arena *arena, const struct atom *atom, int64_t number)
{
	if (atom->age)
		return duration_text(arena, number);
	if (fields[atom->field].type == TYPE_DATE)
		return civil_format_instant(arena, number);
	return scaled_text(arena, number);
}

static struct str literal(struct arena *arena, const struct atom *atom, const struct value *value)
{
	const struct field *field = &fields[atom->field];

	switch (field->type) {
	case TYPE_ENUM:
		return str_from(field->words->words[value->word]);
	case TYPE_DECIMAL:
	case TYPE_INT:
	case TYPE_DATE:
		return number_literal(arena, atom, value->number);
	default:
		return text_of(arena, field, value->str);
	}
}

static void add_range(struct strbuf *b, const struct atom *atom)
{
	bool has_lo = atom->lo != INT64_MIN, has_hi = atom->hi != INT64_MAX;
	struct str lo = number_literal(b->arena, atom, atom->lo);
	struct str hi = number_literal(b->arena, atom, atom->hi);

	if (has_lo && has_hi && !atom->lo_open && !atom->hi_open) {
		strbuf_printf(b, " in " STR_FMT ".." STR_FMT, STR_ARG(lo), STR_ARG(hi));
		return;
	}
	if (has_lo)
		strbuf_printf(b, " %s " STR_FMT, atom->lo_open ? ">" : ">=", STR_ARG(lo));
	if (has_hi)
		strbuf_printf(b, "%s %s " STR_FMT, has_lo ? " and" : "",
			      atom->hi_open ? "<" : "<=", STR_ARG(hi));
}

static void add_values(struct strbuf *b, const struct atom *atom)
{
	static const char *const words[] = {[TEST_IN] = "in",
					    [TEST_PREFIX] = "startswith",
					    [TEST_SUFFIX] = "endswith",
					    [TEST_CONTAINS] = "contains"};
	bool equal = atom->test == TEST_IN && atom->n == 1;

	if (equal)
		strbuf_puts(b, atom->negated ? " != " : " == ");
	else
		strbuf_printf(b, "%s %s ", atom->negated ? " not" : "", words[atom->test]);
	strbuf_puts(b, atom->n == 1 ? "" : "[");
	for (size_t i = 0; i < atom->n; i++) {
		strbuf_puts(b, i ? ", " : "");
		strbuf_add(b, literal(b->arena, atom, &atom->values[i]));
	}
	strbuf_puts(b, atom->n == 1 ? "" : "]");
}

/* Does the text begin with this name, and not with a longer one? */
static bool begins_with(struct str text, const char *name)
{
	struct str word = str_from(name ? name : "");

	return word.len && text.len > word.len && str_starts(text, word) &&
	       memchr(" .[=!<>", text.ptr[word.len], 7);
}

static bool is_written(struct str text, const struct field *field)
{
	return !memchr(text.ptr, '\n', text.len) &&
	       (begins_with(text, field->name) || begins_with(text, field->inner));
}

struct str wording_test(struct arena *arena, struct sources *sources, const struct atom *atom)
{
	struct strbuf b;

	if (atom->span.start) {
		struct str text = sources_text(sources, atom->span);

		if (text.len && is_written(text, &fields[atom->field]))
			return text;
	}
	strbuf_init(&b, arena);
	strbuf_add(&b, wording_field(arena, atom));
	if (atom->test == TEST_EXISTS)
		strbuf_puts(&b, " exists");
	else if (atom->test == TEST_RANGE)
		add_range(&b, atom);
	else
		add_values(&b, atom);
	return strbuf_str(&b);
}

/* --- values --- */

struct str wording_value(struct arena *arena, enum field_id id, const struct fval *value)
{
	const struct field *field = &fields[id];

	switch (value->kind) {
	case FVAL_ABSENT:
		return STR("absent");
	case FVAL_WORD:
		return value->word < 0 ? quoted(arena, value->str)
				       : str_from(field->words->words[value->word]);
	case FVAL_NUMBER:
		if (field->type == TYPE_DATE)
			return civil_format_instant(arena, value->number);
		return str_printf(arena, STR_FMT "%s",
				  STR_ARG(scaled_text(arena, value->number >> 1)),
				  value->number & 1 ? "…" : "");
	case FVAL_STRING:
		return text_of(arena, field, value->str);
	}
	return STR("");
}
