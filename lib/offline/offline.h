/*
 * Matrices of an export file, without any database: the same participants, dimensions and
 * scores as the service gives after an import. Ownership: the caller's struct; what it
 * learns of the file is in `arena`, what a task gives in the arena handed to
 * offline_task().
 */
#ifndef OFFLINE_OFFLINE_H
#define OFFLINE_OFFLINE_H

#include "matrix/dimension.h"
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
	bool unnamed; /* annotations that do not say whose they are take part, each for
			 itself */
	struct people people;	/* everybody that the survey met */
	struct repeats repeats; /* tasks that it met more than once */
	struct owners owners;	/* whose the annotations and predictions are */
	struct matrix_options options;
	struct embedding *embedding; /* see offline_embed() */
};

/* What a task gives; rows[i] belongs to row and column i of the matrix. */
struct offline_answer {
	struct matrix matrix;
	struct matrix_row *rows;
};

/* Begin; `o` needs `arena`, `selection`, `options` and `unnamed`, the rest zero. Dimensions
 * come from `label_config`, or, if that is absent, from offline_survey(). ERR_INPUT,
 * ERR_MEMORY. */
enum err offline_begin(
    struct offline *o, struct str label_config, struct error *e) ERR_WARN_UNUSED;

/* Whether the survey looks at results; an outline of each task is enough otherwise. */
bool offline_needs_results(const struct offline *o);

/* Learn of a task before the first is computed: who takes part, which tasks are there more
 * than once and, without a configuration, the dimensions. ERR_MEMORY. */
enum err offline_survey(
    struct offline *o, const struct export_task *t, struct error *e) ERR_WARN_UNUSED;

/* All tasks were surveyed. ERR_MEMORY. */
enum err offline_settle(struct offline *o, struct error *e) ERR_WARN_UNUSED;

/*
 * Choose the dimension named `name` (name, control or number), or, if absent, all that
 * count. ERR_UNKNOWN if there is none of that name; ERR_INPUT if it is a
 * control of several; ERR_MEMORY.
 */
enum err offline_choose(
    struct offline *o, struct str name, struct error *e) ERR_WARN_UNUSED;

/*
 * In place of offline_choose(): compare only what a JSON path picks of the values of a
 * control, exactly; `name` is that of the control, or of a dimension of it. ERR_UNKNOWN,
 * ERR_INPUT, ERR_MEMORY.
 */
enum err offline_pick(
    struct offline *o, struct str name, struct str path, struct error *e) ERR_WARN_UNUSED;

/*
 * Compare what offline_choose() has chosen by name with another metric, and parameters (a
 * JSON object; absent: the defaults). ERR_UNKNOWN or ERR_INPUT as dimension_check(),
 * ERR_MEMORY.
 */
enum err offline_measure(struct offline *o, struct str metric, struct str params,
    struct error *e) ERR_WARN_UNUSED;

/* Whether one of the dimensions chosen compares by embeddings. */
bool offline_embeds(const struct offline *o);

/* From now on ask `m`, which must live as long, for embeddings; NULL: there is no server.
 */
void offline_embed(struct offline *o, struct embedding *m);

/* Before a task is computed or joined: ERR_INPUT, with its place, if something of it
 * belongs to a task that came before. */
enum err offline_claim(
    struct offline *o, const struct export_task *t, struct error *e) ERR_WARN_UNUSED;

/*
 * A task that an export has in several places is one task. *r is the task to compute: `t`
 * itself, or, in the last of its places, all of them together (in `a`); NULL: there is more
 * to come. Errors of reading it again as export_task_again().
 */
enum err offline_join(struct offline *o, struct arena *a, const struct export_task *t,
    const struct export_task **r, struct error *e) ERR_WARN_UNUSED;

/* Give back what is not in the arena. */
void offline_end(struct offline *o);

/* After the last task: the next one of which not all places came; NULL if there is none. */
enum err offline_rest(struct offline *o, struct arena *a, const struct export_task **r,
    struct error *e) ERR_WARN_UNUSED;

/* The matrix of a task, in `a`. ERR_MEMORY, ERR_LIMIT. */
enum err offline_task(const struct offline *o, struct arena *a, const struct export_task *t,
    struct offline_answer *r, struct error *e) ERR_WARN_UNUSED;

#endif
