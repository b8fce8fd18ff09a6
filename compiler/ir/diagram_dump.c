/* SPDX-License-Identifier: Apache-2.0
 *
 * Diagrams as text, for tests and for --emit. Nodes are numbered in the order of the text, not by
 * their handles, so the text is a function of the diagram. */
#include "ir/diagram_internal.h"

#define SHOWN_STRINGS 8

static void dump_string(struct strbuf *b, struct str s)
{
	strbuf_addc(b, '"');
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (c < 0x20 || c == '"' || c == '\\' || c >= 0x7f)
			strbuf_printf(b, "\\x%02x", c);
		else
			strbuf_addc(b, (char)c);
	}
	strbuf_addc(b, '"');
}

static void dump_lang(struct engine *e, struct strbuf *b, lang l)
{
	const struct str *items;
	struct str sample;
	bool complement;
	size_t n;

	if (!lang_list(e, l, &complement, &items, &n)) {
		strbuf_printf(b, "automaton(%u)", (unsigned)lang_states(e, l));
		if (lang_pick(e, b->arena, l, &sample)) {
			strbuf_puts(b, " like ");
			dump_string(b, sample);
		}
		return;
	}
	if (complement)
		strbuf_puts(b, "not ");
	strbuf_addc(b, '{');
	for (size_t i = 0; i < n && i < SHOWN_STRINGS; i++) {
		if (i > 0)
			strbuf_puts(b, ", ");
		dump_string(b, items[i]);
	}
	if (n > SHOWN_STRINGS)
		strbuf_printf(b, ", %zu more", n - SHOWN_STRINGS);
	strbuf_addc(b, '}');
}

static void dump_numbers(struct engine *e, struct strbuf *b, vset set)
{
	const struct interval *items;
	size_t n = set_intervals(e, set, &items);

	for (size_t i = 0; i < n; i++) {
		strbuf_puts(b, i > 0 ? " or " : "");
		if (items[i].lo == items[i].hi) {
			strbuf_printf(b, "%lld", (long long)items[i].lo);
			continue;
		}
		if (items[i].lo != INT64_MIN)
			strbuf_printf(b, "%lld", (long long)items[i].lo);
		strbuf_puts(b, "..");
		if (items[i].hi != INT64_MAX)
			strbuf_printf(b, "%lld", (long long)items[i].hi);
	}
}

static size_t dump_nodes(struct engine *e, struct strbuf *b, dd a, unsigned depth);

static void indent(struct strbuf *b, unsigned depth)
{
	for (unsigned i = 0; i < depth; i++)
		strbuf_puts(b, "  ");
}

static void dump_element(struct engine *e, struct strbuf *b, const char *word, dd a, unsigned depth)
{
	strbuf_addc(b, '\n');
	indent(b, depth);
	strbuf_puts(b, word);
	if (dd_is_const(a)) {
		strbuf_puts(b, a == DD_TRUE ? " element\n" : " nothing\n");
	} else {
		strbuf_puts(b, " element in\n");
		dump_nodes(e, b, a, depth + 1);
	}
	b->len--; /* the next thing starts a line of its own */
}

static void dump_pairs(struct engine *e, struct strbuf *b, vset set, unsigned depth)
{
	const struct group_pair *pairs;
	size_t n = set_pairs(e, set, &pairs);

	for (size_t i = 0; i < n; i++) {
		strbuf_puts(b, i > 0 ? " or" : "");
		for (size_t k = 0; k < pairs[i].n_required; k++)
			dump_element(e, b, "some", pairs[i].required[k], depth + 1);
		if (pairs[i].forbidden != DD_FALSE)
			dump_element(e, b, "no", pairs[i].forbidden, depth + 1);
	}
}

static void dump_set(struct engine *e, struct strbuf *b, var v, vset set, unsigned depth)
{
	bool absent = false, present = true;
	const struct interval *items;

	switch (var_kind(e, v)) {
	case VAR_BITS:
		strbuf_printf(b, "bits %#llx", (unsigned long long)set_mask(e, set));
		return;
	case VAR_GROUP:
		dump_pairs(e, b, set, depth);
		return;
	case VAR_NUMBER:
		dump_numbers(e, b, set);
		present = set_intervals(e, set, &items) > 0;
		absent = set_has_absent(e, set);
		break;
	case VAR_STRING:
		present = set_lang(e, set) != LANG_NONE;
		if (present)
			dump_lang(e, b, set_lang(e, set));
		absent = set_has_absent(e, set);
		break;
	}
	if (absent)
		strbuf_puts(b, present ? " or absent" : "absent");
}

struct dump_order {
	struct memo number;
	struct {
		dd *items;
		size_t n, cap;
	} nodes;
};

static void dump_child(struct strbuf *b, struct dump_order *o, dd child)
{
	uint32_t number;

	if (dd_is_const(child)) {
		strbuf_puts(b, child == DD_TRUE ? "yes" : "no");
		return;
	}
	if (!memo_get(&o->number, child, &number)) {
		number = (uint32_t)o->nodes.n;
		memo_put(&o->number, b->arena, child, number);
		VEC_PUSH(b->arena, o->nodes, child);
	}
	strbuf_printf(b, "#%u", (unsigned)number);
}

static size_t dump_nodes(struct engine *e, struct strbuf *b, dd a, unsigned depth)
{
	struct dump_order o = {.nodes = {NULL, 0, 0}};

	memo_put(&o.number, b->arena, a, 0);
	VEC_PUSH(b->arena, o.nodes, a);
	for (size_t i = 0; i < o.nodes.n; i++) {
		var v = dd_var(e, o.nodes.items[i]);
		const struct dd_edge *edges;
		size_t n = dd_edges(e, o.nodes.items[i], &edges);

		indent(b, depth);
		strbuf_printf(b, "#%zu %s:", i, var_name(e, v));
		for (size_t k = 0; k < n; k++) {
			strbuf_puts(b, k > 0 ? "; " : " ");
			dump_set(e, b, v, edges[k].label, depth);
			strbuf_puts(b, " -> ");
			dump_child(b, &o, edges[k].child);
		}
		strbuf_addc(b, '\n');
	}
	return o.nodes.n;
}

struct str dd_dump(struct engine *e, struct arena *arena, dd a)
{
	struct strbuf b;

	strbuf_init(&b, arena);
	if (dd_is_const(a))
		strbuf_puts(&b, a == DD_TRUE ? "yes\n" : "no\n");
	else
		dump_nodes(e, &b, a, 0);
	return strbuf_str(&b);
}
