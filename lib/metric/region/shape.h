/*
 * The shapes that regions have: how each is read and how much two of them overlap. A new
 * shape is one file and one row. Geometry is in the arena of read(), and may point into the
 * document.
 */
#ifndef METRIC_REGION_SHAPE_H
#define METRIC_REGION_SHAPE_H

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

struct runs;
struct surface;

/* The pixels of a mask. */
struct mask {
	const struct runs *set;
	uint32_t width, height; /* 0 each: not known */
	double pixels;
};

/* What an item does not say itself. */
struct reading {
	struct str time_format; /* of dates, base/timeformat.h; absent: ISO 8601 */
	double aspect;		/* of the image: its height over its width, in pixels */
};

struct shape {
	const char *name;
	/*
	 * Reads an item's geometry and extent. ERR_INPUT names the JSON path; ERR_MEMORY;
	 * ERR_UNAVAILABLE without a library that it needs.
	 */
	enum err (*read)(struct arena *a, const struct item *item,
	    const struct reading *how, const void **geometry_r, struct extent *extent_r,
	    struct error *e);
	/* Of shapes that may be turned: whether this one is, so that it hangs on the aspect
	 * of the image. NULL for other shapes. */
	bool (*turned)(const void *geometry);
	/*
	 * Computes intersection over union of two geometries, in [0, 1]; 1 for identical
	 * ones, also where the union is 0. ERR_MEMORY, or ERR_INPUT if a library gives up
	 * on the geometry.
	 */
	enum err (*overlap)(struct arena *scratch, const void *a, const void *b, double *r);
	/* Work of one overlap, in units of about a nanosecond. */
	double (*cost)(const void *geometry);
	/*
	 * Of shapes that enclose an area: what it covers, in per cent of the image, to
	 * compare it with another such shape. ERR_MEMORY. NULL for other shapes.
	 */
	enum err (*surface)(struct arena *scratch, const void *geometry, struct surface *r);
	/* Of shapes that are pixels: those. ERR_MEMORY. NULL for other shapes. */
	enum err (*mask)(struct arena *scratch, const void *geometry, struct mask *r);
	double surface_cost; /* of making and comparing that surface, as cost() */
	/* Bytes of a geometry that may be moved; 0: it stays where it was read. */
	size_t size;
};

/* By enum shape_id (labelstudio/result.h); NULL for SHAPE_NONE. */
extern const struct shape *const shape_table[SHAPE__MAX];

/*
 * Computes how much two regions overlap, each read as what it is, in [0, 1]: two of one
 * shape as that shape says; boxes, polygons and ellipses by the area of their outlines;
 * brushes and bitmasks by the pixels of images of equal size; any other two not at all.
 * ERR_MEMORY, or ERR_INPUT if a library gives up on the geometry.
 */
enum err shape_overlap(struct arena *scratch, enum shape_id shape_a, const void *a,
    enum shape_id shape_b, const void *b, double *r) ERR_WARN_UNUSED;

/* Returns the work of that with a region of another shape, in units of about a nanosecond.
 */
double shape_cost_mixed(enum shape_id shape, const void *geometry);

/* Returns whether two extents touch; without a branch for each side, which no
 * processor can predict. */
static inline bool
extent_touches(const struct extent *a, const struct extent *b)
{
	return (a->x0 <= b->x1) & (b->x0 <= a->x1) & (a->y0 <= b->y1) & (b->y0 <= a->y1);
}

/* Returns inter / (area_a + area_b - inter), kept within [0, 1]; `identical` decides where
 * the union is 0. */
double shape_iou(double inter, double area_a, double area_b, bool identical);

#endif
