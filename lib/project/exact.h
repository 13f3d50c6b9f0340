/*
 * Exact sums: whatever the order in which numbers are added, mean and deviation are the
 * same to the bit. Each sum is a number in fixed point that holds all bits of its numbers.
 */
#ifndef PROJECT_EXACT_H
#define PROJECT_EXACT_H

#include <stdint.h>

/* Three digits below the point and one above it. */
#define EXACT_FRACTION 3
#define EXACT_DIGITS 4

/* All zero is the empty sum. */
struct exact {
	uint64_t digit[EXACT_DIGITS]; /* to the base 2^64, the lowest first: in units of
					 2^-192 */
};

/*
 * Adds x, in [0, 2^32); at most 2^32 - 1 numbers. Bits below 2^-192, which only numbers
 * below 2^-139 have, are left out, of each number by itself.
 */
void exact_add(struct exact *s, double x);

/* Adds the square of x, in [0, 1], likewise; nothing is left out of those from 2^-43 on. */
void exact_add_square(struct exact *s, double x);

/* Returns sum / n, rounded once; NaN if n is 0. */
double exact_mean(const struct exact *sum, uint32_t n);

/*
 * Returns the sample standard deviation (by n - 1) of n numbers in [0, 1] with this sum and
 * this sum of squares; the variance is rounded only when it is known. 0 if all are the
 * same, NaN if n is below 2.
 */
double exact_deviation(const struct exact *sum, const struct exact *squares, uint32_t n);

#endif
