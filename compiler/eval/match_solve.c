/* SPDX-License-Identifier: Apache-2.0
 *
 * Can a rule's paths be satisfied together? Its paths are taken in their order; each takes a value
 * that its list takes and that stands in the same element as the values before it, of every array
 * they share; or it is absent there: no value at it stands in these elements.
 *
 * What matters of the choices so far is only the elements chosen in arrays in which later paths
 * have values too (live ones). As the order keeps the paths below an array together, that is mostly
 * one element, which tells those around it, and each state is tried once. Values in other elements
 * are passed over by their place in the event, not one by one. */
#include "eval/match_internal.h"

#include <stdlib.h>

#include "model/limit.h"

#define NONE UINT32_MAX

struct elements { /* in the order of the event, each once */
	uint32_t *items;
	size_t n;
};

struct path {
	struct elements all, taken; /* in which there is a value; one that the list takes */
	bool absent;		    /* would do */
};

/* A state that led nowhere: a path and the live elements. */
struct state {
	uint64_t hash;
	uint32_t *live;
	size_t n, path;
};

struct solver {
	struct arena *arena;
	const struct match_facts *facts;
	struct path *paths;
	size_t n_paths;
	uint32_t *chosen;     /* of each array, or NONE */
	uint32_t *last_use;   /* of each array: one more than the last path with a value in it */
	struct state *states; /* a hash table; hash 0: free */
	size_t n_states, room;
	size_t most; /* states; more are given up */
	bool gave_up;
};

static const struct match_element *element_of(const struct solver *s, uint32_t element)
{
	return s->facts->elements.items + element;
}

