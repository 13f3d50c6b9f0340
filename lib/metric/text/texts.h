/*
 * The texts of an item or a region: an ordered list of lines. Results are in the caller's
 * arena.
 */
#ifndef METRIC_TEXT_TEXTS_H
#define METRIC_TEXT_TEXTS_H

#include "base/arena.h"
#include "base/error.h"
#include "labelstudio/result.h"
#include "metric/params.h"
#include "metric/text/text.h"

struct texts {
	const struct text **lines;
	const uint64_t *places; /* of each, in order: metric/place.h; NULL: all of one */
	uint32_t n;
	uint64_t digest; /* of the lines in order */
};

/*
 * Reads the `text` of all items, one after the other: a list of strings, or one string,
 * each; none if an item has none. Prepared for MPARAM_QVAL. ERR_INPUT names the JSON path,
 * ERR_MEMORY.
 */
enum err texts_read(struct arena *a, const struct params *p, const struct item *items,
    uint32_t n, struct texts *r, struct error *e) ERR_WARN_UNUSED;

/*
 * Computes the mean similarity, line against line of the same place, by MPARAM_ALGORITHM; a
 * surplus line counts 0; no lines on both sides 1. In [0, 1]. ERR_MEMORY.
 */
enum err texts_similarity(struct arena *scratch, const struct params *p,
    const struct texts *a, const struct texts *b, double *r) ERR_WARN_UNUSED;

/* Returns the work of that, in units of about a nanosecond. */
double texts_cost(const struct params *p, const struct texts *a, const struct texts *b);

#endif
