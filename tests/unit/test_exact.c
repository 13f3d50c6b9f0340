/* lib/project/exact, idmap and consensus: sums that do not depend on the order, against
 * exact fractions; places of numbers; the largest eigenvalue of matches. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/array.h"
#include "project/consensus.h"
#include "project/exact.h"
#include "project/idmap.h"
#include "arena_fixture.h"

static uint64_t seed = 1;

static uint64_t
draw(void)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return seed >> 32 | (seed << 13 & UINT64_C(0xffffffff00000000));
}

static void
shuffle(double *x, size_t n)
{
	for (size_t i = n; i > 1; i--) {
		size_t j = (size_t)(draw() % i);
		double kept = x[i - 1];

		x[i - 1] = x[j];
		x[j] = kept;
	}
}

struct sums {
	struct exact sum, squares;
};

static struct sums
sums_of(const double *x, size_t n)
{
	struct sums s = {0};

	for (size_t i = 0; i < n; i++) {
		exact_add(&s.sum, x[i]);
		exact_add_square(&s.squares, x[i]);
	}
	return s;
}

static void
assert_same(double x, double y)
{
	if (memcmp(&x, &y, sizeof(x)) != 0)
		fail_msg("%a is not %a", x, y);
}

/* Numbers, their mean rounded once, and their deviation to the last bits: by Python's
 * fractions. */
