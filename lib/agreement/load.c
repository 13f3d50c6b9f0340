#include "agreement/load.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "agreement/follow.h"

#define BATCH_TASKS 200
#define BATCH_BYTES ((size_t)4 << 20)

/* Names that results can suggest; more than any project has. */
#define GUESSES_MAX 1000

/* Somebody whom the export named in these very words, and their id in the database. */
struct load_person {
	uint64_t words; /* hash; 0: a free place */
	int64_t id;
};

static enum err
no_memory(struct error *e)
{
	return error_set(e, ERR_MEMORY, "%s", err_text(ERR_MEMORY));
}

enum err
load_begin(struct load *l, struct store *s, const struct load_options *o, struct error *e)
{
	struct arena *arena = arena_new(0);
	struct dimension_rows rows;
	enum err err = ERR_OK;

	if (arena == NULL)
		return no_memory(e);
	*l =
	    (struct load){.store = s, .arena = arena, .options = *o, .project = o->project};
	if (o->label_config.s != NULL)
		err = dimension_derive(arena, o->label_config, (struct str){0}, &rows, e);
	if (err != ERR_OK)
		load_end(l);
	return err;
}

void
load_end(struct load *l)
{
	if (l->in_batch)
		store_rollback(l->store);
	l->in_batch = false;
	for (int i = 0; i < LOAD_USERS; i++)
		free(l->ids[i].list);
	free(l->people);
	l->people = NULL;
	memset(l->ids, 0, sizeof(l->ids));
	arena_free(l->arena);
	l->arena = NULL;
}

static void
note(struct load *l, enum load_noun noun, enum import_change change)
{
	l->count[noun][change]++;
}

static enum err
note_id(struct load *l, enum load_noun noun, int64_t id)
{
	struct load_ids *ids = &l->ids[noun];

	if (!l->options.prune)
		return ERR_OK;
	if (ids->n == ids->room) {
		size_t room = ids->room == 0 ? 1024 : ids->room * 2;
		int64_t *bigger = realloc(ids->list, room * sizeof(*bigger));

		if (bigger == NULL)
			return ERR_MEMORY;
		ids->list = bigger;
		ids->room = room;
	}
	ids->list[ids->n++] = id;
	return ERR_OK;
}

/* The project, once it is known which; in the batch that is open. */
static enum err
make_project(struct load *l, int64_t wanted, struct error *e)
{
	struct import_project p = {
	    .id = wanted,
	    .title = l->options.title,
	    .label_config = l->options.label_config,
	};
	enum import_change change;
	enum err err = import_organization(l->store, l->options.organization,
	    STR("Default"), &l->organization, &change, e);

	p.organization = l->organization;
	if (err == ERR_OK)
		err = import_project(l->store, &p, &l->project, &change, e);
	return err;
}

static enum err
open_batch(struct load *l, struct error *e)
{
	enum err err = l->in_batch ? ERR_OK : store_begin(l->store, e);

	if (err == ERR_OK)
		l->in_batch = true;
	return err;
}

static enum err
close_batch(struct load *l, struct error *e)
{
	l->batch_tasks = l->batch_bytes = 0;
	if (!l->in_batch)
		return ERR_OK;
	l->in_batch = false;
	return store_commit(l->store, e);
}

static enum err
ensure_project(struct load *l, const struct export_task *t, struct error *e)
{
	int64_t named = t == NULL || !t->project.given ? 0 : t->project.value;

	if (l->organization == 0)
		return make_project(l, l->project != 0 ? l->project : named, e);
	if (l->options.project == 0 && named != 0 && named != l->project)
		return error_set(e, ERR_INPUT,
		    "the task is of project %" PRId64 ", others are of %" PRId64
		    "; name one with --project",
		    named, l->project);
	return ERR_OK;
}

static uint64_t
words_of(const struct export_user *u)
{
	const struct str texts[] = {
	    u->email, u->first_name, u->last_name, u->username, u->avatar};
	uint64_t h = u->id.given ? (uint64_t)u->id.value + 1 : 0;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		h = (h ^ (str_hash(texts[i]) + (texts[i].s == NULL))) * 0x9e3779b97f4a7c15u;
	return h | 1;
}

/* Where somebody stands in the table, or would; it always has free places. */
static struct load_person *
place_of(const struct load *l, uint64_t words)
{
	size_t i = words >> 1 & (l->room_people - 1);

	while (l->people[i].words != 0 && l->people[i].words != words)
		i = (i + 1) & (l->room_people - 1);
	return &l->people[i];
}

static enum err
make_room(struct load *l)
{
	struct load bigger = *l;

	if (l->n_people * 2 < l->room_people)
		return ERR_OK;
	bigger.room_people = l->room_people == 0 ? 64 : l->room_people * 2;
	bigger.people = calloc(bigger.room_people, sizeof(bigger.people[0]));
	if (bigger.people == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < l->room_people; i++)
		if (l->people[i].words != 0)
			*place_of(&bigger, l->people[i].words) = l->people[i];
	free(l->people);
	l->people = bigger.people;
	l->room_people = bigger.room_people;
	return ERR_OK;
}

