/* lib/json/json: strict reading by a table of cases, depth, damage, equality and lookups.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "base/buf.h"
#include "json/json.h"
#include "json/out.h"

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

static struct arena *a;
static struct error e;

static int
set_up(void **state)
{
	(void)state;
	e = (struct error){0};
	a = arena_new(0);
	return a == NULL;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

/* Parse bytes that end where the memory ends, so that a sanitizer sees a step too far. */
static enum err
parse(struct str text, const struct json **r)
{
	char *exact = malloc(text.n == 0 ? 1 : text.n);
	struct str kept;
	enum err err;

	assert_non_null(exact);
	memcpy(exact, text.n == 0 ? "" : text.s, text.n);
	err = json_parse(a, (struct str){exact, text.n}, r, &e);
	free(exact);
	if (err != ERR_OK)
		return err;
	kept = arena_str(a, text);
	assert_non_null(kept.s);
	return json_parse(a, kept, r, &e);
}

/* A document that must be good; the text is kept. */
static const struct json *
good(const char *text)
{
	const struct json *j = NULL;

	if (json_parse(a, arena_str(a, str_of(text)), &j, &e) != ERR_OK)
		fail_msg("%s: %s", text, e.text);
	return j;
}

/* ------------------------------------------------------------------ the table of cases */

static unsigned
hex_digit(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* Undo the escapes of a column. */
static struct str
unescape(const char *s, size_t n)
{
	char *out = arena_alloc(a, n + 1);
	size_t length = 0;

	assert_non_null(out);
	for (size_t i = 0; i < n; i++) {
		if (s[i] != '\\') {
			out[length++] = s[i];
			continue;
		}
		switch (s[++i]) {
		case 'x':
			out[length++] =
			    (char)(hex_digit(s[i + 1]) * 16 + hex_digit(s[i + 2]));
			i += 2;
			break;
		case 't':
			out[length++] = '\t';
			break;
		case 'n':
			out[length++] = '\n';
			break;
		case 'r':
			out[length++] = '\r';
			break;
		default:
			assert_int_equal(s[i], '\\');
			out[length++] = '\\';
		}
	}
	out[length] = '\0';
	return (struct str){out, length};
}

static void
run_good(int line, struct str text, struct str want)
{
	const struct json *j = NULL;
	struct json_object *copy;
	struct buf b = BUF_INIT;

	if (parse(text, &j) != ERR_OK)
		fail_msg("json.cases:%d: %s", line, e.text);
	copy = json_out_copy(j);
	assert_int_equal(json_out_write(&b, copy, false), ERR_OK);
	json_out_free(copy);
	if (!str_eq(buf_text(&b), want))
		fail_msg("json.cases:%d: %s came out", line, b.s);
	buf_free(&b);
}

static void
run_bad(int line, struct str text, struct str want)
{
	static const struct json untouched;
	const struct json *j = &untouched;

	if (parse(text, &j) != ERR_INPUT || e.code != ERR_INPUT)
		fail_msg("json.cases:%d: was not refused", line);
	if (strncmp(e.text, "JSON: ", 6) != 0 || strstr(e.text, want.s) == NULL)
		fail_msg("json.cases:%d: the message is \"%s\"", line, e.text);
	assert_ptr_equal(j, &untouched);
}

static void
run_line(int number, char *line)
{
	char *text = strchr(line, '\t'),
	     *want = text == NULL ? NULL : strchr(text + 1, '\t');
	struct str in, out;

	line[strcspn(line, "\n")] = '\0';
	if (line[0] == '\0' || line[0] == '#')
		return;
	if (want == NULL)
		fail_msg("json.cases:%d: three columns are required", number);
	in = unescape(text + 1, (size_t)(want - text - 1));
	out = unescape(want + 1, strlen(want + 1));
	if (strncmp(line, "ok\t", 3) == 0)
		run_good(number, in, out);
	else if (strncmp(line, "bad\t", 4) == 0)
		run_bad(number, in, out);
	else
		fail_msg("json.cases:%d: neither ok nor bad", number);
}

static void
cases(void **state)
{
	const char *srcdir = getenv("srcdir");
	char path[1024], line[1024];
	int number = 0;
	FILE *f;

	(void)state;
	snprintf(
	    path, sizeof(path), "%s/tests/cases/json.cases", srcdir == NULL ? "." : srcdir);
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL)
		run_line(++number, line);
	fclose(f);
	assert_true(number > 150);
}

