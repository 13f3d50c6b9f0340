/* lib/reliability/distance_alpha: the alpha of categories where distances are those of
 * categories, pairs that are drawn, scores that are missing. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/array.h"
#include "base/random.h"
#include "json/json.h"
#include "reliability/coefficient_bootstrap.h"
#include "reliability/distance_alpha.h"
#include "arena_fixture.h"

/* Numbers that are compared; of every `null_each`-th pair (by their sum) there is no score.
 */
struct values {
	double *numbers;
	size_t n;
	size_t *sizes; /* of the units */
	size_t units;
	double span; /* 0: equal or not */
	size_t null_each;
	size_t calls, fail_at;
	unsigned char *seen; /* n x n: pairs that were asked for */
};

static enum err
score(void *context, size_t i, size_t j, double *r)
{
	struct values *v = context;
	double d = v->numbers[i] - v->numbers[j];

	assert_true(i != j && i < v->n && j < v->n);
	if (++v->calls == v->fail_at)
		return ERR_UNAVAILABLE;
	if (v->seen != NULL)
		assert_int_equal(v->seen[i * v->n + j]++, 0);
	if (v->null_each > 0 && (i + j) % v->null_each == 0)
		*r = NAN;
	else if (v->span == 0.0)
		*r = d == 0.0 ? 1.0 : 0.0;
	else
		*r = 1.0 - d * d / (v->span * v->span);
	return ERR_OK;
}

/* The ratings as values, unit by unit. */
static struct values
values_of(const struct ratings *ratings, bool interval)
{
	size_t cells = ratings->units * ratings->raters;
	struct values v = {.units = ratings->units};

	v.numbers = arena_calloc(a, cells, sizeof(*v.numbers));
	v.sizes = arena_calloc(a, ratings->units, sizeof(*v.sizes));
	for (size_t i = 0; i < cells; i++)
		if (ratings->cells[i] != RATINGS_MISSING) {
			v.numbers[v.n++] = ratings->categories[ratings->cells[i]].number;
			v.sizes[i / ratings->raters]++;
		}
	if (interval)
		v.span = ratings->categories[ratings->n_categories - 1].number -
		    ratings->categories[0].number;
	return v;
}

static struct distance_alpha_estimate
estimate(struct values *v, uint64_t pairs, uint64_t seed)
{
	const struct distance_alpha_question q = {
	    .score = score, .context = v, .seed = seed, .pairs = pairs};
	unsigned char *seen = v->seen;
	struct distance_alpha_estimate r;
	struct distance_alpha d;

	v->seen = NULL;
	distance_alpha_begin(&d, a);
	for (size_t i = 0; i < v->units; i++)
		assert_int_equal(distance_alpha_add(&d, v->sizes[i], score, v), ERR_OK);
	v->seen = seen;
	assert_int_equal(distance_alpha_finish(&d, &q, &r), ERR_OK);
	return r;
}

/* ------------------------------------------------------------------ as with categories */

static void
assert_as_with_categories(const struct ratings *ratings, const char *id)
{
	static const enum distance_kind kinds[] = {DISTANCE_NOMINAL, DISTANCE_INTERVAL};

	for (size_t k = 0; k < N_OF(kinds); k++) {
		const struct coefficient_question q = {.coefficient = COEFFICIENT_ALPHA,
		    .by_distance = true,
		    .distance = kinds[k]};
		struct values v = values_of(ratings, kinds[k] == DISTANCE_INTERVAL);
		struct distance_alpha_estimate is = estimate(&v, 0, 1);
		struct coefficient_estimate want;
		struct bootstrap_interval draws, want_draws;

		assert_int_equal(coefficient_compute(a, &q, ratings, &want, &e), ERR_OK);
		assert_true((is.alpha.undefined == NULL) == (want.undefined == NULL));
		if (want.undefined != NULL)
			continue;
		if (!(fabs(is.alpha.value - want.value) < 1e-12))
			fail_msg("%s, %zu: %.15g is not %.15g", id, k, is.alpha.value,
			    want.value);
		assert_int_equal(is.alpha.units, want.units);
		assert_int_equal(is.alpha.has_se, want.has_se);
		if (want.has_se &&
		    !(fabs(is.alpha.se - want.se) < 1e-9 &&
			fabs(is.alpha.low - want.low) < 1e-8 &&
			fabs(is.alpha.high - want.high) < 1e-8))
			fail_msg(
			    "%s, %zu: se %.15g is not %.15g", id, k, is.alpha.se, want.se);
		assert_true(
		    is.exact && is.pairs == (uint64_t)is.values * (is.values - 1) / 2);
		assert_int_equal(distance_alpha_bootstrap(a, &is, 50, 3, &draws), ERR_OK);
		assert_int_equal(
		    coefficient_bootstrap(a, &q, ratings, 50, 3, &want_draws, &e), ERR_OK);
		assert_int_equal(draws.defined, want_draws.defined);
		if (draws.defined > 0)
			assert_true(fabs(draws.low - want_draws.low) < 1e-9 &&
			    fabs(draws.high - want_draws.high) < 1e-9);
	}
}

