#include "area.h"

#include <math.h>
#include <stdlib.h>

struct edge {
	double x0, y0, x1, y1; /* x0 < x1 */
	int side;	       /* of which outline */
};

/* An edge in a slab. */
struct cut {
	double left, right, middle; /* heights */
	int side;
};

struct areas {
	double both, either;
};

static double
height(const struct edge *e, double x)
{
	return e->y0 + (e->y1 - e->y0) * (x - e->x0) / (e->x1 - e->x0);
}

static unsigned
collect(const struct area_outline *o, int side, struct edge *edges)
{
	unsigned n = 0;

	for (unsigned i = 0; i < o->n; i++) {
		struct area_point p = o->v[i], q = o->v[(i + 1) % o->n];

		if (p.x < q.x)
			edges[n++] = (struct edge){p.x, p.y, q.x, q.y, side};
		else if (q.x < p.x)
			edges[n++] = (struct edge){q.x, q.y, p.x, p.y, side};
	}
	return n;
}

static int
by_size(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return (a > b) - (a < b);
}

/* Every x at which an edge begins, ends, or crosses another. */
static unsigned
breaks(const struct edge *e, unsigned n, double *at)
{
	unsigned count = 0;

	for (unsigned i = 0; i < n; i++) {
		at[count++] = e[i].x0;
		at[count++] = e[i].x1;
		for (unsigned j = 0; j < i; j++) {
			double left = fmax(e[i].x0, e[j].x0),
			       right = fmin(e[i].x1, e[j].x1);
			double l, r;

			if (!(left < right))
				continue;
			l = height(&e[i], left) - height(&e[j], left);
			r = height(&e[i], right) - height(&e[j], right);
			if ((l < 0 && r > 0) || (l > 0 && r < 0))
				at[count++] = left + (right - left) * l / (l - r);
		}
	}
	qsort(at, count, sizeof(at[0]), by_size);
	return count;
}

static int
by_middle(const void *x, const void *y)
{
	return by_size(&((const struct cut *)x)->middle, &((const struct cut *)y)->middle);
}

static void
add_slab(const struct edge *e, unsigned n, double left, double right, struct cut *cuts,
    struct areas *sum)
{
	int inside[2] = {0, 0};
	unsigned count = 0;

	for (unsigned i = 0; i < n; i++)
		if (e[i].x0 <= left && e[i].x1 >= right)
			cuts[count++] =
			    (struct cut){height(&e[i], left), height(&e[i], right),
				height(&e[i], left + (right - left) / 2), e[i].side};
	qsort(cuts, count, sizeof(cuts[0]), by_middle);
	for (unsigned i = 0; i + 1 < count; i++) {
		double area = (right - left) *
		    (cuts[i + 1].left - cuts[i].left + cuts[i + 1].right - cuts[i].right) /
		    2;

		inside[cuts[i].side] ^= 1;
		sum->both += inside[0] && inside[1] ? area : 0.0;
		sum->either += inside[0] || inside[1] ? area : 0.0;
	}
}

double
area_iou(const struct area_outline *a, const struct area_outline *b)
{
	unsigned most = a->n + b->n, n, count;
	struct edge *edges = calloc(most + 1, sizeof(*edges));
	struct cut *cuts = calloc(most + 1, sizeof(*cuts));
	double *at = calloc((size_t)most * (most + 3) / 2 + 1, sizeof(*at));
	struct areas sum = {0.0, 0.0};

	if (edges == NULL || cuts == NULL || at == NULL)
		abort();
	n = collect(a, 0, edges);
	n += collect(b, 1, edges + n);
	count = breaks(edges, n, at);
	for (unsigned i = 0; i + 1 < count; i++)
		if (at[i] < at[i + 1])
			add_slab(edges, n, at[i], at[i + 1], cuts, &sum);
	free(edges);
	free(cuts);
	free(at);
	return sum.either > 0.0 ? sum.both / sum.either : 0.0;
}

static double
cross(struct area_point o, struct area_point a, struct area_point b)
{
	return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
}

/* How far p lies along the edge from a to b: 0 at a, 1 at b. */
static double
along(struct area_point a, struct area_point b, struct area_point p)
{
	double dx = b.x - a.x, dy = b.y - a.y;

	return ((p.x - a.x) * dx + (p.y - a.y) * dy) / (dx * dx + dy * dy);
}

int
area_retraces(const struct area_outline *o)
{
	for (unsigned i = 0; i < o->n; i++)
		for (unsigned j = 0; j < i; j++) {
			struct area_point a = o->v[i], b = o->v[(i + 1) % o->n];
			struct area_point p = o->v[j], q = o->v[(j + 1) % o->n];
			double s, t;

			if ((a.x == b.x && a.y == b.y) || cross(a, b, p) != 0.0 ||
			    cross(a, b, q) != 0.0)
				continue;
			s = along(a, b, p);
			t = along(a, b, q);
			if (fmax(s, t) > 0.0 && fmin(s, t) < 1.0 && s != t)
				return 1;
		}
	return 0;
}
