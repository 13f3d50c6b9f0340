#include "offline/repeats.h"

#include <stdlib.h>
#include <string.h>

#include "labelstudio/export.h"
#include "labelstudio/exportunique.h"

struct text {
	struct text *next;
	size_t n;
	char bytes[];
};

struct repeats_task {
	int64_t id;
	size_t places;
	size_t to_come; /* of them, those that were not met yet */
	struct text *first, **last;
};

enum err
repeats_note(struct repeats *r, int64_t id)
{
	if (r->n == r->room) {
		size_t room = r->room == 0 ? 1024 : r->room * 2;
		int64_t *bigger = arena_alloc(r->arena, room * sizeof(*bigger));

		if (bigger == NULL)
			return ERR_MEMORY;
		if (r->n > 0)
			memcpy(bigger, r->ids, r->n * sizeof(*bigger));
		r->ids = bigger;
		r->room = room;
	}
	r->ids[r->n++] = id;
	return ERR_OK;
}

static int
id_cmp(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

	return (a > b) - (a < b);
}

/* How often the id at place i comes from there on. */
static size_t
run_of(const struct repeats *r, size_t i)
{
	size_t n = 1;

	while (i + n < r->n && r->ids[i + n] == r->ids[i])
		n++;
	return n;
}

enum err
repeats_settle(struct repeats *r)
{
	size_t n = 0;

	if (r->n > 0)
		qsort(r->ids, r->n, sizeof(r->ids[0]), id_cmp);
	for (size_t i = 0; i < r->n; i += run_of(r, i))
		n += run_of(r, i) > 1;
	r->tasks = arena_calloc(r->arena, n, sizeof(r->tasks[0]));
	if (r->tasks == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < r->n; i += run_of(r, i)) {
		struct repeats_task *t = &r->tasks[r->n_tasks];

		if (run_of(r, i) == 1)
			continue;
		*t = (struct repeats_task){.id = r->ids[i], .places = run_of(r, i)};
		t->to_come = t->places;
		t->last = &t->first;
		r->n_tasks++;
	}
	return ERR_OK;
}

static int
task_cmp(const void *key, const void *task)
{
	int64_t a = *(const int64_t *)key, b = ((const struct repeats_task *)task)->id;

	return (a > b) - (a < b);
}

/* Put parts of a task together, in their order. */
static enum err
unite(struct arena *a, const struct export_task *parts, size_t n, struct export_task *r)
{
	size_t annotations = 0, predictions = 0;

	for (size_t i = 0; i < n; i++) {
		annotations += parts[i].n_annotations;
		predictions += parts[i].n_predictions;
	}
	*r = parts[n - 1];
	r->n_annotations = r->n_predictions = 0;
	r->annotations = arena_alloc(a, annotations * sizeof(r->annotations[0]));
	r->predictions = arena_alloc(a, predictions * sizeof(r->predictions[0]));
	if (r->annotations == NULL || r->predictions == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < parts[i].n_annotations; k++)
			r->annotations[r->n_annotations++] = parts[i].annotations[k];
		for (size_t k = 0; k < parts[i].n_predictions; k++)
			r->predictions[r->n_predictions++] = parts[i].predictions[k];
	}
	return export_unique(a, r, EXPORT_LAST);
}

static enum err
read_all(
    struct arena *a, const struct repeats_task *t, struct export_task *r, struct error *e)
{
	struct export_task *parts;
	size_t n = 0;
	enum err err = ERR_OK;

	for (const struct text *s = t->first; s != NULL; s = s->next)
		n++;
	parts = arena_calloc(a, n, sizeof(*parts));
	if (parts == NULL)
		return error_memory(e);
	n = 0;
	for (const struct text *s = t->first; err == ERR_OK && s != NULL; s = s->next)
		err =
		    export_task_again(a, (struct str){s->bytes, s->n}, "$", &parts[n++], e);
	if (err == ERR_OK && unite(a, parts, n, r) != ERR_OK)
		err = error_memory(e);
	return err;
}

static void
forget(struct repeats_task *t)
{
	while (t->first != NULL) {
		struct text *next = t->first->next;

		free(t->first);
		t->first = next;
	}
	t->last = &t->first;
}

/* The texts of the task that was put together last. */
static void
forget_last(struct repeats *r)
{
	if (r->last != NULL)
		forget(r->last);
	r->last = NULL;
}

void
repeats_again(struct repeats *r)
{
	for (size_t i = 0; i < r->n_tasks; i++) {
		forget(&r->tasks[i]);
		r->tasks[i].to_come = r->tasks[i].places;
	}
	r->last = NULL;
}

void
repeats_end(struct repeats *r)
{
	for (size_t i = 0; i < r->n_tasks; i++)
		forget(&r->tasks[i]);
	r->n_tasks = 0;
	r->last = NULL;
}

static enum err
join(struct repeats *r, struct repeats_task *known, struct arena *a,
    const struct export_task **task_r, struct error *e)
{
	struct export_task *whole = arena_calloc(a, 1, sizeof(*whole));
	enum err err = whole == NULL ? error_memory(e) : read_all(a, known, whole, e);

	r->last = known;
	if (err == ERR_OK)
		*task_r = whole;
	return err;
}

enum err
repeats_join(struct repeats *r, struct arena *a, const struct export_task *t,
    const struct export_task **task_r, struct error *e)
{
	struct repeats_task *known = r->n_tasks == 0
	    ? NULL
	    : bsearch(&t->id.value, r->tasks, r->n_tasks, sizeof(r->tasks[0]), task_cmp);
	struct text *text;

	forget_last(r);
	*task_r = t;
	if (known == NULL)
		return ERR_OK;
	text = malloc(sizeof(*text) + t->text.n);
	if (text == NULL)
		return error_memory(e);
	text->next = NULL;
	text->n = t->text.n;
	memcpy(text->bytes, t->text.s, t->text.n);
	*known->last = text;
	known->last = &text->next;
	known->to_come--;
	*task_r = NULL;
	return known->to_come > 0 ? ERR_OK : join(r, known, a, task_r, e);
}

enum err
repeats_rest(
    struct repeats *r, struct arena *a, const struct export_task **task_r, struct error *e)
{
	forget_last(r);
	*task_r = NULL;
	for (size_t i = 0; i < r->n_tasks; i++)
		if (r->tasks[i].to_come > 0 && r->tasks[i].first != NULL) {
			r->tasks[i].to_come = 0;
			return join(r, &r->tasks[i], a, task_r, e);
		}
	return ERR_OK;
}
