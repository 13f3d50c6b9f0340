#include "metric/geometry/surface.h"

#include "base/deadline.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

enum err
surface_new(struct arena *a, size_t room, struct surface *r)
{
	struct surface s = {
	    arena_alloc(a, room * sizeof(s.edges[0])), 0, room, 0.0, INFINITY, 0.0};

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

/* How many edges begin left of x. */
static size_t
before(const struct surface *s, double x)
{
	size_t first = 0, end = s->n;

	while (first < end) {
		size_t middle = first + (end - first) / 2;

		if (s->edges[middle].x0 < x)
			first = middle + 1;
		else
			end = middle;
	}
	return first;
}

void
surface_finish(struct surface *s)
{
	if (s->n > 0)
		qsort(s->edges, s->n, sizeof(s->edges[0]), by_x0);
	s->pairs = 0.0;
	for (size_t i = 0; i < s->n; i++)
		s->pairs += (double)(before(s, s->edges[i].x1) - i);
}

enum err
surface_ring(struct arena *a, const struct point *v, uint32_t n, struct surface *r)
{
	double twice = 0.0;
	enum err err = surface_new(a, n, r);

	if (err != ERR_OK)
		return err;
	/* From the first vertex on, so that a place far from 0 costs no digits. */
	for (uint32_t i = 1; i + 1 < n; i++)
		twice += (v[i].x - v[0].x) * (v[i + 1].y - v[0].y) -
		    (v[i + 1].x - v[0].x) * (v[i].y - v[0].y);
	for (uint32_t i = 0; i < n; i++) {
		struct point w = v[i + 1 == n ? 0 : i + 1];

		surface_add(r, v[i].x, v[i].y, w.x, w.y, twice > 0.0 ? -1.0 : 1.0);
	}
	r->area = fabs(twice) / 2;
	surface_finish(r);
	return ERR_OK;
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

/* The edges of one surface that the sweep has met and may not have left behind. */
struct active {
	const struct surface_edge **list;
	size_t n;
	size_t next; /* edge that it will meet */
};

/* `e` with all of the other surface's that are there, of which those left behind go. */
static double
meet(const struct surface_edge *e, struct active *others, double bottom)
{
	double sum = 0.0;

	for (size_t k = 0; k < others->n;) {
		const struct surface_edge *other = others->list[k];

		if (other->x1 <= e->x0) {
			others->list[k] = others->list[--others->n];
			continue;
		}
		sum += e->sign * other->sign * below_both(e, other, bottom);
		k++;
	}
	return sum;
}

enum err
surface_intersection(
    struct arena *scratch, const struct surface *a, const struct surface *b, double *r)
{
	double bottom = fmin(a->bottom, b->bottom), sum = 0.0;
	struct arena_mark mark = arena_mark(scratch);
	struct active x = {arena_alloc(scratch, a->n * sizeof(x.list[0])), 0, 0};
	struct active y = {arena_alloc(scratch, b->n * sizeof(y.list[0])), 0, 0};

	if (x.list == NULL || y.list == NULL)
		return ERR_MEMORY;
	while (x.next < a->n || y.next < b->n) {
		bool from_a = y.next == b->n ||
		    (x.next < a->n && a->edges[x.next].x0 <= b->edges[y.next].x0);
		struct active *own = from_a ? &x : &y;
		const struct surface_edge *e = &(from_a ? a : b)->edges[own->next++];

		if (deadline_passed(10 * (from_a ? y.n : x.n)))
			break;
		sum += meet(e, from_a ? &y : &x, bottom);
		own->list[own->n++] = e;
	}
	arena_rewind(scratch, mark);
	*r = sum > 0.0 ? sum : 0.0;
	return ERR_OK;
}
