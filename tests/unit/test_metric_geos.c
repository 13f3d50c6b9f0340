/* Areas against those of GEOS itself: rotated boxes and ellipses (convex.c), outlines that
 * cross themselves against MakeValid, shared areas of polygons against its overlay. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <geos_c.h>
#include <math.h>
#include <stdlib.h>
#include <cmocka.h>

#include "metric/region/box.h"
#include "metric/geometry/convex.h"
#include "metric/geometry/outline.h"
#include "metric/region/shape.h"
#include "cases.h"
#include "../reference/dice.h"
#include "arena_fixture.h"

#define TOLERANCE 1e-9
#define VERTICES_MAX 64

static GEOSContextHandle_t geos;

static int
set_up(void **state)
{
	geos = GEOS_init_r();
	return arena_set_up(state) != 0 || geos == NULL;
}

static int
tear_down(void **state)
{
	arena_tear_down(state);
	GEOS_finish_r(geos);
	return 0;
}

/* The outline as GEOS has it. */
static GEOSGeometry *
outline_of(const struct point *v, uint32_t n)
{
	GEOSCoordSequence *s = GEOSCoordSeq_create_r(geos, n + 1, 2);
	GEOSGeometry *outline;

	assert_non_null(s);
	for (uint32_t i = 0; i <= n; i++)
		GEOSCoordSeq_setXY_r(geos, s, i, v[i % n].x, v[i % n].y);
	outline =
	    GEOSGeom_createPolygon_r(geos, GEOSGeom_createLinearRing_r(geos, s), NULL, 0);
	assert_non_null(outline);
	return outline;
}

/* Repaired where it must be. */
static GEOSGeometry *
polygon(const struct point *v, uint32_t n)
{
	GEOSGeometry *outline = outline_of(v, n), *valid;

	if (GEOSisValid_r(geos, outline) == 1)
		return outline;
	valid = GEOSMakeValid_r(geos, outline);
	assert_non_null(valid);
	GEOSGeom_destroy_r(geos, outline);
	return valid;
}

/* Without the lines and points that MakeValid leaves beside the surfaces; `g` is consumed.
 */
static GEOSGeometry *
surfaces(GEOSGeometry *g)
{
	GEOSGeometry *widened = GEOSBuffer_r(geos, g, 0.0, 8);

	assert_non_null(widened);
	GEOSGeom_destroy_r(geos, g);
	return widened;
}

static double
area_of(const GEOSGeometry *g)
{
	double area = -1.0;

	assert_int_equal(GEOSArea_r(geos, g, &area), 1);
	return area;
}

static double
iou(const struct point *v, uint32_t n, const struct point *w, uint32_t m)
{
	GEOSGeometry *x = surfaces(polygon(v, n)), *y = surfaces(polygon(w, m));
	GEOSGeometry *both = GEOSIntersection_r(geos, x, y);
	double shared, all;

	assert_non_null(both);
	shared = area_of(both);
	all = area_of(x) + area_of(y) - shared;
	GEOSGeom_destroy_r(geos, x);
	GEOSGeom_destroy_r(geos, y);
	GEOSGeom_destroy_r(geos, both);
	return all > 0.0 ? shared / all : 0.0;
}

static void
check_convex(const struct point *v, uint32_t n, const struct point *w, uint32_t m)
{
	struct convex x = {v, n, convex_area(v, n)}, y = {w, m, convex_area(w, m)};
	double ours = -1.0, theirs = iou(v, n, w, m);

	assert_int_equal(convex_iou(a, &x, &y, &ours), ERR_OK);
	if (fabs(ours - theirs) > TOLERANCE)
		fail_msg("%u and %u vertices: %.17g, not %.17g", n, m, ours, theirs);
}

static struct box
random_box(struct dice *d)
{
	struct box b = {dice_unit(d) * 40, dice_unit(d) * 40, dice_unit(d) * 40,
	    dice_unit(d) * 40, dice_unit(d) * 720 - 360, 480.0 / 640};

	if (dice_once_in(d, 4))
		b.rotation = 90.0 * dice_below(d, 4);
	if (dice_once_in(d, 8))
		b.width *= 1e-3;
	return b;
}

