/*
 * Matrices of an export file, without any database: the same participants, dimensions and
 * scores as the service gives after an import. What is learned of the file is in `arena`,
 * the answer to a task in the arena of offline_task().
 */
#ifndef OFFLINE_OFFLINE_H
#define OFFLINE_OFFLINE_H

#include "matrix/dimension.h"
#include "matrix/explain.h"
#include "matrix/kept.h"
#include "embedding/embedding.h"
#include "matrix/matrix.h"
#include "matrix/participants.h"
#include "offline/owners.h"
#include "offline/people.h"
#include "matrix/side.h"
#include "offline/repeats.h"
#include "labelstudio/exporttask.h"

struct offline {
	struct arena *arena;
	const struct selection *selection;
	bool from_results; /* there is no configuration: results suggest the dimensions */
	struct dimension_rows rows;
	struct dimensions dimensions; /* those that were chosen */
	struct kept_dimension *rules; /* of offline_every(), in step with them */
	bool unnamed;	      /* annotations without an author take part, each for itself */
	struct people people; /* everybody that the survey met */
	struct repeats repeats; /* tasks that it met more than once */
	struct owners owners;	/* the tasks of annotations and predictions */
	struct matrix_options options;
	struct embedding *embedding; /* see offline_embed() */
};

/* Why a cell of a task is what it is; rows[0] is a, rows[1] is b. */
struct offline_pair {
	struct explained explained;
	struct matrix_row rows[2];
};

/* The matrix of a task; rows[i] belongs to row and column i of the matrix. */
struct offline_answer {
	struct matrix matrix;
	struct matrix_row *rows;
};

/* Begins; `o` needs `arena`, `selection`, `options` and `unnamed`, the rest zero.
 * Dimensions come from `label_config`, or, if that is absent, from offline_survey().
 * ERR_INPUT, ERR_MEMORY. */
enum err offline_begin(
    struct offline *o, struct str label_config, struct error *e) ERR_WARN_UNUSED;

/*
 * Returns whether the survey looks at results; an outline of each task is enough otherwise.
 */
bool offline_needs_results(const struct offline *o);

/* Surveys a task before the first is computed: who takes part, which tasks are there more
 * than once and, without a configuration, the dimensions. ERR_MEMORY. */
enum err offline_survey(
    struct offline *o, const struct export_task *t, struct error *e) ERR_WARN_UNUSED;

/* Ends the survey. ERR_MEMORY. */
enum err offline_settle(struct offline *o, struct error *e) ERR_WARN_UNUSED;

/*
 * Chooses the dimension named `name` (name, control or number), or, if absent, all that
 * count. ERR_UNKNOWN if there is none of that name; ERR_INPUT if it is a control of
 * several; ERR_MEMORY.
 */
enum err offline_choose(
    struct offline *o, struct str name, struct error *e) ERR_WARN_UNUSED;

/*
 * Chooses, in place of offline_choose(), only what a JSON path picks of the values of a
 * control, compared exactly; `name` is that of the control, or of a dimension of it.
 * ERR_UNKNOWN, ERR_INPUT, ERR_MEMORY.
 */
enum err offline_pick(
    struct offline *o, struct str name, struct str path, struct error *e) ERR_WARN_UNUSED;

/*
 * Compares what offline_choose() has chosen by name with another metric, and parameters (a
 * JSON object; absent: the defaults). ERR_UNKNOWN or ERR_INPUT as dimension_check(),
 * ERR_MEMORY.
 */
enum err offline_measure(struct offline *o, struct str metric, struct str params,
    struct error *e) ERR_WARN_UNUSED;

/*
 * Chooses, in place of offline_choose(), all dimensions that are there, also those that do
 * not count, or the one that is named; offline_kept() needs it. *named_r is that one, NULL
 * if none is. Errors as of offline_choose(), and as sha256().
 */
enum err offline_every(struct offline *o, struct str name,
    const struct store_dimension **named_r, struct error *e) ERR_WARN_UNUSED;

/* Returns whether one of the dimensions chosen compares by embeddings. */
bool offline_embeds(const struct offline *o);

/*
 * Sets where embeddings come from; `m` must live as long as `o`. NULL: there is no server.
 */
void offline_embed(struct offline *o, struct embedding *m);

/* Called before a task is computed or joined. ERR_INPUT, with its place, if something of it
 * belongs to an earlier task. */
enum err offline_claim(
    struct offline *o, const struct export_task *t, struct error *e) ERR_WARN_UNUSED;

/*
 * Joins a task that an export has in several places. *r is the task to compute: `t` itself,
 * or, in the last of its places, all of them together (in `a`); NULL: more places follow.
 * Errors of reading it again as export_task_again().
 */
enum err offline_join(struct offline *o, struct arena *a, const struct export_task *t,
    const struct export_task **r, struct error *e) ERR_WARN_UNUSED;

/* Frees what is not in the arena. */
void offline_end(struct offline *o);

/* Called after the last task. Gives the next task of which not all places came; NULL if
 * there is none. */
enum err offline_rest(struct offline *o, struct arena *a, const struct export_task **r,
    struct error *e) ERR_WARN_UNUSED;

/* Called to go through all tasks once more, with the same results. */
void offline_again(struct offline *o);

/*
 * Computes what the database keeps of a task, in `a`: the scores of everybody in the
 * dimensions of offline_every(), and the labels. ERR_MEMORY, ERR_LIMIT; ERR_UNAVAILABLE if
 * a server that is needed is away.
 */
enum err offline_kept(const struct offline *o, struct arena *a, const struct export_task *t,
    struct kept *r, struct error *e) ERR_WARN_UNUSED;

/* Reads the result of the annotation or prediction of a task that has this kind and id; all
 * that it points to is in `a`, the rest in `scratch`. *left > 0 is how many bytes it may
 * have, and becomes what is left of them. ERR_NOT_FOUND, ERR_LIMIT, ERR_MEMORY. */
enum err offline_value(const struct offline *o, struct arena *a, struct arena *scratch,
    const struct export_task *t, const struct store_version *version, size_t *left,
    struct matrix_side *r, struct error *e) ERR_WARN_UNUSED;

/* Returns a user that the survey met; NULL: it did not. */
const struct store_user *offline_user(const struct offline *o, int64_t id);

/* Computes the matrix of a task, in `a`. ERR_MEMORY, ERR_LIMIT. */
enum err offline_task(const struct offline *o, struct arena *a, const struct export_task *t,
    struct offline_answer *r, struct error *e) ERR_WARN_UNUSED;

/*
 * Explains the cell of two participants, by their ids (participant_named()), in `a`.
 * o->selection is that of participants_pair(). ERR_NOT_FOUND, with its id, if one of them
 * is not known; ERR_MEMORY, ERR_LIMIT.
 */
enum err offline_explain(const struct offline *o, struct arena *a,
    const struct export_task *t, const struct str pair[static 2], struct offline_pair *r,
    struct error *e) ERR_WARN_UNUSED;

#endif
