/*
 * A box of an image: x, y, width, height in per cent of the image, turned by `rotation`
 * degrees clockwise about its top-left corner. Ownership: a value.
 */
#ifndef METRIC_REGION_BOX_H
#define METRIC_REGION_BOX_H

#include "base/arena.h"
#include "base/error.h"
#include "metric/geometry/convex.h"
#include "metric/region/shape.h"

struct box {
	double x, y, width, height;	  /* per cent; width and height >= 0 */
	double rotation;		  /* degrees */
	double image_width, image_height; /* pixels, or 100 each */
};

/* The same box with width and height >= 0. */
struct box box_normal(struct box b);

/* What the box covers, in per cent, also where it is turned. */
struct extent box_extent(const struct box *b);

/*
 * Intersection over union: of the areas in per cent where neither is turned, else of the
 * turned boxes in pixels. ERR_MEMORY.
 */
enum err box_iou(struct arena *scratch, const struct box *a, const struct box *b,
    double *r) ERR_WARN_UNUSED;

/*
 * The corners of a rectangle of width x height pixels at (x, y) in pixels, turned clockwise
 * about (x, y) with the y axis pointing down.
 */
void box_corners(const struct box *b, struct point corners[static 4]);

#endif
