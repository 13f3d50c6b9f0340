#include "json/json.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/utf8.h"

static_assert(sizeof(struct json) == 16, "a node is two words");

/* Objects of more members have their keys sorted: looking all of them up stays near linear.
 */
#define FEW_MEMBERS 16

/*
 * Children are gathered on a stack, which lives as long as the parsing, and copied into
 * their block in the arena when the bracket closes.
 */
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
		struct json *bigger = realloc(s->stack, room * sizeof(*bigger));

		if (bigger == NULL)
			return fail(s, ERR_MEMORY, "out of memory");
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

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/*
 * Of eight bytes the high bit of each that is a quote, a backslash or a control character;
 * above the lowest of these there may be others by mistake.
 */
static uint64_t
special_bytes(uint64_t w)
{
	uint64_t quote = w ^ EACH('"'), backslash = w ^ EACH('\\');

	return (((quote - EACH(1)) & ~quote) | ((backslash - EACH(1)) & ~backslash) |
		   ((w - EACH(0x20)) & ~w)) &
	    EACH(0x80);
}
#endif

/* To the next quote, backslash or control character; notes bytes above ASCII. */
static const char *
plain_run(const char *p, const char *end, bool *high)
{
	unsigned char seen = 0;

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	for (; end - p >= 8; p += 8) {
		uint64_t w, special;

		memcpy(&w, p, 8);
		special = special_bytes(w);
		/* Below the lowest mark there are the bytes of the string. */
		*high |= (w & EACH(0x80) & (special - 1) & ~special) != 0;
		if (special != 0)
			return p + __builtin_ctzll(special) / 8;
	}
#endif
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
		return fail(s, ERR_LIMIT, "a string is longer than 4 GiB");
	s->p++;
	*r = (struct json){.type = JSON_STRING, .n = (uint32_t)text.n, .string = text.s};
	return true;
}

static bool
in_number(char c)
{
	return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' ||
	    (c | 32) == 'e';
}

static bool
read_number(struct parser *s, struct json *r)
{
	struct str token = {s->p, (size_t)(s->end - s->p)};
	int64_t integer;
	bool whole = true;
	double real;
	size_t n = number_short(token, &whole, &integer, &real);

	if (n > 0 && (n == token.n || !in_number(token.s[n]))) {
		s->p += n;
		*r = whole ? (struct json){.type = JSON_INTEGER, .integer = integer}
			   : (struct json){.type = JSON_REAL, .real = real};
		return true;
	}
	for (; s->p < s->end && in_number(*s->p); s->p++)
		whole = whole && *s->p != '.' && (*s->p | 32) != 'e';
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

/* Equal keys by their place, so that the one that counts is the last of them. */
static int
by_key(const void *x, const void *y)
{
	const struct json *a = *(const struct json *const *)x,
			  *b = *(const struct json *const *)y;
	int order = json_compare_keys(a, b);

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
		if (i + 1 == n ||
		    json_compare_keys(block->keys[i], block->keys[i + 1]) != 0)
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
		return fail(
		    s, ERR_INPUT, "nested more than " STR_OF_MACRO(JSON_DEPTH) " deep");
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
	size_t offset;

	return json_parse_at(a, text, r, &offset, e);
}

enum err
json_parse_at(struct arena *a, struct str text, const struct json **r, size_t *offset_r,
    struct error *e)
{
	struct parser s = {
	    .arena = a, .start = text.s, .p = text.s, .end = text.s + text.n};
	struct json *root = arena_alloc(a, sizeof(*root));
	bool ok;

	*offset_r = 0;
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
	free(s.stack);
	*offset_r = (size_t)(s.p - s.start);
	if (!ok)
		return explain(&s, e);
	*r = root;
	return ERR_OK;
}
