#include <math.h>
#include <stdlib.h>

#include "project/tallystate.h"

struct person {
	struct tally_participant shown;
	uint32_t place;
};

static int
by_participant(const void *x, const void *y)
{
	const struct tally_participant *p = &((const struct person *)x)->shown;
	const struct tally_participant *q = &((const struct person *)y)->shown;

	if (p->kind != q->kind)
		return p->kind < q->kind ? -1 : 1;
	if (p->user != q->user)
		return p->user < q->user ? -1 : 1;
	return str_cmp(p->model, q->model);
}

static enum err
sort_people(struct tally *t, struct arena *scratch)
{
	struct person *people = arena_alloc(scratch, t->n_people * sizeof(*people));
	struct tally_participant *shown =
	    arena_alloc(t->arena, t->n_people * sizeof(*shown));

	t->places = arena_alloc(t->arena, t->n_people * sizeof(t->places[0]));
	t->rank = arena_alloc(t->arena, t->n_people * sizeof(t->rank[0]));
	if (people == NULL || shown == NULL || t->places == NULL || t->rank == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < t->n_people; i++)
		people[i] = (struct person){t->people[i], (uint32_t)i};
	if (t->n_people > 0)
		qsort(people, t->n_people, sizeof(people[0]), by_participant);
	for (size_t i = 0; i < t->n_people; i++) {
		shown[i] = people[i].shown;
		t->places[i] = people[i].place;
		t->rank[people[i].place] = (uint32_t)i;
	}
	t->sorted = (struct tally_people){shown, t->n_people};
	return ERR_OK;
}

static int
by_label(const void *x, const void *y)
{
	const struct tally_label *l = x, *m = y;

	if (l->dimension != m->dimension)
		return l->dimension < m->dimension ? -1 : 1;
	return str_cmp(l->text, m->text);
}

static enum err
list_labels(struct tally *t)
{
	struct tally_label *list;
	size_t most = 0, n = 0;

	for (size_t d = 0; d < t->n_dimensions; d++)
		most += t->gathered[d].vocabulary.texts.n;
	list = arena_alloc(t->arena, most * sizeof(*list));
	if (list == NULL)
		return ERR_MEMORY;
	for (size_t d = 0; d < t->n_dimensions; d++) {
		const struct vocabulary *v = &t->gathered[d].vocabulary;

		t->dimensions[d].values[0] = v->values[0];
		t->dimensions[d].values[1] = v->values[1];
		for (size_t i = 0; i < v->texts.n; i++) {
			const struct word *word = &v->words[i];

			if (word->text.n > 0)
				list[n++] = (struct tally_label){d, word->text,
				    {word->uses[0], word->uses[1]}, (uint32_t)i};
		}
	}
	if (n > 0)
		qsort(list, n, sizeof(list[0]), by_label);
	t->labels = (struct tally_labels){list, n};
	return ERR_OK;
}

/* None comes last. */
static int
compare_texts(struct str x, struct str y)
{
	return (x.s == NULL) != (y.s == NULL) ? (x.s == NULL) - (y.s == NULL)
					      : str_cmp(x, y);
}

static int
by_confused(const void *x, const void *y)
{
	const struct tally_confused *c = x, *d = y;
	int order = compare_texts(c->a, d->a);

	if (c->dimension != d->dimension)
		return c->dimension < d->dimension ? -1 : 1;
	return order != 0 ? order : compare_texts(c->b, d->b);
}

static struct str
text_of(const struct vocabulary *v, uint32_t place)
{
	return place == VOCABULARY_NONE ? (struct str){0} : v->words[place].text;
}

static enum err
list_confusions(struct tally *t, enum confusion_of which)
{
	struct tally_confused *list;
	size_t most = 0, n = 0;

	for (size_t d = 0; d < t->n_dimensions; d++)
		most += t->gathered[d].vocabulary.confusions[which].places.n;
	list = arena_alloc(t->arena, most * sizeof(*list));
	if (list == NULL)
		return ERR_MEMORY;
	for (size_t d = 0; d < t->n_dimensions; d++) {
		const struct vocabulary *v = &t->gathered[d].vocabulary;
		const struct confusions *c = &v->confusions[which];

		for (size_t i = 0; i < c->places.n; i++)
			list[n++] = (struct tally_confused){d, text_of(v, c->list[i].a),
			    text_of(v, c->list[i].b), (double)c->list[i].halves / 2.0};
	}
	if (n > 0)
		qsort(list, n, sizeof(list[0]), by_confused);
	t->confusions[which] = (struct tally_confusions){list, n};
	return ERR_OK;
}

