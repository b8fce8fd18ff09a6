/* SPDX-License-Identifier: Apache-2.0
 *
 * The walk over one finding. */
#include "finding/reader_internal.h"

struct walk {
	const struct reader *r;
	struct json_scan *s;
	struct arena *arena;
	const struct tree *tree;
	struct element *at[GROUP_COUNT]; /* where values go; NULL: no element is open */
	unsigned rank[GROUP_COUNT];	 /* of the list that the elements there are from */
};

/* --- elements --- */

struct element *reader_element(struct arena *arena, const struct tree *tree, enum group group)
{
	/* In one piece: most elements live and die with their values. */
	struct {
		struct element element;
		_Alignas(16) struct fval values[];
	} *made = arena_alloc(arena, sizeof *made + tree->slots[group] * sizeof *made->values);

	made->element.group = group;
	made->element.values = made->values;
	return &made->element;
}

static struct element *open_element(struct walk *w, enum group group)
{
	enum group parent = w->tree->parent[group];

	if (!w->at[parent])
		open_element(w, parent);
	w->at[group] = reader_element(w->arena, w->tree, group);
	element_append(w->arena, w->at[parent], w->at[group]);
	return w->at[group];
}

static void close_element(struct walk *w, enum group group)
{
	reader_end_element(w->r, w->tree, w->at[group]);
	w->at[group] = NULL;
	/* Only these hold lists. */
	if (w->tree->parent[group] == GROUP_FINDING)
		memset(w->rank, 0, sizeof w->rank);
}

/* The element that a value of the group belongs to; NULL: there is none. */
static struct element *element_for(struct walk *w, enum group group)
{
	if (!w->at[group] && w->tree->implicit[group])
		return open_element(w, group);
	return w->at[group];
}

/* --- values --- */

/* As keep, where there is a value before it, or no element yet. */
static __attribute__((noinline)) void keep_best(struct walk *w, const struct target *target,
						enum json_kind kind, struct str text)
{
	struct element *element;
	struct fval *place, value;

	reader_value(w->arena, target, kind, text, &value);
	element = value.kind == FVAL_ABSENT ? NULL : element_for(w, target->group);
	if (!element)
		return;
	place = &element->values[target->slot];
	if (place->kind == FVAL_ABSENT ||
	    (!reader_is_known(target, place) && reader_is_known(target, &value)))
		*place = value;
}

/* Of several values the first stays, but for one that the vocabulary knows. */
static void keep(struct walk *w, const struct target *target, enum json_kind kind, struct str text)
{
	struct element *element = w->at[target->group];

	if (element && element->values[target->slot].kind == FVAL_ABSENT)
		reader_value(w->arena, target, kind, text, &element->values[target->slot]);
	else
		keep_best(w, target, kind, text);
}

static __attribute__((noinline)) void take_values(struct walk *w, const struct node *node,
						  enum json_kind kind)
{
	struct str text;

	if (!reader_take(w->s, kind, &text))
		return;
	for (unsigned i = 0; i < node->n_targets; i++)
		keep(w, &node->targets[i], kind, text);
}

/* A map's values are the customer's own words: no text of them says nothing. */
static void take_map(struct walk *w, struct element *element)
{
	struct map_entry entry;

	json_scan_enter(w->s);
	while (json_scan_key(w->s, &entry.key)) {
		if (json_scan_kind(w->s) != JSON_KIND_STRING)
			json_scan_skip(w->s);
		else if (json_scan_string(w->s, &entry.value))
			element_map_add(w->arena, element, entry);
	}
}

static bool take_if_text(struct walk *w, struct str *text)
{
	if (json_scan_kind(w->s) == JSON_KIND_STRING)
		return json_scan_string(w->s, text);
	json_scan_skip(w->s);
	return false;
}

/* `{"name": …, "value": …}`; the list is the map. */
static void take_pair(struct walk *w, struct element *element)
{
	struct map_entry entry = {{NULL, 0}, {NULL, 0}};
	bool name = false, value = false;
	struct str key;

	json_scan_enter(w->s);
	while (json_scan_key(w->s, &key)) {
		if (str_is(key, "name"))
			name = take_if_text(w, &entry.key);
		else if (str_is(key, "value"))
			value = take_if_text(w, &entry.value);
		else
			json_scan_skip(w->s);
	}
	if (name && value)
		element_map_add(w->arena, element, entry);
}

static int64_t take_int(struct walk *w, int64_t none)
{
	int64_t scaled;
	struct str text;
	bool sticky;

	if (json_scan_kind(w->s) != JSON_KIND_NUMBER) {
		json_scan_skip(w->s);
		return none;
	}
	if (!json_scan_number(w->s, &text) || !json_decimal(text, &scaled, &sticky) || sticky ||
	    scaled % TYPE_SCALE)
		return none;
	return scaled / TYPE_SCALE;
}

/* `{"begin": 80, "end": 443}`: an element per number, within the field's bounds. */
static void take_range(struct walk *w, const struct target *target)
{
	const struct field *field = &fields[target->field];
	int64_t begin = -1, end = -1;
	struct str key;

	json_scan_enter(w->s);
	while (json_scan_key(w->s, &key)) {
		if (str_is(key, "begin"))
			begin = take_int(w, -1);
		else if (str_is(key, "end"))
			end = take_int(w, -1);
		else
			json_scan_skip(w->s);
	}
	if (begin < field->lo / TYPE_SCALE || end > field->hi / TYPE_SCALE)
		return;
	for (int64_t number = begin; number <= end; number++)
		open_element(w, field->group)->values[target->slot] =
			(struct fval){.kind = FVAL_NUMBER, .number = 2 * TYPE_SCALE * number};
}

