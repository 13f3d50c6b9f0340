/* What metrics make of overlaps and scores: every function, and Dice held against counted
 * areas. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <cmocka.h>

#include "base/array.h"
#include "cases.h"
#include "metric/decision.h"
#include "../reference/scene.h"
#include "arena_fixture.h"

static const struct {
	decision *decide;
	double of_0, of_half, of_1;
} decisions[] = {
    {decide_raw, 0.0, 0.5, 1.0},
    {decide_threshold, 0.0, 1.0, 1.0},
    {decide_match, 0.0, 1.0, 1.0},
    {decide_dice, 0.0, 2.0 / 3, 1.0},
};

static void
every_decision_rises_from_0_to_1(void **state)
{
	struct params p;

	(void)state;
	params_default(&p, 0.5);
	for (size_t i = 0; i < N_OF(decisions); i++) {
		double last = 0.0;

		assert_true(decisions[i].decide(&p, 0.0) == decisions[i].of_0);
		assert_true(decisions[i].decide(&p, 0.5) == decisions[i].of_half);
		assert_true(decisions[i].decide(&p, 1.0) == decisions[i].of_1);
		for (int k = 0; k <= 100000; k++) {
			double v = decisions[i].decide(&p, k / 100000.0);

			assert_true(v >= last && v <= 1.0);
			last = v;
		}
	}
}

static void
each_threshold_has_its_decision(void **state)
{
	struct params p;

	(void)state;
	params_default(&p, 0.25);
	p.number[MPARAM_IOU_THRESHOLD] = 0.75;
	assert_true(decide_threshold(&p, 0.25) == 1.0);
	assert_true(decide_threshold(&p, nextafter(0.25, 0.0)) == 0.0);
	assert_true(decide_match(&p, 0.75) == 1.0);
	assert_true(decide_match(&p, nextafter(0.75, 0.0)) == 0.0);
	/* What is reached by those that do not touch is how far apart they are looked for.
	 */
	p.number[MPARAM_IOU_THRESHOLD] = 0.0;
	assert_true(decide_match(&p, 0.0) == 1.0);
}

static double
score(const char *metric, const struct json *x, const struct json *y)
{
	double r = -1.0;

	if (case_score(a, str_of(metric), NULL, x, y, &r, &e) != ERR_OK)
		fail_msg("%s: %s", metric, e.text);
	return r;
}

/* A list of one item. */
static const struct json *
list_of(const char *type, const char *value)
{
	const char *text = arena_printf(a,
	    "[{\"id\":\"i\",\"from_name\":\"c\",\"type\":\"%s\",\"value\":{%s}}]", type,
	    value);

	assert_non_null(text);
	return case_json(a, str_of(text));
}

/* Whole numbers, so that every area is exact. */
struct square {
	unsigned x, y, width, height;
};

static struct square
random_square(struct dice *d)
{
	struct square s = {dice_below(d, 20), dice_below(d, 20), 0, 0};

	s.width = 1 + dice_below(d, 20);
	s.height = 1 + dice_below(d, 20);
	return s;
}

static const struct json *
as_box(const struct square *s)
{
	return list_of("rectangle",
	    arena_printf(a, "\"x\":%u,\"y\":%u,\"width\":%u,\"height\":%u", s->x, s->y,
		s->width, s->height));
}

static const struct json *
as_polygon(const struct square *s)
{
	unsigned right = s->x + s->width, low = s->y + s->height;

	return list_of("polygon",
	    arena_printf(a, "\"points\":[[%u,%u],[%u,%u],[%u,%u],[%u,%u]]", s->x, s->y,
		right, s->y, right, low, s->x, low));
}

static bool
covers(const struct square *s, unsigned x, unsigned y)
{
	return x >= s->x && x < s->x + s->width && y >= s->y && y < s->y + s->height;
}

static double
counted_dice(const struct square *p, const struct square *q)
{
	unsigned both = 0;

	for (unsigned x = 0; x < 40; x++)
		for (unsigned y = 0; y < 40; y++)
			both += covers(p, x, y) && covers(q, x, y);
	return 2.0 * both / (p->width * p->height + q->width * q->height);
}

