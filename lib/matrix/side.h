/*
 * From the evidence of a task to the sides of its matrix, wherever the evidence is from:
 * who stands in which row, and what each has said. Ownership: everything is in the arena
 * handed in, or points into the evidence, the users and the selection.
 */
#ifndef MATRIX_SIDE_H
#define MATRIX_SIDE_H

#include "json/json.h"
#include "matrix/matrix.h"
#include "matrix/participants.h"
#include "store/users.h"

/* What was said with an evidence: parsed, or else as text; neither: nothing. */
struct side_result {
	const struct json *json;
	struct str text;
	bool gone; /* it is not to be had any more: the row counts as without evidence */
};

/* A participant with the user that they are (annotators); a user that is gone shows as
 * deleted. */
struct matrix_row {
	const struct participant *participant;
	const struct store_user *user; /* NULL: not an annotator */
};

/* Rows and sides in step, each `n`. */
struct sides {
	struct matrix_row *rows;
	struct matrix_side *sides; /* without results until sides_read() */
	size_t n;
};

/*
 * The rows of a selection. `known` are the users that the selection may name, whether they
 * have evidence or not; see participants_select(). ERR_MEMORY.
 */
enum err sides_select(struct arena *a, const struct selection *s,
    const struct evidence *evidence, size_t n, const struct store_user *known,
    size_t n_known, struct sides *r) ERR_WARN_UNUSED;

/*
 * Read what each side has said; results[i] belongs to evidence[i] and is read once, however
 * many rows share it. A result that is no JSON is noted in its side as unreadable.
 * ERR_LIMIT if the request's time is over (base/deadline.h), ERR_MEMORY.
 */
enum err sides_read(struct arena *a, const struct evidence *evidence,
    const struct side_result *results, struct sides *s, struct error *e) ERR_WARN_UNUSED;

#endif
