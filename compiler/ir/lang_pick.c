/* SPDX-License-Identifier: Apache-2.0
 *
 * Choosing a string to show. Every way through this file picks the same one for a language: the
 * least by (readable, length, looks byte by byte). */
#include <string.h>

#include "ir/lang_internal.h"

/* What looks best comes first, the bytes outside printable ASCII last. */
struct looks {
	unsigned char byte[256]; /* by rank */
	unsigned char rank[256]; /* of a byte */
};

#define N_PRINTABLE 95

static bool printable(unsigned char byte)
{
	return byte >= ' ' && byte < 0x7f;
}

static void looks_init(struct looks *looks)
{
	static const char best[] = "abcdefghijklmnopqrstuvwxyz0123456789"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_./";
	unsigned char *byte = looks->byte;
	size_t n = sizeof best - 1;

	memcpy(byte, best, n);
	for (int c = '!'; c < 0x7f; c++)
		if (!strchr(best, c))
			byte[n++] = (unsigned char)c;
	byte[n++] = ' ';
	for (int c = 0; c < 256; c++)
		if (!printable((unsigned char)c))
			byte[n++] = (unsigned char)c;
	for (size_t i = 0; i < 256; i++)
		looks->rank[byte[i]] = (unsigned char)i;
}

lang lang_utf8(struct engine *e)
{
	struct lang_state *s = e->langs;

	if (s->utf8 == LANG_FAILED)
		s->utf8 = lang_regex(e, "([\\x01-\\x7f]|[\\xc2-\\xdf][\\x80-\\xbf]"
					"|\\xe0[\\xa0-\\xbf][\\x80-\\xbf]"
					"|[\\xe1-\\xec\\xee\\xef][\\x80-\\xbf]{2}"
					"|\\xed[\\x80-\\x9f][\\x80-\\xbf]"
					"|\\xf0[\\x90-\\xbf][\\x80-\\xbf]{2}"
					"|[\\xf1-\\xf3][\\x80-\\xbf]{3}"
					"|\\xf4[\\x80-\\x8f][\\x80-\\xbf]{2})*");
	return s->utf8;
}

/* --- finite lists --- */

static bool better(const struct looks *looks, struct str a, struct str b)
{
	if (a.len != b.len)
		return a.len < b.len;
	for (size_t i = 0; i < a.len; i++) {
		unsigned char x = looks->rank[(unsigned char)a.ptr[i]];
		unsigned char y = looks->rank[(unsigned char)b.ptr[i]];

		if (x != y)
			return x < y;
	}
	return false;
}

/* 0: printable ASCII, 1: UTF-8 without NUL, 2: neither. */
static unsigned readable(struct engine *e, struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!printable((unsigned char)s.ptr[i]))
			return lang_accepts(e, lang_utf8(e), s) ? 1 : 2;
	return 0;
}

static void pick_listed(struct engine *e, uint32_t root, struct str *out)
{
	struct arena *scratch = arena_new();
	uint32_t *leaves = lang_set_leaves(e, scratch, root);
	size_t n = e->langs->nodes.items[root].n;
	unsigned best = 3;
	struct looks looks;

	looks_init(&looks);
	for (size_t i = 0; i < n; i++) {
		struct str s = lang_leaf_str(e, leaves[i]);
		unsigned class = readable(e, s);

		if (class < best || (class == best && better(&looks, s, *out))) {
			best = class;
			*out = s;
		}
	}
	arena_free(scratch);
}

/* --- co-finite lists: the strings one after the other, until one is no exception --- */

static void pick_unlisted(struct engine *e, struct arena *arena, uint32_t root, struct str *out)
{
	struct arena *scratch = arena_new();
	size_t room = e->langs->nodes.items[root].n + 2; /* no more tries than exceptions + 1 */
	unsigned char *digits = ARENA_ARRAY(scratch, unsigned char, room);
	char *text = arena_array(scratch, room, 1);
	struct looks looks;
	size_t len = 0;

	looks_init(&looks);
	while (lang_set_has(e, root, (struct str){text, len})) {
		size_t i = len;

		while (i > 0 && digits[i - 1] == N_PRINTABLE - 1)
			digits[--i] = 0;
		if (i > 0)
			digits[i - 1]++;
		else
			digits[len++] = 0;
		for (i = 0; i < len; i++)
			text[i] = (char)looks.byte[digits[i]];
	}
	*out = str_copy(arena, (struct str){text, len});
	arena_free(scratch);
}

