/*
 * The sides of a task's matrix, made of its evidence: the participant of each row, and
 * their result. Results are in the caller's arena or point into the evidence, the users and
 * the selection.
 */
#ifndef MATRIX_SIDE_H
#define MATRIX_SIDE_H

#include "json/json.h"
#include "matrix/matrix.h"
#include "matrix/participants.h"
#include "store/users.h"

/* The result of an evidence: parsed, or else as text; neither: none. */
struct side_result {
	const struct json *json;
	struct str text;
	bool gone; /* it was deleted meanwhile: the row counts as without evidence */
};

/* A participant, and the user of an annotator; a user that is gone shows as deleted. */
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
 * Makes the rows of a selection. `known` are the users that the selection may name, whether
 * they have evidence or not; see participants_select(). ERR_MEMORY.
 */
enum err sides_select(struct arena *a, const struct selection *s,
    const struct evidence *evidence, size_t n, const struct store_user *known,
    size_t n_known, struct sides *r) ERR_WARN_UNUSED;

/* Returns the row of a participant that was named (participant_named()); PARTICIPANT_NONE:
 * there is no such row. */
size_t sides_find(const struct sides *s, const struct participant *named);

/*
 * Reads the result of an evidence. One that is no JSON is noted as unreadable. ERR_MEMORY.
 */
enum err side_read(struct arena *a, const struct evidence *v,
    const struct side_result *from, struct matrix_side *r) ERR_WARN_UNUSED;

/*
 * Reads the results of the sides; results[i] belongs to evidence[i] and is read once,
 * however many rows share it. ERR_LIMIT if the request's time is over (base/deadline.h),
 * ERR_MEMORY.
 */
enum err sides_read(struct arena *a, const struct evidence *evidence,
    const struct side_result *results, struct sides *s, struct error *e) ERR_WARN_UNUSED;

#endif
