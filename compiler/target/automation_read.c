/* SPDX-License-Identifier: Apache-2.0
 *
 * The decompiler of automation rules: the text of a CreateAutomationRule request to the set of
 * findings it takes and what it does to them. It follows targets.md part A alone and shares nothing
 * with the writer but the table of fields; what it does not know, or what AWS does not document, is
 * an error and never a guess. */
#include "target/expect.h"
#include "target/automation.h"

#include "base/civil.h"
#include "base/strsort.h"
#include "model/limit.h"

struct reader {
	struct compilation *c;
	const struct unit *unit;
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

/* --- JSON --- */

/* An object with every key of `keys` (NULL-terminated) and no other. */
static bool has_exactly(const struct json *json, const char *const *keys)
{
	size_t n = 0;

	if (!json_is(json, JSON_OBJECT))
		return false;
	for (; keys[n]; n++)
		if (!json_get(json, keys[n]))
			return false;
	return json->n == n;
}

/* A string that holds a character which is not blank: NonEmptyString. */
static bool is_text(const struct json *json)
{
	struct str text = json_text(json);

	if (!json_is(json, JSON_STRING))
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] != ' ' && (text.ptr[i] < '\t' || text.ptr[i] > '\r'))
			return true;
	return false;
}

static bool is_word(const struct json *json, const char *word)
{
	return json_is(json, JSON_STRING) && str_is(json_text(json), word);
}

/* --- the values of a criterion --- */

/* Positive values are joined by OR, negative ones by AND. */
enum comparison { EQUALS, PREFIX, CONTAINS, NOT_EQUALS, PREFIX_NOT_EQUALS, NOT_CONTAINS };