/* Every byte that a string may not hold as it is, and every one that it may. */
static void
control_characters_are_refused(void **state)
{
	(void)state;
	for (int c = 0; c < 0x80; c++) {
		char text[] = "\"a?c\"";
		const struct json *j;
		bool fine = c >= 0x20 && c != '"' && c != '\\';

		text[2] = (char)c;
		assert_int_equal(
		    parse((struct str){text, 5}, &j), fine ? ERR_OK : ERR_INPUT);
		if (fine)
			assert_true(str_eq(json_str(j), (struct str){text + 1, 3}));
	}
}

/* Each escape of a code point gives that code point. */
static void
every_code_point_can_be_escaped(void **state)
{
	(void)state;
	for (uint32_t c = 0; c < 0x110000; c += c < 0x3000 ? 1 : 97) {
		char text[32];
		const struct json *j;
		const unsigned char *s;
		uint32_t got;

		if (c >= 0xd800 && c < 0xe000)
			continue;
		if (c < 0x10000)
			snprintf(text, sizeof(text), "\"\\u%04X\"", (unsigned)c);
		else
			snprintf(text, sizeof(text), "\"\\u%04x\\u%04x\"",
			    (unsigned)(0xd800 + ((c - 0x10000) >> 10)),
			    (unsigned)(0xdc00 + ((c - 0x10000) & 0x3ff)));
		assert_int_equal(json_parse(a, str_of(text), &j, &e), ERR_OK);
		s = (const unsigned char *)json_str(j).s;
		switch (j->n) {
		case 1:
			got = s[0];
			break;
		case 2:
			got = (s[0] & 0x1fu) << 6 | (s[1] & 0x3fu);
			break;
		case 3:
			got = (s[0] & 0xfu) << 12 | (s[1] & 0x3fu) << 6 | (s[2] & 0x3fu);
			break;
		default:
			got = (s[0] & 7u) << 18 | (s[1] & 0x3fu) << 12 |
			    (s[2] & 0x3fu) << 6 | (s[3] & 0x3fu);
		}
		assert_int_equal(got, c);
		arena_reset(a);
	}
}

/* ------------------------------------------------------------------ limits */

/* `depth` brackets of a kind, one in the other. */
static struct str
nested(const char *open, const char *inside, const char *close, int depth)
{
	struct buf b = BUF_INIT;
	struct str text;

	for (int i = 0; i < depth; i++)
		buf_puts(&b, open);
	buf_puts(&b, inside);
	for (int i = 0; i < depth; i++)
		buf_puts(&b, close);
	text = arena_str(a, buf_text(&b));
	buf_free(&b);
	return text;
}

static void
depth_ends(void **state)
{
	const struct json *j;

	(void)state;
	assert_int_equal(parse(nested("[", "", "]", JSON_DEPTH), &j), ERR_OK);
	assert_int_equal(parse(nested("[", "", "]", JSON_DEPTH + 1), &j), ERR_INPUT);
	assert_non_null(strstr(e.text, "column 129: nested too deeply"));
	assert_int_equal(parse(nested("{\"a\":", "1", "}", JSON_DEPTH), &j), ERR_OK);
	assert_int_equal(parse(nested("{\"a\":", "1", "}", JSON_DEPTH + 1), &j), ERR_INPUT);
	assert_int_equal(parse(nested("[{\"a\":", "1", "}]", JSON_DEPTH / 2), &j), ERR_OK);
	assert_int_equal(
	    parse(nested("[{\"a\":", "[]", "}]", JSON_DEPTH / 2), &j), ERR_INPUT);
	/* Brackets beside each other are no depth. */
	assert_int_equal(parse(nested("[],", "", "", 1000), &j), ERR_INPUT);
	assert_true(strstr(e.text, "too deeply") == NULL);
	assert_int_equal(parse(nested("[", "", "", 1000000), &j), ERR_INPUT);
	assert_non_null(strstr(e.text, "too deeply"));
}

