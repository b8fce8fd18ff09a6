/* SPDX-License-Identifier: Apache-2.0
 *
 * The decompiler of the criteria of automation rules V2: composite filters to the set of findings
 * that they take. It follows targets.md part B, changes.md and findings.md §3 alone and shares
 * nothing with the writer but the table of fields; what it does not know, or what AWS does not
 * document, is an error and never a guess. */
#include "target/automation_v2_internal.h"

#include "base/civil.h"
#include "model/limit.h"
#include "target/expect.h"

enum kind { STRINGS, DATES, BOOLEANS, NUMBERS, MAPS };

static const char *const kind_names[] = {
	[STRINGS] = "StringFilters", [DATES] = "DateFilters", [BOOLEANS] = "BooleanFilters",
	[NUMBERS] = "NumberFilters", [MAPS] = "MapFilters",
};

struct reader {
	struct compilation *c;
	const struct unit *unit;
	const char *why;
	int on_list[GROUP_COUNT]; /* of each list of a finding: composites that test it */
	bool images_only;	  /* a test that is known of images alone */
};

/* The filters of one field in one composite. */
struct bundle {
	enum field_id field;
	const struct json **filters;
	size_t n;
	bool negative; /* all of them; else none */
	dd set;	       /* what they take: by OR, exclusions by AND */
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

/* --- fields --- */

/* Of the fields with one path, the first; the id of a resource before what it is made of. */
static int field_of(struct str path)
{
	static const char uid[] = "resources.uid";

	for (int f = 0; f < FIELD_COUNT && !str_is(path, uid); f++)
		if (fields[f].can[MECHANISM_AUTOMATION_V2] == CAN_DIRECTLY &&
		    str_is(path, fields[f].v2))
			return f;
	return str_is(path, uid) ? FIELD_resource_id : -1;
}

static enum kind kind_of(enum field_id field)
{
	if (field == FIELD_exploit)
		return BOOLEANS;
	if (field == FIELD_severity || fields[field].type == TYPE_DECIMAL ||
	    fields[field].type == TYPE_INT)
		return NUMBERS;
	return fields[field].type == TYPE_DATE	? DATES
	       : fields[field].type == TYPE_MAP ? MAPS
						: STRINGS;
}

/* The set `some value of the field is in s`. */
static dd field_in(struct reader *r, enum field_id field, struct str key, vset s)
{
	return lower_field_in(r->c->lower, field, key, s, r->unit->view);
}

/* --- comparisons --- */

static const char *const text_keys[] = {"Value", "Comparison", NULL};

static struct str comparison_of(const struct json *filter)
{
	return json_text(json_get(filter, "Comparison"));
}

static bool is_negative(const struct json *filter)
{
	return str_is(comparison_of(filter), "NOT_EQUALS") ||
	       str_is(comparison_of(filter), "PREFIX_NOT_EQUALS");
}

/* An exclusion is documented for what is always there, once. */
static bool excludable(const struct reader *r, enum field_id field)
{
	return fields[field].cardinality == CARD_ONE && field != FIELD_finding_type &&
	       (r->unit->view == VIEW_SINGLE || fields[field].group == GROUP_FINDING);
}

/* All filters of the bundle are texts, all of them exclusions or none, in a mix that is legal. */
static bool check_texts(struct reader *r, struct bundle *b)
{
	size_t parts = 0;

	b->negative = is_negative(b->filters[0]);
	for (size_t i = 0; i < b->n; i++) {
		if (!expect_keys(b->filters[i], text_keys) ||
		    !expect_text(json_get(b->filters[i], "Value")))
			return fail(r, "has a value that is not a text with its comparison");
		if (is_negative(b->filters[i]) != b->negative)
			return fail(r, "has values and exclusions of a field in one composite");
		parts += str_is(comparison_of(b->filters[i]), "CONTAINS");
	}
	if (parts && parts < b->n)
		return fail(r, "joins CONTAINS with another comparison");
	if (b->negative && !excludable(r, b->field))
		return fail(r, "excludes values of a field that can be absent or there twice");
	return true;
}

/* --- words --- */

/* The bit of the word that OCSF spells so; 0 if none does. */
static uint64_t word_bit(const struct vocabulary *words, struct str text)
{
	for (unsigned i = 0; words->ocsf && i < words->n; i++)
		if (words->ocsf[i] && str_is(text, words->ocsf[i]))
			return BIT(i);
	return 0;
}

/* activity_name: Create and Update are ACTIVE together, Close is ARCHIVED. */
static bool activities(struct reader *r, const struct bundle *b, uint64_t *mask)
{
	bool create = false, update = false, closed = false;

	for (size_t i = 0; i < b->n; i++) {
		struct str text = json_text(json_get(b->filters[i], "Value"));

		create = create || str_is(text, "Create");
		update = update || str_is(text, "Update");
		closed = closed || str_is(text, "Close");
	}
	if (b->n != (size_t)create + update + closed || create != update)
		return fail(r, "tests activities that are not those of a word");
	*mask = (create ? BIT(RECORD_ACTIVE) : 0) | (closed ? BIT(RECORD_ARCHIVED) : 0);
	return true;
}

/* Closed lists: by EQUALS and NOT_EQUALS. */
static bool read_words(struct reader *r, struct bundle *b)
{
	const struct vocabulary *words = fields[b->field].words;
	var v = lower_var(r->c->lower, b->field, STR(""), r->unit->view);
	uint64_t mask = 0;

	if (!check_texts(r, b))
		return false;
	for (size_t i = 0; i < b->n; i++) {
		uint64_t bit = word_bit(words, json_text(json_get(b->filters[i], "Value")));

		if (!str_ends(comparison_of(b->filters[i]), STR("EQUALS")) ||
		    str_starts(comparison_of(b->filters[i]), STR("PREFIX")))
			return fail(r, "compares a word of a closed list by its parts");
		if (b->field != FIELD_record && !bit)
			return fail(r, "tests a word that no finding has");
		mask |= bit;
	}
	if (b->field == FIELD_record && !activities(r, b, &mask))
		return false;
	if (b->negative)
		mask = ~mask & (BIT(words->n + 1) - 1); /* another word, too */
	b->set = field_in(r, b->field, STR(""), set_bits(engine_of(r), v, mask));
	return true;
}

/* --- texts --- */

static bool text_lang(struct reader *r, const struct json *filter, struct str text, lang *l)
{
	struct str comparison = comparison_of(filter);
	struct engine *e = engine_of(r);

	if (str_is(comparison, "EQUALS") || str_is(comparison, "NOT_EQUALS"))
		*l = lang_string(e, text);
	else if (str_is(comparison, "PREFIX") || str_is(comparison, "PREFIX_NOT_EQUALS"))
		*l = lang_prefix(e, text);
	else if (str_is(comparison, "CONTAINS"))
		*l = lang_contains(e, text);
	else
		return fail(r, "has a comparison that rules V2 do not know");
	return true;
}

/* ASFF's spelling of a type that OCSF spells so. */
static bool type_text(struct reader *r, const struct vocabulary *words, const struct json *filter,
		      struct str *text)
{
	uint64_t bit = word_bit(words, *text);

