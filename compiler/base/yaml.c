/* SPDX-License-Identifier: Apache-2.0
 *
 * YAML from the events of libyaml, never from its loader: that has no limit on depth and expands
 * aliases. Our limits count events, so they hold before libyaml has read on. Without recursion:
 * complete values wait on one stack until their sequence or mapping ends. */
#include "base/yaml.h"

#include <string.h>
#include <yaml.h>

#include "base/strsort.h"
#include "base/unicode.h"
#include "base/vec.h"

/* libyaml counts characters, spans count bytes: the byte of every so many characters is kept. */
#define MARK_EVERY 64

struct frame {
	struct yaml *node;
	size_t items, keys; /* heights of the stacks when it began */
	bool flow, wants_key;
};

struct reader {
	struct arena *arena;
	struct diags *d;
	const struct source *source;
	VEC(uint32_t) marks;
	struct frame frames[YAML_DEPTH_MAX];
	unsigned depth;
	VEC(struct yaml *) items;
	VEC(struct str) keys;
	VEC(struct span) key_spans;
	struct yaml *root;
	unsigned events, documents;
	bool failed; /* a mistake behind which reading goes on */
};

static void mark_places(struct reader *r)
{
	size_t at = 0;

	for (size_t i = 0; at < r->source->text.len; i++) {
		if (i % MARK_EVERY == 0)
			VEC_PUSH(r->arena, r->marks, (uint32_t)at);
		unicode_next(r->source->text, &at);
	}
}

/* The place of a character, counted by libyaml from 0; the end of the text if there is none. */
static uint32_t place(const struct reader *r, size_t character)
{
	size_t mark = character / MARK_EVERY, at = r->source->text.len;

	if (mark < r->marks.n) {
		at = r->marks.items[mark];
		for (size_t i = character % MARK_EVERY; i > 0 && at < r->source->text.len; i--)
			unicode_next(r->source->text, &at);
	}
	return r->source->base + (uint32_t)at;
}

static struct span span_of(const struct reader *r, const yaml_event_t *event)
{
	return (struct span){place(r, event->start_mark.index), place(r, event->end_mark.index)};
}

static bool refuse(struct reader *r, struct span at, const char *what, const char *help)
{
	struct diag *diag = diag_error(r->d, NULL, at, "%s", diag_word(r->d, what));

	if (help)
		diag_help(diag, "%s", diag_word(r->d, help));
	return false;
}

static bool check_properties(struct reader *r, const yaml_event_t *event, const yaml_char_t *anchor,
			     const yaml_char_t *tag)
{
	if (anchor)
		return refuse(r, span_of(r, event), "anchors are not allowed here",
			      "write the value out wherever it is needed");
	if (tag)
		return refuse(r, span_of(r, event), "tags are not allowed here",
			      "every value is text, and its key says what it must be");
	return true;
}

static bool add_key(struct reader *r, const struct yaml *key)
{
	if (!key->quoted && str_is(key->text, "<<"))
		return refuse(r, key->span, "merge keys are not allowed here",
			      "write the keys out wherever they are needed");
	if (!key->quoted && !key->text.len)
		return refuse(r, key->span, "a key is missing before `:`", NULL);
	VEC_PUSH(r->arena, r->keys, key->text);
	VEC_PUSH(r->arena, r->key_spans, key->span);
	return true;
}

/* Hands a complete value to the sequence or mapping around it. */
static bool add_node(struct reader *r, struct yaml *node)
{
	struct frame *frame = r->depth ? &r->frames[r->depth - 1] : NULL;

	if (!frame) {
		r->root = node;
		return true;
	}
	if (frame->wants_key) {
		frame->wants_key = false;
		return add_key(r, node);
	}
	VEC_PUSH(r->arena, r->items, node);
	frame->wants_key = frame->node->type == YAML_MAPPING;
	return true;
}

static bool on_scalar(struct reader *r, const yaml_event_t *event)
{
	struct yaml *node = ARENA_NEW(r->arena, struct yaml);
	struct str text = {(const char *)event->data.scalar.value, event->data.scalar.length};

	node->type = YAML_SCALAR;
	node->span = span_of(r, event);
	node->text = str_copy(r->arena, text);
	node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	if (!check_properties(r, event, event->data.scalar.anchor, event->data.scalar.tag))
		return false;
	if (text.len && memchr(text.ptr, '\0', text.len))
		return refuse(r, node->span, "a NUL character stands in this text", NULL);
	return add_node(r, node);
}

static bool open_frame(struct reader *r, const yaml_event_t *event, enum yaml_type type, bool flow)
{
	struct span at = span_of(r, event);
	struct yaml *node;

	if (r->depth && r->frames[r->depth - 1].wants_key)
		return refuse(r, at, "a key must be a single text, not a list or a mapping", NULL);
	if (r->depth == YAML_DEPTH_MAX)
		return refuse(r, at, "lists and mappings are nested too deep: 64 levels at most",
			      NULL);
	node = ARENA_NEW(r->arena, struct yaml);
	node->type = type;
	node->span = at;
	r->frames[r->depth++] = (struct frame){
		.node = node,
		.items = r->items.n,
		.keys = r->keys.n,
		.flow = flow,
		.wants_key = type == YAML_MAPPING,
	};
	return true;
}

static void take_keys(struct reader *r, struct yaml *node, size_t from)
{
	node->keys = ARENA_ARRAY(r->arena, struct str, node->n);
	node->key_spans = ARENA_ARRAY(r->arena, struct span, node->n);
	if (node->n) {
		memcpy(node->keys, r->keys.items + from, node->n * sizeof *node->keys);
		memcpy(node->key_spans, r->key_spans.items + from,
		       node->n * sizeof *node->key_spans);
	}
	r->keys.n = r->key_spans.n = from;
}

