/* lib/reliability/dawid_skene: the data of the paper, and what is at the edges. */
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
#include "reliability/dawid_skene.h"
#include "arena_fixture.h"

enum { TASKS = 45, OBSERVERS = 5, CATEGORIES = 4 };

static const struct json *
reference(void)
{
	static char text[65536];
	const struct json *doc;
	char path[4096];
	size_t n;
	FILE *file;

	snprintf(path, sizeof(path), "%s/tests/data/reference/dawid_skene.json",
	    getenv("srcdir") == NULL ? "." : getenv("srcdir"));
	file = fopen(path, "r");
	assert_non_null(file);
	n = fread(text, 1, sizeof(text), file);
	fclose(file);
	assert_int_equal(json_parse(a, (struct str){text, n}, &doc, &e), ERR_OK);
	return doc;
}

static double
number(const struct json *j)
{
	double v;

	assert_true(json_number(j, &v));
	return v;
}

static struct dawid_skene_question
question_of(const struct json *doc)
{
	const struct json *counts = json_get(doc, "counts");
	struct dawid_skene_count *list =
	    arena_calloc(a, TASKS * OBSERVERS * CATEGORIES, sizeof(*list));
	size_t n = 0;

	assert_int_equal(counts->n, TASKS);
	for (uint32_t i = 0; i < TASKS; i++)
		for (uint32_t j = 0; j < OBSERVERS; j++)
			for (uint32_t k = 0; k < CATEGORIES; k++) {
				double v =
				    number(json_at(json_at(json_at(counts, i), j), k));

				if (v > 0.0)
					list[n++] = (struct dawid_skene_count){i, j, k, v};
			}
	return (struct dawid_skene_question){
	    .tasks = TASKS,
	    .observers = OBSERVERS,
	    .categories = CATEGORIES,
	    .counts = list,
	    .n = n,
	};
}

/* How far off the estimates are at most. */
static double
off(const struct json *doc, const struct dawid_skene *r)
{
	const struct json *rates = json_get(doc, "confusion");
	const struct json *posterior = json_get(doc, "posterior");
	double most = 0.0;

	for (uint32_t k = 0; k < CATEGORIES; k++)
		most = fmax(most,
		    fabs(r->marginals[k] - number(json_at(json_get(doc, "marginals"), k))));
	for (uint32_t j = 0; j < OBSERVERS; j++)
		for (uint32_t k = 0; k < CATEGORIES; k++)
			for (uint32_t l = 0; l < CATEGORIES; l++)
				most = fmax(most,
				    fabs(r->error_rates[(j * CATEGORIES + k) * CATEGORIES +
					     l] -
					number(json_at(json_at(json_at(rates, j), k), l))));
	for (uint32_t i = 0; i < TASKS; i++)
		for (uint32_t k = 0; k < CATEGORIES; k++)
			most = fmax(most,
			    fabs(r->posterior[i * CATEGORIES + k] -
				number(json_at(json_at(posterior, i), k))));
	return most;
}

static void
the_paper_is_reproduced(void **state)
{
	const struct json *doc = reference();
	struct dawid_skene_question q = question_of(doc);
	double likelihood = number(json_get(doc, "loglik"));
	struct dawid_skene r;

	(void)state;
	assert_int_equal(dawid_skene_compute(a, &q, &r), ERR_OK);
	printf("# %d rounds, %.3g off, log-likelihood %.12g (%.3g off)\n", r.iterations,
	    off(doc, &r), r.log_likelihood, fabs(r.log_likelihood - likelihood));
	assert_true(r.converged && r.iterations < 100);
	assert_true(fabs(r.log_likelihood - likelihood) < 1e-6);
	assert_true(off(doc, &r) < 1e-6);
	/* Further on, all digits. */
	q.change = 1e-300;
	q.rounds = 5000;
	assert_int_equal(dawid_skene_compute(a, &q, &r), ERR_OK);
	printf("# %d rounds, %.3g off, log-likelihood %.12g (%.3g off)\n", r.iterations,
	    off(doc, &r), r.log_likelihood, fabs(r.log_likelihood - likelihood));
	assert_true(fabs(r.log_likelihood - likelihood) < 1e-11);
	assert_true(off(doc, &r) < 1e-11);
}

