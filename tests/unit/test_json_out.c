/* lib/json/out: what is written, what is handed on, and every allocation failing in turn.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "fail_alloc.h"
#include "json/json.h"
#include "json/out.h"

static const struct str absent;

/* The text of a tree, which is freed. */
static void
assert_writes(struct json_object *root, const char *text)
{
	struct buf b = BUF_INIT;

	assert_int_equal(json_out_write(&b, root, false), ERR_OK);
	assert_true(str_is(buf_text(&b), text) || (b.s != NULL && strlen(b.s) != b.n));
	assert_string_equal(b.s, text);
	json_out_free(root);
	buf_free(&b);
}

static void
scalars_are_written(void **state)
{
	(void)state;
	assert_writes(json_out_null(), "null");
	assert_writes(json_out_bool(true), "true");
	assert_writes(json_out_bool(false), "false");
	assert_writes(json_out_integer(0), "0");
	assert_writes(json_out_integer(INT64_MAX), "9223372036854775807");
	assert_writes(json_out_integer(INT64_MIN), "-9223372036854775808");
	assert_writes(json_out_string(STR("")), "\"\"");
	assert_writes(json_out_string(absent), "null");
	assert_writes(json_out_array(), "[]");
	assert_writes(json_out_object(), "{}");
}

static void
numbers_are_finite_and_shortest(void **state)
{
	(void)state;
	assert_writes(json_out_number(1.0), "1.0");
	assert_writes(json_out_number(0.0), "0.0");
	assert_writes(json_out_number(-0.0), "0.0");
	assert_writes(json_out_number(0.6), "0.6");
	assert_writes(json_out_number(0.1 + 0.2), "0.30000000000000004");
	assert_writes(json_out_number(1e100), "1e+100");
	assert_writes(json_out_number(5e-324), "5e-324");
	assert_writes(json_out_number((double)NAN), "null");
	assert_writes(json_out_number((double)INFINITY), "null");
	assert_writes(json_out_number(-(double)INFINITY), "null");
}

static void
texts_are_escaped_where_they_must_be(void **state)
{
	(void)state;
	assert_writes(json_out_string(STR("a/b'\x7f")), "\"a/b'\x7f\"");
	assert_writes(
	    json_out_string(STR("\"\\\b\f\n\r\t")), "\"\\\"\\\\\\b\\f\\n\\r\\t\"");
	assert_writes(
	    json_out_string(STR("\x01\x0b\x1f\x00")), "\"\\u0001\\u000b\\u001f\\u0000\"");
	assert_writes(json_out_string(STR("\xc3\xa4\xf0\x9f\x98\x80</script>")),
	    "\"\xc3\xa4\xf0\x9f\x98\x80</script>\"");
	assert_writes(json_out_string(STR("\nplain\n\nplain")), "\"\\nplain\\n\\nplain\"");
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
		struct json_object *o = json_out_string((struct str){text + 256 - n, n});

		buf_clear(&b);
		assert_int_equal(json_out_write(&b, o, false), ERR_OK);
		json_out_free(o);
		assert_int_equal(json_parse(a, buf_text(&b), &j, NULL), ERR_OK);
		assert_true(str_eq(json_str(j), (struct str){text + 256 - n, n}));
		arena_reset(a);
	}
	buf_free(&b);
	arena_free(a);
}

static void
containers_keep_their_order(void **state)
{
	struct json_object *o = json_out_object(), *list = json_out_array(),
			   *in = json_out_object();

	(void)state;
	json_out_add(o, "z", json_out_integer(1));
	json_out_add(o, "a", json_out_null());
	json_out_append(list, json_out_null());
	json_out_append(list, json_out_bool(true));
	json_out_append(list, json_out_array());
	json_out_append(list, json_out_number(0.5));
	json_out_add(o, "list", list);
	json_out_add(in, "\"\n", json_out_string(STR("x")));
	json_out_add(o, "in", in);
	json_out_add(o, "", json_out_object());
	json_out_add(o, "z", json_out_integer(2)); /* in its old place */
	assert_writes(o,
	    "{\"z\":2,\"a\":null,\"list\":[null,true,[],0.5],\"in\":{\"\\\"\\n\":\"x\"},"
	    "\"\":{}}");
}

static void
pretty_gives_each_value_a_line(void **state)
{
	struct json_object *o = json_out_object(), *list = json_out_array();
	struct buf b = BUF_INIT;

	(void)state;
	json_out_append(list, json_out_integer(1));
	json_out_append(list, json_out_object());
	json_out_add(o, "list", list);
	json_out_add(o, "none", json_out_array());
	json_out_add(o, "text", json_out_string(STR("a,b")));
	buf_puts(&b, "> ");
	assert_int_equal(json_out_write(&b, o, true), ERR_OK);
	assert_string_equal(b.s,
	    "> {\n"
	    "  \"list\": [\n"
	    "    1,\n"
	    "    {}\n"
	    "  ],\n"
	    "  \"none\": [],\n"
	    "  \"text\": \"a,b\"\n"
	    "}");
	json_out_free(o);
	buf_free(&b);
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
	    {"{\"a\": 1, \"b\": 2, \"a\": 3}", "{\"a\":3,\"b\":2}"},
	    {"{\"a\": 1, \"a\\u0000b\": 2, \"\\u0000\": 3, \"c\": {\"\\u0000\": 4}}",
		"{\"a\":1,\"c\":{}}"},
	};
	struct arena *a = arena_new(0);
	const struct json *j;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(json_parse(a, str_of(rows[i].in), &j, NULL), ERR_OK);
		assert_writes(json_out_copy(j), rows[i].out);
	}
	arena_free(a);
}

