/*
 * Parts of values, picked by a JSON path, as items that a metric compares. Results are in
 * the caller's arena or point into the result and the path.
 */
#ifndef MATRIX_PICK_H
#define MATRIX_PICK_H

#include "base/arena.h"
#include "base/error.h"
#include "json/path.h"
#include "labelstudio/result.h"
#include "metric/metric.h"

/*
 * Makes an item for each node that the path selects of each item's `value`, in order; where
 * it selects none of an item, of what is under the item's type ("$.mood" for
 * "$.reactcode.mood"). null counts as not there. The items are of the type that `metric`
 * reads: numbers, texts, names, or, for regions, geometries; exact_match takes any.
 * ERR_MEMORY.
 */
enum err pick_items(struct arena *a, const struct json_path *path,
    const struct metric *metric, const struct result *from,
    struct result *r) ERR_WARN_UNUSED;

#endif
