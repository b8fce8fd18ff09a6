/* SPDX-License-Identifier: Apache-2.0
 *
 * The set engine (semantics.md §2): the meaning of a condition is a set of findings, held as a
 * hash-consed, ordered decision diagram over variables. The edges of a node carry disjoint value
 * sets that cover the variable's domain, no two edges lead to the same child, and a node with one
 * edge does not exist; so for variables other than groups equal sets have equal handles. With group
 * labels equality is decided by emptiness of the difference (relate.h).
 *
 * The engine knows nothing of fields: variables are registered by their owner (ir/lower), each with
 * a rank that fixes the order of the diagram whatever the order of registration.
 *
 * Values of a variable, by kind:
 *   BITS    one of n words, or another word (bit n), or absent (bit n + 1); at most 62 words
 *   NUMBER  an int64 point, or absent. Instants are points in ns. Decimals are 2 * scaled, plus 1
 *           when digits beyond the ninth decimal follow, so every bound, strict or not, is a closed
 *           interval of points.
 *   STRING  a byte string, or absent
 *   GROUP   a finite multiset of elements, each a point of the element's own variables. A set of
 *           such is a union of pairs (required element sets R1..Rk, one forbidden set F): "some
 *           element in each Ri, none in F". Element sets are diagrams over the element's variables,
 *           which may include groups (nested arrays). Elements that cannot exist (outside the
 *           group's element universe) do not count.
 *
 * Bounded: more than engine->node_limit nodes since engine_start_question, an automaton over 10^5
 * states, or a group set of over 4096 pairs exhausts the engine: engine_exhausted() is then true,
 * results are meaningless, and the caller must say so. */
#ifndef IR_DIAGRAM_H
#define IR_DIAGRAM_H

#include "ir/lang.h"

typedef uint32_t dd;   /* a diagram */
typedef uint32_t vset; /* a set of values of one variable, hash-consed: equal handles, equal sets
			* (groups: equal handles imply equal sets) */
typedef uint32_t var;

#define DD_FALSE ((dd)0)
#define DD_TRUE ((dd)1)

enum var_kind { VAR_BITS, VAR_NUMBER, VAR_STRING, VAR_GROUP };

struct interval {
	int64_t lo, hi; /* closed, lo <= hi */
};

struct engine *engine_new(struct arena *arena);
void engine_start_question(struct engine *e); /* resets the budget counters, not the caches */
void engine_set_node_limit(struct engine *e, size_t limit); /* default 10^6 */
bool engine_exhausted(const struct engine *e);
void engine_clear_exhausted(struct engine *e);

/* rank: variables are ordered by (rank, key). n_bits: BITS only. Registering the same (rank, key)
 * again returns the same variable. name is for dumps. */
var var_register(struct engine *e, enum var_kind kind, uint32_t rank, struct str key,
		 unsigned n_bits, const char *name);
enum var_kind var_kind(const struct engine *e, var v);
uint32_t var_rank(const struct engine *e, var v);
struct str var_key(const struct engine *e, var v);
const char *var_name(const struct engine *e, var v);
/* The elements of a group variable that can exist; DD_TRUE at first. Set it before the first set of
 * that variable is made: sets are kept relative to it. */
void var_set_elements(struct engine *e, var group, dd universe);

/* --- value sets --- */
#define BIT(i) (UINT64_C(1) << (i))
vset set_bits(struct engine *e, var v,
	      uint64_t mask); /* bit n_bits: other word; n_bits + 1: absent */
vset set_numbers(struct engine *e, const struct interval *items, size_t n,
		 bool absent); /* any order */
vset set_strings(struct engine *e, lang l, bool absent);
vset set_group_some(struct engine *e, var v, dd element); /* some element in `element` */
vset set_full(struct engine *e, var v);
vset set_none(struct engine *e, var v);
vset set_absent(struct engine *e, var v); /* {absent}; group: no element at all */
vset set_and(struct engine *e, vset a, vset b);
vset set_or(struct engine *e, vset a, vset b);
vset set_not(struct engine *e, var v, vset a); /* within the domain of v */
bool set_is_none(struct engine *e, vset a);
bool set_is_full(struct engine *e, var v, vset a);
bool set_inside(struct engine *e, vset a, vset b);
bool set_has_absent(struct engine *e, vset a); /* not for groups */
uint64_t set_mask(struct engine *e, vset a);   /* BITS */
lang set_lang(struct engine *e, vset a);       /* STRING, without absent */
size_t set_intervals(struct engine *e, vset a, const struct interval **items); /* NUMBER */

struct group_pair { /* some element in each required[i], no element in forbidden */
	const dd *required;
	size_t n_required;
	dd forbidden; /* DD_FALSE: nothing forbidden; DD_TRUE: no element at all */
};
size_t set_pairs(struct engine *e, vset a, const struct group_pair **items); /* GROUP */

/* --- diagrams --- */
dd dd_in(struct engine *e, var v, vset s); /* the value of v is in s */
dd dd_and(struct engine *e, dd a, dd b);
dd dd_or(struct engine *e, dd a, dd b);
dd dd_not(struct engine *e, dd a);
dd dd_minus(struct engine *e, dd a, dd b);
/* Is a ∧ b more than DD_FALSE? Ends at the first finding of both, and makes no diagram. */
bool dd_meet(struct engine *e, dd a, dd b);
bool dd_meet_three(struct engine *e, dd a, dd b, dd c);
/* Of many, in halves: n log n where one after the other would be n^2. None: DD_TRUE, DD_FALSE. */
dd dd_and_all(struct engine *e, const dd *items, size_t n);
dd dd_or_all(struct engine *e, const dd *items, size_t n);
/* Forget v: findings that some value of v would put into a. */
dd dd_forget(struct engine *e, dd a, var v);

struct dd_edge {
	vset label;
	dd child;
};
var dd_var(const struct engine *e, dd a); /* not for constants */
size_t dd_edges(const struct engine *e, dd a, const struct dd_edge **edges);
/* The variables a depends on, in order (not those inside groups). */
size_t dd_support(struct engine *e, struct arena *arena, dd a, var **vars);
size_t dd_size(struct engine *e, dd a); /* nodes */
/* One line per node, for tests and --emit. */
struct str dd_dump(struct engine *e, struct arena *arena, dd a);

#endif
