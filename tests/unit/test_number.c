/* lib/base/number: what is a number, which one, and the shortest text of one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "base/array.h"
#include "base/number.h"
#include "reference/dice.h"

static uint64_t
bits_of(double v)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	return bits;
}

static double
of_bits(uint64_t bits)
{
	double v;

	memcpy(&v, &bits, sizeof(v));
	return v;
}

static struct dice dice = {1};

/* A token as number_double() reads it, without the byte behind it. */
static bool
read_token(const char *text, double *r)
{
	size_t n = strlen(text);
	char *exact = malloc(n == 0 ? 1 : n);
	bool ok;

	assert_non_null(exact);
	memcpy(exact, text, n);
	ok = number_double((struct str){exact, n}, r);
	free(exact);
	return ok;
}

static void
assert_reads(const char *text)
{
	double want = strtod(text, NULL), got = 7.0;

	if (!read_token(text, &got) || bits_of(want) != bits_of(got))
		fail_msg("%s was read as %a, not as %a", text, got, want);
}

static void
numbers_are_read(void **state)
{
	static const char *const texts[] = {"0", "-0", "0.0", "-0.0", "1", "-1", "10",
	    "0.1", "1e0", "1E+2", "1e-2", "1.5e3", "0e5", "0.0e-5", "0e999999999999",
	    "-0e-999999999999", "1e22", "1e23", "1e-22", "1e-23", "8.5e22",
	    "9007199254740991", "9007199254740992", "9007199254740993",
	    "9007199254740993e22", "9007199254740991e22", "9007199254740992e-22",
	    "9999999999999999999", "99999999999999999999", "0.00000000000000000000000001",
	    "123456789012345678901234567890", "1.23456789012345678901234567890",
	    /* Halfway between two doubles, and a hair beside it. */
	    "9007199254740993.0", "9007199254740993.00000000000000000000000000000000001",
	    "9007199254740992.99999999999999999999999999999999999", "9007199254740995",
	    "1.00000000000000011102230246251565404236316680908203125",
	    "1.00000000000000011102230246251565404236316680908203124",
	    "1.00000000000000011102230246251565404236316680908203126",
	    /* The edges of the range. */
	    "1.7976931348623157e308", "1.7976931348623158e308", "-1.7976931348623157e308",
	    "2.2250738585072014e-308", "2.2250738585072011e-308", "2.225073858507201e-308",
	    "4.9406564584124654e-324", "5e-324", "2.4703282292062328e-324",
	    "2.4703282292062327e-324", "1e-400", "-1e-400", "1e-99999999999999999999",
	    /* One value in many words. */
	    "1000000000000000000000e-21", "0.000000000000000000001e21", "0.3", "3e-1",
	    "30e-2", "0.1e-6", "1e-7",
	    /* Read as another double where the quotient is rounded twice. */
	    "1457.47211954590", "0.30000000000000004"};

	(void)state;
	for (size_t i = 0; i < N_OF(texts); i++)
		assert_reads(texts[i]);
}

static void
what_is_no_number_is_refused(void **state)
{
	static const char *const texts[] = {"", "-", "+", "+1", "--1", "1-", "1-2", ".5",
	    "5.", "-.5", ".", "00", "01", "-01", "00.5", "1e", "1e+", "1e-", "1ee5",
	    "1e5.0", "1.2.3", "1,5", "0x10", "0x1p3", "1p3", "nan", "NaN", "-nan", "inf",
	    "Infinity", "-Infinity", " 1", "1 ", "1\n", "\t1", "1_000", "1d5", "1f",
	    "\xd9\xa1", "e5", "-e5", "1e400", "-1e400", "1.7976931348623159e308", "1e309",
	    "1e99999999999999999999", "10e308"};
	double r = 7.0;

	(void)state;
	/* The last of them are numbers, but too large. */
	for (size_t i = 0; i < N_OF(texts); i++)
		assert_int_equal(number_overflows(str_of(texts[i])), i + 6 >= N_OF(texts));
	assert_false(number_overflows(STR("1e308")));
	assert_false(number_overflows((struct str){0}));
	for (size_t i = 0; i < N_OF(texts); i++)
		if (read_token(texts[i], &r))
			fail_msg("\"%s\" was read as %g", texts[i], r);
	assert_false(number_double((struct str){0}, &r));
	assert_false(number_double((struct str){"1\0", 2}, &r));
	assert_false(number_double((struct str){"1\0002", 3}, &r));
	assert_true(r == 7.0);
}

