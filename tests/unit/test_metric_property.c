/* What holds for every metric, whatever the annotations: over random ones of every kind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/array.h"
#include "matrix/matrix.h"
#include "cases.h"
#include "metric/method.h"
#include "../reference/scene.h"
#include "arena_fixture.h"

#define SCENES 3 /* of each metric, style and set of parameters */
#define ITEMS 6	 /* in a scene, at most */
#define TRIED 15 /* per cent of all these scenes, see dice_tries() */

static const char *const params_table[] = {
    "{}",
    "{\"aggregate\":\"min\",\"label_weights\":{\"L0\":0,\"L1\":2.5}}",
    "{\"matching\":\"one_to_one\"}",
    "{\"iou_threshold\":0}",
    "{\"max_distance\":20}",
    "{\"order_matters\":true}",
    "{\"algorithm\":\"jaro_winkler\",\"qval\":2}",
};

/* Items in the making, with which a property is tried. */
struct scene {
	const struct metric *metric;
	const struct json *params;
	struct scene_style style;
	struct str *items;
	unsigned n;
	struct dice d;
};

typedef void property(struct scene *s);

/* Every item over again under another id. */
static struct str *
with_copies(const struct str *items, unsigned n)
{
	struct str *twice = arena_alloc(a, 2 * n * sizeof(*twice));

	assert_non_null(twice);
	for (unsigned i = 0; i < n; i++) {
		char *copy = arena_alloc(a, items[i].n);

		assert_non_null(copy);
		memcpy(copy, items[i].s, items[i].n);
		assert_memory_equal(copy, "{\"id\":\"i", 8);
		copy[7] = 'd';
		twice[i] = items[i];
		twice[n + i] = (struct str){copy, items[i].n};
	}
	return twice;
}

static const struct str *
shuffled(struct dice *d, const struct str *items, unsigned n)
{
	struct str *r = arena_alloc(a, n * sizeof(*r));

	assert_non_null(r);
	if (n > 0)
		memcpy(r, items, n * sizeof(*r));
	for (unsigned i = n; i > 1; i--) {
		unsigned k = dice_below(d, i);
		struct str item = r[i - 1];

		r[i - 1] = r[k];
		r[k] = item;
	}
	return r;
}

/* case_score(), which itself checks symmetry and bounds, of two lists of items. */
static double
score_with(const struct scene *s, const struct json *params, const struct str *x,
    unsigned nx, const struct str *y, unsigned ny)
{
	double r = -1.0;
	enum err err = case_score(a, str_of(s->metric->name), params, scene_list(a, x, nx),
	    scene_list(a, y, ny), &r, &e);

	if (err != ERR_OK)
		fail_msg("%s: %s", s->metric->name, e.text);
	return r;
}

static double
score(const struct scene *s, const struct str *x, unsigned nx, const struct str *y,
    unsigned ny)
{
	return score_with(s, s->params, x, nx, y, ny);
}

/* Each property is tried on scenes of its own. */
static void
for_all_scenes(property *holds, uint64_t seed)
{
	struct dice choice = {seed};

	for (size_t i = 0; i < metric_count; i++)
		for (unsigned k = 0; k < SCENE_VARIANTS * N_OF(params_table) * SCENES;
		    k++) {
			struct scene s = {.metric = &metric_table[i]};
			const char *params =
			    params_table[k / SCENE_VARIANTS % N_OF(params_table)];
			struct measure m;

			if (!dice_tries(&choice, TRIED))
				continue;
			arena_reset(a);
			s.d.state = i * 1000003 + k;
			s.style = scene_style_of(s.metric, k);
			if (s.style.kind == SCENE_NONE)
				fail_msg("%s: no such items are made", s.metric->name);
			s.params = case_json(a, str_of(params));
			if (measure_init(a, str_of(s.metric->name), s.params, &m, NULL) !=
			    ERR_OK)
				continue;
			s.n = dice_below(&s.d, ITEMS + 1);
			s.items = scene_items(a, &s.d, &s.style, s.n);
			holds(&s);
		}
}

/* One ranking is a value, so are numbers and texts in their order. */
static bool
has_order(const struct scene *s)
{
	bool ordered = json_true(json_get(s->params, "order_matters"));

	return s->style.kind == SCENE_NUMBER || s->style.kind == SCENE_TEXT ||
	    s->style.kind == SCENE_RANKER || ordered;
}

