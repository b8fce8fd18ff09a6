/* SPDX-License-Identifier: Apache-2.0
 *
 * A record as an ASFF document: a tree is built by putting each value at its path of the field
 * table, and printed. What the reader derives is written like everything else, so the document says
 * in full what the record is. */
#include "base/civil.h"
#include "finding/asff_internal.h"

/* One unit of a number's point is half of 10^-9. */
#define POINTS_PER_ONE (2 * TYPE_SCALE)

static struct json *json_node(struct arena *arena, enum json_type type, struct str text)
{
	struct json *json = ARENA_NEW(arena, struct json);

	json->type = type;
	json->text = text;
	return json;
}

static struct json *append(struct arena *arena, struct json *to, struct str key, struct json *item)
{
	if (to->n == 0 || (to->n >= 4 && (to->n & (to->n - 1)) == 0)) {
		size_t cap = to->n ? 2 * to->n : 4;

		to->items = arena_regrow(arena, to->items, to->n * sizeof *to->items, cap,
					 sizeof *to->items);
		if (to->type == JSON_OBJECT)
			to->keys = arena_regrow(arena, to->keys, to->n * sizeof *to->keys, cap,
						sizeof *to->keys);
	}
	if (to->type == JSON_OBJECT)
		to->keys[to->n] = key;
	to->items[to->n++] = item;
	return item;
}

/* The member of an object, made if it is not there. */
static struct json *member(struct arena *arena, struct json *object, struct str key,
			   enum json_type type)
{
	for (size_t i = 0; i < object->n; i++)
		if (str_eq(object->keys[i], key))
			return object->items[i];
	return append(arena, object, key, json_node(arena, type, STR("")));
}

/* Puts the value at the path, whose only list, if any, is the last step. */
static void put(struct arena *arena, struct json *at, struct str path, struct json *value)
{
	struct asff_step step;

	while (asff_step(&path, &step)) {
		if (step.list)
			append(arena, member(arena, at, step.key, JSON_ARRAY), STR(""), value);
		else if (!path.len)
			append(arena, at, step.key, value);
		else
			at = member(arena, at, step.key, JSON_OBJECT);
	}
}

/* The least digits that read back as the same point; text fields have at least one decimal, as
 * Inspector writes them (assumption A12). */
static struct str number_text(struct arena *arena, int64_t number, unsigned least)
{
	uint64_t points = number < 0 ? -(uint64_t)number : (uint64_t)number;
	uint64_t rest = points % POINTS_PER_ONE * 5; /* in units of 10^-10 */
	struct str text =
		str_printf(arena, "%s%llu.%010llu", number < 0 ? "-" : "",
			   (unsigned long long)(points / POINTS_PER_ONE), (unsigned long long)rest);
	size_t whole = text.len - 10;

	while (text.len > whole + least && text.ptr[text.len - 1] == '0')
		text.len--;
	if (text.len == whole)
		text.len--;
	return text;
}

/* NULL: ASFF has no way to say it. */
static struct json *value_json(struct arena *arena, enum field_id id, const struct fval *value)
{
	const struct field *field = &fields[id];
	bool as_text = field->can[MECHANISM_EVENT] == CAN_AS_TEXT;

	switch (value->kind) {
	case FVAL_ABSENT:
		return NULL;
	case FVAL_STRING:
		return json_node(arena, JSON_STRING, value->str);
	case FVAL_WORD:
		if (value->word < 0)
			return json_node(arena, JSON_STRING, value->str);
		if (!field->words || !field->words->asff[value->word])
			return NULL;
		return json_node(arena, JSON_STRING, str_from(field->words->asff[value->word]));
	case FVAL_NUMBER:
		if (field->type == TYPE_DATE)
			return json_node(arena, JSON_STRING,
					 civil_format_instant(arena, value->number));
		return json_node(arena, as_text ? JSON_STRING : JSON_NUMBER,
				 number_text(arena, value->number, as_text));
	}
	return NULL;
}

static void put_map(struct arena *arena, const struct element *element, struct json *at,
		    struct str path)
{
	struct json *map = json_node(arena, JSON_OBJECT, STR(""));

	if (!element->n_map)
		return;
	for (size_t i = 0; i < element->n_map; i++)
		append(arena, map, element->map[i].key,
		       json_node(arena, JSON_STRING, element->map[i].value));
	put(arena, at, path, map);
}

static void put_fields(struct arena *arena, const struct element *element, struct json *document,
		       struct json *at, bool first)
{
	for (unsigned id = 0; id < FIELD_COUNT; id++) {
		struct json *value;
		struct str path;
		enum asff_base base;

		if (fields[id].group != element->group)
			continue;
		base = asff_field_path(id, &path);
		if (base == ASFF_NOWHERE || (base == ASFF_DOCUMENT && !first))
			continue;
		if (base == ASFF_RESOURCES) {
			if (element->n_children[GROUP_RESOURCE])
				continue; /* put_shared */
			path = asff_fallback(id);
		}
		if (fields[id].type == TYPE_MAP) {
			put_map(arena, element, at, path);
			continue;
		}
		value = value_json(arena, id, &element->values[field_slot(id)]);
		if (value)
			put(arena, base == ASFF_DOCUMENT ? document : at, path, value);
	}
}

/* What all resources of the finding say. */
static void put_shared(struct arena *arena, const struct element *root, struct json *resource)
{
	for (unsigned id = 0; id < FIELD_COUNT; id++) {
		struct json *value;
		struct str path;

		if (fields[id].group != GROUP_FINDING ||
		    asff_field_path(id, &path) != ASFF_RESOURCES)
			continue;
		value = value_json(arena, id, &root->values[field_slot(id)]);
		while (value && path.len && path.ptr[0] != '.')
			path = str_slice(path, 1, path.len); /* behind "Resources[]" */
		if (value)
			put(arena, resource, str_slice(path, 1, path.len), value);
	}
}

static void put_element(struct arena *arena, const struct element *element, struct json *document,
			struct json *at, bool first);

static void put_group(struct arena *arena, const struct element *parent, enum group group,
		      struct json *document, struct json *at)
{
	int scalar = asff_scalar(group);
	struct str path;

	if (!asff_group_path(group, &path))
		return;
	for (size_t i = 0; i < parent->n_children[group]; i++) {
		const struct element *element = parent->children[group][i];
		struct json *item;

		if (scalar >= 0) {
			enum field_id id = (enum field_id)scalar;

			item = value_json(arena, id, &element->values[field_slot(id)]);
			if (item)
				put(arena, at, path, item);
			continue;
		}
		item = json_node(arena, JSON_OBJECT, STR(""));
		put(arena, at, path, item);
		put_element(arena, element, document, item, i == 0);
		if (group == GROUP_RESOURCE)
			put_shared(arena, parent, item);
	}
}

/* Recursion follows the nesting of groups. */
static void put_element(struct arena *arena, const struct element *element, struct json *document,
			struct json *at, bool first)
{
	put_fields(arena, element, document, at, first);
	for (unsigned group = 0; group < GROUP_COUNT; group++)
		if (group != GROUP_FINDING && group_parent(group) == element->group)
			put_group(arena, element, group, document, at);
}

void finding_write_asff(struct json_writer *w, const struct element *root)
{
	struct arena *arena = w->out.arena;
	struct json *document = json_node(arena, JSON_OBJECT, STR(""));

	append(arena, document, STR("SchemaVersion"),
	       json_node(arena, JSON_STRING, STR(ASFF_SCHEMA_VERSION)));
	put_element(arena, root, document, document, true);
	json_tree(w, document);
}
