/* SPDX-License-Identifier: Apache-2.0
 *
 * Regular expressions for tables: recursive descent straight into a nondeterministic automaton, one
 * pass over the text. A repeat parses its operand again for every copy, so there is no tree; the
 * subset construction then sees n copies as a chain, and [0-9a-f]{64} is 66 states. */
#include <assert.h>
#include <string.h>

#include "ir/lang_internal.h"

#define DEPTH_MAX 32

struct byte_set {
	uint64_t bits[4];
};

struct node {
	struct byte_set set; /* bytes that lead on to `to` */
	uint32_t to;         /* LANG_NO_STATE: none do */
	uint32_t silent[2];
};

struct regex {
	struct arena *arena;
	const char *at;
	unsigned depth;
	bool dry; /* only find the end */
	bool too_large;
	VEC(struct node) nodes;
};

static uint32_t parse_choice(struct regex *r, uint32_t from);

static uint32_t add_node(struct regex *r)
{
	struct node node = {.to = LANG_NO_STATE, .silent = {LANG_NO_STATE, LANG_NO_STATE}};

	if (r->dry || r->too_large)
		return 0;
	if (r->nodes.n > LANG_STATES_MAX)
		r->too_large = true;
	VEC_PUSH(r->arena, r->nodes, node);
	return (uint32_t)r->nodes.n - 1;
}

static void link_silent(struct regex *r, uint32_t from, uint32_t to)
{
	struct node *node;

	if (r->dry || r->too_large)
		return;
	node = &r->nodes.items[from];
	assert(node->silent[1] == LANG_NO_STATE);
	node->silent[node->silent[0] != LANG_NO_STATE] = to;
}

static void set_add(struct byte_set *set, unsigned from, unsigned to)
{
	for (unsigned byte = from; byte <= to; byte++)
		set->bits[byte >> 6] |= UINT64_C(1) << (byte & 63);
}

static bool set_has(const struct byte_set *set, unsigned byte)
{
	return set->bits[byte >> 6] >> (byte & 63) & 1;
}

