#include "project/tally.h"

#include <math.h>

#include "base/deadline.h"
#include "matrix/dimension.h"
#include "project/room.h"
#include "project/tallystate.h"

/* Nanoseconds, about. */
#define WORK_OF_SCORE UINT64_C(5)

/* The work on one task. */
struct work {
	struct tally *t;
	struct arena *scratch;
	int64_t task;
	const struct kept *k;
	struct agreement_task sides;
	size_t n_pairs;
	struct scores cells;	  /* one for each pair of sides */
	struct labels_pairs *met; /* likewise */
};

/* ---- begin */

static bool
takes_part(const struct tally_options *o, const struct store_dimension *row)
{
	return o->dimension != 0 ? row->id == o->dimension
				 : row->is_active && row->is_present;
}

static void
add_dimension(struct tally *t, const struct store_dimension *row)
{
	bool named = t->o.dimension != 0, counts = named || dimension_counts(row);

	if (counts)
		average_add(&t->average, t->n_dimensions, named ? 1.0 : row->weight);
	t->gathered[t->n_dimensions] = (struct gathered){
	    .agreement = {.parts = t->o.by_dimension, .methodology = t->o.methodology},
	    .vocabulary = {.parts = t->o.by_label},
	    .rates = str_is(row->control_type, "Rating"),
	    .place = KEPT_NONE,
	};
	t->dimensions[t->n_dimensions++] =
	    (struct tally_dimension){.row = row, .counts = counts};
}

enum err
tally_begin(struct arena *a, const struct store_dimension_list *rows,
    const struct tally_options *o, struct tally **r)
{
	struct tally *t = arena_calloc(a, 1, sizeof(*t));

	if (t == NULL)
		return ERR_MEMORY;
	t->arena = a;
	t->o = *o;
	if (o->lists & TALLY_TASKS)
		t->o.overall |= AGREEMENT_SCORES;
	t->overall =
	    (struct agreement){.parts = t->o.overall, .methodology = t->o.methodology};
	t->truth = AGREEMENT_NOBODY;
	t->dimensions = arena_calloc(a, rows->n, sizeof(t->dimensions[0]));
	t->gathered = arena_calloc(a, rows->n, sizeof(t->gathered[0]));
	if (t->dimensions == NULL || t->gathered == NULL ||
	    average_init(a, rows->n, &t->average) != ERR_OK ||
	    average_init(a, rows->n, &t->of_task) != ERR_OK)
		return ERR_MEMORY;
	for (size_t i = 0; i < rows->n; i++)
		if (takes_part(o, &rows->items[i]))
			add_dimension(t, &rows->items[i]);
	*r = t;
	return ERR_OK;
}

/* ---- who takes part in a task */

static enum err
add_participant(struct tally *t, const struct tally_participant *p, uint32_t *r)
{
	struct tally_participant *people = room_for_more(
	    t->arena, t->people, t->n_people, &t->people_room, sizeof(*people));

	if (people == NULL || t->n_people >= AGREEMENT_NOBODY - AGREEMENT_GROUP__MAX - 1)
		return ERR_MEMORY;
	t->people = people;
	people[t->n_people] = *p;
	*r = (uint32_t)t->n_people++;
	return ERR_OK;
}

static enum err
annotator_of(struct tally *t, const struct kept_side *side, uint32_t *r)
{
	const struct tally_participant p = {PARTICIPANT_ANNOTATOR, side->user, {0}, 0};
	uint32_t known = t->users.n, place;
	uint32_t *list;
	enum err err = ERR_OK;

	if (idmap_add(t->arena, &t->users, (uint64_t)side->user, &place) != ERR_OK)
		return ERR_MEMORY;
	list = room_for_more(
	    t->arena, t->annotators, place, &t->annotators_room, sizeof(*list));
	if (list == NULL)
		return ERR_MEMORY;
	t->annotators = list;
	if (place == known)
		err = add_participant(t, &p, &list[place]);
	*r = list[place];
	return err;
}

