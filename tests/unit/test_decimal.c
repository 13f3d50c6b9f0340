/* lib/base/decimal: numbers as they are written, subtracted before they are doubles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/array.h"
#include "base/decimal.h"
#include "base/number.h"

static struct decimal
read(const char *text)
{
	struct decimal v = {77, 77};
	double plain;

	assert_true(number_double(str_of(text), &plain));
	if (!decimal_read(str_of(text), &v))
		fail_msg("refused: %s", text);
	return v;
}

static void
tokens_are_read(void **state)
{
	static const struct {
		const char *text;
		int64_t whole, atto;
	} rows[] = {
	    {"0", 0, 0},
	    {"-0", 0, 0},
	    {"-0.0", 0, 0},
	    {"12", 12, 0},
	    {"-12", -12, 0},
	    {"0.5", 0, DECIMAL_ONE / 2},
	    {"-0.25", -1, DECIMAL_ONE / 4 * 3},
	    {"-3.75", -4, DECIMAL_ONE / 4},
	    {"1592250751.123456789", 1592250751, 123456789000000000},
	    {"0.000000000000000001", 0, 1},
	    {"-0.000000000000000001", -1, DECIMAL_ONE - 1},
	    {"0.9999999999999999990000", 0, DECIMAL_ONE - 1},
	    {"1e3", 1000, 0},
	    {"1E+3", 1000, 0},
	    {"1.5e3", 1500, 0},
	    {"1592250751951e-3", 1592250751, 951000000000000000},
	    {"12.34e-1", 1, 234000000000000000},
	    {"1e-18", 0, 1},
	    {"1e18", DECIMAL_ONE, 0},
	    {"0e999999999999999999999", 0, 0},
	    {"4000000000000000000", DECIMAL_MAX, 0},
	    {"-4000000000000000000", -DECIMAL_MAX, 0},
	    {"1592250751123456789", 1592250751123456789, 0},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct decimal v = read(rows[i].text);

		if (v.whole != rows[i].whole || v.atto != rows[i].atto)
			fail_msg("%s is %lld and %lld", rows[i].text, (long long)v.whole,
			    (long long)v.atto);
	}
}

static void
what_does_not_fit_is_refused(void **state)
{
	static const char *const rows[] = {"0.0000000000000000001", "1e-19",
	    "1.3480645161290323001", "4000000000000000001", "4000000000000000000.5",
	    "-4000000000000000000.1", "9223372036854775807", "9e18", "1e19", "1e100",
	    "123456789012345678901234567890", "1e99999999999999999999",
	    "1e-99999999999999999999"};
	struct decimal v = {77, 77};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++)
		if (decimal_read(str_of(rows[i]), &v) || v.whole != 77 || v.atto != 77)
			fail_msg("taken: %s", rows[i]);
}

static void
fractions_are_cut(void **state)
{
	(void)state;
	assert_true(decimal_fraction("", 0) == 0);
	assert_true(decimal_fraction("5", 1) == DECIMAL_ONE / 2);
	assert_true(decimal_fraction("05x", 2) == DECIMAL_ONE / 20);
	assert_true(decimal_fraction("9999999999999999999", 19) == DECIMAL_ONE - 1);
}

static void
numbers_are_compared_and_subtracted(void **state)
{
	static const struct {
		const char *a, *b;
		int order;
		const char *difference;
	} rows[] = {
	    {"0", "0", 0, "0"},
	    {"1592250751.345", "1592250751.295", 1, "0.05"},
	    {"1592250751.295", "1592250751.345", -1, "-0.05"},
	    {"0.1", "-0.1", 1, "0.2"},
	    {"-0.1", "-0.2", 1, "0.1"},
	    {"-1", "-0.5", -1, "-0.5"},
	    {"4000000000000000000", "-4000000000000000000", 1, NULL},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct decimal x = read(rows[i].a), y = read(rows[i].b);
		struct decimal d = decimal_subtract(&x, &y), want = {8 * DECIMAL_ONE, 0};

		if (rows[i].difference != NULL)
			want = read(rows[i].difference);
		assert_int_equal(decimal_compare(&x, &y), rows[i].order);
		assert_int_equal(decimal_compare(&y, &x), -rows[i].order);
		assert_int_equal(decimal_compare(&d, &want), 0);
	}
}

static void
quotients_are_the_nearest(void **state)
{
	static const struct {
		const char *a, *b;
		double ratio;
	} rows[] = {
	    {"0", "1", 0.0},
	    {"0.05", "0.1", 0.5},
	    {"0.00005", "0.0001", 0.5},
	    {"5", "15", 1.0 / 3.0},
	    {"1e-18", "2e-18", 0.5},
	    {"0.123456", "0.246912", 0.5},
	    {"86400.000001", "172800.000002", 0.5},
	    {"31557600.123457", "63115200.246914", 0.5},
	    {"1000000000000000000", "4000000000000000000", 0.25},
	    {"7", "7", 1.0},
	    /* Beyond an int64_t of their places: as doubles, which are near enough. */
	    {"1234567890.000000000000000001", "2469135780.000000000000000002", 0.5},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct decimal x = read(rows[i].a), y = read(rows[i].b);
		double r = decimal_ratio(&x, &y);

		if (r != rows[i].ratio)
			fail_msg("%s / %s is %.17g", rows[i].a, rows[i].b, r);
	}
}

/* The extents of regions are doubles, and must not part what touches. */
static void
doubles_keep_the_order(void **state)
{
	struct decimal last = {INT64_C(-9007199254740995), 0};
	double before = decimal_double(&last);

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct decimal v = last;
		double now;

		v.atto += DECIMAL_ONE / 7 * (i % 11 == 0);
		v.atto += i % 5;
		v.whole +=
		    v.atto / DECIMAL_ONE + (i % 1000 == 0 ? INT64_C(900719925474099) : 0);
		v.atto %= DECIMAL_ONE;
		now = decimal_double(&v);
		assert_true(now >= before);
		before = now;
		last = v;
	}
	assert_true(decimal_double(&(struct decimal){-1, DECIMAL_ONE / 4 * 3}) == -0.25);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tokens_are_read),
	    cmocka_unit_test(what_does_not_fit_is_refused),
	    cmocka_unit_test(fractions_are_cut),
	    cmocka_unit_test(numbers_are_compared_and_subtracted),
	    cmocka_unit_test(quotients_are_the_nearest),
	    cmocka_unit_test(doubles_keep_the_order),
	};

	return cmocka_run_group_tests_name("decimal", tests, NULL, NULL);
}
