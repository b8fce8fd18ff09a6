/* SPDX-License-Identifier: Apache-2.0
 *
 * The index of conditions by values. */
#include "lint/larger.h"

#include <stdlib.h>

#include "ir/memo.h"

enum { LENGTHS = 256 }; /* of prefixes; longer ones are as one */

struct entry {
	uint32_t number, next; /* next: entry + 1 */
};

struct bucket {	       /* of a value */
	uint32_t n;    /* how many ask for it */
	uint32_t head; /* those that are filed here: entry + 1 */
};

struct larger {
	struct arena *arena;
	const struct cond *const *conds;
	struct memo by_value; /* a hash: two values in one bucket do no harm */
	VEC(struct bucket) buckets;
	VEC(struct entry) entries;
	VEC(uint32_t) loose;
	bool lengths[LENGTHS + 1];
	uint32_t *found, *stamps, stamp;
	size_t n_found;
	VEC(const struct atom *) asked; /* by the condition at hand */
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

typedef void atom_fn(struct larger *larger, const struct atom *atom, void *context);

/* What it takes asks for all of these; `part`: what a part of it does, one that may be chosen. */
static void each_asked(struct larger *larger, const struct cond *cond, bool part, atom_fn *visit,
		       void *context)
{
	size_t n = cond->kind == COND_AND || cond->kind == COND_ANY ? cond->n
		   : cond->kind == COND_OR && part && cond->n	    ? 1
								    : 0;

	if (asks(cond))
		visit(larger, cond->atom, context);
	for (size_t i = 0; i < n; i++)
		each_asked(larger, cond->kids[i], part, visit, context);
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

static void count(struct larger *larger, const struct atom *atom, void *context)
{
	(void)context;
	for (size_t i = 0; i < atom->n; i++)
		bucket_of(larger, key_of_value(atom, i))->n++;
}

struct rarest {
	const struct atom *atom;
	uint32_t n;
};

static void choose(struct larger *larger, const struct atom *atom, void *context)
{
	struct rarest *rarest = context;
	uint32_t most = 0;

	for (size_t i = 0; i < atom->n; i++) {
		uint32_t n = bucket_of(larger, key_of_value(atom, i))->n;

		most = n > most ? n : most;
	}
	if (!rarest->atom || most < rarest->n)
		*rarest = (struct rarest){atom, most};
}

static void file(struct larger *larger, const struct atom *atom, uint32_t number)
{
	for (size_t i = 0; i < atom->n; i++) {
		struct bucket *bucket = bucket_of(larger, key_of_value(atom, i));
		size_t len = atom->values[i].str.len;

		VEC_PUSH(larger->arena, larger->entries, ((struct entry){number, bucket->head}));
		bucket->head = (uint32_t)larger->entries.n;
		if (atom->test == TEST_PREFIX)
			larger->lengths[len < LENGTHS ? len : LENGTHS] = true;
	}
}

struct larger *larger_new(struct arena *arena, const struct cond *const *conds, size_t n)
{
	struct larger *larger = ARENA_NEW(arena, struct larger);

	larger->arena = arena;
	larger->conds = conds;
	larger->found = ARENA_ARRAY(arena, uint32_t, n + 1);
	larger->stamps = ARENA_ARRAY(arena, uint32_t, n + 1);
	for (size_t i = 0; i < n; i++)
		each_asked(larger, conds[i], false, count, NULL);
	for (size_t i = 0; i < n; i++) {
		struct rarest rarest = {NULL, 0};

		each_asked(larger, conds[i], false, choose, &rarest);
		if (rarest.atom)
			file(larger, rarest.atom, (uint32_t)i);
		else
			VEC_PUSH(arena, larger->loose, (uint32_t)i);
	}
	return larger;
}

/* --- looking up --- */

static void look(struct larger *larger, uint64_t key)
{
	uint32_t at;

	if (!memo_get(&larger->by_value, key, &at))
		return;
	at = larger->buckets.items[at].head;
	while (at) {
		const struct entry *entry = &larger->entries.items[at - 1];

		if (larger->stamps[entry->number] != larger->stamp)
			larger->found[larger->n_found++] = entry->number;
		larger->stamps[entry->number] = larger->stamp;
		at = entry->next;
	}
}

/* By the first value: what takes all must take it. */
static void look_for(struct larger *larger, const struct atom *atom, void *context)
{
	struct str text = atom->values[0].str;

	(void)context;
	VEC_PUSH(larger->arena, larger->asked, atom);
	if (atom->test == TEST_IN)
		look(larger, key_of_value(atom, 0));
	if (fields[atom->field].type == TYPE_ENUM)
		return;
	for (size_t len = 0; len <= text.len; len++)
		if (larger->lengths[len < LENGTHS ? len : LENGTHS])
			look(larger, key_of(atom, true, str_slice(text, 0, len), 0));
}

static bool takes(const struct atom *large, const struct atom *small)
{
	bool word = fields[small->field].type == TYPE_ENUM, prefix = large->test == TEST_PREFIX;
	struct str text = small->values[0].str;

	if (large->field != small->field || !str_eq(large->key, small->key) ||
	    (!prefix && small->test == TEST_PREFIX))
		return false;
	for (size_t i = 0; i < large->n; i++)
		if (word     ? large->values[i].word == small->values[0].word
		    : prefix ? str_starts(text, large->values[i].str)
			     : str_eq(text, large->values[i].str))
			return true;
	return false;
}

static void compare(struct larger *larger, const struct atom *atom, void *context)
{
	bool *fits = context, taken = false;

	for (size_t i = 0; i < larger->asked.n && *fits && !taken; i++)
		taken = takes(atom, larger->asked.items[i]);
	*fits &= taken;
}

/* Those that ask for no value that the condition at hand does not ask for. */
static void keep_fitting(struct larger *larger)
{
	size_t n = 0;

	for (size_t i = 0; i < larger->n_found; i++) {
		bool fits = true;

		each_asked(larger, larger->conds[larger->found[i]], false, compare, &fits);
		if (fits)
			larger->found[n++] = larger->found[i];
	}
	larger->n_found = n;
}

static int by_number(const void *left, const void *right)
{
	const uint32_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

const uint32_t *larger_find(struct larger *larger, const struct cond *cond, size_t *n)
{
	larger->stamp++;
	larger->n_found = 0;
	larger->asked.n = 0;
	each_asked(larger, cond, true, look_for, NULL);
	keep_fitting(larger);
	qsort(larger->found, larger->n_found, sizeof *larger->found, by_number);
	for (size_t i = 0; i < larger->loose.n; i++)
		larger->found[larger->n_found++] = larger->loose.items[i];
	*n = larger->n_found;
	return larger->found;
}