	if (!bit || (!str_is(comparison_of(filter), "EQUALS") &&
		     !str_is(comparison_of(filter), "NOT_EQUALS")))
		return fail(r, "tests a type whose spelling is not known");
	*text = str_from(vocabulary_canonical(words, (unsigned)__builtin_ctzll(bit)));
	return true;
}

static bool read_strings(struct reader *r, struct bundle *b)
{
	const struct field *field = &fields[b->field];
	enum view view = r->unit->view;
	struct engine *e = engine_of(r);
	lang *langs = ARENA_ARRAY(r->c->arena, lang, b->n), all;

	if (!check_texts(r, b))
		return false;
	for (size_t i = 0; i < b->n; i++) {
		struct str text = json_text(json_get(b->filters[i], "Value"));

		if (field->type == TYPE_WORD && !type_text(r, field->words, b->filters[i], &text))
			return false;
		if (!text_lang(r, b->filters[i], text, &langs[i]))
			return false;
	}
	if (view == VIEW_SINGLE && (b->field == FIELD_title || b->field == FIELD_resource_id)) {
		r->images_only = r->images_only || b->field == FIELD_resource_id;
		b->set = lower_derived(r->c->lower, b->field, langs, b->n, b->negative, view);
		return true;
	}
	if (b->field == FIELD_resource_id)
		return fail(r, "tests ids of resources that are other texts there");
	all = lang_or_all(e, langs, b->n);
	if (b->negative)
		all = lang_not(e, all);
	b->set = field_in(r, b->field, STR(""), set_strings(e, all, false));
	return true;
}

/* --- booleans, maps --- */

static bool read_booleans(struct reader *r, struct bundle *b)
{
	static const char *const keys[] = {"Value", NULL};
	var v = lower_var(r->c->lower, b->field, STR(""), r->unit->view);
	uint64_t mask = 0;

	for (size_t i = 0; i < b->n; i++) {
		const struct json *value = json_get(b->filters[i], "Value");

		if (!expect_keys(b->filters[i], keys) ||
		    (!json_is(value, JSON_TRUE) && !json_is(value, JSON_FALSE)))
			return fail(r, "has a test that is neither true nor false");
		mask |= BIT(json_is(value, JSON_TRUE) ? EXPLOIT_YES : EXPLOIT_NO);
	}
	b->set = field_in(r, b->field, STR(""), set_bits(engine_of(r), v, mask));
	return true;
}

/* "Maps EQUALS only"; two keys of one map are never told to be joined by OR. */
static bool read_maps(struct reader *r, struct bundle *b)
{
	static const char *const keys[] = {"Key", "Value", "Comparison", NULL};
	struct engine *e = engine_of(r);
	struct str key = json_text(json_get(b->filters[0], "Key"));
	lang all = LANG_NONE;

	for (size_t i = 0; i < b->n; i++) {
		const struct json *value = json_get(b->filters[i], "Value");

		if (!expect_keys(b->filters[i], keys) || !expect_text(value) ||
		    !expect_text(json_get(b->filters[i], "Key")) ||
		    !expect_word(json_get(b->filters[i], "Comparison"), "EQUALS"))
			return fail(r, "has a map test that is not a key with a value");
		if (!str_eq(json_text(json_get(b->filters[i], "Key")), key))
			return fail(r, "tests two keys of one map: their join is not known");
		all = lang_or(e, all, lang_string(e, json_text(value)));
	}
	b->set = field_in(r, b->field, key, set_strings(e, all, false));
	return true;
}

/* --- dates, numbers --- */

/* A year beyond what an instant holds is an open end. */
static bool read_instant(struct reader *r, const struct json *json, int64_t *instant)
{
	struct str text = json_text(json), shifted;

	if (civil_parse_iso(text, instant))
		return true;
	if (text.len < 5)
		return false;
	shifted = str_printf(r->c->arena, "2000" STR_FMT, STR_ARG(str_slice(text, 4, text.len)));
	if (!civil_parse_iso(shifted, instant))
		return false;
	*instant = str_cmp(text, STR("1970")) < 0 ? INT64_MIN : INT64_MAX;
	return true;
}

/* Start and End are inside (A15). */
static bool read_dates(struct reader *r, struct bundle *b)
{
	static const char *const keys[] = {"Start", "End", NULL};
	struct interval *ranges = ARENA_ARRAY(r->c->arena, struct interval, b->n);

	for (size_t i = 0; i < b->n; i++)
		if (!expect_keys(b->filters[i], keys) ||
		    !read_instant(r, json_get(b->filters[i], "Start"), &ranges[i].lo) ||
		    !read_instant(r, json_get(b->filters[i], "End"), &ranges[i].hi) ||
		    ranges[i].lo > ranges[i].hi)
			return fail(r, "has a date test that is not a start and an end");
	b->set = field_in(r, b->field, STR(""), set_numbers(engine_of(r), ranges, b->n, false));
	return true;
}

static bool read_bound(const struct json *json, int64_t *scaled)
{
	bool sticky;

	return !json || (json_is(json, JSON_NUMBER) && json_decimal(json->text, scaled, &sticky) &&
			 !sticky && *scaled <= INT64_MAX / 2 && *scaled >= INT64_MIN / 2);
}

/* "Numbers Eq Gte Lte", scaled; a missing bound is open. */
static bool read_range(struct reader *r, const struct json *filter, struct interval *range)
{
	const struct json *equal = json_get(filter, "Eq");
	const struct json *least = equal ? equal : json_get(filter, "Gte");
	const struct json *most = equal ? equal : json_get(filter, "Lte");
	size_t used = equal ? 1 : (size_t)(least != NULL) + (most != NULL);

	*range = (struct interval){INT64_MIN, INT64_MAX};
	if (!json_is(filter, JSON_OBJECT) || !used || filter->n != used ||
	    !read_bound(least, &range->lo) || !read_bound(most, &range->hi) ||
	    range->lo > range->hi)
		return fail(r, "has a number test that is not one of Eq, Gte and Lte");
	return true;
}

/* The words whose ids lie in the ranges. Ids that are none of theirs (0 Unknown, 6 Fatal, 99 Other)
 * are another word, so the ranges take all of them or none. */
static bool severity_mask(struct reader *r, const struct interval *ranges, size_t n, uint64_t *mask)
{
	const int64_t first = SEVERITY_INFORMATIONAL + 1, last = SEVERITY_CRITICAL + 1;
	bool below = false, above = false;

	*mask = 0;
	for (size_t i = 0; i < n; i++) {
		int64_t lo = ranges[i].lo, hi = ranges[i].hi;

		for (int64_t id = first; id <= last; id++)
			if (lo <= id * TYPE_SCALE && id * TYPE_SCALE <= hi)
				*mask |= BIT(id - first);
		if ((lo < first * TYPE_SCALE && lo != INT64_MIN) ||
		    (hi > last * TYPE_SCALE && hi != INT64_MAX))
			return fail(r, "takes some severities that are none of the five");
		below = below || lo == INT64_MIN;
		above = above || hi == INT64_MAX;
	}
	if (below != above)
		return fail(r, "takes some severities that are none of the five");
	if (below)
		*mask |= BIT(SEVERITY_UNTRIAGED) | BIT(vocabulary_severity.n);
	return true;
}

static bool read_numbers(struct reader *r, struct bundle *b)
{
	struct interval *ranges = ARENA_ARRAY(r->c->arena, struct interval, b->n);
	var v = lower_var(r->c->lower, b->field, STR(""), r->unit->view);
	uint64_t mask;
	vset set;

	for (size_t i = 0; i < b->n; i++)
		if (!read_range(r, b->filters[i], &ranges[i]))
			return false;
	if (b->field == FIELD_severity) {
		if (!severity_mask(r, ranges, b->n, &mask))
			return false;
		set = set_bits(engine_of(r), v, mask);
	} else {
		for (size_t i = 0; i < b->n; i++) {
			ranges[i].lo *= ranges[i].lo == INT64_MIN ? 1 : 2;
			ranges[i].hi *= ranges[i].hi == INT64_MAX ? 1 : 2;
		}
		set = set_numbers(engine_of(r), ranges, b->n, false);
	}
	b->set = field_in(r, b->field, STR(""), set);
	return true;
}

/* --- composites --- */

static bool read_bundle(struct reader *r, enum kind kind, struct bundle *b)
{
	switch (kind) {
	case DATES:
		return read_dates(r, b);
	case BOOLEANS:
		return read_booleans(r, b);
	case NUMBERS:
		return read_numbers(r, b);
	case MAPS:
		return read_maps(r, b);
	default:
		return fields[b->field].type == TYPE_ENUM ? read_words(r, b) : read_strings(r, b);
	}
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

/* The filters of one kind, gathered by their fields; bundles has room for each field. */
static bool gather(struct reader *r, enum kind kind, const struct json *list,
		   struct bundle *bundles)
{
	static const char *const keys[] = {"FieldName", "Filter", NULL};

	if (!json_is(list, JSON_ARRAY) || !list->n ||
	    list->n > (size_t)limits[LIMIT_automation_v2_filters].value)
		return fail(r, "has no filters of a kind, or too many");
	for (size_t i = 0; i < list->n; i++) {
		const struct json *item = list->items[i];
		int field = field_of(json_text(json_get(item, "FieldName")));
		struct bundle *b;

		if (!expect_keys(item, keys) || field < 0 || kind_of((enum field_id)field) != kind)
			return fail(r, "tests a field that is none, or one that is not seen");
		b = &bundles[field];
		b->field = (enum field_id)field;
		if (!b->n)
			b->filters = ARENA_ARRAY(r->c->arena, const struct json *, list->n);
		b->filters[b->n++] = json_get(item, "Filter");
	}
	return true;
}

/* Where filters of one field stand beside each other, both readings of the operator must agree:
 * values only under OR, exclusions only under AND. */
static bool join(struct reader *r, bool any, const struct bundle *b, dd *set)
{
	struct engine *e = engine_of(r);
	enum group list = list_of(r, b->field);

	if (any ? b->negative : b->n > 1 && !b->negative)
		return fail(r, "joins filters of a field in a way that is not known");
	*set = any ? dd_or(e, *set, b->set) : dd_and(e, *set, b->set);
	r->on_list[list]++;
	return true;
}

static bool read_composite(struct reader *r, const struct json *composite, dd *set)
{
	const struct json *operator= json_get(composite, "Operator");
	struct bundle *bundles = ARENA_ARRAY(r->c->arena, struct bundle, FIELD_COUNT);
	bool any = expect_word(operator, "OR");
	size_t kinds = 0;

	if (!any && !expect_word(operator, "AND"))
		return fail(r, "has a composite without an operator");
	for (enum kind kind = STRINGS; kind <= MAPS; kind++) {
		const struct json *list = json_get(composite, kind_names[kind]);

		if (list && !gather(r, kind, list, bundles))
			return false;
		kinds += list != NULL;
	}
	if (!kinds || composite->n != kinds + 1)
		return fail(r, "has a composite without filters, or with a key that is not known");
	*set = any ? DD_FALSE : DD_TRUE;
	for (int f = 0; f < FIELD_COUNT; f++)
		if (bundles[f].n && (!read_bundle(r, kind_of((enum field_id)f), &bundles[f]) ||
				     !join(r, any, &bundles[f], set)))
			return false;
	return true;
}

/* Ids of other resources than images are other texts there, so what tests them is of images. */
static bool check_images(struct reader *r, dd set)
{
	struct engine *e = engine_of(r);
	lang image = lang_string(e, STR("AwsEcrContainerImage"));
	dd outside;

	lower_use(r->c->lower, r->unit->view);
	return !r->images_only ||
	       relate_inside(
		       e, set,
		       field_in(r, FIELD_resource_type, STR(""), set_strings(e, image, false)),
		       &outside) ||
	       fail(r, "tests ids of resources that are other texts there");
}

static bool read_criteria(struct reader *r, const struct json *criteria, dd *set)
{
	static const char *const outer[] = {"OcsfFindingCriteria", NULL};
	static const char *const inner[] = {"CompositeOperator", "CompositeFilters", NULL};
	const struct json *ocsf = json_get(criteria, outer[0]);
	const struct json *list = json_get(ocsf, "CompositeFilters");

	if (!expect_keys(criteria, outer) || !expect_keys(ocsf, inner) ||
	    !expect_word(json_get(ocsf, "CompositeOperator"), "AND") || !json_is(list, JSON_ARRAY))
		return fail(r, "has no criteria on findings that hold together");
	if (!list->n || list->n > (size_t)limits[LIMIT_automation_v2_composites].value)
		return fail(r, "has no composites, or too many");
	*set = DD_TRUE;
	for (size_t i = 0; i < list->n; i++) {
		dd one;

		if (!read_composite(r, list->items[i], &one))
			return false;
		*set = dd_and(engine_of(r), *set, one);
	}
	for (int g = GROUP_FINDING + 1; g < GROUP_COUNT; g++)
		if (r->on_list[g] > 1)
			return fail(r, "has two tests on one list: an element may meet both, or "
				       "two one each");
	return check_images(r, *set);
}

bool automation_v2_set(struct compilation *c, const struct unit *unit, const struct json *criteria,
		       dd *set, const char **why)
{
	struct reader r = {.c = c, .unit = unit};
	bool good = read_criteria(&r, criteria, set);

	if (good && engine_exhausted(engine_of(&r)))
		good = fail(&r, "is too large to be read back");
	if (r.why)
		*why = r.why;
	return good;
}