static void
long_numbers_are_read(void **state)
{
	static const size_t lengths[] = {
	    17, 18, 19, 20, 21, 62, 63, 64, 65, 400, 800, 5000};
	static char text[6000];

	(void)state;
	for (size_t i = 0; i < N_OF(lengths); i++) {
		size_t n = lengths[i];

		text[0] = '0';
		text[1] = '.';
		memset(text + 2, '3', n);
		text[n + 2] = '\0';
		assert_reads(text);
		memset(text + 2, '0', n);
		snprintf(text + n + 2, 16, "7e%zu", n);
		assert_reads(text);
		if (n < 309) {
			memset(text, '9', n);
			text[n] = '\0';
			assert_reads(text);
			snprintf(text + n, 16, ".25e-%zu", n);
			assert_reads(text);
		}
	}
}

/* Until the time is over, but at least so many. */
static bool
go_on(int i, clock_t start)
{
	return i < 20000 || (i < 3000000 && clock() - start < CLOCKS_PER_SEC / 2);
}

static void
random_numbers_are_read_as_strtod_reads_them(void **state)
{
	clock_t start = clock();
	char text[64];

	(void)state;
	for (int i = 0; go_on(i, start); i++) {
		uint64_t x = dice_bits(&dice);
		int digits = (int)dice_below(&dice, 20) + 1;

		switch (i % 4) {
		case 0: /* any double, in 17 digits or fewer */
			if (!isfinite(of_bits(x)))
				continue;
			snprintf(text, sizeof(text), "%.*e", digits % 18, of_bits(x));
			break;
		case 1: /* mantissa and exponent around the fast path */
			snprintf(text, sizeof(text), "%llue%d",
			    (unsigned long long)(x >> dice_below(&dice, 63)),
			    (int)dice_below(&dice, 70) - 35);
			break;
		case 2: /* as people write them */
			snprintf(text, sizeof(text), "%.*f", digits % 12,
			    (double)(int64_t)x / 1e14);
			break;
		default: /* the middle of two doubles below 2^54 */
			snprintf(text, sizeof(text), "%llu",
			    (unsigned long long)((x >> 11) | 1u << 20) * 2 + 1);
			break;
		}
		if (isfinite(strtod(text, NULL)))
			assert_reads(text);
	}
}

static void
whole_numbers_are_strict(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		int64_t value;
	} rows[] = {{"0", true, 0}, {"-0", true, 0}, {"7", true, 7}, {"-7", true, -7},
	    {"007", true, 7}, {"-007", true, -7},
	    {"00000000000000000000000000001", true, 1},
	    {"9223372036854775807", true, INT64_MAX}, {"9223372036854775808", false, 0},
	    {"-9223372036854775808", true, INT64_MIN}, {"-9223372036854775809", false, 0},
	    {"18446744073709551616", false, 0}, {"18446744073709551617", false, 0},
	    {"99999999999999999999", false, 0}, {"", false, 0}, {"-", false, 0},
	    {"+1", false, 0}, {"--1", false, 0}, {" 1", false, 0}, {"1 ", false, 0},
	    {"1.0", false, 0}, {"1e3", false, 0}, {"0x1", false, 0}, {"1a", false, 0},
	    {"a", false, 0}, {"\xd9\xa1", false, 0}, {"1-", false, 0}};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		int64_t r = 77;

		if (number_integer(str_of(rows[i].text), &r) != rows[i].ok ||
		    r != (rows[i].ok ? rows[i].value : 77))
			fail_msg("\"%s\" was read as %lld", rows[i].text, (long long)r);
	}
	assert_false(number_integer((struct str){0}, &(int64_t){0}));
	assert_false(number_integer((struct str){"1\0", 2}, &(int64_t){0}));
}

static void
bounds_are_inclusive(void **state)
{
	int64_t r = 77;

	(void)state;
	assert_true(number_between(STR("3"), 3, 5, &r));
	assert_int_equal(r, 3);
	assert_true(number_between(STR("5"), 3, 5, &r));
	assert_int_equal(r, 5);
	assert_false(number_between(STR("2"), 3, 5, &r));
	assert_false(number_between(STR("6"), 3, 5, &r));
	assert_false(number_between(STR("x"), 3, 5, &r));
	assert_true(number_between(STR("-9223372036854775808"), INT64_MIN, INT64_MAX, &r));
	assert_true(r == INT64_MIN);
	assert_false(number_between(STR("4"), 5, 3, &r));
	assert_true(r == INT64_MIN);
}

