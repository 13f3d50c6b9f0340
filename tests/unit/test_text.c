/* lib/metric/text/text: the rows of tests/cases/text.cases, and what holds for every
 * algorithm.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/array.h"
#include "metric/text/text.h"
#include "arena_fixture.h"

#define TOLERANCE 1e-12

static const struct text *
prepare(struct str s, int qval)
{
	const struct text *t = NULL;

	assert_int_equal(text_prepare(a, s, qval, &t), ERR_OK);
	return t;
}

/* The similarity, which must be the same both ways round to the bit, and in [0, 1]. */
static double
similarity(enum text_algorithm algorithm, int qval, struct str s, struct str t)
{
	const struct text *x = prepare(s, qval), *y = prepare(t, qval);
	double r = -1, back = -2, cost = text_cost(algorithm, x, y);

	assert_int_equal(text_similarity(a, algorithm, x, y, &r), ERR_OK);
	assert_int_equal(text_similarity(a, algorithm, y, x, &back), ERR_OK);
	assert_memory_equal(&r, &back, sizeof(r));
	assert_true(r >= 0 && r <= 1);
	assert_true(isfinite(cost) && cost >= 0);
	assert_true(cost == text_cost(algorithm, y, x));
	return r;
}

/* A row of the case file. */
struct row {
	enum text_algorithm algorithm;
	int qval;
	struct str a, b;
	double expected;
};

/* Take the quotes off a column, in place, and put tabs for \t. */
static bool
unquote(char *column, struct str *r)
{
	size_t n = column == NULL ? 0 : strlen(column);
	char *to = column;

	if (n < 2 || column[0] != '"' || column[n - 1] != '"')
		return false;
	column[n - 1] = '\0';
	for (const char *from = column + 1; *from != '\0'; from++) {
		bool tab = from[0] == '\\' && from[1] == 't';

		*to++ = tab ? '\t' : *from;
		from += tab;
	}
	*r = (struct str){column, (size_t)(to - column)};
	return true;
}

static bool
parse_row(char *line, struct row *r)
{
	char *rest = line, *end, *columns[5];
	unsigned algorithm = 0;

	for (size_t i = 0; i < N_OF(columns); i++)
		if ((columns[i] = strsep(&rest, "\t\n")) == NULL)
			return false;
	while (algorithm < TEXT__MAX &&
	    strcmp(columns[0], text_algorithm_names[algorithm]) != 0)
		algorithm++;
	r->algorithm = (enum text_algorithm)algorithm;
	r->qval = atoi(columns[1]);
	r->expected = strtod(columns[4], &end);
	return algorithm < TEXT__MAX && end != columns[4] && *end == '\0' &&
	    unquote(columns[2], &r->a) && unquote(columns[3], &r->b);
}

static void
case_file_rows_give_their_scores(void **state)
{
	const char *srcdir = getenv("srcdir");
	unsigned line = 0, rows = 0, seen = 0;
	char path[4096], text[1024];
	FILE *f;

	(void)state;
	snprintf(path, sizeof(path), "%s/tests/cases/text.cases", srcdir ? srcdir : ".");
	f = fopen(path, "r");
	if (f == NULL)
		fail_msg("cannot open %s", path);
	while (fgets(text, sizeof(text), f) != NULL) {
		struct row row = {0};
		double r;

		line++;
		if (text[0] == '#' || text[0] == '\n')
			continue;
		if (!parse_row(text, &row))
			fail_msg("%s:%u: not a row", path, line);
		r = similarity(row.algorithm, row.qval, row.a, row.b);
		if (fabs(r - row.expected) > TOLERANCE)
			fail_msg(
			    "%s:%u: %.17g, expected %.17g", path, line, r, row.expected);
		seen |= 1u << row.algorithm;
		rows++;
	}
	fclose(f);
	assert_true(rows >= 70);
	assert_int_equal(seen, (1u << TEXT__MAX) - 1);
}

static void
names_are_all_there(void **state)
{
	(void)state;
	for (unsigned i = 0; i < TEXT__MAX; i++)
		assert_non_null(text_algorithm_names[i]);
	assert_null(text_algorithm_names[TEXT__MAX]);
}

