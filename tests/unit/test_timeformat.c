/* lib/base/timeformat: times written by strftime's names, strictly and in no locale. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "base/array.h"
#include "base/datetime.h"
#include "base/timeformat.h"

/* The time that a text says is the one that the other text says in ISO 8601. */
static const struct {
	const char *format, *text, *iso;
} good[] = {
    {"%m/%d/%Y %H:%M:%S.%f", "06/15/2020 19:52:31.245000", "2020-06-15T19:52:31.245"},
    {"%m/%d/%Y %H:%M:%S.%f", "06/15/2020 19:52:31.000001", "2020-06-15T19:52:31.000001"},
    {"%m/%d/%Y %H:%M:%S.%f", "6/5/2020 9:2:1.5", "2020-06-05T09:02:01.5"},
    {"%Y-%m-%d %H:%M:%S.%L", "2020-06-15 19:52:31.245", "2020-06-15T19:52:31.245"},
    {"%Y%m%d%H%M%S%L", "20200615195231245", "2020-06-15T19:52:31.245"},
    {"%H:%M:%S.%f", "14:05:30.245678912", "1970-01-01T14:05:30.245678912"},
    {"%H:%M", "14:05", "1970-01-01T14:05"},
    {"%d.%m.%Y", "29.02.2020", "2020-02-29"},
    {"%d.%m.%Y", "29.02.2000", "2000-02-29"},
    {"%d.%m.%Y", "31.12.9999", "9999-12-31"},
    {"%d.%m.%Y", "01.01.0000", "0000-01-01"},
    {"%Y", "2024", "2024-01-01"},
    {"%Y-%m", "2024-07", "2024-07-01"},
    {"%-m/%-d/%Y", "7/4/2021", "2021-07-04"},
    {"%_d/%0m/%Y", " 4/07/2021", "2021-07-04"},
    {"%e %B %Y", "4 July 2021", "2021-07-04"},
    {"%b %e, %Y", "Jul  4, 2021", "2021-07-04"},
    {"%B %d %Y", "may 04 2021", "2021-05-04"},
    {"%h %d %Y", "SEP 04 2021", "2021-09-04"},
    {"%A, %d %b %Y", "Sunday, 04 Jul 2021", "2021-07-04"},
    {"%a %d %b %Y", "sun 04 July 2021", "2021-07-04"},
    /* Two digits of a year. */
    {"%y-%m-%d", "00-01-02", "2000-01-02"},
    {"%y-%m-%d", "68-01-02", "2068-01-02"},
    {"%y-%m-%d", "69-01-02", "1969-01-02"},
    {"%y-%m-%d", "99-01-02", "1999-01-02"},
    /* The clock of twelve hours. */
    {"%I:%M:%S %p", "12:00:01 AM", "1970-01-01T00:00:01"},
    {"%I:%M:%S %p", "12:00:01 pm", "1970-01-01T12:00:01"},
    {"%I:%M:%S %p", "1:00:01 PM", "1970-01-01T13:00:01"},
    {"%I:%M:%S %P", "11:59:59 pm", "1970-01-01T23:59:59"},
    {"%p %l:%M", "PM  5:07", "1970-01-01T17:07"},
    {"%I:%M", "05:07", "1970-01-01T05:07"},
    {"%H:%M %p", "02:07 PM", "1970-01-01T14:07"},
    {"%H:%M %p", "14:07 PM", "1970-01-01T14:07"},
    {"%k:%M", " 5:07", "1970-01-01T05:07"},
    /* Days and weeks of the year. */
    {"%Y %j", "2020 001", "2020-01-01"},
    {"%Y-%j", "2020-366", "2020-12-31"},
    {"%Y-%j", "2021-59", "2021-02-28"},
    {"%Y W%W %w", "2020 W01 1", "2020-01-06"},
    {"%Y W%W %a", "2020 W00 Sun", "2020-01-05"},
    {"%Y W%W", "2020 W01", "2020-01-06"},
    {"%Y U%U %w", "2020 U01 0", "2020-01-05"},
    {"%Y U%U", "2020 U01", "2020-01-05"},
    {"%Y U%U %u", "2021 U00 5", "2021-01-01"},
    {"%G-W%V-%u", "2020-W53-5", "2021-01-01"},
    {"%G-W%V-%u", "2021-W01-1", "2021-01-04"},
    {"%G-W%V-%u", "2019-W01-7", "2019-01-06"},
    {"%G-W%V", "2019-W01", "2018-12-31"},
    {"%g-W%V-%a", "20-W53-Fri", "2021-01-01"},
    {"%Y Q%q", "2021 Q3", "2021-07-01"},
    /* Offsets. */
    {"%Y-%m-%dT%H:%M:%S%Z", "2020-06-15T19:52:31Z", "2020-06-15T19:52:31Z"},
    {"%Y-%m-%dT%H:%M:%S%Z", "2020-06-15T19:52:31-07", "2020-06-15T19:52:31-07"},
    {"%Y-%m-%dT%H:%M:%S%z", "2020-06-15T19:52:31+0230", "2020-06-15T19:52:31+02:30"},
    {"%Y-%m-%dT%H:%M:%S %z", "2020-06-15T19:52:31 +02:30", "2020-06-15T19:52:31+02:30"},
    {"%Y-%m-%d %H:%M:%S %Z", "2020-06-15 19:52:31 UTC", "2020-06-15T19:52:31"},
    {"%H:%M %Z on %d/%m/%y", "00:30 +01:00 on 01/03/24", "2024-02-29T23:30"},
    /* What stands for others. */
    {"%D %T", "06/15/20 19:52:31", "2020-06-15T19:52:31"},
    {"%F %R", "2020-06-15 19:52", "2020-06-15T19:52"},
    {"%F %r", "2020-06-15 07:52:31 PM", "2020-06-15T19:52:31"},
    {"%x %X", "6/15/2020 7:52:31 PM", "2020-06-15T19:52:31"},
    {"%c", "6/15/2020, 7:52:31 PM", "2020-06-15T19:52:31"},
    {"%F%n%T%%", "2020-06-15   19:52:31%", "2020-06-15T19:52:31"},
    {"%F%t%T", "2020-06-15\t19:52:31", "2020-06-15T19:52:31"},
    {"%F %T ", "2020-06-15 19:52:31", "2020-06-15T19:52:31"},
    {"%FT%T", "2016-12-31T23:59:60", "2017-01-01T00:00:00"},
    {"%Y\xe5\xb9\xb4%m\xe6\x9c\x88",
	"2020\xe5\xb9\xb4"
	"6\xe6\x9c\x88",
	"2020-06-01"},
    /* Counted since 1970. */
    {"%s", "1592250751", "2020-06-15T19:52:31"},
    {"%s.%L", "1592250751.245", "2020-06-15T19:52:31.245"},
    {"%s.%f", "-1.25", "1969-12-31T23:59:58.75"},
    {"%s", "0", "1970-01-01"},
    {"%Q", "1592250751245", "2020-06-15T19:52:31.245"},
    {"%Q", "-250", "1969-12-31T23:59:59.75"},
};

