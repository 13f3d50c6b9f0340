/*
 * Answers as JSON: matrices, participants, dimensions, the catalogue of metrics.
 * Ownership: the trees are the caller's, for json_out_write() and json_out_free(); NULL
 * without memory.
 */
#ifndef AGREEMENT_RENDER_H
#define AGREEMENT_RENDER_H

#include "agreement/matrix.h"
#include "agreement/participants.h"
#include "metric/metric.h"
#include "store/dimensions.h"
#include "store/users.h"

struct json_object;

/* A participant with the user that they are (annotators); a user that is gone shows as
 * deleted. */
struct render_participant {
	const struct participant *participant;
	const struct store_user *user; /* NULL: not an annotator */
};

/*
 * {"matrix": [[..]], "users": [..]}. `hostname` goes before /data/ of an avatar.
 */
struct json_object *render_matrix(struct arena *a, const struct matrix *m,
    const struct render_participant *rows, struct str hostname);

/* One dimension as the SDK's `Dimension`, with our `weight`. */
struct json_object *render_dimension(struct arena *a, const struct store_dimension *d);

/* The parameters of a metric: name -> {type, default, minimum, maximum, enum, description}.
 */
struct json_object *render_params(const struct metric *m);

/* What a metric is: name, display_name, description, control_tags (null: all), per_region,
 * params, methodologies. */
struct json_object *render_metric(const struct metric *m);

#endif
