/* lib/project/leadtimes: medians and means of people, whatever the order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <string.h>
#include <cmocka.h>

#include "project/leadtimes.h"
#include "arena_fixture.h"

static void
means_and_medians(void **state)
{
	struct leadtimes t = {.arena = a};
	const struct leadtimes_person *p;

	(void)state;
	/* 0, 0.5 .. 99.5 of user 9; three of user 4. */
	for (int i = 199; i >= 0; i--)
		assert_int_equal(leadtimes_add(&t, 9, i / 2.0), ERR_OK);
	assert_int_equal(leadtimes_add(&t, 4, 7.0), ERR_OK);
	assert_int_equal(leadtimes_add(&t, 4, 0.0), ERR_OK);
	assert_int_equal(leadtimes_add(&t, 4, 2.0), ERR_OK);
	assert_int_equal(leadtimes_sort(&t), ERR_OK);
	assert_int_equal(t.n, 2);
	assert_int_equal(t.list[0].user, 4);
	assert_true(
	    t.list[0].median == 2.0 && t.list[0].mean == 3.0 && t.list[0].total == 9.0);
	p = leadtimes_of(&t, 9);
	assert_non_null(p);
	assert_int_equal(p->n, 200);
	assert_true(p->median == 49.75 && p->mean == 49.75 && p->total == 9950.0);
	assert_null(leadtimes_of(&t, 5));
}

static void
what_says_nothing_is_left_out(void **state)
{
	static const double odd[] = {
	    -1.0, LEADTIMES_MOST, 1e300, (double)INFINITY, -(double)INFINITY, (double)NAN};
	struct leadtimes t = {.arena = a};

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		assert_int_equal(leadtimes_add(&t, 1, odd[i]), ERR_OK);
	assert_int_equal(leadtimes_sort(&t), ERR_OK);
	assert_int_equal(t.n, 0);
	assert_null(leadtimes_of(&t, 1));
}

static void
memory_ends(void **state)
{
	int failed = 0, done = 0;

	(void)state;
	for (size_t limit = 16; limit < 40000; limit += 112) {
		struct leadtimes t = {.arena = arena_new(limit)};
		enum err err = ERR_OK;

		for (int i = 0; err == ERR_OK && i < 300; i++)
			err = leadtimes_add(&t, i % 12, i);
		if (err == ERR_OK)
			err = leadtimes_sort(&t);
		assert_true(err == ERR_OK || err == ERR_MEMORY);
		failed += err == ERR_MEMORY;
		done += err == ERR_OK;
		arena_free(t.arena);
	}
	assert_true(failed >= 5 && done >= 5);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, arena_set_up, arena_tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(means_and_medians),
	    TEST(what_says_nothing_is_left_out),
	    TEST(memory_ends),
	};

	return cmocka_run_group_tests_name("leadtimes", tests, NULL, NULL);
}
