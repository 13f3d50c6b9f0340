/*
 * A box of an image: x, y, width, height in per cent of the image, turned by `rotation`
 * degrees clockwise about the corner (x, y), to which it was drawn from any side: width and
 * height may be negative.
 */
#ifndef METRIC_REGION_BOX_H
#define METRIC_REGION_BOX_H

#include "base/arena.h"
#include "base/error.h"
#include "metric/geometry/convex.h"
#include "metric/region/shape.h"

struct box {
	double x, y, width, height; /* per cent */
	double rotation;	    /* degrees */
	double aspect;		    /* of the image: height over width in pixels */
};

/* Returns the same box with width and height >= 0, unless it is turned. */
struct box box_normal(struct box b);

/* Returns what the box covers, in per cent, also where it is turned. */
struct extent box_extent(const struct box *b);

/* Computes intersection over union of the areas. ERR_MEMORY. */
enum err box_iou(struct arena *scratch, const struct box *a, const struct box *b,
    double *r) ERR_WARN_UNUSED;

/*
 * Computes the corners in per cent: those of width x height at (x, y), turned about that in
 * pixels, the y axis pointing down.
 */
void box_corners(const struct box *b, struct point corners[static 4]);

#endif
