/* SPDX-License-Identifier: Apache-2.0
 *
 * Languages: the table of entries, and the operations on them. Everything is reduced to
 * intersection, complement and concatenation; results are remembered by operands. */
#include "ir/lang.h"

#include <string.h>

#include "ir/lang_internal.h"

enum operation { OPERATION_AND, OPERATION_CONCAT };

void lang_init(struct engine *e)
{
	struct lang_state *s = ARENA_NEW(e->arena, struct lang_state);

	e->langs = s;
	s->utf8 = LANG_FAILED;
	VEC_PUSH(e->arena, s->nodes, ((struct lang_node){.n = 0}));
	for (int complement = 0; complement <= 1; complement++) {
		struct lang_entry entry = {.is_list = true,
					   .complement = complement == 1,
					   .opposite = complement ? LANG_NONE : LANG_ALL};

		s->nodes.items[0].handle[complement] = (lang)s->entries.n;
		VEC_PUSH(e->arena, s->entries, entry);
	}
}

lang lang_done(struct engine *e, lang result)
{
	if (result != LANG_FAILED)
		return result;
	e->exhausted = true;
	return LANG_NONE;
}

static struct lang_entry *entry_of(const struct engine *e, lang a)
{
	return &e->langs->entries.items[a];
}

static lang add_entry(struct engine *e, struct lang_entry entry)
{
	lang handle = (lang)e->langs->entries.n;

	entry.opposite = LANG_FAILED;
	VEC_PUSH(e->arena, e->langs->entries, entry);
	return handle;
}

/* --- interning --- */

static uint32_t hash_dfa(const struct lang_dfa *a)
{
	uint32_t h = lang_hash(a->n, a->class_of, sizeof a->class_of);

	h = lang_hash(h, a->final, a->n);
	return lang_hash(h, a->delta, (size_t)a->n * a->k * sizeof *a->delta);
}

static bool equal_dfa(const struct lang_dfa *a, const struct lang_dfa *b)
{
	return a->n == b->n && a->k == b->k &&
	       memcmp(a->class_of, b->class_of, sizeof a->class_of) == 0 &&
	       memcmp(a->final, b->final, a->n) == 0 &&
	       memcmp(a->delta, b->delta, (size_t)a->n * a->k * sizeof *a->delta) == 0;
}

static struct lang_dfa *keep_dfa(struct arena *arena, const struct lang_dfa *a)
{
	struct lang_dfa *copy = ARENA_NEW(arena, struct lang_dfa);
	size_t cells = (size_t)a->n * a->k;

	*copy = *a;
	copy->delta = ARENA_ARRAY(arena, uint32_t, cells);
	memcpy(copy->delta, a->delta, cells * sizeof *a->delta);
	copy->final = ARENA_ARRAY(arena, uint8_t, a->n);
	memcpy(copy->final, a->final, a->n);
	return copy;
}

/* a is canonical and no list; owned: it is on the engine's arena already. */
static lang intern_dfa(struct engine *e, const struct lang_dfa *a, bool owned)
{
	struct lang_state *s = e->langs;
	uint32_t hash = hash_dfa(a), id;
	struct lang_entry entry = {0};
	size_t probe = 0;

	while (lang_index_next(&s->dfa_index, hash, &probe, &id))
		if (equal_dfa(entry_of(e, id)->dfa, a))
			return id;
	entry.dfa = owned ? a : keep_dfa(e->arena, a);
	id = add_entry(e, entry);
	lang_index_add(e->arena, &s->dfa_index, hash, id);
	return id;
}

/* The list that a canonical automaton stands for, if it is one: *result. */
static bool list_from_dfa(struct engine *e, struct arena *scratch, const struct lang_dfa *a,
			  lang *result)
{
	for (int complement = 0; complement <= 1; complement++) {
		size_t n, bytes;
		struct str *items;
		uint32_t *leaves;

		if (!lang_dfa_count(scratch, a, !complement, &n, &bytes) || n > LANG_LIST_MAX)
			continue;
		*result = LANG_FAILED;
		if (bytes > LANG_LIST_BYTES_MAX)
			return true;
		items = ARENA_ARRAY(scratch, struct str, n + 1);
		leaves = ARENA_ARRAY(scratch, uint32_t, n + 1);
		lang_dfa_list(scratch, a, !complement, n, items);
		for (size_t i = 0; i < n; i++)
			leaves[i] = lang_leaf(e, items[i]);
		*result = lang_from_set(e, lang_set_build(e, leaves, n), complement);
		return true;
	}
	return false;
}

lang lang_from_dfa(struct engine *e, struct arena *scratch, const struct lang_dfa *raw)
{
	const struct lang_dfa *a;
	lang result;

	if (!raw)
		return LANG_FAILED;
	a = lang_dfa_canonical(scratch, raw, false);
	if (list_from_dfa(e, scratch, a, &result))
		return result;
	return intern_dfa(e, a, false);
}

