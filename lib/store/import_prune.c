#include "store/import.h"
#include "store/query.h"

/* How the rows of one kind are listed and deleted. */
struct prune_kind {
	enum stmt page;
	enum stmt remove;
};

enum { PRUNE_ANNOTATIONS, PRUNE_PREDICTIONS, PRUNE_TASKS, PRUNE__MAX };

/* Tasks last, so that what is theirs is counted under its own kind where the export lacks
 * that too. */
static const struct prune_kind kinds[PRUNE__MAX] = {
    [PRUNE_ANNOTATIONS] = {STMT_ANNOTATION_PAGE, STMT_ANNOTATION_DELETE},
    [PRUNE_PREDICTIONS] = {STMT_PREDICTION_PAGE, STMT_PREDICTION_DELETE},
    [PRUNE_TASKS] = {STMT_TASK_PAGE, STMT_TASK_DELETE},
};

static bool
has(const struct import_ids *ids, int64_t id)
{
	size_t low = 0, high = ids->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (ids->ids[middle] < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < ids->n && ids->ids[low] == id;
}

static enum err
remove_where(struct store *s, enum stmt how, int64_t id, uint64_t *count, struct error *e)
{
	struct db_value of_id = DB_INTEGER(id);
	struct db_answer answer;
	enum err err = query_short(s, how, &of_id, &answer, e);

	if (err == ERR_OK)
		*count += answer.affected;
	return err;
}

/* The scores that are kept with a task. */
static enum err
remove_scores(struct store *s, int64_t project, int64_t task, struct error *e)
{
	struct db_value params[] = {DB_INTEGER(project), DB_INTEGER(task)};
	struct db_answer answer;

	return query_short(s, STMT_SCORE_DELETE, params, &answer, e);
}

static enum err
remove_row(struct store *s, int kind, int64_t project, int64_t id,
    uint64_t count[PRUNE__MAX], struct error *e)
{
	enum err err = ERR_OK;

	if (kind == PRUNE_TASKS) {
		err = remove_scores(s, project, id, e);
		if (err == ERR_OK)
			err = remove_where(s, STMT_TASK_ANNOTATIONS_DELETE, id,
			    &count[PRUNE_ANNOTATIONS], e);
		if (err == ERR_OK)
			err = remove_where(s, STMT_TASK_PREDICTIONS_DELETE, id,
			    &count[PRUNE_PREDICTIONS], e);
	}
	return err == ERR_OK ? remove_where(s, kinds[kind].remove, id, &count[kind], e)
			     : err;
}

/* The next thousand ids after *last; *n_r of them were there. */
static enum err
prune_page(struct store *s, struct arena *a, int64_t project, int kind,
    const struct import_ids *keep, int64_t *last, size_t *n_r, uint64_t count[PRUNE__MAX],
    struct error *e)
{
	struct db_value params[] = {DB_INTEGER(project), DB_INTEGER(*last)};
	struct db_answer answer;
	uint64_t changed;
	enum err err = query_run(s, kinds[kind].page, params, a, 0, &answer, e);

	if (err != ERR_OK)
		return err;
	for (const struct db_row *row = answer.rows; err == ERR_OK && row != NULL;
	    row = row->next) {
		*last = query_integer(&row->v[0]);
		if (!has(keep, *last))
			err = remove_row(s, kind, project, *last, count, e);
	}
	*n_r = answer.n;
	/* By then all is deleted that is counted. */
	if (err == ERR_OK && kind == PRUNE_TASKS && answer.n > 0)
		err = import_totals(
		    s, project, query_integer(&answer.rows->v[0]), *last, &changed, e);
	return err;
}

static enum err
prune_kind(struct store *s, struct arena *a, int64_t project, int kind,
    const struct import_ids *keep, uint64_t count[PRUNE__MAX], struct error *e)
{
	int64_t last = INT64_MIN;
	size_t n = STMT_PAGE_ROWS;

	while (n == STMT_PAGE_ROWS) {
		enum err err = store_begin(s, e);

		if (err != ERR_OK)
			return err;
		arena_reset(a);
		err = prune_page(s, a, project, kind, keep, &last, &n, count, e);
		if (err == ERR_OK)
			err = store_commit(s, e);
		if (err != ERR_OK) {
			store_rollback(s);
			return err;
		}
	}
	return ERR_OK;
}

enum err
import_prune(struct store *s, int64_t project, const struct import_ids *tasks,
    const struct import_ids *annotations, const struct import_ids *predictions,
    struct import_pruned *r, struct error *e)
{
	const struct import_ids *keep[PRUNE__MAX] = {
	    [PRUNE_ANNOTATIONS] = annotations,
	    [PRUNE_PREDICTIONS] = predictions,
	    [PRUNE_TASKS] = tasks,
	};
	uint64_t count[PRUNE__MAX] = {0};
	struct arena *a = arena_new(0);
	enum err err = ERR_OK;

	if (a == NULL)
		return error_memory(e);
	for (int kind = 0; err == ERR_OK && kind < PRUNE__MAX; kind++)
		err = prune_kind(s, a, project, kind, keep[kind], count, e);
	arena_free(a);
	if (err != ERR_OK)
		return err;
	*r = (struct import_pruned){
	    .tasks = count[PRUNE_TASKS],
	    .annotations = count[PRUNE_ANNOTATIONS],
	    .predictions = count[PRUNE_PREDICTIONS],
	};
	return ERR_OK;
}
