/* SPDX-License-Identifier: Apache-2.0
 *
 * Automata made of lists and of other automata, and lists of automata. Every table here is bounded
 * by LANG_STATES_MAX and LANG_CELLS_MAX: NULL beyond. */
#include <stdlib.h>
#include <string.h>

#include "ir/lang_internal.h"

/* --- a table that grows by whole rows --- */

struct table {
	struct arena *arena;
	size_t k;
	VEC(uint32_t) delta;
	VEC(uint8_t) final;
};

static bool add_row(struct table *t, bool final)
{
	size_t n = t->final.n + 1;

	if (n > LANG_STATES_MAX || n * t->k > LANG_CELLS_MAX)
		return false;
	VEC_PUSH(t->arena, t->final, final);
	for (size_t c = 0; c < t->k; c++)
		VEC_PUSH(t->arena, t->delta, LANG_NO_STATE);
	return true;
}

static struct lang_dfa *finish(struct table *t, const uint8_t *class_of, uint32_t start)
{
	struct lang_dfa *a = ARENA_NEW(t->arena, struct lang_dfa);

	a->n = (uint32_t)t->final.n;
	a->k = (uint32_t)t->k;
	a->start = start;
	memcpy(a->class_of, class_of, sizeof a->class_of);
	a->delta = t->delta.items;
	a->final = t->final.items;
	return a;
}

/* --- a sorted list: the minimal acyclic automaton, built as the list is read --- */

struct arc {
	uint32_t byte, to;
};

struct frame { /* a state on the path of the string at hand; its arcs are the last on the stack */
	size_t first_arc;
	bool final;
};

struct acyclic {
	struct arena *arena;
	VEC(struct arc) open;      /* arcs of the frames, frame by frame */
	VEC(struct frame) frames;
	VEC(struct arc) arcs;      /* of the finished states */
	VEC(size_t) first;         /* of each finished state, and one more */
	VEC(uint8_t) final;
	struct lang_index index;
};

/* The finished state equal to the last frame, which is taken off. */
static uint32_t close_frame(struct acyclic *m)
{
	struct frame frame = m->frames.items[--m->frames.n];
	struct arc *arcs = m->open.items + frame.first_arc;
	size_t n = m->open.n - frame.first_arc, probe = 0;
	uint32_t hash = lang_hash(frame.final, arcs, n * sizeof *arcs), id;

	m->open.n = frame.first_arc;
	while (lang_index_next(&m->index, hash, &probe, &id)) {
		size_t first = m->first.items[id];

		if (m->first.items[id + 1] - first == n && m->final.items[id] == frame.final &&
		    (n == 0 || memcmp(m->arcs.items + first, arcs, n * sizeof *arcs) == 0))
			return id;
	}
	id = (uint32_t)m->final.n;
	for (size_t i = 0; i < n; i++)
		VEC_PUSH(m->arena, m->arcs, arcs[i]);
	VEC_PUSH(m->arena, m->final, frame.final);
	VEC_PUSH(m->arena, m->first, m->arcs.n);
	lang_index_add(m->arena, &m->index, hash, id);
	return id;
}

/* Closes all frames below the first `depth` bytes of `path`. */
static void close_below(struct acyclic *m, struct str path, size_t depth)
{
	while (m->frames.n > depth + 1) {
		struct arc arc = {.byte = (unsigned char)path.ptr[m->frames.n - 2]};

		arc.to = close_frame(m);
		VEC_PUSH(m->arena, m->open, arc);
	}
}

static void open_frame(struct acyclic *m)
{
	VEC_PUSH(m->arena, m->frames, ((struct frame){.first_arc = m->open.n}));
}

static struct lang_dfa *acyclic_table(struct acyclic *m, uint32_t root)
{
	struct lang_dfa *a;
	char bytes[256];
	bool seen[256] = {0};
	size_t n = 0;