static void
texts_in_a_format(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(good); i++) {
		struct decimal is = {77, 77}, want;

		assert_true(datetime_exact(str_of(good[i].iso), &want));
		if (!timeformat_read(str_of(good[i].format), str_of(good[i].text), &is))
			fail_msg("refused: %s: %s", good[i].format, good[i].text);
		if (decimal_compare(&is, &want) != 0)
			fail_msg("%s: %s is %lld and %lld, not %s", good[i].format,
			    good[i].text, (long long)is.whole, (long long)is.atto,
			    good[i].iso);
		assert_null(timeformat_unknown(str_of(good[i].format)).s);
	}
}

static void
texts_in_none(void **state)
{
	static const struct {
		const char *format, *text;
	} bad[] = {
	    {"%Y-%m-%d", ""},
	    {"%Y-%m-%d", "2020-06"},
	    {"%Y-%m-%d", "2020-06-15 "},
	    {"%Y-%m-%d", "2020-06-151"},
	    {"%Y-%m-%d", " 2020-06-15 x"},
	    {"%Y-%m-%d", "2020/06/15"},
	    {"%Y-%m-%d", "2020-13-15"},
	    {"%Y-%m-%d", "2020-00-15"},
	    {"%Y-%m-%d", "2020-06-00"},
	    {"%Y-%m-%d", "2020-06-31"},
	    {"%Y-%m-%d", "2019-02-29"},
	    {"%Y-%m-%d", "1900-02-29"},
	    {"%Y-%m-%d", "-020-06-15"},
	    {"%Y-%m-%d", "+202-06-15"},
	    {"%Y %j", "2021 366"},
	    {"%Y %j", "2020 000"},
	    {"%Y %j", "2020 367"},
	    {"%H:%M", "24:00"},
	    {"%H:%M", "12:60"},
	    {"%T", "12:00:61"},
	    {"%I %p", "0 AM"},
	    {"%I %p", "13 PM"},
	    {"%I %p", "12 XM"},
	    {"%I %p", "12 "},
	    {"%S.%f", "12."},
	    {"%S.%f", "12.x"},
	    {"%S.%f", "12.1234567890123456789"},
	    {"%b", "Jux"},
	    {"%B", "Ju"},
	    {"%b", "J\xc3\xa4n"},
	    {"%a", "Mo"},
	    {"%Y %W", "2020 54"},
	    {"%G %V", "2020 0"},
	    {"%q", "5"},
	    {"%q", "0"},
	    {"%u", "0"},
	    {"%w", "7"},
	    {"%z", "+"},
	    {"%z", "+1"},
	    {"%z", "+ 1"},
	    {"%z", "+24"},
	    {"%z", "+01:"},
	    {"%z", "+01:6"},
	    {"%z", "+01:60"},
	    {"%z", "+010"},
	    {"%z", "CET"},
	    {"%s", "-"},
	    {"%s", "1.5"},
	    {"%s", "1234567890123456789"},
	    {"%Q", "now"},
	    {"%%", "%"},
	    {"day", "day"},
	    {"", "2020-06-15"},
	    {"", ""},
	    {"%", "%"},
	    {"%-", "1"},
	    {"%1", "1"},
	    {"%i", "1"},
	    {"%N", "1"},
	    {"%Y %E", "2020 1"},
	    {"%\xc3\xa4", "1"},
	    {"YYYY-MM-DD", "2020-06-15"},
	};
	struct decimal r = {77, 77};

	(void)state;
	for (size_t i = 0; i < N_OF(bad); i++)
		if (timeformat_read(str_of(bad[i].format), str_of(bad[i].text), &r) ||
		    r.whole != 77 || r.atto != 77)
			fail_msg("taken: %s: %s", bad[i].format, bad[i].text);
	assert_false(timeformat_read((struct str){0}, (struct str){0}, &r));
	/* A good text cut anywhere is none. */
	for (size_t i = 0; i < 4; i++)
		for (size_t n = 0; n < strlen(good[i].text); n++) {
			struct str cut = {good[i].text, n};

			if (timeformat_read(str_of(good[i].format), cut, &r) &&
			    memchr(cut.s, '.', n) == NULL)
				fail_msg("taken: %s: %.*s", good[i].format, STR_ARG(cut));
		}
}

