/* lib/reliability: published data sets with the coefficients that their sources print, and
 * what is not defined. Of random ratings other programs give the same: tests/reliability.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "json/json.h"
#include "reliability/coefficient.h"
#include "reliability/student.h"
#include "base/array.h"
#include "arena_fixture.h"

static struct ratings
ratings_of(const char *items)
{
	const struct json *json;
	struct ratings r;

	assert_int_equal(json_parse(a, str_of(items), &json, &e), ERR_OK);
	if (ratings_read(a, json, "items", &r, &e) != ERR_OK)
		fail_msg("%s: %s", items, e.text);
	return r;
}

/* ------------------------------------------------------------------ published */

#define ALPHA(kind) {COEFFICIENT_ALPHA, WEIGHTING_IDENTITY, true, (kind)}
#define PLAIN(which) {(which), WEIGHTING_IDENTITY, false, DISTANCE_NOMINAL}
#define WEIGHTED(which, weights) {(which), (weights), false, DISTANCE_NOMINAL}

/* The keys of `expected`. */
static const struct {
	const char *key;
	struct coefficient_question question;
} keys[] = {
    {"percent", PLAIN(COEFFICIENT_PERCENT)},
    {"cohen", PLAIN(COEFFICIENT_COHEN)},
    {"scott", PLAIN(COEFFICIENT_SCOTT)},
    {"fleiss", PLAIN(COEFFICIENT_FLEISS)},
    {"bp", PLAIN(COEFFICIENT_BRENNAN_PREDIGER)},
    {"ac1", PLAIN(COEFFICIENT_AC1)},
    {"percent_linear", WEIGHTED(COEFFICIENT_PERCENT, WEIGHTING_LINEAR)},
    {"cohen_linear", WEIGHTED(COEFFICIENT_COHEN, WEIGHTING_LINEAR)},
    {"fleiss_linear", WEIGHTED(COEFFICIENT_FLEISS, WEIGHTING_LINEAR)},
    {"bp_linear", WEIGHTED(COEFFICIENT_BRENNAN_PREDIGER, WEIGHTING_LINEAR)},
    {"ac2_linear", WEIGHTED(COEFFICIENT_AC2, WEIGHTING_LINEAR)},
    {"percent_quadratic", WEIGHTED(COEFFICIENT_PERCENT, WEIGHTING_QUADRATIC)},
    {"cohen_quadratic", WEIGHTED(COEFFICIENT_COHEN, WEIGHTING_QUADRATIC)},
    {"fleiss_quadratic", WEIGHTED(COEFFICIENT_FLEISS, WEIGHTING_QUADRATIC)},
    {"bp_quadratic", WEIGHTED(COEFFICIENT_BRENNAN_PREDIGER, WEIGHTING_QUADRATIC)},
    {"ac2_quadratic", WEIGHTED(COEFFICIENT_AC2, WEIGHTING_QUADRATIC)},
    {"alpha_nominal", ALPHA(DISTANCE_NOMINAL)},
    {"alpha_ordinal", ALPHA(DISTANCE_ORDINAL)},
    {"alpha_interval", ALPHA(DISTANCE_INTERVAL)},
    {"alpha_ratio", ALPHA(DISTANCE_RATIO)},
    {"irrcac_fleiss", PLAIN(COEFFICIENT_FLEISS)},
    {"irrcac_conger", PLAIN(COEFFICIENT_CONGER)},
    {"irrcac_bp", PLAIN(COEFFICIENT_BRENNAN_PREDIGER)},
    {"irrcac_ac1", PLAIN(COEFFICIENT_AC1)},
    {"irrcac_kripp", PLAIN(COEFFICIENT_ALPHA)},
};

static void
assert_near(
    const char *what, const char *key, double is, const struct json *want, double within)
{
	double v;

	assert_true(json_number(want, &v));
	if (!(fabs(is - v) <= within))
		fail_msg("%s, %s: %.12g is not %.12g", what, key, is, v);
}

/* The exact values to 1e-9; standard errors and intervals to the ten digits they have. */
static void
assert_expected(
    const char *id, const struct ratings *ratings, const struct json *expected, int *met)
{
	for (size_t i = 0; i < N_OF(keys); i++) {
		const struct json *want = json_get(expected, keys[i].key), *ci;
		struct coefficient_estimate r;

		if (want == NULL)
			continue;
		++*met;
		assert_int_equal(
		    coefficient_compute(a, &keys[i].question, ratings, &r, &e), ERR_OK);
		if (r.undefined != NULL)
			fail_msg("%s, %s: %s", id, keys[i].key, r.undefined);
		if (want->type != JSON_OBJECT) {
			assert_near(id, keys[i].key, r.value, want, 1e-9);
			continue;
		}
		ci = json_get(want, "ci");
		assert_true(r.has_se);
		assert_near(id, keys[i].key, r.value, json_get(want, "value"), 1e-10);
		assert_near(id, keys[i].key, r.se, json_get(want, "se"), 1e-10);
		assert_near(id, keys[i].key, r.low, json_at(ci, 0), 2e-10);
		assert_near(id, keys[i].key, r.high, json_at(ci, 1), 2e-10);
	}
}

