/* SPDX-License-Identifier: Apache-2.0
 *
 * Interned strings and hash-consed sets of them (after Okasaki and Gill, "Fast Mergeable Integer
 * Maps"). The shape of a tree depends on the order in which strings were first seen, so nothing
 * that is visible may follow it: whoever shows a set sorts it. */
#include <stdlib.h>
#include <string.h>

#include "ir/lang_internal.h"

uint32_t lang_hash(uint32_t seed, const void *bytes, size_t n)
{
	const unsigned char *at = bytes;
	uint64_t h = seed ^ UINT64_C(0x9e3779b97f4a7c15);

	for (; n >= 8; n -= 8, at += 8) {
		uint64_t word;

		memcpy(&word, at, 8);
		h = (h ^ word) * UINT64_C(0xff51afd7ed558ccd);
		h ^= h >> 32;
	}
	for (; n; n--, at++)
		h = (h ^ *at) * UINT64_C(0x100000001b3);
	h ^= h >> 29;
	h *= UINT64_C(0xc4ceb9fe1a85ec53);
	return (uint32_t)(h >> 32);
}

bool lang_index_next(const struct lang_index *t, uint32_t hash, size_t *probe, uint32_t *value)
{
	while (t->cap) {
		const struct lang_slot *slot = &t->slots[(hash + *probe) & (t->cap - 1)];

		if (!slot->value)
			return false;
		++*probe;
		if (slot->hash == hash) {
			*value = slot->value - 1;
			return true;
		}
	}
	return false;
}

static void index_place(struct lang_index *t, struct lang_slot slot)
{
	size_t at = slot.hash & (t->cap - 1);

	while (t->slots[at].value)
		at = (at + 1) & (t->cap - 1);
	t->slots[at] = slot;
}

void lang_index_add(struct arena *arena, struct lang_index *t, uint32_t hash, uint32_t value)
{
	if (2 * (t->n + 1) > t->cap) {
		struct lang_index old = *t;

		t->cap = old.cap ? 2 * old.cap : 64;
		t->slots = ARENA_ARRAY(arena, struct lang_slot, t->cap);
		for (size_t i = 0; i < old.cap; i++)
			if (old.slots[i].value)
				index_place(t, old.slots[i]);
	}
	index_place(t, (struct lang_slot){hash, value + 1});
	t->n++;
}

/* --- strings --- */

static bool find_text(const struct lang_state *s, struct str text, uint32_t hash, uint32_t *id)
{
	size_t probe = 0;

	while (lang_index_next(&s->text_index, hash, &probe, id))
		if (str_eq(s->texts.items[*id].str, text))
			return true;
	return false;
}

uint32_t lang_leaf(struct engine *e, struct str text)
{
	struct lang_state *s = e->langs;
	uint32_t hash = lang_hash(0, text.ptr, text.len);
	uint32_t id, leaf;

	if (find_text(s, text, hash, &id))
		return s->texts.items[id].leaf;
	id = (uint32_t)s->texts.n;
	leaf = (uint32_t)s->nodes.n;
	VEC_PUSH(e->arena, s->texts, ((struct lang_text){str_copy(e->arena, text), leaf}));
	VEC_PUSH(e->arena, s->nodes, ((struct lang_node){.key = id, .n = 1}));
	lang_index_add(e->arena, &s->text_index, hash, id);
	return leaf;
}

/* --- trees --- */

static uint32_t bits_above(uint32_t key, uint32_t mask)
{
	return mask ? key & ~(mask | (mask - 1)) : key;
}

/* a and b are not empty and differ above their masks. */
static uint32_t join(struct engine *e, uint32_t a, uint32_t b)
{
	struct lang_state *s = e->langs;
	const struct lang_node *nodes = s->nodes.items;
	uint32_t differ = nodes[a].key ^ nodes[b].key;
	uint32_t mask = UINT32_C(1) << (31 - __builtin_clz(differ));
	uint32_t kids[2] = {a, b};
	struct lang_node made;
	uint32_t hash, id;
	size_t probe = 0;

	if (nodes[a].key & mask) {
		kids[0] = b;
		kids[1] = a;
	}
	hash = lang_hash(1, kids, sizeof kids);
	while (lang_index_next(&s->node_index, hash, &probe, &id))
		if (nodes[id].left == kids[0] && nodes[id].right == kids[1])
			return id;
	id = (uint32_t)s->nodes.n;
	made = (struct lang_node){.key = bits_above(nodes[a].key, mask),
				  .mask = mask,
				  .left = kids[0],
				  .right = kids[1],
				  .n = nodes[a].n + nodes[b].n};
	VEC_PUSH(e->arena, s->nodes, made);
	lang_index_add(e->arena, &s->node_index, hash, id);
	return id;
}

