/*
 * Krippendorff's alpha of anything that a metric compares: alpha = 1 - Do / De, where the
 * distance of two values is 1 - their score. Values are numbered in the order of their
 * units: those of the first unit from 0 on, then those of the second. Memory is taken from
 * the arena handed in to distance_alpha_begin(): a few numbers a unit while units come.
 *
 * Do is the mean distance within units, where each pair of a unit with m values counts
 * 1 / (m - 1); De that of all pairs of different values of the units that have a pair. A
 * score that is NaN is no pair: it is left out of the sums and of what they are divided by,
 * and a unit without any score takes no part, nor do its values.
 *
 * Sources: K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011); the standard
 * error is that of reliability/coefficient.h, with distances in place of categories.
 */
#ifndef RELIABILITY_DISTANCE_ALPHA_H
#define RELIABILITY_DISTANCE_ALPHA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reliability/bootstrap.h"
#include "reliability/coefficient.h"

/* Pairs up to which De is of all; else of so many that are drawn, no pair twice. */
#define DISTANCE_ALPHA_PAIRS 2000000

/* The score of the values i != j in [0, 1], NaN: none. An error ends the computation. */
typedef enum err distance_alpha_score(void *context, size_t i, size_t j, double *r);

/* While units come. */
struct distance_alpha {
	struct arena *arena;
	struct distance_alpha_unit *units;
	size_t n, room;
	size_t values; /* so far */
};

struct distance_alpha_question {
	distance_alpha_score *score;
	void *context;
	uint64_t seed;	/* of the pairs that are drawn for De */
	uint64_t pairs; /* 0: DISTANCE_ALPHA_PAIRS */
	/* De is of the pairs among these values alone, which the caller has drawn: numbers
	 * in rising order. NULL: of all, or of pairs that are drawn here. */
	const size_t *sample;
	size_t n_sample;
};

struct distance_alpha_estimate {
	struct coefficient_estimate alpha; /* its raters are 0: distances know of none */
	double observed, expected;	   /* Do and De; NaN: not defined */
	bool exact;	/* De is of all pairs, and not of some, or of a sample */
	uint64_t pairs; /* with a score that De is the mean of */
	size_t values;	/* that take part; of a sample those of it */
	struct distance_alpha_sums *sums; /* for distance_alpha_bootstrap() */
};

void distance_alpha_begin(struct distance_alpha *d, struct arena *a);

/* The next unit, of m values. ERR_MEMORY. */
enum err distance_alpha_unit(struct distance_alpha *d, size_t m) ERR_WARN_UNUSED;

/* The score of one of the pairs of the unit at hand; each is given once, in any order. */
void distance_alpha_pair(struct distance_alpha *d, double score);

/* The next unit, of m values, of which `pairs` pairs have a score; `sum` is that of their
 * distances. ERR_MEMORY. */
enum err distance_alpha_summed(
    struct distance_alpha *d, size_t m, size_t pairs, double sum) ERR_WARN_UNUSED;

/* Both at once: the next unit, of m values, whose pairs are scored. ERR_MEMORY, or what
 * `score` returns. */
enum err distance_alpha_add(struct distance_alpha *d, size_t m, distance_alpha_score *score,
    void *context) ERR_WARN_UNUSED;

/*
 * The estimate. Alpha is not defined, with the reason, if no unit has two values with a
 * score, or if all values are alike (De is 0). There is a standard error where De is of all
 * pairs, each of them has a score, and there are two units. ERR_MEMORY, or what the score
 * returns.
 */
enum err distance_alpha_finish(const struct distance_alpha *d,
    const struct distance_alpha_question *q,
    struct distance_alpha_estimate *r) ERR_WARN_UNUSED;

/*
 * The bootstrap interval over units. Where De is of all pairs, each draw has the De of what
 * was drawn, in time of the square of its units. Where pairs were drawn for De it changes
 * by its linear part: what the pairs that each unit takes part in are apart on average;
 * this is right to the first order, and takes time in the number of units. Of an estimate
 * that is not defined no draw is. ERR_MEMORY.
 */
enum err distance_alpha_bootstrap(struct arena *a, const struct distance_alpha_estimate *of,
    size_t draws, uint64_t seed, struct bootstrap_interval *r) ERR_WARN_UNUSED;

#endif
