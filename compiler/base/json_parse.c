/* SPDX-License-Identifier: Apache-2.0
 *
 * The tree of a JSON text, made of what the scanner pulls out of it, without recursion. Values that
 * are complete wait on one stack until their container ends, so every array of the tree has its
 * exact size; a string without escapes and every number is a piece of the text itself. */
#include "base/json_scan.h"

#include <string.h>

#include "base/json_internal.h"
#include "base/vec.h"

struct frame {
	bool object;
	size_t items, keys; /* heights of the stacks when it began */
};

struct parser {
	struct arena *arena;
	struct json_scan scan;
	struct frame frames[JSON_DEPTH_MAX];
	unsigned depth;
	VEC(struct json *) items;
	VEC(struct str) keys;
};

static bool open_frame(struct parser *p, bool object)
{
	if (!json_scan_enter(&p->scan))
		return false;
	p->frames[p->depth++] = (struct frame){object, p->items.n, p->keys.n};
	return true;
}

/* Reads what begins here; of a container, that it begins. */
static bool begin_value(struct parser *p, struct json *value)
{
	switch (json_scan_kind(&p->scan)) {
	case JSON_KIND_OBJECT:
		value->type = JSON_OBJECT;
		return open_frame(p, true);
	case JSON_KIND_ARRAY:
		value->type = JSON_ARRAY;
		return open_frame(p, false);
	case JSON_KIND_STRING:
		value->type = JSON_STRING;
		return json_scan_string(&p->scan, &value->text);
	case JSON_KIND_NUMBER:
		value->type = JSON_NUMBER;
		return json_scan_number(&p->scan, &value->text);
	case JSON_KIND_TRUE:
		value->type = JSON_TRUE;
		break;
	case JSON_KIND_FALSE:
		value->type = JSON_FALSE;
		break;
	case JSON_KIND_NULL:
		value->type = JSON_NULL;
		break;
	case JSON_KIND_ERROR:
		return false;
	}
	return json_scan_skip(&p->scan);
}

/* Is there another value in the innermost container? Its key waits. */
static bool has_more(struct parser *p)
{
	struct str key;

	if (!p->frames[p->depth - 1].object)
		return json_scan_item(&p->scan);
	if (!json_scan_key(&p->scan, &key))
		return false;
	VEC_PUSH(p->arena, p->keys, key);
	return true;
}

/* The innermost container ended: what lies above its mark on the stacks is its content. */
static struct json *close_frame(struct parser *p)
{
	struct frame frame = p->frames[--p->depth];
	struct json *value = ARENA_NEW(p->arena, struct json);
	size_t n = p->items.n - frame.items;

	value->type = frame.object ? JSON_OBJECT : JSON_ARRAY;
	value->n = n;
	if (!n)
		return value;
	value->items = ARENA_ARRAY(p->arena, struct json *, n);
	memcpy(value->items, p->items.items + frame.items, n * sizeof *value->items);
	p->items.n = frame.items;
	if (!frame.object)
		return value;
	value->keys = ARENA_ARRAY(p->arena, struct str, n);
	memcpy(value->keys, p->keys.items + frame.keys, n * sizeof *value->keys);
	p->keys.n = frame.keys;
	return value;
}

/* The next value that is complete and stands in nothing else; NULL at an error. */
static struct json *whole_value(struct parser *p)
{
	struct json *value;
	const char *why;
	size_t offset;

	for (;;) {
		unsigned depth = p->depth;

		value = ARENA_NEW(p->arena, struct json);
		if (!begin_value(p, value))
			return NULL;
		if (p->depth == depth && depth)
			VEC_PUSH(p->arena, p->items, value);
		while (p->depth && !has_more(p)) {
			if (json_scan_failed(&p->scan, &offset, &why))
				return NULL;
			value = close_frame(p);
			if (p->depth)
				VEC_PUSH(p->arena, p->items, value);
		}
		if (!p->depth)
			return value;
	}
}

struct json *json_parse(struct arena *arena, struct str text, struct json_error *error)
{
	size_t mark = str_starts(text, STR("\xEF\xBB\xBF")) ? 3 : 0, offset;
	struct parser p;
	struct json *value;
	const char *why;

	p.arena = arena;
	p.depth = 0;
	memset(&p.items, 0, sizeof p.items);
	memset(&p.keys, 0, sizeof p.keys);
	json_scan_start(&p.scan, arena, str_slice(text, mark, text.len));
	value = whole_value(&p);
	if (value && json_scan_end(&p.scan))
		return value;
	json_scan_failed(&p.scan, &offset, &why);
	json_fail(error, text, mark + offset, why);
	return NULL;
}
