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
#include "base/map.h"
#include "json/json.h"
#include "reliability/category.h"

#define RATINGS_MISSING CATEGORY_MISSING

/* Categories at most; what is weighed are pairs of them. */
#define RATINGS_CATEGORIES 20000

/* Cells of what is built from single ratings at most. */
#define RATINGS_CELLS 50000000

struct ratings {
	size_t units, raters;
	const int32_t *cells; /* units x raters, row by row: a category's place or
				 RATINGS_MISSING */
	const struct category *categories; /* in the order of category_sort() */
	size_t n_categories;
	bool all_numbers;
};

/*
 * Read a list of rows, one for each unit, of numbers, texts, true, false, lists of texts
 * (sets), or null for what is missing; all of one length. ERR_INPUT with the JSON path
 * after `path`, ERR_LIMIT over RATINGS_CATEGORIES, ERR_MEMORY.
 */
enum err ratings_read(struct arena *a, const struct json *items, const char *path,
    struct ratings *r, struct error *e) ERR_WARN_UNUSED;

/*
 * Ratings that come one by one, in any order: units and raters are numbers of the caller's,
 * and stand in the order of these numbers in the end. What is built does not depend on the
 * order in which it came.
 */
struct ratings_builder {
	struct category_finder finder;
	struct map unit_numbers, rater_numbers; /* as they came */
	struct ratings_block *first, *last;
	const int64_t *units, *raters; /* after ratings_finish(): whose rows and columns */
};

void ratings_begin(struct ratings_builder *b, struct arena *a);

/* Add what `rater` says of `unit`; what is never added is missing. ERR_MEMORY. */
enum err ratings_add(struct ratings_builder *b, int64_t unit, int64_t rater,
    const struct category *c) ERR_WARN_UNUSED;

/* ERR_INPUT if someone has rated a unit twice, ERR_LIMIT over RATINGS_CATEGORIES or
 * RATINGS_CELLS, ERR_MEMORY. */
enum err ratings_finish(
    struct ratings_builder *b, struct ratings *r, struct error *e) ERR_WARN_UNUSED;

/*
 * The units that at least `least` of the raters `columns` have rated, with these raters
 * alone; n columns, NULL: all. ERR_MEMORY.
 */
enum err ratings_select(struct arena *a, const struct ratings *from, const size_t *columns,
    size_t n, size_t least, struct ratings *r) ERR_WARN_UNUSED;

/*
 * The units that at least `least` raters have rated, with the raters who have rated one of
 * them. ERR_MEMORY.
 */
enum err ratings_take_part(struct arena *a, const struct ratings *from, size_t least,
    struct ratings *r) ERR_WARN_UNUSED;

#endif
