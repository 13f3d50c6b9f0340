/* A host without GEOS: polygons that need none are compared, others are null for the
 * moment. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dlfcn.h>
#include <string.h>
#include <cmocka.h>

#include "matrix/matrix.h"
#include "cases.h"
#include "arena_fixture.h"

/* In place of the C library's. */
void *
dlopen(const char *file, int flags)
{
	(void)file;
	(void)flags;
	return NULL;
}

#define POLYGON(points)                                                                    \
	"[{\"from_name\":\"p\",\"type\":\"polygon\",\"value\":{\"points\":" points "}}]"
#define SQUARE POLYGON("[[0,0],[10,0],[10,10],[0,10]]")
#define HALF POLYGON("[[0,0],[5,0],[5,10],[0,10]]")
#define BOW_TIE POLYGON("[[0,0],[10,10],[10,0],[0,10]]")

static char warned[1000];

static void
warn(void *context, const struct matrix_warning *w)
{
	(void)context;
	strncat(warned, w->text, sizeof(warned) - strlen(warned) - 1);
}

static void
compute(const char *x, const char *y, struct matrix *m)
{
	const struct store_dimension row = {.id = 4,
	    .control_tag = STR("p"),
	    .metric_type = STR("polygon_iou"),
	    .weight = 1.0,
	    .is_active = true,
	    .is_present = true};
	const struct matrix_options o = {.warn = warn};
	struct result results[2];
	struct matrix_side sides[2] = {
	    {.result = &results[0], .id = 17}, {.result = &results[1], .id = 18}};
	struct dimension d;

	warned[0] = '\0';
	assert_int_equal(result_read(a, case_json(a, str_of(x)), &results[0], &e), ERR_OK);
	assert_int_equal(result_read(a, case_json(a, str_of(y)), &results[1], &e), ERR_OK);
	assert_int_equal(dimension_init(a, &row, &d), ERR_OK);
	assert_int_equal(matrix_compute(a, sides, 2, &d, 1, &o, m, &e), ERR_OK);
}

static void
what_needs_none_is_compared(void **state)
{
	struct matrix m;

	(void)state;
	compute(SQUARE, HALF, &m);
	assert_true(m.cells[1] == 0.5 && m.cells[2] == 0.5);
	assert_false(m.incomplete);
	assert_string_equal(warned, "");
}

static void
what_needs_it_is_null_and_told_of(void **state)
{
	struct matrix m;

	(void)state;
	for (int turned = 0; turned < 2; turned++) {
		compute(turned ? BOW_TIE : SQUARE, turned ? SQUARE : BOW_TIE, &m);
		assert_true(m.cells[1] != m.cells[1]);
		assert_true(m.incomplete);
		assert_int_equal(strncmp(warned, "dimension 4: libgeos_c", 22), 0);
		assert_non_null(strstr(warned, "cannot be loaded"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		what_needs_none_is_compared, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		what_needs_it_is_null_and_told_of, arena_set_up, arena_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
