/* Paths and patterns of nobody's service. What routes do with them: test_http_route. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/array.h"
#include "http/pattern.h"

static const struct pattern_name names[] = {
    {STR_INIT("{owner}"), false}, {STR_INIT("{pet}"), false}, {STR_INIT("{name}"), true}};

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
		struct pattern_value v[N_OF(names)] = {{.id = 77}, {.id = 77}};

		if (!pattern_fits(
			rows[i].pattern, str_of(rows[i].path), N_OF(names), names, v))
			fail_msg("%s does not fit %s", rows[i].path, rows[i].pattern);
		assert_true(v[0].id == rows[i].id[0] && v[1].id == rows[i].id[1]);
		assert_null(v[2].text.s);
	}
}

static void
texts_fit_any_segment(void **state)
{
	static const struct {
		const char *path, *text; /* NULL: does not fit */
	} rows[] = {
	    {"/owners/7/called/Rex", "Rex"},
	    {"/owners/7/called/17/", "17"},
	    {"/owners/7/called/a b%2Fc", "a b%2Fc"},
	    {"/owners/7/called/\xd9\xa1", "\xd9\xa1"},
	    {"/owners/7/called/", NULL},
	    {"/owners/7/called", NULL},
	    {"/owners/7/called/a/b", "a/b"},
	    {"/owners/7/called//b", NULL},
	    {"/owners/7/called/a//b", NULL},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct pattern_value v[N_OF(names)];
		bool fits = pattern_fits("/owners/{owner}/called/{name}",
		    str_of(rows[i].path), N_OF(names), names, v);

		assert_int_equal(fits, rows[i].text != NULL);
		if (fits)
			assert_true(v[0].id == 7 && str_is(v[2].text, rows[i].text));
	}
	struct pattern_value v[N_OF(names)];

	assert_true(pattern_fits(
	    "/called/{name}/age", str_of("/called/age/age/b/age/"), N_OF(names), names, v));
	assert_true(str_is(v[2].text, "age/age/b"));
	assert_false(pattern_fits(
	    "/called/{name}/age", str_of("/called/age"), N_OF(names), names, v));
}

static void
what_does_not_fit(void **state)
{
	static const char *const paths[] = {"", "/", "owners/7/pets", "/owners/7",
	    "/owners/7/pets//", "/owners/7/pets/8", "/owners/7/pet", "/owners/7/petss",
	    "/owners//pets", "/owners/-7/pets", "/owners/+7/pets", "/owners/7.0/pets",
	    "/owners/ 7/pets", "/owners/0x7/pets", "/owners/{owner}/pets", "/Owners/7/pets",
	    "//owners/7/pets", "/owners/7%2Fpets", "/owners/\xd9\xa1/pets"};
	struct pattern_value v[N_OF(names)];

	(void)state;
	for (size_t i = 0; i < N_OF(paths); i++)
		if (pattern_fits(
			"/owners/{owner}/pets", str_of(paths[i]), N_OF(names), names, v))
			fail_msg("%s fits", paths[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_fits_gives_its_numbers),
	    cmocka_unit_test(texts_fit_any_segment),
	    cmocka_unit_test(what_does_not_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
