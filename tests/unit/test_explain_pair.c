/* lib/matrix/explain: why a cell is null, or what it is made of; who is named by an id. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <string.h>
#include <cmocka.h>

#include "base/array.h"
#include "base/buf.h"
#include "matrix/explain.h"
#include "matrix/side.h"
#include "service/render_pair.h"
#include "arena_fixture.h"

#define CHOICE(name, value)                                                                \
	"{\"id\":\"" name "\",\"from_name\":\"" name                                       \
	"\",\"type\":\"choices\",\"value\":{\"choices\":[\"" value "\"]}}"

static const struct matrix_options options = {0};

static struct matrix_side
side_of(int64_t id, const char *text)
{
	struct result *result = arena_calloc(a, 1, sizeof(*result));
	struct matrix_side side = {.id = id};
	const struct json *j;
	struct error why;

	if (text == NULL)
		return side;
	side.result = result;
	if (json_parse(a, str_of(text), &j, &why) != ERR_OK ||
	    result_read(a, j, result, &why) != ERR_OK)
		side.unreadable = arena_printf(a, "%s", why.text);
	return side;
}

static struct dimensions
dimensions_of(const char *tag, const char *metric, const char *extraction)
{
	struct store_dimension *row = arena_calloc(a, 1, sizeof(*row));
	struct dimension *d = arena_alloc(a, sizeof(*d));

	*row = (struct store_dimension){.id = 3,
	    .name = str_of(tag),
	    .control_tag = str_of(tag),
	    .metric_type = str_of(metric),
	    .extraction_params = str_of(extraction),
	    .weight = 1.0,
	    .is_active = true,
	    .is_present = true};
	assert_int_equal(dimension_init(a, row, d), ERR_OK);
	return (struct dimensions){d, 1};
}

/* Two people over one dimension of the control `q`. */
static const struct explained *
explain(const char *metric, const char *extraction, const char *x, const char *y)
{
	struct dimensions d = dimensions_of("q", metric, extraction);
	const struct matrix_side sides[] = {side_of(17, x), side_of(18, y)};
	struct explained *r = arena_alloc(a, sizeof(*r));

	assert_int_equal(explain_pair(a, sides, false, &d, &options, r, &e), ERR_OK);
	return r;
}

static void
assert_reason(const struct explained *x, const char *cell, const char *dimension)
{
	assert_true(isnan(x->score) && isnan(x->list[0].score));
	assert_string_equal(x->reason, cell);
	assert_string_equal(x->list[0].reason, dimension);
}

static void
nulls_have_a_reason(void **state)
{
	const char *good = "[" CHOICE("q", "a") "]";
	const char *why = "b has no evidence on this task";

	(void)state;
	assert_reason(explain("exact_match", NULL, good, NULL), why, why);
	why = "a has no evidence on this task";
	assert_reason(explain("exact_match", NULL, NULL, good), why, why);
	why = "neither a nor b has evidence on this task";
	assert_reason(explain("exact_match", NULL, NULL, NULL), why, why);
	why = "no dimension has a score";
	assert_reason(explain("exact_match", NULL, good, "[nonsense"), why,
	    "annotation 18, dimension 3: JSON: line 1, column 2: no such value");
	assert_reason(explain("numeric_difference", NULL, good, good), why,
	    "annotation 17, dimension 3: $[0].value.rating: a number or a rating is "
	    "missing");
	assert_reason(explain("no_such_metric", NULL, good, good), why,
	    "annotation 17, dimension 3: there is no metric \"no_such_metric\"");
	assert_reason(
	    explain("exact_match",
		"{\"visible_when\":[{\"when\":\"choice-selected\",\"control\":\"p\","
		"\"choices\":[\"yes\"]}]}",
		"[" CHOICE("p", "no") "]", "[]"),
	    why, "the control was hidden from a and b");
}

