/*
 * Tracks: a box for each frame, given by key frames between which it moves in a straight
 * line. Ownership: geometry is the arena's that was handed to shape_video.read().
 */
#ifndef METRIC_REGION_VIDEO_H
#define METRIC_REGION_VIDEO_H

#include "base/arena.h"
#include "base/error.h"

/* Frames in which a track (geometry of shape_video) is present. */
double video_frames(const void *track);

/*
 * Frames in which both tracks are present with a box IoU >= `threshold`. ERR_MEMORY.
 */
enum err video_matched(struct arena *scratch, const void *a, const void *b,
    double threshold, double *r) ERR_WARN_UNUSED;

#endif
