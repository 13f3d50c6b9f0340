/*
 * Numbers in: the whole token, in range, finite, no locale. Numbers out: the shortest text
 * that reads back equal.
 */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* Room for any number that number_write() writes, with its NUL. */
#define NUMBER_ROOM 32

/*
 * Reads a decimal number as JSON writes it (-?int[.frac][e[+-]exp]); leading zeros, plus
 * signs, hex, "nan", "inf", white space and values that overflow to infinity are refused.
 * Returns whether all of `s` was one; *r is untouched otherwise.
 */
bool number_double(struct str s, double *r);

/* Whether `s` is a number as JSON writes it, but beyond what a double holds. */
bool number_overflows(struct str s);

/*
 * Reads the number that `s` begins with, if it has at most 15 digits and no exponent, as
 * most have. Returns its length, and either *integer (`*whole`) or *real, rounded
 * correctly; 0 if there is none such, though there may be a longer one or the negative
 * zero. Only an exponent or more digits are looked for behind it.
 */
size_t number_short(struct str s, bool *whole, int64_t *integer, double *real);

/* Reads a whole decimal number (-?digits) within int64; leading zeros are allowed. Returns
 * as number_double() does. */
bool number_integer(struct str s, int64_t *r);

/* The same as number_integer(), within min..max. */
bool number_between(struct str s, int64_t min, int64_t max, int64_t *r);

/*
 * Writes a finite number in the fewest digits that read back equal, NUL-terminated, in the
 * layout of Python's repr(): whole numbers below 1e16 as "1.0", an exponent below 1e-4 and
 * from 1e16 on ("1e-05", "1e+22"); the negative zero as "0.0". Infinity and NaN, which JSON
 * does not have, are written as "null". Returns the length.
 */
size_t number_write(char out[static NUMBER_ROOM], double v);

#endif
