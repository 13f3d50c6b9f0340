/*
 * Categories: what a rating says, a number, a text or a set of texts; and the different
 * ones of many ratings, put in order. All memory is in the arena handed in; texts point
 * into what the caller has, which must live as long.
 */
#ifndef RELIABILITY_CATEGORY_H
#define RELIABILITY_CATEGORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/map.h"
#include "base/str.h"

/* The mark or place of a rating that is missing. */
#define CATEGORY_MISSING (-1)

struct category {
	bool is_number;
	double number;		   /* finite, no negative zero */
	struct str text;	   /* of what is no number; of a set its members as JSON */
	const struct str *members; /* of a set, by bytes, each once; NULL: no set */
	size_t n_members;	   /* never 1 */
};

struct category category_number(double number);
struct category category_text(struct str text);

/*
 * The set of the texts `members`, which are put in order where they are, and stay the
 * set's; their order and repeats do not matter. A set of one text is that text. ERR_MEMORY.
 */
enum err category_set(
    struct arena *a, struct str *members, size_t n, struct category *r) ERR_WARN_UNUSED;

enum category_kind { CATEGORY_NUMBER, CATEGORY_TEXT, CATEGORY_SET, CATEGORY__MAX };

/* Small whole numbers, as most ratings are, are found without a look at the maps. */
#define CATEGORY_SMALL 256

/* The different categories met so far, by kind, in the order in which they came. */
struct category_finder {
	struct arena *arena;
	struct category_list {
		struct map seen;
		struct category *list;
		size_t room;
	} kinds[CATEGORY__MAX];
	int32_t small[CATEGORY_SMALL]; /* their marks; CATEGORY_MISSING: not met yet */
};

void category_begin(struct category_finder *f, struct arena *a);

/* The mark of a category, which is added unless it was met. ERR_MEMORY. */
enum err category_mark(
    struct category_finder *f, const struct category *c, int32_t *r) ERR_WARN_UNUSED;

/* How many different categories were met. */
size_t category_count(const struct category_finder *f);

/*
 * Put the categories in order: numbers, then texts by bytes, then sets by their texts; and
 * turn the marks of n cells into places in that order. Returns the list, NULL without
 * memory.
 */
const struct category *category_sort(
    const struct category_finder *f, int32_t *cells, size_t n);

#endif
