/* lib/service/answer: an answer is made once: entity tags, and the cache by them. */
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

static void
the_same_answer_is_not_made_again(void **state)
{
	char tag[160];

	(void)state;
	world_matrix(EVERYONE);
	world_assert(200, "{");
	snprintf(tag, sizeof(tag), "%s", world.etag);
	world_ask("GET", WORLD_MATRIX, "selection=" EVERYONE, GOOD, tag);
	assert_int_equal(world.response.status, 304);
	assert_int_equal(world.response.body.n, 0);
	assert_string_equal(world.etag, tag);
	assert_int_equal(world_results_read(), 0);
	world_ask("GET", WORLD_MATRIX, "selection=" EVERYONE, GOOD, "\"other\"");
	world_assert(200, "{");
	/* Who may not see it is not told that it is the same. */
	world_ask("GET", WORLD_MATRIX, "selection=" EVERYONE, "Token x", tag);
	world_assert_error(401, "Invalid token.");
}

static void
change_user(void)
{
	world.evidence[0].v.user.first_name = STR("Eve");
}

static void
change_deleted(void)
{
	world.evidence[0].v.user.deleted = true;
}

static void
change_result(void)
{
	world.evidence[1].v.version.crc32++;
}

static void
change_length(void)
{
	world.evidence[1].v.version.length++;
}

static void
change_time(void)
{
	world.evidence[1].v.version.updated_at++;
}

static void
change_truth(void)
{
	world.evidence[1].v.version.ground_truth = true;
}

static void
change_annotator(void)
{
	world.evidence[2].v.user.id = 6;
}

static void
lose_annotator(void)
{
	world.n_evidence = 2;
}

static void
change_weight(void)
{
	world.dimensions[0].weight = 2.0;
}

static void
change_metric(void)
{
	world.dimensions[0].metric_type = STR("jaccard_similarity");
}

static void
change_params(void)
{
	world.dimensions[0].metric_params = STR("{\"order_matters\":true}");
}

static void
change_label_weights(void)
{
	world.dimensions[0].label_weights = STR("{\"a\":2}");
}

static void
change_who_chose_the_metric(void)
{
	world.dimensions[0].user_set |= STORE_DIMENSION_METRIC_TYPE;
}

static void
change_active(void)
{
	world.dimensions[2].is_active = true;
}

static void
change_host(void)
{
	free(world.config.text[CONFIG_HOSTNAME]);
	world.config.text[CONFIG_HOSTNAME] = strdup("https://host");
}

/* Each change of what the answer is made of changes the tag, and only those. */
static void
every_change_changes_the_tag(void **state)
{
	static void (*const changes[])(void) = {change_user, change_deleted, change_result,
	    change_length, change_time, change_truth, change_annotator, lose_annotator,
	    change_weight, change_metric, change_params, change_label_weights,
	    change_who_chose_the_metric, change_active, change_host};
	char tags[N_OF(changes) + 3][160];
	size_t n = 0;

	world_matrix(EVERYONE);
	strcpy(tags[n++], world.etag);
	world_matrix("{\"annotators\":{\"all\":true,\"ids\":[99]}}");
	assert_string_equal(world.etag, tags[0]);
	world_matrix("{\"annotators\":{\"all\":true},\"ground_truth\":true}");
	strcpy(tags[n++], world.etag);
	world_get(WORLD_MATRIX, "dimension=11&selection=" EVERYONE);
	strcpy(tags[n++], world.etag);
	for (size_t i = 0; i < N_OF(changes); i++) {
		world_tear_down(state);
		assert_int_equal(world_set_up(state), 0);
		changes[i]();
		world_matrix(EVERYONE);
		strcpy(tags[n++], world.etag);
	}
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(tags[i], tags[k]) == 0)
				fail_msg("tags %zu and %zu are equal", k, i);
}

static void
answers_are_kept_by_their_tags(void **state)
{
	char body[4000];

	(void)state;
	world.api.cache = cache_new(100000);
	world_matrix(EVERYONE);
	snprintf(body, sizeof(body), "%s", world.response.body.s);
	assert_true(cache_count(world.api.cache) >= 1);
	world_matrix(EVERYONE);
	assert_int_equal(world_results_read(), 0);
	assert_string_equal(world.response.body.s, body);
	assert_int_equal(strlen(world.etag), 34);
	/* Another question is another answer. */
	world_get(WORLD_MATRIX, "dimension=11&selection=" EVERYONE);
	assert_int_equal(world_results_read(), 1);
	assert_string_not_equal(world.response.body.s, body);
	world.evidence[0].v.version.crc32++;
	world.evidence[0].result = "[]";
	world_matrix(EVERYONE);
	assert_int_equal(world_results_read(), 1);
	assert_string_not_equal(world.response.body.s, body);
	cache_free(world.api.cache);
}

static void
answers_with_warnings_and_errors_are_not_kept(void **state)
{
	(void)state;
	world.api.cache = cache_new(100000);
	world.evidence[0].result = "[{";
	world_matrix(EVERYONE);
	world_assert(200, "{");
	assert_int_equal(cache_count(world.api.cache), 0);
	world_matrix(EVERYONE);
	assert_non_null(
	    strstr(world.response.headers.s, "X-Agreement-Warning: annotation 101, "));
	world.config.number[CONFIG_MAX_BYTES] = 10;
	world_matrix(EVERYONE);
	assert_int_equal(world.response.status, 503);
	assert_int_equal(cache_count(world.api.cache), 0);
	cache_free(world.api.cache);
}

/* Between the evidence and its results an annotation changes, or goes: nobody shall keep
 * what is made of both. */
static void
results_that_have_moved_are_not_kept(void **state)
{
	const char *query = "selection={\"annotators\":{\"ids\":[1]},\"models\":{\"ids\":["
			    "\"v1\"]}}";
	struct db_value rows[2 * 7], gone[7];

	(void)state;
	for (int i = 0; i < 2; i++) {
		const struct world_evidence *e = &world.evidence[i == 0 ? 0 : 3];

		memcpy(&rows[i * 7],
		    (struct db_value[]){DB_INTEGER(e->v.version.kind),
			DB_INTEGER(e->v.version.id), DB_INTEGER(e->v.version.ground_truth),
			DB_INTEGER(e->v.version.updated_at),
			DB_INTEGER(e->v.version.length), DB_INTEGER(e->v.version.crc32),
			DB_TEXT(str_of(e->result))},
		    sizeof(gone));
	}
	memcpy(gone, rows, sizeof(gone));
	for (int round = 0; round < 4; round++) {
		world.api.cache = cache_new(100000);
		world_can();
		if (round == 1)
			rows[5].integer++; /* another checksum */
		fake_rows(STMT_RESULTS, round == 2 ? gone : rows, round == 2 ? 1 : 2);
		world_ask("GET", WORLD_MATRIX, query, GOOD, "\"other\"");
		if (round == 1)
			rows[5].integer--;
		world_assert(200, "{");
		assert_int_equal(world_results_read(), 1);
		assert_int_equal(strlen(world.etag), round == 0 || round == 3 ? 34 : 0);
		assert_int_equal(
		    cache_count(world.api.cache), round == 0 || round == 3 ? 2 : 0);
		cache_free(world.api.cache);
	}
	world.api.cache = NULL;
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(the_same_answer_is_not_made_again),
	    TEST(every_change_changes_the_tag),
	    TEST(answers_are_kept_by_their_tags),
	    TEST(answers_with_warnings_and_errors_are_not_kept),
	    TEST(results_that_have_moved_are_not_kept),
	};

	return cmocka_run_group_tests_name("answer_cache", tests, NULL, NULL);
}
