/* SPDX-License-Identifier: Apache-2.0
 *
 * The decompiler of Inspector's filters: FilterCriteria to the set of findings they take. It
 * follows targets.md part C and changes.md alone and shares nothing with the writer but the table
 * of fields; what it does not know, or what AWS does not document, is an error and never a guess.
 * What excludes is read last: how NOT_EQUALS takes a finding without the value is not documented,
 * so the other criteria must leave none. */
#include "base/civil.h"
#include "model/limit.h"
#include "target/inspector.h"

struct reader {
	struct compilation *c;
	bool pascal;
	const char *why;
	dd set; /* what the criteria so far take */
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

/* --- JSON --- */

/* The member by its name in camel case, as the document spells it. */
static const struct json *get(const struct reader *r, const struct json *object, const char *name)
{
	if (!r->pascal)
		return json_get(object, name);
	return json_get_str(object, str_printf(r->c->arena, "%c%s", name[0] - 'a' + 'A', name + 1));
}

/* An object with all of `keys` and no other. */
static bool has_exactly(const struct reader *r, const struct json *json, const char *const *keys)
{
	size_t n = 0;

	if (!json_is(json, JSON_OBJECT))
		return false;
	for (; keys[n]; n++)
		if (!get(r, json, keys[n]))
			return false;
	return json->n == n;
}

static bool is_text(const struct json *json, enum limit_id most)
{
	struct str text = json_text(json);

	return json_is(json, JSON_STRING) && text.len > 0 &&
	       text.len <= 4 * (size_t)limits[most].value;
}

/* --- values --- */

enum comparison { EQUALS, PREFIX, NOT_EQUALS };

static bool read_test(struct reader *r, const struct json *json, enum comparison *comparison,
		      struct str *text)
{
	static const char *const keys[] = {"comparison", "value", NULL};
	static const char *const names[] = {"EQUALS", "PREFIX", "NOT_EQUALS"};

	if (!has_exactly(r, json, keys) || !is_text(get(r, json, "value"), LIMIT_inspector_text))
		return fail(r, "has a value that is not a text with its comparison");
	*text = json_text(get(r, json, "value"));
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_is(json_text(get(r, json, "comparison")), names[i])) {
			*comparison = (enum comparison)i;
			return true;
		}
	return fail(r, "has a comparison that Inspector does not have");
}

/* Positive values by OR; those that exclude by AND: what they exclude. */
static bool read_texts(struct reader *r, const struct json *list, bool *exclude, lang *all)
{
	struct engine *e = engine_of(r);
	size_t excluding = 0;

	*all = LANG_NONE;
	for (size_t i = 0; i < list->n; i++) {
		enum comparison comparison;
		struct str text;

		if (!read_test(r, list->items[i], &comparison, &text))
			return false;
		excluding += comparison == NOT_EQUALS;
		*all = lang_or(e, *all,
			       comparison == PREFIX ? lang_prefix(e, text) : lang_string(e, text));
	}
	*exclude = excluding == list->n;
	return !excluding || *exclude || fail(r, "mixes NOT_EQUALS with other comparisons");
}

static int find_word(const char *const *words, unsigned n, struct str text)
{
	for (unsigned i = 0; i < n; i++)
		if (words[i] && str_is(text, words[i]))
			return (int)i;
	return -1;
}

/* Types in Inspector's spelling; the record has them in the policy's. */
static bool read_types(struct reader *r, enum field_id field, const struct json *list,
		       bool *exclude, lang *all)
{
	const struct vocabulary *v = fields[field].words;
	struct engine *e = engine_of(r);
	size_t excluding = 0;

	*all = LANG_NONE;
	for (size_t i = 0; i < list->n; i++) {
		enum comparison comparison;
		struct str text;
		int word;

		if (!read_test(r, list->items[i], &comparison, &text))
			return false;
		word = find_word(v->inspector, v->n, text);
		if (word < 0 || comparison == PREFIX)
			return fail(r, "tests a type that Inspector does not have");
		excluding += comparison == NOT_EQUALS;
		*all = lang_or(e, *all,
			       lang_string(e, str_from(vocabulary_canonical(v, (unsigned)word))));
	}
	*exclude = excluding == list->n;
	return !excluding || *exclude || fail(r, "mixes NOT_EQUALS with other comparisons");
}

