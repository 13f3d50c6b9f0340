/*
 * How the value of a dimension is taken from a participant's result, by its
 * `extraction_method_params`. Results are in the caller's arena or point into the texts.
 */
#ifndef MATRIX_EXTRACTION_H
#define MATRIX_EXTRACTION_H

#include "base/arena.h"
#include "base/error.h"
#include "json/path.h"
#include "labelstudio/condition.h"
#include "labelstudio/result.h"
#include "metric/metric.h"

struct extraction {
	struct str
	    time_format; /* how dates are written (strftime's names); absent: ISO 8601 */
	const struct json_path
	    *path; /* of what is compared of each value; NULL: values are compared whole */
	struct conditions visible_when; /* what must hold for the control to be shown */
	/* Not read, but set from the row. */
	bool per_region; /* its values belong to regions */
	const struct metric *metric;
};

/*
 * Reads the parameters, a JSON object (absent: none); unknown members are ignored.
 * ERR_INPUT, naming the member, if its type is wrong; ERR_MEMORY.
 */
enum err extraction_read(struct arena *a, struct str params, struct extraction *r,
    struct error *e) ERR_WARN_UNUSED;

/*
 * Takes the items of a result that are the value of the dimension of `control`, in order,
 * less those that were not visible; with a path, the items that pick_items() makes of them.
 * *hidden (NULL is allowed) says whether the control was hidden from the participant: the
 * value is then empty. ERR_MEMORY.
 */
enum err extraction_value(struct arena *a, const struct extraction *x,
    const struct result *all, struct str control, struct result *r,
    bool *hidden) ERR_WARN_UNUSED;

#endif