/* Whom nobody contradicts is right. */
static void
agreement_is_certain(void **state)
{
	static const struct dawid_skene_count counts[] = {{0, 0, 1, 1}, {0, 1, 1, 1},
	    {2, 0, 0, 1}, {2, 1, 0, 1}, {3, 0, 1, 1}, {4, 1, 1, 1}};
	const struct dawid_skene_question q = {.tasks = 5,
	    .observers = 3,
	    .categories = 3,
	    .counts = counts,
	    .n = N_OF(counts)};
	struct dawid_skene r;

	(void)state;
	assert_int_equal(dawid_skene_compute(a, &q, &r), ERR_OK);
	assert_true(r.converged);
	assert_true(r.marginals[0] == 0.25 && r.marginals[1] == 0.75);
	assert_true(r.posterior[0 * 3 + 1] == 1.0 && r.posterior[2 * 3 + 0] == 1.0);
	/* The task and the observer without a rating, and the category that nobody met. */
	for (size_t k = 0; k < 3; k++)
		assert_true(isnan(r.posterior[1 * 3 + k]));
	for (size_t k = 0; k < 9; k++)
		assert_true(isnan(r.error_rates[2 * 9 + k]));
	for (size_t k = 0; k < 3; k++)
		assert_true(isnan(r.error_rates[2 * 3 + k]));
	assert_true(r.error_rates[0] == 1.0 && r.error_rates[4] == 1.0);
	assert_true(r.marginals[2] == 0.0);
	assert_true(fabs(r.log_likelihood - (3.0 * log(0.75) + log(0.25))) < 1e-12);
}

static void
nothing_is_known_of_nothing(void **state)
{
	const struct dawid_skene_question q = {.tasks = 2, .observers = 1, .categories = 2};
	struct dawid_skene r;

	(void)state;
	assert_int_equal(dawid_skene_compute(a, &q, &r), ERR_OK);
	assert_true(r.log_likelihood == 0.0 && isnan(r.posterior[0]));
}

/* 600 observers of a task, whose product of probabilities no double holds, and one of four
 * who says what is not so: the truth is found, and who errs how often. */
static void
many_observers_do_not_vanish(void **state)
{
	enum { N = 60, M = 600 };
	struct dawid_skene_count *counts = arena_calloc(a, N * M, sizeof(*counts));
	struct dawid_skene_question q = {.tasks = N,
	    .observers = M,
	    .categories = 2,
	    .counts = counts,
	    .n = (size_t)N * M};
	double before = -INFINITY, wrong = 0.0;
	struct dawid_skene r;
	struct random random;

	(void)state;
	random_seed(&random, 1);
	for (size_t i = 0; i < N; i++)
		for (size_t j = 0; j < M; j++) {
			size_t truth = i % 3 == 0;
			bool errs = random_below(&random, 4) == 0;

			counts[i * M + j] =
			    (struct dawid_skene_count){i, j, errs ? 1 - truth : truth, 1.0};
		}
	assert_int_equal(dawid_skene_compute(a, &q, &r), ERR_OK);
	assert_true(r.converged && isfinite(r.log_likelihood));
	for (size_t i = 0; i < N; i++)
		assert_true(r.posterior[i * 2 + (i % 3 == 0)] > 1.0 - 1e-9);
	assert_true(fabs(r.marginals[1] - 1.0 / 3.0) < 1e-9);
	for (size_t j = 0; j < M; j++)
		wrong += r.error_rates[j * 4 + 1] / M;
	assert_true(fabs(wrong - 0.25) < 0.02);
	/* Each round is at least as likely as the one before. */
	for (q.rounds = 1; q.rounds < 6; q.rounds++) {
		assert_int_equal(dawid_skene_compute(a, &q, &r), ERR_OK);
		assert_true(r.log_likelihood >= before - 1e-9);
		before = r.log_likelihood;
	}
}

static void
memory_ends(void **state)
{
	struct dawid_skene_question q = question_of(reference());
	int failed = 0;

	(void)state;
	for (size_t limit = 16; limit < 20000; limit += 100) {
		struct arena *small = arena_new(limit);
		struct dawid_skene r;
		enum err err = dawid_skene_compute(small, &q, &r);

		assert_true(err == ERR_OK || err == ERR_MEMORY);
		failed += err == ERR_MEMORY;
		arena_free(small);
	}
	assert_in_range(failed, 10, 190);
	q.categories = SIZE_MAX / 4;
	{
		struct dawid_skene r;

		assert_int_equal(dawid_skene_compute(a, &q, &r), ERR_MEMORY);
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, arena_set_up, arena_tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(the_paper_is_reproduced),
	    TEST(agreement_is_certain),
	    TEST(nothing_is_known_of_nothing),
	    TEST(many_observers_do_not_vanish),
	    TEST(memory_ends),
	};

	return cmocka_run_group_tests_name("reliability dawid_skene", tests, NULL, NULL);
}
