/* The limit on how long a request may run, and everything that must stop by it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/deadline.h"
#include "cases.h"
#include "reference/scene.h"
#include "arena_fixture.h"

static int
tear_down(void **state)
{
	deadline_end();
	return arena_tear_down(state);
}

/* As if the time of a limit were over. */
static void
let_it_pass(void)
{
	deadline_begin(3600);
	deadline.passed = true;
}

static void
without_a_limit_nothing_passes(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_false(deadline_passed(UINT64_C(1) << 40));
		assert_int_equal(deadline_check(&e), ERR_OK);
		deadline_begin(i == 0 ? 0 : 3600);
		assert_false(deadline_passed(UINT64_C(1) << 40));
		assert_int_equal(deadline_check(&e), ERR_OK);
		deadline_end();
	}
}

static void
what_has_passed_stays_so_until_the_end(void **state)
{
	(void)state;
	let_it_pass();
	assert_true(deadline_passed(0));
	assert_int_equal(deadline_check(&e), ERR_LIMIT);
	assert_string_equal(e.text, "The answer takes longer than max_seconds = 3600.");
	assert_true(deadline_passed(0));
	deadline_end();
	assert_false(deadline_passed(0));
	assert_int_equal(deadline_check(&e), ERR_OK);
}

static const struct prepared *
prepare(const struct measure *m, const struct json *list, enum err expected)
{
	const struct prepared *p = NULL;
	struct result all, value;

	assert_int_equal(result_read(a, list, &all, &e), ERR_OK);
	assert_int_equal(result_of_control(a, &all, STR("c"), &value), ERR_OK);
	assert_int_equal(measure_prepare(m, a, &value, &p, &e), expected);
	return p;
}

/* Whatever it is doing: a score that ran out of time is none. */
static void
every_metric_gives_up(void **state)
{
	unsigned tried = 0;

	(void)state;
	for (size_t i = 0; i < metric_count; i++) {
		const struct metric *metric = &metric_table[i];
		struct scene_style s = scene_style_of(metric, 1);
		struct dice d = {i + 1};
		const struct prepared *side[2];
		const struct json *list;
		struct measure m;
		double score = 2.0;

		if (s.kind == SCENE_NONE ||
		    measure_embeds(&(struct measure){.metric = metric}))
			continue;
		arena_reset(a);
		assert_int_equal(
		    measure_init(a, str_of(metric->name), NULL, &m, NULL), ERR_OK);
		for (int k = 0; k < 2; k++) {
			list = scene_list(a, scene_items(a, &d, &s, 20), 20);
			side[k] = prepare(&m, list, ERR_OK);
		}
		let_it_pass();
		prepare(&m, list, ERR_LIMIT);
		assert_int_equal(measure_score(&m, a, side[0], side[1], &score), ERR_LIMIT);
		assert_true(score == 2.0);
		deadline_end();
		assert_int_equal(measure_score(&m, a, side[0], side[1], &score), ERR_OK);
		tried++;
	}
	assert_true(tried > 40);
}

/* A path that has as many steps as a result may have bytes: in the square of the time this
 * would take minutes. */
static void
a_deep_path_is_prepared_in_its_length(void **state)
{
	enum { STEPS = 200000 };
	char *text = arena_alloc(a, 3 * STEPS + 200);
	const struct json *list;
	const struct prepared *side[2];
	struct measure m;
	double score;
	size_t n;

	(void)state;
	assert_non_null(text);
	assert_int_equal(measure_init(a, STR("taxonomy_subtree"), NULL, &m, NULL), ERR_OK);
	n = (size_t)sprintf(text,
	    "[{\"id\":\"1\",\"from_name\":\"c\",\"type\":\"taxonomy\",\"value\":{"
	    "\"taxonomy\":[[");
	for (int i = 0; i < STEPS; i++)
		n += (size_t)sprintf(text + n, "%s%d", i == 0 ? "" : ",", i % 10);
	strcpy(text + n, "]]}}]");
	list = case_json(a, str_of(text));
	deadline_begin(60);
	for (int k = 0; k < 2; k++) {
		side[k] = prepare(&m, list, ERR_OK);
		assert_int_equal(side[k]->n, STEPS);
	}
	assert_int_equal(measure_score(&m, a, side[0], side[1], &score), ERR_OK);
	assert_true(score == 1.0);
	assert_true(measure_cost(&m, side[0], side[1]) < 100.0 * (double)STEPS);
}

#define T(test) cmocka_unit_test_setup_teardown(test, arena_set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(without_a_limit_nothing_passes),
	    T(what_has_passed_stays_so_until_the_end),
	    T(every_metric_gives_up),
	    T(a_deep_path_is_prepared_in_its_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
