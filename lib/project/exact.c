#include "project/exact.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define DIGIT_BITS 32
/* The place of the point, in bits. */
#define POINT (EXACT_FRACTION * DIGIT_BITS)
/* A quotient has more digits below the point, so that all its bits that count are there. */
#define MORE 3
/* Digits of n * squares and sum * sum. */
#define WIDE (2 * EXACT_DIGITS)

/* A double as an integer times a power of two. */
#define FRACTION_BITS 52
#define BIAS 1075

/* Adds m * 2^at, in the scale of the lowest bit; what is below it is left out. */
static void
add_bits(uint32_t *digit, uint64_t m, int at)
{
	uint64_t low, high, carry;
	unsigned shift;
	size_t i;

	if (at < 0) {
		m = at > -64 ? m >> -at : 0;
		at = 0;
	}
	i = (size_t)at / DIGIT_BITS;
	shift = (unsigned)at % DIGIT_BITS;
	low = (m & UINT32_MAX) << shift;
	high = (m >> DIGIT_BITS) << shift;
	carry = (uint64_t)digit[i] + (uint32_t)low;
	digit[i] = (uint32_t)carry;
	high += (carry >> DIGIT_BITS) + (low >> DIGIT_BITS);
	while (high != 0) {
		high += digit[++i];
		digit[i] = (uint32_t)high;
		high >>= DIGIT_BITS;
	}
}

/* x = *m * 2^*at, in the scale of the lowest bit of a sum. */
static void
take_apart(double x, uint64_t *m, int *at)
{
	uint64_t bits;
	int exponent;

	memcpy(&bits, &x, sizeof(bits));
	exponent = (int)(bits >> FRACTION_BITS);
	*m = bits & ((UINT64_C(1) << FRACTION_BITS) - 1);
	if (exponent > 0)
		*m |= UINT64_C(1) << FRACTION_BITS;
	else
		exponent = 1;
	*at = exponent - BIAS + POINT;
}

void
exact_add(struct exact *s, double x)
{
	uint64_t m;
	int at;

	if (x == 0.0)
		return;
	take_apart(x, &m, &at);
	add_bits(s->digit, m, at);
}

void
exact_add_square(struct exact *s, double x)
{
	enum { HALF = 27 };
	uint64_t m, low, high;
	int at;

	if (x == 0.0 || x == 1.0) {
		exact_add(s, x);
		return;
	}
	take_apart(x, &m, &at);
	at = 2 * at - POINT;
	low = m & ((UINT64_C(1) << HALF) - 1);
	high = m >> HALF;
	add_bits(s->digit, low * low, at);
	add_bits(s->digit, low * high, at + HALF + 1);
	add_bits(s->digit, high * high, at + 2 * HALF);
}

/*
 * The double next to the number with `n` digits, the lowest of which counts 2^exponent;
 * `rest`: it is a little more. Of its 64 highest bits the last also says whether there are
 * more, so that converting them rounds once, to even.
 */
static double
round_digits(const uint32_t *digit, size_t n, int exponent, bool rest)
{
	uint32_t third;
	uint64_t top;
	int lead = 0;

	while (n > 0 && digit[n - 1] == 0)
		n--;
	if (n == 0)
		return 0.0;
	top = (uint64_t)digit[n - 1] << DIGIT_BITS | (n > 1 ? digit[n - 2] : 0);
	third = n > 2 ? digit[n - 3] : 0;
	for (; top >> 63 == 0; lead++) {
		top = top << 1 | third >> (DIGIT_BITS - 1);
		third <<= 1;
	}
	rest |= third != 0;
	for (size_t i = 0; i + 3 < n; i++)
		rest |= digit[i] != 0;
	return ldexp((double)(top | rest), exponent + ((int)n - 2) * DIGIT_BITS - lead);
}

double
exact_mean(const struct exact *sum, uint32_t n)
{
	uint32_t quotient[EXACT_DIGITS + MORE];
	uint64_t rest = 0;

	if (n == 0)
		return (double)NAN;
	for (size_t i = EXACT_DIGITS + MORE; i-- > 0;) {
		rest = rest << DIGIT_BITS | (i < MORE ? 0 : sum->digit[i - MORE]);
		quotient[i] = (uint32_t)(rest / n);
		rest %= n;
	}
	return round_digits(
	    quotient, EXACT_DIGITS + MORE, -POINT - MORE * DIGIT_BITS, rest > 0);
}

/* r += a * b * 2^(32 * at); r has WIDE digits and room for it. */
static void
add_product(uint32_t *r, const uint32_t *a, size_t n, uint32_t b, size_t at)
{
	uint64_t carry = 0;

	for (size_t i = 0; i < n || carry != 0; i++) {
		carry += (i < n ? (uint64_t)a[i] * b : 0) + r[at + i];
		r[at + i] = (uint32_t)carry;
		carry >>= DIGIT_BITS;
	}
}

/* a -= b; false if that is below 0. */
static bool
subtract(uint32_t *a, const uint32_t *b)
{
	uint64_t borrow = 0;

	for (size_t i = 0; i < WIDE; i++) {
		uint64_t difference = (uint64_t)a[i] - b[i] - borrow;

		a[i] = (uint32_t)difference;
		borrow = difference >> 63;
	}
	return borrow == 0;
}

double
exact_deviation(const struct exact *sum, const struct exact *squares, uint32_t n)
{
	uint32_t a[WIDE] = {0}, b[WIDE] = {0};
	double spread;

	if (n < 2)
		return (double)NAN;
	/* n * sum of squares - square of the sum, in the scale of 2^-384. */
	add_product(a, squares->digit, EXACT_DIGITS, n, EXACT_FRACTION);
	for (size_t i = 0; i < EXACT_DIGITS; i++)
		add_product(b, sum->digit, EXACT_DIGITS, sum->digit[i], i);
	/* Of equal numbers so small that bits were left out it is below 0. */
	if (!subtract(a, b))
		return 0.0;
	spread = round_digits(a, WIDE, -2 * POINT, false);
	return sqrt(spread / ((double)n * (double)(n - 1)));
}
