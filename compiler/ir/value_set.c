/* SPDX-License-Identifier: Apache-2.0
 *
 * Sets of values of one variable, hash-consed: words as bits, numbers as intervals, strings as
 * languages. Sets of a group variable are combined in group_set.c and interned here. */
#include "ir/diagram_internal.h"

#include <string.h>

#include "ir/sort.h"

enum { NONE_NUMBER = 1, NONE_STRING = 2 }; /* handles; 0 is none of BITS with no word at all */

const struct value_set *set_get(const struct engine *e, vset a)
{
	return &e->diagrams->sets.items[a];
}

static uint64_t set_hash(const struct value_set *s)
{
	uint64_t hash = memo_mix((uint64_t)s->kind << 8 | (uint64_t)s->absent << 7 | s->n_bits);

	hash = memo_mix(hash ^ ((uint64_t)s->group << 32 | s->lang));
	hash = memo_mix(hash ^ s->mask);
	for (size_t i = 0; s->kind == VAR_NUMBER && i < s->n; i++) {
		hash = memo_mix(hash ^ (uint64_t)s->intervals[i].lo);
		hash = memo_mix(hash ^ (uint64_t)s->intervals[i].hi);
	}
	for (size_t i = 0; s->kind == VAR_GROUP && i < s->n; i++) {
		const struct group_pair *p = &s->pairs[i];

		hash = memo_mix(hash ^ ((uint64_t)p->forbidden << 32 | (uint32_t)p->n_required));
		for (size_t k = 0; k < p->n_required; k++)
			hash = memo_mix(hash ^ p->required[k]);
	}
	return hash | 1;
}

static bool same_pairs(const struct value_set *a, const struct value_set *b)
{
	for (size_t i = 0; i < a->n; i++) {
		const struct group_pair *p = &a->pairs[i], *q = &b->pairs[i];

		if (p->forbidden != q->forbidden || p->n_required != q->n_required)
			return false;
		for (size_t k = 0; k < p->n_required; k++)
			if (p->required[k] != q->required[k])
				return false;
	}
	return true;
}

static bool same_set(const struct value_set *a, const struct value_set *b)
{
	if (a->kind != b->kind || a->absent != b->absent || a->n_bits != b->n_bits ||
	    a->group != b->group || a->lang != b->lang || a->mask != b->mask || a->n != b->n)
		return false;
	if (a->kind == VAR_GROUP)
		return same_pairs(a, b);
	for (size_t i = 0; a->kind == VAR_NUMBER && i < a->n; i++)
		if (a->intervals[i].lo != b->intervals[i].lo ||
		    a->intervals[i].hi != b->intervals[i].hi)
			return false;
	return true;
}

static void keep_arrays(struct engine *e, struct value_set *set)
{
	if (set->kind == VAR_NUMBER) {
		set->intervals = arena_regrow(e->arena, set->intervals,
					      set->n * sizeof *set->intervals, set->n,
					      sizeof *set->intervals);
	} else if (set->kind == VAR_GROUP) {
		struct group_pair *pairs = ARENA_ARRAY(e->arena, struct group_pair, set->n);

		for (size_t i = 0; i < set->n; i++) {
			pairs[i] = set->pairs[i];
			pairs[i].required = arena_regrow(e->arena, pairs[i].required,
							 pairs[i].n_required * sizeof(dd),
							 pairs[i].n_required, sizeof(dd));
		}
		set->pairs = pairs;
	}
}

vset set_intern(struct engine *e, const struct value_set *set)
{
	struct diagram_state *s = e->diagrams;
	struct value_set kept = *set;
	uint32_t first = 0;
	bool found;

	kept.hash = set_hash(set);
	found = memo_get(&s->unique_sets, kept.hash, &first);
	for (vset a = first; found; a = set_get(e, a)->next) {
		if (same_set(set_get(e, a), set))
			return a;
		if (set_get(e, a)->next == a)
			break;
	}
	kept.next = found ? first : (vset)s->sets.n; /* the last of a chain points to itself */
	keep_arrays(e, &kept);
	VEC_PUSH(e->arena, s->sets, kept);
	memo_put(&s->unique_sets, e->arena, kept.hash, (uint32_t)(s->sets.n - 1));
	return (vset)(s->sets.n - 1);
}

