/*
 * The parameter `selection`, read in its two forms. A selection points into the arena or
 * into the text that was read.
 */
#ifndef SERVICE_SELECTION_READ_H
#define SERVICE_SELECTION_READ_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "http/invalid.h"
#include "http/query.h"
#include "matrix/selection.h"

/*
 * Reads the JSON form,
 * {"annotators":{"all":..,"ids":[..]},"models":{..},"ground_truth":..}. Each part may be
 * missing or null; unknown keys are ignored. ERR_OK; ERR_INPUT, with the first problem in
 * `e` ("annotators.all: Must be a valid boolean."); or ERR_MEMORY.
 */
enum err selection_parse_json(
    struct arena *a, struct str text, struct selection *r, struct error *e) ERR_WARN_UNUSED;

/* Whether a query asks for a selection at all: `name` itself, or a name that begins with
 * `name[`. */
bool selection_given(const struct query *q, struct str name);

/*
 * Reads the selection of a query: the JSON form from the parameter `name` or, without that,
 * the form that the official SDK sends,
 * `name[annotators][all]=true&name[annotators][ids]=1&..` (ids also as `[ids][]` and
 * `[ids][0]`; an empty value stands for null). Problems are added to `v` below `path`.
 * ERR_OK, also with problems (*r is then what could be read), or ERR_MEMORY.
 */
enum err selection_read(struct arena *a, const struct query *q, struct str name,
    struct invalid *v, struct invalid_path path, struct selection *r) ERR_WARN_UNUSED;

#endif
