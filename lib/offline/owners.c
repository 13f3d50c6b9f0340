#include "offline/owners.h"

#include <inttypes.h>
#include <stdlib.h>

#include "labelstudio/export.h"

#define NOBODY (-1)

struct owners_note {
	int64_t id;
	int64_t
	    task; /* after owners_settle(): who has it, NOBODY: it was not claimed yet */
};

/* An annotation or prediction as it is noted. */
struct part {
	enum owners_kind kind;
	int64_t id; /* 0: it has none, or says nothing */
	size_t at;  /* in the list of the export */
};

static const struct {
	const char *list, *one;
} names[] = {
    [OWNERS_ANNOTATIONS] = {"annotations", "the annotation"},
    [OWNERS_PREDICTIONS] = {"predictions", "the prediction"},
};

void
owners_end(struct owners *o)
{
	for (int i = 0; i < OWNERS_KIND__MAX; i++)
		free(o->lists[i].notes);
	*o = (struct owners){0};
}

static size_t
parts_of(const struct export_task *t)
{
	return t->id.given ? t->n_annotations + t->n_predictions : 0;
}

static struct part
part_of(const struct export_task *t, size_t i)
{
	const struct export_prediction *p;

	if (i < t->n_annotations)
		return (struct part){
		    OWNERS_ANNOTATIONS, t->annotations[i].id.value, t->annotations[i].at};
	p = &t->predictions[i - t->n_annotations];
	return (struct part){OWNERS_PREDICTIONS, p->id_only ? 0 : p->id.value, p->at};
}

static enum err
note(struct owners_list *list, int64_t id, int64_t task)
{
	if (list->n == list->room) {
		size_t room = list->room == 0 ? 1024 : list->room * 2;
		struct owners_note *bigger = realloc(list->notes, room * sizeof(*bigger));

		if (bigger == NULL)
			return ERR_MEMORY;
		list->notes = bigger;
		list->room = room;
	}
	list->notes[list->n++] = (struct owners_note){id, task};
	return ERR_OK;
}

enum err
owners_note(struct owners *o, const struct export_task *t)
{
	for (size_t i = 0; i < parts_of(t); i++) {
		struct part part = part_of(t, i);

		if (part.id != 0 &&
		    note(&o->lists[part.kind], part.id, t->id.value) != ERR_OK)
			return ERR_MEMORY;
	}
	return ERR_OK;
}

static int
note_cmp(const void *x, const void *y)
{
	const struct owners_note *a = x, *b = y;

	if (a->id != b->id)
		return a->id < b->id ? -1 : 1;
	return (a->task > b->task) - (a->task < b->task);
}

/* Keep, once each, the ids that several tasks have. */
static size_t
keep_shared(struct owners_note *notes, size_t n)
{
	size_t kept = 0, end;

	for (size_t i = 0; i < n; i = end) {
		for (end = i + 1; end < n && notes[end].id == notes[i].id;)
			end++;
		if (notes[i].task != notes[end - 1].task)
			notes[kept++] = (struct owners_note){notes[i].id, NOBODY};
	}
	return kept;
}

static void
settle(struct owners_list *list)
{
	struct owners_note *smaller;

	if (list->n == 0)
		return;
	qsort(list->notes, list->n, sizeof(list->notes[0]), note_cmp);
	list->n = keep_shared(list->notes, list->n);
	list->room = list->n + 1;
	smaller = realloc(list->notes, list->room * sizeof(*smaller));
	if (smaller != NULL)
		list->notes = smaller;
}

void
owners_settle(struct owners *o)
{
	for (int i = 0; i < OWNERS_KIND__MAX; i++)
		settle(&o->lists[i]);
}

static int
id_cmp(const void *key, const void *note)
{
	int64_t a = *(const int64_t *)key, b = ((const struct owners_note *)note)->id;

	return (a > b) - (a < b);
}

/* The note of an id that several tasks have; NULL: there is none. */
static struct owners_note *
find(struct owners *o, const struct part *part)
{
	struct owners_list *list = &o->lists[part->kind];

	return list->n == 0 || part->id == 0
	    ? NULL
	    : bsearch(&part->id, list->notes, list->n, sizeof(list->notes[0]), id_cmp);
}

static enum err
refuse(const struct export_task *t, const struct part *part, int64_t owner, struct error *e)
{
	error_set(e, ERR_INPUT,
	    "%s %" PRId64 " belongs to another task, %" PRId64 ", not to %" PRId64,
	    names[part->kind].one, part->id, owner, t->id.value);
	export_place_item(t, names[part->kind].list, part->at, ": ", ERR_INPUT, e);
	return export_place_task(t, ERR_INPUT, e);
}

enum err
owners_claim(struct owners *o, const struct export_task *t, struct error *e)
{
	for (size_t i = 0; i < parts_of(t); i++) {
		struct part part = part_of(t, i);
		const struct owners_note *found = find(o, &part);

		if (found != NULL && found->task != NOBODY && found->task != t->id.value)
			return refuse(t, &part, found->task, e);
	}
	for (size_t i = 0; i < parts_of(t); i++) {
		struct part part = part_of(t, i);
		struct owners_note *found = find(o, &part);

		if (found != NULL)
			found->task = t->id.value;
	}
	return ERR_OK;
}
