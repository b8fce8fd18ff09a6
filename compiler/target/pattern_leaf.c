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

/* The words of the path, and how many of them name an array: the outermost below the event's
 * prefix, the innermost. */
struct arrays {
	size_t outer, inner;
};

static struct arrays leaf_path(struct pattern_scope *s, const struct place *place,
			       struct pattern_leaf *leaf)
{
	struct str path = event_path(arena_of(s), s->unit->mechanism, place->field);
	size_t prefix = strlen(event_of(s->unit->mechanism)->prefix), from = 0;
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

bool pattern_id_fits(struct pattern_scope *s, const struct box *box, size_t term)
{
	struct engine *e = engine_of(s);
	const struct place *place = lower_place(s->c->lower, box->terms[term].v);
	lang name = lang_string(e, str_from(vocabulary_canonical(&vocabulary_resource_type,
								 RESOURCE_EC2_INSTANCE)));
	bool instance = place->field == FIELD_ec2_instance;
	bool only = false, never = false;

	if (s->unit->mechanism != MECHANISM_INSPECTOR_EVENT ||
	    (!instance && place->field != FIELD_resource_id))
		return true;
	for (size_t i = 0; i < box->n; i++)
		if (lower_place(s->c->lower, box->terms[i].v)->field == FIELD_resource_type) {
			lang types = set_lang(e, box->terms[i].set);

			only = lang_inside(e, types, name);
			never = lang_and(e, types, name) == LANG_NONE;
		}
	if (instance ? only && !set_has_absent(e, box->terms[term].set) : never)
		return true;
	refuse(s->refusal, instance ? REFUSE_NOT_INSTANCE : REFUSE_INSTANCE, place);
	return false;
}
