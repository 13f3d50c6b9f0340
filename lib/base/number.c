#include "base/number.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if FLT_EVAL_METHOD != 0 || defined(__FAST_MATH__)
#error                                                                                     \
    "numbers are exact only where each operation rounds to a double: configure finds the flags"
#endif

/* Powers of ten that a double holds exactly. */
static const double exact_power[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10,
    1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* A number token taken apart: mantissa * 10^exponent, exact while `digits` <= 19. */
struct parts {
	bool negative;
	uint64_t mantissa;
	int digits; /* significant digits of the mantissa */
	long exponent;
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *
take_digits(const char *p, const char *end, struct parts *t, bool fraction)
{
	for (; p < end && is_digit(*p); p++) {
		if (t->digits < 19) {
			t->mantissa = t->mantissa * 10 + (uint64_t)(*p - '0');
			t->digits += t->mantissa != 0;
			t->exponent -= fraction;
		} else {
			t->digits++;
			t->exponent += !fraction;
		}
	}
	return p;
}

static const char *
take_exponent(const char *p, const char *end, struct parts *t)
{
	bool negative = false;
	long value = 0;
	const char *first;

	if (p < end && (*p == '+' || *p == '-'))
		negative = *p++ == '-';
	for (first = p; p < end && is_digit(*p); p++)
		if (value < 100000)
			value = value * 10 + (*p - '0');
	t->exponent += negative ? -value : value;
	return p == first ? NULL : p;
}

/* Take the token apart; returns whether it is a JSON number from its first byte to its
 * last. */
static bool
split(struct str s, struct parts *t)
{
	const char *p = s.s, *end = s.s + s.n, *first;

	*t = (struct parts){0};
	if (p < end && *p == '-')
		t->negative = true, p++;
	first = p;
	p = take_digits(p, end, t, false);
	if (p == first || (*first == '0' && p - first > 1))
		return false;
	if (p < end && *p == '.') {
		first = ++p;
		p = take_digits(p, end, t, true);
		if (p == first)
			return false;
	}
	if (p < end && (*p == 'e' || *p == 'E'))
		p = take_exponent(p + 1, end, t);
	return p == end;
}

/* The exact way for long mantissas and large exponents; the process keeps the C locale. */
static bool
slow_double(struct str s, double *r)
{
	char local[64], *copy = local;
	double v;

	if (s.n >= sizeof(local) && (copy = malloc(s.n + 1)) == NULL)
		return false;
	memcpy(copy, s.s, s.n);
	copy[s.n] = '\0';
	v = strtod(copy, NULL);
	if (copy != local)
		free(copy);
	if (!isfinite(v))
		return false;
	*r = v;
	return true;
}

bool
number_double(struct str s, double *r)
{
	struct parts t;
	double v;

	if (s.s == NULL || !split(s, &t))
		return false;
	/* Clinger's fast path: both factors are exact doubles, so one rounding gives the
	 * nearest. */
	if (t.digits > 19 || t.mantissa > (uint64_t)1 << 53 || t.exponent > 22 ||
	    t.exponent < -22)
		return slow_double(s, r);
	v = (double)t.mantissa;
	v = t.exponent < 0 ? v / exact_power[-t.exponent] : v * exact_power[t.exponent];
	*r = t.negative ? -v : v;
	return true;
}

bool
number_overflows(struct str s)
{
	struct parts t;
	double v;

	return s.s != NULL && split(s, &t) && !number_double(s, &v);
}

size_t
number_short(struct str s, bool *whole, int64_t *integer, double *real)
{
	const char *p = s.s, *end = s.s + s.n, *first, *fraction;
	bool negative = p < end && *p == '-';
	int64_t v = 0;

	first = p += negative;
	/* Sixteen digits fit, too, before they are found to be too many. */
	for (; p < end && is_digit(*p) && p - first < 16; p++)
		v = v * 10 + (*p - '0');
	if (p == first || p - first > 15 || (*first == '0' && p - first > 1))
		return 0;
	fraction = p;
	if (p < end && *p == '.') {
		for (p++; p < end && is_digit(*p) && p - first < 17; p++)
			v = v * 10 + (*p - '0');
		if (p == fraction + 1 || p - first > 16)
			return 0;
	}
	if (p < end && (is_digit(*p) || (*p | 32) == 'e'))
		return 0;
	if (p == fraction && negative && v == 0)
		return 0; /* an integer has no negative zero */
	*whole = p == fraction;
	if (*whole) {
		*integer = negative ? -v : v;
	} else {
		/* Both are exact, so that one rounding gives the nearest. */
		double magnitude = (double)v / exact_power[p - fraction - 1];

		*real = negative ? -magnitude : magnitude;
	}
	return (size_t)(p - s.s);
}

bool
number_integer(struct str s, int64_t *r)
{
	bool negative = s.n > 0 && s.s[0] == '-';
	uint64_t limit = (uint64_t)INT64_MAX + negative, v = 0;

	if (s.n == (size_t)negative)
		return false;
	for (size_t i = negative; i < s.n; i++) {
		unsigned d = (unsigned)(s.s[i] - '0');

		if (!is_digit(s.s[i]) || v > (limit - d) / 10)
			return false;
		v = v * 10 + d;
	}
	*r = negative ? (int64_t)(~v + 1) : (int64_t)v;
	return true;
}

bool
number_between(struct str s, int64_t min, int64_t max, int64_t *r)
{
	int64_t v;

	if (!number_integer(s, &v) || v < min || v > max)
		return false;
	*r = v;
	return true;
}

/*
 * Below a power of two doubles lie closer than above it, so that the nearest text of 16
 * digits may miss where the next one above it hits. Whether it does; `out` is then that
 * one.
 */
static bool
next_above(char out[static NUMBER_ROOM], double v)
{
	size_t digits;
	int exponent;

	if (fabs(frexp(v, &exponent)) != 0.5)
		return false;
	snprintf(out, NUMBER_ROOM, "%#.16g", v);
	digits = strcspn(out, "e");
	if (out[digits - 1] == '9')
		return false;
	out[digits - 1]++;
	return strtod(out, NULL) == v;
}

/* Writes digits before `end`; returns where they begin. */
static char *
put_digits(char *end, uint64_t digits)
{
	do
		*--end = (char)('0' + digits % 10);
	while ((digits /= 10) > 0);
	return end;
}

/* A whole number that an int64_t holds. */
static size_t
write_whole(char out[static NUMBER_ROOM], double v)
{
	char text[24], *end = text + sizeof(text), *p;

	p = put_digits(end - 2, (uint64_t)fabs(v));
	memcpy(end - 2, ".0", 2);
	if (v < 0.0)
		*--p = '-';
	memcpy(out, p, (size_t)(end - p));
	out[end - p] = '\0';
	return (size_t)(end - p);
}

#ifdef __SIZEOF_INT128__
__extension__ typedef unsigned __int128 wide;

/* Smaller fractions would need more than 128 bits. */
#define FRACTION_MIN 0x1p-10
#define MANTISSA_BITS 53

/* Writes digits / 10^places, which is less than 1 and more than 0. */
static char *
put_fraction(char *out, uint64_t digits, int places)
{
	char text[24], *end = text + sizeof(text), *p;

	for (; digits % 10 == 0; places--)
		digits /= 10;
	p = put_digits(end, digits);
	memcpy(out, "0.", 2);
	out += 2;
	for (int zeros = places - (int)(end - p); zeros > 0; zeros--)
		*out++ = '0';
	memcpy(out, p, (size_t)(end - p));
	return out + (end - p);
}

/*
 * A fraction m / 2^s is decimals / 10^k where these differ by half a unit of m's last place
 * at most, which whole numbers of 128 bits tell exactly. Returns the length, 0: it is none
 * of those that they can hold.
 */
static size_t
write_fraction(char out[static NUMBER_ROOM], double v)
{
	static const double bounds[] = {0.1, 0.01, 0.001};
	wide power = 1, decimals, rest, limit;
	int exponent, shift, zeros = 0;
	uint64_t mantissa;
	char *p = out;

	if (fabs(v) < FRACTION_MIN || fabs(v) >= 1.0)
		return 0;
	mantissa = (uint64_t)ldexp(frexp(fabs(v), &exponent), MANTISSA_BITS);
	/* The neighbours of a power of two are not equally far from it. */
	if (mantissa == UINT64_C(1) << (MANTISSA_BITS - 1))
		return 0;
	shift = MANTISSA_BITS - exponent;
	limit = (wide)1 << shift;
	while (zeros < 3 && fabs(v) < bounds[zeros])
		zeros++;
	for (int k = 0; k < DBL_DIG + zeros; k++)
		power *= 10;
	for (int digits = DBL_DIG;; digits++, power *= 10) {
		decimals = mantissa * power >> shift;
		rest = mantissa * power & (limit - 1);
		if (rest * 2 > limit || (rest * 2 == limit && decimals % 2 == 1)) {
			decimals++;
			rest = limit - rest;
		}
		if (rest * 2 < power || (rest * 2 == power && mantissa % 2 == 0) ||
		    digits == 17) {
			if (signbit(v))
				*p++ = '-';
			p = put_fraction(p, (uint64_t)decimals, digits + zeros);
			*p = '\0';
			return (size_t)(p - out);
		}
	}
}
#else
static size_t
write_fraction(char out[static NUMBER_ROOM], double v)
{
	(void)out;
	(void)v;
	return 0;
}
#endif

size_t
number_write(char out[static NUMBER_ROOM], double v)
{
	size_t n;

	if (!isfinite(v))
		return (size_t)snprintf(out, NUMBER_ROOM, "null");
	if (v == floor(v) && fabs(v) < 1e16)
		return write_whole(out, v);
	n = write_fraction(out, v);
	if (n > 0)
		return n;
	/* A normal number that 15 digits can tell has its fewest among those; a subnormal
	 * one has less. */
	for (int digits = fabs(v) < DBL_MIN ? 1 : DBL_DIG; digits <= 17; digits++) {
		snprintf(out, NUMBER_ROOM, "%.*g", digits, v);
		if (strtod(out, NULL) == v || (digits == 16 && next_above(out, v)))
			break;
	}
	return strlen(out);
}
