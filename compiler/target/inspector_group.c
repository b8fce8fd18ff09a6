/* SPDX-License-Identifier: Apache-2.0
 *
 * A term on the elements of a list: tags of an image, layers, ports, packages. A criterion holds
 * when some entry has one of its values (A35); of a package all tests of one filter together. It
 * cannot ask for two entries, nor that none is of a kind. */
#include "target/inspector_internal.h"

#include "model/limit.h"

#include <string.h>

#define MAX_ELEMENT_BOXES 64

static dd existing(struct engine *e, var group)
{
	const struct group_pair *pairs;
	size_t n = set_pairs(e, set_group_some(e, group, DD_TRUE), &pairs);

	return n == 1 && pairs[0].n_required == 1 ? pairs[0].required[0] : DD_TRUE;
}

/* Of the elements required, the set that lies inside all others. */
static bool strictest(struct engine *e, const struct group_pair *pair, dd exist, dd *element)
{
	for (size_t i = 0; i < pair->n_required; i++) {
		dd inside = dd_and(e, pair->required[i], exist);
		bool all = true;

		for (size_t j = 0; j < pair->n_required && all; j++)
			all = dd_minus(e, inside, pair->required[j]) == DD_FALSE;
		*element = pair->required[i];
		if (all)
			return true;
	}
	return false;
}

/* `some element in *element` is the whole term. */
static bool one_element(const struct inspector_scope *s, var v, vset set, dd *element)
{
	struct engine *e = inspector_engine(s);
	const struct place *place = lower_place(s->c->lower, v);
	const struct group_pair *pairs;
	size_t n = set_pairs(e, set, &pairs);
	dd exist = existing(e, v);

	*element = DD_FALSE;
	for (size_t i = 0; i < n; i++) {
		dd one;

		if (pairs[i].forbidden != DD_FALSE || !pairs[i].n_required) {
			refuse(s->refusal, REFUSE_NO_ELEMENT, place);
			return false;
		}
		if (!strictest(e, &pairs[i], exist, &one)) {
			refuse(s->refusal, REFUSE_ELEMENTS, place);
			return false;
		}
		*element = dd_or(e, *element, one);
	}
	return true;
}

/* --- lists of scalars --- */

/* The values of the one variable that an element consists of. */
static vset scalar_values(struct engine *e, dd element, var v)
{
	const struct dd_edge *edges;
	vset all = set_none(e, v);

	if (element == DD_TRUE)
		return set_full(e, v);
	for (size_t i = 0, n = dd_edges(e, element, &edges); i < n; i++)
		if (edges[i].child == DD_TRUE)
			all = set_or(e, all, edges[i].label);
	return all;
}

static bool scalar_criterion(const struct inspector_scope *s, struct inspector_draft *d,
			     enum field_id field, dd element)
{
	struct engine *e = inspector_engine(s);
	var v = lower_var(s->c->lower, field, STR(""), VIEW_SINGLE);
	const struct place *place = lower_place(s->c->lower, v);
	const char *name = inspector_name(s, d, place);
	vset set = scalar_values(e, element, v);
	struct inspector_values values = {0};

	if (!name)
		return false;
	if (field == FIELD_port
		    ? !inspector_numbers(s, place, set, INSPECTOR_PORT, &values)
		    : !inspector_texts(s, place, set_lang(e, set), LANG_ALL, false, &values))
		return false;
	inspector_add(d, name, &values);
	d->assumptions |= BIT(field == FIELD_port ? ASSUMPTION_A36 : ASSUMPTION_A35);
	return true;
}

/* --- packages --- */

/* The tests of a package filter's member, one of which must hold. */
struct member {
	const char *name;
	struct inspector_values tests;
};

/* "vulnerablePackages.name": the criterion and its member. */
static const char *member_of(const struct inspector_scope *s, const struct place *place)
{
	const char *name = fields[place->field].inspector_filter, *dot = name;

	if (!name || place->is_group || fields[place->field].can[MECHANISM_INSPECTOR] == CAN_NOT) {
		refuse(s->refusal, REFUSE_NOT_CARRIED, place);
		return NULL;
	}
	dot = strchr(name, '.');
	return dot ? dot + 1 : name;
}

