#include "metric/geometry/convex.h"

#include <math.h>
#include <string.h>

#include "metric/region/shape.h"

static double
cross(struct point o, struct point a, struct point b)
{
	return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
}

/* Taken about the first vertex, which keeps small polygons far from the origin precise. */
static double
signed_area(const struct point *v, uint32_t n)
{
	double sum = 0.0;

	for (uint32_t i = 2; i < n; i++)
		sum += cross(v[0], v[i - 1], v[i]);
	return sum / 2;
}

double
convex_area(const struct point *v, uint32_t n)
{
	return fabs(signed_area(v, n));
}

static struct point
crossing(struct point a, struct point b, double side_a, double side_b)
{
	double t = side_a / (side_a - side_b);

	return (struct point){a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)};
}

/* Keep what lies to the left (turn > 0) or right of the line p-q. Returns the number of
 * vertices. */
static uint32_t
clip(const struct point *in, uint32_t n, struct point p, struct point q, double turn,
    struct point *out)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < n; i++) {
		struct point a = in[i], b = in[i + 1 == n ? 0 : i + 1];
		double side_a = turn * cross(p, q, a), side_b = turn * cross(p, q, b);

		if (side_a >= 0.0)
			out[kept++] = a;
		if ((side_a > 0.0 && side_b < 0.0) || (side_a < 0.0 && side_b > 0.0))
			out[kept++] = crossing(a, b, side_a, side_b);
	}
	return kept;
}

enum err
convex_intersection(
    struct arena *scratch, const struct convex *a, const struct convex *b, double *r)
{
	/* Each cut of a convex polygon adds one vertex at most; twice that leaves room for
	 * rounding. */
	size_t room = 2 * ((size_t)a->n + b->n) + 4;
	struct point *from, *to;
	double turn, area;
	uint32_t n = a->n;

	if (a->area == 0.0 || b->area == 0.0) {
		*r = 0.0;
		return ERR_OK;
	}
	from = arena_alloc(scratch, room * sizeof(*from));
	to = arena_alloc(scratch, room * sizeof(*to));
	if (from == NULL || to == NULL)
		return ERR_MEMORY;
	memcpy(from, a->v, n * sizeof(*from));
	turn = signed_area(b->v, b->n) > 0.0 ? 1.0 : -1.0;
	for (uint32_t i = 0; i < b->n && n > 0; i++) {
		struct point *other = from;

		if (2 * (size_t)n > room)
			break;
		n = clip(from, n, b->v[i], b->v[i + 1 == b->n ? 0 : i + 1], turn, to);
		from = to;
		to = other;
	}
	area = convex_area(from, n);
	*r = fmin(area, fmin(a->area, b->area));
	return ERR_OK;
}

enum err
convex_iou(struct arena *scratch, const struct convex *a, const struct convex *b, double *r)
{
	bool identical = plane_same(a->v, a->n, b->v, b->n);
	struct arena_mark mark = arena_mark(scratch);
	double inter = a->area;
	enum err err = identical ? ERR_OK : convex_intersection(scratch, a, b, &inter);

	arena_rewind(scratch, mark);
	if (err == ERR_OK)
		*r = identical ? 1.0 : shape_iou(inter, a->area, b->area, false);
	return err;
}
