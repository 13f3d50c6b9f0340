/*
 * The control tags of Label Studio: the name of their results, and the metric that compares
 * them by default. One row a tag.
 */
#ifndef LABELSTUDIO_CONTROL_TAG_H
#define LABELSTUDIO_CONTROL_TAG_H

#include <stdbool.h>

#include "base/str.h"
#include "labelstudio/result.h"

/* What is compared of what a control says about regions. */
enum tag_payload {
	TAG_PAYLOAD_VALUE, /* its value as a whole */
	TAG_PAYLOAD_LABELS,
	TAG_PAYLOAD_TEXT,
	TAG_PAYLOAD__MAX
};

struct tag {
	const char *name;    /* element: "RectangleLabels" */
	const char *type;    /* `type` of its items: "rectanglelabels" */
	const char *metric;  /* the default */
	enum shape_id shape; /* of the regions that it draws; SHAPE_NONE: it draws none */
	enum tag_payload
	    payload;  /* where it draws none: of values that belong to regions */
	bool drawing; /* draws a shape and leaves the labels to a Labels tag beside it */
	bool keeps_labels; /* what it draws has the labels of that tag, which makes no items
			    */
	bool labels; /* takes its values or labels from a list, which may come from the task
		      */
	bool categorical; /* a value is one or more names out of a list */
	bool self;	  /* is its own object */
};

/* Returns the row of an element (ASCII case does not count); NULL if the table has none. */
const struct tag *tag_of_name(struct str name);

/* Returns the row of a result's `type`; NULL if the table has none. */
const struct tag *tag_of_type(struct str type);

/* Returns the metric of values that belong to regions of a shape: "bbox_text"; else
 * "exact_match". */
const char *tag_region_metric(enum shape_id shape, enum tag_payload payload);

/*
 * Returns the metric of regions of a shape with labels: "bbox_iou"; "exact_match" for none.
 */
const char *tag_shape_metric(enum shape_id shape);

#endif
