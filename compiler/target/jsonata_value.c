/* SPDX-License-Identifier: Apache-2.0
 *
 * The decompiler of JSONata, second half: tests on one value of a finding as sets. */
#include "target/jsonata_internal.h"

#include "base/civil.h"

struct langs {
	lang *items;
	size_t n, cap;
};

bool jsonata_fail(struct jsonata_reader *r, const char *why)
{
	if (!r->why)
		r->why = why;
	return false;
}

static bool take(struct jsonata_reader *r, const char *token)
{
	return jsonata_take(&r->j, token);
}

bool jsonata_need(struct jsonata_reader *r, const char *token)
{
	return take(r, token) || jsonata_fail(r, "has a test that is not known");
}

bool jsonata_need_literal(struct jsonata_reader *r, struct str *text)
{
	return jsonata_take_literal(&r->j, text) || jsonata_fail(r, "has a text that is none");
}

/* --- paths --- */

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

static bool add_name(struct jsonata_reader *r, struct strbuf *path)
{
	bool quoted = take(r, "`");
	size_t n = 0;

	while (n < r->j.text.len && (quoted ? r->j.text.ptr[n] != '`' : is_name(r->j.text.ptr[n])))
		n++;
	strbuf_add(path, str_slice(r->j.text, 0, n));
	r->j.text = str_slice(r->j.text, n, r->j.text.len);
	if (!n || (quoted && !take(r, "`")))
		return jsonata_fail(r, "has a path that cannot be read");
	if (take(r, "[0]"))
		strbuf_puts(path, "[]");
	return true;
}

bool jsonata_path(struct jsonata_reader *r, struct str *path, bool *absolute)
{
	struct strbuf b;

	strbuf_init(&b, r->j.arena);
	*absolute = take(r, "$finding");
	if (*absolute ? !take(r, ".") : !r->base.len)
		return jsonata_fail(r, "has a path that starts nowhere");
	if (!*absolute) {
		strbuf_add(&b, r->base);
		if (take(r, "$")) {
			*path = strbuf_str(&b);
			return true;
		}
		strbuf_addc(&b, '.');
	}
	do {
		if (b.len && b.ptr[b.len - 1] != '.')
			strbuf_addc(&b, '.');
		if (!add_name(r, &b))
			return false;
	} while (take(r, "."));
	*path = strbuf_str(&b);
	/* Inside a list the first element is another than the one it is about. */
	if (*absolute && r->base.len && str_starts(*path, r->base))
		return jsonata_fail(r, "looks at another element of a list");
	return true;
}

enum group jsonata_holder(enum group group, enum view view)
{
	while (group != GROUP_FINDING && !lower_is_group(group, view))
		group = group_parent(group);
	return group;
}

static enum jsonata_form form_of(enum field_id id)
{
	const struct field *field = &fields[id];

	if (field->type == TYPE_MAP)
		return JSONATA_LOOKUP;
	if (field->type == TYPE_DATE)
		return JSONATA_INSTANT;
	if (field->type == TYPE_DECIMAL || field->type == TYPE_INT)
		return field->can[MECHANISM_EVENT] == CAN_AS_TEXT ? JSONATA_DECIMAL : JSONATA_PLAIN;
	return id == FIELD_finding_type ? JSONATA_KNOWN : JSONATA_PLAIN;
}

static bool find_field(struct jsonata_reader *r, struct str path, enum jsonata_form form,
		       enum field_id *field)
{
	if (form == JSONATA_KNOWN)
		path = str_printf(r->c->arena, STR_FMT "[]", STR_ARG(path));
	for (enum field_id f = 0; f < FIELD_COUNT; f++) {
		if (!fields[f].asff || !str_is(path, fields[f].asff) ||
		    fields[f].can[MECHANISM_EVENT] == CAN_NOT || form_of(f) != form)
			continue;
		*field = f;
		return jsonata_holder(fields[f].group, r->view) == r->group ||
		       jsonata_fail(
			       r, "has a path that does not start at the element that it is about");
	}
	return jsonata_fail(r, "tests something that is no field of a finding");
}

