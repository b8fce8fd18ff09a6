/* SPDX-License-Identifier: Apache-2.0
 *
 * One leaf: the path of a field in its event, with the tests for its values. */
#include "model/event.h"
#include "target/pattern_internal.h"

#include <string.h>

static struct arena *arena_of(const struct pattern_scope *s)
{
	return s->c->arena;
}

static struct engine *engine_of(const struct pattern_scope *s)
{
	return lower_engine(s->c->lower);
}

const char *pattern_place(const struct pattern_scope *s, enum field_id field)
{
	enum mechanism m = s->unit->mechanism;
	bool any = s->any_image && event_is_of_ecr(m, field) && event_image_place(m, field);

	return any ? event_image_place(m, field) : event_place(m, field);
}

/* The words of the path, and how many of them name an array: the outermost below the event's
 * prefix, the innermost. */
struct arrays {
	size_t outer, inner;
};

static struct arrays leaf_path(struct pattern_scope *s, const struct place *place,
			       struct pattern_leaf *leaf)
{
	enum mechanism m = s->unit->mechanism;
	struct str path = event_path(arena_of(s), m, pattern_place(s, place->field));
	size_t prefix = strlen(event_of(m)->prefix), from = 0;
	struct arrays arrays = {0, 0};
	VEC(struct str) words = {0};

	for (size_t i = 0; i <= path.len; i++) {
		struct str word = str_slice(path, from, i);

		if (i < path.len && path.ptr[i] != '.')
			continue;
		from = i + 1;
		if (str_ends(word, STR("[]"))) {
			word = str_slice(word, 0, word.len - 2);
			arrays.inner = i > prefix ? words.n + 1 : 0;
			arrays.outer = arrays.outer ? arrays.outer : arrays.inner;
		}
		VEC_PUSH(arena_of(s), words, word);
	}
	if (fields[place->field].type == TYPE_MAP)
		VEC_PUSH(arena_of(s), words, place->key);
	leaf->any_image = pattern_place(s, place->field) != event_place(m, place->field);
	leaf->path = words.items;
	leaf->n_path = words.n;
	return arrays;
}

/* Words of the path down to the innermost array that may have several elements in this view. */
static size_t array_words(const struct pattern_scope *s, enum group group, struct arrays arrays)
{
	enum view view = s->unit->view;

	while (group != GROUP_FINDING && !lower_is_group(group, view))
		group = group_parent(group);
	switch (group) {
	case GROUP_VULNERABILITY:
	case GROUP_RESOURCE:
		return arrays.outer;
	case GROUP_PACKAGE:
	case GROUP_CVSS:
		return arrays.inner;
	default: /* scalars in an array do not constrain one another */
		return 0;
	}
}

/* Why no leaf can be on the path of a place. */
static enum refusal_why untestable(const struct pattern_scope *s, const struct place *place)
{
	const struct field *field = &fields[place->field];

	if (!event_place(s->unit->mechanism, place->field))
		return REFUSE_NOT_CARRIED;
	/* The registry is an account, which images of other clouds do not have. */
	if (s->any_image && event_is_of_ecr(s->unit->mechanism, place->field) &&
	    !event_image_place(s->unit->mechanism, place->field) &&
	    place->field != FIELD_image_registry)
		return REFUSE_OTHER_CLOUD;
	if (field->type == TYPE_MAP && (!place->key.len || str_is(place->key, "$or")))
		return REFUSE_MAP;
	if (place->field == FIELD_finding_type && s->unit->view == VIEW_MANY)
		return REFUSE_TYPES;
	return REFUSE_NONE;
}

/* A leaf that says nothing. */
static const struct pattern_test anything[] = {{.op = PATTERN_EXISTS}, {.op = PATTERN_ABSENT}};

/* Refuses; or, if the pattern may be loose, a leaf that says nothing. */
static bool untested(struct pattern_scope *s, enum refusal_why why, struct pattern_leaf *leaf)
{
	if (!s->loose || why == REFUSE_NOT_CARRIED) {
		refuse(s->refusal, why, &leaf->place);
		return false;
	}
	leaf->tests = anything;
	leaf->n_tests = ARRAY_LEN(anything);
	return true;
}

bool pattern_leaf_of(struct pattern_scope *s, const struct place *place, vset set,
		     struct pattern_leaf *leaf)
{
	const struct field *field = &fields[place->field];
	struct test_list tests = {0};
	enum refusal_why why = untestable(s, place);
	struct arrays arrays;

	*leaf = (struct pattern_leaf){.place = *place};
	if (why != REFUSE_NONE)
		return untested(s, why, leaf);
	arrays = leaf_path(s, place, leaf);
	leaf->n_array = array_words(s, place->group, arrays);
	/* Of an element to which the path does not lead nothing is known. */
	if (set_has_absent(engine_of(s), set) && !arrays.outer &&
	    lower_is_group(place->group, s->unit->view))
		return untested(s, REFUSE_ABSENT_ELEMENT, leaf);
	if (!pattern_tests(s, place, set, &tests))
		return false;
	/* What every finding has is never absent. */
	if (set_has_absent(engine_of(s), set) && field->cardinality != CARD_ONE) {
		VEC_PUSH(arena_of(s), tests, ((struct pattern_test){.op = PATTERN_ABSENT}));
		if (leaf->n_array)
			leaf->absence = PATTERN_ABSENCE_ELEMENT;
	}
	leaf->tests = tests.items;
	leaf->n_tests = tests.n;
	if (!tests.n) { /* no event can carry such a value: the box holds no event */
		refuse(s->refusal, REFUSE_NOT_CARRIED, place);
		return false;
	}
	pattern_leaf_finish(arena_of(s), leaf);
	return true;
}

