#include "json/json.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/utf8.h"

static_assert(sizeof(struct json) == 16, "a node is two words");

/* Objects of more members have their keys sorted: looking all of them up stays near linear.
 */
#define FEW_MEMBERS 16

/* Children are gathered on a stack and copied into their block when the bracket closes. */
struct parser {
	struct arena *arena;
	const char *start, *p, *end;
	struct json *stack;
	size_t n, room;
	int depth;
	const char *problem;
	enum err err;
};

static bool
fail(struct parser *s, enum err err, const char *problem)
{
	s->err = err;
	s->problem = problem;
	return false;
}

static void
skip_space(struct parser *s)
{
	while (s->p < s->end &&
	    (*s->p == ' ' || *s->p == '\n' || *s->p == '\r' || *s->p == '\t'))
		s->p++;
}

static bool
push(struct parser *s, struct json node)
{
	if (s->n == s->room) {
		size_t room = s->room == 0 ? 256 : s->room * 2;
		struct json *bigger = arena_alloc(s->arena, room * sizeof(*bigger));

		if (bigger == NULL)
			return fail(s, ERR_MEMORY, "out of memory");
		if (s->n > 0)
			memcpy(bigger, s->stack, s->n * sizeof(*bigger));
		s->stack = bigger;
		s->room = room;
	}
	s->stack[s->n++] = node;
	return true;
}

static bool
read_hex(struct parser *s, uint32_t *r)
{
	uint32_t v = 0;

	if (s->end - s->p < 4)
		return fail(s, ERR_INPUT, "four hexadecimal digits must follow \\u");
	for (int i = 0; i < 4; i++) {
		char c = *s->p;

		if (c >= '0' && c <= '9')
			v = v * 16 + (uint32_t)(c - '0');
		else if ((c | 32) >= 'a' && (c | 32) <= 'f')
			v = v * 16 + (uint32_t)((c | 32) - 'a' + 10);
		else
			return fail(
			    s, ERR_INPUT, "four hexadecimal digits must follow \\u");
		s->p++;
	}
	*r = v;
	return true;
}

static size_t
encode(char *out, uint32_t c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

/* After "\u": one code point, out of two escapes if it is a pair of surrogates. */
static bool
read_unicode(struct parser *s, uint32_t *r)
{
	uint32_t high, low;

	if (!read_hex(s, &high))
		return false;
	if (high >= 0xd800 && high <= 0xdfff) {
		if (high > 0xdbff || s->end - s->p < 6 || s->p[0] != '\\' || s->p[1] != 'u')
			return fail(s, ERR_INPUT, "a lone surrogate is no character");
		s->p += 2;
		if (!read_hex(s, &low))
			return false;
		if (low < 0xdc00 || low > 0xdfff)
			return fail(s, ERR_INPUT, "a lone surrogate is no character");
		high = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
	}
	*r = high;
	return true;
}

static bool
read_escape(struct parser *s, char *out, size_t *n)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *at;
	uint32_t c;

	if (s->p >= s->end)
		return fail(s, ERR_INPUT, "the text ends inside a string");
	if (*s->p == 'u') {
		s->p++;
		if (!read_unicode(s, &c))
			return false;
		*n += encode(out + *n, c);
		return true;
	}
	at = *s->p == '\0' ? NULL : strchr(from, *s->p);
	if (at == NULL)
		return fail(s, ERR_INPUT, "no such escape in a string");
	s->p++;
	out[(*n)++] = to[at - from];
	return true;
}

/* To the next quote, backslash or control character; notes bytes above ASCII. */
static const char *
plain_run(const char *p, const char *end, bool *high)
{
	unsigned char seen = 0;

	while (p < end && *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20)
		seen |= (unsigned char)*p++;
	*high |= (seen & 0x80) != 0;
	return p;
}

/* The rest of a string with escapes; `first` is where it began. It can only become shorter.
 */
static bool
read_escaped(struct parser *s, const char *first, struct str *r, bool *high)
{
	const char *quote = s->p;
	char *out;
	size_t n = (size_t)(s->p - first);

	while (quote < s->end && *quote != '"')
		quote += *quote == '\\' && s->end - quote > 1 ? 2 : 1;
	out = arena_alloc(s->arena, (size_t)(quote - first) + 1);
	if (out == NULL)
		return fail(s, ERR_MEMORY, "out of memory");
	memcpy(out, first, n);
	while (s->p < s->end && *s->p == '\\') {
		const char *run;

		s->p++;
		if (!read_escape(s, out, &n))
			return false;
		run = s->p;
		s->p = plain_run(run, s->end, high);
		memcpy(out + n, run, (size_t)(s->p - run));
		n += (size_t)(s->p - run);
	}
	*r = (struct str){out, n};
	return true;
}

