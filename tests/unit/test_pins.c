/* SPDX-License-Identifier: Apache-2.0
 *
 * The index of pins gives what looking at every pair gives, for random conditions: some pinned on
 * each field or several, by lists and prefixes, some on none. */
#include "target/pins.h"

#include "base/vec.h"
#include "random_prng.h"
#include "tap.h"

enum { CONDS = 300, ROUNDS = 20 };

static struct arena *arena;

/* From pools so small that texts meet, and begin one another. */
static struct str text_of(struct prng *r, enum field_id field)
{
	if (field == FIELD_cve)
		return str_printf(arena, "CVE-2024-1%03u", below(r, 40));
	if (field == FIELD_account)
		return str_printf(arena, "11112222333%u", below(r, 4));
	return str_printf(arena, "t%u/%.*s", below(r, 9), (int)below(r, 4), "app");
}

static const struct cond *atom_of(struct prng *r)
{
	static const enum field_id by[] = {FIELD_cve, FIELD_repository, FIELD_account, FIELD_title};
	struct atom *atom = ARENA_NEW(arena, struct atom);
	struct cond *cond = ARENA_NEW(arena, struct cond);

	atom->field = ONE_OF(r, by);
	atom->test = atom->field == FIELD_repository && chance(r, 50) ? TEST_PREFIX : TEST_IN;
	atom->negated = chance(r, 10);
	atom->n = 1 + below(r, 3);
	atom->values = ARENA_ARRAY(arena, struct value, atom->n);
	for (size_t i = 0; i < atom->n; i++)
		atom->values[i].str = text_of(r, atom->field);
	*cond = (struct cond){.kind = COND_ATOM, .atom = atom};
	return cond;
}

static const struct cond *cond_of(struct prng *r, unsigned depth)
{
	struct cond *cond = ARENA_NEW(arena, struct cond);

	if (!depth || chance(r, 30))
		return atom_of(r);
	cond->kind = chance(r, 70) ? COND_AND : COND_OR;
	cond->n = 1 + below(r, 3);
	cond->kids = ARENA_ARRAY(arena, const struct cond *, cond->n);
	for (size_t i = 0; i < cond->n; i++)
		cond->kids[i] = cond_of(r, depth - 1);
	return cond;
}

static enum view view_of(struct prng *r)
{
	return chance(r, 10) ? VIEW_MANY : VIEW_SINGLE;
}

static void test_round(unsigned seed)
{
	struct prng r = prng_of(seed);
	const struct cond *conds[CONDS];
	enum view views[CONDS];
	struct pins pins[CONDS];
	struct pins_index *index;
	unsigned wrong = 0;
	size_t given = 0;

	for (size_t i = 0; i < CONDS; i++) {
		conds[i] = cond_of(&r, 2);
		views[i] = view_of(&r);
		pins[i] = pins_of(arena, conds[i]);
	}
	index = pins_index_new(arena, conds, views, seed ? CONDS : 0);
	for (size_t i = 0; i < CONDS; i++) {
		size_t n, first, at = 0;
		const uint32_t *found = pins_candidates(index, conds[i], views[i], &n);

		for (size_t k = 0; k < (seed ? CONDS : 0); k++) {
			bool many = views[i] == VIEW_MANY && views[k] == VIEW_MANY;

			if (many || !pins_exclude(&pins[i], &pins[k]))
				wrong += at == n || found[at++] != k;
		}
		wrong += at != n;
		at = n ? found[0] : SIZE_MAX;
		wrong += pins_first(index, conds[i], views[i], &first) != (n > 0) || first != at;
		given += n;
	}
	ok(!wrong, "seed %u: as from all pairs, %zu of %d", seed, given, CONDS * CONDS);
}

int main(void)
{
	for (unsigned seed = 0; seed <= ROUNDS; seed++) {
		arena = arena_new();
		test_round(seed);
		arena_free(arena);
	}
	return done();
}
