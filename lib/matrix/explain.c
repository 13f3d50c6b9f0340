#include "matrix/explain.h"

#include <math.h>
#include <stdlib.h>

#include "base/deadline.h"
#include "metric/place.h"

/* The work on one explanation. */
struct work {
	struct arena *arena;
	const struct matrix_side *sides;
	const struct dimensions *dimensions;
	const struct matrix_options *o;
	struct explained *to;
	bool failed; /* there was no memory for the words of a warning */
	struct error *e;
};

/* The first warning of a dimension is the reason of its null. */
static void
note_warning(void *context, const struct matrix_warning *warning)
{
	struct work *w = context;
	struct explained_dimension *d = &w->to->list[warning->dimension];

	if (d->reason == NULL) {
		d->reason = arena_printf(w->arena, "%s", warning->text);
		w->failed |= d->reason == NULL;
	}
	if (w->o->warn != NULL)
		w->o->warn(w->o->context, warning);
}

/* Why two sides are not compared at all; NULL: they are. */
static const char *
not_compared(const struct matrix_side *sides, bool same)
{
	bool in_a = sides[0].result != NULL, in_b = sides[1].result != NULL;

	if (!in_a && !in_b)
		return "neither a nor b has evidence on this task";
	if (!in_a || !in_b)
		return in_a ? "b has no evidence on this task"
			    : "a has no evidence on this task";
	if (same)
		return "a and b are the same participant";
	return sides[0].result == sides[1].result ? "a and b are the same annotation"
						  : NULL;
}

static int
by_place(const void *x, const void *y)
{
	const struct explained_place *a = x, *b = y;

	return (a->place > b->place) - (a->place < b->place);
}

/* Whether an item is of a control that asks about several things. */
static bool
asks_about_several(const struct dimension *d, const struct item *item)
{
	if (!result_name_matches(d->row->control_tag, item->from_name))
		return false;
	return !str_eq(d->row->control_tag, item->from_name) ||
	    !json_is_null(json_get(item->json, "item_index")) ||
	    !json_is_null(json_get(item->value, "item_index"));
}

static enum err
list_places(const struct work *w, struct explained_dimension *d)
{
	const struct result *results[] = {w->sides[0].result, w->sides[1].result};
	size_t kept = 0;

	d->places = arena_alloc(
	    w->arena, ((size_t)results[0]->n + results[1]->n) * sizeof(d->places[0]));
	if (d->places == NULL)
		return ERR_MEMORY;
	for (int s = 0; s < 2; s++)
		for (uint32_t i = 0; i < results[s]->n; i++) {
			const struct item *item = &results[s]->items[i];

			if (asks_about_several(d->dimension, item))
				d->places[d->n_places++] =
				    (struct explained_place){place_of(item), item};
		}
	if (d->n_places > 1)
		qsort(d->places, d->n_places, sizeof(d->places[0]), by_place);
	for (size_t i = 0; i < d->n_places; i++)
		if (kept == 0 || d->places[kept - 1].place != d->places[i].place)
			d->places[kept++] = d->places[i];
	d->n_places = kept;
	return ERR_OK;
}

const struct item *
explained_item(const struct explained_dimension *d, uint64_t place)
{
	const struct explained_place key = {place, NULL}, *found = NULL;

	if (d->n_places > 0)
		found =
		    bsearch(&key, d->places, d->n_places, sizeof(d->places[0]), by_place);
	return found == NULL ? NULL : found->item;
}

static enum err
check_cost(const struct work *w, const struct matrix_meeting *meetings)
{
	double cost = 0.0;

	for (size_t d = 0; d < w->dimensions->n; d++)
		if (meetings[d].a != NULL)
			cost += measure_explain_cost(
			    &meetings[d].dimension->measure, meetings[d].a, meetings[d].b);
	if (w->o->max_cost > 0.0 && cost > w->o->max_cost)
		return error_set(w->e, ERR_LIMIT,
		    "The explanation would cost %.3g units of work, more than max_cost = "
		    "%.3g.",
		    cost, w->o->max_cost);
	return ERR_OK;
}

