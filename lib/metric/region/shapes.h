/*
 * The rows of the shape table; each is one file.
 */
#ifndef METRIC_REGION_SHAPES_H
#define METRIC_REGION_SHAPES_H

#include "metric/region/shape.h"

extern const struct shape shape_bbox;	  /* box.c */
extern const struct shape shape_polygon;  /* polygon.c */
extern const struct shape shape_ellipse;  /* ellipse.c */
extern const struct shape shape_brush;	  /* brush.c */
extern const struct shape shape_bitmask;  /* bitmask.c */
extern const struct shape shape_span;	  /* span.c */
extern const struct shape shape_html;	  /* span.c */
extern const struct shape shape_timeline; /* timeline.c */
extern const struct shape shape_video;	  /* video.c */
extern const struct shape shape_point;	  /* point.c */

extern const struct shape shape_vector; /* vector.c */
extern const struct shape shape_other;	/* vector.c */

#endif
