/* lib/base/datetime: ISO 8601 and Unix seconds to UTC text, strictly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <string.h>
#include <cmocka.h>

#include "base/array.h"
#include "base/datetime.h"

static const struct {
	const char *iso, *utc;
	double seconds;
} good[] = {
    {"2024-03-01T09:15:02Z", "2024-03-01 09:15:02.000000", 1709284502},
    {"2024-03-01 09:15:02z", "2024-03-01 09:15:02.000000", 1709284502},
    {"2024-03-01t09:15:02", "2024-03-01 09:15:02.000000", 1709284502},
    {"2024-03-01T09:15:02.5Z", "2024-03-01 09:15:02.500000", 1709284502.5},
    {"2024-03-01T09:15:02,25Z", "2024-03-01 09:15:02.250000", 1709284502.25},
    {"2024-03-01T09:15:02.1234567899Z", "2024-03-01 09:15:02.123456", 1709284502.123456},
    {"2024-03-01T00:30:00+02:00", "2024-02-29 22:30:00.000000", 1709245800},
    {"2023-03-01T00:30:00+0200", "2023-02-28 22:30:00.000000", 1677623400},
    {"2023-12-31T23:30:00-01", "2024-01-01 00:30:00.000000", 1704069000},
    {"2024-01-01T00:00:00+23:59", "2023-12-31 00:01:00.000000", 1703980860},
    {"1970-01-01T00:00:00Z", "1970-01-01 00:00:00.000000", 0},
    {"1969-12-31T23:59:59.75Z", "1969-12-31 23:59:59.750000", -0.25},
    {"2000-02-29T12:00:00Z", "2000-02-29 12:00:00.000000", 951825600},
    {"1900-03-01T00:00:00Z", "1900-03-01 00:00:00.000000", -2203891200},
    {"1000-01-01T00:00:00Z", "1000-01-01 00:00:00.000000", -30610224000},
    {"9999-12-31T23:59:59.999999Z", "9999-12-31 23:59:59.999999", 253402300799.9999},
};

static void
texts_that_are_times(void **state)
{
	char out[DATETIME_ROOM];
	double seconds;

	(void)state;
	for (size_t i = 0; i < N_OF(good); i++) {
		if (!datetime_read(str_of(good[i].iso), out))
			fail_msg("refused: %s", good[i].iso);
		assert_string_equal(out, good[i].utc);
		assert_true(datetime_seconds(str_of(good[i].iso), &seconds));
		if (fabs(seconds - good[i].seconds) > 1e-4)
			fail_msg("%s is %.6f", good[i].iso, seconds);
		/* What was written reads back as itself. */
		assert_true(datetime_read(str_of(good[i].utc), out));
		assert_string_equal(out, good[i].utc);
	}
}

static void
fractions_are_kept(void **state)
{
	static const struct {
		const char *text;
		int64_t whole, atto;
	} rows[] = {
	    {"2020-06-15T19:52:31.295Z", 1592250751, 295000000000000000},
	    {"2020-06-15T19:52:31.123456789012345678999", 1592250751, 123456789012345678},
	    {"2020-06-15 19:52:31,000000001+02:00", 1592243551, 1000000000},
	    {"1969-12-31T23:59:59.75Z", -1, 750000000000000000},
	    {"2020-06-15", 1592179200, 0},
	    /* Times alone. */
	    {"14:05:30.245", 50730, 245000000000000000},
	    {"14:05:30.245Z", 50730, 245000000000000000},
	    {"14:05:30", 50730, 0},
	    {"14:05", 50700, 0},
	    {"00:00:00", 0, 0},
	    {"23:59:59.999999999", 86399, 999999999000000000},
	    {"00:30:00+01:00", -1800, 0},
	};
	static const char *const bad[] = {"24:00:00", "14:60", "14:05:60", "14",
	    "14:", "14:5", "4:05", "14:05:30.", "14:05:30 x", "T14:05:30", "14:05:30.245 ",
	    ""};
	struct decimal r;

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		if (!datetime_exact(str_of(rows[i].text), &r))
			fail_msg("refused: %s", rows[i].text);
		if (r.whole != rows[i].whole || r.atto != rows[i].atto)
			fail_msg("%s is %lld and %lld", rows[i].text, (long long)r.whole,
			    (long long)r.atto);
	}
	for (size_t i = 0; i < N_OF(bad); i++)
		if (datetime_exact(str_of(bad[i]), &r))
			fail_msg("taken: %s", bad[i]);
	assert_false(datetime_exact((struct str){0}, &r));
}

