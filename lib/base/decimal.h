/*
 * Exact decimal numbers, to subtract points in time before they become doubles: today a
 * double of seconds since 1970 is exact to a quarter of a microsecond.
 */
#ifndef BASE_DECIMAL_H
#define BASE_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* Decimal places, and 1 in units of the last of them. */
#define DECIMAL_PLACES 18
#define DECIMAL_ONE INT64_C(1000000000000000000)

/* The largest |whole| of a number that is read: the difference of two fits an int64_t. */
#define DECIMAL_MAX INT64_C(4000000000000000000)

/* whole + atto / DECIMAL_ONE; 0 <= atto < DECIMAL_ONE, also of negative numbers. */
struct decimal {
	int64_t whole, atto;
};

/*
 * Reads a token that number_double() takes, exactly. Returns false, and leaves *r
 * untouched, if it lies beyond DECIMAL_MAX or has a digit other than 0 behind
 * DECIMAL_PLACES places.
 */
bool decimal_read(struct str token, struct decimal *r);

/* Reads the `n` digits of a fraction, "245" of 0.245; those behind DECIMAL_PLACES are cut
 * off. */
int64_t decimal_fraction(const char *digits, size_t n);

/* Compares two: < 0, 0, > 0. */
int decimal_compare(const struct decimal *a, const struct decimal *b);

/* Returns a - b, exactly. Both must lie within DECIMAL_MAX, as what was read does. */
struct decimal decimal_subtract(const struct decimal *a, const struct decimal *b);

/* Returns the double next to it, or the one beside that; never a smaller one for a larger
 * number. */
double decimal_double(const struct decimal *a);

/*
 * Returns a / b of 0 <= a <= b, b > 0. The result is the double next to the quotient where
 * both are whole multiples of the smaller of their last places (taken in thousands) that 53
 * bits can count; else it is within two units of its last place.
 */
double decimal_ratio(const struct decimal *a, const struct decimal *b);

#endif
