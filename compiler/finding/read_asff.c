/* SPDX-License-Identifier: Apache-2.0
 *
 * ASFF findings into records: one generic walk over the field table, and a short table of what ASFF
 * leaves to be derived. Types are taken at their word: where the table says text a number is not
 * read as text, nor the other way round, because no rule of AWS would match it either; such a value
 * is absent. Only a closed vocabulary keeps a number or a Boolean, as another word. A date that is
 * none is absent. Of a list where the record has one value (Types) the first item that the
 * vocabulary knows is read, else the first. */
#include "base/civil.h"
#include "base/vec.h"
#include "finding/asff_internal.h"

struct reader {
	struct arena *arena;
	const struct json *document;
};

/* Numbers that int64 cannot hold stand at its ends: beyond every literal of the language. */
static struct fval number_value(struct str text)
{
	struct fval value = {.kind = FVAL_NUMBER};
	int64_t scaled;
	bool sticky, negative = text.len && text.ptr[0] == '-';

	if (!json_decimal(text, &scaled, &sticky) || scaled > INT64_MAX / 2 ||
	    scaled < INT64_MIN / 2)
		value.number = negative ? INT64_MIN : INT64_MAX;
	else
		value.number = 2 * scaled + sticky;
	return value;
}

/* Is the text one JSON number, and nothing else? */
static bool is_number(struct arena *arena, struct str text)
{
	struct json_error error;

	if (!text.len || !((text.ptr[0] >= '0' && text.ptr[0] <= '9') || text.ptr[0] == '-') ||
	    text.ptr[text.len - 1] < '0' || text.ptr[text.len - 1] > '9')
		return false;
	return json_is(json_parse(arena, text, &error), JSON_NUMBER);
}

static struct fval word_value(const struct field *field, struct str text)
{
	return (struct fval){
		.kind = FVAL_WORD, .word = vocabulary_find_asff(field->words, text), .str = text};
}

static struct fval text_value(const struct reader *r, enum field_id id, struct str text)
{
	const struct field *field = &fields[id];
	struct fval value = {.kind = FVAL_STRING, .str = text};

	if (asff_is_absent(id, text))
		return (struct fval){.kind = FVAL_ABSENT};
	switch (field->type) {
	case TYPE_ENUM:
		return word_value(field, text);
	case TYPE_DECIMAL:
	case TYPE_INT:
		/* ProductFields are texts; elsewhere a number in quotes matches no rule. */
		if (field->can[MECHANISM_EVENT] == CAN_AS_TEXT && is_number(r->arena, text))
			return number_value(text);
		return (struct fval){.kind = FVAL_ABSENT};
	case TYPE_DATE:
		value = (struct fval){.kind = FVAL_NUMBER};
		if (!civil_parse_iso(text, &value.number))
			value.kind = FVAL_ABSENT;
		return value;
	default:
		return value;
	}
}

static struct fval read_value(const struct reader *r, enum field_id id, const struct json *json)
{
	const struct field *field = &fields[id];
	bool closed = field->type == TYPE_ENUM;

	switch (json->type) {
	case JSON_STRING:
		return text_value(r, id, json->text);
	case JSON_NUMBER:
		if (closed)
			return word_value(field, json->text);
		if ((field->type == TYPE_DECIMAL || field->type == TYPE_INT) &&
		    field->can[MECHANISM_EVENT] != CAN_AS_TEXT)
			return number_value(json->text);
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		if (closed)
			return word_value(field, json->type == JSON_TRUE ? STR("true")
									 : STR("false"));
		break;
	default:
		break;
	}
	return (struct fval){.kind = FVAL_ABSENT};
}

/* Is this the value to keep of several? */
static bool is_known(enum field_id id, const struct fval *value)
{
	if (value->kind == FVAL_ABSENT)
		return false;
	if (fields[id].type == TYPE_ENUM)
		return value->word >= 0;
	if (fields[id].type == TYPE_WORD)
		return vocabulary_find_canonical(fields[id].words, value->str) >= 0;
	return true;
}

