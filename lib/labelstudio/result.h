/*
 * The `result` of an annotation or a prediction: the list of what one participant drew and
 * chose. Ownership: everything is in the arena that was handed in, or points into the JSON
 * text.
 */
#ifndef LABELSTUDIO_RESULT_H
#define LABELSTUDIO_RESULT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "json/json.h"

struct item {
	uint32_t index;		  /* position in the list, for messages: $[index] */
	struct str id;		  /* absent if the item has none */
	struct str from_name;	  /* the control that made it; never absent */
	struct str type;	  /* tag name in lower case; may be absent */
	const struct json *json;  /* the whole item, an object */
	const struct json *value; /* its `value`; NULL if there is none */
};

struct result {
	struct item *items; /* in the order of the list */
	uint32_t n;
};

/*
 * Read a result. Anything but a list is an empty result; a JSON string is parsed once more;
 * of two items with equal (id, from_name, type) the first wins (an item without id equals
 * no other); items without from_name (relations) and elements that are no objects are
 * skipped. ERR_INPUT if a string does not parse, ERR_MEMORY.
 */
enum err result_read(struct arena *a, const struct json *doc, struct result *r,
    struct error *e) ERR_WARN_UNUSED;

/*
 * Whether `from_name` belongs to the control `name`: the same text, or, if the name has
 * "{{idx}}", that with a decimal number for it ("price_{{idx}}" matches "price_0").
 */
bool result_name_matches(struct str name, struct str from_name);

/*
 * The items of one control, in order. *r points into `a`; its items are copies.
 */
enum err result_of_control(struct arena *a, const struct result *all, struct str name,
    struct result *r) ERR_WARN_UNUSED;

#endif