static const struct {
	const char *name;
	bool negative;
} comparisons[] = {
	[EQUALS] = {"EQUALS", false},
	[PREFIX] = {"PREFIX", false},
	[CONTAINS] = {"CONTAINS", false},
	[NOT_EQUALS] = {"NOT_EQUALS", true},
	[PREFIX_NOT_EQUALS] = {"PREFIX_NOT_EQUALS", true},
	[NOT_CONTAINS] = {"NOT_CONTAINS", true},
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

	if (!has_exactly(item, map ? keyed : plain) || !is_text(json_get(item, "Value")))
		return fail(r, "has a value that is not a text with its comparison");
	if (map) {
		if (!is_text(json_get(item, "Key")))
			return fail(r, "has a map test without a key");
		if (out->key.len && !str_eq(out->key, json_text(json_get(item, "Key"))))
			return fail(r, "tests two keys of one map: their join is not known");
		out->key = json_text(json_get(item, "Key"));
	}
	comparison = json_text(json_get(item, "Comparison"));
	for (size_t i = 0; i < ARRAY_LEN(comparisons); i++) {
		if (!str_is(comparison, comparisons[i].name))
			continue;
		out->of[i][out->n[i]++] = json_text(json_get(item, "Value"));
		*(comparisons[i].negative ? &out->negative : &out->positive) = true;
		return true;
	}
	return fail(r, "has a comparison that is none of automation rules");
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
		int word = vocabulary_find_asff(words, (t.n[EQUALS] ? t.of[EQUALS]
								     : t.of[NOT_EQUALS])[i]);

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
		if (!has_exactly(list->items[i], keys))
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

static bool text_set(struct reader *r, enum field_id field, const struct json *list, dd *out)
{
	bool map = fields[field].type == TYPE_MAP;
	enum view view = r->unit->view;
	struct texts t;

	if (!read_texts(r, list, map, &t))
		return false;
	if (t.negative && !excludable(r, field) &&
	    (!t.positive || lower_is_group(fields[field].group, view)))
		return fail(r, "excludes values of a field that can be absent or there twice");
	if (map && t.n[EQUALS] && t.n[CONTAINS])
		return fail(r, "mixes comparisons of a map");
	if (view == VIEW_SINGLE && (field == FIELD_title || field == FIELD_resource_id))
		*out = derived_set(r, field, &t);
	else
		*out = lower_field_in(r->c->lower, field, t.key,
				      set_strings(engine_of(r), texts_lang(r, &t), false), view);
	return true;
}

/* The field that a criterion tests by itself, or -1. */
static int field_of(struct str criterion)
{
	for (int f = 0; f < FIELD_COUNT; f++)
		if (fields[f].v1 && fields[f].can[MECHANISM_AUTOMATION] == CAN_DIRECTLY &&
		    str_is(criterion, fields[f].v1))
			return f;
	return -1;
}

static size_t value_limit(struct str criterion)
{
	bool many = str_is(criterion, "AwsAccountId") || str_is(criterion, "GeneratorId") ||
		    str_is(criterion, "ResourceId") || str_is(criterion, "Title");

	return (size_t)limits[many ? LIMIT_automation_values_long : LIMIT_automation_values].value;
}

static bool read_criterion(struct reader *r, struct str name, const struct json *list, dd *out)
{
	int found = field_of(name);
	enum field_id field = (enum field_id)found;
	vset set;

	if (found < 0)
		return fail(r, "has a criterion that is none, or one that rules cannot see");
	if (!json_is(list, JSON_ARRAY) || !list->n)
		return fail(r, "has a criterion without values: it would take everything");
	if (list->n > value_limit(name))
		return fail(r, "has a criterion with too many values");
	if (fields[field].type != TYPE_ENUM && fields[field].type != TYPE_DATE)
		return text_set(r, field, list, out);
	if (fields[field].type == TYPE_ENUM ? !word_values(r, field, list, &set)
					    : !date_values(r, list, &set))
		return false;
	*out = lower_field_in(r->c->lower, field, STR(""), set, r->unit->view);
	return true;
}

static bool read_criteria(struct reader *r, const struct json *criteria, dd *set)
{
	struct engine *e = engine_of(r);
	unsigned on_resources = 0;

	if (!json_is(criteria, JSON_OBJECT) || !criteria->n)
		return fail(r, "has no criteria");
	*set = DD_TRUE;
	for (size_t i = 0; i < criteria->n; i++) {
		int field = field_of(criteria->keys[i]);
		dd one;

		if (!read_criterion(r, criteria->keys[i], criteria->items[i], &one))
			return false;
		*set = dd_and(e, *set, one);
		on_resources += lower_is_group(fields[field].group, r->unit->view);
	}
	if (on_resources > 1)
		return fail(r, "has two tests on resources: one may meet both, or two");
	return true;
}

/* --- actions --- */

static bool read_note(struct reader *r, const struct json *note, struct effect *effect)
{
	static const char *const keys[] = {"Text", "UpdatedBy", NULL};

	if (!has_exactly(note, keys) || !is_text(json_get(note, "Text")) ||
	    !is_word(json_get(note, "UpdatedBy"), "vulnctl"))
		return fail(r, "writes a note that is not vulnctl's");
	effect->note = json_text(json_get(note, "Text"));
	return true;
}

static bool read_fields(struct reader *r, const struct json *map, struct effect *effect)
{
	struct set_field *sets;
	size_t *order;

	if (!json_is(map, JSON_OBJECT) || !map->n)
		return fail(r, "writes no user-defined fields");
	sets = ARENA_ARRAY(r->c->arena, struct set_field, map->n);
	order = strsort_order(r->c->arena, map->keys, map->n);
	for (size_t i = 0; i < map->n; i++) {
		if (!is_text(map->items[order[i]]))
			return fail(r, "writes a user-defined field that is no text");
		sets[i].key = map->keys[order[i]];
		sets[i].value = json_text(map->items[order[i]]);
	}
	effect->sets = sets;
	effect->n_sets = map->n;
	return true;
}

static bool read_word(struct reader *r, const struct json *object, const char *key,
		      const struct vocabulary *words, int *word)
{
	const char *const keys[] = {key, NULL};

	if (!has_exactly(object, keys))
		return fail(r, "writes something beside a status or a severity");
	*word = vocabulary_find_asff(words, json_text(json_get(object, key)));
	return *word >= 0 || fail(r, "writes a status or a severity that is none");
}

static bool read_update(struct reader *r, const struct json *update, struct effect *effect)
{
	if (!json_is(update, JSON_OBJECT) || !update->n)
		return fail(r, "does nothing");
	for (size_t i = 0; i < update->n; i++) {
		struct str key = update->keys[i];
		const struct json *value = update->items[i];
		bool good;

		if (str_is(key, "Workflow"))
			good = read_word(r, value, "Status", &vocabulary_workflow, &effect->status);
		else if (str_is(key, "Severity"))
			good = read_word(r, value, "Label", &vocabulary_severity,
					 &effect->severity);
		else if (str_is(key, "Note"))
			good = read_note(r, value, effect);
		else if (str_is(key, "UserDefinedFields"))
			good = read_fields(r, value, effect);
		else
			good = fail(r, "updates a field that vulnctl never writes");
		if (!good)
			return false;
	}
	return true;
}

static bool read_actions(struct reader *r, const struct json *actions, struct effect *effect)
{
	static const char *const keys[] = {"Type", "FindingFieldsUpdate", NULL};

	*effect = (struct effect){.status = -1, .severity = -1};
	if (!json_is(actions, JSON_ARRAY) || actions->n != 1 ||
	    !has_exactly(actions->items[0], keys) ||
	    !is_word(json_get(actions->items[0], "Type"), "FINDING_FIELDS_UPDATE"))
		return fail(r, "has not exactly one action that updates the finding");
	return read_update(r, json_get(actions->items[0], "FindingFieldsUpdate"), effect);
}

/* --- requests --- */

static const struct json *read_request(struct reader *r, struct str text)
{
	static const char *const keys[] = {"RuleName",	  "RuleOrder", "RuleStatus", "IsTerminal",
					   "Description", "Criteria",  "Actions",    NULL};
	struct json_error error;
	const struct json *request = json_load(r->c->arena, text, &error);

	if (!request)
		fail(r, error.what);
	else if (!has_exactly(request, keys))
		fail(r, "is no request for an automation rule, or has keys that are not known");
	return r->why ? NULL : request;
}

bool automation_read(struct compilation *c, const struct unit *unit, struct str text, dd *set,
		     struct effect *effect, const char **why)
{
	struct reader r = {.c = c, .unit = unit};
	const struct json *request = read_request(&r, text);
	bool good = request && read_criteria(&r, json_get(request, "Criteria"), set) &&
		    read_actions(&r, json_get(request, "Actions"), effect);

	if (good && engine_exhausted(engine_of(&r)))
		good = fail(&r, "is too large to be read back");
	*why = r.why;
	return good;
}

/* Where the name alone puts the rule (commands.md): FNV-1a in the band. */
static int64_t order_of(const struct config *config, struct str name)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < name.len; i++) {
		hash ^= (uint8_t)name.ptr[i];
		hash *= 16777619u;
	}
	return config->order_first + hash % (config->order_last + 1 - config->order_first);
}

