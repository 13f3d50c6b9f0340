#include "metric/geometry/outline.h"

#include <math.h>
#include <stdlib.h>

#include "base/deadline.h"
#include "metric/region/shape.h"

/* Pairs of edges that share some x: a nanosecond or two each. */
#define LOOKS_MAX 50000000

struct edge {
	struct extent extent;
	struct point from, to;
	uint32_t at; /* in the outline */
};

static int
by_left(const void *x, const void *y)
{
	const struct edge *a = x, *b = y;

	return (a->extent.x0 > b->extent.x0) - (a->extent.x0 < b->extent.x0);
}

static uint32_t
collect(const struct point *v, uint32_t n, struct edge *edges)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < n; i++) {
		struct point p = v[i], q = v[i + 1 == n ? 0 : i + 1];

		if (p.x == q.x && p.y == q.y)
			continue;
		edges[kept] = (struct edge){
		    {fmin(p.x, q.x), fmax(p.x, q.x), fmin(p.y, q.y), fmax(p.y, q.y)}, p, q,
		    kept};
		kept++;
	}
	if (kept > 0)
		qsort(edges, kept, sizeof(edges[0]), by_left);
	return kept;
}

static int
side(const struct edge *e, struct point p)
{
	double turn = (e->to.x - e->from.x) * (p.y - e->from.y) -
	    (e->to.y - e->from.y) * (p.x - e->from.x);

	return (turn > 0.0) - (turn < 0.0);
}

static bool
crosses(const struct edge *a, const struct edge *b)
{
	int a0 = side(a, b->from), a1 = side(a, b->to);

	/* On one line: they lie on each other, as their extents touch. */
	if (a0 == 0 && a1 == 0)
		return true;
	return a0 * a1 < 0 && side(b, a->from) * side(b, a->to) < 0;
}

/*
 * Whether p and q lie strictly on one side of the line of e, by more than rounding can
 * account for (Shewchuk 1997 has a bound of 3.4e-16 for one such determinant).
 */
static bool
one_side(const struct edge *e, struct point p, struct point q)
{
	double dx = e->to.x - e->from.x, dy = e->to.y - e->from.y;
	double p0 = dx * (p.y - e->from.y), p1 = dy * (p.x - e->from.x);
	double q0 = dx * (q.y - e->from.y), q1 = dy * (q.x - e->from.x);

	return fabs(p0 - p1) > 1e-12 * (fabs(p0) + fabs(p1)) &&
	    fabs(q0 - q1) > 1e-12 * (fabs(q0) + fabs(q1)) && (p0 > p1) == (q0 > q1);
}

/* Of two edges that are apart, one lies on one side of the other's line. */
static bool
surely_apart(const struct edge *a, const struct edge *b)
{
	return one_side(a, b->from, b->to) || one_side(b, a->from, a->to);
}

/* Whether an edge surely does not turn back onto the one before it. */
static bool
surely_goes_on(const struct edge *before, const struct edge *e)
{
	double ux = before->to.x - before->from.x, uy = before->to.y - before->from.y;
	double vx = e->to.x - e->from.x, vy = e->to.y - e->from.y;

	return ux * vx + uy * vy > 0.0 ||
	    fabs(ux * vy - uy * vx) > 1e-12 * (fabs(ux * vy) + fabs(uy * vx));
}

static bool
neighbours(uint32_t i, uint32_t j, uint32_t n)
{
	uint32_t apart = i > j ? i - j : j - i;

	return apart == 1 || apart == n - 1;
}

static bool
follow_on(const struct edge *a, const struct edge *b, uint32_t n)
{
	return (a->at + 1) % n == b->at ? surely_goes_on(a, b) : surely_goes_on(b, a);
}

static void
count_pairs(const struct edge *edges, uint32_t n, struct outline_tangle *t)
{
	uint64_t looks = 0;

	for (uint32_t i = 0; i < n; i++)
		for (uint32_t j = i + 1; j < n &&
		    edges[j].extent.x0 <= edges[i].extent.x1 && !deadline_passed(2);
		    j++) {
			if (++looks > LOOKS_MAX)
				t->close = OUTLINE_CLOSE_MAX + 1;
			if (t->close > OUTLINE_CLOSE_MAX ||
			    t->crossings > OUTLINE_CROSSINGS_MAX) {
				t->simple = false;
				return;
			}
			if (!extent_touches(&edges[i].extent, &edges[j].extent))
				continue;
			if (neighbours(edges[i].at, edges[j].at, n)) {
				t->simple = t->simple && follow_on(&edges[i], &edges[j], n);
				continue;
			}
			t->close++;
			t->crossings += crosses(&edges[i], &edges[j]);
			t->simple = t->simple && surely_apart(&edges[i], &edges[j]);
		}
}

enum err
outline_measure(
    struct arena *scratch, const struct point *v, uint32_t n, struct outline_tangle *r)
{
	struct arena_mark mark = arena_mark(scratch);
	struct edge *edges = arena_alloc(scratch, (size_t)n * sizeof(*edges));
	uint32_t kept;

	if (edges == NULL)
		return ERR_MEMORY;
	kept = collect(v, n, edges);
	*r = (struct outline_tangle){.simple = kept > 2};
	count_pairs(edges, kept, r);
	arena_rewind(scratch, mark);
	return ERR_OK;
}
