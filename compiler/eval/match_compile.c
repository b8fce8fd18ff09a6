/* SPDX-License-Identifier: Apache-2.0
 *
 * A pattern's objects: which path gets which list, in each combination of its `$or`s. They are
 * written out as the engine writes them: a list is put into all combinations that there are so far,
 * in the place of what an earlier one put at its path, and `$or` makes a copy of them for each of
 * its objects. */
#include "eval/match_internal.h"

#include <stdlib.h>

#include "model/limit.h"
#include "model/reserved.h"

#define PATHS_MAX 256 /* of a combination; the engine's, too */

struct rules {
	VEC(struct match_rule) of;
};

struct compiler {
	struct match_reader r;
	struct strbuf path; /* of the object that is open: its keys and dots between them */
	size_t n_keys;	    /* in it */
};

static void put(struct compiler *c, struct match_rule *rule, struct match_entry entry)
{
	for (size_t i = 0; i < rule->n; i++)
		if (str_eq(rule->entries[i].path, entry.path)) {
			rule->entries[i] = entry;
			return;
		}
	/* Room doubles: there is some unless the count is a power of two. */
	if ((rule->n & (rule->n - 1)) == 0)
		rule->entries = arena_regrow(c->r.arena, rule->entries, rule->n * sizeof entry,
					     rule->n ? 2 * rule->n : 1, sizeof entry);
	rule->entries[rule->n++] = entry;
}

/* The list that begins here, at the path of its object and its key. */
static bool put_list(struct compiler *c, struct rules *rules, struct str key)
{
	struct match_entry entry = {0};
	struct strbuf path;
	size_t place = match_place(&c->r);

	strbuf_init(&path, c->r.arena);
	strbuf_add(&path, strbuf_str(&c->path));
	if (c->path.len)
		strbuf_addc(&path, '.');
	strbuf_add(&path, key);
	entry.path = strbuf_str(&path);
	entry.list = match_list_read(&c->r);
	if (!entry.list)
		return false;
	if (!rules->of.n)
		VEC_PUSH(c->r.arena, rules->of, (struct match_rule){0});
	for (size_t i = 0; i < rules->of.n; i++) {
		put(c, rules->of.items + i, entry);
		if (rules->of.items[i].n <= PATHS_MAX)
			continue;
		*c->r.wrong = (struct match_wrong){
			.offset = place, .why = "more than 256 paths in one combination of `$or`"};
		return false;
	}
	return true;
}

/* More copies of the rules; room for entries as put() expects it. */
static void add_copies(struct compiler *c, const struct rules *from, struct rules *to)
{
	struct arena *arena = c->r.arena;

	for (size_t i = 0; i < from->of.n; i++) {
		struct match_rule rule = from->of.items[i];
		size_t room = 1;

		while (room < rule.n)
			room *= 2;
		if (rule.n)
			rule.entries =
				arena_regrow(arena, rule.entries, rule.n * sizeof *rule.entries,
					     room, sizeof *rule.entries);
		VEC_PUSH(arena, to->of, rule);
	}
	if (!from->of.n)
		VEC_PUSH(arena, to->of, (struct match_rule){0});
}

static bool read_object(struct compiler *c, struct rules *rules, bool in_or);

/* The value of `$or`. Recursion: no deeper than JSON nests. */
static bool read_or(struct compiler *c, struct rules *rules)
{
	struct rules before = *rules;
	enum match_token token = match_next(&c->r);
	size_t n = 0;

	if (token != MATCH_ARRAY)
		return token != MATCH_ERROR && match_fail(&c->r, "`$or` holds a list of objects");
	*rules = (struct rules){0};
	for (; (token = match_next(&c->r)) != MATCH_ARRAY_END; n++) {
		struct rules branch = {0};

		if (token != MATCH_OBJECT)
			return token != MATCH_ERROR &&
			       match_fail(&c->r, "`$or` holds a list of objects");
		add_copies(c, &before, &branch);
		if (!read_object(c, &branch, true))
			return false;
		for (size_t i = 0; i < branch.of.n; i++)
			VEC_PUSH(c->r.arena, rules->of, branch.of.items[i]);
		if (rules->of.n > (size_t)limits[LIMIT_match_combinations].value) {
			match_fail(&c->r, "too many combinations of `$or`");
			c->r.wrong->limit = true;
			return false;
		}
	}
	return n >= 2 || match_fail(&c->r, "`$or` holds two objects or more");
}

static bool read_field(struct compiler *c, struct rules *rules, struct str key, bool in_or)
{
	size_t outer = c->path.len;
	enum match_token token = match_next(&c->r);
	bool fine;

	if (token == MATCH_ARRAY)
		return put_list(c, rules, key);
	if (token != MATCH_OBJECT)
		return token != MATCH_ERROR &&
		       match_fail(&c->r, "a field holds a list of values, or an object");
	if (c->n_keys)
		strbuf_addc(&c->path, '.');
	strbuf_add(&c->path, key);
	c->n_keys++;
	fine = read_object(c, rules, in_or);
	c->n_keys--;
	c->path.len = outer;
	return fine;
}

