/* The region metrics against the plain ones of tests/reference, over random scenes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>

#include "base/array.h"
#include "cases.h"
#include "metric/region/assign.h"
#include "metric/region/scene.h"
#include "../reference/overlap.h"
#include "../reference/plain.h"
#include "../reference/scene.h"
#include "arena_fixture.h"

#define TOLERANCE 1e-9
#define SCENES 4   /* of each metric, style and set of parameters */
#define REGIONS 7  /* in a small scene, at most */
#define PAIRS 6000 /* in a large one, about */
/* Per cent of all these scenes, see dice_tries(). */
#define TRIED_SMALL 10
#define TRIED_LARGE 6
#define TRIED_HUNDREDS 25

static struct dice choice;

static int
set_up(void **state)
{
	choice = (struct dice){1};
	return arena_set_up(state);
}

/* Parameters to run each metric with that takes them. */
static const char *const params_table[] = {
    "{}",
    "{\"aggregate\":\"min\"}",
    "{\"matching\":\"one_to_one\"}",
    "{\"label_weights\":{\"L0\":0,\"L1\":2.5}}",
    "{\"aggregate\":\"min\",\"label_weights\":{\"L0\":0.25}}",
    "{\"iou_threshold\":0}",
    "{\"iou_threshold\":0.1}",
    "{\"iou_threshold\":1}",
    "{\"max_distance\":3}",
    "{\"max_distance\":0}",
    "{\"threshold\":0.25}",
};

static bool
takes(const struct metric *metric, const char *params, struct measure *m)
{
	struct str text = str_of(params);

	return measure_init(a, str_of(metric->name), case_json(a, text), m, NULL) == ERR_OK;
}

/* As scene_items(), without polygons of which it is not clear what they enclose. */
static struct str *
clear_items(struct dice *d, const struct scene_style *s, unsigned n)
{
	struct str *items = scene_items(a, d, s, n);

	for (unsigned i = 0; s->kind == SCENE_REGION && i < n; i++)
		while (overlap_is_unclear(s->shape, case_json(a, items[i])))
			items[i] = scene_item(a, d, s);
	return items;
}

static bool
is_counted(const struct scene_style *s)
{
	return s->shape == SHAPE_BRUSH || s->shape == SHAPE_BITMASK ||
	    s->shape == SHAPE_TIMELINE;
}

static bool
is_near(double ours, double plain, const struct scene_style *s)
{
	return fabs(ours - plain) <= (is_counted(s) ? 1e-14 : TOLERANCE);
}

static void
print_pair(const struct json *x, const struct json *y)
{
	struct str tx, ty;

	if (json_text(a, x, &tx) == ERR_OK && json_text(a, y, &ty) == ERR_OK)
		print_error("%.*s\n%.*s\n", (int)(tx.n < 3000 ? tx.n : 3000), tx.s,
		    (int)(ty.n < 3000 ? ty.n : 3000), ty.s);
}

/* An outline that just touches the threshold may fall on either side of it: the score is
 * then between those of a threshold a little higher and a little lower. */
static bool
is_tie(const struct measure *m, const struct scene_style *s, const struct json *x,
    const struct json *y, double ours)
{
	struct measure higher = *m, lower = *m;

	if (is_counted(s) || (m->metric->params & MPARAM_BIT(MPARAM_IOU_THRESHOLD)) == 0)
		return false;
	higher.params.number[MPARAM_IOU_THRESHOLD] += TOLERANCE;
	lower.params.number[MPARAM_IOU_THRESHOLD] -= TOLERANCE;
	return ours >= plain_score(a, &higher, x, y) - TOLERANCE &&
	    ours <= plain_score(a, &lower, x, y) + TOLERANCE;
}

static void
compare(const struct measure *m, const struct scene_style *s, const struct json *x,
    const struct json *y, const char *params, uint64_t seed)
{
	double ours = -1, plain = plain_score(a, m, x, y);
	enum err err = case_score(
	    a, str_of(m->metric->name), case_json(a, str_of(params)), x, y, &ours, &e);

	if (err != ERR_OK)
		fail_msg("%s: %s", m->metric->name, e.text);
	if (!is_near(ours, plain, s) && !is_tie(m, s, x, y, ours)) {
		print_pair(x, y);
		fail_msg("%s %s, seed %llu: %.17g, not %.17g", m->metric->name, params,
		    (unsigned long long)seed, ours, plain);
	}
}

static void
compare_scenes(const struct metric *metric, const struct scene_style *s, const char *params,
    unsigned scenes, unsigned most, uint64_t seed, uint32_t tried)
{
	struct measure m;

	for (unsigned k = 0; k < scenes; k++) {
		struct dice d = {seed * 1000 + k};
		/* A large scene has about as many regions as it may. */
		unsigned least = most > REGIONS ? most - 2 : 0;
		unsigned nx = least + dice_below(&d, most + 1 - least),
			 ny = least + dice_below(&d, most + 1 - least);

		if (!dice_tries(&choice, tried))
			continue;
		arena_reset(a);
		if (!takes(metric, params, &m))
			return;
		compare(&m, s, scene_list(a, clear_items(&d, s, nx), nx),
		    scene_list(a, clear_items(&d, s, ny), ny), params, d.state);
	}
}

