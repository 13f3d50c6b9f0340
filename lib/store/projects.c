#include "store/projects.h"

#include <inttypes.h>
#include <math.h>

#include "base/array.h"
#include "store/query.h"

/* Columns of STMT_PROJECT_LIST. */
enum {
	PROJECT_ID,
	PROJECT_TITLE,
	PROJECT_ORGANIZATION,
	PROJECT_ORGANIZATION_TITLE,
	PROJECT_TASKS,
	PROJECT_ANNOTATIONS,
	PROJECT_PREDICTIONS
};

enum err
projects_list(struct store *s, struct arena *a, int64_t id, struct store_project_row **r,
    size_t *n_r, struct error *e)
{
	struct db_value params[] = {DB_INTEGER(id), DB_INTEGER(id)};
	struct store_project_row *list;
	struct db_answer answer;
	enum err err = query_run(s, STMT_PROJECT_LIST, params, a, 0, &answer, e);
	size_t n = 0;

	if (err != ERR_OK)
		return err;
	list = arena_calloc(a, answer.n, sizeof(*list));
	if (list == NULL)
		return error_memory(e);
	for (const struct db_row *row = answer.rows; row != NULL; row = row->next)
		list[n++] = (struct store_project_row){
		    .id = query_integer(&row->v[PROJECT_ID]),
		    .title = query_text(&row->v[PROJECT_TITLE]),
		    .organization = query_integer(&row->v[PROJECT_ORGANIZATION]),
		    .organization_title = query_text(&row->v[PROJECT_ORGANIZATION_TITLE]),
		    .tasks = query_integer(&row->v[PROJECT_TASKS]),
		    .annotations = query_integer(&row->v[PROJECT_ANNOTATIONS]),
		    .predictions = query_integer(&row->v[PROJECT_PREDICTIONS]),
		};
	*r = list;
	*n_r = n;
	return ERR_OK;
}

/* Ours first: a project without dimensions gets them again, those of no project stay for
 * ever. */
static enum err
delete_rest(struct store *s, int64_t id, struct error *e)
{
	static const enum stmt steps[] = {STMT_SCORES_DELETE, STMT_DIMENSIONS_DELETE,
	    STMT_PERSONS_DELETE, STMT_PROJECT_FORGET, STMT_PROJECT_DELETE};
	enum err err = store_begin(s, e);

	if (err != ERR_OK)
		return err;
	for (size_t i = 0; err == ERR_OK && i < N_OF(steps); i++) {
		struct db_value of_id = DB_INTEGER(id);
		struct db_answer answer;

		err = query_short(s, steps[i], &of_id, &answer, e);
	}
	if (err == ERR_OK)
		err = store_commit(s, e);
	if (err != ERR_OK)
		store_rollback(s);
	return err;
}

enum err
projects_delete(struct store *s, int64_t id, struct import_pruned *r, struct error *e)
{
	static const struct import_ids none = {NULL, 0};
	struct db_value of_id = DB_INTEGER(id);
	struct db_answer answer;
	enum err err = query_short(s, STMT_PROJECT_OWNER, &of_id, &answer, e);

	if (err == ERR_OK && answer.n == 0)
		return error_set(e, ERR_NOT_FOUND, "there is no project %" PRId64, id);
	if (err == ERR_OK)
		err = import_prune(s, id, &none, &none, &none, r, e);
	return err == ERR_OK ? delete_rest(s, id, e) : err;
}

enum err
projects_settings(
    struct store *s, struct arena *a, int64_t id, struct store_settings *r, struct error *e)
{
	struct db_value of_id = DB_INTEGER(id);
	struct db_answer answer;
	enum err err = query_run(s, STMT_SETTINGS, &of_id, a, 0, &answer, e);

	if (err != ERR_OK)
		return err;
	*r = (struct store_settings){.threshold = (double)NAN};
	if (answer.n > 0) {
		const struct db_value *v = answer.rows->v;

		r->consensus = query_bool(&v[0]);
		r->threshold = v[1].null ? (double)NAN : v[1].real;
	}
	return ERR_OK;
}

enum err
projects_settings_put(
    struct store *s, int64_t id, const struct store_settings *v, struct error *e)
{
	struct db_value params[] = {DB_INTEGER(id), DB_INTEGER(v->consensus),
	    isnan(v->threshold) ? DB_NULL : DB_REAL(v->threshold)};
	struct db_answer answer;

	return query_alone(s, STMT_SETTINGS_PUT, params, &answer, e);
}
