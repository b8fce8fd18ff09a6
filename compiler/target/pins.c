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

/* Some of the conditions by their pins on a field. */
struct texts {
	struct text_pin *items; /* by text */
	size_t n;
	bool lengths[257];  /* of prefixes; the last: of any longer one */
	struct some *loose; /* those that are not pinned on it */
};

/* Some of the conditions, and each field by which they can be looked up: NULL for those on which
 * none of them is pinned, and where they are few. */
struct some {
	uint32_t *numbers;
	size_t n;
	struct texts *by[PIN_COUNT];
};

#define FEW 16

struct pins_index {
	struct pins *pins;
	size_t n;
	struct some *all;
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

static void add_texts(struct texts *t, const struct pin_atoms *p, uint32_t number)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct atom *atom = atom_at(p, i);
		bool prefix = atom->test == TEST_PREFIX;

		for (size_t k = 0; k < atom->n; k++) {
			struct str text = atom->values[k].str;

			t->items[t->n++] = (struct text_pin){text, prefix, number};
			if (prefix)
				t->lengths[text.len < 256 ? text.len : 256] = true;
		}
	}
}

static struct some *index_some(struct pins_index *index, uint32_t *numbers, size_t n,
			       unsigned fields_done);

static struct texts *index_field(struct pins_index *index, const struct some *some, size_t f,
				 unsigned fields_done)
{
	struct texts *t = ARENA_NEW(index->arena, struct texts);
	uint32_t *loose = ARENA_ARRAY(index->arena, uint32_t, some->n + 1);
	size_t n = 0, n_loose = 0;

	for (size_t i = 0; i < some->n; i++)
		n += index->pins[some->numbers[i]].of[f].n_values;
	if (!n)
		return NULL;
	t->items = ARENA_ARRAY(index->arena, struct text_pin, n);
	for (size_t i = 0; i < some->n; i++) {
		const struct pin_atoms *p = &index->pins[some->numbers[i]].of[f];

		if (p->n)
			add_texts(t, p, some->numbers[i]);
		else
			loose[n_loose++] = some->numbers[i];
	}
	qsort(t->items, t->n, sizeof *t->items, by_text);
	t->loose = index_some(index, loose, n_loose, fields_done | 1u << f);
	return t;
}

/* As deep as there are fields: what is loose on one is looked up by the others. */
static struct some *index_some(struct pins_index *index, uint32_t *numbers, size_t n,
			       unsigned fields_done)
{
	struct some *some = ARENA_NEW(index->arena, struct some);

	some->numbers = numbers;
	some->n = n;
	for (size_t f = 0; f < PIN_COUNT && n > FEW; f++)
		if (!(fields_done >> f & 1))
			some->by[f] = index_field(index, some, f, fields_done);
	return some;
}

struct pins_index *pins_index_new(struct arena *arena, const struct cond *const *conds,
				  const enum view *views, size_t n)
{
	struct pins_index *index = ARENA_NEW(arena, struct pins_index);
	uint32_t *all = ARENA_ARRAY(arena, uint32_t, n + 1);

	index->arena = arena;
	index->n = n;
	index->pins = ARENA_ARRAY(arena, struct pins, n + 1);
	index->found = ARENA_ARRAY(arena, uint32_t, n + 1);
	index->stamps = ARENA_ARRAY(arena, uint32_t, n + 1);
	index->many = ARENA_ARRAY(arena, uint32_t, n + 1);
	for (size_t i = 0; i < n; i++) {
		index->pins[i] = pins_of(arena, conds[i]);
		all[i] = (uint32_t)i;
		if (views[i] == VIEW_MANY)
			index->many[index->n_many++] = (uint32_t)i;
	}
	index->all = index_some(index, all, n, 0);
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
	bool one;     /* it is about the least number alone, */
	size_t least; /* of those found so far */
};

static void find(struct question *q, uint32_t number)
{
	struct pins_index *index = q->index;

	if (index->stamps[number] == index->stamp || pins_exclude(q->pins, &index->pins[number]))
		return;
	index->stamps[number] = index->stamp;
	index->found[q->n++] = number;
	if (number < q->least)
		q->least = number;
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

/* How many find_pinned would look at, but for prefixes of the texts; and what nothing else can be
 * looked up by. */
static size_t cost_of(const struct texts *t, const struct pin_atoms *p)
{
	size_t cost = t->loose->n;

	for (size_t f = 0; f < PIN_COUNT; f++)
		if (t->loose->by[f])
			cost = 0;
	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0; k < atom_at(p, i)->n; k++) {
			struct str text = atom_at(p, i)->values[k].str;

			cost += beginning_end(t, text) - lower_bound(t, text);
		}
	return cost;
}

static void find_pinned(struct question *q, const struct texts *t, const struct pin_atoms *p)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct atom *atom = atom_at(p, i);

		for (size_t k = 0; k < atom->n; k++)
			find_text(q, t, atom->values[k].str, atom->test == TEST_PREFIX);
	}
}

/* By the field that leaves the fewest to look at; what is loose on it, by the others. */
static void find_among(struct question *q, const struct some *some)
{
	while (some) {
		const struct some *rest = NULL;
		size_t best = PIN_COUNT, least = some->n;

		for (size_t f = 0; f < PIN_COUNT; f++) {
			const struct pin_atoms *p = &q->pins->of[f];
			size_t cost = some->by[f] && p->n ? cost_of(some->by[f], p) : SIZE_MAX;

			if (cost < least) {
				least = cost;
				best = f;
			}
		}
		if (best < PIN_COUNT) {
			find_pinned(q, some->by[best], &q->pins->of[best]);
			rest = some->by[best]->loose;
		}
		for (size_t i = 0; i < some->n && !rest; i++) {
			if (q->one && some->numbers[i] >= q->least)
				break;
			find(q, some->numbers[i]);
		}
		some = rest;
	}
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

static struct question ask(struct pins_index *index, const struct pins *pins, bool one)
{
	struct question q = {.index = index, .pins = pins, .one = one, .least = SIZE_MAX};

	index->stamp++;
	find_among(&q, index->all);
	return q;
}

const uint32_t *pins_candidates(struct pins_index *index, const struct cond *cond, enum view view,
				size_t *n)
{
	struct pins pins = pins_of(index->arena, cond);
	struct question q = ask(index, &pins, false);

	if (view == VIEW_MANY)
		find_many(&q);
	qsort(index->found, q.n, sizeof *index->found, by_number);
	*n = q.n;
	return index->found;
}

bool pins_first(struct pins_index *index, const struct cond *cond, enum view view, size_t *number)
{
	struct pins pins = pins_of(index->arena, cond);

	*number = ask(index, &pins, true).least;
	if (view == VIEW_MANY && index->n_many && index->many[0] < *number)
		*number = index->many[0];
	return *number != SIZE_MAX;
}