static void
published_data_sets_have_the_alpha_of_categories(void **state)
{
	char path[4096], *line = NULL;
	size_t room = 0, lines = 0;
	ssize_t n;
	FILE *file;

	(void)state;
	snprintf(path, sizeof(path), "%s/tests/data/reference/agreement.jsonl",
	    getenv("srcdir") == NULL ? "." : getenv("srcdir"));
	file = fopen(path, "r");
	assert_non_null(file);
	while ((n = getline(&line, &room, file)) > 0) {
		const struct json *doc;
		struct ratings ratings;
		char id[64];

		arena_reset(a);
		assert_int_equal(
		    json_parse(a, (struct str){line, (size_t)n}, &doc, &e), ERR_OK);
		snprintf(id, sizeof(id), "%.*s", STR_ARG(json_str(json_get(doc, "id"))));
		assert_int_equal(
		    ratings_read(a, json_get(doc, "items"), "items", &ratings, &e), ERR_OK);
		assert_as_with_categories(&ratings, id);
		lines++;
	}
	free(line);
	fclose(file);
	assert_int_equal(lines, 8);
}

static struct ratings
draw_ratings(struct random *random, size_t units, size_t raters, uint64_t missing)
{
	static const double numbers[] = {-2.0, 0.5, 1.0, 7.0};
	struct category *categories = arena_calloc(a, 4, sizeof(*categories));
	int32_t *cells = arena_calloc(a, units * raters, sizeof(*cells));

	for (size_t k = 0; k < 4; k++)
		categories[k] = category_number(numbers[k]);
	for (size_t i = 0; i < units * raters; i++)
		cells[i] = random_below(random, missing) == 0
		    ? RATINGS_MISSING
		    : (int32_t)(i / raters % 3 + random_below(random, 2));
	return (struct ratings){units, raters, cells, categories, 4, true};
}

static void
random_ratings_have_the_alpha_of_categories(void **state)
{
	struct random random;

	(void)state;
	random_seed(&random, 9);
	for (size_t round = 0; round < 60; round++) {
		struct ratings ratings;
		char id[32];

		arena_reset(a);
		ratings =
		    draw_ratings(&random, 1 + round % 20, 2 + round % 5, 2 + round % 3 * 5);
		snprintf(id, sizeof(id), "round %zu", round);
		assert_as_with_categories(&ratings, id);
	}
}

/* ------------------------------------------------------------------ drawn pairs */

static void
pairs_are_drawn_once_each(void **state)
{
	struct random random;
	struct ratings ratings;
	struct values v;
	struct distance_alpha_estimate whole, r, again;
	double sum = 0.0, squares = 0.0;

	(void)state;
	random_seed(&random, 2);
	ratings = draw_ratings(&random, 60, 3, 5);
	v = values_of(&ratings, true);
	whole = estimate(&v, 0, 1);
	assert_true(whole.exact && whole.values > 100);
	for (uint64_t seed = 0; seed < 60; seed++) {
		/* Few of all, and many. */
		uint64_t pairs = seed % 2 == 0 ? 500 : whole.pairs - 100;

		v.seen = arena_calloc(a, v.n, v.n);
		r = estimate(&v, pairs, seed);
		v.seen = NULL;
		assert_true(!r.exact && r.pairs == pairs && !r.alpha.has_se);
		assert_true(r.observed == whole.observed && r.values == whole.values);
		again = estimate(&v, pairs, seed);
		assert_true(again.expected == r.expected);
		if (seed % 2 == 1) {
			assert_true(fabs(r.expected - whole.expected) < 0.01);
			continue;
		}
		sum += r.expected / 30.0;
		squares += (r.expected - whole.expected) * (r.expected - whole.expected);
	}
	/* Not biased: the mean of 30 is as near as that of 30 may be. */
	assert_true(fabs(sum - whole.expected) < 3.0 * sqrt(squares / 30.0 / 30.0));
	r = estimate(&v, whole.pairs, 1);
	assert_true(r.exact);
}

