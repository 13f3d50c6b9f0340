/*
 * What an item of one region has beside its geometry: a number, paths, or anything else.
 * Paths are in the caller's arena, values point into the document.
 */
#ifndef METRIC_VALUE_VALUE_H
#define METRIC_VALUE_VALUE_H

#include "metric/value/set.h"

struct value {
	const struct json *json; /* the value alone; a JSON null if there is none */
	uint64_t hash;
	bool is_number;
	double number;
	bool is_paths; /* a taxonomy */
	struct atoms paths;
	bool removed; /* all of its paths have weight 0 */
	/* Of a type that nobody knows: the object of which all but the geometry is
	 * compared. */
	const struct json *whole;
	uint32_t n_rest; /* members that are */
};

/*
 * Reads the value of an item: of its own key, which is its type; `selected` of a pairwise
 * one, `text` of a text area; of a type that has no such key all but the geometry. A list
 * of one scalar is that scalar. ERR_INPUT names the JSON path: a rating or a number is
 * none; ERR_MEMORY.
 */
enum err value_read(struct arena *a, const struct params *p, const struct item *item,
    struct value *r, struct error *e) ERR_WARN_UNUSED;

/*
 * Returns the similarity in [0, 1]: of two numbers 1 / (1 + difference); of two taxonomies
 * the Jaccard index of whole paths; of any other two 1 if they are equal as JSON, else 0.
 */
double value_similarity(const struct value *a, const struct value *b);

/* Returns the work of that, in units of about a nanosecond. */
double value_cost(const struct value *a, const struct value *b);

#endif
