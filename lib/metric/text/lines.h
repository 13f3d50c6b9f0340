/*
 * The `text` of items as it stands: an ordered list of lines. The list is in the caller's
 * arena, its texts point into the document.
 */
#ifndef METRIC_TEXT_LINES_H
#define METRIC_TEXT_LINES_H

#include "base/arena.h"
#include "base/error.h"
#include "labelstudio/result.h"

struct lines {
	struct str *list;
	uint64_t *places; /* of each, in order: metric/place.h */
	uint32_t n;
	uint64_t digest; /* of the lines in order */
};

/*
 * Reads the `text` of all items, by place, one after the other: a list of strings, or one
 * string, each; none if an item has none. ERR_INPUT names the JSON path, ERR_MEMORY.
 */
enum err lines_read(struct arena *a, const struct item *items, uint32_t n, struct lines *r,
    struct error *e) ERR_WARN_UNUSED;

#endif