static uint32_t branch(struct engine *e, uint32_t left, uint32_t right)
{
	if (!left || !right)
		return left ? left : right;
	return join(e, left, right);
}

/* Nodes are copied out because the vector may move while a branch is made. */
static struct lang_node node_at(const struct engine *e, uint32_t id)
{
	return e->langs->nodes.items[id];
}

bool lang_set_has(struct engine *e, uint32_t root, struct str text)
{
	uint32_t id;
	struct lang_node node;

	if (!root || !find_text(e->langs, text, lang_hash(0, text.ptr, text.len), &id))
		return false;
	for (node = node_at(e, root); node.mask;
	     node = node_at(e, id & node.mask ? node.right : node.left))
		if (bits_above(id, node.mask) != node.key)
			return false;
	return node.key == id;
}

uint32_t lang_set_or(struct engine *e, uint32_t a, uint32_t b)
{
	struct lang_node x, y;

	if (a == b || !b)
		return a;
	if (!a)
		return b;
	if (node_at(e, a).mask < node_at(e, b).mask) {
		uint32_t swap = a;

		a = b;
		b = swap;
	}
	x = node_at(e, a);
	y = node_at(e, b);
	if (bits_above(y.key, x.mask) != x.key)
		return join(e, a, b);
	if (x.mask == y.mask)
		return branch(e, lang_set_or(e, x.left, y.left),
			      lang_set_or(e, x.right, y.right));
	if (y.key & x.mask)
		return branch(e, x.left, lang_set_or(e, x.right, b));
	return branch(e, lang_set_or(e, x.left, b), x.right);
}

uint32_t lang_set_and(struct engine *e, uint32_t a, uint32_t b)
{
	struct lang_node x, y;

	if (a == b)
		return a;
	if (!a || !b)
		return 0;
	if (node_at(e, a).mask < node_at(e, b).mask) {
		uint32_t swap = a;

		a = b;
		b = swap;
	}
	x = node_at(e, a);
	y = node_at(e, b);
	if (bits_above(y.key, x.mask) != x.key)
		return 0;
	if (x.mask == y.mask)
		return branch(e, lang_set_and(e, x.left, y.left),
			      lang_set_and(e, x.right, y.right));
	return lang_set_and(e, y.key & x.mask ? x.right : x.left, b);
}

uint32_t lang_set_minus(struct engine *e, uint32_t a, uint32_t b)
{
	struct lang_node x, y;

	if (a == b || !a)
		return 0;
	if (!b)
		return a;
	x = node_at(e, a);
	y = node_at(e, b);
	if (x.mask < y.mask) {
		if (bits_above(x.key, y.mask) != y.key)
			return a;
		return lang_set_minus(e, a, x.key & y.mask ? y.right : y.left);
	}
	if (bits_above(y.key, x.mask) != x.key)
		return a;
	if (x.mask == y.mask)
		return branch(e, lang_set_minus(e, x.left, y.left),
			      lang_set_minus(e, x.right, y.right));
	if (y.key & x.mask)
		return branch(e, x.left, lang_set_minus(e, x.right, b));
	return branch(e, lang_set_minus(e, x.left, b), x.right);
}

uint32_t lang_set_build(struct engine *e, const uint32_t *leaves, size_t n)
{
	if (n < 2)
		return n ? leaves[0] : 0;
	return lang_set_or(e, lang_set_build(e, leaves, n / 2),
			   lang_set_build(e, leaves + n / 2, n - n / 2));
}

static int compare(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

uint32_t *lang_set_leaves(struct engine *e, struct arena *arena, uint32_t root)
{
	uint32_t *out = ARENA_ARRAY(arena, uint32_t, node_at(e, root).n + 1);
	uint32_t stack[34]; /* one pending branch per bit, and the node at hand */
	size_t used = 0, depth = 0;

	if (root)
		stack[depth++] = root;
	while (depth) {
		uint32_t id = stack[--depth];
		struct lang_node node = node_at(e, id);

		if (node.mask) {
			stack[depth++] = node.right;
			stack[depth++] = node.left;
		} else {
			out[used++] = id;
		}
	}
	return out;
}

struct str lang_leaf_str(const struct engine *e, uint32_t leaf)
{
	return e->langs->texts.items[node_at(e, leaf).key].str;
}

struct str *lang_set_sorted(struct engine *e, struct arena *arena, uint32_t root)
{
	size_t n = node_at(e, root).n;
	struct str *out = ARENA_ARRAY(arena, struct str, n + 1);
	const uint32_t *leaves = lang_set_leaves(e, arena, root);

	for (size_t i = 0; i < n; i++)
		out[i] = lang_leaf_str(e, leaves[i]);
	qsort(out, n, sizeof *out, compare);
	return out;
}
