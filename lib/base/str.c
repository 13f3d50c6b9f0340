#include "base/str.h"

#include <string.h>

struct str
str_of(const char *s)
{
	return (struct str){s, s == NULL ? 0 : strlen(s)};
}

bool
str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.s, b.s, a.n) == 0);
}

bool
str_is(struct str a, const char *b)
{
	/* Most are told apart by their first byte. */
	for (size_t i = 0; i < a.n; i++)
		if (b == NULL || b[i] == '\0' || b[i] != a.s[i])
			return false;
	return b == NULL || b[a.n] == '\0';
}

int
str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n == 0 ? 0 : memcmp(a.s, b.s, n);

	return order != 0 ? order : (a.n > b.n) - (a.n < b.n);
}

bool
str_starts(struct str a, const char *prefix)
{
	size_t n = strlen(prefix);

	return a.n >= n && (n == 0 || memcmp(a.s, prefix, n) == 0);
}

static unsigned char
lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

bool
str_eq_nocase(struct str a, struct str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.s[i]) != lower(b.s[i]))
			return false;
	return true;
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str
str_trim(struct str a)
{
	while (a.n > 0 && is_space(a.s[0]))
		a.s++, a.n--;
	while (a.n > 0 && is_space(a.s[a.n - 1]))
		a.n--;
	return a;
}

uint64_t
str_hash(struct str a)
{
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < a.n; i++)
		h = (h ^ (unsigned char)a.s[i]) * 1099511628211u;
	h ^= h >> 32;
	h *= 0x9e3779b97f4a7c15u;
	return h ^ (h >> 29);
}
