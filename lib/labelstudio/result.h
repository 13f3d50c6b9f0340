/*
 * The `result` of an annotation or a prediction: the list of regions and values. Results
 * are in the caller's arena or point into the JSON text.
 */
#ifndef LABELSTUDIO_RESULT_H
#define LABELSTUDIO_RESULT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "json/json.h"

/* The kinds of geometry that a region has. Those of which a metric of distances speaks come
 * last: the metrics of all others can compare them, too. */
enum shape_id {
	SHAPE_NONE,
	SHAPE_BBOX,
	SHAPE_POLYGON,
	SHAPE_ELLIPSE,
	SHAPE_BRUSH,
	SHAPE_BITMASK,
	SHAPE_SPAN,
	SHAPE_HTML,
	SHAPE_TIMELINE,
	SHAPE_VIDEO,
	SHAPE_POINT,
	SHAPE_VECTOR,
	SHAPE_OTHER, /* of regions that nothing can measure: a chat message, a track of
			vectors */
	SHAPE__MAX
};

/* Stands for the index of a Repeater in the name of a control, whatever its indexFlag. */
#define RESULT_INDEX_MARK "{{idx}}"

struct item {
	uint32_t index;		  /* position in the list, for messages: $[index] */
	struct str id;		  /* absent if the item has none */
	struct str from_name;	  /* the control that made it; never absent */
	struct str type;	  /* tag name in lower case; may be absent */
	const struct json *json;  /* the whole item, an object */
	const struct json *value; /* its `value`; NULL if there is none */
	enum shape_id
	    shape; /* of its own geometry; SHAPE_NONE: it has none that is known */
	/* The item with the geometry of the region that it belongs to: itself, or, where it
	 * has none, the first other one with its id that has one, or that is a region all
	 * the same (SHAPE_OTHER); NULL: it belongs to none. */
	const struct item *region;
};

/*
 * Returns the shape of the region that an item belongs to; SHAPE_NONE: it belongs to none.
 */
enum shape_id item_shape(const struct item *item);

struct result {
	struct item *items; /* in the order of the list */
	uint32_t n;
};

/*
 * Reads a result. Anything but a list is an empty result; a JSON string is parsed once
 * more; of two items with equal (id, from_name, type) the first wins (an item without id
 * equals no other); items without from_name (relations) and elements that are no objects
 * are skipped. ERR_INPUT if a string does not parse, ERR_MEMORY.
 */
enum err result_read(struct arena *a, const struct json *doc, struct result *r,
    struct error *e) ERR_WARN_UNUSED;

/*
 * Returns what the geometry of an item is: by its type where that draws one shape alone,
 * else by the fields of its value (a choice or a text of a region repeats them).
 */
enum shape_id result_shape(struct str type, const struct json *value);

/*
 * Returns whether `from_name` belongs to the control `name`: the same text, or, if the name
 * has "{{idx}}", that with a decimal number for it ("price_{{idx}}" matches "price_0").
 */
bool result_name_matches(struct str name, struct str from_name);

/*
 * Copies the items of one control, in order, into `a`. ERR_MEMORY.
 */
enum err result_of_control(struct arena *a, const struct result *all, struct str name,
    struct result *r) ERR_WARN_UNUSED;

#endif
