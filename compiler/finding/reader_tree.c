/* SPDX-License-Identifier: Apache-2.0
 *
 * The trees of members, made once per run from the layouts and the wanted fields. */
#include "finding/reader_internal.h"

/* --- members --- */

static struct node *node_new(struct arena *arena)
{
	struct node *node = ARENA_NEW(arena, struct node);

	node->mark = MARK_NONE;
	return node;
}

/* The node of a member, made if it is not there. */
static struct node *member(struct arena *arena, struct node *node, struct str name)
{
	struct node *made;

	for (size_t i = 0; i < node->members.n; i++)
		if (str_eq(node->members.items[i]->name, name))
			return node->members.items[i];
	made = node_new(arena);
	made->name = name;
	VEC_PUSH(arena, node->members, made);
	return made;
}

/* The node at the end of a path; behind `[]` that of the array's items. */
static struct node *descend(struct arena *arena, struct node *node, struct str path)
{
	while (path.len) {
		size_t end = 0;
		struct str step;
		bool list;

		while (end < path.len && path.ptr[end] != '.')
			end++;
		step = str_slice(path, 0, end);
		path = str_slice(path, end + 1, path.len);
		list = str_ends(step, STR("[]"));
		step.len -= list ? 2 : 0;
		node = member(arena, node, step);
		if (list && !node->items)
			node->items = node_new(arena);
		if (list)
			node = node->items;
	}
	return node;
}

/* Four places per member: most names that are not there meet an empty one. */
static void index_members(struct arena *arena, struct node *node)
{
	struct json_scan_names *names = &node->names;
	unsigned size = 1;

	while (size < 4 * node->members.n)
		size *= 2;
	names->names = ARENA_ARRAY(arena, struct json_scan_name, size);
	names->mask = size - 1;
	names->learnt = json_scan_learn(arena);
	for (size_t i = 0; i < node->members.n; i++) {
		struct node *to = node->members.items[i];
		unsigned at = json_scan_hash(to->name);

		while (names->names[at & names->mask].to)
			at++;
		names->names[at & names->mask] = (struct json_scan_name){to->name, to};
	}
	node->targets = node->values.items;
	node->n_targets = (unsigned)node->values.n;
	for (size_t i = 0; i < node->members.n; i++)
		index_members(arena, node->members.items[i]);
	if (node->items)
		index_members(arena, node->items);
}

/* --- marks --- */

/* Members that tell documents apart; they stand at the root of every tree. */
static const struct {
	const char *key;
	enum mark mark;
} marks[] = {
	{"SchemaVersion", MARK_ASFF},	{"ProductArn", MARK_ASFF},
	{"findingArn", MARK_INSPECTOR}, {"class_uid", MARK_OCSF},
	{"finding_info", MARK_OCSF},	{"unmapped", MARK_LAKE},
	{"findings", MARK_FINDINGS},	{"Findings", MARK_FINDINGS},
	{"detail", MARK_DETAIL},	{"insightResults", MARK_INSIGHT},
};

static void add_marks(struct arena *arena, struct node *root)
{
	for (size_t i = 0; i < ARRAY_LEN(marks); i++)
		member(arena, root, str_from(marks[i].key))->mark = marks[i].mark;
}

struct node *reader_wrapping(struct arena *arena)
{
	struct node *root = node_new(arena);

	add_marks(arena, root);
	member(arena, root, STR("detail-type"))->mark = MARK_TYPE;
	member(arena, root, STR("region"))->mark = MARK_REGION;
	index_members(arena, root);
	return root;
}

/* --- fields --- */

/* Is a field of the group, or of one inside it, wanted? */
static bool is_needed(const struct tree *tree, enum group group)
{
	for (unsigned id = 0; id < FIELD_COUNT; id++)
		if (tree->wanted[id] &&
		    (fields[id].group == group || group_parent(fields[id].group) == group))
			return true;
	return false;
}