/* Enumerations: severity does not honour another comparison (awscc PR #1753). A record that is not
 * active is suppressed or closed: one of the two alone is no word of the policy. */
static bool read_words(struct reader *r, enum field_id field, const struct json *list, vset *set)
{
	const struct vocabulary *v = fields[field].words;
	uint64_t mask = 0;
	bool suppressed = false, closed = false;

	for (size_t i = 0; i < list->n; i++) {
		enum comparison comparison;
		struct str text;
		int word;

		if (!read_test(r, list->items[i], &comparison, &text))
			return false;
		if (comparison != EQUALS)
			return fail(r, "compares a word by something else than EQUALS");
		word = field == FIELD_record && !str_is(text, "ACTIVE")
			       ? -1
			       : find_word(v->words, v->n, text);
		suppressed = suppressed || (field == FIELD_record && str_is(text, "SUPPRESSED"));
		closed = closed || (field == FIELD_record && str_is(text, "CLOSED"));
		if (word < 0 && !suppressed && !closed)
			return fail(r, "tests a word that no finding has");
		if (word >= 0)
			mask |= BIT(word);
	}
	if (suppressed != closed)
		return fail(r, "tells suppressed findings from closed ones");
	if (closed)
		mask |= BIT(RECORD_ARCHIVED);
	*set = set_bits(engine_of(r), lower_var(r->c->lower, field, STR(""), VIEW_SINGLE), mask);
	return true;
}

static bool read_point(const struct json *json, int64_t *point)
{
	int64_t scaled;
	bool sticky;

	if (!json_is(json, JSON_NUMBER) || !json_decimal(json->text, &scaled, &sticky) || sticky ||
	    scaled > INT64_MAX / 2 || scaled < INT64_MIN / 2)
		return false;
	*point = 2 * scaled;
	return true;
}

static bool read_numbers(struct reader *r, enum field_id field, const struct json *list, vset *set)
{
	static const char *const bounds[] = {"lowerInclusive", "upperInclusive", NULL},
				 *const ports[] = {"beginInclusive", "endInclusive", NULL};
	const char *const *keys = field == FIELD_port ? ports : bounds;
	struct interval *items = ARENA_ARRAY(r->c->arena, struct interval, list->n);

	for (size_t i = 0; i < list->n; i++) {
		if (!has_exactly(r, list->items[i], keys) ||
		    !read_point(get(r, list->items[i], keys[0]), &items[i].lo) ||
		    !read_point(get(r, list->items[i], keys[1]), &items[i].hi))
			return fail(r, "has a number test without both its bounds");
		if (items[i].lo > items[i].hi)
			return fail(r, "has a number test that ends before it begins");
		if (fields[field].type == TYPE_INT &&
		    (items[i].lo % (2 * TYPE_SCALE) || items[i].hi % (2 * TYPE_SCALE)))
			return fail(r, "has a bound that is no whole number");
	}
	*set = set_numbers(engine_of(r), items, list->n, false);
	return true;
}

/* The API keeps seconds: a fraction would be lost on the way. */
static bool read_instant(struct reader *r, const struct json *json, int64_t *instant)
{
	if (!json)
		return true;
	if (!json_is(json, JSON_STRING) || !civil_parse_iso(json_text(json), instant) ||
	    *instant % INT64_C(1000000000))
		return fail(r, "has a date that is no whole second");
	return true;
}

static bool read_dates(struct reader *r, const struct json *list, vset *set)
{
	struct interval *items = ARENA_ARRAY(r->c->arena, struct interval, list->n);

	for (size_t i = 0; i < list->n; i++) {
		const struct json *start = get(r, list->items[i], "startInclusive");
		const struct json *end = get(r, list->items[i], "endInclusive");

		items[i] = (struct interval){INT64_MIN, INT64_MAX};
		if (!json_is(list->items[i], JSON_OBJECT) || (!start && !end) ||
		    list->items[i]->n != (size_t) !!start + (size_t) !!end)
			return fail(r, "has a date test that is not a start and an end");
		if (!read_instant(r, start, &items[i].lo) || !read_instant(r, end, &items[i].hi))
			return false;
		if (items[i].lo > items[i].hi)
			return fail(r, "has a date test that ends before it begins");
	}
	*set = set_numbers(engine_of(r), items, list->n, false);
	return true;
}