static void
published_data_sets_have_their_coefficients(void **state)
{
	char path[4096], *line = NULL;
	size_t room = 0, lines = 0;
	ssize_t n;
	FILE *file;
	int met = 0;

	(void)state;
	snprintf(path, sizeof(path), "%s/tests/data/reference/agreement.jsonl",
	    getenv("srcdir") == NULL ? "." : getenv("srcdir"));
	file = fopen(path, "r");
	assert_non_null(file);
	while ((n = getline(&line, &room, file)) > 0) {
		const struct json *doc;
		struct ratings ratings;
		char id[64];

		arena_reset(a);
		assert_int_equal(
		    json_parse(a, (struct str){line, (size_t)n}, &doc, &e), ERR_OK);
		snprintf(id, sizeof(id), "%.*s", STR_ARG(json_str(json_get(doc, "id"))));
		assert_int_equal(
		    ratings_read(a, json_get(doc, "items"), "items", &ratings, &e), ERR_OK);
		assert_expected(id, &ratings, json_get(doc, "expected"), &met);
		lines++;
	}
	free(line);
	fclose(file);
	assert_int_equal(lines, 8);
	assert_int_equal(met, 162);
}

/* ------------------------------------------------------------------ not defined */

static void
what_is_not_defined_has_no_value(void **state)
{
	static const struct {
		const char *items;
		const char *why;
		bool percent; /* which is defined all the same */
	} rows[] = {
	    {"[]", "no unit has two ratings", false},
	    {"[[]]", "no unit has two ratings", false},
	    {"[[1]]", "no unit has two ratings", false},
	    {"[[1,null],[null,2]]", "no unit has two ratings", false},
	    {"[[null,null]]", "no unit has two ratings", false},
	    {"[[1,1],[1,1],[1,1]]", "one category alone occurs", true},
	    {"[[\"a\",\"a\",null],[null,\"a\",\"a\"]]", "one category alone occurs", true},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct ratings ratings = ratings_of(rows[i].items);

		for (int c = 0; c < COEFFICIENT__MAX; c++) {
			struct coefficient_question q = PLAIN((enum coefficient)c);
			struct coefficient_estimate r;

			assert_int_equal(
			    coefficient_compute(a, &q, &ratings, &r, &e), ERR_OK);
			if (c == COEFFICIENT_PERCENT && rows[i].percent) {
				assert_null(r.undefined);
				assert_true(r.value == 1.0);
				continue;
			}
			if (r.undefined == NULL)
				fail_msg("%s, %s: %g", rows[i].items,
				    coefficient_table[c].name, r.value);
			if (c != COEFFICIENT_COHEN && c != COEFFICIENT_SCOTT)
				assert_string_equal(r.undefined, rows[i].why);
		}
	}
}

/* ------------------------------------------------------------------ properties */

static uint64_t drawn = 1;

static unsigned
draw(unsigned n)
{
	drawn = drawn * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)(drawn >> 33) % n;
}

/* Random ratings as JSON; `shift` is added to each. */
static const char *
draw_items(unsigned units, unsigned raters, int shift)
{
	char *text = arena_alloc(a, (size_t)units * raters * 8 + 64), *p = text;

	for (unsigned i = 0; i < units; i++) {
		p += sprintf(p, "%s[", i == 0 ? "[" : ",");
		for (unsigned g = 0; g < raters; g++) {
			unsigned v = draw(6);

			p += v == 0 ? sprintf(p, "%snull", g == 0 ? "" : ",")
				    : sprintf(p, "%s%d", g == 0 ? "" : ",", (int)v + shift);
		}
		p += sprintf(p, "]");
	}
	sprintf(p, "]");
	return text;
}

/* The order of units and raters does not count, nor do units and raters without ratings;
 * and complete agreement is 1. */