static void
texts_that_are_none(void **state)
{
	static const char *const bad[] = {"", "2024", "2024-03", "20240301T091502Z",
	    "2024-3-1T09:15:02Z", "2024-13-01T00:00:00Z", "2024-00-01T00:00:00Z",
	    "2024-01-00T00:00:00Z", "2024-04-31T00:00:00Z", "2023-02-29T00:00:00Z",
	    "1900-02-29T00:00:00Z", "2024-03-01T24:00:00Z", "2024-03-01T09:60:00Z",
	    "2024-03-01T09:15:60Z", "2024-03-01T9:15:02Z", "2024-03-01T09:15:02.Z",
	    "2024-03-01T09:15:02.x", "2024-03-01T09:15:02Z ", " 2024-03-01T09:15:02Z",
	    "2024-03-01T09:15:02+", "2024-03-01T09:15:02+2", "2024-03-01T09:15:02+24:00",
	    "2024-03-01T09:15:02+02:60",
	    "2024-03-01T09:15:02+02:", "2024-03-01T09:15:02 UTC", "2024-03-01T09:15:02ZZ",
	    "2024-03-01_09:15:02Z", "2024-03-01T", "+024-03-01T00:00:00Z", "yesterday",
	    "2024-03-01T09"};
	char out[DATETIME_ROOM] = "kept";
	double seconds = 7;

	(void)state;
	for (size_t i = 0; i < N_OF(bad); i++) {
		if (datetime_read(str_of(bad[i]), out) ||
		    datetime_seconds(str_of(bad[i]), &seconds))
			fail_msg("taken: %s", bad[i]);
		assert_string_equal(out, "kept");
		assert_true(seconds == 7);
	}
	assert_false(datetime_read((struct str){0}, out));
	/* A good text cut at any place but behind the minute, the second or a digit of the
	 * fraction. */
	for (size_t n = 0; n < 16; n++)
		assert_true(n == 10 ||
		    !datetime_read((struct str){"2024-03-01T09:15:02Z", n}, out));
}

static void
years_that_mysql_does_not_hold(void **state)
{
	static const char *const bad[] = {"0999-12-31T23:59:59Z", "0000-01-01T00:00:00Z",
	    "1000-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01"};
	char out[DATETIME_ROOM];

	(void)state;
	for (size_t i = 0; i < N_OF(bad); i++)
		if (datetime_read(str_of(bad[i]), out))
			fail_msg("taken: %s", bad[i]);
}

static void
unix_seconds(void **state)
{
	static const double bad[] = {
	    NAN, INFINITY, -INFINITY, 1e300, -1e300, 253402300800.0, -30610224001.0};
	char out[DATETIME_ROOM];

	(void)state;
	for (size_t i = 0; i < N_OF(good); i++) {
		double whole = floor(good[i].seconds);
		char text[DATETIME_ROOM];

		assert_true(datetime_from_unix(whole, out));
		memcpy(text, good[i].utc, sizeof(text));
		memcpy(text + strlen(text) - 6, "000000", 6);
		assert_string_equal(out, text);
	}
	assert_true(datetime_from_unix(1588090544.25, out));
	assert_string_equal(out, "2020-04-28 16:15:44.250000");
	assert_true(datetime_from_unix(-0.25, out));
	assert_string_equal(out, "1969-12-31 23:59:59.750000");
	assert_true(datetime_from_unix(0.9999999, out));
	assert_string_equal(out, "1970-01-01 00:00:00.999999");
	for (size_t i = 0; i < N_OF(bad); i++)
		assert_false(datetime_from_unix(bad[i], out));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(texts_that_are_times),
	    cmocka_unit_test(fractions_are_kept),
	    cmocka_unit_test(texts_that_are_none),
	    cmocka_unit_test(years_that_mysql_does_not_hold),
	    cmocka_unit_test(unix_seconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
