/* lib/json/json: strict reading by a table of cases, depth, memory, damage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "base/array.h"
#include "base/buf.h"
#include "json/json.h"
#include "json/write.h"
#include "cases.h"
#include "reference/dice.h"
#include "arena_fixture.h"

/* Parse bytes that end where the memory ends, so that a sanitizer sees a step too far. */
static enum err
parse(struct str text, const struct json **r)
{
	char *exact = malloc(text.n == 0 ? 1 : text.n);
	struct str kept;
	enum err err;

	assert_non_null(exact);
	memcpy(exact, text.n == 0 ? "" : text.s, text.n);
	err = json_parse(a, (struct str){exact, text.n}, r, &e);
	free(exact);
	if (err != ERR_OK)
		return err;
	kept = arena_str(a, text);
	assert_non_null(kept.s);
	return json_parse(a, kept, r, &e);
}

/* ------------------------------------------------------------------ the table of cases */

static unsigned
hex_digit(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* Undo the escapes of a column. */
static struct str
unescape(const char *s, size_t n)
{
	char *out = arena_alloc(a, n + 1);
	size_t length = 0;

	assert_non_null(out);
	for (size_t i = 0; i < n; i++) {
		if (s[i] != '\\') {
			out[length++] = s[i];
			continue;
		}
		switch (s[++i]) {
		case 'x':
			out[length++] =
			    (char)(hex_digit(s[i + 1]) * 16 + hex_digit(s[i + 2]));
			i += 2;
			break;
		case 't':
			out[length++] = '\t';
			break;
		case 'n':
			out[length++] = '\n';
			break;
		case 'r':
			out[length++] = '\r';
			break;
		default:
			assert_int_equal(s[i], '\\');
			out[length++] = '\\';
		}
	}
	out[length] = '\0';
	return (struct str){out, length};
}

static void
run_good(int line, struct str text, struct str want)
{
	const struct json *j = NULL;
	struct buf b = BUF_INIT;
	struct json_writer w = JSON_WRITER(&b);

	if (parse(text, &j) != ERR_OK)
		fail_msg("json.cases:%d: %s", line, e.text);
	json_write_copy(&w, NULL, j);
	assert_false(buf_failed(&b));
	if (!str_eq(buf_text(&b), want))
		fail_msg("json.cases:%d: %s came out", line, b.s);
	buf_free(&b);
}

static void
run_bad(int line, struct str text, struct str want)
{
	static const struct json untouched;
	const struct json *j = &untouched;

	if (parse(text, &j) != ERR_INPUT || e.code != ERR_INPUT)
		fail_msg("json.cases:%d: was not refused", line);
	if (strncmp(e.text, "JSON: ", 6) != 0 || strstr(e.text, want.s) == NULL)
		fail_msg("json.cases:%d: the message is \"%s\"", line, e.text);
	assert_ptr_equal(j, &untouched);
}

static void
run_line(int number, char *line)
{
	char *text = strchr(line, '\t'),
	     *want = text == NULL ? NULL : strchr(text + 1, '\t');
	struct str in, out;

	line[strcspn(line, "\n")] = '\0';
	if (line[0] == '\0' || line[0] == '#')
		return;
	if (want == NULL)
		fail_msg("json.cases:%d: three columns are required", number);
	in = unescape(text + 1, (size_t)(want - text - 1));
	out = unescape(want + 1, strlen(want + 1));
	if (strncmp(line, "ok\t", 3) == 0)
		run_good(number, in, out);
	else if (strncmp(line, "bad\t", 4) == 0)
		run_bad(number, in, out);
	else
		fail_msg("json.cases:%d: neither ok nor bad", number);
}

static void
cases(void **state)
{
	const char *srcdir = getenv("srcdir");
	char path[1024], line[1024];
	int number = 0;
	FILE *f;

	(void)state;
	snprintf(
	    path, sizeof(path), "%s/tests/cases/json.cases", srcdir == NULL ? "." : srcdir);
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL)
		run_line(++number, line);
	fclose(f);
	assert_true(number > 150);
}

