#include "labelstudio/exportunique.h"

#include <string.h>

#include "base/map.h"

/* What the records of a list have in common. */
struct list {
	size_t size;
	const struct export_id *(*id)(const void *record);
	bool (*replaces)(const void *later, const void *record, enum export_unique which);
};

/* What does not say when it was changed has the day of its import, after all others. */
static bool
is_earlier(struct str a, struct str b)
{
	return a.s != NULL && (b.s == NULL || str_cmp(a, b) < 0);
}

static struct str
or_else(struct str s, struct str other)
{
	return s.s != NULL ? s : other;
}

static const struct export_id *
annotation_id(const void *record)
{
	return &((const struct export_annotation *)record)->id;
}

static bool
annotation_replaces(const void *later, const void *record, enum export_unique which)
{
	const struct export_annotation *a = later, *b = record;

	return which == EXPORT_LAST ||
	    !is_earlier(or_else(a->updated_at, a->created_at),
		or_else(b->updated_at, b->created_at));
}

static const struct export_id *
prediction_id(const void *record)
{
	return &((const struct export_prediction *)record)->id;
}

static bool
prediction_replaces(const void *later, const void *record, enum export_unique which)
{
	const struct export_prediction *a = later, *b = record;

	if (a->id_only || b->id_only)
		return !a->id_only;
	return which == EXPORT_LAST ||
	    !is_earlier(or_else(a->updated_at, a->created_at),
		or_else(b->updated_at, b->created_at));
}

static const struct list annotations = {
    sizeof(struct export_annotation), annotation_id, annotation_replaces};
static const struct list predictions = {
    sizeof(struct export_prediction), prediction_id, prediction_replaces};

/* Where a record goes that comes behind `n` others: the place of one with its id, or `n`.
 */
static enum err
place_of(struct arena *a, struct map *ids, size_t *places, const struct export_id *id,
    size_t n, size_t *r)
{
	int64_t *kept = arena_alloc(a, sizeof(*kept));
	struct str key = {(const char *)kept, sizeof(*kept)};
	size_t at;

	if (kept == NULL)
		return ERR_MEMORY;
	*kept = id->value;
	*r = map_find(ids, key, &at) ? places[at] : n;
	if (*r < n)
		return ERR_OK;
	places[ids->n] = n;
	return map_add(a, ids, key);
}

static enum err
keep_one(struct arena *a, const struct list *list, void *records, size_t *n_r,
    enum export_unique which)
{
	struct map ids = {0};
	char *all = records;
	size_t n = 0, *places = arena_alloc(a, *n_r * sizeof(*places));

	if (places == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < *n_r; i++) {
		const char *record = all + i * list->size;
		const struct export_id *id = list->id(record);
		size_t to = n;

		if (id->given && place_of(a, &ids, places, id, n, &to) != ERR_OK)
			return ERR_MEMORY;
		if (to == n || list->replaces(record, all + to * list->size, which))
			memmove(all + to * list->size, record, list->size);
		n += to == n;
	}
	*n_r = n;
	return ERR_OK;
}

enum err
export_unique(struct arena *a, struct export_task *t, enum export_unique which)
{
	enum err err = ERR_OK;

	if (t->n_annotations > 1)
		err = keep_one(a, &annotations, t->annotations, &t->n_annotations, which);
	if (err == ERR_OK && t->n_predictions > 1)
		err = keep_one(a, &predictions, t->predictions, &t->n_predictions, which);
	return err;
}
