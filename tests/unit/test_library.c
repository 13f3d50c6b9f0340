/* Libraries that are loaded when they are first needed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <config.h>

#include "base/array.h"
#include "base/library.h"
#include "base/log.h"

static const char *const names[] = {"cos", "sin"};
#define N N_OF(names)

static void
functions_are_found(void **state)
{
	union {
		double (*function)(double);
		void *found;
	} f[N] = {{NULL}};
	void *found[N] = {NULL};
	struct error e = {0};

	(void)state;
	assert_int_equal(library_load("libm.so.6", names, N, found, &e), ERR_OK);
	for (size_t i = 0; i < N; i++)
		f[i].found = found[i];
	assert_true(f[0].function(0.0) == 1.0 && f[1].function(0.0) == 0.0);
	/* What is there is not looked for again. */
	assert_int_equal(library_load("libnothing.so.1", names, N, found, &e), ERR_OK);
	assert_ptr_equal(f[0].found, found[0]);
}

static void
what_is_missing_is_named(void **state)
{
	static const char *const wrong[] = {"cos", "no_such_function"};
	void *found[N] = {NULL};
	struct error e = {0};

	(void)state;
	assert_int_equal(
	    library_load("libnothing.so.1", names, N, found, &e), ERR_UNAVAILABLE);
	assert_string_equal(e.text, "libnothing.so.1 cannot be loaded");
	assert_int_equal(library_load("libm.so.6", wrong, N, found, &e), ERR_UNAVAILABLE);
	assert_string_equal(e.text, "libm.so.6 has no no_such_function");
	assert_null(found[0]);
	assert_int_equal(
	    library_load("libnothing.so.1", names, N, found, NULL), ERR_UNAVAILABLE);
	/* Nothing of a failure is left. */
	assert_int_equal(library_load("libm.so.6", names, N, found, &e), ERR_OK);
}

/* The files that configure found are those that there are. */
static void
those_of_this_build_are_there(void **state)
{
	static const struct {
		const char *file, *function;
	} libraries[] = {{CURL_LIBRARY, "curl_easy_init"}, {GEOS_LIBRARY, "GEOS_init_r"}};
	struct error e = {0};

	(void)state;
	for (size_t i = 0; i < N_OF(libraries); i++) {
		void *found = NULL;

		if (library_load(
			libraries[i].file, &libraries[i].function, 1, &found, &e) != ERR_OK)
			fail_msg("%s", e.text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(functions_are_found),
	    cmocka_unit_test(what_is_missing_is_named),
	    cmocka_unit_test(those_of_this_build_are_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
