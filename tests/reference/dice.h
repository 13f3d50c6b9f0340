/*
 * Random numbers that are the same in every run (Steele, Lea and Flood 2014, SplitMix64).
 */
#ifndef REFERENCE_DICE_H
#define REFERENCE_DICE_H

#include <stdbool.h>
#include <stdint.h>

struct dice {
	uint64_t state; /* the seed */
};

/* Any 64 bits. */
uint64_t dice_bits(struct dice *d);

/* 0 <= r < n, n > 0. */
uint32_t dice_below(struct dice *d, uint32_t n);

/* 0 <= r < 1. */
double dice_unit(struct dice *d);

/* True once in n times. */
bool dice_once_in(struct dice *d, uint32_t n);

/*
 * Whether to try a case: true for `percent` of them. AM_CASES in the environment multiplies
 * that (in per cent, so 100 without): tools/check --all tries all, sanitizers fewer.
 */
bool dice_tries(struct dice *d, uint32_t percent);

#endif
