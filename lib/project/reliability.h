/*
 * Agreement beyond chance of the people of a project in one dimension, with intervals. Each
 * task is a unit, each annotator with evidence a rater; models, and a ground truth that is
 * nobody's latest, take no part. Where a value is a category, any coefficient can be had;
 * else alpha of the distances 1 - score. Everything is in the arena handed in.
 */
#ifndef PROJECT_RELIABILITY_H
#define PROJECT_RELIABILITY_H

#include "project/distances.h"
#include "project/opinions.h"
#include "reliability/coefficient_bootstrap.h"

/* What there is a value of, beside that of all. */
enum reliability_by {
	RELIABILITY_ALL,
	RELIABILITY_CATEGORY, /* each category against all others */
	RELIABILITY_LABEL,    /* whether a label is used in a task, or is not */
	RELIABILITY_PERSON,   /* all but one person */
	RELIABILITY_PAIR,     /* two people */
	RELIABILITY_BY__MAX
};

/* Their names, ended by NULL: none, category, .. */
extern const char *const reliability_by_names[RELIABILITY_BY__MAX + 1];

/* The name of the distance 1 - score among those of reliability/weighting.h. */
#define RELIABILITY_SCORE "score"

/* Groups at most. */
#define RELIABILITY_GROUPS 5000

struct reliability_question {
	const struct dimension *dimension;
	struct coefficient_question coefficient;
	bool by_score; /* alpha of the distance 1 - score */
	enum reliability_by by;
	size_t draws; /* of the bootstrap; 0: none */
	uint64_t seed;
	double max_cost; /* of what is scored; 0: no limit */
	/* Where scores are asked for; project/distances.h. */
	distances_results *results;
	void *context;
};

/*
 * Returns what is asked of a dimension where nothing is said: alpha, of numbers with the
 * interval distance, of ratings with the ordinal one, of what was chosen with the nominal
 * one; by category or label the nominal one, too; of anything else with 1 - score. `draws`
 * and `seed` are those of the bootstrap's own; the caller sets max_cost, results, context.
 */
struct reliability_question reliability_default(
    const struct dimension *d, enum reliability_by by);

/* What is said of a question; the rest is the default. */
struct reliability_wish {
	bool has_coefficient, has_weights, has_distance, has_draws, has_seed;
	enum coefficient coefficient;
	enum weighting_kind weights;
	enum distance_kind distance; /* DISTANCE__MAX: RELIABILITY_SCORE */
	size_t draws;
	uint64_t seed;
};

/* Returns the default question with what is said of it; weights or a distance, not both. */
struct reliability_question reliability_ask(
    const struct dimension *d, enum reliability_by by, const struct reliability_wish *wish);

/* The parts of a question, of which one may not fit the others. */
enum reliability_part {
	RELIABILITY_COEFFICIENT,
	RELIABILITY_WEIGHTS,
	RELIABILITY_DISTANCE,
	RELIABILITY_BY
};

/*
 * Checks a question. ERR_INPUT if the dimension cannot have such a coefficient, in words
 * that name it; *part is what is wrong.
 */
enum err reliability_check(const struct reliability_question *q,
    enum reliability_part *part, struct error *e) ERR_WARN_UNUSED;

/* A value with all that is said of it. */
struct reliability_value {
	struct coefficient_estimate estimate; /* or why there is none */
	bool has_bootstrap;
	struct bootstrap_interval bootstrap;
	size_t tasks, people; /* tasks with two values or more, and the people there */
	uint64_t pairs;	      /* of values of one task */
	/* Of scores: whether De is of all pairs, and how many there were. */
	bool by_score, exact;
	uint64_t expected_pairs;
	const char *warning; /* reliability/sufficiency.h; NULL: none */
};

struct reliability_group {
	struct category category; /* the category, or the label as a text */
	int64_t people[2];	  /* who is left out, or the two; project/person.h */
	struct reliability_value value;
};

struct reliability_answer {
	struct reliability_value all;
	struct reliability_group *groups; /* by category, label or people */
	size_t n;
};

struct reliability {
	struct arena *arena;
	const struct reliability_question *q;
	struct opinions opinions;
	struct distances distances;
	struct distances_question distances_question;
};

/* Begins, with a question that was checked and must live as long. ERR_MEMORY. */
enum err reliability_begin(struct reliability *r, struct arena *a,
    const struct reliability_question *q, struct error *e) ERR_WARN_UNUSED;

/*
 * Takes a task in, with its labels; tasks may come in any order, each once. One that lacks
 * the dimension has no values. ERR_MEMORY.
 */
enum err reliability_take(struct reliability *r, int64_t task, const struct kept *k,
    struct error *e) ERR_WARN_UNUSED;

/*
 * The answer, the same to the bit in whatever order tasks came. ERR_INPUT if the values do
 * not fit the weights or distance (below 0 for ratio); ERR_LIMIT if there are more than
 * RELIABILITY_GROUPS groups, over the limits of ratings_finish() and distances_score(), or
 * if the request's time is over (base/deadline.h); what results() returns; ERR_MEMORY.
 */
enum err reliability_finish(struct reliability *r, struct reliability_answer *answer,
    struct error *e) ERR_WARN_UNUSED;

#endif