static const struct {
	double x[8];
	uint32_t n;
	double mean, deviation;
} fractions[] = {
    {{0x1.5555555555555p-2, 0x1.5555555555555p-2, 0x1.5555555555555p-1}, 3,
	0x1.c71c71c71c71cp-2, 0x1.8a2345cc04425p-3},
    {{0x1.999999999999ap-4, 0x1.999999999999ap-3, 0x1.3333333333333p-2}, 3,
	0x1.999999999999ap-3, 0x1.9999999999999p-4},
    {{0x1.0000000000000p+0, 0x0.0p+0, 0x1.5555555555555p-2}, 3, 0x1.c71c71c71c71cp-2,
	0x1.04b298812c5ccp-1},
    {{0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x0.0p+0}, 4,
	0x1.8000000000000p-1, 0x1.0000000000000p-1},
    {{0x1.6666666666666p-1, 0x1.6666666666666p-1, 0x1.6666666666666p-1,
	 0x1.6666666666666p-1},
	4, 0x1.6666666666666p-1, 0x0.0p+0},
    {{0x1.fffffffffffffp-1, 0x1.0000000000000p+0, 0x1.fffffffffffffp-1}, 3,
	0x1.fffffffffffffp-1, 0x1.279a74590331cp-54},
    {{0x1.0000000000000p-1, 0x1.0000000000000p-40}, 2, 0x1.0000000002000p-2,
	0x1.6a09e667f0e8bp-2},
    {{0x1.79ca10c924223p-67, 0x1.79ca10c924223p-66, 0x1.4a90ceafff9dfp-64}, 3,
	0x1.3ad30dfcf371dp-65, 0x1.2f9b0e5626d78p-65},
    {{0x1.2f6ea122d4a6dp-1, 0x1.7ad586f53dadep-7, 0x1.e56e4a50179a4p-7}, 3,
	0x1.a694eb3537fa9p-3, 0x1.5694a84d8fba8p-2},
    {{0x1.36112440d7be8p-31, 0x1.e07e712132832p-7}, 2, 0x1.e07e725743a76p-8,
	0x1.53c2af9490ad8p-7},
    {{0x1.88b121fee2944p-23, 0x1.e18cc1c53ea1cp-32, 0x1.1969419e7c922p-2}, 3,
	0x1.7737128f651c3p-4, 0x1.44f20cba89b0ap-3},
    {{0x1.b8d7e3c9a3b31p-1, 0x1.450c74c9b42e5p-31, 0x1.da071b617bcd0p-2,
	 0x1.7b855d00f82a0p-21, 0x1.8df1b44419175p-1, 0x1.8436c13d47a1cp-6,
	 0x1.5e8719347f820p-35},
	7, 0x1.36d68eb89d4e3p-2, 0x1.8ff31ad32e59ep-2},
    {{0x1.a5ab08b764cc5p-1, 0x1.e418564c20c08p-22}, 2, 0x1.a5ab17d8277ebp-2,
	0x1.2a2a09ba4e823p-1},
    {{0x1.6da2613270601p-2, 0x1.9471495d333b4p-32, 0x1.2760b41c74abdp-1,
	 0x1.c1facf9764ac9p-1, 0x1.25fbb88b3b6b0p-6},
	5, 0x1.76f1d4083b4f5p-2, 0x1.8010f958c0287p-2},
    {{0x1.082c3afb94da6p-22, 0x1.bea13763b55fap-22, 0x1.b5e0209344036p-2}, 3,
	0x1.23eade00121b9p-3, 0x1.f99d5bb8fe711p-3},
    {{0x1.aabd8358b2086p-6, 0x1.675514445d7d6p-7, 0x1.a15b914ac8c34p-2,
	 0x1.cef388d58d8edp-21, 0x1.d4daaabb73d84p-1, 0x1.b67a2291e65edp-6},
	6, 0x1.d975168afa004p-3, 0x1.7b2a351f06a47p-2},
    {{0x1.6421260a70396p-21, 0x1.b8a57b94e3941p-6, 0x1.cf344fe49aebap-6,
	 0x1.aa4b656d796c8p-24, 0x1.b0624ba20ab54p-33, 0x1.f9e493e4b4c10p-1,
	 0x1.23cbe38fed7b0p-2},
	7, 0x1.8497ac5be524cp-3, 0x1.778afe058175fp-2},
    {{0x1.b537f328e16b1p-2, 0x1.6a91f2b02b478p-34, 0x1.10d7c2d2280d0p-4,
	 0x1.49bbda59e3a60p-7, 0x1.899f171a9297bp-31},
	5, 0x1.9c963564c1ab5p-4, 0x1.79c9612009a1fp-3},
    {{0x1.6a01466b82160p-10, 0x1.85f4f602e04d0p-2}, 2, 0x1.875ef7494bcf1p-3,
	0x1.12bdc253dabfap-2},
    {{0x1.2c395b552e5a4p-6, 0x1.c306053b001ecp-1, 0x1.02c6758f19d48p-1,
	 0x1.3d1a2580ed008p-2, 0x1.badb4f33141c0p-9, 0x1.010befcbab420p-5,
	 0x1.f15f18da1ba02p-1},
	7, 0x1.8df8959580f1fp-2, 0x1.a52d84d3aaa0cp-2},
    {{0x1.0db1b493fe540p-22, 0x1.5ba25feb674e0p-35, 0x1.5bf827a82b992p-2,
	 0x1.ead56888da557p-31, 0x1.82db2eb039624p-3, 0x1.bd626be148e03p-2},
	6, 0x1.48ed69443afabp-3, 0x1.8a898abcbef33p-3},
    {{0x1.bbd179661f222p-21, 0x1.1e577746908d9p-6, 0x1.f21dc3fc33237p-31,
	 0x1.039904d15cfd5p-2, 0x1.44c1b66e19945p-21, 0x1.e6ad80efba434p-3,
	 0x1.bff1c7fd28766p-2},
	7, 0x1.14cb4163a54b1p-3, 0x1.672b2fd425c0dp-3},
    {{0x1.3643d54632f82p-2, 0x1.77705c9d459c0p-8, 0x1.f993d2e51e266p-1,
	 0x1.488beb031b1c0p-11, 0x1.2dac08e875a55p-1, 0x1.ec2df688bcd50p-25},
	6, 0x1.41e0eeb047857p-2, 0x1.9effd3d659145p-2},
    {{0x1.dd70c0ad2c58cp-22, 0x1.d5ad6796909f0p-6, 0x1.69f56211d9e5cp-21,
	 0x1.f5403d82d6e00p-7},
	4, 0x1.68291bd9c06ffp-7, 0x1.c4afef423fcf3p-7},
};