static void
memory_ends(void **state)
{
	static const char text[] =
	    "{\"a\": [1, 2, {\"b\\n\": \"c\\u00e4\"}], \"d\": [[], {}]}";
	static const struct json untouched;
	int failed = 0;

	(void)state;
	for (size_t limit = 16; limit < 16384; limit += 16) {
		struct arena *small = arena_new(limit);
		const struct json *j = &untouched;
		enum err err = json_parse(small, STR(text), &j, &e);

		assert_true(err == ERR_OK || err == ERR_MEMORY);
		assert_int_equal(err == ERR_OK, j != &untouched);
		failed += err == ERR_MEMORY;
		if (err == ERR_MEMORY)
			assert_string_equal(e.text, "JSON: out of memory");
		arena_free(small);
	}
	assert_in_range(failed, 10, 900);
}

static void
long_documents_are_read(void **state)
{
	struct buf b = BUF_INIT;
	const struct json *j;

	(void)state;
	buf_char(&b, '[');
	for (int i = 0; i < 100000; i++)
		buf_printf(&b, "%s%d", i == 0 ? "" : ",", i);
	buf_char(&b, ']');
	assert_int_equal(json_parse(a, buf_text(&b), &j, &e), ERR_OK);
	assert_int_equal(j->n, 100000);
	for (uint32_t i = 0; i < j->n; i++)
		assert_int_equal(json_at(j, i)->integer, i);
	buf_free(&b);
}

/* ------------------------------------------------------------------ damage */

static uint32_t
draw(void)
{
	static uint32_t x = 2463534242u;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x;
}

/* What was read and written reads again, and is the same. */
static void
assert_survives(const struct json *j)
{
	struct json_object *copy = json_out_copy(j);
	struct buf b = BUF_INIT;
	const struct json *again;

	assert_int_equal(json_out_write(&b, copy, (draw() & 1) != 0), ERR_OK);
	json_out_free(copy);
	if (memchr(b.s, '\0', b.n) != NULL || strstr(b.s, "\\u0000") == NULL) {
		assert_int_equal(json_parse(a, buf_text(&b), &again, &e), ERR_OK);
		assert_true(json_equal(j, again) && json_equal(again, j));
		assert_true(json_hash(j) == json_hash(again));
	}
	buf_free(&b);
}

static void
damaged_documents_harm_nothing(void **state)
{
	static const char seed[] = "[{\"id\": \"a\\u00e4\\ud83d\\ude00\", \"from_name\": "
				   "\"b\xc3\xa4\", \"type\": \"labels\", "
				   "\"value\": {\"x\": -1.5e2, \"y\": 0, \"points\": [[1, "
				   "2], [3.25, 4E-1]], \"t\": true, "
				   "\"n\": null, \"f\": false, \"e\": {}, \"l\": [], "
				   "\"s\": \"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}}]";
	static const char pieces[] = "{}[]\",:\\u0019eE+-.tfn \n\t\xc3\xff\xed\xa0\x80/";
	clock_t start = clock();
	int good_ones = 0;

	(void)state;
	for (int i = 0; i < 300000 && clock() - start < CLOCKS_PER_SEC / 2; i++) {
		char text[sizeof(seed) * 2];
		size_t n = sizeof(seed) - 1;
		const struct json *j;

		memcpy(text, seed, n);
		for (uint32_t k = draw() % 4 + 1; k > 0; k--) {
			size_t at = draw() % n, more = draw() % 8;

			switch (draw() % 4) {
			case 0: /* another byte */
				text[at] = (char)draw();
				break;
			case 1: /* one that means something */
				text[at] = pieces[draw() % (sizeof(pieces) - 1)];
				break;
			case 2: /* some less */
				more = more > n - at - 1 ? 0 : more;
				memmove(text + at, text + at + more, n - at - more);
				n -= more;
				break;
			default: /* some twice */
				more = more > n - at || n + more > sizeof(text) ? 0 : more;
				memmove(text + at + more, text + at, n - at);
				n += more;
				break;
			}
		}
		if (parse((struct str){text, n}, &j) == ERR_OK) {
			assert_survives(j);
			good_ones++;
		}
		arena_reset(a);
	}
	assert_true(good_ones > 100);
}

static void
cut_documents_are_refused(void **state)
{
	static const char text[] =
	    "[{\"a\\n\": [1, \"\xc3\xa4\\u00e4\", true, {\"b\": null}]}]";
	const struct json *j;

	(void)state;
	assert_int_equal(parse(STR(text), &j), ERR_OK);
	for (size_t n = 0; n < sizeof(text) - 1; n++)
		assert_int_equal(parse((struct str){text, n}, &j), ERR_INPUT);
}

