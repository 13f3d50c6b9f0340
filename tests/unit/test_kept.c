/* lib/matrix/kept and lib/project/keeping: scores that are kept with a task. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "api_fixture.h"
#include "base/array.h"
#include "matrix/kept.h"

#define GOOD "Token " WORLD_KEY
#define EVERYONE "{\"annotators\":{\"all\":true}}"

static struct keeping keeping;
static struct str labels; /* of the row that is kept */

static int
set_up(void **state)
{
	int failed = world_set_up(state);

	keeping_begin(&keeping, world.store);
	world.api.keeping = &keeping;
	return failed;
}

static int
tear_down(void **state)
{
	buf_free(&keeping.bytes);
	return world_tear_down(state);
}

/* Ask, and have what was computed as the row that is kept. */
static void
keep(const char *selection)
{
	world_matrix(selection);
	world_assert(200, "{\"matrix\":[");
	assert_int_equal(keeping.n, 1);
	world.kept = arena_str(world.arena,
	    (struct str){keeping.bytes.s + keeping.rows[0].begin, keeping.rows[0].scores});
	labels = arena_str(world.arena,
	    (struct str){keeping.bytes.s + keeping.rows[0].scores, keeping.rows[0].labels});
	keeping_flush(&keeping);
	assert_int_equal(keeping.n, 0);
}

static const char *
answer_to(const char *query)
{
	world_get(WORLD_MATRIX, query);
	world_assert(200, "{\"matrix\":[");
	return arena_printf(world.arena, "%s", world.response.body.s);
}

static const char *const questions[] = {
    "selection=" WORLD_ALL,
    "selection=" EVERYONE,
    "selection=" EVERYONE "&dimension=11",
    "selection=" EVERYONE "&dimension=13",
    "selection={\"annotators\":{\"ids\":[1,8]},\"ground_truth\":true}",
    "selection={\"models\":{\"all\":true}}",
    "selection={\"annotators\":{\"all\":true,\"ids\":[2]},\"models\":{\"ids\":[\"v2\","
    "\"v9\"]}}",
    "selection={}",
};

static void
a_kept_row_answers_every_selection_without_results(void **state)
{
	const char *before[N_OF(questions)];

	(void)state;
	world.dimensions[1].weight = 0.25;
	world.api.keeping = NULL;
	for (size_t i = 0; i < N_OF(questions); i++)
		before[i] = answer_to(questions[i]);
	world.api.keeping = &keeping;
	keep(EVERYONE);
	for (size_t i = 0; i < N_OF(questions); i++) {
		assert_string_equal(answer_to(questions[i]), before[i]);
		assert_int_equal(world_results_read(), 0);
		assert_int_equal(keeping.n, 0);
	}
}

/* Whatever the first question was, all scores of everybody are kept. */
static void
a_selection_of_few_keeps_everybody(void **state)
{
	(void)state;
	keep("{\"annotators\":{\"ids\":[1]},\"models\":{\"ids\":[\"v2\"]}}");
	for (size_t i = 0; i < N_OF(questions); i++) {
		answer_to(questions[i]);
		assert_int_equal(world_results_read(), 0);
	}
}

/* Weights, names and the order of dimensions are no part of the scores. */
static void
what_scores_do_not_depend_on_changes_nothing(void **state)
{
	(void)state;
	keep(WORLD_ALL);
	world.dimensions[0].weight = 3.0;
	world.dimensions[0].order = 9;
	world.dimensions[2].is_active = true;
	world.dimensions[1].is_active = false;
	world.evidence[0].v.user.first_name = STR("Anna");
	answer_to("selection=" WORLD_ALL);
	assert_int_equal(world_results_read(), 0);
}

static void
whatever_changes_is_computed_again(void **state)
{
	(void)state;
	for (int round = 0; round < 8; round++) {
		struct store_version *v = &world.evidence[1].v.version;
		struct store_version now = *v;

		keep(WORLD_ALL);
		v->updated_at += round == 0;
		v->length += round == 1;
		v->crc32 += round == 2; /* a direct UPDATE */
		v->id += round == 3 ? 1000 : 0;
		if (round == 4)
			world.dimensions[0].metric_params = STR("{}");
		if (round == 5)
			world.dimensions[0].label_weights = STR("{\"a\":2}");
		if (round == 6)
			world.dimensions[1].metric_type = STR("exact_match");
		if (round == 7)
			world.kept.n--; /* damaged */
		answer_to("selection=" WORLD_ALL);
		assert_true(world_results_read() > 0);
		assert_int_equal(keeping.n, 1);
		keeping_flush(&keeping);
		*v = now;
		world.kept = (struct str){0};
	}
}

