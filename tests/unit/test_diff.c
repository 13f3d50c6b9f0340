/* lib/metric/text/diff: runs that make both texts again, as few edits as can be, limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"
#include "metric/text/diff.h"
#include "../reference/dice.h"
#include "arena_fixture.h"

/* "=ab -c +d": the runs of a script. */
static const char *
show(const struct diff *d)
{
	static const char signs[] = {'=', '-', '+'};
	struct buf b = BUF_INIT;
	struct str text;

	for (uint32_t i = 0; i < d->n; i++)
		buf_printf(&b, "%s%c%.*s", i == 0 ? "" : "|", signs[d->runs[i].edit],
		    STR_ARG(d->runs[i].text));
	text = arena_str(a, buf_text(&b));
	buf_free(&b);
	return text.s;
}

static struct diff
compare(struct str x, struct str y)
{
	double work = DIFF_WORK;
	struct diff d;

	assert_int_equal(diff_texts(a, x, y, &work, &d), ERR_OK);
	assert_true(x.n + y.n == 0 || work < DIFF_WORK);
	return d;
}

static void
assert_diff(const char *x, const char *y, const char *expected)
{
	struct diff d = compare(str_of(x), str_of(y));

	assert_string_equal(show(&d), expected);
}

static void
short_texts_differ_by_characters(void **state)
{
	(void)state;
	assert_diff("", "", "");
	assert_diff("abc", "abc", "=abc");
	assert_diff("abc", "", "-abc");
	assert_diff("", "abc", "+abc");
	assert_diff("abc", "axc", "=a|-b|+x|=c");
	assert_diff("abc", "xyz", "-abc|+xyz");
	assert_diff("kitten", "sitting", "-k|+s|=itt|-e|+i|=n|+g");
	assert_diff("aaa", "aa", "=aa|-a");
	assert_diff("naïve", "naive", "=na|-ï|+i|=ve");
	assert_diff("日本語", "日木語", "=日|-本|+木|=語");
}

static struct str
repeated(const char *piece, int n, const char *end)
{
	struct buf b = BUF_INIT;
	struct str r;

	for (int i = 0; i < n; i++)
		buf_puts(&b, piece);
	buf_puts(&b, end);
	r = arena_str(a, buf_text(&b));
	buf_free(&b);
	return r;
}

static void
long_texts_differ_by_words(void **state)
{
	struct str before = repeated("word ", 1000, "the cat  sat");
	struct str after = repeated("word ", 1000, "the dog  sat");
	struct diff d = compare(before, after);

	(void)state;
	assert_true(d.by_words && !d.coarse);
	assert_int_equal(d.n, 4);
	assert_true(str_is(d.runs[1].text, "cat") && str_is(d.runs[2].text, "dog"));
	assert_true(str_is(d.runs[3].text, "  sat"));
	/* Scripts without spaces have words of one character. */
	d = compare(repeated("日本", 1000, "語"), repeated("日本", 1000, "人"));
	assert_true(d.by_words);
	assert_true(str_is(d.runs[1].text, "語") && str_is(d.runs[2].text, "人"));
}

static void
what_differs_too_much_is_one_run_of_each(void **state)
{
	struct buf x = BUF_INIT, y = BUF_INIT;
	struct diff d;
	double work = 0.0;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		buf_printf(&x, "x%d ", i);
		buf_printf(&y, "y%d ", i);
	}
	buf_puts(&x, "end");
	buf_puts(&y, "end");
	d = compare(arena_str(a, buf_text(&x)), arena_str(a, buf_text(&y)));
	assert_true(d.coarse && d.by_words);
	assert_int_equal(d.n, 3);
	assert_true(str_is(d.runs[2].text, " end"));
	/* Nothing is left of what it may cost. */
	assert_int_equal(diff_texts(a, STR("abc"), STR("abd"), &work, &d), ERR_OK);
	assert_true(d.coarse);
	assert_string_equal(show(&d), "-abc|+abd");
	buf_free(&x);
	buf_free(&y);
}

/* Tokens that two texts have in common, by dynamic programming. */
static unsigned
longest_common(struct str x, struct str y)
{
	unsigned table[32][32] = {{0}};

	for (size_t i = 1; i <= x.n; i++)
		for (size_t j = 1; j <= y.n; j++)
			table[i][j] = x.s[i - 1] == y.s[j - 1]	? table[i - 1][j - 1] + 1
			    : table[i - 1][j] > table[i][j - 1] ? table[i - 1][j]
								: table[i][j - 1];
	return table[x.n][y.n];
}

static struct str
random_text(struct dice *d)
{
	unsigned n = dice_below(d, 31);
	char *s = arena_alloc(a, n + 1);

	assert_non_null(s);
	for (unsigned i = 0; i < n; i++)
		s[i] = (char)('a' + dice_below(d, 3));
	return (struct str){s, n};
}

static void
assert_valid(struct str x, struct str y, const struct diff *d)
{
	size_t i = 0, j = 0;

	for (uint32_t k = 0; k < d->n; k++) {
		struct diff_run run = d->runs[k];

		assert_true(run.text.n > 0);
		assert_true(k == 0 || d->runs[k - 1].edit != run.edit);
		assert_false(
		    k > 0 && d->runs[k - 1].edit == DIFF_INSERT && run.edit == DIFF_DELETE);
		if (run.edit != DIFF_INSERT) {
			assert_memory_equal(x.s + i, run.text.s, run.text.n);
			i += run.text.n;
		}
		if (run.edit != DIFF_DELETE) {
			assert_memory_equal(y.s + j, run.text.s, run.text.n);
			j += run.text.n;
		}
	}
	assert_true(i == x.n && j == y.n);
}

static void
random_texts_have_shortest_scripts(void **state)
{
	struct dice dice = {5};

	(void)state;
	for (int n = 0; n < 3000; n++) {
		struct str x, y;
		struct diff d;
		size_t equal = 0;

		arena_reset(a);
		x = random_text(&dice);
		y = random_text(&dice);
		d = compare(x, y);
		assert_valid(x, y, &d);
		for (uint32_t k = 0; k < d.n; k++)
			equal += d.runs[k].edit == DIFF_EQUAL ? d.runs[k].text.n : 0;
		assert_int_equal(equal, longest_common(x, y));
		diff_swap(&d);
		assert_valid(y, x, &d);
	}
}

static void
a_small_arena_is_out_of_memory(void **state)
{
	bool done = false;

	(void)state;
	for (size_t limit = 16; !done; limit += 64) {
		struct arena *small = arena_new(limit);
		double work = DIFF_WORK;
		struct diff d = {.n = 77};
		enum err err = diff_texts(small, STR("kitten"), STR("sitting"), &work, &d);

		done = err == ERR_OK;
		assert_true(done ? d.n == 7 : err == ERR_MEMORY && d.n == 77);
		arena_free(small);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, arena_set_up, arena_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(short_texts_differ_by_characters),
	    TEST(long_texts_differ_by_words),
	    TEST(what_differs_too_much_is_one_run_of_each),
	    TEST(random_texts_have_shortest_scripts),
	    TEST(a_small_arena_is_out_of_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
