/* lib/labelstudio/outputs: what a programmable control says that it gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/array.h"
#include "base/buf.h"
#include "labelstudio/outputs.h"

/* The fields, a line each: "name path metric", names of an enumeration behind it. */
static const char *
fields(struct arena *a, const char *text)
{
	struct outputs r;
	struct buf b = BUF_INIT;
	const char *lines;

	assert_int_equal(outputs_read(a, str_of(text), STR("$.reactcode"), &r), ERR_OK);
	for (size_t i = 0; i < r.n; i++) {
		const struct output *o = &r.list[i];

		buf_printf(
		    &b, "%.*s %.*s %s", STR_ARG(o->name), STR_ARG(o->path), o->metric);
		for (size_t k = 0; k < o->n_labels; k++)
			buf_printf(&b, "%s%.*s", k == 0 ? " " : "|", STR_ARG(o->labels[k]));
		buf_puts(&b, o->categorical ? " categorical\n" : "\n");
	}
	lines = arena_str(a, buf_text(&b)).s;
	buf_free(&b);
	return lines;
}

static void
lists_of_fields(void **state)
{
	static const struct {
		const char *text, *fields;
	} rows[] = {
	    {"", ""},
	    {"  ", ""},
	    {"a", "a $.reactcode.a text_similarity\n"},
	    {"a, b;c|d\te",
		"a $.reactcode.a text_similarity\nb $.reactcode.b text_similarity\n"
		"c $.reactcode.c text_similarity\nd $.reactcode.d text_similarity\n"
		"e $.reactcode.e text_similarity\n"},
	    {"mood:choices(good, bad ,, so so)",
		"mood $.reactcode.mood exact_match good|bad|so so categorical\n"},
	    {"t : MultiChoices (a,b) , n:number(0,10),m: number ; r:rating(5)|s:rating",
		"t $.reactcode.t jaccard_similarity a|b categorical\n"
		"n $.reactcode.n numeric_difference\nm $.reactcode.m numeric_difference\n"
		"r $.reactcode.r numeric_difference\ns $.reactcode.s numeric_difference\n"},
	    {"x:text,y:text(200),z:string,b:boolean,d:date,w:whatever(1)",
		"x $.reactcode.x text_similarity\ny $.reactcode.y text_similarity\n"
		"z $.reactcode.z text_similarity\nb $.reactcode.b exact_match\n"
		"d $.reactcode.d exact_match\nw $.reactcode.w text_similarity\n"},
	    {"the mood:choices(a;b)",
		"the mood $.reactcode['the mood'] exact_match a;b categorical\n"},
	    /* Nobody can tell the field of these. */
	    {"choices(a,b)", ""},
	    {":choices(a)", ""},
	    {"[\"a\"]", ""},
	    {"\"a\"", ""},
	    {"a:choices(a", "a $.reactcode.a exact_match categorical\n"},
	    {"a:choices)b(", "a $.reactcode.a text_similarity\n"},
	};
	struct arena *a = arena_new(0);

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++)
		assert_string_equal(fields(a, rows[i].text), rows[i].fields);
	arena_free(a);
}

