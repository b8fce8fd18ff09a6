/* SPDX-License-Identifier: Apache-2.0
 *
 * The index of conditions by values. */
#include "lint/larger.h"

#include <stdlib.h>

#include "ir/memo.h"

enum {
	LENGTHS = 256,	     /* of prefixes; longer ones are as one */
	PAIRS_MAX = 64,	     /* values that one condition is filed under, two at a time */
	COMPARED_MAX = 4096, /* values of two lists; of longer ones only the first are looked for */
};

struct entry {
	uint32_t number, next; /* next: entry + 1 */
};

struct bucket {	       /* of a value */
	uint32_t n;    /* how many ask for it */
	uint32_t head; /* those that are filed here: entry + 1 */
};

struct asked { /* the tests of one condition: from one place in `atoms` on */
	size_t from, n;
};

struct larger {
	struct arena *arena;
	VEC(const struct atom *) atoms;
	struct asked *asked;  /* by number */
	struct memo by_value; /* a hash: two values in one bucket do no harm */
	VEC(struct bucket) buckets;
	VEC(struct entry) entries;
	VEC(uint32_t) loose;
	bool lengths[LENGTHS + 1];
	uint32_t *found, *stamps, stamp;
	size_t n_found;
	VEC(uint64_t) keys; /* of the values that the condition at hand asks for */
};

/* --- the values that a condition asks for --- */

static uint64_t key_of(const struct atom *atom, bool prefix, struct str text, int word)
{
	uint64_t hash = fields[atom->field].type == TYPE_ENUM ? (uint64_t)word : str_hash(text);

	hash ^= memo_mix(str_hash(atom->key) + 2 * (uint64_t)atom->field + prefix);
	return memo_mix(hash | 1);
}

static uint64_t key_of_value(const struct atom *atom, size_t i)
{
	return key_of(atom, atom->test == TEST_PREFIX, atom->values[i].str, atom->values[i].word);
}

static bool asks(const struct cond *cond)
{
	return cond->kind == COND_ATOM && !cond->atom->negated && cond->atom->n > 0 &&
	       (cond->atom->test == TEST_IN || cond->atom->test == TEST_PREFIX);
}

/* What it takes asks for all of these; `part`: what a part of it does, one that may be chosen. */
static void add_asked(struct larger *larger, const struct cond *cond, bool part)
{
	size_t n = cond->kind == COND_AND || cond->kind == COND_ANY ? cond->n
		   : cond->kind == COND_OR && part && cond->n	    ? 1
								    : 0;

	if (asks(cond))
		VEC_PUSH(larger->arena, larger->atoms, cond->atom);
	for (size_t i = 0; i < n; i++)
		add_asked(larger, cond->kids[i], part);
}

static struct asked asked_of(struct larger *larger, const struct cond *cond, bool part)
{
	size_t from = larger->atoms.n;

	add_asked(larger, cond, part);
	return (struct asked){from, larger->atoms.n - from};
}

/* --- filing --- */

static struct bucket *bucket_of(struct larger *larger, uint64_t key)
{
	uint32_t at;

	if (!memo_get(&larger->by_value, key, &at)) {
		at = (uint32_t)larger->buckets.n;
		VEC_PUSH(larger->arena, larger->buckets, ((struct bucket){0, 0}));
		memo_put(&larger->by_value, larger->arena, key, at);
	}
	return &larger->buckets.items[at];
}

static void count(struct larger *larger, const struct atom *atom)
{
	for (size_t i = 0; i < atom->n; i++)
		bucket_of(larger, key_of_value(atom, i))->n++;
}

struct rarest {
	const struct atom *first, *second; /* NULL: it asks for no more */
};

static struct rarest find_rarest(struct larger *larger, struct asked asked)
{
	struct rarest rarest = {NULL, NULL};
	uint32_t least[2] = {UINT32_MAX, UINT32_MAX};

	for (size_t k = 0; k < asked.n; k++) {
		const struct atom *atom = larger->atoms.items[asked.from + k];
		uint32_t most = 0;

		for (size_t i = 0; i < atom->n; i++) {
			uint32_t n = bucket_of(larger, key_of_value(atom, i))->n;

			most = n > most ? n : most;
		}
		if (most < least[0]) {
			rarest = (struct rarest){atom, rarest.first};
			least[1] = least[0];
			least[0] = most;
		} else if (most < least[1]) {
			rarest.second = atom;
			least[1] = most;
		}
	}
	return rarest;
}

/* In any order. */
static uint64_t key_of_pair(uint64_t a, uint64_t b)
{
	return memo_mix((a + b) | 1);
}

static void add_entry(struct larger *larger, uint64_t key, uint32_t number)
{
	struct bucket *bucket = bucket_of(larger, key);

	VEC_PUSH(larger->arena, larger->entries, ((struct entry){number, bucket->head}));
	bucket->head = (uint32_t)larger->entries.n;
}

static void note_lengths(struct larger *larger, const struct atom *atom)
{
	for (size_t i = 0; i < atom->n && atom->test == TEST_PREFIX; i++) {
		size_t len = atom->values[i].str.len;

		larger->lengths[len < LENGTHS ? len : LENGTHS] = true;
	}
}

