/* SPDX-License-Identifier: Apache-2.0
 *
 * The least difference between two texts, after E. W. Myers, "An O(ND) Difference Algorithm and Its
 * Variations" (1986). A point (x, y) says that x lines of the old text and y of the new one are
 * behind us; it lies on diagonal x - y. In each step one line more goes or comes, and then all that
 * is equal is passed over; of each diagonal the farthest x counts. */
#include "cmd/diff_internal.h"

/* Lines that go and come, together: what is kept of all steps grows with its square. */
#define MOST 1000

struct search {
	const struct lines *old, *new;
	size_t **farthest; /* of step d, diagonal k: [d][(k + d) / 2] */
	size_t steps;
};

static size_t *at(const struct search *s, size_t d, long k)
{
	return &s->farthest[d][(size_t)(k + (long)d) / 2];
}

/* Does the way to diagonal k in step d come from k + 1: a line of the new text? Else one of the old
 * text goes. */
static bool comes(const struct search *s, size_t d, long k)
{
	return k == -(long)d || (k != (long)d && *at(s, d - 1, k - 1) < *at(s, d - 1, k + 1));
}

static bool equal(const struct search *s, size_t x, size_t y)
{
	return x < s->old->list.n &&
	       y < s->new->list.n &&str_eq(s->old->list.items[x].text, s->new->list.items[y].text);
}

/* Is the end reached on the diagonal? */
static bool step(struct search *s, size_t d, long k)
{
	size_t x = 0, y;

	if (d)
		x = comes(s, d, k) ? *at(s, d - 1, k + 1) : *at(s, d - 1, k - 1) + 1;
	y = (size_t)((long)x - k);
	while (equal(s, x, y)) {
		x++;
		y++;
	}
	*at(s, d, k) = x;
	return x >= s->old->list.n && y >= s->new->list.n;
}

/* The way back, as pairs (x, y) where a line goes or comes; then from the beginning. */
static void write(struct arena *arena, const struct search *s, struct edits *edits)
{
	struct point {
		size_t x, y;
	} *way = ARENA_ARRAY(arena, struct point, s->steps + 1);
	size_t x = s->old->list.n, y = s->new->list.n;

	way[s->steps] = (struct point){x, y};
	for (size_t d = s->steps; d > 0; d--) {
		long k = (long)x - (long)y, from = comes(s, d, k) ? k + 1 : k - 1;

		x = *at(s, d - 1, from);
		y = (size_t)((long)x - from);
		way[d - 1] = (struct point){x, y};
	}
	/* What is equal stands behind what goes or comes. */
	diff_add(arena, edits, ' ', s->old, 0, x);
	for (size_t d = 1; d <= s->steps; d++) {
		bool goes = way[d].x - way[d - 1].x > way[d].y - way[d - 1].y;

		x = way[d - 1].x;
		y = way[d - 1].y;
		if (goes)
			diff_add(arena, edits, '-', s->old, x, x + 1);
		else
			diff_add(arena, edits, '+', s->new, y, y + 1);
		diff_add(arena, edits, ' ', s->old, x + goes, way[d].x);
	}
}

bool diff_least(struct arena *arena, const struct lines *old, const struct lines *new,
		struct edits *edits)
{
	struct search s = {.old = old, .new = new};

	*edits = (struct edits){0};
	s.farthest = ARENA_ARRAY(arena, size_t *, MOST + 1);
	for (; s.steps <= MOST; s.steps++) {
		s.farthest[s.steps] = ARENA_ARRAY(arena, size_t, s.steps + 1);
		for (long k = -(long)s.steps; k <= (long)s.steps; k += 2) {
			if (!step(&s, s.steps, k))
				continue;
			write(arena, &s, edits);
			return true;
		}
	}
	return false;
}
