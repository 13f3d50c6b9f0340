/*
 * How alike two categories are: the weights of the weighted coefficients, and the distances
 * of Krippendorff's alpha as weights. Results are in the
 * arena handed in.
 */
#ifndef RELIABILITY_WEIGHTING_H
#define RELIABILITY_WEIGHTING_H

#include "reliability/ratings.h"

/* Places of weighting_names and distance_names. The first six are K. L. Gwet's (Handbook of
 * Inter-Rater Reliability, 2014, section 3.5), the others K. Krippendorff's (Computing
 * Krippendorff's Alpha-Reliability, 2011): w = 1 - distance / the largest distance, which
 * alpha does not depend on. Of sets of texts, w = 1 - distance, both ways: P. Jaccard's
 * (1912), what two sets have in common over what either has; and R. Passonneau's MASI
 * (Measuring Agreement on Set-Valued Items, 2006), that times 1 of equal sets, 2/3 where
 * one holds the other, 1/3 where they overlap. */
enum weighting_kind {
	WEIGHTING_IDENTITY,
	WEIGHTING_LINEAR,
	WEIGHTING_QUADRATIC,
	WEIGHTING_ORDINAL,
	WEIGHTING_RADICAL,
	WEIGHTING_RATIO,
	WEIGHTING_JACCARD,
	WEIGHTING_MASI,
	WEIGHTING__MAX
};

enum distance_kind {
	DISTANCE_NOMINAL,
	DISTANCE_ORDINAL,
	DISTANCE_INTERVAL,
	DISTANCE_RATIO,
	DISTANCE_JACCARD,
	DISTANCE_MASI,
	DISTANCE__MAX
};

extern const char *const weighting_names[WEIGHTING__MAX];
extern const char *const distance_names[DISTANCE__MAX];

struct weighting {
	size_t n; /* categories */
	double (*weight)(
	    const struct weighting *w, size_t k, size_t l); /* NULL: identity */
	const double *x; /* of each category: its number, or ratings up to its middle */
	double span;	 /* what distances are divided by */
	const struct category *categories; /* of jaccard and masi */
};

/*
 * The weights of the categories of some ratings. Where the kind asks for numbers and there
 * are texts, or for texts (a text is the set of itself) and there are numbers, ERR_INPUT
 * names one; ratio asks for numbers of at least 0. ERR_MEMORY.
 */
enum err weighting_init(struct arena *a, enum weighting_kind kind,
    const struct ratings *ratings, struct weighting *r, struct error *e) ERR_WARN_UNUSED;

/* The same of a distance; `counts` says how often each category occurs, for the ordinal
 * one.
 */
enum err weighting_init_distance(struct arena *a, enum distance_kind kind,
    const struct ratings *ratings, const double *counts, struct weighting *r,
    struct error *e) ERR_WARN_UNUSED;

/* Make the weights those of the ordinal distance of numbers that occur so often; `middle`
 * has room for one of each category and must stay. */
void weighting_count(struct weighting *w, const double *counts, double *middle);

/* The weight of two categories, in [0, 1]; 1 for a category and itself. */
double weighting_of(const struct weighting *w, size_t k, size_t l);

/* r[k] = sum over l of the weight of k and l times v[l]. */
void weighting_times(const struct weighting *w, const double *v, double *r);

/* The sum of all weights. */
double weighting_sum(const struct weighting *w);

#endif
