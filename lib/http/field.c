#include "http/field.h"

#include <assert.h>
#include <string.h>

#include "base/array.h"
#include "json/json.h"

/* Of rest_framework.fields.IntegerField.MAX_STRING_LENGTH. */
#define INTEGER_CHARACTERS 1000

/* Python's int() takes these around a number. */
static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f);
}

static struct str
trim(struct str s)
{
	while (s.n > 0 && is_space(s.s[0]))
		s = (struct str){s.s + 1, s.n - 1};
	while (s.n > 0 && is_space(s.s[s.n - 1]))
		s.n--;
	return s;
}

/* Without a final ".", ".0", ".00"; nothing but zeros may stand behind the point. */
static struct str
without_fraction(struct str s)
{
	size_t n = s.n;

	while (n > 0 && s.s[n - 1] == '0')
		n--;
	if (n > 0 && s.s[n - 1] == '.')
		return trim((struct str){s.s, n - 1});
	return s;
}

static size_t
characters(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.s[i] & 0xC0) != 0x80;
	return n;
}

const char *
field_integer(struct str s, int64_t *r, bool *beyond)
{
	bool negative, over = false;
	int64_t v = 0;

	if (characters(s) > INTEGER_CHARACTERS)
		return FIELD_LONG;
	s = without_fraction(trim(s));
	negative = s.n > 0 && s.s[0] == '-';
	if (s.n > 0 && (s.s[0] == '-' || s.s[0] == '+'))
		s = (struct str){s.s + 1, s.n - 1};
	if (s.n == 0)
		return FIELD_INTEGER;
	/* Downwards, because INT64_MIN has no positive counterpart. */
	for (size_t i = 0; i < s.n; i++) {
		int digit = s.s[i] - '0';

		if (digit < 0 || digit > 9)
			return FIELD_INTEGER;
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_sub_overflow(v, digit, &v))
			over = true;
	}
	if (!negative && v == INT64_MIN)
		over = true;
	if (over)
		v = negative ? INT64_MIN : INT64_MAX;
	else if (!negative)
		v = -v;
	*r = v;
	*beyond = over;
	return NULL;
}

const char *
field_boolean(struct str s, bool *r)
{
	static const struct {
		const char *name;
		bool value;
	} names[] = {
	    {"true", true},
	    {"false", false},
	    {"1", true},
	    {"0", false},
	    {"yes", true},
	    {"no", false},
	    {"on", true},
	    {"off", false},
	    {"t", true},
	    {"f", false},
	    {"y", true},
	    {"n", false},
	};

	for (size_t i = 0; i < N_OF(names); i++)
		if (str_eq_nocase(s, str_of(names[i].name))) {
			*r = names[i].value;
			return NULL;
		}
	return FIELD_BOOLEAN;
}

const char *
field_type_name(const struct json *j)
{
	static const char *const names[] = {
	    [JSON_NULL] = "NoneType",
	    [JSON_BOOL] = "bool",
	    [JSON_INTEGER] = "int",
	    [JSON_REAL] = "float",
	    [JSON_STRING] = "str",
	    [JSON_ARRAY] = "list",
	    [JSON_OBJECT] = "dict",
	};
	static_assert(N_OF(names) == JSON_OBJECT + 1, "every type has a name");

	return names[j->type];
}
