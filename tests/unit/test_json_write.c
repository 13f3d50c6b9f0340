/* lib/json/write and lib/json/edit: what is written, what is changed in place, and every
 * allocation failing in turn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/array.h"
#include "fail_alloc.h"
#include "json/edit.h"
#include "json/json.h"
#include "json/write.h"

static const struct str absent;

/* What was written to `w`, which is emptied. */
static void
assert_written(struct json_writer *w, const char *text)
{
	assert_false(buf_failed(w->to));
	assert_int_equal(w->to->n, strlen(text));
	assert_string_equal(w->to->s, text);
	buf_free(w->to);
	*w = JSON_WRITER(w->to);
}

#define ASSERT_WRITES(call, text)                                                          \
	do {                                                                               \
		struct buf b_ = BUF_INIT;                                                  \
		struct json_writer w_ = JSON_WRITER(&b_), *w = &w_;                        \
                                                                                           \
		call;                                                                      \
		assert_written(w, text);                                                   \
	} while (0)

static void
scalars_are_written(void **state)
{
	(void)state;
	ASSERT_WRITES(json_write_null(w, NULL), "null");
	ASSERT_WRITES(json_write_bool(w, NULL, true), "true");
	ASSERT_WRITES(json_write_bool(w, NULL, false), "false");
	ASSERT_WRITES(json_write_integer(w, NULL, 0), "0");
	ASSERT_WRITES(json_write_integer(w, NULL, INT64_MAX), "9223372036854775807");
	ASSERT_WRITES(json_write_integer(w, NULL, INT64_MIN), "-9223372036854775808");
	ASSERT_WRITES(json_write_text(w, NULL, STR("")), "\"\"");
	ASSERT_WRITES(json_write_text(w, NULL, absent), "null");
	ASSERT_WRITES(json_write_format(w, NULL, "%d\"%s", 7, "x"), "\"7\\\"x\"");
	ASSERT_WRITES((json_open_array(w, NULL), json_close_array(w)), "[]");
	ASSERT_WRITES((json_open_object(w, NULL), json_close_object(w)), "{}");
}

static void
numbers_are_finite_and_shortest(void **state)
{
	(void)state;
	ASSERT_WRITES(json_write_number(w, NULL, 1.0), "1.0");
	ASSERT_WRITES(json_write_number(w, NULL, 0.0), "0.0");
	ASSERT_WRITES(json_write_number(w, NULL, -0.0), "0.0");
	ASSERT_WRITES(json_write_number(w, NULL, 0.6), "0.6");
	ASSERT_WRITES(json_write_number(w, NULL, 0.1 + 0.2), "0.30000000000000004");
	ASSERT_WRITES(json_write_number(w, NULL, 1e100), "1e+100");
	ASSERT_WRITES(json_write_number(w, NULL, 5e-324), "5e-324");
	ASSERT_WRITES(json_write_number(w, NULL, (double)NAN), "null");
	ASSERT_WRITES(json_write_number(w, NULL, (double)INFINITY), "null");
	ASSERT_WRITES(json_write_number(w, NULL, -(double)INFINITY), "null");
}

static void
texts_are_escaped_where_they_must_be(void **state)
{
	(void)state;
	ASSERT_WRITES(json_write_text(w, NULL, STR("a/b'\x7f")), "\"a/b'\x7f\"");
	ASSERT_WRITES(
	    json_write_text(w, NULL, STR("\"\\\b\f\n\r\t")), "\"\\\"\\\\\\b\\f\\n\\r\\t\"");
	ASSERT_WRITES(json_write_text(w, NULL, STR("\x01\x0b\x1f\x00")),
	    "\"\\u0001\\u000b\\u001f\\u0000\"");
	ASSERT_WRITES(json_write_text(w, NULL, STR("\xc3\xa4\xf0\x9f\x98\x80</script>")),
	    "\"\xc3\xa4\xf0\x9f\x98\x80</script>\"");
	ASSERT_WRITES(
	    json_write_text(w, NULL, STR("\nplain\n\nplain")), "\"\\nplain\\n\\nplain\"");
}

/* What is written reads back as the same text, whatever bytes below 0x80 it has. */
static void
every_ascii_text_reads_back(void **state)
{
	struct arena *a = arena_new(0);
	const struct json *j;
	struct buf b = BUF_INIT;
	char text[256];

	(void)state;
	for (int i = 0; i < 256; i++)
		text[i] = (char)(i & 127);
	for (size_t n = 0; n <= 256; n++) {
		struct str s = {text + 256 - n, n};
		struct json_writer w = JSON_WRITER(&b);

		buf_clear(&b);
		json_write_text(&w, NULL, s);
		assert_int_equal(json_parse(a, buf_text(&b), &j, NULL), ERR_OK);
		assert_true(str_eq(json_str(j), s));
		arena_reset(a);
	}
	buf_free(&b);
	arena_free(a);
}

