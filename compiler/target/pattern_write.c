/* SPDX-License-Identifier: Apache-2.0
 *
 * Branches to JSON: leaves that all branches share stand outside the `$or`, every other leaf inside
 * it in each branch (a path must never stand both inside and outside: the later one would replace
 * the earlier). Keys are sorted, so the text survives Terraform's re-sorting. The `$or` stands
 * below the event's prefix, where all its leaves are, or else at the root. */
#include "target/pattern_internal.h"

#include "model/event.h"
#include "model/limit.h"
#include "model/reserved.h"
#include "target/wildcard.h"

#include <string.h>

/* --- one leaf --- */

static void write_scaled(struct json_writer *w, const char *op, int64_t point)
{
	json_string(w, op);
	json_scaled(w, point >> 1);
}

static void write_numeric(struct json_writer *w, struct interval range)
{
	json_key(w, "numeric");
	json_open_array(w);
	if (range.lo == range.hi) {
		write_scaled(w, "=", range.lo);
	} else {
		write_scaled(w, range.lo & 1 ? ">" : ">=", range.lo);
		if (range.hi != INT64_MAX) {
			bool strict = range.hi & 1;

			write_scaled(w, strict ? "<" : "<=", range.hi + strict);
		}
	}
	json_close_array(w);
}

static void write_texts(struct json_writer *w, const struct pattern_test *t)
{
	json_open_array(w);
	for (size_t i = 0; i < t->n; i++)
		json_str(w, t->texts[i]);
	json_close_array(w);
}

static void write_but(struct json_writer *w, const struct pattern_test *t, const char *kind)
{
	json_key(w, "anything-but");
	if (kind) {
		json_open_object(w);
		json_key(w, kind);
	}
	write_texts(w, t);
	if (kind)
		json_close_object(w);
}

static void write_test(struct json_writer *w, const struct pattern_test *t)
{
	static const char *const keys[] = {
		[PATTERN_PREFIX] = "prefix",
		[PATTERN_SUFFIX] = "suffix",
		[PATTERN_WILDCARD] = "wildcard",
	};

	if (t->op == PATTERN_EQUALS) {
		json_str(w, t->texts[0]);
		return;
	}
	if (t->op == PATTERN_LITERAL) {
		json_bool(w, str_is(t->texts[0], "true"));
		return;
	}
	json_open_object(w);
	switch (t->op) {
	case PATTERN_NUMERIC:
		write_numeric(w, t->range);
		break;
	case PATTERN_BUT:
		write_but(w, t, NULL);
		break;
	case PATTERN_BUT_PREFIX:
		write_but(w, t, "prefix");
		break;
	case PATTERN_BUT_SUFFIX:
		write_but(w, t, "suffix");
		break;
	case PATTERN_BUT_WILDCARD:
		write_but(w, t, "wildcard");
		break;
	case PATTERN_EXISTS:
	case PATTERN_ABSENT:
		json_key(w, "exists");
		json_bool(w, t->op == PATTERN_EXISTS);
		break;
	default:
		json_key(w, keys[t->op]);
		json_str(w, t->texts[0]);
	}
	json_close_object(w);
}

static void write_tests(struct json_writer *w, const struct pattern_leaf *leaf)
{
	json_open_array(w);
	for (size_t i = 0; i < leaf->n_tests; i++)
		write_test(w, &leaf->tests[i]);
	json_close_array(w);
}

void pattern_leaf_finish(struct arena *arena, struct pattern_leaf *leaf)
{
	struct json_writer w;

	json_begin(&w, arena, 0);
	write_tests(&w, leaf);
	leaf->text = json_end(&w);
}

/* --- a pattern --- */

static bool same_path(const struct pattern_leaf *a, const struct pattern_leaf *b)
{
	if (a->n_path != b->n_path)
		return false;
	for (size_t i = 0; i < a->n_path; i++)
		if (!str_eq(a->path[i], b->path[i]))
			return false;
	return true;
}

static const struct pattern_leaf *find_leaf(const struct pattern_branch *b,
					    const struct pattern_leaf *wanted)
{
	for (size_t i = 0; i < b->n; i++)
		if (same_path(&b->leaves[i], wanted))
			return &b->leaves[i];
	return NULL;
}

/* The leaves that stand in every branch with the same tests, or those that do not. */
static struct pattern_branch select_leaves(struct arena *arena, const struct pattern_branch *b,
					   const struct pattern_branch *all, size_t n, bool common)
{
	struct pattern_branch out = {0};

	out.leaves = ARENA_ARRAY(arena, struct pattern_leaf, b->n);
	for (size_t i = 0; i < b->n; i++) {
		bool shared = true;

		for (size_t j = 0; j < n && shared; j++) {
			const struct pattern_leaf *leaf = find_leaf(&all[j], &b->leaves[i]);

			shared = leaf && str_eq(leaf->text, b->leaves[i].text);
		}
		if (shared == common)
			out.leaves[out.n++] = b->leaves[i];
	}
	return out;
}

