#include "base/datetime.h"

#include <math.h>
#include <stdio.h>

/* What is left to read. */
struct cursor {
	const char *p, *end;
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
take_one_of(struct cursor *c, char a, char b)
{
	if (c->p == c->end || (*c->p != a && *c->p != b))
		return false;
	c->p++;
	return true;
}

/* Exactly `digits` digits, and the number not above `max`. */
static bool
take_number(struct cursor *c, int digits, int max, int *r)
{
	int v = 0;

	for (; digits > 0; digits--) {
		if (c->p == c->end || !is_digit(*c->p))
			return false;
		v = v * 10 + (*c->p++ - '0');
	}
	*r = v;
	return v <= max;
}

static bool
take_fraction(struct cursor *c, int64_t *atto)
{
	const char *first;

	if (!take_one_of(c, '.', ','))
		return true;
	for (first = c->p; c->p < c->end && is_digit(*c->p);)
		c->p++;
	*atto = decimal_fraction(first, (size_t)(c->p - first));
	return c->p > first;
}

static bool
take_offset(struct cursor *c, int *minutes)
{
	bool west = c->p < c->end && *c->p == '-';
	int h, m = 0;

	*minutes = 0;
	if (c->p == c->end || take_one_of(c, 'Z', 'z'))
		return true;
	if (!take_one_of(c, '+', '-') || !take_number(c, 2, 23, &h))
		return false;
	if (c->p < c->end) {
		take_one_of(c, ':', ':');
		if (!take_number(c, 2, 59, &m))
			return false;
	}
	*minutes = (h * 60 + m) * (west ? -1 : 1);
	return true;
}

static bool
date_exists(int y, int m, int d)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;

	return m >= 1 && m <= 12 && d >= 1 && d <= days[m - 1] + (m == 2 && leap);
}

/* Days since 1970-01-01 of the proleptic Gregorian calendar, y >= 0 (Hinnant,
 * "chrono-Compatible Low-Level Date Algorithms", days_from_civil). */
static int64_t
days_of(int y, int m, int d)
{
	int shifted = m <= 2 ? y - 1 : y;
	int era = shifted >= 0 ? shifted / 400 : -1;
	int year = shifted - era * 400;
	int day = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1;

	return (int64_t)era * 146097 + (year * 365 + year / 4 - year / 100 + day) - 719468;
}

bool
datetime_days(int year, int month, int day, int64_t *r)
{
	if (year < 0 || year > 9999 || !date_exists(year, month, day))
		return false;
	*r = days_of(year, month, day);
	return true;
}

/* The way back (the same source, civil_from_days), for days not before the year 0. */
static void
date_of(int64_t days, int *y, int *m, int *d)
{
	int64_t z = days + 719468, era = z / 146097, in_era = z % 146097;
	int64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	int64_t in_year = in_era - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * in_year + 2) / 153;

	*d = (int)(in_year - (153 * month + 2) / 5 + 1);
	*m = (int)(month < 10 ? month + 3 : month - 9);
	*y = (int)(year + era * 400 + (*m <= 2));
}

/* `days` and `seconds` may be out of step by a day; refuses years that MySQL does not hold.
 */
static bool
write_utc(int64_t days, int64_t seconds, int micros, char out[static DATETIME_ROOM])
{
	int y, m, d, s;

	days += seconds < 0 ? -1 : seconds / 86400;
	s = (int)((seconds + 86400) % 86400);
	if (days < days_of(1000, 1, 1) || days > days_of(9999, 12, 31))
		return false;
	date_of(days, &y, &m, &d);
	snprintf(out, DATETIME_ROOM, "%04u-%02u-%02u %02u:%02u:%02u.%06u",
	    (unsigned)y % 10000, (unsigned)m % 100, (unsigned)d % 100,
	    (unsigned)s / 3600 % 24, (unsigned)s / 60 % 60, (unsigned)s % 60,
	    (unsigned)micros % 1000000);
	return true;
}

/* HH:MM[:SS[.f]] and what follows, from midnight on: `atto` beside the seconds. */
static bool
take_time(struct cursor *c, int64_t *seconds, int64_t *atto)
{
	int h, m, sec = 0, offset;

	if (!take_number(c, 2, 23, &h) || !take_one_of(c, ':', ':') ||
	    !take_number(c, 2, 59, &m))
		return false;
	if (take_one_of(c, ':', ':') &&
	    (!take_number(c, 2, 59, &sec) || !take_fraction(c, atto)))
		return false;
	if (!take_offset(c, &offset))
		return false;
	*seconds = h * 3600 + m * 60 + sec - offset * 60;
	return c->p == c->end;
}

/* The day since 1970, and what is to be added to its midnight; a date alone is that. */
static bool
take_all(struct str s, int64_t *day, int64_t *seconds, int64_t *atto)
{
	struct cursor c = {s.s, s.s + s.n};
	int y, m, d;

	*seconds = *atto = 0;
	if (s.n == 0 || !take_number(&c, 4, 9999, &y) || !take_one_of(&c, '-', '-') ||
	    !take_number(&c, 2, 12, &m) || !take_one_of(&c, '-', '-') ||
	    !take_number(&c, 2, 31, &d) || !datetime_days(y, m, d, day))
		return false;
	if (c.p == c.end)
		return true;
	return (take_one_of(&c, 'T', 't') || take_one_of(&c, ' ', ' ')) &&
	    take_time(&c, seconds, atto);
}

static int
micros_of(int64_t atto)
{
	return (int)(atto / (DECIMAL_ONE / 1000000));
}

bool
datetime_read(struct str s, char out[static DATETIME_ROOM])
{
	int64_t day, seconds, atto;

	return take_all(s, &day, &seconds, &atto) &&
	    write_utc(day, seconds, micros_of(atto), out);
}

bool
datetime_seconds(struct str s, double *r)
{
	int64_t day, seconds, atto;

	if (!take_all(s, &day, &seconds, &atto))
		return false;
	*r = (double)(day * 86400 + seconds) + micros_of(atto) / 1e6;
	return true;
}

bool
datetime_exact(struct str s, struct decimal *r)
{
	struct cursor c = {s.s, s.s + s.n};
	int64_t day, seconds = 0, atto = 0;

	if (!take_all(s, &day, &seconds, &atto)) {
		day = seconds = atto = 0;
		if (s.n == 0 || !take_time(&c, &seconds, &atto))
			return false;
	}
	*r = (struct decimal){day * 86400 + seconds, atto};
	return true;
}

bool
datetime_from_unix(double seconds, char out[static DATETIME_ROOM])
{
	double whole = floor(seconds), day = floor(whole / 86400);
	int micros;

	/* Beyond this no year is in range, and the conversions below would overflow. */
	if (!(fabs(seconds) < 1e12))
		return false;
	micros = (int)fmin(round((seconds - whole) * 1e6), 999999);
	return write_utc((int64_t)day, (int64_t)(whole - day * 86400), micros, out);
}
