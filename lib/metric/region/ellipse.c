/*
 * Ellipses as 128-gons with vertices at 2 pi k / 128, turned clockwise about the centre in
 * pixels.
 */
#include <math.h>

#include "metric/geometry/convex.h"
#include "metric/field.h"
#include "metric/region/shapes.h"
#include "metric/geometry/surface.h"

#define SIDES 128

struct ellipse {
	struct convex polygon; /* in per cent */
	bool turned;
	struct point v[SIDES];
};

static void
outline(struct ellipse *l, const double f[static 5], double aspect)
{
	struct point turn = plane_direction(f[4]);

	for (int k = 0; k < SIDES; k++) {
		struct point d = plane_direction(360.0 / SIDES * k);
		double x = fabs(f[2]) * d.x, y = fabs(f[3]) * d.y;

		l->v[k] = (struct point){f[0] + x * turn.x - y * turn.y * aspect,
		    f[1] + x * turn.y / aspect + y * turn.x};
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
read(struct arena *a, const struct item *item, const struct reading *how,
    const void **geometry_r, struct extent *extent_r, struct error *e)
{
	struct ellipse *l = arena_alloc(a, sizeof(*l));
	double f[5], x, y;
	enum err err;

	if (l == NULL)
		return error_memory(e);
	err = read_fields(item, f, e);
	if (err != ERR_OK)
		return err;
	l->turned = f[4] != 0.0;
	outline(l, f, how->aspect);
	x = l->turned ? fmax(fabs(f[2]), fabs(f[3]) * how->aspect) : fabs(f[2]);
	y = l->turned ? fmax(fabs(f[2]) / how->aspect, fabs(f[3])) : fabs(f[3]);
	*extent_r = (struct extent){
	    f[0] - x - 1e-6, f[0] + x + 1e-6, f[1] - y - 1e-6, f[1] + y + 1e-6};
	*geometry_r = l;
	return ERR_OK;
}

static bool
turned(const void *geometry)
{
	return ((const struct ellipse *)geometry)->turned;
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
	return surface_ring(scratch, ((const struct ellipse *)geometry)->v, SIDES, r);
}

const struct shape shape_ellipse = {.name = "ellipse",
    .read = read,
    .turned = turned,
    .overlap = overlap,
    .cost = cost,
    .surface = surface,
    .surface_cost = 30e3};
