#include "metric/surface.h"

#include <math.h>
#include <stdlib.h>

enum err
surface_new(struct arena *a, size_t room, struct surface *r)
{
	struct surface s = {arena_alloc(a, room * sizeof(s.edges[0])), 0, room, INFINITY};

	if (s.edges == NULL)
		return ERR_MEMORY;
	*r = s;
	return ERR_OK;
}

void
surface_add(struct surface *s, double ax, double ay, double bx, double by, double sign)
{
	s->bottom = fmin(s->bottom, fmin(ay, by));
	if (ax < bx)
		s->edges[s->n++] = (struct surface_edge){ax, ay, bx, by, sign};
	else if (bx < ax)
		s->edges[s->n++] = (struct surface_edge){bx, by, ax, ay, -sign};
}

static int
by_x0(const void *x, const void *y)
{
	const struct surface_edge *a = x, *b = y;

	return (a->x0 > b->x0) - (a->x0 < b->x0);
}

void
surface_finish(struct surface *s)
{
	if (s->n > 0)
		qsort(s->edges, s->n, sizeof(s->edges[0]), by_x0);
}

static double
height_at(const struct surface_edge *e, double x, double bottom)
{
	if (x == e->x0)
		return e->y0 - bottom;
	if (x == e->x1)
		return e->y1 - bottom;
	return e->y0 + (e->y1 - e->y0) * ((x - e->x0) / (e->x1 - e->x0)) - bottom;
}

/* Area below the lower of two edges where both are: two trapezoids if they cross, else one.
 */
static double
below_both(const struct surface_edge *a, const struct surface_edge *b, double bottom)
{
	double left = a->x0 > b->x0 ? a->x0 : b->x0, right = a->x1 < b->x1 ? a->x1 : b->x1;
	double a0, a1, b0, b1, t, c;

	if (!(left < right))
		return 0.0;
	a0 = height_at(a, left, bottom);
	a1 = height_at(a, right, bottom);
	b0 = height_at(b, left, bottom);
	b1 = height_at(b, right, bottom);
	if (a0 <= b0 && a1 <= b1)
		return (right - left) * (a0 + a1) / 2;
	if (a0 >= b0 && a1 >= b1)
		return (right - left) * (b0 + b1) / 2;
	t = (b0 - a0) / ((b0 - a0) - (b1 - a1));
	c = a0 + t * (a1 - a0);
	return (right - left) * (t * (fmin(a0, b0) + c) + (1 - t) * (c + fmin(a1, b1))) / 2;
}

double
surface_intersection(const struct surface *a, const struct surface *b)
{
	double bottom = fmin(a->bottom, b->bottom), sum = 0.0;

	for (size_t i = 0; i < a->n; i++) {
		const struct surface_edge *e = &a->edges[i];

		for (size_t j = 0; j < b->n && b->edges[j].x0 < e->x1; j++)
			sum += e->sign * b->edges[j].sign *
			    below_both(e, &b->edges[j], bottom);
	}
	return sum > 0.0 ? sum : 0.0;
}
