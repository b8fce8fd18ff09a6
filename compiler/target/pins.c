/* SPDX-License-Identifier: Apache-2.0
 *
 * Pins and their index. */
#include "target/pins.h"

#include <stdlib.h>
#include <string.h>

static const enum field_id pin_fields[PIN_COUNT] = {
	[PIN_CVE] = FIELD_cve,
	[PIN_REPOSITORY] = FIELD_repository,
	[PIN_ACCOUNT] = FIELD_account,
};

static const struct atom *atom_at(const struct pin_atoms *p, size_t i)
{
	return p->n == 1 ? p->one : p->atoms[i];
}

/* --- pins of a condition --- */

static struct pins pins_of_atom(const struct atom *atom)
{
	struct pins pins = {0};

	if (atom->negated || (atom->test != TEST_IN && atom->test != TEST_PREFIX))
		return pins;
	for (size_t f = 0; f < PIN_COUNT; f++)
		if (atom->field == pin_fields[f])
			pins.of[f] = (struct pin_atoms){.one = atom, .n = 1, .n_values = atom->n};
	return pins;
}

/* All must hold: the narrowest pin of each field is one. */
static struct pins pins_of_all(struct arena *arena, const struct cond *cond)
{
	struct pins pins = {0};

	for (size_t i = 0; i < cond->n; i++) {
		struct pins kid = pins_of(arena, cond->kids[i]);

		for (size_t f = 0; f < PIN_COUNT; f++)
			if (kid.of[f].n &&
			    (!pins.of[f].n || kid.of[f].n_values < pins.of[f].n_values))
				pins.of[f] = kid.of[f];
	}
	return pins;
}

static struct pin_atoms joined(struct arena *arena, const struct pins *kids, size_t n, size_t f)
{
	struct pin_atoms all = {0};
	size_t at = 0;

	for (size_t i = 0; i < n; i++) {
		if (!kids[i].of[f].n)
			return (struct pin_atoms){0};
		all.n += kids[i].of[f].n;
		all.n_values += kids[i].of[f].n_values;
	}
	all.atoms = ARENA_ARRAY(arena, const struct atom *, all.n);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < kids[i].of[f].n; j++)
			all.atoms[at++] = atom_at(&kids[i].of[f], j);
	if (all.n == 1)
		all.one = all.atoms[0];
	return all;
}

/* One must hold: pinned where each is. */
static struct pins pins_of_some(struct arena *arena, const struct cond *cond)
{
	struct pins pins = {0}, *kids = ARENA_ARRAY(arena, struct pins, cond->n);

	for (size_t i = 0; i < cond->n; i++)
		kids[i] = pins_of(arena, cond->kids[i]);
	for (size_t f = 0; f < PIN_COUNT && cond->n; f++)
		pins.of[f] = joined(arena, kids, cond->n, f);
	return pins;
}

struct pins pins_of(struct arena *arena, const struct cond *cond)
{
	switch (cond->kind) {
	case COND_ATOM:
		return pins_of_atom(cond->atom);
	case COND_AND:
		return pins_of_all(arena, cond);
	case COND_OR:
		return pins_of_some(arena, cond);
	default:
		return (struct pins){0};
	}
}

/* --- two --- */

static bool values_meet(const struct atom *a, const struct atom *b)
{
	for (size_t i = 0; i < a->n; i++)
		for (size_t j = 0; j < b->n; j++) {
			struct str x = a->values[i].str, y = b->values[j].str;

			if (str_eq(x, y) || (a->test == TEST_PREFIX && str_starts(y, x)) ||
			    (b->test == TEST_PREFIX && str_starts(x, y)))
				return true;
		}
	return false;
}

static bool atoms_meet(const struct pin_atoms *a, const struct pin_atoms *b)
{
	for (size_t i = 0; i < a->n; i++)
		for (size_t j = 0; j < b->n; j++)
			if (values_meet(atom_at(a, i), atom_at(b, j)))
				return true;
	return false;
}

bool pins_exclude(const struct pins *a, const struct pins *b)
{
	for (size_t f = 0; f < PIN_COUNT; f++)
		if (a->of[f].n && b->of[f].n && !atoms_meet(&a->of[f], &b->of[f]))
			return true;
	return false;
}

/* --- the index --- */

struct text_pin {
	struct str text;
	bool prefix;
	uint32_t number;
};

struct texts {
	struct text_pin *items; /* by text */
	size_t n;
	uint32_t *loose; /* not pinned on this field */
	size_t n_loose;
	bool lengths[257]; /* of prefixes; the last: of any longer one */
};

struct pins_index {
	struct pins *pins;
	size_t n;
	struct texts of[PIN_COUNT];
	uint32_t *many; /* with many-valued fields */
	size_t n_many;
	uint32_t *found, *stamps, stamp;
	struct arena *arena;
};

static int by_text(const void *left, const void *right)
{
	const struct text_pin *a = left, *b = right;
	int order = str_cmp(a->text, b->text);

	return order ? order : (a->number > b->number) - (a->number < b->number);
}