static void
every_small_scene_gives_the_plain_score(void **state)
{
	(void)state;
	for (size_t i = 0; i < metric_count; i++)
		for (unsigned v = 0; v < SCENE_VARIANTS; v++) {
			struct scene_style s = scene_style_of(&metric_table[i], v);
			const size_t last = N_OF(params_table) - 1;

			/* Of the thresholded ones the first and the last will do. */
			for (size_t p = 0; s.kind == SCENE_REGION && p <= last;
			    p += metric_table[i].of_score == decide_threshold ? last : 1)
				compare_scenes(&metric_table[i], &s, params_table[p],
				    SCENES, REGIONS, i * 100 + v * 10 + p, TRIED_SMALL);
		}
}

/* How long the plain overlap takes, in units of that of a box. */
static const unsigned plain_cost[SHAPE__MAX] = {
    [SHAPE_NONE] = 1,
    [SHAPE_BBOX] = 1,
    [SHAPE_POLYGON] = 8,
    [SHAPE_ELLIPSE] = 200,
    [SHAPE_BRUSH] = 1,
    [SHAPE_BITMASK] = 1,
    [SHAPE_SPAN] = 1,
    [SHAPE_HTML] = 1,
    [SHAPE_TIMELINE] = 100,
    [SHAPE_VIDEO] = 50,
    [SHAPE_POINT] = 1,
    [SHAPE_VECTOR] = 20,
};

/* More than 1024 pairs, so that they are searched over a grid. */
static void
every_large_scene_gives_the_plain_score(void **state)
{
	(void)state;
	for (size_t i = 0; i < metric_count; i++)
		for (unsigned v = 0; v < SCENE_VARIANTS; v++) {
			const struct metric *metric = &metric_table[i];
			struct scene_style s = scene_style_of(metric, v);
			unsigned pairs = PAIRS / plain_cost[metric->shape];
			unsigned n = pairs < 1296 ? 36 : (unsigned)sqrt(pairs);

			if (s.kind != SCENE_REGION ||
			    metric->of_score == decide_threshold ||
			    (plain_cost[metric->shape] >= 50 && v % 2 == 0))
				continue;
			compare_scenes(metric, &s, "{}", 1, n, i * 10 + v, TRIED_LARGE);
			compare_scenes(metric, &s, "{\"matching\":\"one_to_one\"}", 1, n,
			    i * 10 + v + 1, TRIED_LARGE);
			compare_scenes(metric, &s, "{\"iou_threshold\":0}", 1, n,
			    i * 10 + v + 2, TRIED_LARGE);
			compare_scenes(metric, &s, "{\"iou_threshold\":0.2}", 1, n,
			    i * 10 + v + 3, TRIED_LARGE);
			compare_scenes(metric, &s, "{\"max_distance\":2}", 1, n,
			    i * 10 + v + 4, TRIED_LARGE);
		}
}

static void
some_hundred_regions_give_the_plain_score(void **state)
{
	static const char *const names[] = {
	    "bbox_iou", "bbox_f1", "span_overlap", "span_f1", "keypoint_distance"};

	(void)state;
	for (size_t i = 0; i < N_OF(names); i++)
		for (unsigned v = 0; v < 4; v++) {
			const struct metric *metric = metric_find(str_of(names[i]));
			struct scene_style s = scene_style_of(metric, v);

			compare_scenes(metric, &s, "{}", 1, 250, v, TRIED_HUNDREDS);
		}
}

/* An overlap of each shape by itself, which the scores above could average away. */
static void
every_overlap_is_the_plain_one(void **state)
{
	struct dice d = {4};

	(void)state;
	for (unsigned k = 0; k < 300 * (SHAPE_OTHER - 1); k++) {
		enum shape_id shape = (enum shape_id)(1 + k % (SHAPE_OTHER - 1));
		struct scene_style s = {SCENE_REGION, shape, PAYLOAD_LABELS_EQUAL,
		    .room = k % 7 < 3 ? 6.0 : 25.0, .size = 20.0, .coarse = k % 5 == 0,
		    .turned = k % 3 == 0};
		const struct json *side[2];
		const void *g[2];
		double ours[2], plain;

		arena_reset(a);
		for (int i = 0; i < 2; i++) {
			struct item item = {.value = NULL};
			struct reading how = {.aspect = 1.0};
			struct extent extent;

			side[i] = case_json(a, clear_items(&d, &s, 1)[0]);
			item.json = side[i];
			item.value = json_get(side[i], "value");
			how.aspect = scene_aspect(scene_size(&item, 0), NULL, NULL, NULL);
			if (shape_table[shape]->read(a, &item, &how, &g[i], &extent, &e) !=
			    ERR_OK)
				fail_msg("%s", e.text);
		}
		plain = overlap_plain(shape, side[0], side[1]);
		for (int i = 0; i < 2; i++) {
			assert_int_equal(
			    shape_table[shape]->overlap(a, g[i], g[1 - i], &ours[i]),
			    ERR_OK);
			if (!is_near(ours[i], plain, &s))
				print_pair(side[0], side[1]);
			if (!is_near(ours[i], plain, &s))
				fail_msg("%s, k %u: %.17g, not %.17g",
				    shape_table[shape]->name, k, ours[i], plain);
		}
	}
}

