/*
 * Polygons: what counts is the area that their outlines enclose.
 */
#include <math.h>

#include "base/deadline.h"
#include "metric/geometry/convex.h"
#include "metric/field.h"
#include "metric/geometry/outline.h"
#include "metric/geometry/repair.h"
#include "metric/region/shapes.h"
#include "metric/geometry/surface.h"

struct polygon {
	struct surface surface; /* of the repaired outline; no edges if the area is 0 */
	const struct point *v;
	uint32_t n;
};

static enum err
read_points(const struct item *item, const struct json *points, struct point *v,
    struct extent *x, struct error *e)
{
	for (uint32_t i = 0; i < points->n; i++) {
		const struct json *p = json_at(points, i);

		if (p->type != JSON_ARRAY || p->n < 2 ||
		    !json_number(json_at(p, 0), &v[i].x) ||
		    !json_number(json_at(p, 1), &v[i].y) || v[i].x > FIELD_MAX ||
		    v[i].x < -FIELD_MAX || v[i].y > FIELD_MAX || v[i].y < -FIELD_MAX)
			return error_set(e, ERR_INPUT,
			    "$[%u].value.points[%u]: two numbers are "
			    "required",
			    item->index, i);
		x->x0 = i == 0 || v[i].x < x->x0 ? v[i].x : x->x0;
		x->x1 = i == 0 || v[i].x > x->x1 ? v[i].x : x->x1;
		x->y0 = i == 0 || v[i].y < x->y0 ? v[i].y : x->y0;
		x->y1 = i == 0 || v[i].y > x->y1 ? v[i].y : x->y1;
	}
	return ERR_OK;
}

static enum err
measure_area(struct arena *a, const struct item *item, struct polygon *p, struct error *e)
{
	struct outline_tangle tangle;
	enum err err;

	if (p->n < 3)
		return ERR_OK;
	err = outline_measure(a, p->v, p->n, &tangle);
	if (err == ERR_OK && tangle.simple)
		err = surface_ring(a, p->v, p->n, &p->surface);
	if (err != ERR_OK)
		return error_set(e, err, "%s", err_text(err));
	if (tangle.simple)
		return ERR_OK;
	if (tangle.crossings > OUTLINE_CROSSINGS_MAX || tangle.close > OUTLINE_CLOSE_MAX)
		return field_error(item, "points",
		    tangle.close > OUTLINE_CLOSE_MAX
			? "more than " STR_OF_MACRO(
			      OUTLINE_CLOSE_MAX) " edges lie close to each other"
			: "the outline crosses itself more than " STR_OF_MACRO(
			      OUTLINE_CROSSINGS_MAX) " times",
		    e);
	/* Rough, and more than the clock needs to know of it. */
	if (deadline_passed(100000))
		return ERR_LIMIT;
	return repair_surface(a, item, p->v, p->n, tangle.crossings, &p->surface, e);
}

static enum err
read(struct arena *a, const struct item *item, const struct reading *how,
    const void **geometry_r, struct extent *extent_r, struct error *e)
{
	struct polygon *p = arena_calloc(a, 1, sizeof(*p));
	struct extent extent = {0};
	const struct json *points;
	struct point *v;
	enum err err = field_list(item, "points", &points, e);

	(void)how;
	if (err != ERR_OK)
		return err;
	v = arena_alloc(a, points->n * sizeof(*v));
	if (p == NULL || v == NULL)
		return error_memory(e);
	err = read_points(item, points, v, &extent, e);
	p->v = v;
	p->n = points->n;
	if (err == ERR_OK)
		err = measure_area(a, item, p, e);
	if (err != ERR_OK)
		return err;
	*extent_r = extent;
	*geometry_r = p;
	return ERR_OK;
}

static enum err
overlap(struct arena *scratch, const void *a, const void *b, double *r)
{
	const struct polygon *x = a, *y = b;
	bool identical = plane_same(x->v, x->n, y->v, y->n);
	double inter = 0.0;
	enum err err = ERR_OK;

	if (!identical && x->surface.area > 0.0 && y->surface.area > 0.0)
		err = surface_intersection(scratch, &x->surface, &y->surface, &inter);
	inter = fmin(inter, fmin(x->surface.area, y->surface.area));
	if (err == ERR_OK)
		*r = identical ? 1.0
			       : shape_iou(inter, x->surface.area, y->surface.area, false);
	return err;
}

static double
cost(const void *geometry)
{
	const struct polygon *p = geometry;

	return 100.0 + 20.0 * ((double)p->surface.n + p->surface.pairs);
}

static enum err
surface(struct arena *scratch, const void *geometry, struct surface *r)
{
	(void)scratch;
	*r = ((const struct polygon *)geometry)->surface;
	return ERR_OK;
}

const struct shape shape_polygon = {
    .name = "polygon", .read = read, .overlap = overlap, .cost = cost, .surface = surface};
