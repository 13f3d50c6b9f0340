/*
 * The shapes that regions have: how each is read and how much two of them overlap. A new
 * shape is one file and one row. Ownership: geometry lives in the arena that was handed to
 * read(), and may point into the document.
 */
#ifndef METRIC_SHAPE_H
#define METRIC_SHAPE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "labelstudio/result.h"

/*
 * Where a shape lies, closed on all sides; of one-dimensional shapes y is 0..0. Two shapes
 * whose extents do not touch overlap by 0.
 */
struct extent {
	double x0, x1, y0, y1;
};

enum shape_id {
	SHAPE_BBOX,
	SHAPE_POLYGON,
	SHAPE_ELLIPSE,
	SHAPE_BRUSH,
	SHAPE_BITMASK,
	SHAPE_SPAN,
	SHAPE_HTML,
	SHAPE_TIMELINE,
	SHAPE_VIDEO,
	SHAPE_POINT,
	SHAPE__MAX
};

struct shape {
	const char *name;
	/*
	 * Read an item's geometry and extent. ERR_INPUT names the JSON path; ERR_MEMORY;
	 * ERR_UNAVAILABLE without a library that it needs.
	 */
	enum err (*read)(struct arena *a, const struct item *item, const void **geometry_r,
	    struct extent *extent_r, struct error *e);
	/*
	 * Intersection over union of two geometries, in [0, 1]; 1 for identical ones, also
	 * where the union is 0. ERR_MEMORY, or ERR_INPUT if a library gives up on the
	 * geometry.
	 */
	enum err (*overlap)(struct arena *scratch, const void *a, const void *b, double *r);
	/* Work of one overlap, in units of about a nanosecond. */
	double (*cost)(const void *geometry);
	/* Bytes of a geometry that may be moved; 0: it stays where it was read. */
	size_t size;
};

extern const struct shape *const shape_table[SHAPE__MAX];

/* Whether two extents touch; without a branch for each side, which nobody could foresee. */
static inline bool
extent_touches(const struct extent *a, const struct extent *b)
{
	return (a->x0 <= b->x1) & (b->x0 <= a->x1) & (a->y0 <= b->y1) & (b->y0 <= a->y1);
}

/* inter / (area_a + area_b - inter), kept within [0, 1]; `identical` decides where the
 * union is 0. */
double shape_iou(double inter, double area_a, double area_b, bool identical);

#endif