static bool
read_string(struct parser *s, struct json *r)
{
	const char *first = ++s->p;
	bool high = false;
	struct str text;

	s->p = plain_run(first, s->end, &high);
	text = (struct str){first, (size_t)(s->p - first)};
	if (s->p < s->end && *s->p == '\\' && !read_escaped(s, first, &text, &high))
		return false;
	if (s->p >= s->end)
		return fail(s, ERR_INPUT, "the text ends inside a string");
	if (*s->p != '"')
		return fail(
		    s, ERR_INPUT, "a control character must be escaped in a string");
	if (high && !utf8_valid(text))
		return fail(s, ERR_INPUT, "a string is not UTF-8");
	if (text.n > UINT32_MAX)
		return fail(s, ERR_LIMIT, "a string is too long");
	s->p++;
	*r = (struct json){.type = JSON_STRING, .n = (uint32_t)text.n, .string = text.s};
	return true;
}

static bool
read_number(struct parser *s, struct json *r)
{
	struct str token = {s->p, 0};
	bool whole = true;

	for (; s->p < s->end; s->p++) {
		char c = *s->p;

		if (c == '.' || (c | 32) == 'e')
			whole = false;
		else if (!((c >= '0' && c <= '9') || c == '-' || c == '+'))
			break;
	}
	token.n = (size_t)(s->p - token.s);
	*r = (struct json){.type = JSON_REAL};
	if (whole && number_integer(token, &r->integer) &&
	    !(token.n > 1 && token.s[token.s[0] == '-'] == '0')) {
		r->type = JSON_INTEGER;
		return true;
	}
	if (!number_double(token, &r->real)) {
		s->p = token.s;
		return fail(s, ERR_INPUT, "not a number, or one out of range");
	}
	return true;
}

static bool
read_word(struct parser *s, const char *word, struct json node, struct json *r)
{
	size_t n = strlen(word);

	if ((size_t)(s->end - s->p) < n || memcmp(s->p, word, n) != 0)
		return fail(s, ERR_INPUT, "no such value");
	s->p += n;
	*r = node;
	return true;
}

static bool read_value(struct parser *s, struct json *r);

static int
compare_keys(const struct json *a, const struct json *b)
{
	if (a->n != b->n)
		return a->n < b->n ? -1 : 1;
	return a->n == 0 ? 0 : memcmp(a->string, b->string, a->n);
}

/* Equal keys by their place, so that the one that counts is the last of them. */
static int
by_key(const void *x, const void *y)
{
	const struct json *a = *(const struct json *const *)x,
			  *b = *(const struct json *const *)y;
	int order = compare_keys(a, b);

	return order != 0 ? order : (a > b) - (a < b);
}

static bool
sort_keys(struct parser *s, struct json_block *block, uint32_t n)
{
	block->keys = arena_alloc(s->arena, n * sizeof(block->keys[0]));
	if (block->keys == NULL)
		return fail(s, ERR_MEMORY, "out of memory");
	for (uint32_t i = 0; i < n; i++)
		block->keys[i] = &block->items[(size_t)i * 2];
	qsort(block->keys, n, sizeof(block->keys[0]), by_key);
	for (uint32_t i = 0; i < n; i++)
		if (i + 1 == n || compare_keys(block->keys[i], block->keys[i + 1]) != 0)
			block->keys[block->n_keys++] = block->keys[i];
	return true;
}

static bool
close_block(
    struct parser *s, enum json_kind type, const char *open, size_t base, struct json *r)
{
	size_t count = s->n - base;
	struct json_block *block =
	    arena_alloc(s->arena, sizeof(*block) + count * sizeof(block->items[0]));

	if (block == NULL)
		return fail(s, ERR_MEMORY, "out of memory");
	*block = (struct json_block){.text = {open, (size_t)(s->p - open)}};
	if (count > 0)
		memcpy(block->items, s->stack + base, count * sizeof(block->items[0]));
	if (type == JSON_OBJECT && count / 2 > FEW_MEMBERS &&
	    !sort_keys(s, block, (uint32_t)(count / 2)))
		return false;
	s->n = base;
	s->depth--;
	*r = (struct json){.type = type,
	    .n = (uint32_t)(type == JSON_OBJECT ? count / 2 : count),
	    .block = block};
	return true;
}

