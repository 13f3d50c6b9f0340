/*
 * How the dimensions of a project change when its configuration, or its results, suggest
 * others: for the table, and for accounts that may not write. The plan is in the caller's
 * arena; its texts point into the rows.
 */
#ifndef STORE_FOLLOWING_H
#define STORE_FOLLOWING_H

#include "store/dimensions.h"

enum following { FOLLOWING_KEPT, FOLLOWING_CHANGED, FOLLOWING_NEW };

struct following_row {
	struct store_dimension row; /* as it becomes */
	enum following change;
};

struct following_plan {
	struct following_row
	    *rows; /* those that are there, in their order; then new ones */
	size_t n;
};

/*
 * Plans the rows of `project` out of those `now` in the table and those `wanted`. A system
 * dimension over the same as a wanted one follows it, except for what a user set; with
 * `complete`, one that is not wanted becomes absent. What a user made is present while its
 * control is. New ones get the ids behind the largest, until the table gives others; of two
 * wanted ones over the same the first counts. ERR_MEMORY.
 */
enum err following_make(struct arena *a, int64_t project,
    const struct store_dimension_list *now, const struct store_dimension *wanted, size_t n,
    bool complete, struct following_plan *r) ERR_WARN_UNUSED;

/* Gives the rows of a plan as a list, by order, then id. ERR_MEMORY. */
enum err following_list(struct arena *a, const struct following_plan *plan,
    struct store_dimension_list *r) ERR_WARN_UNUSED;

#endif