static void
what_does_not_count_changes_nothing(void **state)
{
	(void)state;
	for (int round = 0; round < 40; round++) {
		struct ratings ratings, other;
		int32_t *cells;

		arena_reset(a);
		ratings = ratings_of(draw_items(12, 4, 0));
		other = ratings;
		other.units += 1;
		other.raters += 1;
		cells = arena_alloc(a, other.units * other.raters * sizeof(*cells));
		for (size_t i = 0; i < other.units * other.raters; i++)
			cells[i] = RATINGS_MISSING;
		for (size_t i = 0; i < ratings.units; i++)
			for (size_t g = 0; g < ratings.raters; g++)
				cells[(other.units - 1 - i) * other.raters +
				    (other.raters - 1 - g)] =
				    ratings.cells[i * ratings.raters + g];
		other.cells = cells;
		for (int c = 0; c < COEFFICIENT__MAX; c++) {
			struct coefficient_question q = PLAIN((enum coefficient)c);
			struct coefficient_estimate x, y;

			assert_int_equal(
			    coefficient_compute(a, &q, &ratings, &x, &e), ERR_OK);
			assert_int_equal(
			    coefficient_compute(a, &q, &other, &y, &e), ERR_OK);
			assert_true(x.undefined == NULL && y.undefined == NULL);
			assert_true(fabs(x.value - y.value) < 1e-12);
			assert_true(x.value <= 1.0 && x.units == y.units);
			assert_int_equal(x.raters, y.raters);
			assert_int_equal(x.has_se, y.has_se);
			if (x.has_se)
				assert_true(fabs(x.se - y.se) < 1e-12 && x.low <= x.value &&
				    x.high >= x.value - 1e-15 && x.high <= 1.0);
		}
	}
	for (int c = 0; c < COEFFICIENT__MAX; c++) {
		struct coefficient_question q = PLAIN((enum coefficient)c);
		struct ratings ratings = ratings_of("[[1,1,1],[2,2,2],[3,null,3],[1,1,1]]");
		struct coefficient_estimate r;

		assert_int_equal(coefficient_compute(a, &q, &ratings, &r, &e), ERR_OK);
		assert_true(r.undefined == NULL && fabs(r.value - 1.0) < 1e-15);
	}
}

static void
of_several_raters_cohen_and_scott_are_means_of_pairs(void **state)
{
	struct ratings ratings;

	(void)state;
	for (int c = COEFFICIENT_COHEN; c <= COEFFICIENT_SCOTT; c++) {
		struct coefficient_question q = PLAIN((enum coefficient)c);
		struct coefficient_estimate r;
		double sum = 0.0;

		arena_reset(a);
		ratings = ratings_of(draw_items(20, 3, 0));
		for (size_t g = 0; g < 3; g++) {
			const size_t pair[] = {g, (g + 1) % 3};
			struct ratings two;

			assert_int_equal(
			    ratings_select(a, &ratings, pair, 2, 0, &two), ERR_OK);
			assert_int_equal(coefficient_compute(a, &q, &two, &r, &e), ERR_OK);
			assert_true(r.has_se);
			sum += r.value;
		}
		assert_int_equal(coefficient_compute(a, &q, &ratings, &r, &e), ERR_OK);
		assert_true(fabs(r.value - sum / 3.0) < 1e-12);
		assert_false(r.has_se);
		assert_int_equal(r.raters, 3);
	}
}

/* ------------------------------------------------------------------ bad input */

static void
bad_ratings_are_refused_by_name(void **state)
{
	static const struct {
		const char *items, *message;
	} rows[] = {
	    {"{}", "items: a list of rows is required"},
	    {"[1]", "items[0]: must be a list"},
	    {"[[1,2],[1]]", "items[1]: has 1 ratings, where the first row has 2"},
	    {"[[1,{}]]",
		"items[0]: [1] must be a number, a text, true, false, a list of texts or "
		"null, not an object"},
	    {"[[1,[2]]]", "items[0]: [1][0] must be a text, not a number"},
	    {"[[1,2],[{},2]]", "items[1]: [0] must be"},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		const struct json *json;
		struct ratings r;

		assert_int_equal(json_parse(a, str_of(rows[i].items), &json, &e), ERR_OK);
		assert_int_equal(ratings_read(a, json, "items", &r, &e), ERR_INPUT);
		if (strstr(e.text, rows[i].message) != e.text)
			fail_msg("%s", e.text);
	}
}

