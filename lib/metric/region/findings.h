/*
 * What a metric of regions found, as it is told (metric/explanation.h): the regions of both
 * sides in the order of their documents, and the matches that the score counted. Lists are
 * in the arena of findings_begin(), which they fill.
 */
#ifndef METRIC_REGION_FINDINGS_H
#define METRIC_REGION_FINDINGS_H

#include "metric/explanation.h"
#include "metric/region/regions.h"

struct findings {
	const struct measure *m;
	struct arena *arena;
	const struct regions *a, *b;
	uint32_t *place_a, *place_b; /* of each region, in the order of the document */
	struct explanation_regions *to;
};

/* Begins with the regions of both sides, beside each other (regions_beside()), and room for
 * `most` matches; r->kind says whether they are tracks. ERR_MEMORY. */
enum err findings_begin(const struct measure *m, struct arena *arena,
    const struct regions *a, const struct regions *b, size_t most, struct explanation *r,
    struct findings *f) ERR_WARN_UNUSED;

/*
 * Adds the match of region i of a and j of b; of `match` what the score made of it:
 * payload, similarity, counts. Computes their overlap, distance and frames. Errors as of
 * regions_overlap().
 */
enum err findings_add(struct findings *f, uint32_t i, uint32_t j,
    struct explanation_match match) ERR_WARN_UNUSED;

/*
 * Adds a match for each region of a that has a partner (ASSIGN_NONE: it has none), whose
 * similarity is 1 and counts `counts`[i] on both sides (NULL: 1 each). Errors as above.
 */
enum err findings_add_partners(
    struct findings *f, const uint32_t *partner, const double *counts) ERR_WARN_UNUSED;

#endif