bool jsonata_subject(struct jsonata_reader *r, struct jsonata_subject *s)
{
	static const char *const heads[JSONATA_COUNT] = {
		[JSONATA_LOOKUP] = "$lookup(",
		[JSONATA_INSTANT] = "$instant(",
		[JSONATA_DECIMAL] = "$decimal(",
		[JSONATA_KNOWN] = "$known(",
	};
	enum jsonata_form form = JSONATA_PLAIN;
	struct str start, path;
	bool absolute;

	take(r, ""); /* blanks */
	start = r->j.text;
	for (enum jsonata_form f = JSONATA_LOOKUP; f < JSONATA_COUNT && form == JSONATA_PLAIN; f++)
		if (take(r, heads[f]))
			form = f;
	if (!r->declared[form])
		return jsonata_fail(r, "calls a function that it does not have");
	s->key = STR("");
	if (!jsonata_path(r, &path, &absolute) ||
	    (form == JSONATA_LOOKUP &&
	     (!jsonata_need(r, ",") || !jsonata_need_literal(r, &s->key))) ||
	    (form != JSONATA_PLAIN && !jsonata_need(r, ")")) ||
	    !find_field(r, path, form, &s->field))
		return false;
	s->text = str_slice(start, 0, start.len - r->j.text.len);
	s->v = lower_var(r->c->lower, s->field, s->key, r->view);
	return true;
}

/* The same again, to the letter. */
static bool need_subject(struct jsonata_reader *r, const struct jsonata_subject *s)
{
	take(r, "");
	if (!str_starts(r->j.text, s->text))
		return jsonata_fail(r, "tests another value than the one whose type it asks for");
	r->j.text = str_slice(r->j.text, s->text.len, r->j.text.len);
	return true;
}

/* --- sets of a subject's values --- */

dd jsonata_present(struct jsonata_reader *r, const struct jsonata_subject *s)
{
	lang all = LANG_ALL;

	if (r->view == VIEW_SINGLE && (s->field == FIELD_resource_id || s->field == FIELD_title))
		return lower_derived(r->c->lower, s->field, &all, 1, false, r->view);
	return dd_in(r->e, s->v, set_not(r->e, s->v, set_absent(r->e, s->v)));
}

/* Texts in any of the languages, or (negative) in none. */
static bool texts(struct jsonata_reader *r, const struct jsonata_subject *s,
		  const struct langs *langs, bool negative, dd *set)
{
	lang l;

	if (r->view == VIEW_SINGLE && (s->field == FIELD_resource_id || s->field == FIELD_title)) {
		*set = lower_derived(r->c->lower, s->field, langs->items, langs->n, negative,
				     r->view);
		return true;
	}
	l = lang_or_all(r->e, langs->items, langs->n);
	*set = dd_in(r->e, s->v, set_strings(r->e, negative ? lang_not(r->e, l) : l, false));
	return true;
}

/* A closed vocabulary: a list of its words. */
static bool words(struct jsonata_reader *r, const struct jsonata_subject *s,
		  const struct langs *langs, bool negative, dd *set)
{
	const struct vocabulary *words_of = fields[s->field].words;
	uint64_t mask = 0, all = BIT(words_of->n + 1) - 1;
	const struct str *items;
	bool complement;
	size_t n;

	if (!lang_list(r->e, lang_or_all(r->e, langs->items, langs->n), &complement, &items, &n) ||
	    complement)
		return jsonata_fail(r, "tests a word by a part of it");
	for (size_t i = 0; i < n; i++) {
		int word = vocabulary_find_asff(words_of, items[i]);

		if (word < 0)
			return jsonata_fail(r, "tests a word that is not in its vocabulary");
		mask |= BIT(word);
	}
	*set = dd_in(r->e, s->v, set_bits(r->e, s->v, negative ? all & ~mask : mask));
	return true;
}

