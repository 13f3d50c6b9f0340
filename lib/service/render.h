/*
 * Answers as JSON: matrices, participants, dimensions, the catalogue of metrics. As with
 * all that json/write.h writes, the buffer says whether it could be written.
 */
#ifndef SERVICE_RENDER_H
#define SERVICE_RENDER_H

#include "json/write.h"
#include "matrix/matrix.h"
#include "matrix/side.h"
#include "metric/metric.h"
#include "store/dimensions.h"

/* Writes {"matrix": [[..]], "users": [..]}. `hostname` goes before /data/ of an avatar. */
void render_matrix(struct json_writer *w, const struct matrix *m,
    const struct matrix_row *rows, struct str hostname);

/* Writes a user as in `users`; one whose row is gone, or who was removed, as deleted. */
void render_user(struct json_writer *w, const char *key, const struct store_user *u,
    struct str hostname);

/* Writes JSON that stands in a column as the value of a key; null where it is damaged or
 * absent. Takes memory of `a`. */
void render_json(struct arena *a, struct json_writer *w, const char *key, struct str text);
/* Writes a participant, an element of "users"; `key` NULL outside of an object. */
void render_participant(struct json_writer *w, const char *key,
    const struct matrix_row *row, struct str hostname);

/* Writes a dimension as the SDK's `Dimension`, with our `weight`. */
void render_dimension(
    struct arena *a, struct json_writer *w, const struct store_dimension *d);

/* Writes the parameters of a metric: name -> {type, default, minimum, maximum, enum,
 * description}. */
void render_params(struct json_writer *w, const char *key, const struct metric *m);

/* Writes a metric: name, display_name, description, control_tags (null: all), per_region,
 * params, methodologies. */
void render_metric(struct json_writer *w, const struct metric *m);

#endif
