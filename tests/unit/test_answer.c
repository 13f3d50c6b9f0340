/* lib/service/answer: from evidence to matrix; limits, warnings, dimensions out of
 * results. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "api_fixture.h"
#include "base/array.h"

#define GOOD "Token " WORLD_KEY
#define EVERYONE "{\"annotators\":{\"all\":true}}"

/* The users of the answer by their ids, as "1 2 model:v1". */
static const char *
rows_of_answer(void)
{
	static char text[512];
	const char *at = strstr(world.response.body.s, "\"users\":[");
	size_t n = 0;

	text[0] = '\0';
	while (at != NULL && (at = strstr(at, "\"id\":")) != NULL) {
		at += 5;
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%.*s",
		    n == 0 ? "" : " ", (int)strcspn(at, ",}"), at);
	}
	return text;
}

static const char *
header_of_answer(void)
{
	return world.response.headers.s == NULL ? "" : world.response.headers.s;
}

static void
selections_choose_the_rows(void **state)
{
	static const struct {
		const char *selection, *rows;
	} rows[] = {
	    {"{}", ""},
	    {WORLD_ALL, "1 2 7 \"model:v1\" \"model:v2\" \"ground_truth\""},
	    {"{\"annotators\":{\"all\":true,\"ids\":[2,99]}}", "1 7"},
	    /* Named are those of the organization: the fake knows 1 and 8 of it. */
	    {"{\"annotators\":{\"ids\":[8,1,2,99]}}", "1 8"},
	    {"{\"models\":{\"all\":true,\"ids\":[\"model:v1\"]}}", "\"model:v2\""},
	    {"{\"models\":{\"ids\":[\"v9\",\"v1\"]}}", "\"model:v1\" \"model:v9\""},
	    {"{\"ground_truth\":true}", "\"ground_truth\""},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		world_matrix(rows[i].selection);
		world_assert(200, "{\"matrix\":[");
		assert_string_equal(rows_of_answer(), rows[i].rows);
		assert_int_equal(fake_runs(STMT_USERS), i == 3);
		/* Results are read only where somebody has evidence. */
		assert_int_equal(fake_runs(STMT_RESULTS), i > 0);
		assert_int_equal(fake_runs(STMT_EVIDENCE_RESULTS), 0);
	}
}

/* Where few of many are named, the results of the others are left where they are. */
static void
only_the_results_of_the_rows_are_read(void **state)
{
	(void)state;
	world_matrix("{\"annotators\":{\"ids\":[1,8]},\"models\":{\"ids\":[\"v2\",\"v9\"]},"
		     "\"ground_truth\":true}");
	world_assert(200,
	    "{\"matrix\":[[1.0,null,0.5,null,null],[null,null,null,null,null],[0.5,null,1."
	    "0,null,0.5],");
	assert_int_equal(fake_runs(STMT_USERS), 1);
	assert_int_equal(fake.log[3].id, STMT_RESULTS);
	assert_int_equal(fake.log[3].params[0].integer, 5);
	assert_int_equal(fake.log[3].params[2].integer, 5);
	/* The texts are gone with the request, their lengths tell: 101 for two rows, and
	 * 202. */
	assert_true(fake.log[3].params[1].text.n >= strlen("101") &&
	    fake.log[3].params[1].text.n <= strlen("101,101"));
	assert_int_equal(fake.log[3].params[3].text.n, strlen("202"));
}

static void
a_dimension_by_name_alone_counts(void **state)
{
	(void)state;
	world_get(WORLD_MATRIX, "dimension=11&selection=" EVERYONE);
	world_assert(200, "{\"matrix\":[[1.0,1.0,0.0],[1.0,1.0,0.0],[0.0,0.0,1.0]]");
	world_get(WORLD_MATRIX, "dimension=12&selection=" EVERYONE);
	world_assert(200, "{\"matrix\":[[1.0,1.0,0.3333333333333333],");
	/* Also one that is not active, has vanished or weighs nothing. */
	world.dimensions[1].weight = 0.0;
	world.dimensions[1].is_present = false;
	world.dimensions[1].is_active = false;
	world_get(WORLD_MATRIX, "dimension=12&selection=" EVERYONE);
	world_assert(200, "{\"matrix\":[[1.0,1.0,0.3333333333333333],");
	world_get(WORLD_MATRIX, "dimension=&selection=" EVERYONE);
	world_assert(200, "{\"matrix\":[[1.0,1.0,0.0],");
	/* Here nobody said anything: both empty. */
	world_get(WORLD_MATRIX, "dimension=13&selection=" EVERYONE);
	world_assert(200, "{\"matrix\":[[1.0,1.0,1.0],");
}

static void
dimensions_are_weighed(void **state)
{
	(void)state;
	world.dimensions[0].weight = 3.0;
	world_matrix(EVERYONE);
	world_assert(200, "{\"matrix\":[[1.0,1.0,0.08333333333333333],");
	world.dimensions[0].weight = 0.0;
	world_matrix(EVERYONE);
	world_assert(200, "{\"matrix\":[[1.0,1.0,0.3333333333333333],");
	world.dimensions[1].is_active = false;
	world_matrix(EVERYONE);
	world_assert(
	    200, "{\"matrix\":[[null,null,null],[null,null,null],[null,null,null]]");
}

