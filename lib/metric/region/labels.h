/*
 * The labels of a region, as a set. The array is the arena's, the texts are the document's.
 */
#ifndef METRIC_REGION_LABELS_H
#define METRIC_REGION_LABELS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "labelstudio/result.h"
#include "metric/params.h"

struct labels {
	struct str *names; /* in the order of bytes, each once */
	uint32_t n;
	uint64_t hash; /* of the set */
};

/* Returns the JSON that labels_read() reads, a list or one label; NULL if there is none. */
const struct json *labels_json(const struct item *item);

/*
 * Reads the labels of an item: value[type], else labels, hypertextlabels, htmllabels,
 * paragraphlabels, choices; none if there is no such key. A single string is one label, a
 * number is its text, a path (a list) is one label, and so is anything else, equal to what
 * is equal to it as JSON. ERR_MEMORY.
 */
enum err labels_read(struct arena *a, const struct item *item, struct labels *r,
    struct error *e) ERR_WARN_UNUSED;

bool labels_equal(const struct labels *a, const struct labels *b);

/* Returns the Jaccard index of two sets: shared / all, 1 if both are empty. In [0, 1]. */
double labels_jaccard(const struct labels *a, const struct labels *b);

/* Returns the weight of a region: the sum over its labels; 1 without labels. */
double labels_weight(const struct labels *l, const struct params *p);

#endif