	for (size_t i = 0; i < m->arcs.n; i++)
		seen[m->arcs.items[i].byte] = true;
	for (int byte = 0; byte < 256; byte++)
		if (seen[byte])
			bytes[n++] = (char)byte;
	a = lang_dfa_over(m->arena, (struct str){bytes, n}, m->final.n);
	if (!a)
		return NULL;
	a->start = root;
	memcpy(a->final, m->final.items, m->final.n);
	for (uint32_t q = 0; q < a->n; q++)
		for (size_t i = m->first.items[q]; i < m->first.items[q + 1]; i++) {
			struct arc arc = m->arcs.items[i];

			a->delta[(size_t)q * a->k + a->class_of[arc.byte]] = arc.to;
		}
	return a;
}

struct lang_dfa *lang_dfa_from_sorted(struct arena *arena, const struct str *items, size_t n)
{
	struct acyclic m = {.arena = arena};
	struct str last = {NULL, 0};
	struct lang_dfa *raw;

	VEC_PUSH(arena, m.first, 0);
	open_frame(&m);
	for (size_t i = 0; i < n; i++) {
		struct str s = items[i];
		size_t common = 0;

		if (s.len >= LANG_STATES_MAX)
			return NULL;
		while (common < s.len && common < last.len && s.ptr[common] == last.ptr[common])
			common++;
		close_below(&m, last, common);
		for (size_t j = common; j < s.len; j++)
			open_frame(&m);
		m.frames.items[m.frames.n - 1].final = true;
		last = s;
		if (m.final.n > LANG_STATES_MAX)
			return NULL;
	}
	close_below(&m, last, 0);
	raw = acyclic_table(&m, close_frame(&m));
	/* without strings the root is dead, otherwise no state is */
	return raw ? lang_dfa_canonical(arena, raw, n > 0) : NULL;
}

/* --- product --- */

struct product {
	struct table table;
	struct lang_index index;
	VEC(struct lang_pair) pairs;
	uint32_t dead_a, dead_b;
};

/* false if there is no room; *state: LANG_NO_STATE for a dead pair. */
static bool pair_state(struct product *p, struct lang_pair pair, bool final, uint32_t *state)
{
	uint32_t hash = lang_hash(2, &pair, sizeof pair);
	size_t probe = 0;

	*state = LANG_NO_STATE;
	if (pair.a == p->dead_a || pair.b == p->dead_b)
		return true;
	while (lang_index_next(&p->index, hash, &probe, state))
		if (p->pairs.items[*state].a == pair.a && p->pairs.items[*state].b == pair.b)
			return true;
	*state = (uint32_t)p->pairs.n;
	VEC_PUSH(p->table.arena, p->pairs, pair);
	lang_index_add(p->table.arena, &p->index, hash, *state);
	return add_row(&p->table, final);
}

/* Bytes are alike in the product if they are in both. */
static uint32_t joint_classes(const struct lang_dfa *a, const struct lang_dfa *b, uint8_t *class_of,
			      struct lang_pair *of)
{
	uint32_t k = 0;

	for (int byte = 0; byte < 256; byte++) {
		struct lang_pair pair = {a->class_of[byte], b->class_of[byte]};
		uint32_t c = 0;

		while (c < k && (of[c].a != pair.a || of[c].b != pair.b))
			c++;
		if (c == k)
			of[k++] = pair;
		class_of[byte] = (uint8_t)c;
	}
	return k;
}