static void
numbers_are_written(void **state)
{
	/* As Python's repr() and json.dumps() write them, but for the sign of zero. */
	static const struct {
		double v;
		const char *text;
	} rows[] = {{0.0, "0.0"}, {-0.0, "0.0"}, {1.0, "1.0"}, {-1.0, "-1.0"}, {0.6, "0.6"},
	    {0.1, "0.1"}, {-0.1, "-0.1"}, {1.0 / 3.0, "0.3333333333333333"},
	    {2.0 / 3.0, "0.6666666666666666"}, {0.1 + 0.2, "0.30000000000000004"},
	    {0.75, "0.75"}, {100.0, "100.0"}, {123456789.125, "123456789.125"},
	    {1e15, "1000000000000000.0"}, {9007199254740993.0, "9007199254740992.0"},
	    {9999999999999998.0, "9999999999999998.0"},
	    {1234567890123456.5, "1234567890123456.5"}, {1e16, "1e+16"}, {1e21, "1e+21"},
	    {1e22, "1e+22"}, {1e23, "1e+23"},
	    {12345678901234567890.0, "1.2345678901234567e+19"}, {1e100, "1e+100"},
	    {0.001, "0.001"}, {0.0001, "0.0001"}, {0.00001, "1e-05"}, {1.5e-7, "1.5e-07"},
	    {DBL_MAX, "1.7976931348623157e+308"}, {-DBL_MAX, "-1.7976931348623157e+308"},
	    {DBL_MIN, "2.2250738585072014e-308"}, {DBL_TRUE_MIN, "5e-324"},
	    {-DBL_TRUE_MIN, "-5e-324"}, {0x3p-1074, "1.5e-323"},
	    {0x0.fffffffffffffp-1022, "2.225073858507201e-308"}, {1e-310, "1e-310"},
	    {DBL_EPSILON, "2.220446049250313e-16"},
	    /* Powers of two whose nearest text of 16 digits is another number. */
	    {0x1p-44, "5.684341886080802e-14"}, {-0x1p-44, "-5.684341886080802e-14"},
	    {0x1p-791, "7.678447687145631e-239"}, {0x1p-1017, "7.120236347223045e-307"},
	    {(double)NAN, "null"}, {-(double)NAN, "null"}, {(double)INFINITY, "null"},
	    {-(double)INFINITY, "null"}};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		char out[NUMBER_ROOM];
		size_t n = number_write(out, rows[i].v);

		assert_string_equal(out, rows[i].text);
		assert_int_equal(n, strlen(rows[i].text));
	}
}

/* Significant digits of a text that number_write() made. */
static int
significant(const char *text)
{
	int n = 0, zeros = 0;

	for (; *text != '\0' && *text != 'e'; text++) {
		if (*text < '0' || *text > '9' || (*text == '0' && n == 0))
			continue;
		zeros = *text == '0' ? zeros + 1 : 0;
		n++;
	}
	return n - zeros;
}

/*
 * Whether a decimal of so many digits reads as v: the one nearest to it, or its neighbours.
 * (%.*e is exact in glibc, musl and the BSDs.)
 */
static bool
fewer_will_do(double v, int digits)
{
	char text[64], *end;
	long mantissa_last;

	snprintf(text, sizeof(text), "%.*e", digits - 1, v);
	if (strtod(text, NULL) == v)
		return true;
	end = strchr(text, 'e');
	mantissa_last = end[-1] - '0';
	if (end[-1] < '9') {
		end[-1]++;
		if (strtod(text, NULL) == v)
			return true;
	}
	end[-1] = (char)('0' + (mantissa_last > 0 ? mantissa_last - 1 : 0));
	return strtod(text, NULL) == v;
}

static void
assert_shortest(double v)
{
	char out[NUMBER_ROOM];
	size_t n = number_write(out, v);
	double back = 0.0;
	int digits = significant(out);

	if (n >= sizeof(out) || strlen(out) != n || strtod(out, NULL) != v)
		fail_msg("%a was written as %s", v, out);
	if (n < 64 && strchr(out, '+') == NULL &&
	    (!number_double((struct str){out, n}, &back) || back != v))
		fail_msg("%s was not read back", out);
	if (digits > 1 && fewer_will_do(v, digits - 1))
		fail_msg("%s is not the shortest text of %a", out, v);
}

static void
random_numbers_are_written_shortest(void **state)
{
	clock_t start = clock();

	(void)state;
	for (int e = -1074; e < 1024; e++) {
		assert_shortest(ldexp(1.0, e));
		assert_shortest(nextafter(ldexp(1.0, e), 0.0));
		assert_shortest(nextafter(ldexp(-1.0, e), -(double)INFINITY));
	}
	for (int i = 0; go_on(i, start); i++) {
		uint64_t x = dice_bits(&dice);
		double v;

		switch (i % 4) {
		case 0:
			v = of_bits(x);
			break;
		case 1: /* subnormal */
			v = of_bits(x >> (12 + x % 50));
			break;
		case 2: /* quotients of small numbers, as scores are */
			v = (double)(x % 1000) / (double)(x / 1000 % 1000 + 1);
			break;
		default: /* large and with a fraction, whole and larger */
			v = (double)(x >> 8) / (double)(1u << (x % 9));
			break;
		}
		if (isfinite(v) && v != 0.0)
			assert_shortest(v);
	}
}