/* Who has not changed is answered for, also where another has. */
static void
a_change_of_one_concerns_their_pairs_alone(void **state)
{
	(void)state;
	keep(WORLD_ALL);
	world.evidence[1].v.version.crc32++;
	answer_to("selection={\"annotators\":{\"all\":true,\"ids\":[2]}}");
	assert_int_equal(world_results_read(), 0);
	answer_to("selection={\"annotators\":{\"all\":true,\"ids\":[1]}}");
	assert_int_equal(world_results_read(), 1);
}

/* Warnings come with the answers that they concern. */
static void
warnings_are_kept(void **state)
{
	(void)state;
	world.evidence[1].result =
	    "[{\"from_name\":\"r\",\"type\":\"rating\",\"value\":{\"rating\":\"x\"}}]";
	keep(WORLD_ALL);
	answer_to("selection=" WORLD_ALL);
	assert_int_equal(world_results_read(), 0);
	assert_int_equal(world.response.warnings, 1);
	assert_non_null(strstr(world.response.headers.s, "annotation 102, dimension 12: "));
	answer_to("selection={\"annotators\":{\"all\":true,\"ids\":[2]}}");
	assert_int_equal(world.response.warnings, 0);
	answer_to("selection=" WORLD_ALL "&dimension=11");
	assert_int_equal(world.response.warnings, 0);
	assert_int_equal(world_results_read(), 0);
}

/* Scores that one request may not compute are left to those that are asked for. */
static void
what_costs_too_much_is_not_kept(void **state)
{
	(void)state;
	world.api.cache = cache_new(100000);
	world.config.number[CONFIG_MAX_COST] = 1;
	world_matrix("{\"annotators\":{\"ids\":[1]}}");
	world_assert(200, "{\"matrix\":[[1.0]]");
	assert_int_equal(keeping.n, 0);
	world_matrix("{\"annotators\":{\"ids\":[1]}}");
	world_assert(200, "{\"matrix\":[[1.0]]");
	world_matrix(WORLD_ALL);
	world_assert_error(
	    503, "The matrix would cost 602 units of work, more than max_cost = 1.");
	cache_free(world.api.cache);
	world.api.cache = NULL;
}

static void
an_account_that_may_not_write_computes_each_time(void **state)
{
	(void)state;
	world_matrix(EVERYONE);
	assert_int_equal(keeping.n, 1);
	fake.fail_at = fake.calls + 1;
	fake.fail_with = ERR_DB_DENIED;
	keeping_flush(&keeping);
	fake.fail_at = 0;
	assert_true(keeping.denied);
	/* It is not forgotten where there is nothing more to write. */
	keeping_flush(&keeping);
	assert_int_equal(keeping.failed.code, ERR_DB_DENIED);
	world_matrix(EVERYONE);
	world_assert(200, "{\"matrix\":[[1.0,1.0,");
	assert_int_equal(keeping.n, 0);
	/* What another account keeps is read all the same. */
	keeping.denied = false;
	keep(WORLD_ALL);
	keeping.denied = true;
	answer_to("selection=" WORLD_ALL);
	assert_int_equal(world_results_read(), 0);
}

/* Bytes that are cut or changed are no row, and never read past their end. */
static void
damaged_bytes_are_no_row(void **state)
{
	struct kept kept;
	char *bytes;

	(void)state;
	keep(WORLD_ALL);
	for (size_t n = 0; n < world.kept.n; n++)
		assert_int_equal(
		    kept_read(world.arena,
			arena_str(world.arena, (struct str){world.kept.s, n}), &kept),
		    ERR_INPUT);
	assert_int_equal(kept_read(world.arena, world.kept, &kept), ERR_OK);
	assert_int_equal(kept_read_labels(world.arena, labels, &kept), ERR_OK);
	for (size_t n = 0; n < labels.n; n++)
		assert_int_equal(
		    kept_read_labels(world.arena,
			arena_str(world.arena, (struct str){labels.s, n}), &kept),
		    ERR_INPUT);
	bytes = arena_alloc(world.arena, world.kept.n + labels.n);
	for (size_t i = 0; i < labels.n; i++)
		for (unsigned c = 0; c < 256; c += 85) {
			struct arena *own = arena_new((size_t)64 << 20);
			enum err err;

			memcpy(bytes, labels.s, labels.n);
			bytes[i] = (char)c;
			err = kept_read_labels(own, (struct str){bytes, labels.n}, &kept);
			assert_true(err == ERR_OK || err == ERR_INPUT);
			arena_free(own);
		}
	for (size_t i = 0; i < world.kept.n; i++)
		for (unsigned c = 0; c < 256; c += 85) {
			struct arena *own = arena_new((size_t)64 << 20);
			enum err err;

			memcpy(bytes, world.kept.s, world.kept.n);
			bytes[i] = (char)c;
			err = kept_read(own, (struct str){bytes, world.kept.n}, &kept);
			assert_true(err == ERR_OK || err == ERR_INPUT);
			arena_free(own);
		}
}

