#include "import/load.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BATCH_TASKS 200
#define BATCH_BYTES ((size_t)4 << 20)

/* Bytes; no server's max_allowed_packet is set lower. */
#define LONG_TEXT ((size_t)1 << 20)

/* How often a batch that lost against another transaction is tried, and how long is waited
 * before the second time; before each that follows twice as long. */
#define TRIES 6
#define PAUSE_MS 20

enum err
load_begin(struct load *l, struct store *s, const struct load_options *o, struct error *e)
{
	enum err err;

	*l = (struct load){.store = s, .options = *o, .project = o->project};
	err = loadguess_begin(&l->guess, o->label_config, e);
	if (err == ERR_OK &&
	    (loadbatch_begin(&l->batch) != ERR_OK ||
		loadpeople_begin(&l->people) != ERR_OK))
		err = error_memory(e);
	if (err != ERR_OK)
		load_end(l);
	return err;
}

void
load_end(struct load *l)
{
	for (int i = 0; i < LOAD_USERS; i++)
		free(l->ids[i].list);
	loadpeople_end(&l->people);
	loadbatch_end(&l->batch);
	loadguess_end(&l->guess);
	*l = (struct load){0};
}

void
load_skip(struct load *l)
{
	l->skipped++;
}

enum err
load_task(struct load *l, const struct export_task *t, struct error *e)
{
	return loadbatch_add(&l->batch, t, e);
}

bool
load_full(const struct load *l)
{
	return l->batch.n >= BATCH_TASKS || l->batch.bytes >= BATCH_BYTES;
}

/* ------------------------------------------------------------------ writing a batch */

/* The project that the first of the tasks names. */
static int64_t
named_project(const struct loadbatch *b)
{
	for (const struct loadbatch_task *t = b->first; t != NULL; t = t->next)
		if (t->named != 0)
			return t->named;
	return 0;
}

static enum err
make_project(struct load *l, struct error *e)
{
	struct import_project p = {
	    .id = l->options.project != 0 ? l->options.project : named_project(&l->batch),
	    .title = l->options.title,
	    .label_config = l->options.label_config,
	};
	enum import_change change;
	enum err err;

	if (l->made)
		return ERR_OK;
	err = import_organization(l->store, l->options.organization, STR("Default"),
	    &l->organization, &change, e);
	p.organization = l->organization;
	if (err == ERR_OK)
		err = import_project(l->store, &p, &l->project, &change, e);
	return err;
}

/* Put the place inside the task before a message. A server that is sent more than it takes
 * hangs up without a word. */
static enum err
place_item(const struct loadbatch_task *t, const char *list, size_t at, struct str text,
    enum err err, struct error *e)
{
	char end[120] = ": ";

	if (err == ERR_DB_AWAY && text.n >= LONG_TEXT)
		snprintf(end, sizeof(end),
		    ".result, %zu bytes (is max_allowed_packet of the server less than "
		    "that?): ",
		    text.n);
	return export_place_item(&t->place, list, at, end, err, e);
}

static enum err
write_annotation(struct load *l, const struct loadbatch_task *t,
    struct loadbatch_annotation *v, struct error *e)
{
	const struct import_origin from = {l->organization, l->project};
	enum import_change change;
	enum err err = ERR_OK;

	v->row.project = l->project;
	l->tally.of_nobody += v->by.id == 0 && v->by.email.s == NULL;
	if (v->by.id != 0 || v->by.email.s != NULL)
		err = loadpeople_id(
		    &l->people, l->store, &from, &v->by, &v->row.completed_by, e);
	if (err == ERR_OK)
		err = import_annotation(l->store, &v->row, &change, e);
	if (err != ERR_OK)
		return place_item(t, "annotations", v->at, v->row.result, err, e);
	l->tally.count[LOAD_ANNOTATIONS][change]++;
	return ERR_OK;
}

static enum err
write_prediction(struct load *l, const struct loadbatch_task *t,
    struct loadbatch_prediction *v, struct error *e)
{
	enum import_change change;
	enum err err;

	if (v->id_only) {
		l->tally.ids_only++;
		return ERR_OK;
	}
	v->row.project = l->project;
	err = import_prediction(l->store, &v->row, &change, e);
	if (err != ERR_OK)
		return place_item(t, "predictions", v->at, v->row.result, err, e);
	l->tally.count[LOAD_PREDICTIONS][change]++;
	return ERR_OK;
}