static void
the_same_annotation_is_not_compared(void **state)
{
	struct dimensions d = dimensions_of("q", "exact_match", NULL);
	struct matrix_side sides[2] = {side_of(17, "[" CHOICE("q", "a") "]")};
	struct explained x;

	(void)state;
	sides[1] = sides[0];
	assert_int_equal(explain_pair(a, sides, false, &d, &options, &x, &e), ERR_OK);
	assert_reason(
	    &x, "a and b are the same annotation", "a and b are the same annotation");
	/* The diagonal. */
	assert_int_equal(explain_pair(a, sides, true, &d, &options, &x, &e), ERR_OK);
	assert_true(x.score == 1.0);
	assert_string_equal(x.reason, "a and b are the same participant");
	d.n = 0;
	assert_int_equal(explain_pair(a, sides, true, &d, &options, &x, &e), ERR_OK);
	assert_true(isnan(x.score));
	sides[1] = side_of(18, "[]");
	assert_int_equal(explain_pair(a, sides, false, &d, &options, &x, &e), ERR_OK);
	assert_true(isnan(x.score));
	assert_string_equal(x.reason, "no dimension counts");
}

static const char *
shown(const struct explained *x)
{
	const struct participant p[] = {{.kind = PARTICIPANT_MODEL, .model = STR_INIT("v")},
	    {.kind = PARTICIPANT_GROUND_TRUTH}};
	const struct matrix_row rows[] = {{&p[0], NULL}, {&p[1], NULL}};
	struct buf b = BUF_INIT;
	struct json_writer w = JSON_WRITER(&b);
	struct str text;

	render_pair(&w, x, &rows[0], &rows[1], STR(""));
	assert_false(buf_failed(&b));
	text = arena_str(a, buf_text(&b));
	buf_free(&b);
	return text.s;
}

#define HEAD(score, name, metric)                                                          \
	"{\"a\":{\"id\":\"model:v\",\"username\":\"Model v\"},"                            \
	"\"b\":{\"id\":\"ground_truth\",\"username\":\"Ground Truth\"},\"score\":" score   \
	",\"reason\":null,\"dimensions\":[{\"id\":3,\"name\":\"" name                      \
	"\",\"control_tag\":\"" name "\",\"metric_type\":\"" metric                        \
	"\",\"weight\":1.0,\"score\":" score ",\"reason\":null,\"raw\":" score             \
	",\"kind\":"

static void
sets_are_shown(void **state)
{
	(void)state;
	assert_string_equal(shown(explain("exact_match", NULL, "[" CHOICE("q", "a") "]",
				"[" CHOICE("q", "b") "]")),
	    HEAD("0.0", "q",
		"exact_match") "\"labels\",\"common\":[],\"missing\":[{\"value\":\"a\"}],"
			       "\"extra\":[{\"value\":\"b\"}],\"truncated\":false}]}");
}

/* A control that asks about several things says of which. */
static void
places_are_shown(void **state)
{
	struct dimensions d = dimensions_of("p_{{idx}}", "exact_match", NULL);
	const struct matrix_side sides[] = {
	    side_of(17, "[" CHOICE("p_0", "a") "," CHOICE("p_1", "b") "]"),
	    side_of(18, "[" CHOICE("p_0", "b") "," CHOICE("p_1", "b") "]")};
	struct explained x;

	(void)state;
	assert_int_equal(explain_pair(a, sides, false, &d, &options, &x, &e), ERR_OK);
	assert_string_equal(shown(&x),
	    HEAD("0.0", "p_{{idx}}",
		"exact_match") "\"labels\",\"common\":[{\"value\":\"b\",\"from_name\":"
			       "\"p_1\"}],\"missing\":[{\"value\":\"a\",\"from_name\":"
			       "\"p_0\"}],\"extra\":[{\"value\":\"b\",\"from_name\":"
			       "\"p_0\"}],\"truncated\":false}]}");
}

#define TEXT(text)                                                                         \
	"[{\"id\":\"t\",\"from_name\":\"q\",\"type\":\"textarea\",\"item_index\":2,"       \
	"\"value\":{\"text\":[" text "]}}]"

