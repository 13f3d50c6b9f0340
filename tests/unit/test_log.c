/* lib/base/log: one message is one line on standard error, or none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/log.h"

static char caught[8192];

/* Where standard error went before, and the file that has it now. */
static int kept;
static FILE *file;

static void
catch_begin(void)
{
	fflush(stderr);
	file = tmpfile();
	assert_non_null(file);
	kept = dup(STDERR_FILENO);
	assert_true(kept >= 0);
	assert_true(dup2(fileno(file), STDERR_FILENO) >= 0);
}

/* What was written since; nothing is checked before standard error is back. */
static const char *
catch_end(void)
{
	size_t n;

	dup2(kept, STDERR_FILENO);
	close(kept);
	rewind(file);
	n = fread(caught, 1, sizeof(caught) - 1, file);
	caught[n] = '\0';
	fclose(file);
	return caught;
}

static void
a_message_is_a_line(void **state)
{
	(void)state;
	catch_begin();
	log_error("%d of %s", 3, "them");
	log_warning("%s", "");
	assert_string_equal(catch_end(),
	    "agreement-matrix: error: 3 of them\n"
	    "agreement-matrix: warning: \n");
}

static void
levels_above_the_threshold_are_dropped(void **state)
{
	static const char *const want[LOG_LEVEL__MAX] = {
	    "agreement-matrix: error: e\n",
	    "agreement-matrix: error: e\nagreement-matrix: warning: w\n",
	    "agreement-matrix: error: e\nagreement-matrix: warning: w\nagreement-matrix: "
	    "info: i\n",
	    "agreement-matrix: error: e\nagreement-matrix: warning: w\nagreement-matrix: "
	    "info: i\n"
	    "agreement-matrix: debug: d\n",
	};

	(void)state;
	for (int level = 0; level < LOG_LEVEL__MAX; level++) {
		log_set_level((enum log_level)level);
		catch_begin();
		log_error("e");
		log_warning("w");
		log_info("i");
		log_debug("d");
		assert_string_equal(catch_end(), want[level]);
	}
	log_set_level(LOG_LEVEL_WARNING);
}

static void
nobody_can_forge_a_line(void **state)
{
	(void)state;
	catch_begin();
	log_error("a\nagreement-matrix: error: b\r\t\x1b[2J\x7f\x01\\x0a\xc3\xa4");
	assert_string_equal(catch_end(),
	    "agreement-matrix: error: a\\x0aagreement-matrix: error: "
	    "b\\x0d\\x09\\x1b[2J\\x7f\\x01"
	    "\\x0a\xc3\xa4\n");
}

static void
long_messages_are_cut_and_stay_a_line(void **state)
{
	static char text[5000];
	const char *line;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	catch_begin();
	log_error("%s", text);
	line = catch_end();
	assert_true(strlen(line) > 1000 && strlen(line) < 1400);
	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
	/* Each becomes four characters. */
	memset(text, '\n', sizeof(text) - 1);
	catch_begin();
	log_error("%s", text);
	line = catch_end();
	assert_true(strlen(line) > 1000 && strlen(line) < 1401);
	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
	assert_int_equal((strlen(line) - strlen("agreement-matrix: error: \n")) % 4, 0);
}

static void
names_are_those_of_the_levels(void **state)
{
	(void)state;
	assert_string_equal(log_level_names[LOG_LEVEL_ERROR], "error");
	assert_string_equal(log_level_names[LOG_LEVEL_WARNING], "warning");
	assert_string_equal(log_level_names[LOG_LEVEL_INFO], "info");
	assert_string_equal(log_level_names[LOG_LEVEL_DEBUG], "debug");
	assert_null(log_level_names[LOG_LEVEL__MAX]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_message_is_a_line),
	    cmocka_unit_test(levels_above_the_threshold_are_dropped),
	    cmocka_unit_test(nobody_can_forge_a_line),
	    cmocka_unit_test(long_messages_are_cut_and_stay_a_line),
	    cmocka_unit_test(names_are_those_of_the_levels),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