/* A dimension in which the values of both sides are there. */
static enum err
explain_values(const struct work *w, const struct matrix_meeting *m,
    struct explained_dimension *d, double *score)
{
	enum err err =
	    measure_explain(&m->dimension->measure, w->arena, m->a, m->b, &d->explanation);

	if (err == ERR_LIMIT)
		return deadline_check(w->e);
	if (err == ERR_INPUT) {
		d->reason = "the comparison failed";
		return ERR_OK;
	}
	if (err == ERR_OK)
		err = list_places(w, d);
	if (err != ERR_OK)
		return error_set(w->e, err, "%s", err_text(err));
	d->reason = NULL;
	*score = d->score = d->explanation.score;
	return ERR_OK;
}

/* *score is as of struct scores. */
static enum err
explain_dimension(const struct work *w, const struct matrix_meeting *m,
    struct explained_dimension *d, double *score)
{
	d->dimension = m->dimension;
	*score = m->hidden ? SCORE_HIDDEN : SCORE_NULL;
	if (m->a != NULL)
		return explain_values(w, m, d, score);
	if (m->past) {
		*score = d->score = 0.0;
		d->reason =
		    "the values of one belong to regions, those of the other to none";
	} else if (m->hidden)
		d->reason = "the control was hidden from a and b";
	return ERR_OK;
}

static enum err
compare(struct work *w, double *scores)
{
	const struct dimensions *all = w->dimensions;
	struct matrix_meeting *meetings = arena_alloc(w->arena, all->n * sizeof(*meetings));
	const struct matrix_options o = {w->o->max_cost, note_warning, w};
	enum err err;

	if (meetings == NULL)
		return error_memory(w->e);
	err = matrix_meet(
	    w->arena, w->sides, all->list, all->n, &o, meetings, &w->to->incomplete, w->e);
	if (err == ERR_OK)
		err = check_cost(w, meetings);
	for (size_t i = 0; err == ERR_OK && i < all->n; i++)
		err = explain_dimension(w, &meetings[i], &w->to->list[i], &scores[i]);
	return err == ERR_OK && w->failed ? error_memory(w->e) : err;
}

/* The cell without comparing: on the diagonal 1, where there is something to compare. */
static void
leave(const struct work *w, const char *why, bool same)
{
	struct explained *x = w->to;
	bool is_one = same && w->sides[0].result != NULL && x->n > 0;

	x->score = is_one ? 1.0 : (double)NAN;
	x->reason = why;
	for (size_t i = 0; i < x->n; i++)
		x->list[i].reason = why;
}

static enum err
begin(struct work *w)
{
	const struct dimensions *all = w->dimensions;
	struct explained *x = w->to;

	x->list = arena_calloc(w->arena, all->n, sizeof(x->list[0]));
	if (x->list == NULL)
		return error_memory(w->e);
	x->n = all->n;
	for (size_t i = 0; i < all->n; i++) {
		x->list[i].dimension = &all->list[i];
		x->list[i].score = (double)NAN;
	}
	return ERR_OK;
}

static enum err
fill(struct work *w)
{
	const struct dimensions *all = w->dimensions;
	double *scores = arena_alloc(w->arena, all->n * sizeof(*scores));
	struct average average;
	enum err err;

	if (scores == NULL ||
	    average_of_all(w->arena, all->list, all->n, &average) != ERR_OK)
		return error_memory(w->e);
	err = compare(w, scores);
	if (err != ERR_OK)
		return err;
	w->to->score = average_score(&average, scores);
	if (isnan(w->to->score))
		w->to->reason =
		    all->n == 0 ? "no dimension counts" : "no dimension has a score";
	return ERR_OK;
}

enum err
explain_pair(struct arena *a, const struct matrix_side sides[static 2], bool same,
    const struct dimensions *d, const struct matrix_options *o, struct explained *r,
    struct error *e)
{
	struct explained x = {.list = NULL};
	struct work w = {
	    .arena = a, .sides = sides, .dimensions = d, .o = o, .to = &x, .e = e};
	const char *why = not_compared(sides, same);
	enum err err = begin(&w);

	if (err == ERR_OK && why != NULL)
		leave(&w, why, same);
	else if (err == ERR_OK)
		err = fill(&w);
	if (err == ERR_OK)
		*r = x;
	return err;
}
