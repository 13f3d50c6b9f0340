/* The selection in both its forms, and what is said when it is wrong. */
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
#include "service/selection_read.h"
#include "json/write.h"
#include "arena_fixture.h"

/* A selection as one line: "annotators all 1 2 models v1 ground_truth". */
static const char *
show(const struct selection *s)
{
	struct buf b = BUF_INIT;
	const char *text;

	buf_puts(&b, s->annotators.all ? "annotators all" : "annotators");
	for (size_t i = 0; i < s->annotators.n; i++)
		buf_printf(&b, " %lld", (long long)s->annotators.ids[i]);
	buf_puts(&b, s->models.all ? " models all" : " models");
	for (size_t i = 0; i < s->models.n; i++)
		buf_printf(&b, " %.*s", STR_ARG(s->models.ids[i]));
	if (s->ground_truth)
		buf_puts(&b, " ground_truth");
	text = arena_str(a, buf_text(&b)).s;
	buf_free(&b);
	return text;
}

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

/* What param_read() makes of a query: the selection shown, or the validation errors. */
static const char *
read_matrix(const char *text)
{
	struct param_value values[PARAM__MAX];
	struct invalid invalid;
	struct query q;

	invalid_init(&invalid, a);
	assert_int_equal(query_read(a, str_of(text), &q), ERR_OK);
	assert_int_equal(
	    param_read(a, &q, PARAM_BIT(PARAM_SELECTION) | PARAM_BIT(PARAM_DIMENSION),
		&invalid, values),
	    ERR_OK);
	if (invalid_any(&invalid))
		return show_invalid(&invalid);
	assert_true(values[PARAM_SELECTION].given);
	return show(&values[PARAM_SELECTION].selection);
}

/* A JSON text as the value of selection=. */
static const char *
read_json(const char *json)
{
	struct buf b = BUF_INIT;
	const char *r;

	buf_puts(&b, "selection=");
	for (; *json != '\0'; json++)
		buf_printf(&b, "%%%02X", (unsigned char)*json);
	r = read_matrix(b.s);
	buf_free(&b);
	return r;
}

#define ALL "selection[annotators][all]="
#define IDS "selection[annotators][ids]"
#define MODELS "selection[models][ids]"

/* Each row: the JSON form, the flattened one, and what both must give. */
static void
test_both_forms(void **state)
{
	static const struct {
		const char *json, *flat, *want;
	} rows[] = {
	    {"{\"annotators\":{\"all\":true,\"ids\":[\"1\",2]},\"models\":{\"ids\":[\"v1\"]"
	     "},"
	     "\"ground_truth\":true}",
		ALL "true&" IDS "=1&" IDS "=2&" MODELS "=v1&selection[ground_truth]=true",
		"annotators all 1 2 models v1 ground_truth"},
	    {"{\"annotators\":{\"all\":\"True\",\"ids\":[\" 3 \",\"4.0\",-5]}}",
		ALL "True&" IDS "=+3+&" IDS "=4.0&" IDS "=-5",
		"annotators all 3 4 -5 models"},
	    {"{\"annotators\":{\"all\":1},\"models\":{\"all\":0}}",
		ALL "1&selection%5Bmodels%5D%5Ball%5D=0", "annotators all models"},
	    {"{\"models\":{\"all\":true,\"ids\":[\"model:v 1\",\"\xC3\xA9\",7]}}",
		"selection[models][all]=on&" MODELS "=model:v+1&" MODELS "=%C3%A9&" MODELS
		"=7",
		"annotators models all model:v 1 \xC3\xA9 7"},
	    {"{\"annotators\":{\"ids\":[3,1,3]}}", IDS "[]=3&" IDS "[]=1&" IDS "[]=3",
		"annotators 3 1 3 models"},
	    {"{\"annotators\":{\"ids\":[3,1]}}", IDS "[0]=3&" IDS "[1]=1",
		"annotators 3 1 models"},
	    {"{\"ground_truth\":false}", "selection[ground_truth]=False",
		"annotators models"},
	    /* null, which the SDK sends as an empty value */
	    {"{\"annotators\":null,\"models\":{\"all\":null,\"ids\":null},\"ground_truth\":"
	     "null}",
		"selection[annotators]=&selection[models][all]=&" MODELS
		"=&selection[ground_truth]=",
		"annotators models"},
	    {"{\"other\":1,\"annotators\":{\"all\":true,\"more\":[{}]}}",
		"selection[other]=1&" ALL "true&selection[annotators][more]=2&x=3",
		"annotators all models"},
	    {"{\"other\":1}", "selection[other]=1", "annotators models"},
	    /* of two equal keys the last one counts */
	    {"{\"annotators\":{\"all\":true,\"all\":false}}", ALL "true&" ALL "false",
		"annotators models"},
	    {"{\"annotators\":{\"ids\":[99999999999999999999,1,1e30]}}",
		IDS "=99999999999999999999&" IDS "=1", "annotators 1 models"},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		assert_string_equal(read_json(rows[i].json), rows[i].want);
		assert_string_equal(read_matrix(rows[i].flat), rows[i].want);
	}
}

