/* The route of a cell: who is named, every refusal, entity tag, cache, failures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "api_fixture.h"
#include "base/array.h"

#define GOOD "Token " WORLD_KEY
#define WORLD_PAIR WORLD_MATRIX "/pair"

static void
assert_has(const char *text)
{
	if (strstr(world.response.body.s, text) == NULL)
		fail_msg("no %s in %s", text, world.response.body.s);
}

static void
a_cell_is_explained(void **state)
{
	(void)state;
	world_get(WORLD_PAIR, "a=1&b=v1");
	world_assert(200, "{\"a\":{\"avatar\":null,\"email\":\"ann@x\",");
	assert_has(
	    "\"b\":{\"id\":\"model:v1\",\"username\":\"Model v1\"},"
	    "\"score\":0.6666666666666666,\"reason\":null,\"dimensions\":[{\"id\":11,");
	assert_has("\"kind\":\"labels\",\"common\":[{\"value\":\"a\"}],\"missing\":[],");
	assert_has("\"numbers\":[{\"a\":1.0,\"b\":3.0,\"difference\":2.0,"
		   "\"similarity\":0.3333333333333333}]");
	/* One dimension. */
	world_get(WORLD_PAIR, "a=v1&b=1&dimension=12");
	world_assert(200, "{\"a\":{\"id\":\"model:v1\",");
	assert_has(
	    "\"score\":0.3333333333333333,\"reason\":null,\"dimensions\":[{\"id\":12,");
	assert_has("\"numbers\":[{\"a\":3.0,\"b\":1.0,");
}

static void
cells_without_a_score_say_why(void **state)
{
	(void)state;
	world_get(WORLD_PAIR, "a=1&b=ground_truth");
	world_assert(200, "{\"a\":{");
	assert_has("\"score\":null,\"reason\":\"a and b are the same annotation\",");
	world_get(WORLD_PAIR, "a=1&b=8");
	assert_has("\"score\":null,\"reason\":\"b has no evidence on this task\",");
	world_get(WORLD_PAIR, "a=v9&b=1");
	assert_has("\"score\":null,\"reason\":\"a has no evidence on this task\",");
	world_get(WORLD_PAIR, "a=1&b=1");
	assert_has("\"score\":1.0,\"reason\":\"a and b are the same participant\",");
	world_get(WORLD_PAIR, "a=v1&b=model:v1");
	assert_has("\"score\":1.0,\"reason\":\"a and b are the same participant\",");
	world.evidence[3].result = "[nonsense";
	world_get(WORLD_PAIR, "a=1&b=v1");
	assert_has("\"reason\":\"prediction 201, dimension 11: JSON: line 1, column 2: ");
	assert_non_null(
	    strstr(world.response.headers.s, "X-Agreement-Warning: prediction 201, "));
}

static void
refusals_come_in_order(void **state)
{
	(void)state;
	world_can();
	world_ask("GET", WORLD_PAIR, "", NULL, NULL);
	world_assert_error(401, "Authentication credentials were not provided.");
	world_ask("POST", WORLD_PAIR, "a=1&b=2", GOOD, NULL);
	world_assert_error(405, "Method \\\"POST\\\" not allowed.");
	world_get(WORLD_PAIR, "");
	world_assert_error(400, "Validation error");
	assert_has("\"validation_errors\":{\"a\":[\"This field is required.\"],"
		   "\"b\":[\"This field is required.\"]}}");
	world_get(WORLD_PAIR, "a=1&b=+&dimension=x");
	assert_has(
	    "\"validation_errors\":{\"dimension\":[\"A valid integer is required.\"],"
	    "\"b\":[\"This field may not be blank.\"]}}");
	world.project = false;
	world_get(WORLD_PAIR, "a=1&b=99&dimension=77");
	world_assert_error(404, "No Project matches the given query.");
	world.project = true;
	world.task = false;
	world_get(WORLD_PAIR, "a=1&b=99&dimension=77");
	world_assert_error(404, "No Task matches the given query.");
	world.task = true;
	world_get(WORLD_PAIR, "a=1&b=99&dimension=77");
	world_assert_error(404, "No Dimension matches the given query.");
	world_get(WORLD_PAIR, "a=1&b=99");
	world_assert_error(404, "No Participant \\\"99\\\" matches the given query.");
	world_get(WORLD_PAIR, "a=99999999999999999999&b=1");
	world_assert_error(
	    404, "No Participant \\\"99999999999999999999\\\" matches the given query.");
	world_get(WORLD_PAIR, "a=1&b=annotation:102");
	world_assert_error(
	    404, "No Participant \\\"annotation:102\\\" matches the given query.");
	world.config.number[CONFIG_MAX_COST] = 1;
	world_get(WORLD_PAIR, "a=1&b=v1");
	assert_int_equal(world.response.status, 503);
}