/* --- the tree --- */

static void walk_node(struct walk *w, const struct node *node, enum json_kind kind);

static void walk_members(struct walk *w, const struct node *node)
{
	const struct node *member;

	if (!node->members.n) {
		json_scan_skip(w->s);
		return;
	}
	json_scan_enter(w->s);
	while ((member = json_scan_named(w->s, &node->names)))
		walk_node(w, member, json_scan_kind(w->s));
}

/* What stands for a value of its own. */
static __attribute__((noinline)) void take_object(struct walk *w, const struct node *node)
{
	const struct target *target = node->targets;
	struct element *element;

	if (target->convert == CONVERT_RANGE) {
		take_range(w, target);
	} else if (target->convert == CONVERT_MAP) {
		element = element_for(w, target->group);
		take_map(w, element);
	} else if (target->convert == CONVERT_PAIRS) {
		element = element_for(w, target->group);
		take_pair(w, element);
	} else {
		walk_members(w, node);
	}
}

static void walk_object(struct walk *w, const struct node *node)
{
	if (node->targets)
		take_object(w, node);
	else
		walk_members(w, node);
}

/* One element per value. */
static void walk_scalar(struct walk *w, const struct node *items, enum group group)
{
	enum json_kind kind = json_scan_kind(w->s);
	struct fval value;
	struct str text;

	if (!reader_take(w->s, kind, &text))
		return;
	reader_value(w->arena, items->targets, kind, text, &value);
	if (value.kind != FVAL_ABSENT)
		open_element(w, group)->values[items->targets->slot] = value;
	w->at[group] = NULL;
}

/* One element per object; what is none is passed over. */
static void walk_element(struct walk *w, const struct node *items, enum group group)
{
	if (items->n_targets) {
		walk_scalar(w, items, group);
	} else if (json_scan_kind(w->s) == JSON_KIND_OBJECT) {
		open_element(w, group);
		walk_object(w, items);
		close_element(w, group);
	} else {
		json_scan_skip(w->s);
	}
}

static void walk_items(struct walk *w, const struct node *node)
{
	json_scan_enter(w->s);
	while (json_scan_item(w->s)) {
		if (node->group)
			walk_element(w, node->items, node->group);
		else
			walk_node(w, node->items, json_scan_kind(w->s));
	}
}

/* Of two lists of one group the first one that has an element counts, whichever comes first. */
static void walk_list(struct walk *w, const struct node *node)
{
	struct element *parent = element_for(w, w->tree->parent[node->group]);
	unsigned *rank = &w->rank[node->group];
	size_t *n = parent ? &parent->n_children[node->group] : NULL, before = n ? *n : 0;

	if (!n || (before && *rank < node->rank)) {
		json_scan_skip(w->s);
		return;
	}
	walk_items(w, node);
	if (before && *n > before && *rank > node->rank) {
		*n -= before;
		memmove(parent->children[node->group], parent->children[node->group] + before,
			*n * sizeof *parent->children[node->group]);
	}
	if (*n > before)
		*rank = node->rank;
}

static void walk_array(struct walk *w, const struct node *node)
{
	if (!node->items)
		json_scan_skip(w->s);
	else if (node->group)
		walk_list(w, node);
	else
		walk_items(w, node);
}

static void walk_node(struct walk *w, const struct node *node, enum json_kind kind)
{
	switch (kind) {
	case JSON_KIND_OBJECT:
		walk_object(w, node);
		break;
	case JSON_KIND_ARRAY:
		walk_array(w, node);
		break;
	default:
		if (node->n_targets)
			take_values(w, node, kind);
		else
			json_scan_skip(w->s);
	}
}

bool reader_is_mark(enum mark mark, enum json_kind kind)
{
	switch (mark) {
	case MARK_ASFF:
	case MARK_INSPECTOR:
	case MARK_TYPE:
	case MARK_REGION:
		return kind == JSON_KIND_STRING;
	case MARK_OCSF:
		return kind == JSON_KIND_NUMBER || kind == JSON_KIND_OBJECT;
	case MARK_FINDINGS:
		return kind == JSON_KIND_ARRAY;
	case MARK_DETAIL:
		return kind == JSON_KIND_OBJECT;
	case MARK_NONE:
		return false;
	default:
		return true;
	}
}

static void walk_root(struct walk *w, unsigned *marks)
{
	const struct node *member;

	json_scan_enter(w->s);
	while ((member = json_scan_named(w->s, &w->tree->root->names))) {
		enum json_kind kind = json_scan_kind(w->s);

		if (member->mark != MARK_NONE && reader_is_mark(member->mark, kind))
			*marks |= 1u << member->mark;
		walk_node(w, member, kind);
	}
}

struct finding *reader_walk(const struct reader *r, const struct tree *tree, struct json_scan *s,
			    unsigned *marks)
{
	struct walk w = {.r = r, .s = s, .arena = s->scratch, .tree = tree};
	struct finding *finding = ARENA_NEW(s->scratch, struct finding);

	json_scan_kind(s); /* up to it */
	finding->text.ptr = s->at;
	finding->layout = tree->layout;
	finding->root = w.at[GROUP_FINDING] = reader_element(s->scratch, tree, GROUP_FINDING);
	walk_root(&w, marks);
	finding->text.len = (size_t)(s->at - finding->text.ptr);
	for (unsigned group = GROUP_COUNT - 1; group > GROUP_FINDING; group--)
		if (w.at[group] && tree->implicit[group])
			reader_end_element(r, tree, w.at[group]);
	reader_end_document(r, s->scratch, tree, finding);
	return finding;
}
