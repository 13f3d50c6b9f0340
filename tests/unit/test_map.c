/* lib/base/map: keys are found at their places, forgotten last first, and need memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/map.h"
#include "arena_fixture.h"

#define MANY 20000

static struct str
key(int i)
{
	return str_of(arena_printf(a, "n%d", i));
}

static void
keys_have_places(void **state)
{
	struct map m = {0};
	size_t at = 7;

	(void)state;
	assert_false(map_find(&m, STR("a"), &at));
	assert_int_equal(at, 7);
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 100; i++)
			assert_int_equal(map_add(a, &m, key(i)), ERR_OK);
	assert_int_equal(map_add(a, &m, STR("")), ERR_OK);
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
	int64_t *ids = arena_calloc(a, MANY, sizeof(*ids));
	struct map m = {0};
	size_t at;

	(void)state;
	for (int i = 0; i < MANY; i++) {
		ids[i] = (int64_t)i << 32;
		assert_int_equal(
		    map_add(a, &m, (struct str){(const char *)&ids[i], sizeof(ids[i])}),
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

	(void)state;
	map_forget(&m, 0);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < MANY; i++)
			assert_int_equal(map_add(a, &m, key(i)), ERR_OK);
		map_forget(&m, MANY);
		assert_int_equal(m.n, MANY);
		map_forget(&m, (size_t)round * 100);
		assert_int_equal(m.n, round * 100);
		for (int i = 0; i < MANY; i++) {
			assert_int_equal(map_find(&m, key(i), &at), i < round * 100);
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

	(void)state;
	while (i < MANY && map_add(small, &m, key(i)) == ERR_OK)
		i++;
	assert_true(i >= 8 && i < MANY);
	/* It is as it was. */
	assert_int_equal(m.n, i);
	for (int k = 0; k <= i; k++)
		assert_int_equal(map_find(&m, key(k), NULL), k < i);
	arena_free(small);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		keys_have_places, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(keys_are_bytes, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		keys_are_forgotten, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(memory_may_end, arena_set_up, arena_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
