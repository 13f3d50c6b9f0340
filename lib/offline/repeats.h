/*
 * Tasks that an export has in several places, as files of a target storage do: together
 * they are one task, as they become in the database. Ownership: everything is in `arena`.
 */
#ifndef OFFLINE_REPEATS_H
#define OFFLINE_REPEATS_H

#include "base/arena.h"
#include "base/error.h"
#include "labelstudio/exporttask.h"

struct repeats_task;

struct repeats {
	struct arena *arena;
	int64_t *ids; /* of all tasks, until repeats_settle() */
	size_t n, room;
	struct repeats_task *tasks; /* by id: those that are there more than once */
	size_t n_tasks;
	struct repeats_task
	    *last; /* put together last: its texts are needed until the next */
};

/* Give the texts back that are kept. */
void repeats_end(struct repeats *r);

/* A task with that id is there. ERR_MEMORY. */
enum err repeats_note(struct repeats *r, int64_t id) ERR_WARN_UNUSED;

/* All were noted. ERR_MEMORY. */
enum err repeats_settle(struct repeats *r) ERR_WARN_UNUSED;

/*
 * The task `t` comes, which has an id. *task_r is `t` if that is its only place; in the
 * last of several the whole task, read again out of all their texts into `a`; else NULL.
 * What is said later counts; annotations and predictions are told apart by their ids.
 * It is valid until the next call. Errors as export_task_again().
 */
enum err repeats_join(struct repeats *r, struct arena *a, const struct export_task *t,
    const struct export_task **task_r, struct error *e) ERR_WARN_UNUSED;

/* The next task of which some places never came, out of those that did; NULL if there is
 * none. */
enum err repeats_rest(struct repeats *r, struct arena *a, const struct export_task **task_r,
    struct error *e) ERR_WARN_UNUSED;

#endif
