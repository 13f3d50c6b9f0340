/*
 * The true categories of tasks and the error rates of observers, from what the observers
 * say alone. Results and scratch memory are in the arena handed in.
 *
 * Source: A. P. Dawid, A. M. Skene, Maximum Likelihood Estimation of Observer Error-Rates
 * Using the EM Algorithm (1979).
 */
#ifndef RELIABILITY_DAWID_SKENE_H
#define RELIABILITY_DAWID_SKENE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

/* When it ends: the log-likelihood changes by less than this, relative; or after so many
 * rounds. */
#define DAWID_SKENE_CHANGE 1e-9
#define DAWID_SKENE_ROUNDS 1000

/* An observer chose a category of a task `count` > 0 times; what is not listed is 0. */
struct dawid_skene_count {
	size_t task, observer, category;
	double count;
};

struct dawid_skene_question {
	size_t tasks, observers, categories;
	const struct dawid_skene_count *counts; /* in any order */
	size_t n;
	double change; /* 0: DAWID_SKENE_CHANGE */
	int rounds;    /* 0: DAWID_SKENE_ROUNDS */
};

struct dawid_skene {
	const double *marginals; /* by category: the share of tasks whose true one it is */
	/* observers x categories x categories: the probability that the observer says the
	 * last where the one before is true. A row is NaN if no task that the observer has
	 * rated can be of that true category: nothing is known of it. */
	const double *error_rates;
	/* tasks x categories: the probability that it is the true one; NaN of a task that
	 * nobody has rated, which has no part in the others. */
	const double *posterior;
	double log_likelihood; /* of the counts, without the multinomial coefficients */
	int iterations;
	bool converged; /* or it ended for the number of rounds */
};

/* The tasks' shares of votes are what it begins with. ERR_MEMORY. */
enum err dawid_skene_compute(struct arena *a, const struct dawid_skene_question *q,
    struct dawid_skene *r) ERR_WARN_UNUSED;

#endif
