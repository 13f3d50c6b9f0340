/*
 * Text as Unicode code points, over utf8proc.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

/* A text as code points. */
struct utf8_text {
	const uint32_t *c;
	size_t n;
};

/* Whether the bytes are well-formed UTF-8 (no overlong forms, no surrogates). */
bool utf8_valid(struct str s);

/* Decodes well-formed UTF-8 into the arena. ERR_INPUT if it is not well-formed, ERR_MEMORY.
 */
enum err utf8_decode(struct arena *a, struct str s, struct utf8_text *r) ERR_WARN_UNUSED;

/* Code points in the upper case of one code point, at most. */
#define UTF8_UPPER_MAX 3

/*
 * Writes the upper case of one code point to `out`: the full mapping without conditions of
 * Unicode's SpecialCasing ("ß" gives "SS"), as Python's str.upper. Returns the number of
 * code points, 1 to 3.
 */
size_t utf8_upper(uint32_t c, uint32_t out[static UTF8_UPPER_MAX]);

/*
 * Whether a code point is white space to Python's str.split: Unicode's White_Space and the
 * separators U+001C to U+001F.
 */
bool utf8_space(uint32_t c);

/* Whether a code point is a digit to Python's str.isdigit: Numeric_Type Decimal or Digit.
 */
bool utf8_digit(uint32_t c);

/* Counts the code points of well-formed UTF-8. */
size_t utf8_count(struct str s);

/* Returns the first `n` code points of well-formed UTF-8, as a piece of the same bytes. */
struct str utf8_first(struct str s, size_t n);

#endif
