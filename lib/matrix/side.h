/*
 * The sides of a matrix: who stands in its rows.
 * Ownership: pointers into what the caller has.
 */
#ifndef MATRIX_SIDE_H
#define MATRIX_SIDE_H

#include "matrix/participants.h"
#include "store/users.h"

/* A participant with the user that they are (annotators); a user that is gone shows as
 * deleted. */
struct matrix_row {
	const struct participant *participant;
	const struct store_user *user; /* NULL: not an annotator */
};

#endif
