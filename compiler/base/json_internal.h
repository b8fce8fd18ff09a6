/* SPDX-License-Identifier: Apache-2.0
 *
 * What the two JSON readers share. */
#ifndef BASE_JSON_INTERNAL_H
#define BASE_JSON_INTERNAL_H

#include "base/json.h"

#define JSON_TOO_DEEP "arrays and objects are nested too deep: 64 levels at most"
#define JSON_ENDS_EARLY "the text ends too early"
#define JSON_HALF "half of a surrogate pair"
#define JSON_KEY_TWICE "a key stands twice in one object"

/* Fills *error, line and column included; columns count code points. */
void json_fail(struct json_error *error, struct str text, size_t offset, const char *what);

/* The scalar that the escape at raw.ptr[*at] (its backslash, which is not the last
 * byte) stands for; *at moves behind it. UNICODE_BAD and *why if it is none. */
uint32_t json_escape_next(struct str raw, size_t *at, const char **why);
/* What a string means, whose quotes are off and whose UTF-8 is valid: never longer than it is
 * written. Else false, and the escape at raw.ptr[*place] is to blame. */
bool json_unescape(struct arena *arena, struct str raw, struct str *out, size_t *place,
		   const char **why);

#endif
