/*
 * Intervals by the bootstrap: as many units as there are are drawn from them, with
 * repetition, and a statistic is computed of each draw. The same seed gives the same
 * interval on every machine. Scratch memory is taken from the arena handed in.
 *
 * Source: B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap (1993), chapter 13,
 * the percentile method.
 */
#ifndef RELIABILITY_BOOTSTRAP_H
#define RELIABILITY_BOOTSTRAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

#define BOOTSTRAP_DRAWS 1000
#define BOOTSTRAP_SEED 1

struct bootstrap_question {
	size_t units;
	size_t draws; /* 0: BOOTSTRAP_DRAWS */
	uint64_t seed;
	/*
	 * Compute the statistic where unit i counts times[i], a whole number: *r, which is
	 * NaN if it is not defined. An error ends the bootstrap.
	 */
	enum err (*statistic)(void *context, const double *times, double *r);
	void *context;
};

struct bootstrap_interval {
	double low, high; /* of 95 %; NaN if no draw was defined */
	size_t draws;
	size_t defined; /* draws that had a value, which the interval is of */
};

/*
 * The 2.5 % and 97.5 % quantiles of the values of the draws, linear between two of them.
 * ERR_MEMORY, or what the statistic returns; ERR_LIMIT if the request's time is over
 * (base/deadline.h).
 */
enum err bootstrap_compute(struct arena *a, const struct bootstrap_question *q,
    struct bootstrap_interval *r) ERR_WARN_UNUSED;

#endif
