/*
 * How far the participants of a project agree in one respect: over all dimensions that
 * count, in one of them, or on one label. Everything is in the arena that is handed in,
 * always the same one; scratch memory is of another one.
 */
#ifndef PROJECT_AGREEMENT_H
#define PROJECT_AGREEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "matrix/matrix.h"
#include "project/exact.h"
#include "project/idmap.h"

/* Of a side that is nobody in the project. */
#define AGREEMENT_NOBODY UINT32_MAX

/* What is gathered of a respect. */
enum agreement_part {
	AGREEMENT_SCORES = 1 << 0,    /* of tasks */
	AGREEMENT_PAIRS = 1 << 1,     /* each pair of participants */
	AGREEMENT_PEOPLE = 1 << 2,    /* each participant with those of a group */
	AGREEMENT_DEVIATIONS = 1 << 3 /* of all these not means alone */
};

/* Groups of others; nobody is compared with themselves. */
enum agreement_group {
	AGREEMENT_ANNOTATORS, /* also the unnamed */
	AGREEMENT_MODELS,
	AGREEMENT_TRUTH, /* the ground truth */
	AGREEMENT_GROUP__MAX
};

/* How a task's score is made. */
enum agreement_methodology {
	AGREEMENT_PAIRWISE, /* the mean over pairs of annotators */
	AGREEMENT_CONSENSUS /* consensus.h, over annotators that a cell has; a match is a
			       cell of 1, as all are that reach the threshold of a metric */
};

/* One number for each task. */
struct series {
	struct exact sum;
	struct exact squares; /* with AGREEMENT_DEVIATIONS */
	uint32_t n;
};

#define AGREEMENT_RECENT 64

struct agreement {
	/* Set before the first task; the rest is zero then. */
	unsigned parts; /* AGREEMENT_* */
	enum agreement_methodology methodology;

	struct series scores;
	struct series cells; /* of all pairs of annotators in all tasks (AGREEMENT_PAIRS
				with AGREEMENT_DEVIATIONS) */
	struct idmap places; /* of pairs, and of participants with groups, .. */
	struct series *list; /* .. in here */
	size_t room;

	/* Where those were that were added last, by their order in the task: mostly the
	 * next task has the same. */
	struct agreement_recent {
		uint64_t key;
		uint32_t place; /* from 1; 0: none yet */
	} recent[AGREEMENT_RECENT];
};

/* The sides of a task. */
struct agreement_task {
	struct agreement_side {
		uint32_t self; /* who, below UINT32_MAX - AGREEMENT_GROUP__MAX */
		bool in[AGREEMENT_GROUP__MAX];
	} *sides;
	size_t n;
	size_t truth; /* the side that is the ground truth; n: there is none */
	uint32_t truth_self;
};

/*
 * Adds a task with one cell for each pair of sides (`cells` has one dimension; below 0: not
 * defined). *score_r is its score, in [0, 1]; NaN if no two annotators have a cell, or
 * scores are not asked for. A participant's number with a group is the mean of their cells
 * with those of it. Takes scratch memory and gives it back. ERR_MEMORY, or ERR_LIMIT if
 * the request's time is over: what was gathered is then of no use.
 */
enum err agreement_add(struct arena *a, struct arena *scratch, struct agreement *g,
    const struct agreement_task *t, const struct scores *cells,
    double *score_r) ERR_WARN_UNUSED;

/* Returns the series of a pair, in either order, NULL if no task has them. */
const struct series *agreement_pair(const struct agreement *g, uint32_t x, uint32_t y);

/* Returns that of a participant with a group, likewise. */
const struct series *agreement_with(
    const struct agreement *g, uint32_t who, enum agreement_group group);

#endif