static bool is_order(const struct json *json, int64_t order)
{
	int64_t scaled;
	bool sticky;

	return json_is(json, JSON_NUMBER) && json_decimal(json->text, &scaled, &sticky) &&
	       !sticky && scaled == order * TYPE_SCALE && order >= 1 &&
	       order <= limits[LIMIT_automation_order].value;
}

bool automation_check(struct compilation *c, const struct unit *unit, size_t index,
		      struct str text, const char **why)
{
	struct reader r = {.c = c, .unit = unit};
	const struct json *request = read_request(&r, text);
	struct str name = expect_name(c, unit, index);

	*why = r.why;
	if (!request)
		return false;
	if (!str_eq(json_text(json_get(request, "RuleName")), expect_aws_name(c, unit, index)))
		fail(&r, "has another name");
	else if (!is_order(json_get(request, "RuleOrder"), order_of(c->policy->config, name)))
		fail(&r, "has another order");
	else if (!is_word(json_get(request, "RuleStatus"), "ENABLED"))
		fail(&r, "is not enabled");
	else if (!json_is(json_get(request, "IsTerminal"), JSON_FALSE))
		fail(&r, "stops the rules after it");
	else if (!is_text(json_get(request, "Description")))
		fail(&r, "has no description");
	*why = r.why;
	return !r.why;
}
