/*
 * What Dawid and Skene (1979) make of the values of a project in one dimension: each
 * annotator is an observer, each task a patient. All of it is in the arena handed in or
 * points into the tally.
 */
#ifndef PROJECT_SKENE_H
#define PROJECT_SKENE_H

#include "project/tally.h"
#include "reliability/category.h"
#include "reliability/dawid_skene.h"

/* Error rates and probabilities at most, each; 8 bytes of one. */
#define SKENE_CELLS 20000000

struct skene {
	const char *undefined;		   /* why there is nothing else; NULL: there is */
	const struct category *categories; /* in the order of category_sort() */
	size_t n_categories;
	const int64_t *people; /* users, ascending */
	size_t n_people;
	const int64_t *tasks; /* that have a value, ascending */
	size_t n_tasks;
	struct dawid_skene model;
};

/* Computes it for the dimension at that place, of a tally with TALLY_UNITS that has ended;
 * nobody's values, those of models and of a ground truth take no part. ERR_MEMORY. */
enum err skene_compute(struct arena *a, const struct tally *t, size_t dimension,
    struct skene *r) ERR_WARN_UNUSED;

/* Returns the place of the most likely category of a task; of equal ones the first. */
size_t skene_likely(const struct skene *s, size_t task);

#endif