/* --- criteria --- */

static dd in_texts(struct reader *r, enum field_id field, lang l)
{
	return lower_field_in(r->c->lower, field, STR(""), set_strings(engine_of(r), l, false),
			      VIEW_SINGLE);
}

static lang types_lang(struct reader *r, const enum resource_word *types, size_t n)
{
	struct engine *e = engine_of(r);
	lang l = LANG_NONE;

	for (size_t i = 0; i < n; i++)
		l = lang_or(e, l,
			    lang_string(e, str_from(vocabulary_canonical(&vocabulary_resource_type,
									 types[i]))));
	return l;
}

static dd types_set(struct reader *r, const enum resource_word *types, size_t n)
{
	return in_texts(r, FIELD_resource_type, types_lang(r, types, n));
}

static bool read_tags(struct reader *r, const struct json *list, dd *set)
{
	static const char *const keys[] = {"comparison", "key", "value", NULL};
	struct engine *e = engine_of(r);
	struct str key = {NULL, 0};
	lang all = LANG_NONE;

	for (size_t i = 0; i < list->n; i++) {
		const struct json *item = list->items[i];

		if (!has_exactly(r, item, keys) ||
		    !str_is(json_text(get(r, item, "comparison")), "EQUALS") ||
		    !is_text(get(r, item, "key"), LIMIT_inspector_tag_key) ||
		    !json_is(get(r, item, "value"), JSON_STRING))
			return fail(r, "has a tag test that is not a key and a value");
		if (i && !str_eq(key, json_text(get(r, item, "key"))))
			return fail(r, "tests two tags in one criterion: their join is not known");
		key = json_text(get(r, item, "key"));
		all = lang_or(e, all, lang_string(e, json_text(get(r, item, "value"))));
	}
	*set = lower_field_in(r->c->lower, FIELD_tag, key, set_strings(e, all, false), VIEW_SINGLE);
	return true;
}

/* The field of a member of a package filter, or -1. */
static int package_field(const struct reader *r, struct str member)
{
	for (int f = 0; f < FIELD_COUNT; f++) {
		const char *name = fields[f].inspector_filter;
		struct str full =
			str_printf(r->c->arena, "vulnerablePackages." STR_FMT, STR_ARG(member));

		if (name && fields[f].group == GROUP_PACKAGE && str_is(full, name))
			return f;
	}
	return -1;
}

static struct str camel(const struct reader *r, struct str key)
{
	if (!r->pascal)
		return key;
	if (!key.len || key.ptr[0] < 'A' || key.ptr[0] > 'Z')
		return STR("");
	return str_printf(r->c->arena, "%c" STR_FMT, key.ptr[0] - 'A' + 'a',
			  STR_ARG(str_slice(key, 1, key.len)));
}

/* One package for which all members hold. */
static bool read_package(struct reader *r, const struct json *item, dd *element)
{
	struct engine *e = engine_of(r);

	if (!json_is(item, JSON_OBJECT) || !item->n)
		return fail(r, "has a package filter that takes every package");
	*element = DD_TRUE;
	for (size_t i = 0; i < item->n; i++) {
		int field = package_field(r, camel(r, item->keys[i]));
		enum comparison comparison;
		struct str text;
		lang l;

		if (field < 0)
			return fail(r, "has a member of a package filter that is not known");
		if (!read_test(r, item->items[i], &comparison, &text))
			return false;
		if (comparison == NOT_EQUALS)
			return fail(r, "excludes a value that a package may lack");
		l = comparison == PREFIX ? lang_prefix(e, text) : lang_string(e, text);
		*element = dd_and(
			e, *element,
			dd_in(e, lower_var(r->c->lower, (enum field_id)field, STR(""), VIEW_SINGLE),
			      set_strings(e, l, false)));
	}
	return true;
}

