/* SPDX-License-Identifier: Apache-2.0
 *
 * SHA-256 as FIPS 180-4 writes it down: section 4.1.2 the functions, 4.2.2 the constants, 5.1.1 the
 * padding, 6.2.2 the rounds. Eight texts are digested side by side, each in its lane of a vector:
 * a text's own blocks wait for one another, those of different texts do not. */
#include "base/sha256.h"

#include <string.h>

enum { BLOCK = 64, LANES = 8 };

typedef uint32_t lanes __attribute__((vector_size(4 * LANES)));

/* The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
static const uint32_t constants[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
	0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
	0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
	0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
	0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
	0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
	0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
	0xc67178f2};

/* A text in its lane. */
struct job {
	const unsigned char *data;
	size_t blocks; /* of data, that are left */
	unsigned char last[2 * BLOCK];
	size_t last_blocks, last_at;
	size_t text; /* its number; SIZE_MAX: the lane is idle */
};

/* --- blocks --- */

#define ROTATE(x, n) ((x) >> (n) | (x) << (32 - (n)))

/* One round. In place of moving eight values on by one, the next round names them anew. */
#define STEP(word, a, b, c, d, e, f, g, h, i)                                                      \
	do {                                                                                       \
		word added = h + (constants[t + (i)] + w[t + (i)]) + (g ^ (e & (f ^ g))) +         \
			     (ROTATE(e, 6) ^ ROTATE(e, 11) ^ ROTATE(e, 25));                       \
		d += added;                                                                        \
		h = added + ((a & b) | (c & (a | b))) +                                            \
		    (ROTATE(a, 2) ^ ROTATE(a, 13) ^ ROTATE(a, 22));                                \
	} while (0)

/* A block's rounds, its first 16 words in w[64]; a `word` is one lane's or those of all. */
#define ROUNDS(word)                                                                               \
	do {                                                                                       \
		word a = hash[0], b = hash[1], c = hash[2], d = hash[3];                           \
		word e = hash[4], f = hash[5], g = hash[6], h = hash[7];                           \
                                                                                                   \
		for (size_t t = 16; t < 64; t++) {                                                 \
			word x = w[t - 15], y = w[t - 2];                                          \
                                                                                                   \
			w[t] = (ROTATE(y, 17) ^ ROTATE(y, 19) ^ y >> 10) + w[t - 7] +              \
			       (ROTATE(x, 7) ^ ROTATE(x, 18) ^ x >> 3) + w[t - 16];                \
		}                                                                                  \
		for (size_t t = 0; t < 64; t += 8) {                                               \
			STEP(word, a, b, c, d, e, f, g, h, 0);                                     \
			STEP(word, h, a, b, c, d, e, f, g, 1);                                     \
			STEP(word, g, h, a, b, c, d, e, f, 2);                                     \
			STEP(word, f, g, h, a, b, c, d, e, 3);                                     \
			STEP(word, e, f, g, h, a, b, c, d, 4);                                     \
			STEP(word, d, e, f, g, h, a, b, c, 5);                                     \
			STEP(word, c, d, e, f, g, h, a, b, 6);                                     \
			STEP(word, b, c, d, e, f, g, h, a, 7);                                     \
		}                                                                                  \
		hash[0] += a;                                                                      \
		hash[1] += b;                                                                      \
		hash[2] += c;                                                                      \
		hash[3] += d;                                                                      \
		hash[4] += e;                                                                      \
		hash[5] += f;                                                                      \
		hash[6] += g;                                                                      \
		hash[7] += h;                                                                      \
	} while (0)

static inline uint32_t word_at(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void add_block(uint32_t hash[8], const unsigned char *block)
{
	uint32_t w[64];

	for (size_t t = 0; t < 16; t++)
		w[t] = word_at(block + 4 * t);
	ROUNDS(uint32_t);
}

static inline __attribute__((always_inline)) void rounds(lanes hash[8],
							 const unsigned char *const *blocks)
{
	lanes w[64];

	for (size_t t = 0; t < 16; t++)
		w[t] = (lanes){word_at(blocks[0] + 4 * t), word_at(blocks[1] + 4 * t),
			       word_at(blocks[2] + 4 * t), word_at(blocks[3] + 4 * t),
			       word_at(blocks[4] + 4 * t), word_at(blocks[5] + 4 * t),
			       word_at(blocks[6] + 4 * t), word_at(blocks[7] + 4 * t)};
	ROUNDS(lanes);
}

typedef void add_blocks(lanes hash[8], const unsigned char *const *blocks);

static void add_blocks_anywhere(lanes hash[8], const unsigned char *const *blocks)
{
	rounds(hash, blocks);
}

#ifdef __x86_64__
__attribute__((target("avx2"))) static void add_blocks_avx2(lanes hash[8],
							    const unsigned char *const *blocks)
{
	rounds(hash, blocks);
}
#endif

/* The same text for all machines, compiled for what this one can. */
static add_blocks *fastest(void)
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx2"))
		return add_blocks_avx2;
#endif
	return add_blocks_anywhere;
}