static void
rotated_boxes_share_what_geos_says(void **state)
{
	struct dice d = {1};

	(void)state;
	for (int k = 0; k < 1500; k++) {
		struct box x = random_box(&d), y = random_box(&d);
		struct point v[4], w[4];

		/* Now and then one that only moved, or turned, a little. */
		if (k % 5 == 0) {
			y = x;
			y.rotation += k % 10 == 0 ? 1e-7 : 0.5;
			y.x += 1e-9 * (k % 3);
		}
		box_corners(&x, v);
		box_corners(&y, w);
		check_convex(v, 4, w, 4);
	}
}

static void
make_ellipse(struct dice *d, struct point v[static VERTICES_MAX])
{
	double x = dice_unit(d) * 40, y = dice_unit(d) * 40, rx = dice_unit(d) * 40,
	       ry = dice_unit(d) * 40, turn = dice_unit(d) * M_PI;

	for (int k = 0; k < VERTICES_MAX; k++) {
		double t = 2 * M_PI * k / VERTICES_MAX, p = rx * cos(t), q = ry * sin(t);

		v[k] = (struct point){
		    x + p * cos(turn) - q * sin(turn), y + p * sin(turn) + q * cos(turn)};
	}
}

static void
ellipses_share_what_geos_says(void **state)
{
	struct dice d = {2};

	(void)state;
	for (int k = 0; k < 250; k++) {
		struct point v[VERTICES_MAX], w[VERTICES_MAX];

		make_ellipse(&d, v);
		make_ellipse(&d, w);
		check_convex(v, VERTICES_MAX, w, VERTICES_MAX);
	}
}

/* Read as an item and compared as one. */
static double
polygon_iou(const struct point *v, uint32_t n, const struct point *w, uint32_t m)
{
	const struct point *const sides[] = {v, w};
	const uint32_t counts[] = {n, m};
	const struct reading how = {.aspect = 1.0};
	const void *g[2];
	double r = -1.0;

	for (int i = 0; i < 2; i++) {
		struct item item = {0};
		struct extent extent;
		char *text = arena_printf(a, "{\"value\":{\"points\":[");

		for (uint32_t k = 0; k < counts[i]; k++)
			text = arena_printf(a, "%s%s[%.17g,%.17g]", text, k == 0 ? "" : ",",
			    sides[i][k].x, sides[i][k].y);
		text = arena_printf(a, "%s]}}", text);
		item.json = case_json(a, str_of(text));
		item.value = json_get(item.json, "value");
		if (shape_table[SHAPE_POLYGON]->read(a, &item, &how, &g[i], &extent, &e) !=
		    ERR_OK)
			fail_msg("%s", e.text);
	}
	assert_int_equal(shape_table[SHAPE_POLYGON]->overlap(a, g[0], g[1], &r), ERR_OK);
	return r;
}

/* Whole coordinates let edges go over each other; others only cross. */
static uint32_t
random_outline(struct dice *d, bool whole, struct point v[static VERTICES_MAX])
{
	uint32_t n = 3 + dice_below(d, whole ? 12 : 30);

	for (uint32_t i = 0; i < n; i++)
		v[i] = whole ? (struct point){dice_below(d, 6), dice_below(d, 6)}
			     : (struct point){dice_unit(d) * 10, dice_unit(d) * 10};
	return n;
}

static bool
same(const struct point *v, uint32_t n, const struct point *w, uint32_t m)
{
	bool equal = n == m;

	for (uint32_t i = 0; equal && i < n; i++)
		equal = v[i].x == w[i].x && v[i].y == w[i].y;
	return equal;
}

