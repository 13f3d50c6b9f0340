/* lib/reliability/confusion: counts, rates and the pairs that are confused most. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "base/array.h"
#include "reliability/confusion.h"
#include "arena_fixture.h"

static const struct {
	const char *reference, *other;
	double weight;
} counted[] = {{"dog", "dog", 3}, {"dog", "cat", 2}, {"cat", "cat", 4}, {"cat", "dog", 1},
    {"bird", "cat", 2}, {"dog", "none", 0.5}, {"dog", "cat", 1}};

static struct confusion
matrix_of(bool symmetric, size_t from)
{
	struct confusion_counter c;
	struct confusion r;

	confusion_begin(&c, a, symmetric);
	for (size_t i = 0; i < N_OF(counted); i++) {
		size_t k = (i + from) % N_OF(counted);

		assert_int_equal(confusion_add(&c, str_of(counted[k].reference),
				     str_of(counted[k].other), counted[k].weight),
		    ERR_OK);
	}
	assert_int_equal(confusion_finish(&c, &r), ERR_OK);
	return r;
}

static void
assert_matrix(const struct confusion *r, const double *counts)
{
	static const char *const names[] = {"bird", "cat", "dog", "none"};

	assert_int_equal(r->n, N_OF(names));
	for (size_t i = 0; i < r->n; i++)
		assert_true(str_is(r->categories[i], names[i]));
	for (size_t i = 0; i < r->n * r->n; i++)
		if (r->counts[i] != counts[i])
			fail_msg("[%zu][%zu]: %g", i / r->n, i % r->n, r->counts[i]);
}

static void
rows_are_the_reference(void **state)
{
	static const double counts[] = {0, 2, 0, 0, 0, 4, 1, 0, 0, 3, 3, 0.5, 0, 0, 0, 0};

	(void)state;
	for (size_t from = 0; from < N_OF(counted); from++) {
		struct confusion r = matrix_of(false, from);

		assert_matrix(&r, counts);
		assert_true(isnan(r.precision[0]) && r.recall[0] == 0.0 && r.f1[0] == 0.0);
		assert_true(r.precision[1] == 4.0 / 9.0 && r.recall[1] == 4.0 / 5.0);
		assert_true(r.f1[1] == 8.0 / 14.0);
		assert_true(r.precision[2] == 0.75 && r.recall[2] == 3.0 / 6.5);
		assert_true(r.precision[3] == 0.0 && isnan(r.recall[3]) && r.f1[3] == 0.0);
		assert_int_equal(r.n_pairs, 4);
		assert_true(r.pairs[0].row == 2 && r.pairs[0].column == 1);
		assert_true(r.pairs[0].count == 3.0 && r.pairs[1].count == 2.0);
		assert_true(r.pairs[2].row == 1 && r.pairs[2].column == 2);
		assert_true(r.pairs[3].count == 0.5);
	}
}

static void
of_two_equals_each_direction_counts_a_half(void **state)
{
	static const double counts[] = {
	    0, 1, 0, 0, 1, 4, 2, 0, 0, 2, 3, 0.25, 0, 0, 0.25, 0};
	struct confusion r = matrix_of(true, 0);

	(void)state;
	assert_matrix(&r, counts);
	for (size_t i = 0; i < r.n; i++)
		assert_true(r.precision[i] == r.recall[i] && r.f1[i] == r.recall[i]);
	assert_int_equal(r.n_pairs, 3);
	assert_true(
	    r.pairs[0].row == 1 && r.pairs[0].column == 2 && r.pairs[0].count == 4.0);
	assert_true(
	    r.pairs[1].row == 0 && r.pairs[1].column == 1 && r.pairs[1].count == 2.0);
	assert_true(r.pairs[2].count == 0.5);
}

static void
there_may_be_none_or_too_many(void **state)
{
	struct confusion_counter c;
	struct confusion r;
	enum err err = ERR_OK;
	int i;

	(void)state;
	confusion_begin(&c, a, false);
	assert_int_equal(confusion_finish(&c, &r), ERR_OK);
	assert_true(r.n == 0 && r.n_pairs == 0);
	/* A category that never was is NaN throughout; what counts 0 is not confused. */
	assert_int_equal(confusion_add(&c, STR("x"), STR("y"), 0.0), ERR_OK);
	assert_int_equal(confusion_finish(&c, &r), ERR_OK);
	assert_true(r.n == 2 && r.n_pairs == 0 && isnan(r.f1[0]) && isnan(r.recall[1]));
	for (i = 0; err == ERR_OK; i++)
		err = confusion_add(&c, str_of(arena_printf(a, "%d", i)), STR("x"), 1.0);
	assert_int_equal(err, ERR_LIMIT);
	assert_int_equal(i, CONFUSION_CATEGORIES - 1);
}

static void
memory_ends(void **state)
{
	int failed = 0;

	(void)state;
	for (size_t limit = 16; limit < 200000; limit += 16 + limit / 40) {
		struct arena *small = arena_new(limit);
		struct confusion_counter c;
		struct confusion r;
		enum err err = ERR_OK;

		confusion_begin(&c, small, true);
		for (int i = 0; err == ERR_OK && i < 100; i++)
			err = confusion_add(&c, str_of(arena_printf(a, "%d", i % 20)),
			    str_of(arena_printf(a, "%d", i % 17)), 1.0);
		if (err == ERR_OK)
			err = confusion_finish(&c, &r);
		assert_true(err == ERR_OK || err == ERR_MEMORY);
		failed += err == ERR_MEMORY;
		arena_free(small);
		if (err == ERR_OK) {
			assert_true(failed > 20);
			return;
		}
	}
	fail_msg("never enough");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, arena_set_up, arena_tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(rows_are_the_reference),
	    TEST(of_two_equals_each_direction_counts_a_half),
	    TEST(there_may_be_none_or_too_many),
	    TEST(memory_ends),
	};

	return cmocka_run_group_tests_name("reliability confusion", tests, NULL, NULL);
}
