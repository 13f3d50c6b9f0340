/*
 * Alpha of what a metric compares, over the tasks of a project in one dimension: Do of the
 * scores that are kept with the tasks, De of pairs of values of all tasks, which are read
 * and scored when all tasks are in. All memory is in the arena handed in; nothing points
 * into what was taken.
 */
#ifndef PROJECT_DISTANCES_H
#define PROJECT_DISTANCES_H

#include "matrix/kept.h"
#include "project/person.h"
#include "reliability/distance_alpha.h"

/* Values up to which De is of all their pairs, no more than DISTANCE_ALPHA_PAIRS; else of
 * the pairs among so many that are drawn. */
#define DISTANCES_VALUES 2000

/* A value that is compared with those of other tasks. */
struct distances_value {
	uint64_t hash; /* of the seed, the task and the annotation: the lowest are drawn */
	int64_t task;
	uint32_t at; /* which person's of the task: they go by number */
	struct store_version version;
};

/*
 * Read the results of values, by task, then by person: r[i] belongs to values[i], with what
 * it points to in `a`. ERR_LIMIT: there are too many, half of them may do. ERR_NOT_FOUND:
 * one is not there any more, or of another version, and the scores are not of it; this and
 * any other error ends the computation.
 */
typedef enum err distances_results(void *context, struct arena *a,
    const struct distances_value *values, size_t n, struct matrix_side *r, struct error *e);

struct distances_question {
	const struct dimension *dimension;
	uint64_t seed;
	double max_cost; /* of all that is scored; 0: no limit */
	bool details;	 /* estimates of some people alone will be asked for */
	distances_results *results;
	void *context;
};

struct distances {
	struct arena *arena;
	const struct distances_question *q;
	struct distances_unit *units;
	size_t n, room;
	struct distances_value *values; /* those that may be drawn */
	size_t n_values;
	size_t all; /* values that take part */
	struct person_count people;
	size_t *scratch;
	size_t n_scratch;
	struct scores scores; /* of the values that were drawn */
};

/* Begins; `q` must live as long. ERR_MEMORY. */
enum err distances_begin(struct distances *d, struct arena *a,
    const struct distances_question *q) ERR_WARN_UNUSED;

/*
 * Takes a task in; tasks may come in any order, each once. `dimension` is the place of the
 * dimension. A value that has no score with another one of its task takes no part.
 * ERR_MEMORY.
 */
enum err distances_take(struct distances *d, int64_t task, const struct kept *k,
    size_t dimension) ERR_WARN_UNUSED;

/*
 * Scores the pairs of values of all tasks, when all are in. Where that would cost more than
 * max_cost, or are too many to read, half as many values are drawn, and half of these.
 * ERR_LIMIT if even two or three are too many, or the request's time is over
 * (base/deadline.h); ERR_UNAVAILABLE if what they need is away; what results() returns;
 * ERR_MEMORY.
 */
enum err distances_score(struct distances *d, struct error *e) ERR_WARN_UNUSED;

/* Some of the people. */
struct distances_choice {
	int64_t without; /* all but this one; PERSON_NOBODY: see below */
	int64_t pair[2]; /* these two alone; PERSON_NOBODY: all */
};

struct distances_estimate {
	struct distance_alpha_estimate alpha; /* alpha.alpha.raters are people */
	uint64_t pairs;			      /* of values of one task, with a score */
};

/*
 * The estimate of some people, after distances_score(). It does not depend on the order in
 * which tasks came. De is exact if it is of all pairs of their values. Results are in the
 * arena. Of less than all people only with q->details. ERR_MEMORY.
 */
enum err distances_estimate(const struct distances *d, const struct distances_choice *c,
    struct distances_estimate *r) ERR_WARN_UNUSED;

/* The people who share a task, by number, in the arena; only with q->details. ERR_MEMORY.
 */
enum err distances_people(
    const struct distances *d, int64_t **r, size_t *n_r) ERR_WARN_UNUSED;

#endif
