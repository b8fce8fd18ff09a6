/* SPDX-License-Identifier: Apache-2.0
 *
 * Patterns around a set that no pattern can say: what can be said of it stays, what cannot is said
 * as nearly as it can. */
#include "target/pattern_internal.h"

#include "base/vec.h"

#include <stdlib.h>

dd pattern_telling(struct pattern_scope *s, const struct group_pair *pair)
{
	struct engine *e = lower_engine(s->c->lower);
	dd best = pair->required[0];
	size_t most = 0;

	for (size_t i = 0; i < pair->n_required; i++) {
		var *vars;
		size_t n = dd_support(e, s->c->arena, pair->required[i], &vars);

		if (n <= most)
			continue;
		most = n;
		best = pair->required[i];
	}
	return best;
}

/* --- what is too long --- */

struct tests {
	struct pattern_test *items;
	size_t n, cap;
};

static int by_text(const void *left, const void *right)
{
	const struct pattern_test *a = left, *b = right;

	return str_cmp(a->texts[0], b->texts[0]);
}

/* At most `most` bytes of a text, in whole characters and without the quotation mark that a prefix
 * must not have. */
static struct str cut_text(struct str text, size_t most)
{
	size_t n = 0;

	while (n < text.len && n < most && text.ptr[n] != '"')
		n++;
	while (n && n < text.len && (text.ptr[n] & 0xc0) == 0x80)
		n--;
	return str_slice(text, 0, n);
}

/* Equals and prefixes as fewer, shorter prefixes that take them all; false if none would. */
static bool share_prefixes(struct arena *arena, struct tests *tests)
{
	size_t most = 0, kept = 0;

	for (size_t i = 0; i < tests->n; i++) {
		const struct pattern_test *t = &tests->items[i];

		if (t->op != PATTERN_EQUALS && t->op != PATTERN_PREFIX)
			return false;
		most = t->texts[0].len > most ? t->texts[0].len : most;
	}
	most -= most ? 1 + most / 8 : 0;
	for (size_t i = 0; i < tests->n; i++) {
		struct pattern_test *t = &tests->items[i];
		struct str *text;

		if (t->texts[0].len <= most)
			continue;
		text = ARENA_ARRAY(arena, struct str, 1);
		text[0] = cut_text(t->texts[0], most);
		*t = (struct pattern_test){.op = PATTERN_PREFIX, .texts = text, .n = 1};
		if (!text[0].len)
			return false;
	}
	qsort(tests->items, tests->n, sizeof *tests->items, by_text);
	for (size_t i = 0; i < tests->n; i++) {
		struct pattern_test t = tests->items[i];
		const struct pattern_test *last = kept ? &tests->items[kept - 1] : NULL;

		if (!last || last->op != PATTERN_PREFIX || !str_starts(t.texts[0], last->texts[0]))
			tests->items[kept++] = t;
	}
	tests->n = kept;
	return true;
}

/* The leaf with half of its exclusions, with shorter prefixes, or with presence alone. */
static bool shorten_leaf(struct arena *arena, struct pattern_leaf *leaf)
{
	struct tests tests = {0};
	bool absent = false;

	for (size_t i = 0; i < leaf->n_tests; i++) {
		absent = absent || leaf->tests[i].op == PATTERN_ABSENT;
		if (leaf->tests[i].op != PATTERN_ABSENT)
			VEC_PUSH(arena, tests, leaf->tests[i]);
	}
	if (!tests.n || (tests.n == 1 && tests.items[0].op == PATTERN_EXISTS))
		return false;
	if (tests.n == 1 && tests.items[0].n > 1) {
		tests.items[0].n /= 2;
	} else if (!share_prefixes(arena, &tests)) {
		tests.n = 0;
		VEC_PUSH(arena, tests, ((struct pattern_test){.op = PATTERN_EXISTS}));
	}
	if (absent)
		VEC_PUSH(arena, tests, ((struct pattern_test){.op = PATTERN_ABSENT}));
	leaf->tests = tests.items;
	leaf->n_tests = tests.n;
	pattern_leaf_finish(arena, leaf);
	return true;
}