/* As %g with the fewest digits that tell the number, but for what stands beside powers of
 * two. */
static void
assert_as_printed(double v)
{
	char out[NUMBER_ROOM], want[NUMBER_ROOM];

	for (int digits = DBL_DIG; digits <= 17; digits++) {
		snprintf(want, sizeof(want), "%.*g", digits, v);
		if (strtod(want, NULL) == v)
			break;
	}
	number_write(out, v);
	assert_string_equal(out, want);
}

static void
fractions_are_written_as_they_are_printed(void **state)
{
	static const double edges[] = {0x1p-10, 0x1p-9, 0.001, 0.01, 0.1, 0.5, 1.0};
	clock_t start = clock();

	(void)state;
	for (size_t i = 0; i < N_OF(edges); i++) {
		double above = edges[i], below = edges[i];

		for (int k = 0; k < 1000; k++) {
			above = nextafter(above, 2.0);
			below = nextafter(below, 0.0);
			assert_as_printed(above);
			assert_as_printed(-below);
		}
	}
	for (int i = 0; go_on(i, start); i++) {
		uint64_t x = dice_bits(&dice);
		double parts = (double)(x >> 32 | 1),
		       v = i % 2 == 0 ? (double)(x >> 11) * 0x1p-53
				      : (double)(uint32_t)x / parts;

		if (v > 0.0 && v != ldexp(0.5, ilogb(v) + 1))
			assert_as_printed(v);
	}
}

/* What the short way says, against the long one. */
static void
check_short(const char *text)
{
	struct str s = str_of(text);
	bool whole = false;
	int64_t integer = -77, same_integer;
	double real = -77, same_real;
	size_t n = number_short(s, &whole, &integer, &real);

	assert_true(n <= s.n);
	if (n == 0)
		return;
	s.n = n;
	if (whole) {
		assert_true(number_integer(s, &same_integer));
		assert_true(integer == same_integer);
	} else {
		assert_true(number_double(s, &same_real));
		assert_true(memcmp(&real, &same_real, sizeof(real)) == 0);
	}
}

static void
short_numbers_are_read_alike(void **state)
{
	static const struct {
		const char *text;
		size_t n;
	} rows[] = {{"0", 1}, {"7", 1}, {"-7", 2}, {"12,", 2}, {"0.5]", 3}, {"-0.0 ", 4},
	    {"123456789012345", 15}, {"1234567890.12345", 16}, {"0.00000000000001", 16},
	    {"-99999999999999.9", 17}, {"1x", 1}, {"1-2", 1}, {"1.2.3", 3},
	    /* The long way, or none. */
	    {"", 0}, {"-", 0}, {"-0", 0}, {"00", 0}, {"01", 0}, {"-01", 0}, {"1.", 0},
	    {".5", 0}, {"+1", 0}, {"--1", 0}, {"x", 0}, {"1e5", 0}, {"1.5E5", 0},
	    {"1234567890123456", 0}, {"12345678901234567890", 0}, {"1234567890.123456", 0},
	    {"0.000000000000001", 0}, {"1.0000000000000000000000000000", 0}};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		bool whole;
		int64_t integer;
		double real;
		size_t n = number_short(str_of(rows[i].text), &whole, &integer, &real);

		if (n != rows[i].n)
			fail_msg("%s: %zu", rows[i].text, n);
		check_short(rows[i].text);
	}
	srand(5);
	for (int i = 0; i < 200000; i++) {
		static const char letters[] = "0123456789012345678900.-e";
		char text[20];
		int n = rand() % 19;

		for (int k = 0; k < n; k++)
			text[k] = letters[(unsigned)rand() % (sizeof(letters) - 1)];
		text[n] = '\0';
		check_short(text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers_are_read),
	    cmocka_unit_test(what_is_no_number_is_refused),
	    cmocka_unit_test(long_numbers_are_read),
	    cmocka_unit_test(random_numbers_are_read_as_strtod_reads_them),
	    cmocka_unit_test(whole_numbers_are_strict),
	    cmocka_unit_test(bounds_are_inclusive),
	    cmocka_unit_test(numbers_are_written),
	    cmocka_unit_test(random_numbers_are_written_shortest),
	    cmocka_unit_test(fractions_are_written_as_they_are_printed),
	    cmocka_unit_test(short_numbers_are_read_alike),
	};

	return cmocka_run_group_tests_name("number", tests, NULL, NULL);
}
