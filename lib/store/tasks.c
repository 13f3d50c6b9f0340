#include "store/tasks.h"

#include <inttypes.h>
#include <stdlib.h>

#include "store/query.h"

static enum err
no_memory(struct error *e)
{
	return error_set(e, ERR_MEMORY, "database, the tasks: %s", err_text(ERR_MEMORY));
}

/* Columns of STMT_TASKS. */
enum {
	TASK_ID,
	TASK_INNER_ID,
	TASK_DATA,
	TASK_META,
	TASK_CREATED_AT,
	TASK_UPDATED_AT,
	TASK_IS_LABELED,
	TASK_OVERLAP,
	TASK_ANNOTATIONS,
	TASK_CANCELLED,
	TASK_PREDICTIONS
};

static struct store_task
take_task(const struct db_value *v, int64_t project)
{
	return (struct store_task){
	    .id = query_integer(&v[TASK_ID]),
	    .project = project,
	    .inner_id = query_integer(&v[TASK_INNER_ID]),
	    .data = query_text(&v[TASK_DATA]),
	    .meta = query_text(&v[TASK_META]),
	    .created_at = query_text(&v[TASK_CREATED_AT]),
	    .updated_at = query_text(&v[TASK_UPDATED_AT]),
	    .is_labeled = query_bool(&v[TASK_IS_LABELED]),
	    .overlap = query_integer(&v[TASK_OVERLAP]),
	    .total_annotations = query_integer(&v[TASK_ANNOTATIONS]),
	    .cancelled_annotations = query_integer(&v[TASK_CANCELLED]),
	    .total_predictions = query_integer(&v[TASK_PREDICTIONS]),
	};
}

static int
by_id(const void *x, const void *y)
{
	const struct store_task *a = x, *b = y;

	return (a->id > b->id) - (a->id < b->id);
}

enum err
store_tasks(struct store *s, struct arena *a, int64_t project, const int64_t *ids, size_t n,
    struct store_task **r, size_t *n_r, struct error *e)
{
	struct store_task *list = arena_calloc(a, n, sizeof(*list));
	size_t found = 0;

	if (list == NULL)
		return no_memory(e);
	for (size_t i = 0; i < n; i += STMT_USERS_IDS) {
		struct db_value params[STMT_USERS_IDS + 1] = {DB_INTEGER(project)};
		struct db_answer answer;
		enum err err;

		/* A shorter list repeats its last. */
		for (size_t k = 0; k < STMT_USERS_IDS; k++)
			params[k + 1] = DB_INTEGER(ids[i + k < n ? i + k : n - 1]);
		err = query_run(s, STMT_TASKS, params, a, 0, &answer, e);
		if (err != ERR_OK)
			return err;
		for (const struct db_row *row = answer.rows; row != NULL && found < n;
		    row = row->next)
			list[found++] = take_task(row->v, project);
	}
	qsort(list, found, sizeof(*list), by_id);
	*r = list;
	*n_r = found;
	return ERR_OK;
}

enum err
store_task_project(struct store *s, int64_t task, int64_t *r, struct error *e)
{
	struct db_value of_id = DB_INTEGER(task);
	struct db_answer answer;
	enum err err = query_short(s, STMT_TASK_PROJECT, &of_id, &answer, e);

	if (err == ERR_OK && answer.n == 0)
		err = error_set(e, ERR_NOT_FOUND, "there is no task %" PRId64, task);
	if (err == ERR_OK)
		*r = query_integer(&answer.rows->v[0]);
	return err;
}

enum err
store_totals(struct store *s, int64_t project, struct store_totals *r, struct error *e)
{
	struct db_value of_id = DB_INTEGER(project);
	struct db_answer answer;
	enum err err = query_short(s, STMT_TASKS_TOTALS, &of_id, &answer, e);

	if (err != ERR_OK)
		return err;
	*r = (struct store_totals){0};
	if (answer.n > 0) {
		r->annotations = query_integer(&answer.rows->v[0]);
		r->predictions = query_integer(&answer.rows->v[1]);
	}
	return ERR_OK;
}

