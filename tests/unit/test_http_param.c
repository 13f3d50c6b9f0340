/* Single parameters, and the list of what is wrong with them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/array.h"
#include "base/buf.h"
#include "http/invalid.h"
#include "service/param.h"
#include "http/query.h"
#include "json/write.h"
#include "project/reliability.h"
#include "arena_fixture.h"

static const char *
show_invalid(const struct invalid *v)
{
	struct buf b = BUF_INIT;
	struct json_writer w = JSON_WRITER(&b);
	const char *text;

	invalid_write(&w, NULL, v);
	assert_false(buf_failed(&b));
	text = arena_str(a, buf_text(&b)).s;
	buf_free(&b);
	return text;
}

static struct param_value
read_one(const char *text, enum param param)
{
	struct param_value values[PARAM__MAX];
	struct invalid invalid;
	struct query q;

	invalid_init(&invalid, a);
	assert_int_equal(query_read(a, str_of(text), &q), ERR_OK);
	assert_int_equal(param_read(a, &q, PARAM_BIT(param), &invalid, values), ERR_OK);
	assert_false(invalid_any(&invalid));
	for (int i = 0; i < PARAM__MAX; i++)
		if (i != (int)param)
			assert_false(values[i].given);
	return values[param];
}

static void
test_dimension(void **state)
{
	static const struct {
		const char *text;
		bool given;
		int64_t value;
	} rows[] = {
	    {"", false, 0},
	    {"dimension=", false, 0},
	    {"dimension=7", true, 7},
	    {"dimension=7&dimension=8", true, 8},
	    {"dimension=+7+&is_active=x", true, 7},
	    {"dimension=-1", true, -1},
	    {"dimension=99999999999999999999", true, INT64_MAX},
	    {"Dimension=3", false, 0},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct param_value v = read_one(rows[i].text, PARAM_DIMENSION);

		assert_true(v.given == rows[i].given);
		assert_true(v.integer == rows[i].value);
	}
}

static void
test_is_active(void **state)
{
	(void)state;
	assert_false(read_one("", PARAM_IS_ACTIVE).given);
	assert_false(read_one("is_active=", PARAM_IS_ACTIVE).given);
	assert_true(read_one("is_active=true", PARAM_IS_ACTIVE).boolean);
	assert_true(read_one("is_active=false", PARAM_IS_ACTIVE).given);
	assert_false(read_one("is_active=false", PARAM_IS_ACTIVE).boolean);
	assert_false(read_one("is_active=true&is_active=0", PARAM_IS_ACTIVE).boolean);
}

/* A name is the place that it has in its table. */
static void
test_names(void **state)
{
	struct invalid invalid;
	struct param_value values[PARAM__MAX];
	struct query q;

	(void)state;
	for (int i = 0; i < COEFFICIENT__MAX; i++) {
		const char *text =
		    arena_printf(a, "coefficient=%s", coefficient_table[i].name);

		assert_int_equal(read_one(text, PARAM_COEFFICIENT).integer, i);
	}
	for (int i = 0; i < WEIGHTING__MAX; i++) {
		const char *text = arena_printf(a, "weights=%s", weighting_names[i]);

		assert_int_equal(read_one(text, PARAM_WEIGHTS).integer, i);
	}
	assert_int_equal(read_one("distance=masi", PARAM_DISTANCE).integer, DISTANCE_MASI);
	assert_int_equal(read_one("distance=score", PARAM_DISTANCE).integer, DISTANCE__MAX);
	assert_int_equal(read_one("by=none", PARAM_BY).integer, RELIABILITY_ALL);
	assert_int_equal(read_one("by=person", PARAM_BY).integer, RELIABILITY_PERSON);
	assert_false(read_one("by=", PARAM_BY).given);
	invalid_init(&invalid, a);
	assert_int_equal(
	    query_read(a, STR("by=pairs&coefficient=AC1&weights=%00"), &q), ERR_OK);
	assert_int_equal(param_read(a, &q,
			     PARAM_BIT(PARAM_BY) | PARAM_BIT(PARAM_COEFFICIENT) |
				 PARAM_BIT(PARAM_WEIGHTS),
			     &invalid, values),
	    ERR_OK);
	assert_string_equal(show_invalid(&invalid),
	    "{\"coefficient\":[\"\\\"AC1\\\" is not a valid choice.\"],"
	    "\"weights\":[\"Not a valid string.\"],"
	    "\"by\":[\"\\\"pairs\\\" is not a valid choice.\"]}");
}

