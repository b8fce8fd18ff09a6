/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON pulled value by value out of one text: what is wanted is taken as slices of the text, what
 *is not is skipped, and nothing is skipped unseen. A text that was taken to its end (json_scan_end)
 *is one that json_parse takes, and the reverse: the same grammar, UTF-8, nesting and duplicate keys
 * (refused), without its tolerance of a byte order mark.
 *
 *	json_scan_start(&s, scratch, text);
 *	if (json_scan_kind(&s) == JSON_KIND_OBJECT && json_scan_enter(&s))
 *		while (json_scan_key(&s, &key))
 *			json_scan_skip(&s);
 *	if (!json_scan_end(&s))
 *		json_scan_failed(&s, &offset, &why);
 *
 * After json_scan_key and json_scan_item stands a value, which must be taken (by enter … until
 * key or item says false, string, number or skip) before the next. After an error everything
 * says false, and the first error stays.
 *
 * Price: 2 to 4 instructions per byte, no memory but in `scratch`: strings with escapes, and the
 *keys of objects in objects beyond JSON_SCAN_KEYS. The structure refers to itself: it must not be
 * copied. */
#ifndef BASE_JSON_SCAN_H
#define BASE_JSON_SCAN_H

#include "base/json.h"

#define JSON_SCAN_KEYS 64

enum json_kind {
	JSON_KIND_ERROR,
	JSON_KIND_NULL, /* this and the next two are taken by json_scan_skip */
	JSON_KIND_FALSE,
	JSON_KIND_TRUE,
	JSON_KIND_NUMBER,
	JSON_KIND_STRING,
	JSON_KIND_ARRAY,
	JSON_KIND_OBJECT,
};

struct json_scan_level {
	uint64_t seen[4]; /* a bit for each key: one whose bit is not there is new */
	size_t first;	  /* of its keys */
	/* By json_scan_named: the learnt keys it had, a bit each, and where the key is found that
	 * is expected next. */
	uint64_t learnt;
	struct json_scan_key **next;
};

struct json_scan {
	const char *start, *at, *end;
	const char *blocks;    /* before it begin whole blocks of the text; none after an error */
	const char *why, *bad; /* NULL; or what is wrong, and where */
	uint64_t objects;      /* a bit per level, the innermost last: an object, no array */
	unsigned depth;
	bool fresh;   /* entered, and nothing taken yet */
	bool escapes; /* a string had some since this was set to false */
	struct arena *scratch;
	struct str *keys; /* of all objects that are open */
	size_t n_keys, cap_keys;
	struct str few_keys[JSON_SCAN_KEYS];
	struct json_scan_level *level;			   /* the innermost */
	struct json_scan_level levels[JSON_DEPTH_MAX + 1]; /* the first is outside of all */
};

/* Members that are wanted of an object, and what of: a table by json_scan_hash, most of it empty,
 * each name in the first free place from its hash on. */
struct json_scan_names {
	struct json_scan_name {
		struct str key;
		void *to; /* NULL: empty */
	} *names;
	unsigned mask; /* places, a power of 2, less one */
	struct json_scan_learnt *learnt;
};

/* Room for what json_scan_named learns of such objects: the keys that they had, and which followed
 * which. It holds for more texts than one, and is of bounded size. */
struct json_scan_learnt *json_scan_learn(struct arena *arena);
void json_scan_start(struct json_scan *s, struct arena *scratch, struct str text);
/* Of values, by their first byte. */
extern const unsigned char json_scan_kinds[256];
/* As json_scan_kind, which comes here where space, the text's end or an error is near. */
enum json_kind json_scan_any_kind(struct json_scan *s);
/* Peeks at the next value. */
static inline enum json_kind json_scan_kind(struct json_scan *s)
{
	enum json_kind kind =
		s->at < s->blocks ? json_scan_kinds[(unsigned char)*s->at] : JSON_KIND_ERROR;

	return kind ? kind : json_scan_any_kind(s);
}
/* Into the object or array that stands here. */
bool json_scan_enter(struct json_scan *s);
/* The key of the next member; false behind the last one, or at an error. */
bool json_scan_key(struct json_scan *s, struct str *key);
/* 0 … 255, different for most keys of an object. */
unsigned json_scan_hash(struct str key);
/* What the next member is wanted for that is among the names: its value is taken next. All before
 * it are skipped. NULL behind the last one, or at an error. */
void *json_scan_named(struct json_scan *s, const struct json_scan_names *names);
/* Is there another item? false behind the last one, or at an error. */
bool json_scan_item(struct json_scan *s);
/* A slice of the text, or, if it has escapes, what they mean, in scratch. */
bool json_scan_string(struct json_scan *s, struct str *text);
/* As it is written: json_decimal reads it. */
bool json_scan_number(struct json_scan *s, struct str *text);
/* Any one value, in full: nothing is kept of it. */
bool json_scan_skip(struct json_scan *s);
/* Nothing but space is left. */
bool json_scan_end(struct json_scan *s);
/* Did it? Then where, in bytes from the text's beginning, and why (static text, lower case). */
bool json_scan_failed(const struct json_scan *s, size_t *offset, const char **why);

#endif
