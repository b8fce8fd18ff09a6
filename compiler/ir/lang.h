/* SPDX-License-Identifier: Apache-2.0
 *
 * Regular languages of byte strings, exact and canonical: a handle is equal to another if and only
 * if the languages are equal. Two representations behind one interface: finite and co-finite sets
 * of strings (interned, cheap: what policies mostly write), and minimal deterministic automata for
 * everything else. A finite or co-finite language is always in the first form unless it has (or
 * lacks) more than LANG_LIST_MAX strings.
 *
 * Price: union, intersection and difference of lists share structure, so a list made string by
 * string costs n log n; a list against an automaton is read string by string; automata cost their
 * product, minimised in m log m. Results of binary operations are remembered.
 * Bounded: an automaton over 10^5 states or 2^24 table cells (intermediate ones too), or a list
 * over 64 MiB made by an operation, exhausts the engine (engine_exhausted); the answer is then
 * LANG_NONE (lang_inside: false) and must not be used.
 * This header also serves derived fields: an ARN's language is cut at its parts by walking. */
#ifndef IR_LANG_H
#define IR_LANG_H

#include "base/str.h"

struct engine;
typedef uint32_t lang;

#define LANG_NONE ((lang)0) /* no string */
#define LANG_ALL ((lang)1)  /* every string, the empty one included */
#define LANG_LIST_MAX 65536

lang lang_string(struct engine *e, struct str s); /* exactly s */
/* Any of them; duplicates allowed. */
lang lang_strings(struct engine *e, const struct str *items, size_t n);
lang lang_prefix(struct engine *e, struct str s); /* starts with s */
lang lang_suffix(struct engine *e, struct str s);
lang lang_contains(struct engine *e, struct str s);
/* '*' any run, '\*' and '\\' literal: EventBridge's wildcard. Another '\' stands for itself. */
lang lang_wildcard(struct engine *e, struct str s);
/* A regular expression for tables and tests: literals, [a-z0-9] and [^…] classes, '.' (any byte),
 * ( ), |, *, +, ?, {n}, {m,n}, {m,}, '\' escapes, \x1f for a byte; the whole string must match. A
 * malformed pattern is our bug (assert). */
lang lang_regex(struct engine *e, const char *pattern);
/* ASCII letters of s match in either case (EventBridge equals-ignore-case, for ASCII operands). */
lang lang_ignore_case(struct engine *e, struct str s);

lang lang_and(struct engine *e, lang a, lang b);
lang lang_or(struct engine *e, lang a, lang b);
lang lang_or_all(struct engine *e, const lang *langs, size_t n); /* in halves; of none: NONE */
lang lang_not(struct engine *e, lang a);
lang lang_minus(struct engine *e, lang a, lang b);
lang lang_concat(struct engine *e, lang a, lang b);

bool lang_accepts(struct engine *e, lang a, struct str s);
bool lang_inside(struct engine *e, lang a, lang b);
/* Is there a string in both? Makes no language where it can. */
bool lang_meet(struct engine *e, lang a, lang b);
/* true with the sorted strings if a is in list form as a finite set (complement == false) or as a
 * co-finite one (complement == true: the strings that are NOT in it). */
bool lang_list(struct engine *e, lang a, bool *complement, const struct str **items, size_t *n);
/* A string of the language: printable ASCII if there is one, else UTF-8 without NUL if there is
 * one; then the shortest (which may be the empty string); then the one that looks best (letters
 * a-z first, then digits, capitals, - _ . /, and the rest). false if empty. */
bool lang_pick(struct engine *e, struct arena *arena, lang a, struct str *out);

/* --- walking, for cutting a language at the delimiters of a derived field ---
 * States of `a` as a complete minimal automaton, numbered from 0 in a canonical order. */
uint32_t lang_states(struct engine *e, lang a);
uint32_t lang_start(struct engine *e, lang a);
uint32_t lang_step(struct engine *e, lang a, uint32_t state, unsigned char byte);
uint32_t lang_walk(struct engine *e, lang a, uint32_t state, struct str text);
bool lang_final(struct engine *e, lang a, uint32_t state);
/* The state from which nothing is accepted, of which there is at most one; else a number beyond all
 * states. */
uint32_t lang_dead(struct engine *e, lang a);
/* The strings of `within` that lead from state `from`, grouped by where they lead: out[q] for every
 * state q of a (LANG_NONE where none leads there). out has lang_states(a) entries. Together they
 * partition `within`. */
void lang_split(struct engine *e, lang a, uint32_t from, lang within, lang *out);
/* The same for the states that are wanted alone; the others' are LANG_NONE. */
void lang_split_some(struct engine *e, lang a, uint32_t from, lang within, const bool *wanted,
		     lang *out);
/* The strings that lead from a state to acceptance, for every state q of a: out[q], which is left
 * alone where it is LANG_NONE. */
void lang_tails(struct engine *e, lang a, lang *out);

#endif
