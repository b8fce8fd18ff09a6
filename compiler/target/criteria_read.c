/* SPDX-License-Identifier: Apache-2.0
 *
 * The decompiler of criteria: lists of filters to the set of findings that they take. It follows
 * targets.md parts A and D alone and shares nothing with what makes criteria but the table of
 * fields; what it does not know, or what AWS does not document, is an error and never a guess. */
#include "target/criteria.h"

#include "base/civil.h"
#include "model/limit.h"
#include "target/expect.h"

struct reader {
	struct compilation *c;
	const struct unit *unit;
	enum mechanism mechanism;
	const char *why;
};

static struct engine *engine_of(const struct reader *r)
{
	return lower_engine(r->c->lower);
}

static bool fail(struct reader *r, const char *why)
{
	if (!r->why)
		r->why = why;
	return false;
}

/* --- the values of a criterion --- */

/* Positive values are joined by OR, negative ones by AND. */
enum comparison { EQUALS, PREFIX, CONTAINS, NOT_EQUALS, PREFIX_NOT_EQUALS, NOT_CONTAINS };

static const struct {
	const char *name;
	bool negative, rules_only; /* "works with automation rules": insights have none */
} comparisons[] = {
	[EQUALS] = {"EQUALS", false, false},
	[PREFIX] = {"PREFIX", false, false},
	[CONTAINS] = {"CONTAINS", false, true},
	[NOT_EQUALS] = {"NOT_EQUALS", true, false},
	[PREFIX_NOT_EQUALS] = {"PREFIX_NOT_EQUALS", true, false},
	[NOT_CONTAINS] = {"NOT_CONTAINS", true, true},
};

struct texts {
	struct str *of[ARRAY_LEN(comparisons)];
	size_t n[ARRAY_LEN(comparisons)];
	struct str key;
	bool positive, negative;
};

static bool read_text(struct reader *r, const struct json *item, bool map, struct texts *out)
{
	static const char *const plain[] = {"Value", "Comparison", NULL};
	static const char *const keyed[] = {"Key", "Value", "Comparison", NULL};
	struct str comparison;

	if (!expect_keys(item, map ? keyed : plain) || !expect_text(json_get(item, "Value")))
		return fail(r, "has a value that is not a text with its comparison");
	if (map) {
		if (!expect_text(json_get(item, "Key")))
			return fail(r, "has a map test without a key");
		if (out->key.len && !str_eq(out->key, json_text(json_get(item, "Key"))))
			return fail(r, "tests two keys of one map: their join is not known");
		out->key = json_text(json_get(item, "Key"));
	}
	comparison = json_text(json_get(item, "Comparison"));
	for (size_t i = 0; i < ARRAY_LEN(comparisons); i++) {
		if (!str_is(comparison, comparisons[i].name))
			continue;
		if (comparisons[i].rules_only && r->mechanism == MECHANISM_INSIGHT)
			return fail(r, "looks for a part of a text, which insights cannot");
		out->of[i][out->n[i]++] = json_text(json_get(item, "Value"));
		*(comparisons[i].negative ? &out->negative : &out->positive) = true;
		return true;
	}
	return fail(r, "has a comparison that is none");
}

/* The mixes that the API takes (StringFilter.Comparison). */
static bool legal_mix(struct reader *r, const struct texts *t, bool map)
{
	bool others = t->n[EQUALS] || t->n[PREFIX] || t->n[NOT_EQUALS] || t->n[PREFIX_NOT_EQUALS];

	if (t->n[CONTAINS] && (others || t->n[NOT_CONTAINS]))
		return fail(r, "joins CONTAINS with another comparison");
	if (t->n[NOT_CONTAINS] && others)
		return fail(r, "joins NOT_CONTAINS with another comparison");
	if (t->n[EQUALS] && t->negative)
		return fail(r, "joins EQUALS with an exclusion");
	if (map && (t->n[PREFIX] || t->n[PREFIX_NOT_EQUALS]))
		return fail(r, "tests a map by a prefix");
	return true;
}

static bool read_texts(struct reader *r, const struct json *list, bool map, struct texts *out)
{
	*out = (struct texts){.key = STR("")};
	for (size_t i = 0; i < ARRAY_LEN(comparisons); i++)
		out->of[i] = ARENA_ARRAY(r->c->arena, struct str, list->n);
	for (size_t i = 0; i < list->n; i++)
		if (!read_text(r, list->items[i], map, out))
			return false;
	return legal_mix(r, out, map);
}

