/*
 * Poly-lines: vertices in per cent of the image, in the order of the chain that they form
 * by `prevPointId`; without one, or closed, in the order given. Geometry is in the arena of
 * shape_vector.read().
 */
#ifndef METRIC_REGION_VECTOR_H
#define METRIC_REGION_VECTOR_H

#include "base/arena.h"
#include "base/error.h"

/*
 * Computes the discrete Frechet distance of two poly-lines (geometries of shape_vector), in
 * per cent: the least, over all ways of walking both from end to end vertex by vertex, of
 * the greatest distance on the way (Eiter and Mannila 1994). Infinite if one of them has no
 * vertex, 0 if both have none. ERR_MEMORY.
 */
enum err vector_distance(
    struct arena *scratch, const void *a, const void *b, double *r) ERR_WARN_UNUSED;

/* Returns the work of that, in units of about a nanosecond. */
double vector_cost(const void *a, const void *b);

#endif
