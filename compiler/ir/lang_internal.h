/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of the lang module share. A language is an entry of struct lang_state:
 *
 *   list       a set of interned strings, or the complement of one. The set is a hash-consed
 *              big-endian Patricia tree over string numbers, so equal sets are equal roots, adding
 *              one string shares all but a path, and no recursion is deeper than 32. The sorted
 *              array that lang_list shows is made when first asked for.
 *   automaton  a minimal complete DFA over byte classes. States are numbered breadth first from the
 *              start (0) in byte order and classes by their smallest byte, so equal languages have
 *              equal tables and are found by content.
 *
 * Intermediate automata live in a scratch arena that ends with the operation. Functions here answer
 * NULL or LANG_FAILED when a bound is hit; only the public functions set engine->exhausted. */
#ifndef IR_LANG_INTERNAL_H
#define IR_LANG_INTERNAL_H

#include "base/vec.h"
#include "ir/engine_internal.h"

#define LANG_FAILED ((lang)UINT32_MAX)
#define LANG_STATES_MAX 100000u
#define LANG_CELLS_MAX ((size_t)1 << 24)      /* states x classes of one table */
#define LANG_LIST_BYTES_MAX ((size_t)1 << 26) /* text of one list made by an operation */
#define LANG_NO_STATE UINT32_MAX /* in a table under construction: no string from here */

/* --- hash index (lang_list.c): numbers found by hash, compared by the caller --- */
struct lang_slot {
	uint32_t hash, value; /* value + 1; 0 is free */
};

struct lang_index {
	struct lang_slot *slots;
	size_t n, cap;
};

uint32_t lang_hash(uint32_t seed, const void *bytes, size_t n);
/* The next number stored under hash; *probe starts at 0. */
bool lang_index_next(const struct lang_index *t, uint32_t hash, size_t *probe, uint32_t *value);
void lang_index_add(struct arena *arena, struct lang_index *t, uint32_t hash, uint32_t value);

/* --- sets of strings (lang_list.c) --- */
struct lang_node { /* node 0: the empty set */
	uint32_t key;         /* leaf: the string's number; branch: the bits above mask */
	uint32_t mask;        /* the bit branched on; 0: a leaf */
	uint32_t left, right; /* bit clear, bit set */
	uint32_t n;           /* strings */
	lang handle[2];       /* of the set and of its complement; 0: none yet */
};

struct lang_text {
	struct str str;
	uint32_t leaf;
};

uint32_t lang_leaf(struct engine *e, struct str s); /* interns s */
bool lang_set_has(struct engine *e, uint32_t root, struct str s);
uint32_t lang_set_or(struct engine *e, uint32_t a, uint32_t b);
uint32_t lang_set_and(struct engine *e, uint32_t a, uint32_t b);
uint32_t lang_set_minus(struct engine *e, uint32_t a, uint32_t b);
uint32_t lang_set_build(struct engine *e, const uint32_t *leaves, size_t n);
uint32_t *lang_set_leaves(struct engine *e, struct arena *arena, uint32_t root); /* any order */
struct str lang_leaf_str(const struct engine *e, uint32_t leaf);
/* The strings in byte order. */
struct str *lang_set_sorted(struct engine *e, struct arena *arena, uint32_t root);

/* --- automata (lang_auto.c) --- */
struct lang_dfa {
	uint32_t n, k; /* states, classes */
	uint32_t start;
	uint8_t class_of[256];
	uint32_t *delta; /* n * k */
	uint8_t *final;
};

static inline uint32_t lang_dfa_step(const struct lang_dfa *a, uint32_t state, unsigned char byte)
{
	return a->delta[(size_t)state * a->k + a->class_of[byte]];
}

/* A table under construction with one class per byte of `bytes` (once each) and one for the rest,
 * no transitions, no final state; NULL if too large. */
