/*
 * The explanation of a cell as JSON. As with all that json/write.h writes, the buffer says
 * whether it could be written.
 */
#ifndef SERVICE_RENDER_PAIR_H
#define SERVICE_RENDER_PAIR_H

#include "json/write.h"
#include "matrix/explain.h"
#include "matrix/side.h"

/* Writes {"a": {..}, "b": {..}, "score": .., "reason": .., "dimensions": [..]}, as
 * docs/api.md has it. `hostname` as of render_matrix(). */
void render_pair(struct json_writer *w, const struct explained *x,
    const struct matrix_row *a, const struct matrix_row *b, struct str hostname);

#endif