static void flip(struct lang_dfa *a)
{
	for (uint32_t q = 0; q < a->n; q++)
		a->final[q] = !a->final[q];
}

/* The automaton of a set or its complement; NULL if too large. */
static struct lang_dfa *set_dfa(struct engine *e, struct arena *scratch, uint32_t root,
				bool complement)
{
	struct lang_dfa *a = lang_dfa_from_sorted(scratch, lang_set_sorted(e, scratch, root),
						  e->langs->nodes.items[root].n);

	if (a && complement)
		flip(a);
	return a;
}

static lang from_large_set(struct engine *e, uint32_t root, bool complement)
{
	struct arena *scratch = arena_new();
	const struct lang_dfa *a = set_dfa(e, scratch, root, complement);
	lang result = a ? intern_dfa(e, a, false) : LANG_FAILED;

	arena_free(scratch);
	return result;
}

lang lang_from_set(struct engine *e, uint32_t root, bool complement)
{
	struct lang_node *node = &e->langs->nodes.items[root];
	lang *handle = &node->handle[complement];

	if (*handle || (root == 0 && !complement))
		return *handle;
	if (node->n > LANG_LIST_MAX)
		*handle = from_large_set(e, root, complement);
	else
		*handle = add_entry(e, (struct lang_entry){.is_list = true,
							   .complement = complement,
							   .root = root});
	return *handle;
}

const struct lang_dfa *lang_dfa_of(struct engine *e, lang a)
{
	struct lang_entry *entry = entry_of(e, a);

	if (!entry->dfa) {
		struct arena *scratch = arena_new();
		const struct lang_dfa *made = set_dfa(e, scratch, entry->root, entry->complement);

		entry->failed = !made;
		entry->dfa = made ? keep_dfa(e->arena, made) : lang_dfa_of(e, LANG_NONE);
		arena_free(scratch);
	}
	if (entry->failed)
		e->exhausted = true;
	return entry->dfa;
}

/* The same for an operation: NULL after a failure. */
static const struct lang_dfa *operand(struct engine *e, lang a)
{
	const struct lang_dfa *dfa = lang_dfa_of(e, a);

	return entry_of(e, a)->failed ? NULL : dfa;
}

/* --- operations --- */

static bool recall(const struct engine *e, enum operation op, lang a, lang b, lang *result)
{
	const struct lang_state *s = e->langs;
	uint64_t key = (uint64_t)op << 62 | (uint64_t)a << 31 | b;
	size_t probe = 0;
	uint32_t id;

	while (lang_index_next(&s->memo_index, lang_hash(4, &key, sizeof key), &probe, &id))
		if (s->memos.items[id].key == key) {
			*result = s->memos.items[id].result;
			return true;
		}
	return false;
}

static lang remember(struct engine *e, enum operation op, lang a, lang b, lang result)
{
	struct lang_memo memo = {(uint64_t)op << 62 | (uint64_t)a << 31 | b, result};

	lang_index_add(e->arena, &e->langs->memo_index, lang_hash(4, &memo.key, sizeof memo.key),
		       (uint32_t)e->langs->memos.n);
	VEC_PUSH(e->arena, e->langs->memos, memo);
	return result;
}

static lang opposite(struct engine *e, lang a)
{
	struct lang_entry entry;
	lang result;

	if (a == LANG_FAILED)
		return a;
	entry = *entry_of(e, a);
	if (entry.opposite != LANG_FAILED)
		return entry.opposite;
	if (entry.is_list) {
		result = lang_from_set(e, entry.root, !entry.complement);
	} else {
		struct lang_dfa *flipped = ARENA_NEW(e->arena, struct lang_dfa);

		*flipped = *entry.dfa; /* the transitions are shared */
		flipped->final = ARENA_ARRAY(e->arena, uint8_t, flipped->n);
		memcpy(flipped->final, entry.dfa->final, flipped->n);
		flip(flipped);
		result = intern_dfa(e, flipped, true);
	}
	entry_of(e, a)->opposite = result;
	entry_of(e, result)->opposite = a;
	return result;
}

/* The strings of a set that the automaton judges as asked. */
static uint32_t filter(struct engine *e, uint32_t root, const struct lang_dfa *dfa, bool accept)
{
	struct arena *scratch = arena_new();
	uint32_t *leaves = lang_set_leaves(e, scratch, root);
	size_t n = e->langs->nodes.items[root].n, kept = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t to = lang_dfa_walk(dfa, dfa->start, lang_leaf_str(e, leaves[i]));

		if (dfa->final[to] == accept)
			leaves[kept++] = leaves[i];
	}
	if (kept < n)
		root = lang_set_build(e, leaves, kept);
	arena_free(scratch);
	return root;
}

