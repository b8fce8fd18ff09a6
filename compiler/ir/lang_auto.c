/* SPDX-License-Identifier: Apache-2.0
 *
 * Automata: from any deterministic table to the canonical one. Dead states are trimmed, the live
 * ones are merged by Hopcroft's algorithm on the partial automaton (a splitter is a whole block,
 * all its classes at once; O(m log n) for m live transitions), and what remains is numbered
 * breadth first in byte order. Nothing here recurses. */
#include <string.h>

#include "ir/lang_internal.h"

struct lang_dfa *lang_dfa_over(struct arena *arena, struct str bytes, size_t n)
{
	struct lang_dfa *a = ARENA_NEW(arena, struct lang_dfa);
	uint32_t k = 0;

	if (bytes.len < 256)
		k = 1; /* class 0: the bytes not named */
	for (size_t i = 0; i < bytes.len; i++)
		a->class_of[(unsigned char)bytes.ptr[i]] = (uint8_t)k++;
	if (n > LANG_STATES_MAX || n * k > LANG_CELLS_MAX)
		return NULL;
	a->n = (uint32_t)n;
	a->k = k;
	a->delta = ARENA_ARRAY(arena, uint32_t, n * k);
	memset(a->delta, 0xff, n * k * sizeof *a->delta);
	a->final = ARENA_ARRAY(arena, uint8_t, n);
	return a;
}

uint32_t lang_dfa_walk(const struct lang_dfa *a, uint32_t state, struct str s)
{
	for (size_t i = 0; i < s.len && state != LANG_NO_STATE; i++)
		state = lang_dfa_step(a, state, (unsigned char)s.ptr[i]);
	return state;
}

uint32_t lang_dfa_sink(const struct lang_dfa *a, bool accept)
{
	for (uint32_t q = 0; q < a->n; q++) {
		uint32_t c = 0;

		if (a->final[q] != accept)
			continue;
		while (c < a->k && a->delta[(size_t)q * a->k + c] == q)
			c++;
		if (c == a->k)
			return q;
	}
	return LANG_NO_STATE;
}

/* --- transitions by the state they lead to --- */

struct edge {
	uint32_t class, tail;
};

struct inverse {
	size_t *first; /* n + 1 */
	struct edge *edges; /* of one head: by class */
};

static void invert(struct arena *arena, const struct lang_dfa *a, struct inverse *in)
{
	size_t cells = (size_t)a->n * a->k, *fill = ARENA_ARRAY(arena, size_t, a->n + 1);

	in->first = ARENA_ARRAY(arena, size_t, a->n + 1);
	for (size_t i = 0; i < cells; i++)
		if (a->delta[i] != LANG_NO_STATE)
			in->first[a->delta[i] + 1]++;
	for (uint32_t q = 0; q < a->n; q++) {
		in->first[q + 1] += in->first[q];
		fill[q] = in->first[q];
	}
	in->edges = ARENA_ARRAY(arena, struct edge, in->first[a->n]);
	for (uint32_t c = 0; c < a->k; c++)
		for (uint32_t q = 0; q < a->n; q++) {
			uint32_t head = a->delta[(size_t)q * a->k + c];

			if (head != LANG_NO_STATE)
				in->edges[fill[head]++] = (struct edge){c, q};
		}
}

/* --- partition --- */

struct partition {
	const struct lang_dfa *a;
	struct inverse in;
	uint32_t n_live, n_blocks;
	uint32_t *states;   /* the live ones, block by block */
	uint32_t *place;    /* of a state in states */
	uint32_t *block_of; /* LANG_NO_STATE: dead */
	uint32_t *first, *end, *marked; /* of a block; marked states stand first */
	uint32_t *work;     /* blocks to split by */
	uint32_t n_work;
	uint32_t *touched;  /* blocks with marked states */
	size_t *class_first; /* k + 1: the edges into the splitter, by class */
	size_t *class_fill;
	uint32_t *tails, *heads; /* room for all edges, all states */
};

/* Live: leads to a final state. Fills states with them (in search order) and block_of with 0. */
static void find_live(struct partition *p)
{
	const struct lang_dfa *a = p->a;

	memset(p->block_of, 0xff, a->n * sizeof *p->block_of);
	for (uint32_t q = 0; q < a->n; q++)
		if (a->final[q]) {
			p->block_of[q] = 0;
			p->states[p->n_live++] = q;
		}
	for (uint32_t i = 0; i < p->n_live; i++) {
		uint32_t head = p->states[i];

		for (size_t j = p->in.first[head]; j < p->in.first[head + 1]; j++) {
			uint32_t tail = p->in.edges[j].tail;

			if (p->block_of[tail] == LANG_NO_STATE) {
				p->block_of[tail] = 0;
				p->states[p->n_live++] = tail;
			}
		}
	}
}