/* Recursion follows the steps of a table's path. */
static void read_path(const struct reader *r, enum field_id id, const struct json *at,
		      struct str path, struct fval *out)
{
	struct asff_step step;

	if (is_known(id, out))
		return;
	if (!asff_step(&path, &step)) {
		struct fval value = read_value(r, id, at);

		if (out->kind == FVAL_ABSENT || is_known(id, &value))
			*out = value;
		return;
	}
	at = json_get_str(at, step.key);
	if (!at)
		return;
	if (!step.list) {
		read_path(r, id, at, path, out);
		return;
	}
	for (size_t i = 0; at->type == JSON_ARRAY && i < at->n; i++)
		read_path(r, id, at->items[i], path, out);
}

/* The array or object at a path whose lists, if any, are the last step. */
static const struct json *walk(const struct json *at, struct str path)
{
	struct asff_step step;

	while (at && asff_step(&path, &step))
		at = json_get_str(at, step.key);
	return at;
}

static void read_map(const struct reader *r, struct element *element, const struct json *map)
{
	if (!json_is(map, JSON_OBJECT))
		return;
	element->map = ARENA_ARRAY(r->arena, struct map_entry, map->n);
	for (size_t i = 0; i < map->n; i++)
		if (map->items[i]->type == JSON_STRING)
			element->map[element->n_map++] =
				(struct map_entry){map->keys[i], map->items[i]->text};
}

static void read_fields(const struct reader *r, struct element *element, const struct json *json,
			bool first)
{
	for (unsigned id = 0; id < FIELD_COUNT; id++) {
		struct fval *value;
		struct str path;
		enum asff_base base;

		if (fields[id].group != element->group)
			continue;
		base = asff_field_path(id, &path);
		if (base == ASFF_NOWHERE || (base == ASFF_DOCUMENT && !first))
			continue;
		if (fields[id].type == TYPE_MAP) {
			read_map(r, element, walk(json, path));
			continue;
		}
		value = element_value(element, id);
		read_path(r, id, base == ASFF_DOCUMENT ? r->document : json, path, value);
		if (value->kind == FVAL_ABSENT && asff_fallback(id).len)
			read_path(r, id, r->document, asff_fallback(id), value);
	}
}

/* Severity.Normalized, where Label is missing (findings of 2019 and before). */
static void derive_severity(const struct reader *r, struct element *element,
			    const struct json *json)
{
	static const struct {
		int64_t up_to; /* points of number_value */
		enum severity_word word;
	} bands[] = {
		{0, SEVERITY_INFORMATIONAL},
		{39 * 2 * TYPE_SCALE, SEVERITY_LOW},
		{69 * 2 * TYPE_SCALE, SEVERITY_MEDIUM},
		{89 * 2 * TYPE_SCALE, SEVERITY_HIGH},
		{100 * 2 * TYPE_SCALE, SEVERITY_CRITICAL},
	};
	struct fval *severity = element_value(element, FIELD_severity);
	const struct json *normalized = walk(json, STR("Severity.Normalized"));
	int64_t number;

	(void)r;
	if (severity->kind != FVAL_ABSENT || !json_is(normalized, JSON_NUMBER))
		return;
	number = number_value(normalized->text).number;
	for (size_t i = 0; number >= 0 && i < ARRAY_LEN(bands); i++)
		if (number <= bands[i].up_to) {
			const char *text = vocabulary_severity.asff[bands[i].word];

			*severity = (struct fval){.kind = FVAL_WORD,
						  .word = (int)bands[i].word,
						  .str = str_from(text)};
			return;
		}
}

static void derive_image(const struct reader *r, struct element *element, const struct json *json)
{
	(void)r;
	(void)json;
	asff_derive_image(element);
}

static const struct {
	enum group group;
	void (*derive)(const struct reader *, struct element *, const struct json *);
} derivations[] = {
	{GROUP_FINDING, derive_severity},
	{GROUP_RESOURCE, derive_image},
};

static void read_element(const struct reader *r, struct element *element, const struct json *json,
			 bool first);