static bool read_members(const struct inspector_scope *s, const struct box *box,
			 struct member *members)
{
	struct engine *e = inspector_engine(s);

	for (size_t i = 0; i < box->n; i++) {
		const struct box_term *term = &box->terms[i];
		const struct place *place = lower_place(s->c->lower, term->v);

		members[i] = (struct member){.name = member_of(s, place)};
		if (!members[i].name)
			return false;
		if (set_has_absent(e, term->set)) {
			refuse(s->refusal, REFUSE_ABSENT_ELEMENT, place);
			return false;
		}
		if (!inspector_texts(s, place, set_lang(e, term->set), LANG_ALL, false,
				     &members[i].tests))
			return false;
	}
	return true;
}

/* One filter for each combination of tests: a member holds one. */
static void add_packages(const struct inspector_scope *s, const struct member *members, size_t n,
			 struct inspector_values *out)
{
	size_t *at = ARENA_ARRAY(s->c->arena, size_t, n + 1), moving;

	do {
		struct inspector_part *parts = ARENA_ARRAY(s->c->arena, struct inspector_part, n);

		for (size_t i = 0; i < n; i++) {
			const struct inspector_value *test = &members[i].tests.items[at[i]];

			parts[i] = (struct inspector_part){members[i].name, test->comparison,
							   test->text};
		}
		VEC_PUSH(s->c->arena, *out,
			 ((struct inspector_value){
				 .kind = INSPECTOR_PACKAGE, .parts = parts, .n_parts = n}));
		for (moving = n; moving-- > 0;) {
			if (++at[moving] < members[moving].tests.n)
				break;
			at[moving] = 0;
		}
	} while (moving != (size_t)-1 && out->n < (size_t)limits[LIMIT_set_size].value);
}

static bool package_criterion(const struct inspector_scope *s, struct inspector_draft *d, var v,
			      dd element)
{
	struct engine *e = inspector_engine(s);
	const struct place *place = lower_place(s->c->lower, v);
	struct inspector_values values = {0};
	struct boxes boxes;

	if (!boxes_cover_within(e, s->c->arena, element, existing(e, v), MAX_ELEMENT_BOXES,
				&boxes)) {
		refuse(s->refusal, engine_exhausted(e) ? REFUSE_BUDGET : REFUSE_BOXES, NULL);
		return false;
	}
	for (size_t i = 0; i < boxes.n; i++) {
		struct member *members =
			ARENA_ARRAY(s->c->arena, struct member, boxes.items[i].n + 1);

		if (!boxes.items[i].n) { /* any package at all */
			refuse(s->refusal, REFUSE_TEXT, place);
			return false;
		}
		if (!read_members(s, &boxes.items[i], members))
			return false;
		add_packages(s, members, boxes.items[i].n, &values);
	}
	if (values.n >= (size_t)limits[LIMIT_set_size].value) {
		refuse(s->refusal, REFUSE_SIZE, NULL);
		return false;
	}
	inspector_add(d, "vulnerablePackages", &values);
	d->assumptions |= BIT(ASSUMPTION_A35);
	return true;
}

bool inspector_group(const struct inspector_scope *s, struct inspector_draft *d, var v, vset set)
{
	struct engine *e = inspector_engine(s);
	enum group group = lower_place(s->c->lower, v)->group;
	dd element;

	if (!one_element(s, v, set, &element))
		return false;
	if (group == GROUP_PACKAGE) {
		if (!package_criterion(s, d, v, element))
			return false;
	} else {
		enum field_id field = 0;

		while (fields[field].group != group)
			field++;
		if (!scalar_criterion(s, d, field, element))
			return false;
	}
	d->assumptions |= BIT(ASSUMPTION_A1);
	d->also = dd_and(e, d->also, dd_in(e, v, set));
	inspector_drop(s, d, v);
	return true;
}
