/* SPDX-License-Identifier: Apache-2.0
 *
 * The measure of wildcards: a walk over the sets of pattern beginnings that a text can reach. */
#include "target/wildcard.h"

#include "base/vec.h"

#include <string.h>

#define SETS_MAX 20000 /* reachable sets looked at before the patterns count as too complex */

/* A place between the tokens of a pattern. `starred`: there is a '*' before it. */
struct place {
	bool star; /* the next token is '*' */
	bool starred;
	bool end;
	unsigned char byte; /* the next token, else */
};

struct machine {
	struct arena *arena;
	struct place *places;
	size_t n;
	size_t words;	/* uint64_t per set */
	bool used[256]; /* bytes that occur; all others behave alike */
	VEC(uint64_t *) sets;
	uint32_t *table; /* of sets, by hash; 0: free */
	size_t cap;
};

static void add_pattern(struct machine *m, struct str p)
{
	bool starred = false;

	for (size_t i = 0; i < p.len; i++) {
		struct place *place = &m->places[m->n++];

		place->starred = starred;
		if (p.ptr[i] == '*') {
			place->star = true;
			starred = true;
			continue;
		}
		if (p.ptr[i] == '\\' && i + 1 < p.len)
			i++;
		place->byte = (unsigned char)p.ptr[i];
		m->used[place->byte] = true;
	}
	m->places[m->n++] = (struct place){.end = true, .starred = starred};
}

static bool has(const uint64_t *set, size_t i)
{
	return set[i / 64] >> (i % 64) & 1;
}

/* A '*' may be empty: its place carries on to the next. */
static void put(const struct machine *m, uint64_t *set, size_t i)
{
	for (;; i++) {
		set[i / 64] |= UINT64_C(1) << (i % 64);
		if (!m->places[i].star)
			return;
	}
}

static uint64_t hash(const struct machine *m, const uint64_t *set)
{
	return str_hash((struct str){(const char *)set, m->words * sizeof *set});
}

static size_t slot_of(const struct machine *m, const uint64_t *set)
{
	size_t i = (size_t)hash(m, set) & (m->cap - 1);

	while (m->table[i] &&
	       memcmp(m->sets.items[m->table[i] - 1], set, m->words * sizeof *set) != 0)
		i = (i + 1) & (m->cap - 1);
	return i;
}

static void grow_table(struct machine *m)
{
	m->cap = m->cap ? 2 * m->cap : 64;
	m->table = ARENA_ARRAY(m->arena, uint32_t, m->cap);
	for (size_t i = 0; i < m->sets.n; i++)
		m->table[slot_of(m, m->sets.items[i])] = (uint32_t)(i + 1);
}

/* Remembers a set unless it is known. */
static void add_set(struct machine *m, const uint64_t *set)
{
	uint64_t *copy;
	size_t i;

	if (2 * m->sets.n >= m->cap)
		grow_table(m);
	i = slot_of(m, set);
	if (m->table[i])
		return;
	copy = ARENA_ARRAY(m->arena, uint64_t, m->words);
	memcpy(copy, set, m->words * sizeof *set);
	VEC_PUSH(m->arena, m->sets, copy);
	m->table[i] = (uint32_t)m->sets.n;
}

/* Beginnings with a '*': the place in front of a '*' is the beginning without it. */
static unsigned count(const struct machine *m, const uint64_t *set)
{
	unsigned n = 0;

	for (size_t i = 0; i < m->n; i++)
		if (has(set, i) && m->places[i].starred)
			n++;
	return n;
}

static void step(const struct machine *m, const uint64_t *from, int byte, uint64_t *to)
{
	memset(to, 0, m->words * sizeof *to);
	for (size_t i = 0; i < m->n; i++) {
		if (!has(from, i))
			continue;
		if (m->places[i].star)
			put(m, to, i);
		else if (!m->places[i].end && byte == m->places[i].byte)
			put(m, to, i + 1);
	}
}

static unsigned measure(struct machine *m, const struct str *patterns, size_t n, unsigned limit)
{
	uint64_t *next;
	size_t total = 0;
	unsigned most = 0;

	for (size_t i = 0; i < n; i++)
		total += patterns[i].len + 1;
	m->places = ARENA_ARRAY(m->arena, struct place, total);
	m->words = total / 64 + 1;
	next = ARENA_ARRAY(m->arena, uint64_t, m->words);
	for (size_t i = 0; i < n; i++)
		add_pattern(m, patterns[i]);
	for (size_t i = 0; i < m->n; i++)
		if (i == 0 || m->places[i - 1].end)
			put(m, next, i);
	add_set(m, next);
	for (size_t at = 0; at < m->sets.n; at++) {
		unsigned live = count(m, m->sets.items[at]);

		most = live > most ? live : most;
		if (most > limit || m->sets.n > SETS_MAX)
			return limit + 1;
		for (int byte = -1; byte < 256; byte++) {
			if (byte >= 0 && !m->used[byte])
				continue;
			step(m, m->sets.items[at], byte, next);
			add_set(m, next);
		}
	}
	return most;
}

unsigned wildcard_complexity(const struct str *patterns, size_t n, unsigned limit)
{
	struct machine m = {.arena = arena_new()};
	unsigned most = measure(&m, patterns, n, limit);

	arena_free(m.arena); /* nothing of it is needed again, and there are many calls */
	return most;
}