static bool read_packages(struct reader *r, const struct json *list, dd *set)
{
	struct engine *e = engine_of(r);
	var group = lower_group(r->c->lower, GROUP_PACKAGE, VIEW_SINGLE);
	dd all = DD_FALSE;

	for (size_t i = 0; i < list->n; i++) {
		dd element;

		if (!read_package(r, list->items[i], &element))
			return false;
		all = dd_or(e, all, element);
	}
	*set = dd_in(e, group, set_group_some(e, group, all));
	return true;
}

/* What excludes: only where the findings that are left all have the value, once. */
static bool exclude(struct reader *r, enum field_id field, lang l)
{
	struct engine *e = engine_of(r);
	var v;

	if (lower_is_group(fields[field].group, VIEW_SINGLE))
		return fail(r, "excludes values of a list");
	if (field == FIELD_title) {
		r->set = dd_and(e, r->set,
				lower_derived(r->c->lower, field, &l, 1, true, VIEW_SINGLE));
		return true;
	}
	v = lower_var(r->c->lower, field, STR(""), VIEW_SINGLE);
	if (!relate_empty(e, dd_and(e, r->set, dd_in(e, v, set_absent(e, v)))))
		return fail(r, "excludes values of a field that a finding it takes may lack");
	r->set = dd_minus(e, r->set, in_texts(r, field, l));
	return true;
}

/* Texts of the finding, its resource or its vulnerability. */
static bool read_text_field(struct reader *r, enum field_id field, const struct json *list,
			    bool excluding)
{
	struct engine *e = engine_of(r);
	bool type = fields[field].type == TYPE_WORD, excludes;
	lang l;

	if (type ? !read_types(r, field, list, &excludes, &l) : !read_texts(r, list, &excludes, &l))
		return false;
	if (excludes != excluding)
		return true; /* in its turn */
	if (excludes)
		return exclude(r, field, l);
	r->set = dd_and(e, r->set,
			field == FIELD_title
				? lower_derived(r->c->lower, field, &l, 1, false, VIEW_SINGLE)
				: in_texts(r, field, l));
	return true;
}

static bool read_other_field(struct reader *r, enum field_id field, const struct json *list)
{
	struct engine *e = engine_of(r);
	vset set = 0;
	dd one = DD_FALSE;
	bool good;

	switch (fields[field].type) {
	case TYPE_ENUM:
		good = read_words(r, field, list, &set);
		break;
	case TYPE_DECIMAL:
	case TYPE_INT:
		good = read_numbers(r, field, list, &set);
		break;
	case TYPE_DATE:
		good = read_dates(r, list, &set);
		break;
	default:
		good = fields[field].type == TYPE_MAP ? read_tags(r, list, &one)
						      : read_packages(r, list, &one);
		r->set = good ? dd_and(e, r->set, one) : r->set;
		return good;
	}
	if (good)
		r->set = dd_and(e, r->set,
				lower_field_in(r->c->lower, field, STR(""), set, VIEW_SINGLE));
	return good;
}

/* The field that a criterion tests, or -1; `cloud`: on an image of another cloud. The resource id
 * is two fields, and is read by itself. */
static int field_of(struct str criterion, bool *cloud)
{
	for (int f = 0; f < FIELD_COUNT; f++) {
		const struct field *field = &fields[f];
		struct str filter =
			str_from(field->inspector_filter ? field->inspector_filter : "");

		*cloud = field->inspector_cloud && str_is(criterion, field->inspector_cloud);
		if (*cloud || (filter.len && str_eq(criterion, filter)))
			return f;
	}
	*cloud = false;
	return str_is(criterion, "vulnerablePackages") ? FIELD_package_name : -1;
}

static const enum resource_word ecr[] = {RESOURCE_ECR_IMAGE};
static const enum resource_word elsewhere[] = {RESOURCE_AZURE_IMAGE, RESOURCE_GCP_IMAGE};
static const enum resource_word instance[] = {RESOURCE_EC2_INSTANCE};

/* Criteria on images are of those of one side alone. */
static void tie_images(struct reader *r, enum field_id field, bool cloud)
{
	if (fields[field].habitat != HABITAT_IMAGE)
		return;
	r->set = dd_and(engine_of(r), r->set,
			cloud ? types_set(r, elsewhere, ARRAY_LEN(elsewhere))
			      : types_set(r, ecr, ARRAY_LEN(ecr)));
}

