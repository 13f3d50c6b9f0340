#include "import/loadbatch.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/utf8.h"
#include "import/loadpeople.h"
#include "store/dimensions.h"

#define LARGEST 2147483647

enum err
loadbatch_begin(struct loadbatch *b)
{
	*b = (struct loadbatch){.arena = arena_new(0)};
	return b->arena == NULL ? ERR_MEMORY : ERR_OK;
}

void
loadbatch_end(struct loadbatch *b)
{
	arena_free(b->arena);
	*b = (struct loadbatch){0};
}

void
loadbatch_clear(struct loadbatch *b)
{
	arena_reset(b->arena);
	*b = (struct loadbatch){.arena = b->arena};
}

/* Where a task stands, for messages. */
static struct export_task
place_of(const struct export_task *t)
{
	struct export_task r = {.number = t->number,
	    .offset = t->offset,
	    .line = t->line,
	    .id = t->id,
	    .partial = t->partial};

	memcpy(r.path, t->path, sizeof(r.path));
	return r;
}

/* A copy of a text; absent stays absent. */
static struct str
keep(struct loadbatch *b, struct str s)
{
	struct str copy;

	if (s.s == NULL)
		return s;
	copy = arena_str(b->arena, s);
	b->failed |= copy.s == NULL;
	b->bytes += s.n;
	return copy;
}

/* Empty texts of a user say no more than absent ones, which are left as they are. */
static struct str
keep_filled(struct loadbatch *b, struct str s)
{
	return s.n == 0 ? (struct str){0} : keep(b, s);
}

static struct import_user
keep_user(struct loadbatch *b, const struct export_user *u)
{
	return (struct import_user){
	    .id = u->id.value,
	    .email = keep_filled(b, u->email),
	    .username = keep_filled(b, u->username),
	    .first_name = keep(b, u->first_name),
	    .last_name = keep(b, u->last_name),
	    .avatar = keep_filled(b, export_avatar(u->avatar)),
	};
}

static struct str
or_else(struct str s, struct str other)
{
	return s.s != NULL ? s : other;
}

static void
keep_annotation(struct loadbatch *b, int64_t task, const struct export_annotation *v,
    struct loadbatch_annotation *r)
{
	const struct json *result = v->result.json;

	r->at = v->at;
	r->by = keep_user(b, &v->completed_by);
	r->row = (struct import_annotation){
	    .id = v->id.value,
	    .task = task,
	    .was_cancelled = v->was_cancelled,
	    .ground_truth = v->ground_truth,
	    .result = keep(b, v->result.text),
	    .result_count =
		result != NULL && result->type == JSON_ARRAY ? (int64_t)result->n : 0,
	    .created_at = keep(b, v->created_at),
	    .updated_at = keep(b, or_else(v->updated_at, v->created_at)),
	    .lead_time = v->lead_time.given ? v->lead_time.value : -1.0,
	    .parent_prediction = v->parent_prediction.value,
	    .parent_annotation = v->parent_annotation.value,
	};
}

static void
keep_prediction(struct loadbatch *b, int64_t task, const struct export_prediction *v,
    struct loadbatch_prediction *r)
{
	r->at = v->at;
	r->id_only = v->id_only;
	r->row = (struct import_prediction){
	    .id = v->id.value,
	    .task = task,
	    .model_version = keep(b, v->model_version),
	    .result = keep(b, v->result.text),
	    .has_score = v->score.given,
	    .score = v->score.value,
	    .created_at = keep(b, v->created_at),
	    .updated_at = keep(b, or_else(v->updated_at, v->created_at)),
	};
}

static void
keep_row(struct loadbatch *b, const struct export_task *t, struct import_task *r)
{
	*r = (struct import_task){
	    .id = t->id.value,
	    .inner_id = t->inner_id.value,
	    .data = keep(b, t->data.text),
	    .meta = keep(b, t->meta.text),
	    .created_at = keep(b, t->created_at),
	    .updated_at = keep(b, or_else(t->updated_at, t->created_at)),
	    .overlap = t->overlap.value,
	};
	for (size_t i = 0; i < t->n_annotations; i++)
		*(t->annotations[i].was_cancelled ? &r->cancelled_annotations
						  : &r->total_annotations) += 1;
}

/* Without an id the next run could not recognize it. */
static bool
has_id(const struct export_id *id)
{
	return id->given && id->value > 0;
}

/* Put the place of element `at` of a list, or with `list` NULL of the task itself, and a
 * key before a message. */
static enum err
place_key(const struct export_task *t, const char *list, size_t at, const char *key,
    struct error *e)
{
	error_prefix(e, ERR_INPUT, "%s: ", key);
	if (list != NULL)
		return export_place_item(t, list, at, ".", ERR_INPUT, e);
	return error_prefix(e, ERR_INPUT, "%s%s", t->path, t->partial ? ".task." : ".");
}

static enum err
require(const struct export_task *t, const char *list, size_t at, struct error *e)
{
	error_set(e, ERR_INPUT, "a positive number is required");
	return place_key(t, list, at, "id", e);
}

/* The columns of Label Studio's tables end here. */
static enum err
check_range(const struct export_task *t, const char *list, size_t at, const char *key,
    const struct export_id *id, struct error *e)
{
	if (!id->given || id->value <= LARGEST)
		return ERR_OK;
	error_set(e, ERR_INPUT,
	    "%" PRId64 " is beyond " STR_OF_MACRO(
		LARGEST) ", the largest that fits into Label Studio's tables",
	    id->value);
	return place_key(t, list, at, key, e);
}