static bool read_object(struct compiler *c, struct rules *rules, bool in_or)
{
	enum match_token token;
	bool empty = true;

	for (; (token = match_next(&c->r)) == MATCH_KEY; empty = false) {
		struct str key = match_plain(&c->r);

		if (str_is(key, "$or")) {
			if (!read_or(c, rules))
				return false;
		} else if (in_or && reserved_in_or(key)) {
			return match_fail(&c->r,
					  "inside `$or` no field can have an operator's name");
		} else if (!read_field(c, rules, key, in_or)) {
			return false;
		}
	}
	if (token == MATCH_ERROR)
		return false;
	return !empty || match_fail(&c->r, "an empty object is not allowed");
}

/* `.` before everything else, so that what is below a path comes right behind it. */
static int order_paths(const void *a, const void *b)
{
	const struct str *left = a, *right = b;
	size_t n = left->len < right->len ? left->len : right->len;

	for (size_t i = 0; i < n; i++) {
		unsigned char x = (unsigned char)left->ptr[i], y = (unsigned char)right->ptr[i];

		if (x != y)
			return x == '.' ? -1 : y == '.' ? 1 : x < y ? -1 : 1;
	}
	return (left->len > right->len) - (left->len < right->len);
}

/* The engine's order: by UTF-16 code units, where surrogates come before U+E000 to U+FFFF. */
static int order_entries(const void *a, const void *b)
{
	struct str left = ((const struct match_entry *)a)->path;
	struct str right = ((const struct match_entry *)b)->path;
	size_t n = left.len < right.len ? left.len : right.len;

	for (size_t i = 0; i < n; i++) {
		unsigned char x = (unsigned char)left.ptr[i], y = (unsigned char)right.ptr[i];

		if (x == y)
			continue;
		if (x >= 0xEE && y >= 0xEE && (x >= 0xF0) != (y >= 0xF0))
			return x >= 0xF0 ? -1 : 1;
		return x < y ? -1 : 1;
	}
	return (left.len > right.len) - (left.len < right.len);
}

bool match_empty_step(struct str path)
{
	size_t end = path.len;

	while (end && path.ptr[end - 1] == '.')
		end--;
	for (size_t i = 0; i < end; i++)
		if (path.ptr[i] == '.' && (i == 0 || path.ptr[i - 1] == '.'))
			return true;
	return path.len == 0;
}

static void collect_paths(struct arena *arena, struct match_pattern *pattern)
{
	VEC(struct str) paths = {0};
	size_t n = 0;

	for (size_t i = 0; i < pattern->n_rules; i++)
		for (size_t k = 0; k < pattern->rules[i].n; k++)
			VEC_PUSH(arena, paths, pattern->rules[i].entries[k].path);
	qsort(paths.items, paths.n, sizeof *paths.items, order_paths);
	for (size_t i = 0; i < paths.n; i++)
		if (!n || !str_eq(paths.items[n - 1], paths.items[i]))
			paths.items[n++] = paths.items[i];
	pattern->paths = paths.items;
	pattern->n_paths = n;
	for (size_t i = 0; i < n; i++)
		pattern->has_empty_step |= match_empty_step(paths.items[i]);
}

static bool finish_rule(const struct match_pattern *pattern, struct match_rule *rule,
			struct match_wrong *wrong)
{
	qsort(rule->entries, rule->n, sizeof *rule->entries, order_entries);
	for (size_t i = 0; i < rule->n; i++) {
		const struct str *found =
			bsearch(&rule->entries[i].path, pattern->paths, pattern->n_paths,
				sizeof *pattern->paths, order_paths);

		rule->entries[i].path_id = (size_t)(found - pattern->paths);
		if (!rule->entries[i].list->late.why)
			continue;
		*wrong = rule->entries[i].list->late;
		return false;
	}
	return true;
}

const struct match_pattern *match_compile(struct arena *arena, struct str text, size_t *end,
					  struct match_wrong *wrong)
{
	struct match_pattern *pattern = ARENA_NEW(arena, struct match_pattern);
	struct compiler c = {0};
	struct rules rules = {0};
	enum match_token token;

	match_start(&c.r, arena, text, 0, wrong);
	strbuf_init(&c.path, arena);
	token = match_next(&c.r);
	if (token != MATCH_OBJECT) {
		if (token != MATCH_ERROR)
			match_fail(&c.r, "an event pattern is an object");
		return NULL;
	}
	if (!read_object(&c, &rules, false))
		return NULL;
	pattern->rules = rules.of.items;
	pattern->n_rules = rules.of.n;
	collect_paths(arena, pattern);
	for (size_t i = 0; i < pattern->n_rules; i++)
		if (!finish_rule(pattern, pattern->rules + i, wrong))
			return NULL;
	*end = c.r.at;
	return pattern;
}

size_t match_combinations(const struct match_pattern *pattern)
{
	return pattern->n_rules;
}
