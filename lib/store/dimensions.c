#include "store/dimensions.h"

#include <inttypes.h>

#include "store/columns.h"
#include "store/following.h"
#include "store/query.h"

/* How often a transaction that lost against another is tried. */
#define TRIES 4

static enum err
read_all(struct store *s, enum stmt statement, struct arena *a, int64_t project,
    struct store_dimension_list *r, struct error *e)
{
	struct db_value params[] = {DB_INTEGER(project)};
	struct db_answer answer;
	enum err err = query_run(s, statement, params, a, 0, &answer, e);

	return err == ERR_OK ? columns_list(a, &answer, 0, r, e) : err;
}

enum err
store_dimensions(struct store *s, struct arena *a, int64_t project,
    struct store_dimension_list *r, struct error *e)
{
	return read_all(s, STMT_DIMENSIONS, a, project, r, e);
}

enum err
store_project(struct store *s, struct arena *a, int64_t project, struct store_project *r,
    struct error *e)
{
	struct db_value params[] = {DB_INTEGER(project)};
	struct db_answer answer;
	const struct db_value *v;
	enum err err = query_run(s, STMT_PROJECT, params, a, 0, &answer, e);

	if (err != ERR_OK)
		return err;
	if (answer.n == 0)
		return error_set(e, ERR_NOT_FOUND, "there is no project %" PRId64, project);
	v = answer.rows->v;
	*r = (struct store_project){
	    .id = query_integer(&v[0]),
	    .organization = query_integer(&v[1]),
	    .title = query_text(&v[2]),
	    .label_config = query_text(&v[3]),
	    .control_weights = query_text(&v[4]),
	    .fingerprint = query_text(&v[5]),
	    .recorded = query_text(&v[6]),
	};
	return ERR_OK;
}

static enum err
insert(struct store *s, const struct store_dimension *d, struct db_answer *answer,
    struct error *e)
{
	struct db_value params[COLUMN__MAX];

	columns_write(d, COLUMNS_INSERTED, params);
	return query_short(s, STMT_DIMENSION_INSERT, params, answer, e);
}

static enum err
rewrite(struct store *s, const struct store_dimension *d, struct error *e)
{
	struct db_value params[COLUMN__MAX + 2];
	size_t n = columns_write(d, COLUMNS_FOLLOWING, params);
	struct db_answer answer;

	params[n++] = DB_INTEGER(d->is_present);
	params[n] = DB_INTEGER(d->id);
	return query_short(s, STMT_DIMENSION_WRITE, params, &answer, e);
}

static enum err
apply(struct store *s, const struct following_plan *plan, struct error *e)
{
	struct db_answer answer;
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < plan->n; i++) {
		const struct following_row *f = &plan->rows[i];

		if (f->change == FOLLOWING_CHANGED)
			err = rewrite(s, &f->row, e);
		else if (f->change == FOLLOWING_NEW)
			err = insert(s, &f->row, &answer, e);
	}
	return err;
}

/* Inside the transaction: the worker that has the project's row goes on, the others wait
 * for it. */
static enum err
sync_locked(struct store *s, struct arena *a, int64_t project, struct str fingerprint,
    const struct store_dimension *wanted, size_t n, bool complete,
    struct store_dimension_list *r, struct error *e)
{
	struct db_value id = DB_INTEGER(project);
	struct db_value record[] = {DB_TEXT(fingerprint), DB_INTEGER(project)};
	struct store_dimension_list list;
	struct following_plan plan;
	struct db_answer answer;
	enum err err = query_short(s, STMT_SYNC_LOCK, &id, &answer, e);

	if (err == ERR_OK)
		err = read_all(s, STMT_DIMENSIONS_LOCK, a, project, &list, e);
	if (err == ERR_OK &&
	    following_make(a, project, &list, wanted, n, complete, &plan) != ERR_OK)
		err = error_memory(e);
	if (err == ERR_OK)
		err = apply(s, &plan, e);
	if (err == ERR_OK)
		err = query_short(s, STMT_SYNC_RECORD, record, &answer, e);
	if (err == ERR_OK)
		err = store_dimensions(s, a, project, r, e);
	return err;
}

enum err
store_dimensions_sync(struct store *s, struct arena *a, int64_t project,
    struct str fingerprint, const struct store_dimension *wanted, size_t n, bool complete,
    struct store_dimension_list *r, struct error *e)
{
	struct store_dimension_list list;
	enum err err = ERR_OK;

	for (int tries = 0; tries < TRIES; tries++) {
		err = store_begin(s, e);
		if (err != ERR_OK)
			return err;
		err =
		    sync_locked(s, a, project, fingerprint, wanted, n, complete, &list, e);
		if (err == ERR_OK)
			err = store_commit(s, e);
		if (err == ERR_OK) {
			*r = list;
			return ERR_OK;
		}
		store_rollback(s);
		if (!store_conflict(s))
			break;
	}
	return err;
}

enum err
store_dimension_set(
    struct store *s, const struct store_dimension *d, unsigned fields, struct error *e)
{
	struct db_value params[2 * COLUMN__MAX + 3];
	size_t n = columns_write_set(d, fields, params);
	struct db_answer answer;
	enum err err;

	params[n++] = DB_INTEGER(fields);
	params[n++] = DB_INTEGER(d->id);
	params[n] = DB_INTEGER(d->project);
	err = query_alone(s, STMT_DIMENSION_SET, params, &answer, e);
	/* The statement gives back the id that it found, also where nothing had to change.
	 */
	if (err == ERR_OK && answer.insert_id != d->id)
		return error_set(e, ERR_NOT_FOUND,
		    "project %" PRId64 " has no dimension %" PRId64, d->project, d->id);
	return err;
}

enum err
store_dimension_add(
    struct store *s, const struct store_dimension *d, int64_t *id_r, struct error *e)
{
	struct store_dimension own = *d;
	struct db_answer answer;
	enum err err = store_begin(s, e);

	own.is_user_defined = true;
	if (err != ERR_OK)
		return err;
	err = insert(s, &own, &answer, e);
	if (err == ERR_OK)
		err = store_commit(s, e);
	else
		store_rollback(s);
	if (err == ERR_OK)
		*id_r = answer.insert_id;
	return err;
}

enum err
store_dimension_remove(struct store *s, int64_t project, int64_t id, struct error *e)
{
	struct db_value params[] = {DB_INTEGER(id), DB_INTEGER(project)};
	struct db_answer answer;
	enum err err = query_alone(s, STMT_DIMENSION_REMOVE, params, &answer, e);

	if (err == ERR_OK && answer.affected == 0)
		return error_set(e, ERR_NOT_FOUND,
		    "project %" PRId64 " has no dimension %" PRId64 " that a user made",
		    project, id);
	return err;
}
