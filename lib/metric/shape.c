#include "metric/shape.h"

#include "metric/shapes.h"

const struct shape *const shape_table[SHAPE__MAX] = {
    [SHAPE_BBOX] = &shape_bbox,
    [SHAPE_POLYGON] = &shape_polygon,
    [SHAPE_ELLIPSE] = &shape_ellipse,
    [SHAPE_BRUSH] = &shape_brush,
    [SHAPE_BITMASK] = &shape_bitmask,
    [SHAPE_SPAN] = &shape_span,
    [SHAPE_HTML] = &shape_html,
    [SHAPE_TIMELINE] = &shape_timeline,
    [SHAPE_VIDEO] = &shape_video,
    [SHAPE_POINT] = &shape_point,
};

double
shape_iou(double inter, double area_a, double area_b, bool identical)
{
	double all = area_a + area_b - inter, iou;

	if (!(all > 0.0))
		return identical ? 1.0 : 0.0;
	iou = inter / all;
	return iou > 1.0 ? 1.0 : iou > 0.0 ? iou : 0.0;
}
