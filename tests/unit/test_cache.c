/*
 * The cache: finding, replacing, age, and its bound.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/cache.h"

static struct cache_key
key(uint64_t n)
{
	return (struct cache_key){n * 0x9e3779b97f4a7c15u, n};
}

static void
put_text(struct cache *c, uint64_t n, const char *text)
{
	cache_put(c, key(n), str_of(text));
}

static void
assert_text(struct cache *c, uint64_t n, const char *text)
{
	struct str s;

	assert_true(cache_get(c, key(n), &s));
	assert_int_equal(s.n, strlen(text));
	assert_memory_equal(s.s, text, s.n);
}

static void
what_was_put_is_found(void **state)
{
	struct cache *c = cache_new(1 << 20);
	struct str untouched = STR("untouched");

	(void)state;
	assert_false(cache_get(c, key(1), &untouched));
	assert_string_equal(untouched.s, "untouched");
	put_text(c, 1, "one");
	put_text(c, 2, "");
	assert_text(c, 1, "one");
	assert_text(c, 2, "");
	assert_false(cache_get(c, key(3), &untouched));
	cache_free(c);
}

static void
keys_differ_in_either_half(void **state)
{
	struct cache *c = cache_new(1 << 20);
	struct str s;

	(void)state;
	cache_put(c, (struct cache_key){1, 2}, STR("x"));
	assert_false(cache_get(c, (struct cache_key){1, 3}, &s));
	assert_false(cache_get(c, (struct cache_key){0, 2}, &s));
	assert_true(cache_get(c, (struct cache_key){1, 2}, &s));
	cache_free(c);
}

static void
a_key_is_replaced(void **state)
{
	struct cache *c = cache_new(1 << 20);
	size_t before;

	(void)state;
	put_text(c, 1, "old");
	before = cache_bytes(c);
	put_text(c, 1, "new");
	assert_text(c, 1, "new");
	assert_int_equal(cache_count(c), 1);
	assert_int_equal(cache_bytes(c), before);
	cache_free(c);
}

static void
the_oldest_goes_first(void **state)
{
	struct cache *c = cache_new(4096);
	char text[256];
	struct str s;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (uint64_t n = 0; n < 100; n++) {
		put_text(c, n, text);
		assert_text(c, 0, text);
		assert_true(cache_bytes(c) <= 4096);
	}
	assert_false(cache_get(c, key(1), &s));
	assert_text(c, 99, text);
	cache_free(c);
}

static void
thousands_stay_within_the_bound(void **state)
{
	struct cache *c = cache_new(1 << 20);
	char text[32];

	(void)state;
	for (uint64_t n = 0; n < 100000; n++) {
		snprintf(text, sizeof(text), "%d", (int)n);
		put_text(c, n, text);
		assert_true(cache_bytes(c) <= 1 << 20);
		assert_text(c, n, text);
	}
	assert_true(cache_count(c) > 1000);
	assert_text(c, 99999, "99999");
	assert_text(c, 99000, "99000");
	cache_free(c);
}

static void
what_is_too_large_is_not_kept(void **state)
{
	struct cache *c = cache_new(1000), *none = cache_new(0);
	struct str s;

	(void)state;
	put_text(c, 1, "old");
	cache_put(c, key(1), (struct str){(const char[300]){0}, 300});
	assert_false(cache_get(c, key(1), &s));
	put_text(none, 1, "x");
	assert_false(cache_get(none, key(1), &s));
	cache_free(c);
	cache_free(none);
	cache_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_put_is_found),
	    cmocka_unit_test(keys_differ_in_either_half),
	    cmocka_unit_test(a_key_is_replaced),
	    cmocka_unit_test(the_oldest_goes_first),
	    cmocka_unit_test(thousands_stay_within_the_bound),
	    cmocka_unit_test(what_is_too_large_is_not_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