/* --- texts in lanes --- */

static void begin(struct job *job, lanes hash[8], size_t lane, struct str text, size_t number)
{
	/* The fractional parts of the square roots of the first eight primes. */
	static const uint32_t first[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
					  0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
	size_t rest = text.len % BLOCK, last_size = rest + 9 > BLOCK ? 2 * BLOCK : BLOCK;
	uint64_t bits = (uint64_t)text.len * 8;

	*job = (struct job){.data = (const unsigned char *)text.ptr,
			    .blocks = text.len / BLOCK,
			    .last_blocks = last_size / BLOCK,
			    .text = number};
	if (rest)
		memcpy(job->last, text.ptr + (text.len - rest), rest);
	job->last[rest] = 0x80;
	for (size_t i = 0; i < 8; i++)
		job->last[last_size - 1 - i] = (unsigned char)(bits >> 8 * i);
	for (size_t i = 0; i < 8; i++)
		hash[i][lane] = first[i];
}

/* An idle lane digests what nobody reads. */
static const unsigned char *next_block(struct job *job)
{
	const unsigned char *block = job->data;

	if (job->blocks) {
		job->blocks--;
		job->data += BLOCK;
		return block;
	}
	block = job->last + job->last_at;
	if (job->last_blocks) {
		job->last_blocks--;
		job->last_at += job->last_blocks ? BLOCK : 0;
	}
	return block;
}

static struct str hex_of(struct arena *arena, const lanes hash[8], size_t lane)
{
	static const char digits[] = "0123456789abcdef";
	char *hex = arena_alloc(arena, SHA256_HEX);

	for (size_t i = 0; i < SHA256_HEX; i++)
		hex[i] = digits[hash[i / 8][lane] >> (28 - 4 * (i % 8)) & 15];
	return (struct str){hex, SHA256_HEX};
}

/* What is left of a text when no other waits. */
static void finish_alone(struct job *job, lanes hash[8], size_t lane)
{
	uint32_t own[8];

	for (size_t i = 0; i < 8; i++)
		own[i] = hash[i][lane];
	while (job->blocks || job->last_blocks)
		add_block(own, next_block(job));
	for (size_t i = 0; i < 8; i++)
		hash[i][lane] = own[i];
}

static void advance(struct job jobs[LANES], lanes hash[8], add_blocks *add)
{
	const unsigned char *blocks[LANES];

	for (size_t lane = 0; lane < LANES; lane++)
		blocks[lane] = next_block(&jobs[lane]);
	add(hash, blocks);
}

void sha256_hex(struct arena *arena, const struct str *texts, size_t n, struct str *digests)
{
	add_blocks *add = fastest();
	struct job jobs[LANES];
	lanes hash[8] = {0};
	size_t next = 0, done = 0, busy = 0;

	for (size_t lane = 0; lane < LANES; lane++)
		jobs[lane] = (struct job){.data = jobs[lane].last, .text = SIZE_MAX};
	while (done < n) {
		for (size_t lane = 0; lane < LANES; lane++) {
			if (jobs[lane].text == SIZE_MAX && next < n) {
				begin(&jobs[lane], hash, lane, texts[next], next);
				next++;
			}
			if (jobs[lane].text != SIZE_MAX)
				busy = lane;
		}
		if (n - done == 1)
			finish_alone(&jobs[busy], hash, busy);
		else
			advance(jobs, hash, add);
		for (size_t lane = 0; lane < LANES; lane++) {
			if (jobs[lane].text == SIZE_MAX || jobs[lane].blocks ||
			    jobs[lane].last_blocks)
				continue;
			digests[jobs[lane].text] = hex_of(arena, hash, lane);
			jobs[lane].text = SIZE_MAX;
			done++;
		}
	}
}
