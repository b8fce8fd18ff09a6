/* SPDX-License-Identifier: Apache-2.0
 *
 * Shapes by their keys. */
#include "target/shape_internal.h"

#define USES_LEAST 4 /* two units of markers are compiled for a shape */

struct shape {
	struct str key;
	size_t uses;
	const struct unit *example;
	struct shape_template *template;
	bool tried, proved;
};

struct shapes {
	struct compilation *c;
	struct shape_walk walk;
	struct shape **of_unit;
	struct shape **slots; /* open addressing, at most half full */
	size_t n, cap;
};

static struct shape **slot_of(struct shape **slots, size_t cap, struct str key)
{
	size_t at = str_hash(key) & (cap - 1);

	while (slots[at] && !str_eq(slots[at]->key, key))
		at = (at + 1) & (cap - 1);
	return &slots[at];
}

static void grow(struct shapes *s)
{
	size_t cap = s->cap ? 2 * s->cap : 64;
	struct shape **slots = ARENA_ARRAY(s->c->arena, struct shape *, cap);

	for (size_t i = 0; i < s->cap; i++)
		if (s->slots[i])
			*slot_of(slots, cap, s->slots[i]->key) = s->slots[i];
	s->slots = slots;
	s->cap = cap;
}

static struct shape *intern(struct shapes *s, struct str key, const struct unit *unit)
{
	struct shape **slot;

	if (2 * s->n >= s->cap)
		grow(s);
	slot = slot_of(s->slots, s->cap, key);
	if (!*slot) {
		*slot = ARENA_NEW(s->c->arena, struct shape);
		(*slot)->key = str_copy(s->c->arena, key);
		(*slot)->example = unit;
		s->n++;
	}
	return *slot;
}

struct shapes *shapes_find(struct compilation *c, const struct plan *plan)
{
	struct shapes *s = ARENA_NEW(c->arena, struct shapes);

	s->c = c;
	s->of_unit = ARENA_ARRAY(c->arena, struct shape *, plan->units.n);
	shape_walk_init(&s->walk, c);
	for (size_t i = 0; i < plan->units.n && !c->no_shapes; i++) {
		if (!shape_walk_read(&s->walk, plan->units.items[i]))
			continue;
		s->of_unit[i] = intern(s, (struct str){(const char *)s->walk.key, s->walk.key_len},
				       plan->units.items[i]);
		s->of_unit[i]->uses++;
	}
	return s;
}

struct shape *shape_of(const struct shapes *shapes, size_t unit)
{
	struct shape *shape = shapes->of_unit[unit];

	return shape && shape->uses >= USES_LEAST ? shape : NULL;
}

bool shape_is_new(const struct shape *shape)
{
	return !shape->tried;
}

bool shape_is_proved(const struct shape *shape)
{
	return shape->proved;
}

void shape_set_proved(struct shape *shape)
{
	shape->proved = true;
}

struct unit *shape_marked(struct shapes *shapes, struct shape *shape, unsigned which,
			  const struct policy **policy)
{
	return shape_walk_mark(&shapes->walk, shape->example, which, policy);
}

void shape_learn(struct shapes *shapes, struct shape *shape, const struct compilation *first,
		 const struct compilation *second)
{
	struct shape_walk *w = &shapes->walk;

	shape->tried = true;
	if (first && second && shape_walk_texts(w, shape->example))
		shape->template =
			shape_template_new(shapes->c->arena, first, second, w->texts, w->n);
}

size_t shape_emit(struct shapes *shapes, const struct shape *shape, struct unit *unit)
{
	struct shape_walk *w = &shapes->walk;

	if (!shape->template || !shape_walk_texts(w, unit) ||
	    !shape_template_fill(shapes->c, shape->template, unit, w->texts))
		return 0;
	return shape_template_rules(shape->template);
}
