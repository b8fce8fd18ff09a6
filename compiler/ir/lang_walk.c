/* SPDX-License-Identifier: Apache-2.0
 *
 * Languages seen as automata by their users: states, steps, and cutting a language by where its
 * strings lead. */
#include <string.h>

#include "ir/lang_internal.h"

#define CELLS_PER_WORK 16 /* cells of a table that are minimised in one step of work */

uint32_t lang_states(struct engine *e, lang a)
{
	return lang_dfa_of(e, a)->n;
}

uint32_t lang_start(struct engine *e, lang a)
{
	return lang_dfa_of(e, a)->start;
}

uint32_t lang_step(struct engine *e, lang a, uint32_t state, unsigned char byte)
{
	return lang_dfa_step(lang_dfa_of(e, a), state, byte);
}

uint32_t lang_walk(struct engine *e, lang a, uint32_t state, struct str text)
{
	return lang_dfa_walk(lang_dfa_of(e, a), state, text);
}

bool lang_final(struct engine *e, lang a, uint32_t state)
{
	return lang_dfa_of(e, a)->final[state];
}

uint32_t lang_dead(struct engine *e, lang a)
{
	return lang_dfa_sink(lang_dfa_of(e, a), false);
}

/* Cutting makes an automaton for each state, so unlike one operation it is not bounded by the
 * largest automaton: it is work like that of diagrams. */
static bool spend(struct engine *e, const struct lang_dfa *made)
{
	return engine_spend(e, 1 + (size_t)made->n * made->k / CELLS_PER_WORK);
}

/* Numbers 0 … n - 1 sorted by key[number] < n_keys: those of key k are order[first[k]] up to
 * order[first[k + 1]]. */
static uint32_t *group(struct arena *scratch, const uint32_t *key, size_t n, size_t n_keys,
		       size_t *first)
{
	uint32_t *order = ARENA_ARRAY(scratch, uint32_t, n + 1);
	size_t *fill = ARENA_ARRAY(scratch, size_t, n_keys + 1);

	for (size_t i = 0; i < n; i++)
		first[key[i] + 1]++;
	for (size_t k = 0; k < n_keys; k++) {
		first[k + 1] += first[k];
		fill[k] = first[k];
	}
	for (size_t i = 0; i < n; i++)
		order[fill[key[i]]++] = (uint32_t)i;
	return order;
}

static void split_list(struct engine *e, struct arena *scratch, const struct lang_dfa *a,
		       uint32_t from, uint32_t root, const bool *wanted, lang *out)
{
	const uint32_t *leaves = lang_set_leaves(e, scratch, root), *order;
	size_t n = e->langs->nodes.items[root].n;
	size_t *first = ARENA_ARRAY(scratch, size_t, (size_t)a->n + 1);
	uint32_t *to = ARENA_ARRAY(scratch, uint32_t, n + 1);
	uint32_t *same = ARENA_ARRAY(scratch, uint32_t, n + 1);

	for (size_t i = 0; i < n; i++)
		to[i] = lang_dfa_walk(a, from, lang_leaf_str(e, leaves[i]));
	order = group(scratch, to, n, a->n, first);
	for (uint32_t q = 0; q < a->n; q++) {
		size_t used = 0;

		if (wanted && !wanted[q])
			continue;
		for (size_t i = first[q]; i < first[q + 1]; i++)
			same[used++] = leaves[order[i]];
		out[q] = lang_done(e, lang_from_set(e, lang_set_build(e, same, used), false));
	}
}

/* The product of a (from some state) and `within`, and who leads to whom in it. */
struct cut {
	struct lang_dfa *both;
	size_t *first;	  /* of each state of both: the steps that lead to it */
	uint32_t *steps;  /* as places in both->delta */
	uint32_t *number; /* of a state in the part at hand, or LANG_NO_STATE */
	uint32_t *live;	  /* the states of that part */
};

static void cut_init(struct arena *scratch, struct cut *cut, struct lang_dfa *both)
{
	size_t cells = (size_t)both->n * both->k;
	uint32_t *head = ARENA_ARRAY(scratch, uint32_t, cells);

	cut->both = both;
	cut->first = ARENA_ARRAY(scratch, size_t, (size_t)both->n + 2);
	for (size_t i = 0; i < cells; i++)
		head[i] = both->delta[i] == LANG_NO_STATE ? both->n : both->delta[i];
	cut->steps = group(scratch, head, cells, (size_t)both->n + 1, cut->first);
	cut->number = ARENA_ARRAY(scratch, uint32_t, both->n);
	memset(cut->number, 0xff, both->n * sizeof *cut->number);
	cut->live = ARENA_ARRAY(scratch, uint32_t, both->n);
}

static void visit(struct cut *cut, uint32_t state, uint32_t *n)
{
	if (cut->number[state] != LANG_NO_STATE)
		return;
	cut->number[state] = *n;
	cut->live[(*n)++] = state;
}

/* The strings that lead to one of these states. Only what leads there is looked at, so the parts of
 * a long list together cost about as much as the list. */