struct lang_dfa *lang_dfa_over(struct arena *arena, struct str bytes, size_t n);
uint32_t lang_dfa_walk(const struct lang_dfa *a, uint32_t state, struct str s);
/* Canonical form of any table (LANG_NO_STATE allowed); `minimal`: no two states are equivalent and
 * none is dead already. The result is on `arena`. */
struct lang_dfa *lang_dfa_canonical(struct arena *arena, const struct lang_dfa *raw, bool minimal);
/* The only state that all strings from it (accept: true) or none (false) are accepted in. */
uint32_t lang_dfa_sink(const struct lang_dfa *a, bool accept);

/* --- making automata from others (lang_combine.c) --- */
struct lang_nfa { /* at most one successor per class and two silent ones */
	uint32_t n, k, start;
	uint8_t class_of[256];
	uint32_t *delta;      /* n * k, LANG_NO_STATE for none */
	uint32_t (*silent)[2];
	uint8_t *final;
	uint8_t *solid;       /* has a delta or is final: only these are kept in subsets */
	uint32_t all;         /* a state that accepts everything, or LANG_NO_STATE */
};

struct lang_pair {
	uint32_t a, b;
};

struct lang_dfa *lang_dfa_from_sorted(struct arena *arena, const struct str *items, size_t n);
/* Strings accepted by both, walking a from state from_a. *pairs (may be NULL): what each state of
 * the result stands for; then pairs with a dead b are dead, but not those with a dead a. */
struct lang_dfa *lang_dfa_product(struct arena *arena, const struct lang_dfa *a, uint32_t from_a,
				  const struct lang_dfa *b, struct lang_pair **pairs);
/* Is there a string that both accept? Makes no automaton and ends at the first. */
enum lang_meeting { LANG_APART, LANG_MEET, LANG_TOO_LARGE };
enum lang_meeting lang_dfa_meet(struct arena *arena, const struct lang_dfa *a,
				const struct lang_dfa *b);
struct lang_dfa *lang_dfa_concat(struct arena *arena, const struct lang_dfa *a,
				 const struct lang_dfa *b);
struct lang_dfa *lang_dfa_subsets(struct arena *arena, const struct lang_nfa *nfa);
/* Number of strings and of their bytes that lead to states with final == accept, if finitely many;
 * both are capped far above the limits. */
bool lang_dfa_count(struct arena *scratch, const struct lang_dfa *a, bool accept, size_t *strings,
		    size_t *bytes);
/* Those strings. */
void lang_dfa_list(struct arena *scratch, const struct lang_dfa *a, bool accept, size_t strings,
		   struct str *out);

/* --- entries (lang.c) --- */
struct lang_entry {
	bool is_list;
	bool complement;      /* list */
	bool failed;          /* list: has no automaton within the bounds */
	uint32_t root;        /* list */
	const struct str *items; /* list: sorted, NULL until asked for */
	const struct lang_dfa *dfa; /* list: NULL until asked for */
	lang opposite;        /* LANG_FAILED until asked for */
	bool is_counted, endless; /* automaton: has it strings without end? */
};

struct lang_memo {
	uint64_t key;
	lang result;
};

struct lang_state {
	VEC(struct lang_text) texts;
	VEC(struct lang_node) nodes;
	VEC(struct lang_entry) entries;
	VEC(struct lang_memo) memos;
	struct lang_index text_index, node_index, dfa_index, memo_index;
	lang utf8; /* LANG_FAILED until asked for */
};

lang lang_done(struct engine *e, lang result); /* LANG_FAILED: exhausted, LANG_NONE */
lang lang_from_set(struct engine *e, uint32_t root, bool complement);
/* raw may be NULL (failed); scratch holds it. */
lang lang_from_dfa(struct engine *e, struct arena *scratch, const struct lang_dfa *raw);
/* Never NULL: after a failure the automaton of LANG_NONE, and the engine is exhausted. */
const struct lang_dfa *lang_dfa_of(struct engine *e, lang a);
/* Every string of whole, valid UTF-8 without NUL (lang_pick.c). */
lang lang_utf8(struct engine *e);

#endif
