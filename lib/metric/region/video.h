/*
 * Tracks: a box for each frame, given by key frames between which it moves in a straight
 * line. Geometry is in the arena of shape_video.read().
 */
#ifndef METRIC_REGION_VIDEO_H
#define METRIC_REGION_VIDEO_H

#include "base/arena.h"
#include "base/error.h"

/* Returns the number of frames in which a track (geometry of shape_video) is present. */
double video_frames(const void *track);

/* What two tracks share: the number of frames in which both are present, of those in which
 * their boxes match, and the sum of the IoU of the boxes. */
struct video_shared {
	double frames, matched, sum;
};

/* Compares two tracks frame by frame; boxes match from an IoU of `threshold` on.
 * ERR_MEMORY. */
enum err video_compare(struct arena *scratch, const void *a, const void *b,
    double threshold, struct video_shared *r) ERR_WARN_UNUSED;

#endif
