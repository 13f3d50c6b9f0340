#include "project/opinions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "project/person.h"

/* What one person says of a task. */
struct opinion {
	int64_t person;
	struct category category;
};

void
opinions_begin(struct opinions *o, struct arena *a, enum labels_kind kind, bool by_rank)
{
	*o = (struct opinions){.arena = a, .kind = kind, .by_rank = by_rank};
	ratings_begin(&o->builder, a);
}

/* ---- categories */

/* A set of the labels of a value; its texts are copied if `copy`. */
static enum err
make_set(struct arena *a, const struct labels_value *labels, bool copy, struct category *r)
{
	struct str *members = arena_alloc(a, labels->n * sizeof(*members));

	if (members == NULL)
		return ERR_MEMORY;
	for (uint32_t i = 0; i < labels->n; i++) {
		members[i] = labels->list[i].text;
		if (copy)
			members[i] = arena_str(a, members[i]);
		if (copy && members[i].s == NULL)
			return ERR_MEMORY;
	}
	return category_set(a, members, labels->n, r);
}

static enum err
reserve(struct arena *a, struct opinions_texts *t)
{
	size_t room = t->room == 0 ? 16 : t->room * 2;
	struct category *bigger;

	if (t->seen.n < t->room)
		return ERR_OK;
	bigger = arena_calloc(a, room, sizeof(*bigger));
	if (bigger == NULL)
		return ERR_MEMORY;
	if (t->room > 0)
		memcpy(bigger, t->list, t->room * sizeof(*bigger));
	t->list = bigger;
	t->room = room;
	return ERR_OK;
}

/* The same set for good: each is copied when it is met first. */
static enum err
intern_set(struct opinions *o, const struct labels_value *labels, struct category *r)
{
	struct arena_mark mark = arena_mark(o->arena);
	struct opinions_texts *known;
	struct category set;
	size_t place;
	bool found;

	if (make_set(o->arena, labels, false, &set) != ERR_OK)
		return ERR_MEMORY;
	known = set.members == NULL ? &o->texts : &o->sets;
	found = map_find(&known->seen, set.text, &place);
	arena_rewind(o->arena, mark);
	if (found) {
		*r = known->list[place];
		return ERR_OK;
	}
	if (make_set(o->arena, labels, true, &set) != ERR_OK ||
	    reserve(o->arena, known) != ERR_OK ||
	    map_add(o->arena, &known->seen, set.text) != ERR_OK)
		return ERR_MEMORY;
	known->list[known->seen.n - 1] = set;
	*r = set;
	return ERR_OK;
}

/* The category of a value; *r is false if it is missing. */
static enum err
categorize(
    struct opinions *o, const struct labels_value *labels, struct category *c, bool *r)
{
	*r = false;
	if (labels->kind != o->kind)
		return ERR_OK;
	if (o->kind == LABELS_NUMBER) {
		*r = isfinite(labels->number) != 0;
		if (*r)
			*c = category_number(labels->number);
		return ERR_OK;
	}
	*r = o->kind == LABELS_REGIONS || (labels->n > 0 && labels->parts <= 1);
	return *r ? intern_set(o, labels, c) : ERR_OK;
}

/* ---- tasks */

static int
by_person(const void *x, const void *y)
{
	const struct opinion *a = x, *b = y;

	return (a->person > b->person) - (a->person < b->person);
}

static enum err
add_all(struct opinions *o, int64_t task, size_t n)
{
	struct opinion *list = o->scratch;

	if (n > 1) {
		qsort(list, n, sizeof(list[0]), by_person);
		o->tasks++;
		o->pairs += (uint64_t)n * (n - 1) / 2;
	}
	for (size_t i = 0; i < n; i++)
		if (ratings_add(&o->builder, task, o->by_rank ? (int64_t)i : list[i].person,
			&list[i].category) != ERR_OK ||
		    (n > 1 &&
			person_count_add(o->arena, &o->people, list[i].person) != ERR_OK))
			return ERR_MEMORY;
	return ERR_OK;
}

static enum err
reserve_scratch(struct opinions *o, size_t n)
{
	if (n <= o->room)
		return ERR_OK;
	n *= 2;
	o->scratch = arena_calloc(o->arena, n, sizeof(o->scratch[0]));
	o->room = o->scratch == NULL ? 0 : n;
	return o->scratch == NULL ? ERR_MEMORY : ERR_OK;
}

enum err
opinions_take(struct opinions *o, int64_t task, const struct kept *k, size_t dimension)
{
	size_t n = 0;
	enum err err = reserve_scratch(o, k->n);

	for (size_t i = 0; err == ERR_OK && i < k->n; i++) {
		struct opinion *opinion = &o->scratch[n];
		bool given;

		opinion->person = person_of(&k->sides[i]);
		if (opinion->person == PERSON_NOBODY)
			continue;
		err = categorize(
		    o, &k->scores.labels[i * k->m + dimension], &opinion->category, &given);
		n += err == ERR_OK && given;
	}
	return err == ERR_OK ? add_all(o, task, n) : err;
}

enum err
opinions_finish(struct opinions *o, struct ratings *r, struct error *e)
{
	return ratings_finish(&o->builder, r, e);
}
