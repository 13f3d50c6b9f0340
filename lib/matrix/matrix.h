/*
 * Participants x dimensions -> matrix. Each value is prepared once, each pair scored once.
 * The matrix is in the caller's arena.
 */
#ifndef MATRIX_MATRIX_H
#define MATRIX_MATRIX_H

#include <stdbool.h>
#include <stdint.h>

#include "matrix/average.h"
#include "matrix/dimension.h"
#include "matrix/labels.h"
#include "base/arena.h"
#include "base/error.h"
#include "labelstudio/result.h"

/* One row: a participant's result. */
struct matrix_side {
	const struct result
	    *result; /* NULL: no evidence. Two sides with the same pointer are the same */
	bool is_prediction;
	int64_t id;		/* of the annotation or prediction, for warnings */
	const char *unreadable; /* why the result as a whole is no JSON; NULL if it is */
};

struct matrix {
	size_t n;
	double *cells;	 /* n x n, row by row; NaN stands for null */
	bool incomplete; /* a library was away: it may be there next time */
};

/* What a score is where it is no number in [0, 1]. */
#define SCORE_NULL (-1.0)   /* a side has no value, or none that can be compared */
#define SCORE_HIDDEN (-2.0) /* neither side was asked: the dimension does not count */

/* The scores of all pairs of sides in all dimensions. */
struct scores {
	size_t n, m;  /* sides, dimensions */
	double *list; /* m for each pair, in the order (0,1) (0,2) .. (1,2) ..: in [0, 1],
			 SCORE_NULL or SCORE_HIDDEN */
	bool incomplete; /* as of a matrix */
	/* What each side said in each dimension, m for each side; LABELS_NONE where it has
	 * no value that can be compared. */
	struct labels_value *labels;
	/* In step with `list`: the labels of regions, as they meet. */
	struct labels_pairs *pairs;
};

/* Returns where the scores of sides i and j, i != j, are in the list. */
static inline size_t
scores_place(const struct scores *s, size_t i, size_t j)
{
	size_t low = i < j ? i : j, high = i < j ? j : i;

	return (low * (2 * s->n - low - 1) / 2 + high - low - 1) * s->m;
}

/*
 * A value that could not be compared: "annotation 17, dimension 3: $[0].value.x: is
 * missing"; or a dimension whose service or library is away: "dimension 3: the embedding
 * server cannot be reached".
 */
struct matrix_warning {
	size_t side;	  /* place; MATRIX_NO_SIDE: not one side's */
	size_t dimension; /* place */
	const char *text;
};

#define MATRIX_NO_SIDE SIZE_MAX

/* Called for each such value, and once for such a dimension. */
typedef void matrix_warn(void *context, const struct matrix_warning *w);

struct matrix_options {
	double max_cost; /* units of about a nanosecond; 0: no limit */
	matrix_warn *warn;
	void *context;
};

/*
 * Computes the matrix of `n` sides over `m` dimensions, which all count. ERR_LIMIT before
 * the work starts if it would cost more than max_cost, or when the request's time is over
 * (base/deadline.h); ERR_MEMORY.
 */
enum err matrix_compute(struct arena *a, const struct matrix_side *sides, size_t n,
    const struct dimension *dimensions, size_t m, const struct matrix_options *o,
    struct matrix *r, struct error *e) ERR_WARN_UNUSED;

/*
 * Computes the scores that such a matrix is made of, also in dimensions that do not count.
 * What two sides score depends on them alone, not on who else is there. Errors as above.
 */
enum err matrix_score(struct arena *a, const struct matrix_side *sides, size_t n,
    const struct dimension *dimensions, size_t m, const struct matrix_options *o,
    struct scores *r, struct error *e) ERR_WARN_UNUSED;

/* The scores alone: r->labels and r->pairs are NULL. For many sides, whose pairs may be of
 * different tasks. Errors as above. */
enum err matrix_score_alone(struct arena *a, const struct matrix_side *sides, size_t n,
    const struct dimension *dimensions, size_t m, const struct matrix_options *o,
    struct scores *r, struct error *e) ERR_WARN_UNUSED;
/* The values of two sides in one dimension, as they are compared. */
struct matrix_meeting {
	const struct dimension *dimension; /* with the metric that compares them */
	const struct prepared *a, *b;	   /* NULL both: they are not compared */
	bool hidden;			   /* for neither was asked: SCORE_HIDDEN */
	bool past; /* those of one belong to regions, those of the other to none: 0 */
};

/*
 * Prepares two sides, each with a result of its own, in `m` dimensions: r[d] is how they
 * meet in dimension d, scored by measure_score() alone as matrix_score() would. *incomplete
 * as of a matrix. Errors as of matrix_compute().
 */
enum err matrix_meet(struct arena *a, const struct matrix_side sides[static 2],
    const struct dimension *dimensions, size_t m, const struct matrix_options *o,
    struct matrix_meeting *r, bool *incomplete, struct error *e) ERR_WARN_UNUSED;

/*
 * Makes the matrix of `n` rows out of scores: side[i] is the place of row i's side, or
 * MATRIX_NO_SIDE without evidence. Two rows of one side are the same annotation: null.
 * ERR_MEMORY.
 */
enum err matrix_average(struct arena *a, const struct average *v, const struct scores *s,
    const size_t *side, size_t n, struct matrix *r) ERR_WARN_UNUSED;

#endif
