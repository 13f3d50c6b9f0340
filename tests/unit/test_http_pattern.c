/* Paths and patterns of nobody's service. What routes do with them: test_http_route. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/array.h"
#include "http/pattern.h"

static const struct str names[] = {STR_INIT("{owner}"), STR_INIT("{pet}")};

static void
what_fits_gives_its_numbers(void **state)
{
	static const struct {
		const char *pattern, *path;
		int64_t id[2];
	} rows[] = {
	    {"/owners", "/owners", {0, 0}}, {"/owners", "/owners/", {0, 0}},
	    {"/owners/{owner}", "/owners/7", {7, 0}},
	    {"/owners/{owner}/pets/{pet}", "/owners/7/pets/0", {7, 0}},
	    {"/pets/{pet}/of/{owner}", "/pets/1/of/2", {2, 1}}, {"/{pet}", "/007", {0, 7}},
	    {"/{pet}", "/9223372036854775807", {0, INT64_MAX}},
	    {"/{pet}", "/9223372036854775808", {0, INT64_MAX}},
	    {"/{other}", "/{other}", {0, 0}}, /* no name: itself */
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		int64_t id[2] = {77, 77};

		if (!pattern_fits(
			rows[i].pattern, str_of(rows[i].path), N_OF(names), names, id))
			fail_msg("%s does not fit %s", rows[i].path, rows[i].pattern);
		assert_memory_equal(id, rows[i].id, sizeof(id));
	}
}

static void
what_does_not_fit(void **state)
{
	static const char *const paths[] = {"", "/", "owners/7/pets", "/owners/7",
	    "/owners/7/pets//", "/owners/7/pets/8", "/owners/7/pet", "/owners/7/petss",
	    "/owners//pets", "/owners/-7/pets", "/owners/+7/pets", "/owners/7.0/pets",
	    "/owners/ 7/pets", "/owners/0x7/pets", "/owners/{owner}/pets", "/Owners/7/pets",
	    "//owners/7/pets", "/owners/7%2Fpets", "/owners/\xd9\xa1/pets"};
	int64_t id[2];

	(void)state;
	for (size_t i = 0; i < N_OF(paths); i++)
		if (pattern_fits(
			"/owners/{owner}/pets", str_of(paths[i]), N_OF(names), names, id))
			fail_msg("%s fits", paths[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_fits_gives_its_numbers),
	    cmocka_unit_test(what_does_not_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