void sets_init(struct engine *e)
{
	set_intern(e, &(struct value_set){.kind = VAR_BITS});
	set_intern(e, &(struct value_set){.kind = VAR_NUMBER});
	set_intern(e, &(struct value_set){.kind = VAR_STRING});
}

/* --- constructors --- */

static uint64_t bits_domain(unsigned n_bits)
{
	return UINT64_MAX >> (62 - n_bits);
}

vset set_bits(struct engine *e, var v, uint64_t mask)
{
	unsigned n_bits = engine_var(e, v)->n_bits;

	return set_intern(e, &(struct value_set){.kind = VAR_BITS,
						 .n_bits = n_bits,
						 .mask = mask & bits_domain(n_bits)});
}

static int compare_intervals(void *context, const void *a, const void *b)
{
	const struct interval *left = a, *right = b;

	(void)context;
	if (left->lo != right->lo)
		return left->lo < right->lo ? -1 : 1;
	return left->hi < right->hi ? -1 : left->hi > right->hi;
}

/* Sorted intervals become disjoint and not adjacent, in place. */
static size_t coalesce(struct interval *items, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		struct interval *last = &items[kept - (kept > 0)];

		if (items[i].lo > items[i].hi)
			continue;
		if (kept > 0 && (last->hi == INT64_MAX || items[i].lo <= last->hi + 1)) {
			if (items[i].hi > last->hi)
				last->hi = items[i].hi;
		} else {
			items[kept++] = items[i];
		}
	}
	return kept;
}

vset set_numbers(struct engine *e, const struct interval *items, size_t n, bool absent)
{
	struct value_set set = {.kind = VAR_NUMBER, .absent = absent};
	struct interval *sorted = scratch_take(e, n + 1, sizeof *sorted);
	struct interval *space = scratch_take(e, n + 1, sizeof *space);
	vset result;

	if (n > 0)
		memcpy(sorted, items, n * sizeof *items);
	sort_stable(sorted, space, n, sizeof *sorted, compare_intervals, NULL);
	set.n = coalesce(sorted, n);
	set.intervals = sorted;
	result = set_intern(e, &set);
	scratch_drop(e, space);
	scratch_drop(e, sorted);
	return result;
}

vset set_strings(struct engine *e, lang l, bool absent)
{
	return set_intern(e, &(struct value_set){.kind = VAR_STRING, .lang = l, .absent = absent});
}

vset set_none(struct engine *e, var v)
{
	switch (var_kind(e, v)) {
	case VAR_BITS:
		return set_bits(e, v, 0);
	case VAR_NUMBER:
		return NONE_NUMBER;
	case VAR_STRING:
		return NONE_STRING;
	case VAR_GROUP:
		break;
	}
	return set_intern(e, &(struct value_set){.kind = VAR_GROUP, .group = v});
}

vset set_full(struct engine *e, var v)
{
	static const struct interval all = {INT64_MIN, INT64_MAX};
	static const struct group_pair any = {NULL, 0, DD_FALSE};

	switch (var_kind(e, v)) {
	case VAR_BITS:
		return set_bits(e, v, UINT64_MAX);
	case VAR_NUMBER:
		return set_numbers(e, &all, 1, true);
	case VAR_STRING:
		return set_strings(e, LANG_ALL, true);
	case VAR_GROUP:
		break;
	}
	return set_intern(e, &(struct value_set){
				     .kind = VAR_GROUP, .group = v, .pairs = &any, .n = 1});
}