static void partition_init(struct arena *arena, struct partition *p, const struct lang_dfa *a)
{
	uint32_t n = a->n, n_final = 0;

	*p = (struct partition){.a = a};
	invert(arena, a, &p->in);
	p->states = ARENA_ARRAY(arena, uint32_t, n);
	p->place = ARENA_ARRAY(arena, uint32_t, n);
	p->block_of = ARENA_ARRAY(arena, uint32_t, n);
	p->first = ARENA_ARRAY(arena, uint32_t, n + 1);
	p->end = ARENA_ARRAY(arena, uint32_t, n + 1);
	p->marked = ARENA_ARRAY(arena, uint32_t, n + 1);
	p->work = ARENA_ARRAY(arena, uint32_t, n + 1);
	p->touched = ARENA_ARRAY(arena, uint32_t, n + 1);
	p->class_first = ARENA_ARRAY(arena, size_t, a->k + 1);
	p->class_fill = ARENA_ARRAY(arena, size_t, a->k + 1);
	p->tails = ARENA_ARRAY(arena, uint32_t, p->in.first[n]);
	p->heads = ARENA_ARRAY(arena, uint32_t, n);
	find_live(p);
	/* the search began with the final states, so they stand first */
	while (n_final < p->n_live && a->final[p->states[n_final]])
		n_final++;
	for (uint32_t i = 0; i < p->n_live; i++) {
		p->place[p->states[i]] = i;
		p->block_of[p->states[i]] = i >= n_final;
	}
	p->n_blocks = p->n_live > n_final ? 2 : p->n_live > 0;
	p->end[0] = n_final;
	p->first[1] = p->marked[1] = n_final;
	p->end[1] = p->n_live;
	/* partial automaton: both blocks must split, not only the smaller one */
	for (uint32_t b = 0; b < p->n_blocks; b++)
		p->work[p->n_work++] = b;
}

static void mark(struct partition *p, uint32_t state, uint32_t *n_touched)
{
	uint32_t block = p->block_of[state];
	uint32_t from = p->place[state], to = p->marked[block];
	uint32_t other = p->states[to];

	if (to == p->first[block])
		p->touched[(*n_touched)++] = block;
	p->states[to] = state;
	p->place[state] = to;
	p->states[from] = other;
	p->place[other] = from;
	p->marked[block]++;
}

/* The marked part and the rest become two blocks; the smaller one gets the new number. */
static void split(struct partition *p, uint32_t block)
{
	uint32_t mid = p->marked[block], made = p->n_blocks;

	p->marked[block] = p->first[block];
	if (mid == p->end[block])
		return;
	if (mid - p->first[block] <= p->end[block] - mid) {
		p->first[made] = p->first[block];
		p->end[made] = mid;
		p->first[block] = p->marked[block] = mid;
	} else {
		p->first[made] = mid;
		p->end[made] = p->end[block];
		p->end[block] = mid;
	}
	p->marked[made] = p->first[made];
	for (uint32_t i = p->first[made]; i < p->end[made]; i++)
		p->block_of[p->states[i]] = made;
	p->n_blocks++;
	/* If block waits, both wait. If not, all is stable against it, and the smaller part is
	 * enough. */
	p->work[p->n_work++] = made;
}

/* The edges into a block, bucketed by class, copied because splitting moves states. */
static void collect(struct partition *p, uint32_t block)
{
	uint32_t n = p->end[block] - p->first[block];
	size_t sum = 0;

	memcpy(p->heads, p->states + p->first[block], n * sizeof *p->heads);
	memset(p->class_first, 0, (p->a->k + 1) * sizeof *p->class_first);
	for (uint32_t i = 0; i < n; i++)
		for (size_t j = p->in.first[p->heads[i]]; j < p->in.first[p->heads[i] + 1]; j++)
			p->class_first[p->in.edges[j].class + 1]++;
	for (uint32_t c = 0; c <= p->a->k; c++) {
		sum += p->class_first[c];
		p->class_first[c] = p->class_fill[c] = sum;
	}
	for (uint32_t i = 0; i < n; i++)
		for (size_t j = p->in.first[p->heads[i]]; j < p->in.first[p->heads[i] + 1]; j++) {
			struct edge edge = p->in.edges[j];

			p->tails[p->class_fill[edge.class]++] = edge.tail;
		}
}

static void refine(struct partition *p)
{
	while (p->n_work) {
		uint32_t block = p->work[--p->n_work];

		collect(p, block);
		for (uint32_t c = 0; c < p->a->k; c++) {
			uint32_t n_touched = 0;

			for (size_t i = p->class_first[c]; i < p->class_first[c + 1]; i++)
				mark(p, p->tails[i], &n_touched);
			for (uint32_t i = 0; i < n_touched; i++)
				split(p, p->touched[i]);
		}
	}
}

/* --- numbering --- */