static void
test_json_alone(void **state)
{
	static const char *const rows[][2] = {
	    {"{}", "annotators models"},
	    {" {\"annotators\" : { } } ", "annotators models"},
	    {"{\"annotators\":{\"all\":1.0,\"ids\":[3.0]},\"ground_truth\":0.0}",
		"annotators all 3 models"},
	    {"{\"models\":{\"ids\":[1.5,-2]}}", "annotators models 1.5 -2"},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++)
		assert_string_equal(read_json(rows[i][0]), rows[i][1]);
}

static void
test_json_problems(void **state)
{
	static const char *const rows[][2] = {
	    {"", "{\"selection\":[\"Value must be valid JSON.\"]}"},
	    {"{", "{\"selection\":[\"Value must be valid JSON.\"]}"},
	    {"{'annotators':{}}", "{\"selection\":[\"Value must be valid JSON.\"]}"},
	    {"{} x", "{\"selection\":[\"Value must be valid JSON.\"]}"},
	    {"null", "{\"selection\":[\"This field may not be null.\"]}"},
	    {"[]",
		"{\"selection\":{\"non_field_errors\":[\"Invalid data. Expected a "
		"dictionary, "
		"but got list.\"]}}"},
	    {"\"x\"",
		"{\"selection\":{\"non_field_errors\":[\"Invalid data. Expected a "
		"dictionary, "
		"but got str.\"]}}"},
	    {"3",
		"{\"selection\":{\"non_field_errors\":[\"Invalid data. Expected a "
		"dictionary, but "
		"got int.\"]}}"},
	    {"{\"annotators\":\"all\"}",
		"{\"selection\":{\"annotators\":{\"non_field_errors\":["
		"\"Invalid data. Expected a dictionary, but got str.\"]}}}"},
	    {"{\"models\":[1]}",
		"{\"selection\":{\"models\":{\"non_field_errors\":[\"Invalid data. "
		"Expected a dictionary, but got list.\"]}}}"},
	    {"{\"annotators\":{\"all\":\"maybe\"}}",
		"{\"selection\":{\"annotators\":{\"all\":[\"Must be a valid "
		"boolean.\"]}}}"},
	    {"{\"annotators\":{\"all\":2}}",
		"{\"selection\":{\"annotators\":{\"all\":[\"Must be a valid "
		"boolean.\"]}}}"},
	    {"{\"models\":{\"all\":[]}}",
		"{\"selection\":{\"models\":{\"all\":[\"Must be a valid boolean.\"]}}}"},
	    {"{\"models\":{\"all\":{}}}",
		"{\"selection\":{\"models\":{\"all\":[\"Must be a valid boolean.\"]}}}"},
	    {"{\"ground_truth\":\"x\"}",
		"{\"selection\":{\"ground_truth\":[\"Must be a valid boolean.\"]}}"},
	    {"{\"annotators\":{\"ids\":\"1,2\"}}",
		"{\"selection\":{\"annotators\":{\"ids\":[\"Expected a list of items but "
		"got type "
		"\\\"str\\\".\"]}}}"},
	    {"{\"models\":{\"ids\":{}}}",
		"{\"selection\":{\"models\":{\"ids\":[\"Expected a list of "
		"items but got type \\\"dict\\\".\"]}}}"},
	    {"{\"annotators\":{\"ids\":[1,\"a\",3.5,true,null,[],\"\"]}}",
		"{\"selection\":{\"annotators\":{\"ids\":{\"1\":[\"A valid integer is "
		"required.\"],"
		"\"2\":[\"A valid integer is required.\"],\"3\":[\"A valid integer is "
		"required.\"],"
		"\"4\":[\"This field may not be null.\"],\"5\":[\"A valid integer is "
		"required.\"],"
		"\"6\":[\"A valid integer is required.\"]}}}}"},
	    {"{\"models\":{\"ids\":[\"a\",true,null,{},\"\",\" \",\"x\\u0000\"]}}",
		"{\"selection\":{\"models\":{\"ids\":{\"1\":[\"Not a valid "
		"string.\"],\"2\":[\"This "
		"field may not be null.\"],\"3\":[\"Not a valid string.\"],\"4\":[\"This "
		"field may "
		"not be blank.\"],\"5\":[\"This field may not be blank.\"],\"6\":[\"Null "
		"characters "
		"are not allowed.\"]}}}}"},
	    /* several at once keep their shape */
	    {"{\"ground_truth\":9,\"models\":{\"ids\":3,\"all\":9},\"annotators\":{\"ids\":"
	     "[[]],"
	     "\"all\":9}}",
		"{\"selection\":{\"annotators\":{\"all\":[\"Must be a valid "
		"boolean.\"],\"ids\":{\"0\""
		":[\"A valid integer is required.\"]}},\"models\":{\"all\":[\"Must be a "
		"valid "
		"boolean.\"],\"ids\":[\"Expected a list of items but got type "
		"\\\"int\\\".\"]},"
		"\"ground_truth\":[\"Must be a valid boolean.\"]}}"},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++)
		assert_string_equal(read_json(rows[i][0]), rows[i][1]);
}

