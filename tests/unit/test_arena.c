/* lib/base/arena: alignment, limits, marks, what is kept and what is cleaned up, in which
 * order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/array.h"
#include "reference/dice.h"

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

static struct dice dice = {1};

static void
everything_is_aligned_and_apart(void **state)
{
	enum { N = 3000 };
	static unsigned char *p[N];
	static size_t size[N];
	struct arena *a = *state;

	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < N; i++) {
			size[i] = i % 500 == 0 ? dice_below(&dice, 3000000)
					       : dice_below(&dice, 300);
			p[i] = arena_alloc(a, size[i]);
			assert_non_null(p[i]);
			assert_int_equal((uintptr_t)p[i] % alignof(max_align_t), 0);
			memset(p[i], i & 255, size[i]);
		}
		for (int i = 0; i < N; i++)
			for (size_t k = 0; k < size[i];
			    k += k + 1 < size[i] ? 1 + size[i] / 7 : 1)
				assert_int_equal(p[i][k], i & 255);
		arena_reset(a);
	}
}

static void
no_bytes_are_a_pointer_too(void **state)
{
	struct arena *a = *state;

	assert_non_null(arena_alloc(a, 0));
	assert_non_null(arena_calloc(a, 0, 8));
	assert_non_null(arena_calloc(a, 8, 0));
	/* Also where a block is full to the last byte. */
	while (arena_held(a) < 40000)
		assert_non_null(arena_alloc(a, 16));
	assert_non_null(arena_alloc(a, 0));
}

static void
huge_sizes_fail_and_harm_nothing(void **state)
{
	static const size_t sizes[] = {
	    SIZE_MAX,
	    SIZE_MAX - 1,
	    SIZE_MAX - 15,
	    SIZE_MAX - 16,
	    SIZE_MAX / 2 + 1,
	};
	struct arena *a = *state;
	char *p = arena_alloc(a, 4);

	strcpy(p, "abc");
	for (size_t i = 0; i < N_OF(sizes); i++) {
		assert_null(arena_alloc(a, sizes[i]));
		assert_null(arena_calloc(a, 1, sizes[i]));
	}
	assert_null(arena_calloc(a, SIZE_MAX, 2));
	assert_null(arena_calloc(a, 2, SIZE_MAX));
	assert_null(arena_calloc(a, SIZE_MAX / 2 + 2, 2));
	assert_null(
	    arena_calloc(a, (size_t)1 << (sizeof(size_t) * 8 - 31), (size_t)1 << 31));
	assert_string_equal(p, "abc");
	assert_non_null(arena_alloc(a, 1000));
}

static void
cleared_is_cleared(void **state)
{
	struct arena *a = *state;

	for (int i = 0; i < 3; i++) {
		unsigned char *p = arena_calloc(a, 100, 50);

		assert_non_null(p);
		for (int k = 0; k < 5000; k++)
			assert_int_equal(p[k], 0);
		memset(p, 0xff, 5000);
		arena_reset(a);
	}
}

static void
a_limit_counts_what_is_handed_out(void **state)
{
	struct arena *a = arena_new(1024);

	(void)state;
	assert_non_null(a);
	assert_null(arena_alloc(a, 1025));
	assert_non_null(arena_alloc(a, 512));
	assert_null(arena_alloc(a, 513));
	assert_non_null(arena_alloc(a, 505)); /* takes 512 */
	assert_null(arena_alloc(a, 1));
	assert_non_null(arena_alloc(a, 0));
	assert_null(arena_str(a, STR("x")).s);
	assert_null(arena_printf(a, "%d", 1));
	arena_reset(a);
	assert_non_null(arena_alloc(a, 1024));
	assert_null(arena_alloc(a, 1));
	arena_reset(a);
	for (int i = 0; i < 1000; i++) {
		struct arena_mark mark = arena_mark(a);

		assert_non_null(arena_alloc(a, 1000));
		arena_rewind(a, mark);
	}
	assert_non_null(arena_alloc(a, 1024));
	arena_free(a);
}

static void
texts_are_copied(void **state)
{
	struct arena *a = *state;
	char text[] = "abc";
	struct str s = arena_str(a, str_of(text)), nul = arena_str(a, STR("a\0b"));
	char *p;

	text[0] = 'x';
	assert_string_equal(s.s, "abc");
	assert_int_equal(s.n, 3);
	assert_int_equal(nul.n, 3);
	assert_memory_equal(nul.s, "a\0b\0", 4);
	s = arena_str(a, (struct str){0});
	assert_int_equal(s.n, 0);
	assert_string_equal(s.s, "");
	p = arena_printf(a, "%s-%d", "a", 3);
	assert_string_equal(p, "a-3");
	assert_string_equal(arena_printf(a, "%s", ""), "");
	p = arena_printf(a, "%0100000d", 1);
	assert_int_equal(strlen(p), 100000);
}

/* Clean-ups write their letter here. */
static char cleaned[64];

static void
clean(void *what)
{
	size_t n = strlen(cleaned);

	assert_true(n + 2 < sizeof(cleaned));
	cleaned[n] = *(const char *)what;
	cleaned[n + 1] = '\0';
}

static char letters[] = "abcdefgh";

static void
clean_ups_run_last_first_and_once(void **state)
{
	struct arena *a = arena_new(0);

	(void)state;
	assert_non_null(a);
	cleaned[0] = '\0';
	for (int i = 0; i < 3; i++)
		assert_true(arena_defer(a, clean, &letters[i]));
	assert_string_equal(cleaned, "");
	arena_reset(a);
	assert_string_equal(cleaned, "cba");
	arena_reset(a);
	assert_string_equal(cleaned, "cba");
	assert_true(arena_defer(a, clean, &letters[3]));
	arena_free(a);
	assert_string_equal(cleaned, "cbad");
	arena_free(NULL);
}

