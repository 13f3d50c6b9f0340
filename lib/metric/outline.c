#include "metric/outline.h"

#include <math.h>
#include <stdlib.h>

#include "metric/shape.h"

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

static bool
neighbours(uint32_t i, uint32_t j, uint32_t n)
{
	uint32_t apart = i > j ? i - j : j - i;

	return apart == 1 || apart == n - 1;
}

static void
count_pairs(const struct edge *edges, uint32_t n, struct outline_tangle *t)
{
	uint64_t looks = 0;

	for (uint32_t i = 0; i < n; i++)
		for (uint32_t j = i + 1; j < n && edges[j].extent.x0 <= edges[i].extent.x1;
		     j++) {
			if (++looks > LOOKS_MAX)
				t->close = OUTLINE_CLOSE_MAX + 1;
			if (t->close > OUTLINE_CLOSE_MAX ||
			    t->crossings > OUTLINE_CROSSINGS_MAX)
				return;
			if (!extent_touches(&edges[i].extent, &edges[j].extent) ||
			    neighbours(edges[i].at, edges[j].at, n))
				continue;
			t->close++;
			t->crossings += crosses(&edges[i], &edges[j]);
		}
}

enum err
outline_measure(
    struct arena *scratch, const struct point *v, uint32_t n, struct outline_tangle *r)
{
	struct arena_mark mark = arena_mark(scratch);
	struct edge *edges = arena_alloc(scratch, (size_t)n * sizeof(*edges));

	if (edges == NULL)
		return ERR_MEMORY;
	*r = (struct outline_tangle){0};
	count_pairs(edges, collect(v, n, edges), r);
	arena_rewind(scratch, mark);
	return ERR_OK;
}