static bool text_set(struct jsonata_reader *r, const struct jsonata_subject *s,
		     const struct langs *langs, bool negative, dd *set)
{
	switch (var_kind(r->e, s->v)) {
	case VAR_BITS:
		return words(r, s, langs, negative, set);
	case VAR_STRING:
		return texts(r, s, langs, negative, set);
	default:
		return jsonata_fail(r, "compares a number with a text");
	}
}

/* --- tests of texts --- */

/* `= 'x'` or `in ['x', …]`, the subject read. */
static bool equals(struct jsonata_reader *r, struct langs *langs)
{
	VEC(struct str) items = {0};
	bool several = !take(r, "=");
	struct str text;

	if (several && (!jsonata_need(r, "in") || !jsonata_need(r, "[")))
		return false;
	do {
		if (!jsonata_need_literal(r, &text))
			return false;
		VEC_PUSH(r->c->arena, items, text);
	} while (several && take(r, ","));
	if (several && !jsonata_need(r, "]"))
		return false;
	VEC_PUSH(r->c->arena, *langs, lang_strings(r->e, items.items, items.n));
	return true;
}

/* `$substring(S, 0, $length('x')) = 'x'` or `$substring(S, -$length('x')) = 'x'`. */
static bool affix(struct jsonata_reader *r, const struct jsonata_subject *s, lang *l)
{
	struct str counted, compared;
	bool prefix;

	if (!need_subject(r, s) || !jsonata_need(r, ","))
		return false;
	prefix = take(r, "0,");
	if (!jsonata_need(r, prefix ? "$length(" : "-$length(") ||
	    !jsonata_need_literal(r, &counted) || !jsonata_need(r, ")") || !jsonata_need(r, ")") ||
	    !jsonata_need(r, "=") || !jsonata_need_literal(r, &compared))
		return false;
	if (!str_eq(counted, compared))
		return jsonata_fail(r, "compares a part of a text with another length");
	*l = prefix ? lang_prefix(r->e, compared) : lang_suffix(r->e, compared);
	return true;
}

static bool text_test(struct jsonata_reader *r, const struct jsonata_subject *s,
		      struct langs *langs)
{
	struct str part;
	lang l;

	if (take(r, "$contains(")) {
		if (!need_subject(r, s) || !jsonata_need(r, ",") ||
		    !jsonata_need_literal(r, &part) || !jsonata_need(r, ")"))
			return false;
		l = lang_contains(r->e, part);
	} else if (take(r, "$substring(")) {
		if (!affix(r, s, &l))
			return false;
	} else {
		return need_subject(r, s) && equals(r, langs);
	}
	VEC_PUSH(r->c->arena, *langs, l);
	return true;
}

static bool text_tests(struct jsonata_reader *r, const struct jsonata_subject *s, bool negative,
		       dd *set)
{
	struct langs langs = {0};

	do {
		if (!text_test(r, s, &langs))
			return false;
	} while (take(r, "or "));
	return text_set(r, s, &langs, negative, set);
}

/* --- tests of numbers and dates --- */

static bool number(struct jsonata_reader *r, int64_t *value)
{
	size_t n = 0;
	bool sticky;

	take(r, "");
	while (n < r->j.text.len && ((r->j.text.ptr[n] >= '0' && r->j.text.ptr[n] <= '9') ||
				     r->j.text.ptr[n] == '.' || r->j.text.ptr[n] == '-'))
		n++;
	if (!n || !json_decimal(str_slice(r->j.text, 0, n), value, &sticky) || sticky)
		return jsonata_fail(r, "has a number that cannot be read");
	r->j.text = str_slice(r->j.text, n, r->j.text.len);
	return true;
}

