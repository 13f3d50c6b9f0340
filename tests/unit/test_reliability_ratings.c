/* lib/reliability/ratings, category and weighting: ratings that come one by one, sets, and
 * how alike sets are; and what is said of too few data. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/array.h"
#include "base/random.h"
#include "json/json.h"
#include "reliability/coefficient.h"
#include "reliability/sufficiency.h"
#include "fail_alloc.h"
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

/* ------------------------------------------------------------------ sets */

static void
order_and_repeats_of_a_set_do_not_matter(void **state)
{
	struct ratings r = ratings_of("[[[\"b\",\"a\"],[\"a\",\"b\",\"a\"],[\"a\"],\"a\"],"
				      "[[],\"[\\\"a\\\",\\\"b\\\"]\",[],5]]");

	(void)state;
	assert_int_equal(r.n_categories, 5);
	assert_int_equal(r.cells[0], r.cells[1]);
	assert_int_equal(r.cells[2], r.cells[3]);
	assert_int_equal(r.cells[4], r.cells[6]);
	/* 5, "[\"a\",\"b\"]", "a", then the sets. */
	assert_int_equal(r.cells[7], 0);
	assert_int_equal(r.cells[5], 1);
	assert_int_equal(r.cells[2], 2);
	assert_int_equal(r.cells[0], 3);
	assert_int_equal(r.cells[4], 4);
	assert_true(str_is(r.categories[3].text, "[\"a\",\"b\"]"));
	assert_int_equal(r.categories[3].n_members, 2);
	assert_null(r.categories[1].members);
	assert_true(str_is(r.categories[4].text, "[]"));
	assert_false(r.all_numbers);
}

/* Passonneau 2006: equal, one within the other, overlapping, apart. */
static void
sets_are_as_alike_as_masi_and_jaccard_say(void **state)
{
	static const struct {
		const char *items;
		double jaccard, masi;
	} rows[] = {
	    {"[[[\"a\",\"b\"],[\"b\",\"a\"]]]", 1.0, 1.0},
	    {"[[[\"a\",\"b\",\"c\"],[\"a\",\"b\"]]]", 2.0 / 3.0, 4.0 / 9.0},
	    {"[[[\"a\",\"b\",\"c\"],\"b\"]]", 1.0 / 3.0, 2.0 / 9.0},
	    {"[[[\"a\",\"b\"],[\"b\",\"c\"]]]", 1.0 / 3.0, 1.0 / 9.0},
	    {"[[[\"a\",\"b\",\"d\"],[\"b\",\"c\",\"d\"]]]", 0.5, 1.0 / 6.0},
	    {"[[[\"a\",\"b\"],[\"c\",\"d\"]]]", 0.0, 0.0},
	    {"[[\"a\",\"b\"]]", 0.0, 0.0},
	    {"[[[],[\"c\",\"d\"]]]", 0.0, 0.0},
	    {"[[[],[]]]", 1.0, 1.0},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct ratings r = ratings_of(rows[i].items);
		size_t k = (size_t)r.cells[0], l = (size_t)r.cells[1];
		double counts[2] = {1.0, 1.0};
		struct weighting w;

		assert_int_equal(weighting_init(a, WEIGHTING_JACCARD, &r, &w, &e), ERR_OK);
		assert_true(fabs(weighting_of(&w, k, l) - rows[i].jaccard) < 1e-15);
		assert_true(weighting_of(&w, k, l) == weighting_of(&w, l, k));
		assert_int_equal(weighting_init(a, WEIGHTING_MASI, &r, &w, &e), ERR_OK);
		assert_true(fabs(weighting_of(&w, k, l) - rows[i].masi) < 1e-15);
		assert_int_equal(
		    weighting_init_distance(a, DISTANCE_MASI, &r, counts, &w, &e), ERR_OK);
		assert_true(fabs(weighting_of(&w, l, k) - rows[i].masi) < 1e-15);
		assert_int_equal(
		    weighting_init_distance(a, DISTANCE_JACCARD, &r, counts, &w, &e),
		    ERR_OK);
		assert_true(fabs(weighting_of(&w, l, k) - rows[i].jaccard) < 1e-15);
	}
}

