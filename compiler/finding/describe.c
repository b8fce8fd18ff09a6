/* SPDX-License-Identifier: Apache-2.0
 *
 * Values for messages. */
#include "finding/describe.h"

#include "base/civil.h"
#include "base/json.h"

struct str describe_field(struct arena *arena, enum field_id field, struct str key)
{
	if (fields[field].type != TYPE_MAP)
		return str_from(fields[field].name);
	return str_printf(arena, "%s[\"" STR_FMT "\"]", fields[field].name, STR_ARG(key));
}

static struct str number_text(struct arena *arena, const struct field *field, int64_t point)
{
	struct json_writer w;

	if (field->type == TYPE_DATE)
		return civil_format_instant(arena, point);
	json_begin(&w, arena, 0);
	json_scaled(&w, point >> 1);
	return json_end(&w);
}

static struct str value_text(struct arena *arena, enum field_id id, const struct fval *value)
{
	if (!value || value->kind == FVAL_ABSENT)
		return STR("absent");
	if (value->kind == FVAL_NUMBER)
		return number_text(arena, &fields[id], value->number);
	if (value->kind == FVAL_WORD && value->word >= 0)
		return str_from(fields[id].words->words[value->word]);
	return value->str;
}

static struct str map_text(const struct element *root, enum field_id id, struct str key)
{
	const struct element *at = root;

	if (fields[id].group == GROUP_RESOURCE)
		at = root->n_children[GROUP_RESOURCE] ? root->children[GROUP_RESOURCE][0] : NULL;
	for (size_t i = 0; at && i < at->n_map; i++)
		if (str_eq(at->map[i].key, key))
			return at->map[i].value;
	return STR("absent");
}

/* Down to the field's group: as deep as groups nest. */
static void add_values(struct strbuf *b, const struct element *at, enum field_id id, unsigned *n)
{
	const unsigned most = 4;
	enum group next = fields[id].group;

	if (at->group == fields[id].group) {
		const struct fval *value = &at->values[field_slot(id)];

		if (++*n <= most) {
			strbuf_puts(b, *n > 1 ? ", " : " ");
			strbuf_add(b, value_text(b->arena, id, value));
		} else if (*n == most + 1) {
			strbuf_puts(b, ", …");
		}
		return;
	}
	while (next != GROUP_FINDING && group_parent(next) != at->group)
		next = group_parent(next);
	for (size_t i = 0; i < at->n_children[next]; i++)
		add_values(b, at->children[next][i], id, n);
}

struct str describe_values(struct arena *arena, const struct element *root, enum field_id field,
			   struct str key)
{
	struct strbuf b;
	unsigned n = 0;

	strbuf_init(&b, arena);
	strbuf_add(&b, describe_field(arena, field, key));
	if (fields[field].type == TYPE_MAP) {
		strbuf_addc(&b, ' ');
		strbuf_add(&b, map_text(root, field, key));
		return strbuf_str(&b);
	}
	add_values(&b, root, field, &n);
	if (!n)
		strbuf_puts(&b, " absent");
	return strbuf_str(&b);
}
