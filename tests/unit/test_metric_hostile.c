/*
 * Annotations that nobody draws: every value in every place, outlines that cross themselves
 * thousands of times. A score is a number from 0 to 1 or is refused with its
 * place; nothing crashes, overruns (see --enable-asan, --enable-ubsan) or takes long.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "base/array.h"
#include "base/buf.h"
#include "cases.h"
#include "metric/metric.h"
#include "../reference/area.h"
#include "../reference/scene.h"
#include "arena_fixture.h"

#define TRIED 3 /* per cent of the changes, see dice_tries() */

/* What may stand in place of anything; an empty one takes the member out. */
static const char *const values[] = {
    "",
    "null",
    "true",
    "0",
    "-0.0",
    "-1",
    "0.1",
    "1e100",
    "-1e100",
    "9.9e99",
    "1.1e100",
    "1e308",
    "-1e308",
    "5e-324",
    "1e-320",
    "1e-100",
    "1e18",
    "1000001",
    "9007199254740993",
    "9223372036854775807",
    "-9223372036854775808",
    "\"\"",
    "\"NaN\"",
    "\"Infinity\"",
    "\"1e999\"",
    "\"2024-02-30\"",
    "\"2024-02-29T23:59:59.999999+23:59\"",
    "\"\\u0000\\ud83d\\ude00\"",
    "[]",
    "[null]",
    "[[],[[]]]",
    "[1,1]",
    "{}",
    "{\"start\":-1e100,\"end\":1e100}",
};

/* Write `j` with node number *left, counted from the outside, replaced. */
static void write_with(struct buf *b, const struct json *j, int *left, const char *value);

static bool
is_replaced(const struct json *j, int *left, const char *value)
{
	(void)j;
	return (*left)-- == 0 && value[0] != '\0';
}

static void
write_members(struct buf *b, const struct json *j, int *left, const char *value)
{
	bool first = true;

	buf_char(b, '{');
	for (uint32_t i = 0; i < j->n; i++) {
		struct buf member = BUF_INIT;
		bool gone = *left == 0 && value[0] == '\0';

		write_with(&member, json_value(j, i), left, value);
		if (!gone)
			buf_printf(b, "%s\"%.*s\":%s", first ? "" : ",",
			    STR_ARG(json_key(j, i)), member.s);
		first = first && gone;
		buf_free(&member);
	}
	buf_char(b, '}');
}

static void
write_with(struct buf *b, const struct json *j, int *left, const char *value)
{
	struct str text;

	if (is_replaced(j, left, value)) {
		buf_puts(b, value);
	} else if (j->type == JSON_OBJECT) {
		write_members(b, j, left, value);
	} else if (j->type == JSON_ARRAY) {
		buf_char(b, '[');
		for (uint32_t i = 0; i < j->n; i++) {
			buf_puts(b, i == 0 ? "" : ",");
			write_with(b, json_at(j, i), left, value);
		}
		buf_char(b, ']');
	} else {
		assert_int_equal(json_text(a, j, &text), ERR_OK);
		buf_str(b, text);
	}
}

/* The list with one place changed; NULL where there is no such place. */
static const struct json *
changed(const struct json *list, int place, const char *value)
{
	struct buf b = BUF_INIT;
	struct str text;
	int left = place;

	write_with(&b, list, &left, value);
	text = arena_str(a, buf_text(&b));
	buf_free(&b);
	return left >= 0 ? NULL : case_json(a, text);
}

static void
try_everything(const struct metric *m, unsigned variant, struct dice *choice)
{
	struct scene_style s = scene_style_of(m, variant);
	struct dice d = {variant};
	struct arena_mark mark;
	const struct json *list;

	arena_reset(a);
	/* Two items: not all places change at once. The list itself is place 0. */
	list = scene_list(a, scene_items(a, &d, &s, 2), 2);
	mark = arena_mark(a);
	for (int place = 1;; place++)
		for (size_t v = 0; v < N_OF(values); v++) {
			const struct json *x, *y;
			double r;

			/* The first says whether there is such a place. */
			if (v > 0 && !dice_tries(choice, TRIED))
				continue;
			arena_rewind(a, mark);
			x = changed(list, place, values[v]);
			if (x == NULL)
				return;
			y = changed(list, place, values[dice_below(&d, N_OF(values))]);
			case_is_scored(a, m->name, x, list, &r);
			case_is_scored(a, m->name, x, y, &r);
			if (case_is_scored(a, m->name, x, x, &r) && r != 1.0)
				fail_msg("%s: %.17g with itself: place %d, %s", m->name, r,
				    place, values[v]);
		}
}