static void
agrees_with_itself(struct scene *s)
{
	const struct str *again = has_order(s) ? s->items : shuffled(&s->d, s->items, s->n);

	assert_true(score(s, s->items, s->n, again, s->n) == 1.0);
}

static void
everything_agrees_with_itself(void **state)
{
	(void)state;
	for_all_scenes(agrees_with_itself, 1);
}

static void
agrees_with_copies(struct scene *s)
{
	struct str *x = with_copies(s->items, s->n);
	const struct str *y = has_order(s) ? x : shuffled(&s->d, x, 2 * s->n);

	assert_true(score(s, x, 2 * s->n, y, 2 * s->n) == 1.0);
}

static void
copies_on_both_sides_change_nothing(void **state)
{
	(void)state;
	for_all_scenes(agrees_with_copies, 2);
}

/* An image size that some regions do not say makes equal values differ. */
static void
forget_sizes(struct scene *s)
{
	for (unsigned i = 0; i < s->n; i++) {
		char *copy = arena_alloc(a, s->items[i].n + 1), *at;

		assert_non_null(copy);
		memcpy(copy, s->items[i].s, s->items[i].n);
		copy[s->items[i].n] = '\0';
		at = strstr(copy, "original_width");
		if (at != NULL && dice_once_in(&s->d, 2))
			*at = 'O';
		s->items[i].s = copy;
	}
}

static void
order_is_nothing(struct scene *s)
{
	unsigned ny = dice_below(&s->d, ITEMS + 1);
	struct str *y = scene_items(a, &s->d, &s->style, ny);
	double there, again;

	/* Some regions of the one side stand on the other as well. */
	for (unsigned i = 0; i < ny && i < s->n; i++)
		if (dice_once_in(&s->d, 2))
			y[i] = s->items[i];
	forget_sizes(s);
	there = score(s, s->items, s->n, y, ny);
	if (has_order(s))
		return;
	for (int turn = 0; turn < 3; turn++) {
		again = score(
		    s, shuffled(&s->d, s->items, s->n), s->n, shuffled(&s->d, y, ny), ny);
		if (memcmp(&again, &there, sizeof(there)) != 0)
			fail_msg("%s: %.17g and %.17g", s->metric->name, there, again);
	}
}

static void
order_does_not_count(void **state)
{
	(void)state;
	for_all_scenes(order_is_nothing, 3);
}

/* The same regions, of which one side says the size of the image more often: the scores
 * both ways round, which score() compares, must still be the same. */
static void
is_symmetric(struct scene *s)
{
	struct str *y = arena_alloc(a, s->n * sizeof(*y));

	assert_non_null(y);
	for (unsigned i = 0; i < s->n; i++)
		y[i] = s->items[i];
	forget_sizes(s);
	score(s, s->items, s->n, shuffled(&s->d, y, s->n), s->n);
}

static void
image_sizes_leave_symmetry(void **state)
{
	(void)state;
	for_all_scenes(is_symmetric, 4);
}

static bool
is_region_metric(const struct scene *s)
{
	return s->style.kind == SCENE_REGION;
}

/* Against itself a side with one region more is less than 1; against another side it is not
 * more than without, and less if that was something. */
static void
lowers(struct scene *s)
{
	const struct method *method = s->metric->method;
	bool best = method == &method_f1 ||
	    (method == &method_region &&
		str_is(json_str(json_get(s->params, "matching")), "one_to_one") == false);
	unsigned ny = 1 + dice_below(&s->d, ITEMS);
	struct str *y = scene_items(a, &s->d, &s->style, ny);
	struct str *more = arena_alloc(a, (s->n + 1) * sizeof(*more));
	double with, without;

	assert_non_null(more);
	if (!is_region_metric(s) || s->n == 0)
		return;
	memcpy(more, s->items, s->n * sizeof(*more));
	more[s->n] = scene_stranger(a, &s->style);
	with = score(s, more, s->n + 1, s->items, s->n);
	if (s->metric->of_score != decide_threshold && method != &method_tracking &&
	    !(with < 1.0))
		fail_msg("%s: a surplus region is not noticed", s->metric->name);
	with = score(s, more, s->n + 1, y, ny);
	without = score(s, s->items, s->n, y, ny);
	/* Where the own regions are all of weight 0 the stranger is the first. */
	if (score(s, s->items, s->n, NULL, 0) == 1.0)
		return;
	/* Sums of another order round otherwise. */
	if (with > without + 1e-12 ||
	    (best && s->metric->of_score != decide_threshold && without > 0.0 &&
		with == without && json_get(s->params, "aggregate") == NULL))
		fail_msg("%s: %.17g with a surplus region, %.17g without", s->metric->name,
		    with, without);
}