/* The operand as a point of the engine: decimals count twice. */
static bool operand(struct jsonata_reader *r, const struct jsonata_subject *s, int64_t *point)
{
	struct str text;

	if (fields[s->field].type != TYPE_DATE) {
		return number(r, point) && (!__builtin_mul_overflow(*point, 2, point) ||
					    jsonata_fail(r, "has a number that cannot be read"));
	}
	if (r->has_ago && take(r, "$ago(")) {
		int64_t seconds;

		/* a number is scaled by 10^9: nanoseconds */
		return number(r, &seconds) && jsonata_need(r, ")") &&
		       (!__builtin_sub_overflow(r->c->policy->now, seconds, point) ||
			jsonata_fail(r, "has an age that cannot be read"));
	}
	return jsonata_need_literal(r, &text) &&
	       ((text.len == 29 &&
		 civil_parse_iso(str_printf(r->c->arena, STR_FMT "Z", STR_ARG(text)), point)) ||
		jsonata_fail(r, "has a date that cannot be read"));
}

static bool comparison(struct jsonata_reader *r, const struct jsonata_subject *s, vset *values)
{
	static const struct {
		const char *text;
		int lo, hi; /* distance of the bounds from the operand; 2: no bound */
	} operators[] = {{">=", 0, 2}, {"<=", 2, 0}, {">", 1, 2}, {"<", 2, -1}, {"=", 0, 0}};
	size_t i = 0;
	int64_t point;
	struct interval range;

	if (!need_subject(r, s))
		return false;
	while (i < ARRAY_LEN(operators) && !take(r, operators[i].text))
		i++;
	if (i == ARRAY_LEN(operators))
		return jsonata_fail(r, "has a comparison that is not known");
	if (!operand(r, s, &point))
		return false;
	if (point == INT64_MIN || point == INT64_MAX)
		return jsonata_fail(r, "has a bound that cannot be read");
	range.lo = operators[i].lo == 2 ? INT64_MIN : point + operators[i].lo;
	range.hi = operators[i].hi == 2 ? INT64_MAX : point + operators[i].hi;
	*values = set_numbers(r->e, &range, 1, false);
	return true;
}

static bool number_tests(struct jsonata_reader *r, const struct jsonata_subject *s, bool negative,
			 dd *set)
{
	vset values, one;
	bool both, again;

	if (!comparison(r, s, &values))
		return false;
	both = take(r, "and ");
	again = both || take(r, "or ");
	while (again) {
		if (!comparison(r, s, &one))
			return false;
		values = both ? set_and(r->e, values, one) : set_or(r->e, values, one);
		again = take(r, both ? "and " : "or ");
	}
	if (negative)
		values = set_not(r->e, s->v, set_or(r->e, values, set_absent(r->e, s->v)));
	*set = dd_in(r->e, s->v, values);
	return true;
}

/* --- for the other half --- */

bool jsonata_equals(struct jsonata_reader *r, const struct jsonata_subject *s, dd *set)
{
	struct langs langs = {0};

	return equals(r, &langs) && text_set(r, s, &langs, false, set);
}

bool jsonata_tests(struct jsonata_reader *r, const struct jsonata_subject *s, dd *set)
{
	bool negative = take(r, "$not(");
	bool fine = var_kind(r->e, s->v) == VAR_NUMBER ? number_tests(r, s, negative, set)
						       : text_tests(r, s, negative, set);

	return fine && (!negative || jsonata_need(r, ")"));
}

bool jsonata_take_field(struct jsonata *j, enum field_id *field)
{
	struct jsonata_reader r = {.j = *j};
	struct str path;
	bool absolute;

	if (!jsonata_path(&r, &path, &absolute))
		return false;
	for (*field = 0; *field < FIELD_COUNT; (*field)++)
		if (fields[*field].asff && str_is(path, fields[*field].asff)) {
			*j = r.j;
			return true;
		}
	return false;
}
