#include "base/decimal.h"

#include <assert.h>

#include "base/array.h"

static const int64_t powers[] = {INT64_C(1), INT64_C(10), INT64_C(100), INT64_C(1000),
    INT64_C(10000), INT64_C(100000), INT64_C(1000000), INT64_C(10000000),
    INT64_C(100000000), INT64_C(1000000000), INT64_C(10000000000), INT64_C(100000000000),
    INT64_C(1000000000000), INT64_C(10000000000000), INT64_C(100000000000000),
    INT64_C(1000000000000000), INT64_C(10000000000000000), INT64_C(100000000000000000),
    DECIMAL_ONE};
static_assert(N_OF(powers) == DECIMAL_PLACES + 1, "10^0 .. 10^18");

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The exponent of a token whose digits end at `p`; far off is as good as out of range. */
static int64_t
exponent_at(const char *p, const char *end)
{
	bool negative = false;
	int64_t v = 0;

	for (p += p < end; p < end; p++)
		if (*p == '-')
			negative = true;
		else if (is_digit(*p) && v < INT64_C(1) << 40)
			v = v * 10 + (*p - '0');
	return negative ? -v : v;
}

/* A digit that stands for digit * 10^place. */
static bool
add_digit(struct decimal *r, int digit, int64_t place)
{
	if (digit == 0)
		return true;
	if (place > DECIMAL_PLACES || place < -DECIMAL_PLACES)
		return false;
	if (place < 0) {
		r->atto += digit * powers[DECIMAL_PLACES + place];
		return true;
	}
	if (digit > DECIMAL_MAX / powers[place] ||
	    r->whole > DECIMAL_MAX - digit * powers[place])
		return false;
	r->whole += digit * powers[place];
	return true;
}

static struct decimal
negated(struct decimal v)
{
	return v.atto == 0 ? (struct decimal){-v.whole, 0}
			   : (struct decimal){-v.whole - 1, DECIMAL_ONE - v.atto};
}

bool
decimal_read(struct str token, struct decimal *r)
{
	const char *p = token.s, *end = token.s + token.n, *digits_end, *point;
	bool negative = p < end && *p == '-';
	struct decimal v = {0};
	int64_t place;

	p += negative;
	for (point = p; point < end && is_digit(*point);)
		point++;
	for (digits_end = point; digits_end < end && (*digits_end | 32) != 'e';)
		digits_end++;
	place = point - p + exponent_at(digits_end, end);
	for (; p < digits_end; p++)
		if (*p != '.' && !add_digit(&v, *p - '0', --place))
			return false;
	/* The places go beyond the limit where the whole is at it. */
	if (v.whole == DECIMAL_MAX && v.atto > 0)
		return false;
	*r = negative ? negated(v) : v;
	return true;
}

int64_t
decimal_fraction(const char *digits, size_t n)
{
	int64_t v = 0;

	for (size_t i = 0; i < n && i < DECIMAL_PLACES; i++)
		v += (digits[i] - '0') * powers[DECIMAL_PLACES - 1 - i];
	return v;
}

int
decimal_compare(const struct decimal *a, const struct decimal *b)
{
	if (a->whole != b->whole)
		return a->whole < b->whole ? -1 : 1;
	return (a->atto > b->atto) - (a->atto < b->atto);
}

struct decimal
decimal_subtract(const struct decimal *a, const struct decimal *b)
{
	bool borrow = a->atto < b->atto;

	return (struct decimal){
	    a->whole - b->whole - borrow, a->atto - b->atto + (borrow ? DECIMAL_ONE : 0)};
}

double
decimal_double(const struct decimal *a)
{
	return (double)a->whole + (double)a->atto / 1e18;
}

/* The fewest places, in steps of three, that both have. */
static int
common_places(const struct decimal *a, const struct decimal *b)
{
	int places = 0;

	while (a->atto % powers[DECIMAL_PLACES - places] != 0 ||
	    b->atto % powers[DECIMAL_PLACES - places] != 0)
		places += 3;
	return places;
}

double
decimal_ratio(const struct decimal *a, const struct decimal *b)
{
	int places = common_places(a, b);
	int64_t unit = powers[DECIMAL_PLACES - places];

	if (b->whole >= INT64_MAX / powers[places])
		return decimal_double(a) / decimal_double(b);
	return (double)(a->whole * powers[places] + a->atto / unit) /
	    (double)(b->whole * powers[places] + b->atto / unit);
}
