/* Each allocation of preparing, scoring and explaining fails in turn: those of the arena,
 * by its limit, and those of the libraries behind it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cases.h"
#include "fail_alloc.h"
#include "metric/explanation.h"
#include "metric/metric.h"
#include "../reference/scene.h"

#define ITEMS 3
#define LIMITS 250	/* steps between no memory and enough */
#define ALIGNMENT 16u	/* the arena hands out no less */
#define EASY_LIMIT 4000 /* up to which every step is tried */
#define TRIED 50	/* per cent of the allocations, see dice_tries() */

/* A metric with the values of two participants. */
struct trial {
	const struct metric *metric;
	struct measure m;
	struct result values[2];
};

static struct arena *documents;

static int
setup(void **state)
{
	(void)state;
	documents = arena_new(0);
	return documents == NULL;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(documents);
	return 0;
}

static void
make_trial(
    struct trial *t, const struct metric *metric, const char *params, unsigned variant)
{
	struct scene_style s = scene_style_of(metric, variant);
	struct dice d = {variant};
	struct error e = {0};

	arena_reset(documents);
	t->metric = metric;
	if (case_measure(documents, str_of(metric->name),
		case_json(documents, str_of(params)), &t->m, &e) != ERR_OK)
		fail_msg("%s", e.text);
	for (int i = 0; i < 2; i++)
		assert_int_equal(
		    result_read(documents,
			scene_list(documents, scene_items(documents, &d, &s, ITEMS), ITEMS),
			&t->values[i], NULL),
		    ERR_OK);
}

static enum err
run(struct arena *a, const struct trial *t, double *r, struct error *e)
{
	const struct prepared *side[2];
	struct explanation x;
	double score = -1.0;
	enum err err = ERR_OK;

	for (int i = 0; err == ERR_OK && i < 2; i++)
		err = measure_prepare(&t->m, a, &t->values[i], &side[i], e);
	if (err == ERR_OK)
		err = measure_score(&t->m, a, side[0], side[1], &score);
	if (err == ERR_OK)
		err = measure_explain(&t->m, a, side[0], side[1], &x);
	if (err != ERR_OK)
		return err;
	assert_true(x.score == score);
	*r = score;
	return ERR_OK;
}

/* What must come out, and how much the arena then holds at most. */
static size_t
run_freely(const struct trial *t, double *r)
{
	struct arena *a = arena_new(0);
	struct error e = {0};
	size_t held;

	assert_non_null(a);
	if (run(a, t, r, &e) != ERR_OK)
		fail_msg("%s: %s", t->metric->name, e.text);
	held = arena_held(a);
	arena_free(a);
	return held;
}

static bool
succeeds_within(const struct trial *t, size_t limit, double expected)
{
	struct arena *a = arena_new(limit);
	struct error e = {0};
	double r = -1.0;
	enum err err;

	assert_non_null(a);
	err = run(a, t, &r, &e);
	if (err == ERR_OK ? r != expected : err != ERR_MEMORY || r != -1.0)
		fail_msg("%s in %zu bytes: %s: %s, %.17g", t->metric->name, limit,
		    err_text(err), e.text, r);
	arena_free(a);
	return err == ERR_OK;
}

static void
shrink_arena(const struct trial *t)
{
	double expected;
	size_t most = run_freely(t, &expected), limit = ALIGNMENT;
	unsigned failed = 0;

	while (!succeeds_within(t, limit, expected)) {
		failed++;
		limit += limit < EASY_LIMIT || most / LIMITS < ALIGNMENT ? ALIGNMENT
									 : most / LIMITS;
		if (limit > 2 * most)
			fail_msg("%s: never enough", t->metric->name);
	}
	assert_true(failed > 0);
}

static void
for_all_metrics(void (*try)(const struct trial *t))
{
	struct trial t;

	for (size_t i = 0; i < metric_count; i++) {
		const struct metric *metric = &metric_table[i];

		if (metric->of_score == decide_threshold && i > 0 &&
		    metric_table[i - 1].method == metric->method)
			continue; /* the same but for the decision */
		for (unsigned variant = 3; variant <= 4; variant++) {
			make_trial(&t, metric, "{}", variant);
			try(&t);
		}
		if ((metric->params & MPARAM_BIT(MPARAM_MATCHING)) == 0)
			continue;
		make_trial(&t, metric, "{\"matching\":\"one_to_one\"}", 1);
		try(&t);
	}
}

static void
a_small_arena_is_out_of_memory(void **state)
{
	(void)state;
	for_all_metrics(shrink_arena);
}

#if FAIL_ALLOC
static void
fail_each(const struct trial *t)
{
	struct dice choice = {(uint64_t)(t->metric - metric_table)};
	double expected, r;
	unsigned long n;
	long live;

	/* What a library keeps for good it takes the first time. */
	run_freely(t, &expected);
	fail_alloc_from(0);
	run_freely(t, &r);
	n = fail_alloc_stop();
	for (unsigned long k = 1; k <= n; k += 1 + n / 200) {
		struct arena *a;
		struct error e = {0};
		enum err err;

		if (!dice_tries(&choice, TRIED))
			continue;
		live = fail_alloc_live();
		a = arena_new(0);
		assert_non_null(a);
		fail_alloc_once(k);
		err = run(a, t, &r, &e);
		fail_alloc_stop();
		/* GEOS and libpng do not say why they fail; GEOS may find another way,
		 * which rounds otherwise. */
		if (err == ERR_OK ? fabs(r - expected) > 1e-9
				  : err != ERR_MEMORY && err != ERR_INPUT)
			fail_msg("%s, allocation %lu of %lu: %s: %s, %.17g not %.17g",
			    t->metric->name, k, n, err_text(err), e.text, r, expected);
		arena_free(a);
		/* What that had before, GEOS leaks. */
		if (t->metric->shape != SHAPE_POLYGON && fail_alloc_live() > live)
			fail_msg(
			    "%s, allocation %lu of %lu: a leak", t->metric->name, k, n);
	}
}

static void
an_allocation_that_fails_harms_nothing(void **state)
{
	(void)state;
	for_all_metrics(fail_each);
}
#endif

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		a_small_arena_is_out_of_memory, setup, teardown),
#if FAIL_ALLOC
	    cmocka_unit_test_setup_teardown(
		an_allocation_that_fails_harms_nothing, setup, teardown),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
