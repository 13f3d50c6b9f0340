/*
 * Bootstrap intervals of the coefficients. Scratch memory is taken from the arena handed
 * in.
 */
#ifndef RELIABILITY_COEFFICIENT_BOOTSTRAP_H
#define RELIABILITY_COEFFICIENT_BOOTSTRAP_H

#include "reliability/bootstrap.h"
#include "reliability/coefficient.h"

/*
 * The interval of what coefficient_compute() gives, over draws of the units that take part:
 * those with a rating, for percent, cohen, scott and alpha those with two. The categories
 * stay those of all ratings, whatever a draw holds; the ordinal distance goes by the counts
 * of the draw. A draw takes time in the number of ratings and, with weights, in the square
 * of the categories. `draws` 0: BOOTSTRAP_DRAWS. Errors as of coefficient_compute().
 */
enum err coefficient_bootstrap(struct arena *a, const struct coefficient_question *q,
    const struct ratings *ratings, size_t draws, uint64_t seed,
    struct bootstrap_interval *r, struct error *e) ERR_WARN_UNUSED;

#endif