static enum err
model_of(struct tally *t, const struct kept_side *side, uint32_t *r)
{
	struct tally_participant p = {PARTICIPANT_MODEL, 0, {0}, 0};
	uint32_t *list;
	size_t place;

	if (map_find(&t->versions, side->model, &place)) {
		*r = t->models[place];
		return ERR_OK;
	}
	p.model = arena_str(t->arena, side->model);
	list = room_for_more(
	    t->arena, t->models, t->versions.n, &t->models_room, sizeof(*list));
	if (p.model.s == NULL || list == NULL ||
	    map_add(t->arena, &t->versions, p.model) != ERR_OK)
		return ERR_MEMORY;
	t->models = list;
	if (add_participant(t, &p, &list[t->versions.n - 1]) != ERR_OK)
		return ERR_MEMORY;
	*r = list[t->versions.n - 1];
	return ERR_OK;
}

static enum err
truth_of(struct tally *t, uint32_t *r)
{
	static const struct tally_participant p = {PARTICIPANT_GROUND_TRUTH, 0, {0}, 0};
	enum err err = ERR_OK;

	if (t->truth == AGREEMENT_NOBODY)
		err = add_participant(t, &p, &t->truth);
	*r = t->truth;
	return err;
}

/* Who a side is; not that it is the ground truth. */
static enum err
read_side(struct tally *t, const struct kept_side *side, struct agreement_side *r)
{
	enum err err = ERR_OK;

	*r = (struct agreement_side){.self = AGREEMENT_NOBODY};
	r->in[AGREEMENT_ANNOTATORS] =
	    side->kind == PARTICIPANT_ANNOTATOR || side->kind == PARTICIPANT_UNNAMED;
	r->in[AGREEMENT_MODELS] = side->kind == PARTICIPANT_MODEL && t->o.models;
	if (side->kind == PARTICIPANT_ANNOTATOR)
		err = annotator_of(t, side, &r->self);
	else if (r->in[AGREEMENT_MODELS])
		err = model_of(t, side, &r->self);
	if (err == ERR_OK && r->self != AGREEMENT_NOBODY)
		t->people[r->self].tasks++;
	return err;
}

static enum err
read_sides(struct work *w)
{
	struct agreement_task *r = &w->sides;
	enum err err = ERR_OK;

	r->n = r->truth = w->k->n;
	r->truth_self = AGREEMENT_NOBODY;
	r->sides = arena_alloc(w->scratch, r->n * sizeof(r->sides[0]));
	if (r->sides == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; err == ERR_OK && i < r->n; i++) {
		err = read_side(w->t, &w->k->sides[i], &r->sides[i]);
		r->sides[i].in[AGREEMENT_TRUTH] = w->k->sides[i].ground_truth;
		if (w->k->sides[i].ground_truth)
			r->truth = i;
	}
	if (err != ERR_OK || r->truth == r->n)
		return err;
	err = truth_of(w->t, &r->truth_self);
	if (err == ERR_OK)
		w->t->people[r->truth_self].tasks++;
	return err;
}

static bool
is_there(const struct work *w, size_t i)
{
	const bool *in = w->sides.sides[i].in;

	return in[AGREEMENT_ANNOTATORS] || in[AGREEMENT_MODELS] || in[AGREEMENT_TRUTH];
}

static bool
is_annotator(const struct work *w, size_t i)
{
	return w->sides.sides[i].in[AGREEMENT_ANNOTATORS];
}

static uint32_t
count_annotators(const struct work *w)
{
	uint32_t n = 0;

	for (size_t i = 0; i < w->sides.n; i++)
		n += is_annotator(w, i);
	return n;
}

/* ---- where the dimensions are in a task: mostly where they were in the one before */

static size_t
find_dimension(const struct kept *k, int64_t id, size_t guess)
{
	if (guess < k->m && k->dimensions[guess].id == id)
		return guess;
	for (size_t i = 0; i < k->m; i++)
		if (k->dimensions[i].id == id)
			return i;
	return KEPT_NONE;
}

