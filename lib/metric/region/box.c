#include "metric/region/box.h"

#include <math.h>

#include "metric/field.h"
#include "metric/region/shapes.h"
#include "metric/geometry/surface.h"

struct box
box_normal(struct box b)
{
	if (b.rotation != 0.0)
		return b;
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
	struct point across = {b->width * turn.x, b->width * turn.y / b->aspect};
	struct point down = {-b->height * turn.y * b->aspect, b->height * turn.x};

	corners[0] = (struct point){b->x, b->y};
	corners[1] = (struct point){b->x + across.x, b->y + across.y};
	corners[2] = (struct point){b->x + across.x + down.x, b->y + across.y + down.y};
	corners[3] = (struct point){b->x + down.x, b->y + down.y};
}

struct extent
box_extent(const struct box *b)
{
	struct box straight = box_normal(*b);
	struct extent e = {straight.x, straight.x + straight.width, straight.y,
	    straight.y + straight.height};
	struct point corners[4];

	if (b->rotation == 0.0)
		return e;
	box_corners(b, corners);
	for (int i = 0; i < 4; i++) {
		double x = corners[i].x, y = corners[i].y;

		e.x0 = i == 0 || x < e.x0 ? x : e.x0;
		e.x1 = i == 0 || x > e.x1 ? x : e.x1;
		e.y0 = i == 0 || y < e.y0 ? y : e.y0;
		e.y1 = i == 0 || y > e.y1 ? y : e.y1;
	}
	/* Turning rounds; a wider extent only costs a look. */
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
read(struct arena *a, const struct item *item, const struct reading *how,
    const void **geometry_r, struct extent *extent_r, struct error *e)
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
	b->aspect = how->aspect;
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

static bool
turned(const void *geometry)
{
	return ((const struct box *)geometry)->rotation != 0.0;
}

static double
cost(const void *geometry)
{
	return turned(geometry) ? 400.0 : 10.0;
}

static enum err
surface(struct arena *scratch, const void *geometry, struct surface *r)
{
	const struct box *b = geometry;
	double right = b->x + b->width, low = b->y + b->height;
	struct point v[4] = {{b->x, b->y}, {right, b->y}, {right, low}, {b->x, low}};

	if (b->rotation != 0.0)
		box_corners(b, v);
	return surface_ring(scratch, v, 4, r);
}

const struct shape shape_bbox = {.name = "bbox",
    .read = read,
    .turned = turned,
    .overlap = overlap,
    .cost = cost,
    .surface = surface,
    .surface_cost = 1500.0,
    .size = sizeof(struct box)};
