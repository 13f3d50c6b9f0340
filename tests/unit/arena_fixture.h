/*
 * An arena and an error for each test. Included last, because inline functions of other
 * headers have parameters of these names.
 */
#ifndef ARENA_FIXTURE_H
#define ARENA_FIXTURE_H

#include "base/arena.h"
#include "base/error.h"

/* Of the test that runs: the arena is freed after it, the error is empty before it. */
extern struct arena *a;
extern struct error e;

/* For cmocka_unit_test_setup_teardown(); a test with more to set up calls them. */
int arena_set_up(void **state);
int arena_tear_down(void **state);

#endif