static void check_keys(struct reader *r, const struct yaml *node)
{
	size_t before, first;
	struct diag *diag;

	if (!strsort_repeat(r->arena, node->keys, node->n, &before, &first))
		return;
	r->failed = true;
	diag = diag_error(r->d, NULL, node->key_spans[first], "`%s` stands twice in one mapping",
			  diag_quote(r->d, node->keys[first]));
	diag_label(diag, node->key_spans[before], "first here");
}

static bool close_frame(struct reader *r, const yaml_event_t *event)
{
	struct frame frame = r->frames[--r->depth];
	struct yaml *node = frame.node;

	node->n = r->items.n - frame.items;
	node->items = ARENA_ARRAY(r->arena, struct yaml *, node->n);
	if (node->n)
		memcpy(node->items, r->items.items + frame.items, node->n * sizeof *node->items);
	r->items.n = frame.items;
	/* A block ends where the next thing begins, which is no good place to point at. */
	if (frame.flow)
		node->span.end = place(r, event->end_mark.index);
	else if (node->n)
		node->span.end = node->items[node->n - 1]->span.end;
	if (node->type == YAML_MAPPING) {
		take_keys(r, node, frame.keys);
		check_keys(r, node);
	}
	return add_node(r, node);
}

static bool on_document(struct reader *r, const yaml_event_t *event)
{
	if (r->documents++)
		return refuse(r, span_of(r, event), "a second document begins here",
			      "a file holds one document");
	if (event->data.document_start.tag_directives.start !=
	    event->data.document_start.tag_directives.end)
		return refuse(r, span_of(r, event), "tags are not allowed here", NULL);
	return true;
}

static bool on_event(struct reader *r, const yaml_event_t *event)
{
	if (++r->events > YAML_EVENTS_MAX)
		return refuse(r, span_of(r, event), "the file has too many parts: 100000 at most",
			      NULL);
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		return on_document(r, event);
	case YAML_ALIAS_EVENT:
		return refuse(r, span_of(r, event), "aliases are not allowed here",
			      "write the value out wherever it is needed");
	case YAML_SCALAR_EVENT:
		return on_scalar(r, event);
	case YAML_SEQUENCE_START_EVENT:
		return check_properties(r, event, event->data.sequence_start.anchor,
					event->data.sequence_start.tag) &&
		       open_frame(r, event, YAML_SEQUENCE,
				  event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE);
	case YAML_MAPPING_START_EVENT:
		return check_properties(r, event, event->data.mapping_start.anchor,
					event->data.mapping_start.tag) &&
		       open_frame(r, event, YAML_MAPPING,
				  event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return close_frame(r, event);
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_STREAM_END_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		break;
	}
	return true;
}

/* libyaml's messages are its own fixed texts, lower case, without anything of the input. */
static void report(struct reader *r, const yaml_parser_t *parser)
{
	uint32_t at = place(r, parser->problem_mark.index), from = 0;
	struct diag *diag;

	if (parser->error == YAML_MEMORY_ERROR) {
		diag_world(r->d, "out of memory");
		return;
	}
	if (parser->error == YAML_READER_ERROR) {
		size_t byte = parser->problem_offset, end = r->source->text.len;

		at = r->source->base + (uint32_t)(byte < end ? byte : end);
	} else if (parser->context) {
		from = place(r, parser->context_mark.index);
	}
	diag = diag_error(r->d, NULL, (struct span){at, at}, "this is not YAML: %s",
			  parser->problem ? parser->problem : diag_word(r->d, "it cannot be read"));
	if (from && from != at)
		diag_label(diag, (struct span){from, from}, "%s", parser->context);
}

static bool read_events(struct reader *r, yaml_parser_t *parser)
{
	yaml_event_t event;
	bool going = true, last = false;

	while (going && !last) {
		if (!yaml_parser_parse(parser, &event)) {
			report(r, parser);
			return false;
		}
		last = event.type == YAML_STREAM_END_EVENT;
		going = on_event(r, &event);
		yaml_event_delete(&event);
	}
	return going && !r->failed;
}

/* Nothing at all, or a lone empty value such as after `---`. */
static bool is_empty(const struct yaml *root)
{
	return !root || (root->type == YAML_SCALAR && !root->quoted && !root->text.len);
}

struct yaml *yaml_read(struct arena *arena, struct diags *d, const struct source *source)
{
	struct reader r = {.arena = arena, .d = d, .source = source};
	struct span start = {source->base, source->base};
	yaml_parser_t parser;
	bool good;

	if (source->text.len > YAML_SIZE_MAX) {
		refuse(&r, start, "the file is too large: 1 MiB at most", NULL);
		return NULL;
	}
	if (!yaml_parser_initialize(&parser)) {
		diag_world(d, "out of memory");
		return NULL;
	}
	mark_places(&r);
	/* Named, so that a byte order mark cannot turn the text into UTF-16. */
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(
		&parser, (const unsigned char *)(source->text.len ? source->text.ptr : ""),
		source->text.len);
	good = read_events(&r, &parser);
	yaml_parser_delete(&parser);
	if (!good)
		return NULL;
	if (is_empty(r.root)) {
		r.root = ARENA_NEW(arena, struct yaml);
		r.root->type = YAML_MAPPING;
		r.root->span = start;
	}
	return r.root;
}

const struct yaml *yaml_get(const struct yaml *mapping, const char *key)
{
	if (!mapping || mapping->type != YAML_MAPPING)
		return NULL;
	for (size_t i = 0; i < mapping->n; i++) {
		if (str_is(mapping->keys[i], key))
			return mapping->items[i];
	}
	return NULL;
}
