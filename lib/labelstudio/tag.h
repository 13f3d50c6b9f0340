/*
 * The control tags of Label Studio: how their results are called, and the metric that
 * compares them unless somebody chose another. One row a tag. Ownership: everything is
 * constant.
 */
#ifndef LABELSTUDIO_TAG_H
#define LABELSTUDIO_TAG_H

#include <stdbool.h>

#include "base/str.h"

/* The shapes whose regions can be compared by what a perRegion control says of them. */
enum tag_shape {
	TAG_SHAPE_NONE,
	TAG_SHAPE_BBOX,
	TAG_SHAPE_POLYGON,
	TAG_SHAPE_SPAN,
	TAG_SHAPE_HTML,
	TAG_SHAPE__MAX
};

/* What a tag becomes with perRegion="true". */
enum tag_payload {
	TAG_PAYLOAD_NONE,
	TAG_PAYLOAD_LABELS,
	TAG_PAYLOAD_TEXT,
	TAG_PAYLOAD__MAX
};

struct tag {
	const char *name;     /* element: "RectangleLabels" */
	const char *type;     /* `type` of its items: "rectanglelabels" */
	const char *metric;   /* the default */
	enum tag_shape shape; /* of the regions that it draws */
	enum tag_payload
	    payload;  /* with perRegion; TAG_PAYLOAD_NONE: perRegion changes nothing */
	bool drawing; /* draws a shape and leaves the labels to a Labels tag beside it */
	bool labels; /* takes its values or labels from a list, which may come from the task
		      */
	bool categorical; /* a value is one or more names out of a list */
	bool self;	  /* is its own object and needs no toName */
};

/* The row of an element (ASCII case does not count); NULL if the table has none. */
const struct tag *tag_of_name(struct str name);

/* The row of a result's `type`; NULL if the table has none. */
const struct tag *tag_of_type(struct str type);

/* The metric of a perRegion control over regions of a shape: "bbox_text"; else
 * "exact_match". */
const char *tag_region_metric(enum tag_shape shape, enum tag_payload payload);

#endif