/* A little of everything. */
static void
write_some(struct json_writer *w)
{
	json_open_object(w, NULL);
	json_write_integer(w, "z", 1);
	json_write_null(w, "a");
	json_open_array(w, "list");
	json_write_null(w, NULL);
	json_write_bool(w, NULL, true);
	json_open_array(w, NULL);
	json_close_array(w);
	json_open_object(w, NULL);
	json_close_object(w);
	json_write_number(w, NULL, 0.5);
	json_close_array(w);
	json_open_object(w, "in");
	json_write_key(w, STR("\"\n and more"));
	json_write_text(w, NULL, STR("x"));
	json_write_key(w, (struct str){"keyed, not this", 5});
	json_open_array(w, NULL);
	json_write_text(w, NULL, STR("a,b"));
	json_close_array(w);
	json_close_object(w);
	json_open_object(w, "");
	json_close_object(w);
	json_close_object(w);
}

static void
containers_keep_their_order(void **state)
{
	(void)state;
	ASSERT_WRITES(write_some(w),
	    "{\"z\":1,\"a\":null,\"list\":[null,true,[],{},0.5],\"in\":{\"\\\"\\n and "
	    "more\":\"x\",\"keyed\":[\"a,b\"]},\"\":{}}");
}

static void
pretty_gives_each_value_a_line(void **state)
{
	struct buf b = BUF_INIT;
	struct json_writer w = JSON_WRITER(&b);

	(void)state;
	buf_puts(&b, "> ");
	w.pretty = true;
	write_some(&w);
	assert_written(&w,
	    "> {\n"
	    "  \"z\": 1,\n"
	    "  \"a\": null,\n"
	    "  \"list\": [\n"
	    "    null,\n"
	    "    true,\n"
	    "    [],\n"
	    "    {},\n"
	    "    0.5\n"
	    "  ],\n"
	    "  \"in\": {\n"
	    "    \"\\\"\\n and more\": \"x\",\n"
	    "    \"keyed\": [\n"
	    "      \"a,b\"\n"
	    "    ]\n"
	    "  },\n"
	    "  \"\": {}\n"
	    "}");
}

static void
what_was_read_is_copied(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
	    {"null", "null"},
	    {" [ ] ", "[]"},
	    {"{ }", "{}"},
	    {"[1, 1.0, 1e0, -0, 1.50, 1e2, 12345678901234567890]",
		"[1,1.0,1.0,0.0,1.5,100.0,1.2345678901234567e+19]"},
	    {"[true, false, null, \"\\u00e4\\/\\u0000\"]",
		"[true,false,null,\"\xc3\xa4/\\u0000\"]"},
	    {"{\"a\": {\"b\": [{\"c\": 1}, null]}, \"\": \"\"}",
		"{\"a\":{\"b\":[{\"c\":1},null]},\"\":\"\"}"},
	    {"{\"a\": 1, \"b\": 2, \"a\": 3}", "{\"b\":2,\"a\":3}"},
	    {"{\"a\": 1, \"a\\u0000b\": 2, \"\\u0000\": 3, \"c\": {\"\\u0000\": 4}}",
		"{\"a\":1,\"a\\u0000b\":2,\"\\u0000\":3,\"c\":{\"\\u0000\":4}}"},
	};
	struct arena *a = arena_new(0);
	const struct json *j;

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		assert_int_equal(json_parse(a, str_of(rows[i].in), &j, NULL), ERR_OK);
		ASSERT_WRITES(json_write_copy(w, NULL, j), rows[i].out);
	}
	arena_free(a);
}

static void
a_buffer_that_is_full_has_failed(void **state)
{
	(void)state;
	for (size_t limit = 1; limit <= 8; limit++) {
		struct buf b = {.limit = limit};
		struct json_writer w = JSON_WRITER(&b);

		json_write_format(&w, NULL, "%s", "sixsix");
		assert_true(buf_failed(&b) == (limit < 8));
		buf_free(&b);
	}
}

/* ------------------------------------------------------------------ changed in place */

static bool
is_short(void *context, struct str key)
{
	size_t *asked = context;

	++*asked;
	return key.n < 2;
}

