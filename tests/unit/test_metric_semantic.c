/* semantic_similarity: cosines by hand, with an embedder that looks vectors up in a table.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "metric/text/embed.h"
#include "metric/metric.h"
#include "arena_fixture.h"

/* Cosines: east-north 0, east-northeast 1/sqrt(2), east-west -1 (counts 0), east-steep 0.6.
 */
static const struct {
	const char *text;
	float vector[2];
} meanings[] = {
    {"east", {1.0F, 0.0F}},
    {"EAST", {250.0F, 0.0F}},
    {"north", {0.0F, 3.0F}},
    {"northeast", {0.5F, 0.5F}},
    {"west", {-2.0F, 0.0F}},
    {"steep", {3.0F, 4.0F}},
    {"nowhere", {0.0F, 0.0F}},
    {"void", {0.0F, 0.0F}},
    {"tiny", {1e-30F, 0.0F}},
    {"large", {3e38F, 3e38F}},
};
#define MEANINGS N_OF(meanings)

static struct {
	unsigned calls, texts;
	enum err fail;
	size_t length;
} asked;

static enum err
embed(void *context, const struct str *texts, size_t n, const float **vectors_r,
    size_t *length_r, struct error *why)
{
	assert_ptr_equal(context, &asked);
	assert_true(n > 0);
	asked.calls++;
	asked.texts += (unsigned)n;
	if (asked.fail != ERR_OK)
		return error_set(why, asked.fail, "the embedder fails");
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		while (k < MEANINGS && !str_is(texts[i], meanings[k].text))
			k++;
		if (k == MEANINGS)
			fail_msg("asked for \"%.*s\"", STR_ARG(texts[i]));
		vectors_r[i] = meanings[k].vector;
	}
	*length_r = asked.length;
	return ERR_OK;
}

static const struct embedder embedder = {embed, &asked};

static int
set_up(void **state)
{
	memset(&asked, 0, sizeof(asked));
	asked.length = 2;
	return arena_set_up(state);
}

static struct measure
make(double threshold)
{
	char text[64];
	const struct json *params;
	struct measure m;

	snprintf(text, sizeof(text), "{\"threshold\":%.17g}", threshold);
	assert_int_equal(json_parse(a, arena_str(a, str_of(text)), &params, &e), ERR_OK);
	assert_int_equal(
	    measure_init(a, STR("semantic_similarity"), params, &m, &e), ERR_OK);
	assert_null(m.embedder);
	m.embedder = &embedder;
	return m;
}

/* A value with one item whose `text` is this JSON; NULL: no item at all. */
static struct result
value(const char *json)
{
	struct result r = {0};
	const struct json *doc;
	const char *text;

	if (json == NULL)
		return r;
	text = arena_printf(a,
	    "[{\"id\":\"1\",\"from_name\":\"t\",\"type\":\"textarea\","
	    "\"value\":{\"text\":%s}}]",
	    json);
	assert_non_null(text);
	assert_int_equal(json_parse(a, str_of(text), &doc, &e), ERR_OK);
	assert_int_equal(result_read(a, doc, &r, &e), ERR_OK);
	return r;
}

static double
score(double threshold, const char *x, const char *y)
{
	struct measure m = make(threshold);
	struct result v = value(x), w = value(y);
	const struct prepared *p, *q;
	double r = -1.0, turned = -2.0;

	assert_int_equal(measure_prepare(&m, a, &v, &p, &e), ERR_OK);
	assert_int_equal(measure_prepare(&m, a, &w, &q, &e), ERR_OK);
	assert_int_equal(measure_score(&m, a, p, q, &r), ERR_OK);
	assert_int_equal(measure_score(&m, a, q, p, &turned), ERR_OK);
	assert_true(r == turned);
	assert_true(r == 0.0 || r == 1.0);
	assert_true(measure_cost(&m, p, q) >= 1.0);
	return r;
}

/* The mean of the cosines, found by moving the threshold. */
static void
mean_is(const char *x, const char *y, double mean)
{
	const double nearly = 1e-7;

	assert_true(score(mean > nearly ? mean - nearly : 0.0, x, y) == 1.0);
	if (mean < 1.0 && score(mean + nearly, x, y) != 0.0)
		fail_msg("%s and %s: more than %.9g", x, y, mean);
}

