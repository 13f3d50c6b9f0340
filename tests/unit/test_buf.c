/* lib/base/buf: growing, limits, failures that stick, starting again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"

static void
assert_text(const struct buf *b, const char *text)
{
	assert_false(buf_failed(b));
	assert_true(str_is(buf_text(b), text));
	assert_non_null(b->s);
	assert_string_equal(b->s, text);
}

static void
a_new_one_is_empty(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	assert_false(buf_failed(&b));
	assert_int_equal(buf_text(&b).n, 0);
	assert_non_null(buf_text(&b).s);
	buf_clear(&b);
	buf_free(&b);
	assert_null(b.s);
}

static void
everything_is_appended(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	buf_puts(&b, "");
	buf_str(&b, (struct str){0});
	buf_put(&b, NULL, 0);
	assert_text(&b, "");
	buf_puts(&b, "a");
	buf_char(&b, 'b');
	buf_str(&b, STR("cd"));
	buf_put(&b, "efg", 2);
	buf_printf(&b, "%d%s", 12, "x");
	buf_printf(&b, "%s", "");
	assert_text(&b, "abcdef12x");
	buf_char(&b, '\0');
	assert_int_equal(b.n, 10);
	assert_memory_equal(b.s, "abcdef12x\0", 11);
	buf_free(&b);
}

static void
it_grows(void **state)
{
	static char block[1000];
	struct buf b = BUF_INIT;

	(void)state;
	memset(block, 'z', sizeof(block));
	for (size_t n = 0; n < 600; n++) {
		assert_int_equal(b.n, n);
		buf_char(&b, (char)('a' + n % 26));
		assert_int_equal(b.s[n + 1], '\0');
	}
	for (size_t n = 0; n < 600; n++)
		assert_int_equal(b.s[n], 'a' + n % 26);
	for (int i = 0; i < 1000; i++)
		buf_put(&b, block, sizeof(block));
	assert_false(buf_failed(&b));
	assert_int_equal(b.n, 1000600);
	assert_int_equal(b.s[1000599], 'z');
	buf_printf(&b, "%0500d", 0);
	assert_int_equal(b.n, 1001100);
	buf_free(&b);
}

static void
a_limit_is_kept_to_the_byte(void **state)
{
	struct buf b = {.limit = 4};

	(void)state;
	buf_puts(&b, "abc");
	buf_char(&b, 'd');
	assert_text(&b, "abcd");
	buf_put(&b, "", 0);
	assert_text(&b, "abcd");
	buf_char(&b, 'e');
	assert_true(buf_failed(&b));
	assert_true(str_is(buf_text(&b), "abcd"));
	/* The failure sticks, even for what would fit. */
	buf_put(&b, "", 0);
	buf_puts(&b, "");
	buf_printf(&b, "%s", "");
	assert_true(buf_failed(&b));
	assert_int_equal(b.n, 4);

	buf_clear(&b);
	assert_text(&b, "");
	buf_printf(&b, "%d", 12345);
	assert_true(buf_failed(&b));
	assert_int_equal(buf_text(&b).n, 0);
	buf_clear(&b);
	buf_printf(&b, "%d", 1234);
	assert_text(&b, "1234");
	buf_free(&b);
	assert_int_equal(b.limit, 4);
	buf_puts(&b, "abcde");
	assert_true(buf_failed(&b));
	buf_free(&b);
}

static void
an_impossible_size_fails(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	buf_puts(&b, "abc");
	buf_put(&b, "x", SIZE_MAX);
	assert_true(buf_failed(&b));
	buf_clear(&b);
	buf_put(&b, "x", SIZE_MAX / 2);
	assert_true(buf_failed(&b));
	assert_true(b.s[0] == '\0');
	buf_free(&b);
}

/* Whoever looks at the bytes, as strstr() does, must not see what was there before. */
static void
clearing_ends_the_text(void **state)
{
	struct buf b = BUF_INIT;
	size_t room;

	(void)state;
	buf_puts(&b, "a secret");
	room = b.room;
	buf_clear(&b);
	assert_text(&b, "");
	assert_int_equal(b.room, room);
	buf_char(&b, 'b');
	assert_text(&b, "b");
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_new_one_is_empty),
	    cmocka_unit_test(everything_is_appended),
	    cmocka_unit_test(it_grows),
	    cmocka_unit_test(a_limit_is_kept_to_the_byte),
	    cmocka_unit_test(an_impossible_size_fails),
	    cmocka_unit_test(clearing_ends_the_text),
	};

	return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