/* Items that are no elements (null, a text among objects) are passed over. */
static void read_group(const struct reader *r, struct element *parent, enum group group,
		       const struct json *list)
{
	int scalar = asff_scalar(group);

	for (size_t i = 0; json_is(list, JSON_ARRAY) && i < list->n; i++) {
		const struct json *item = list->items[i];

		if (scalar >= 0) {
			struct fval value = read_value(r, (enum field_id)scalar, item);

			if (value.kind != FVAL_ABSENT)
				*element_value(element_add(r->arena, parent, group),
					       (enum field_id)scalar) = value;
		} else if (item->type == JSON_OBJECT) {
			bool first = parent->n_children[group] == 0;

			read_element(r, element_add(r->arena, parent, group), item, first);
		}
	}
}

/* Recursion follows the nesting of groups. first: the first element of its list. */
static void read_element(const struct reader *r, struct element *element, const struct json *json,
			 bool first)
{
	struct str path;

	read_fields(r, element, json, first);
	for (unsigned group = 0; group < GROUP_COUNT; group++)
		if (group != GROUP_FINDING && group_parent(group) == element->group &&
		    asff_group_path(group, &path))
			read_group(r, element, group, walk(json, path));
	for (size_t i = 0; i < ARRAY_LEN(derivations); i++)
		if (derivations[i].group == element->group)
			derivations[i].derive(r, element, json);
}

/* What the provider keeps apart from what customers wrote over it (FindingProviderFields). */
static const struct {
	enum field_id field;
	const char *path;
} provider_fields[] = {
	{FIELD_severity, "FindingProviderFields.Severity.Label"},
	{FIELD_criticality, "FindingProviderFields.Criticality"},
	{FIELD_finding_type, "FindingProviderFields.Types[]"},
};
static const enum field_id customer_fields[] = {FIELD_note, FIELD_verification};

static struct element *read_original(const struct reader *r, const struct element *root)
{
	struct element *original = element_new(r->arena, GROUP_FINDING);
	struct fval *values = original->values;

	*original = *root;
	original->values = values;
	for (unsigned i = 0; i < group_slots(GROUP_FINDING); i++)
		values[i] = root->values[i];
	original->map = NULL;
	original->n_map = 0;
	for (size_t i = 0; i < ARRAY_LEN(customer_fields); i++)
		*element_value(original, customer_fields[i]) = (struct fval){.kind = FVAL_ABSENT};
	*element_value(original, FIELD_workflow) = word_value(&fields[FIELD_workflow], STR("NEW"));
	for (size_t i = 0; i < ARRAY_LEN(provider_fields); i++) {
		struct fval value = {.kind = FVAL_ABSENT};

		read_path(r, provider_fields[i].field, r->document,
			  str_from(provider_fields[i].path), &value);
		if (value.kind != FVAL_ABSENT)
			*element_value(original, provider_fields[i].field) = value;
	}
	return original;
}

/* Other documents that people hold for findings, by a key of theirs. */
static const struct {
	const char *key, *why;
} strangers[] = {
	{"findingArn", "a finding in Inspector's own shape, which this version does not read"},
	{"class_uid", "an OCSF document, which this version does not read"},
	{"insightResults", "the results of an insight, without their findings"},
	{"detail", "an event of another service"},
};

struct finding *finding_read_asff(struct arena *arena, const struct json *asff, const char **why)
{
	struct reader r = {.arena = arena, .document = asff};
	struct finding *finding;

	*why = "no finding";
	if (!json_is(asff, JSON_OBJECT)) {
		*why = "no object";
		return NULL;
	}
	if (!json_is(json_get(asff, "SchemaVersion"), JSON_STRING) &&
	    !json_is(json_get(asff, "ProductArn"), JSON_STRING)) {
		for (size_t i = 0; i < ARRAY_LEN(strangers); i++)
			if (json_get(asff, strangers[i].key)) {
				*why = strangers[i].why;
				break;
			}
		return NULL;
	}
	finding = ARENA_NEW(arena, struct finding);
	finding->document = asff;
	finding->root = element_new(arena, GROUP_FINDING);
	read_element(&r, finding->root, asff, true);
	finding->original = read_original(&r, finding->root);
	return finding;
}
