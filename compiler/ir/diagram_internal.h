/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of the set engine share: diagram.c (variables, nodes), diagram_apply.c and
 * diagram_index.c (operations), value_set.c (sets of one variable), group_set.c (sets of a group
 * variable), box*.c and relate*.c. Nobody else includes this.
 *
 * Handles index growing arrays on the arena; old arrays stay where they are, so a pointer to an
 * immutable part (edges, intervals, pairs) stays valid, but a `struct node *` must not be written
 * through after anything may have made a node.
 *
 * Cost: every operation spends work; when the budget of a question is spent, no node is made any
 * more, every operation returns at once, and nothing is remembered, so the caches stay right. */
#ifndef IR_DIAGRAM_INTERNAL_H
#define IR_DIAGRAM_INTERNAL_H

#include "base/vec.h"
#include "ir/diagram.h"
#include "ir/engine_internal.h"
#include "ir/memo.h"

#define ENGINE_NODE_LIMIT 1000000
#define ENGINE_WORK_PER_NODE 20 /* elementary steps allowed per allowed node */
#define ENGINE_DEPTH_LIMIT 2000 /* nested operations: bounds the C stack */
#define GROUP_PAIR_LIMIT 4096

struct variable {
	enum var_kind kind;
	uint32_t rank;
	struct str key;
	unsigned n_bits;
	const char *name;
	dd elements; /* GROUP */
};

/* By kind: BITS mask, n_bits; NUMBER intervals, absent; STRING lang, absent; GROUP pairs, group. */
struct value_set {
	enum var_kind kind;
	bool absent;
	unsigned n_bits;
	var group;
	lang lang;
	uint64_t mask;
	const struct interval *intervals; /* sorted, disjoint, not adjacent */
	const struct group_pair *pairs;   /* normal form of group_set.c */
	size_t n;
	uint64_t hash;
	vset next;          /* same hash */
	bool has_sample;
	struct str sample;  /* STRING, no list: lang_pick, which orders labels */
};

/* Which edge takes a value: for nodes over strings and numbers, made when first needed. */
struct index_string {
	struct str s;
	uint32_t edge;
};

struct index_interval {
	struct interval at;
	uint32_t edge;
};

struct node_index {
	struct index_string *strings;     /* sorted: all strings of labels that are finite lists */
	struct index_interval *intervals; /* sorted: they cover every int64 */
	size_t n;
	uint32_t *others;                 /* edges whose label is no finite list */
	size_t n_others;
	uint32_t absent;                  /* the edge that takes absent */
};

struct node {
	var v;
	uint32_t n;
	const struct dd_edge *edges; /* by set_compare of the labels */
	const struct node_index *index;
	dd negation; /* DD_FALSE: not known */
	dd next;     /* same hash */
	uint64_t mark; /* scratch of walks: see engine_new_mark */
	uint64_t hash;
};

enum dd_op { OP_AND, OP_OR, OP_MINUS, N_OPS };

struct diagram_state {
	VEC(struct variable) vars;
	VEC(var) order; /* by (rank, key) */
	VEC(struct value_set) sets;
	VEC(struct node) nodes; /* the first two are the constants */
	struct memo unique_sets, unique_nodes;
	struct memo set_ands, set_ors, set_nots;
	struct memo applied[N_OPS], met, met_three, pairs;
	uint32_t n_pairs;
	void *free_scratch[48]; /* by power of two */
	size_t node_limit, nodes_made;
	unsigned depth;
	uint64_t mark;
	dd universe;	    /* relate.c */
	struct memo within; /* relate.c: what a set is inside the universe */
};

/* --- diagram.c --- */
/* Temporary blocks (not zeroed), given back in any order. */
void *scratch_take(struct engine *e, size_t n, size_t size);
void scratch_drop(struct engine *e, void *block);
/* A fresh value for node.mark; walks use mark, mark + 1, mark + 2. */
uint64_t engine_new_mark(struct engine *e);
const struct variable *engine_var(const struct engine *e, var v);
struct node *engine_node(const struct engine *e, dd a);
bool dd_is_const(dd a);
/* < 0: a is above b. Constants are below everything. */
int dd_compare_vars(const struct engine *e, var a, var b);
/* A total order by content, so that nothing depends on when a diagram was made. */
int dd_compare(struct engine *e, dd a, dd b);
/* The node with these edges: labels disjoint, not none, covering; children different. Takes any
 * order; the array is not kept. */
dd dd_make(struct engine *e, var v, struct dd_edge *edges, size_t n);

/* --- diagram_index.c --- */
const struct node_index *dd_index(struct engine *e, dd a);
/* The edge that takes a string which no list of the node holds. */
uint32_t dd_other_edge(struct engine *e, dd a, const struct node_index *index, struct str s);
/* The edges of a whose labels meet s, appended to out, which has room for dd_meeting_max; an edge
 * may come twice. */
size_t dd_meeting_max(struct engine *e, dd a, vset s);
size_t dd_meeting(struct engine *e, dd a, vset s, uint32_t *out);

/* --- diagram_apply.c --- */
/* A step down, into an operation of two diagrams. false: stop; what the caller returns then means
 * nothing. */
bool diagram_enter(struct engine *e);

/* --- value_set.c --- */
void sets_init(struct engine *e);
const struct value_set *set_get(const struct engine *e, vset a);
vset set_intern(struct engine *e, const struct value_set *set); /* copies arrays when new */
/* The union of n sets of v, in one step. */
vset set_or_all(struct engine *e, var v, const vset *sets, size_t n);
bool set_meets(struct engine *e, vset a, vset b);
int set_compare(struct engine *e, vset a, vset b); /* total, by content */

/* --- group_set.c --- */
vset group_and(struct engine *e, vset a, vset b);
vset group_or_all(struct engine *e, var v, const vset *sets, size_t n);
vset group_not(struct engine *e, vset a);
int group_compare(struct engine *e, const struct value_set *a, const struct value_set *b);

#endif
