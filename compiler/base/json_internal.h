/* SPDX-License-Identifier: Apache-2.0
 *
 * What the two JSON readers share. */
#ifndef BASE_JSON_INTERNAL_H
#define BASE_JSON_INTERNAL_H

#include "base/json.h"

#define JSON_TOO_DEEP "arrays and objects are nested too deep: 64 levels at most"
#define JSON_KEY_TWICE "a key stands twice in one object"

/* Fills *error, line and column included; columns count code points. */
void json_fail(struct json_error *error, struct str text, size_t offset, const char *what);

#endif