void pattern_leaf_absent(struct pattern_scope *s, const struct place *place,
			 struct pattern_leaf *leaf)
{
	struct test_list tests = {0};
	struct arrays arrays;

	*leaf = (struct pattern_leaf){.place = *place, .absence = PATTERN_ABSENCE_ALL};
	arrays = leaf_path(s, place, leaf);

	/* In every element of the outermost array. */
	leaf->n_array = array_words(s, place->group, arrays) ? arrays.outer : 0;
	if (!leaf->n_array)
		leaf->absence = PATTERN_ABSENCE_NONE;
	VEC_PUSH(arena_of(s), tests, ((struct pattern_test){.op = PATTERN_ABSENT}));
	leaf->tests = tests.items;
	leaf->n_tests = tests.n;
	pattern_leaf_finish(arena_of(s), leaf);
}

/* --- ids --- */

static lang type_name_of(struct engine *e, int word)
{
	return lang_string(
		e, str_from(vocabulary_canonical(&vocabulary_resource_type, (unsigned)word)));
}

static int owner_of(const struct pattern_scope *s, var v)
{
	const struct place *place = lower_place(s->c->lower, v);

	return place->is_group ? -1 : event_owner(s->unit->mechanism, place->field);
}

static bool is_type(const struct pattern_scope *s, var v)
{
	const struct place *place = lower_place(s->c->lower, v);

	return !place->is_group && place->field == FIELD_resource_type;
}

struct box pattern_narrow(struct pattern_scope *s, const struct box *box)
{
	struct engine *e = engine_of(s);
	struct box b = {ARENA_ARRAY(arena_of(s), struct box_term, box->n + 1), box->n};
	size_t type = box->n;
	int owner = -1;

	for (size_t i = 0; i < box->n; i++) {
		b.terms[i] = box->terms[i];
		if (is_type(s, box->terms[i].v))
			type = i;
		if (owner_of(s, box->terms[i].v) >= 0 && !set_has_absent(e, box->terms[i].set))
			owner = owner_of(s, box->terms[i].v);
	}
	if (owner < 0 || s->unit->view != VIEW_SINGLE)
		return *box;
	b.terms[type] = (struct box_term){
		lower_var(s->c->lower, FIELD_resource_type, STR(""), s->unit->view),
		set_strings(e, type_name_of(e, owner), false)};
	b.n += type == box->n;
	return b;
}

/* Are the resources of a box, by the test on their type, of this type alone, or none of it? */
static void types_of(struct pattern_scope *s, const struct box *box, int word, bool *only,
		     bool *never)
{
	struct engine *e = engine_of(s);
	lang name = type_name_of(e, word);

	*only = *never = false;
	for (size_t i = 0; i < box->n; i++)
		if (is_type(s, box->terms[i].v)) {
			lang types = set_lang(e, box->terms[i].set);

			*only = lang_inside(e, types, name);
			*never = lang_and(e, types, name) == LANG_NONE;
		}
}

bool pattern_id_fits(struct pattern_scope *s, const struct box *box, size_t term)
{
	const struct place *place = lower_place(s->c->lower, box->terms[term].v);
	enum mechanism m = s->unit->mechanism;
	int owner = event_owner(m, place->field);
	bool own = m == MECHANISM_INSPECTOR_EVENT, only, never;
	const char *id = event_place(m, FIELD_resource_id);

	if ((!own && m != MECHANISM_V2_EVENT) || (owner < 0 && place->field != FIELD_resource_id))
		return true;
	for (size_t i = 0; i < box->n; i++) {
		const struct place *other = lower_place(s->c->lower, box->terms[i].v);

		if (i == term || other->is_group || !event_place(m, other->field) ||
		    strcmp(event_place(m, other->field), id) != 0)
			continue;
		refuse(s->refusal, REFUSE_ONE_CRITERION, place);
		return false;
	}
	types_of(s, box,
		 owner >= 0 ? owner
		 : own	    ? RESOURCE_EC2_INSTANCE
			    : RESOURCE_ECR_IMAGE,
		 &only, &never);
	if (owner < 0 && own ? never : only && s->unit->view == VIEW_SINGLE)
		if (owner < 0 || !set_has_absent(engine_of(s), box->terms[term].set))
			return true;
	refuse(s->refusal,
	       owner >= 0 ? REFUSE_NOT_INSTANCE
	       : own	  ? REFUSE_INSTANCE
			  : REFUSE_OTHER_ID,
	       place);
	return false;
}