static void
tangled_outlines_enclose_what_make_valid_says(void **state)
{
	struct dice d = {3}, choice = {3};

	(void)state;
	for (int k = 0; k < 400; k++) {
		struct point v[VERTICES_MAX], w[VERTICES_MAX];
		uint32_t n = random_outline(&d, k % 2, v), m = random_outline(&d, k % 2, w);
		double ours, theirs;

		arena_reset(a);
		/* Against all there is: the area of the one alone. */
		if (k % 4 < 2) {
			const struct point all[] = {{0, 0}, {10, 0}, {10, 10}, {0, 10}};

			for (m = 0; m < 4; m++)
				w[m] = all[m];
		}
		if (!dice_tries(&choice, 25))
			continue;
		ours = polygon_iou(v, n, w, m);
		theirs = same(v, n, w, m) ? 1.0 : iou(v, n, w, m);
		if (fabs(ours - theirs) > TOLERANCE)
			fail_msg("k %d, %u and %u vertices: %.17g, not %.17g", k, n, m,
			    ours, theirs);
	}
}

/*
 * A star around a place: simple, unless it is squeezed until its edges meet. `kind` 1: with
 * repeated vertices; 2: on whole coordinates; 3: with a spike; 4: so thin that digits run
 * out.
 */
static uint32_t
random_star(struct dice *d, int kind, struct point v[static VERTICES_MAX])
{
	uint32_t n = 3 + dice_below(d, 24), m = 0;
	double far = dice_once_in(d, 3) ? 1e5 : 0.0, turn = dice_once_in(d, 2) ? 1.0 : -1.0;

	for (uint32_t i = 0; i < n; i++) {
		double angle = turn * 2 * M_PI * i / n, r = 1.0 + 4.0 * dice_unit(d);
		struct point p = {far + 5.0 + r * cos(angle), far + 5.0 + r * sin(angle)};

		if (kind == 2)
			p = (struct point){floor(p.x), floor(p.y)};
		if (kind == 4)
			p.y = far + (p.y - far) * 1e-14;
		v[m++] = p;
		if (kind == 1 && dice_once_in(d, 3))
			v[m++] = p;
		if (kind == 3 && i > 0 && dice_once_in(d, 4)) {
			v[m] = v[m - 2];
			m++;
		}
	}
	return m;
}

/* What is said to be simple is valid for GEOS; and most of what is simple is known as such.
 */
static void
simple_outlines_are_simple(void **state)
{
	struct dice d = {4};
	int known = 0, all = 0;

	(void)state;
	for (int k = 0; k < 6000; k++) {
		struct point v[VERTICES_MAX];
		struct outline_tangle t;
		uint32_t n = k % 6 == 5 ? random_outline(&d, k % 12 == 5, v)
					: random_star(&d, k % 6, v);
		GEOSGeometry *g;
		bool valid;

		arena_reset(a);
		assert_int_equal(outline_measure(a, v, n, &t), ERR_OK);
		g = outline_of(v, n);
		valid = GEOSisValid_r(geos, g) == 1;
		GEOSGeom_destroy_r(geos, g);
		if (t.simple && !valid)
			fail_msg("k %d: %u vertices are not simple", k, n);
		known += t.simple && k % 6 == 0;
		all += k % 6 == 0;
	}
	assert_int_equal(known, all);
}

/* Against those that GEOS has gone over, both ways round. */
static void
simple_outlines_share_what_geos_says(void **state)
{
	struct dice d = {5};

	(void)state;
	for (int k = 0; k < 600; k++) {
		struct point v[VERTICES_MAX], w[VERTICES_MAX];
		uint32_t n = random_star(&d, k % 4, v), m = random_star(&d, k / 4 % 4, w);
		double ours, theirs;

		arena_reset(a);
		ours = polygon_iou(v, n, w, m);
		theirs = same(v, n, w, m) ? 1.0 : iou(v, n, w, m);
		if (fabs(ours - theirs) > TOLERANCE ||
		    fabs(polygon_iou(w, m, v, n) - theirs) > TOLERANCE)
			fail_msg("k %d, %u and %u vertices: %.17g, not %.17g", k, n, m,
			    ours, theirs);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		rotated_boxes_share_what_geos_says, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		ellipses_share_what_geos_says, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		tangled_outlines_enclose_what_make_valid_says, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(simple_outlines_are_simple, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		simple_outlines_share_what_geos_says, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
