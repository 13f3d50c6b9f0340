/*
 * The weighted mean of a pair's scores over the dimensions that count. Lists are in the
 * caller's arena.
 */
#ifndef MATRIX_AVERAGE_H
#define MATRIX_AVERAGE_H

#include "matrix/dimension.h"

struct average {
	struct counted {
		size_t place;  /* of the dimension, among a pair's scores */
		double weight; /* >= 0 */
		double scaled; /* the same times a power of two, so that no sum overflows */
	} *list;
	size_t n;
};

/* Makes room for `room` dimensions. ERR_MEMORY. */
enum err average_init(struct arena *a, size_t room, struct average *r) ERR_WARN_UNUSED;

/* Adds a dimension, at most as many as there is room for. Sums are made in the order of
 * adding. */
void average_add(struct average *v, size_t place, double weight);

/* The average over all of `dimensions`, each at its own place. ERR_MEMORY. */
enum err average_of_all(struct arena *a, const struct dimension *dimensions, size_t n,
    struct average *r) ERR_WARN_UNUSED;

/*
 * Returns the mean over the dimensions in which the pair has a score, in [0, 1], NaN if
 * there is none; what is below 0 is no score (matrix.h). One alone is its own mean,
 * whatever its weight rounds to.
 */
double average_score(const struct average *v, const double *scores);

/* The same of n pairs, whose scores begin `step` numbers after each other. */
void average_scores(
    const struct average *v, const double *scores, size_t step, size_t n, double *r);

#endif