static bool is_resource_id(struct str criterion)
{
	return str_is(criterion, "resourceId");
}

static bool read_criterion(struct reader *r, struct str criterion, const struct json *list,
			   bool excluding)
{
	bool cloud, text;
	int found = field_of(criterion, &cloud);
	enum field_id field = (enum field_id)found;

	if (found < 0)
		return fail(r, "has a criterion that is not known");
	if (!json_is(list, JSON_ARRAY) || !list->n)
		return fail(r, "has a criterion without values: it would take everything");
	if (list->n > (size_t)limits[LIMIT_inspector_values].value)
		return fail(r, "has a criterion with too many values");
	if (is_resource_id(criterion))
		return true; /* last of all */
	text = fields[field].type == TYPE_STRING || fields[field].type == TYPE_VULNID ||
	       fields[field].type == TYPE_ACCOUNT || fields[field].type == TYPE_WORD;
	if (text && fields[field].group != GROUP_PACKAGE) {
		if (!read_text_field(r, field, list, excluding))
			return false;
	} else if (!excluding && !read_other_field(r, field, list)) {
		return false;
	}
	tie_images(r, field, cloud);
	return true;
}

/* The id of an EC2 instance is its instance id; of an image, ECR's ARN; else what a finding says.
 */
static bool read_resource_id(struct reader *r, const struct json *list)
{
	struct engine *e = engine_of(r);
	dd instances = types_set(r, instance, ARRAY_LEN(instance)), outside;
	enum field_id field = FIELD_resource_id;
	bool excludes;
	lang l;

	if (relate_inside(e, r->set, instances, &outside))
		field = FIELD_ec2_instance;
	else if (relate_overlap(e, r->set, instances, &outside))
		return fail(r, "tests resource ids of EC2 instances and of others together");
	if (!read_texts(r, list, &excludes, &l))
		return false;
	if (excludes)
		return exclude(r, field, l);
	r->set = dd_and(e, r->set,
			field == FIELD_resource_id
				? lower_derived(r->c->lower, field, &l, 1, false, VIEW_SINGLE)
				: in_texts(r, field, l));
	return true;
}

/* Those of other clouds may also take what lies in AWS (nobody knows): the types are told, too. */
static bool check_clouds(struct reader *r, const struct json *criteria)
{
	const struct json *types = get(r, criteria, "resourceType");
	lang l;
	bool excludes, cloud, found = false;

	for (size_t i = 0; i < criteria->n; i++) {
		field_of(camel(r, criteria->keys[i]), &cloud);
		found = found || cloud;
	}
	if (!found)
		return true;
	if (!types || !read_types(r, FIELD_resource_type, types, &excludes, &l) || excludes ||
	    !lang_inside(engine_of(r), l, types_lang(r, elsewhere, ARRAY_LEN(elsewhere))))
		return fail(r, "tests images of other clouds without their types");
	return true;
}

static void place_in_regions(struct reader *r, const struct str *regions, size_t n)
{
	struct engine *e = engine_of(r);

	if (n)
		r->set = dd_and(e, r->set, in_texts(r, FIELD_region, lang_strings(e, regions, n)));
}

bool inspector_read_criteria(struct compilation *c, const struct json *criteria, bool pascal,
			     const struct str *regions, size_t n_regions, dd *set, const char **why)
{
	struct reader r = {.c = c, .pascal = pascal, .set = lower_inspector(c->lower)};
	const struct json *ids;
	bool good = json_is(criteria, JSON_OBJECT) || fail(&r, "has no criteria");

	place_in_regions(&r, regions, n_regions);
	for (int excluding = 0; excluding < 2 && good; excluding++)
		for (size_t i = 0; i < criteria->n && good; i++)
			good = read_criterion(&r, camel(&r, criteria->keys[i]), criteria->items[i],
					      excluding);
	good = good && check_clouds(&r, criteria);
	ids = good ? get(&r, criteria, "resourceId") : NULL;
	if (ids)
		good = read_resource_id(&r, ids);
	if (good && engine_exhausted(engine_of(&r)))
		good = fail(&r, "is too large to be read back");
	*set = r.set;
	*why = r.why;
	return good;
}