/* A row of n sides and one dimension, whose i-th score is score(i). */
static struct str
write_scores(struct arena *a, size_t n, double (*score)(size_t i))
{
	struct kept_dimension dimension = {.id = 3};
	struct kept k = {.n = n, .dimensions = &dimension, .m = 1};
	size_t pairs = n * (n - 1) / 2;
	struct buf bytes = BUF_INIT;
	struct str text;

	k.sides = arena_calloc(a, n, sizeof(k.sides[0]));
	k.scores =
	    (struct scores){.n = n, .m = 1, .list = arena_alloc(a, pairs * sizeof(double))};
	for (size_t i = 0; i < n; i++)
		k.sides[i] = (struct kept_side){.kind = PARTICIPANT_ANNOTATOR,
		    .user = (int64_t)i + 1,
		    .ground_truth = i % 7 == 0,
		    .version = {.kind = STORE_ANNOTATION,
			.id = (int64_t)i,
			.updated_at = -(int64_t)i,
			.length = i << 40,
			.crc32 = (uint32_t)(i << 20),
			.ground_truth = i % 3 == 0}};
	for (size_t i = 0; i < pairs; i++)
		k.scores.list[i] = score(i);
	kept_write(a, &k, &bytes);
	assert_false(buf_failed(&bytes));
	text = arena_str(a, buf_text(&bytes));
	buf_free(&bytes);
	return text;
}

static double
all_different(size_t i)
{
	return (double)(i + 1) / 1e6;
}

static double
few_different(size_t i)
{
	static const double few[] = {0.0, 1.0, SCORE_NULL, SCORE_HIDDEN, 1.0 / 3.0};

	return few[i * i % N_OF(few)];
}

/* However many different scores there are: a place takes one, two or four bytes. */
static void
scores_are_read_as_they_were(void **state)
{
	/* 255, 276 and more than 65,536 of them; and none. */
	static const size_t sizes[] = {0, 1, 2, 23, 24, 363};

	(void)state;
	for (size_t s = 0; s < N_OF(sizes); s++)
		for (int few = 0; few < 2; few++) {
			double (*score)(size_t) = few ? few_different : all_different;
			struct arena *a = arena_new(0);
			size_t n = sizes[s], pairs = n < 2 ? 0 : n * (n - 1) / 2;
			struct str bytes = write_scores(a, n, score);
			struct kept k;

			assert_int_equal(kept_read(a, bytes, &k), ERR_OK);
			assert_true(k.n == n && k.m == 1 && k.dimensions[0].id == 3);
			for (size_t i = 0; i < pairs; i++)
				assert_true(k.scores.list[i] == score(i));
			for (size_t i = 0; i < n; i++) {
				const struct kept_side *side = &k.sides[i];

				assert_true(side->user == (int64_t)i + 1 &&
				    side->ground_truth == (i % 7 == 0) &&
				    side->version.id == (int64_t)i &&
				    side->version.updated_at == -(int64_t)i &&
				    side->version.length == i << 40 &&
				    side->version.crc32 == (uint32_t)(i << 20) &&
				    side->version.ground_truth == (i % 3 == 0));
			}
			for (size_t cut = 1; cut < 100 && cut < bytes.n; cut++) {
				bytes.n--;
				assert_int_equal(kept_read(a, bytes, &k), ERR_INPUT);
			}
			arena_free(a);
		}
}

static void
every_failure_is_an_answer(void **state)
{
	(void)state;
	for (unsigned at = 1; at < 12; at++) {
		world.kept = (struct str){0};
		world_can();
		fake.fail_at = at;
		fake.fail_with = ERR_DB_AWAY;
		world_ask("GET", WORLD_MATRIX, "selection=" EVERYONE, GOOD, NULL);
		if (fake.calls >= at)
			world_assert_error(503, "The database cannot be reached.");
		fake.fail_at = 0;
		keeping.n = 0;
		buf_clear(&keeping.bytes);
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(a_kept_row_answers_every_selection_without_results),
	    TEST(a_selection_of_few_keeps_everybody),
	    TEST(what_scores_do_not_depend_on_changes_nothing),
	    TEST(whatever_changes_is_computed_again),
	    TEST(a_change_of_one_concerns_their_pairs_alone),
	    TEST(warnings_are_kept),
	    cmocka_unit_test(scores_are_read_as_they_were),
	    TEST(what_costs_too_much_is_not_kept),
	    TEST(an_account_that_may_not_write_computes_each_time),
	    TEST(damaged_bytes_are_no_row),
	    TEST(every_failure_is_an_answer),
	};

	return cmocka_run_group_tests_name("kept", tests, NULL, NULL);
}
