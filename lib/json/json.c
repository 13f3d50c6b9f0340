#include "json/json.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/utf8.h"

const struct json *
json_at(const struct json *array, uint32_t i)
{
	return &array->block->items[i];
}

struct str
json_key(const struct json *object, uint32_t i)
{
	return json_str(&object->block->items[(size_t)i * 2]);
}

const struct json *
json_value(const struct json *object, uint32_t i)
{
	return &object->block->items[(size_t)i * 2 + 1];
}

int
json_compare_keys(const struct json *a, const struct json *b)
{
	if (a->n != b->n)
		return a->n < b->n ? -1 : 1;
	return a->n == 0 ? 0 : memcmp(a->string, b->string, a->n);
}

static const struct json *
find_sorted(const struct json_block *block, const struct json *key)
{
	uint32_t first = 0, end = block->n_keys;

	while (first < end) {
		uint32_t middle = first + (end - first) / 2;
		int order = json_compare_keys(block->keys[middle], key);

		if (order == 0)
			return block->keys[middle] + 1;
		if (order < 0)
			first = middle + 1;
		else
			end = middle;
	}
	return NULL;
}

const struct json *
json_get_str(const struct json *object, struct str key)
{
	if (object == NULL || object->type != JSON_OBJECT || key.n > UINT32_MAX)
		return NULL;
	if (object->block->keys != NULL)
		return find_sorted(object->block,
		    &(struct json){
			.type = JSON_STRING, .n = (uint32_t)key.n, .string = key.s});
	for (uint32_t i = object->n; i-- > 0;) {
		const struct json *k = &object->block->items[(size_t)i * 2];

		if (k->n == key.n &&
		    (key.n == 0 ||
			(k->string[0] == key.s[0] && memcmp(k->string, key.s, key.n) == 0)))
			return k + 1;
	}
	return NULL;
}

struct str
json_str(const struct json *j)
{
	if (j == NULL || j->type != JSON_STRING)
		return (struct str){0};
	return (struct str){j->string, j->n};
}

bool
json_number(const struct json *j, double *r)
{
	if (j == NULL || (j->type != JSON_INTEGER && j->type != JSON_REAL))
		return false;
	*r = j->type == JSON_INTEGER ? (double)j->integer : j->real;
	return true;
}

static bool
in_number(char c)
{
	return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' ||
	    (c | 32) == 'e';
}

/* Nodes of numbers keep no place; their keys do. */
struct str
json_number_text(const struct json *object, const char *key)
{
	const struct json *j = json_get(object, key);
	double number;
	const char *p, *first, *end;
	struct str name, text;

	if (!json_number(j, &number))
		return (struct str){0};
	name = json_str(j - 1);
	text = object->block->text;
	end = text.s + text.n;
	if ((uintptr_t)name.s <= (uintptr_t)text.s || (uintptr_t)name.s >= (uintptr_t)end)
		return (struct str){0};
	/* Behind it a quote, white space and a colon. */
	for (p = name.s + name.n; p < end && *p != '-' && (*p < '0' || *p > '9');)
		p++;
	for (first = p; p < end && in_number(*p);)
		p++;
	return (struct str){first, (size_t)(p - first)};
}

bool
json_number_loose(const struct json *j, double *r)
{
	if (j != NULL && j->type == JSON_ARRAY && j->n == 1)
		j = json_at(j, 0);
	if (j != NULL && j->type == JSON_STRING)
		return number_double(str_trim(json_str(j)), r);
	return json_number(j, r);
}

bool
json_integer(const struct json *j, int64_t *r)
{
	if (j != NULL && j->type == JSON_REAL && j->real == floor(j->real) &&
	    j->real >= -0x1p63 && j->real < 0x1p63) {
		*r = (int64_t)j->real;
		return true;
	}
	if (j == NULL || j->type != JSON_INTEGER)
		return false;
	*r = j->integer;
	return true;
}

bool
json_true(const struct json *j)
{
	return j != NULL && j->type == JSON_BOOL && j->boolean;
}

bool
json_is_null(const struct json *j)
{
	return j == NULL || j->type == JSON_NULL;
}

static bool
is_number(const struct json *j)
{
	return j->type == JSON_INTEGER || j->type == JSON_REAL;
}

static bool
numbers_equal(const struct json *a, const struct json *b)
{
	int64_t x, y;

	if (a->type == JSON_REAL && b->type == JSON_REAL)
		return a->real == b->real;
	/* A double would make neighbours above 2^53 equal. */
	return json_integer(a, &x) && json_integer(b, &y) && x == y;
}

static bool
arrays_equal(const struct json *a, const struct json *b)
{
	for (uint32_t i = 0; i < a->n; i++)
		if (!json_equal(json_at(a, i), json_at(b, i)))
			return false;
	return true;
}

