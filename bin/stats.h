/*
 * The statistics of a project as the command gathers them, whether its tasks come out of
 * files or of the database: the same as the service's, to the bit. What is gathered is in
 * `arena`.
 */
#ifndef BIN_STATS_H
#define BIN_STATS_H

#include "embedding/embedding.h"
#include "project/leadtimes.h"
#include "project/reliability.h"
#include "project/skene.h"
#include "project/tally.h"
#include "store/users.h"

/* What a table has a row for. */
enum stats_by {
	STATS_PAIR,
	STATS_PERSON,
	STATS_LABEL,
	STATS_TASK,
	STATS_DIMENSION,
	STATS_CATEGORY,
	STATS_BY__MAX
};

extern const char *const stats_by_names[STATS_BY__MAX];

struct stats_options {
	enum agreement_methodology methodology;
	double threshold;  /* below which the agreement of a task is low; NaN: none is */
	int64_t dimension; /* id of the only one; 0: all */
	bool has_by;	   /* coefficients of groups, too */
	enum stats_by by;
	struct reliability_wish wish;
	bool skene;	 /* Dawid and Skene of each dimension that has categories */
	double max_cost; /* of what is scored across tasks; 0: no limit */
	distances_results *results;
	void *context; /* of results() */
};

/* A dimension; the list is in step with that of the tally. */
struct stats_dimension {
	struct reliability_question question;
	struct arena *arena; /* of what coefficients need; NULL after stats_finish() */
	struct reliability reliability;
	struct reliability_answer answer;
	bool asked; /* else the answer says why there is no value */
	struct skene skene;
};

struct stats {
	/* Set by the caller. */
	struct stats_options o;
	struct arena *arena;
	struct embedding *embedding;					   /* may be NULL */
	const struct store_user *(*user)(const void *context, int64_t id); /* NULL: not
									      known */
	const void *users; /* context of user() */

	struct arena *scratch;
	struct tally *tally;
	struct stats_dimension *list;
	size_t n;
	struct leadtimes times; /* the caller adds them */
};

/*
 * Begins, or begins again: nothing was taken yet. `all` are the dimensions that are there,
 * of these rows; both must live as long. ERR_INPUT if the dimension that is named cannot
 * have the coefficient, its weights or groups; ERR_MEMORY.
 */
enum err stats_begin(struct stats *s, const struct store_dimension_list *rows,
    const struct dimensions *all, struct error *e) ERR_WARN_UNUSED;

/* Takes a task, once. ERR_MEMORY. */
enum err stats_take(
    struct stats *s, int64_t task, const struct kept *k, struct error *e) ERR_WARN_UNUSED;

/*
 * Ends: all of what was gathered can be asked. Where one of several dimensions is over a
 * limit, its answer says so. Errors as of reliability_finish(); ERR_UNAVAILABLE if a server
 * that is needed is away.
 */
enum err stats_finish(struct stats *s, struct error *e) ERR_WARN_UNUSED;

/* Frees what is not in the arena. */
void stats_end(struct stats *s);

/* The 95 % interval of a mean over tasks: mean +- t s / sqrt(n) by Student's t, within
 * [0, 1]; NaN below two tasks. */
struct stats_interval {
	double low, high;
};
struct stats_interval stats_interval(const struct tally_mean *mean);

/* Return how many annotators there are, which come first among the people; and pairs of
 * them that share a task. */
uint32_t stats_annotators(const struct stats *s);
size_t stats_pairs(const struct stats *s);

/* Gives the tasks, the worst first, those without a score last, in scratch memory.
 * ERR_MEMORY. */
enum err stats_tasks(const struct stats *s, struct tally_tasks *r) ERR_WARN_UNUSED;

/* Returns the group of a dimension's answer that leaves out a person, or is of two (b > 0,
 * in either order); NULL: there is none. */
const struct reliability_group *stats_group(
    const struct stats_dimension *d, enum reliability_by by, int64_t a, int64_t b);

#endif