/* ------------------------------------------------------------------ what is in it */

static void
members_are_found(void **state)
{
	const struct json *j =
	    good("{\"a\": 1, \"b\": {\"c\": [2]}, \"\": 3, \"a\\u0000\": 4}");

	(void)state;
	assert_int_equal(j->type, JSON_OBJECT);
	assert_int_equal(j->n, 4);
	assert_int_equal(json_get(j, "a")->integer, 1);
	assert_int_equal(json_at(json_get(json_get(j, "b"), "c"), 0)->integer, 2);
	assert_int_equal(json_get(j, "")->integer, 3);
	assert_int_equal(json_get_str(j, (struct str){0})->integer, 3);
	assert_int_equal(json_get_str(j, STR("a\0"))->integer, 4);
	assert_null(json_get(j, "c"));
	assert_null(json_get(j, "A"));
	assert_null(json_get(NULL, "a"));
	assert_null(json_get(json_get(j, "a"), "a"));
	assert_null(json_get(good("[\"a\"]"), "a"));
	assert_null(json_get(good("{}"), "a"));
	assert_null(json_get(good("{}"), ""));
	assert_true(str_is(json_key(j, 1), "b"));
	assert_int_equal(json_value(j, 0)->integer, 1);
	assert_int_equal(json_get(good("{\"a\":1,\"b\":2,\"a\":3}"), "a")->integer, 3);
}

/* An object of `n` members k0 .. with the values first .., those that divide by `twice` two
 * times. */
static const struct json *
object_of(int n, int first, int twice, bool backwards)
{
	struct buf b = BUF_INIT;
	const struct json *j;

	buf_char(&b, '{');
	for (int i = 0; i < n; i++) {
		int k = backwards ? n - 1 - i : i;

		if (twice > 0 && k % twice == 0)
			buf_printf(&b, "\"k%d\":[],", k);
		buf_printf(&b, "\"k%d\":%d%s", k, first + k, i + 1 < n ? "," : "");
	}
	buf_char(&b, '}');
	j = good(b.s);
	buf_free(&b);
	return j;
}

static void
members_are_found_among_many(void **state)
{
	(void)state;
	for (int n = 1; n < 300; n += n < 40 ? 1 : 37) {
		const struct json *j = object_of(n, 100, 3, n % 2 == 0);

		for (int k = 0; k < n; k++) {
			char key[16];

			snprintf(key, sizeof(key), "k%d", k);
			assert_non_null(json_get(j, key));
			assert_int_equal(json_get(j, key)->type, JSON_INTEGER);
			assert_int_equal(json_get(j, key)->integer, 100 + k);
			key[0] = 'j';
			assert_null(json_get(j, key));
			key[0] = 'l';
			assert_null(json_get(j, key));
		}
		assert_null(json_get(j, "k"));
		assert_null(json_get(j, "k1000000"));
		assert_null(json_get(j, ""));
		assert_null(json_get_str(j, (struct str){0}));
		assert_true(json_equal(j, object_of(n, 100, 0, n % 2 != 0)));
		assert_true(json_hash(j) == json_hash(object_of(n, 100, 0, n % 2 != 0)));
		assert_false(json_equal(j, object_of(n, 101, 0, false)));
		assert_false(json_equal(j, object_of(n + 1, 100, 0, false)));
		assert_false(json_equal(object_of(n + 1, 100, 0, false), j));
	}
}

