/* lib/base/utf8: well-formed or not, code points, upper case, white space, digits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/array.h"
#include "base/utf8.h"
#include "arena_fixture.h"

/* Write one code point; returns its bytes. */
static size_t
encode(uint32_t c, char out[static 4])
{
	static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (size_t i = n; i-- > 1; c >>= 6)
		out[i] = (char)(0x80 | (c & 0x3f));
	out[0] = (char)(c | lead[n]);
	return n;
}

static void
every_code_point_decodes(void **state)
{
	(void)state;

	for (uint32_t c = 0; c < 0x110000; c++) {
		bool surrogate = c >= 0xd800 && c < 0xe000;
		struct utf8_text t = {NULL, 77};
		char bytes[4];
		struct str s = {bytes, encode(c, bytes)};

		assert_int_equal(utf8_valid(s), !surrogate);
		assert_int_equal(utf8_decode(a, s, &t), surrogate ? ERR_INPUT : ERR_OK);
		assert_int_equal(t.n, surrogate ? 77 : 1);
		if (!surrogate)
			assert_int_equal(t.c[0], c);
		arena_reset(a);
	}
}

static void
malformed_bytes_are_refused(void **state)
{
	static const struct str texts[] = {STR_INIT("\x80"), /* continuation alone */
	    STR_INIT("a\xbf"),				     /* .. after a character */
	    STR_INIT("\xc3"),				     /* cut short */
	    STR_INIT("\xe6\x9d"),			     /* cut short */
	    STR_INIT("\xf0\x9f\x98"),			     /* cut short */
	    STR_INIT("\xc3(b"),				     /* no continuation */
	    STR_INIT("\xe6\x9d(b"),			     /* no continuation */
	    STR_INIT("\xf0\x9f\x98(b"),			     /* no continuation */
	    STR_INIT("\xc0\x80"),			     /* overlong NUL */
	    STR_INIT("\xc1\xbf"),			     /* overlong */
	    STR_INIT("\xe0\x9f\xbf"),			     /* overlong */
	    STR_INIT("\xf0\x8f\xbf\xbf"),		     /* overlong */
	    STR_INIT("\xed\xa0\x80"),			     /* surrogate */
	    STR_INIT("\xed\xbf\xbf"),			     /* surrogate */
	    STR_INIT("\xf4\x90\x80\x80"),		     /* over U+10FFFF */
	    STR_INIT("\xf5\x80\x80\x80"), STR_INIT("\xff"), STR_INIT("\xfe\xff"),
	    STR_INIT("\xf8\x88\x80\x80\x80")};

	(void)state;
	for (size_t i = 0; i < N_OF(texts); i++) {
		struct utf8_text t = {NULL, 77};

		if (utf8_valid(texts[i]))
			fail_msg("text %zu passes for UTF-8", i);
		assert_int_equal(utf8_decode(a, texts[i], &t), ERR_INPUT);
		assert_int_equal(t.n, 77);
	}
}

static void
texts_decode_whole(void **state)
{
	static const uint32_t points[] = {'a', 0, 0xe9, 0x6771, 0x1f600, 'z'};
	struct utf8_text t;

	(void)state;
	assert_int_equal(
	    utf8_decode(a, STR("a\0\xc3\xa9\xe6\x9d\xb1\xf0\x9f\x98\x80z"), &t), ERR_OK);
	assert_int_equal(t.n, N_OF(points));
	assert_memory_equal(t.c, points, sizeof(points));
	assert_int_equal(utf8_decode(a, STR(""), &t), ERR_OK);
	assert_int_equal(t.n, 0);
	assert_true(utf8_valid((struct str){0}));
	assert_int_equal(utf8_decode(a, (struct str){0}, &t), ERR_OK);
	assert_int_equal(t.n, 0);
}

static void
decoding_needs_memory(void **state)
{
	struct arena *small = arena_new(32);
	struct utf8_text t = {NULL, 77};

	(void)state;
	assert_non_null(small);
	assert_int_equal(utf8_decode(small, STR("nine char"), &t), ERR_MEMORY);
	assert_int_equal(t.n, 77);
	arena_free(small);
}

