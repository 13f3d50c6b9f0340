/*
 * The results of values that are compared across tasks, out of the database.
 */
#ifndef PROJECT_VALUES_H
#define PROJECT_VALUES_H

#include "project/distances.h"
#include "store/store.h"

/*
 * Reads the results of n values, which are by task: what a distances_results does. All of
 * them have `max_bytes` > 0 at most. ERR_LIMIT if they have more, or the time is over
 * (base/deadline.h); ERR_NOT_FOUND if one is not there any more as it was; ERR_DB_*,
 * ERR_MEMORY.
 */
enum err values_read(struct store *s, struct arena *a, const struct distances_value *values,
    size_t n, size_t max_bytes, struct matrix_side *r, struct error *e) ERR_WARN_UNUSED;

#endif
