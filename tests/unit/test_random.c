/* lib/base/random: the published sequences, and that no number is likelier than another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/array.h"
#include "base/random.h"

/* The state 1, 2, 3, 4, whose sequence other implementations print, too. */
static void
the_sequence_is_the_published_one(void **state)
{
	static const uint64_t expected[] = {UINT64_C(11520), UINT64_C(0),
	    UINT64_C(1509978240), UINT64_C(1215971899390074240),
	    UINT64_C(1216172134540287360), UINT64_C(607988272756665600),
	    UINT64_C(16172922978634559625), UINT64_C(8476171486693032832),
	    UINT64_C(10595114339597558777), UINT64_C(2904607092377533576)};
	struct random r = {{1, 2, 3, 4}};

	(void)state;
	for (size_t i = 0; i < N_OF(expected); i++)
		assert_true(random_next(&r) == expected[i]);
}

/* splitmix64 of 1234567, as its authors' program prints it, is the state. */
static void
a_seed_fills_the_state(void **state)
{
	struct random r;

	(void)state;
	random_seed(&r, 1234567);
	assert_true(r.state[0] == UINT64_C(6457827717110365317));
	assert_true(r.state[1] == UINT64_C(3203168211198807973));
	assert_true(r.state[2] == UINT64_C(9817491932198370423));
	assert_true(r.state[3] == UINT64_C(4593380528125082431));
}

static void
no_number_is_likelier(void **state)
{
	unsigned counts[7] = {0};
	struct random r, again;
	int high = 0;

	(void)state;
	random_seed(&r, 1);
	again = r;
	for (int i = 0; i < 70000; i++) {
		uint64_t x = random_below(&r, 7);

		assert_true(x < 7 && x == random_below(&again, 7));
		counts[x]++;
	}
	for (size_t i = 0; i < N_OF(counts); i++)
		assert_in_range(counts[i], 9600, 10400);
	assert_true(random_below(&r, 1) == 0);
	/* Of 3 * 2^62 numbers a plain remainder would have the lowest third twice as often.
	 */
	for (int i = 0; i < 30000; i++)
		high += random_below(&r, UINT64_C(3) << 62) >= UINT64_C(1) << 62;
	assert_in_range(high, 19600, 20400);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_sequence_is_the_published_one),
	    cmocka_unit_test(a_seed_fills_the_state),
	    cmocka_unit_test(no_number_is_likelier),
	};

	return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
