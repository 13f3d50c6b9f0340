/*
 * Points in time as exports write them, turned into UTC text as MySQL reads it.
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
 * Reads an ISO 8601 date and time: YYYY-MM-DD, then T or a space and HH:MM[:SS] (midnight
 * without it), optionally a fraction (cut at microseconds) and Z or an offset (+HH, +HHMM
 * or +HH:MM; UTC without one). The date must exist, and its year in UTC be one of MySQL's
 * DATETIME, 1000 to 9999. Returns whether all of `s` was one; `out` is untouched otherwise.
 */
bool datetime_read(struct str s, char out[static DATETIME_ROOM]);

/* Reads the same, of any year from 0 to 9999, as seconds since 1970-01-01 00:00:00 UTC. A
 * double keeps microseconds of them and nothing smaller; datetime_exact() is for times that
 * are subtracted. */
bool datetime_seconds(struct str s, double *r);

/*
 * Reads the same with the whole fraction (cut at 18 digits). A time alone, HH:MM[:SS] and
 * what may follow it, is one of 1970-01-01.
 */
bool datetime_exact(struct str s, struct decimal *r);

/* Counts the days from 1970-01-01 to a date of the proleptic Gregorian calendar, year 0 to
 * 9999. Returns whether there is such a date. */
bool datetime_days(int year, int month, int day, int64_t *r);

/* Writes the text of datetime_read() for seconds since 1970-01-01 00:00:00 UTC, which very
 * old exports have. */
bool datetime_from_unix(double seconds, char out[static DATETIME_ROOM]);

#endif