static unsigned hex_digit(char c)
{
	assert((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static unsigned char parse_byte(struct regex *r)
{
	char c = *r->at++;

	assert(c);
	if (c != '\\')
		return (unsigned char)c;
	c = *r->at++;
	assert(c);
	if (c == 'x') {
		unsigned high = hex_digit(*r->at++);

		return (unsigned char)(high << 4 | hex_digit(*r->at++));
	}
	return (unsigned char)c;
}

/* After '['. */
static struct byte_set parse_class(struct regex *r)
{
	struct byte_set set = {{0}};
	bool negated = *r->at == '^';

	r->at += negated;
	do {
		unsigned char from = parse_byte(r), to = from;

		if (r->at[0] == '-' && r->at[1] != ']') {
			r->at++;
			to = parse_byte(r);
		}
		assert(from <= to);
		set_add(&set, from, to);
	} while (*r->at != ']');
	r->at++;
	for (int i = 0; negated && i < 4; i++)
		set.bits[i] = ~set.bits[i];
	return set;
}

/* From a node without a way out to a new one. */
static uint32_t parse_atom(struct regex *r, uint32_t from)
{
	struct byte_set set = {{0}};
	uint32_t to;

	if (*r->at == '(') {
		r->at++;
		r->depth++;
		assert(r->depth <= DEPTH_MAX);
		to = parse_choice(r, from);
		r->depth--;
		assert(*r->at == ')');
		r->at++;
		return to;
	}
	assert(!strchr("*+?{}|)]", *r->at));
	if (*r->at == '[') {
		r->at++;
		set = parse_class(r);
	} else if (*r->at == '.') {
		r->at++;
		set_add(&set, 0, 255);
	} else {
		unsigned char byte = parse_byte(r);

		set_add(&set, byte, byte);
	}
	to = add_node(r);
	if (!r->dry && !r->too_large) {
		r->nodes.items[from].set = set;
		r->nodes.items[from].to = to;
	}
	return to;
}

static unsigned parse_number(struct regex *r)
{
	unsigned n = 0;

	assert(*r->at >= '0' && *r->at <= '9');
	while (*r->at >= '0' && *r->at <= '9' && n < LANG_STATES_MAX)
		n = 10 * n + (unsigned)(*r->at++ - '0');
	return n;
}

#define NO_BOUND UINT32_MAX

/* The bounds of the repeat after an atom. */
static void parse_bounds(struct regex *r, unsigned *least, unsigned *most)
{
	*least = *most = 1;
	switch (*r->at) {
	case '*':
	case '+':
		*least = *r->at++ == '+';
		*most = NO_BOUND;
		return;
	case '?':
		r->at++;
		*least = 0;
		return;
	case '{':
		r->at++;
		*least = *most = parse_number(r);
		if (*r->at == ',') {
			r->at++;
			*most = *r->at == '}' ? NO_BOUND : parse_number(r);
			assert(*most >= *least);
		}
		assert(*r->at == '}');
		r->at++;
		return;
	default:
		return;
	}
}

static uint32_t parse_repeat(struct regex *r, uint32_t from)
{
	const char *start = r->at, *end;
	bool dry = r->dry;
	unsigned least, most;
	uint32_t out, loop;

	r->dry = true;
	parse_atom(r, from);
	parse_bounds(r, &least, &most);
	r->dry = dry;
	end = r->at;
	if (dry)
		return from;
	for (unsigned i = 0; i < least && !r->too_large; i++) {
		r->at = start;
		from = parse_atom(r, from);
	}
	out = add_node(r);
	/* bounded: each of the rest may be the last */
	for (unsigned i = least; most != NO_BOUND && i < most && !r->too_large; i++) {
		link_silent(r, from, out);
		loop = add_node(r);
		link_silent(r, from, loop);
		r->at = start;
		from = parse_atom(r, loop);
	}
	if (most == NO_BOUND) { /* the loop turns on a node of its own */
		loop = add_node(r);
		link_silent(r, from, loop);
		link_silent(r, loop, out);
		from = add_node(r);
		link_silent(r, loop, from);
		r->at = start;
		from = parse_atom(r, from);
		link_silent(r, from, loop);
	} else {
		link_silent(r, from, out);
	}
	r->at = end;
	return out;
}

static uint32_t parse_choice(struct regex *r, uint32_t from)
{
	uint32_t out = add_node(r);

	for (;;) {
		uint32_t next = add_node(r), last = add_node(r), rest;

		link_silent(r, from, next);
		while (*r->at && *r->at != '|' && *r->at != ')')
			next = parse_repeat(r, next);
		link_silent(r, next, last);
		link_silent(r, last, out);
		if (*r->at != '|')
			return out;
		r->at++;
		rest = add_node(r);
		link_silent(r, from, rest);
		from = rest;
	}
}

/* Bytes that no set tells apart. */
static uint32_t classes(const struct regex *r, uint8_t *class_of)
{
	uint32_t k = 1;

	memset(class_of, 0, 256);
	for (size_t i = 0; i < r->nodes.n; i++) {
		const struct node *node = &r->nodes.items[i];
		uint32_t to[256][2], n = 0;

		if (node->to == LANG_NO_STATE || k == 256)
			continue;
		memset(to, 0xff, sizeof to);
		for (unsigned byte = 0; byte < 256; byte++) {
			uint32_t *c = &to[class_of[byte]][set_has(&node->set, byte)];

			if (*c == LANG_NO_STATE)
				*c = n++;
			class_of[byte] = (uint8_t)*c;
		}
		k = n;
	}
	return k;
}

static struct lang_dfa *determine(const struct regex *r, uint32_t start, uint32_t end)
{
	struct lang_nfa nfa = {.n = (uint32_t)r->nodes.n, .start = start, .all = LANG_NO_STATE};

	nfa.k = classes(r, nfa.class_of);
	if ((size_t)nfa.n * nfa.k > LANG_CELLS_MAX)
		return NULL;
	nfa.delta = ARENA_ARRAY(r->arena, uint32_t, (size_t)nfa.n * nfa.k);
	memset(nfa.delta, 0xff, (size_t)nfa.n * nfa.k * sizeof *nfa.delta);
	nfa.silent = arena_array(r->arena, nfa.n, sizeof *nfa.silent);
	nfa.final = ARENA_ARRAY(r->arena, uint8_t, nfa.n);
	nfa.solid = ARENA_ARRAY(r->arena, uint8_t, nfa.n);
	for (uint32_t q = 0; q < nfa.n; q++) {
		const struct node *node = &r->nodes.items[q];

		memcpy(nfa.silent[q], node->silent, sizeof node->silent);
		nfa.final[q] = q == end;
		nfa.solid[q] = q == end || node->to != LANG_NO_STATE;
		for (unsigned byte = 0; byte < 256; byte++)
			if (set_has(&node->set, byte))
				nfa.delta[(size_t)q * nfa.k + nfa.class_of[byte]] = node->to;
	}
	return lang_dfa_subsets(r->arena, &nfa);
}

lang lang_regex(struct engine *e, const char *pattern)
{
	struct arena *scratch = arena_new();
	struct regex r = {.arena = scratch, .at = pattern};
	uint32_t start = add_node(&r), end = parse_choice(&r, start);
	const struct lang_dfa *raw = NULL;
	lang result;

	assert(*r.at == 0);
	if (!r.too_large)
		raw = determine(&r, start, end);
	result = lang_done(e, lang_from_dfa(e, scratch, raw));
	arena_free(scratch);
	return result;
}