struct lang_dfa *lang_dfa_product(struct arena *arena, const struct lang_dfa *a, uint32_t from_a,
				  const struct lang_dfa *b, struct lang_pair **pairs)
{
	struct product p = {.table.arena = arena};
	struct lang_pair of[256];
	uint8_t class_of[256];
	struct lang_dfa *result;
	uint32_t start;

	p.table.k = joint_classes(a, b, class_of, of);
	p.dead_a = pairs ? LANG_NO_STATE : lang_dfa_sink(a, false);
	p.dead_b = lang_dfa_sink(b, false);
	if (!pair_state(&p, (struct lang_pair){from_a, b->start},
			a->final[from_a] && b->final[b->start], &start))
		return NULL;
	for (size_t q = 0; q < p.pairs.n; q++) {
		struct lang_pair pair = p.pairs.items[q];

		for (uint32_t c = 0; c < p.table.k; c++) {
			struct lang_pair next = {a->delta[(size_t)pair.a * a->k + of[c].a],
						 b->delta[(size_t)pair.b * b->k + of[c].b]};
			uint32_t to;

			if (!pair_state(&p, next, a->final[next.a] && b->final[next.b], &to))
				return NULL;
			p.table.delta.items[q * p.table.k + c] = to;
		}
	}
	if (start == LANG_NO_STATE) /* a table has a state */
		(void)add_row(&p.table, false);
	result = finish(&p.table, class_of, 0);
	if (pairs)
		*pairs = p.pairs.items;
	return result;
}

/* A pair is met for the first time: queue it. false if there is no room. */
static bool queue_pair(struct product *p, struct lang_pair pair)
{
	uint32_t hash = lang_hash(2, &pair, sizeof pair), other;
	size_t probe = 0;

	if (pair.a == p->dead_a || pair.b == p->dead_b)
		return true;
	while (lang_index_next(&p->index, hash, &probe, &other))
		if (p->pairs.items[other].a == pair.a && p->pairs.items[other].b == pair.b)
			return true;
	lang_index_add(p->table.arena, &p->index, hash, (uint32_t)p->pairs.n);
	VEC_PUSH(p->table.arena, p->pairs, pair);
	return p->pairs.n <= LANG_STATES_MAX;
}

enum lang_meeting lang_dfa_meet(struct arena *arena, const struct lang_dfa *a,
				const struct lang_dfa *b)
{
	struct product p = {.table.arena = arena};
	struct lang_pair of[256];
	uint8_t class_of[256];
	uint32_t k = joint_classes(a, b, class_of, of);

	p.dead_a = lang_dfa_sink(a, false);
	p.dead_b = lang_dfa_sink(b, false);
	queue_pair(&p, (struct lang_pair){a->start, b->start});
	for (size_t q = 0; q < p.pairs.n; q++) {
		struct lang_pair pair = p.pairs.items[q];

		if (a->final[pair.a] && b->final[pair.b])
			return LANG_MEET;
		for (uint32_t c = 0; c < k; c++)
			if (!queue_pair(&p, (struct lang_pair){
						    a->delta[(size_t)pair.a * a->k + of[c].a],
						    b->delta[(size_t)pair.b * b->k + of[c].b]}))
				return LANG_TOO_LARGE;
	}
	return LANG_APART;
}

/* --- subsets --- */

struct subsets {
	const struct lang_nfa *nfa;
	struct table table;
	struct lang_index index;
	VEC(uint32_t) pool;   /* members of all subsets, one after the other */
	VEC(size_t) first;    /* of each subset, and one more */
	uint32_t *member;     /* stamp of the last subset a state was met for */
	uint32_t stamp;
	VEC(uint32_t) set;    /* under construction: first the queue of the closure */
};

#define POOL_MAX ((size_t)1 << 24)

static void meet(struct subsets *s, uint32_t state)
{
	if (state == LANG_NO_STATE || s->member[state] == s->stamp)
		return;
	s->member[state] = s->stamp;
	VEC_PUSH(s->table.arena, s->set, state);
}

