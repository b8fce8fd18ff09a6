/* SPDX-License-Identifier: Apache-2.0
 *
 * Languages seen as automata by their users: states, steps, and cutting a language by where its
 * strings lead. */
#include "ir/lang_internal.h"

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
		       uint32_t from, uint32_t root, lang *out)
{
	const uint32_t *leaves = lang_set_leaves(e, scratch, root), *order;
	size_t n = e->langs->nodes.items[root].n, *first = ARENA_ARRAY(scratch, size_t, a->n + 1);
	uint32_t *to = ARENA_ARRAY(scratch, uint32_t, n + 1), *part;

	part = ARENA_ARRAY(scratch, uint32_t, n + 1);
	for (size_t i = 0; i < n; i++)
		to[i] = lang_dfa_walk(a, from, lang_leaf_str(e, leaves[i]));
	order = group(scratch, to, n, a->n, first);
	for (uint32_t q = 0; q < a->n; q++) {
		size_t used = 0;

		for (size_t i = first[q]; i < first[q + 1]; i++)
			part[used++] = leaves[order[i]];
		out[q] = lang_done(e, lang_from_set(e, lang_set_build(e, part, used), false));
	}
}

static void split_automaton(struct engine *e, struct arena *scratch, const struct lang_dfa *a,
			    uint32_t from, const struct lang_dfa *within, lang *out)
{
	struct lang_pair *pairs;
	struct lang_dfa *both = lang_dfa_product(scratch, a, from, within, &pairs);
	size_t *first = ARENA_ARRAY(scratch, size_t, a->n + 1);
	uint32_t *key, *order;

	if (!both) {
		e->exhausted = true;
		return;
	}
	key = ARENA_ARRAY(scratch, uint32_t, both->n);
	for (uint32_t i = 0; i < both->n; i++)
		key[i] = pairs[i].a;
	order = group(scratch, key, both->n, a->n, first);
	for (uint32_t q = 0; q < a->n; q++) {
		struct arena *own;
		bool any = false;

		for (uint32_t i = 0; i < both->n; i++)
			both->final[i] = 0;
		for (size_t i = first[q]; i < first[q + 1]; i++) {
			both->final[order[i]] = within->final[pairs[order[i]].b];
			any = any || both->final[order[i]];
		}
		if (!any)
			continue;
		own = arena_new();
		out[q] = lang_done(e, lang_from_dfa(e, own, both));
		arena_free(own);
	}
}

void lang_split(struct engine *e, lang a, uint32_t from, lang within, lang *out)
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
		split_list(e, scratch, dfa, from, entry.root, out);
	else if (lang_dfa_of(e, within), !e->langs->entries.items[within].failed)
		split_automaton(e, scratch, dfa, from, lang_dfa_of(e, within), out);
	arena_free(scratch);
}