static void
a_tag_that_fits_computes_nothing(void **state)
{
	char tag[160], other[160];

	(void)state;
	world_get(WORLD_PAIR, "a=1&b=v1");
	snprintf(tag, sizeof(tag), "%s", world.etag);
	assert_int_equal(strlen(tag), 34);
	world_ask("GET", WORLD_PAIR, "b=model:v1&a=1", GOOD, tag);
	assert_int_equal(world.response.status, 304);
	assert_int_equal(world_results_read(), 0);
	/* The other way round, one dimension, the matrix: other answers. */
	world_ask("GET", WORLD_PAIR, "a=v1&b=1", GOOD, tag);
	assert_int_equal(world.response.status, 200);
	snprintf(other, sizeof(other), "%s", world.etag);
	assert_string_not_equal(tag, other);
	world_ask("GET", WORLD_PAIR, "a=1&b=v1&dimension=11", GOOD, tag);
	assert_int_equal(world.response.status, 200);
	world_ask("GET", WORLD_MATRIX,
	    "selection={\"annotators\":{\"ids\":[1]},\"models\":{\"ids\":[\"v1\"]}}", GOOD,
	    tag);
	assert_int_equal(world.response.status, 200);
	world.evidence[3].v.version.updated_at++;
	world_can();
	world_ask("GET", WORLD_PAIR, "a=1&b=v1", GOOD, tag);
	assert_int_equal(world.response.status, 200);
}

static void
answers_are_remembered(void **state)
{
	char good[8000];

	(void)state;
	world.api.cache = cache_new(1 << 20);
	assert_non_null(world.api.cache);
	world_get(WORLD_PAIR, "a=1&b=v1");
	assert_int_equal(world_results_read(), 1);
	snprintf(good, sizeof(good), "%s", world.response.body.s);
	world_get(WORLD_PAIR, "a=1&b=v1");
	assert_int_equal(world_results_read(), 0);
	assert_string_equal(world.response.body.s, good);
	world_get(WORLD_PAIR, "a=v1&b=1");
	assert_int_equal(world_results_read(), 1);
	cache_free(world.api.cache);
	world.api.cache = NULL;
}

static void
every_statement_may_fail(void **state)
{
	unsigned calls;

	(void)state;
	world_get(WORLD_PAIR, "a=1&b=v1");
	calls = fake.calls;
	assert_true(calls >= 3);
	for (unsigned n = 1; n <= calls; n++) {
		fake.fail_at = n;
		fake.fail_times = 100;
		fake.fail_with = ERR_DB_AWAY;
		world_get(WORLD_PAIR, "a=1&b=v1");
		world_assert_error(503, "The database cannot be reached.");
	}
	fake.fail_at = 0;
}

static void
memory_ends(void **state)
{
	int failed = 0;

	(void)state;
	world_can();
	for (world.memory = 16; world.memory < 200000;
	    world.memory += world.memory / 20 + 16) {
		world_ask("GET", WORLD_PAIR, "a=1&b=v1", GOOD, NULL);
		if (world.response.status == 200)
			continue;
		world_assert_error(
		    503, "The answer needs more memory than this server allows.");
		failed++;
	}
	assert_true(failed > 20);
	world.memory = 0;
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(a_cell_is_explained),
	    TEST(cells_without_a_score_say_why),
	    TEST(refusals_come_in_order),
	    TEST(a_tag_that_fits_computes_nothing),
	    TEST(answers_are_remembered),
	    TEST(every_statement_may_fail),
	    TEST(memory_ends),
	};

	return cmocka_run_group_tests_name("api_pair", tests, NULL, NULL);
}
