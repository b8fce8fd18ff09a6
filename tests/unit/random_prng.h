/* SPDX-License-Identifier: Apache-2.0
 *
 * A generator of numbers for random tests: the same seed gives the same numbers on every machine.
 * Neighbouring seeds give unrelated streams, so a run over seeds n, n + 1, … is a random one, and
 * each of its cases can be repeated alone. */
#ifndef TESTS_UNIT_RANDOM_PRNG_H
#define TESTS_UNIT_RANDOM_PRNG_H

#include <stdbool.h>
#include <stdint.h>

struct prng {
	uint64_t state; /* never 0 */
};

/* The finalizer of splitmix64: scatters neighbouring seeds. */
static inline struct prng prng_of(uint64_t seed)
{
	uint64_t z = seed + UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	z ^= z >> 31;
	return (struct prng){z ? z : 1};
}

/* xorshift64*; its high bits are the good ones. */
static inline uint32_t prng_next(struct prng *r)
{
	r->state ^= r->state >> 12;
	r->state ^= r->state << 25;
	r->state ^= r->state >> 27;
	return (uint32_t)((r->state * UINT64_C(0x2545f4914f6cdd1d)) >> 32);
}

/* 0 … n - 1 */
static inline unsigned below(struct prng *r, size_t n)
{
	return (unsigned)(((uint64_t)prng_next(r) * n) >> 32);
}

static inline bool chance(struct prng *r, unsigned percent)
{
	return below(r, 100) < percent;
}

#define ONE_OF(r, array) ((array)[below((r), sizeof(array) / sizeof *(array))])

#endif