static lang and_automata(struct engine *e, lang a, lang b)
{
	const struct lang_dfa *x = operand(e, a), *y = operand(e, b);
	struct arena *scratch;
	lang result;

	if (!x || !y)
		return LANG_FAILED;
	scratch = arena_new();
	result = lang_from_dfa(e, scratch, lang_dfa_product(scratch, x, x->start, y, NULL));
	arena_free(scratch);
	return result;
}

static lang and_lists(struct engine *e, const struct lang_entry *a, const struct lang_entry *b)
{
	if (a->complement && b->complement)
		return lang_from_set(e, lang_set_or(e, a->root, b->root), true);
	if (a->complement)
		return lang_from_set(e, lang_set_minus(e, b->root, a->root), false);
	if (b->complement)
		return lang_from_set(e, lang_set_minus(e, a->root, b->root), false);
	return lang_from_set(e, lang_set_and(e, a->root, b->root), false);
}

/* a is a list, b is not. */
static lang and_mixed(struct engine *e, lang a, lang b)
{
	struct lang_entry list = *entry_of(e, a);
	const struct lang_dfa *dfa = entry_of(e, b)->dfa;
	uint32_t root = filter(e, list.root, dfa, true);

	if (!list.complement)
		return lang_from_set(e, root, false);
	if (root == 0) /* no exception is in b anyway */
		return b;
	return and_automata(e, lang_from_set(e, root, true), b);
}

static lang intersect(struct engine *e, lang a, lang b)
{
	struct lang_entry x, y;
	lang result;

	if (a == LANG_FAILED || b == LANG_FAILED)
		return LANG_FAILED;
	if (a > b)
		return intersect(e, b, a);
	if (a == b || a == LANG_NONE)
		return a;
	if (a == LANG_ALL)
		return b;
	x = *entry_of(e, a);
	y = *entry_of(e, b);
	if (x.opposite == b)
		return LANG_NONE;
	if (recall(e, OPERATION_AND, a, b, &result))
		return result;
	if (x.is_list && y.is_list)
		result = and_lists(e, &x, &y);
	else if (x.is_list || y.is_list)
		result = x.is_list ? and_mixed(e, a, b) : and_mixed(e, b, a);
	else
		result = and_automata(e, a, b);
	return result == LANG_FAILED ? result : remember(e, OPERATION_AND, a, b, result);
}

lang lang_and(struct engine *e, lang a, lang b)
{
	return lang_done(e, intersect(e, a, b));
}

lang lang_not(struct engine *e, lang a)
{
	return lang_done(e, opposite(e, a));
}

lang lang_minus(struct engine *e, lang a, lang b)
{
	return lang_done(e, intersect(e, a, opposite(e, b)));
}

lang lang_or(struct engine *e, lang a, lang b)
{
	return lang_done(e, opposite(e, intersect(e, opposite(e, a), opposite(e, b))));
}

lang lang_or_all(struct engine *e, const lang *langs, size_t n)
{
	if (n <= 1)
		return n ? langs[0] : LANG_NONE;
	return lang_or(e, lang_or_all(e, langs, n / 2), lang_or_all(e, langs + n / 2, n - n / 2));
}

/* --- concatenation --- */

static size_t total_bytes(const struct engine *e, const uint32_t *leaves, size_t n)
{
	size_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += lang_leaf_str(e, leaves[i]).len;
	return sum;
}

/* Both finite, and at most LANG_LIST_MAX pairs. */
static lang concat_lists(struct engine *e, uint32_t a, uint32_t b)
{
	struct arena *scratch = arena_new();
	uint32_t *x = lang_set_leaves(e, scratch, a), *y = lang_set_leaves(e, scratch, b);
	size_t n = e->langs->nodes.items[a].n, m = e->langs->nodes.items[b].n, used = 0;
	uint32_t *leaves = ARENA_ARRAY(scratch, uint32_t, n * m);
	lang result = LANG_FAILED;
	struct strbuf text;

	strbuf_init(&text, scratch);
	if (m * total_bytes(e, x, n) + n * total_bytes(e, y, m) <= LANG_LIST_BYTES_MAX) {
		for (size_t i = 0; i < n; i++)
			for (size_t j = 0; j < m; j++) {
				text.len = 0;
				strbuf_add(&text, lang_leaf_str(e, x[i]));
				strbuf_add(&text, lang_leaf_str(e, y[j]));
				leaves[used++] = lang_leaf(e, strbuf_str(&text));
			}
		result = lang_from_set(e, lang_set_build(e, leaves, used), false);
	}
	arena_free(scratch);
	return result;
}

static lang concat_automata(struct engine *e, lang a, lang b)
{
	const struct lang_dfa *x = operand(e, a), *y = operand(e, b);
	struct arena *scratch;
	lang result;

	if (!x || !y)
		return LANG_FAILED;
	scratch = arena_new();
	result = lang_from_dfa(e, scratch, lang_dfa_concat(scratch, x, y));
	arena_free(scratch);
	return result;
}