static lang text_lang(struct engine *e, enum comparison comparison, struct str text)
{
	switch (comparison) {
	case PREFIX:
	case PREFIX_NOT_EQUALS:
		return lang_prefix(e, text);
	case CONTAINS:
	case NOT_CONTAINS:
		return lang_contains(e, text);
	default:
		return lang_string(e, text);
	}
}

/* What the values of one kind say one by one, positive or negative; how many there are. */
static size_t texts_langs(struct reader *r, const struct texts *t, bool negative, lang **out)
{
	struct engine *e = engine_of(r);
	size_t n = 0, used = 0;

	for (size_t i = 0; i < ARRAY_LEN(comparisons); i++)
		n += t->n[i];
	*out = ARENA_ARRAY(r->c->arena, lang, n + 1);
	for (size_t i = 0; i < ARRAY_LEN(comparisons); i++)
		for (size_t k = 0; k < t->n[i] && comparisons[i].negative == negative; k++)
			(*out)[used++] = text_lang(e, (enum comparison)i, t->of[i][k]);
	if (!used && !negative)
		(*out)[used++] = LANG_ALL;
	return used;
}

static lang texts_lang(struct reader *r, const struct texts *t)
{
	struct engine *e = engine_of(r);
	lang *taken, *left;
	size_t n_taken = texts_langs(r, t, false, &taken), n_left = texts_langs(r, t, true, &left);

	return lang_minus(e, lang_or_all(e, taken, n_taken), lang_or_all(e, left, n_left));
}

/* --- criteria --- */

/* An exclusion is documented for what is always there, once. */
static bool excludable(const struct reader *r, enum field_id field)
{
	if (fields[field].cardinality != CARD_ONE)
		return false;
	return r->unit->view == VIEW_SINGLE ||
	       (fields[field].group == GROUP_FINDING && field != FIELD_finding_type);
}

/* Closed lists: the console offers Is and Is Not only. */
static bool word_values(struct reader *r, enum field_id field, const struct json *list, vset *out)
{
	const struct vocabulary *words = fields[field].words;
	var v = lower_var(r->c->lower, field, STR(""), r->unit->view);
	uint64_t mask = 0;
	struct texts t;

	if (!read_texts(r, list, false, &t))
		return false;
	if (t.n[EQUALS] + t.n[NOT_EQUALS] != list->n)
		return fail(r, "compares a word of a closed list by its parts");
	for (size_t i = 0; i < list->n; i++) {
		int word = vocabulary_find_asff(words,
						(t.n[EQUALS] ? t.of[EQUALS] : t.of[NOT_EQUALS])[i]);

		if (word < 0)
			return fail(r, "tests a word that no finding has");
		mask |= BIT(word);
	}
	if (t.negative && !excludable(r, field))
		return fail(r, "excludes values of a field that can be absent");
	if (t.negative)
		mask = ~mask & (BIT(words->n + 1) - 1); /* another word, too */
	*out = set_bits(engine_of(r), v, mask);
	return true;
}

/* A year beyond what an instant holds is an open end. */
static bool read_instant(struct reader *r, const struct json *json, int64_t *instant)
{
	struct str text = json_text(json), shifted;

	if (!json_is(json, JSON_STRING))
		return false;
	if (civil_parse_iso(text, instant))
		return true;
	if (text.len < 5)
		return false;
	shifted = str_printf(r->c->arena, "2000" STR_FMT, STR_ARG(str_slice(text, 4, text.len)));
	if (!civil_parse_iso(shifted, instant))
		return false;
	for (size_t i = 0; i < 4; i++)
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
	*instant = str_cmp(text, STR("1970")) < 0 ? INT64_MIN : INT64_MAX;
	return true;
}

/* Start and End are inside (A15); a range of days would move with the clock. */
static bool date_values(struct reader *r, const struct json *list, vset *out)
{
	static const char *const keys[] = {"Start", "End", NULL};
	struct interval *items = ARENA_ARRAY(r->c->arena, struct interval, list->n);

	for (size_t i = 0; i < list->n; i++) {
		if (!expect_keys(list->items[i], keys))
			return fail(r, "has a date test that is not a start and an end");
		if (!read_instant(r, json_get(list->items[i], "Start"), &items[i].lo) ||
		    !read_instant(r, json_get(list->items[i], "End"), &items[i].hi))
			return fail(r, "has a date that is none");
		if (items[i].lo > items[i].hi)
			return fail(r, "has a date test that ends before it starts");
	}
	*out = set_numbers(engine_of(r), items, list->n, false);
	return true;
}

