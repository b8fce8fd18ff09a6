/* SPDX-License-Identifier: Apache-2.0
 *
 * The least difference between two texts, after E. W. Myers, "An O(ND) Difference Algorithm and Its
 * Variations" (1986). A point (x, y) says that x lines of the old text and y of the new one are
 * behind us; it lies on diagonal x - y. In each step one line more goes or comes, and then all that
 * is equal is passed over; of each diagonal the farthest x counts. After so many steps the search
 * begins anew where it came farthest: that keeps it linear, and what is found is the least nearly
 * always. */
#include "cmd/diff_internal.h"

#define STEPS 200

struct search {
	const struct line *old, *new; /* what is left of them */
	size_t n_old, n_new;
	size_t *farthest[STEPS + 1]; /* of step d, diagonal k: [d][(k + d) / 2] */
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
	return x < s->n_old && y < s->n_new && str_eq(s->old[x].text, s->new[y].text);
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
	return x == s->n_old && y == s->n_new;
}

/* The diagonal on which step d came farthest. What is beyond the end of a text is no place; that
 * there is nothing else cannot be, and is false. */
static bool farthest(const struct search *s, size_t d, long *best)
{
	long most = -1;

	for (long k = -(long)d; k <= (long)d; k += 2) {
		long x = (long)*at(s, d, k), y = x - k;

		if (x <= (long)s->n_old && y <= (long)s->n_new && x + y > most) {
			most = x + y;
			*best = k;
		}
	}
	return most >= 0;
}

static void add(struct arena *arena, struct edits *edits, char mark, const struct line *lines,
		size_t n)
{
	for (size_t i = 0; i < n; i++)
		VEC_PUSH(arena, edits->list, ((struct edit){mark, lines[i].text}));
}

/* The way to diagonal k in step d, found from its end. What is equal stands behind what goes or
 * comes. Then the search is at that point. */
static void write(struct arena *arena, struct search *s, size_t d, long k, struct edits *edits)
{
	struct point {
		size_t x, y;
	} way[STEPS + 1];

	for (size_t i = d;; i--) {
		size_t x = *at(s, i, k);

		way[i] = (struct point){x, (size_t)((long)x - k)};
		if (!i)
			break;
		k = comes(s, i, k) ? k + 1 : k - 1;
	}
	add(arena, edits, ' ', s->old, way[0].x);
	for (size_t i = 1; i <= d; i++) {
		size_t x = way[i - 1].x, y = way[i - 1].y;
		bool goes = way[i].x - x > way[i].y - y;

		add(arena, edits, goes ? '-' : '+', goes ? s->old + x : s->new + y, 1);
		add(arena, edits, ' ', s->old + x + goes, way[i].x - x - goes);
	}
	s->old += way[d].x;
	s->n_old -= way[d].x;
	s->new += way[d].y;
	s->n_new -= way[d].y;
}

/* One search; true at the end. */
static bool search(struct arena *arena, struct search *s, struct edits *edits)
{
	long best;

	for (size_t d = 0; d <= STEPS; d++) {
		for (long k = -(long)d; k <= (long)d; k += 2) {
			if (!step(s, d, k))
				continue;
			write(arena, s, d, k, edits);
			return true;
		}
	}
	if (farthest(s, STEPS, &best)) {
		write(arena, s, STEPS, best, edits);
		return false;
	}
	add(arena, edits, '-', s->old, s->n_old);
	add(arena, edits, '+', s->new, s->n_new);
	return true;
}

struct edits diff_least(struct arena *arena, const struct lines *old, const struct lines *new)
{
	struct edits edits = {0};
	struct search s = {
		.old = old->list.items,
		.new = new->list.items,
		.n_old = old->list.n,
		.n_new = new->list.n,
	};

	for (size_t d = 0; d <= STEPS; d++)
		s.farthest[d] = ARENA_ARRAY(arena, size_t, d + 1);
	while (!search(arena, &s, &edits))
		;
	return edits;
}
