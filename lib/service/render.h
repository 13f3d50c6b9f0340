/*
 * Answers as JSON: matrices, participants, dimensions, the catalogue of metrics.
 * Ownership: the trees are the caller's, for json_out_write() and json_out_free(); NULL
 * without memory.
 */
#ifndef SERVICE_RENDER_H
#define SERVICE_RENDER_H

#include "matrix/matrix.h"
#include "matrix/side.h"
#include "metric/metric.h"
#include "store/dimensions.h"

struct json_object;

/*
 * {"matrix": [[..]], "users": [..]}. `hostname` goes before /data/ of an avatar.
 */
struct json_object *render_matrix(struct arena *a, const struct matrix *m,
    const struct matrix_row *rows, struct str hostname);

/* One dimension as the SDK's `Dimension`, with our `weight`. */
struct json_object *render_dimension(struct arena *a, const struct store_dimension *d);

/* The parameters of a metric: name -> {type, default, minimum, maximum, enum, description}.
 */
struct json_object *render_params(const struct metric *m);

/* What a metric is: name, display_name, description, control_tags (null: all), per_region,
 * params, methodologies. */
struct json_object *render_metric(const struct metric *m);

#endif
