/*
 * What ratings agree on and what chance would have them agree on, where each unit counts a
 * number of times: once for an estimate, as often as it was drawn for a bootstrap. All
 * memory is in the arena handed in.
 */
#ifndef RELIABILITY_CHANCE_H
#define RELIABILITY_CHANCE_H

#include "reliability/ratings.h"
#include "reliability/weighting.h"

/* What is expected by chance; sources in reliability/coefficient.h. */
enum chance_kind {
	CHANCE_NONE,		 /* nothing */
	CHANCE_FLEISS,		 /* by the shares of the categories */
	CHANCE_CONGER,		 /* by each rater's own shares */
	CHANCE_BRENNAN_PREDIGER, /* by the number of categories */
	CHANCE_GWET,		 /* of who rates at random */
	CHANCE_ALPHA		 /* by the shares in pairable ratings; with a correction */
};

struct chance_cell {
	size_t rater, category;
};

/* Each rater's own shares of the categories, and what comes of them. */
struct chance_own {
	double *share; /* raters x categories */
	double *rated; /* by rater: the units */
	double *mean;  /* by category, over the raters who have rated */
	double *met;   /* by category: the weights times the mean */
	double *other; /* raters x categories: the weights times the other raters' shares */
};

/* Read by who linearizes; after chance_weigh() or chance_value() of the same times. */
struct chance {
	struct arena *arena;
	const struct ratings *ratings;
	const struct weighting *weighting;
	const struct chance_cell *cells; /* of all units in turn */
	const size_t *starts;		 /* units + 1 */
	double *rated;			 /* by unit: its ratings, > 0 */
	double *agreed;	     /* by unit: over ordered pairs of its ratings, their weights */
	const double *times; /* by unit: how often it counts */
	double n;	     /* units, as often as they count */
	double pairable;     /* those with at least two ratings */
	double *share;	  /* by category: the mean over units of its share of the ratings */
	double *expected; /* by category: what a rating of it agrees on by chance */
	double *counts;	  /* scratch, by category: all 0 between calls */
	size_t *met;	  /* scratch, by rater */
	struct chance_own own; /* of CHANCE_CONGER */
	/* Of CHANCE_ALPHA, whose `agreed` counts after its correction. */
	double mean;	    /* ratings of a unit */
	double uncorrected; /* the value before the correction */
	double agreement;   /* after it: what is observed */
	double by_chance;   /* what is expected; of all kinds */
};

/* Take ratings in; every unit must have one, every rater too. Each unit counts once then.
 * ERR_MEMORY. */
enum err chance_init(struct arena *a, const struct ratings *ratings,
    const struct weighting *weighting, enum chance_kind kind,
    struct chance *r) ERR_WARN_UNUSED;

/* Let each unit count `times`, a whole number each, which are not copied. */
void chance_weigh(struct chance *c, const double *times);

/* Take the weights anew, after the weighting has changed. */
void chance_agree(struct chance *c);

/* Whether two different categories occur. */
bool chance_varies(const struct chance *c);

/* The mean of what agrees over the pairs of each unit, over the units with pairs. */
double chance_observed(const struct chance *c);

/*
 * The coefficient (observed - expected) / (1 - expected). Returns NULL, or why there is
 * none: no unit has two ratings, one category alone occurs, or chance explains everything.
 */
const char *chance_value(struct chance *c, enum chance_kind kind, double *r);

#endif
