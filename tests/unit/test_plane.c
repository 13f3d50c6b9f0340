/* lib/metric/geometry/plane: directions and distances, within their bounds and the same
 * bits everywhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/array.h"
#include "metric/geometry/plane.h"

#define SEED UINT64_C(88172645463325252)

static uint64_t drawn = SEED;

/* xorshift64*, the same in every run and on every processor. */
static uint64_t
draw(void)
{
	drawn ^= drawn >> 12;
	drawn ^= drawn << 25;
	drawn ^= drawn >> 27;
	return drawn * 2685821657736338717u;
}

/* Within -range and range, a multiple of range / 2^40. */
static double
within(double range)
{
	return ((double)(draw() >> 23) - 0x1p40) * (range / 0x1p40);
}

static uint64_t
add_bits(uint64_t sum, double v)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	return (sum ^ bits) * 1099511628211u;
}

static void
quarters_are_exact(void **state)
{
	static const struct {
		double degrees;
		struct point direction;
	} cases[] = {{0, {1, 0}}, {90, {0, 1}}, {180, {-1, 0}}, {270, {0, -1}},
	    {360, {1, 0}}, {-90, {0, -1}}, {-180, {-1, 0}}, {-270, {0, 1}}, {450, {0, 1}},
	    {360e15, {1, 0}}, {-0.0, {1, 0}}};

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		struct point d = plane_direction(cases[i].degrees);

		if (d.x != cases[i].direction.x || d.y != cases[i].direction.y)
			fail_msg("%g: %a %a", cases[i].degrees, d.x, d.y);
	}
}

static void
directions_are_near_those_of_libm(void **state)
{
	(void)state;
	for (int i = 0; i < 200000; i++) {
		double degrees = within(i % 2 == 0 ? 400.0 : 1e-3 * i);
		struct point d = plane_direction(degrees);
		double reduced = fmod(degrees, 360.0);
		long double angle = reduced * (acosl(-1.0L) / 180);

		/* Where long double is double, libm's own error counts too. */
		if (fabsl(d.x - cosl(angle)) > (sizeof(angle) > 8 ? 0x1p-52L : 0x1p-49L) ||
		    fabsl(d.y - sinl(angle)) > (sizeof(angle) > 8 ? 0x1p-52L : 0x1p-49L))
			fail_msg("%.17g: %a %a", degrees, d.x, d.y);
	}
}

static void
whole_distances_are_exact(void **state)
{
	static const double scales[] = {1, 0.125, 0x1p-500, 0x1p400, 0x1p-1000};

	(void)state;
	for (int m = 2; m < 60; m++)
		for (int n = 1; n < m; n++) {
			double a = m * m - n * n, b = 2 * m * n, c = m * m + n * n;

			for (size_t i = 0; i < N_OF(scales); i++) {
				struct point p = {a * scales[i], 0}, q = {0, b * scales[i]};

				assert_true(plane_distance(p, q) == c * scales[i]);
				assert_true(plane_distance(q, p) == c * scales[i]);
			}
		}
	assert_true(plane_distance((struct point){3, 4}, (struct point){3, 4}) == 0.0);
	assert_true(plane_distance((struct point){3, -4}, (struct point){3, 4}) == 8.0);
}

static void
distances_are_the_nearest(void **state)
{
	(void)state;
	for (int i = 0; i < 200000; i++) {
		double x = within(100), y = within(i % 2 == 0 ? 100 : 1e-3);
		double d = plane_distance((struct point){x, 0}, (struct point){0, y});
		long double exact = sqrtl((long double)x * x + (long double)y * y);

		/* Half a unit of the last bit, and what long double rounds itself. */
		if (fabsl(d - exact) > (nextafter(d, INFINITY) - d) * 0.501L)
			fail_msg("%a %a: %a", x, y, d);
	}
}

/* The same bits on amd64, arm64, i386 and s390x: where they are not, scores differ too. */
static void
every_processor_gives_the_same_bits(void **state)
{
	uint64_t directions = 14695981039346656037u, distances = directions;

	(void)state;
	drawn = SEED;
	for (int i = 0; i < 100000; i++) {
		double x = within(100), y = within(100);
		struct point p = {x, y}, d = plane_direction(within(720));

		directions = add_bits(add_bits(directions, d.x), d.y);
		distances = add_bits(distances, plane_distance(p, (struct point){0, 0}));
	}
	assert_int_equal(directions, UINT64_C(0x76be177f1b16107d));
	assert_int_equal(distances, UINT64_C(0x747dbeb80ee8cfab));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(quarters_are_exact),
	    cmocka_unit_test(directions_are_near_those_of_libm),
	    cmocka_unit_test(whole_distances_are_exact),
	    cmocka_unit_test(distances_are_the_nearest),
	    cmocka_unit_test(every_processor_gives_the_same_bits),
	};

	return cmocka_run_group_tests_name("plane", tests, NULL, NULL);
}