/* The interval with drawn pairs is that with all of them, to the first order. */
static void
the_bootstrap_of_drawn_pairs_is_near(void **state)
{
	struct random random;
	struct ratings ratings;
	struct values v;
	struct distance_alpha_estimate whole, drawn;
	struct bootstrap_interval x, y;

	(void)state;
	random_seed(&random, 2);
	ratings = draw_ratings(&random, 150, 3, 5);
	v = values_of(&ratings, true);
	whole = estimate(&v, 0, 1);
	drawn = estimate(&v, whole.pairs / 2, 1);
	assert_int_equal(distance_alpha_bootstrap(a, &whole, 0, 1, &x), ERR_OK);
	assert_int_equal(distance_alpha_bootstrap(a, &drawn, 0, 1, &y), ERR_OK);
	assert_true(x.defined == 1000 && y.defined == 1000);
	assert_true(x.low < whole.alpha.value && whole.alpha.value < x.high);
	assert_true(fabs((x.high - x.low) / (y.high - y.low) - 1.0) < 0.05);
	assert_true(fabs(x.low - y.low) < 0.1 * (x.high - x.low));
	/* As wide as the analytic one, or nearly. */
	assert_true(
	    fabs((x.high - x.low) / (whole.alpha.high - whole.alpha.low) - 1.0) < 0.15);
}

/* Two million pairs of a million values. */
static void
many_values_are_sampled(void **state)
{
	enum { UNITS = 500000 };
	struct values v = {.units = UNITS, .n = 2 * UNITS};
	struct distance_alpha_estimate r;

	(void)state;
	v.numbers = arena_calloc(a, v.n, sizeof(*v.numbers));
	v.sizes = arena_calloc(a, v.units, sizeof(*v.sizes));
	for (size_t i = 0; i < v.n; i++)
		v.numbers[i] = (double)(i / 2 % 2);
	for (size_t i = 0; i < v.units; i++)
		v.sizes[i] = 2;
	r = estimate(&v, 0, 1);
	assert_true(!r.exact && r.pairs == DISTANCE_ALPHA_PAIRS);
	assert_true(r.alpha.value == 1.0 && fabs(r.expected - 0.5) < 0.002);
}

/* A sample of the caller's: the pairs among its values alone; values of units that take no
 * part are none of them. */
static void
a_sample_is_taken(void **state)
{
	static double numbers[] = {1, 2, 5, 3, 9, 9};
	static size_t sizes[] = {2, 1, 3};
	static const size_t sample[] = {0, 2, 3, 5}, lonely[] = {2, 4};
	struct values v = {
	    .numbers = numbers, .n = 6, .sizes = sizes, .units = 3, .span = 10.0};
	struct distance_alpha_question q = {
	    .score = score, .context = &v, .sample = sample, .n_sample = N_OF(sample)};
	struct distance_alpha_estimate r;
	struct bootstrap_interval draws;
	struct distance_alpha d;

	(void)state;
	distance_alpha_begin(&d, a);
	for (size_t i = 0; i < v.units; i++)
		assert_int_equal(distance_alpha_add(&d, v.sizes[i], score, &v), ERR_OK);
	assert_int_equal(distance_alpha_finish(&d, &q, &r), ERR_OK);
	/* Of 1, 3 and 9: De = (4 + 64 + 36) / 3 of 100. Do = (2 * 1 + 72) / 5. */
	assert_true(!r.exact && r.pairs == 3 && r.values == 3);
	assert_true(fabs(r.expected - 104.0 / 300.0) < 1e-15);
	assert_true(fabs(r.observed - 74.0 / 500.0) < 1e-15);
	assert_true(fabs(r.alpha.value - (1.0 - 0.148 * 300.0 / 104.0)) < 1e-14);
	assert_true(r.alpha.undefined == NULL && !r.alpha.has_se && r.alpha.units == 2);
	assert_int_equal(distance_alpha_bootstrap(a, &r, 100, 1, &draws), ERR_OK);
	assert_true(draws.defined > 0);
	v.fail_at = v.calls + 2;
	assert_int_equal(distance_alpha_finish(&d, &q, &r), ERR_UNAVAILABLE);
	v.fail_at = 0;
	q.sample = lonely;
	q.n_sample = N_OF(lonely);
	assert_int_equal(distance_alpha_finish(&d, &q, &r), ERR_OK);
	assert_string_equal(r.alpha.undefined, "no pair of the sample has a score");
}

/* ------------------------------------------------------------------ missing scores */

