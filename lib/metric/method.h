/*
 * The methods that the rows of the metric table share; each is one file.
 */
#ifndef METRIC_METHOD_H
#define METRIC_METHOD_H

#include "metric/metric.h"

extern const struct method method_exact; /* exact.c */
extern const struct method
    method_jaccard; /* set.c: the chosen set, or whole taxonomy paths */
extern const struct method method_subtree; /* subtree.c: all ancestor prefixes */
extern const struct method method_numeric; /* numeric.c */
extern const struct method
    method_within; /* numeric.c: every difference within max_difference */
extern const struct method method_text;	    /* texts.c */
extern const struct method method_semantic; /* semantic.c */
extern const struct method method_region;   /* region.c */
extern const struct method method_f1;	    /* matches.c */
extern const struct method method_near;	    /* matches.c: key points, poly-lines */
extern const struct method method_tracking; /* matches.c */
extern const struct method method_ranking;  /* ranking.c */

/*
 * Asks the embedder for the texts of all values at once (struct metric.expect); semantic.c.
 */
enum err semantic_expect(const struct measure *m, struct arena *scratch,
    const struct result *values, size_t n, struct error *e) ERR_WARN_UNUSED;

#endif
