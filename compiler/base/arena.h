/* SPDX-License-Identifier: Apache-2.0
 *
 * One arena per run: text, tree, normal form, diagnostics and artefacts live in it and are freed
 * once. Nothing in it is freed singly, so no function has to document ownership.
 * Price: memory is only given back at the end. Running out of memory ends the process with exit
 * code 3 and one line on standard error (the only exit outside main). */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena);

/* Zeroed memory, aligned to 16 bytes. */
void *arena_alloc(struct arena *arena, size_t size);
/* The same, with whatever stands there: for who writes all that is ever read. */
void *arena_room(struct arena *arena, size_t size);
/* n * size bytes; an overflow of the product counts as running out of memory. */
void *arena_array(struct arena *arena, size_t n, size_t size);
/* A copy of old's used bytes in a block of n * size bytes (old may be NULL). */
void *arena_regrow(struct arena *arena, const void *old, size_t used, size_t n, size_t size);
/* Takes back all that was handed out: for scratch, filled again and again. */
void arena_clear(struct arena *arena);
/* Bytes handed out so far. */
size_t arena_used(const struct arena *arena);

#define ARENA_NEW(arena, T) ((T *)arena_alloc((arena), sizeof(T)))
#define ARENA_ARRAY(arena, T, n) ((T *)arena_array((arena), (n), sizeof(T)))

#endif
