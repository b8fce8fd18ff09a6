/* SPDX-License-Identifier: Apache-2.0
 *
 * The arena: a list of blocks, each served from front to back. Blocks double up to a bound, so a
 * small run stays small and a large one makes few calls to malloc. */
#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ALIGNMENT ((size_t)16)
#define FIRST_BLOCK ((size_t)64 * 1024)
#define LARGEST_BLOCK ((size_t)4 * 1024 * 1024)
#define CLEAR_BLOCK ((size_t)512 * 1024) /* so large that the system gives cleared pages */

struct block {
	struct block *next;
	size_t size; /* of data: whole units of ALIGNMENT */
	bool clear;  /* all that was not handed out is zero */
	_Alignas(16) unsigned char data[];
};

struct arena {
	unsigned char *at; /* the rest of the first block */
	size_t left;
	bool clear;
	struct block *blocks;
	size_t next_size, used;
};

/* The one exit outside main: there is nothing a caller could do, and nothing was written yet. */
static _Noreturn void out_of_memory(void)
{
	static const char message[] = "vulnctl: error: out of memory\n";
	ssize_t written = write(STDERR_FILENO, message, sizeof message - 1);

	(void)written;
	_exit(3);
}

static inline size_t aligned(size_t size)
{
	return (size + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
}

static struct block *block_new(size_t size)
{
	struct block *block;

	if (size > SIZE_MAX - sizeof *block - ALIGNMENT)
		out_of_memory();
	size = aligned(size);
	block = size < CLEAR_BLOCK ? malloc(sizeof *block + size) : calloc(1, sizeof *block + size);
	if (!block)
		out_of_memory();
	block->next = NULL;
	block->clear = size >= CLEAR_BLOCK;
	block->size = size;
	return block;
}

struct arena *arena_new(void)
{
	struct arena *arena = calloc(1, sizeof *arena);

	if (!arena)
		out_of_memory();
	arena->next_size = FIRST_BLOCK;
	return arena;
}

void arena_free(struct arena *arena)
{
	struct block *block, *next;

	if (!arena)
		return;
	for (block = arena->blocks; block; block = next) {
		next = block->next;
		free(block);
	}
	free(arena);
}

static void begin_block(struct arena *arena, struct block *block)
{
	arena->blocks = block;
	arena->at = block->data;
	arena->left = block->size;
	arena->clear = block->clear;
}

void arena_clear(struct arena *arena)
{
	struct block *block = arena->blocks, *next;

	arena->used = 0;
	if (!block)
		return;
	for (next = block->next; next; next = block->next) {
		block->next = next->next;
		free(next);
	}
	block->clear = false;
	begin_block(arena, block);
}

/* A block of its own for what is large, behind the current one, which keeps its free rest. */
static __attribute__((noinline)) void *alloc_large(struct arena *arena, size_t size)
{
	struct block *block = block_new(size);

	if (arena->blocks) {
		block->next = arena->blocks->next;
		arena->blocks->next = block;
	} else {
		begin_block(arena, block);
		arena->left = 0;
	}
	arena->used += block->size;
	return block->data;
}

static __attribute__((noinline)) void next_block(struct arena *arena, size_t size)
{
	struct block *block = block_new(arena->next_size > size ? arena->next_size : size);

	block->next = arena->blocks;
	begin_block(arena, block);
	if (arena->next_size < LARGEST_BLOCK)
		arena->next_size *= 2;
}

/* Even what has no bytes has a place. *clear: it is zero already. */
static inline void *alloc_raw(struct arena *arena, size_t size, bool *clear)
{
	unsigned char *data;

	size += !size;
	*clear = true;
	if (size > arena->left) {
		if (size > LARGEST_BLOCK / 4)
			return alloc_large(arena, size);
		next_block(arena, size);
	}
	data = arena->at;
	size = aligned(size);
	arena->at += size;
	arena->left -= size;
	arena->used += size;
	*clear = arena->clear;
	return data;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	bool clear;
	void *data = alloc_raw(arena, size, &clear);

	return clear ? data : memset(data, 0, size);
}

void *arena_room(struct arena *arena, size_t size)
{
	bool clear;

	return alloc_raw(arena, size, &clear);
}

static size_t product(size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total))
		out_of_memory();
	return total;
}

void *arena_array(struct arena *arena, size_t n, size_t size)
{
	return arena_alloc(arena, product(n, size));
}

void *arena_regrow(struct arena *arena, const void *old, size_t used, size_t n, size_t size)
{
	size_t total = product(n, size);
	bool clear;
	unsigned char *data = alloc_raw(arena, total, &clear);

	if (used)
		memcpy(data, old, used);
	if (total > used && !clear)
		memset(data + used, 0, total - used);
	return data;
}

size_t arena_used(const struct arena *arena)
{
	return arena->used;
}