/* A bound that is missing is open. */
static bool read_number(const struct json *json, int64_t *point)
{
	bool sticky;

	if (!json)
		return true;
	if (!json_is(json, JSON_NUMBER) || !json_decimal(json->text, point, &sticky) || sticky ||
	    *point > INT64_MAX / 2 || *point < INT64_MIN / 2)
		return false;
	*point *= 2;
	return true;
}

/* Gte and Lte are inclusive; strict bounds are not known everywhere. */
static bool number_values(struct reader *r, const struct json *list, vset *out)
{
	struct interval *items = ARENA_ARRAY(r->c->arena, struct interval, list->n);

	for (size_t i = 0; i < list->n; i++) {
		const struct json *item = list->items[i], *equal = json_get(item, "Eq");
		const struct json *least = equal ? equal : json_get(item, "Gte");
		const struct json *most = equal ? equal : json_get(item, "Lte");

		items[i] = (struct interval){INT64_MIN, INT64_MAX};
		if (!json_is(item, JSON_OBJECT) || !item->n ||
		    item->n != (equal ? 1u : (size_t)(least != NULL) + (most != NULL)))
			return fail(r, "has a number test that is not one of Eq, Gte and Lte");
		if (!read_number(least, &items[i].lo) || !read_number(most, &items[i].hi) ||
		    items[i].lo > items[i].hi)
			return fail(r, "has a number that is none, or bounds that exclude all");
	}
	*out = set_numbers(engine_of(r), items, list->n, false);
	return true;
}

/* A number that is kept as text: the score of Inspector, with one decimal (A12). */
static bool score_values(struct reader *r, const struct texts *t, size_t n, vset *out)
{
	struct interval *items = ARENA_ARRAY(r->c->arena, struct interval, n);

	if (t->n[EQUALS] != n)
		return fail(r, "compares a score by its parts");
	for (size_t i = 0; i < n; i++) {
		struct str text = t->of[EQUALS][i];
		bool sticky, fits = text.len >= 3 && text.ptr[text.len - 2] == '.' &&
				    json_decimal(text, &items[i].lo, &sticky);

		if (!fits)
			return fail(r, "has a score that is none, or has not one decimal");
		items[i].lo *= 2;
		items[i].hi = items[i].lo;
	}
	*out = set_numbers(engine_of(r), items, n, false);
	return true;
}

/* Title and ResourceId stand for other fields where the product is Inspector. */
static dd derived_set(struct reader *r, enum field_id field, const struct texts *t)
{
	enum view view = r->unit->view;
	lang *taken, *left;
	size_t n_taken = texts_langs(r, t, false, &taken), n_left = texts_langs(r, t, true, &left);

	return dd_minus(engine_of(r),
			lower_derived(r->c->lower, field, taken, n_taken, false, view),
			lower_derived(r->c->lower, field, left, n_left, false, view));
}

/* `key`: of an entry of a map that is a field of its own; empty otherwise. */
static bool text_set(struct reader *r, enum field_id field, struct str key, const struct json *list,
		     dd *out)
{
	bool map = fields[field].type == TYPE_MAP;
	enum view view = r->unit->view;
	struct texts t;
	vset set;

	if (!read_texts(r, list, map || key.len, &t))
		return false;
	if (key.len && !str_eq(key, t.key))
		return fail(r, "tests two keys of one map: their join is not known");
	if (t.negative && !excludable(r, field) &&
	    (!t.positive || lower_is_group(fields[field].group, view)))
		return fail(r, "excludes values of a field that can be absent or there twice");
	if (t.key.len && t.n[EQUALS] && t.n[CONTAINS])
		return fail(r, "mixes comparisons of a map");
	if (view == VIEW_SINGLE && (field == FIELD_title || field == FIELD_resource_id)) {
		*out = derived_set(r, field, &t);
		return true;
	}
	if (fields[field].type != TYPE_DECIMAL)
		set = set_strings(engine_of(r), texts_lang(r, &t), false);
	else if (!score_values(r, &t, list->n, &set))
		return false;
	*out = lower_field_in(r->c->lower, field, map ? t.key : STR(""), set, view);
	return true;
}