static bool same_column(const struct lang_dfa *a, uint32_t c, uint32_t d)
{
	for (const uint32_t *row = a->delta; row < a->delta + (size_t)a->n * a->k; row += a->k)
		if (row[c] != row[d])
			return false;
	return true;
}

/* Groups the bytes so that two of one group lead to the same place from every state. The classes
 * are in the order of their smallest bytes before and after. */
static void merge_classes(struct lang_dfa *a)
{
	uint32_t k = 0, first_of[256];
	uint64_t hash[256] = {0};
	uint8_t to[256];

	for (uint32_t q = 0; q < a->n; q++)
		for (uint32_t c = 0; c < a->k; c++) {
			hash[c] = (hash[c] ^ a->delta[(size_t)q * a->k + c]) *
				  UINT64_C(0x9e3779b97f4a7c15);
			hash[c] ^= hash[c] >> 31;
		}
	for (uint32_t c = 0; c < a->k; c++) {
		uint32_t same = 0;

		while (same < k && (hash[first_of[same]] != hash[c] ||
				    !same_column(a, c, first_of[same])))
			same++;
		if (same == k)
			first_of[k++] = c;
		to[c] = (uint8_t)same;
	}
	for (int byte = 0; byte < 256; byte++)
		a->class_of[byte] = to[a->class_of[byte]];
	for (uint32_t q = 0; q < a->n; q++) {
		uint32_t row[256];

		memcpy(row, a->delta + (size_t)q * a->k, a->k * sizeof *row);
		for (uint32_t c = 0; c < k; c++)
			a->delta[(size_t)q * k + c] = row[first_of[c]];
	}
	a->k = k;
}

struct numbering {
	uint32_t *number;  /* of a block; [n_blocks]: the dead state */
	uint32_t *picture; /* by number: a state of raw, LANG_NO_STATE for the dead one */
	uint32_t n;
};

static uint32_t number(struct numbering *m, const struct partition *p, uint32_t state)
{
	uint32_t block = state == LANG_NO_STATE ? LANG_NO_STATE : p->block_of[state];

	if (block == LANG_NO_STATE) {
		block = p->n_blocks;
		state = LANG_NO_STATE;
	}
	if (m->number[block] == LANG_NO_STATE) {
		m->number[block] = m->n;
		m->picture[m->n++] = state;
	}
	return m->number[block];
}

/* Classes of raw in the order of their smallest bytes, so that a breadth-first search by class is
 * one by byte. */
static uint32_t class_order(const struct lang_dfa *raw, uint32_t *order)
{
	uint8_t seen[256] = {0};
	uint32_t n = 0;

	for (int byte = 0; byte < 256; byte++)
		if (!seen[raw->class_of[byte]]) {
			seen[raw->class_of[byte]] = 1;
			order[n++] = raw->class_of[byte];
		}
	return n;
}

static struct lang_dfa *renumber(struct arena *arena, const struct partition *p)
{
	const struct lang_dfa *raw = p->a;
	struct lang_dfa *a = ARENA_NEW(arena, struct lang_dfa);
	struct numbering m = {0};
	size_t room = (size_t)p->n_blocks + 1;
	uint32_t order[256], class_to[256] = {0};

	m.number = ARENA_ARRAY(arena, uint32_t, room);
	m.picture = ARENA_ARRAY(arena, uint32_t, room);
	memset(m.number, 0xff, room * sizeof *m.number);
	a->k = class_order(raw, order);
	for (uint32_t c = 0; c < a->k; c++)
		class_to[order[c]] = c;
	for (int byte = 0; byte < 256; byte++)
		a->class_of[byte] = (uint8_t)class_to[raw->class_of[byte]];
	a->delta = ARENA_ARRAY(arena, uint32_t, room * a->k);
	a->final = ARENA_ARRAY(arena, uint8_t, room);
	number(&m, p, raw->start);
	for (uint32_t q = 0; q < m.n; q++) {
		uint32_t from = m.picture[q], to = LANG_NO_STATE;

		a->final[q] = from != LANG_NO_STATE && raw->final[from];
		for (uint32_t c = 0; c < a->k; c++) {
			if (from != LANG_NO_STATE)
				to = raw->delta[(size_t)from * raw->k + order[c]];
			a->delta[(size_t)q * a->k + c] = number(&m, p, to);
		}
	}
	a->n = m.n;
	merge_classes(a);
	return a;
}

struct lang_dfa *lang_dfa_canonical(struct arena *arena, const struct lang_dfa *raw, bool minimal)
{
	struct partition p;

	if (!minimal) {
		partition_init(arena, &p, raw);
		refine(&p);
		return renumber(arena, &p);
	}
	p = (struct partition){.a = raw, .n_blocks = raw->n};
	p.block_of = ARENA_ARRAY(arena, uint32_t, raw->n);
	for (uint32_t q = 0; q < raw->n; q++)
		p.block_of[q] = q;
	return renumber(arena, &p);
}