static enum err
write_parts(struct load *l, struct loadbatch_task *t, struct error *e)
{
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < t->n_annotations; i++)
		err = write_annotation(l, t, &t->annotations[i], e);
	for (size_t i = 0; err == ERR_OK && i < t->n_predictions; i++)
		err = write_prediction(l, t, &t->predictions[i], e);
	return err;
}

/* A task that is there may have more than the export says here. */
static enum err
write_task(struct load *l, struct loadbatch_task *t, struct error *e)
{
	enum import_change change;
	uint64_t changed = 0;
	enum err err;

	t->row.project = l->project;
	if (l->options.project == 0 && t->named != 0 && t->named != l->project) {
		error_set(e, ERR_INPUT,
		    "is %" PRId64 ", others are of project %" PRId64
		    "; choose one with --project",
		    t->named, l->project);
		return error_prefix(e, ERR_INPUT, "%s%s: ", t->place.path,
		    t->place.partial ? ".task.project" : ".project");
	}
	err = import_task(l->store, &t->row, &change, e);
	if (err != ERR_OK)
		return error_prefix(e, err, "%s: ", t->place.path);
	err = write_parts(l, t, e);
	if (err == ERR_OK && change != IMPORT_INSERTED)
		err =
		    import_totals(l->store, l->project, t->row.id, t->row.id, &changed, e);
	if (err != ERR_OK)
		return err;
	if (change == IMPORT_UNCHANGED && changed > 0)
		change = IMPORT_UPDATED;
	l->tally.count[LOAD_TASKS][change]++;
	l->tally.nameless += t->n_nameless;
	return ERR_OK;
}

/* From now on the batch is without that task. */
static void
refuse(struct load *l, struct loadbatch_task *t, const struct error *why)
{
	t->refused = true;
	l->skipped++;
	if (l->options.refused != NULL)
		l->options.refused(l->options.context, why);
}

/* Writes a task; one that the database refuses is undone alone. */
static enum err
try_task(struct load *l, struct loadbatch_task *t, struct error *e)
{
	struct load_tally tally = l->tally;
	size_t people = l->people.n;
	enum err err = l->options.keep_going ? store_mark(l->store, e) : ERR_OK;

	if (err != ERR_OK)
		return err;
	err = write_task(l, t, e);
	if (err == ERR_OK)
		return ERR_OK;
	export_place_task(&t->place, err, e);
	if (!l->options.keep_going || (err != ERR_INPUT && err != ERR_LIMIT))
		return err;
	refuse(l, t, e);
	/* What is too long for the server may cost the connection: the batch is begun anew.
	 */
	if (err == ERR_LIMIT)
		return err;
	l->tally = tally;
	loadpeople_forget(&l->people, people);
	return store_rewind(l->store, e);
}

/* Whether nothing of the batch was written, and nothing before it. */
static bool
all_refused(const struct load *l)
{
	size_t refused_tasks = 0;

	for (const struct loadbatch_task *t = l->batch.first; t != NULL; t = t->next)
		refused_tasks += t->refused;
	return !l->made && l->batch.n > 0 && refused_tasks == l->batch.n;
}

static enum err
write_batch(struct load *l, struct error *e)
{
	enum err err = store_begin(l->store, e);

	if (err == ERR_OK)
		err = make_project(l, e);
	for (struct loadbatch_task *t = l->batch.first; err == ERR_OK && t != NULL;
	    t = t->next)
		if (!t->refused)
			err = try_task(l, t, e);
	if (err != ERR_OK)
		return err;
	/* For tasks that are all refused no project is made or changed. */
	if (all_refused(l)) {
		store_rollback(l->store);
		l->project = l->options.project;
		return ERR_OK;
	}
	return store_commit(l->store, e);
}

static void
pause_before(int tries)
{
	long ms = (long)PAUSE_MS << tries;
	struct timespec t = {ms / 1000, ms % 1000 * 1000000};

	nanosleep(&t, NULL);
}

/* Write the batch until it is written or cannot be. */
static enum err
write_surely(struct load *l, struct error *e)
{
	struct load_tally tally = l->tally;
	size_t people = l->people.n;
	int tries = 0;

	for (;;) {
		uint64_t skipped = l->skipped;
		enum err err = write_batch(l, e);
		bool conflict = err != ERR_OK && store_conflict(l->store);

		if (err == ERR_OK)
			return ERR_OK;
		store_rollback(l->store);
		l->tally = tally;
		loadpeople_forget(&l->people, people);
		if (!l->made)
			l->project = l->options.project;
		if (conflict && tries + 1 < TRIES)
			pause_before(tries++);
		else if (err != ERR_LIMIT || l->skipped == skipped)
			return err;
	}
}