static void
test_query_problems(void **state)
{
	static const char *const rows[][2] = {
	    {"", "{\"selection\":[\"This field is required.\"]}"},
	    {"selections=1&Selection={}&selectio=2",
		"{\"selection\":[\"This field is required.\"]}"},
	    {"selection=", "{\"selection\":[\"Value must be valid JSON.\"]}"},
	    {"selection={}&selection=x", "{\"selection\":[\"Value must be valid JSON.\"]}"},
	    {ALL "maybe",
		"{\"selection\":{\"annotators\":{\"all\":[\"Must be a valid "
		"boolean.\"]}}}"},
	    {IDS "=1&" IDS "=x",
		"{\"selection\":{\"annotators\":{\"ids\":{\"1\":[\"A valid integer is "
		"required.\"]}}}}"},
	    {MODELS "=a&" MODELS "=+",
		"{\"selection\":{\"models\":{\"ids\":{\"1\":[\"This field may "
		"not be blank.\"]}}}}"},
	    {MODELS "=%00",
		"{\"selection\":{\"models\":{\"ids\":{\"0\":[\"Null characters are not "
		"allowed.\"]}}}}"},
	    {"selection[models]=v1",
		"{\"selection\":{\"models\":{\"non_field_errors\":[\"Invalid "
		"data. Expected a dictionary, but got str.\"]}}}"},
	    {"selection={}&dimension=x",
		"{\"dimension\":[\"A valid integer is required.\"]}"},
	    {"selection={}&dimension=1.5",
		"{\"dimension\":[\"A valid integer is required.\"]}"},
	    {"dimension=x",
		"{\"selection\":[\"This field is required.\"],\"dimension\":[\"A valid "
		"integer is required.\"]}"},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++)
		assert_string_equal(read_matrix(rows[i][0]), rows[i][1]);
}

static void
test_odd_names_are_ignored(void **state)
{
	static const char *const rows[] = {IDS "x=1", IDS "[a]=1", IDS "[0][0]=1",
	    "selection[=1", "selection[]=1", "selection[annotators=1",
	    "selection[annotators]x[ids]=1", "selection[annotators][]=1",
	    "selection[Annotators][ids]=1", "selection[annotators][ids]]=1",
	    "selection[annotator][ids]=1", "selection[annotators][ids][-1]=1"};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++)
		assert_string_equal(read_matrix(rows[i]), "annotators models");
	/* JSON goes before pieces. */
	assert_string_equal(read_matrix("selection={}&" IDS "=1"), "annotators models");
	assert_string_equal(
	    read_matrix("selection={}&unknown=1&selection[]=2"), "annotators models");
}