static void
texts_are_shown(void **state)
{
	(void)state;
	assert_string_equal(shown(explain("text_similarity", NULL, TEXT("\"abcd\",\"x\""),
				TEXT("\"abed\""))),
	    HEAD("0.375", "q",
		"text_similarity") "\"text\",\"lines\":[{\"from_name\":\"q\",\"item_"
				   "index\":2,"
				   "\"a\":\"abcd\",\"b\":\"abed\",\"similarity\":0.75,"
				   "\"unit\":\"characters\",\"coarse\":false,\"runs\":["
				   "{\"edit\":\"equal\",\"text\":\"ab\"},"
				   "{\"edit\":\"delete\",\"text\":\"c\"},"
				   "{\"edit\":\"insert\",\"text\":\"e\"},"
				   "{\"edit\":\"equal\",\"text\":\"d\"}]},"
				   "{\"from_name\":\"q\",\"item_index\":2,\"a\":\"x\","
				   "\"b\":null,\"similarity\":0.0,\"unit\":\"characters\","
				   "\"coarse\":false,\"runs\":[]}]}]}");
}

#define NUMBER(n) "[{\"from_name\":\"q\",\"type\":\"number\",\"value\":{\"number\":" n "}}]"
#define RANKS(list)                                                                        \
	"[{\"from_name\":\"q\",\"type\":\"ranker\",\"value\":{\"ranker\":" list "}}]"

static void
numbers_and_ranks_are_shown(void **state)
{
	(void)state;
	assert_string_equal(
	    shown(explain("numeric_difference", NULL, NUMBER("[3,4]"), NUMBER("4"))),
	    HEAD("0.25", "q",
		"numeric_difference") "\"number\",\"numbers\":[{\"a\":3.0,\"b\":4.0,"
				      "\"difference\":1.0,\"similarity\":0.5},"
				      "{\"a\":4.0,\"b\":null,\"difference\":null,"
				      "\"similarity\":0.0}]}]}");
	assert_string_equal(shown(explain("ranking_kendall", NULL, RANKS("[\"x\",\"y\"]"),
				RANKS("[\"y\",\"x\"]"))),
	    HEAD("0.0", "q",
		"ranking_kendall") "\"ranking\",\"pairs\":1.0,\"concordant\":0.0,"
				   "\"items\":[{\"item\":\"x\",\"a\":{\"bucket\":\"\","
				   "\"position\":1},\"b\":{\"bucket\":\"\",\"position\":2}}"
				   ","
				   "{\"item\":\"y\",\"a\":{\"bucket\":\"\",\"position\":2},"
				   "\"b\":{\"bucket\":\"\",\"position\":1}}]}]}");
	assert_non_null(strstr(shown(explain("ranking_kendall", NULL, RANKS("[\"x\"]"),
				   RANKS("{\"k\":[\"z\"]}"))),
	    "{\"item\":\"x\",\"a\":{\"bucket\":\"\",\"position\":1},\"b\":null}"));
}

#define SPAN(id, start, end)                                                               \
	"{\"id\":\"" id "\",\"from_name\":\"q\",\"type\":\"labels\",\"value\":{"           \
	"\"start\":" start ",\"end\":" end ",\"text\":\"cat\",\"labels\":[\"A\"]}}"

/* A region whose partner has a better one is met twice, and whole once. */
static void
regions_are_shown(void **state)
{
	const struct explained *x = explain("span_overlap", NULL,
	    "[" SPAN("x", "0", "4") "]",
	    "[" SPAN("y", "0", "4") "," SPAN("z", "2", "4") "," SPAN("u", "8", "9") "]");
	const char *whole = "\"labels\":[\"A\"],\"shape\":\"span\",\"start\":";

	(void)state;
	assert_string_equal(shown(x),
	    arena_printf(a,
		HEAD("0.625", "q",
		    "span_overlap") "\"regions\",\"rule\":\"pooled\",\"all\":{\"a\":1.0,"
				    "\"b\":3.0},\"matches\":["
				    "{\"a\":{\"id\":\"x\",\"index\":0,%s0,\"end\":4,"
				    "\"text\":\"cat\",\"geometry\":{\"start\":0,\"end\":4,"
				    "\"text\":\"cat\",\"labels\":[\"A\"]}},"
				    "\"b\":{\"id\":\"y\",\"index\":0,%s0,\"end\":4,"
				    "\"text\":\"cat\",\"geometry\":{\"start\":0,\"end\":4,"
				    "\"text\":\"cat\",\"labels\":[\"A\"]}},"
				    "\"overlap\":1.0,\"payload\":1.0,\"similarity\":1.0,"
				    "\"counts\":{\"a\":1.0,\"b\":1.0}},"
				    "{\"a\":{\"id\":\"x\",\"index\":0},"
				    "\"b\":{\"id\":\"z\",\"index\":1,%s2,\"end\":4,"
				    "\"text\":\"cat\",\"geometry\":{\"start\":2,\"end\":4,"
				    "\"text\":\"cat\",\"labels\":[\"A\"]}},"
				    "\"overlap\":0.5,\"payload\":1.0,\"similarity\":0.5,"
				    "\"counts\":{\"a\":0.0,\"b\":1.0}}],"
				    "\"only_a\":[],\"only_b\":[{\"id\":\"u\",\"index\":2,%"
				    "s8,"
				    "\"end\":9,\"text\":\"cat\",\"geometry\":{\"start\":8,"
				    "\"end\":9,\"text\":\"cat\",\"labels\":[\"A\"]}}]}]}",
		whole, whole, whole, whole));
}

