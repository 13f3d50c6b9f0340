#include "labelstudio/exporttask.h"

#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "labelstudio/exportkind.h"
#include "labelstudio/exportunique.h"

/* Characters that the column of an avatar takes. */
#define AVATAR_MAX 100

#define FIELD(record, key, old, type, member)                                              \
	{key, old, type, false, offsetof(struct record, member)}
/* What no matrix needs: a value that is not what it must be counts as none. */
#define SPARE(record, key, type, member)                                                   \
	{key, NULL, type, true, offsetof(struct record, member)}

static const struct export_field task_fields[] = {
    FIELD(export_task, "id", NULL, EXPORT_ID, id),
    SPARE(export_task, "inner_id", EXPORT_ID, inner_id),
    FIELD(export_task, "project", NULL, EXPORT_ID, project),
    SPARE(export_task, "overlap", EXPORT_ID, overlap),
    FIELD(export_task, "data", NULL, EXPORT_OBJECT, data),
    SPARE(export_task, "meta", EXPORT_JSON, meta),
    SPARE(export_task, "is_labeled", EXPORT_BOOL, is_labeled),
    SPARE(export_task, "created_at", EXPORT_TIME, created_at),
    SPARE(export_task, "updated_at", EXPORT_TIME, updated_at),
};

static const struct export_field annotation_fields[] = {
    FIELD(export_annotation, "id", NULL, EXPORT_ID, id),
    FIELD(export_annotation, "result", NULL, EXPORT_JSON, result),
    FIELD(export_annotation, "was_cancelled", "skipped", EXPORT_BOOL, was_cancelled),
    FIELD(export_annotation, "ground_truth", "honeypot", EXPORT_BOOL, ground_truth),
    FIELD(export_annotation, "created_at", NULL, EXPORT_TIME, created_at),
    FIELD(export_annotation, "updated_at", NULL, EXPORT_TIME, updated_at),
    SPARE(export_annotation, "draft_created_at", EXPORT_TIME, draft_created_at),
    SPARE(export_annotation, "lead_time", EXPORT_NUMBER, lead_time),
    SPARE(export_annotation, "unique_id", EXPORT_TEXT, unique_id),
    SPARE(export_annotation, "last_action", EXPORT_TEXT, last_action),
    SPARE(export_annotation, "import_id", EXPORT_ID, import_id),
    SPARE(export_annotation, "parent_prediction", EXPORT_ID, parent_prediction),
    SPARE(export_annotation, "parent_annotation", EXPORT_ID, parent_annotation),
};

static const struct export_field prediction_fields[] = {
    FIELD(export_prediction, "id", NULL, EXPORT_ID, id),
    FIELD(export_prediction, "model_version", NULL, EXPORT_TEXT, model_version),
    FIELD(export_prediction, "result", NULL, EXPORT_JSON, result),
    SPARE(export_prediction, "score", EXPORT_NUMBER, score),
    FIELD(export_prediction, "created_at", NULL, EXPORT_TIME, created_at),
    FIELD(export_prediction, "updated_at", NULL, EXPORT_TIME, updated_at),
};

static const struct export_field user_fields[] = {
    FIELD(export_user, "id", NULL, EXPORT_ID, id),
    FIELD(export_user, "email", NULL, EXPORT_TEXT, email),
    SPARE(export_user, "first_name", EXPORT_TEXT, first_name),
    SPARE(export_user, "last_name", EXPORT_TEXT, last_name),
    SPARE(export_user, "username", EXPORT_TEXT, username),
    SPARE(export_user, "avatar", EXPORT_TEXT, avatar),
};

static bool
is_array(const struct json *j)
{
	return j != NULL && j->type == JSON_ARRAY;
}

static bool
is_object(const struct json *j)
{
	return j != NULL && j->type == JSON_OBJECT;
}

/* An id, an email, or an object with them; one with neither says as little as null. */
static enum err
read_user(const struct export_place *p, const struct json *j, struct export_user *r)
{
	struct export_place inside = *p;
	struct str text = json_str(j);
	enum err err;

	if (json_is_null(j))
		return ERR_OK;
	/* No row has the id 0: it is nobody's. */
	if (export_value_read(p->arena, EXPORT_ID, j, &r->id) == ERR_OK) {
		r->id.given = r->id.value != 0;
		return ERR_OK;
	}
	if (j->type == JSON_STRING && text.n > 0 && memchr(text.s, '@', text.n) != NULL) {
		r->email = text;
		return ERR_OK;
	}
	if (!is_object(j))
		return export_refuse(
		    p, "completed_by", "an id, an email or an object with them", j);
	inside.path = arena_printf(p->arena, "%s.completed_by", p->path);
	if (inside.path == NULL)
		return error_set(p->error, ERR_MEMORY, "%s: out of memory", p->path);
	err = export_fields_read(&inside, j, user_fields, N_OF(user_fields), r);
	r->id.given = r->id.value != 0;
	if (err == ERR_OK && !r->id.given && r->email.n == 0)
		*r = (struct export_user){0};
	return err;
}

static enum err
read_annotation(const struct export_place *p, const struct json *j, void *record)
{
	struct export_annotation *r = record;
	enum err err;

	if (!is_object(j))
		return export_refuse(p, "", "an object", j);
	err = export_fields_read(p, j, annotation_fields, N_OF(annotation_fields), r);
	if (err != ERR_OK)
		return err;
	return read_user(p, json_get(j, "completed_by"), &r->completed_by);
}