static void
the_latest_annotation_counts(void **state)
{
	(void)state;
	/* 103 becomes an older one of user 2. */
	world.evidence[2].v.user.id = 2;
	world.evidence[2].v.version.updated_at = 999;
	world_matrix(EVERYONE);
	world_assert(200, "{\"matrix\":[[1.0,1.0],[1.0,1.0]]");
	assert_string_equal(rows_of_answer(), "1 2");
	world.evidence[2].v.version.updated_at = 1000;
	world_matrix(EVERYONE);
	world_assert(200, "{\"matrix\":[[1.0,0.16666666666666666],");
}

static void
users_are_shown_as_they_are(void **state)
{
	(void)state;
	world.evidence[1].v.user.deleted = true;
	world.evidence[2].v.user = (struct store_user){.id = 7}; /* the row is gone */
	world.evidence[0].v.user.avatar = STR("a.png");
	free(world.config.text[CONFIG_HOSTNAME]);
	world.config.text[CONFIG_HOSTNAME] = strdup("https://host");
	world_matrix(EVERYONE);
	assert_non_null(strstr(world.response.body.s,
	    "\"users\":[{\"avatar\":\"https://host/data/a.png\",\"email\":\"ann@x\","));
	assert_non_null(strstr(world.response.body.s, "\"username\":\"deleted-2\"}"));
	assert_non_null(strstr(world.response.body.s, "\"username\":\"deleted-7\"}"));
	assert_null(strstr(world.response.body.s, "Bob"));
}

/* ------------------------------------------------------------------ warnings and limits */

static void
values_that_do_not_parse_are_told_of(void **state)
{
	(void)state;
	world.evidence[0].result =
	    "[{\"from_name\":\"r\",\"type\":\"rating\",\"value\":{\"rating\":\"x\"}},"
	    "{\"from_name\":\"q\",\"type\":\"choices\",\"value\":{\"choices\":[\"a\"]}}]";
	world_matrix("{\"annotators\":{\"all\":true},\"ground_truth\":true}");
	/* Of 101 only q counts. */
	world_assert(
	    200, "{\"matrix\":[[1.0,1.0,0.0,null],[1.0,1.0,0.16666666666666666,1.0],");
	assert_int_equal(
	    strncmp(header_of_answer(),
		"X-Agreement-Warning: annotation 101, dimension 12: $[0].value.rating", 68),
	    0);
	/* The row of the truth is the same annotation: one warning. */
	assert_int_equal(world.response.warnings, 1);
}

static void
results_that_are_no_json_are_told_of(void **state)
{
	(void)state;
	world.evidence[0].result = "[{";
	world.evidence[3].result = "nonsense";
	world.evidence[4].result =
	    NULL; /* nothing was said: empty, which is not unreadable */
	world_matrix(WORLD_ALL);
	world_assert(200, "{\"matrix\":[[1.0,null,null,null,null,null],[null,1.0,");
	assert_non_null(strstr(header_of_answer(),
	    "X-Agreement-Warning: annotation 101, dimension 11: JSON: line 1, "));
	assert_non_null(strstr(header_of_answer(),
	    "X-Agreement-Warning: prediction 201, dimension 12: JSON: line 1, "));
	assert_null(strstr(header_of_answer(), "prediction 202"));
}

static void
unusable_dimensions_are_told_of(void **state)
{
	(void)state;
	world.dimensions[0].metric_type = STR("no_such_metric");
	world_matrix(EVERYONE);
	world_assert(200, "{\"matrix\":[[1.0,1.0,0.3333333333333333],");
	assert_non_null(strstr(header_of_answer(),
	    "X-Agreement-Warning: annotation 101, dimension 11: there is no metric "
	    "\"no_such_metric\""));
	assert_int_equal(world.response.warnings, 3);
	/* What does not count is not told of. */
	world.dimensions[0].is_active = false;
	world_matrix(EVERYONE);
	assert_int_equal(world.response.warnings, 0);
}

static void
limits_say_which(void **state)
{
	(void)state;
	world.config.number[CONFIG_MAX_PARTICIPANTS] = 2;
	world_matrix(EVERYONE);
	world_assert_error(
	    503, "The matrix would have 3 rows, more than max_participants = 2.");
	assert_non_null(strstr(header_of_answer(), "Retry-After: "));
	assert_int_equal(fake_runs(STMT_RESULTS), 0);
	world.config.number[CONFIG_MAX_PARTICIPANTS] = 3;
	world_matrix(EVERYONE);
	world_assert(200, "{");
	world.config.number[CONFIG_MAX_BYTES] = 100;
	world_matrix(EVERYONE);
	world_assert_error(
	    503, "The results of this task have more bytes than max_bytes = 100.");
	world.config.number[CONFIG_MAX_BYTES] = 100000;
	world.config.number[CONFIG_MAX_COST] = 1;
	world_matrix(EVERYONE);
	assert_int_equal(world.response.status, 503);
	assert_non_null(
	    strstr(world.response.body.s, "\"detail\":\"The matrix would cost "));
	assert_non_null(
	    strstr(world.response.body.s, " units of work, more than max_cost = 1.\""));
	/* One row costs nothing, and 0 is no limit. */
	world_matrix("{\"annotators\":{\"all\":true,\"ids\":[1,2]}}");
	world_assert(200, "{\"matrix\":[[1.0]]");
	world.config.number[CONFIG_MAX_COST] = 0;
	world_matrix(EVERYONE);
	world_assert(200, "{");
}

