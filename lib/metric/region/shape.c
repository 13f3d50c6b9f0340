#include "metric/region/shape.h"

#include <math.h>

#include "metric/geometry/runs.h"
#include "metric/region/shapes.h"
#include "metric/geometry/surface.h"

const struct shape *const shape_table[SHAPE__MAX] = {
    [SHAPE_BBOX] = &shape_bbox,
    [SHAPE_POLYGON] = &shape_polygon,
    [SHAPE_ELLIPSE] = &shape_ellipse,
    [SHAPE_BRUSH] = &shape_brush,
    [SHAPE_BITMASK] = &shape_bitmask,
    [SHAPE_SPAN] = &shape_span,
    [SHAPE_HTML] = &shape_html,
    [SHAPE_TIMELINE] = &shape_timeline,
    [SHAPE_VIDEO] = &shape_video,
    [SHAPE_POINT] = &shape_point,
    [SHAPE_VECTOR] = &shape_vector,
    [SHAPE_OTHER] = &shape_other,
};

static enum err
overlap_surfaces(struct arena *scratch, const struct shape *shape_a, const void *a,
    const struct shape *shape_b, const void *b, double *r)
{
	struct surface x, y;
	double inter = 0.0;
	enum err err = shape_a->surface(scratch, a, &x);

	if (err == ERR_OK)
		err = shape_b->surface(scratch, b, &y);
	if (err == ERR_OK && x.area > 0.0 && y.area > 0.0)
		err = surface_intersection(scratch, &x, &y, &inter);
	if (err == ERR_OK)
		*r = shape_iou(fmin(inter, fmin(x.area, y.area)), x.area, y.area, false);
	return err;
}

static bool
same_size(const struct mask *a, const struct mask *b)
{
	if (a->pixels != b->pixels)
		return false;
	return a->width == 0 || b->width == 0 ||
	    (a->width == b->width && a->height == b->height);
}

static enum err
overlap_masks(struct arena *scratch, const struct shape *shape_a, const void *a,
    const struct shape *shape_b, const void *b, double *r)
{
	struct mask x, y;
	enum err err = shape_a->mask(scratch, a, &x);

	if (err == ERR_OK)
		err = shape_b->mask(scratch, b, &y);
	if (err == ERR_OK)
		*r = same_size(&x, &y) ? runs_iou(x.set, y.set) : 0.0;
	return err;
}

enum err
shape_overlap(struct arena *scratch, enum shape_id shape_a, const void *a,
    enum shape_id shape_b, const void *b, double *r)
{
	const struct shape *x = shape_table[shape_a], *y = shape_table[shape_b];
	struct arena_mark mark;
	enum err err = ERR_OK;

	if (x == y)
		return x->overlap(scratch, a, b, r);
	mark = arena_mark(scratch);
	*r = 0.0;
	if (x->surface != NULL && y->surface != NULL)
		err = overlap_surfaces(scratch, x, a, y, b, r);
	else if (x->mask != NULL && y->mask != NULL)
		err = overlap_masks(scratch, x, a, y, b, r);
	arena_rewind(scratch, mark);
	return err;
}

double
shape_cost_mixed(enum shape_id shape, const void *geometry)
{
	return shape_table[shape]->cost(geometry) + shape_table[shape]->surface_cost;
}

double
shape_iou(double inter, double area_a, double area_b, bool identical)
{
	double all = area_a + area_b - inter, iou;

	if (!(all > 0.0))
		return identical ? 1.0 : 0.0;
	iou = inter / all;
	return iou > 1.0 ? 1.0 : iou > 0.0 ? iou : 0.0;
}