static bool
read_member_key(struct parser *s)
{
	struct json key;

	if (s->p >= s->end || *s->p != '"')
		return fail(s, ERR_INPUT, "a key in double quotes is expected");
	if (!read_string(s, &key) || !push(s, key))
		return false;
	skip_space(s);
	if (s->p >= s->end || *s->p != ':')
		return fail(s, ERR_INPUT, "a colon is expected");
	s->p++;
	skip_space(s);
	return true;
}

static bool
read_block(struct parser *s, struct json *r)
{
	const char *open = s->p;
	enum json_kind type = *open == '{' ? JSON_OBJECT : JSON_ARRAY;
	char close = *open == '{' ? '}' : ']';
	size_t base = s->n;
	struct json item;

	if (++s->depth > JSON_DEPTH)
		return fail(s, ERR_INPUT, "nested too deeply");
	s->p++;
	skip_space(s);
	if (s->p < s->end && *s->p == close) {
		s->p++;
		return close_block(s, type, open, base, r);
	}
	for (;;) {
		if (type == JSON_OBJECT && !read_member_key(s))
			return false;
		if (!read_value(s, &item) || !push(s, item))
			return false;
		skip_space(s);
		if (s->p < s->end && *s->p == close)
			break;
		if (s->p >= s->end || *s->p != ',')
			return fail(
			    s, ERR_INPUT, "a comma or the closing bracket is expected");
		s->p++;
		skip_space(s);
	}
	s->p++;
	return close_block(s, type, open, base, r);
}

static bool
read_value(struct parser *s, struct json *r)
{
	if (s->p >= s->end)
		return fail(s, ERR_INPUT, "the text ends where a value is expected");
	switch (*s->p) {
	case '{':
	case '[':
		return read_block(s, r);
	case '"':
		return read_string(s, r);
	case 't':
		return read_word(
		    s, "true", (struct json){.type = JSON_BOOL, .boolean = true}, r);
	case 'f':
		return read_word(s, "false", (struct json){.type = JSON_BOOL}, r);
	case 'n':
		return read_word(s, "null", (struct json){.type = JSON_NULL}, r);
	default:
		return read_number(s, r);
	}
}

static enum err
explain(const struct parser *s, struct error *e)
{
	size_t line = 1, column = 1;

	if (s->err != ERR_INPUT)
		return error_set(e, s->err, "JSON: %s", s->problem);
	for (const char *p = s->start; p < s->p; p++) {
		column = *p == '\n' ? 1 : column + 1;
		line += *p == '\n';
	}
	return error_set(
	    e, ERR_INPUT, "JSON: line %zu, column %zu: %s", line, column, s->problem);
}

enum err
json_parse(struct arena *a, struct str text, const struct json **r, struct error *e)
{
	struct parser s = {
	    .arena = a, .start = text.s, .p = text.s, .end = text.s + text.n};
	struct json *root = arena_alloc(a, sizeof(*root));
	bool ok;

	if (root == NULL)
		return error_set(e, ERR_MEMORY, "JSON: out of memory");
	if (text.n == 0)
		return error_set(e, ERR_INPUT, "JSON: the text is empty");
	skip_space(&s);
	ok = read_value(&s, root);
	if (ok)
		skip_space(&s);
	if (ok && s.p != s.end)
		ok = fail(&s, ERR_INPUT, "something follows the value");
	if (!ok)
		return explain(&s, e);
	*r = root;
	return ERR_OK;
}

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

static const struct json *
find_sorted(const struct json_block *block, const struct json *key)
{
	uint32_t first = 0, end = block->n_keys;

	while (first < end) {
		uint32_t middle = first + (end - first) / 2;
		int order = compare_keys(block->keys[middle], key);

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

		if (str_eq(json_str(k), key))
			return k + 1;
	}
	return NULL;
}

const struct json *
json_get(const struct json *object, const char *key)
{
	return json_get_str(object, str_of(key));
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

/* Each value that counts is compared once: what is compared twice on each level takes for
 * ever. */
static bool
members_within(const struct json *a, const struct json *b)
{
	for (uint32_t i = 0; i < a->n; i++) {
		struct str key = json_key(a, i);
		const struct json *value = json_value(a, i), *other;

		if (json_get_str(a, key) != value)
			continue;
		other = json_get_str(b, key);
		if (other == NULL || !json_equal(value, other))
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

	for (uint32_t i = 0; i < j->n; i++) {
		struct str key = json_key(j, i);
		const struct json *value = json_value(j, i);

		if (json_get_str(j, key) == value)
			h += mix(str_hash(key), json_hash(value));
	}
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
