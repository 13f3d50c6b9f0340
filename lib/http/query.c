#include "http/query.h"

#include <string.h>

/* The value of a hexadecimal digit, or -1. */
static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* The byte that "%XX" at s.s[i] stands for, or -1. */
static int
escaped_byte(struct str s, size_t i)
{
	int high, low;

	if (s.s[i] != '%' || s.n - i < 3)
		return -1;
	high = hex_digit(s.s[i + 1]);
	low = hex_digit(s.s[i + 2]);
	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

struct str
query_decode(struct arena *a, struct str text, bool plus, bool keep_slash)
{
	char *out = arena_alloc(a, text.n + 1);
	size_t n = 0;

	if (out == NULL)
		return (struct str){NULL, 0};
	for (size_t i = 0; i < text.n; i++) {
		int byte = escaped_byte(text, i);

		if (byte >= 0 && !(keep_slash && byte == '/')) {
			out[n++] = (char)byte;
			i += 2;
		} else {
			out[n++] = plus && text.s[i] == '+' ? ' ' : text.s[i];
		}
	}
	out[n] = '\0';
	return (struct str){out, n};
}

/* Whether the next byte is there and within low..high. */
static bool
byte_between(struct str s, size_t i, unsigned char low, unsigned char high)
{
	return i < s.n && (unsigned char)s.s[i] >= low && (unsigned char)s.s[i] <= high;
}

/*
 * The length of the well-formed character at s.s[i] (Unicode, table 3-7), or 0. What is
 * then replaced is the longest beginning of one, of length *bad, as Unicode recommends and
 * Python does.
 */
static size_t
character_length(struct str s, size_t i, size_t *bad)
{
	unsigned char c = (unsigned char)s.s[i], low = 0x80, high = 0xBF;
	size_t n = c < 0x80 ? 1 : c >= 0xC2 && c <= 0xDF ? 2 : (c & 0xF0) == 0xE0 ? 3 : 4;

	*bad = 1;
	if (n == 4 && (c < 0xF0 || c > 0xF4))
		return 0;
	if (c == 0xE0 || c == 0xF0)
		low = c == 0xE0 ? 0xA0 : 0x90;
	if (c == 0xED || c == 0xF4)
		high = c == 0xED ? 0x9F : 0x8F;
	for (; *bad < n; (*bad)++) {
		if (!byte_between(s, i + *bad, low, high))
			return 0;
		low = 0x80;
		high = 0xBF;
	}
	return n;
}

/* The text with U+FFFD for what is not UTF-8; the text itself if all of it is. */
static struct str
repair(struct arena *a, struct str s)
{
	char *out = NULL;
	size_t n = 0;

	for (size_t i = 0, step, bad; i < s.n; i += step) {
		step = character_length(s, i, &bad);
		if (step == 0 && out == NULL) {
			out = arena_alloc(a, 3 * s.n);
			if (out == NULL)
				return (struct str){NULL, 0};
			memcpy(out, s.s, i);
			n = i;
		}
		if (step == 0) {
			memcpy(out + n, "\xEF\xBF\xBD", 3);
			n += 3;
			step = bad;
		} else if (out != NULL) {
			memcpy(out + n, s.s + i, step);
			n += step;
		}
	}
	return out == NULL ? s : (struct str){out, n};
}

static struct str
decode_text(struct arena *a, struct str s)
{
	s = query_decode(a, s, true, false);
	return s.s == NULL ? s : repair(a, s);
}

/* The piece before the next `separator`; *rest becomes what is behind it. */
static struct str
cut(struct str *rest, char separator)
{
	const char *end = rest->n == 0 ? NULL : memchr(rest->s, separator, rest->n);
	struct str piece = *rest;

	if (end == NULL) {
		*rest = (struct str){rest->s + rest->n, 0};
		return piece;
	}
	piece.n = (size_t)(end - rest->s);
	*rest = (struct str){end + 1, rest->n - piece.n - 1};
	return piece;
}

static size_t
count_pieces(struct str text)
{
	size_t n = 1;

	for (size_t i = 0; i < text.n; i++)
		n += text.s[i] == '&';
	return n;
}

enum err
query_read(struct arena *a, struct str text, struct query *r)
{
	struct query q = {0};
	struct str rest = text.s == NULL ? STR("") : text;

	q.pairs = arena_calloc(a, count_pieces(rest), sizeof(*q.pairs));
	if (q.pairs == NULL)
		return ERR_MEMORY;
	while (rest.n > 0) {
		struct str value = cut(&rest, '&'), name;

		if (value.n == 0)
			continue;
		name = decode_text(a, cut(&value, '='));
		value = decode_text(a, value);
		if (name.s == NULL || value.s == NULL)
			return ERR_MEMORY;
		q.pairs[q.n++] = (struct query_pair){name, value};
	}
	*r = q;
	return ERR_OK;
}

struct str
query_last(const struct query *q, struct str name)
{
	for (size_t i = q->n; i > 0; i--)
		if (str_eq(q->pairs[i - 1].name, name))
			return q->pairs[i - 1].value;
	return (struct str){NULL, 0};
}