static void
failures_are_handed_on(void **state)
{
	struct json_object *o = json_out_object(), *in = json_out_array(),
			   *late = json_out_object();
	struct buf b = BUF_INIT;

	(void)state;
	/* Nothing to add to, nothing to add. */
	json_out_add(NULL, "a", json_out_integer(1));
	json_out_add(NULL, "a", json_out_null());
	json_out_add(NULL, "a", NULL);
	json_out_append(NULL, json_out_array());
	json_out_append(NULL, json_out_null());
	json_out_append(NULL, NULL);
	json_out_free(NULL);
	assert_int_equal(json_out_write(&b, NULL, false), ERR_MEMORY);

	json_out_append(in, NULL);
	json_out_add(o, "in", in);
	assert_int_equal(json_out_write(&b, o, false), ERR_MEMORY);
	json_out_free(o);

	/* Also where a part is lost once it stands in its container. */
	o = json_out_object();
	json_out_add(o, "late", late);
	json_out_add(late, "a", NULL);
	assert_int_equal(json_out_write(&b, o, false), ERR_MEMORY);
	json_out_free(o);

	/* Told once: the next tree is whole. A tree that nobody wrote makes the next one fail
	 * rather than let a loss go unsaid. */
	assert_writes(json_out_array(), "[]");
	in = json_out_array();
	json_out_append(in, NULL);
	json_out_free(in);
	assert_int_equal(json_out_write(&b, json_out_null(), false), ERR_MEMORY);
	assert_writes(json_out_null(), "null");
	buf_free(&b);

	b = (struct buf){.limit = 3};
	assert_int_equal(json_out_write(&b, json_out_null(), false), ERR_MEMORY);
	buf_free(&b);
	b = (struct buf){.limit = 4};
	assert_int_equal(json_out_write(&b, json_out_null(), false), ERR_OK);
	o = json_out_integer(12);
	assert_int_equal(json_out_write(&b, o, false), ERR_MEMORY);
	json_out_free(o);
	buf_free(&b);
}

/* A tree with everything in it, and its text, larger than any first buffer. */
static enum err
build(struct arena *a, struct buf *b)
{
	struct json_object *o = json_out_object(), *list = json_out_array();
	const struct json *j = NULL;
	enum err err = json_parse(
	    a, STR("{\"deep\": [{\"x\": [1, 2.5, \"text\", null, true]}]}"), &j, NULL);

	for (int i = 0; i < 150; i++)
		json_out_append(list, json_out_number(i / 7.0));
	json_out_add(o, "list", list);
	json_out_add(o, "copy", err == ERR_OK ? json_out_copy(j) : NULL);
	json_out_add(o, "text",
	    json_out_string(
		STR("a text that is longer than what json-c keeps inside a node \n")));
	json_out_add(o, "null", json_out_null());
	err = json_out_write(b, o, false);
	json_out_free(o);
	return err;
}

static void
every_allocation_may_fail(void **state)
{
	struct arena *a;
	struct buf want = BUF_INIT, kept = BUF_INIT;
	unsigned long n, failed = 0;

	(void)state;
	if (!FAIL_ALLOC)
		skip();
	a = arena_new(0);
	assert_int_equal(build(a, &want), ERR_OK);
	assert_int_equal(build(a, &kept), ERR_OK);
	fail_alloc_from(0);
	struct buf counted = BUF_INIT;
	assert_int_equal(build(a, &counted), ERR_OK);
	n = fail_alloc_stop();
	buf_free(&counted);
	assert_true(n > 150);
	for (unsigned long i = 1; i <= 3 * n; i++) {
		/* All from the i-th on, it alone, and it alone where the text has its room
		 * already. */
		struct buf fresh = BUF_INIT, *b = i <= 2 * n ? &fresh : &kept;
		long live;
		enum err err;

		arena_reset(a);
		buf_clear(b);
		live = fail_alloc_live();
		if (i <= n)
			fail_alloc_from(i);
		else
			fail_alloc_once((i - 1) % n + 1);
		err = build(a, b);
		fail_alloc_stop();
		assert_true(err == ERR_OK || err == ERR_MEMORY);
		if (err == ERR_OK)
			assert_true(str_eq(buf_text(b), buf_text(&want)));
		failed += err == ERR_MEMORY;
		buf_free(&fresh);
		assert_int_equal(fail_alloc_live(), live);
	}
	assert_true(failed > 2 * n);
	buf_free(&want);
	buf_free(&kept);
	arena_free(a);
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
	    cmocka_unit_test(failures_are_handed_on),
	    cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests_name("json_out", tests, NULL, NULL);
}
