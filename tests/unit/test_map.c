/* lib/base/map: keys are found at their places, forgotten last first, and need memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/map.h"

#define MANY 20000

static int
set_up(void **state)
{
	*state = arena_new(0);
	return *state == NULL;
}

static int
tear_down(void **state)
{
	arena_free(*state);
	return 0;
}

static struct str
key(struct arena *a, int i)
{
	return str_of(arena_printf(a, "n%d", i));
}

static void
keys_have_places(void **state)
{
	struct map m = {0};
	size_t at = 7;

	assert_false(map_find(&m, STR("a"), &at));
	assert_int_equal(at, 7);
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 100; i++)
			assert_int_equal(map_add(*state, &m, key(*state, i)), ERR_OK);
	assert_int_equal(map_add(*state, &m, STR("")), ERR_OK);
	assert_int_equal(m.n, 101);
	assert_true(map_find(&m, STR("n42"), &at));
	assert_int_equal(at, 42);
	assert_true(map_find(&m, STR(""), NULL));
	assert_false(map_find(&m, STR("n100"), NULL));
}

/* Keys are bytes: numbers as they lie in memory, zeros too. */
static void
keys_are_bytes(void **state)
{
	int64_t *ids = arena_calloc(*state, MANY, sizeof(*ids));
	struct map m = {0};
	size_t at;

	for (int i = 0; i < MANY; i++) {
		ids[i] = (int64_t)i << 32;
		assert_int_equal(map_add(*state, &m,
				     (struct str){(const char *)&ids[i], sizeof(ids[i])}),
		    ERR_OK);
	}
	assert_int_equal(m.n, MANY);
	for (int i = 0; i < MANY; i++) {
		int64_t id = (int64_t)i << 32;

		assert_true(map_find(&m, (struct str){(const char *)&id, sizeof(id)}, &at));
		assert_int_equal(at, i);
	}
	assert_false(map_find(&m, (struct str){(const char *)ids, 7}, NULL));
}

static void
keys_are_forgotten(void **state)
{
	struct map m = {0};
	size_t at;

	map_forget(&m, 0);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < MANY; i++)
			assert_int_equal(map_add(*state, &m, key(*state, i)), ERR_OK);
		map_forget(&m, MANY);
		assert_int_equal(m.n, MANY);
		map_forget(&m, (size_t)round * 100);
		assert_int_equal(m.n, round * 100);
		for (int i = 0; i < MANY; i++) {
			assert_int_equal(
			    map_find(&m, key(*state, i), &at), i < round * 100);
			if (i < round * 100)
				assert_int_equal(at, i);
		}
	}
}

static void
memory_may_end(void **state)
{
	struct arena *small = arena_new(2000);
	struct map m = {0};
	int i = 0;

	while (i < MANY && map_add(small, &m, key(*state, i)) == ERR_OK)
		i++;
	assert_true(i >= 8 && i < MANY);
	/* It is as it was. */
	assert_int_equal(m.n, i);
	for (int k = 0; k <= i; k++)
		assert_int_equal(map_find(&m, key(*state, k), NULL), k < i);
	arena_free(small);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(keys_have_places, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(keys_are_bytes, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(keys_are_forgotten, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(memory_may_end, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