static void
a_surplus_region_lowers_the_score(void **state)
{
	(void)state;
	for_all_scenes(lowers, 5);
}

/* Parameters from which on, or up to which, things agree; `rises`: the more the greater. */
static const struct {
	enum metric_param param;
	double most;
	bool rises;
} thresholds[] = {
    {MPARAM_THRESHOLD, 1.0, false},
    {MPARAM_IOU_THRESHOLD, 1.0, false},
    {MPARAM_MAX_DISTANCE, 60.0, true},
    {MPARAM_MAX_DIFFERENCE, 8.0, true},
};

static void
goes_one_way(struct scene *s)
{
	unsigned ny = dice_below(&s->d, ITEMS + 1);
	struct str *y = scene_items(a, &s->d, &s->style, ny);

	for (size_t t = 0; t < N_OF(thresholds); t++) {
		const char *name = metric_param_table[thresholds[t].param].name;
		double before = thresholds[t].rises ? 0.0 : 1.0;

		if ((s->metric->params & MPARAM_BIT(thresholds[t].param)) == 0)
			continue;
		for (int step = 0; step <= 10; step++) {
			char *text = arena_printf(
			    a, "{\"%s\":%.17g}", name, thresholds[t].most * step / 10);
			double now = score_with(
			    s, case_json(a, str_of(text)), s->items, s->n, y, ny);

			if (thresholds[t].rises ? now < before : now > before)
				fail_msg("%s, %s: %.17g after %.17g", s->metric->name, text,
				    now, before);
			before = now;
		}
	}
}

static void
scores_are_monotone_in_the_threshold(void **state)
{
	(void)state;
	for_all_scenes(goes_one_way, 6);
}

static void
compute(const struct scene *s, const struct matrix_side *sides, size_t n, struct matrix *r)
{
	const struct store_dimension row = {.id = 1, .control_tag = STR_INIT("c")};
	struct dimension dimension = {.row = &row, .weight = 1.0, .usable = true};
	const struct matrix_options options = {0};

	assert_int_equal(
	    case_measure(a, str_of(s->metric->name), s->params, &dimension.measure, &e),
	    ERR_OK);
	if (matrix_compute(a, sides, n, &dimension, 1, &options, r, &e) != ERR_OK)
		fail_msg("%s: %s", s->metric->name, e.text);
}

/* The matrix of four with one more in their midst. */
static void
leaves_the_others_alone(struct scene *s)
{
	struct matrix_side sides[5];
	struct matrix four, five;

	for (unsigned i = 0; i < 5; i++) {
		struct result *result = arena_alloc(a, sizeof(*result));
		unsigned n = dice_below(&s->d, ITEMS);

		assert_non_null(result);
		assert_int_equal(
		    result_read(a, scene_list(a, scene_items(a, &s->d, &s->style, n), n),
			result, NULL),
		    ERR_OK);
		sides[i] = (struct matrix_side){.result = result, .id = i};
	}
	compute(s, sides, 5, &five);
	memmove(&sides[2], &sides[3], 2 * sizeof(sides[0]));
	compute(s, sides, 4, &four);
	for (unsigned i = 0; i < 4; i++)
		for (unsigned j = 0; j < 4; j++)
			assert_memory_equal(&four.cells[i * 4 + j],
			    &five.cells[(i + (i >= 2)) * 5 + j + (j >= 2)], sizeof(double));
	for (unsigned i = 0; i < 5; i++)
		for (unsigned j = 0; j < 5; j++)
			assert_memory_equal(
			    &five.cells[i * 5 + j], &five.cells[j * 5 + i], sizeof(double));
}

static void
a_participant_more_changes_no_other_pair(void **state)
{
	(void)state;
	for_all_scenes(leaves_the_others_alone, 7);
}

#define PROPERTY(name) cmocka_unit_test_setup_teardown(name, arena_set_up, arena_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PROPERTY(everything_agrees_with_itself),
	    PROPERTY(copies_on_both_sides_change_nothing),
	    PROPERTY(order_does_not_count),
	    PROPERTY(image_sizes_leave_symmetry),
	    PROPERTY(a_surplus_region_lowers_the_score),
	    PROPERTY(scores_are_monotone_in_the_threshold),
	    PROPERTY(a_participant_more_changes_no_other_pair),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
