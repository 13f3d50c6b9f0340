/*
 * Convex polygons: the exact area of what two of them share. Rotated boxes and ellipses are
 * such. Vertices are the caller's.
 */
#ifndef METRIC_GEOMETRY_CONVEX_H
#define METRIC_GEOMETRY_CONVEX_H

#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "metric/geometry/plane.h"

/* A convex polygon, its vertices counter-clockwise or clockwise, without the first
 * repeated. */
struct convex {
	const struct point *v;
	uint32_t n;
	double area; /* >= 0, from convex_area() */
};

/* Returns the area inside (the shoelace formula), >= 0; 0 for fewer than three vertices. */
double convex_area(const struct point *v, uint32_t n);

/*
 * Computes the area of the intersection (Sutherland and Hodgman 1974), at most the smaller
 * of both areas; 0 if either area is 0. ERR_MEMORY.
 */
enum err convex_intersection(struct arena *scratch, const struct convex *a,
    const struct convex *b, double *r) ERR_WARN_UNUSED;

/* Computes intersection over union; identical ones 1. ERR_MEMORY. */
enum err convex_iou(struct arena *scratch, const struct convex *a, const struct convex *b,
    double *r) ERR_WARN_UNUSED;

#endif