static void
cosines(void **state)
{
	static const struct {
		const char *a, *b;
		double mean;
	} cases[] = {
	    {"[\"east\"]", "[\"east\"]", 1.0},
	    {"[\"east\"]", "[\"EAST\"]", 1.0},
	    {"[\"east\"]", "[\"tiny\"]", 1.0},
	    {"[\"east\"]", "[\"north\"]", 0.0},
	    {"[\"east\"]", "[\"west\"]", 0.0},
	    {"[\"east\"]", "[\"northeast\"]", 0.70710678118654752},
	    {"[\"large\"]", "[\"northeast\"]", 1.0},
	    {"[\"east\"]", "[\"steep\"]", 0.6},
	    {"\"east\"", "[\"steep\"]", 0.6},
	    {"[\"north\"]", "[\"steep\"]", 0.8},
	    /* Vectors of zeros mean nothing, unless the texts are the same. */
	    {"[\"east\"]", "[\"nowhere\"]", 0.0},
	    {"[\"void\"]", "[\"nowhere\"]", 0.0},
	    {"[\"void\"]", "[\"void\"]", 1.0},
	    /* Line against line; a surplus line counts 0. */
	    {"[\"east\",\"north\"]", "[\"east\",\"steep\"]", 0.9},
	    {"[\"east\",\"north\"]", "[\"north\",\"east\"]", 0.0},
	    {"[\"east\",\"north\"]", "[\"east\"]", 0.5},
	    {"[\"east\",\"north\",\"west\",\"steep\"]", "\"east\"", 0.25},
	    /* Blank texts are not sent to anybody. */
	    {"[\"\"]", "[\"\"]", 1.0},
	    {"[\"\"]", "[\" \"]", 0.0},
	    {"[\"\"]", "[\"east\"]", 0.0},
	    {"[\" \\n\\t\",\"east\"]", "[\"north\",\"east\"]", 0.5},
	    {"[\"\",\"\"]", "[\"\",\"east\"]", 0.5},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		mean_is(cases[i].a, cases[i].b, cases[i].mean);
		mean_is(cases[i].b, cases[i].a, cases[i].mean);
	}
}

static void
the_threshold_itself_counts(void **state)
{
	struct measure m;

	(void)state;
	assert_true(score(0.0, "[\"east\"]", "[\"west\"]") == 1.0);
	assert_true(score(1.0, "[\"east\"]", "[\"EAST\"]") == 1.0);
	assert_true(score(1.0, "[\"east\"]", "[\"northeast\"]") == 0.0);
	assert_true(score(0.5, "[\"east\",\"north\"]", "[\"east\"]") == 1.0);
	/* The default. */
	assert_int_equal(measure_init(a, STR("semantic_similarity"), NULL, &m, &e), ERR_OK);
	assert_true(m.params.number[MPARAM_THRESHOLD] == 0.85);
	assert_true(measure_embeds(&m));
	assert_true(metric_fits(m.metric, STR("TextArea"), false));
	assert_false(metric_fits(m.metric, STR("TextArea"), true));
	assert_false(metric_fits(m.metric, STR("Choices"), false));
}

static void
empties(void **state)
{
	static const char *const empty[] = {NULL, "[]", "null"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		for (size_t k = 0; k < 3; k++)
			assert_true(score(0.85, empty[i], empty[k]) == 1.0);
		/* Not even the lowest threshold makes one side agree with nothing. */
		assert_true(score(0.0, empty[i], "[\"\"]") == 0.0);
		assert_true(score(0.0, "[\"east\"]", empty[i]) == 0.0);
	}
}

static void
other_parameters_are_refused(void **state)
{
	static const struct {
		struct str params;
		enum err err;
		const char *text;
	} cases[] = {
	    {STR_INIT("{\"qval\":1}"), ERR_UNKNOWN, "qval"},
	    {STR_INIT("{\"algorithm\":\"jaro\"}"), ERR_UNKNOWN, "algorithm"},
	    {STR_INIT("{\"model\":\"x\"}"), ERR_UNKNOWN, "model"},
	    {STR_INIT("{\"threshold\":1.5}"), ERR_INPUT, "threshold"},
	    {STR_INIT("{\"threshold\":-0.1}"), ERR_INPUT, "threshold"},
	    {STR_INIT("{\"threshold\":\"0.5\"}"), ERR_INPUT, "threshold"},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		const struct json *params;
		struct measure m;

		assert_int_equal(json_parse(a, cases[i].params, &params, &e), ERR_OK);
		assert_int_equal(
		    measure_init(a, STR("semantic_similarity"), params, &m, &e),
		    cases[i].err);
		assert_non_null(strstr(e.text, cases[i].text));
	}
}

static void
values_that_do_not_parse(void **state)
{
	static const struct {
		const char *json, *text;
	} cases[] = {
	    {"7", "$[0].value.text: text or a list of texts is required"},
	    {"{}", "$[0].value.text: text or a list of texts is required"},
	    {"[\"east\",7]", "$[0].value.text[1]: text is required"},
	    {"[[\"east\"]]", "$[0].value.text[0]: text is required"},
	    {"[null]", "$[0].value.text[0]: text is required"},
	};
	struct measure m = make(0.5);
	struct result both[2];

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		const struct prepared *p = NULL;

		both[0] = value(cases[i].json);
		both[1] = value("[\"north\"]");
		assert_int_equal(measure_prepare(&m, a, &both[0], &p, &e), ERR_INPUT);
		assert_string_equal(e.text, cases[i].text);
		assert_null(p);
		/* The others are asked for all the same. */
		memset(&asked, 0, sizeof(asked));
		assert_int_equal(measure_expect(&m, a, both, 2, &e), ERR_OK);
		assert_int_equal(asked.texts, 1);
	}
}

