/*
 * Surfaces as their oriented edges, and the area that two of them share. Edges are in the
 * caller's arena.
 */
#ifndef METRIC_GEOMETRY_SURFACE_H
#define METRIC_GEOMETRY_SURFACE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "metric/geometry/plane.h"

/* An edge from left to right; vertical ones have no area below them and are left out. */
struct surface_edge {
	double x0, y0, x1, y1; /* x0 < x1 */
	double sign;	       /* +1: the surface is below it; -1: above */
};

struct surface {
	struct surface_edge *edges; /* by x0 */
	size_t n, room;
	double area;   /* of what it covers; set by the code that adds the rings */
	double bottom; /* least y */
	double pairs;  /* of edges that share some x: what comparing with the like costs */
};

/* Makes a surface with room for `room` edges. ERR_MEMORY. */
enum err surface_new(struct arena *a, size_t room, struct surface *r) ERR_WARN_UNUSED;

/*
 * Adds the edge from (ax, ay) to (bx, by) of a ring that has the surface on its right hand
 * where y points up: outer rings clockwise, holes counter-clockwise; `sign` -1 for a ring
 * the other way round.
 */
void surface_add(
    struct surface *s, double ax, double ay, double bx, double by, double sign);

/*
 * Makes the surface that a simple ring encloses, its vertices either way round, without the
 * first repeated; of fewer than three or of no area it has area 0. ERR_MEMORY.
 */
enum err surface_ring(
    struct arena *a, const struct point *v, uint32_t n, struct surface *r) ERR_WARN_UNUSED;

/* Sorts the edges; called once, after the last surface_add(). */
void surface_finish(struct surface *s);

/*
 * Computes the area of the intersection, >= 0: a surface is the signed sum of the
 * trapezoids below its edges, so the intersection is that of all pairs of trapezoids.
 * Nothing is special about touching or collinear edges. A sweep from left to right meets
 * each pair that shares some x once, and no other. ERR_MEMORY.
 */
enum err surface_intersection(struct arena *scratch, const struct surface *a,
    const struct surface *b, double *r) ERR_WARN_UNUSED;

#endif
