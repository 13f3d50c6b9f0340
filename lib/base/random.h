/*
 * Random numbers that are the same on every machine for the same seed: no floating point,
 * no state but the caller's. Not for secrets.
 *
 * Source: D. Blackman, S. Vigna, Scrambled Linear Pseudorandom Number Generators (2021):
 * xoshiro256**, whose state is filled by splitmix64 as its authors advise.
 */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stdint.h>

struct random {
	uint64_t state[4];
};

/* Begins the sequence of a seed; any seed will do. */
void random_seed(struct random *r, uint64_t seed);

/* The next 64 bits of the sequence. */
uint64_t random_next(struct random *r);

/* A whole number in [0, n), each as likely as any other; n > 0. */
uint64_t random_below(struct random *r, uint64_t n);

#endif