static void
numbers_are_told(void **state)
{
	static const struct {
		const char *text;
		bool number, loose, integer;
		double value;
	} rows[] = {
	    {"3", true, true, true, 3.0},
	    {"-3.0", true, true, true, -3.0},
	    {"3.5", true, true, false, 3.5},
	    {"1e3", true, true, true, 1000.0},
	    {"1e300", true, true, false, 1e300},
	    {"9223372036854775807", true, true, true, 0x1p63},
	    {"9223372036854775808", true, true, false, 0x1p63},
	    {"-9223372036854775808", true, true, true, -0x1p63},
	    {"-9223372036854775808.0", true, true, true, -0x1p63},
	    {"-9223372036854777856.0", true, true, false, -9223372036854777856.0},
	    {"[4]", false, true, false, 4.0},
	    {"[4.5]", false, true, false, 4.5},
	    {"\"4\"", false, true, false, 4.0},
	    {"\" 4.5e0 \"", false, true, false, 4.5},
	    {"[]", false, false, false, 0.0},
	    {"[4, 5]", false, false, false, 0.0},
	    {"[[4]]", false, false, false, 0.0},
	    {"[null]", false, false, false, 0.0},
	    {"\"\"", false, false, false, 0.0},
	    {"\"4x\"", false, false, false, 0.0},
	    {"\"0x4\"", false, false, false, 0.0},
	    {"\"nan\"", false, false, false, 0.0},
	    {"null", false, false, false, 0.0},
	    {"true", false, false, false, 0.0},
	    {"{}", false, false, false, 0.0},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		const struct json *j = good(rows[i].text);
		double v = 77.0, loose = 77.0;
		int64_t n = 77;

		assert_int_equal(json_number(j, &v), rows[i].number);
		assert_true(v == (rows[i].number ? rows[i].value : 77.0));
		assert_int_equal(json_number_loose(j, &loose), rows[i].loose);
		assert_true(loose == (rows[i].loose ? rows[i].value : 77.0));
		assert_int_equal(json_integer(j, &n), rows[i].integer);
		assert_true((double)n == (rows[i].integer ? rows[i].value : 77.0));
	}
	assert_false(json_number(NULL, &(double){0}));
	assert_false(json_number_loose(NULL, &(double){0}));
	assert_false(json_integer(NULL, &(int64_t){0}));
}

static void
other_kinds_are_told(void **state)
{
	(void)state;
	assert_true(json_true(good("true")));
	assert_false(json_true(good("false")));
	assert_false(json_true(good("1")));
	assert_false(json_true(good("\"true\"")));
	assert_false(json_true(good("null")));
	assert_false(json_true(NULL));
	assert_true(json_is_null(good("null")));
	assert_true(json_is_null(NULL));
	assert_false(json_is_null(good("0")));
	assert_false(json_is_null(good("false")));
	assert_null(json_str(NULL).s);
	assert_null(json_str(good("1")).s);
	assert_null(json_str(good("[\"a\"]")).s);
	assert_non_null(json_str(good("\"\"")).s);
	assert_string_equal(json_type_name(NULL), "nothing");
	assert_string_equal(json_type_name(good("null")), "null");
	assert_string_equal(json_type_name(good("true")), "a boolean");
	assert_string_equal(json_type_name(good("1")), "a number");
	assert_string_equal(json_type_name(good("1.5")), "a number");
	assert_string_equal(json_type_name(good("\"\"")), "a string");
	assert_string_equal(json_type_name(good("[]")), "a list");
	assert_string_equal(json_type_name(good("{}")), "an object");
}