static void
equal_texts_are_alike_and_empty_ones_are_not(void **state)
{
	static const int qvals[] = {0, 1, 2, 3};

	(void)state;
	for (unsigned k = 0; k < TEXT__MAX; k++) {
		enum text_algorithm how = (enum text_algorithm)k;

		for (size_t i = 0; i < N_OF(qvals); i++) {
			int q = qvals[i];

			assert_true(similarity(how, q, STR(""), STR("")) == 1);
			assert_true(similarity(how, q, STR(" "), STR(" ")) == 1);
			assert_true(similarity(how, q, STR("x"), STR("x")) == 1);
			assert_true(similarity(how, q, STR(""), STR("abc d")) == 0);
			assert_true(similarity(how, q, STR(""), (struct str){0}) == 1);
		}
		assert_true(similarity(how, 0, STR("a b c"), STR("\ta  b\nc ")) == 1 ||
		    how == TEXT_STRCMP95);
		assert_true(
		    similarity(how, 3, STR("ab"), STR("abc")) == 0 || how == TEXT_STRCMP95);
	}
}

static void
texts_that_are_not_utf8_are_refused(void **state)
{
	static const struct str texts[] = {STR_INIT("\xff"), STR_INIT("abc\xc3"),
	    STR_INIT("\xed\xa0\x80"), STR_INIT("\xc0\xaf")};
	static const struct text *const untouched = (const struct text *)texts;

	(void)state;
	for (size_t i = 0; i < N_OF(texts); i++) {
		for (int qval = 0; qval <= 3; qval++) {
			const struct text *t = untouched;

			assert_int_equal(text_prepare(a, texts[i], qval, &t), ERR_INPUT);
			assert_ptr_equal(t, untouched);
		}
	}
}

static void
prepared_texts_do_not_need_the_bytes(void **state)
{
	char bytes[] = "kitten";
	const struct text *x = prepare(str_of(bytes), 1);
	const struct text *y = prepare(STR("sitting"), 1);
	double r;

	(void)state;
	memset(bytes, 0, sizeof(bytes));
	assert_int_equal(text_similarity(a, TEXT_LEVENSHTEIN, x, y, &r), ERR_OK);
	assert_true(fabs(r - 4.0 / 7) < TOLERANCE);
}

static void
scratch_memory_is_given_back(void **state)
{
	struct arena *scratch = arena_new(0);
	const struct text *x = prepare(STR("the quick brown fox"), 1);
	const struct text *y = prepare(STR("teh quick red fox"), 1);

	(void)state;
	assert_non_null(scratch);
	for (unsigned k = 0; k < TEXT__MAX; k++) {
		struct arena_mark before = arena_mark(scratch), after;
		double r;

		assert_int_equal(
		    text_similarity(scratch, (enum text_algorithm)k, x, y, &r), ERR_OK);
		after = arena_mark(scratch);
		assert_int_equal(after.total, before.total);
	}
	arena_free(scratch);
}

/* Every allocation fails in turn: the limit of the arena grows until nothing does. */
static void
scoring_fails_cleanly_without_memory(void **state)
{
	const struct text *x = prepare(STR("the quick brown fox jumps"), 1);
	const struct text *y = prepare(STR("a quick red fxo jumps over"), 1);

	(void)state;
	for (unsigned k = 0; k < TEXT__MAX; k++) {
		enum text_algorithm how = (enum text_algorithm)k;
		double expected, r = 77;
		enum err err = ERR_MEMORY;
		size_t limit = 16;

		assert_int_equal(text_similarity(a, how, x, y, &expected), ERR_OK);
		for (; err == ERR_MEMORY; limit += 16) {
			struct arena *small = arena_new(limit);

			assert_non_null(small);
			err = text_similarity(small, how, x, y, &r);
			assert_true(err == ERR_OK ? r == expected : r == 77);
			arena_free(small);
		}
		assert_int_equal(err, ERR_OK);
		assert_true(limit > 64);
	}
}

static void
preparing_fails_cleanly_without_memory(void **state)
{
	(void)state;
	for (int qval = 0; qval <= 3; qval++) {
		enum err err = ERR_MEMORY;
		size_t limit = 16;

		for (; err == ERR_MEMORY; limit += 16) {
			struct arena *small = arena_new(limit);
			const struct text *t = NULL;

			assert_non_null(small);
			err = text_prepare(small, STR("the quick brown fox"), qval, &t);
			assert_int_equal(t == NULL, err != ERR_OK);
			arena_free(small);
		}
		assert_int_equal(err, ERR_OK);
		assert_true(limit > 64);
	}
}