/* The id in the database of who annotated; 0 if the export does not say. */
static enum err
load_user(struct load *l, const struct export_user *u, int64_t *r, struct error *e)
{
	struct import_user user = {
	    u->id.value, u->email, u->username, u->first_name, u->last_name, u->avatar};
	uint64_t words = words_of(u);
	enum import_change change;
	struct load_person *p;
	enum err err;

	*r = 0;
	if (user.id == 0 && u->email.s == NULL)
		return ERR_OK;
	if (make_room(l) != ERR_OK)
		return no_memory(e);
	p = place_of(l, words);
	if (p->words == 0) {
		err = import_user(l->store, l->organization, &user, &p->id, &change, e);
		if (err != ERR_OK)
			return err;
		p->words = words;
		l->n_people++;
		note(l, LOAD_USERS, change);
	}
	*r = p->id;
	return ERR_OK;
}

static enum err
need_id(const struct export_id *id, const char *what, size_t i, struct error *e)
{
	if (id->given && id->value > 0)
		return ERR_OK;
	return error_set(
	    e, ERR_INPUT, "%s[%zu].id: a positive number is required", what, i);
}

static enum err
load_annotation(struct load *l, const struct export_task *t, size_t i, struct error *e)
{
	const struct export_annotation *v = &t->annotations[i];
	struct import_annotation row = {
	    .id = v->id.value,
	    .project = l->project,
	    .task = t->id.value,
	    .was_cancelled = v->was_cancelled,
	    .ground_truth = v->ground_truth,
	    .result = v->result.text,
	    .result_count = v->result.json != NULL && v->result.json->type == JSON_ARRAY
		? v->result.json->n
		: 0,
	    .created_at = v->created_at,
	    .updated_at = v->updated_at.s != NULL ? v->updated_at : v->created_at,
	    .lead_time = v->lead_time.given ? v->lead_time.value : -1.0,
	    .parent_prediction = v->parent_prediction.value,
	    .parent_annotation = v->parent_annotation.value,
	};
	enum import_change change;
	enum err err = need_id(&v->id, "annotations", i, e);

	if (err == ERR_OK)
		err = load_user(l, &v->completed_by, &row.completed_by, e);
	if (err == ERR_OK)
		err = import_annotation(l->store, &row, &change, e);
	if (err != ERR_OK)
		return err;
	note(l, LOAD_ANNOTATIONS, change);
	return note_id(l, LOAD_ANNOTATIONS, row.id) == ERR_OK ? ERR_OK : no_memory(e);
}

static enum err
load_prediction(struct load *l, const struct export_task *t, size_t i, struct error *e)
{
	const struct export_prediction *v = &t->predictions[i];
	struct import_prediction row = {
	    .id = v->id.value,
	    .project = l->project,
	    .task = t->id.value,
	    .model_version = v->model_version,
	    .result = v->result.text,
	    .has_score = v->score.given,
	    .score = v->score.value,
	    .created_at = v->created_at,
	    .updated_at = v->updated_at.s != NULL ? v->updated_at : v->created_at,
	};
	enum import_change change;
	enum err err = need_id(&v->id, "predictions", i, e);

	if (err != ERR_OK)
		return err;
	if (note_id(l, LOAD_PREDICTIONS, row.id) != ERR_OK)
		return no_memory(e);
	if (v->id_only) {
		l->ids_only++;
		return ERR_OK;
	}
	err = import_prediction(l->store, &row, &change, e);
	if (err == ERR_OK)
		note(l, LOAD_PREDICTIONS, change);
	return err;
}

static enum err
load_row(struct load *l, const struct export_task *t, struct error *e)
{
	struct import_task row = {
	    .id = t->id.value,
	    .project = l->project,
	    .inner_id = t->inner_id.value,
	    .data = t->data.text.s == NULL ? STR("{}") : t->data.text,
	    .meta = t->meta.text,
	    .created_at = t->created_at,
	    .updated_at = t->updated_at.s != NULL ? t->updated_at : t->created_at,
	    .overlap = t->overlap.given && t->overlap.value > 0 ? t->overlap.value : 1,
	    .total_predictions = (int64_t)t->n_predictions,
	};
	enum import_change change;
	enum err err;

	if (!t->id.given || t->id.value <= 0)
		return error_set(e, ERR_INPUT, "id: a positive number is required");
	for (size_t i = 0; i < t->n_annotations; i++) {
		row.cancelled_annotations += t->annotations[i].was_cancelled;
		row.total_annotations += !t->annotations[i].was_cancelled;
	}
	err = import_task(l->store, &row, &change, e);
	if (err != ERR_OK)
		return err;
	note(l, LOAD_TASKS, change);
	return note_id(l, LOAD_TASKS, row.id) == ERR_OK ? ERR_OK : no_memory(e);
}

static enum err
load_all(struct load *l, const struct export_task *t, struct error *e)
{
	enum err err = ensure_project(l, t, e);

	if (err == ERR_OK)
		err = load_row(l, t, e);
	for (size_t i = 0; err == ERR_OK && i < t->n_annotations; i++)
		err = load_annotation(l, t, i, e);
	for (size_t i = 0; err == ERR_OK && i < t->n_predictions; i++)
		err = load_prediction(l, t, i, e);
	return err;
}

