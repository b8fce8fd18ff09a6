/* SPDX-License-Identifier: Apache-2.0
 *
 * What building and running a program share. */
#ifndef EVAL_PROGRAM_INTERNAL_H
#define EVAL_PROGRAM_INTERNAL_H

#include "base/vec.h"
#include "eval/program.h"
#include "ir/memo.h"

struct program_entry {
	uint64_t hash;
	struct str text;
};

/* Numbers for texts: equal texts, equal numbers. Open addressing, at most half full. */
struct program_texts {
	uint32_t *slots; /* number + 1, or 0 */
	size_t n_slots;	 /* 0 or a power of two */
	VEC(struct program_entry) all;
};

#define PROGRAM_NONE UINT32_MAX

uint32_t program_text_find(const struct program_texts *texts, struct str text);
uint32_t program_text_add(struct arena *arena, struct program_texts *texts, struct str text);

enum test_kind {
	PROGRAM_EXISTS,
	PROGRAM_WORDS,	 /* a closed vocabulary: one of `words` */
	PROGRAM_NUMBERS, /* within lo..hi, inclusive, as values are written (2 * scaled + more) */
	PROGRAM_INSTANTS,
	PROGRAM_AGES,	/* now - instant within lo..hi */
	PROGRAM_ONE_OF, /* numbers, a few */
	/* Behind these, of texts. */
	PROGRAM_TEXTS, /* texts: how is said by `how` */
	PROGRAM_SET,   /* one of many texts */
	/* Behind these, of more than one value. */
	PROGRAM_ANY, /* an element of `group` fulfils the code at `code` */
	PROGRAM_TIER,
};

/* The elements of a group in a finding. */
struct program_elements {
	const struct element *const *items;
	size_t n;
	VEC(const struct element *) joined; /* of several parents */
};

struct program_test {
	enum test_kind kind;
	enum test how;
	bool negated, many, map;
	enum group group;
	unsigned slot;
	struct str key;
	uint64_t words;
	int64_t lo, hi;
	const int64_t *numbers;
	const struct str *texts;
	size_t n;
	struct program_texts *set;
	uint32_t code;
	int tier;
	const struct program_elements *elements; /* those of `group`, of the run */
};

/* A step asks a test and goes on at one of two others, or ends. */
struct program_step {
	uint32_t test, yes, no;
};

#define PROGRAM_TRUE (UINT32_MAX - 1)
#define PROGRAM_FALSE (UINT32_MAX - 2)

struct program_list {
	uint32_t *items;
	size_t n, cap;
};

/* Items of the same code: asked once, and filed once. */
struct program_goal {
	uint32_t entry;
	uint32_t known; /* the test that holds when a value leads here, number + 1; or 0 */
	struct program_list items;
};

/* The goals that ask for a value of one field, by the value; of a prefix, by its first `prefix`
 * bytes; of a map, by key and value. */
struct program_table {
	enum field_id field;
	enum group group;
	unsigned slot;
	bool map, words;
	size_t prefix; /* 0: the whole value */
	struct program_texts texts;
	VEC(struct program_list) lists; /* by the number of the text, or by word */
};

/* How rare a value of a field is: the less, the rarer. What stands here is no promise, it only
 * makes things fast. */
enum program_rank {
	PROGRAM_RANK_ID, /* one finding, or a few */
	PROGRAM_RANK_PACKAGE,
	PROGRAM_RANK_REPOSITORY,
	PROGRAM_RANK_TEXT, /* other texts */
	PROGRAM_RANK_ACCOUNT,
	PROGRAM_RANK_PREFIX,
	PROGRAM_RANK_EXPLOIT,
	PROGRAM_RANK_WORD,    /* severity and others of a few words */
	PROGRAM_RANK_USUAL,   /* what nearly all have */
	PROGRAM_RANK_NOTHING, /* pins nothing */
};

/* The values of which a condition asks for one. */
struct program_pins {
	enum program_rank rank;
	size_t n_values;
	VEC(const struct atom *) atoms; /* none: the condition never holds */
};

struct program_use {
	enum group group;
	bool first; /* of the parent's children: the others do not count */
	struct program_elements *to;
	const struct program_elements *parents;
};

struct program {
	struct arena *arena;
	const struct policy *policy;
	VEC(struct program_test) tests;
	VEC(struct program_step) steps;
	struct memo test_by_hash, step_by_hash;
	VEC(uint32_t) test_next; /* the next test of the same hash, number + 1, or 0 */
	VEC(uint32_t) step_next; /* the same of steps */
	uint32_t *entries;	 /* of the items, and behind them of the tiers */
	size_t n_items;
	struct program_pins **tier_pins; /* by tier, when they were asked for */
	VEC(struct program_goal) goals;
	struct memo goal_by_entry; /* number + 1 */
	VEC(struct program_table) tables;
	VEC(uint32_t) always; /* goals that pin nothing */
	/* Of the run: answers that are known bear its number. */
	const struct element *root;
	uint32_t run;
	uint32_t *seen;	   /* by goal */
	uint32_t *answers; /* by test: 2 * run + answer */
	uint32_t tier_asked;
	int tier;
	bool group_used[2][GROUP_COUNT]; /* with many-valued fields or without */
	VEC(struct program_use) uses;	 /* parents first */
	struct program_elements elements[2][GROUP_COUNT];
	uint64_t *hit_bits;
	VEC(uint32_t) hits;
	struct strbuf pair; /* of a map */
};

/* The code of a condition: where it begins. */
uint32_t program_compile(struct program *p, const struct cond *cond, bool many);
/* The test of one atom. */
uint32_t program_test_of(struct program *p, const struct atom *atom, bool many);
/* Files a goal where its values lead to. */
void program_file(struct program *p, uint32_t goal, const struct cond *cond, bool many);
/* How rare what a condition asks for is. */
enum program_rank program_rank_of(struct program *p, const struct cond *cond);
/* The text by which an entry of a map is filed; good until the next call. */
struct str program_pair(struct program *p, struct str key, struct str value);

#endif