static void
schemas(void **state)
{
	static const struct {
		const char *text, *fields;
	} rows[] = {
	    {"{}", ""},
	    {"{\"type\":\"object\"}", ""},
	    {"{\"a\":", ""},
	    {"{\"properties\":{\"a\":{\"type\":\"number\"}}}",
		"a $.reactcode.a numeric_difference\n"},
	    {"{\"a\":{\"type\":\"number\"},\"b\":\"choices(x,y)\",\"c\":{}}",
		"a $.reactcode.a numeric_difference\n"
		"b $.reactcode.b exact_match x|y categorical\nc $.reactcode.c "
		"exact_match\n"},
	    {"{\"type\":\"object\",\"properties\":{\"s\":{\"type\":\"string\"},\"e\":{"
	     "\"enum\":"
	     "[\"x\",2]},\"i\":{\"type\":[\"null\",\"integer\"]},\"b\":{\"type\":"
	     "\"boolean\"},"
	     "\"d\":{\"type\":\"string\",\"format\":\"date\"}}}",
		"s $.reactcode.s text_similarity\ne $.reactcode.e exact_match x "
		"categorical\n"
		"i $.reactcode.i numeric_difference\nb $.reactcode.b exact_match\n"
		"d $.reactcode.d exact_match\n"},
	    {"{\"type\":\"object\",\"properties\":{\"o\":{\"type\":\"object\","
	     "\"properties\":{"
	     "\"p "
	     "q\":{\"type\":\"object\",\"properties\":{\"r\":{\"type\":\"number\"}}}}}}}",
		"o.p q.r $.reactcode.o['p q'].r numeric_difference\n"},
	    {"{\"l\":{\"type\":\"array\",\"items\":{\"type\":\"string\",\"enum\":[\"a\"]}},"
	     "\"m\":"
	     "{\"type\":\"array\",\"items\":{\"type\":\"number\"}},\"n\":{\"type\":"
	     "\"array\","
	     "\"items\":{\"type\":\"object\"}},\"o\":{\"type\":\"array\"},\"p\":{\"type\":"
	     "\"array\",\"items\":{\"type\":\"string\"}}}",
		"l $.reactcode.l jaccard_similarity a categorical\n"
		"m $.reactcode.m numeric_difference\nn $.reactcode.n exact_match\n"
		"o $.reactcode.o exact_match\np $.reactcode.p jaccard_similarity\n"},
	    {"{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"a\":{"
	     "\"type\":"
	     "\"number\"}}}}",
		"a $.reactcode[*].a numeric_difference\n"},
	    {"{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#/$defs/"
	     "n\"},\"b\":{\"anyOf\":"
	     "[{\"$ref\":\"#/$defs/"
	     "n\"},{\"type\":\"null\"}]},\"c\":{\"oneOf\":[{\"const\":\"x\"},"
	     "{\"const\":\"y\",\"title\":\"Y\"}]},\"d\":{\"$ref\":\"#/"
	     "nothing\"},\"e\":{\"oneOf\":"
	     "[{\"type\":\"string\"},{\"type\":\"number\"}]}},\"$defs\":{\"n\":{\"type\":"
	     "\"number\"}}}",
		"a $.reactcode.a numeric_difference\nb $.reactcode.b numeric_difference\n"
		"c $.reactcode.c exact_match x|y categorical\nd $.reactcode.d exact_match\n"
		"e $.reactcode.e exact_match\n"},
	    /* One value is no map of fields, unless there is more than a schema says. */
	    {"{\"type\":\"number\"}", ""},
	    {"{\"type\":\"string\",\"minLength\":1,\"title\":\"Mood\"}", ""},
	    {"{\"type\":[\"integer\",\"null\"],\"minimum\":1,\"maximum\":5}", ""},
	    {"{\"$schema\":\"http://json-schema.org/draft-07/"
	     "schema#\",\"enum\":[\"a\",\"b\"]}",
		""},
	    {"{\"type\":\"array\"}", ""},
	    {"{\"type\":\"array\",\"items\":{\"type\":\"string\"},\"uniqueItems\":true}",
		""},
	    {"{\"anyOf\":[{\"type\":\"number\"},{\"type\":\"null\"}]}", ""},
	    {"{\"anyOf\":[{\"properties\":{\"a\":{\"type\":\"number\"}}},{\"type\":"
	     "\"null\"}]}",
		"a $.reactcode.a numeric_difference\n"},
	    {"{\"type\":\"choices(x,y)\",\"title\":\"text\"}",
		"type $.reactcode.type exact_match x|y categorical\ntitle "
		"$.reactcode.title text_similarity\n"},
	    {"{\"type\":\"string\",\"page\":\"number\"}",
		"type $.reactcode.type text_similarity\npage $.reactcode.page "
		"numeric_difference\n"},
	    /* Round and round. */
	    {"{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#/properties/a\"}}}",
		"a $.reactcode.a exact_match\n"},
	    {"{\"$ref\":\"#/$defs/o\",\"$defs\":{\"o\":{\"properties\":{\"a\":{\"type\":"
	     "\"string\"}}}}}",
		"a $.reactcode.a text_similarity\n"},
	};
	struct arena *a = arena_new(0);

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++)
		assert_string_equal(fields(a, rows[i].text), rows[i].fields);
	arena_free(a);
}

/* Schemas that refer to themselves end, and so do many fields. */
static void
there_is_an_end(void **state)
{
	struct arena *a = arena_new(0);
	struct outputs r;
	struct buf b = BUF_INIT;

	(void)state;
	assert_int_equal(
	    outputs_read(a,
		STR("{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#\"},"
		    "\"b\":{\"$ref\":\"#\"}}}"),
		STR("$.reactcode"), &r),
	    ERR_OK);
	assert_true(r.n <= OUTPUTS_MAX);
	for (int i = 0; i < 3 * OUTPUTS_MAX; i++)
		buf_printf(&b, "f%d,", i);
	assert_int_equal(outputs_read(a, buf_text(&b), STR("$"), &r), ERR_OK);
	assert_int_equal(r.n, OUTPUTS_MAX);
	buf_free(&b);
	arena_free(a);
}

static void
memory_ends(void **state)
{
	unsigned failed = 0;

	(void)state;
	for (size_t limit = 64; limit < 40000; limit += 128) {
		struct arena *a = arena_new(limit);
		struct outputs r;
		enum err err = outputs_read(a,
		    STR("{\"o\":{\"type\":\"object\",\"properties\":{\"m\":\"choices(a,b)"
			"\"}}}"),
		    STR("$.r"), &r);

		assert_true(err == ERR_MEMORY || (err == ERR_OK && r.n == 1));
		failed += err != ERR_OK;
		arena_free(a);
	}
	assert_true(failed > 2 && failed < 300);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lists_of_fields),
	    cmocka_unit_test(schemas),
	    cmocka_unit_test(there_is_an_end),
	    cmocka_unit_test(memory_ends),
	};

	return cmocka_run_group_tests_name("outputs", tests, NULL, NULL);
}
