/*
 * The regions of one participant, read once and put in a canonical order, and the search
 * for those of two participants that may overlap. Results are in the caller's arena and may
 * point into the document.
 */
#ifndef METRIC_REGION_REGIONS_H
#define METRIC_REGION_REGIONS_H

#include "metric/region/grid.h"
#include "metric/region/labels.h"
#include "metric/metric.h"
#include "metric/region/shape.h"
#include "metric/text/texts.h"
#include "metric/value/value.h"

struct region {
	struct extent extent;
	uint64_t scene; /* metric/region/scene.h */
	uint64_t kind;	/* a hash of scene and labels */
	struct labels labels;
	double weight;		   /* sum of its labels' weights, > 0 */
	uint64_t digest;	   /* of the value, the image and its size */
	uint32_t item;		   /* place of its item among those of the value */
	enum shape_id shape;	   /* what it is */
	bool guessed;		   /* it hangs on an aspect that is not known */
	const struct item *place;  /* where its geometry stands */
	const void *geometry;	   /* the shape's own */
	struct texts texts;	   /* for PAYLOAD_TEXT */
	const struct value *value; /* for PAYLOAD_VALUE */
};

struct regions {
	struct prepared head;
	enum shape_id shape; /* of all of them; SHAPE_NONE: they differ */
	bool in_order;	     /* by their left edges, none of which is NaN */
	bool has_points;
	bool guesses; /* some are `guessed` */
	bool tells;   /* some have a size of their image */
	/* What belongs to no region is said of the whole, and overlaps with its like. */
	bool partly_whole;
	const struct item *items; /* of the value */
	struct region
	    *list; /* by extent, then digest: the order in the document does not count */
	const struct grid *grid; /* over them; NULL if they are few */
};

/*
 * Prepares the regions of a value (struct regions, by its head), each read as what it is
 * (by its type or geometry; one that has neither as the metric's shape says); those whose
 * labels all weigh 0 are left out. ERR_INPUT names the JSON path; ERR_MEMORY;
 * ERR_UNAVAILABLE without a library that the shape needs.
 */
enum err regions_prepare(const struct measure *m, struct arena *a,
    const struct result *value, const struct prepared **r, struct error *e) ERR_WARN_UNUSED;

/*
 * Gives regions as they are beside those of another participant: what is turned in an image
 * whose size the one does not tell has the outline that it has in the size that the other
 * tells. *r may be `own`. ERR_MEMORY.
 */
enum err regions_beside(const struct measure *m, struct arena *scratch,
    const struct regions *own, const struct regions *other,
    const struct regions **r) ERR_WARN_UNUSED;

/*
 * Computes how much two regions overlap, in [0, 1]: two key points and two lines by their
 * distance, which is MPARAM_MAX_DISTANCE at most, all others as shape_overlap() says.
 * Errors as there.
 */
enum err regions_overlap(const struct measure *m, struct arena *scratch,
    const struct region *a, const struct region *b, double *r) ERR_WARN_UNUSED;

/* Computes how far apart two key points are, or two lines; NaN of any other two.
 * ERR_MEMORY. */
enum err regions_distance(struct arena *scratch, const struct region *a,
    const struct region *b, double *r) ERR_WARN_UNUSED;

/* Returns the work of the overlap of two lines, where some of both sides are, as if each
 * met one of the mean number of vertices; 0 where none are. Units of about a nanosecond. */
double regions_line_cost(const struct regions *a, const struct regions *b);

/* Returns how far apart two regions may be that overlap, for regions_pairs(). */
double regions_margin(
    const struct measure *m, const struct regions *a, const struct regions *b);

/* What is done with a pair that may overlap; anything but ERR_OK ends the search. */
typedef enum err regions_visit(void *context, uint32_t i, uint32_t j);

/*
 * Calls visit(context, i, j) once for every pair of a region i of `a` and j of `b` in the
 * same scene whose extents, widened by `margin` on all sides, touch; with `equal_labels`
 * only where the labels are equal. A uniform grid over `b` keeps this near linear for
 * sparse scenes. ERR_MEMORY, or what visit returned.
 */
enum err regions_pairs(struct arena *scratch, const struct regions *a,
    const struct regions *b, double margin, bool equal_labels, regions_visit *visit,
    void *context) ERR_WARN_UNUSED;

/*
 * Returns about how many pairs regions_pairs() looks at with this margin: all without a
 * grid or where some are guessed, else what some of the regions of `a` find in it, times
 * their share. Never more than all.
 */
double regions_candidates(const struct regions *a, const struct regions *b, double margin);

#endif
