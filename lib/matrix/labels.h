/*
 * The labels in the values of a dimension, for the statistics of a project: what one person
 * said, and where the labels of two meet. Lists and texts are in the caller's arena or
 * point into the documents.
 */
#ifndef MATRIX_LABELS_H
#define MATRIX_LABELS_H

#include "base/arena.h"
#include "base/error.h"
#include "base/map.h"
#include "matrix/dimension.h"

enum labels_kind {
	LABELS_NONE,   /* there are no categories: only scores can be used */
	LABELS_NUMBER, /* one number */
	LABELS_SET,    /* what was chosen for the whole */
	LABELS_REGIONS /* the labels of regions */
};

/* Between the names of a path that is one label; it is not escaped in them. */
#define LABELS_JOINER " / "

/* A label, and what it was said of. */
struct label {
	struct str text; /* empty: of a region that has no label */
	/* Of LABELS_SET the place (metric/place.h): one question has one. Of LABELS_REGIONS
	 * the place of its item among those of the value. */
	uint64_t of;
};

/* The labels of one value. */
struct labels_value {
	enum labels_kind kind;
	double number;	    /* of LABELS_NUMBER; NaN: the question was left open */
	struct label *list; /* by `of`, then by bytes, each once */
	uint32_t n;	    /* 0: the person answered with nothing */
	uint32_t parts;	    /* how many `of` there are; a set with more than one is several
			       answers in one value, no category */
};

/*
 * Returns what the values of a dimension are, by its metric; where that compares anything
 * (exact_match), by its control: choices, taxonomies, pairwise and dates are sets, ratings
 * and numbers numbers; regions only if a metric of regions compares them. Of what is said
 * of regions, choices and taxonomies are labels of those. What a control draws that leaves
 * labels to another one has none. LABELS_NONE also if it is not usable.
 */
enum labels_kind labels_kind_of(const struct dimension *d);

/*
 * Reads the labels of a value that the dimension's metric can prepare: the items that
 * extraction_value() gives. Its kind is that of the dimension, or LABELS_NONE: several
 * numbers, or, under exact_match, anything but plain single values (texts, booleans,
 * numbers, lists of names). Numbers among labels are their text, a path is its names with
 * LABELS_JOINER between them. Labels that weigh 0 are left out, and regions that have only
 * such. ERR_INPUT names the JSON path; ERR_MEMORY; ERR_LIMIT if the request's time is over
 * (base/deadline.h).
 */
enum err labels_of_value(struct arena *a, const struct dimension *d,
    const struct result *value, struct labels_value *r, struct error *e) ERR_WARN_UNUSED;

/*
 * Makes labels of the same text point to the same bytes, those of the first value that has
 * it, which makes them cheap to compare: optional. ERR_MEMORY.
 */
enum err labels_join(
    struct arena *a, struct map *texts, struct labels_value *v) ERR_WARN_UNUSED;

/* One side of a pair. */
struct labels_side {
	const struct labels_value *labels;
	/* Of LABELS_REGIONS: the value as the dimension's measure prepared it. */
	const struct prepared *prepared;
};

/* Labels that met: what a said and b said of the same. An absent one stands for "none". */
struct labels_pair {
	struct str a, b;
	double count;
};

struct labels_pairs {
	struct labels_pair *list; /* by a, then b, by bytes, "none" last; each once */
	size_t n;
};

/* Overlap from which regions are partners. */
#define LABELS_OVERLAP 0.5

/*
 * Gives the labels of a pair, as they meet: those of one place, or of regions that are
 * partners at LABELS_OVERLAP (partners_match()), whatever their labels are. Common labels
 * meet each other; then, if each side has one left, these two meet, else each one left
 * meets "none". A region without a partner, or a place that one side alone answered, meets
 * "none" with all of its labels. Nothing of other kinds, or of two that differ.
 * Swapping the sides swaps a and b. For LABELS_SET `d` may be NULL. ERR_MEMORY; ERR_INPUT
 * if a geometry defeats its library; ERR_LIMIT if the request's time is over.
 */
enum err labels_of_pair(struct arena *a, const struct dimension *d,
    const struct labels_side *x, const struct labels_side *y,
    struct labels_pairs *r) ERR_WARN_UNUSED;

/* Returns the work of that, in units of about a nanosecond, as measure_cost() does. */
double labels_cost(
    const struct dimension *d, const struct labels_side *x, const struct labels_side *y);

/*
 * Returns the agreement on one label, in [0, 1]: 2 n_LL / (n_L. + n_.L), the counts of
 * label L in a and b, on a, on b (Dice 1945; the positive agreement of Cicchetti and
 * Feinstein 1990). NaN if neither side has it. An absent label is "none".
 */
double labels_agreement(const struct labels_pairs *pairs, struct str label);

#endif
