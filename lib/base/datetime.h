/*
 * Points in time as exports write them, turned into UTC text as MySQL reads it.
 * Ownership: nothing is kept.
 */
#ifndef BASE_DATETIME_H
#define BASE_DATETIME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/decimal.h"
#include "base/str.h"

/* Room for "YYYY-MM-DD HH:MM:SS.ffffff" and its NUL. */
#define DATETIME_ROOM 27

/*
 * Read an ISO 8601 date and time: YYYY-MM-DD, then (or it is midnight) T or a space,
 * HH:MM[:SS], optionally a fraction (cut at microseconds) and Z or an offset (+HH, +HHMM or
 * +HH:MM; without one it is UTC). The date must exist, and the year in UTC be 1000 to 9999,
 * as MySQL's DATETIME goes. Returns whether all of `s` was one; `out` is untouched
 * otherwise.
 */
bool datetime_read(struct str s, char out[static DATETIME_ROOM]);

/* As seconds since 1970-01-01 00:00:00 UTC, of any year from 0 to 9999; as above. A double
 * of them keeps microseconds, and nothing smaller; where times are subtracted it is
 * datetime_exact() that counts. */
bool datetime_seconds(struct str s, double *r);

/*
 * The same seconds with all that the fraction says (cut at 18 digits). A time alone,
 * HH:MM[:SS] and what may follow it, is one of 1970-01-01.
 */
bool datetime_exact(struct str s, struct decimal *r);

/* Days from 1970-01-01 to a date of the proleptic Gregorian calendar, year 0 to 9999.
 * Returns whether there is such a date. */
bool datetime_days(int year, int month, int day, int64_t *r);

/* The same as datetime_read() from seconds since 1970-01-01 00:00:00 UTC, as very old
 * exports have them. */
bool datetime_from_unix(double seconds, char out[static DATETIME_ROOM]);

#endif