/* Every byte that a string may not hold as it is, and every one that it may. */
static void
control_characters_are_refused(void **state)
{
	(void)state;
	for (int c = 0; c < 0x80; c++) {
		char text[] = "\"a?c\"";
		const struct json *j;
		bool fine = c >= 0x20 && c != '"' && c != '\\';

		text[2] = (char)c;
		assert_int_equal(
		    parse((struct str){text, 5}, &j), fine ? ERR_OK : ERR_INPUT);
		if (fine)
			assert_true(str_eq(json_str(j), (struct str){text + 1, 3}));
	}
}

/* Each escape of a code point gives that code point. */
static void
every_code_point_can_be_escaped(void **state)
{
	(void)state;
	for (uint32_t c = 0; c < 0x110000; c += c < 0x3000 ? 1 : 97) {
		char text[32];
		const struct json *j;
		const unsigned char *s;
		uint32_t got;

		if (c >= 0xd800 && c < 0xe000)
			continue;
		if (c < 0x10000)
			snprintf(text, sizeof(text), "\"\\u%04X\"", (unsigned)c);
		else
			snprintf(text, sizeof(text), "\"\\u%04x\\u%04x\"",
			    (unsigned)(0xd800 + ((c - 0x10000) >> 10)),
			    (unsigned)(0xdc00 + ((c - 0x10000) & 0x3ff)));
		assert_int_equal(json_parse(a, str_of(text), &j, &e), ERR_OK);
		s = (const unsigned char *)json_str(j).s;
		switch (j->n) {
		case 1:
			got = s[0];
			break;
		case 2:
			got = (s[0] & 0x1fu) << 6 | (s[1] & 0x3fu);
			break;
		case 3:
			got = (s[0] & 0xfu) << 12 | (s[1] & 0x3fu) << 6 | (s[2] & 0x3fu);
			break;
		default:
			got = (s[0] & 7u) << 18 | (s[1] & 0x3fu) << 12 |
			    (s[2] & 0x3fu) << 6 | (s[3] & 0x3fu);
		}
		assert_int_equal(got, c);
		arena_reset(a);
	}
}

/* ------------------------------------------------------------------ limits */

static void
depth_ends(void **state)
{
	const struct json *j;

	(void)state;
	assert_int_equal(parse(case_nested(a, "[", "", "]", JSON_DEPTH), &j), ERR_OK);
	assert_int_equal(
	    parse(case_nested(a, "[", "", "]", JSON_DEPTH + 1), &j), ERR_INPUT);
	assert_non_null(strstr(e.text, "column 129: nested more than 128 deep"));
	assert_int_equal(
	    parse(case_nested(a, "{\"a\":", "1", "}", JSON_DEPTH), &j), ERR_OK);
	assert_int_equal(
	    parse(case_nested(a, "{\"a\":", "1", "}", JSON_DEPTH + 1), &j), ERR_INPUT);
	assert_int_equal(
	    parse(case_nested(a, "[{\"a\":", "1", "}]", JSON_DEPTH / 2), &j), ERR_OK);
	assert_int_equal(
	    parse(case_nested(a, "[{\"a\":", "[]", "}]", JSON_DEPTH / 2), &j), ERR_INPUT);
	/* Brackets beside each other are no depth. */
	assert_int_equal(parse(case_nested(a, "[],", "", "", 1000), &j), ERR_INPUT);
	assert_true(strstr(e.text, "more than 128 deep") == NULL);
	assert_int_equal(parse(case_nested(a, "[", "", "", 1000000), &j), ERR_INPUT);
	assert_non_null(strstr(e.text, "more than 128 deep"));
}

static void
memory_ends(void **state)
{
	static const char text[] =
	    "{\"a\": [1, 2, {\"b\\n\": \"c\\u00e4\"}], \"d\": [[], {}]}";
	static const struct json untouched;
	int failed = 0;

	(void)state;
	for (size_t limit = 16; limit < 16384; limit += 16) {
		struct arena *small = arena_new(limit);
		const struct json *j = &untouched;
		enum err err = json_parse(small, STR(text), &j, &e);

		assert_true(err == ERR_OK || err == ERR_MEMORY);
		assert_int_equal(err == ERR_OK, j != &untouched);
		failed += err == ERR_MEMORY;
		if (err == ERR_MEMORY)
			assert_string_equal(e.text, "JSON: out of memory");
		arena_free(small);
	}
	assert_true(failed >= 10 && failed <= 900);
}

