/*
 * The place of a value, where one control asks about several things: the index of a
 * Repeater, which stands in the name ("price_0", "price_1"), and the item of a list
 * (`item_index`; a missing one counts as 0).
 */
#ifndef METRIC_PLACE_H
#define METRIC_PLACE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "labelstudio/result.h"

/* Returns the place of an item, as a hash: all items of one control that asks once have the
 * same. */
uint64_t place_of(const struct item *item);

/* Returns the hash of a part of a place: an index that is missing or null counts as 0. */
uint64_t place_part(const struct json *index);

/*
 * Sorts the items by place; those of one place keep their order. *r is `items` itself where
 * they are in order already, else in the caller's arena. ERR_MEMORY.
 */
enum err place_sort(struct arena *a, const struct item *items, uint32_t n,
    const struct item **r) ERR_WARN_UNUSED;

/* A walk over two lists that are in order of their places: the k-th of a place with the
 * k-th of the same place, or with none. Starts as {0}. */
struct place_walk {
	uint32_t i, j; /* what was met last */
	bool both;     /* both are there; else one has no partner */
	uint32_t next_i, next_j;
};

/* Whether what was met last is of the first list, of the second. */
static inline bool
place_in_a(const struct place_walk *w)
{
	return w->next_i > w->i;
}

static inline bool
place_in_b(const struct place_walk *w)
{
	return w->next_j > w->j;
}

/* Takes the next step; false at the end. Without places (NULL) all have the same. */
static inline bool
place_next(
    struct place_walk *w, const uint64_t *a, uint32_t n_a, const uint64_t *b, uint32_t n_b)
{
	bool in_a = w->next_i < n_a, in_b = w->next_j < n_b;

	if (!in_a && !in_b)
		return false;
	w->i = w->next_i;
	w->j = w->next_j;
	w->both = in_a && in_b && (a == NULL || b == NULL || a[w->i] == b[w->j]);
	w->next_i += w->both || (in_a && (!in_b || a[w->i] < b[w->j]));
	w->next_j += w->both || (in_b && w->next_i == w->i);
	return true;
}

#endif
