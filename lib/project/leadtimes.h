/*
 * How long people took for their annotations: 8 bytes of each, in `arena`.
 */
#ifndef PROJECT_LEADTIMES_H
#define PROJECT_LEADTIMES_H

#include "project/exact.h"
#include "project/idmap.h"
#include "store/tasks.h"

/* Seconds from which on a time says nothing: somebody has left. store_lead_times() leaves
 * such out, too. */
#define LEADTIMES_MOST 1e9

/* Those of one person, in seconds. */
struct leadtimes_person {
	int64_t user;
	uint32_t n; /* annotations that say it */
	/* After leadtimes_sort(): */
	double mean, median, total;

	struct exact sum;
	struct leadtimes_chunk *last;
};

/* All zero but the arena has none. */
struct leadtimes {
	struct arena *arena;
	struct leadtimes_person *list; /* by user, after leadtimes_sort() */
	size_t n, room;
	struct idmap users;
};

/* Adds an annotation of a user; less than 0, or LEADTIMES_MOST or more, is left out.
 * ERR_MEMORY. */
enum err leadtimes_add(struct leadtimes *t, int64_t user, double seconds) ERR_WARN_UNUSED;

/* Adds all annotations of a project that are not cancelled. ERR_DB_*, ERR_MEMORY. */
enum err leadtimes_read(
    struct leadtimes *t, struct store *s, int64_t project, struct error *e) ERR_WARN_UNUSED;

/* Called when all are in: makes means and medians, the same in whatever order they came,
 * with scratch memory that is given back. ERR_MEMORY. */
enum err leadtimes_sort(struct leadtimes *t) ERR_WARN_UNUSED;

/* Returns those of a user, after leadtimes_sort(); NULL: there are none. */
const struct leadtimes_person *leadtimes_of(const struct leadtimes *t, int64_t user);

#endif