/* A text of `n` times one letter with another one at place `at`. */
static struct str
letters(size_t n, size_t at, char other)
{
	char *s = arena_alloc(a, n);

	assert_non_null(s);
	memset(s, 'a', n);
	s[at] = other;
	return (struct str){s, n};
}

/* Ten thousand characters: nothing may overflow the stack or take the square of that in
 * memory. */
static void
long_texts_take_linear_memory(void **state)
{
	static const size_t n = 10000;
	static const double expected[TEXT__MAX] = {
	    [TEXT_LEVENSHTEIN] = 1 - 1e-4 * 2,
	    [TEXT_DAMERAU_LEVENSHTEIN] = 1 - 1e-4 * 2,
	    [TEXT_HAMMING] = 1 - 1e-4 * 2,
	    [TEXT_MLIPNS] = 1,
	    [TEXT_NEEDLEMAN_WUNSCH] = 1 - 1e-4,
	    [TEXT_SMITH_WATERMAN] = 1 - 1e-4 * 2,
	    /* not as easily said */
	    [TEXT_RATCLIFF_OBERSHELP] = -1,
	    [TEXT_JARO] = -1,
	    [TEXT_JARO_WINKLER] = -1,
	    [TEXT_STRCMP95] = -1,
	};
	struct str s = letters(n, 3333, 'x'), t = letters(n, 6666, 'y');

	(void)state;
	for (unsigned k = 0; k < TEXT__MAX; k++) {
		double r = similarity((enum text_algorithm)k, 1, s, t);

		if (expected[k] >= 0 && fabs(r - expected[k]) > TOLERANCE)
			fail_msg("%s: %.17g", text_algorithm_names[k], r);
		assert_true(r > 0.6);
	}
	assert_true(arena_held(a) < 64 * n * TEXT__MAX + (16u << 20));
}

/*
 * Blocks of 140, 139, .. 1 characters that both texts have, parted by characters that
 * differ: as many different lengths as fit, each found in what the longer ones left.
 */
static void
stairs_of_blocks_all_match(void **state)
{
	static const unsigned longest = 140;
	const unsigned shared = longest * (longest + 1) / 2, n = shared + longest;
	char *s = arena_alloc(a, 3 * n), *t = arena_alloc(a, 3 * n);
	size_t at = 0;
	unsigned code = 0;
	double r;

	(void)state;
	assert_non_null(s);
	assert_non_null(t);
	for (unsigned block = longest; block > 0; block--) {
		for (unsigned i = 0; i <= block; i++, at += 3) {
			/* Two characters that stand nowhere else end a block. */
			unsigned c = 0x800 + code, d = 0x800 + code + (i == block);

			code += i == block ? 2 : 1;
			s[at] = (char)(0xe0 | c >> 12), t[at] = (char)(0xe0 | d >> 12);
			s[at + 1] = (char)(0x80 | (c >> 6 & 0x3f));
			t[at + 1] = (char)(0x80 | (d >> 6 & 0x3f));
			s[at + 2] = (char)(0x80 | (c & 0x3f));
			t[at + 2] = (char)(0x80 | (d & 0x3f));
		}
	}
	assert_true(0x800 + code < 0xd800);
	r = similarity(
	    TEXT_RATCLIFF_OBERSHELP, 1, (struct str){s, at}, (struct str){t, at});
	assert_true(fabs(r - (double)shared / n) < TOLERANCE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		case_file_rows_give_their_scores, arena_set_up, arena_tear_down),
	    cmocka_unit_test(names_are_all_there),
	    cmocka_unit_test_setup_teardown(equal_texts_are_alike_and_empty_ones_are_not,
		arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		texts_that_are_not_utf8_are_refused, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		prepared_texts_do_not_need_the_bytes, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		scratch_memory_is_given_back, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		scoring_fails_cleanly_without_memory, arena_set_up, arena_tear_down),
	    cmocka_unit_test(preparing_fails_cleanly_without_memory),
	    cmocka_unit_test_setup_teardown(
		long_texts_take_linear_memory, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		stairs_of_blocks_all_match, arena_set_up, arena_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