static void
test_parse_json(void **state)
{
	static const char *const bad[][2] = {
	    {"{\"annotators\":{\"all\":\"x\"}}",
		"annotators.all: Must be a valid boolean."},
	    {"{\"annotators\":{\"ids\":[1,\"x\"]}}",
		"annotators.ids.1: A valid integer is required."},
	    {"[]", "Invalid data. Expected a dictionary, but got list."},
	    {"{\"models\":3}", "models: Invalid data. Expected a dictionary, but got int."},
	    {"null", "This field may not be null."},
	};
	struct selection s = {.ground_truth = true};

	(void)state;
	for (size_t i = 0; i < N_OF(bad); i++) {
		assert_int_equal(
		    selection_parse_json(a, str_of(bad[i][0]), &s, &e), ERR_INPUT);
		assert_string_equal(e.text, bad[i][1]);
		assert_int_equal(
		    selection_parse_json(a, str_of(bad[i][0]), &s, NULL), ERR_INPUT);
		assert_true(s.ground_truth);
	}
	assert_int_equal(selection_parse_json(a, STR("{"), &s, &e), ERR_INPUT);
	assert_true(strlen(e.text) > 0);
	assert_int_equal(
	    selection_parse_json(a, STR("{\"annotators\":{\"all\":true}}"), &s, &e),
	    ERR_OK);
	assert_string_equal(show(&s), "annotators all models");
}

/* Every amount of memory up to the one that suffices: an error each time, and nothing is
 * lost. */
static void
test_too_little_memory(void **state)
{
	static const char flat[] = IDS "=1&" IDS "=x&" MODELS "=v1&" ALL "true";
	static const char json[] =
	    "selection={\"annotators\":{\"ids\":[1,\"x\"]},\"models\":{\"ids\":[5]}}";
	const char *const texts[] = {flat, json};

	(void)state;
	for (size_t t = 0; t < 2; t++) {
		int failures = 0;

		for (size_t limit = 1; limit < 20000; limit += 7) {
			struct arena *small = arena_new(limit);
			struct param_value values[PARAM__MAX];
			struct invalid v;
			struct query q;

			assert_non_null(small);
			invalid_init(&v, small);
			if (query_read(small, str_of(texts[t]), &q) == ERR_OK &&
			    param_read(small, &q, PARAM_BIT(PARAM_SELECTION), &v, values) ==
				ERR_OK &&
			    !v.failed)
				assert_int_equal(v.n, 1);
			else
				failures++;
			arena_free(small);
		}
		assert_true(failures > 10);
		assert_true(failures < 2000);
	}
}

static void
test_random_queries(void **state)
{
	static const char *const pieces[] = {"selection", "[annotators]", "[models]",
	    "[all]", "[ids]", "[ground_truth]", "[", "]", "[0]", "[]", "=", "&", "true",
	    "1", "x", "%5B", "%5D", "%00", "{\"annotators\":", "{\"ids\":", "[1,\"", "\"]",
	    "{", "}", "null", "dimension", "is_active", "%FF", ",", "1e999", "-", "models"};
	size_t n_pieces = N_OF(pieces);

	(void)state;
	srand(99);
	for (int round = 0; round < 20000; round++) {
		struct param_value values[PARAM__MAX];
		struct buf b = BUF_INIT;
		struct invalid v;
		struct query q;

		buf_puts(&b, "selection");
		for (int n = rand() % 24; n > 0; n--)
			buf_puts(&b, pieces[(size_t)rand() % n_pieces]);
		invalid_init(&v, a);
		assert_int_equal(query_read(a, buf_text(&b), &q), ERR_OK);
		assert_int_equal(
		    param_read(a, &q, PARAM_BIT(PARAM__MAX) - 1, &v, values), ERR_OK);
		if (invalid_any(&v))
			assert_true(strlen(show_invalid(&v)) > 2);
		buf_free(&b);
		arena_reset(a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_both_forms, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(test_json_alone, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		test_json_problems, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		test_query_problems, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		test_odd_names_are_ignored, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(test_parse_json, arena_set_up, arena_tear_down),
	    cmocka_unit_test(test_too_little_memory),
	    cmocka_unit_test_setup_teardown(
		test_random_queries, arena_set_up, arena_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