static void
long_documents_are_read(void **state)
{
	struct buf b = BUF_INIT;
	const struct json *j;

	(void)state;
	buf_char(&b, '[');
	for (int i = 0; i < 100000; i++)
		buf_printf(&b, "%s%d", i == 0 ? "" : ",", i);
	buf_char(&b, ']');
	assert_int_equal(json_parse(a, buf_text(&b), &j, &e), ERR_OK);
	assert_int_equal(j->n, 100000);
	for (uint32_t i = 0; i < j->n; i++)
		assert_int_equal(json_at(j, i)->integer, i);
	buf_free(&b);
}

/* ------------------------------------------------------------------ damage */

static struct dice dice = {1};

/* What was read and written reads again, and is the same. */
static void
assert_survives(const struct json *j)
{
	struct buf b = BUF_INIT;
	struct json_writer w = JSON_WRITER(&b);
	const struct json *again;

	w.pretty = dice_once_in(&dice, 2);
	json_write_copy(&w, NULL, j);
	assert_false(buf_failed(&b));
	assert_int_equal(json_parse(a, buf_text(&b), &again, &e), ERR_OK);
	assert_true(json_equal(j, again) && json_equal(again, j));
	assert_true(json_hash(j) == json_hash(again));
	buf_free(&b);
}

static void
damaged_documents_harm_nothing(void **state)
{
	static const char seed[] = "[{\"id\": \"a\\u00e4\\ud83d\\ude00\", \"from_name\": "
				   "\"b\xc3\xa4\", \"type\": \"labels\", "
				   "\"value\": {\"x\": -1.5e2, \"y\": 0, \"points\": [[1, "
				   "2], [3.25, 4E-1]], \"t\": true, "
				   "\"n\": null, \"f\": false, \"e\": {}, \"l\": [], "
				   "\"s\": \"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}}]";
	static const char pieces[] = "{}[]\",:\\u0019eE+-.tfn \n\t\xc3\xff\xed\xa0\x80/";
	clock_t start = clock();
	int good_ones = 0;

	(void)state;
	for (int i = 0; i < 300000 && clock() - start < CLOCKS_PER_SEC / 2; i++) {
		char text[sizeof(seed) * 2];
		size_t n = sizeof(seed) - 1;
		const struct json *j;

		memcpy(text, seed, n);
		for (uint32_t k = dice_below(&dice, 4) + 1; k > 0; k--) {
			size_t at = dice_below(&dice, (uint32_t)n),
			       more = dice_below(&dice, 8);

			switch (dice_below(&dice, 4)) {
			case 0: /* another byte */
				text[at] = (char)dice_below(&dice, 256);
				break;
			case 1: /* one that means something */
				text[at] = pieces[dice_below(&dice, sizeof(pieces) - 1)];
				break;
			case 2: /* some less */
				more = more > n - at - 1 ? 0 : more;
				memmove(text + at, text + at + more, n - at - more);
				n -= more;
				break;
			default: /* some twice */
				more = more > n - at || n + more > sizeof(text) ? 0 : more;
				memmove(text + at + more, text + at, n - at);
				n += more;
				break;
			}
		}
		if (parse((struct str){text, n}, &j) == ERR_OK) {
			assert_survives(j);
			good_ones++;
		}
		arena_reset(a);
	}
	assert_true(good_ones > 100);
}

static void
cut_documents_are_refused(void **state)
{
	static const char text[] =
	    "[{\"a\\n\": [1, \"\xc3\xa4\\u00e4\", true, {\"b\": null}]}]";
	const struct json *j;

	(void)state;
	assert_int_equal(parse(STR(text), &j), ERR_OK);
	for (size_t n = 0; n < sizeof(text) - 1; n++)
		assert_int_equal(parse((struct str){text, n}, &j), ERR_INPUT);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, arena_set_up, arena_tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(cases),
	    TEST(control_characters_are_refused),
	    TEST(every_code_point_can_be_escaped),
	    TEST(depth_ends),
	    TEST(memory_ends),
	    TEST(long_documents_are_read),
	    TEST(damaged_documents_harm_nothing),
	    TEST(cut_documents_are_refused),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
