/*
 * How much two regions overlap, by the words of the specification and without any care for
 * time: masks pixel by pixel, videos frame by frame, outlines slab by slab.
 * Ownership: nothing is kept.
 */
#ifndef REFERENCE_OVERLAP_H
#define REFERENCE_OVERLAP_H

#include "json/json.h"
#include "metric/region/shape.h"

/* Intersection over union of two items of scene.h, in [0, 1]. */
double overlap_plain(enum shape_id shape, const struct json *a, const struct json *b);

/* Frames in which a track is there; with a second one, those in which both are and their
 * boxes overlap by `threshold` or more. */
unsigned overlap_frames(const struct json *track);
unsigned overlap_matched(const struct json *a, const struct json *b, double threshold);

/* Whether the polygon of an item goes over a part of itself twice, which the plain way does
 * not know how to repair. */
bool overlap_is_unclear(enum shape_id shape, const struct json *item);

#endif
