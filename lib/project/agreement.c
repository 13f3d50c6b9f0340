#include "project/agreement.h"

#include <math.h>

#include "project/consensus.h"
#include "project/room.h"

/* ---- the score of a task */

static bool
is_annotator(const struct agreement_task *t, size_t i)
{
	return t->sides[i].in[AGREEMENT_ANNOTATORS];
}

static double
mean_of_cells(const struct agreement_task *t, const struct scores *cells)
{
	const double *cell = cells->list;
	struct exact sum = {{0}};
	uint32_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		for (size_t j = i + 1; j < t->n; j++, cell++) {
			if (*cell < 0.0 || !is_annotator(t, i) || !is_annotator(t, j))
				continue;
			exact_add(&sum, *cell);
			n++;
		}
	return exact_mean(&sum, n);
}

/* Whether an annotator has a cell with another one. */
static bool
is_compared(const struct agreement_task *t, const struct scores *cells, size_t i)
{
	for (size_t j = 0; is_annotator(t, i) && j < t->n; j++)
		if (j != i && is_annotator(t, j) &&
		    cells->list[scores_place(cells, i, j)] >= 0.0)
			return true;
	return false;
}

static enum err
consensus_of_cells(struct arena *scratch, const struct agreement_task *t,
    const struct scores *cells, double *r)
{
	size_t *who = arena_alloc(scratch, t->n * sizeof(*who)), n = 0;
	bool *matches = arena_calloc(scratch, t->n, t->n * sizeof(*matches));

	if (who == NULL || matches == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < t->n; i++)
		if (is_compared(t, cells, i))
			who[n++] = i;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			matches[i * n + j] = i != j &&
			    cells->list[scores_place(cells, who[i], who[j])] == 1.0;
	*r = (double)NAN;
	return n == 0 ? ERR_OK : consensus_share(scratch, matches, n, r);
}

/* ---- pairs and people */

static uint64_t
key_of(uint32_t x, uint32_t y)
{
	return x < y ? (uint64_t)x << 32 | y : (uint64_t)y << 32 | x;
}

/* Groups stand behind all participants. */
static uint32_t
self_of(enum agreement_group group)
{
	return AGREEMENT_NOBODY - 1 - (uint32_t)group;
}

static void
add_number(const struct agreement *g, struct series *s, double x)
{
	exact_add(&s->sum, x);
	if (g->parts & AGREEMENT_DEVIATIONS)
		exact_add_square(&s->squares, x);
	s->n++;
}

/* The series of two, none of whom is nobody; `recent` is theirs from now on. */
static enum err
find_series(
    struct arena *a, struct agreement *g, uint64_t key, struct agreement_recent *recent)
{
	uint32_t known = g->places.n, place;

	if (idmap_add(a, &g->places, key, &place) != ERR_OK)
		return ERR_MEMORY;
	if (place == known) {
		struct series *list =
		    room_for_more(a, g->list, place, &g->room, sizeof(*list));

		if (list == NULL)
			return ERR_MEMORY;
		g->list = list;
	}
	*recent = (struct agreement_recent){key, place + 1};
	return ERR_OK;
}

/* Adds a number of two, the n-th of the task; nothing if one is nobody. */
static inline enum err
add(struct arena *a, struct agreement *g, uint32_t x, uint32_t y, size_t n, double value)
{
	struct agreement_recent *recent = &g->recent[n % AGREEMENT_RECENT];
	uint64_t key = key_of(x, y);

	if (x == AGREEMENT_NOBODY || y == AGREEMENT_NOBODY)
		return ERR_OK;
	if ((recent->place == 0 || recent->key != key) &&
	    find_series(a, g, key, recent) != ERR_OK)
		return ERR_MEMORY;
	add_number(g, &g->list[recent->place - 1], value);
	return ERR_OK;
}

