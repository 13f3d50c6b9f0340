/* lib/reliability/bootstrap and coefficient_bootstrap: quantiles by hand, and the intervals
 * of all coefficients against those of ratings that are built anew for each draw. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/array.h"
#include "base/random.h"
#include "reliability/coefficient_bootstrap.h"
#include "arena_fixture.h"

/* ------------------------------------------------------------------ the bootstrap itself
 */

struct counting {
	size_t calls;
	double sum; /* of the times of the last call */
	size_t undefined_each;
	enum err err;
};

static enum err
next_number(void *context, const double *times, double *r)
{
	struct counting *c = context;

	c->sum = 0.0;
	for (size_t i = 0; i < 7; i++)
		c->sum += times[i];
	assert_true(c->sum == 7.0);
	c->calls++;
	*r = c->undefined_each > 0 && c->calls % c->undefined_each == 0
	    ? NAN
	    : 1001.0 - (double)c->calls;
	return c->calls == 1000 ? c->err : ERR_OK;
}

static void
quantiles_lie_between_values(void **state)
{
	struct counting c = {0};
	struct bootstrap_question q = {
	    .units = 7, .seed = 1, .statistic = next_number, .context = &c};
	struct bootstrap_interval r;

	(void)state;
	assert_int_equal(bootstrap_compute(a, &q, &r), ERR_OK);
	assert_int_equal(c.calls, BOOTSTRAP_DRAWS);
	assert_true(r.draws == 1000 && r.defined == 1000);
	/* numpy.percentile(range(1, 1001), [2.5, 97.5]) */
	assert_true(fabs(r.low - 25.975) < 1e-12 && fabs(r.high - 975.025) < 1e-12);
	c = (struct counting){.undefined_each = 2};
	assert_int_equal(bootstrap_compute(a, &q, &r), ERR_OK);
	assert_true(r.draws == 1000 && r.defined == 500);
	/* numpy.percentile(range(2, 1001, 2), [2.5, 97.5]) */
	assert_true(fabs(r.low - 26.95) < 1e-12 && fabs(r.high - 975.05) < 1e-12);
	c = (struct counting){.undefined_each = 1};
	q.draws = 5;
	assert_int_equal(bootstrap_compute(a, &q, &r), ERR_OK);
	assert_true(r.draws == 5 && r.defined == 0 && isnan(r.low) && isnan(r.high));
	q.units = 0;
	assert_int_equal(bootstrap_compute(a, &q, &r), ERR_OK);
	assert_int_equal(r.defined, 0);
	q.units = 7;
	q.draws = 1;
	c = (struct counting){0};
	assert_int_equal(bootstrap_compute(a, &q, &r), ERR_OK);
	assert_true(r.low == 1000.0 && r.high == 1000.0);
	q.draws = 0;
	c = (struct counting){.err = ERR_UNAVAILABLE};
	assert_int_equal(bootstrap_compute(a, &q, &r), ERR_UNAVAILABLE);
}

/* ------------------------------------------------------------------ coefficients */

/* Random ratings 0.5, 1, 2, 3, 5, of which a share of 1 in `missing` is missing. */
static struct ratings
draw_ratings(struct random *random, size_t units, size_t raters, uint64_t missing)
{
	static const double numbers[] = {0.5, 1.0, 2.0, 3.0, 5.0};
	struct category *categories = arena_calloc(a, 5, sizeof(*categories));
	int32_t *cells = arena_calloc(a, units * raters, sizeof(*cells));

	for (size_t k = 0; k < 5; k++)
		categories[k] = category_number(numbers[k]);
	for (size_t i = 0; i < units * raters; i++) {
		uint64_t near = i / raters % 4 + random_below(random, 2);

		cells[i] =
		    random_below(random, missing) == 0 ? RATINGS_MISSING : (int32_t)near;
	}
	return (struct ratings){units, raters, cells, categories, 5, true};
}

/* What is computed of ratings in which each unit stands as often as it was drawn. */
struct anew {
	const struct coefficient_question *q;
	struct ratings from;
	size_t undefined;
};

static enum err
compute_anew(void *context, const double *times, double *r)
{
	struct anew *anew = context;
	struct ratings ratings = anew->from;
	size_t raters = ratings.raters, n = 0;
	struct arena_mark mark = arena_mark(a);
	int32_t *cells = arena_calloc(a, ratings.units * raters, sizeof(*cells));
	struct coefficient_estimate estimate;

	for (size_t i = 0; i < ratings.units; i++)
		for (double k = 0.0; k < times[i]; k++)
			memcpy(cells + raters * n++, anew->from.cells + raters * i,
			    raters * sizeof(*cells));
	assert_int_equal(n, ratings.units);
	ratings.cells = cells;
	assert_int_equal(coefficient_compute(a, anew->q, &ratings, &estimate, &e), ERR_OK);
	*r = estimate.undefined == NULL ? estimate.value : NAN;
	anew->undefined += estimate.undefined != NULL;
	arena_rewind(a, mark);
	return ERR_OK;
}