/* Leaves from `from` on that share their first `depth` words, as an object. */
static void write_level(struct json_writer *w, const struct pattern_branch *b, size_t from,
			size_t to, size_t depth)
{
	while (from < to) {
		const struct pattern_leaf *leaf = &b->leaves[from];
		size_t end = from + 1;

		json_key_str(w, leaf->path[depth]);
		if (leaf->n_path == depth + 1) {
			write_tests(w, leaf);
		} else {
			while (end < to && b->leaves[end].n_path > depth &&
			       str_eq(b->leaves[end].path[depth], leaf->path[depth]))
				end++;
			json_open_object(w);
			write_level(w, b, from, end, depth + 1);
			json_close_object(w);
		}
		from = end;
	}
}

/* How many leading words of the leaf's path are the prefix: all of it, or none. */
static size_t words_of_prefix(const struct event *event, const struct pattern_leaf *leaf)
{
	struct str prefix = str_from(event->prefix);
	size_t n = 0, at = 0;

	while (at < prefix.len) {
		struct str word = n < leaf->n_path ? leaf->path[n++] : STR("");

		if (!word.len || !str_starts(str_slice(prefix, at, prefix.len), word))
			return 0;
		at += word.len;
		while (at < prefix.len &&
		       (prefix.ptr[at] == '[' || prefix.ptr[at] == ']' || prefix.ptr[at] == '.'))
			at++;
	}
	return n;
}

/* The first leaf of a branch below the prefix: leaves are sorted, so they stand together. */
static size_t first_inside(const struct event *event, const struct pattern_branch *b)
{
	size_t i = 0;

	while (i < b->n && !words_of_prefix(event, &b->leaves[i]))
		i++;
	return i;
}

/* The words below which the `$or` stands: those of the prefix, unless a leaf in it is elsewhere. */
static size_t depth_of_or(const struct event *event, struct arena *arena,
			  const struct pattern_branch *all, size_t n)
{
	size_t first = first_inside(event, &all[0]);
	size_t depth = first < all[0].n ? words_of_prefix(event, &all[0].leaves[first]) : 0;

	for (size_t i = 0; i < n && n > 1; i++) {
		struct pattern_branch own = select_leaves(arena, &all[i], all, n, false);

		for (size_t j = 0; j < own.n; j++)
			if (!words_of_prefix(event, &own.leaves[j]))
				return 0;
	}
	return depth;
}

static void write_or(struct json_writer *w, struct arena *arena, const struct pattern_branch *all,
		     size_t n, size_t depth)
{
	if (n == 1)
		return;
	json_key(w, "$or");
	json_open_array(w);
	for (size_t i = 0; i < n; i++) {
		struct pattern_branch own = select_leaves(arena, &all[i], all, n, false);

		json_open_object(w);
		write_level(w, &own, 0, own.n, depth);
		json_close_object(w);
	}
	json_close_array(w);
}

/* Among leaves in their order. */
static void insert_leaf(struct arena *arena, struct pattern_branch *b, const char *key,
			const char *value)
{
	struct pattern_test *test = ARENA_NEW(arena, struct pattern_test);
	struct str *texts = ARENA_ARRAY(arena, struct str, 2);
	size_t at = b->n++;

	texts[0] = str_from(key);
	texts[1] = str_from(value);
	*test = (struct pattern_test){.op = PATTERN_EQUALS, .texts = &texts[1], .n = 1};
	for (; at && str_cmp(b->leaves[at - 1].path[0], texts[0]) > 0; at--)
		b->leaves[at] = b->leaves[at - 1];
	b->leaves[at] =
		(struct pattern_leaf){.path = texts, .n_path = 1, .tests = test, .n_tests = 1};
}

/* With what tells the event from others. */
static struct pattern_branch with_envelope(struct arena *arena, const struct event *event,
					   const struct pattern_branch *b)
{
	struct pattern_branch all = {.leaves = ARENA_ARRAY(arena, struct pattern_leaf, b->n + 2),
				     .n = b->n};

	if (b->n)
		memcpy(all.leaves, b->leaves, b->n * sizeof *b->leaves);
	insert_leaf(arena, &all, "detail-type", event->detail_type);
	insert_leaf(arena, &all, "source", event->source);
	return all;
}

