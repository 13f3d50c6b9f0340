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

/*
 * Counts the frames in which both tracks are present with a box IoU >= `threshold`.
 * ERR_MEMORY.
 */
enum err video_matched(struct arena *scratch, const void *a, const void *b,
    double threshold, double *r) ERR_WARN_UNUSED;

#endif