static bool
keys_within(const struct json *a, const struct json *b)
{
	for (uint32_t i = 0; i < a->n; i++)
		if (json_get_str(b, json_key(a, i)) == NULL)
			return false;
	return true;
}

/* Whether a member counts: of several with the same key the last one does. */
static bool
counts(const struct json *j, uint32_t i)
{
	const struct json *key = &j->block->items[(size_t)i * 2];

	if (j->block->keys != NULL)
		return json_get_str(j, json_str(key)) == key + 1;
	for (uint32_t k = i + 1; k < j->n; k++)
		if (json_compare_keys(key, &j->block->items[(size_t)k * 2]) == 0)
			return false;
	return true;
}

/* Each value that counts is compared once: what is compared twice on each level takes for
 * ever. */
static bool
members_within(const struct json *a, const struct json *b)
{
	for (uint32_t i = 0; i < a->n; i++) {
		const struct json *other;

		if (!counts(a, i))
			continue;
		other = json_get_str(b, json_key(a, i));
		if (other == NULL || !json_equal(json_value(a, i), other))
			return false;
	}
	return true;
}

bool
json_equal(const struct json *a, const struct json *b)
{
	if (is_number(a) && is_number(b))
		return numbers_equal(a, b);
	if (a->type != b->type)
		return false;
	switch (a->type) {
	case JSON_BOOL:
		return a->boolean == b->boolean;
	case JSON_STRING:
		return str_eq(json_str(a), json_str(b));
	case JSON_ARRAY:
		return a->n == b->n && arrays_equal(a, b);
	case JSON_OBJECT:
		return keys_within(b, a) && members_within(a, b);
	default:
		return true;
	}
}

static uint64_t
mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * 0x9e3779b97f4a7c15u;
	return h ^ (h >> 31);
}

/* Members are added, not chained, so that their order does not count. */
static uint64_t
hash_object(const struct json *j)
{
	uint64_t h = 7;

	for (uint32_t i = 0; i < j->n; i++)
		if (counts(j, i))
			h += mix(str_hash(json_key(j, i)), json_hash(json_value(j, i)));
	return h;
}

uint64_t
json_hash(const struct json *j)
{
	uint64_t h = 5, bits;
	double v = 0.0;

	switch (j->type) {
	case JSON_BOOL:
		return j->boolean ? 3 : 2;
	case JSON_INTEGER:
	case JSON_REAL:
		json_number(j, &v);
		v += 0.0; /* the negative zero equals the other one */
		memcpy(&bits, &v, sizeof(bits));
		return mix(11, bits);
	case JSON_STRING:
		return mix(13, str_hash(json_str(j)));
	case JSON_ARRAY:
		for (uint32_t i = 0; i < j->n; i++)
			h = mix(h, json_hash(json_at(j, i)));
		return h;
	case JSON_OBJECT:
		return hash_object(j);
	default:
		return 1;
	}
}

static enum err
quote(struct arena *a, struct str s, struct str *r)
{
	char *out = arena_alloc(a, s.n * 6 + 2), *p = out;

	if (out == NULL)
		return ERR_MEMORY;
	*p++ = '"';
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.s[i];

		if (c < 0x20) {
			static const char hex[] = "0123456789abcdef";

			memcpy(p, "\\u00", 4);
			p[4] = hex[c >> 4];
			p[5] = hex[c & 15];
			p += 6;
			continue;
		}
		if (c == '"' || c == '\\')
			*p++ = '\\';
		*p++ = (char)c;
	}
	*p++ = '"';
	*r = (struct str){out, (size_t)(p - out)};
	return ERR_OK;
}

enum err
json_text(struct arena *a, const struct json *j, struct str *r)
{
	char number[NUMBER_ROOM];

	switch (j->type) {
	case JSON_ARRAY:
	case JSON_OBJECT:
		*r = j->block->text;
		return ERR_OK;
	case JSON_STRING:
		return quote(a, json_str(j), r);
	case JSON_BOOL:
		*r = j->boolean ? STR("true") : STR("false");
		return ERR_OK;
	case JSON_INTEGER:
		*r = str_of(arena_printf(a, "%lld", (long long)j->integer));
		return r->s == NULL ? ERR_MEMORY : ERR_OK;
	case JSON_REAL:
		*r = arena_str(a, (struct str){number, number_write(number, j->real)});
		return r->s == NULL ? ERR_MEMORY : ERR_OK;
	case JSON_NULL:
		break;
	}
	*r = STR("null");
	return ERR_OK;
}

const char *
json_type_name(const struct json *j)
{
	static const char *const names[] = {
	    [JSON_NULL] = "null",
	    [JSON_BOOL] = "a boolean",
	    [JSON_INTEGER] = "a number",
	    [JSON_REAL] = "a number",
	    [JSON_STRING] = "a string",
	    [JSON_ARRAY] = "a list",
	    [JSON_OBJECT] = "an object",
	};

	return j == NULL ? "nothing" : names[j->type];
}