static enum err
add_pairs(struct arena *a, struct agreement *g, const struct agreement_task *t,
    const struct scores *cells)
{
	const double *cell = cells->list;
	enum err err = ERR_OK;

	for (size_t i = 0; i < t->n; i++)
		for (size_t j = i + 1; err == ERR_OK && j < t->n; j++, cell++) {
			if (*cell < 0.0)
				continue;
			if (g->parts & AGREEMENT_DEVIATIONS && is_annotator(t, i) &&
			    is_annotator(t, j))
				add_number(g, &g->cells, *cell);
			err = add(a, g, t->sides[i].self, t->sides[j].self,
			    (size_t)(cell - cells->list), *cell);
		}
	for (size_t i = 0; err == ERR_OK && t->truth < t->n && i < t->n; i++) {
		double with_truth = i == t->truth
		    ? SCORE_NULL
		    : cells->list[scores_place(cells, i, t->truth)];

		if (with_truth >= 0.0)
			err = add(a, g, t->sides[i].self, t->truth_self, i, with_truth);
	}
	return err;
}

/* The cells of a side with those of each group. */
struct means {
	struct exact sum[AGREEMENT_GROUP__MAX];
	uint32_t n[AGREEMENT_GROUP__MAX];
};

static void
add_to_groups(struct means *m, const struct agreement_side *other, double cell)
{
	for (enum agreement_group group = 0; group < AGREEMENT_GROUP__MAX; group++) {
		if (!other->in[group])
			continue;
		exact_add(&m->sum[group], cell);
		m->n[group]++;
	}
}

static enum err
add_means(struct arena *a, struct agreement *g, const struct means *m, uint32_t who)
{
	enum err err = ERR_OK;

	for (enum agreement_group group = 0; err == ERR_OK && group < AGREEMENT_GROUP__MAX;
	    group++)
		if (m->n[group] > 0)
			err = add(a, g, who, self_of(group), who,
			    exact_mean(&m->sum[group], m->n[group]));
	return err;
}

static enum err
add_people(struct arena *a, struct arena *scratch, struct agreement *g,
    const struct agreement_task *t, const struct scores *cells)
{
	struct means *means = arena_calloc(scratch, t->n, sizeof(*means));
	const double *cell = cells->list;
	enum err err = ERR_OK;

	if (means == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < t->n; i++)
		for (size_t j = i + 1; j < t->n; j++, cell++) {
			if (*cell < 0.0)
				continue;
			add_to_groups(&means[i], &t->sides[j], *cell);
			add_to_groups(&means[j], &t->sides[i], *cell);
		}
	for (size_t i = 0; err == ERR_OK && i < t->n; i++)
		err = add_means(a, g, &means[i], t->sides[i].self);
	if (err == ERR_OK && t->truth < t->n)
		err = add_means(a, g, &means[t->truth], t->truth_self);
	return err;
}

static enum err
score_of(struct arena *scratch, struct agreement *g, const struct agreement_task *t,
    const struct scores *cells, double *r)
{
	enum err err = ERR_OK;

	if (g->methodology == AGREEMENT_CONSENSUS)
		err = consensus_of_cells(scratch, t, cells, r);
	else
		*r = mean_of_cells(t, cells);
	if (err == ERR_OK && !isnan(*r))
		add_number(g, &g->scores, *r);
	return err;
}

enum err
agreement_add(struct arena *a, struct arena *scratch, struct agreement *g,
    const struct agreement_task *t, const struct scores *cells, double *score_r)
{
	struct arena_mark mark = arena_mark(scratch);
	double score = (double)NAN;
	enum err err = ERR_OK;

	if (g->parts & AGREEMENT_SCORES)
		err = score_of(scratch, g, t, cells, &score);
	if (err == ERR_OK && g->parts & AGREEMENT_PAIRS)
		err = add_pairs(a, g, t, cells);
	if (err == ERR_OK && g->parts & AGREEMENT_PEOPLE)
		err = add_people(a, scratch, g, t, cells);
	arena_rewind(scratch, mark);
	if (err == ERR_OK)
		*score_r = score;
	return err;
}

const struct series *
agreement_pair(const struct agreement *g, uint32_t x, uint32_t y)
{
	uint32_t place;

	return idmap_find(&g->places, key_of(x, y), &place) ? &g->list[place] : NULL;
}

const struct series *
agreement_with(const struct agreement *g, uint32_t who, enum agreement_group group)
{
	return agreement_pair(g, who, self_of(group));
}
