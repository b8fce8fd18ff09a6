/* SPDX-License-Identifier: Apache-2.0
 *
 * Paths of typical findings, one for each type of resource: a value for every text and word that
 * the universe speaks of. */
#include "lint/typical.h"

struct pin {
	var v;
	dd value;
};

enum { TYPES = 3, PINS_MAX = 64 };

struct typical {
	struct lower *lower;
	struct arena *arena;
	struct path {
		struct pin pins[PINS_MAX]; /* in the order of the diagram */
		size_t n;
		dd type;
	} paths[TYPES];
};

static const struct {
	enum resource_word word;
	enum habitat habitat;
} types[TYPES] = {
	{RESOURCE_ECR_IMAGE, HABITAT_IMAGE},
	{RESOURCE_EC2_INSTANCE, HABITAT_INSTANCE},
	{RESOURCE_LAMBDA_FUNCTION, HABITAT_FUNCTION},
};

/* These are made of the others (ir/witness_pick.c), and a number is no part of a path: most sets
 * say nothing of it, and all numbers of it lead on to the same. */
static bool is_pinned(const struct place *place)
{
	const struct field *field = &fields[place->field];

	if (place->is_group || field->type == TYPE_MAP || !field->examples)
		return false;
	switch (place->field) {
	case FIELD_title:
	case FIELD_finding_id:
	case FIELD_product_arn:
	case FIELD_generator:
	case FIELD_resource_id:
		return false;
	default:
		return field->type != TYPE_DECIMAL && field->type != TYPE_INT &&
		       field->type != TYPE_DATE;
	}
}

static vset example(struct engine *e, var v, enum field_id field, enum resource_word type)
{
	const char *text = fields[field].examples[0];

	if (field == FIELD_resource_type)
		text = vocabulary_canonical(&vocabulary_resource_type, type);
	if (field == FIELD_finding_type)
		text = vocabulary_canonical(&vocabulary_finding_type, FINDING_PACKAGE);
	if (fields[field].type != TYPE_ENUM)
		return set_strings(e, lang_string(e, str_from(text)), false);
	return set_bits(e, v, BIT((unsigned)vocabulary_find(fields[field].words, str_from(text))));
}

static bool is_there(enum field_id field, enum habitat resource)
{
	enum habitat habitat = fields[field].habitat;

	return habitat == HABITAT_ANY || habitat == HABITAT_PACKAGE || habitat == resource;
}

static void make_path(struct typical *t, struct path *path, size_t type)
{
	struct engine *e = lower_engine(t->lower);
	var *vars;
	size_t n = dd_support(e, t->arena, lower_universe(t->lower, VIEW_SINGLE), &vars);

	for (size_t i = 0; i < n && path->n < PINS_MAX; i++) {
		const struct place *place = lower_place(t->lower, vars[i]);
		vset value;

		if (!is_pinned(place))
			continue;
		value = is_there(place->field, types[type].habitat)
				? example(e, vars[i], place->field, types[type].word)
				: set_absent(e, vars[i]);
		path->pins[path->n++] = (struct pin){vars[i], dd_in(e, vars[i], value)};
		if (place->field == FIELD_resource_type)
			path->type = dd_in(e, vars[i], value);
	}
}

struct typical *typical_new(struct lint *l)
{
	struct typical *t = ARENA_NEW(l->arena, struct typical);

	*t = (struct typical){.lower = l->c->lower, .arena = l->arena};
	for (size_t i = 0; i < TYPES; i++)
		make_path(t, &t->paths[i], i);
	return t;
}

/* A part of the set where all that it says nothing of is as on the path. */
static dd along(const struct typical *t, dd set, const struct path *path)
{
	struct engine *e = lower_engine(t->lower);
	dd free = DD_TRUE;
	var *vars;
	size_t at = dd_support(e, t->arena, set, &vars);

	for (size_t i = path->n; i-- > 0;) {
		const struct pin *pin = &path->pins[i];

		while (at && var_rank(e, vars[at - 1]) > var_rank(e, pin->v))
			at--;
		if (!at || vars[at - 1] != pin->v)
			free = dd_and(e, pin->value, free);
	}
	set = dd_and(e, set, free);
	return relate_empty(e, set) ? DD_FALSE : set;
}

dd typical_part(const struct typical *t, dd set, enum view view)
{
	struct engine *e = lower_engine(t->lower);

	lower_use(t->lower, view);
	for (size_t i = 0; i < TYPES && view == VIEW_SINGLE; i++) {
		dd part = dd_and(e, set, t->paths[i].type);

		if (part != DD_FALSE)
			part = along(t, part, &t->paths[i]);
		if (part != DD_FALSE)
			return part;
	}
	return relate_empty(e, set) ? DD_FALSE : set;
}
