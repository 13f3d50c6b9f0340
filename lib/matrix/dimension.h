/*
 * The dimensions of a project, derived from its labeling configuration, or from results
 * where there is none, and made ready to measure. Results are in the caller's arena or
 * point into the rows.
 */
#ifndef MATRIX_DIMENSION_H
#define MATRIX_DIMENSION_H

#include "matrix/extraction.h"
#include "base/arena.h"
#include "base/error.h"
#include "labelstudio/result.h"
#include "metric/metric.h"
#include "store/dimensions.h"

/* Values of extraction_method: where a system dimension comes from. */
#define DIMENSION_FROM_CONFIG "from_name"
#define DIMENSION_FROM_RESULTS "from_results"
#define DIMENSION_FROM_PATH                                                                \
	"json_path" /* of a control's values; made by a user or the program */

struct dimension {
	const struct store_dimension *row;
	double
	    weight;  /* of this computation: the row's, or 1 if it was asked for by name */
	bool usable; /* false: its metric or parameters are not ours; every score is null */
	struct extraction extraction;
	struct measure measure;
	struct error problem; /* why it is not usable */
};

/* The dimensions of a matrix. */
struct dimensions {
	struct dimension *list;
	size_t n;
};

/* A list of rows, as they would stand in the table. */
struct dimension_rows {
	struct store_dimension *list;
	size_t n;
	size_t room; /* rows that the list can take; 0: no more than there are */
};

/*
 * Derives the system dimensions of a labeling configuration, in document order, with
 * weights from `control_weights` (JSON; absent: all 1). Ids are 1, 2, .. until a store
 * gives others. ERR_INPUT if the configuration is no XML or has no controls, or the weights
 * are no JSON; ERR_MEMORY.
 */
enum err dimension_derive(struct arena *a, struct str label_config,
    struct str control_weights, struct dimension_rows *r, struct error *e) ERR_WARN_UNUSED;

/*
 * Adds the dimensions that a result suggests and that are not in *r yet: one for each
 * from_name, by the metric that can compare the shapes of all its regions; so one that is
 * there already may get another. ERR_MEMORY.
 */
enum err dimension_guess(
    struct arena *a, const struct result *result, struct dimension_rows *r) ERR_WARN_UNUSED;

/*
 * Makes a row ready: its metric with its parameters; the label weights apply where the
 * metric knows labels and its parameters name none. A row that cannot be used is ERR_OK
 * with `usable` false. ERR_MEMORY.
 */
enum err dimension_init(struct arena *a, const struct store_dimension *row,
    struct dimension *r) ERR_WARN_UNUSED;

/*
 * Adapts a dimension to `item`, one of its values: some of a control's values may belong to
 * regions though its configuration does not say so (perRegion), or none though it does. A
 * dimension whose metric no user chose then takes the one that the item suggests, as it
 * would without a configuration. Pooled, the values of two people who say the opposite of
 * every region would agree; without regions, they cannot be compared by them. ERR_MEMORY.
 */
enum err dimension_settle(
    struct arena *a, struct dimension *d, const struct item *item) ERR_WARN_UNUSED;

/* Returns whether dimension_settle() may change it. */
bool dimension_may_settle(const struct dimension *d);

/*
 * Makes a dimension over what a JSON path picks of the values of a control: `of` is a
 * dimension of that control, `path` the path, which is checked; the caller sets the metric.
 * *r points into `of`. ERR_INPUT with the character of the path where it goes wrong,
 * ERR_MEMORY.
 */
enum err dimension_over_path(struct arena *a, const struct store_dimension *of,
    struct str path, struct store_dimension *r, struct error *e) ERR_WARN_UNUSED;

/*
 * Finds a row by `name`: the one of that id, else the only one of that name, else the only
 * one of that control. ERR_UNKNOWN if there is none; ERR_INPUT, with the ids of two, if
 * there are several.
 */
enum err dimension_find(const struct store_dimension_list *rows, struct str name,
    const struct store_dimension **r, struct error *e) ERR_WARN_UNUSED;

/*
 * Makes the dimensions of a matrix ready: `named` alone, which then weighs 1, or, if it is
 * NULL, all rows that count. ERR_MEMORY.
 */
enum err dimension_choose(struct arena *a, const struct store_dimension_list *rows,
    const struct store_dimension *named, struct dimensions *r) ERR_WARN_UNUSED;

/* Makes all rows ready whose control is there, also those that do not count. ERR_MEMORY. */
enum err dimension_all(struct arena *a, const struct store_dimension_list *rows,
    struct dimensions *r) ERR_WARN_UNUSED;

/* Sets the embedder of those that compare by embeddings; NULL: none. */
void dimension_embed(struct dimensions *d, const struct embedder *embedder);

/* Returns whether a row counts where no dimension is named: active, its control there,
 * weight > 0. */
bool dimension_counts(const struct store_dimension *row);

/*
 * Checks a metric with its parameters (JSON text; absent: none) for a control. ERR_UNKNOWN
 * if there is no such metric or parameter, ERR_INPUT if it does not fit the control or a
 * value is out of range.
 */
enum err dimension_check(
    struct arena *a, const struct store_dimension *row, struct error *e) ERR_WARN_UNUSED;

#endif
