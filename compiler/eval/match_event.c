/* SPDX-License-Identifier: Apache-2.0
 *
 * An event's values at the paths of a pattern, in one pass. Dots in keys and levels of objects are
 * the same thing, and arrays are not part of a path; a value remembers the elements it stands in,
 * of which those that are neither object nor array are none. */
#include "eval/match_internal.h"

/* The paths that begin with the keys so far: `from` to `to` of the pattern's; their next key begins
 * at `offset`. */
struct scope {
	size_t from, to, offset;
};

struct walker {
	const struct match_pattern *pattern;
	struct match_reader *r;
	struct match_facts *facts;
};

/* Where a path stands to those whose next key is this one: before (-1), behind (1), among them. */
static int order_to_key(struct str path, size_t offset, struct str key)
{
	for (size_t i = 0; i < key.len; i++) {
		unsigned char x, y = (unsigned char)key.ptr[i];

		if (offset + i >= path.len)
			return -1;
		x = (unsigned char)path.ptr[offset + i];
		if (x != y)
			return x == '.' ? -1 : y == '.' ? 1 : x < y ? -1 : 1;
	}
	return offset + key.len == path.len || path.ptr[offset + key.len] == '.' ? 0 : 1;
}

/* The first of the scope's paths that does not stand before (at least 0) or among (1) those. */
static size_t bound(const struct match_pattern *pattern, const struct scope *scope, struct str key,
		    int least)
{
	size_t low = scope->from, high = scope->to;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (order_to_key(pattern->paths[middle], scope->offset, key) < least)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool descend(const struct match_pattern *pattern, const struct scope *scope, struct str key,
		    struct scope *below)
{
	if (!pattern->has_empty_step && match_empty_step(key))
		return false;
	below->from = bound(pattern, scope, key, 0);
	below->to = bound(pattern, scope, key, 1);
	below->offset = scope->offset + key.len + 1;
	return below->from < below->to;
}

/* A value that is no container. */
static void add_leaf(struct walker *w, const struct scope *scope, enum match_token token,
		     uint32_t element)
{
	struct match_leaf leaf = {
		.value = {.is_string = token == MATCH_STRING, .is_number = token == MATCH_NUMBER},
		.element = element,
	};

	/* The path that ends here is the first of those that begin here. */
	if (w->pattern->paths[scope->from].len + 1 != scope->offset)
		return;
	leaf.value.text = leaf.value.is_string ? match_quoted(w->r) : w->r->raw;
	VEC_PUSH(w->r->arena, w->facts->leaves[scope->from], leaf);
}

static bool read_value(struct walker *w, const struct scope *scope, enum match_token token,
		       uint32_t element);

static bool read_object(struct walker *w, const struct scope *scope, uint32_t element)
{
	enum match_token token;
	struct scope below;

	while ((token = match_next(w->r)) == MATCH_KEY) {
		struct str key = match_plain(w->r);
		bool used = descend(w->pattern, scope, key, &below);

		token = match_next(w->r);
		if (!scope->offset && token == MATCH_STRING && str_is(key, "id"))
			w->facts->id = match_plain(w->r);
		if (!(used ? read_value(w, &below, token, element) : match_skip(w->r, token)))
			return false;
	}
	return token != MATCH_ERROR;
}

static bool read_array(struct walker *w, const struct scope *scope, uint32_t element)
{
	struct match_facts *facts = w->facts;
	uint32_t array = (uint32_t)facts->arrays.n;
	enum match_token token;

	VEC_PUSH(w->r->arena, facts->arrays, 0);
	while ((token = match_next(w->r)) != MATCH_ARRAY_END) {
		uint32_t inner = element;

		if (token == MATCH_OBJECT || token == MATCH_ARRAY) {
			inner = (uint32_t)facts->elements.n;
			VEC_PUSH(w->r->arena, facts->elements,
				 ((struct match_element){.parent = element, .array = array}));
		}
		if (!read_value(w, scope, token, inner))
			return false;
		if (inner != element)
			facts->elements.items[inner].last = (uint32_t)facts->elements.n - 1;
	}
	facts->arrays.items[array] = (uint32_t)facts->elements.n - 1;
	return true;
}

/* Recursion: no deeper than JSON nests. */
static bool read_value(struct walker *w, const struct scope *scope, enum match_token token,
		       uint32_t element)
{
	if (token == MATCH_OBJECT)
		return read_object(w, scope, element);
	if (token == MATCH_ARRAY)
		return read_array(w, scope, element);
	if (token != MATCH_ERROR)
		add_leaf(w, scope, token, element);
	return token != MATCH_ERROR;
}

bool match_facts_read(const struct match_pattern *pattern, struct match_reader *r,
		      struct match_facts *facts)
{
	struct walker w = {pattern, r, facts};
	struct scope all = {0, pattern->n_paths, 0};
	enum match_token token = match_next(r);

	*facts = (struct match_facts){
		.leaves = ARENA_ARRAY(r->arena, struct match_leaves, pattern->n_paths)};
	VEC_PUSH(r->arena, facts->elements, (struct match_element){0});
	if (token != MATCH_OBJECT)
		return token != MATCH_ERROR && match_fail(r, "an event is an object");
	return read_object(&w, &all, 0);
}

bool match_event(const struct match_pattern *pattern, struct arena *scratch, struct str text,
		 size_t *at, struct match_event *event, struct match_wrong *wrong)
{
	struct match_reader r;
	struct match_facts facts;

	match_start(&r, scratch, text, *at, wrong);
	if (!match_facts_read(pattern, &r, &facts))
		return false;
	event->id = facts.id;
	if (!match_solve(pattern, scratch, &facts, &event->match)) {
		*wrong = (struct match_wrong){
			.offset = *at,
			.why = "too many choices of array elements: paths of the pattern are "
			       "reached through keys with dots, or twice",
			.limit = true,
		};
		return false;
	}
	*at = r.at;
	return true;
}