static int compare_states(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Follows silent steps, then keeps the solid states, sorted. */
static void close_set(struct subsets *s)
{
	const struct lang_nfa *nfa = s->nfa;
	size_t kept = 0;

	for (size_t i = 0; i < s->set.n; i++) {
		meet(s, nfa->silent[s->set.items[i]][0]);
		meet(s, nfa->silent[s->set.items[i]][1]);
	}
	for (size_t i = 0; i < s->set.n; i++) {
		uint32_t state = s->set.items[i];

		if (state == nfa->all) { /* the rest adds nothing */
			s->set.items[0] = state;
			kept = 1;
			break;
		}
		if (nfa->solid[state])
			s->set.items[kept++] = state;
	}
	s->set.n = kept;
	if (kept > 1)
		qsort(s->set.items, kept, sizeof *s->set.items, compare_states);
}

/* The state of s->set; false if there is no room. */
static bool subset_state(struct subsets *s, uint32_t *state)
{
	size_t n, probe = 0;
	uint32_t hash;
	bool final = false;

	close_set(s);
	n = s->set.n;
	*state = LANG_NO_STATE;
	if (n == 0)
		return true;
	hash = lang_hash(3, s->set.items, n * sizeof *s->set.items);
	while (lang_index_next(&s->index, hash, &probe, state)) {
		size_t first = s->first.items[*state];

		if (s->first.items[*state + 1] - first == n &&
		    memcmp(s->pool.items + first, s->set.items, n * sizeof *s->set.items) == 0)
			return true;
	}
	for (size_t i = 0; i < n; i++) {
		VEC_PUSH(s->table.arena, s->pool, s->set.items[i]);
		final = final || s->nfa->final[s->set.items[i]];
	}
	*state = (uint32_t)s->table.final.n;
	VEC_PUSH(s->table.arena, s->first, s->pool.n);
	lang_index_add(s->table.arena, &s->index, hash, *state);
	return s->pool.n <= POOL_MAX && add_row(&s->table, final);
}

static void begin_set(struct subsets *s)
{
	s->set.n = 0;
	s->stamp++;
}

struct lang_dfa *lang_dfa_subsets(struct arena *arena, const struct lang_nfa *nfa)
{
	struct subsets s = {.nfa = nfa, .table = {.arena = arena, .k = nfa->k}};
	uint32_t start, to;

	s.member = ARENA_ARRAY(arena, uint32_t, nfa->n);
	VEC_PUSH(arena, s.first, 0);
	begin_set(&s);
	meet(&s, nfa->start);
	if (!subset_state(&s, &start))
		return NULL;
	for (size_t q = 0; q < s.table.final.n; q++) {
		for (uint32_t c = 0; c < nfa->k; c++) {
			begin_set(&s);
			for (size_t i = s.first.items[q]; i < s.first.items[q + 1]; i++)
				meet(&s, nfa->delta[(size_t)s.pool.items[i] * nfa->k + c]);
			if (!subset_state(&s, &to))
				return NULL;
			s.table.delta.items[q * nfa->k + c] = to;
		}
	}
	if (start == LANG_NO_STATE)
		(void)add_row(&s.table, false);
	return finish(&s.table, nfa->class_of, 0);
}

/* --- concatenation: a's final states step silently to the start of b --- */

static void copy_part(struct lang_nfa *nfa, const struct lang_dfa *a, const struct lang_pair *of,
		      bool second, uint32_t base)
{
	uint32_t dead = lang_dfa_sink(a, false);

	for (uint32_t q = 0; q < a->n; q++)
		for (uint32_t c = 0; c < nfa->k; c++) {
			uint32_t to = a->delta[(size_t)q * a->k + (second ? of[c].b : of[c].a)];

			nfa->delta[(size_t)(base + q) * nfa->k + c] =
				to == dead ? LANG_NO_STATE : base + to;
		}
}

struct lang_dfa *lang_dfa_concat(struct arena *arena, const struct lang_dfa *a,
				 const struct lang_dfa *b)
{
	struct lang_nfa nfa = {.n = a->n + b->n, .start = a->start};
	struct lang_pair of[256];

	nfa.k = joint_classes(a, b, nfa.class_of, of);
	if ((size_t)nfa.n * nfa.k > LANG_CELLS_MAX)
		return NULL;
	nfa.delta = ARENA_ARRAY(arena, uint32_t, (size_t)nfa.n * nfa.k);
	nfa.silent = arena_array(arena, nfa.n, sizeof *nfa.silent);
	nfa.final = ARENA_ARRAY(arena, uint8_t, nfa.n);
	nfa.solid = ARENA_ARRAY(arena, uint8_t, nfa.n);
	copy_part(&nfa, a, of, false, 0);
	copy_part(&nfa, b, of, true, a->n);
	memset(nfa.silent, 0xff, nfa.n * sizeof *nfa.silent);
	memset(nfa.solid, 1, nfa.n);
	for (uint32_t q = 0; q < a->n; q++)
		if (a->final[q])
			nfa.silent[q][0] = a->n + b->start;
	memcpy(nfa.final + a->n, b->final, b->n);
	nfa.all = lang_dfa_sink(b, true);
	if (nfa.all != LANG_NO_STATE)
		nfa.all += a->n;
	return lang_dfa_subsets(arena, &nfa);
}

/* --- lists out of automata --- */

#define COUNT_CAP ((size_t)1 << 40)

static size_t capped(size_t n)
{
	return n < COUNT_CAP ? n : COUNT_CAP;
}

/* States other than `sink` so that every step goes forward; fewer than a->n - 1 if there is a
 * loop. */
static uint32_t topological(struct arena *scratch, const struct lang_dfa *a, uint32_t sink,
			    uint32_t *order)
{
	uint32_t *degree = ARENA_ARRAY(scratch, uint32_t, a->n), n = 0;

	for (uint32_t q = 0; q < a->n; q++)
		for (uint32_t c = 0; q != sink && c < a->k; c++)
			degree[a->delta[(size_t)q * a->k + c]]++;
	if (a->start != sink && degree[a->start] == 0)
		order[n++] = a->start;
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t c = 0; c < a->k; c++) {
			uint32_t to = a->delta[(size_t)order[i] * a->k + c];

			if (--degree[to] == 0 && to != sink)
				order[n++] = to;
		}
	return n;
}

