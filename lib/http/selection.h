/*
 * Which participants a matrix is asked for: the parameter `selection`, in its two forms.
 * Ownership: everything is in the arena that was handed in, or points into the text that
 * was read.
 */
#ifndef HTTP_SELECTION_H
#define HTTP_SELECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "http/invalid.h"
#include "http/query.h"

struct selection {
	struct selection_annotators {
		bool all;     /* true: `ids` are excluded; false: only `ids` are included */
		int64_t *ids; /* in the order given, duplicates kept; a number beyond int64
				 is left out */
		size_t n;
	} annotators;
	struct selection_models {
		bool all;	 /* as above */
		struct str *ids; /* versions as given: "v1", "model:v1" */
		size_t n;
	} models;
	bool ground_truth;
};

/*
 * Read the JSON form, {"annotators":{"all":..,"ids":[..]},"models":{..},"ground_truth":..}.
 * Each part may be missing or null; keys that are not ours are ignored. Returns ERR_OK;
 * ERR_INPUT, with the first problem in `e` ("annotators.all: Must be a valid boolean."); or
 * ERR_MEMORY.
 */
enum err selection_parse_json(
    struct arena *a, struct str text, struct selection *r, struct error *e) ERR_WARN_UNUSED;

/* Whether a query asks for a selection at all: `name` itself, or a name that begins with
 * `name[`. */
bool selection_given(const struct query *q, struct str name);

/*
 * Read the selection out of a query: the JSON form from the parameter `name`, or, without
 * that, the form that the official SDK sends:
 * `name[annotators][all]=true&name[annotators][ids]=1&..` (ids also as
 * `[ids][]` and `[ids][0]`; an empty value stands for null). What is wrong is added to `v`
 * below `path`. Returns ERR_OK, also if problems were added (*r then holds what could be
 * read), or ERR_MEMORY.
 */
enum err selection_read(struct arena *a, const struct query *q, struct str name,
    struct invalid *v, struct invalid_path path, struct selection *r) ERR_WARN_UNUSED;

#endif
