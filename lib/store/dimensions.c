#include "store/dimensions.h"

#include <inttypes.h>

#include "json/json.h"
#include "store/columns.h"
#include "store/query.h"

/* How often a transaction that lost against another is tried. */
#define TRIES 4

enum err
store_dimensions(struct store *s, struct arena *a, int64_t project,
    struct store_dimension_list *r, struct error *e)
{
	struct db_value params[] = {DB_INTEGER(project)};
	struct db_answer answer;
	enum err err = query_run(s, STMT_DIMENSIONS, params, a, 0, &answer, e);

	return err == ERR_OK ? columns_list(a, &answer, 0, r, e) : err;
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
follow(struct store *s, int64_t id, const struct store_dimension *d, struct error *e)
{
	struct db_value params[COLUMN__MAX + 1];
	size_t n = columns_write(d, COLUMNS_FOLLOWING, params);
	struct db_answer answer;

	params[n] = DB_INTEGER(id);
	return query_short(s, STMT_DIMENSION_FOLLOW, params, &answer, e);
}

/* The path of an extraction, as JSON writes it; absent if it has none. */
static struct str
path_of(const struct store_dimension *d, struct arena *scratch)
{
	const struct json *params;

	if (d->extraction_params.n == 0 ||
	    json_parse(scratch, d->extraction_params, &params, NULL) != ERR_OK)
		return (struct str){0};
	return json_str(json_get(params, "path"));
}

bool
store_dimension_same(const struct store_dimension *a, const struct store_dimension *b)
{
	struct arena *scratch;
	bool same;

	if (!str_eq(a->control_tag, b->control_tag))
		return false;
	if (a->extraction_params.n == 0 && b->extraction_params.n == 0)
		return true;
	scratch = arena_new(0);
	same = scratch != NULL && str_eq(path_of(a, scratch), path_of(b, scratch));
	arena_free(scratch);
	return same;
}

/* The first of the wanted ones over the same; NULL if there is none. */
static const struct store_dimension *
wanted_for(const struct store_dimension *wanted, size_t n, const struct store_dimension *d)
{
	for (size_t i = 0; i < n; i++)
		if (store_dimension_same(&wanted[i], d))
			return &wanted[i];
	return NULL;
}

static bool
has_system(const struct store_dimension_list *list, const struct store_dimension *d)
{
	for (size_t i = 0; i < list->n; i++)
		if (!list->items[i].is_user_defined &&
		    store_dimension_same(&list->items[i], d))
			return true;
	return false;
}

bool
store_dimension_wanted(
    const struct store_dimension *d, const struct store_dimension *wanted, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (d->is_user_defined ? str_eq(wanted[i].control_tag, d->control_tag)
				       : store_dimension_same(&wanted[i], d))
			return true;
	return false;
}

/* What is there follows, or vanishes; what a user made is there while its control is. */
static enum err
follow_all(struct store *s, const struct store_dimension_list *list,
    const struct store_dimension *wanted, size_t n, bool complete, struct error *e)
{
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < list->n; i++) {
		const struct store_dimension *d = &list->items[i];
		bool present = store_dimension_wanted(d, wanted, n);
		struct db_value params[] = {DB_INTEGER(present), DB_INTEGER(d->id)};
		struct db_answer answer;

		if (present && !d->is_user_defined)
			err = follow(s, d->id, wanted_for(wanted, n, d), e);
		else if ((present || complete) && d->is_present != present)
			err = query_short(s, STMT_DIMENSION_PRESENT, params, &answer, e);
	}
	return err;
}

/* Inside the transaction: whoever has the project's row goes on, the others wait for it. */
static enum err
sync_locked(struct store *s, struct arena *a, int64_t project, struct str fingerprint,
    const struct store_dimension *wanted, size_t n, bool complete,
    struct store_dimension_list *r, struct error *e)
{
	struct db_value id = DB_INTEGER(project);
	struct db_value record[] = {DB_TEXT(fingerprint), DB_INTEGER(project)};
	struct store_dimension_list list;
	struct db_answer answer;
	enum err err = query_short(s, STMT_SYNC_LOCK, &id, &answer, e);

	if (err == ERR_OK)
		err = store_dimensions(s, a, project, &list, e);
	if (err == ERR_OK)
		err = follow_all(s, &list, wanted, n, complete, e);
	for (size_t i = 0; err == ERR_OK && i < n; i++) {
		struct store_dimension system = wanted[i];

		system.project = project;
		system.is_user_defined = false;
		if (!has_system(&list, &wanted[i]) &&
		    wanted_for(wanted, i, &wanted[i]) == NULL)
			err = insert(s, &system, &answer, e);
	}
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