/* Units {a,b} {a,b}; {a,b} {b}; {c} {a,b}: by hand. */
static void
alpha_of_sets(void **state)
{
	struct ratings r = ratings_of(
	    "[[[\"a\",\"b\"],[\"b\",\"a\"]],[[\"a\",\"b\"],\"b\"],[\"c\",[\"a\",\"b\"]]]");
	static const struct {
		struct coefficient_question q;
		double value;
	} rows[] = {
	    /* Do = (0 + 1/2 + 1) / 3; De = (4 * 1/2 + 4 * 1 + 1 * 1) / 15. */
	    {{COEFFICIENT_ALPHA, WEIGHTING_IDENTITY, true, DISTANCE_JACCARD},
		1.0 - 0.5 / (7.0 / 15.0)},
	    /* Do = (0 + 2/3 + 1) / 3; De = (4 * 2/3 + 4 + 1) / 15. */
	    {{COEFFICIENT_ALPHA, WEIGHTING_MASI, false, DISTANCE_NOMINAL},
		1.0 - 5.0 / 9.0 / (23.0 / 45.0)},
	    /* Do = 2 / 3; De = 9 / 15. */
	    {{COEFFICIENT_ALPHA, WEIGHTING_IDENTITY, true, DISTANCE_NOMINAL},
		1.0 - 10.0 / 9.0},
	    {{COEFFICIENT_PERCENT, WEIGHTING_MASI, false, DISTANCE_NOMINAL}, 4.0 / 9.0},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct coefficient_estimate estimate;

		assert_int_equal(
		    coefficient_compute(a, &rows[i].q, &r, &estimate, &e), ERR_OK);
		if (!(fabs(estimate.value - rows[i].value) < 1e-14))
			fail_msg("%zu: %.17g", i, estimate.value);
	}
}

static void
sets_and_numbers_are_refused_where_they_do_not_fit(void **state)
{
	struct ratings sets = ratings_of("[[[\"a\",\"b\"],1.5]]"), r;
	const struct json *json;
	struct weighting w;

	(void)state;
	assert_int_equal(weighting_init(a, WEIGHTING_MASI, &sets, &w, &e), ERR_INPUT);
	assert_string_equal(
	    e.text, "masi compares texts and lists of texts, and 1.5 is neither");
	assert_int_equal(weighting_init(a, WEIGHTING_LINEAR, &sets, &w, &e), ERR_INPUT);
	assert_string_equal(
	    e.text, "linear compares numbers, and \"[\"a\",\"b\"]\" is none");
	assert_int_equal(json_parse(a, STR("[[1,[\"a\",2]]]"), &json, &e), ERR_OK);
	assert_int_equal(ratings_read(a, json, "items", &r, &e), ERR_INPUT);
	assert_string_equal(e.text, "items[0]: [1][1] must be a text, not a number");
}

/* ------------------------------------------------------------------ one by one */

enum { UNITS = 30, RATERS = 6 };

/* A random rating of each kind; 0 of 8 is missing. */
static bool
category_of(struct random *random, struct category *r)
{
	static const char *const texts[] = {"b", "a", "c"};
	struct str *members = arena_alloc(a, 3 * sizeof(*members));
	uint64_t what = random_below(random, 8);

	if (what < 4)
		*r = category_number((double)what - 2.0);
	else if (what < 6)
		*r = category_text(str_of(texts[what - 4]));
	else {
		for (size_t i = 0; i < 3; i++)
			members[i] = str_of(texts[random_below(random, 3)]);
		assert_int_equal(category_set(a, members, 3, r), ERR_OK);
	}
	return random_below(random, 8) != 0;
}