static void
equality_is_by_value(void **state)
{
	static const struct {
		const char *x, *y;
		bool equal;
	} rows[] = {
	    {"1", "1.0", true},
	    {"1", "1e0", true},
	    {"0", "-0", true},
	    {"0", "-0.0", true},
	    {"0.1", "1e-1", true},
	    {"1", "2", false},
	    {"1", "true", false},
	    {"0", "null", false},
	    {"0", "false", false},
	    {"\"1\"", "1", false},
	    {"null", "null", true},
	    {"null", "false", false},
	    {"true", "true", true},
	    {"true", "false", false},
	    /* Larger than what a double tells apart. */
	    {"9007199254740993", "9007199254740992", false},
	    {"9007199254740993", "9007199254740993", true},
	    {"9007199254740993", "9007199254740992.0", false},
	    {"9007199254740992", "9007199254740992.0", true},
	    {"9223372036854775807", "9223372036854775808", false},
	    {"-9223372036854775808", "-9223372036854775808.0", true},
	    {"\"\\u0041\"", "\"A\"", true},
	    {"\"a\"", "\"A\"", false},
	    {"\"\"", "\"\\u0000\"", false},
	    {"[]", "[]", true},
	    {"[]", "{}", false},
	    {"[1, 2]", "[1,2]", true},
	    {"[1, 2]", "[2, 1]", false},
	    {"[1, 2]", "[1]", false},
	    {"[[1]]", "[1]", false},
	    {"{}", "{ }", true},
	    {"{\"a\": 1, \"b\": [2]}", "{\"b\": [2.0], \"a\": 1}", true},
	    {"{\"a\": 1}", "{\"a\": 2}", false},
	    {"{\"a\": 1}", "{\"b\": 1}", false},
	    {"{\"a\": 1}", "{\"a\": 1, \"b\": null}", false},
	    {"{\"a\": null}", "{}", false},
	    {"{\"a\": 1, \"a\": 2}", "{\"a\": 2}", true},
	    {"{\"a\": 1, \"a\": 2}", "{\"a\": 1}", false},
	    {"{\"a\": 1, \"a\": 2}", "{\"a\": 2, \"b\": 1}", false},
	    {"{\"a\": 1, \"b\": 1, \"b\": 2}", "{\"a\": 1, \"a\": 1, \"b\": 2}", true},
	    {"{\"\": 1}", "{\"\": 1}", true},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		const struct json *x = good(rows[i].x), *y = good(rows[i].y);

		if (json_equal(x, y) != rows[i].equal || json_equal(y, x) != rows[i].equal)
			fail_msg("%s and %s", rows[i].x, rows[i].y);
		assert_true(json_equal(x, x) && json_equal(y, y));
		if (rows[i].equal)
			assert_true(json_hash(x) == json_hash(y));
		else if (strstr(rows[i].x, "9007") == NULL &&
		    strstr(rows[i].x, "9223") == NULL)
			assert_true(json_hash(x) != json_hash(y));
	}
}

/* Work that doubles with each level, or grows with the square of the members, would not
 * end. */
static void
deep_and_wide_objects_are_compared_in_time(void **state)
{
	struct str deep = nested("{\"b\":1,\"a\":", "1", "}", 100);
	struct str twice = nested("{\"a\":1,\"a\":1,\"a\":", "1", "}", 100);
	const struct json *x, *y;
	clock_t start = clock();

	(void)state;
	assert_int_equal(json_parse(a, deep, &x, &e), ERR_OK);
	assert_int_equal(json_parse(a, deep, &y, &e), ERR_OK);
	assert_true(json_equal(x, y));
	assert_true(json_hash(x) == json_hash(y));
	assert_int_equal(json_parse(a, twice, &x, &e), ERR_OK);
	assert_int_equal(json_parse(a, twice, &y, &e), ERR_OK);
	assert_true(json_equal(x, y));
	assert_true(json_hash(x) == json_hash(y));
	x = object_of(100000, 0, 2, false);
	y = object_of(100000, 0, 0, true);
	assert_true(json_equal(x, y));
	assert_true(json_hash(x) == json_hash(y));
	assert_true(clock() - start < 5 * CLOCKS_PER_SEC);
}

static void
texts_are_given_back(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
	    {" {\"a\" : [ 1 ] } ", "{\"a\" : [ 1 ] }"},
	    {"[ ]", "[ ]"},
	    {"null", "null"},
	    {"true", "true"},
	    {"false", "false"},
	    {"-5", "-5"},
	    {"1.50", "1.5"},
	    {"\"a\\u00e4\\n\\\"\\\\\\u0000\"", "\"a\xc3\xa4\\u000a\\\"\\\\\\u0000\""},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct str text = {0};

		assert_int_equal(json_text(a, good(rows[i].in), &text), ERR_OK);
		assert_true(str_is(text, rows[i].out));
	}
	/* A part of a document is the text of that part. */
	struct str text;
	assert_int_equal(
	    json_text(a, json_get(good("{\"a\": {\"b\": [1, 2]}}"), "a"), &text), ERR_OK);
	assert_true(str_is(text, "{\"b\": [1, 2]}"));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(cases),
	    TEST(control_characters_are_refused),
	    TEST(every_code_point_can_be_escaped),
	    TEST(depth_ends),
	    TEST(memory_ends),
	    TEST(long_documents_are_read),
	    TEST(damaged_documents_harm_nothing),
	    TEST(cut_documents_are_refused),
	    TEST(members_are_found),
	    TEST(members_are_found_among_many),
	    TEST(numbers_are_told),
	    TEST(other_kinds_are_told),
	    TEST(equality_is_by_value),
	    TEST(deep_and_wide_objects_are_compared_in_time),
	    TEST(texts_are_given_back),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