bool pattern_shorten(struct pattern_scope *s, struct pattern_branch *b)
{
	struct arena *arena = s->c->arena;
	struct pattern_leaf *leaves = ARENA_ARRAY(arena, struct pattern_leaf, b->n);
	size_t longest = 0;

	for (size_t i = 0; i < b->n; i++) {
		leaves[i] = b->leaves[i];
		if (leaves[i].text.len > leaves[longest].text.len)
			longest = i;
	}
	b->leaves = leaves;
	b->loosened = true;
	s->c->shortened = true;
	return b->n && shorten_leaf(arena, &leaves[longest]);
}

/* --- what is too much --- */

bool pattern_same_test(const struct pattern_test *a, const struct pattern_test *b)
{
	if (a->op != b->op || a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!str_eq(a->texts[i], b->texts[i]))
			return false;
	return a->op != PATTERN_NUMERIC ||
	       (a->range.lo == b->range.lo && a->range.hi == b->range.hi);
}

/* Presence takes whatever else is asked of a value. */
static void add_tests(struct arena *arena, const struct pattern_leaf *leaf, struct tests *tests,
		      bool *present)
{
	for (size_t i = 0; i < leaf->n_tests; i++) {
		bool known = false;

		*present = *present || leaf->tests[i].op == PATTERN_EXISTS;
		for (size_t k = 0; k < tests->n && !known; k++)
			known = pattern_same_test(&tests->items[k], &leaf->tests[i]);
		if (!known)
			VEC_PUSH(arena, *tests, leaf->tests[i]);
	}
}

static void join_leaves(struct arena *arena, struct pattern_leaf *a, const struct pattern_leaf *b)
{
	struct tests tests = {0};
	bool present = false;
	size_t kept = 0;

	add_tests(arena, a, &tests, &present);
	add_tests(arena, b, &tests, &present);
	for (size_t i = 0; i < tests.n; i++)
		if (!present || tests.items[i].op == PATTERN_EXISTS ||
		    tests.items[i].op == PATTERN_ABSENT)
			tests.items[kept++] = tests.items[i];
	a->tests = tests.items;
	a->n_tests = kept;
	if (a->absence == PATTERN_ABSENCE_NONE)
		a->absence = b->absence;
	pattern_leaf_finish(arena, a);
}

#define COMPARED_MAX 256 /* branches that are compared each with each; of more, neighbours */

/* Loosened, branches of different boxes may have come near each other. */
void pattern_merge(struct pattern_scope *s, struct pattern_branches *branches)
{
	size_t far = branches->n <= COMPARED_MAX ? COMPARED_MAX : 1, kept = 0;

	for (size_t i = 0; i < branches->n; i++) {
		struct pattern_branch b = branches->items[i];
		size_t k = kept;

		while (k > 0 && kept - k < far && !pattern_may_be_lost(&branches->items[k - 1], &b))
			k--;
		if (!k || kept - k >= far) {
			branches->items[kept++] = b;
			continue;
		}
		branches->items[k - 1].loosened = true;
		for (size_t leaf = 0; leaf < b.n; leaf++)
			join_leaves(s->c->arena, &branches->items[k - 1].leaves[leaf],
				    &b.leaves[leaf]);
	}
	branches->n = kept;
}

static bool is_too_much(enum refusal_why why)
{
	return why == REFUSE_BOXES || why == REFUSE_SIZE || why == REFUSE_BUDGET;
}

/* Where the patterns would be too many or too large, or could not be found, variables are
 * forgotten, half of those that are left at a time: the last first, which split findings most
 * finely (ir/lower ranks them). What was found to be too much before is not tried again. */
bool pattern_make_around(struct pattern_scope *s, dd set, struct pattern **patterns, size_t *n)
{
	struct engine *e = lower_engine(s->c->lower);
	bool tells = s->unit->statement->kind == STATEMENT_NOTIFY; /* and had better tell once */
	size_t quota = tells ? 1 : (size_t)s->c->policy->config->quotas.event_rules, left;
	bool too_much = is_too_much(s->refusal->why);
	var *vars;

	target_ask(s->c);
	left = dd_support(e, s->c->arena, set, &vars);
	s->loose = true;
	for (;;) {
		if (!too_much) {
			if (pattern_of(s, set, true, patterns, n) && *n <= quota)
				return true;
			if (s->refusal->why != REFUSE_NONE && !is_too_much(s->refusal->why))
				return false;
		}
		if (!left)
			return false;
		target_ask(s->c);
		for (size_t keep = left / 2; left > keep;)
			set = dd_forget(e, set, vars[--left]);
		too_much = false;
	}
}