static void
assert_same(const struct ratings *x, const struct ratings *y)
{
	assert_int_equal(x->units, y->units);
	assert_int_equal(x->raters, y->raters);
	assert_int_equal(x->n_categories, y->n_categories);
	assert_int_equal(x->all_numbers, y->all_numbers);
	assert_memory_equal(x->cells, y->cells, x->units * x->raters * sizeof(*x->cells));
	for (size_t k = 0; k < x->n_categories; k++) {
		const struct category *c = &x->categories[k], *d = &y->categories[k];

		assert_int_equal(c->is_number, d->is_number);
		assert_true(c->number == d->number && str_eq(c->text, d->text));
		assert_int_equal(c->n_members, d->n_members);
	}
}

/* Whatever the order, the ratings are the same, and those that the same rows as JSON give.
 */
static void
the_order_of_what_is_added_does_not_count(void **state)
{
	struct category categories[UNITS * RATERS];
	bool there[UNITS * RATERS];
	size_t order[UNITS * RATERS];
	struct ratings first = {0};
	struct random random;

	(void)state;
	random_seed(&random, 7);
	for (size_t i = 0; i < N_OF(order); i++) {
		order[i] = i;
		there[i] = category_of(&random, &categories[i]);
	}
	for (int round = 0; round < 5; round++) {
		struct ratings_builder b;
		struct ratings r;

		ratings_begin(&b, a);
		for (size_t i = 0; i < N_OF(order); i++) {
			size_t k = order[i];

			/* Numbers in another order than the raters', beyond 32 bits. */
			if (there[k])
				assert_int_equal(
				    ratings_add(&b, (int64_t)(k / RATERS) * 5000000000 - 7,
					-(int64_t)(k % RATERS), &categories[k]),
				    ERR_OK);
		}
		assert_int_equal(ratings_finish(&b, &r, &e), ERR_OK);
		assert_int_equal(r.units, UNITS);
		assert_int_equal(r.raters, RATERS);
		assert_true(b.units[1] == 4999999993 && b.raters[0] == 1 - RATERS);
		if (round == 0)
			first = r;
		assert_same(&first, &r);
		for (size_t i = N_OF(order) - 1; i > 0; i--) {
			size_t k = (size_t)random_below(&random, i + 1), swap = order[i];

			order[i] = order[k];
			order[k] = swap;
		}
	}
	for (size_t i = 0; i < N_OF(order); i++)
		assert_int_equal(first.cells[i - i % RATERS + (RATERS - 1 - i % RATERS)] ==
			RATINGS_MISSING,
		    !there[i]);
}

static void
what_is_built_is_what_is_read(void **state)
{
	struct ratings read = ratings_of("[[3,\"x\",null],[null,3,[\"y\",\"x\"]]]"), r;
	struct str members[] = {STR("x"), STR("y"), STR("x")};
	struct category set, x = category_text(STR("x")), three = category_number(3.0);
	struct ratings_builder b;

	(void)state;
	ratings_begin(&b, a);
	assert_int_equal(ratings_finish(&b, &r, &e), ERR_OK);
	assert_true(r.units == 0 && r.raters == 0 && r.n_categories == 0);
	assert_int_equal(category_set(a, members, 3, &set), ERR_OK);
	ratings_begin(&b, a);
	assert_int_equal(ratings_add(&b, 8, 3, &set), ERR_OK);
	assert_int_equal(ratings_add(&b, 8, 2, &three), ERR_OK);
	assert_int_equal(ratings_add(&b, 7, 2, &x), ERR_OK);
	assert_int_equal(ratings_add(&b, 7, 1, &three), ERR_OK);
	assert_int_equal(ratings_finish(&b, &r, &e), ERR_OK);
	assert_same(&read, &r);
	assert_int_equal(ratings_add(&b, 8, 2, &x), ERR_OK);
	assert_int_equal(ratings_finish(&b, &r, &e), ERR_INPUT);
	assert_string_equal(e.text, "2 has rated the unit 8 twice");
}

