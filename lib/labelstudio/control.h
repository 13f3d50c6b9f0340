/*
 * The default metrics of a configuration's controls, which depend on the controls beside
 * them.
 */
#ifndef LABELSTUDIO_CONTROL_H
#define LABELSTUDIO_CONTROL_H

#include <stddef.h>

#include "labelstudio/labelconfig.h"
#include "labelstudio/control_tag.h"

/*
 * Sets `metric` and `categorical` of each control from its tag. Labels take the metric of
 * the first shape control (Rectangle, Polygon, Ellipse, Brush, ..) on an object of theirs;
 * where all are such whose regions keep the labels themselves (VideoRectangle), they are
 * `idle`. Those have their labels. Controls with perRegion that draw nothing compare by the
 * regions of the first control on an object of theirs that draws any, else exactly.
 * ERR_MEMORY.
 */
enum err control_choose_metrics(
    struct arena *a, struct control *controls, size_t n) ERR_WARN_UNUSED;

/*
 * Does the same for one control: `tag` may be NULL (unknown), `drawing` is the shape
 * control beside it or NULL, `region` the shape of the regions that a perRegion control
 * speaks of.
 */
void control_choose_metric(struct control *c, const struct tag *tag,
    const struct tag *drawing, enum shape_id region);

#endif
