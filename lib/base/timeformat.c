#include "base/timeformat.h"

#include <string.h>

#include "base/array.h"
#include "base/datetime.h"

#define DAY INT64_C(86400)

enum field {
	FIELD_YEAR,
	FIELD_MONTH,
	FIELD_DAY,
	FIELD_DAY_OF_YEAR,
	FIELD_WEEKDAY, /* 0: Sunday */
	FIELD_WEEK_OF_SUNDAYS,
	FIELD_WEEK_OF_MONDAYS,
	FIELD_WEEK_ISO,
	FIELD_HOUR,
	FIELD_AFTERNOON, /* 1: PM */
	FIELD_MINUTE,
	FIELD_SECOND,
	FIELD_OFFSET,	/* east of UTC, in minutes */
	FIELD_FRACTION, /* in units of DECIMAL_ONE */
	FIELD_UNIX,	/* seconds; .. */
	FIELD_UNIX_MILLIS,
	FIELD_BEFORE_1970, /* .. 1: a minus stood before them */
	FIELD__MAX
};

struct fields {
	int64_t value[FIELD__MAX];
	bool has[FIELD__MAX];
};

/* What is left to read. */
struct cursor {
	const char *p, *end;
};

struct directive {
	/* Take what the directive stands for; false: it is not there. */
	bool (*take)(struct cursor *c, const struct directive *d, struct fields *f);
	enum field field;
	int width;	     /* most characters of a number */
	int64_t min, max;    /* of a number */
	const char *instead; /* the same in other directives; `take` is NULL then */
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static void
skip_space(struct cursor *c)
{
	while (c->p < c->end && is_space(*c->p))
		c->p++;
}

static bool
take_char(struct cursor *c, char wanted)
{
	if (c->p == c->end || *c->p != wanted)
		return false;
	c->p++;
	return true;
}

static bool
set(struct fields *f, enum field field, int64_t value)
{
	f->value[field] = value;
	f->has[field] = true;
	return true;
}

/* Up to `width` characters: blanks, then one digit or more. */
static bool
take_digits(struct cursor *c, int width, int64_t *r)
{
	const char *end = c->end - c->p > width ? c->p + width : c->end, *first;
	int64_t v = 0;

	while (c->p < end && is_space(*c->p))
		c->p++;
	for (first = c->p; c->p < end && is_digit(*c->p); c->p++)
		v = v * 10 + (*c->p - '0');
	*r = v;
	return c->p > first;
}

static bool
take_number(struct cursor *c, const struct directive *d, struct fields *f)
{
	int64_t v;

	return take_digits(c, d->width, &v) && v >= d->min && v <= d->max &&
	    set(f, d->field, v);
}

/* A year of two digits, in the century that POSIX has for it. */
static bool
take_short_year(struct cursor *c, const struct directive *d, struct fields *f)
{
	int64_t v;

	return take_digits(c, d->width, &v) && set(f, d->field, v + (v < 69 ? 2000 : 1900));
}

static bool
take_quarter(struct cursor *c, const struct directive *d, struct fields *f)
{
	return take_number(c, d, f) && set(f, d->field, f->value[d->field] * 3 - 2);
}

static bool
take_fraction(struct cursor *c, const struct directive *d, struct fields *f)
{
	const char *first = c->p;

	while (c->p < c->end && c->p - first < d->width && is_digit(*c->p))
		c->p++;
	return c->p > first &&
	    set(f, d->field, decimal_fraction(first, (size_t)(c->p - first)));
}

static bool
take_unix(struct cursor *c, const struct directive *d, struct fields *f)
{
	set(f, FIELD_BEFORE_1970, take_char(c, '-'));
	return take_number(c, d, f);
}

/* Whether `name` is next, in whatever case. */
static bool
take_name(struct cursor *c, struct str name)
{
	struct str next = {c->p, name.n};

	if ((size_t)(c->end - c->p) < name.n || !str_eq_nocase(next, name))
		return false;
	c->p += name.n;
	return true;
}

/* Names in full or their first three letters; the field is `first` for the first of them.
 */
static bool
take_one_of(struct cursor *c, const char *const *names, int n, int first, enum field field,
    struct fields *f)
{
	for (int i = 0; i < n; i++)
		if (take_name(c, str_of(names[i])) ||
		    take_name(c, (struct str){names[i], 3}))
			return set(f, field, first + i);
	return false;
}

static bool
take_day_name(struct cursor *c, const struct directive *d, struct fields *f)
{
	static const char *const names[] = {
	    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

	return take_one_of(c, names, 7, 0, d->field, f);
}

static bool
take_month_name(struct cursor *c, const struct directive *d, struct fields *f)
{
	static const char *const names[] = {"January", "February", "March", "April", "May",
	    "June", "July", "August", "September", "October", "November", "December"};

	return take_one_of(c, names, 12, 1, d->field, f);
}

static bool
take_half(struct cursor *c, const struct directive *d, struct fields *f)
{
	if (take_name(c, STR("AM")))
		return set(f, d->field, 0);
	return take_name(c, STR("PM")) && set(f, d->field, 1);
}

static bool
take_offset(struct cursor *c, const struct directive *d, struct fields *f)
{
	int64_t hours = 0, minutes = 0;
	bool west = c->p < c->end && *c->p == '-';

	if (take_name(c, STR("Z")) || take_name(c, STR("UTC")) || take_name(c, STR("GMT")))
		return set(f, d->field, 0);
	if ((!take_char(c, '+') && !take_char(c, '-')) || c->end - c->p < 2 ||
	    !is_digit(*c->p) || !take_digits(c, 2, &hours) || hours > 23)
		return false;
	if (c->p < c->end && (take_char(c, ':') || is_digit(*c->p)) &&
	    (c->end - c->p < 2 || !is_digit(*c->p) || !is_digit(c->p[1]) ||
		!take_digits(c, 2, &minutes) || minutes > 59))
		return false;
	return set(f, d->field, (hours * 60 + minutes) * (west ? -1 : 1));
}

static bool
take_space(struct cursor *c, const struct directive *d, struct fields *f)
{
	(void)d;
	(void)f;
	skip_space(c);
	return true;
}

static bool
take_percent(struct cursor *c, const struct directive *d, struct fields *f)
{
	(void)d;
	(void)f;
	return take_char(c, '%');
}

#define NUMBER(field, width, min, max) {take_number, field, width, min, max, NULL}
#define SPECIAL(take, field, width) {take, field, width, 0, INT64_MAX, NULL}
#define INSTEAD(directives) {.instead = (directives)}

/* By their letter. */
static const struct directive directives[128] = {
    ['%'] = SPECIAL(take_percent, FIELD__MAX, 1),
    ['A'] = SPECIAL(take_day_name, FIELD_WEEKDAY, 0),
    ['B'] = SPECIAL(take_month_name, FIELD_MONTH, 0),
    ['D'] = INSTEAD("%m/%d/%y"),
    ['F'] = INSTEAD("%Y-%m-%d"),
    ['G'] = NUMBER(FIELD_YEAR, 4, 0, 9999),
    ['H'] = NUMBER(FIELD_HOUR, 2, 0, 23),
    ['I'] = NUMBER(FIELD_HOUR, 2, 1, 12),
    ['L'] = SPECIAL(take_fraction, FIELD_FRACTION, DECIMAL_PLACES),
    ['M'] = NUMBER(FIELD_MINUTE, 2, 0, 59),
    ['P'] = SPECIAL(take_half, FIELD_AFTERNOON, 0),
    ['Q'] = SPECIAL(take_unix, FIELD_UNIX_MILLIS, 18),
    ['R'] = INSTEAD("%H:%M"),
    ['S'] = NUMBER(FIELD_SECOND, 2, 0, 60), /* a leap second is the next minute's first */
    ['T'] = INSTEAD("%H:%M:%S"),
    ['U'] = NUMBER(FIELD_WEEK_OF_SUNDAYS, 2, 0, 53),
    ['V'] = NUMBER(FIELD_WEEK_ISO, 2, 1, 53),
    ['W'] = NUMBER(FIELD_WEEK_OF_MONDAYS, 2, 0, 53),
    ['X'] = INSTEAD("%I:%M:%S %p"),
    ['Y'] = NUMBER(FIELD_YEAR, 4, 0, 9999),
    ['Z'] = SPECIAL(take_offset, FIELD_OFFSET, 0),
    ['a'] = SPECIAL(take_day_name, FIELD_WEEKDAY, 0),
    ['b'] = SPECIAL(take_month_name, FIELD_MONTH, 0),
    ['c'] = INSTEAD("%m/%d/%Y, %I:%M:%S %p"),
    ['d'] = NUMBER(FIELD_DAY, 2, 1, 31),
    ['e'] = NUMBER(FIELD_DAY, 2, 1, 31),
    ['f'] = SPECIAL(take_fraction, FIELD_FRACTION, DECIMAL_PLACES),
    ['g'] = SPECIAL(take_short_year, FIELD_YEAR, 2),
    ['h'] = SPECIAL(take_month_name, FIELD_MONTH, 0),
    ['j'] = NUMBER(FIELD_DAY_OF_YEAR, 3, 1, 366),
    ['k'] = NUMBER(FIELD_HOUR, 2, 0, 23),
    ['l'] = NUMBER(FIELD_HOUR, 2, 1, 12),
    ['m'] = NUMBER(FIELD_MONTH, 2, 1, 12),
    ['n'] = SPECIAL(take_space, FIELD__MAX, 0),
    ['p'] = SPECIAL(take_half, FIELD_AFTERNOON, 0),
    ['q'] = {take_quarter, FIELD_MONTH, 1, 1, 4, NULL},
    ['r'] = INSTEAD("%I:%M:%S %p"),
    ['s'] = SPECIAL(take_unix, FIELD_UNIX, 18),
    ['t'] = SPECIAL(take_space, FIELD__MAX, 0),
    ['u'] = NUMBER(FIELD_WEEKDAY, 1, 1, 7),
    ['w'] = NUMBER(FIELD_WEEKDAY, 1, 0, 6),
    ['x'] = INSTEAD("%m/%d/%Y"),
    ['y'] = SPECIAL(take_short_year, FIELD_YEAR, 2),
    ['z'] = SPECIAL(take_offset, FIELD_OFFSET, 0),
};

/* The directive behind a %, which is passed over with its flag; NULL: there is none such.
 */
static const struct directive *
next_directive(struct cursor *format)
{
	const struct directive *d;
	unsigned char letter;

	if (format->p < format->end && memchr("-_0", *format->p, 3) != NULL)
		format->p++;
	if (format->p == format->end)
		return NULL;
	letter = (unsigned char)*format->p++;
	if (letter >= N_OF(directives))
		return NULL;
	d = &directives[letter];
	return d->take == NULL && d->instead == NULL ? NULL : d;
}

static bool
take_format(struct cursor *c, struct str text, struct fields *f)
{
	struct cursor format = {text.s, text.s + text.n};

	while (format.p < format.end) {
		char next = *format.p++;
		const struct directive *d;

		if (is_space(next)) {
			skip_space(c);
			continue;
		}
		if (next != '%') {
			if (!take_char(c, next))
				return false;
			continue;
		}
		d = next_directive(&format);
		if (d == NULL)
			return false;
		/* What stands instead has none that does. */
		if (d->take != NULL ? !d->take(c, d, f)
				    : !take_format(c, str_of(d->instead), f))
			return false;
	}
	return true;
}

/* 0 for a Sunday. */
static int64_t
weekday_of(int64_t day)
{
	return (day % 7 + 11) % 7;
}

/* The day of a week of a year, as d3 reads them: the 1st day of the week where none is
 * said; week 0 may begin in the year before. */
static int64_t
day_of_week(const struct fields *f, int64_t january)
{
	bool from_sunday = f->has[FIELD_WEEK_OF_SUNDAYS];
	int64_t weekday = f->has[FIELD_WEEKDAY] ? f->value[FIELD_WEEKDAY] % 7
	    : from_sunday			? 0
						: 1;
	int64_t from_monday = (weekday + 6) % 7, fourth = january + 3;

	if (f->has[FIELD_WEEK_ISO])
		return fourth - (weekday_of(fourth) + 6) % 7 +
		    (f->value[FIELD_WEEK_ISO] - 1) * 7 + from_monday;
	if (from_sunday)
		return january - (weekday_of(january) + 6) % 7 - 1 +
		    f->value[FIELD_WEEK_OF_SUNDAYS] * 7 + weekday;
	return january - (weekday_of(january) + 5) % 7 - 1 +
	    f->value[FIELD_WEEK_OF_MONDAYS] * 7 + from_monday;
}

static bool
day_of(const struct fields *f, int64_t *r)
{
	int year = f->has[FIELD_YEAR] ? (int)f->value[FIELD_YEAR] : 1970;
	int month = f->has[FIELD_MONTH] ? (int)f->value[FIELD_MONTH] : 1;
	int day = f->has[FIELD_DAY] ? (int)f->value[FIELD_DAY] : 1;
	int64_t january, december;

	if (f->has[FIELD_MONTH] || f->has[FIELD_DAY])
		return datetime_days(year, month, day, r);
	if (!datetime_days(year, 1, 1, &january) || !datetime_days(year, 12, 31, &december))
		return false;
	if (f->has[FIELD_DAY_OF_YEAR])
		*r = january + f->value[FIELD_DAY_OF_YEAR] - 1;
	else if (f->has[FIELD_WEEK_ISO] || f->has[FIELD_WEEK_OF_SUNDAYS] ||
	    f->has[FIELD_WEEK_OF_MONDAYS])
		*r = day_of_week(f, january);
	else
		*r = january;
	return !f->has[FIELD_DAY_OF_YEAR] || *r <= december;
}

static int64_t
hour_of(const struct fields *f)
{
	int64_t hour = f->value[FIELD_HOUR];

	return f->has[FIELD_AFTERNOON] ? hour % 12 + 12 * f->value[FIELD_AFTERNOON] : hour;
}

/* What was counted since 1970; a fraction beside it goes the same way. */
static struct decimal
unix_of(const struct fields *f)
{
	static const struct decimal zero = {0, 0};
	int64_t millis = f->value[FIELD_UNIX_MILLIS];
	struct decimal v = {millis / 1000, millis % 1000 * (DECIMAL_ONE / 1000)};

	if (f->has[FIELD_UNIX])
		v = (struct decimal){f->value[FIELD_UNIX], f->value[FIELD_FRACTION]};
	return f->value[FIELD_BEFORE_1970] ? decimal_subtract(&zero, &v) : v;
}

static bool
has_any(const struct fields *f)
{
	for (int i = 0; i < FIELD__MAX; i++)
		if (f->has[i])
			return true;
	return false;
}

bool
timeformat_read(struct str format, struct str text, struct decimal *r)
{
	struct cursor c = {text.s, text.s + text.n};
	struct fields f = {.has = {false}};
	int64_t day, seconds;

	if (text.n == 0 || !take_format(&c, format, &f) || c.p != c.end || !has_any(&f))
		return false;
	if (f.has[FIELD_UNIX] || f.has[FIELD_UNIX_MILLIS]) {
		*r = unix_of(&f);
		return true;
	}
	if (!day_of(&f, &day))
		return false;
	seconds = hour_of(&f) * 3600 +
	    (f.value[FIELD_MINUTE] - f.value[FIELD_OFFSET]) * 60 + f.value[FIELD_SECOND];
	*r = (struct decimal){day * DAY + seconds, f.value[FIELD_FRACTION]};
	return true;
}

struct str
timeformat_unknown(struct str format)
{
	struct cursor c = {format.s, format.n == 0 ? format.s : format.s + format.n};

	while (c.p < c.end) {
		const char *percent = c.p++;

		if (*percent == '%' && next_directive(&c) == NULL)
			return (struct str){percent, (size_t)(c.p - percent)};
	}
	return (struct str){0};
}
