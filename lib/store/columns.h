/*
 * The columns of a dimension.
 * Ownership: what is read is in the arena that was handed in.
 */
#ifndef STORE_COLUMNS_H
#define STORE_COLUMNS_H

#include "store/dimensions.h"

/*
 * The dimensions of an answer whose rows have their columns from `first` on; by order, then
 * id. Rows where the first of these columns is NULL have none. ERR_MEMORY.
 */
enum err columns_list(struct arena *a, const struct db_answer *answer, size_t first,
    struct store_dimension_list *r, struct error *e) ERR_WARN_UNUSED;

#endif
