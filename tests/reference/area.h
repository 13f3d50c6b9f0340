/*
 * Areas of outlines, the slow way: cut the plane into upright slabs at every vertex and
 * crossing, and add up the trapezoids between the edges in each. What an outline encloses
 * an odd number of times is inside. Ownership: vertices are the caller's.
 */
#ifndef REFERENCE_AREA_H
#define REFERENCE_AREA_H

struct area_point {
	double x, y;
};

struct area_outline {
	const struct area_point *v;
	unsigned n;
};

/* Area inside both, divided by the area inside either; 0 if there is none. */
double area_iou(const struct area_outline *a, const struct area_outline *b);

/* Whether two edges of the outline lie on each other for some length. */
int area_retraces(const struct area_outline *a);

#endif
