/* SPDX-License-Identifier: Apache-2.0
 *
 * The decompiler of event patterns, second half: a sub-rule as a set of findings, by
 * event-patterns.md §1 to §3. */
#include "model/event.h"
#include "target/eventbridge_internal.h"

#include <stdlib.h>
#include <string.h>

static int by_path(const void *left, const void *right)
{
	const struct leaf *a = left, *b = right;

	return str_cmp(a->path, b->path);
}

/* Derived fields of an Inspector finding, which it always has, are rewritten to their parts. */
static bool derived_leaf(struct reader *r, const struct leaf *leaf, dd *set)
{
	struct lower *lower = r->c->lower;
	struct langs any = {0};

	*set = DD_FALSE;
	for (size_t i = 0; i < leaf->tests->n; i++) {
		const struct json *test = leaf->tests->items[i];
		const struct json *exists = json_get(test, "exists");
		struct langs langs = {0};
		bool negative = false;

		if (exists && !json_is(exists, JSON_TRUE) && !json_is(exists, JSON_FALSE))
			return eventbridge_fail(r, "has an exists that is neither true nor false");
		if (exists && json_is(exists, JSON_TRUE))
			VEC_PUSH(r->c->arena, langs, LANG_ALL);
		else if (!exists && !eventbridge_texts(r, NULL, test, &langs, &negative))
			return false;
		for (size_t k = 0; k < langs.n && !negative; k++)
			VEC_PUSH(r->c->arena, any, langs.items[k]);
		if (negative)
			*set = dd_or(r->e, *set,
				     lower_derived(lower, leaf->id, langs.items, langs.n, true,
						   r->view));
	}
	*set = dd_or(r->e, *set, lower_derived(lower, leaf->id, any.items, any.n, false, r->view));
	return true;
}

/* In some events the id of a resource is, on certain types, another field of it and not what
 * Security Hub calls the resource. */
static bool id_leaf(struct reader *r, const struct leaf *leaf, dd *set)
{
	var type = lower_var(r->c->lower, FIELD_resource_type, STR(""), r->view);

	if (!derived_leaf(r, leaf, set))
		return false;
	for (enum field_id f = 0; f < FIELD_COUNT; f++) {
		int word = event_owner(r->mechanism, f);
		var id = lower_var(r->c->lower, f, STR(""), r->view);
		dd owners;
		vset values;
		bool absent;

		if (word < 0 || fields[f].can[r->mechanism] == CAN_BY_ARN)
			continue; /* the ARN is the id */
		if (!eventbridge_values(r, leaf, id, &values, &absent))
			return false;
		if (absent)
			return eventbridge_fail(r, "tests the absence of what is never absent");
		owners = dd_in(r->e, type,
			       set_strings(r->e,
					   lang_string(r->e, str_from(vocabulary_canonical(
								     &vocabulary_resource_type,
								     (unsigned)word))),
					   false));
		*set = dd_or(r->e, dd_minus(r->e, *set, owners),
			     dd_and(r->e, owners, dd_in(r->e, id, values)));
	}
	return true;
}

/* Findings whose field has such a value. */
static bool plain_leaf(struct reader *r, const struct leaf *leaf, dd *set)
{
	var v = lower_var(r->c->lower, leaf->id, leaf->key, r->view);
	vset values;
	bool absent;

	if ((r->mechanism == MECHANISM_INSPECTOR_EVENT || r->mechanism == MECHANISM_V2_EVENT) &&
	    leaf->id == FIELD_resource_id)
		return id_leaf(r, leaf, set);
	if (r->view == VIEW_SINGLE && (leaf->id == FIELD_resource_id || leaf->id == FIELD_title))
		return derived_leaf(r, leaf, set);
	if (!eventbridge_values(r, leaf, v, &values, &absent))
		return false;
	if (absent)
		values = set_or(r->e, values, set_absent(r->e, v));
	*set = dd_in(r->e, v, values);
	return true;
}

/* What the leaves of one array say, over its parent's variables: `some element …`. Leaves are
 * matched in the order of their paths; absence means "in the element chosen so far" once a leaf has
 * chosen one, and "in every element" before. */
struct choice {
	dd element, outside;
	bool chosen;
};

static bool array_set(struct reader *r, const struct leaf *leaves, size_t n, enum group group,
		      dd *set);

/* The choices after one more leaf; `spare` has room for as many again. At most one choice has not
 * chosen yet, so each leaf adds at most one. */
static bool add_element_leaf(struct reader *r, const struct leaf *leaf, enum group group,
			     struct choice *choices, struct choice *spare, size_t *n)
{
	var v = lower_var(r->c->lower, leaf->id, leaf->key, r->view);
	var array = lower_group(r->c->lower, group, r->view);
	size_t had = *n;
	vset values;
	bool absent;

	if (!eventbridge_values(r, leaf, v, &values, &absent))
		return false;
	*n = 0;
	memcpy(spare, choices, had * sizeof *choices);
	for (size_t i = 0; i < had; i++) {
		struct choice c = spare[i], without = c;
		vset taken =
			absent && c.chosen ? set_or(r->e, values, set_absent(r->e, v)) : values;

		if (absent && !c.chosen) {
			dd present = dd_in(r->e, v, set_not(r->e, v, set_absent(r->e, v)));
			vset some = set_group_some(r->e, array, present);

			without.outside = dd_minus(r->e, c.outside, dd_in(r->e, array, some));
			choices[(*n)++] = without;
		}
		if (set_is_none(r->e, taken))
			continue;
		c.element = dd_and(r->e, c.element, dd_in(r->e, v, taken));
		c.chosen = true;
		choices[(*n)++] = c;
	}
	return true;
}

