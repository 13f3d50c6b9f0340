/*
 * Which column two dimensions differ in.
 * Ownership: constants.
 */
#ifndef OTHER_COLUMN_H
#define OTHER_COLUMN_H

#include "store/dimensions.h"

/* The first column from number `from` on in which they differ, or COLUMN__MAX; its name. */
unsigned other_column(
    const struct store_dimension *x, const struct store_dimension *y, unsigned from);
extern const char *const column_names[COLUMN__MAX];

#endif
