/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON. Two things that share no code: a reader, which makes a read-only tree on the arena, and a
 * writer. Numbers keep their text, and there are no doubles anywhere. The reader refuses duplicate
 * keys, NUL, invalid UTF-8, trailing text and nesting beyond 64, and takes one BOM at the
 * beginning, which real exports have. tests/unit/test_json.c holds it against jansson. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/str.h"

#define JSON_DEPTH_MAX 64

enum json_type {
	JSON_NULL,
	JSON_FALSE,
	JSON_TRUE,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT,
};

struct json {
	enum json_type type;
	struct str text;           /* STRING: decoded UTF-8; NUMBER: its text as written */
	size_t n;                  /* ARRAY, OBJECT */
	struct json **items;       /* ARRAY elements; OBJECT values */
	struct str *keys;          /* OBJECT keys, same order as items */
};

struct json_error {
	size_t offset;      /* bytes */
	unsigned line, col; /* from 1 */
	const char *what;   /* static text, lower case */
};

/* NULL and *error on failure. The tree points into `text`, which must live as long. */
struct json *json_parse(struct arena *arena, struct str text, struct json_error *error);

/* NULL when json is NULL, no object, or has no such key. */
const struct json *json_get(const struct json *json, const char *key);
const struct json *json_get_str(const struct json *json, struct str key);
bool json_is(const struct json *json, enum json_type type); /* NULL-safe */
/* The text of a string, else an empty str with ptr NULL. */
struct str json_text(const struct json *json);
/* A number's text as a decimal scaled by 10^9, exponents included. A digit beyond the ninth
 * decimal is kept as `sticky`: the value lies strictly between *scaled and *scaled + 1. false when
 * it does not fit int64 (|value| > 9,223,372,036). */
bool json_decimal(struct str number, int64_t *scaled, bool *sticky);

/* The writer: indent 0 = minified, else spaces per level with a final newline at json_end. Strings
 * are escaped as JSON asks plus U+007F, U+2028 and U+2029; everything else is UTF-8 as it is. */
struct json_writer {
	struct strbuf out;
	unsigned indent, depth;
	bool fresh; /* nothing written yet at this level */
	bool after_key;
};

/* jansson, which tests use, exports a json_string and a json_null of its own: hidden, ours cannot
 * take their place when the dynamic linker binds jansson's calls of them. */
#define JSON_OWN __attribute__((visibility("hidden")))

void json_begin(struct json_writer *w, struct arena *arena, unsigned indent);
struct str json_end(struct json_writer *w);
/* Begins a member of an object that stands `depth` deep in a document; json_part puts what was
 * written (w->out) into the document's own object, as it is. */
void json_begin_part(struct json_writer *w, struct arena *arena, unsigned indent, unsigned depth);
void json_part(struct json_writer *w, struct str text);
void json_open_object(struct json_writer *w);
void json_close_object(struct json_writer *w);
void json_open_array(struct json_writer *w);
void json_close_array(struct json_writer *w);
void json_key(struct json_writer *w, const char *key);
void json_key_str(struct json_writer *w, struct str key);
JSON_OWN void json_string(struct json_writer *w, const char *cstr);
void json_str(struct json_writer *w, struct str s);
void json_int(struct json_writer *w, int64_t value);
void json_scaled(struct json_writer *w, int64_t scaled); /* 10^-9 units: 7.5, 10, 0.94422 */
void json_bool(struct json_writer *w, bool value);
JSON_OWN void json_null(struct json_writer *w);
/* A member of the object that is open: a text, null where it is empty; a number of things. */
void json_member(struct json_writer *w, const char *key, struct str value);
void json_member_size(struct json_writer *w, const char *key, size_t value);
/* A string by itself, in quotes and with its escapes. */
void json_quoted(struct strbuf *out, struct str s);
/* A whole document that this writer made with the same indent, as a value. */
void json_document(struct json_writer *w, struct str text);
/* A whole tree, keys as they stand. */
void json_tree(struct json_writer *w, const struct json *json);

#endif