static void
find_dimensions(struct work *w)
{
	struct tally *t = w->t;

	for (size_t d = 0; d < t->n_dimensions; d++)
		t->gathered[d].place =
		    find_dimension(w->k, t->dimensions[d].row->id, t->gathered[d].place);
	t->of_task.n = 0;
	for (size_t i = 0; i < t->average.n; i++) {
		struct counted counted = t->average.list[i];

		counted.place = t->gathered[counted.place].place;
		if (counted.place != KEPT_NONE)
			t->of_task.list[t->of_task.n++] = counted;
	}
}

/* ---- cells */

/* Where the cells of a pair come from: its scores in the task, or the labels that met. */
typedef double cell_of(const struct work *w, const double *scores, size_t pair,
    size_t dimension, struct str label);

static double
dimension_cell(const struct work *w, const double *scores, size_t pair, size_t dimension,
    struct str label)
{
	size_t place = w->t->gathered[dimension].place;

	(void)pair, (void)label;
	return place == KEPT_NONE ? SCORE_NULL : scores[place];
}

static double
label_cell(const struct work *w, const double *scores, size_t pair, size_t dimension,
    struct str label)
{
	(void)scores, (void)dimension;
	return labels_agreement(&w->met[pair], label);
}

static void
fill_cells(const struct work *w, cell_of *of, size_t dimension, struct str label)
{
	const double *scores = w->k->scores.list;
	size_t pair = 0;

	for (size_t i = 0; i < w->k->n; i++)
		for (size_t j = i + 1; j < w->k->n; j++, pair++, scores += w->k->m) {
			double cell = SCORE_NULL;

			if (is_there(w, i) && is_there(w, j))
				cell = of(w, scores, pair, dimension, label);
			w->cells.list[pair] = isnan(cell) ? SCORE_NULL : cell;
		}
}

static void
fill_overall(const struct work *w)
{
	double *cell = w->cells.list;

	average_scores(&w->t->of_task, w->k->scores.list, w->k->m, w->n_pairs, cell);
	for (size_t i = 0; i < w->k->n; i++) {
		bool there = is_there(w, i);

		for (size_t j = i + 1; j < w->k->n; j++, cell++)
			if (!there || isnan(*cell) || !is_there(w, j))
				*cell = SCORE_NULL;
	}
}

static void
sum_up(struct tally *t, double score)
{
	size_t bin = 0;

	if (isnan(score))
		return;
	while (bin + 1 < TALLY_BINS && score >= (double)(bin + 1) / TALLY_BINS)
		bin++;
	t->summary.scored++;
	t->summary.bins[bin]++;
	t->summary.low += score < t->o.low;
}

static enum err
list_task(const struct work *w, double score)
{
	struct tally *t = w->t;
	struct tally_task *tasks =
	    room_for_more(t->arena, t->tasks, t->n_tasks, &t->tasks_room, sizeof(*tasks));

	if (tasks == NULL)
		return ERR_MEMORY;
	t->tasks = tasks;
	tasks[t->n_tasks++] = (struct tally_task){w->task, score, count_annotators(w)};
	return ERR_OK;
}

static enum err
add_overall(const struct work *w)
{
	struct tally *t = w->t;
	double score;
	enum err err;

	if (t->o.overall == 0)
		return ERR_OK;
	fill_overall(w);
	err =
	    agreement_add(t->arena, w->scratch, &t->overall, &w->sides, &w->cells, &score);
	if (err != ERR_OK)
		return err;
	sum_up(t, score);
	return t->o.lists & TALLY_TASKS ? list_task(w, score) : ERR_OK;
}

/* ---- labels */

static const struct labels_value *
value_of(const struct work *w, size_t i, size_t place)
{
	return &w->k->scores.labels[i * w->k->m + place];
}

