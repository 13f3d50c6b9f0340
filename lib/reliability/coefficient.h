/*
 * Agreement beyond chance: one table of coefficients, with analytic standard errors.
 * Scratch memory is taken from the arena handed in.
 *
 * Sources: J. Cohen, A Coefficient of Agreement for Nominal Scales (1960), and Weighted
 * Kappa (1968); W. A. Scott, Reliability of Content Analysis (1955); J. L. Fleiss,
 * Measuring Nominal Scale Agreement Among Many Raters (1971); A. J. Conger, Integration and
 * Generalization of Kappas for Multiple Raters (1980); R. L. Brennan, D. J. Prediger,
 * Coefficient Kappa (1981); K. L. Gwet, Handbook of Inter-Rater Reliability (2014),
 * chapters 2 to 5, for AC1, AC2, missing ratings, weights and all standard errors
 * (finite-population factor 1); K. Krippendorff, Computing Krippendorff's Alpha-Reliability
 * (2011).
 */
#ifndef RELIABILITY_COEFFICIENT_H
#define RELIABILITY_COEFFICIENT_H

#include "reliability/chance.h"
#include "reliability/ratings.h"
#include "reliability/weighting.h"

enum coefficient {
	COEFFICIENT_PERCENT,
	COEFFICIENT_COHEN,
	COEFFICIENT_SCOTT,
	COEFFICIENT_FLEISS,
	COEFFICIENT_CONGER,
	COEFFICIENT_BRENNAN_PREDIGER,
	COEFFICIENT_AC1,
	COEFFICIENT_AC2,
	COEFFICIENT_ALPHA,
	COEFFICIENT__MAX
};

/* What is asked. */
struct coefficient_question {
	enum coefficient coefficient;
	enum weighting_kind weights;
	bool by_distance; /* alpha alone: `distance` in place of `weights` */
	enum distance_kind distance;
};

struct coefficient_estimate {
	const char *undefined; /* why there is no value; NULL: there is */
	double value;	       /* at most 1 */
	bool has_se;
	double se;	  /* standard error, >= 0 */
	double low, high; /* of the 95 % interval by Student's t; high is at most 1 */
	size_t units;	  /* with at least two ratings: what the value rests on */
	size_t raters;	  /* with at least one rating there */
};

struct coefficient_row {
	const char *name;
	const char *display_name;
	const char *doc; /* one sentence */
	bool weighted;	 /* takes weights */
	enum chance_kind chance;
	size_t least;  /* ratings of a unit, for it to take part */
	bool in_pairs; /* of more than two raters the mean over the pairs */
};

extern const struct coefficient_row coefficient_table[COEFFICIENT__MAX];

/* The row of that name; COEFFICIENT__MAX if there is none. */
enum coefficient coefficient_find(struct str name);

/*
 * Compute. A value that is not defined (one category alone, no unit with two ratings, an
 * expected agreement of 1) is ERR_OK with the reason in the estimate. ERR_INPUT if the
 * coefficient takes no such weights or the weights no such ratings; ERR_MEMORY; ERR_LIMIT
 * if the request's time is over (base/deadline.h).
 */
enum err coefficient_compute(struct arena *a, const struct coefficient_question *q,
    const struct ratings *ratings, struct coefficient_estimate *r,
    struct error *e) ERR_WARN_UNUSED;

/*
 * The coefficient of each category against all others (of Fleiss' kappa what Fleiss 1971
 * calls the agreement on a category): r[k] of n_categories estimates is of ratings that say
 * either k or not. Two categories have no weights but those of identity. ERR_MEMORY, after
 * which r is not whole.
 */
enum err coefficient_by_category(struct arena *a, enum coefficient coefficient,
    const struct ratings *ratings, struct coefficient_estimate *r,
    struct error *e) ERR_WARN_UNUSED;

/* The weights of the categories that a question asks for. Errors as of
 * coefficient_compute(). */
enum err coefficient_weighting(struct arena *a, const struct coefficient_question *q,
    const struct ratings *ratings, struct weighting *r, struct error *e) ERR_WARN_UNUSED;

/*
 * Set the standard error and interval of an estimate that has its value: `squares` is the
 * sum over its n units of the squares of what each has linearized; of less than two units
 * there is none.
 */
void coefficient_interval(struct coefficient_estimate *r, double squares, size_t n);

#endif