static void
dice_of_outlines_is_what_the_areas_say(void **state)
{
	struct dice d = {11};

	(void)state;
	for (int k = 0; k < 1000; k++) {
		struct square p = random_square(&d), q = random_square(&d);
		double dice = counted_dice(&p, &q);

		arena_reset(a);
		assert_true(
		    fabs(score("bbox_dice", as_box(&p), as_box(&q)) - dice) < 1e-15);
		assert_true(fabs(score("polygon_dice", as_polygon(&p), as_polygon(&q)) -
				dice) < 1e-12);
		assert_true(
		    fabs(score("bbox_dice", as_box(&p), as_polygon(&q)) - dice) < 1e-12);
	}
}

#define SIDE 6

static struct str
random_mask(struct dice *d)
{
	char *mask = arena_alloc(a, SIDE * SIDE);
	unsigned density = dice_below(d, 5);

	assert_non_null(mask);
	for (int i = 0; i < SIDE * SIDE; i++)
		mask[i] = dice_below(d, 4) < density ? '1' : '0';
	/* A bitmask without a transparent pixel is read by its colours. */
	mask[0] = '0';
	return (struct str){mask, SIDE * SIDE};
}

static const struct json *
as_brush(struct str mask)
{
	struct str rle = scene_rle(a, mask);

	return list_of("brush", arena_printf(a, "\"rle\":%.*s", STR_ARG(rle)));
}

static const struct json *
as_bitmask(struct str mask)
{
	struct str png = scene_png(a, mask, SIDE);

	return list_of("bitmask",
	    arena_printf(
		a, "\"imageDataURL\":\"data:image/png;base64,%.*s\"", STR_ARG(png)));
}

static void
dice_of_masks_is_what_the_pixels_say(void **state)
{
	struct dice d = {12};

	(void)state;
	for (int k = 0; k < 1000; k++) {
		struct str p, q;
		unsigned both = 0, all = 0;
		double dice;

		arena_reset(a);
		p = random_mask(&d);
		q = random_mask(&d);
		for (int i = 0; i < SIDE * SIDE; i++) {
			both += p.s[i] == '1' && q.s[i] == '1';
			all += (p.s[i] == '1') + (q.s[i] == '1');
		}
		dice = all == 0 ? 1.0 : 2.0 * both / all;
		assert_true(
		    fabs(score("brush_dice", as_brush(p), as_brush(q)) - dice) < 1e-15);
		assert_true(fabs(score("bitmask_dice", as_bitmask(p), as_bitmask(q)) -
				dice) < 1e-15);
	}
}

/* Of any two regions, also turned, tangled and without area. */
static void
dice_of_a_pair_follows_from_its_iou(void **state)
{
	static const char *const names[][2] = {{"bbox_dice", "bbox_iou"},
	    {"polygon_dice", "polygon_iou"}, {"brush_dice", "brush_iou"},
	    {"bitmask_dice", "bitmask_iou"}};
	struct dice d = {13};
	unsigned between = 0;

	(void)state;
	for (size_t i = 0; i < N_OF(names); i++)
		for (unsigned k = 0; k < 300; k++) {
			struct scene_style s = scene_style_of(
			    metric_find(str_of(names[i][0])), k % SCENE_VARIANTS);
			const struct json *x, *y;
			double iou;

			arena_reset(a);
			x = scene_list(a, scene_items(a, &d, &s, 1), 1);
			y = scene_list(a, scene_items(a, &d, &s, 1), 1);
			iou = score(names[i][1], x, y);
			assert_true(score(names[i][0], x, y) == 2.0 * iou / (1.0 + iou));
			assert_true(score(names[i][0], x, x) == 1.0);
			between += iou > 0.0 && iou < 1.0;
		}
	assert_true(between > 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_decision_rises_from_0_to_1),
	    cmocka_unit_test(each_threshold_has_its_decision),
	    cmocka_unit_test_setup_teardown(
		dice_of_outlines_is_what_the_areas_say, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		dice_of_masks_is_what_the_pixels_say, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		dice_of_a_pair_follows_from_its_iou, arena_set_up, arena_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