/* Units {1,2,2} and {1,3}; the values are numbered from 0 to 4. */
static void
a_score_that_is_missing_is_no_pair(void **state)
{
	static double numbers[] = {1, 2, 2, 1, 3};
	static size_t sizes[] = {3, 2};
	struct values v = {.numbers = numbers, .n = 5, .sizes = sizes, .units = 2};
	struct distance_alpha_estimate r;

	(void)state;
	/* All: Do = (2 * 2 / 2 + 2 * 1 / 1) / 5, De = 8 / 10. */
	r = estimate(&v, 0, 1);
	assert_true(fabs(r.observed - 0.8) < 1e-15 && fabs(r.expected - 0.8) < 1e-15);
	assert_true(fabs(r.alpha.value) < 1e-15 && r.alpha.has_se);
	/* Without 0-2, 0-4, 1-3, 2-4: Do = (1 + 2) / (2 + 2), De = 4 / 6. */
	v.null_each = 2;
	r = estimate(&v, 0, 1);
	assert_true(fabs(r.observed - 0.75) < 1e-15 && r.pairs == 6);
	assert_true(fabs(r.expected - 4.0 / 6.0) < 1e-15);
	assert_true(!r.alpha.has_se && r.exact && r.alpha.units == 2);
	/* Without 3-4: a unit without any score takes no part, nor do its values. */
	v.null_each = 7;
	r = estimate(&v, 0, 1);
	assert_true(r.alpha.units == 1 && r.values == 3 && r.pairs == 3);
	v.null_each = 1;
	r = estimate(&v, 0, 1);
	assert_string_equal(r.alpha.undefined, "no unit has two values with a score");
	assert_true(isnan(r.observed) && isnan(r.expected) && r.alpha.units == 0);
}

/* Units as often as they were drawn, whose values are 0 apart from their copies. */
struct copies {
	struct values *v;
	size_t *from; /* by value of a copy: the value that it is of */
	size_t *firsts;
};

static enum err
score_copies(void *context, size_t i, size_t j, double *r)
{
	const struct copies *c = context;

	*r = 1.0;
	return c->from[i] == c->from[j] ? ERR_OK : score(c->v, c->from[i], c->from[j], r);
}

static enum err
compute_anew(void *context, const double *times, double *r)
{
	struct copies *c = context;
	const struct distance_alpha_question q = {.score = score_copies, .context = c};
	struct distance_alpha_estimate estimate;
	struct distance_alpha d;
	size_t n = 0;

	distance_alpha_begin(&d, a);
	for (size_t i = 0; i < c->v->units; i++)
		for (double k = 0.0; k < times[i]; k++) {
			for (size_t m = 0; m < c->v->sizes[i]; m++)
				c->from[n++] = c->firsts[i] + m;
			assert_int_equal(
			    distance_alpha_add(&d, c->v->sizes[i], score_copies, c),
			    ERR_OK);
		}
	assert_int_equal(distance_alpha_finish(&d, &q, &estimate), ERR_OK);
	*r = estimate.alpha.undefined == NULL ? estimate.alpha.value : NAN;
	return ERR_OK;
}

static void
the_bootstrap_counts_copies_and_missing_scores(void **state)
{
	for (size_t null_each = 0; null_each < 6; null_each += 5) {
		struct values v;
		struct copies c = {.v = &v};
		struct bootstrap_question q = {
		    .draws = 40, .seed = 4, .statistic = compute_anew, .context = &c};
		struct distance_alpha_estimate of;
		struct bootstrap_interval is, want;
		struct ratings ratings;
		struct random random;
		size_t first = 0;

		(void)state;
		random_seed(&random, 3);
		ratings = draw_ratings(&random, 12, 4, 1000);
		v = values_of(&ratings, true);
		v.null_each = null_each;
		c.from = arena_calloc(a, v.n * 12, sizeof(*c.from));
		c.firsts = arena_calloc(a, v.units, sizeof(*c.firsts));
		for (size_t i = 0; i < v.units; i++) {
			c.firsts[i] = first;
			first += v.sizes[i];
		}
		of = estimate(&v, 0, 1);
		q.units = v.units;
		assert_int_equal(of.alpha.units, v.units);
		assert_int_equal(distance_alpha_bootstrap(a, &of, 40, 4, &is), ERR_OK);
		assert_int_equal(bootstrap_compute(a, &q, &want), ERR_OK);
		assert_int_equal(is.defined, want.defined);
		if (!(fabs(is.low - want.low) < 1e-12 && fabs(is.high - want.high) < 1e-12))
			fail_msg("%zu: %.15g to %.15g is not %.15g to %.15g", null_each,
			    is.low, is.high, want.low, want.high);
	}
}

/* ------------------------------------------------------------------ the edges */