static lang concat(struct engine *e, lang a, lang b)
{
	struct lang_entry x = *entry_of(e, a), y = *entry_of(e, b);
	const struct lang_node *nodes = e->langs->nodes.items;
	lang result;

	if (a == LANG_NONE || b == LANG_NONE)
		return LANG_NONE;
	if (recall(e, OPERATION_CONCAT, a, b, &result))
		return result;
	if (x.is_list && y.is_list && !x.complement && !y.complement &&
	    (size_t)nodes[x.root].n * nodes[y.root].n <= LANG_LIST_MAX)
		result = concat_lists(e, x.root, y.root);
	else
		result = concat_automata(e, a, b);
	return result == LANG_FAILED ? result : remember(e, OPERATION_CONCAT, a, b, result);
}

lang lang_concat(struct engine *e, lang a, lang b)
{
	return lang_done(e, concat(e, a, b));
}

/* --- questions --- */

bool lang_accepts(struct engine *e, lang a, struct str s)
{
	const struct lang_entry *entry = entry_of(e, a);

	if (entry->is_list)
		return lang_set_has(e, entry->root, s) != entry->complement;
	return entry->dfa->final[lang_dfa_walk(entry->dfa, entry->dfa->start, s)];
}

/* Of two automata. That nothing is in both is remembered as their intersection. */
static bool apart(struct engine *e, lang a, lang b)
{
	struct arena *scratch;
	enum lang_meeting meeting;
	lang both;

	if (a > b)
		return apart(e, b, a);
	if (a == b)
		return false; /* a language in automaton form has a string */
	if (recall(e, OPERATION_AND, a, b, &both))
		return both == LANG_NONE;
	scratch = arena_new();
	meeting = lang_dfa_meet(scratch, entry_of(e, a)->dfa, entry_of(e, b)->dfa);
	arena_free(scratch);
	if (meeting == LANG_TOO_LARGE)
		lang_done(e, LANG_FAILED);
	if (meeting == LANG_APART)
		remember(e, OPERATION_AND, a, b, LANG_NONE);
	return meeting == LANG_APART;
}

bool lang_inside(struct engine *e, lang a, lang b)
{
	lang other = opposite(e, b), outside;

	if (a != LANG_FAILED && other != LANG_FAILED && !entry_of(e, a)->is_list &&
	    !entry_of(e, other)->is_list)
		return apart(e, a, other);
	outside = intersect(e, a, other);
	return lang_done(e, outside) == LANG_NONE && outside != LANG_FAILED;
}

static bool list_meets(struct engine *e, lang list, lang b)
{
	const struct str *items;
	bool complement;
	size_t n;

	lang_list(e, list, &complement, &items, &n);
	for (size_t i = 0; i < n; i++)
		if (lang_accepts(e, b, items[i]))
			return true;
	return false;
}

static bool is_finite_list(struct engine *e, lang a)
{
	return entry_of(e, a)->is_list && !entry_of(e, a)->complement;
}

static bool is_endless(struct engine *e, lang a)
{
	struct lang_entry *entry = entry_of(e, a);
	struct arena *scratch;
	size_t strings, bytes;

	if (entry->is_list)
		return entry->complement;
	if (!entry->is_counted) {
		scratch = arena_new();
		entry->endless = !lang_dfa_count(scratch, entry->dfa, true, &strings, &bytes);
		entry->is_counted = true;
		arena_free(scratch);
	}
	return entry->endless;
}

bool lang_meet(struct engine *e, lang a, lang b)
{
	bool lists = entry_of(e, a)->is_list || entry_of(e, b)->is_list;

	if (is_finite_list(e, a))
		return list_meets(e, a, b);
	if (is_finite_list(e, b))
		return list_meets(e, b, a);
	if (!lists)
		return !apart(e, a, b);
	/* One of them lacks only so many. */
	return (is_endless(e, a) && is_endless(e, b)) || lang_and(e, a, b) != LANG_NONE;
}

bool lang_list(struct engine *e, lang a, bool *complement, const struct str **items, size_t *n)
{
	struct lang_entry *entry = entry_of(e, a);

	if (!entry->is_list)
		return false;
	if (!entry->items) {
		struct arena *scratch = arena_new();
		const struct str *sorted = lang_set_sorted(e, scratch, entry->root);
		size_t bytes = (size_t)e->langs->nodes.items[entry->root].n * sizeof *sorted;
		struct str *kept = arena_alloc(e->arena, bytes + 1);

		memcpy(kept, sorted, bytes);
		entry->items = kept;
		arena_free(scratch);
	}
	*complement = entry->complement;
	*items = entry->items;
	*n = e->langs->nodes.items[entry->root].n;
	return true;
}