static void
test_participants(void **state)
{
	static const struct {
		const char *text;
		enum participant_kind kind;
		int64_t user;
		const char *model;
	} rows[] = {
	    {"a=7", PARTICIPANT_ANNOTATOR, 7, ""},
	    {"a=1&a=007", PARTICIPANT_ANNOTATOR, 7, ""},
	    {"a=99999999999999999999", PARTICIPANT_ANNOTATOR, -1, ""},
	    {"a=annotation:46", PARTICIPANT_UNNAMED, 46, ""},
	    {"a=ground_truth", PARTICIPANT_GROUND_TRUTH, 0, ""},
	    {"a=v1", PARTICIPANT_MODEL, 0, "v1"},
	    {"a=model:v1", PARTICIPANT_MODEL, 0, "model:v1"},
	    {"a=model:7", PARTICIPANT_MODEL, 0, "model:7"},
	    {"a=model:", PARTICIPANT_MODEL, 0, "model:"},
	    {"a=annotation:x", PARTICIPANT_MODEL, 0, "annotation:x"},
	    {"a=-7", PARTICIPANT_MODEL, 0, "-7"},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct param_value v = read_one(rows[i].text, PARAM_A);
		const struct participant *p = &v.participant.named;

		assert_true(v.given && p->kind == rows[i].kind);
		assert_true(p->user == rows[i].user && str_is(p->model, rows[i].model));
		assert_true(p->evidence == PARTICIPANT_NONE);
	}
}

static void
test_participants_that_are_none(void **state)
{
	static const char *const rows[][2] = {
	    {"a=1", "{\"b\":[\"This field is required.\"]}"},
	    {"b=1&a=", "{\"a\":[\"This field may not be blank.\"]}"},
	    {"a=+%20&b=x", "{\"a\":[\"This field may not be blank.\"]}"},
	    {"a=x&b=v%001", "{\"b\":[\"Null characters are not allowed.\"]}"},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct param_value values[PARAM__MAX];
		struct invalid invalid;
		struct query q;

		invalid_init(&invalid, a);
		assert_int_equal(query_read(a, str_of(rows[i][0]), &q), ERR_OK);
		assert_int_equal(param_read(a, &q, PARAM_BIT(PARAM_A) | PARAM_BIT(PARAM_B),
				     &invalid, values),
		    ERR_OK);
		assert_string_equal(show_invalid(&invalid), rows[i][1]);
	}
}

static const char *
read_row(const struct param_row *row, const char *text, struct param_value *r)
{
	struct invalid invalid;
	struct query q;

	invalid_init(&invalid, a);
	assert_int_equal(query_read(a, str_of(text), &q), ERR_OK);
	assert_int_equal(param_read_row(a, &q, row, &invalid, r), ERR_OK);
	return show_invalid(&invalid);
}

static void
test_rows(void **state)
{
	static const struct param_row count = {
	    .name = "n", .type = PARAM_TYPE_INTEGER, .required = true, .min = 1, .max = 10};
	static const struct param_row flag = {.name = "b", .type = PARAM_TYPE_BOOLEAN};
	struct param_value v = {0};

	(void)state;
	assert_string_equal(read_row(&count, "n=1", &v), "{}");
	assert_string_equal(read_row(&count, "n=10", &v), "{}");
	assert_int_equal(v.integer, 10);
	assert_string_equal(read_row(&count, "n=0", &v),
	    "{\"n\":[\"Ensure this value is greater than or equal to 1.\"]}");
	assert_string_equal(read_row(&count, "n=11", &v),
	    "{\"n\":[\"Ensure this value is less than or equal to 10.\"]}");
	assert_string_equal(
	    read_row(&count, "m=1", &v), "{\"n\":[\"This field is required.\"]}");
	assert_string_equal(
	    read_row(&count, "n=", &v), "{\"n\":[\"A valid integer is required.\"]}");
	assert_int_equal(v.integer, 10);
	assert_string_equal(
	    read_row(&flag, "b=x", &v), "{\"b\":[\"Must be a valid boolean.\"]}");
	for (int i = 0; i < PARAM__MAX; i++) {
		assert_non_null(param_table[i].name);
		assert_non_null(param_table[i].doc);
		for (int j = 0; j < i; j++)
			assert_string_not_equal(param_table[i].name, param_table[j].name);
	}
}

static void
test_invalid_list(void **state)
{
	struct invalid_path top = invalid_path((struct invalid_path){0}, STR("a"));
	struct invalid_path deep = top;
	struct invalid v;

	(void)state;
	invalid_init(&v, a);
	assert_false(invalid_any(&v));
	assert_string_equal(show_invalid(&v), "{}");
	assert_int_equal(invalid_first(&v, &e), ERR_OK);
	for (int i = 0; i < 6; i++)
		deep = invalid_path(deep, STR("k"));
	invalid_add(&v, deep, "%s", "first");
	invalid_add(&v, deep, "%s", "second");
	invalid_add(&v, invalid_path((struct invalid_path){0}, STR("b")), "th\"rd");
	assert_string_equal(show_invalid(&v),
	    "{\"a\":{\"k\":{\"k\":{\"k\":[\"first\",\"second\"]}}},\"b\":[\"th\\\"rd\"]}");
	assert_int_equal(invalid_first(&v, &e), ERR_INPUT);
	assert_string_equal(e.text, "a.k.k.k: first");
	/* A message for a whole object beside one for a member. */
	invalid_init(&v, a);
	invalid_add(&v, invalid_path(top, STR("x")), "member");
	invalid_add(&v, top, "whole");
	assert_string_equal(show_invalid(&v),
	    "{\"a\":{\"x\":[\"member\"],\"non_field_errors\":[\"whole\"]}}");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_dimension, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(test_is_active, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(test_names, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		test_participants, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		test_participants_that_are_none, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(test_rows, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		test_invalid_list, arena_set_up, arena_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