static void
means_and_deviations_are_those_of_fractions(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(fractions); i++) {
		struct sums s = sums_of(fractions[i].x, fractions[i].n);
		double deviation = exact_deviation(&s.sum, &s.squares, fractions[i].n);

		assert_same(exact_mean(&s.sum, fractions[i].n), fractions[i].mean);
		if (!(fabs(deviation - fractions[i].deviation) <=
			4e-16 * fractions[i].deviation))
			fail_msg("%zu: %a is not %a", i, deviation, fractions[i].deviation);
	}
}

static void
no_numbers_have_no_mean(void **state)
{
	struct sums none = {0}, one = sums_of((double[]){0.25}, 1);

	(void)state;
	assert_true(isnan(exact_mean(&none.sum, 0)));
	assert_true(isnan(exact_deviation(&none.sum, &none.squares, 0)));
	assert_true(isnan(exact_deviation(&one.sum, &one.squares, 1)));
	assert_same(exact_mean(&one.sum, 1), 0.25);
	assert_same(exact_mean(&none.sum, 3), 0.0);
}

static void
the_order_does_not_matter(void **state)
{
	enum { N = 3000 };
	double x[N];
	struct sums s, other;

	(void)state;
	for (size_t i = 0; i < N; i++)
		x[i] = i % 7 == 0
		    ? (double)(i % 2)
		    : ldexp((double)(draw() >> 11) * 0x1p-53, -(int)(draw() % 200));
	s = sums_of(x, N);
	for (int round = 0; round < 50; round++) {
		shuffle(x, N);
		other = sums_of(x, N);
		assert_memory_equal(&s, &other, sizeof(s));
	}
}

/* Where double sums are not: 0.1 ten times and the like. */
static void
equal_numbers_are_their_mean(void **state)
{
	(void)state;
	for (uint32_t round = 0; round < 3000; round++) {
		double x = ldexp((double)(draw() >> 11) * 0x1p-53, -(int)(draw() % 180));
		uint32_t n = (uint32_t)(draw() % 300) + 2;
		struct sums s = {0};

		for (uint32_t i = 0; i < n; i++) {
			exact_add(&s.sum, x);
			exact_add_square(&s.squares, x);
		}
		if (x >= 0x1p-139)
			assert_same(exact_mean(&s.sum, n), x);
		assert_same(exact_deviation(&s.sum, &s.squares, n), 0.0);
	}
}

/* Seconds: large numbers carry into the second digit above the point. */
static void
large_numbers_have_room(void **state)
{
	struct exact s = {0};

	(void)state;
	for (int i = 0; i < 100000; i++)
		exact_add(&s, 1e9 - 0.125);
	assert_same(exact_mean(&s, 1), 1e14 - 12500.0);
	assert_same(exact_mean(&s, 100000), 1e9 - 0.125);
	s = (struct exact){{0}};
	exact_add(&s, 0x1.fffffffffffffp31);
	assert_same(exact_mean(&s, 1), 0x1.fffffffffffffp31);
	/* As many as there can be. */
	s = (struct exact){{0}};
	s.digit[EXACT_FRACTION] = UINT32_MAX;
	assert_same(exact_mean(&s, UINT32_MAX), 1.0);
	assert_same(exact_deviation(&s, &s, UINT32_MAX), 0.0);
}

static void
tiny_numbers_are_left_out(void **state)
{
	struct exact s = {{0}};

	(void)state;
	exact_add(&s, 0x1p-1074);
	exact_add(&s, 0x1p-193);
	assert_same(exact_mean(&s, 1), 0.0);
	exact_add(&s, 0x1.8p-192);
	assert_same(exact_mean(&s, 1), 0x1p-192);
	assert_same(exact_mean(&s, 3), 0x1p-192 / 3.0);
}