static int
by_task(const void *x, const void *y)
{
	const struct tally_task *s = x, *t = y;

	return (s->task > t->task) - (s->task < t->task);
}

enum err
tally_end(struct tally *t, struct arena *scratch)
{
	struct arena_mark mark = arena_mark(scratch);
	enum err err = sort_people(t, scratch);

	if (err == ERR_OK)
		err = list_labels(t);
	for (enum confusion_of which = 0; err == ERR_OK && which < CONFUSION__MAX; which++)
		err = list_confusions(t, which);
	for (size_t d = 0; err == ERR_OK && d < t->n_dimensions; d++)
		err = units_sort(scratch, &t->gathered[d].units, t->rank);
	if (t->n_tasks > 0)
		qsort(t->tasks, t->n_tasks, sizeof(t->tasks[0]), by_task);
	arena_rewind(scratch, mark);
	return err;
}

/* ---- questions */

struct tally_people
tally_people(const struct tally *t)
{
	return t->sorted;
}

uint32_t
tally_find(
    const struct tally *t, enum participant_kind kind, int64_t user, struct str model)
{
	uint32_t place = AGREEMENT_NOBODY, at;
	size_t version;

	if (kind == PARTICIPANT_GROUND_TRUTH)
		place = t->truth;
	else if (kind == PARTICIPANT_ANNOTATOR &&
	    idmap_find(&t->users, (uint64_t)user, &at))
		place = t->annotators[at];
	else if (kind == PARTICIPANT_MODEL && map_find(&t->versions, model, &version))
		place = t->models[version];
	return place == AGREEMENT_NOBODY ? place : t->rank[place];
}

struct tally_dimensions
tally_dimensions(const struct tally *t)
{
	return (struct tally_dimensions){t->dimensions, t->n_dimensions};
}

struct tally_labels
tally_labels(const struct tally *t)
{
	return t->labels;
}

const struct agreement *
tally_overall(const struct tally *t)
{
	return &t->overall;
}

const struct agreement *
tally_in_dimension(const struct tally *t, size_t dimension)
{
	return &t->gathered[dimension].agreement;
}

const struct agreement *
tally_on_label(const struct tally *t, const struct tally_label *label)
{
	return &t->gathered[label->dimension].vocabulary.words[label->place].agreement;
}

static struct tally_mean
mean_of(const struct series *s, unsigned parts)
{
	static const struct series none;

	if (s == NULL)
		s = &none;
	return (struct tally_mean){exact_mean(&s->sum, s->n),
	    parts & AGREEMENT_DEVIATIONS ? exact_deviation(&s->sum, &s->squares, s->n)
					 : (double)NAN,
	    s->n};
}

struct tally_mean
tally_score(const struct agreement *g)
{
	return mean_of(&g->scores, g->parts);
}

struct tally_mean
tally_cells(const struct agreement *g)
{
	return mean_of(&g->cells, g->parts);
}

struct tally_mean
tally_pair(const struct tally *t, const struct agreement *g, uint32_t x, uint32_t y)
{
	return mean_of(agreement_pair(g, t->places[x], t->places[y]), g->parts);
}

struct tally_mean
tally_with(const struct tally *t, const struct agreement *g, uint32_t who,
    enum agreement_group group)
{
	return mean_of(agreement_with(g, t->places[who], group), g->parts);
}

struct tally_summary
tally_summary(const struct tally *t)
{
	return t->summary;
}

struct tally_tasks
tally_tasks(const struct tally *t)
{
	return (struct tally_tasks){t->tasks, t->n_tasks};
}

int
tally_by_score(const void *x, const void *y)
{
	const struct tally_task *s = x, *t = y;

	if (isnan(s->score) != isnan(t->score))
		return isnan(s->score) ? 1 : -1;
	if (s->score < t->score || s->score > t->score)
		return s->score < t->score ? -1 : 1;
	return by_task(x, y);
}

struct tally_confusions
tally_confusions(const struct tally *t, enum confusion_of which)
{
	return t->confusions[which];
}

const struct units *
tally_units(const struct tally *t, size_t dimension)
{
	return &t->gathered[dimension].units;
}