static enum err
use_labels(const struct work *w, struct gathered *g)
{
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < w->k->n; i++) {
		const struct labels_value *v = value_of(w, i, g->place);
		bool model = w->sides.sides[i].in[AGREEMENT_MODELS];

		if (!model && !is_annotator(w, i))
			continue;
		if (v->kind == LABELS_NUMBER && g->rates)
			err = vocabulary_use_number(
			    w->t->arena, &g->vocabulary, v->number, model);
		else if (v->kind == LABELS_SET || v->kind == LABELS_REGIONS)
			err = vocabulary_use(w->t->arena, &g->vocabulary, v, model);
	}
	return err;
}

static enum err
add_unit(const struct work *w, struct gathered *g, uint32_t who, size_t i)
{
	return units_add(w->t->arena, w->scratch, &g->units, &g->vocabulary, w->task, who,
	    value_of(w, i, g->place));
}

static enum err
add_units(const struct work *w, struct gathered *g)
{
	const struct agreement_task *sides = &w->sides;
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < sides->n; i++)
		if (is_annotator(w, i) || sides->sides[i].in[AGREEMENT_MODELS])
			err = add_unit(w, g, sides->sides[i].self, i);
	if (err == ERR_OK && sides->truth < sides->n)
		err = add_unit(w, g, sides->truth_self, sides->truth);
	return err;
}

/* The labels of a pair in a dimension, as they meet. */
static enum err
meet_pair(const struct work *w, size_t place, size_t i, size_t j, struct labels_pairs *r)
{
	const struct labels_side x = {.labels = value_of(w, i, place)};
	const struct labels_side y = {.labels = value_of(w, j, place)};

	*r = (struct labels_pairs){0};
	if (!is_there(w, i) || !is_there(w, j) || x.labels->kind != y.labels->kind)
		return ERR_OK;
	if (x.labels->kind == LABELS_SET)
		return labels_of_pair(w->scratch, NULL, &x, &y, r);
	if (x.labels->kind == LABELS_REGIONS)
		*r = w->k->scores.pairs[scores_place(&w->k->scores, i, j) + place];
	return ERR_OK;
}

static enum err
meet_pairs(const struct work *w, size_t place)
{
	struct labels_pairs *met = w->met;
	enum err err = ERR_OK;

	for (size_t i = 0; i < w->k->n; i++)
		for (size_t j = i + 1; err == ERR_OK && j < w->k->n; j++)
			err = meet_pair(w, place, i, j, met++);
	return err;
}

static enum err
confuse_truth(const struct work *w, struct vocabulary *v)
{
	size_t truth = w->sides.truth;
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && truth < w->sides.n && i < w->sides.n; i++)
		if (i != truth && is_annotator(w, i))
			err = vocabulary_confuse(w->t->arena, v, CONFUSION_TRUTH,
			    &w->met[scores_place(&w->cells, i, truth)], i < truth, 2);
	return err;
}

static enum err
confuse_annotators(const struct work *w, struct vocabulary *v)
{
	const struct labels_pairs *met = w->met;
	enum err err = ERR_OK;

	for (size_t i = 0; i < w->sides.n; i++)
		for (size_t j = i + 1; err == ERR_OK && j < w->sides.n; j++, met++)
			for (int swap = 0; err == ERR_OK && swap < 2; swap++)
				if (is_annotator(w, i) && is_annotator(w, j))
					err = vocabulary_confuse(w->t->arena, v,
					    CONFUSION_ANNOTATORS, met, swap, 1);
	return err;
}

/* The different labels of a task, in the order in which they come; those of a region
 * without any are none. */
static enum err
labels_of_task(const struct work *w, struct gathered *g, uint32_t **r, size_t *n_r)
{
	size_t most = 0, n = 0;
	uint32_t *list, place;
	enum err err = ERR_OK;

	for (size_t i = 0; i < w->k->n; i++)
		most += value_of(w, i, g->place)->n;
	list = arena_alloc(w->scratch, most * sizeof(*list));
	if (list == NULL)
		return ERR_MEMORY;
	g->vocabulary.marks++;
	for (size_t i = 0; i < w->k->n; i++) {
		const struct labels_value *v = value_of(w, i, g->place);

		for (uint32_t l = 0; is_there(w, i) && err == ERR_OK && l < v->n; l++) {
			if (v->list[l].text.n == 0)
				continue;
			err = vocabulary_add(
			    w->t->arena, &g->vocabulary, v->list[l].text, &place);
			if (err == ERR_OK && vocabulary_first(&g->vocabulary, place))
				list[n++] = place;
		}
	}
	*r = list;
	*n_r = n;
	return err;
}

