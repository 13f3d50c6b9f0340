/*
 * JSON paths as RFC 9535 has them, less filters and descendants: names, indices, slices and
 * wildcards, several in one pair of brackets too. A path is in the caller's arena and
 * points into its text.
 */
#ifndef JSON_PATH_H
#define JSON_PATH_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "json/json.h"

/* Segments of a path, and selectors of a segment, at most. */
#define JSON_PATH_SEGMENTS 64
#define JSON_PATH_SELECTORS 64

/* How often a path may select one value, as $[*,*][0,0] does four times. */
#define JSON_PATH_REPEATS 1024

struct json_path_segment;

struct json_path {
	struct str text; /* as it was read, for messages */
	const struct json_path_segment *segments;
	size_t n;
};

/* What a path selects, in the order of RFC 9535: that of the selectors, then of the value.
 */
struct json_nodes {
	const struct json **list;
	size_t n;
};

/*
 * Reads a path: "$.a['b c'][0,-1][1:3].*". ERR_INPUT, with the character where it goes
 * wrong; filters, descendants and function calls are named. ERR_MEMORY.
 */
enum err json_path_parse(
    struct arena *a, struct str text, struct json_path *r, struct error *e) ERR_WARN_UNUSED;

/*
 * Selects from a value. It is no error if nothing is there: *r is empty then. ERR_MEMORY.
 */
enum err json_path_select(struct arena *a, const struct json_path *path,
    const struct json *root, struct json_nodes *r) ERR_WARN_UNUSED;

/* Returns a path with one more name, as text: "$.a" and "b c" give "$.a['b c']". Absent
 * without memory. */
struct str json_path_join(struct arena *a, struct str path, struct str name);

#endif
