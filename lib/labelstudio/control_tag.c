#include "labelstudio/control_tag.h"

#include <stddef.h>

#include "base/array.h"

#define EXACT "exact_match"

static const struct tag tags[] = {
    {"Choices", "choices", EXACT, .payload = TAG_PAYLOAD_LABELS, .labels = true,
	.categorical = true},
    {"Taxonomy", "taxonomy", EXACT, .labels = true, .categorical = true},
    {"Pairwise", "pairwise", EXACT, .categorical = true},
    {"Rating", "rating", "numeric_difference", .categorical = true},
    {"Number", "number", "numeric_difference", .labels = false},
    {"DateTime", "datetime", EXACT, .labels = false},
    {"TextArea", "textarea", "text_similarity", .payload = TAG_PAYLOAD_TEXT},
    {"Ranker", "ranker", "ranking_kendall", .labels = true},
    {"Labels", "labels", "span_overlap", SHAPE_SPAN, .labels = true},
    {"ParagraphLabels", "paragraphlabels", "span_overlap", SHAPE_SPAN, .labels = true},
    {"TimeSeriesLabels", "timeserieslabels", "span_overlap", SHAPE_SPAN, .labels = true},
    {"TimelineLabels", "timelinelabels", "timeline_iou", SHAPE_TIMELINE, .labels = true},
    {"HyperTextLabels", "hypertextlabels", "html_overlap", SHAPE_HTML, .labels = true},
    {"Rectangle", "rectangle", "bbox_iou", SHAPE_BBOX, .drawing = true},
    {"RectangleLabels", "rectanglelabels", "bbox_iou", SHAPE_BBOX, .labels = true},
    {"Polygon", "polygon", "polygon_iou", SHAPE_POLYGON, .drawing = true},
    {"PolygonLabels", "polygonlabels", "polygon_iou", SHAPE_POLYGON, .labels = true},
    {"Ellipse", "ellipse", "ellipse_iou", SHAPE_ELLIPSE, .drawing = true},
    {"EllipseLabels", "ellipselabels", "ellipse_iou", SHAPE_ELLIPSE, .labels = true},
    {"KeyPoint", "keypoint", "keypoint_distance", SHAPE_POINT, .drawing = true},
    {"KeyPointLabels", "keypointlabels", "keypoint_distance", SHAPE_POINT, .labels = true},
    {"Brush", "brush", "brush_iou", SHAPE_BRUSH, .drawing = true},
    {"BrushLabels", "brushlabels", "brush_iou", SHAPE_BRUSH, .labels = true},
    {"Magicwand", "magicwand", "brush_iou", SHAPE_BRUSH, .drawing = true},
    {"Bitmask", "bitmask", "bitmask_iou", SHAPE_BITMASK, .drawing = true},
    {"BitmaskLabels", "bitmasklabels", "bitmask_iou", SHAPE_BITMASK, .labels = true},
    {"Vector", "vector", "vector_distance", SHAPE_VECTOR, .drawing = true},
    {"VectorLabels", "vectorlabels", "vector_distance", SHAPE_VECTOR, .labels = true},
    {"OcrLabels", "ocrlabels", "ocr_text", SHAPE_BBOX, .labels = true},
    {"VideoRectangle", "videorectangle", "video_frame_match", SHAPE_VIDEO, .drawing = true,
	.keeps_labels = true},
    {"VideoVector", "videovector", EXACT, SHAPE_VIDEO, .drawing = true},
    {"VideoVectorLabels", "videovectorlabels", EXACT, SHAPE_VIDEO, .labels = true},
    {"Chat", "chatmessage", EXACT, .self = true},
    {"ReactCode", "reactcode", EXACT, .self = true},
};

/* By shape: the metric of regions with labels, and of what is said of them. */
#define OF_REGIONS(shape) {shape "_value", shape "_labels", shape "_text"}
static const struct {
	const char *labels;
	const char *payload[TAG_PAYLOAD__MAX];
} region_metrics[SHAPE__MAX] = {
    [SHAPE_NONE] = {EXACT, {EXACT, EXACT, EXACT}},
    [SHAPE_BBOX] = {"bbox_iou", OF_REGIONS("bbox")},
    [SHAPE_POLYGON] = {"polygon_iou", OF_REGIONS("polygon")},
    [SHAPE_ELLIPSE] = {"ellipse_iou", OF_REGIONS("ellipse")},
    [SHAPE_BRUSH] = {"brush_iou", OF_REGIONS("brush")},
    [SHAPE_BITMASK] = {"bitmask_iou", OF_REGIONS("bitmask")},
    [SHAPE_SPAN] = {"span_overlap", OF_REGIONS("span")},
    [SHAPE_HTML] = {"html_overlap", OF_REGIONS("html")},
    [SHAPE_TIMELINE] = {"timeline_iou", OF_REGIONS("timeline")},
    [SHAPE_VIDEO] = {"video_frame_match", OF_REGIONS("video")},
    [SHAPE_POINT] = {"keypoint_distance", OF_REGIONS("keypoint")},
    /* Those of boxes do: they read every region as what it is. */
    [SHAPE_VECTOR] = {"vector_distance", OF_REGIONS("bbox")},
    [SHAPE_OTHER] = {EXACT, OF_REGIONS("bbox")},
};

const struct tag *
tag_of_name(struct str name)
{
	for (size_t i = 0; i < N_OF(tags); i++)
		if (str_eq_nocase(str_of(tags[i].name), name))
			return &tags[i];
	return NULL;
}

const struct tag *
tag_of_type(struct str type)
{
	for (size_t i = 0; i < N_OF(tags); i++)
		if (str_is(type, tags[i].type))
			return &tags[i];
	return NULL;
}

const char *
tag_region_metric(enum shape_id shape, enum tag_payload payload)
{
	return region_metrics[shape].payload[payload];
}

const char *
tag_shape_metric(enum shape_id shape)
{
	return region_metrics[shape].labels;
}
