/*
 * Consensus: how far the people of a task agree as one group.
 */
#ifndef PROJECT_CONSENSUS_H
#define PROJECT_CONSENSUS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

/*
 * Computes the largest eigenvalue of a matrix of matches, divided by n: 1 if all n people
 * match, 1/n if no two do. matches[i * n + j], the same as [j * n + i], says whether i and
 * j match; the diagonal is not read, everybody matches themselves. n >= 1. Householder's
 * reduction and bisection (Golub and Van Loan, Matrix Computations, 8.3 and 8.4), correct
 * to about n * 1e-16. ERR_MEMORY; ERR_LIMIT if the request's time is over
 * (base/deadline.h). Takes scratch memory and gives it back.
 */
enum err consensus_share(
    struct arena *scratch, const bool *matches, size_t n, double *r) ERR_WARN_UNUSED;

#endif
