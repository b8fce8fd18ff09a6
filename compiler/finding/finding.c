/* SPDX-License-Identifier: Apache-2.0
 *
 * The record of a finding: elements, their values, and the one line that names a finding. */
#include "finding/finding.h"

unsigned field_slot(enum field_id field)
{
	unsigned slot = 0;

	for (unsigned i = 0; i < (unsigned)field; i++)
		slot += fields[i].group == fields[field].group;
	return slot;
}

unsigned group_slots(enum group group)
{
	unsigned slots = 0;

	for (unsigned i = 0; i < FIELD_COUNT; i++)
		slots += fields[i].group == group;
	return slots;
}

struct element *element_new(struct arena *arena, enum group group)
{
	struct element *element = ARENA_NEW(arena, struct element);

	element->group = group;
	element->values = ARENA_ARRAY(arena, struct fval, group_slots(group));
	return element;
}

/* Room grows by doubling and is a function of the count, so an element needs no capacity. Most
 * lists of children have one, whose place is in the child. */
static bool is_full(size_t n)
{
	return n == 0 || (n >= 4 && (n & (n - 1)) == 0);
}

void element_append(struct arena *arena, struct element *parent, struct element *child)
{
	struct element ***children = &parent->children[child->group];
	size_t *n = &parent->n_children[child->group];

	if (*n == 0)
		*children = &child->alone;
	else if (*n == 1 || is_full(*n))
		*children = arena_regrow(arena, *children, *n * sizeof **children,
					 *n == 1 ? 4 : 2 * *n, sizeof **children);
	(*children)[(*n)++] = child;
}

struct element *element_add(struct arena *arena, struct element *parent, enum group group)
{
	struct element *child = element_new(arena, group);

	element_append(arena, parent, child);
	return child;
}

void element_map_add(struct arena *arena, struct element *element, struct map_entry entry)
{
	size_t n = element->n_map;

	if (is_full(n))
		element->map = arena_regrow(arena, element->map, n * sizeof entry, n ? 2 * n : 4,
					    sizeof entry);
	element->map[element->n_map++] = entry;
}

struct fval *element_value(struct element *element, enum field_id field)
{
	return &element->values[field_slot(field)];
}

/* Ends at the root because every group's parents lead there. */
static const struct element *first_element(const struct element *root, enum group group)
{
	const struct element *parent = root;

	if (group == GROUP_FINDING)
		return root;
	if (group_parent(group) != GROUP_FINDING)
		parent = first_element(root, group_parent(group));
	return parent && parent->n_children[group] ? parent->children[group][0] : NULL;
}

const struct fval *finding_value(const struct element *root, enum field_id field)
{
	const struct element *element = first_element(root, fields[field].group);
	const struct fval *value = element ? &element->values[field_slot(field)] : NULL;

	return value && value->kind != FVAL_ABSENT ? value : NULL;
}

/* What people know a finding by: the first field of each row that it has. */
static const enum field_id summary[][3] = {
	{FIELD_cve, FIELD_control, FIELD_title},
	{FIELD_severity, FIELD_severity, FIELD_severity},
	{FIELD_repository, FIELD_lambda_name, FIELD_resource_id},
};

static struct str value_text(const struct vocabulary *words, const struct fval *value)
{
	if (value->kind == FVAL_WORD && value->word >= 0 && words)
		return str_from(words->words[value->word]);
	return value->str;
}

void finding_summary_wanted(bool *wanted)
{
	for (size_t row = 0; row < sizeof summary / sizeof *summary; row++)
		for (size_t i = 0; i < 3; i++)
			wanted[summary[row][i]] = true;
}

struct str finding_summary(struct arena *arena, const struct element *root)
{
	const struct fval *value;
	struct strbuf b;

	strbuf_init(&b, arena);
	for (size_t row = 0; row < sizeof summary / sizeof *summary; row++)
		for (size_t i = 0; i < 3; i++) {
			const struct field *field = &fields[summary[row][i]];

			value = finding_value(root, summary[row][i]);
			if (!value)
				continue;
			strbuf_puts(&b, b.len ? ", " : "");
			strbuf_puts(&b, field->name);
			strbuf_addc(&b, ' ');
			strbuf_add(&b, value_text(field->words, value));
			break;
		}
	return b.len ? strbuf_str(&b) : STR("a finding without id");
}
