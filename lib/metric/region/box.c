#include "metric/region/box.h"

#include <math.h>

#include "metric/field.h"
#include "metric/region/shapes.h"
#include "metric/geometry/surface.h"

struct box
box_normal(struct box b)
{
	if (b.width < 0.0) {
		b.x += b.width;
		b.width = -b.width;
	}
	if (b.height < 0.0) {
		b.y += b.height;
		b.height = -b.height;
	}
	return b;
}

void
box_corners(const struct box *b, struct point corners[static 4])
{
	struct point turn = plane_direction(b->rotation);
	double per_x = b->image_width / 100.0, per_y = b->image_height / 100.0;
	double w = b->width * per_x, h = b->height * per_y;
	struct point o = {b->x * per_x, b->y * per_y};

	corners[0] = o;
	corners[1] = (struct point){o.x + w * turn.x, o.y + w * turn.y};
	corners[2] =
	    (struct point){o.x + w * turn.x - h * turn.y, o.y + w * turn.y + h * turn.x};
	corners[3] = (struct point){o.x - h * turn.y, o.y + h * turn.x};
}

struct extent
box_extent(const struct box *b)
{
	struct extent e = {b->x, b->x + b->width, b->y, b->y + b->height};
	struct point corners[4];

	if (b->rotation == 0.0)
		return e;
	box_corners(b, corners);
	for (int i = 0; i < 4; i++) {
		double x = corners[i].x * (100.0 / b->image_width);
		double y = corners[i].y * (100.0 / b->image_height);

		e.x0 = i == 0 || x < e.x0 ? x : e.x0;
		e.x1 = i == 0 || x > e.x1 ? x : e.x1;
		e.y0 = i == 0 || y < e.y0 ? y : e.y0;
		e.y1 = i == 0 || y > e.y1 ? y : e.y1;
	}
	/* The way to pixels and back rounds; a wider extent only costs a look. */
	return (struct extent){e.x0 - 1e-6, e.x1 + 1e-6, e.y0 - 1e-6, e.y1 + 1e-6};
}

static bool
same(const struct box *a, const struct box *b)
{
	return a->x == b->x && a->y == b->y && a->width == b->width &&
	    a->height == b->height && a->rotation == b->rotation;
}

static double
straight_iou(const struct box *a, const struct box *b)
{
	double ax = a->x + a->width, ay = a->y + a->height;
	double bx = b->x + b->width, by = b->y + b->height;
	double w = fmin(ax, bx) - fmax(a->x, b->x), h = fmin(ay, by) - fmax(a->y, b->y);

	return shape_iou(w > 0.0 && h > 0.0 ? w * h : 0.0, a->width * a->height,
	    b->width * b->height, false);
}

enum err
box_iou(struct arena *scratch, const struct box *a, const struct box *b, double *r)
{
	struct point corners_a[4], corners_b[4];
	struct convex x, y;

	if (same(a, b)) {
		*r = 1.0;
		return ERR_OK;
	}
	if (a->rotation == 0.0 && b->rotation == 0.0) {
		*r = straight_iou(a, b);
		return ERR_OK;
	}
	box_corners(a, corners_a);
	box_corners(b, corners_b);
	x = (struct convex){corners_a, 4, convex_area(corners_a, 4)};
	y = (struct convex){corners_b, 4, convex_area(corners_b, 4)};
	return convex_iou(scratch, &x, &y, r);
}

static enum err
read(struct arena *a, const struct item *item, const void **geometry_r,
    struct extent *extent_r, struct error *e)
{
	struct box *b = arena_alloc(a, sizeof(*b));
	enum err err;

	if (b == NULL)
		return error_memory(e);
	err = field_number(item, "x", &b->x, e);
	if (err == ERR_OK)
		err = field_number(item, "y", &b->y, e);
	if (err == ERR_OK)
		err = field_number(item, "width", &b->width, e);
	if (err == ERR_OK)
		err = field_number(item, "height", &b->height, e);
	if (err == ERR_OK)
		err = field_number_or(item, "rotation", 0.0, &b->rotation, e);
	if (err != ERR_OK)
		return err;
	field_image_size(item, &b->image_width, &b->image_height);
	*b = box_normal(*b);
	*extent_r = box_extent(b);
	*geometry_r = b;
	return ERR_OK;
}

static enum err
overlap(struct arena *scratch, const void *a, const void *b, double *r)
{
	return box_iou(scratch, a, b, r);
}

static double
cost(const void *geometry)
{
	return ((const struct box *)geometry)->rotation == 0.0 ? 10.0 : 400.0;
}

static enum err
surface(struct arena *scratch, const void *geometry, struct surface *r)
{
	const struct box *b = geometry;
	double right = b->x + b->width, low = b->y + b->height;
	struct point v[4] = {{b->x, b->y}, {right, b->y}, {right, low}, {b->x, low}};

	if (b->rotation != 0.0)
		box_corners(b, v);
	for (int i = 0; b->rotation != 0.0 && i < 4; i++) {
		v[i].x *= 100.0 / b->image_width;
		v[i].y *= 100.0 / b->image_height;
	}
	return surface_ring(scratch, v, 4, r);
}

const struct shape shape_bbox = {.name = "bbox",
    .read = read,
    .overlap = overlap,
    .cost = cost,
    .surface = surface,
    .surface_cost = 1500.0,
    .size = sizeof(struct box)};
