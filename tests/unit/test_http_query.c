/* Query strings, and single values as Django REST framework's fields read them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/array.h"
#include "base/utf8.h"
#include "http/field.h"
#include "http/query.h"
#include "json/json.h"
#include "arena_fixture.h"

static void
assert_text(struct str have, const char *want)
{
	assert_non_null(have.s);
	assert_int_equal(have.n, strlen(want));
	assert_memory_equal(have.s, want, have.n);
}

struct row {
	const char *text;
	const char *pairs[8]; /* names and values in turn */
};

static void
test_pairs(void **state)
{
	static const struct row rows[] = {
	    {"", {0}},
	    {"&&", {0}},
	    {"a=1&b=2", {"a", "1", "b", "2"}},
	    {"&a=1&&b=2&", {"a", "1", "b", "2"}},
	    {"a", {"a", ""}},
	    {"a=", {"a", ""}},
	    {"=1", {"", "1"}},
	    {"a=b=c", {"a", "b=c"}},
	    {"a+b=c+d", {"a b", "c d"}},
	    {"a%2Bb=%2b", {"a+b", "+"}},
	    {"s%5Ba%5d[b]=%7B%22x%22%3a1%7D", {"s[a][b]", "{\"x\":1}"}},
	    {"a%3D1=%26", {"a=1", "&"}},
	    {"a=%", {"a", "%"}},
	    {"a=%4", {"a", "%4"}},
	    {"a=%4g%zz%41", {"a", "%4g%zzA"}},
	    {"a=%C3%A9\xC3\xA9", {"a", "\xC3\xA9\xC3\xA9"}},
	    {"a=%2F", {"a", "/"}},
	    {"a=%2525", {"a", "%25"}},
	    {"a=1;b=2", {"a", "1;b=2"}},
	    {"a=x%FFy", {"a", "x\xEF\xBF\xBDy"}},
	    {"a=%E2%82", {"a", "\xEF\xBF\xBD"}},
	    {"a=%E2%82A",
		{"a",
		    "\xEF\xBF\xBD"
		    "A"}},
	    {"a=%ED%A0%80", {"a", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"}},
	    {"a=%C0%AF", {"a", "\xEF\xBF\xBD\xEF\xBF\xBD"}},
	    {"a=%F5", {"a", "\xEF\xBF\xBD"}},
	    {"a=%F0%9F%98%80", {"a", "\xF0\x9F\x98\x80"}},
	    {"a=%F4%90%80%80", {"a", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"}},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct query q;
		size_t n = 0;

		assert_int_equal(query_read(a, str_of(rows[i].text), &q), ERR_OK);
		for (; rows[i].pairs[2 * n] != NULL; n++) {
			assert_true(n < q.n);
			assert_text(q.pairs[n].name, rows[i].pairs[2 * n]);
			assert_text(q.pairs[n].value, rows[i].pairs[2 * n + 1]);
		}
		assert_int_equal(q.n, n);
	}
}

static void
test_nul_stays_a_byte(void **state)
{
	struct query q;

	(void)state;
	assert_int_equal(query_read(a, STR("a%00b=c%00"), &q), ERR_OK);
	assert_int_equal(q.n, 1);
	assert_int_equal(q.pairs[0].name.n, 3);
	assert_memory_equal(q.pairs[0].name.s, "a\0b", 3);
	assert_int_equal(q.pairs[0].value.n, 2);
	assert_null(query_last(&q, STR("a")).s);
}

static void
test_absent_query_is_empty(void **state)
{
	struct query q;

	(void)state;
	assert_int_equal(query_read(a, (struct str){NULL, 0}, &q), ERR_OK);
	assert_int_equal(q.n, 0);
}

static void
test_last(void **state)
{
	struct query q;

	(void)state;
	assert_int_equal(query_read(a, STR("a=1&ab=2&a=3&A=4"), &q), ERR_OK);
	assert_text(query_last(&q, STR("a")), "3");
	assert_text(query_last(&q, STR("ab")), "2");
	assert_null(query_last(&q, STR("abc")).s);
	assert_null(query_last(&q, STR("")).s);
}

static void
test_decode(void **state)
{
	(void)state;
	assert_text(query_decode(a, STR("a%2Fb%2fc+d%20"), false, true), "a%2Fb%2fc+d ");
	assert_text(query_decode(a, STR("a%2Fb+c"), true, false), "a/b c");
	assert_text(query_decode(a, STR(""), true, false), "");
}

static void
test_without_memory(void **state)
{
	struct arena *small = arena_new(8);
	struct query q = {.n = 77};

	(void)state;
	assert_non_null(small);
	assert_int_equal(query_read(small, STR("a=1&b=2&c=3"), &q), ERR_MEMORY);
	assert_int_equal(q.n, 77);
	assert_null(
	    query_decode(small, STR("a long text, longer than that"), true, false).s);
	arena_free(small);
}

static void
test_integer(void **state)
{
	static const struct {
		const char *text;
		const char *problem;
		int64_t value;
		bool beyond;
	} rows[] = {
	    {"3", NULL, 3, false},
	    {" 3 ", NULL, 3, false},
	    {"\t3\n", NULL, 3, false},
	    {"+3", NULL, 3, false},
	    {"-3", NULL, -3, false},
	    {"007", NULL, 7, false},
	    {"3.0", NULL, 3, false},
	    {"3.", NULL, 3, false},
	    {"3.000  ", NULL, 3, false},
	    {"100", NULL, 100, false},
	    {"0", NULL, 0, false},
	    {"-0", NULL, 0, false},
	    {"9223372036854775807", NULL, INT64_MAX, false},
	    {"-9223372036854775808", NULL, INT64_MIN, false},
	    {"9223372036854775808", NULL, INT64_MAX, true},
	    {"-9223372036854775809", NULL, INT64_MIN, true},
	    {"99999999999999999999999999999999", NULL, INT64_MAX, true},
	    {"", FIELD_INTEGER, 0, false},
	    {"  ", FIELD_INTEGER, 0, false},
	    {".0", FIELD_INTEGER, 0, false},
	    {".", FIELD_INTEGER, 0, false},
	    {"-", FIELD_INTEGER, 0, false},
	    {"+", FIELD_INTEGER, 0, false},
	    {"--3", FIELD_INTEGER, 0, false},
	    {"- 3", FIELD_INTEGER, 0, false},
	    {"3.5", FIELD_INTEGER, 0, false},
	    {"3.05", FIELD_INTEGER, 0, false},
	    {"3.0.0", FIELD_INTEGER, 0, false},
	    {"3 4", FIELD_INTEGER, 0, false},
	    {"1e3", FIELD_INTEGER, 0, false},
	    {"0x10", FIELD_INTEGER, 0, false},
	    {"abc", FIELD_INTEGER, 0, false},
	    {"3abc", FIELD_INTEGER, 0, false},
	    {"nan", FIELD_INTEGER, 0, false},
	    {"True", FIELD_INTEGER, 0, false},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		int64_t v = 4711;
		bool beyond = false;
		const char *problem = field_integer(str_of(rows[i].text), &v, &beyond);

		if (rows[i].problem != NULL) {
			assert_string_equal(problem, rows[i].problem);
			assert_int_equal(v, 4711);
			continue;
		}
		assert_null(problem);
		assert_true(v == rows[i].value);
		assert_true(beyond == rows[i].beyond);
	}
}

static void
test_integer_length(void **state)
{
	char text[2003];
	int64_t v;
	bool beyond;

	(void)state;
	memset(text, '0', 1000);
	text[999] = '5';
	assert_null(field_integer((struct str){text, 1000}, &v, &beyond));
	assert_int_equal(v, 5);
	text[1000] = '5';
	assert_string_equal(
	    field_integer((struct str){text, 1001}, &v, &beyond), FIELD_LONG);
	/* Counted are characters, not bytes. */
	for (size_t i = 0; i < 1000; i++)
		memcpy(text + 2 * i, "\xC3\xA9", 2);
	assert_string_equal(
	    field_integer((struct str){text, 2000}, &v, &beyond), FIELD_INTEGER);
	memcpy(text + 2000, "\xC3\xA9", 2);
	assert_string_equal(
	    field_integer((struct str){text, 2002}, &v, &beyond), FIELD_LONG);
}

static void
test_boolean(void **state)
{
	static const char *const yes[] = {
	    "true", "True", "TRUE", "tRuE", "t", "T", "yes", "Y", "y", "on", "ON", "1"};
	static const char *const no[] = {
	    "false", "False", "FALSE", "f", "F", "no", "N", "n", "off", "Off", "0"};
	static const char *const neither[] = {"", " true", "true ", "2", "-1", "1.0",
	    "maybe", "tru", "truee", "null", "None"};
	bool v;

	(void)state;
	for (size_t i = 0; i < N_OF(yes); i++) {
		v = false;
		assert_null(field_boolean(str_of(yes[i]), &v));
		assert_true(v);
	}
	for (size_t i = 0; i < N_OF(no); i++) {
		v = true;
		assert_null(field_boolean(str_of(no[i]), &v));
		assert_false(v);
	}
	for (size_t i = 0; i < N_OF(neither); i++)
		assert_string_equal(field_boolean(str_of(neither[i]), &v), FIELD_BOOLEAN);
}

static void
test_type_names(void **state)
{
	static const char *const rows[][2] = {{"null", "NoneType"}, {"true", "bool"},
	    {"1", "int"}, {"1.5", "float"}, {"\"x\"", "str"}, {"[]", "list"},
	    {"{}", "dict"}};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		const struct json *j;

		assert_int_equal(json_parse(a, str_of(rows[i][0]), &j, NULL), ERR_OK);
		assert_string_equal(field_type_name(j), rows[i][1]);
	}
}

/* Whatever the bytes are: no crash, and every piece is well-formed text. */
static void
test_random_bytes(void **state)
{
	static const char alphabet[] =
	    "%%%%&&==++[]aF0\xC3\xA9\xE2\x82\xF0\x9F\xED\xFF\xC0/";

	(void)state;
	srand(20240);
	for (int round = 0; round < 20000; round++) {
		char text[48];
		size_t n = (size_t)rand() % sizeof(text);
		struct query q;
		int64_t v;
		bool beyond;

		for (size_t i = 0; i < n; i++)
			text[i] = alphabet[(size_t)rand() % (sizeof(alphabet) - 1)];
		assert_int_equal(query_read(a, (struct str){text, n}, &q), ERR_OK);
		for (size_t i = 0; i < q.n; i++) {
			assert_true(utf8_valid(q.pairs[i].name));
			assert_true(utf8_valid(q.pairs[i].value));
			field_integer(q.pairs[i].value, &v, &beyond);
		}
		arena_reset(a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_pairs, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		test_nul_stays_a_byte, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		test_absent_query_is_empty, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(test_last, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(test_decode, arena_set_up, arena_tear_down),
	    cmocka_unit_test(test_without_memory),
	    cmocka_unit_test(test_integer),
	    cmocka_unit_test(test_integer_length),
	    cmocka_unit_test(test_boolean),
	    cmocka_unit_test_setup_teardown(test_type_names, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		test_random_bytes, arena_set_up, arena_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