/* A half is rounded to even, and up if there is ever so little more. */
static void
the_last_bit_is_right(void **state)
{
	(void)state;
	for (int times = 1; times <= 3; times += 2) {
		struct exact half = {{0}};

		for (int i = 0; i < times; i++) {
			exact_add(&half, 1.0);
			exact_add(&half, 0x1p-53);
		}
		assert_same(exact_mean(&half, (uint32_t)times), 1.0);
		for (int k = 55; k <= 192; k++) {
			struct exact more = half;

			exact_add(&more, ldexp(1.0, -k));
			assert_same(exact_mean(&more, (uint32_t)times), 1.0 + 0x1p-52);
		}
	}
}

static void
carries_go_all_the_way(void **state)
{
	struct exact s = {{UINT64_MAX, UINT64_MAX, UINT64_MAX, 6}};

	(void)state;
	exact_add(&s, 0x1p-192);
	assert_int_equal(s.digit[0] | s.digit[1] | s.digit[2], 0);
	assert_int_equal(s.digit[3], 7);
}

static void
numbers_have_places(void **state)
{
	struct idmap m = {0};
	uint32_t place = 7;

	(void)state;
	assert_false(idmap_find(&m, 0, &place));
	for (int round = 0; round < 2; round++)
		for (uint64_t i = 0; i < 20000; i++) {
			assert_int_equal(idmap_add(a, &m, i << 32 | i % 3, &place), ERR_OK);
			assert_int_equal(place, i);
		}
	assert_int_equal(m.n, 20000);
	assert_true(idmap_find(&m, UINT64_C(19999) << 32 | 19999 % 3, &place));
	assert_int_equal(place, 19999);
	assert_false(idmap_find(&m, 1, &place));
}

static void
places_need_memory(void **state)
{
	struct arena *small = arena_new(4000);
	struct idmap m = {0};
	uint32_t place, n = 0;

	(void)state;
	while (n < 20000 && idmap_add(small, &m, n, &place) == ERR_OK)
		n++;
	assert_true(n > 0 && n < 20000);
	assert_int_equal(m.n, n);
	for (uint32_t i = 0; i <= n; i++)
		assert_int_equal(idmap_find(&m, i, &place), i < n);
	arena_free(small);
}

/* Matches as "01" for each pair: (0,1) (0,2) .. (1,2) .. */
static double
share(size_t n, const char *pairs)
{
	bool *matches = arena_calloc(a, n, n * sizeof(*matches));
	struct arena_mark mark = arena_mark(a), after;
	double r = -1.0;

	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++)
			matches[i * n + j] = matches[j * n + i] = *pairs++ == '1';
	assert_int_equal(consensus_share(a, matches, n, &r), ERR_OK);
	after = arena_mark(a);
	assert_int_equal(after.total, mark.total);
	return r;
}

static void
groups_share_what_is_known(void **state)
{
	static const struct {
		size_t n;
		const char *pairs;
		double share;
	} rows[] = {
	    {1, "", 1.0},
	    {2, "0", 0.5},
	    {2, "1", 1.0},
	    {3, "000", 1.0 / 3.0},
	    {3, "100", 2.0 / 3.0},
	    {3, "001", 2.0 / 3.0},
	    {3, "111", 1.0},
	    /* Chains: 1 + 2 cos(pi / (n + 1)); a star: 1 + sqrt(n - 1). */
	    {3, "101", 0.80473785412436503},
	    {3, "110", 0.80473785412436503},
	    {4, "100101", 0.65450849718747371},
	    {5, "1000100101", 0.54641016151377546},
	    {5, "1111000000", 0.6},
	    /* Two and two: the larger of equal groups. */
	    {4, "100001", 0.5},
	    /* A chain of three is larger than a pair beside it. */
	    {5, "1100000001", 0.48284271247461903},
	    /* A square: regular, but no clique. */
	    {4, "101101", 0.75},
	    /* All but one pair of four: (3 + sqrt 17) / 2 / 4. */
	    {4, "111110", 0.89038820320220757},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++)
		if (!(fabs(share(rows[i].n, rows[i].pairs) - rows[i].share) <= 1e-14))
			fail_msg("%s: %.17g is not %.17g", rows[i].pairs,
			    share(rows[i].n, rows[i].pairs), rows[i].share);
}

