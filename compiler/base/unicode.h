/* SPDX-License-Identifier: Apache-2.0
 *
 * What a terminal makes of Unicode text: how wide a scalar is shown, and which scalars must not
 * reach it as they are, because they move the cursor, turn the direction of writing or show
 * nothing at all. Malformed UTF-8 is met everywhere (file names, broken input), so every function
 * takes any bytes: a byte that belongs to no scalar stands for itself. */
#ifndef BASE_UNICODE_H
#define BASE_UNICODE_H

#include "base/str.h"

#define UNICODE_BAD UINT32_MAX

/* Reads the scalar at s.ptr[*at] and moves *at behind it (at < s.len); UNICODE_BAD and one byte
 * when there is none: no overlong forms, no surrogates, nothing above U+10FFFF. */
uint32_t unicode_next(struct str s, size_t *at);
/* The greatest scalar boundary that is not behind `at`, in valid UTF-8. */
size_t unicode_boundary(struct str s, size_t at);
bool unicode_valid(struct str s);
/* Columns on a terminal: 0 combining, 2 East Asian wide and fullwidth, else 1. */
unsigned unicode_width(uint32_t scalar);
/* Control, bidi control, line separator, or default ignorable other than a variation selector. */
bool unicode_hidden(uint32_t scalar);
bool unicode_space(uint32_t scalar); /* White_Space */
/* Adds the scalar at s.ptr[*at] in a form that is safe to show, moves *at behind it and returns
 * its width: hidden scalars become \u{..}, stray bytes \x.., and the bracket of `##[`, which a CI
 * service reads as a command wherever it stands, gets a backslash. Safe text is left as it is, so
 * escaping twice is escaping once. */
unsigned unicode_escape_next(struct strbuf *out, struct str s, size_t *at);
void unicode_escape(struct strbuf *out, struct str s);

/* Adds a scalar as UTF-8. */
void unicode_add(struct strbuf *out, uint32_t scalar);
/* What two scalars that follow each other are together in composed form (NFC); 0: they stay two. */
uint32_t unicode_compose(uint32_t first, uint32_t second);

/* How much of the text is, from its front, ASCII but NUL; printable ASCII. Eight bytes at a time:
 * most of any policy is nothing else. */
size_t unicode_ascii(struct str text);
size_t unicode_printable(struct str text);

/* The four hexadecimal digits that stand at a place; UINT32_MAX if they do not. */
uint32_t unicode_hex(struct str s, size_t at);

#endif