static void
assert_same_interval(
    const struct coefficient_question *q, const struct ratings *ratings, uint64_t seed)
{
	const struct coefficient_row *row = &coefficient_table[q->coefficient];
	struct bootstrap_interval is, want;
	struct anew anew = {.q = q};
	struct bootstrap_question question = {
	    .draws = 60, .seed = seed, .statistic = compute_anew, .context = &anew};

	assert_int_equal(coefficient_bootstrap(a, q, ratings, 60, seed, &is, &e), ERR_OK);
	assert_int_equal(ratings_take_part(a, ratings, row->least, &anew.from), ERR_OK);
	question.units = anew.from.units;
	assert_int_equal(bootstrap_compute(a, &question, &want), ERR_OK);
	if (is.defined != want.defined || is.draws != 60 ||
	    (want.defined > 0 &&
		!(fabs(is.low - want.low) < 1e-12 && fabs(is.high - want.high) < 1e-12)))
		fail_msg(
		    "%s, weights %d, distance %d: %.15g to %.15g (%zu) is not %.15g to "
		    "%.15g (%zu)",
		    row->name, q->weights, q->distance, is.low, is.high, is.defined,
		    want.low, want.high, want.defined);
}

static void
weights_of_units_are_as_good_as_ratings_built_anew(void **state)
{
	struct random random;

	(void)state;
	random_seed(&random, 5);
	for (size_t round = 0; round < 12; round++) {
		/* The last ones are so few that draws are not defined. */
		struct ratings ratings = round < 8
		    ? draw_ratings(&random, 15, 2 + round % 4, 2 + round)
		    : draw_ratings(&random, 3, 3, 2);

		for (int c = 0; c < COEFFICIENT__MAX; c++) {
			struct coefficient_question q = {
			    .coefficient = (enum coefficient)c};

			for (int w = 0; w < WEIGHTING_JACCARD; w++) {
				q.weights = (enum weighting_kind)w;
				if (w == 0 || coefficient_table[c].weighted)
					assert_same_interval(&q, &ratings, round);
			}
		}
		for (int d = 0; d < DISTANCE_JACCARD; d++) {
			struct coefficient_question q = {.coefficient = COEFFICIENT_ALPHA,
			    .by_distance = true,
			    .distance = (enum distance_kind)d};

			assert_same_interval(&q, &ratings, round);
		}
	}
}

/* The same numbers on every machine; and they lie about the value. */
static void
a_seed_has_one_interval(void **state)
{
	struct coefficient_question q = {.coefficient = COEFFICIENT_FLEISS};
	struct coefficient_estimate estimate;
	struct bootstrap_interval r, again, other;
	struct ratings ratings;
	struct random random;

	(void)state;
	random_seed(&random, 1);
	ratings = draw_ratings(&random, 40, 4, 6);
	assert_int_equal(coefficient_compute(a, &q, &ratings, &estimate, &e), ERR_OK);
	assert_int_equal(
	    coefficient_bootstrap(a, &q, &ratings, 0, BOOTSTRAP_SEED, &r, &e), ERR_OK);
	assert_int_equal(
	    coefficient_bootstrap(a, &q, &ratings, 0, BOOTSTRAP_SEED, &again, &e), ERR_OK);
	assert_int_equal(coefficient_bootstrap(a, &q, &ratings, 0, 2, &other, &e), ERR_OK);
	assert_true(r.low == again.low && r.high == again.high && r.defined == 1000);
	assert_true(r.low != other.low && fabs(r.low - other.low) < 0.03);
	assert_true(r.low < estimate.value && estimate.value < r.high);
	/* As wide as the analytic one, or nearly. */
	assert_true(fabs((r.high - r.low) / (estimate.high - estimate.low) - 1.0) < 0.2);
	assert_true(fabs(r.low - 0.14907702406247675) < 1e-12);
	assert_true(fabs(r.high - 0.39559936066950185) < 1e-12);
}

static void
bad_questions_and_no_ratings(void **state)
{
	struct coefficient_question q = {
	    .coefficient = COEFFICIENT_AC1, .weights = WEIGHTING_LINEAR};
	struct ratings none = {0};
	struct bootstrap_interval r;

	(void)state;
	assert_int_equal(coefficient_bootstrap(a, &q, &none, 0, 1, &r, &e), ERR_INPUT);
	for (int c = 0; c < COEFFICIENT__MAX; c++) {
		q = (struct coefficient_question){.coefficient = (enum coefficient)c};
		assert_int_equal(coefficient_bootstrap(a, &q, &none, 0, 1, &r, &e), ERR_OK);
		assert_true(r.defined == 0 && isnan(r.low));
	}
}

static void
memory_ends(void **state)
{
	struct random random;
	struct ratings ratings;
	int failed = 0, done = 0;

	(void)state;
	random_seed(&random, 1);
	ratings = draw_ratings(&random, 20, 4, 6);
	for (size_t limit = 64; limit < 20000; limit += 200)
		for (int c = 0; c < COEFFICIENT__MAX; c++) {
			struct coefficient_question q = {.coefficient = (enum coefficient)c,
			    .by_distance = c == COEFFICIENT_ALPHA,
			    .distance = DISTANCE_ORDINAL};
			struct arena *small = arena_new(limit);
			struct bootstrap_interval r;
			enum err err =
			    coefficient_bootstrap(small, &q, &ratings, 10, 1, &r, &e);

			assert_true(err == ERR_OK || err == ERR_MEMORY);
			failed += err == ERR_MEMORY;
			done += err == ERR_OK;
			arena_free(small);
		}
	assert_true(failed > 50 && done > 50);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, arena_set_up, arena_tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(quantiles_lie_between_values),
	    TEST(weights_of_units_are_as_good_as_ratings_built_anew),
	    TEST(a_seed_has_one_interval),
	    TEST(bad_questions_and_no_ratings),
	    TEST(memory_ends),
	};

	return cmocka_run_group_tests_name("reliability bootstrap", tests, NULL, NULL);
}