/* Weights that are often equal or 0. */
static double *
weights(struct dice *d, unsigned n)
{
	double *w = arena_alloc(a, n * sizeof(*w));
	unsigned density = 1 + dice_below(d, 5);

	assert_non_null(w);
	for (unsigned i = 0; i < n; i++)
		w[i] = dice_below(d, 5) >= density ? 0.0
		    : dice_once_in(d, 2)	   ? dice_unit(d)
						   : 0.25 * (1 + dice_below(d, 4));
	return w;
}

static void
check_matchings(const double *w, unsigned rows, unsigned columns, double sum)
{
	struct edges edges = {0};
	double ours = -1;
	uint32_t count = 0;

	for (unsigned i = 0; i < rows; i++)
		for (unsigned j = 0; j < columns; j++)
			if (w[i * columns + j] > 0.0)
				assert_int_equal(
				    edges_add(
					a, &edges, (struct edge){i, j, w[i * columns + j]}),
				    ERR_OK);
	assert_int_equal(assign_weight(a, &edges, rows, columns, &ours), ERR_OK);
	assert_int_equal(assign_count(a, &edges, rows, columns, &count), ERR_OK);
	if (fabs(ours - sum) > TOLERANCE)
		fail_msg("%u x %u: %.17g, not %.17g", rows, columns, ours, sum);
	assert_int_equal(count, plain_count(a, w, rows, columns));
}

static void
every_matching_is_the_best(void **state)
{
	struct dice d = {17};

	(void)state;
	for (unsigned k = 0; k < 1500; k++) {
		unsigned rows = dice_below(&d, 8), columns = dice_below(&d, 8);
		double *w, sum;

		arena_reset(a);
		w = weights(&d, rows * columns);
		sum = plain_assign_all(w, rows, columns);
		/* The plain one for large scenes must itself be right. */
		assert_true(fabs(plain_assign(a, w, rows, columns) - sum) < TOLERANCE);
		check_matchings(w, rows, columns, sum);
	}
	for (unsigned k = 0; k < 12; k++) {
		unsigned rows = 20 + dice_below(&d, 50), columns = 20 + dice_below(&d, 50);
		double *w;

		arena_reset(a);
		w = weights(&d, rows * columns);
		check_matchings(w, rows, columns, plain_assign(a, w, rows, columns));
	}
}

/* Paths through all columns that are taken would take eight seconds. */
static void
like_weights_are_matched_in_time(void **state)
{
	static const uint32_t n = 2000;
	struct edges edges = {0};
	clock_t start;
	double sum;

	(void)state;
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t j = 0; j < n; j++)
			assert_int_equal(
			    edges_add(a, &edges, (struct edge){i, j, 0.75}), ERR_OK);
	start = clock();
	assert_int_equal(assign_weight(a, &edges, n, n, &sum), ERR_OK);
	assert_true(sum == 0.75 * n);
	assert_true(clock() - start < 4 * CLOCKS_PER_SEC);
}

/* What the budget of a request counts must know of the matching. */
static void
one_to_one_costs_more_than_best(void **state)
{
	const struct metric *metric = metric_find(str_of("bbox_iou"));
	struct scene_style s = scene_style_of(metric, 0);
	struct dice d = {1};
	const struct json *list = scene_list(a, scene_items(a, &d, &s, 300), 300);
	const struct prepared *p;
	struct measure best, matched;
	struct result value;

	(void)state;
	assert_true(takes(metric, "{}", &best));
	assert_true(takes(metric, "{\"matching\":\"one_to_one\"}", &matched));
	assert_int_equal(result_read(a, list, &value, NULL), ERR_OK);
	assert_int_equal(measure_prepare(&best, a, &value, &p, NULL), ERR_OK);
	assert_true(measure_cost(&matched, p, p) - measure_cost(&best, p, p) >=
	    300.0 * 300 * 300 / 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		every_matching_is_the_best, set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		like_weights_are_matched_in_time, set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		one_to_one_costs_more_than_best, set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		every_overlap_is_the_plain_one, set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		every_small_scene_gives_the_plain_score, set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		every_large_scene_gives_the_plain_score, set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		some_hundred_regions_give_the_plain_score, set_up, arena_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