static struct str write_pattern(struct arena *arena, const struct event *event,
				const struct pattern_branch *all, size_t n, unsigned indent)
{
	struct pattern_branch common = select_leaves(arena, &all[0], all, n, true);
	struct pattern_branch whole = with_envelope(arena, event, &common);
	size_t depth = depth_of_or(event, arena, all, n), from = 0, to;
	struct json_writer w;

	json_begin(&w, arena, indent);
	json_open_object(&w);
	if (depth) { /* what sorts before the prefix */
		const struct str *prefix = all[0].leaves[first_inside(event, &all[0])].path;

		while (from < whole.n && str_cmp(whole.leaves[from].path[0], prefix[0]) < 0)
			from++;
		write_level(&w, &whole, 0, from, 0);
		for (size_t i = 0; i < depth; i++) {
			json_key_str(&w, prefix[i]);
			json_open_object(&w);
		}
	}
	write_or(&w, arena, all, n, depth);
	for (to = from; depth && to < whole.n && words_of_prefix(event, &whole.leaves[to]);)
		to++;
	write_level(&w, &whole, from, to, depth);
	for (size_t i = 0; i < depth; i++)
		json_close_object(&w);
	write_level(&w, &whole, to, whole.n, 0);
	json_close_object(&w);
	return json_end(&w);
}

/* --- limits --- */

/* event-ruler drops a branch when an earlier one has the same paths and a common matcher on each
 * (bug B1): such two must not stand in one pattern. */
static bool share_a_matcher(const struct pattern_leaf *a, const struct pattern_leaf *b)
{
	for (size_t i = 0; i < a->n_tests; i++)
		for (size_t j = 0; j < b->n_tests; j++) {
			const struct pattern_test *x = &a->tests[i], *y = &b->tests[j];

			if (x->op != y->op)
				continue;
			if (x->op == PATTERN_NUMERIC
				    ? x->range.lo == y->range.lo && x->range.hi == y->range.hi
				    : !x->n || str_eq(x->texts[0], y->texts[0]))
				return true;
		}
	return false;
}

bool pattern_may_be_lost(const struct pattern_branch *a, const struct pattern_branch *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!same_path(&a->leaves[i], &b->leaves[i]) ||
		    !share_a_matcher(&a->leaves[i], &b->leaves[i]))
			return false;
	return true;
}

/* Adds the leaf's wildcards to the list. */
static void leaf_wildcards(struct arena *arena, const struct pattern_leaf *leaf,
			   struct str **patterns, size_t *n)
{
	for (size_t i = 0; i < leaf->n_tests; i++) {
		const struct pattern_test *t = &leaf->tests[i];

		if (t->op != PATTERN_WILDCARD && t->op != PATTERN_BUT_WILDCARD)
			continue;
		*patterns = arena_regrow(arena, *patterns, *n * sizeof **patterns, *n + t->n,
					 sizeof **patterns);
		for (size_t j = 0; j < t->n; j++)
			(*patterns)[(*n)++] = t->texts[j];
	}
}

/* All wildcards of the branches on the path of `leaf` count together. */
static bool too_complex(struct arena *arena, const struct pattern_branch *all, size_t n,
			const struct pattern_leaf *leaf)
{
	unsigned limit = (unsigned)limits[LIMIT_wildcard_complexity].value;
	struct str *patterns = NULL;
	size_t n_patterns = 0;

	for (size_t i = 0; i < n; i++) {
		const struct pattern_leaf *other = find_leaf(&all[i], leaf);

		if (other)
			leaf_wildcards(arena, other, &patterns, &n_patterns);
	}
	return n_patterns && wildcard_complexity(patterns, n_patterns, limit) > limit;
}

static bool has_wildcards(struct arena *arena, const struct pattern_branch *b)
{
	struct str *patterns = NULL;
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++)
		leaf_wildcards(arena, &b->leaves[i], &patterns, &n);
	return n != 0;
}

/* A key of a map that is the name of an operator cannot stand inside an `$or`. */
static bool has_reserved_key(struct arena *arena, const struct pattern_branch *all, size_t n)
{
	for (size_t i = 0; i < n && n > 1; i++) {
		struct pattern_branch own = select_leaves(arena, &all[i], all, n, false);

		for (size_t j = 0; j < own.n; j++)
			for (size_t k = 0; k < own.leaves[j].n_path; k++)
				if (reserved_in_or(own.leaves[j].path[k]))
					return true;
	}
	return false;
}

#define TEST_LEAST 4 /* characters of the shortest test in a list: `"a",` */

static size_t quota_of(const struct pattern_scope *s)
{
	return (size_t)s->c->policy->config->quotas.event_pattern_size;
}

