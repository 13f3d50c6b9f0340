/*
 * Why a cell of the matrix is what it is: the score of two sides in each dimension, and
 * what its metric matched. Everything is in the caller's arena, or points into the sides
 * and the dimensions.
 */
#ifndef MATRIX_EXPLAIN_H
#define MATRIX_EXPLAIN_H

#include "matrix/matrix.h"
#include "metric/explanation.h"

/* One thing that a control asks about, where it asks about several. */
struct explained_place {
	uint64_t place;		 /* metric/place.h */
	const struct item *item; /* a value of it */
};

struct explained_dimension {
	const struct dimension *dimension; /* with the metric that compares the values */
	double score;			   /* NaN: there is none */
	const char *reason; /* why there is none, or why 0 needs no comparing; else NULL */
	struct explanation explanation; /* all zero where there is a reason */
	struct explained_place *places; /* by place, each once */
	size_t n_places;
};

struct explained {
	double score;	    /* NaN: null */
	const char *reason; /* why it is null, or 1 without comparing; else NULL */
	struct explained_dimension *list;
	size_t n;
	bool incomplete; /* as of a matrix */
};

/*
 * Explains the cell of two sides over `m` dimensions, which all count: score and nulls are
 * those of matrix_compute(). `same`: both are one participant, whose cell lies on the
 * diagonal. Warnings go to o->warn, too; a value that cannot be compared has the words of
 * its warning as reason. ERR_LIMIT if it would cost more than max_cost, or when the
 * request's time is over (base/deadline.h); ERR_MEMORY.
 */
enum err explain_pair(struct arena *a, const struct matrix_side sides[static 2], bool same,
    const struct dimensions *d, const struct matrix_options *o, struct explained *r,
    struct error *e) ERR_WARN_UNUSED;

/* Returns a value of a place, where its control asks about several; else NULL. */
const struct item *explained_item(const struct explained_dimension *d, uint64_t place);

#endif