static void
what_is_not_defined_has_a_reason(void **state)
{
	static double numbers[] = {4, 4, 4, 4};
	static size_t sizes[] = {2, 2};
	static size_t alone[] = {1, 1, 0, 1};
	struct values v = {.numbers = numbers, .n = 4, .sizes = sizes, .units = 2};
	struct distance_alpha_estimate r = estimate(&v, 0, 1);
	struct bootstrap_interval draws;

	(void)state;
	assert_string_equal(r.alpha.undefined, "the expected disagreement is 0");
	assert_true(r.observed == 0.0 && r.expected == 0.0);
	assert_int_equal(distance_alpha_bootstrap(a, &r, 0, 1, &draws), ERR_OK);
	assert_int_equal(draws.defined, 0);
	v.sizes = alone;
	v.units = 4;
	r = estimate(&v, 0, 1);
	assert_string_equal(r.alpha.undefined, "no unit has two values with a score");
	v.units = 0;
	r = estimate(&v, 0, 1);
	assert_non_null(r.alpha.undefined);
	assert_int_equal(distance_alpha_bootstrap(a, &r, 0, 1, &draws), ERR_OK);
	assert_int_equal(draws.defined, 0);
	/* One unit has a value, but no standard error. */
	numbers[1] = 5;
	v.sizes = sizes;
	v.units = 1;
	v.n = 2;
	r = estimate(&v, 0, 1);
	assert_true(r.alpha.undefined == NULL && r.alpha.value == 0.0);
	assert_false(r.alpha.has_se);
}

static void
errors_of_the_score_are_passed_on(void **state)
{
	struct random random;
	struct ratings ratings;
	struct values v;

	(void)state;
	random_seed(&random, 2);
	ratings = draw_ratings(&random, 6, 3, 100);
	v = values_of(&ratings, true);
	for (uint64_t pairs = 0; pairs <= 20; pairs += 20)
		for (v.fail_at = 1; v.fail_at < 1000; v.fail_at++) {
			const struct distance_alpha_question q = {
			    .score = score, .context = &v, .pairs = pairs};
			struct distance_alpha_estimate r;
			struct distance_alpha d;
			enum err err = ERR_OK;

			v.calls = 0;
			distance_alpha_begin(&d, a);
			for (size_t i = 0; err == ERR_OK && i < v.units; i++)
				err = distance_alpha_add(&d, v.sizes[i], score, &v);
			if (err == ERR_OK)
				err = distance_alpha_finish(&d, &q, &r);
			if (v.calls < v.fail_at) {
				assert_int_equal(err, ERR_OK);
				break;
			}
			assert_int_equal(err, ERR_UNAVAILABLE);
		}
	assert_in_range(v.fail_at, 30, 999);
}

static void
memory_ends(void **state)
{
	struct random random;
	struct ratings ratings;
	struct values v;
	int failed = 0, done = 0;

	(void)state;
	random_seed(&random, 2);
	ratings = draw_ratings(&random, 70, 3, 100);
	v = values_of(&ratings, true);
	v.null_each = 11;
	for (size_t limit = 64; limit < 90000; limit += 300)
		for (uint64_t pairs = 0; pairs <= 100; pairs += 100) {
			const struct distance_alpha_question q = {
			    .score = score, .context = &v, .pairs = pairs};
			struct arena *small = arena_new(limit);
			struct distance_alpha_estimate r;
			struct bootstrap_interval draws;
			struct distance_alpha d;
			enum err err = ERR_OK;

			distance_alpha_begin(&d, small);
			for (size_t i = 0; err == ERR_OK && i < v.units; i++)
				err = distance_alpha_add(&d, v.sizes[i], score, &v);
			if (err == ERR_OK)
				err = distance_alpha_finish(&d, &q, &r);
			if (err == ERR_OK)
				err = distance_alpha_bootstrap(small, &r, 3, 1, &draws);
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
	    TEST(published_data_sets_have_the_alpha_of_categories),
	    TEST(random_ratings_have_the_alpha_of_categories),
	    TEST(pairs_are_drawn_once_each),
	    TEST(the_bootstrap_of_drawn_pairs_is_near),
	    TEST(many_values_are_sampled),
	    TEST(a_sample_is_taken),
	    TEST(a_score_that_is_missing_is_no_pair),
	    TEST(the_bootstrap_counts_copies_and_missing_scores),
	    TEST(what_is_not_defined_has_a_reason),
	    TEST(errors_of_the_score_are_passed_on),
	    TEST(memory_ends),
	};

	return cmocka_run_group_tests_name("reliability distance", tests, NULL, NULL);
}
