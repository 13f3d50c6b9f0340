/*
 * Ratings: units (tasks) by raters (people), each the place of a category or missing.
 * Results are in the arena handed in; texts of
 * categories point into what was read.
 */
#ifndef RELIABILITY_RATINGS_H
#define RELIABILITY_RATINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "json/json.h"

#define RATINGS_MISSING (-1)

/* Categories at most; what is weighed are pairs of them. */
#define RATINGS_CATEGORIES 20000

struct ratings_category {
	bool is_number;
	double number;	 /* finite */
	struct str text; /* of what is no number */
};

struct ratings {
	size_t units, raters;
	const int32_t *cells; /* units x raters, row by row: a category's place or
				 RATINGS_MISSING */
	const struct ratings_category
	    *categories; /* numbers in order, then texts by bytes */
	size_t n_categories;
	bool all_numbers;
};

/*
 * Read a list of rows, one for each unit, of numbers, texts, true, false, or null for what
 * is missing; all of one length. ERR_INPUT with the JSON path after `path`, ERR_LIMIT over
 * RATINGS_CATEGORIES, ERR_MEMORY.
 */
enum err ratings_read(struct arena *a, const struct json *items, const char *path,
    struct ratings *r, struct error *e) ERR_WARN_UNUSED;

/*
 * The units that at least `least` of the raters `columns` have rated, with these raters
 * alone; n columns, NULL: all. ERR_MEMORY.
 */
enum err ratings_select(struct arena *a, const struct ratings *from, const size_t *columns,
    size_t n, size_t least, struct ratings *r) ERR_WARN_UNUSED;

#endif