enum err
store_annotators(struct store *s, struct arena *a, int64_t project, int64_t **r,
    size_t *n_r, struct error *e)
{
	struct db_value of_id = DB_INTEGER(project);
	struct db_answer answer;
	int64_t *list;
	size_t n = 0;
	enum err err = query_run(s, STMT_ANNOTATORS, &of_id, a, 0, &answer, e);

	if (err != ERR_OK)
		return err;
	list = arena_alloc(a, answer.n * sizeof(*list));
	if (list == NULL)
		return no_memory(e);
	for (const struct db_row *row = answer.rows; row != NULL; row = row->next)
		list[n++] = query_integer(&row->v[0]);
	*r = list;
	*n_r = n;
	return ERR_OK;
}

enum err
store_lead_times(struct store *s, struct arena *a, int64_t project, int64_t first,
    int64_t last, struct store_lead_time **r, size_t *n_r, struct error *e)
{
	struct db_value params[] = {
	    DB_INTEGER(project), DB_INTEGER(first), DB_INTEGER(last)};
	struct store_lead_time *list;
	struct db_answer answer;
	size_t n = 0;
	enum err err = query_run(s, STMT_LEAD_TIMES, params, a, 0, &answer, e);

	if (err != ERR_OK)
		return err;
	list = arena_alloc(a, answer.n * sizeof(*list));
	if (list == NULL)
		return no_memory(e);
	for (const struct db_row *row = answer.rows; row != NULL; row = row->next)
		list[n++] =
		    (struct store_lead_time){query_integer(&row->v[0]), row->v[1].real};
	*r = list;
	*n_r = n;
	return ERR_OK;
}

/* Columns of STMT_SAID. */
enum {
	SAID_KIND,
	SAID_ID,
	SAID_RESULT,
	SAID_BY,
	SAID_MODEL,
	SAID_CANCELLED,
	SAID_GROUND_TRUTH,
	SAID_CREATED_AT,
	SAID_UPDATED_AT,
	SAID_NUMBER
};

static int
said_cmp(const void *x, const void *y)
{
	const struct store_said *a = x, *b = y;

	if (a->is_prediction != b->is_prediction)
		return a->is_prediction ? 1 : -1;
	return (a->id > b->id) - (a->id < b->id);
}

enum err
store_said(struct store *s, struct arena *a, int64_t project, int64_t task,
    size_t max_bytes, struct store_said **r, size_t *n_r, struct error *e)
{
	struct db_value params[] = {
	    DB_INTEGER(task), DB_INTEGER(project), DB_INTEGER(task), DB_INTEGER(project)};
	struct store_said *list;
	struct db_answer answer;
	size_t n = 0;
	enum err err = query_run(s, STMT_SAID, params, a, max_bytes, &answer, e);

	if (err != ERR_OK)
		return err;
	list = arena_calloc(a, answer.n, sizeof(*list));
	if (list == NULL)
		return no_memory(e);
	for (const struct db_row *row = answer.rows; row != NULL; row = row->next) {
		const struct db_value *v = row->v;

		list[n++] = (struct store_said){
		    .is_prediction = query_bool(&v[SAID_KIND]),
		    .id = query_integer(&v[SAID_ID]),
		    .result = query_text(&v[SAID_RESULT]),
		    .by = query_integer(&v[SAID_BY]),
		    .model = query_text(&v[SAID_MODEL]),
		    .was_cancelled = query_bool(&v[SAID_CANCELLED]),
		    .ground_truth = query_bool(&v[SAID_GROUND_TRUTH]),
		    .created_at = query_text(&v[SAID_CREATED_AT]),
		    .updated_at = query_text(&v[SAID_UPDATED_AT]),
		    .has_number = !v[SAID_NUMBER].null,
		    .number = v[SAID_NUMBER].null ? 0.0 : v[SAID_NUMBER].real,
		};
	}
	qsort(list, n, sizeof(*list), said_cmp);
	*r = list;
	*n_r = n;
	return ERR_OK;
}