static void
too_many_categories_are_refused(void **state)
{
	struct ratings_builder b;
	struct ratings r;

	(void)state;
	ratings_begin(&b, a);
	for (int i = 0; i <= RATINGS_CATEGORIES; i++) {
		struct category c = category_number(i);

		assert_int_equal(ratings_add(&b, i, 1, &c), ERR_OK);
	}
	assert_int_equal(ratings_finish(&b, &r, &e), ERR_LIMIT);
}

/* ------------------------------------------------------------------ by category */

/* Fleiss 1971, the agreement on a category: 1 - sum of x (m - x) / (n m (m - 1) p q), with
 * x of m ratings of each of n units. */
static double
fleiss_of_category(const int (*counts)[5], size_t k)
{
	double sum = 0.0, share = 0.0;

	for (size_t i = 0; i < 30; i++) {
		sum += counts[i][k] * (6.0 - counts[i][k]);
		share += counts[i][k] / 180.0;
	}
	return 1.0 - sum / (30.0 * 6.0 * 5.0 * share * (1.0 - share));
}

/* The data of Fleiss 1971: 30 patients, 6 psychiatrists, 5 diagnoses. */
static void
each_category_against_all_others(void **state)
{
	static const int counts[30][5] = {{0, 0, 0, 6, 0}, {0, 3, 0, 0, 3}, {0, 1, 4, 0, 1},
	    {0, 0, 0, 0, 6}, {0, 3, 0, 3, 0}, {2, 0, 4, 0, 0}, {0, 0, 4, 0, 2},
	    {2, 0, 3, 1, 0}, {2, 0, 0, 4, 0}, {0, 0, 0, 0, 6}, {1, 0, 0, 5, 0},
	    {1, 1, 0, 4, 0}, {0, 3, 3, 0, 0}, {1, 0, 0, 5, 0}, {0, 2, 0, 3, 1},
	    {0, 0, 5, 0, 1}, {3, 0, 0, 1, 2}, {5, 1, 0, 0, 0}, {0, 2, 0, 4, 0},
	    {1, 0, 2, 0, 3}, {0, 0, 0, 0, 6}, {0, 1, 0, 5, 0}, {0, 2, 0, 1, 3},
	    {2, 0, 0, 4, 0}, {1, 0, 0, 4, 1}, {0, 5, 0, 1, 0}, {4, 0, 0, 0, 2},
	    {0, 2, 0, 4, 0}, {1, 0, 5, 0, 0}, {0, 0, 0, 0, 6}};
	struct coefficient_estimate r[5], recoded;
	int32_t cells[30 * 6];
	struct ratings_builder b;
	struct ratings ratings, binary;

	(void)state;
	ratings_begin(&b, a);
	for (int i = 0; i < 30; i++)
		for (int k = 0, g = 0; k < 5; k++)
			for (int n = 0; n < counts[i][k]; n++) {
				struct category c = category_number(k + 1);

				assert_int_equal(ratings_add(&b, i, g++, &c), ERR_OK);
			}
	assert_int_equal(ratings_finish(&b, &ratings, &e), ERR_OK);
	assert_int_equal(
	    coefficient_by_category(a, COEFFICIENT_FLEISS, &ratings, r, &e), ERR_OK);
	for (size_t k = 0; k < 5; k++)
		assert_true(fabs(r[k].value - fleiss_of_category(counts, k)) < 1e-12);
	binary = ratings;
	binary.cells = cells;
	binary.n_categories = 2;
	for (int c = 0; c < COEFFICIENT__MAX; c++) {
		const struct coefficient_question q = {.coefficient = (enum coefficient)c};

		assert_int_equal(
		    coefficient_by_category(a, (enum coefficient)c, &ratings, r, &e),
		    ERR_OK);
		for (int k = 0; k < 5; k++) {
			for (size_t i = 0; i < N_OF(cells); i++)
				cells[i] = ratings.cells[i] == k;
			assert_int_equal(
			    coefficient_compute(a, &q, &binary, &recoded, &e), ERR_OK);
			assert_true(r[k].undefined == NULL && recoded.undefined == NULL);
			assert_true(r[k].value == recoded.value && r[k].se == recoded.se);
			assert_int_equal(r[k].units, 30);
		}
	}
}

