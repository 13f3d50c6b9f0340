/*
 * Sets of whole numbers as ascending runs: the frames of a timeline, the pixels of a mask.
 * Lists are in the caller's arena.
 */
#ifndef METRIC_GEOMETRY_RUNS_H
#define METRIC_GEOMETRY_RUNS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

/* first <= x < end */
struct run {
	int64_t first, end;
};

/* Disjoint, ascending, none empty, no two touching. Begin with {0}. */
struct runs {
	struct run *list;
	size_t n, room;
	double count; /* members */
};

/* Appends a run that begins at or behind the end of the last one; touching ones become one.
 * ERR_MEMORY. */
enum err runs_append(struct arena *a, struct runs *r, struct run run) ERR_WARN_UNUSED;

/* Sorts and joins any runs (first < end each) in place into a set. */
void runs_normalise(struct runs *r);

/* Returns the intersection over union of two sets; two empty ones 1. In [0, 1]. */
double runs_iou(const struct runs *a, const struct runs *b);

#endif
