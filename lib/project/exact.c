#include "project/exact.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define DIGIT_BITS 64
/* The place of the point, in bits. */
#define POINT (EXACT_FRACTION * DIGIT_BITS)

/* For products and quotients digits are halved. */
#define HALF_BITS 32
#define HALVES (2 * EXACT_DIGITS)
/* Halves of a quotient: the first may be 0, the second is not then; 64 bits follow. */
#define QUOTIENT 4
/* Halves of n * squares and sum * sum. */
#define WIDE (2 * HALVES)

/* A double as an integer times a power of two. */
#define FRACTION_BITS 52
#define EXPONENT_MASK 0x7ff
#define BIAS 1075

/* Adds m * 2^at, in the scale of the lowest bit; what is below it is left out. */
static inline void
add_bits(uint64_t *digit, uint64_t m, int at)
{
	/* Without branches that depend on the number: they would cost most of the time. */
	unsigned out = at >= 0 ? 0 : at > -DIGIT_BITS ? (unsigned)-at : DIGIT_BITS;
	unsigned place = at >= 0 ? (unsigned)at : 0, shift = place % DIGIT_BITS;
	size_t i = place / DIGIT_BITS;
	uint64_t high;

	m = out < DIGIT_BITS ? m >> (out % DIGIT_BITS) : 0;
	high = m >> 1 >> (DIGIT_BITS - 1 - shift);
	m <<= shift;
	digit[i] += m;
	high += digit[i] < m;
	digit[++i] += high;
	for (bool carry = digit[i] < high; carry; carry = digit[i] == 0)
		digit[++i]++;
}

/* x = *m * 2^*at, in the scale of the lowest bit of a sum. */
static inline void
take_apart(double x, uint64_t *m, int *at)
{
	uint64_t bits;
	int exponent;

	memcpy(&bits, &x, sizeof(bits));
	exponent = (int)(bits >> FRACTION_BITS & EXPONENT_MASK);
	*m = (bits & ((UINT64_C(1) << FRACTION_BITS) - 1)) |
	    (uint64_t)(exponent > 0) << FRACTION_BITS;
	*at = exponent + (exponent == 0) - BIAS + POINT;
}

void
exact_add(struct exact *s, double x)
{
	uint64_t m;
	int at;

	take_apart(x, &m, &at);
	add_bits(s->digit, m, at);
}

void
exact_add_square(struct exact *s, double x)
{
	uint64_t m, low, cross, high;
	int at;

	take_apart(x, &m, &at);
	at = 2 * at - POINT;
	high = m >> HALF_BITS;
	low = m & UINT32_MAX;
	cross = 2 * low * high;
	low *= low;
	high *= high;
	low += cross << HALF_BITS;
	high += (cross >> HALF_BITS) + (low < cross << HALF_BITS);
	add_bits(s->digit, low, at);
	add_bits(s->digit, high, at + DIGIT_BITS);
}

/*
 * The double next to the number with `n` halves, the lowest of which counts 2^exponent;
 * `rest`: it is a little more. Of its 64 highest bits the last also says whether there are
 * more, so that converting them rounds once, to even.
 */
static double
round_halves(const uint32_t *half, size_t n, int exponent, bool rest)
{
	uint32_t third;
	uint64_t top;
	int lead = 0;

	while (n > 0 && half[n - 1] == 0)
		n--;
	if (n == 0)
		return 0.0;
	top = (uint64_t)half[n - 1] << HALF_BITS | (n > 1 ? half[n - 2] : 0);
	third = n > 2 ? half[n - 3] : 0;
	for (; top >> 63 == 0; lead++) {
		top = top << 1 | third >> (HALF_BITS - 1);
		third <<= 1;
	}
	rest |= third != 0;
	for (size_t i = 0; i + 3 < n; i++)
		rest |= half[i] != 0;
	return ldexp((double)(top | rest), exponent + ((int)n - 2) * HALF_BITS - lead);
}

static uint32_t
half_of(const struct exact *s, size_t i)
{
	return (uint32_t)(s->digit[i / 2] >> (i % 2 * HALF_BITS));
}

double
exact_mean(const struct exact *sum, uint32_t n)
{
	uint32_t quotient[QUOTIENT];
	uint64_t rest = 0;
	int at = HALVES;
	bool more;

	if (n == 0)
		return (double)NAN;
	while (at > 0 && half_of(sum, (size_t)at - 1) == 0)
		at--;
	for (size_t i = QUOTIENT; i-- > 0;) {
		at--;
		rest = rest << HALF_BITS | (at < 0 ? 0 : half_of(sum, (size_t)at));
		quotient[i] = (uint32_t)(rest / n);
		rest %= n;
	}
	more = rest > 0;
	for (int i = 0; i < at; i++)
		more |= half_of(sum, (size_t)i) != 0;
	return round_halves(quotient, QUOTIENT, at * HALF_BITS - POINT, more);
}

/* r += a * b * 2^(32 * at); r has WIDE halves and room for it. */
static void
add_product(uint32_t *r, const struct exact *a, uint32_t b, size_t at)
{
	uint64_t carry = 0;

	for (size_t i = 0; i < HALVES || carry != 0; i++) {
		carry += (i < HALVES ? (uint64_t)half_of(a, i) * b : 0) + r[at + i];
		r[at + i] = (uint32_t)carry;
		carry >>= HALF_BITS;
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
	add_product(a, squares, n, 2 * EXACT_FRACTION);
	for (size_t i = 0; i < HALVES; i++)
		add_product(b, sum, half_of(sum, i), i);
	/* Of equal numbers so small that bits were left out it is below 0. */
	if (!subtract(a, b))
		return 0.0;
	spread = round_halves(a, WIDE, -2 * POINT, false);
	return sqrt(spread / ((double)n * (double)(n - 1)));
}