bool lang_dfa_count(struct arena *scratch, const struct lang_dfa *a, bool accept, size_t *strings,
		    size_t *bytes)
{
	uint32_t sink = lang_dfa_sink(a, !accept), weight[256] = {0}, *order;
	size_t *count, *length;

	if (sink == LANG_NO_STATE)
		return false; /* nothing ever rules a string out */
	order = ARENA_ARRAY(scratch, uint32_t, a->n);
	if (topological(scratch, a, sink, order) != a->n - 1)
		return false;
	for (int byte = 0; byte < 256; byte++)
		weight[a->class_of[byte]]++;
	count = ARENA_ARRAY(scratch, size_t, a->n);
	length = ARENA_ARRAY(scratch, size_t, a->n);
	for (uint32_t i = a->n - 1; i-- > 0;) {
		uint32_t q = order[i];

		count[q] = a->final[q] == accept;
		for (uint32_t c = 0; c < a->k; c++) {
			uint32_t to = a->delta[(size_t)q * a->k + c];

			count[q] = capped(count[q] + weight[c] * count[to]);
			length[q] = capped(length[q] + weight[c] * (count[to] + length[to]));
		}
	}
	*strings = count[a->start];
	*bytes = length[a->start];
	return true;
}

void lang_dfa_list(struct arena *scratch, const struct lang_dfa *a, bool accept, size_t strings,
		   struct str *out)
{
	uint32_t sink = lang_dfa_sink(a, !accept);
	uint32_t *states = ARENA_ARRAY(scratch, uint32_t, a->n + 1);
	uint32_t *next = ARENA_ARRAY(scratch, uint32_t, a->n + 1); /* byte to try at each depth */
	char *path = arena_array(scratch, a->n + 1, 1);
	size_t depth = 0, found = 0;

	states[0] = a->start;
	while (found < strings) {
		uint32_t q = states[depth], to = sink;

		if (next[depth] == 0 && a->final[q] == accept)
			out[found++] = str_copy(scratch, (struct str){path, depth});
		while (next[depth] < 256 && to == sink)
			to = lang_dfa_step(a, q, (unsigned char)next[depth]++);
		if (to == sink) {
			depth--;
			continue;
		}
		path[depth] = (char)(next[depth] - 1);
		depth++;
		states[depth] = to;
		next[depth] = 0;
	}
}