/* ------------------------------------------------------------------ what changes meanwhile
 */

static void
evidence_that_goes_meanwhile_is_null(void **state)
{
	const char *query = "selection={\"annotators\":{\"all\":true,\"ids\":[99]}}";
	size_t n;

	(void)state;
	world_can();
	/* A client that may have the answer: the results are read by themselves, after 103
	 * was cancelled. */
	n = world.n_evidence;
	struct db_value rows[8 * 7], *v = rows;
	for (size_t i = 0; i < n; i++) {
		if (world.evidence[i].v.version.id == 103)
			continue;
		*v++ = DB_INTEGER(world.evidence[i].v.version.kind);
		*v++ = DB_INTEGER(world.evidence[i].v.version.id);
		for (int k = 0; k < 4; k++)
			*v++ = DB_INTEGER(0);
		*v++ = DB_TEXT(str_of(world.evidence[i].result));
	}
	fake_rows(STMT_RESULTS, rows, n - 1);
	world_ask("GET", WORLD_MATRIX, query, GOOD, "\"other\"");
	world_assert(200, "{\"matrix\":[[1.0,1.0,null],[1.0,1.0,null],[null,null,null]]");
	fake_rows(STMT_RESULTS, NULL, 0);
	world_ask("GET", WORLD_MATRIX, query, GOOD, "\"other\"");
	world_assert(200, "{\"matrix\":[[null,null,null],");
}

/* ------------------------------------------------------------------ dimensions out of
 * results */

static void
without_a_configuration_results_suggest_dimensions(void **state)
{
	(void)state;
	world.n_dimensions = 0;
	world.recorded = (struct str){0};
	world_can();
	world_ask("GET", WORLD_MATRIX, "selection=" EVERYONE, GOOD, NULL);
	world_assert(
	    200, "{\"matrix\":[[null,null,null],"); /* as the fake's table stays empty */
	assert_int_equal(fake_runs(STMT_DIMENSION_INSERT), 2);
	assert_int_equal(fake.commits, 2); /* of the configuration, of the results */
	/* Where nothing may be written, what results suggest is computed all the same. */
	world.recorded = world.fingerprint;
	world_can();
	fake.fail_at = 4; /* access, evidence, results, then the transaction */
	fake.fail_with = ERR_DB_DENIED;
	world_ask("GET", WORLD_MATRIX, "selection=" EVERYONE, GOOD, "\"other\"");
	world_assert(200,
	    "{\"matrix\":[[1.0,1.0,0.16666666666666666],[1.0,1.0,0.16666666666666666],"
	    "[0.16666666666666666,0.16666666666666666,1.0]]");
}

static void
a_changed_configuration_is_followed_first(void **state)
{
	(void)state;
	world.recorded = STR("older");
	world.label_config =
	    "<View><Text name=\"t\" value=\"$t\"/><Rating name=\"r\" toName=\"t\"/></View>";
	world_can();
	fake.fail_at =
	    4; /* access, evidence, project, then the transaction, which is denied */
	fake.fail_with = ERR_DB_DENIED;
	world_ask("GET", WORLD_MATRIX, "selection=" EVERYONE, GOOD, NULL);
	/* Only r is left. */
	world_assert(200, "{\"matrix\":[[1.0,1.0,0.3333333333333333],");
	/* q has vanished but can still be asked for. */
	world_ask("GET", WORLD_MATRIX, "dimension=11&selection=" EVERYONE, GOOD, NULL);
	world_assert(200, "{\"matrix\":[[1.0,1.0,0.0],");
	fake.fail_at = 3;
	world_ask("GET", WORLD_PROJECT "/dimensions", "is_active=true", GOOD, NULL);
	world_assert(200, "[{\"id\":12,");
	assert_null(strstr(world.response.body.s, "{\"id\":11,"));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(selections_choose_the_rows),
	    TEST(only_the_results_of_the_rows_are_read),
	    TEST(a_dimension_by_name_alone_counts),
	    TEST(dimensions_are_weighed),
	    TEST(the_latest_annotation_counts),
	    TEST(users_are_shown_as_they_are),
	    TEST(values_that_do_not_parse_are_told_of),
	    TEST(results_that_are_no_json_are_told_of),
	    TEST(unusable_dimensions_are_told_of),
	    TEST(limits_say_which),
	    TEST(evidence_that_goes_meanwhile_is_null),
	    TEST(without_a_configuration_results_suggest_dimensions),
	    TEST(a_changed_configuration_is_followed_first),
	};

	return cmocka_run_group_tests_name("answer", tests, NULL, NULL);
}
