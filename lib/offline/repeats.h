/*
 * Tasks that an export has in several places, as files of a target storage do: they are
 * joined to one task, as in the database. Everything is in `arena`.
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
	struct repeats_task *last; /* joined last: its texts are needed until the next */
};

/* Frees the texts that are kept. */
void repeats_end(struct repeats *r);

/* Notes a task by its id. ERR_MEMORY. */
enum err repeats_note(struct repeats *r, int64_t id) ERR_WARN_UNUSED;

/* Called when all tasks were noted. ERR_MEMORY. */
enum err repeats_settle(struct repeats *r) ERR_WARN_UNUSED;

/*
 * Joins the task `t`, which has an id. *task_r is `t` if that is its only place; in the
 * last of several the whole task, read again from all their texts into `a`; else NULL.
 * Later places win; annotations and predictions are identified by their ids. The task is
 * valid until the next call. Errors as export_task_again().
 */
enum err repeats_join(struct repeats *r, struct arena *a, const struct export_task *t,
    const struct export_task **task_r, struct error *e) ERR_WARN_UNUSED;

/* Gives the next task of which some places never came, joined from those that did; NULL if
 * there is none. */
enum err repeats_rest(struct repeats *r, struct arena *a, const struct export_task **task_r,
    struct error *e) ERR_WARN_UNUSED;

/* Called to go through all tasks once more. */
void repeats_again(struct repeats *r);

#endif