/* Leaves of a deeper array of the same element. */
static bool add_inner(struct reader *r, const struct leaf *leaves, size_t n, enum group inner,
		      bool alone, struct choice *choices, size_t n_choices)
{
	dd set;

	for (size_t i = 0; i < n && !alone; i++)
		for (size_t j = 0; j < leaves[i].tests->n; j++)
			if (json_is(json_get(leaves[i].tests->items[j], "exists"), JSON_FALSE) &&
			    i == 0)
				return eventbridge_fail(r,
							"tests absence in an array inside another");
	if (!array_set(r, leaves, n, inner, &set))
		return false;
	for (size_t i = 0; i < n_choices; i++) {
		choices[i].element = dd_and(r->e, choices[i].element, set);
		choices[i].chosen = true;
	}
	return true;
}

static enum group child_of(enum group group, enum group ancestor)
{
	while (group_parent(group) != ancestor && group != GROUP_FINDING)
		group = group_parent(group);
	return group;
}

static bool array_set(struct reader *r, const struct leaf *leaves, size_t n, enum group group,
		      dd *set)
{
	struct choice *choices = ARENA_ARRAY(r->c->arena, struct choice, n + 2);
	struct choice *spare = ARENA_ARRAY(r->c->arena, struct choice, n + 2);
	var array = lower_group(r->c->lower, group, r->view);
	size_t n_choices = 1;

	choices[0] = (struct choice){DD_TRUE, DD_TRUE, false};
	for (size_t i = 0; i < n;) {
		enum group inner = leaves[i].field->group;
		size_t end = i + 1;

		if (inner == group) {
			if (!add_element_leaf(r, &leaves[i], group, choices, spare, &n_choices))
				return false;
			i++;
			continue;
		}
		inner = child_of(inner, group);
		while (end < n && leaves[end].field->group != group &&
		       child_of(leaves[end].field->group, group) == inner)
			end++;
		if (i == 0 && end == n && n_choices == 1) {
			/* nothing else in this array: absence below means in all of it */
			dd below;

			if (!array_set(r, leaves, n, inner, &below))
				return false;
			choices[0].element = below;
			choices[0].chosen = true;
			if (leaves[0].tests->n == 1 &&
			    json_is(json_get(leaves[0].tests->items[0], "exists"), JSON_FALSE)) {
				vset some = set_group_some(r->e, array, dd_not(r->e, below));

				choices[0] = (struct choice){
					DD_TRUE, dd_not(r->e, dd_in(r->e, array, some)), false};
			}
		} else if (!add_inner(r, leaves + i, end - i, inner, false, choices, n_choices)) {
			return false;
		}
		i = end;
	}
	*set = DD_FALSE;
	for (size_t i = 0; i < n_choices; i++) {
		dd one = choices[i].outside;

		if (choices[i].chosen)
			one = dd_and(r->e, one,
				     dd_in(r->e, array,
					   set_group_some(r->e, array, choices[i].element)));
		*set = dd_or(r->e, *set, one);
	}
	return true;
}

/* The outermost array of several elements that a leaf lies in, or GROUP_FINDING. */
static enum group outermost(enum group group, enum view view)
{
	enum group found = GROUP_FINDING;

	for (; group != GROUP_FINDING; group = group_parent(group))
		if (lower_is_group(group, view))
			found = group;
	return found;
}

/* Only images in ECR have what lies there: any other resource is taken if its absence is. */
static dd on_ecr(struct reader *r, const struct leaf *leaf, dd set)
{
	bool absent = false;
	lang name;
	dd ecr;

	if (!event_is_of_ecr(r->mechanism, leaf->id) || leaf->any_image)
		return set;
	name = lang_string(r->e, str_from(vocabulary_canonical(&vocabulary_resource_type,
							       RESOURCE_ECR_IMAGE)));
	ecr = lower_field_in(r->c->lower, FIELD_resource_type, STR(""),
			     set_strings(r->e, name, false), r->view);
	for (size_t i = 0; i < leaf->tests->n; i++)
		absent = absent || json_is(json_get(leaf->tests->items[i], "exists"), JSON_FALSE);
	return absent ? dd_or(r->e, set, dd_not(r->e, ecr)) : dd_and(r->e, set, ecr);
}

bool eventbridge_subrule(struct reader *r, struct subrule *rule, dd *set)
{
	struct leaf *leaves = rule->items, *in_array;

	in_array = ARENA_ARRAY(r->c->arena, struct leaf, rule->n);
	if (rule->n)
		qsort(leaves, rule->n, sizeof *leaves, by_path);
	*set = DD_TRUE;
	for (enum group g = 0; g < GROUP_COUNT; g++) {
		size_t n = 0;
		dd part;

		for (size_t i = 0; i < rule->n; i++)
			if (outermost(leaves[i].field->group, r->view) == g)
				in_array[n++] = leaves[i];
		for (size_t i = 0; i < n && g == GROUP_FINDING; i++) {
			if (!plain_leaf(r, &in_array[i], &part))
				return false;
			*set = dd_and(r->e, *set, on_ecr(r, &in_array[i], part));
		}
		if (!n || g == GROUP_FINDING)
			continue;
		if (!array_set(r, in_array, n, g, &part))
			return false;
		*set = dd_and(r->e, *set, on_ecr(r, &in_array[0], part));
	}
	return true;
}
