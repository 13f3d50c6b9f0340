/*
 * How tangled the outline of a polygon is: what repairing and comparing it will cost.
 */
#ifndef METRIC_GEOMETRY_OUTLINE_H
#define METRIC_GEOMETRY_OUTLINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "metric/geometry/convex.h"

/*
 * Beyond these an outline is refused. GEOS needs about a microsecond for a pair of edges
 * that are close, and 20 us and 3 kB for a crossing.
 */
#define OUTLINE_CLOSE_MAX 1000000
#define OUTLINE_CROSSINGS_MAX 10000

struct outline_tangle {
	uint64_t close; /* pairs of edges whose extents touch, neighbours aside */
	uint64_t
	    crossings; /* pairs that cross or lie on each other, apart from their ends */
	bool simple;   /* for certain: no edge touches another but at a common end */
};

/*
 * Measures the closed outline v[0], .., v[n - 1], v[0]; a vertex that is repeated at once
 * counts once. One that is simple may be taken for one that is not, where edges come as
 * close as the digits of a double tell; never the other way round. Stops where a count
 * exceeds its limit, or where looking alone takes too long, which counts as too many close
 * pairs. ERR_MEMORY.
 */
enum err outline_measure(struct arena *scratch, const struct point *v, uint32_t n,
    struct outline_tangle *r) ERR_WARN_UNUSED;

#endif