static bool fits(struct pattern_scope *s, const struct pattern_branch *all, size_t n)
{
	struct arena *arena = s->c->arena;
	const struct pattern_branch *last = &all[n - 1];
	struct str text;

	if (n > (size_t)limits[LIMIT_or_combinations].value)
		return false;
	for (size_t i = 0; i + 1 < n; i++)
		if (pattern_may_be_lost(&all[i], last))
			return false;
	if (has_reserved_key(arena, all, n))
		return false;
	for (size_t i = 0; i < last->n; i++)
		if (last->leaves[i].n_tests > quota_of(s) / TEST_LEAST)
			return false; /* seen without writing it */
	text = write_pattern(arena, event_of(s->unit->mechanism), all, n, 0);
	if (text.len > quota_of(s))
		return false;
	for (size_t i = 0; i < last->n; i++)
		if (too_complex(arena, all, n, &last->leaves[i]))
			return false;
	return true;
}

/* --- splitting and folding --- */

/* The branch with `count` tests of its leaf number `at`, from number `from` on. */
static struct pattern_branch part_of(struct arena *arena, const struct pattern_branch *b, size_t at,
				     size_t from, size_t count)
{
	struct pattern_branch part = *b;

	part.leaves = ARENA_ARRAY(arena, struct pattern_leaf, b->n);
	memcpy(part.leaves, b->leaves, b->n * sizeof *b->leaves);
	part.leaves[at].tests += from;
	part.leaves[at].n_tests = count;
	pattern_leaf_finish(arena, &part.leaves[at]);
	return part;
}

/* How many tests of the leaf fit in one pattern: as many as possible, since rules are scarce. Half
 * of them if even one does not, because another leaf is too long, too. */
static size_t largest_part(struct pattern_scope *s, const struct pattern_branch *b, size_t at)
{
	size_t most = b->leaves[at].n_tests, few = 0;
	size_t many = most < quota_of(s) / TEST_LEAST ? most : quota_of(s) / TEST_LEAST;

	while (many - few > 1) {
		size_t middle = few + (many - few) / 2;
		struct pattern_branch part = part_of(s->c->arena, b, at, 0, middle);

		*(fits(s, &part, 1) ? &few : &many) = middle;
	}
	return few ? few : most / 2;
}

/* Cuts the longest list of a branch in two; false if no list can be cut. */
static bool split_branch(struct pattern_scope *s, const struct pattern_branch *b,
			 struct pattern_branch part[2])
{
	size_t longest = b->n, most = 1, first;

	for (size_t i = 0; i < b->n; i++)
		if (b->leaves[i].n_tests > most && b->leaves[i].absence == PATTERN_ABSENCE_NONE) {
			most = b->leaves[i].n_tests;
			longest = i;
		}
	if (longest == b->n)
		return false;
	first = largest_part(s, b, longest);
	part[0] = part_of(s->c->arena, b, longest, 0, first);
	part[1] = part_of(s->c->arena, b, longest, first, most - first);
	return true;
}

/* Branches that are too large alone are cut until they fit. */
static bool split_all(struct pattern_scope *s, struct pattern_branches *branches)
{
	struct arena *arena = s->c->arena;
	struct pattern_branches todo = {0}, done = {0};

	for (size_t i = branches->n; i-- > 0;) /* a stack: the first on top */
		VEC_PUSH(arena, todo, branches->items[i]);
	while (todo.n) {
		struct pattern_branch b = todo.items[--todo.n], part[2];

		if (fits(s, &b, 1)) {
			VEC_PUSH(arena, done, b);
			continue;
		}
		if (s->loose && pattern_shorten(s, &b)) {
			VEC_PUSH(arena, todo, b);
			continue;
		}
		if (!split_branch(s, &b, part)) {
			refuse(s->refusal, REFUSE_SIZE, NULL);
			return false;
		}
		VEC_PUSH(arena, todo, part[1]);
		VEC_PUSH(arena, todo, part[0]);
	}
	*branches = done;
	return true;
}

bool pattern_fold(struct pattern_scope *s, struct pattern_branches *branches,
		  struct pattern **patterns, size_t *n)
{
	const struct event *event = event_of(s->unit->mechanism);
	struct arena *arena = s->c->arena;
	size_t from = 0;

	*patterns = NULL;
	*n = 0;
	if (!split_all(s, branches))
		return false;
	*patterns = ARENA_ARRAY(arena, struct pattern, branches->n);
	while (from < branches->n) {
		const struct pattern_branch *first = &branches->items[from];
		struct pattern *p = &(*patterns)[(*n)++];
		size_t count = 1;

		while (from + count < branches->n && fits(s, first, count + 1))
			count++;
		p->minified = write_pattern(arena, event, first, count, 0);
		p->indented = write_pattern(arena, event, first, count, 2);
		p->branches = first;
		p->n = count;
		for (size_t i = 0; i < count; i++)
			p->wildcard = p->wildcard || has_wildcards(arena, &first[i]);
		from += count;
	}
	return true;
}
