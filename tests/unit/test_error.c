/* lib/base/error: codes, texts, places before texts, cutting at whole characters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/array.h"
#include "base/error.h"
#include "base/str.h"

#define ROOM sizeof(((struct error *)0)->text)

static void
the_code_comes_back(void **state)
{
	struct error e = {0};

	(void)state;
	assert_int_equal(error_set(&e, ERR_LIMIT, "%d of %s", 3, "them"), ERR_LIMIT);
	assert_int_equal(e.code, ERR_LIMIT);
	assert_string_equal(e.text, "3 of them");
	assert_int_equal(error_set(&e, ERR_INPUT, "%s", ""), ERR_INPUT);
	assert_string_equal(e.text, "");
	assert_int_equal(error_set(NULL, ERR_IO, "%d", 3), ERR_IO);
}

static void
places_come_before(void **state)
{
	struct error e = {0};

	(void)state;
	(void)error_set(&e, ERR_UNKNOWN, "no such name");
	assert_int_equal(error_prefix(&e, ERR_UNKNOWN, "line %d: ", 3), ERR_UNKNOWN);
	assert_int_equal(error_prefix(&e, ERR_UNKNOWN, "%s: ", "file"), ERR_UNKNOWN);
	assert_string_equal(e.text, "file: line 3: no such name");
	/* Also where nobody wants the words: out of memory is no mistake in a text. */
	for (int i = 0; i < ERR__MAX; i++)
		assert_int_equal(error_prefix(NULL, (enum err)i, "line %d: ", 3), i);
}

/* A text of n bytes 'x' and then `tail`. */
static const char *
fill(char *out, size_t n, const char *tail)
{
	memset(out, 'x', n);
	strcpy(out + n, tail);
	return out;
}

static void
texts_are_cut_at_a_character(void **state)
{
	static const struct {
		size_t filled;
		const char *tail;
		size_t kept; /* of the tail, in bytes */
	} rows[] = {
	    {ROOM - 2, "y", 1},
	    {ROOM - 1, "y", 0},
	    {ROOM, "y", 0},
	    /* What fits as it is stays as it is. */
	    {ROOM - 3, "\xc3\xa4", 2},
	    {ROOM - 4, "\xe2\x82\xac", 3},
	    {ROOM - 5, "\xf0\x9f\x98\x80", 4},
	    {ROOM - 3, "\xc3\xa4\xc3\xa4", 2},
	    {ROOM - 4,
		"\xe2\x82\xac"
		"abc",
		3},
	    /* What is cut goes as a whole. */
	    {ROOM - 2, "\xc3\xa4", 0},
	    {ROOM - 2, "\xe2\x82\xac", 0},
	    {ROOM - 3, "\xe2\x82\xac", 0},
	    {ROOM - 2, "\xf0\x9f\x98\x80", 0},
	    {ROOM - 3, "\xf0\x9f\x98\x80", 0},
	    {ROOM - 4, "\xf0\x9f\x98\x80", 0},
	    {ROOM - 4, "\xc3\xa4\xc3\xa4", 2},
	    {ROOM - 6, "\xf0\x9f\x98\x80\xc3\xa4", 4},
	};
	char text[ROOM * 2], want[ROOM * 2];

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		size_t n =
		    rows[i].filled < ROOM - 1 ? rows[i].filled + rows[i].kept : ROOM - 1;
		struct error e = {0};

		fill(text, rows[i].filled, rows[i].tail);
		memcpy(want, text, n);
		want[n] = '\0';
		(void)error_set(&e, ERR_INPUT, "%s", text);
		assert_string_equal(e.text, want);
		/* The same if the text comes there by being moved. */
		(void)error_set(&e, ERR_INPUT, "%s", text + 1);
		(void)error_prefix(&e, ERR_INPUT, "x");
		assert_string_equal(e.text, want);
	}
}

static void
bytes_that_are_no_characters_harm_nothing(void **state)
{
	char text[ROOM * 2];
	struct error e = {0};

	(void)state;
	memset(text, '\x80', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	(void)error_set(&e, ERR_INPUT, "%s", text);
	assert_true(strlen(e.text) < ROOM);
	(void)error_prefix(&e, ERR_INPUT, "%s", text);
	assert_true(strlen(e.text) < ROOM);
}

static void
a_place_may_fill_the_room(void **state)
{
	char text[ROOM * 2];
	struct error e = {0};

	(void)state;
	(void)error_set(&e, ERR_IO, "why");
	assert_int_equal(error_prefix(&e, ERR_IO, "%s", fill(text, ROOM - 1, "")), ERR_IO);
	assert_int_equal(strlen(e.text), ROOM - 1);
	(void)error_set(&e, ERR_IO, "why");
	(void)error_prefix(&e, ERR_IO, "%s", fill(text, ROOM + 100, ""));
	assert_int_equal(strlen(e.text), ROOM - 1);
	(void)error_set(&e, ERR_IO, "why");
	(void)error_prefix(&e, ERR_IO, "%s", fill(text, ROOM - 3, ""));
	assert_string_equal(e.text + ROOM - 3, "wh");
}

static void
every_code_has_a_text(void **state)
{
	(void)state;
	for (int i = 0; i < ERR__MAX; i++) {
		assert_true(strlen(err_text((enum err)i)) > 3);
		for (int k = 0; k < i; k++)
			assert_string_not_equal(
			    err_text((enum err)i), err_text((enum err)k));
	}
	assert_string_equal(err_text(ERR_MEMORY), "out of memory");
	assert_string_equal(err_text(ERR__MAX), "unknown error");
	assert_string_equal(err_text((enum err) - 1), "unknown error");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_code_comes_back),
	    cmocka_unit_test(places_come_before),
	    cmocka_unit_test(texts_are_cut_at_a_character),
	    cmocka_unit_test(bytes_that_are_no_characters_harm_nothing),
	    cmocka_unit_test(a_place_may_fill_the_room),
	    cmocka_unit_test(every_code_has_a_text),
	};

	return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}
