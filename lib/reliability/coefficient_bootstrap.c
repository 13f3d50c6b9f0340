#include "reliability/coefficient_bootstrap.h"

#include <math.h>

#include "base/deadline.h"

/* Ratings that have a value of their own: all of them, or those of a pair of raters. */
struct part {
	struct ratings ratings;
	const size_t *places; /* of its units among those that are drawn */
	double *times;
	struct chance chance;
};

struct resampling {
	struct arena *arena;
	const struct coefficient_question *q;
	struct weighting weighting;
	struct part *parts;
	size_t n;
	double *counts, *middle; /* by category, of the ordinal distance; else NULL */
};

/* The units that both g and h have rated, with the ratings of these two alone. */
static enum err
pair_of(struct arena *a, const struct ratings *from, size_t g, size_t h, struct part *r)
{
	size_t n = 0, *places;
	int32_t *cells;

	for (size_t i = 0; i < from->units; i++)
		n += from->cells[i * from->raters + g] != RATINGS_MISSING &&
		    from->cells[i * from->raters + h] != RATINGS_MISSING;
	places = arena_calloc(a, n, sizeof(*places));
	cells = arena_calloc(a, n, 2 * sizeof(*cells));
	if (places == NULL || cells == NULL)
		return ERR_MEMORY;
	n = 0;
	for (size_t i = 0; i < from->units; i++) {
		int32_t one = from->cells[i * from->raters + g];
		int32_t other = from->cells[i * from->raters + h];

		if (one == RATINGS_MISSING || other == RATINGS_MISSING)
			continue;
		cells[2 * n] = one;
		cells[2 * n + 1] = other;
		places[n++] = i;
	}
	r->ratings = *from;
	r->ratings.units = n;
	r->ratings.raters = 2;
	r->ratings.cells = cells;
	r->places = places;
	return ERR_OK;
}

/* The pairs of raters who have a unit in common. */
static enum err
list_pairs(struct resampling *s, const struct ratings *ratings)
{
	size_t raters = ratings->raters;

	s->parts = arena_calloc(s->arena, raters * (raters + 1) / 2, sizeof(*s->parts));
	if (s->parts == NULL)
		return ERR_MEMORY;
	for (size_t g = 0; g < raters; g++)
		for (size_t h = 0; h < g; h++) {
			struct part *part = &s->parts[s->n];

			if (pair_of(s->arena, ratings, h, g, part) != ERR_OK)
				return ERR_MEMORY;
			s->n += part->ratings.units > 0;
		}
	return ERR_OK;
}

static enum err
init_parts(struct resampling *s, enum chance_kind kind)
{
	for (size_t i = 0; i < s->n; i++) {
		struct part *part = &s->parts[i];

		part->times =
		    arena_calloc(s->arena, part->ratings.units, sizeof(*part->times));
		if (part->times == NULL ||
		    chance_init(s->arena, &part->ratings, &s->weighting, kind,
			&part->chance) != ERR_OK)
			return ERR_MEMORY;
	}
	return ERR_OK;
}

/* The ordinal distance by the counts of a draw. */
static void
count_anew(struct resampling *s, struct chance *c)
{
	for (size_t k = 0; k < c->ratings->n_categories; k++)
		s->counts[k] = 0.0;
	for (size_t i = 0; i < c->ratings->units; i++)
		for (size_t k = c->starts[i]; k < c->starts[i + 1]; k++)
			s->counts[c->cells[k].category] += c->times[i];
	weighting_count(&s->weighting, s->counts, s->middle);
	chance_agree(c);
}

static enum err
value_of(void *context, const double *times, double *r)
{
	struct resampling *s = context;
	enum chance_kind kind = coefficient_table[s->q->coefficient].chance;
	size_t defined = 0;
	double sum = 0.0;

	for (size_t i = 0; i < s->n; i++) {
		struct part *part = &s->parts[i];
		double value;

		for (size_t k = 0; k < part->ratings.units; k++)
			part->times[k] = times[part->places[k]];
		chance_weigh(&part->chance, part->times);
		if (s->counts != NULL)
			count_anew(s, &part->chance);
		if (chance_value(&part->chance, kind, &value) != NULL)
			continue;
		sum += value;
		defined++;
	}
	*r = defined == 0 ? NAN : sum / (double)defined;
	return ERR_OK;
}

enum err
coefficient_bootstrap(struct arena *a, const struct coefficient_question *q,
    const struct ratings *from, size_t draws, uint64_t seed, struct bootstrap_interval *r,
    struct error *e)
{
	const struct coefficient_row *row = &coefficient_table[q->coefficient];
	struct resampling s = {.arena = a, .q = q};
	struct bootstrap_question question = {
	    .draws = draws, .seed = seed, .statistic = value_of, .context = &s};
	size_t *places;
	struct part all;
	enum err err = coefficient_weighting(a, q, from, &s.weighting, e);

	if (err != ERR_OK)
		return err;
	if (ratings_take_part(a, from, row->least, &all.ratings) != ERR_OK)
		return error_memory(e);
	question.units = all.ratings.units;
	places = arena_calloc(a, question.units, sizeof(*places));
	if (places == NULL)
		return error_memory(e);
	for (size_t i = 0; i < question.units; i++)
		places[i] = i;
	all.places = places;
	s.parts = &all;
	s.n = 1;
	if (row->in_pairs) {
		s.n = 0;
		err = list_pairs(&s, &all.ratings);
	} else if (q->by_distance && q->distance == DISTANCE_ORDINAL) {
		s.counts = arena_calloc(a, from->n_categories, sizeof(*s.counts));
		s.middle = arena_calloc(a, from->n_categories, sizeof(*s.middle));
		err = s.counts == NULL || s.middle == NULL ? ERR_MEMORY : ERR_OK;
	}
	if (err == ERR_OK)
		err = init_parts(&s, row->chance);
	if (err == ERR_OK)
		err = bootstrap_compute(a, &question, r);
	if (err == ERR_LIMIT)
		return deadline_check(e);
	return err == ERR_OK ? ERR_OK : error_memory(e);
}
