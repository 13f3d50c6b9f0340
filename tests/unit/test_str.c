/* lib/base/str: pieces of text, absent, empty and with any bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/array.h"
#include "base/str.h"

static const struct str absent;

static void
pieces_know_their_length(void **state)
{
	static const struct str with_nul = STR_INIT("a\0b");

	(void)state;
	assert_int_equal(with_nul.n, 3);
	assert_int_equal(STR("").n, 0);
	assert_non_null(STR("").s);
	assert_int_equal(str_of("abc").n, 3);
	assert_int_equal(str_of("").n, 0);
	assert_non_null(str_of("").s);
	assert_null(str_of(NULL).s);
	assert_int_equal(str_of(NULL).n, 0);
}

static void
equality_is_of_bytes(void **state)
{
	(void)state;
	assert_true(str_eq(STR("abc"), str_of("abc")));
	assert_false(str_eq(STR("abc"), STR("abd")));
	assert_false(str_eq(STR("abc"), STR("ab")));
	assert_false(str_eq(STR("ab"), STR("abc")));
	assert_false(str_eq(STR("abc"), STR("ABC")));
	assert_false(str_eq(STR("a"), STR("a ")));
	assert_true(str_eq(STR(""), absent));
	assert_true(str_eq(absent, STR("")));
	assert_true(str_eq(absent, absent));
	assert_false(str_eq(absent, STR("a")));
	assert_true(str_eq(STR("a\0b"), STR("a\0b")));
	assert_false(str_eq(STR("a\0b"), STR("a\0c")));

	assert_true(str_is(STR("abc"), "abc"));
	assert_true(str_is(absent, ""));
	assert_false(str_is(STR("a\0b"), "a"));
	assert_false(str_is(STR("abc"), "ab"));
	assert_false(str_is(STR("ab"), "abc"));
}

/* As str_cmp() must order them. */
static const struct str ordered[] = {STR_INIT(""), STR_INIT("\0"), STR_INIT("\0a"),
    STR_INIT("A"), STR_INIT("B"), STR_INIT("a"), STR_INIT("a\0"), STR_INIT("aa"),
    STR_INIT("ab"), STR_INIT("b"), STR_INIT("v10"), STR_INIT("v9"), STR_INIT("\x7f"),
    STR_INIT("\x80"), STR_INIT("\xc3\xa4"), STR_INIT("\xff"), STR_INIT("\xff\x01")};

static void
order_is_by_unsigned_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(ordered); i++)
		for (size_t k = 0; k < N_OF(ordered); k++) {
			int order = str_cmp(ordered[i], ordered[k]);

			assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
		}
	assert_int_equal(str_cmp(absent, STR("")), 0);
	assert_true(str_cmp(absent, STR("a")) < 0);
	assert_true(str_cmp(STR("a"), absent) > 0);
}

static void
prefixes_are_whole(void **state)
{
	(void)state;
	assert_true(str_starts(STR("model:v1"), "model:"));
	assert_true(str_starts(STR("model:"), "model:"));
	assert_true(str_starts(STR("a"), ""));
	assert_true(str_starts(absent, ""));
	assert_false(str_starts(STR("model"), "model:"));
	assert_false(str_starts(STR("Model:v1"), "model:"));
	assert_false(str_starts(STR(""), "m"));
	assert_false(str_starts(absent, "m"));
}

static void
case_is_of_ascii_alone(void **state)
{
	(void)state;
	assert_true(str_eq_nocase(STR("Token"), STR("tOKEN")));
	assert_true(str_eq_nocase(STR("az09_AZ"), STR("AZ09_az")));
	assert_true(str_eq_nocase(STR(""), absent));
	assert_false(str_eq_nocase(STR("Token"), STR("Tokens")));
	assert_false(str_eq_nocase(STR("Tokens"), STR("Token")));
	/* Neighbours of the letters, and letters beyond ASCII. */
	assert_false(str_eq_nocase(STR("@"), STR("`")));
	assert_false(str_eq_nocase(STR("["), STR("{")));
	assert_false(str_eq_nocase(STR("\xc3\x84"), STR("\xc3\xa4")));
	assert_false(str_eq_nocase(STR("\xc1"), STR("\xe1")));
}

static void
white_space_is_trimmed(void **state)
{
	struct str s;

	(void)state;
	assert_true(str_is(str_trim(STR(" \t\r\n\v\fa b\f\v\n\r\t ")), "a b"));
	assert_true(str_is(str_trim(STR("a")), "a"));
	assert_int_equal(str_trim(STR("")).n, 0);
	assert_int_equal(str_trim(STR(" \t ")).n, 0);
	assert_int_equal(str_trim(absent).n, 0);
	s = str_trim(STR("\xc2\xa0x\0"));
	assert_int_equal(
	    s.n, 4); /* neither NUL nor the no-break space is ASCII white space */
	s = str_trim(STR("\x85 a\x1f"));
	assert_int_equal(s.n, 4);
}

static void
hashes_are_of_bytes(void **state)
{
	uint64_t seen[N_OF(ordered)];

	(void)state;
	for (size_t i = 0; i < N_OF(ordered); i++) {
		seen[i] = str_hash(ordered[i]);
		for (size_t k = 0; k < i; k++)
			assert_true(seen[i] != seen[k]);
	}
	assert_true(str_hash(absent) == str_hash(STR("")));
	assert_true(str_hash(STR("abc")) == str_hash(str_of("abc")));
	assert_true(str_hash(STR("ab")) != str_hash(STR("ba")));
}

/* Names that differ little fall into different slots of a table, whichever bits it takes.
 */
static void
hashes_spread(void **state)
{
	unsigned low[256] = {0}, high[256] = {0};
	char name[16] = "box_0000";

	(void)state;
	for (unsigned i = 0; i < 4096; i++) {
		uint64_t h;

		for (int k = 0; k < 4; k++)
			name[4 + k] = (char)('a' + (i >> (3 * k) & 7));
		h = str_hash(str_of(name));
		low[h & 255]++;
		high[h >> 56]++;
	}
	/* 16 are expected in each; 48 is eight standard deviations away. */
	for (int i = 0; i < 256; i++) {
		assert_true(low[i] < 48);
		assert_true(high[i] < 48);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pieces_know_their_length),
	    cmocka_unit_test(equality_is_of_bytes),
	    cmocka_unit_test(order_is_by_unsigned_bytes),
	    cmocka_unit_test(prefixes_are_whole),
	    cmocka_unit_test(case_is_of_ascii_alone),
	    cmocka_unit_test(white_space_is_trimmed),
	    cmocka_unit_test(hashes_are_of_bytes),
	    cmocka_unit_test(hashes_spread),
	};

	return cmocka_run_group_tests_name("str", tests, NULL, NULL);
}