static void
upper_case_is_the_full_mapping(void **state)
{
	/* UnicodeData.txt and SpecialCasing.txt, unconditional. */
	static const struct {
		uint32_t c, upper[UTF8_UPPER_MAX];
	} rows[] = {{'a', {'A'}}, {'Z', {'Z'}}, {'1', {'1'}}, {0xe9, {0xc9}},
	    {0xdf, {'S', 'S'}}, {0xff, {0x178}}, {0x131, {'I'}}, {0x130, {0x130}},
	    {0x149, {0x2bc, 'N'}}, {0x17f, {'S'}}, {0x1c5, {0x1c4}}, {0x1c6, {0x1c4}},
	    {0x1f0, {'J', 0x30c}}, {0x390, {0x399, 0x308, 0x301}}, {0x3c2, {0x3a3}},
	    {0x587, {0x535, 0x552}}, {0x1e9e, {0x1e9e}}, {0x1f80, {0x1f08, 0x399}},
	    {0x1f88, {0x1f08, 0x399}}, {0x1fb7, {0x391, 0x342, 0x399}},
	    {0xfb03, {'F', 'F', 'I'}}, {0xfb05, {'S', 'T'}}, {0x10428, {0x10400}},
	    {0x6771, {0x6771}}, {0x1f600, {0x1f600}}, {0, {0}}};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		uint32_t out[UTF8_UPPER_MAX] = {0};
		size_t n = 1;

		while (n < UTF8_UPPER_MAX && rows[i].upper[n] != 0)
			n++;
		if (utf8_upper(rows[i].c, out) != n ||
		    memcmp(out, rows[i].upper, n * sizeof(*out)) != 0)
			fail_msg("upper case of U+%04X: U+%04X ..", rows[i].c, out[0]);
	}
}

static void
upper_case_stays_within_bounds(void **state)
{
	(void)state;
	for (uint32_t c = 0; c < 0x110000; c++) {
		uint32_t out[UTF8_UPPER_MAX];
		size_t n = utf8_upper(c, out);

		assert_true(n >= 1 && n <= UTF8_UPPER_MAX);
		for (size_t i = 0; i < n; i++)
			assert_true(out[i] < 0x110000);
	}
}

static void
white_space_is_that_of_unicode_and_the_separators(void **state)
{
	static const uint32_t spaces[] = {9, 10, 11, 12, 13, 0x1c, 0x1d, 0x1e, 0x1f, 0x20,
	    0x85, 0xa0, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006,
	    0x2007, 0x2008, 0x2009, 0x200a, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000};
	size_t next = 0;

	(void)state;
	for (uint32_t c = 0; c < 0x110000; c++) {
		bool expected = next < N_OF(spaces) && spaces[next] == c;

		if (utf8_space(c) != expected)
			fail_msg("U+%04X", c);
		next += expected;
	}
	assert_int_equal(next, N_OF(spaces));
}

static void
digits_are_of_every_script(void **state)
{
	static const uint32_t digits[] = {'0', '9', 0xb2, 0xb9, 0x660, 0x669, 0x966, 0x1371,
	    0x2070, 0x2089, 0x2460, 0x24ff, 0xff10, 0x1d7ce, 0x1f100};
	static const uint32_t others[] = {
	    '/', ':', 'a', 0xbc, 0x2150, 0x2160, 0x2469, 0x3007, 0x4e00, 0x1f10b, 0x10ffff};

	(void)state;
	for (size_t i = 0; i < N_OF(digits); i++)
		if (!utf8_digit(digits[i]))
			fail_msg("U+%04X is a digit", digits[i]);
	for (size_t i = 0; i < N_OF(others); i++)
		if (utf8_digit(others[i]))
			fail_msg("U+%04X is no digit", others[i]);
}

static void
first_characters_are_whole(void **state)
{
	static const struct {
		const char *text;
		size_t n, bytes;
	} rows[] = {{"abc", 0, 0}, {"abc", 2, 2}, {"abc", 3, 3}, {"abc", 9, 3}, {"", 1, 0},
	    {"\xc3\x89mile", 1, 2}, {"\xc3\x89mile", 2, 3},
	    {"\xe6\x9d\xb1\xe4\xba\xac", 1, 3}, {"\xe6\x9d\xb1\xe4\xba\xac", 2, 6},
	    {"\xf0\x9f\x98\x80x", 1, 4}, {"\xf0\x9f\x98\x80x", 2, 5}};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct str r = utf8_first(str_of(rows[i].text), rows[i].n);

		assert_ptr_equal(r.s, rows[i].text);
		assert_int_equal(r.n, rows[i].bytes);
	}
	assert_int_equal(utf8_first((struct str){0}, 2).n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_code_point_decodes),
	    cmocka_unit_test(malformed_bytes_are_refused),
	    cmocka_unit_test(texts_decode_whole),
	    cmocka_unit_test(decoding_needs_memory),
	    cmocka_unit_test(upper_case_is_the_full_mapping),
	    cmocka_unit_test(upper_case_stays_within_bounds),
	    cmocka_unit_test(white_space_is_that_of_unicode_and_the_separators),
	    cmocka_unit_test(digits_are_of_every_script),
	    cmocka_unit_test(first_characters_are_whole),
	};

	return cmocka_run_group_tests(tests, arena_set_up, arena_tear_down);
}
