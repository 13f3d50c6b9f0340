#include "project/units.h"

#include <math.h>
#include <stdlib.h>

#include "project/room.h"

/* Adds a set by the places of its labels. */
static enum err
add_set(struct arena *a, struct units *u, const struct vocabulary *v,
    const uint32_t *labels, uint32_t n)
{
	struct unit_set *sets =
	    room_for_more(a, u->sets, u->places.n, &u->sets_room, sizeof(*sets));
	struct str key =
	    arena_str(a, (struct str){(const char *)labels, n * sizeof(*labels)});
	struct str *texts = arena_alloc(a, n * sizeof(*texts));

	if (sets == NULL || key.s == NULL || texts == NULL)
		return ERR_MEMORY;
	u->sets = sets;
	for (uint32_t i = 0; i < n; i++)
		texts[i] = v->words[labels[i]].text;
	sets[u->places.n] = (struct unit_set){texts, n, (uint32_t)u->places.n};
	return map_add(a, &u->places, key);
}

static enum err
find_set(struct arena *a, struct arena *scratch, struct units *u, struct vocabulary *v,
    const struct labels_value *value, uint32_t *r)
{
	uint32_t *labels = arena_alloc(scratch, value->n * sizeof(*labels));
	struct str key = {(const char *)labels, value->n * sizeof(*labels)};
	enum err err = labels == NULL ? ERR_MEMORY : ERR_OK;
	size_t place;

	for (uint32_t i = 0; err == ERR_OK && i < value->n; i++)
		err = vocabulary_add(a, v, value->list[i].text, &labels[i]);
	if (err == ERR_OK && !map_find(&u->places, key, &place)) {
		place = u->places.n;
		err = add_set(a, u, v, labels, value->n);
	}
	if (err == ERR_OK)
		*r = (uint32_t)place;
	return err;
}

/* Whether a value is one answer. */
static bool
is_unit(const struct labels_value *value)
{
	return value->kind == LABELS_NUMBER
	    ? !isnan(value->number)
	    : value->kind == LABELS_SET && value->n > 0 && value->parts == 1;
}

enum err
units_add(struct arena *a, struct arena *scratch, struct units *u, struct vocabulary *v,
    int64_t task, uint32_t who, const struct labels_value *value)
{
	struct arena_mark mark = arena_mark(scratch);
	struct unit unit = {.task = task, .who = who, .set = UNITS_NUMBER};
	struct unit *list;
	enum err err = ERR_OK;

	if (!is_unit(value))
		return ERR_OK;
	if (value->kind == LABELS_NUMBER)
		unit.number = value->number;
	else
		err = find_set(a, scratch, u, v, value, &unit.set);
	arena_rewind(scratch, mark);
	if (err != ERR_OK)
		return err;
	list = room_for_more(a, u->list, u->n, &u->room, sizeof(*list));
	if (list == NULL)
		return ERR_MEMORY;
	u->list = list;
	list[u->n++] = unit;
	return ERR_OK;
}

static int
by_labels(const void *x, const void *y)
{
	const struct unit_set *s = x, *t = y;
	int order = 0;

	for (uint32_t i = 0; order == 0 && i < s->n && i < t->n; i++)
		order = str_cmp(s->labels[i], t->labels[i]);
	return order != 0 ? order : (s->n > t->n) - (s->n < t->n);
}

static int
by_task(const void *x, const void *y)
{
	const struct unit *u = x, *v = y;

	if (u->task != v->task)
		return u->task < v->task ? -1 : 1;
	if (u->who != v->who)
		return u->who < v->who ? -1 : 1;
	if (u->set != v->set)
		return u->set < v->set ? -1 : 1;
	return (u->number > v->number) - (u->number < v->number);
}

enum err
units_sort(struct arena *scratch, struct units *u, const uint32_t *rank)
{
	struct arena_mark mark = arena_mark(scratch);
	uint32_t *sets = arena_alloc(scratch, u->places.n * sizeof(*sets));

	if (sets == NULL)
		return ERR_MEMORY;
	if (u->places.n > 0)
		qsort(u->sets, u->places.n, sizeof(u->sets[0]), by_labels);
	for (size_t i = 0; i < u->places.n; i++)
		sets[u->sets[i].place] = (uint32_t)i;
	for (size_t i = 0; i < u->n; i++) {
		if (u->list[i].who != AGREEMENT_NOBODY)
			u->list[i].who = rank[u->list[i].who];
		if (u->list[i].set != UNITS_NUMBER)
			u->list[i].set = sets[u->list[i].set];
	}
	arena_rewind(scratch, mark);
	if (u->n > 0)
		qsort(u->list, u->n, sizeof(u->list[0]), by_task);
	return ERR_OK;
}