static void
weights_that_do_not_fit_are_refused_by_name(void **state)
{
	static const struct {
		struct coefficient_question q;
		const char *message;
	} rows[] = {
	    {WEIGHTED(COEFFICIENT_AC1, WEIGHTING_LINEAR), "ac1 takes no weights"},
	    {{COEFFICIENT_FLEISS, WEIGHTING_IDENTITY, true, DISTANCE_ORDINAL},
		"fleiss takes weights, no distance"},
	    {WEIGHTED(COEFFICIENT_FLEISS, WEIGHTING_QUADRATIC),
		"quadratic compares numbers, and \"b\" is none"},
	    {WEIGHTED(COEFFICIENT_COHEN, WEIGHTING_ORDINAL), "ordinal compares numbers"},
	    {ALPHA(DISTANCE_ORDINAL), "ordinal compares numbers"},
	    {ALPHA(DISTANCE_INTERVAL), "interval compares numbers"},
	};
	struct ratings mixed = ratings_of("[[1,\"b\"],[2,2]]");
	struct ratings below = ratings_of("[[-1,2],[2,2]]");
	struct ratings far = ratings_of("[[-1e308,1e308],[2,2]]");
	struct coefficient_question ratio = ALPHA(DISTANCE_RATIO);
	struct coefficient_question interval = ALPHA(DISTANCE_INTERVAL);
	struct coefficient_estimate r;

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		assert_int_equal(
		    coefficient_compute(a, &rows[i].q, &mixed, &r, &e), ERR_INPUT);
		if (strstr(e.text, rows[i].message) != e.text)
			fail_msg("%s", e.text);
	}
	assert_int_equal(coefficient_compute(a, &ratio, &below, &r, &e), ERR_INPUT);
	assert_int_equal(coefficient_compute(a, &interval, &far, &r, &e), ERR_INPUT);
	assert_int_equal(coefficient_find(STR("ac2")), COEFFICIENT_AC2);
	assert_int_equal(coefficient_find(STR("kappa")), COEFFICIENT__MAX);
}

/* The eight bytes of a number and a text of eight bytes are two categories; so are 1 and
 * "1", but not 1 and 1.0, nor 0 and -0. */
static void
categories_are_told_apart(void **state)
{
	struct ratings r = ratings_of("[[1, 1.0, \"1\", true, \"true\"], [0, -0.0, 300, "
				      "\"\", null], [-7, 0.5, 3e2, \"b\", \"a\"]]");

	(void)state;
	assert_int_equal(r.n_categories, 10);
	assert_int_equal(r.cells[0], r.cells[1]);
	assert_int_not_equal(r.cells[0], r.cells[2]);
	assert_int_equal(r.cells[3], r.cells[4]);
	assert_int_equal(r.cells[5], r.cells[6]);
	assert_int_equal(r.cells[7], r.cells[12]);
	assert_int_equal(r.cells[9], RATINGS_MISSING);
	assert_int_equal(r.cells[10], 0); /* in order: -7, 0, 0.5, 1, 300, "", "1", .. */
	assert_int_equal(r.cells[11], 2);
	assert_false(r.all_numbers);
}

static void
quantiles_of_student(void **state)
{
	/* From tables of the distribution. */
	static const struct {
		double freedom, t;
	} rows[] = {{1, 12.706204736174694}, {2, 4.302652729749462},
	    {5, 2.5705818356363146}, {11, 2.200985160091640}, {29, 2.0452296421327034},
	    {99, 1.9842169515864165}, {1e6, 1.95996635698}};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++)
		assert_true(fabs(student_quantile(0.975, rows[i].freedom) / rows[i].t -
				1.0) < (rows[i].freedom > 1e3 ? 1e-11 : 1e-12));
}

static void
memory_ends(void **state)
{
	const char *items = draw_items(10, 4, 0);
	struct coefficient_question ordinal = ALPHA(DISTANCE_ORDINAL);
	int failed = 0;

	(void)state;
	for (size_t limit = 64; limit < 40000; limit += 160)
		for (int c = 0; c <= COEFFICIENT__MAX; c++) {
			struct arena *small = arena_new(limit);
			const struct json *json;
			struct coefficient_question q = PLAIN((enum coefficient)c);
			struct coefficient_estimate r;
			struct ratings ratings;
			enum err err = json_parse(small, str_of(items), &json, &e);

			if (err == ERR_OK)
				err = ratings_read(small, json, "items", &ratings, &e);
			if (err == ERR_OK)
				err = coefficient_compute(small,
				    c == COEFFICIENT__MAX ? &ordinal : &q, &ratings, &r,
				    &e);
			assert_true(err == ERR_OK || err == ERR_MEMORY);
			failed += err == ERR_MEMORY;
			arena_free(small);
		}
	assert_true(failed > 50);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, arena_set_up, arena_tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(published_data_sets_have_their_coefficients),
	    TEST(what_is_not_defined_has_no_value),
	    TEST(what_does_not_count_changes_nothing),
	    TEST(of_several_raters_cohen_and_scott_are_means_of_pairs),
	    TEST(bad_ratings_are_refused_by_name),
	    TEST(weights_that_do_not_fit_are_refused_by_name),
	    TEST(categories_are_told_apart),
	    TEST(quantiles_of_student),
	    TEST(memory_ends),
	};

	return cmocka_run_group_tests_name("reliability", tests, NULL, NULL);
}
