#include "project/distances.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/deadline.h"
#include "project/person.h"

/* A task. */
struct distances_unit {
	int64_t task;
	uint32_t n;	/* of people */
	uint32_t pairs; /* of them, with a score */
	double sum;	/* of their distances */
	/* Of q->details: its people by number, and the score of each pair of them
	 * (pair_place()), NaN: none. */
	const struct distances_details {
		const int64_t *people;
		const double *scores;
	} *details;
};

static_assert(
    (uint64_t)DISTANCES_VALUES * (DISTANCES_VALUES - 1) / 2 <= DISTANCE_ALPHA_PAIRS,
    "all their pairs are few enough");

/* Values that may be drawn until the highest hashes are let go. */
#define VALUES_ROOM (2 * (size_t)DISTANCES_VALUES)

enum err
distances_begin(struct distances *d, struct arena *a, const struct distances_question *q)
{
	*d = (struct distances){
	    .arena = a, .q = q, .values = arena_calloc(a, VALUES_ROOM, sizeof(*d->values))};
	return d->values == NULL ? ERR_MEMORY : ERR_OK;
}

/* The place of the pair i < j. */
static size_t
pair_place(size_t i, size_t j)
{
	return j * (j - 1) / 2 + i;
}

/* ---- values that are drawn */

/* Steele, Lea and Flood 2014 (SplitMix64). */
static uint64_t
mix(uint64_t v)
{
	v += UINT64_C(0x9e3779b97f4a7c15);
	v = (v ^ (v >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	v = (v ^ (v >> 27)) * UINT64_C(0x94d049bb133111eb);
	return v ^ (v >> 31);
}

static int
by_number(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

	return (a > b) - (a < b);
}

static int
by_place(const void *x, const void *y)
{
	const struct distances_value *a = x, *b = y;

	if (a->task != b->task)
		return by_number(&a->task, &b->task);
	return (a->at > b->at) - (a->at < b->at);
}

static int
by_hash(const void *x, const void *y)
{
	const struct distances_value *a = x, *b = y;

	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	return by_place(x, y);
}

/* Lets all go but the lowest hashes. */
static void
draw(struct distances *d, size_t most)
{
	if (d->n_values > 0)
		qsort(d->values, d->n_values, sizeof(*d->values), by_hash);
	if (d->n_values > most)
		d->n_values = most;
}

static void
add_value(struct distances *d, int64_t task, size_t at, const struct kept_side *side)
{
	uint64_t hash =
	    mix(mix(mix(d->q->seed) ^ (uint64_t)task) ^ (uint64_t)side->version.id);

	if (d->n_values == VALUES_ROOM)
		draw(d, DISTANCES_VALUES);
	d->values[d->n_values++] =
	    (struct distances_value){hash, task, (uint32_t)at, side->version};
	d->all++;
}

/* ---- tasks */

static bool
has_score(const struct kept *k, size_t dimension, size_t i, size_t j)
{
	return i != j && k->scores.list[scores_place(&k->scores, i, j) + dimension] >= 0.0;
}

/* Whether a side is somebody's and has a score with another one's. */
static bool
takes_part(const struct kept *k, size_t dimension, size_t i)
{
	if (person_of(&k->sides[i]) == PERSON_NOBODY)
		return false;
	for (size_t j = 0; j < k->n; j++)
		if (person_of(&k->sides[j]) != PERSON_NOBODY &&
		    has_score(k, dimension, i, j))
			return true;
	return false;
}

/* The places of the sides that take part, by person. */
static size_t
list_sides(const struct kept *k, size_t dimension, size_t *r)
{
	size_t n = 0;

	for (size_t i = 0; i < k->n; i++) {
		size_t at = n;

		if (!takes_part(k, dimension, i))
			continue;
		for (; at > 0 && person_of(&k->sides[r[at - 1]]) > person_of(&k->sides[i]);
		    at--)
			r[at] = r[at - 1];
		r[at] = i;
		n++;
	}
	return n;
}

static enum err
reserve_unit(struct distances *d)
{
	size_t room = d->room == 0 ? 64 : d->room * 2;
	struct distances_unit *bigger;

	if (d->n < d->room)
		return ERR_OK;
	bigger = arena_calloc(d->arena, room, sizeof(*bigger));
	if (bigger == NULL)
		return ERR_MEMORY;
	if (d->n > 0)
		memcpy(bigger, d->units, d->n * sizeof(*bigger));
	d->units = bigger;
	d->room = room;
	return ERR_OK;
}

static double
score_between(const struct kept *k, size_t dimension, size_t i, size_t j)
{
	double score = k->scores.list[scores_place(&k->scores, i, j) + dimension];

	return score >= 0.0 ? score : (double)NAN;
}

/* What is kept of each person and pair of n sides. */
static enum err
keep_details(struct arena *a, const struct kept *k, size_t dimension, const size_t *sides,
    size_t n, const struct distances_details **r)
{
	struct distances_details *details = arena_alloc(a, sizeof(*details));
	int64_t *people = arena_alloc(a, n * sizeof(*people));
	double *scores = arena_alloc(a, pair_place(0, n + 1) * sizeof(*scores));

	if (details == NULL || people == NULL || scores == NULL)
		return ERR_MEMORY;
	for (size_t j = 0; j < n; j++) {
		people[j] = person_of(&k->sides[sides[j]]);
		for (size_t i = 0; i < j; i++)
			scores[pair_place(i, j)] =
			    score_between(k, dimension, sides[i], sides[j]);
	}
	*details = (struct distances_details){people, scores};
	*r = details;
	return ERR_OK;
}

static enum err
take_sides(struct distances *d, int64_t task, const struct kept *k, size_t dimension,
    const size_t *sides, size_t n)
{
	struct distances_unit unit = {.task = task, .n = (uint32_t)n};

	for (size_t j = 0; j < n; j++) {
		for (size_t i = 0; i < j; i++) {
			double score = score_between(k, dimension, sides[i], sides[j]);

			if (isnan(score))
				continue;
			unit.pairs++;
			unit.sum += 1.0 - score;
		}
		add_value(d, task, j, &k->sides[sides[j]]);
		if (person_count_add(
			d->arena, &d->people, person_of(&k->sides[sides[j]])) != ERR_OK)
			return ERR_MEMORY;
	}
	if (d->q->details &&
	    keep_details(d->arena, k, dimension, sides, n, &unit.details) != ERR_OK)
		return ERR_MEMORY;
	d->units[d->n++] = unit;
	return ERR_OK;
}

enum err
distances_take(struct distances *d, int64_t task, const struct kept *k, size_t dimension)
{
	size_t n;

	if (reserve_unit(d) != ERR_OK)
		return ERR_MEMORY;
	if (k->n > d->n_scratch) {
		d->scratch = arena_alloc(d->arena, 2 * k->n * sizeof(d->scratch[0]));
		d->n_scratch = d->scratch == NULL ? 0 : 2 * k->n;
		if (d->scratch == NULL)
			return ERR_MEMORY;
	}
	n = list_sides(k, dimension, d->scratch);
	return n == 0 ? ERR_OK : take_sides(d, task, k, dimension, d->scratch, n);
}

/* ---- pairs across tasks */

static int
by_task(const void *x, const void *y)
{
	return by_number(&((const struct distances_unit *)x)->task,
	    &((const struct distances_unit *)y)->task);
}

/* Scores the pairs of the first n values, in the order of tasks. */
static enum err
score_values(struct distances *d, size_t n, struct error *e)
{
	const struct matrix_options o = {.max_cost = d->q->max_cost};
	struct matrix_side *sides = arena_calloc(d->arena, n, sizeof(*sides));
	enum err err;

	if (sides == NULL)
		return error_memory(e);
	if (n > 0)
		qsort(d->values, n, sizeof(*d->values), by_place);
	err = d->q->results(d->q->context, d->arena, d->values, n, sides, e);
	if (err == ERR_OK)
		err = matrix_score_alone(
		    d->arena, sides, n, d->q->dimension, 1, &o, &d->scores, e);
	if (err == ERR_OK && d->scores.incomplete)
		err = error_set(e, ERR_UNAVAILABLE, "what the values need is away");
	return err;
}

enum err
distances_score(struct distances *d, struct error *e)
{
	struct arena_mark mark;
	enum err err;

	if (d->n > 0)
		qsort(d->units, d->n, sizeof(*d->units), by_task);
	draw(d, DISTANCES_VALUES);
	mark = arena_mark(d->arena);
	for (;;) {
		err = score_values(d, d->n_values, e);
		if (err != ERR_LIMIT || deadline_passed(0) || d->n_values < 4)
			return err;
		arena_rewind(d->arena, mark);
		draw(d, d->n_values / 2);
	}
}

/* ---- estimates */

static bool
is_chosen(const struct distances_choice *c, int64_t person)
{
	if (c->pair[0] != PERSON_NOBODY)
		return person == c->pair[0] || person == c->pair[1];
	return c->without == PERSON_NOBODY || person != c->without;
}

/* The values of some people, as they are numbered in alpha. */
struct chosen {
	const struct distances *d;
	struct distance_alpha alpha;
	uint32_t *drawn; /* by number: the place among the values that were drawn */
	size_t *sample;	 /* numbers of those that were drawn */
	size_t n_sample;
	size_t *members; /* scratch: places in the unit at hand */
	size_t n_members;
	int64_t *people; /* by number; NULL: they are all */
	uint64_t pairs;
};

/* Whether a person of a unit has a score with one who is chosen. */
static bool
is_pairable(const struct distances_unit *u, const struct distances_choice *c, size_t i)
{
	const struct distances_details *details = u->details;

	if (!is_chosen(c, details->people[i]))
		return false;
	for (size_t j = 0; j < u->n; j++)
		if (j != i && is_chosen(c, details->people[j]) &&
		    !isnan(details->scores[i < j ? pair_place(i, j) : pair_place(j, i)]))
			return true;
	return false;
}

/* The values that were drawn go by task and place in it, as units do: *next is the first
 * that may be of this one. */
static void
number_value(
    struct chosen *c, const struct distances_unit *u, size_t i, size_t number, size_t *next)
{
	const struct distances *d = c->d;
	const struct distances_value want = {.task = u->task, .at = (uint32_t)i};

	while (*next < d->n_values && by_place(&d->values[*next], &want) < 0)
		++*next;
	if (*next == d->n_values || by_place(&d->values[*next], &want) != 0)
		return;
	c->drawn[number] = (uint32_t)*next;
	c->sample[c->n_sample++] = number;
}

/* All people of a unit. */
static enum err
add_whole(struct chosen *c, const struct distances_unit *u, size_t *next)
{
	for (size_t i = 0; i < u->n; i++)
		number_value(c, u, i, c->alpha.values + i, next);
	c->pairs += u->pairs;
	return distance_alpha_summed(&c->alpha, u->n, u->pairs, u->sum);
}

static enum err
add_unit(struct chosen *c, const struct distances_choice *choice,
    const struct distances_unit *u, size_t *next)
{
	c->n_members = 0;
	for (size_t i = 0; i < u->n; i++) {
		size_t number = c->alpha.values + c->n_members;

		if (!is_pairable(u, choice, i))
			continue;
		number_value(c, u, i, number, next);
		c->people[number] = u->details->people[i];
		c->members[c->n_members++] = i;
	}
	if (c->n_members == 0)
		return ERR_OK;
	if (distance_alpha_unit(&c->alpha, c->n_members) != ERR_OK)
		return ERR_MEMORY;
	for (size_t j = 0; j < c->n_members; j++)
		for (size_t i = 0; i < j; i++) {
			double score =
			    u->details->scores[pair_place(c->members[i], c->members[j])];

			distance_alpha_pair(&c->alpha, score);
			c->pairs += !isnan(score);
		}
	return ERR_OK;
}

static enum err
score_of(void *context, size_t i, size_t j, double *r)
{
	const struct chosen *c = context;
	const struct scores *s = &c->d->scores;
	double score = s->list[scores_place(s, c->drawn[i], c->drawn[j])];

	*r = score >= 0.0 ? score : (double)NAN;
	return ERR_OK;
}

static enum err
reserve_chosen(struct chosen *c, bool some)
{
	struct arena *a = c->d->arena;
	size_t most = 0;

	for (size_t i = 0; i < c->d->n; i++)
		if (c->d->units[i].n > most)
			most = c->d->units[i].n;
	c->drawn = arena_calloc(a, c->d->all, sizeof(*c->drawn));
	c->sample = arena_calloc(a, c->d->n_values, sizeof(*c->sample));
	if (c->drawn == NULL || c->sample == NULL)
		return ERR_MEMORY;
	if (!some)
		return ERR_OK;
	c->people = arena_calloc(a, c->d->all, sizeof(*c->people));
	c->members = arena_calloc(a, most, sizeof(*c->members));
	return c->people == NULL || c->members == NULL ? ERR_MEMORY : ERR_OK;
}

/* The different ones of n people, in order, in place; returns how many. */
static size_t
sort_once(int64_t *people, size_t n)
{
	size_t kept = 0;

	if (n > 0)
		qsort(people, n, sizeof(*people), by_number);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || people[i] != people[i - 1])
			people[kept++] = people[i];
	return kept;
}

enum err
distances_estimate(const struct distances *d, const struct distances_choice *choice,
    struct distances_estimate *r)
{
	struct chosen c = {.d = d};
	struct distance_alpha_question q = {.score = score_of, .context = &c};
	struct distances_estimate made;
	size_t next = 0;
	bool some = choice->without != PERSON_NOBODY || choice->pair[0] != PERSON_NOBODY;
	enum err err = reserve_chosen(&c, some);

	assert(!some || d->q->details);
	distance_alpha_begin(&c.alpha, d->arena);
	for (size_t i = 0; err == ERR_OK && i < d->n; i++)
		err = some ? add_unit(&c, choice, &d->units[i], &next)
			   : add_whole(&c, &d->units[i], &next);
	if (err != ERR_OK)
		return err;
	if (c.n_sample < c.alpha.values) {
		q.sample = c.sample;
		q.n_sample = c.n_sample;
	}
	err = distance_alpha_finish(&c.alpha, &q, &made.alpha);
	if (err != ERR_OK)
		return err;
	made.alpha.alpha.raters = some ? sort_once(c.people, c.alpha.values) : d->people.n;
	made.pairs = c.pairs;
	*r = made;
	return ERR_OK;
}

enum err
distances_people(const struct distances *d, int64_t **r, size_t *n_r)
{
	int64_t *people = arena_calloc(d->arena, d->all, sizeof(*people));
	size_t n = 0;

	if (people == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < d->n; i++)
		for (size_t j = 0; j < d->units[i].n; j++)
			people[n++] = d->units[i].details->people[j];
	*n_r = sort_once(people, n);
	*r = people;
	return ERR_OK;
}