static int order_elements(const void *a, const void *b)
{
	const uint32_t *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

/* Sorted, each once. */
static void tidy(struct elements *elements)
{
	bool sorted = true;
	size_t n = 0;

	for (size_t i = 1; i < elements->n && sorted; i++)
		sorted = elements->items[i - 1] < elements->items[i];
	if (!sorted)
		qsort(elements->items, elements->n, sizeof *elements->items, order_elements);
	for (size_t i = 0; i < elements->n; i++)
		if (!n || elements->items[n - 1] != elements->items[i])
			elements->items[n++] = elements->items[i];
	elements->n = n;
}

/* False if the path cannot be satisfied at all. */
static bool begin_path(struct solver *s, const struct match_entry *entry, struct path *path)
{
	const struct match_leaves *leaves = s->facts->leaves + entry->path_id;

	*path = (struct path){
		.all.items = ARENA_ARRAY(s->arena, uint32_t, leaves->n),
		.taken.items = ARENA_ARRAY(s->arena, uint32_t, leaves->n),
		.absent = entry->list->absent,
	};
	for (size_t i = 0; i < leaves->n; i++) {
		const struct match_leaf *leaf = leaves->items + i;

		path->all.items[path->all.n++] = leaf->element;
		/* More values in the same element cannot add anything. */
		if ((!path->taken.n || path->taken.items[path->taken.n - 1] != leaf->element) &&
		    match_list_takes(entry->list, &leaf->value))
			path->taken.items[path->taken.n++] = leaf->element;
	}
	tidy(&path->all);
	tidy(&path->taken);
	return path->absent || path->taken.n;
}

static void note_uses(struct solver *s)
{
	memset(s->last_use, 0, s->facts->arrays.n * sizeof *s->last_use);
	for (size_t i = 0; i < s->n_paths; i++)
		for (size_t k = 0; k < s->paths[i].all.n; k++)
			for (uint32_t e = s->paths[i].all.items[k]; e;
			     e = element_of(s, e)->parent) {
				uint32_t *use = s->last_use + element_of(s, e)->array;

				if (*use == i + 1)
					break;
				*use = (uint32_t)i + 1;
			}
}

static size_t first_from(const struct elements *elements, size_t at, uint32_t element)
{
	size_t low = at, high = elements->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (elements->items[middle] < element)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The next one from `at` on that lies in the chosen elements of all arrays it is in; elements->n if
 * there is none. */
static size_t next_consistent(const struct solver *s, const struct elements *elements, size_t at)
{
	while (at < elements->n) {
		uint32_t element = elements->items[at], skip_to = 0;

		/* The outermost array where it lies elsewhere is seen last. */
		for (uint32_t e = element; e; e = element_of(s, e)->parent) {
			uint32_t array = element_of(s, e)->array, chosen = s->chosen[array];

			if (chosen != NONE && chosen != e)
				skip_to = e < chosen ? chosen : s->facts->arrays.items[array] + 1;
		}
		if (!skip_to)
			break;
		at = first_from(elements, at + 1, skip_to);
	}
	return at;
}

/* The elements, reduced to what matters from a path on: those around them that are in arrays with
 * values of later paths, and of these the innermost. */
static struct elements reduce(struct solver *s, const struct elements *live, uint32_t more,
			      size_t path)
{
	struct elements out = {ARENA_ARRAY(s->arena, uint32_t, live->n + 1), 0};
	size_t n = 0;

	for (size_t i = 0; i <= live->n; i++) {
		uint32_t e = i < live->n ? live->items[i] : more;

		while (e && s->last_use[element_of(s, e)->array] <= path)
			e = element_of(s, e)->parent;
		if (e)
			out.items[out.n++] = e;
	}
	tidy(&out);
	for (size_t i = 0; i < out.n; i++)
		if (i + 1 == out.n || element_of(s, out.items[i])->last < out.items[i + 1])
			out.items[n++] = out.items[i];
	out.n = n;
	return out;
}

static uint64_t hash_state(size_t path, const struct elements *live)
{
	uint64_t hash =
		str_hash((struct str){(const char *)live->items, live->n * sizeof *live->items});

	hash = (hash ^ path) * 0x9E3779B97F4A7C15u;
	return hash ? hash : 1;
}

static void grow_states(struct solver *s)
{
	struct state *old = s->states;
	size_t room = s->room;

	s->room = room ? 2 * room : 64;
	s->states = ARENA_ARRAY(s->arena, struct state, s->room);
	for (size_t i = 0; i < room; i++) {
		size_t at = old[i].hash & (s->room - 1);

		if (!old[i].hash)
			continue;
		while (s->states[at].hash)
			at = (at + 1) & (s->room - 1);
		s->states[at] = old[i];
	}
}

/* False if the state was there before. */
static bool add_state(struct solver *s, size_t path, const struct elements *live)
{
	uint64_t hash = hash_state(path, live);
	size_t at;

	if (2 * s->n_states >= s->room)
		grow_states(s);
	for (at = hash & (s->room - 1); s->states[at].hash; at = (at + 1) & (s->room - 1)) {
		const struct state *state = s->states + at;

		if (state->hash == hash && state->path == path && state->n == live->n &&
		    (!live->n ||
		     memcmp(state->live, live->items, live->n * sizeof *live->items) == 0))
			return false;
	}
	s->states[at] = (struct state){hash, live->items, live->n, path};
	s->n_states++;
	return true;
}

/* Chooses the element and those around it, as far as they are not chosen; where it stopped. */
static uint32_t choose(struct solver *s, uint32_t element)
{
	for (; element; element = element_of(s, element)->parent) {
		uint32_t *chosen = s->chosen + element_of(s, element)->array;

		if (*chosen != NONE)
			break;
		*chosen = element;
	}
	return element;
}

static void forget(struct solver *s, uint32_t element, uint32_t stop)
{
	for (; element != stop; element = element_of(s, element)->parent)
		s->chosen[element_of(s, element)->array] = NONE;
}

/* Recursion: as many levels as a rule has paths, 256. */
static bool solve(struct solver *s, size_t path, const struct elements *live)
{
	const struct path *p = s->paths + path;
	struct elements next;

	if (path == s->n_paths)
		return true;
	if (!add_state(s, path, live))
		return false;
	if (s->n_states > s->most) {
		s->gave_up = true;
		return false;
	}
	if (p->absent && next_consistent(s, &p->all, 0) == p->all.n) {
		next = reduce(s, live, 0, path + 1);
		if (solve(s, path + 1, &next))
			return true;
	}
	for (size_t i = next_consistent(s, &p->taken, 0); i < p->taken.n;
	     i = next_consistent(s, &p->taken, i + 1)) {
		uint32_t element = p->taken.items[i], stop = choose(s, element);
		bool found;

		next = reduce(s, live, element, path + 1);
		found = solve(s, path + 1, &next);
		forget(s, element, stop);
		if (found)
			return true;
	}
	return false;
}

static bool solve_rule(struct solver *s, const struct match_rule *rule)
{
	struct elements none = {0};

	s->paths = ARENA_ARRAY(s->arena, struct path, rule->n);
	s->n_paths = rule->n;
	for (size_t i = 0; i < rule->n; i++)
		if (!begin_path(s, rule->entries + i, s->paths + i))
			return false;
	note_uses(s);
	s->states = NULL;
	s->n_states = s->room = 0;
	/* One live element at a time makes no more states than this. */
	s->most = s->facts->elements.n * s->n_paths + (size_t)limits[LIMIT_match_steps].value;
	return solve(s, 0, &none);
}

bool match_solve(const struct match_pattern *pattern, struct arena *scratch,
		 const struct match_facts *facts, bool *match)
{
	size_t n = facts->arrays.n;
	struct solver s = {
		.arena = scratch,
		.facts = facts,
		.chosen = ARENA_ARRAY(scratch, uint32_t, n),
		.last_use = ARENA_ARRAY(scratch, uint32_t, n),
	};

	memset(s.chosen, 0xFF, n * sizeof *s.chosen);
	*match = false;
	for (size_t i = 0; i < pattern->n_rules && !*match; i++)
		*match = solve_rule(&s, pattern->rules + i);
	return *match || !s.gave_up;
}