vset set_absent(struct engine *e, var v)
{
	static const struct group_pair empty = {NULL, 0, DD_TRUE};

	switch (var_kind(e, v)) {
	case VAR_BITS:
		return set_bits(e, v, BIT(engine_var(e, v)->n_bits + 1));
	case VAR_NUMBER:
		return set_numbers(e, NULL, 0, true);
	case VAR_STRING:
		return set_strings(e, LANG_NONE, true);
	case VAR_GROUP:
		break;
	}
	if (engine_var(e, v)->elements == DD_FALSE)
		return set_full(e, v);
	return set_intern(e, &(struct value_set){
				     .kind = VAR_GROUP, .group = v, .pairs = &empty, .n = 1});
}

/* --- operations --- */

/* The pieces where both have something (both == true), or all of both. */
static vset numbers_and(struct engine *e, const struct value_set *a, const struct value_set *b)
{
	struct interval *out = scratch_take(e, a->n + b->n + 1, sizeof *out);
	size_t i = 0, k = 0, n = 0;
	vset result;

	while (i < a->n && k < b->n) {
		struct interval x = a->intervals[i], y = b->intervals[k];
		int64_t lo = x.lo > y.lo ? x.lo : y.lo, hi = x.hi < y.hi ? x.hi : y.hi;

		if (lo <= hi)
			out[n++] = (struct interval){lo, hi};
		if (x.hi <= y.hi)
			i++;
		else
			k++;
	}
	result = set_numbers(e, out, n, a->absent && b->absent);
	scratch_drop(e, out);
	return result;
}

static vset numbers_not(struct engine *e, const struct value_set *a)
{
	struct interval *out = scratch_take(e, a->n + 1, sizeof *out);
	int64_t lo = INT64_MIN;
	bool more = true;
	size_t n = 0;
	vset result;

	for (size_t i = 0; i < a->n; i++) {
		if (lo < a->intervals[i].lo)
			out[n++] = (struct interval){lo, a->intervals[i].lo - 1};
		more = a->intervals[i].hi < INT64_MAX;
		lo = more ? a->intervals[i].hi + 1 : INT64_MAX;
	}
	if (more)
		out[n++] = (struct interval){lo, INT64_MAX};
	result = set_numbers(e, out, n, !a->absent);
	scratch_drop(e, out);
	return result;
}

static uint64_t pair_key(vset a, vset b)
{
	return a < b ? (uint64_t)(a + 1) << 32 | b : (uint64_t)(b + 1) << 32 | a;
}

/* Steps that an operation on the set takes, about. */
static size_t set_cost(struct engine *e, const struct value_set *s)
{
	const struct str *items;
	bool complement;
	size_t n = s->n;

	if (s->kind == VAR_STRING && !lang_list(e, s->lang, &complement, &items, &n))
		n = 8 * (size_t)lang_states(e, s->lang); /* each has several arrows */
	return n + 1;
}

/* Tells a set's kinds apart for and/or; BITS are quicker than the memo. */
static vset combine(struct engine *e, vset left, vset right, bool both)
{
	struct value_set a = *set_get(e, left), b = *set_get(e, right);
	vset pair[2] = {left, right};
	lang l;

	switch (a.kind) {
	case VAR_BITS:
		a.mask = both ? a.mask & b.mask : a.mask | b.mask;
		return set_intern(e, &a);
	case VAR_NUMBER:
		return both ? numbers_and(e, &a, &b) : set_or_all(e, 0, pair, 2);
	case VAR_STRING:
		l = both ? lang_and(e, a.lang, b.lang) : lang_or(e, a.lang, b.lang);
		return set_strings(e, l, both ? a.absent && b.absent : a.absent || b.absent);
	case VAR_GROUP:
		break;
	}
	return both ? group_and(e, left, right) : group_or_all(e, a.group, pair, 2);
}

static vset remember(struct engine *e, struct memo *memo, vset a, vset b, bool both)
{
	vset result;

	if (a == b)
		return a;
	if (memo_get(memo, pair_key(a, b), &result))
		return result;
	engine_spend(e, set_cost(e, set_get(e, a)) + set_cost(e, set_get(e, b)));
	result = combine(e, a, b, both);
	if (!e->exhausted)
		memo_put(memo, e->arena, pair_key(a, b), result);
	return result;
}

