#include "base/utf8.h"

#include <utf8proc.h>

#include "base/array.h"

/*
 * Read the code point at the start of `s`, which is not empty. Returns its bytes, or a
 * negative number if they are malformed.
 */
static utf8proc_ssize_t
read_one(struct str s, utf8proc_int32_t *c)
{
	return utf8proc_iterate((const utf8proc_uint8_t *)s.s, (utf8proc_ssize_t)s.n, c);
}

static struct str
skip(struct str s, size_t n)
{
	return (struct str){s.s + n, s.n - n};
}

/* The number of code points; false if the bytes are malformed. */
static bool
count(struct str s, size_t *r)
{
	size_t n = 0;

	while (s.n > 0) {
		utf8proc_int32_t c;
		utf8proc_ssize_t bytes = read_one(s, &c);

		if (bytes <= 0)
			return false;
		s = skip(s, (size_t)bytes);
		n++;
	}
	*r = n;
	return true;
}

bool
utf8_valid(struct str s)
{
	size_t n;

	return count(s, &n);
}

enum err
utf8_decode(struct arena *a, struct str s, struct utf8_text *r)
{
	uint32_t *points;
	size_t n;

	if (!count(s, &n))
		return ERR_INPUT;
	if (n > SIZE_MAX / sizeof(*points))
		return ERR_MEMORY;
	points = arena_alloc(a, n * sizeof(*points));
	if (points == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < n; i++) {
		utf8proc_int32_t c;

		s = skip(s, (size_t)read_one(s, &c));
		points[i] = (uint32_t)c;
	}
	*r = (struct utf8_text){points, n};
	return ERR_OK;
}

static uint32_t
simple_upper(utf8proc_int32_t c)
{
	return (uint32_t)utf8proc_toupper(c);
}

size_t
utf8_upper(uint32_t c, uint32_t out[static UTF8_UPPER_MAX])
{
	utf8proc_int32_t point = (utf8proc_int32_t)c, folded[UTF8_UPPER_MAX];
	utf8proc_ssize_t n;
	int unused = 0;

	/*
	 * utf8proc has the simple upper case only, but the full case folding: the code
	 * points whose upper case is longer are those whose folding is, less the two that
	 * are upper case already.
	 */
	n = utf8proc_decompose_char(
	    point, folded, UTF8_UPPER_MAX, UTF8PROC_CASEFOLD, &unused);
	if (n < 2 || n > UTF8_UPPER_MAX ||
	    utf8proc_category(point) == UTF8PROC_CATEGORY_LU) {
		out[0] = simple_upper(point);
		return 1;
	}
	for (utf8proc_ssize_t i = 0; i < n; i++)
		out[i] = simple_upper(folded[i]);
	return (size_t)n;
}

bool
utf8_space(uint32_t c)
{
	const utf8proc_property_t *p = utf8proc_get_property((utf8proc_int32_t)c);

	return p->category == UTF8PROC_CATEGORY_ZS ||
	    p->bidi_class == UTF8PROC_BIDI_CLASS_WS ||
	    p->bidi_class == UTF8PROC_BIDI_CLASS_B ||
	    p->bidi_class == UTF8PROC_BIDI_CLASS_S;
}

/* Numeric_Type Digit (DerivedNumericType.txt): digits that no decimal number is written
 * with. */
static const uint32_t digit_ranges[][2] = {
    {0x00b2, 0x00b3},
    {0x00b9, 0x00b9},
    {0x1369, 0x1371},
    {0x19da, 0x19da},
    {0x2070, 0x2070},
    {0x2074, 0x2079},
    {0x2080, 0x2089},
    {0x2460, 0x2468},
    {0x2474, 0x247c},
    {0x2488, 0x2490},
    {0x24ea, 0x24ea},
    {0x24f5, 0x24fd},
    {0x24ff, 0x24ff},
    {0x2776, 0x277e},
    {0x2780, 0x2788},
    {0x278a, 0x2792},
    {0x10a40, 0x10a43},
    {0x10e60, 0x10e68},
    {0x11052, 0x1105a},
    {0x1f100, 0x1f10a},
};

bool
utf8_digit(uint32_t c)
{
	if (utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_ND)
		return true;
	for (size_t i = 0; i < N_OF(digit_ranges); i++)
		if (c >= digit_ranges[i][0] && c <= digit_ranges[i][1])
			return true;
	return false;
}

struct str
utf8_first(struct str s, size_t n)
{
	size_t i = 0;

	/* A character begins at every byte that is no continuation byte. */
	for (; i < s.n; i++)
		if (((unsigned char)s.s[i] & 0xc0) != 0x80 && n-- == 0)
			break;
	return (struct str){s.s, i};
}

size_t
utf8_count(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.s[i] & 0xc0) != 0x80; /* where one begins */
	return n;
}
