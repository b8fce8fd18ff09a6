/* SPDX-License-Identifier: Apache-2.0
 *
 * Odd values, looked for where the layout says that the field is. */
#include "finding/odd.h"

#include "finding/layout.h"

/* Takes the first step off a path. list: the items of what it names are next. */
static bool step(struct str *path, struct str *key, bool *list)
{
	size_t end = 0;

	if (!path->len)
		return false;
	while (end < path->len && path->ptr[end] != '.')
		end++;
	*key = str_slice(*path, 0, end);
	*path = str_slice(*path, end + 1, path->len);
	*list = str_ends(*key, STR("[]"));
	if (*list)
		*key = str_slice(*key, 0, key->len - 2);
	return true;
}

static bool is_odd(enum field_id field, const struct json *json)
{
	switch (fields[field].type) {
	case TYPE_ENUM: /* another word, but for what is no word at all */
		return json->type == JSON_OBJECT || json->type == JSON_ARRAY;
	case TYPE_DECIMAL:
	case TYPE_INT:
	case TYPE_DATE:
		return json->type != JSON_NULL && !(json->type == JSON_STRING && !json->text.len) &&
		       !str_is(json->text, "N/A");
	default: /* a text that says nothing is absent, and not odd */
		return json->type != JSON_NULL && json->type != JSON_STRING;
	}
}

/* The first odd value at the path; the recursion follows its lists. */
static const struct json *look(enum field_id field, const struct json *at, struct str path)
{
	struct str key;
	bool list;

	while (at && step(&path, &key, &list)) {
		if (key.len)
			at = json_get_str(at, key);
		if (!list || !at)
			continue;
		if (at->type != JSON_ARRAY)
			return is_odd(field, at) ? at : NULL;
		for (size_t i = 0; i < at->n; i++) {
			const struct json *found = look(field, at->items[i], path);

			if (found)
				return found;
		}
		return NULL;
	}
	return at && is_odd(field, at) ? at : NULL;
}

static struct str shown(struct arena *arena, const struct json *json)
{
	struct json_writer w;

	if (json->type == JSON_OBJECT)
		return STR("an object");
	if (json->type == JSON_ARRAY)
		return STR("a list");
	json_begin(&w, arena, 0);
	json_tree(&w, json);
	return json_end(&w);
}

struct odd finding_odd(struct arena *arena, const struct finding *finding, enum field_id field)
{
	struct place places[LAYOUT_PLACES];
	struct json_error error;
	const struct json *document;
	unsigned n;

	if (!finding->text.len || fields[field].type == TYPE_MAP)
		return (struct odd){NULL, {NULL, 0}};
	document = json_parse(arena, finding->text, &error);
	n = layout_places(finding->layout, field, places);
	for (unsigned i = 0; document && i < n; i++) {
		const struct json *found = look(field, document, str_from(places[i].path));

		if (found)
			return (struct odd){places[i].path, shown(arena, found)};
	}
	return (struct odd){NULL, {NULL, 0}};
}
