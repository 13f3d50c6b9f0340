#include "store/import.h"

#include <inttypes.h>

#include "store/query.h"

/* What an upsert says by the number of rows that it changed. */
static enum import_change
change_of(const struct db_answer *answer)
{
	static const enum import_change changes[] = {
	    IMPORT_UNCHANGED, IMPORT_INSERTED, IMPORT_UPDATED};

	return changes[answer->affected < 2 ? answer->affected : 2];
}

/* Ids of two Label Studios, or of a sample and one's own data. */
static enum err
clashes(struct error *e, const char *what, int64_t id, int64_t owner, int64_t project)
{
	return error_set(e, ERR_INPUT,
	    "%s %" PRId64 " belongs to another project, %" PRId64 ", not to %" PRId64
	    ": exports of two Label Studios need a database each; agreement-matrix "
	    "projects "
	    "lists what is here and deletes it",
	    what, id, owner, project);
}

/*
 * An upsert of a row that belongs to a project, and, unless `task` is 0, to a task of it.
 * One that changed nothing may have met a row of another, which it leaves alone: `owner`
 * tells.
 */
static enum err
put_owned(struct store *s, enum stmt put, enum stmt owner, const struct db_value *params,
    int64_t id, int64_t project, int64_t task, enum import_change *change_r,
    struct error *e)
{
	struct db_value of_id = DB_INTEGER(id);
	struct db_answer answer;
	enum import_change change;
	enum err err = query_short(s, put, params, &answer, e);

	if (err != ERR_OK)
		return err;
	change = change_of(&answer);
	if (change == IMPORT_UNCHANGED) {
		err = query_short(s, owner, &of_id, &answer, e);
		if (err != ERR_OK)
			return err;
		if (answer.n == 0 || query_integer(&answer.rows->v[0]) != project)
			return clashes(e, stmt_get(owner, 0).name, id,
			    answer.n == 0 ? 0 : query_integer(&answer.rows->v[0]), project);
		if (task != 0 && query_integer(&answer.rows->v[1]) != task)
			return error_set(e, ERR_INPUT,
			    "%s %" PRId64 " belongs to another task, %" PRId64
			    ", not to %" PRId64,
			    stmt_get(owner, 0).name, id, query_integer(&answer.rows->v[1]),
			    task);
	}
	*change_r = change;
	return ERR_OK;
}

enum err
import_task(struct store *s, const struct import_task *t, enum import_change *change_r,
    struct error *e)
{
	struct str data = t->data.s == NULL ? STR("{}") : t->data;
	struct db_value params[] = {DB_INTEGER(t->id), DB_INTEGER(t->project),
	    query_id(t->inner_id), DB_TEXT(data), DB_TEXT(t->meta), DB_TEXT(t->created_at),
	    DB_TEXT(t->updated_at), DB_INTEGER(t->total_annotations > 0),
	    DB_INTEGER(t->overlap == 0 ? 1 : t->overlap), DB_INTEGER(t->total_annotations),
	    DB_INTEGER(t->cancelled_annotations), DB_INTEGER(t->total_predictions),
	    DB_INTEGER(t->data.s != NULL), DB_TEXT(t->created_at), DB_TEXT(t->updated_at),
	    DB_INTEGER(t->overlap != 0)};

	return put_owned(
	    s, STMT_TASK_PUT, STMT_TASK_OWNER, params, t->id, t->project, 0, change_r, e);
}

enum err
import_totals(struct store *s, int64_t project, int64_t first, int64_t last,
    uint64_t *changed_r, struct error *e)
{
	struct db_value params[] = {
	    DB_INTEGER(project), DB_INTEGER(first), DB_INTEGER(last)};
	struct db_answer answer;
	enum err err = query_short(s, STMT_TASK_TOTALS, params, &answer, e);

	if (err == ERR_OK)
		*changed_r = answer.affected;
	return err;
}