static enum err
add_labels(const struct work *w, struct gathered *g)
{
	uint32_t *labels;
	double score;
	size_t n;
	enum err err = labels_of_task(w, g, &labels, &n);

	for (size_t l = 0; err == ERR_OK && l < n; l++) {
		struct word *word = &g->vocabulary.words[labels[l]];

		fill_cells(w, label_cell, 0, word->text);
		err = agreement_add(w->t->arena, w->scratch, &word->agreement, &w->sides,
		    &w->cells, &score);
	}
	return err;
}

/* What people said in a dimension. */
static enum err
add_said(const struct work *w, struct gathered *g)
{
	const struct tally_options *o = &w->t->o;
	enum err err = ERR_OK;

	if (g->place == KEPT_NONE || w->k->scores.labels == NULL)
		return ERR_OK;
	if (o->lists & TALLY_LABELS)
		err = use_labels(w, g);
	if (err == ERR_OK && o->lists & TALLY_UNITS)
		err = add_units(w, g);
	if (err != ERR_OK || (o->by_label == 0 && !(o->lists & TALLY_CONFUSION)))
		return err;
	err = meet_pairs(w, g->place);
	if (err == ERR_OK && o->lists & TALLY_CONFUSION)
		err = confuse_truth(w, &g->vocabulary);
	if (err == ERR_OK && o->lists & TALLY_CONFUSION)
		err = confuse_annotators(w, &g->vocabulary);
	return err == ERR_OK && o->by_label != 0 ? add_labels(w, g) : err;
}

static enum err
add_dimensions(const struct work *w)
{
	enum err err = ERR_OK;

	for (size_t d = 0; err == ERR_OK && d < w->t->n_dimensions; d++) {
		struct gathered *g = &w->t->gathered[d];
		struct arena_mark mark = arena_mark(w->scratch);
		double score;

		if (w->t->o.by_dimension != 0) {
			fill_cells(w, dimension_cell, d, (struct str){0});
			err = agreement_add(w->t->arena, w->scratch, &g->agreement,
			    &w->sides, &w->cells, &score);
		}
		if (err == ERR_OK)
			err = add_said(w, g);
		arena_rewind(w->scratch, mark);
	}
	return err;
}

static enum err
make_room(struct work *w)
{
	size_t n = w->k->n;

	w->n_pairs = n < 2 ? 0 : n * (n - 1) / 2;
	w->cells = (struct scores){.n = n,
	    .m = 1,
	    .list = arena_alloc(w->scratch, w->n_pairs * sizeof(w->cells.list[0]))};
	w->met = arena_alloc(w->scratch, w->n_pairs * sizeof(w->met[0]));
	return w->cells.list == NULL || w->met == NULL ? ERR_MEMORY : ERR_OK;
}

enum err
tally_add(struct tally *t, struct arena *scratch, int64_t task, const struct kept *k)
{
	struct arena_mark mark = arena_mark(scratch);
	struct work w = {.t = t, .scratch = scratch, .task = task, .k = k};
	enum err err = make_room(&w);

	if (err == ERR_OK)
		err = read_sides(&w);
	if (err == ERR_OK) {
		t->summary.tasks++;
		t->summary.shared += count_annotators(&w) >= 2;
		find_dimensions(&w);
		err = add_overall(&w);
	}
	if (err == ERR_OK)
		err = add_dimensions(&w);
	arena_rewind(scratch, mark);
	if (err == ERR_OK && deadline_passed(WORK_OF_SCORE * k->n * k->n * (k->m + 1)))
		err = ERR_LIMIT;
	return err;
}