/* ------------------------------------------------------------------ too little */

static void
too_few_data_are_said_to_be_so(void **state)
{
	(void)state;
	assert_non_null(strstr(sufficiency_warning(100, 1, 3), "Fewer than 2 people"));
	assert_non_null(strstr(sufficiency_warning(9, 2, 3), "Fewer than 10 tasks"));
	assert_non_null(strstr(sufficiency_warning(100, 2, 1), "the same"));
	assert_null(sufficiency_warning(10, 2, 2));
}

static void
memory_ends(void **state)
{
	struct random random;
	int failed = 0;

	(void)state;
	for (size_t limit = 64; limit < 60000; limit += 100 + limit / 50) {
		struct arena *small = arena_new(limit);
		struct coefficient_estimate by_category[16];
		struct str members[] = {STR("x"), STR("y")};
		struct ratings_builder b;
		struct ratings r;
		struct category c;
		enum err err = category_set(small, members, 2, &c);

		random_seed(&random, 3);
		ratings_begin(&b, small);
		for (int i = 0; err == ERR_OK && i < 200; i++) {
			err = ratings_add(&b, i / 5, i % 5, &c);
			c = category_number((double)random_below(&random, 6) * 100.0);
		}
		if (err == ERR_OK)
			err = ratings_finish(&b, &r, &e);
		if (err == ERR_OK)
			err = coefficient_by_category(
			    small, COEFFICIENT_CONGER, &r, by_category, &e);
		assert_true(err == ERR_OK || err == ERR_MEMORY);
		failed += err == ERR_MEMORY;
		arena_free(small);
		if (err == ERR_OK) {
			assert_true(failed > 20);
			return;
		}
	}
	fail_msg("never enough");
}

/* Also that of the text of a set, which is not the arena's. */
static void
each_allocation_may_fail(void **state)
{
	const struct json *json;
	enum err err = ERR_MEMORY;
	unsigned long n = 0;
	struct ratings r;
	long live;

	(void)state;
	assert_int_equal(
	    json_parse(a, STR("[[[\"b\",\"a\"],[\"c\",\"a\"]]]"), &json, &e), ERR_OK);
	live = fail_alloc_live();
	while (err != ERR_OK && n < 100) {
		struct arena *fresh = arena_new(0);

		assert_non_null(fresh);
		fail_alloc_from(++n);
		err = ratings_read(fresh, json, "items", &r, &e);
		fail_alloc_stop();
		assert_true(err == ERR_OK || err == ERR_MEMORY);
		arena_free(fresh);
		assert_int_equal(fail_alloc_live(), live);
	}
	assert_in_range(n, FAIL_ALLOC ? 3 : 1, 99);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, arena_set_up, arena_tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(order_and_repeats_of_a_set_do_not_matter),
	    TEST(sets_are_as_alike_as_masi_and_jaccard_say),
	    TEST(alpha_of_sets),
	    TEST(sets_and_numbers_are_refused_where_they_do_not_fit),
	    TEST(the_order_of_what_is_added_does_not_count),
	    TEST(what_is_built_is_what_is_read),
	    TEST(too_many_categories_are_refused),
	    TEST(each_category_against_all_others),
	    TEST(too_few_data_are_said_to_be_so),
	    TEST(memory_ends),
	    TEST(each_allocation_may_fail),
	};

	return cmocka_run_group_tests_name("reliability ratings", tests, NULL, NULL);
}