static void index_field(struct pins_index *index, size_t f)
{
	struct texts *t = &index->of[f];
	size_t n = 0;

	for (size_t i = 0; i < index->n; i++)
		n += index->pins[i].of[f].n_values;
	t->items = ARENA_ARRAY(index->arena, struct text_pin, n + 1);
	t->loose = ARENA_ARRAY(index->arena, uint32_t, index->n + 1);
	for (size_t i = 0; i < index->n; i++) {
		const struct pin_atoms *p = &index->pins[i].of[f];

		if (!p->n)
			t->loose[t->n_loose++] = (uint32_t)i;
		for (size_t j = 0; j < p->n; j++) {
			const struct atom *atom = atom_at(p, j);
			bool prefix = atom->test == TEST_PREFIX;

			for (size_t k = 0; k < atom->n; k++) {
				struct str text = atom->values[k].str;

				t->items[t->n++] = (struct text_pin){text, prefix, (uint32_t)i};
				if (prefix)
					t->lengths[text.len < 256 ? text.len : 256] = true;
			}
		}
	}
	qsort(t->items, t->n, sizeof *t->items, by_text);
}

struct pins_index *pins_index_new(struct arena *arena, const struct cond *const *conds,
				  const enum view *views, size_t n)
{
	struct pins_index *index = ARENA_NEW(arena, struct pins_index);

	index->arena = arena;
	index->n = n;
	index->pins = ARENA_ARRAY(arena, struct pins, n + 1);
	index->found = ARENA_ARRAY(arena, uint32_t, n + 1);
	index->stamps = ARENA_ARRAY(arena, uint32_t, n + 1);
	index->many = ARENA_ARRAY(arena, uint32_t, n + 1);
	for (size_t i = 0; i < n; i++) {
		index->pins[i] = pins_of(arena, conds[i]);
		if (views[i] == VIEW_MANY)
			index->many[index->n_many++] = (uint32_t)i;
	}
	for (size_t f = 0; f < PIN_COUNT; f++)
		index_field(index, f);
	return index;
}

/* The first item whose text is not less. */
static size_t lower_bound(const struct texts *t, struct str text)
{
	size_t from = 0, to = t->n;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (str_cmp(t->items[middle].text, text) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

/* Behind the last item whose text begins with `text`. */
static size_t beginning_end(const struct texts *t, struct str text)
{
	size_t from = lower_bound(t, text), to = t->n;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (str_starts(t->items[middle].text, text))
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

/* A question on its way. */
struct question {
	struct pins_index *index;
	const struct pins *pins;
	size_t n;
};

static void find(struct question *q, uint32_t number)
{
	struct pins_index *index = q->index;

	if (index->stamps[number] == index->stamp || pins_exclude(q->pins, &index->pins[number]))
		return;
	index->stamps[number] = index->stamp;
	index->found[q->n++] = number;
}

/* Texts that are equal to a beginning of `text`: as long as it, or prefixes. */
static void find_beginnings(struct question *q, const struct texts *t, struct str text)
{
	for (size_t len = 0; len <= text.len; len++) {
		struct str part = str_slice(text, 0, len);

		if (len < text.len && !t->lengths[len < 256 ? len : 256])
			continue;
		for (size_t i = lower_bound(t, part); i < t->n && str_eq(t->items[i].text, part);
		     i++)
			if (t->items[i].prefix || len == text.len)
				find(q, t->items[i].number);
	}
}

static void find_text(struct question *q, const struct texts *t, struct str text, bool prefix)
{
	find_beginnings(q, t, text);
	if (!prefix)
		return;
	for (size_t i = lower_bound(t, text); i < t->n && str_starts(t->items[i].text, text); i++)
		find(q, t->items[i].number);
}

static void find_field(struct question *q, size_t f)
{
	const struct texts *t = &q->index->of[f];
	const struct pin_atoms *p = &q->pins->of[f];

	for (size_t i = 0; i < p->n; i++) {
		const struct atom *atom = atom_at(p, i);

		for (size_t k = 0; k < atom->n; k++)
			find_text(q, t, atom->values[k].str, atom->test == TEST_PREFIX);
	}
	for (size_t i = 0; i < t->n_loose; i++)
		find(q, t->loose[i]);
}

/* How many find_field would look at, but for prefixes of the texts. */
static size_t cost_of_field(const struct question *q, size_t f)
{
	const struct texts *t = &q->index->of[f];
	const struct pin_atoms *p = &q->pins->of[f];
	size_t cost = t->n_loose;

	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0; k < atom_at(p, i)->n; k++) {
			struct str text = atom_at(p, i)->values[k].str;

			cost += beginning_end(t, text) - lower_bound(t, text);
		}
	return cost;
}

static int by_number(const void *left, const void *right)
{
	const uint32_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

/* Where fields are many-valued on both sides, nothing is excluded. */
static void find_many(struct question *q)
{
	struct pins_index *index = q->index;

	for (size_t i = 0; i < index->n_many; i++)
		if (index->stamps[index->many[i]] != index->stamp)
			index->found[q->n++] = index->many[i];
}

const uint32_t *pins_candidates(struct pins_index *index, const struct cond *cond, enum view view,
				size_t *n)
{
	struct pins pins = pins_of(index->arena, cond);
	struct question q = {.index = index, .pins = &pins};
	size_t best = PIN_COUNT, least = index->n;

	for (size_t f = 0; f < PIN_COUNT; f++) {
		size_t cost = pins.of[f].n ? cost_of_field(&q, f) : SIZE_MAX;

		if (cost < least) {
			least = cost;
			best = f;
		}
	}
	index->stamp++;
	if (best < PIN_COUNT)
		find_field(&q, best);
	for (size_t i = 0; i < index->n && best == PIN_COUNT; i++)
		find(&q, (uint32_t)i);
	if (view == VIEW_MANY)
		find_many(&q);
	qsort(index->found, q.n, sizeof *index->found, by_number);
	*n = q.n;
	return index->found;
}
