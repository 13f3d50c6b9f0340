#include "labelstudio/tag.h"

#include <assert.h>
#include <stddef.h>

#define EXACT "exact_match"

static const struct tag tags[] = {
    {"Choices", "choices", EXACT, .payload = TAG_PAYLOAD_LABELS, .labels = true,
	.categorical = true},
    {"Taxonomy", "taxonomy", EXACT, .labels = true, .categorical = true},
    {"Pairwise", "pairwise", EXACT, .categorical = true},
    {"Rating", "rating", "numeric_difference", .categorical = true},
    {"Number", "number", "numeric_difference", TAG_SHAPE_NONE, .labels = false},
    {"DateTime", "datetime", EXACT, TAG_SHAPE_NONE, .labels = false},
    {"TextArea", "textarea", "text_similarity", .payload = TAG_PAYLOAD_TEXT},
    {"Ranker", "ranker", EXACT, .labels = true},
    {"Labels", "labels", "span_overlap", TAG_SHAPE_SPAN, .labels = true},
    {"ParagraphLabels", "paragraphlabels", "span_overlap", TAG_SHAPE_SPAN, .labels = true},
    {"TimeSeriesLabels", "timeserieslabels", "span_overlap", TAG_SHAPE_SPAN,
	.labels = true},
    {"TimelineLabels", "timelinelabels", "span_overlap", TAG_SHAPE_SPAN, .labels = true},
    {"HyperTextLabels", "hypertextlabels", "html_overlap", TAG_SHAPE_HTML, .labels = true},
    {"Rectangle", "rectangle", "bbox_iou", TAG_SHAPE_BBOX, .drawing = true},
    {"RectangleLabels", "rectanglelabels", "bbox_iou", TAG_SHAPE_BBOX, .labels = true},
    {"Polygon", "polygon", "polygon_iou", TAG_SHAPE_POLYGON, .drawing = true},
    {"PolygonLabels", "polygonlabels", "polygon_iou", TAG_SHAPE_POLYGON, .labels = true},
    {"Ellipse", "ellipse", EXACT, .drawing = true},
    {"EllipseLabels", "ellipselabels", EXACT, .labels = true},
    {"KeyPoint", "keypoint", EXACT, .drawing = true},
    {"KeyPointLabels", "keypointlabels", EXACT, .labels = true},
    {"Brush", "brush", EXACT, .drawing = true},
    {"BrushLabels", "brushlabels", EXACT, .labels = true},
    {"Magicwand", "magicwand", EXACT, .drawing = true},
    {"Bitmask", "bitmask", EXACT, .drawing = true},
    {"BitmaskLabels", "bitmasklabels", EXACT, .labels = true},
    {"Vector", "vector", EXACT, .drawing = true},
    {"VectorLabels", "vectorlabels", EXACT, .labels = true},
    {"OcrLabels", "ocrlabels", EXACT, .labels = true},
    {"VideoRectangle", "videorectangle", "video_frame_match", .drawing = true},
    {"VideoVector", "videovector", EXACT, .drawing = true},
    {"VideoVectorLabels", "videovectorlabels", EXACT, .labels = true},
    {"Chat", "chatmessage", EXACT, .self = true},
    {"ReactCode", "reactcode", EXACT, .self = true},
};
#define N_TAGS (sizeof(tags) / sizeof(tags[0]))

static const char *const region_metrics[][TAG_PAYLOAD__MAX] = {
    [TAG_SHAPE_NONE] = {EXACT, EXACT, EXACT},
    [TAG_SHAPE_BBOX] = {EXACT, "bbox_labels", "bbox_text"},
    [TAG_SHAPE_POLYGON] = {EXACT, "polygon_labels", "polygon_text"},
    [TAG_SHAPE_SPAN] = {EXACT, "span_labels", "span_text"},
    [TAG_SHAPE_HTML] = {EXACT, "html_labels", "html_text"},
};
static_assert(sizeof(region_metrics) / sizeof(region_metrics[0]) == TAG_SHAPE__MAX,
    "one row for each shape");

const struct tag *
tag_of_name(struct str name)
{
	for (size_t i = 0; i < N_TAGS; i++)
		if (str_eq_nocase(str_of(tags[i].name), name))
			return &tags[i];
	return NULL;
}

const struct tag *
tag_of_type(struct str type)
{
	for (size_t i = 0; i < N_TAGS; i++)
		if (str_is(type, tags[i].type))
			return &tags[i];
	return NULL;
}

const char *
tag_region_metric(enum tag_shape shape, enum tag_payload payload)
{
	return region_metrics[shape][payload];
}