static enum err
guess_one(struct load *l, struct arena *scratch, const struct export_json *json)
{
	struct result result;
	enum err err;

	if (json->json == NULL || l->guessed.n >= GUESSES_MAX)
		return ERR_OK;
	err = result_read(scratch, json->json, &result, NULL);
	/* A result that is no JSON suggests nothing. */
	if (err != ERR_OK)
		return err == ERR_INPUT ? ERR_OK : err;
	return dimension_guess(l->arena, &result, &l->guessed);
}

/* What the results suggest is gathered on the way, in case there is no configuration. */
static enum err
guess(struct load *l, const struct export_task *t, struct error *e)
{
	struct arena *scratch;
	enum err err = ERR_OK;

	if (l->options.label_config.s != NULL)
		return ERR_OK;
	scratch = arena_new(0);
	if (scratch == NULL)
		return no_memory(e);
	for (size_t i = 0; err == ERR_OK && i < t->n_annotations; i++)
		err = guess_one(l, scratch, &t->annotations[i].result);
	for (size_t i = 0; err == ERR_OK && i < t->n_predictions; i++)
		err = guess_one(l, scratch, &t->predictions[i].result);
	arena_free(scratch);
	return err == ERR_OK ? ERR_OK : no_memory(e);
}

static size_t
bytes_of(const struct export_task *t)
{
	size_t n = t->data.text.n;

	for (size_t i = 0; i < t->n_annotations; i++)
		n += t->annotations[i].result.text.n;
	for (size_t i = 0; i < t->n_predictions; i++)
		n += t->predictions[i].result.text.n;
	return n;
}

/* People whom an undone task brought are looked up again when they are met the next time.
 */
static void
forget_people(struct load *l)
{
	if (l->room_people > 0)
		memset(l->people, 0, l->room_people * sizeof(l->people[0]));
	l->n_people = 0;
}

void
load_skip(struct load *l)
{
	l->skipped++;
}

enum err
load_task(struct load *l, const struct export_task *t, struct error *e)
{
	struct load before = *l;
	enum err err = open_batch(l, e);

	if (err == ERR_OK && l->options.keep_going)
		err = store_mark(l->store, e);
	if (err != ERR_OK)
		return err;
	err = load_all(l, t, e);
	if (err == ERR_INPUT && l->options.keep_going) {
		struct error why = {0};

		if (store_rewind(l->store, &why) != ERR_OK) {
			*e = why;
			return why.code;
		}
		memcpy(l->count, before.count, sizeof(l->count));
		l->ids_only = before.ids_only;
		for (int i = 0; i < LOAD_USERS; i++)
			l->ids[i].n = before.ids[i].n;
		l->project = before.project;
		l->organization = before.organization;
		forget_people(l);
		return err;
	}
	if (err == ERR_OK)
		err = guess(l, t, e);
	l->batch_bytes += bytes_of(t);
	if (err == ERR_OK &&
	    (++l->batch_tasks >= BATCH_TASKS || l->batch_bytes >= BATCH_BYTES))
		err = close_batch(l, e);
	return err;
}

static int
by_value(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

	return (a > b) - (a < b);
}

static struct import_ids
sorted(struct load_ids *ids)
{
	if (ids->n > 0)
		qsort(ids->list, ids->n, sizeof(ids->list[0]), by_value);
	return (struct import_ids){ids->list, ids->n};
}

static enum err
prune(struct load *l, struct error *e)
{
	struct import_ids tasks = sorted(&l->ids[LOAD_TASKS]);
	struct import_ids annotations = sorted(&l->ids[LOAD_ANNOTATIONS]);
	struct import_ids predictions = sorted(&l->ids[LOAD_PREDICTIONS]);

	return import_prune(
	    l->store, l->project, &tasks, &annotations, &predictions, &l->pruned, e);
}

static enum err
update_dimensions(struct load *l, struct error *e)
{
	struct store_dimension_list list;
	struct store_project p;
	enum err err = follow_config(l->store, l->arena, l->project, &list, e);

	if (err != ERR_OK || l->guessed.n == 0 || !follow_needs_results(&list))
		return err;
	err = store_project(l->store, l->arena, l->project, &p, e);
	if (err == ERR_OK)
		err = store_dimensions_sync(l->store, l->arena, l->project, p.fingerprint,
		    l->guessed.list, l->guessed.n, false, &list, e);
	return err;
}

enum err
load_finish(struct load *l, struct error *e)
{
	enum err err = open_batch(l, e);

	if (err == ERR_OK)
		err = ensure_project(l, NULL, e);
	if (err == ERR_OK)
		err = close_batch(l, e);
	if (err == ERR_OK && l->options.prune && l->skipped > 0)
		return error_set(
		    e, ERR_INPUT, "nothing was pruned, because tasks were skipped");
	if (err == ERR_OK && l->options.prune)
		err = prune(l, e);
	return err == ERR_OK ? update_dimensions(l, e) : err;
}