static void
all_values_are_asked_for_at_once(void **state)
{
	struct measure m = make(0.5);
	struct result values[] = {value("[\"east\",\"\",\"north\"]"), value(NULL),
	    value("\"west\""), value("[\" \"]")};
	struct arena_mark before = arena_mark(a);

	(void)state;
	assert_int_equal(measure_expect(&m, a, values, 4, &e), ERR_OK);
	assert_int_equal(asked.calls, 1);
	assert_int_equal(asked.texts, 3);
	assert_int_equal(arena_mark(a).total, before.total);
	/* Nothing to embed, nobody asked. */
	assert_int_equal(measure_expect(&m, a, values + 1, 1, &e), ERR_OK);
	assert_int_equal(measure_expect(&m, a, values + 3, 1, &e), ERR_OK);
	assert_int_equal(measure_expect(&m, a, NULL, 0, &e), ERR_OK);
	assert_int_equal(asked.calls, 1);
}

static void
other_metrics_expect_nothing(void **state)
{
	struct result values[] = {value("[\"east\"]")};

	(void)state;
	for (size_t i = 0; i < metric_count; i++) {
		struct measure m;

		assert_int_equal(
		    measure_init(a, str_of(metric_table[i].name), NULL, &m, &e), ERR_OK);
		if (str_is(STR("semantic_similarity"), metric_table[i].name))
			continue;
		assert_false(measure_embeds(&m));
		m.embedder = &embedder;
		assert_int_equal(measure_expect(&m, a, values, 1, &e), ERR_OK);
	}
	assert_int_equal(asked.calls, 0);
}

static void
without_an_embedder(void **state)
{
	static const char *const values[] = {"[\"east\"]", "[]", NULL};
	struct measure m = make(0.5);

	(void)state;
	m.embedder = NULL;
	for (size_t i = 0; i < 3; i++) {
		struct result v = value(values[i]);
		const struct prepared *p = NULL;

		assert_int_equal(measure_prepare(&m, a, &v, &p, &e), ERR_UNAVAILABLE);
		assert_string_equal(
		    e.text, "no embedding server is configured (embedding_url)");
		assert_int_equal(measure_expect(&m, a, &v, 1, &e), ERR_UNAVAILABLE);
		assert_null(p);
	}
}

static void
a_failing_embedder(void **state)
{
	static const enum err errors[] = {ERR_UNAVAILABLE, ERR_MEMORY};
	struct measure m = make(0.5);
	struct result v = value("[\"east\"]");
	const struct prepared *p = NULL;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		asked.fail = errors[i];
		assert_int_equal(measure_prepare(&m, a, &v, &p, &e), errors[i]);
		assert_string_equal(e.text, "the embedder fails");
		assert_int_equal(measure_expect(&m, a, &v, 1, &e), errors[i]);
		assert_null(p);
	}
}

static void
vectors_of_two_lengths_are_not_compared(void **state)
{
	struct measure m = make(0.5);
	struct result v = value("[\"east\"]"), w = value("[\"north\"]"),
		      blank = value("[\" \"]");
	const struct prepared *p, *q, *r;
	double score = 7.0;

	(void)state;
	assert_int_equal(measure_prepare(&m, a, &v, &p, &e), ERR_OK);
	asked.length = 1;
	assert_int_equal(measure_prepare(&m, a, &w, &q, &e), ERR_OK);
	assert_int_equal(measure_prepare(&m, a, &blank, &r, &e), ERR_OK);
	assert_int_equal(measure_score(&m, a, p, q, &score), ERR_INPUT);
	assert_true(score == 7.0);
	/* A blank has none. */
	assert_int_equal(measure_score(&m, a, p, r, &score), ERR_OK);
	assert_int_equal(measure_score(&m, a, q, r, &score), ERR_OK);
	assert_true(score == 0.0);
}

static void
memory_runs_out_at_every_place(void **state)
{
	struct result values[] = {value("[\"east\",\"north\"]"), value("[\"west\"]")};
	struct measure m = make(0.5);
	enum err err = ERR_MEMORY;
	unsigned failures = 0;

	(void)state;
	for (size_t limit = 1; err != ERR_OK; limit += 8) {
		struct arena *small = arena_new(limit);
		const struct prepared *p;

		err = measure_expect(&m, small, values, 2, &e);
		if (err == ERR_OK)
			err = measure_prepare(&m, small, &values[0], &p, &e);
		if (err != ERR_OK)
			assert_int_equal(err, ERR_MEMORY);
		failures += err != ERR_OK;
		arena_free(small);
	}
	assert_true(failures > 5);
}

#define T(test) cmocka_unit_test_setup_teardown(test, set_up, arena_tear_down)

int
main(void)
{
	const struct CMUnitTest all[] = {
	    T(cosines),
	    T(the_threshold_itself_counts),
	    T(empties),
	    T(other_parameters_are_refused),
	    T(values_that_do_not_parse),
	    T(all_values_are_asked_for_at_once),
	    T(other_metrics_expect_nothing),
	    T(without_an_embedder),
	    T(a_failing_embedder),
	    T(vectors_of_two_lengths_are_not_compared),
	    T(memory_runs_out_at_every_place),
	};

	return cmocka_run_group_tests(all, NULL, NULL);
}
