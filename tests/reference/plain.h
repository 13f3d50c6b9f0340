/*
 * The region metrics, slow and obvious: every pair is looked at, matchings are found by
 * trying. Ownership: scratch memory comes from the arena and stays in it.
 */
#ifndef REFERENCE_PLAIN_H
#define REFERENCE_PLAIN_H

#include "metric/metric.h"

/* The score of two lists of items by a metric over regions. */
double plain_score(
    struct arena *a, const struct measure *m, const struct json *x, const struct json *y);

/* The greatest sum of `weight[i * columns + j]` with every row and column used at most
 * once: by dynamic programming over the sets of columns, of which there may be 12 at most.
 */
double plain_assign_all(const double *weight, unsigned rows, unsigned columns);

/* The same for any size: longest augmenting paths (Bellman and Ford). */
double plain_assign(struct arena *a, const double *weight, unsigned rows, unsigned columns);

/* The greatest number of pairs with weight > 0 (Kuhn 1955). */
unsigned plain_count(
    struct arena *a, const double *weight, unsigned rows, unsigned columns);

#endif