/* ------------------------------------------------------------------ after a batch */

static enum err
note_id(struct load_ids *ids, int64_t id)
{
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

static enum err
note_ids(struct load *l, const struct loadbatch_task *t)
{
	enum err err = note_id(&l->ids[LOAD_TASKS], t->row.id);

	for (size_t i = 0; err == ERR_OK && i < t->n_annotations; i++)
		err = note_id(&l->ids[LOAD_ANNOTATIONS], t->annotations[i].row.id);
	for (size_t i = 0; err == ERR_OK && i < t->n_predictions; i++)
		err = note_id(&l->ids[LOAD_PREDICTIONS], t->predictions[i].row.id);
	return err;
}

/* Remember what the end of the load needs of a task that was written. */
static enum err
digest(struct load *l, const struct loadbatch_task *t)
{
	enum err err = l->options.prune ? note_ids(l, t) : ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < t->n_annotations; i++)
		err = loadguess_result(&l->guess, t->annotations[i].row.result);
	for (size_t i = 0; err == ERR_OK && i < t->n_predictions; i++)
		err = loadguess_result(&l->guess, t->predictions[i].row.result);
	return err;
}

/* Write what there is, the project at least. */
static enum err
write_all(struct load *l, struct error *e)
{
	enum err err = write_surely(l, e);

	if (err != ERR_OK || l->project == 0 || all_refused(l))
		return err;
	if (!l->made)
		err = loadguess_project(&l->guess, l->store, l->project, e);
	l->made |= err == ERR_OK;
	return err;
}

enum err
load_flush(struct load *l, struct error *e)
{
	enum err err = l->batch.n == 0 ? ERR_OK : write_all(l, e);

	if (err != ERR_OK)
		return err;
	for (const struct loadbatch_task *t = l->batch.first; t != NULL; t = t->next)
		if (!t->refused && digest(l, t) != ERR_OK)
			return error_memory(e);
	loadbatch_clear(&l->batch);
	return ERR_OK;
}

/* ------------------------------------------------------------------ at the end */

static int
id_cmp(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

	return (a > b) - (a < b);
}

static struct import_ids
sorted(struct load_ids *ids)
{
	if (ids->n > 0)
		qsort(ids->list, ids->n, sizeof(ids->list[0]), id_cmp);
	return (struct import_ids){ids->list, ids->n};
}

static enum err
prune(struct load *l, struct error *e)
{
	struct import_ids tasks = sorted(&l->ids[LOAD_TASKS]);
	struct import_ids annotations = sorted(&l->ids[LOAD_ANNOTATIONS]);
	struct import_ids predictions = sorted(&l->ids[LOAD_PREDICTIONS]);
	enum err err = ERR_OK;

	if (l->skipped > 0)
		return error_set(
		    e, ERR_INPUT, "nothing was pruned, because tasks were skipped");
	if (tasks.n == 0)
		return error_set(
		    e, ERR_INPUT, "nothing was pruned, because there was no task at all");
	for (int tries = 0; tries < TRIES; tries++) {
		err = import_prune(l->store, l->project, &tasks, &annotations, &predictions,
		    &l->pruned, e);
		if (err == ERR_OK || !store_conflict(l->store))
			break;
		pause_before(tries);
	}
	return err;
}

enum err
load_finish(struct load *l, struct error *e)
{
	const struct load_options *o = &l->options;
	enum err err = ERR_OK;

	if (!l->made && o->project == 0)
		return ERR_OK;
	/* What was all refused changes nothing, the project's configuration neither. */
	if (!l->made && l->skipped > 0)
		return o->prune ? prune(l, e) : ERR_OK;
	if (!l->made)
		err = write_all(l, e);
	if (err == ERR_OK && o->prune)
		err = prune(l, e);
	return err == ERR_OK ? loadguess_write(&l->guess, l->store, l->project, e) : err;
}

enum err
load_count(const struct load *l, enum load_noun noun, uint64_t count[IMPORT_CHANGE__MAX])
{
	if (noun == LOAD_USERS)
		return loadpeople_count(&l->people, count);
	memcpy(count, l->tally.count[noun], sizeof(l->tally.count[noun]));
	return ERR_OK;
}
