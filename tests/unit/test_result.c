/* lib/labelstudio/result: reading the items of an annotation and finding those of a
 * control. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <stdio.h>
#include <cmocka.h>

#include "base/array.h"
#include "labelstudio/result.h"
#include "arena_fixture.h"

static struct result
read_ok(const char *text)
{
	const struct json *doc;
	struct result r = {0};

	assert_int_equal(json_parse(a, str_of(text), &doc, NULL), ERR_OK);
	assert_int_equal(result_read(a, doc, &r, NULL), ERR_OK);
	return r;
}

static void
anything_but_a_list_is_empty(void **state)
{
	static const char *const texts[] = {"null", "true", "17", "1.5", "{}",
	    "{\"from_name\":\"a\"}", "[]", "\"[]\"", "\"null\"", "\"\\\"[1]\\\"\"",
	    "[null,1,\"x\",[],[{\"from_name\":\"a\"}]]"};
	struct result r = {.n = 9};

	(void)state;
	for (size_t i = 0; i < N_OF(texts); i++)
		assert_int_equal(read_ok(texts[i]).n, 0);
	assert_int_equal(result_read(a, NULL, &r, NULL), ERR_OK);
	assert_int_equal(r.n, 0);
}

static void
items_keep_their_parts_and_places(void **state)
{
	struct result r = read_ok(
	    "[{\"type\":\"relation\",\"from_id\":\"x\",\"to_id\":\"y\"},"
	    "{\"id\":\"x\",\"from_name\":\"a\",\"type\":\"choices\",\"value\":{\"choices\":"
	    "[\"u\"]}},"
	    "{\"from_name\":\"\"},{\"from_name\":7},"
	    "{\"id\":12,\"from_name\":\"b\",\"type\":null,\"value\":null}]");

	(void)state;
	assert_int_equal(r.n, 3);
	assert_int_equal(r.items[0].index, 1);
	assert_true(str_is(r.items[0].id, "x"));
	assert_true(str_is(r.items[0].from_name, "a"));
	assert_true(str_is(r.items[0].type, "choices"));
	assert_int_equal(r.items[0].json->type, JSON_OBJECT);
	assert_int_equal(json_get(r.items[0].value, "choices")->n, 1);
	assert_int_equal(r.items[1].index, 2);
	assert_non_null(r.items[1].from_name.s);
	assert_null(r.items[1].id.s);
	assert_null(r.items[1].type.s);
	assert_null(r.items[1].value);
	assert_int_equal(r.items[2].index, 4);
	assert_true(str_is(r.items[2].id, "12"));
	assert_null(r.items[2].type.s);
	assert_int_equal(r.items[2].value->type, JSON_NULL);
}

static void
the_first_of_equal_items_wins(void **state)
{
	struct result r =
	    read_ok("[{\"id\":\"x\",\"from_name\":\"a\",\"type\":\"t\",\"value\":1},"
		    "{\"id\":\"x\",\"from_name\":\"a\",\"type\":\"t\",\"value\":2},"
		    "{\"id\":\"y\",\"from_name\":\"a\",\"type\":\"t\",\"value\":3},"
		    "{\"id\":\"x\",\"from_name\":\"b\",\"type\":\"t\",\"value\":4},"
		    "{\"id\":\"x\",\"from_name\":\"a\",\"type\":\"u\",\"value\":5},"
		    "{\"from_name\":\"a\",\"type\":\"t\",\"value\":6},"
		    "{\"from_name\":\"a\",\"type\":\"t\",\"value\":7},"
		    "{\"id\":\"y\",\"from_name\":\"a\",\"type\":\"t\",\"value\":8}]");
	static const int64_t values[] = {1, 3, 4, 5, 6, 7};

	(void)state;
	assert_int_equal(r.n, N_OF(values));
	for (size_t i = 0; i < N_OF(values); i++)
		assert_int_equal(r.items[i].value->integer, values[i]);
}

static void
many_items_stay_apart(void **state)
{
	static char text[200000];
	size_t n = 1;

	(void)state;
	text[0] = '[';
	for (int i = 0; i < 4000; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
		    "%s{\"id\":\"%d\",\"from_name\":\"a\"}", i == 0 ? "" : ",", i % 3000);
	snprintf(text + n, sizeof(text) - n, "]");
	assert_int_equal(read_ok(text).n, 3000);
}

static void
a_string_is_parsed_once_more(void **state)
{
	struct result r = read_ok("\"[{\\\"from_name\\\":\\\"a\\\",\\\"value\\\":5}]\"");
	static const char *const bad[] = {"\"\"", "\"[\"", "\"{'a':1}\"", "\"NaN\""};

	(void)state;
	assert_int_equal(r.n, 1);
	assert_int_equal(r.items[0].value->integer, 5);
	for (size_t i = 0; i < N_OF(bad); i++) {
		const struct json *doc;

		r.n = 77;
		e = (struct error){0};
		assert_int_equal(json_parse(a, str_of(bad[i]), &doc, NULL), ERR_OK);
		assert_int_equal(result_read(a, doc, &r, &e), ERR_INPUT);
		assert_int_equal(e.code, ERR_INPUT);
		assert_non_null(strstr(e.text, "result, a string: "));
		assert_int_equal(result_read(a, doc, &r, NULL), ERR_INPUT);
		assert_int_equal(r.n, 77);
	}
}

static void
names_match_patterns(void **state)
{
	static const struct {
		const char *name, *from_name;
		bool matches;
	} cases[] = {
	    {"a", "a", true},
	    {"a", "b", false},
	    {"a", "A", false},
	    {"a", "a_0", false},
	    {"", "", true},
	    {"price_{{idx}}", "price_0", true},
	    {"price_{{idx}}", "price_17", true},
	    {"price_{{idx}}", "price_", false},
	    {"price_{{idx}}", "price", false},
	    {"price_{{idx}}", "", false},
	    {"price_{{idx}}", "price_1a", false},
	    {"price_{{idx}}", "price_-1", false},
	    {"price_{{idx}}", "xprice_1", false},
	    {"price_{{idx}}", "price_{{idx}}", true},
	    {"price_{idx}", "price_0", false},
	    {"{{idx}}", "5", true},
	    {"{{idx}}", "", false},
	    {"{{idx}}_end", "12_end", true},
	    {"{{idx}}_end", "12_en", false},
	    {"{{idx}}_end", "_end", false},
	    {"{{idx}}_end", "12_end_end", false},
	    {"a{{idx}}1", "a11", true},
	    {"a{{idx}}1", "a1", false},
	    {"a{{idx}}1", "a12", false},
	    {"p{{idx}}_q{{idx}}", "p1_q2", true},
	    {"p{{idx}}_q{{idx}}", "p1_q", false},
	    {"p{{idx}}_q{{idx}}", "p_q2", false},
	    {"p{{idx}}1{{idx}}", "p111", true},
	    {"p{{idx}}1{{idx}}", "p121", false},
	    {"p{{idx}}1{{idx}}", "p213", true},
	    {"p{{idx}}1{{idx}}", "p11", false},
	    {"{{idx}}{{idx}}", "12", true},
	    {"{{idx}}{{idx}}", "1", false},
	    {"p{{idx}}_q{{idx}}_r", "p10_q200_r", true},
	    {"p{{idx}}_q{{idx}}_r", "p10_x_q200_r", false},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++)
		if (result_name_matches(str_of(cases[i].name),
			str_of(cases[i].from_name)) != cases[i].matches)
			fail_msg("%s against %s", cases[i].name, cases[i].from_name);
}

static void
the_items_of_a_control(void **state)
{
	struct result all = read_ok(
	    "[{\"from_name\":\"c_0\"},{\"from_name\":\"d\"},{\"from_name\":\"c_1\"},{"
	    "\"from_name\":\"c_x\"}]");
	struct result r, empty = {0};

	(void)state;
	assert_int_equal(result_of_control(a, &all, STR("c_{{idx}}"), &r), ERR_OK);
	assert_int_equal(r.n, 2);
	assert_int_equal(r.items[0].index, 0);
	assert_int_equal(r.items[1].index, 2);
	assert_int_equal(result_of_control(a, &all, STR("d"), &r), ERR_OK);
	assert_int_equal(r.n, 1);
	assert_int_equal(result_of_control(a, &all, STR("e"), &r), ERR_OK);
	assert_int_equal(r.n, 0);
	assert_int_equal(result_of_control(a, &empty, STR("d"), &r), ERR_OK);
	assert_int_equal(r.n, 0);
}

static void
no_memory_is_an_error(void **state)
{
	const struct json *doc;
	struct result all = read_ok("[{\"from_name\":\"c\",\"id\":7}]"), r = {.n = 77};
	enum err err = ERR_MEMORY;
	size_t failures = 0;

	(void)state;
	assert_int_equal(
	    json_parse(a, STR("[{\"from_name\":\"c\",\"id\":7}]"), &doc, NULL), ERR_OK);
	for (size_t limit = 16; err != ERR_OK; limit += 16, failures++) {
		struct arena *small = arena_new(limit);

		err = result_read(small, doc, &r, NULL);
		assert_true(err == ERR_MEMORY || err == ERR_OK);
		arena_free(small);
	}
	assert_true(failures >= 2);
	{
		struct arena *small = arena_new(16);

		assert_int_equal(result_of_control(small, &all, STR("c"), &r), ERR_MEMORY);
		arena_free(small);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		anything_but_a_list_is_empty, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		items_keep_their_parts_and_places, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		the_first_of_equal_items_wins, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		many_items_stay_apart, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		a_string_is_parsed_once_more, arena_set_up, arena_tear_down),
	    cmocka_unit_test(names_match_patterns),
	    cmocka_unit_test_setup_teardown(
		the_items_of_a_control, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		no_memory_is_an_error, arena_set_up, arena_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