/* --- automata: the best of the shortest ways to a final state --- */

struct way {
	const struct lang_dfa *a;
	uint32_t *distance; /* to a final state, over bytes allowed; LANG_NO_STATE: none */
	uint32_t n_classes;
	uint32_t classes[256];       /* allowed, best byte first */
	unsigned char byte_of[256];  /* the best byte of classes[i] */
};

static void allow(struct way *w, bool only_printable)
{
	bool seen[256] = {false};
	struct looks looks;

	looks_init(&looks);
	for (int i = 0; i < (only_printable ? N_PRINTABLE : 256); i++) {
		uint32_t c = w->a->class_of[looks.byte[i]];

		if (seen[c])
			continue;
		seen[c] = true;
		w->byte_of[w->n_classes] = looks.byte[i];
		w->classes[w->n_classes++] = c;
	}
}

static uint32_t next_state(const struct way *w, uint32_t state, uint32_t i)
{
	return w->a->delta[(size_t)state * w->a->k + w->classes[i]];
}

/* Breadth first against the arrows, which are grouped by the state they lead to. */
static void measure(struct arena *scratch, struct way *w)
{
	uint32_t n = w->a->n, *queue = ARENA_ARRAY(scratch, uint32_t, n), *tails, used = 0;
	size_t *first = ARENA_ARRAY(scratch, size_t, n + 1), *fill;

	fill = ARENA_ARRAY(scratch, size_t, n + 1);
	w->distance = ARENA_ARRAY(scratch, uint32_t, n);
	for (uint32_t q = 0; q < n; q++)
		for (uint32_t i = 0; i < w->n_classes; i++)
			first[next_state(w, q, i) + 1]++;
	for (uint32_t q = 0; q < n; q++) {
		first[q + 1] += first[q];
		fill[q] = first[q];
	}
	tails = ARENA_ARRAY(scratch, uint32_t, first[n]);
	for (uint32_t q = 0; q < n; q++)
		for (uint32_t i = 0; i < w->n_classes; i++)
			tails[fill[next_state(w, q, i)]++] = q;
	for (uint32_t q = 0; q < n; q++) {
		w->distance[q] = w->a->final[q] ? 0 : LANG_NO_STATE;
		if (w->a->final[q])
			queue[used++] = q;
	}
	for (uint32_t head = 0; head < used; head++)
		for (size_t i = first[queue[head]]; i < first[queue[head] + 1]; i++) {
			uint32_t tail = tails[i];

			if (w->distance[tail] == LANG_NO_STATE) {
				w->distance[tail] = w->distance[queue[head]] + 1;
				queue[used++] = tail;
			}
		}
}

static bool pick_path(struct arena *arena, const struct lang_dfa *a, bool only_printable,
		      struct str *out)
{
	struct arena *scratch = arena_new();
	struct way w = {.a = a};
	uint32_t state = a->start, left;
	bool found;
	char *text;

	allow(&w, only_printable);
	measure(scratch, &w);
	left = w.distance[state];
	found = left != LANG_NO_STATE;
	if (found) {
		text = arena_alloc(arena, (size_t)left + 1);
		*out = (struct str){text, left};
		for (; left > 0; left--) {
			uint32_t i = 0;

			while (w.distance[next_state(&w, state, i)] != left - 1)
				i++;
			*text++ = (char)w.byte_of[i];
			state = next_state(&w, state, i);
		}
	}
	arena_free(scratch);
	return found;
}

bool lang_pick(struct engine *e, struct arena *arena, lang a, struct str *out)
{
	struct lang_entry entry = e->langs->entries.items[a];
	lang valid;

	if (a == LANG_NONE)
		return false;
	if (entry.is_list) {
		if (entry.complement)
			pick_unlisted(e, arena, entry.root, out);
		else
			pick_listed(e, entry.root, out);
		return true;
	}
	if (pick_path(arena, entry.dfa, true, out))
		return true;
	valid = lang_and(e, a, lang_utf8(e));
	if (valid != LANG_NONE && valid != a)
		return lang_pick(e, arena, valid, out);
	return pick_path(arena, entry.dfa, false, out);
}
