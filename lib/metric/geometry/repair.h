/*
 * The surface of an outline that touches, crosses or goes over itself. Edges are in the
 * caller's arena.
 */
#ifndef METRIC_GEOMETRY_REPAIR_H
#define METRIC_GEOMETRY_REPAIR_H

#include "labelstudio/result.h"
#include "metric/geometry/convex.h"
#include "metric/geometry/surface.h"

/*
 * Makes the surface of the closed outline v[0], .., v[n - 1], v[0], n >= 3, as MakeValid of
 * GEOS repairs it. `item` names it in messages; `crossings` as outline_measure() counts
 * them. ERR_INPUT where they are too many for it, or GEOS fails; ERR_UNAVAILABLE without
 * GEOS; ERR_MEMORY.
 */
enum err repair_surface(struct arena *a, const struct item *item, const struct point *v,
    uint32_t n, uint64_t crossings, struct surface *r, struct error *e) ERR_WARN_UNUSED;

#endif