static void add_lists(struct arena *arena, struct tree *tree)
{
	for (unsigned group = GROUP_FINDING + 1; group < GROUP_COUNT; group++)
		for (unsigned rank = 0;
		     is_needed(tree, group) && layout_list(tree->layout, group, rank); rank++) {
			const char *path = layout_list(tree->layout, group, rank);
			struct str list = str_from(path);
			struct node *node;

			list.len -= STR("[]").len;
			node = descend(arena, tree->root, list);
			node->group = group;
			node->rank = rank;
			if (!node->items)
				node->items = node_new(arena);
		}
}

/* Where a value of this role waits: with the elements of its own group, or with the document. */
static unsigned wait_slot(const struct reader *r, struct tree *tree, const struct place *place,
			  struct target *target)
{
	struct late late = {.field = place->field,
			    .role = place->role,
			    .group = target->group,
			    .to = r->slot[place->field]};

	if (place->role == ROLE_MAIN)
		return late.to;
	if (place->role == ROLE_ELSE)
		tree->waits[late.group] = true;
	else
		target->group = late.group = GROUP_FINDING;
	late.slot = tree->slots[late.group]++;
	tree->late[tree->n_late++] = late;
	return late.slot;
}

struct target reader_target(struct arena *arena, const struct reader *r, enum layout_id layout,
			    enum field_id field, enum convert convert)
{
	struct target target = {.field = field,
				.group = fields[field].group,
				.slot = r->slot[field],
				.convert = convert,
				.v = fields[field].words};

	if (target.v) {
		target.words = ARENA_ARRAY(arena, struct layout_word, LAYOUT_WORDS);
		target.n_words = layout_words(layout, target.v, convert, target.words);
	}
	return target;
}

static void add_place(struct arena *arena, const struct reader *r, struct tree *tree,
		      const struct place *place)
{
	struct node *node = descend(arena, tree->root, str_from(place->path));
	struct target target = reader_target(arena, r, tree->layout, place->field, place->convert);

	target.slot = wait_slot(r, tree, place, &target);
	VEC_PUSH(arena, node->values, target);
}

/* What other fields are told by has to be read, too. */
static void want_more(const struct reader *r, struct tree *tree)
{
	bool owned = tree->wanted[FIELD_repository] || tree->wanted[FIELD_image_digest];

	for (unsigned id = 0; id < FIELD_COUNT; id++)
		owned |= tree->wanted[id] && r->owners[tree->layout][id].len;
	tree->wanted[FIELD_resource_type] |= owned;
	tree->wanted[FIELD_resource_id] |= owned;
	if (tree->wanted[FIELD_product_arn] || tree->wanted[FIELD_region])
		tree->wanted[FIELD_finding_id] = true;
}

void reader_tree(struct arena *arena, struct reader *r, enum layout_id layout, const bool *wanted)
{
	struct tree *tree = &r->trees[layout];
	struct place places[LAYOUT_PLACES];

	tree->layout = layout;
	tree->original = !wanted || wanted[WANTED_ORIGINAL];
	tree->root = node_new(arena);
	tree->late = ARENA_ARRAY(arena, struct late, FIELD_COUNT * LAYOUT_PLACES);
	for (unsigned group = 0; group < GROUP_COUNT; group++) {
		tree->slots[group] = group_slots(group);
		tree->parent[group] = group_parent(group);
		tree->implicit[group] = layout_is_implicit(layout, group);
	}
	for (unsigned id = 0; id < FIELD_COUNT; id++)
		tree->wanted[id] = !wanted || wanted[id];
	want_more(r, tree);
	add_marks(arena, tree->root);
	add_lists(arena, tree);
	for (unsigned id = 0; id < FIELD_COUNT; id++) {
		unsigned n = tree->wanted[id] ? layout_places(layout, id, places) : 0;

		for (unsigned i = 0; i < n; i++)
			add_place(arena, r, tree, &places[i]);
	}
	index_members(arena, tree->root);
}
