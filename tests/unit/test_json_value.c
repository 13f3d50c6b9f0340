/* lib/json/json: what is in a document: lookups, numbers, equality, texts. */
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

#include "base/array.h"
#include "base/buf.h"
#include "json/json.h"
#include "json/write.h"
#include "cases.h"
#include "arena_fixture.h"

/* A document that must be good; the text is kept. */
static const struct json *
good(const char *text)
{
	const struct json *j = NULL;

	if (json_parse(a, arena_str(a, str_of(text)), &j, &e) != ERR_OK)
		fail_msg("%s: %s", text, e.text);
	return j;
}

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
	struct str deep = case_nested(a, "{\"b\":1,\"a\":", "1", "}", 100);
	struct str twice = case_nested(a, "{\"a\":1,\"a\":1,\"a\":", "1", "}", 100);
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

static void
numbers_are_given_back_as_they_were_read(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
	    {"{\"k\":1592250751.123456789}", "1592250751.123456789"},
	    {"{\"k\" :\n\t -0.50e+1 }", "-0.50e+1"},
	    {"{\"a\":1,\"k\":2,\"b\":[3]}", "2"},
	    {"{\"k\":1,\"k\":2.0}", "2.0"},
	    {"{\"k\":1,\"k\":\"2\"}", NULL},
	    {"{\"\\u006b\":1.50}", NULL},
	    {"{\"k\":\"1\"}", NULL},
	    {"{\"k\":[1]}", NULL},
	    {"{\"k\":null}", NULL},
	    {"{}", NULL},
	    {"[1]", NULL},
	    {"{\"1\":1,\"2\":2,\"3\":3,\"4\":4,\"5\":5,\"6\":6,\"7\":7,\"8\":8,\"9\":9,"
	     "\"10\":10,\"11\":11,\"12\":12,\"13\":13,\"14\":14,\"15\":15,\"16\":16,"
	     "\"k\":17.00,\"18\":18}",
		"17.00"},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct str text = json_number_text(good(rows[i].in), "k");

		if (rows[i].out == NULL ? text.s != NULL : !str_is(text, rows[i].out))
			fail_msg("%s: %.*s", rows[i].in, STR_ARG(text));
	}
	assert_null(json_number_text(NULL, "k").s);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, arena_set_up, arena_tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(members_are_found),
	    TEST(members_are_found_among_many),
	    TEST(numbers_are_told),
	    TEST(other_kinds_are_told),
	    TEST(equality_is_by_value),
	    TEST(deep_and_wide_objects_are_compared_in_time),
	    TEST(texts_are_given_back),
	    TEST(numbers_are_given_back_as_they_were_read),
	};

	return cmocka_run_group_tests_name("json_value", tests, NULL, NULL);
}