static void
unknown_names_are_told(void **state)
{
	static const struct {
		const char *format, *unknown;
	} rows[] = {
	    {"%Y %i %1", "%i"},
	    {"%1", "%1"},
	    {"%Y%", "%"},
	    {"%-", "%-"},
	    {"%-i", "%-i"},
	    {"100%", "%"},
	    {"%%i %Y", NULL},
	    {"", NULL},
	    {"plain", NULL},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct str unknown = timeformat_unknown(str_of(rows[i].format));

		if (rows[i].unknown == NULL ? unknown.s != NULL
					    : !str_is(unknown, rows[i].unknown))
			fail_msg("%s: %.*s", rows[i].format, STR_ARG(unknown));
	}
}

/* The formats are those of a table. */
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

/* What strftime() writes in the C locale is read back, over four hundred years. */
static void
what_strftime_writes_is_read(void **state)
{
	static const char *const formats[] = {"%Y-%m-%d %H:%M:%S", "%m/%d/%Y %I:%M:%S %p",
	    "%a %b %e %H:%M:%S %Y", "%A, %d %B %Y %T", "%Y-%j %R:%S", "%G-W%V-%u %T",
	    "%Y %U %w %T", "%Y %W %a %T", "%FT%T%z", "%s", "%D %r"};
	uint32_t dice = 1;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		const char *format = formats[(size_t)i % N_OF(formats)];
		bool short_year = strstr(format, "%D") != NULL;
		char text[128];
		struct decimal r;
		struct tm tm;
		time_t t;

		dice = dice * 1664525 + 1013904223;
		t = short_year ? (time_t)(dice % 3124224000U)
			       : (time_t)dice * 3 - 5000000000;
		assert_non_null(gmtime_r(&t, &tm));
		strftime(text, sizeof(text), format, &tm);
		if (strcmp(format, "%s") == 0)
			snprintf(text, sizeof(text), "%lld", (long long)t);
		if (!timeformat_read(str_of(format), str_of(text), &r) || r.whole != t ||
		    r.atto != 0)
			fail_msg("%s: %s is not %lld", format, text, (long long)t);
	}
}

/* Any bytes for a format and a text: nothing but an answer. */
static void
anything_is_survived(void **state)
{
	static const char letters[] = "%%%%-_0YmdHMSfLpzZjUWVaAbBcxXsQ%n /:.19+T \xc3\xa4";
	uint32_t dice = 7;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		char bytes[24];
		struct decimal r = {77, 77};

		for (size_t k = 0; k < sizeof(bytes); k++) {
			dice = dice * 1664525 + 1013904223;
			bytes[k] = letters[(dice >> 16) % (sizeof(letters) - 1)];
		}
		if (!timeformat_read(
			(struct str){bytes, dice % 13}, (struct str){bytes + 12, 12}, &r))
			assert_true(r.whole == 77 && r.atto == 77);
		else
			assert_true(r.atto >= 0 && r.atto < DECIMAL_ONE);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(texts_in_a_format),
	    cmocka_unit_test(texts_in_none),
	    cmocka_unit_test(unknown_names_are_told),
	    cmocka_unit_test(what_strftime_writes_is_read),
	    cmocka_unit_test(anything_is_survived),
	};

	return cmocka_run_group_tests_name("timeformat", tests, NULL, NULL);
}
