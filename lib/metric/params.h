/*
 * The parameters that metrics take, `metric_params` in Label Studio's terms: one table says
 * name, type, bounds and doc; every reader and writer of parameters goes through it. A
 * `struct params` points into the arena of params_read().
 */
#ifndef METRIC_PARAMS_H
#define METRIC_PARAMS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "json/json.h"
#include "metric/text/text.h"

enum metric_param {
	MPARAM_THRESHOLD,
	MPARAM_IOU_THRESHOLD,
	MPARAM_MAX_DIFFERENCE,
	MPARAM_MAX_DISTANCE,
	MPARAM_ORDER_MATTERS,
	MPARAM_AGGREGATE,
	MPARAM_MATCHING,
	MPARAM_ALGORITHM,
	MPARAM_QVAL,
	MPARAM_LABEL_WEIGHTS,
	MPARAM__MAX
};

/* A set of parameters: MPARAM_BIT(MPARAM_X) | .. */
#define MPARAM_BIT(param) (1u << (param))

enum metric_param_type {
	MPARAM_NUMBER,	/* within min..max */
	MPARAM_INTEGER, /* within min..max */
	MPARAM_BOOLEAN,
	MPARAM_NAME,	/* one of `names`; stored as its index */
	MPARAM_WEIGHTS, /* an object: label -> number >= 0 */
	MPARAM_TYPE__MAX
};

struct metric_param_row {
	const char *name;
	enum metric_param_type type;
	double min, max;
	double value; /* the default; of a name its index; a metric may have another
			 (metric.h) */
	const char *const *names;
	const char *doc;
};

extern const struct metric_param_row metric_param_table[MPARAM__MAX];

enum aggregate { AGGREGATE_POOLED, AGGREGATE_MIN, AGGREGATE__MAX };
enum matching { MATCHING_BEST, MATCHING_ONE_TO_ONE, MATCHING__MAX };

/* The weight of one label: 0 removes it. */
struct label_weight {
	struct str label;
	double weight;
};

/* Values of all parameters; those that a metric does not take keep their defaults. */
struct params {
	double number[MPARAM__MAX]; /* numbers, integers, booleans as 0 and 1, indexes of
				       names */
	struct label_weight *weights;
	uint32_t n_weights;
};

/* Sets the defaults, with `threshold` for MPARAM_THRESHOLD. */
void params_default(struct params *p, double threshold);

/*
 * Reads `doc` (an object, null, or NULL for none) over what is in *p. `taken` is the set of
 * parameters that the metric `metric` takes. ERR_UNKNOWN names an unknown key, ERR_INPUT a
 * key with a wrong type or a value out of range; *p is then undefined. ERR_MEMORY.
 */
enum err params_read(struct arena *a, const char *metric, unsigned taken,
    const struct json *doc, struct params *p, struct error *e) ERR_WARN_UNUSED;

/* Returns the weight of a label; 1 for one that is not named. */
double params_label_weight(const struct params *p, struct str label);

#endif