static lang part(struct engine *e, struct cut *cut, const uint32_t *states, size_t n_states)
{
	struct arena *scratch = arena_new();
	struct lang_dfa raw = *cut->both;
	uint32_t n = 0;
	lang result;

	for (size_t i = 0; i < n_states; i++)
		visit(cut, states[i], &n);
	for (uint32_t i = 0; i < n; i++)
		for (size_t j = cut->first[cut->live[i]]; j < cut->first[cut->live[i] + 1]; j++)
			visit(cut, cut->steps[j] / raw.k, &n);
	raw.n = n;
	raw.final = ARENA_ARRAY(scratch, uint8_t, n);
	raw.start = cut->number[cut->both->start];
	raw.delta = ARENA_ARRAY(scratch, uint32_t, (size_t)n * raw.k);
	memset(raw.final, 1, n_states);
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t c = 0; c < raw.k; c++) {
			uint32_t to = cut->both->delta[(size_t)cut->live[i] * raw.k + c];

			raw.delta[(size_t)i * raw.k + c] =
				to == LANG_NO_STATE ? LANG_NO_STATE : cut->number[to];
		}
	for (uint32_t i = 0; i < n; i++)
		cut->number[cut->live[i]] = LANG_NO_STATE;
	result = spend(e, &raw) ? lang_done(e, lang_from_dfa(e, scratch, &raw)) : LANG_NONE;
	arena_free(scratch);
	return result;
}

static void split_automaton(struct engine *e, struct arena *scratch, const struct lang_dfa *a,
			    uint32_t from, const struct lang_dfa *within, const bool *wanted,
			    lang *out)
{
	struct lang_pair *pairs;
	struct lang_dfa *both = lang_dfa_product(scratch, a, from, within, &pairs);
	size_t *first = ARENA_ARRAY(scratch, size_t, (size_t)a->n + 1);
	uint32_t *key, *order;
	struct cut cut;

	if (!both) {
		e->exhausted = true;
		return;
	}
	if (!spend(e, both))
		return;
	cut_init(scratch, &cut, both);
	key = ARENA_ARRAY(scratch, uint32_t, both->n);
	for (uint32_t i = 0; i < both->n; i++)
		key[i] = pairs[i].a;
	order = group(scratch, key, both->n, a->n, first);
	for (uint32_t q = 0; q < a->n; q++) {
		size_t n = 0;

		if (wanted && !wanted[q])
			continue;
		for (size_t i = first[q]; i < first[q + 1]; i++)
			if (within->final[pairs[order[i]].b])
				key[n++] = order[i]; /* key has served */
		if (n)
			out[q] = part(e, &cut, key, n);
	}
}

void lang_split_some(struct engine *e, lang a, uint32_t from, lang within, const bool *wanted,
		     lang *out)
{
	const struct lang_dfa *dfa = lang_dfa_of(e, a);
	struct lang_entry entry = e->langs->entries.items[within];
	struct arena *scratch;

	for (uint32_t q = 0; q < dfa->n; q++)
		out[q] = LANG_NONE;
	if (within == LANG_NONE)
		return;
	scratch = arena_new();
	if (entry.is_list && !entry.complement)
		split_list(e, scratch, dfa, from, entry.root, wanted, out);
	else if (lang_dfa_of(e, within), !e->langs->entries.items[within].failed)
		split_automaton(e, scratch, dfa, from, lang_dfa_of(e, within), wanted, out);
	arena_free(scratch);
}

void lang_split(struct engine *e, lang a, uint32_t from, lang within, lang *out)
{
	lang_split_some(e, a, from, within, NULL, out);
}

/* The strings from one state: only what it leads to is looked at. `number` is LANG_NO_STATE for all
 * states, before and after. */
static lang tail(struct engine *e, const struct lang_dfa *a, uint32_t from, uint32_t *number,
		 uint32_t *met)
{
	struct arena *scratch = arena_new();
	struct lang_dfa raw = *a;
	uint32_t n = 1;
	lang result;

	met[0] = from;
	number[from] = 0;
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t c = 0; c < a->k; c++) {
			uint32_t to = a->delta[(size_t)met[i] * a->k + c];

			if (number[to] == LANG_NO_STATE) {
				number[to] = n;
				met[n++] = to;
			}
		}
	raw.n = n;
	raw.start = 0;
	raw.final = ARENA_ARRAY(scratch, uint8_t, n);
	raw.delta = ARENA_ARRAY(scratch, uint32_t, (size_t)n * a->k);
	for (uint32_t i = 0; i < n; i++) {
		raw.final[i] = a->final[met[i]];
		for (uint32_t c = 0; c < a->k; c++)
			raw.delta[(size_t)i * a->k + c] =
				number[a->delta[(size_t)met[i] * a->k + c]];
	}
	for (uint32_t i = 0; i < n; i++)
		number[met[i]] = LANG_NO_STATE;
	result = spend(e, &raw) ? lang_done(e, lang_from_dfa(e, scratch, &raw)) : LANG_NONE;
	arena_free(scratch);
	return result;
}

void lang_tails(struct engine *e, lang a, lang *out)
{
	const struct lang_dfa *dfa = lang_dfa_of(e, a);
	struct arena *scratch = arena_new();
	uint32_t *number = ARENA_ARRAY(scratch, uint32_t, dfa->n);
	uint32_t *met = ARENA_ARRAY(scratch, uint32_t, dfa->n);

	memset(number, 0xff, dfa->n * sizeof *number);
	for (uint32_t q = 0; q < dfa->n; q++)
		if (out[q] != LANG_NONE)
			out[q] = tail(e, dfa, q, number, met);
	arena_free(scratch);
}