vset set_and(struct engine *e, vset a, vset b)
{
	return remember(e, &e->diagrams->set_ands, a, b, true);
}

vset set_or(struct engine *e, vset a, vset b)
{
	return remember(e, &e->diagrams->set_ors, a, b, false);
}

vset set_not(struct engine *e, var v, vset a)
{
	struct value_set set = *set_get(e, a);
	struct memo *memo = &e->diagrams->set_nots;
	vset result;

	if (set.kind == VAR_BITS)
		return set_bits(e, v, ~set.mask);
	if (memo_get(memo, (uint64_t)a + 1, &result))
		return result;
	if (set.kind == VAR_NUMBER)
		result = numbers_not(e, &set);
	else if (set.kind == VAR_STRING)
		result = set_strings(e, lang_not(e, set.lang), !set.absent);
	else
		result = group_not(e, a);
	if (!e->exhausted)
		memo_put(memo, e->arena, (uint64_t)a + 1, result);
	return result;
}

static vset numbers_or_all(struct engine *e, const vset *sets, size_t n)
{
	struct interval *all;
	size_t total = 0, at = 0;
	bool absent = false;
	vset result;

	for (size_t i = 0; i < n; i++)
		total += set_get(e, sets[i])->n;
	all = scratch_take(e, total + 1, sizeof *all);
	for (size_t i = 0; i < n; i++) {
		const struct value_set *s = set_get(e, sets[i]);

		for (size_t k = 0; k < s->n; k++)
			all[at++] = s->intervals[k];
		absent = absent || s->absent;
	}
	engine_spend(e, total);
	result = set_numbers(e, all, total, absent);
	scratch_drop(e, all);
	return result;
}

/* Finite lists are joined at once; the few others one by one. */
static vset strings_or_all(struct engine *e, const vset *sets, size_t n)
{
	struct str *all;
	const struct str *items;
	size_t total = 0, at = 0, count;
	bool complement, absent = false;
	lang rest = LANG_NONE;

	for (size_t i = 0; i < n; i++) {
		lang l = set_get(e, sets[i])->lang;

		if (lang_list(e, l, &complement, &items, &count) && !complement)
			total += count;
		else
			rest = lang_or(e, rest, l);
		absent = absent || set_get(e, sets[i])->absent;
	}
	all = scratch_take(e, total + 1, sizeof *all);
	for (size_t i = 0; i < n; i++) {
		if (!lang_list(e, set_get(e, sets[i])->lang, &complement, &items, &count) ||
		    complement)
			continue;
		for (size_t k = 0; k < count; k++)
			all[at++] = items[k];
	}
	engine_spend(e, total);
	if (total > 0)
		rest = lang_or(e, rest, lang_strings(e, all, total));
	scratch_drop(e, all);
	return set_strings(e, rest, absent);
}

vset set_or_all(struct engine *e, var v, const vset *sets, size_t n)
{
	struct value_set set;

	if (n == 0)
		return set_none(e, v);
	if (n == 1)
		return sets[0];
	set = *set_get(e, sets[0]);
	switch (set.kind) {
	case VAR_BITS:
		for (size_t i = 1; i < n; i++)
			set.mask |= set_get(e, sets[i])->mask;
		return set_intern(e, &set);
	case VAR_NUMBER:
		return numbers_or_all(e, sets, n);
	case VAR_STRING:
		return strings_or_all(e, sets, n);
	case VAR_GROUP:
		break;
	}
	return group_or_all(e, set.group, sets, n);
}

/* --- questions --- */

bool set_is_none(struct engine *e, vset a)
{
	const struct value_set *s = set_get(e, a);

	return s->mask == 0 && s->n == 0 && s->lang == LANG_NONE && !s->absent;
}

bool set_is_full(struct engine *e, var v, vset a)
{
	return a == set_full(e, v) ||
	       (var_kind(e, v) == VAR_GROUP && set_is_none(e, set_not(e, v, a)));
}