/* --- a criterion --- */

/* The field that a criterion tests by itself, or -1; *key, if it is an entry of a map. */
static int field_of(const struct reader *r, struct str criterion, const struct json *list,
		    struct str *key)
{
	struct str tested = STR("");

	if (json_is(list, JSON_ARRAY) && list->n)
		tested = json_text(json_get(list->items[0], "Key"));
	for (int f = 0; f < FIELD_COUNT; f++) {
		const char *name = field_called((enum field_id)f, r->mechanism);
		enum capability can = fields[f].can[r->mechanism];

		*key = field_map_key((enum field_id)f, r->mechanism);
		if (name && (can == CAN_DIRECTLY || can == CAN_AS_TEXT) &&
		    str_is(criterion, name) && (!key->len || str_eq(*key, tested)))
			return f;
	}
	return -1;
}

static size_t value_limit(const struct reader *r, struct str criterion)
{
	bool many = str_is(criterion, "AwsAccountId") || str_is(criterion, "GeneratorId") ||
		    str_is(criterion, "ResourceId") || str_is(criterion, "Title");
	enum limit_id limit = r->mechanism == MECHANISM_INSIGHT ? LIMIT_insight_values
			      : many				? LIMIT_automation_values_long
								: LIMIT_automation_values;

	return (size_t)limits[limit].value;
}

static bool read_criterion(struct reader *r, struct str name, const struct json *list, dd *out,
			   enum field_id *field)
{
	struct str key;
	int found = field_of(r, name, list, &key);
	vset set;
	bool good;

	*field = (enum field_id)found;
	if (found < 0)
		return fail(r, "has a criterion that is none, or one that is not seen");
	if (!json_is(list, JSON_ARRAY) || !list->n)
		return fail(r, "has a criterion without values: it would take everything");
	if (list->n > value_limit(r, name))
		return fail(r, "has a criterion with too many values");
	switch (fields[*field].can[r->mechanism] == CAN_AS_TEXT ? TYPE_STRING
								: fields[*field].type) {
	case TYPE_ENUM:
		good = word_values(r, *field, list, &set);
		break;
	case TYPE_DATE:
		good = date_values(r, list, &set);
		break;
	case TYPE_DECIMAL:
	case TYPE_INT:
		good = number_values(r, list, &set);
		break;
	default:
		return text_set(r, *field, key, list, out);
	}
	if (good)
		*out = lower_field_in(r->c->lower, *field, STR(""), set, r->unit->view);
	return good;
}

/* The outermost list that the field stands in, or GROUP_FINDING. */
static enum group list_of(const struct reader *r, enum field_id field)
{
	enum group list = GROUP_FINDING;

	for (enum group at = fields[field].group; at != GROUP_FINDING; at = group_parent(at))
		if (lower_is_group(at, r->unit->view))
			list = at;
	return list;
}

static bool read_criteria(struct reader *r, const struct json *criteria, dd *set)
{
	bool seen[GROUP_COUNT] = {false};

	if (!json_is(criteria, JSON_OBJECT) || !criteria->n)
		return fail(r, "has no criteria");
	*set = DD_TRUE;
	for (size_t i = 0; i < criteria->n; i++) {
		enum field_id field;
		enum group list;
		dd one;

		if (!read_criterion(r, criteria->keys[i], criteria->items[i], &one, &field))
			return false;
		*set = dd_and(engine_of(r), *set, one);
		list = list_of(r, field);
		if (list != GROUP_FINDING && seen[list])
			return fail(r, "has two tests on one list: an element may meet both, or "
				       "two one each");
		seen[list] = true;
	}
	return true;
}

bool criteria_read(struct compilation *c, const struct unit *unit, enum mechanism mechanism,
		   const struct json *criteria, dd *set, const char **why)
{
	struct reader r = {.c = c, .unit = unit, .mechanism = mechanism};
	bool good = read_criteria(&r, criteria, set);

	if (good && engine_exhausted(lower_engine(c->lower)))
		good = fail(&r, "is too large to be read back");
	if (r.why)
		*why = r.why;
	return good;
}
