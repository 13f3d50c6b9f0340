/*
 * Text as Unicode code points, over utf8proc. Ownership: results are the arena's that was
 * handed in.
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

/* Decode well-formed UTF-8; ERR_INPUT if it is not, ERR_MEMORY. */
enum err utf8_decode(struct arena *a, struct str s, struct utf8_text *r) ERR_WARN_UNUSED;

/* Code points that the upper case of one code point has at most. */
#define UTF8_UPPER_MAX 3

/*
 * Upper case of one code point: the full mapping without conditions of Unicode's
 * SpecialCasing ("ß" gives "SS"), as Python's str.upper. Returns how many code points were
 * written to `out`, 1 to 3.
 */
size_t utf8_upper(uint32_t c, uint32_t out[static UTF8_UPPER_MAX]);

/*
 * Whether a code point is white space as Python's str.split takes it: Unicode's White_Space
 * and the separators U+001C to U+001F.
 */
bool utf8_space(uint32_t c);

/* Whether a code point is a digit as Python's str.isdigit takes it: Numeric_Type Decimal or
 * Digit. */
bool utf8_digit(uint32_t c);

/* The number of code points of well-formed UTF-8. */
size_t utf8_count(struct str s);

/* The first `n` code points of well-formed UTF-8, as a piece of the same bytes. */
struct str utf8_first(struct str s, size_t n);

#endif
