/* SPDX-License-Identifier: Apache-2.0
 *
 * Languages of the policy language's operators. Prefix, suffix, contains and wildcard are one
 * construction: pieces with any run of bytes between them, where it is enough to look for the first
 * occurrence of each inner piece, so the automaton has one state per byte and one more. */
#include <string.h>

#include "ir/lang_internal.h"

lang lang_string(struct engine *e, struct str s)
{
	return lang_from_set(e, lang_leaf(e, s), false);
}

lang lang_strings(struct engine *e, const struct str *items, size_t n)
{
	struct arena *scratch = arena_new();
	uint32_t *leaves = ARENA_ARRAY(scratch, uint32_t, n + 1);
	lang result;

	for (size_t i = 0; i < n; i++)
		leaves[i] = lang_leaf(e, items[i]);
	result = lang_from_set(e, lang_set_build(e, leaves, n), false);
	arena_free(scratch);
	return lang_done(e, result);
}

/* --- pieces --- */

/* The bytes of the pieces, each once, and the states they need. */
static struct lang_dfa *table_for(struct arena *arena, const struct str *pieces, size_t n)
{
	bool seen[256] = {false};
	char bytes[256];
	size_t states = 1, used = 0;

	for (size_t i = 0; i < n; i++) {
		states += pieces[i].len;
		for (size_t j = 0; j < pieces[i].len; j++)
			seen[(unsigned char)pieces[i].ptr[j]] = true;
	}
	for (int byte = 0; byte < 256; byte++)
		if (seen[byte])
			bytes[used++] = (char)byte;
	return lang_dfa_over(arena, (struct str){bytes, used}, states);
}

static uint32_t *row(struct lang_dfa *a, size_t state)
{
	return a->delta + state * a->k;
}

/* From state `base`, look for piece: at its first occurrence the state is base + piece.len. For the
 * last piece, that state is left again when more follows. */
static void search(struct lang_dfa *a, size_t base, struct str piece, bool last)
{
	size_t border = base; /* where the automaton stands if the first byte is taken off */

	for (uint32_t c = 0; c < a->k; c++)
		row(a, base)[c] = (uint32_t)base;
	for (size_t i = 0; i < piece.len; i++) {
		uint32_t c = a->class_of[(unsigned char)piece.ptr[i]];
		size_t next = border;

		if (i > 0) {
			memcpy(row(a, base + i), row(a, border), a->k * sizeof(uint32_t));
			next = row(a, border)[c];
		}
		row(a, base + i)[c] = (uint32_t)(base + i + 1);
		border = next;
	}
	if (last && piece.len)
		memcpy(row(a, base + piece.len), row(a, border), a->k * sizeof(uint32_t));
}

/* pieces[0] any pieces[1] any … pieces[n - 1]; n >= 2. */
static lang from_pieces(struct engine *e, const struct str *pieces, size_t n)
{
	struct arena *scratch = arena_new();
	struct lang_dfa *a = table_for(scratch, pieces, n);
	size_t base = pieces[0].len;
	lang result;

	if (a) {
		for (size_t i = 0; i < base; i++)
			row(a, i)[a->class_of[(unsigned char)pieces[0].ptr[i]]] = (uint32_t)(i + 1);
		for (size_t i = 1; i < n; i++) {
			search(a, base, pieces[i], i == n - 1);
			base += pieces[i].len;
		}
		a->final[base] = 1;
	}
	result = lang_done(e, lang_from_dfa(e, scratch, a));
	arena_free(scratch);
	return result;
}

lang lang_prefix(struct engine *e, struct str s)
{
	return from_pieces(e, (struct str[]){s, STR("")}, 2);
}

lang lang_suffix(struct engine *e, struct str s)
{
	return from_pieces(e, (struct str[]){STR(""), s}, 2);
}

lang lang_contains(struct engine *e, struct str s)
{
	return from_pieces(e, (struct str[]){STR(""), s, STR("")}, 3);
}

lang lang_wildcard(struct engine *e, struct str s)
{
	struct arena *scratch = arena_new();
	VEC(struct str) pieces = {0};
	char *text = arena_alloc(scratch, s.len + 1);
	size_t from = 0, used = 0;
	lang result;

	for (size_t i = 0; i < s.len; i++) {
		bool escape = s.ptr[i] == '\\' && i + 1 < s.len &&
			      (s.ptr[i + 1] == '*' || s.ptr[i + 1] == '\\');

		if (s.ptr[i] == '*') {
			VEC_PUSH(scratch, pieces, ((struct str){text + from, used - from}));
			from = used;
			continue;
		}
		i += escape;
		text[used++] = s.ptr[i];
	}
	VEC_PUSH(scratch, pieces, ((struct str){text + from, used - from}));
	if (pieces.n == 1)
		result = lang_string(e, pieces.items[0]);
	else
		result = from_pieces(e, pieces.items, pieces.n);
	arena_free(scratch);
	return result;
}

lang lang_ignore_case(struct engine *e, struct str s)
{
	struct arena *scratch = arena_new();
	bool seen[256] = {false};
	char bytes[256];
	struct lang_dfa *a;
	size_t used = 0;
	lang result;

	for (size_t i = 0; i < s.len; i++) {
		unsigned char byte = (unsigned char)s.ptr[i], lower = (unsigned char)(byte | 0x20);

		seen[byte] = true;
		if (lower >= 'a' && lower <= 'z')
			seen[byte ^ 0x20] = true;
	}
	for (int byte = 0; byte < 256; byte++)
		if (seen[byte])
			bytes[used++] = (char)byte;
	a = lang_dfa_over(scratch, (struct str){bytes, used}, s.len + 1);
	for (size_t i = 0; a && i < s.len; i++) {
		unsigned char byte = (unsigned char)s.ptr[i], lower = (unsigned char)(byte | 0x20);

		row(a, i)[a->class_of[byte]] = (uint32_t)(i + 1);
		if (lower >= 'a' && lower <= 'z')
			row(a, i)[a->class_of[byte ^ 0x20]] = (uint32_t)(i + 1);
	}
	if (a)
		a->final[s.len] = 1;
	result = lang_done(e, lang_from_dfa(e, scratch, a));
	arena_free(scratch);
	return result;
}