/* Against powers of the matrix: the trace of m^(2k) is that of the largest eigenvalue alone
 * in the end. */
static double
share_by_powers(const bool *matches, size_t n)
{
	double m[12 * 12], square[12 * 12], scale = 0.0, power = 1.0;

	for (size_t i = 0; i < n * n; i++)
		m[i] = i % (n + 1) == 0 || matches[i] ? 1.0 : 0.0;
	for (int round = 0; round < 45; round++) {
		double trace = 0.0;

		for (size_t i = 0; i < n; i++)
			for (size_t j = 0; j < n; j++) {
				square[i * n + j] = 0.0;
				for (size_t k = 0; k < n; k++)
					square[i * n + j] += m[i * n + k] * m[k * n + j];
			}
		for (size_t i = 0; i < n; i++)
			trace += square[i * n + i];
		power *= 2.0;
		scale += log(trace) / power;
		for (size_t i = 0; i < n * n; i++)
			m[i] = square[i] / trace;
	}
	return exp(scale) / (double)n;
}

static void
groups_share_what_powers_say(void **state)
{
	bool matches[12 * 12];

	(void)state;
	for (int round = 0; round < 400; round++) {
		size_t n = 2 + (size_t)(draw() % 11);
		unsigned often = 1 + (unsigned)(draw() % 9);
		double r;

		for (size_t i = 0; i < n; i++)
			for (size_t j = i; j < n; j++)
				matches[i * n + j] = matches[j * n + i] =
				    i != j && draw() % 10 < often;
		assert_int_equal(consensus_share(a, matches, n, &r), ERR_OK);
		if (!(fabs(r - share_by_powers(matches, n)) <= 1e-12))
			fail_msg("%d: %.17g is not %.17g", round, r,
			    share_by_powers(matches, n));
	}
}

/* A long chain, whose eigenvalues lie close to each other. */
static void
many_share_too(void **state)
{
	enum { N = 300 };
	bool *matches = arena_calloc(a, N, N);
	double r;

	(void)state;
	for (size_t i = 0; i + 1 < N; i++)
		matches[i * N + i + 1] = matches[(i + 1) * N + i] = true;
	assert_int_equal(consensus_share(a, matches, N, &r), ERR_OK);
	assert_true(fabs(r * N - (1.0 + 2.0 * cos(acos(-1.0) / (N + 1)))) < 1e-12);
}

static void
a_group_needs_memory(void **state)
{
	static const bool chain[9] = {
	    false, true, false, true, false, true, false, true, false};
	struct arena *small = arena_new(64);
	double r = -1.0;

	(void)state;
	assert_int_equal(consensus_share(small, chain, 3, &r), ERR_MEMORY);
	assert_same(r, -1.0);
	arena_free(small);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, arena_set_up, arena_tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(means_and_deviations_are_those_of_fractions),
	    TEST(no_numbers_have_no_mean),
	    TEST(the_order_does_not_matter),
	    TEST(equal_numbers_are_their_mean),
	    TEST(large_numbers_have_room),
	    TEST(tiny_numbers_are_left_out),
	    TEST(the_last_bit_is_right),
	    TEST(carries_go_all_the_way),
	    TEST(numbers_have_places),
	    TEST(places_need_memory),
	    TEST(groups_share_what_is_known),
	    TEST(groups_share_what_powers_say),
	    TEST(many_share_too),
	    TEST(a_group_needs_memory),
	};

	return cmocka_run_group_tests_name("exact", tests, NULL, NULL);
}
