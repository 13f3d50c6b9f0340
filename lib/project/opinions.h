/*
 * What people say of the tasks of a project in one dimension, as ratings: a task is a unit,
 * a person a rater, missing where there is no answer that is one category. All memory is in
 * the arena handed in; nothing points into what was taken.
 */
#ifndef PROJECT_OPINIONS_H
#define PROJECT_OPINIONS_H

#include "matrix/kept.h"
#include "project/person.h"
#include "reliability/ratings.h"

struct opinions {
	/* Set by opinions_begin(). */
	struct arena *arena;
	enum labels_kind kind;
	bool by_rank;
	struct ratings_builder builder;
	struct opinions_texts {
		struct map seen;
		struct category *list;
		size_t room;
	} texts, sets;
	struct person_count people; /* that share a task */
	struct opinion *scratch;
	size_t room;
	/* What was taken: */
	size_t tasks;	/* with two ratings or more */
	uint64_t pairs; /* of ratings there */
};

/*
 * Begins. A value is one category of `kind`: LABELS_NUMBER a number, LABELS_SET what was
 * chosen (nothing, or the answers to several questions in one: missing), LABELS_REGIONS the
 * set of the labels of regions (no regions: the empty set).
 *
 * by_rank: the first rater is whoever comes first of those who have rated a task, by
 * number, and so on. For coefficients that raters are all the same to: there are as many
 * columns as one task has ratings, in place of one for each person.
 */
void opinions_begin(
    struct opinions *o, struct arena *a, enum labels_kind kind, bool by_rank);

/* Takes a task in, which has labels; tasks may come in any order, each once. `dimension`
 * is the place of the dimension. ERR_MEMORY. */
enum err opinions_take(struct opinions *o, int64_t task, const struct kept *k,
    size_t dimension) ERR_WARN_UNUSED;

/*
 * Makes the ratings: tasks by id, people by number (o->builder.raters, project/person.h).
 * They do not depend on the order in which tasks came. ERR_LIMIT, ERR_MEMORY as of
 * ratings_finish().
 */
enum err opinions_finish(
    struct opinions *o, struct ratings *r, struct error *e) ERR_WARN_UNUSED;

#endif
