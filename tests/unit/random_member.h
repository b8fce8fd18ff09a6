/* SPDX-License-Identifier: Apache-2.0
 *
 * Is a finding in a set of the engine? A walk down the diagram by the finding's own values, with no
 * operation of the engine but looking into one label. Each node must have exactly one edge for the
 * value; a walk that finds none or two says so. */
#ifndef TESTS_UNIT_RANDOM_MEMBER_H
#define TESTS_UNIT_RANDOM_MEMBER_H

#include "finding/finding.h"
#include "ir/diagram_internal.h"
#include "ir/lower.h"

struct member {
	struct lower *lower;
	struct engine *e;
	enum view view;
	bool torn; /* some node had not one edge for a value */
};

static bool member_at(struct member *m, dd a, const struct element *at);

/* The element of `group` that stands for the one at hand: itself, or the only one below. */
static const struct element *member_only(const struct element *at, enum group group)
{
	if (at->group == group)
		return at;
	return at->n_children[group] ? at->children[group][0] : NULL;
}

static bool member_text(struct member *m, vset label, const struct str *text)
{
	return text ? lang_accepts(m->e, set_lang(m->e, label), *text)
		    : set_has_absent(m->e, label);
}

static bool member_map(struct member *m, vset label, const struct element *at, struct str key)
{
	for (size_t i = 0; at && i < at->n_map; i++)
		if (str_eq(at->map[i].key, key))
			return member_text(m, label, &at->map[i].value);
	return member_text(m, label, NULL);
}

static bool member_number(struct member *m, vset label, int64_t number)
{
	const struct interval *items;
	size_t n = set_intervals(m->e, label, &items);

	for (size_t i = 0; i < n; i++)
		if (items[i].lo <= number && number <= items[i].hi)
			return true;
	return false;
}

/* An image's resource id is made of its parts: the variable of that name is for other resources. */
static bool member_is_made(const struct member *m, const struct place *place,
			   const struct element *element)
{
	return m->view == VIEW_SINGLE && place->field == FIELD_resource_id && element &&
	       str_is(element->values[field_slot(FIELD_resource_type)].str, "AwsEcrContainerImage");
}

/* The variable `title` is what follows the id where there is one. */
static struct str member_title(const struct member *m, const struct element *at, struct str title)
{
	const struct fval *cve = m->view == VIEW_SINGLE ? finding_value(at, FIELD_cve) : NULL;
	size_t skip = cve ? cve->str.len + 3 : 0;

	if (!cve || !cve->str.len || str_contains(cve->str, STR(" ")) ||
	    str_starts(cve->str, STR("CWE-")) || title.len < skip)
		return title;
	return str_slice(title, skip, title.len);
}

static bool member_field(struct member *m, var v, vset label, const struct element *at)
{
	const struct place *place = lower_place(m->lower, v);
	const struct element *element = member_only(at, place->group);
	unsigned n_bits = engine_var(m->e, v)->n_bits;
	const struct fval *value;
	struct str text;

	if (fields[place->field].type == TYPE_MAP)
		return member_map(m, label, element, place->key);
	value = element ? &element->values[field_slot(place->field)] : NULL;
	if (member_is_made(m, place, element))
		value = NULL;
	if (!value || value->kind == FVAL_ABSENT)
		return set_has_absent(m->e, label);
	switch (value->kind) {
	case FVAL_WORD:
		return (set_mask(m->e, label) &
			BIT(value->word < 0 ? n_bits : (unsigned)value->word)) != 0;
	case FVAL_NUMBER:
		return member_number(m, label, value->number);
	default:
		text = value->str;
		if (place->field == FIELD_title)
			text = member_title(m, at, text);
		return member_text(m, label, &text);
	}
}

/* Some element in each required set, none in the forbidden one. */
static bool member_pair(struct member *m, const struct group_pair *pair,
			const struct element *const *elements, size_t n)
{
	for (size_t i = 0; i < pair->n_required; i++) {
		bool some = false;

		for (size_t k = 0; k < n && !some; k++)
			some = member_at(m, pair->required[i], elements[k]);
		if (!some)
			return false;
	}
	for (size_t k = 0; k < n; k++)
		if (member_at(m, pair->forbidden, elements[k]))
			return false;
	return true;
}

/* Elements that cannot exist do not count (diagram.h). */
static bool member_group(struct member *m, var v, vset label, const struct element *at)
{
	enum group group = lower_place(m->lower, v)->group;
	const struct element *parent = member_only(at, group_parent(group));
	const struct element *elements[16];
	const struct group_pair *pairs;
	size_t n = 0, n_pairs = set_pairs(m->e, label, &pairs);

	for (size_t i = 0; parent && i < parent->n_children[group] && n < 16; i++)
		if (member_at(m, engine_var(m->e, v)->elements, parent->children[group][i]))
			elements[n++] = parent->children[group][i];
	for (size_t i = 0; i < n_pairs; i++)
		if (member_pair(m, &pairs[i], elements, n))
			return true;
	return false;
}

/* Groups nest three deep, so the recursion does. */
static bool member_at(struct member *m, dd a, const struct element *at)
{
	while (a > DD_TRUE) {
		const struct dd_edge *edges;
		size_t n = dd_edges(m->e, a, &edges), found = n;
		var v = dd_var(m->e, a);

		for (size_t i = 0; i < n; i++) {
			vset label = edges[i].label;
			bool in = var_kind(m->e, v) == VAR_GROUP ? member_group(m, v, label, at)
								 : member_field(m, v, label, at);

			if (!in)
				continue;
			m->torn |= found != n;
			found = i;
		}
		if (found == n) {
			m->torn = true;
			return false;
		}
		a = edges[found].child;
	}
	return a == DD_TRUE;
}

/* Are all elements such as can exist? (In the single view the universe itself says it.) */
static bool member_exists(struct member *m, const struct element *at)
{
	for (enum group group = 0; group < GROUP_COUNT; group++) {
		bool asked = lower_is_group(group, m->view);
		dd elements =
			!asked ? DD_TRUE
			       : engine_var(m->e, lower_group(m->lower, group, m->view))->elements;

		for (size_t i = 0; i < at->n_children[group]; i++)
			if (!member_at(m, elements, at->children[group][i]) ||
			    !member_exists(m, at->children[group][i]))
				return false;
	}
	return true;
}

/* Can the finding exist? */
static bool member_possible(struct lower *lower, const struct element *finding, enum view view,
			    bool *torn)
{
	struct member m = {.lower = lower, .e = lower_engine(lower), .view = view};
	bool in = member_at(&m, lower_universe(lower, view), finding) && member_exists(&m, finding);

	*torn |= m.torn;
	return in;
}

__attribute__((unused)) static bool member_of(struct lower *lower, dd a,
					      const struct element *finding, enum view view,
					      bool *torn)
{
	struct member m = {.lower = lower, .e = lower_engine(lower), .view = view};
	bool in = member_at(&m, a, finding);

	*torn |= m.torn;
	return in;
}

#endif