static void
what_cannot_be_deferred_is_cleaned_at_once(void **state)
{
	struct arena *a = arena_new(16);

	(void)state;
	assert_non_null(a);
	cleaned[0] = '\0';
	assert_non_null(arena_alloc(a, 16));
	assert_false(arena_defer(a, clean, &letters[0]));
	assert_string_equal(cleaned, "a");
	arena_free(a);
	assert_string_equal(cleaned, "a");
}

static void
a_mark_brings_back_what_was(void **state)
{
	struct arena *a = *state;
	char *before = arena_printf(a, "before"), *first, *second;
	struct arena_mark outer, inner;

	cleaned[0] = '\0';
	assert_true(arena_defer(a, clean, &letters[0]));
	outer = arena_mark(a);
	first = arena_alloc(a, 64);
	assert_true(arena_defer(a, clean, &letters[1]));
	inner = arena_mark(a);
	assert_true(arena_defer(a, clean, &letters[2]));
	assert_true(arena_defer(a, clean, &letters[3]));
	assert_non_null(arena_alloc(a, 5000000));
	arena_rewind(a, inner);
	assert_string_equal(cleaned, "dc");
	arena_rewind(a, inner);
	assert_string_equal(cleaned, "dc");
	arena_rewind(a, outer);
	assert_string_equal(cleaned, "dcb");
	second = arena_alloc(a, 64);
	assert_ptr_equal(first, second);
	assert_string_equal(before, "before");
	arena_reset(a);
	assert_string_equal(cleaned, "dcba");
}

static void
a_mark_of_an_empty_arena_works(void **state)
{
	struct arena *a = *state;
	struct arena_mark mark = arena_mark(a);
	void *first;

	arena_rewind(a, mark);
	first = arena_alloc(a, 100);
	assert_non_null(arena_alloc(a, 3000000));
	arena_rewind(a, mark);
	assert_ptr_equal(arena_alloc(a, 100), first);
	arena_rewind(a, mark);
	assert_ptr_equal(arena_alloc(a, 100), first);
}

/* Scratch memory that is given back each time does not pile up, whatever its size. */
static void
rewinding_takes_no_more_memory(void **state)
{
	struct arena *a = *state;
	size_t held = 0;

	assert_non_null(arena_alloc(a, 1000));
	for (int i = 0; i < 200; i++) {
		struct arena_mark mark = arena_mark(a);

		for (size_t size = 100; size < 4000000; size *= 7)
			assert_non_null(arena_alloc(a, size));
		arena_rewind(a, mark);
		if (i == 3)
			held = arena_held(a);
	}
	assert_true(held > 0);
	assert_int_equal(arena_held(a), held);
}

/* What lies before the mark stays as it is while what lies behind is written again and
 * again. */
static void
blocks_are_used_again_without_harm(void **state)
{
	enum { N = 40 };
	struct arena *a = *state;
	struct arena_mark marks[N];
	unsigned char *p[N];
	size_t size[N];

	for (int round = 0; round < 200; round++) {
		int n = 0;

		for (int step = 0; step < 200; step++) {
			if (n > 0 && (n == N || dice_below(&dice, 3) == 0)) {
				int to = (int)dice_below(&dice, (uint32_t)n);

				arena_rewind(a, marks[to]);
				n = to;
				continue;
			}
			marks[n] = arena_mark(a);
			size[n] = dice_below(&dice, 4) == 0 ? dice_below(&dice, 200000)
							    : dice_below(&dice, 2000);
			p[n] = arena_alloc(a, size[n]);
			assert_non_null(p[n]);
			memset(p[n], n, size[n]);
			n++;
			for (int i = 0; i < n; i++)
				if (size[i] > 0) {
					assert_int_equal(p[i][0], i);
					assert_int_equal(p[i][size[i] - 1], i);
				}
		}
		arena_reset(a);
	}
}

static void
a_reset_keeps_a_little(void **state)
{
	struct arena *a = *state;
	size_t held;

	assert_int_equal(arena_held(a), 0);
	for (int i = 0; i < 1000; i++)
		assert_non_null(arena_alloc(a, 50000));
	assert_true(arena_held(a) >= 50000000);
	arena_reset(a);
	held = arena_held(a);
	assert_true(held > 0 && held <= (size_t)4 << 20);
	for (int i = 0; i < 40; i++)
		assert_non_null(arena_alloc(a, 50000));
	assert_int_equal(arena_held(a), held);
	arena_reset(a);
	/* A first block that is too large is not kept. */
	struct arena *b = arena_new(0);

	assert_non_null(b);
	assert_non_null(arena_alloc(b, 5000000));
	arena_reset(b);
	assert_int_equal(arena_held(b), 0);
	assert_non_null(arena_alloc(b, 10));
	arena_free(b);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(everything_is_aligned_and_apart),
	    TEST(no_bytes_are_a_pointer_too),
	    TEST(huge_sizes_fail_and_harm_nothing),
	    TEST(cleared_is_cleared),
	    cmocka_unit_test(a_limit_counts_what_is_handed_out),
	    TEST(texts_are_copied),
	    cmocka_unit_test(clean_ups_run_last_first_and_once),
	    cmocka_unit_test(what_cannot_be_deferred_is_cleaned_at_once),
	    TEST(a_mark_brings_back_what_was),
	    TEST(a_mark_of_an_empty_arena_works),
	    TEST(rewinding_takes_no_more_memory),
	    TEST(blocks_are_used_again_without_harm),
	    TEST(a_reset_keeps_a_little),
	};

	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