/* Under two values at a time: many share one, and few share two. */
static void file(struct larger *larger, struct rarest rarest, uint32_t number)
{
	const struct atom *a = rarest.first, *b = rarest.second;

	if (b && a->n * b->n > PAIRS_MAX)
		b = NULL;
	note_lengths(larger, a);
	if (b)
		note_lengths(larger, b);
	for (size_t i = 0; i < a->n; i++) {
		uint64_t key = key_of_value(a, i);

		for (size_t k = 0; b && k < b->n; k++)
			add_entry(larger, key_of_pair(key, key_of_value(b, k)), number);
		if (!b)
			add_entry(larger, key, number);
	}
}

struct larger *larger_new(struct arena *arena, const struct cond *const *conds, size_t n)
{
	struct larger *larger = ARENA_NEW(arena, struct larger);

	larger->arena = arena;
	larger->asked = ARENA_ARRAY(arena, struct asked, n + 1);
	larger->found = ARENA_ARRAY(arena, uint32_t, n + 1);
	larger->stamps = ARENA_ARRAY(arena, uint32_t, n + 1);
	for (size_t i = 0; i < n; i++)
		larger->asked[i] = asked_of(larger, conds[i], false);
	for (size_t i = 0; i < larger->atoms.n; i++)
		count(larger, larger->atoms.items[i]);
	for (size_t i = 0; i < n; i++) {
		struct rarest rarest = find_rarest(larger, larger->asked[i]);

		if (rarest.first)
			file(larger, rarest, (uint32_t)i);
		else
			VEC_PUSH(arena, larger->loose, (uint32_t)i);
	}
	return larger;
}

/* --- looking up --- */

static bool takes_value(const struct atom *large, const struct value *value)
{
	bool word = fields[large->field].type == TYPE_ENUM, prefix = large->test == TEST_PREFIX;

	for (size_t i = 0; i < large->n; i++)
		if (word     ? large->values[i].word == value->word
		    : prefix ? str_starts(value->str, large->values[i].str)
			     : str_eq(value->str, large->values[i].str))
			return true;
	return false;
}

static bool takes(const struct atom *large, const struct atom *small)
{
	if (large == small)
		return true;
	if (large->field != small->field || !str_eq(large->key, small->key) ||
	    (large->test == TEST_IN && small->test == TEST_PREFIX))
		return false;
	for (size_t i = 0; i < small->n && (!i || i * large->n < COMPARED_MAX); i++)
		if (!takes_value(large, &small->values[i]))
			return false;
	return true;
}

/* Does it ask for nothing that the other does not ask for? */
static bool fits(const struct larger *larger, struct asked large, struct asked small)
{
	const struct atom **atoms = larger->atoms.items;

	for (size_t i = 0; i < large.n; i++) {
		size_t k = 0;

		while (k < small.n && !takes(atoms[large.from + i], atoms[small.from + k]))
			k++;
		if (k == small.n)
			return false;
	}
	return true;
}

static void look(struct larger *larger, uint64_t key, struct asked asked)
{
	uint32_t at;

	if (!memo_get(&larger->by_value, key, &at))
		return;
	at = larger->buckets.items[at].head;
	while (at) {
		const struct entry *entry = &larger->entries.items[at - 1];

		if (larger->stamps[entry->number] != larger->stamp &&
		    fits(larger, larger->asked[entry->number], asked))
			larger->found[larger->n_found++] = entry->number;
		larger->stamps[entry->number] = larger->stamp;
		at = entry->next;
	}
}

static void add_key(struct larger *larger, uint64_t key)
{
	uint32_t at;

	if (memo_get(&larger->by_value, key, &at))
		VEC_PUSH(larger->arena, larger->keys, key);
}

/* By the first value: what takes all must take it. */
static void add_keys(struct larger *larger, const struct atom *atom)
{
	struct str text = atom->values[0].str;

	if (atom->test == TEST_IN)
		add_key(larger, key_of_value(atom, 0));
	if (fields[atom->field].type == TYPE_ENUM)
		return;
	for (size_t len = 0; len <= text.len; len++)
		if (larger->lengths[len < LENGTHS ? len : LENGTHS])
			add_key(larger, key_of(atom, true, str_slice(text, 0, len), 0));
}

static int by_number(const void *left, const void *right)
{
	const uint32_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

const uint32_t *larger_find(struct larger *larger, const struct cond *cond, size_t *n)
{
	struct asked asked = asked_of(larger, cond, true);

	larger->stamp++;
	larger->n_found = 0;
	larger->keys.n = 0;
	for (size_t i = 0; i < asked.n; i++)
		add_keys(larger, larger->atoms.items[asked.from + i]);
	for (size_t i = 0; i < larger->keys.n; i++) {
		look(larger, larger->keys.items[i], asked);
		for (size_t k = 0; k < i; k++)
			look(larger, key_of_pair(larger->keys.items[i], larger->keys.items[k]),
			     asked);
	}
	larger->atoms.n = asked.from;
	qsort(larger->found, larger->n_found, sizeof *larger->found, by_number);
	for (size_t i = 0; i < larger->loose.n; i++)
		larger->found[larger->n_found++] = larger->loose.items[i];
	*n = larger->n_found;
	return larger->found;
}
