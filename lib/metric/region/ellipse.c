/*
 * Ellipses as 128-gons with vertices at 2 pi k / 128, in pixels, turned clockwise about the
 * centre.
 */
#include <math.h>

#include "metric/geometry/convex.h"
#include "metric/field.h"
#include "metric/region/shapes.h"
#include "metric/geometry/surface.h"

#define SIDES 128

struct ellipse {
	struct convex polygon;
	double per_x, per_y; /* pixels in one per cent of the image */
	struct point v[SIDES];
};

static void
outline(struct ellipse *l, struct point centre, double rx, double ry, double degrees)
{
	struct point turn = plane_direction(degrees);

	for (int k = 0; k < SIDES; k++) {
		struct point d = plane_direction(360.0 / SIDES * k);
		double x = rx * d.x, y = ry * d.y;

		l->v[k] = (struct point){
		    centre.x + x * turn.x - y * turn.y, centre.y + x * turn.y + y * turn.x};
	}
	l->polygon = (struct convex){l->v, SIDES, convex_area(l->v, SIDES)};
}

static enum err
read_fields(const struct item *item, double f[static 5], struct error *e)
{
	static const char *const names[] = {"x", "y", "radiusX", "radiusY"};

	for (int i = 0; i < 4; i++) {
		enum err err = field_number(item, names[i], &f[i], e);

		if (err != ERR_OK)
			return err;
	}
	return field_number_or(item, "rotation", 0.0, &f[4], e);
}

static enum err
read(struct arena *a, const struct item *item, const void **geometry_r,
    struct extent *extent_r, struct error *e)
{
	struct ellipse *l = arena_alloc(a, sizeof(*l));
	double f[5], width, height, reach;
	enum err err;

	if (l == NULL)
		return error_memory(e);
	err = read_fields(item, f, e);
	if (err != ERR_OK)
		return err;
	field_image_size(item, &width, &height);
	width /= 100.0;
	height /= 100.0;
	f[2] = fabs(f[2]) * width;
	f[3] = fabs(f[3]) * height;
	l->per_x = width;
	l->per_y = height;
	outline(l, (struct point){f[0] * width, f[1] * height}, f[2], f[3], f[4]);
	reach = fmax(f[2], f[3]);
	*extent_r =
	    (struct extent){f[0] - reach / width - 1e-6, f[0] + reach / width + 1e-6,
		f[1] - reach / height - 1e-6, f[1] + reach / height + 1e-6};
	*geometry_r = l;
	return ERR_OK;
}

static enum err
overlap(struct arena *scratch, const void *a, const void *b, double *r)
{
	const struct ellipse *x = a, *y = b;

	return convex_iou(scratch, &x->polygon, &y->polygon, r);
}

static double
cost(const void *geometry)
{
	(void)geometry;
	return 21e3;
}

static enum err
surface(struct arena *scratch, const void *geometry, struct surface *r)
{
	const struct ellipse *l = geometry;
	struct point v[SIDES];

	for (int k = 0; k < SIDES; k++)
		v[k] = (struct point){l->v[k].x / l->per_x, l->v[k].y / l->per_y};
	return surface_ring(scratch, v, SIDES, r);
}

const struct shape shape_ellipse = {.name = "ellipse",
    .read = read,
    .overlap = overlap,
    .cost = cost,
    .surface = surface,
    .surface_cost = 30e3};