enum err
import_annotation(struct store *s, const struct import_annotation *t,
    enum import_change *change_r, struct error *e)
{
	struct db_value params[] = {DB_INTEGER(t->id), DB_INTEGER(t->project),
	    DB_INTEGER(t->task), query_id(t->completed_by), DB_INTEGER(t->was_cancelled),
	    DB_INTEGER(t->ground_truth), DB_TEXT(t->result), DB_INTEGER(t->result_count),
	    DB_TEXT(t->created_at), DB_TEXT(t->updated_at),
	    t->lead_time < 0 ? DB_NULL : DB_REAL(t->lead_time),
	    query_id(t->parent_prediction), query_id(t->parent_annotation),
	    DB_TEXT(t->created_at), DB_TEXT(t->updated_at)};

	return put_owned(s, STMT_ANNOTATION_PUT, STMT_ANNOTATION_OWNER, params, t->id,
	    t->project, t->task, change_r, e);
}

enum err
import_prediction(struct store *s, const struct import_prediction *t,
    enum import_change *change_r, struct error *e)
{
	struct db_value params[] = {DB_INTEGER(t->id), DB_INTEGER(t->project),
	    DB_INTEGER(t->task), DB_TEXT(t->model_version), DB_TEXT(t->result),
	    t->has_score ? DB_REAL(t->score) : DB_NULL, DB_TEXT(t->created_at),
	    DB_TEXT(t->updated_at), DB_TEXT(t->created_at), DB_TEXT(t->updated_at)};

	return put_owned(s, STMT_PREDICTION_PUT, STMT_PREDICTION_OWNER, params, t->id,
	    t->project, t->task, change_r, e);
}

enum err
import_project(struct store *s, const struct import_project *p, int64_t *id_r,
    enum import_change *change_r, struct error *e)
{
	struct db_value of_id = DB_INTEGER(p->id);
	struct db_value params[] = {query_id(p->id), DB_TEXT(p->title),
	    DB_TEXT(p->description), DB_TEXT(p->label_config), DB_TEXT(p->control_weights),
	    query_id(p->organization), query_id(p->created_by)};
	struct db_answer answer;
	enum err err = query_short(s, STMT_PROJECT_OWNER, &of_id, &answer, e);

	if (err != ERR_OK)
		return err;
	if (answer.n > 0 && !answer.rows->v[0].null &&
	    query_integer(&answer.rows->v[0]) != p->organization)
		return error_set(e, ERR_INPUT,
		    "the project %" PRId64 " belongs to another organization", p->id);
	err = query_short(s, STMT_PROJECT_PUT, params, &answer, e);
	if (err != ERR_OK)
		return err;
	*id_r = p->id != 0 ? p->id : answer.insert_id;
	*change_r = change_of(&answer);
	return ERR_OK;
}

/* An organization of ours takes the tokens that we make, which its settings must say. */
static enum err
allow_tokens(struct store *s, int64_t id, struct error *e)
{
	struct db_value of_id = DB_INTEGER(id);
	struct db_answer answer;
	unsigned shape;
	enum err err = query_shape(s, &shape, e);

	if (err != ERR_OK || (shape & STMT_JWT_SETTINGS) == 0)
		return err;
	return query_short(s, STMT_JWT_INSERT, &of_id, &answer, e);
}

enum err
import_organization(struct store *s, int64_t id, struct str title, int64_t *id_r,
    enum import_change *change_r, struct error *e)
{
	struct db_value find[] = {DB_INTEGER(id), DB_INTEGER(id)};
	struct db_value insert[] = {query_id(id), DB_TEXT(title)};
	struct db_answer answer;
	enum err err = query_short(s, STMT_ORGANIZATION_FIND, find, &answer, e);

	if (err != ERR_OK)
		return err;
	if (answer.n > 0) {
		*id_r = query_integer(&answer.rows->v[0]);
		*change_r = IMPORT_UNCHANGED;
		return ERR_OK;
	}
	err = query_short(s, STMT_ORGANIZATION_INSERT, insert, &answer, e);
	if (err != ERR_OK)
		return err;
	if (id == 0)
		id = answer.insert_id;
	err = allow_tokens(s, id, e);
	if (err != ERR_OK)
		return err;
	*id_r = id;
	*change_r = IMPORT_INSERTED;
	return ERR_OK;
}
