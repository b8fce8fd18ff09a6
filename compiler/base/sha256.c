/* SPDX-License-Identifier: Apache-2.0
 *
 * SHA-256 as FIPS 180-4 writes it down: section 4.1.2 the functions, 4.2.2 the constants, 5.1.1 the
 * padding, 6.2.2 the rounds. */
#include "base/sha256.h"

#include <string.h>

#define BLOCK 64

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

static uint32_t rotate(uint32_t x, unsigned n)
{
	return x >> n | x << (32 - n);
}

static uint32_t word_at(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void schedule(const unsigned char *block, uint32_t w[64])
{
	for (size_t t = 0; t < 16; t++)
		w[t] = word_at(block + 4 * t);
	for (size_t t = 16; t < 64; t++) {
		uint32_t a = w[t - 15], b = w[t - 2];
		uint32_t s0 = rotate(a, 7) ^ rotate(a, 18) ^ a >> 3;
		uint32_t s1 = rotate(b, 17) ^ rotate(b, 19) ^ b >> 10;

		w[t] = s1 + w[t - 7] + s0 + w[t - 16];
	}
}

/* One round. In place of moving eight values on by one, the next round names them anew. */
static inline void step(const uint32_t v[8], uint32_t *fourth, uint32_t *last, uint32_t added)
{
	uint32_t a = v[0], b = v[1], c = v[2], e = v[4], f = v[5], g = v[6];
	uint32_t choice = g ^ (e & (f ^ g));
	uint32_t majority = (a & b) | (c & (a | b));
	uint32_t t1 = *last + added + choice + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25));

	*fourth += t1;
	*last = t1 + majority + (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22));
}

#define STEP(a, b, c, d, e, f, g, h, i)                                                            \
	step((const uint32_t[8]){a, b, c, d, e, f, g, h}, &(d), &(h),                              \
	     constants[t + (i)] + w[t + (i)])

static void add_block(uint32_t hash[8], const unsigned char *block)
{
	uint32_t w[64];
	uint32_t a = hash[0], b = hash[1], c = hash[2], d = hash[3];
	uint32_t e = hash[4], f = hash[5], g = hash[6], h = hash[7];

	schedule(block, w);
	for (size_t t = 0; t < 64; t += 8) {
		STEP(a, b, c, d, e, f, g, h, 0);
		STEP(h, a, b, c, d, e, f, g, 1);
		STEP(g, h, a, b, c, d, e, f, 2);
		STEP(f, g, h, a, b, c, d, e, 3);
		STEP(e, f, g, h, a, b, c, d, 4);
		STEP(d, e, f, g, h, a, b, c, 5);
		STEP(c, d, e, f, g, h, a, b, 6);
		STEP(b, c, d, e, f, g, h, a, 7);
	}
	hash[0] += a;
	hash[1] += b;
	hash[2] += c;
	hash[3] += d;
	hash[4] += e;
	hash[5] += f;
	hash[6] += g;
	hash[7] += h;
}

void sha256(struct str text, unsigned char digest[SHA256_SIZE])
{
	/* The fractional parts of the square roots of the first eight primes. */
	uint32_t hash[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
			    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
	const unsigned char *data = (const unsigned char *)text.ptr;
	size_t whole = text.len / BLOCK * BLOCK, rest = text.len - whole;
	size_t last_size = rest + 9 > BLOCK ? 2 * BLOCK : BLOCK;
	unsigned char last[2 * BLOCK] = {0};
	uint64_t bits = (uint64_t)text.len * 8;

	for (size_t at = 0; at < whole; at += BLOCK)
		add_block(hash, data + at);
	if (rest)
		memcpy(last, data + whole, rest);
	last[rest] = 0x80;
	for (size_t i = 0; i < 8; i++)
		last[last_size - 1 - i] = (unsigned char)(bits >> 8 * i);
	for (size_t at = 0; at < last_size; at += BLOCK)
		add_block(hash, last + at);
	for (size_t i = 0; i < SHA256_SIZE; i++)
		digest[i] = (unsigned char)(hash[i / 4] >> (24 - 8 * (i % 4)));
}

struct str sha256_hex(struct arena *arena, struct str text)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char digest[SHA256_SIZE];
	char *hex = arena_alloc(arena, 2 * SHA256_SIZE);

	sha256(text, digest);
	for (size_t i = 0; i < SHA256_SIZE; i++) {
		hex[2 * i] = digits[digest[i] >> 4];
		hex[2 * i + 1] = digits[digest[i] & 15];
	}
	return (struct str){hex, 2 * SHA256_SIZE};
}