static void
any_value_in_any_place_is_scored_or_refused(void **state)
{
	struct dice choice = {8};

	(void)state;
	/* A threshold only looks at the score, and one metric over polygons will do: GEOS
	 * takes its time. In variant 3 coordinates are whole, in 4 boxes are rotated. */
	for (size_t i = 0; i < metric_count; i++) {
		const struct metric *m = &metric_table[i];

		if (m->of_score == decide_threshold ||
		    (m->shape == SHAPE_POLYGON && !str_is(STR("polygon_iou"), m->name)))
			continue;
		try_everything(m, 3, &choice);
		try_everything(m, 4, &choice);
	}
}

static double
coordinate(struct dice *d)
{
	static const double far[] = {0, 50, 100, -1, 101, -1e100, 1e100, 1e99, 1e-100,
	    5e-324, 1e16, 1e16 + 2, 33.333333333333336};

	return dice_once_in(d, 3) ? dice_unit(d) * 100 : far[dice_below(d, N_OF(far))];
}

static const struct json *
polygon_of(const struct area_point *v, unsigned n)
{
	struct buf b = BUF_INIT;
	struct str text;

	buf_puts(&b, "[{\"from_name\":\"c\",\"type\":\"polygon\",\"value\":{\"points\":[");
	for (unsigned i = 0; i < n; i++)
		buf_printf(&b, "%s[%.17g,%.17g]", i == 0 ? "" : ",", v[i].x, v[i].y);
	buf_puts(&b, "]}}]");
	text = arena_str(a, buf_text(&b));
	buf_free(&b);
	return case_json(a, text);
}

/* Vertices at places where sums and products round, vanish or overflow; some repeated. */
static void
polygons_of_any_size_are_scored(void **state)
{
	struct dice d = {5}, choice = {5};

	(void)state;
	for (unsigned k = 0; k < 1500; k++) {
		struct area_point v[2][12];
		unsigned n[2];
		const struct json *x, *y;
		double r;

		arena_reset(a);
		for (int side = 0; side < 2; side++) {
			n[side] = dice_below(&d, N_OF(v[0]) + 1);
			for (unsigned i = 0; i < n[side]; i++) {
				v[side][i].x = coordinate(&d);
				v[side][i].y = coordinate(&d);
				if (i > 0 && dice_once_in(&d, 5))
					v[side][i] = v[side][dice_below(&d, i)];
			}
		}
		if (!dice_tries(&choice, 10))
			continue;
		x = polygon_of(v[0], n[0]);
		y = polygon_of(v[1], n[1]);
		case_is_scored(a, "polygon_iou", x, y, &r);
		if (case_is_scored(a, "polygon_iou", x, x, &r))
			assert_true(r == 1.0);
	}
}

static struct area_point *
random_vertices(struct dice *d, unsigned n)
{
	struct area_point *v = arena_alloc(a, n * sizeof(*v));

	assert_non_null(v);
	for (unsigned i = 0; i < n; i++)
		v[i] = (struct area_point){dice_unit(d) * 100, dice_unit(d) * 100};
	return v;
}

/* 280 random vertices have some 9000 crossings. */
static void
thousands_of_crossings_are_scored(void **state)
{
	static const unsigned counts[][2] = {{40, 50}, {120, 4}, {280, 5}, {280, 30}};
	struct dice d = {6};

	(void)state;
	for (size_t i = 0; i < N_OF(counts); i++) {
		struct area_outline x = {random_vertices(&d, counts[i][0]), counts[i][0]};
		struct area_outline y = {random_vertices(&d, counts[i][1]), counts[i][1]};
		double r;

		assert_true(case_is_scored(
		    a, "polygon_iou", polygon_of(x.v, x.n), polygon_of(y.v, y.n), &r));
		assert_true(fabs(r - area_iou(&x, &y)) < 1e-9);
	}
}

