/*
 * Directions and distances in the plane. libm's sin, cos and hypot differ in their last bit
 * from one processor to another; these take only what IEEE 754 rounds in one way, so that
 * they do not.
 */
#ifndef METRIC_GEOMETRY_PLANE_H
#define METRIC_GEOMETRY_PLANE_H

#include <stdbool.h>
#include <stdint.h>

struct point {
	double x, y;
};

/*
 * Returns the cosine (x) and sine (y) of a finite angle in degrees, within 2^-52 of the
 * true ones; exact for multiples of 90.
 */
struct point plane_direction(double degrees);

/*
 * Returns the distance of two points, the double nearest to it but for the rarest cases.
 * The differences of their coordinates are at most 1e150.
 */
double plane_distance(struct point p, struct point q);

/* Returns whether two lists of points are the same, -0 being 0. */
bool plane_same(const struct point *a, uint32_t n_a, const struct point *b, uint32_t n_b);

#endif
