/*
 * A confusion matrix: how often one category was chosen where another one was. What is
 * counted lies in the arena handed in to confusion_begin(); texts of categories are not
 * copied and must live as long.
 */
#ifndef RELIABILITY_CONFUSION_H
#define RELIABILITY_CONFUSION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/map.h"
#include "base/str.h"

/* Categories at most: the matrix has the square of them. */
#define CONFUSION_CATEGORIES 2000

/* While it is counted: categories in the order in which they came. */
struct confusion_counter {
	struct arena *arena;
	bool symmetric;
	struct map categories;
	struct map places;	      /* a row and column that have a count */
	struct confusion_cell *cells; /* at the places of `places` */
	size_t room;
};

/* Two categories and how often they were confused. */
struct confusion_pair {
	size_t row, column;
	double count;
};

struct confusion {
	size_t n;
	const struct str *categories; /* by bytes */
	const double *counts; /* n x n, row by row: the row's category was the reference */
	/* By category; NaN where it is a division by nothing. */
	const double *precision; /* of the column, how much is right */
	const double *recall;	 /* of the row, how much is found */
	const double *f1;	 /* their harmonic mean: 2 right / (row + column) */
	/* What is not on the diagonal and above 0, the most often confused first, equal
	 * ones by row and column. Symmetric: row < column, and both directions together. */
	const struct confusion_pair *pairs;
	size_t n_pairs;
};

/* Directed: a reference against others. Symmetric: none of the two is a reference, each
 * pair counts a half in either direction. */
void confusion_begin(struct confusion_counter *c, struct arena *a, bool symmetric);

/* Count `weight` >= 0 for what the reference (or the one) and the other say. ERR_LIMIT over
 * CONFUSION_CATEGORIES, ERR_MEMORY. */
enum err confusion_add(struct confusion_counter *c, struct str reference, struct str other,
    double weight) ERR_WARN_UNUSED;

/* The matrix of what was counted. ERR_MEMORY. */
enum err confusion_finish(
    const struct confusion_counter *c, struct confusion *r) ERR_WARN_UNUSED;

#endif