static void
a_document_is_changed_in_place(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
	    {NULL, "{\"p\":\"$.a/\xc3\xa4\"}"},
	    {"", "{\"p\":\"$.a/\xc3\xa4\"}"},
	    {"{}", "{\"p\":\"$.a/\xc3\xa4\"}"},
	    {" {\"xx\": {\"y\": [1]}, \"a\": 1.50, \"p\": 2, \"zz\": null} ",
		"{\"a\":1.50,\"p\":\"$.a/\xc3\xa4\"}"},
	    {"{\"b\": [{\"c\": 123456789012345678}, true, null, \"\\u0001\"]}",
		"{\"b\":[{\"c\":123456789012345678},true,null,\"\\u0001\"],\"p\":\"$.a/"
		"\xc3\xa4\"}"},
	};
	struct arena *a = arena_new(0);

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct json_edit *edit;
		struct error e;
		struct str text;
		size_t asked = 0;

		assert_int_equal(json_edit_open(str_of(rows[i].in), &edit, &e), ERR_OK);
		json_edit_keep(edit, is_short, &asked);
		json_edit_set(edit, "p", STR("$.a/\xc3\xa4"));
		assert_int_equal(json_edit_text(edit, a, &text), ERR_OK);
		assert_string_equal(text.s, rows[i].out);
		json_edit_close(edit);
	}
	arena_free(a);
	json_edit_close(NULL);
}

static void
what_is_no_object_is_refused(void **state)
{
	static const char *const texts[] = {
	    "[]", "null", "1", "\"a\"", "{", "{\"a\":1}x", "{'a':1}", "{\"a\":1,}", " "};

	(void)state;
	for (size_t i = 0; i < N_OF(texts); i++) {
		struct json_edit *edit = NULL;
		struct error e;

		assert_int_equal(json_edit_open(str_of(texts[i]), &edit, &e), ERR_INPUT);
		assert_null(edit);
		assert_true(e.text[0] != '\0');
	}
}

/* ------------------------------------------------------------------ without memory */

/* Something larger than any first buffer. */
static enum err
build(struct arena *a, struct buf *b)
{
	struct json_writer w = JSON_WRITER(b);
	const struct json *j = NULL;
	enum err err = json_parse(
	    a, STR("{\"deep\": [{\"x\": [1, 2.5, \"text\", null, true]}]}"), &j, NULL);

	json_open_object(&w, NULL);
	json_open_array(&w, "list");
	for (int i = 0; i < 150; i++)
		json_write_number(&w, NULL, i / 7.0);
	json_close_array(&w);
	if (err == ERR_OK)
		json_write_copy(&w, "copy", j);
	for (int i = 0; i < 20; i++)
		json_write_format(&w, "text", "%0200d", i);
	json_close_object(&w);
	return err == ERR_OK && buf_failed(b) ? ERR_MEMORY : err;
}

static void fail_each(enum err (*work)(struct arena *a, struct buf *b))
{
	struct arena *a = arena_new(0);
	struct buf want = BUF_INIT, counted = BUF_INIT;
	unsigned long n, failed = 0;

	assert_int_equal(work(a, &want), ERR_OK);
	fail_alloc_from(0);
	assert_int_equal(work(a, &counted), ERR_OK);
	n = fail_alloc_stop();
	buf_free(&counted);
	assert_true(n > 4);
	for (unsigned long i = 1; i <= 2 * n; i++) {
		/* All from the i-th on, and it alone. */
		struct buf b = BUF_INIT;
		long live;
		enum err err;

		arena_reset(a);
		live = fail_alloc_live();
		if (i <= n)
			fail_alloc_from(i);
		else
			fail_alloc_once(i - n);
		err = work(a, &b);
		fail_alloc_stop();
		assert_true(err == ERR_OK || err == ERR_MEMORY);
		if (err == ERR_OK)
			assert_true(str_eq(buf_text(&b), buf_text(&want)));
		failed += err == ERR_MEMORY;
		buf_free(&b);
		assert_int_equal(fail_alloc_live(), live);
	}
	assert_true(failed >= n);
	buf_free(&want);
	arena_free(a);
}

static void
every_allocation_may_fail(void **state)
{
	(void)state;
	if (!FAIL_ALLOC)
		skip();
	fail_each(build);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(scalars_are_written),
	    cmocka_unit_test(numbers_are_finite_and_shortest),
	    cmocka_unit_test(texts_are_escaped_where_they_must_be),
	    cmocka_unit_test(every_ascii_text_reads_back),
	    cmocka_unit_test(containers_keep_their_order),
	    cmocka_unit_test(pretty_gives_each_value_a_line),
	    cmocka_unit_test(what_was_read_is_copied),
	    cmocka_unit_test(a_buffer_that_is_full_has_failed),
	    cmocka_unit_test(a_document_is_changed_in_place),
	    cmocka_unit_test(what_is_no_object_is_refused),
	    cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests_name("json_write", tests, NULL, NULL);
}