static enum err
check_length(const struct export_task *t, const char *list, size_t at, const char *key,
    struct str text, size_t most, struct error *e)
{
	size_t n = text.n <= most ? 0 : utf8_count(text);

	if (n <= most)
		return ERR_OK;
	error_set(e, ERR_INPUT,
	    "%zu characters are more than the %zu that fit into the column", n, most);
	return place_key(t, list, at, key, e);
}

/* The names that results suggest as dimensions. */
static enum err
check_result(const struct export_task *t, const char *list, size_t at,
    const struct json *result, struct error *e)
{
	if (result == NULL || result->type != JSON_ARRAY)
		return ERR_OK;
	for (uint32_t i = 0; i < result->n; i++) {
		static const struct {
			const char *key;
			size_t most;
		} rows[] = {{"from_name", STORE_NAME_MAX}, {"type", STORE_TYPE_MAX}};

		for (size_t k = 0; k < N_OF(rows); k++) {
			struct str text =
			    json_str(json_get(json_at(result, i), rows[k].key));
			char key[40];
			enum err err;

			snprintf(key, sizeof(key), "result[%u].%s", i, rows[k].key);
			err = check_length(t, list, at, key, text, rows[k].most, e);
			if (err != ERR_OK)
				return err;
		}
	}
	return ERR_OK;
}

static enum err
check_user(
    const struct export_task *t, size_t at, const struct export_user *u, struct error *e)
{
	const struct {
		const char *key;
		struct str text;
		size_t most;
	} rows[] = {
	    {"completed_by.email", u->email, 254},
	    {"completed_by.username", u->username, 256},
	    {"completed_by.first_name", u->first_name, 256},
	    {"completed_by.last_name", u->last_name, 256},
	};
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < N_OF(rows); i++)
		err = check_length(
		    t, "annotations", at, rows[i].key, rows[i].text, rows[i].most, e);
	return err;
}

static enum err
check_annotation(
    const struct export_task *t, const struct export_annotation *v, struct error *e)
{
	const struct {
		const char *key;
		const struct export_id *id;
	} rows[] = {
	    {"id", &v->id},
	    {"completed_by.id", &v->completed_by.id},
	    {"parent_prediction", &v->parent_prediction},
	    {"parent_annotation", &v->parent_annotation},
	};
	enum err err = has_id(&v->id) ? ERR_OK : require(t, "annotations", v->at, e);

	for (size_t k = 0; err == ERR_OK && k < N_OF(rows); k++)
		err = check_range(t, "annotations", v->at, rows[k].key, rows[k].id, e);
	if (err == ERR_OK)
		err = check_user(t, v->at, &v->completed_by, e);
	return err == ERR_OK ? check_result(t, "annotations", v->at, v->result.json, e)
			     : err;
}

static enum err
check_prediction(
    const struct export_task *t, const struct export_prediction *v, struct error *e)
{
	enum err err = v->id.given && v->id.value == 0
	    ? require(t, "predictions", v->at, e)
	    : check_range(t, "predictions", v->at, "id", &v->id, e);

	return err == ERR_OK ? check_result(t, "predictions", v->at, v->result.json, e)
			     : err;
}

static enum err
check_task(const struct export_task *t, struct error *e)
{
	enum err err = has_id(&t->id) ? ERR_OK : require(t, NULL, 0, e);

	if (err == ERR_OK)
		err = check_range(t, NULL, 0, "id", &t->id, e);
	if (err == ERR_OK)
		err = check_range(t, NULL, 0, "project", &t->project, e);
	if (err == ERR_OK)
		err = check_range(t, NULL, 0, "overlap", &t->overlap, e);
	for (size_t i = 0; err == ERR_OK && i < t->n_annotations; i++)
		err = check_annotation(t, &t->annotations[i], e);
	for (size_t i = 0; err == ERR_OK && i < t->n_predictions; i++)
		err = check_prediction(t, &t->predictions[i], e);
	return err;
}

static struct loadbatch_task *
copy_task(struct loadbatch *b, const struct export_task *t)
{
	struct loadbatch_task *r = arena_calloc(b->arena, 1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->place = place_of(t);
	r->named = t->project.value;
	r->annotations =
	    arena_calloc(b->arena, t->n_annotations, sizeof(r->annotations[0]));
	r->predictions =
	    arena_calloc(b->arena, t->n_predictions, sizeof(r->predictions[0]));
	if (r->annotations == NULL || r->predictions == NULL)
		return NULL;
	keep_row(b, t, &r->row);
	for (; r->n_annotations < t->n_annotations; r->n_annotations++)
		keep_annotation(b, r->row.id, &t->annotations[r->n_annotations],
		    &r->annotations[r->n_annotations]);
	for (size_t i = 0; i < t->n_predictions; i++) {
		const struct export_prediction *v = &t->predictions[i];

		if (has_id(&v->id))
			keep_prediction(
			    b, r->row.id, v, &r->predictions[r->n_predictions++]);
		else
			r->n_nameless++;
	}
	for (size_t i = 0; i < r->n_predictions; i++)
		r->row.total_predictions += !r->predictions[i].id_only;
	return b->failed ? NULL : r;
}

enum err
loadbatch_add(struct loadbatch *b, const struct export_task *t, struct error *e)
{
	struct loadbatch_task *copy;
	enum err err;

	err = check_task(t, e);
	if (err != ERR_OK)
		return export_place_task(t, err, e);
	copy = copy_task(b, t);
	if (copy == NULL)
		return error_memory(e);
	if (b->last == NULL)
		b->first = copy;
	else
		b->last->next = copy;
	b->last = copy;
	b->n++;
	return ERR_OK;
}