/* What is said of regions comes with where they are. */
static void
values_of_regions_are_shown(void **state)
{
	static const char box[] =
	    "{\"id\":\"x\",\"from_name\":\"b\",\"type\":\"rectangle\",\"value\":{\"x\":1,"
	    "\"y\":1,\"width\":5,\"height\":5}}";
	const char *said = arena_printf(a,
	    "[%s,{\"id\":\"x\",\"from_name\":\"q\",\"type\":\"choices\","
	    "\"value\":{\"choices\":[\"A\"]}}]",
	    box);
	const char *text = shown(explain("bbox_labels", NULL, said, said));

	(void)state;
	assert_non_null(strstr(text,
	    "\"a\":{\"id\":\"x\",\"index\":1,\"labels\":[\"A\"],\"shape\":\"bbox\","
	    "\"geometry\":{\"x\":1,\"y\":1,\"width\":5,\"height\":5},"
	    "\"value\":{\"choices\":[\"A\"]}}"));
}

static void
what_costs_too_much_is_refused(void **state)
{
	struct dimensions d = dimensions_of("q", "exact_match", NULL);
	const struct matrix_side sides[] = {
	    side_of(17, "[" CHOICE("q", "a") "]"), side_of(18, "[" CHOICE("q", "b") "]")};
	struct matrix_options o = {.max_cost = 1.0};
	struct explained x = {.n = 77};

	(void)state;
	assert_int_equal(explain_pair(a, sides, false, &d, &o, &x, &e), ERR_LIMIT);
	assert_int_equal(x.n, 77);
	/* Enough for the score alone. */
	o.max_cost = 100.0;
	assert_int_equal(explain_pair(a, sides, false, &d, &o, &x, &e), ERR_LIMIT);
	assert_true(str_starts(str_of(e.text), "The explanation would cost "));
	o.max_cost = 1000.0;
	assert_int_equal(explain_pair(a, sides, false, &d, &o, &x, &e), ERR_OK);
}

static void
memory_ends(void **state)
{
	struct dimensions d = dimensions_of("q", "exact_match", NULL);
	const struct matrix_side sides[] = {
	    side_of(17, "[" CHOICE("q", "a") "]"), side_of(18, "[\"" CHOICE("q", "b") "]")};
	unsigned failed = 0;
	bool done = false;

	(void)state;
	for (size_t limit = 16; !done; limit += 16) {
		struct arena *small = arena_new(limit);
		struct explained x = {.n = 77};
		enum err err = explain_pair(small, sides, false, &d, &options, &x, &e);

		done = err == ERR_OK;
		failed += !done;
		assert_true(done ? x.n == 1 : err == ERR_MEMORY && x.n == 77);
		arena_free(small);
	}
	assert_true(failed > 5);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, arena_set_up, arena_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(nulls_have_a_reason),
	    TEST(the_same_annotation_is_not_compared),
	    TEST(sets_are_shown),
	    TEST(places_are_shown),
	    TEST(texts_are_shown),
	    TEST(numbers_and_ranks_are_shown),
	    TEST(regions_are_shown),
	    TEST(values_of_regions_are_shown),
	    TEST(what_costs_too_much_is_refused),
	    TEST(memory_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
