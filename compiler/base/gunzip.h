/* SPDX-License-Identifier: Apache-2.0
 *
 * Text packed by gzip, unpacked as it comes. Only gunzip.c sees zlib. Members that follow each
 * other are one text, as with gzip itself; anything else behind a member is an error. */
#ifndef BASE_GUNZIP_H
#define BASE_GUNZIP_H

#include "base/str.h"

struct gunzip;

bool gunzip_is(struct str begin); /* a text that begins so is packed */
struct gunzip *gunzip_new(struct arena *arena);
void gunzip_free(struct gunzip *g);
/* Unpacks from `from`, which is shortened by what was taken, to `to`, of n bytes; *got of them are
 * filled then: less than n only if `from` is used up. NULL, or what is wrong. */
const char *gunzip_some(struct gunzip *g, struct str *from, char *to, size_t n, size_t *got);
/* May the text end here? */
bool gunzip_whole(const struct gunzip *g);

#endif