static enum err
read_prediction(const struct export_place *p, const struct json *j, void *record)
{
	struct export_prediction *r = record;

	if (is_object(j))
		return export_fields_read(
		    p, j, prediction_fields, N_OF(prediction_fields), r);
	r->id_only = true;
	return export_value_read(p->arena, EXPORT_ID, j, &r->id) == ERR_OK
	    ? ERR_OK
	    : export_refuse(p, "", "an object or an id", j);
}

/* A list of records, each of `size` bytes. Missing or null is an empty one. */
struct list {
	const char *key;
	const char *old_key;
	size_t size;
	size_t at; /* offset of a record's place in the list */
	enum err (*read)(const struct export_place *p, const struct json *j, void *record);
};

static const struct list annotation_list = {"annotations", "completions",
    sizeof(struct export_annotation), offsetof(struct export_annotation, at),
    read_annotation};
static const struct list prediction_list = {"predictions", NULL,
    sizeof(struct export_prediction), offsetof(struct export_prediction, at),
    read_prediction};

static enum err
read_list(const struct export_place *p, const struct json *task, const struct list *list,
    void **records_r, size_t *n_r)
{
	const char *key = list->key;
	const struct json *array = export_member(task, &key, list->old_key);
	char *records;

	if (array == NULL)
		return ERR_OK;
	if (!is_array(array))
		return export_refuse(p, key, "a list", array);
	records = arena_calloc(p->arena, array->n, list->size);
	if (records == NULL)
		return error_set(p->error, ERR_MEMORY, "%s: out of memory", p->path);
	for (uint32_t i = 0; i < array->n; i++) {
		char path[128];
		struct export_place inside = {p->arena, p->error, path};
		enum err err;

		snprintf(path, sizeof(path), "%s.%s[%u]", p->path, key, i);
		err = list->read(&inside, json_at(array, i), records + i * list->size);
		if (err != ERR_OK)
			return err;
		*(uint32_t *)(records + i * list->size + list->at) = i;
	}
	*records_r = records;
	*n_r = array->n;
	return ERR_OK;
}

/* An annotation alone, with its task inside. */
static enum err
read_stored(const struct export_place *p, const struct json *j, struct export_task *r)
{
	struct export_place inside = *p;
	struct export_annotation *own = arena_calloc(p->arena, 1, sizeof(*own));
	enum err err;

	inside.path = arena_printf(p->arena, "%s.task", p->path);
	if (own == NULL || inside.path == NULL)
		return error_set(p->error, ERR_MEMORY, "%s: out of memory", p->path);
	err = export_fields_read(
	    &inside, json_get(j, "task"), task_fields, N_OF(task_fields), r);
	if (err == ERR_OK)
		err = read_annotation(p, j, own);
	r->partial = true;
	r->annotations = own;
	r->n_annotations = 1;
	return err;
}

/* The id that the message about something that is no task shows: its own, or, of an
 * annotation, that of the task it names. */
static void
name_task(struct arena *a, const struct json *j, enum export_kind kind, struct export_id *r)
{
	const struct json *id = json_get(j, kind == EXPORT_ALONE ? "task" : "id");

	if (json_is_null(id) || export_value_read(a, EXPORT_ID, id, r) != ERR_OK)
		r->given = false;
}

static enum err
read_lists(const struct export_place *p, const struct json *task, struct export_task *r)
{
	void *annotations = NULL, *predictions = NULL;
	enum err err =
	    read_list(p, task, &annotation_list, &annotations, &r->n_annotations);

	if (err == ERR_OK)
		err = read_list(p, task, &prediction_list, &predictions, &r->n_predictions);
	r->annotations = annotations;
	r->predictions = predictions;
	if (err == ERR_OK && export_unique(p->arena, r, EXPORT_LATEST) != ERR_OK)
		return error_set(p->error, ERR_MEMORY, "%s: out of memory", p->path);
	return err;
}

enum err
export_task_read(struct arena *a, const struct json *task, const char *path,
    struct export_task *r, struct error *e)
{
	struct export_place p = {a, e, path};
	enum export_kind kind;
	enum err err;

	*r = (struct export_task){
	    .number = r->number, .offset = r->offset, .line = r->line, .text = r->text};
	snprintf(r->path, sizeof(r->path), "%s", path);
	if (!is_object(task))
		return export_refuse(&p, "", "an object", task);
	kind = export_kind_of(task);
	if (export_kind_problem(kind) != NULL) {
		name_task(a, task, kind, &r->id);
		return error_set(e, ERR_INPUT, "%s: %s", path, export_kind_problem(kind));
	}
	if (kind == EXPORT_ANNOTATION)
		return read_stored(&p, task, r);
	err = export_fields_read(&p, task, task_fields, N_OF(task_fields), r);
	return err == ERR_OK ? read_lists(&p, task, r) : err;
}

struct str
export_avatar(struct str url)
{
	static const char mark[] = "/data/";
	const char *at =
	    url.s == NULL ? NULL : memmem(url.s, url.n, mark, sizeof(mark) - 1);
	struct str path = url;

	if (at != NULL) {
		path.s = at + sizeof(mark) - 1;
		path.n = (size_t)(url.s + url.n - path.s);
	} else if (url.n > 0 && (url.s[0] == '/' || memmem(url.s, url.n, "://", 3))) {
		return (struct str){0};
	}
	return path.n > AVATAR_MAX ? (struct str){0} : path;
}
