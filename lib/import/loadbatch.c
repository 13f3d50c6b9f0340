#include "import/loadbatch.h"

#include <inttypes.h>
#include <string.h>

#include "import/loadpeople.h"

#define REQUIRED "a positive number is required"
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

enum err
loadbatch_place(const struct loadbatch_task *t, struct error *e)
{
	return error_prefix(e,
	    "line %" PRIu64 ", task %" PRIu64 " (id %" PRId64 "): ", t->line, t->number,
	    t->row.id);
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
	    .data = keep(b, or_else(t->data.text, STR("{}"))),
	    .meta = keep(b, t->meta.text),
	    .created_at = keep(b, t->created_at),
	    .updated_at = keep(b, or_else(t->updated_at, t->created_at)),
	    .overlap = t->overlap.value > 0 ? t->overlap.value : 1,
	};
	for (size_t i = 0; i < t->n_annotations; i++)
		*(t->annotations[i].was_cancelled ? &r->cancelled_annotations
						  : &r->total_annotations) += 1;
}

/* Without its own id nothing could be told from a new one the next time. */
static bool
has_id(const struct export_id *id)
{
	return id->given && id->value > 0;
}

/* The columns of Label Studio's tables end here. */
static enum err
check_range(const char *list, size_t i, const char *key, const struct export_id *id,
    struct error *e)
{
	if (!id->given || id->value <= LARGEST)
		return ERR_OK;
	error_set(e, ERR_INPUT,
	    "%s: %" PRId64 " is beyond " STR_OF_MACRO(
		LARGEST) ", the largest that fits into Label Studio's tables",
	    key, id->value);
	return list == NULL ? ERR_INPUT : error_prefix(e, "%s[%zu].", list, i);
}

static enum err
check_annotation(const struct export_annotation *v, size_t i, struct error *e)
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
	enum err err = ERR_OK;

	if (!has_id(&v->id))
		return error_set(e, ERR_INPUT, "annotations[%zu].id: " REQUIRED, i);
	for (size_t k = 0; err == ERR_OK && k < sizeof(rows) / sizeof(rows[0]); k++)
		err = check_range("annotations", i, rows[k].key, rows[k].id, e);
	return err;
}

static enum err
check_ids(const struct export_task *t, struct error *e)
{
	enum err err = ERR_OK;

	if (!has_id(&t->id))
		return error_set(e, ERR_INPUT, "id: " REQUIRED);
	if (check_range(NULL, 0, "id", &t->id, e) != ERR_OK ||
	    check_range(NULL, 0, "project", &t->project, e) != ERR_OK ||
	    check_range(NULL, 0, "overlap", &t->overlap, e) != ERR_OK)
		return ERR_INPUT;
	for (size_t i = 0; err == ERR_OK && i < t->n_annotations; i++)
		err = check_annotation(&t->annotations[i], i, e);
	for (size_t i = 0; err == ERR_OK && i < t->n_predictions; i++) {
		const struct export_id *id = &t->predictions[i].id;

		if (id->given && id->value == 0)
			return error_set(e, ERR_INPUT, "predictions[%zu].id: " REQUIRED, i);
		err = check_range("predictions", i, "id", id, e);
	}
	return err;
}

static struct loadbatch_task *
copy_task(struct loadbatch *b, const struct export_task *t)
{
	struct loadbatch_task *r = arena_calloc(b->arena, 1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->line = t->line;
	r->number = t->number;
	r->named = t->project.value;
	r->partial = t->partial;
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
	r->row.total_predictions = (int64_t)r->n_predictions;
	return b->failed ? NULL : r;
}

enum err
loadbatch_add(struct loadbatch *b, const struct export_task *t, struct error *e)
{
	struct loadbatch_task place = {
	    .line = t->line, .number = t->number, .row.id = t->id.value};
	struct loadbatch_task *copy;

	if (check_ids(t, e) != ERR_OK)
		return loadbatch_place(&place, e);
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