bool set_meets(struct engine *e, vset a, vset b)
{
	return !set_is_none(e, set_and(e, a, b));
}

bool set_inside(struct engine *e, vset a, vset b)
{
	const struct value_set *s = set_get(e, a);

	if (a == b)
		return true;
	if (s->kind == VAR_GROUP)
		return !set_meets(e, a, set_not(e, s->group, b));
	return set_and(e, a, b) == a;
}

bool set_has_absent(struct engine *e, vset a)
{
	const struct value_set *s = set_get(e, a);

	return s->kind == VAR_BITS ? (s->mask & BIT(s->n_bits + 1)) != 0 : s->absent;
}

uint64_t set_mask(struct engine *e, vset a)
{
	return set_get(e, a)->mask;
}

lang set_lang(struct engine *e, vset a)
{
	return set_get(e, a)->lang;
}

size_t set_intervals(struct engine *e, vset a, const struct interval **items)
{
	*items = set_get(e, a)->intervals;
	return set_get(e, a)->n;
}

size_t set_pairs(struct engine *e, vset a, const struct group_pair **items)
{
	*items = set_get(e, a)->pairs;
	return set_get(e, a)->n;
}

/* --- the order of sets --- */

static int compare_numbers(const struct value_set *a, const struct value_set *b)
{
	for (size_t i = 0; i < a->n && i < b->n; i++) {
		int order = compare_intervals(NULL, &a->intervals[i], &b->intervals[i]);

		if (order != 0)
			return order;
	}
	if (a->n != b->n)
		return (a->n == 0) != (b->n == 0) ? (a->n == 0 ? 1 : -1) : a->n < b->n ? -1 : 1;
	return (int)a->absent - (int)b->absent;
}

/* Finite lists first, then co-finite ones, then automata, {absent} last. */
static int string_class(struct engine *e, lang l, const struct str **items, size_t *n)
{
	bool complement;

	if (!lang_list(e, l, &complement, items, n))
		return 2;
	return complement ? 1 : *n > 0 ? 0 : 3;
}

static struct str sample_of(struct engine *e, vset a)
{
	struct value_set *set = &e->diagrams->sets.items[a];

	if (!set->has_sample) {
		struct str sample = {0};

		lang_pick(e, e->arena, set->lang, &sample);
		set->sample = sample;
		set->has_sample = true;
	}
	return set->sample;
}

static int compare_strings(struct engine *e, vset a, vset b)
{
	const struct str *left, *right;
	size_t n, m;
	int class = string_class(e, set_get(e, a)->lang, &left, &n);
	int other = string_class(e, set_get(e, b)->lang, &right, &m);
	int order = class - other;

	for (size_t i = 0; order == 0 && class < 2 && i < n && i < m; i++)
		order = str_cmp(left[i], right[i]);
	if (order == 0 && class < 2 && n != m)
		order = n < m ? -1 : 1;
	if (order == 0 && class == 2)
		order = str_cmp(sample_of(e, a), sample_of(e, b));
	if (order == 0)
		order = (int)set_get(e, a)->absent - (int)set_get(e, b)->absent;
	return order;
}

int set_compare(struct engine *e, vset a, vset b)
{
	const struct value_set *s = set_get(e, a), *t = set_get(e, b);
	uint64_t low, other;
	int order = 0;

	if (a == b)
		return 0;
	switch (s->kind) {
	case VAR_BITS:
		low = s->mask & -s->mask;
		other = t->mask & -t->mask;
		order = low != other ? (low < other ? -1 : 1) : s->mask < t->mask ? -1 : 1;
		break;
	case VAR_NUMBER:
		order = compare_numbers(s, t);
		break;
	case VAR_STRING:
		order = compare_strings(e, a, b);
		break;
	case VAR_GROUP:
		order = group_compare(e, s, t);
		break;
	}
	/* Only automata that agree on their best string are left: disjoint labels never do. */
	return order != 0 ? order : a < b ? -1 : 1;
}
