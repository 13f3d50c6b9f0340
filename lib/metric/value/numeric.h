/*
 * Numbers and ratings, as the metrics of numbers read them.
 */
#ifndef METRIC_VALUE_NUMERIC_H
#define METRIC_VALUE_NUMERIC_H

#include "base/arena.h"
#include "base/error.h"
#include "labelstudio/result.h"

/*
 * Reads the numbers of a value: *n_r is how many there are, of all places, *first_r the
 * first one, if there is any. ERR_INPUT names the JSON path: it is missing, or no number;
 * ERR_MEMORY.
 */
enum err numeric_read(struct arena *a, const struct result *value, uint32_t *n_r,
    double *first_r, struct error *e) ERR_WARN_UNUSED;

#endif