static void
fill(struct area_point *v, unsigned n, unsigned how, struct dice *d)
{
	for (unsigned i = 0; i < n; i++) {
		double turn = 2 * M_PI * i / n;

		switch (how) {
		case 0: /* anywhere */
			v[i] = (struct area_point){dice_unit(d) * 100, dice_unit(d) * 100};
			break;
		case 1: /* long edges close to each other */
			v[i] = (struct area_point){i % 2 * 100.0, i * 1e-4};
			break;
		case 2: /* all of them through one place */
			v[i] = i % 2 == 0
			    ? (struct area_point){50, 50}
			    : (struct area_point){50 + cos(turn), 50 + sin(turn)};
			break;
		case 3: /* forth and back */
			v[i] = (struct area_point){i % 2 * 10.0, i % 2 * 10.0};
			break;
		case 4: /* on one line */
			v[i] = (struct area_point){dice_unit(d) * 100, 7};
			break;
		default: /* on a few places */
			v[i] = (struct area_point){dice_below(d, 30), dice_below(d, 30)};
			break;
		}
	}
}

static void
outlines_of_any_length_end_in_time(void **state)
{
	static const unsigned lengths[] = {500, 2000, 5000, 50000};
	struct dice d = {7};

	(void)state;
	for (size_t i = 0; i < N_OF(lengths); i++)
		for (unsigned how = 0; how < 6; how++) {
			struct area_point *v;
			clock_t start;
			double r;

			arena_reset(a);
			v = random_vertices(&d, lengths[i]);
			fill(v, lengths[i], how, &d);
			start = clock();
			case_is_scored(a, "polygon_iou", polygon_of(v, lengths[i]),
			    polygon_of(v, 100), &r);
			/* Some tenths of a second; sanitizers are slower. */
			if (clock() - start > 10 * CLOCKS_PER_SEC)
				fail_msg("%u vertices, kind %u: too long", lengths[i], how);
		}
}

/* A smooth outline of very many vertices is nothing to refuse. */
static void
long_smooth_outlines_are_scored(void **state)
{
	static const unsigned n = 50000;
	struct area_point *v = arena_alloc(a, n * sizeof(*v)),
			  *w = arena_alloc(a, n * sizeof(*w));
	double r;

	(void)state;
	assert_non_null(v);
	assert_non_null(w);
	for (unsigned i = 0; i < n; i++) {
		double x = cos(2 * M_PI * i / n), y = sin(2 * M_PI * i / n);

		v[i] = (struct area_point){50 + 40 * x, 50 + 40 * y};
		w[i] = (struct area_point){50 + 20 * x, 50 + 20 * y};
	}
	assert_true(
	    case_is_scored(a, "polygon_iou", polygon_of(v, n), polygon_of(w, n), &r));
	assert_true(fabs(r - 0.25) < 1e-9);
}

/* Two poly-lines are walked together: what that costs is their product, whichever metric
 * asks. */
static void
long_lines_are_counted(void **state)
{
	static const char *const metrics[] = {"vector_distance", "bbox_labels", "bbox_iou"};
	const double n = 3000;
	struct buf b = BUF_INIT;
	const struct json *list;

	(void)state;
	buf_puts(&b, "[{\"from_name\":\"c\",\"type\":\"vector\",\"value\":{\"vertices\":[");
	for (int i = 0; i < n; i++)
		buf_printf(&b, "%s{\"x\":%d,\"y\":50}", i == 0 ? "" : ",", i % 7);
	buf_puts(&b, "]}}]");
	list = case_json(a, arena_str(a, buf_text(&b)));
	buf_free(&b);
	for (size_t i = 0; i < N_OF(metrics); i++) {
		const struct prepared *side = NULL;
		struct result value;
		struct measure m;

		assert_int_equal(result_read(a, list, &value, &e), ERR_OK);
		assert_int_equal(case_measure(a, str_of(metrics[i]), NULL, &m, &e), ERR_OK);
		assert_int_equal(measure_prepare(&m, a, &value, &side, &e), ERR_OK);
		assert_true(measure_cost(&m, side, side) > 5.0 * n * n);
	}
}

#define HOSTILE(name) cmocka_unit_test_setup_teardown(name, arena_set_up, arena_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    HOSTILE(any_value_in_any_place_is_scored_or_refused),
	    HOSTILE(polygons_of_any_size_are_scored),
	    HOSTILE(thousands_of_crossings_are_scored),
	    HOSTILE(outlines_of_any_length_end_in_time),
	    HOSTILE(long_smooth_outlines_are_scored),
	    HOSTILE(long_lines_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
