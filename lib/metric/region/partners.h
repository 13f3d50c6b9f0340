/*
 * The regions of two participants, matched one to one by where they are, whatever they
 * carry. Lists are in the caller's arena.
 */
#ifndef METRIC_REGION_PARTNERS_H
#define METRIC_REGION_PARTNERS_H

#include "metric/metric.h"

/* There is no region on that side. */
#define PARTNER_NONE UINT32_MAX

/* A region of each side, by the place of its item among those of the value; one of them may
 * be PARTNER_NONE. */
struct partner {
	uint32_t a, b;
};

struct partners {
	struct partner *list; /* every region of both sides is in it once */
	size_t n;
};

/*
 * Matches the regions of two values that were prepared by `m`, a metric of regions. Two may
 * be partners if they are in one scene and overlap (regions_overlap()) by `least` > 0 or
 * more. Of all matchings it is one with the largest sum of overlaps, and of several such
 * one that agrees best in what the regions carry: two regions of one outline are not taken
 * one for the other. The same both ways round. ERR_MEMORY; ERR_INPUT if a geometry defeats
 * its library; ERR_LIMIT if the request's time is over (base/deadline.h).
 */
enum err partners_match(const struct measure *m, struct arena *a, const struct prepared *x,
    const struct prepared *y, double least, struct partners *r) ERR_WARN_UNUSED;

/* Returns the work of that, in units of about a nanosecond. */
double partners_cost(
    const struct measure *m, const struct prepared *x, const struct prepared *y);

#endif
