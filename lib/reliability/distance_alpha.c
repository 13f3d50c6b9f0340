#include "reliability/distance_alpha.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"

/* What was seen of a unit. */
struct distance_alpha_unit {
	size_t first, m;
	size_t pairs; /* with a score */
	double sum;   /* of their distances */
};

/*
 * The units that take part, and the sums of distances between them. The place of a value
 * is its number among the values of these units.
 */
struct distance_alpha_sums {
	const struct distance_alpha_unit *units;
	size_t n;
	size_t *starts; /* by unit: the place of its first value; n + 1 */
	bool exact;
	double *own; /* by place: the sum of the distances to all others; exact alone */
	double
	    *between; /* by pair of units (pair_of): the sum over their pairs of values */
	double *missing; /* the same of what has no score, 1 each; NULL: all have one */
	double *reach;	 /* by unit: the sum over the drawn pairs that it takes part in */
	double *drawn;	 /* by unit: how many these are */
	double expected; /* De */
};

static const char no_pair[] = "no unit has two values with a score";
static const char no_sample[] = "no pair of the sample has a score";
static const char all_alike[] = "the expected disagreement is 0";

void
distance_alpha_begin(struct distance_alpha *d, struct arena *a)
{
	*d = (struct distance_alpha){.arena = a};
}

enum err
distance_alpha_unit(struct distance_alpha *d, size_t m)
{
	if (d->n == d->room) {
		size_t room = d->room == 0 ? 64 : d->room * 2;
		struct distance_alpha_unit *bigger =
		    arena_calloc(d->arena, room, sizeof(*bigger));

		if (bigger == NULL)
			return ERR_MEMORY;
		if (d->n > 0)
			memcpy(bigger, d->units, d->n * sizeof(*bigger));
		d->units = bigger;
		d->room = room;
	}
	d->units[d->n++] = (struct distance_alpha_unit){.first = d->values, .m = m};
	d->values += m;
	return ERR_OK;
}

void
distance_alpha_pair(struct distance_alpha *d, double score)
{
	struct distance_alpha_unit *u = &d->units[d->n - 1];

	if (isnan(score))
		return;
	u->pairs++;
	u->sum += 1.0 - score;
}

enum err
distance_alpha_summed(struct distance_alpha *d, size_t m, size_t pairs, double sum)
{
	enum err err = distance_alpha_unit(d, m);

	if (err == ERR_OK) {
		d->units[d->n - 1].pairs = pairs;
		d->units[d->n - 1].sum = sum;
	}
	return err;
}

enum err
distance_alpha_add(
    struct distance_alpha *d, size_t m, distance_alpha_score *score, void *context)
{
	size_t first = d->values;
	enum err err = distance_alpha_unit(d, m);

	for (size_t j = 0; err == ERR_OK && j < m; j++)
		for (size_t i = 0; err == ERR_OK && i < j; i++) {
			double s;

			err = score(context, first + i, first + j, &s);
			if (err == ERR_OK)
				distance_alpha_pair(d, s);
		}
	return err;
}

/* ------------------------------------------------------------------ the units */

/* The units with a score take part. */
static enum err
take_part(const struct distance_alpha *d, struct distance_alpha_sums *s)
{
	struct distance_alpha_unit *units = arena_calloc(d->arena, d->n, sizeof(*units));

	s->starts = arena_calloc(d->arena, d->n + 1, sizeof(*s->starts));
	if (units == NULL || s->starts == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < d->n; i++) {
		if (d->units[i].pairs == 0)
			continue;
		s->starts[s->n + 1] = s->starts[s->n] + d->units[i].m;
		units[s->n++] = d->units[i];
	}
	s->units = units;
	return ERR_OK;
}

/* What a unit has in Do: its distances, and what they are divided by; ordered pairs. */
static double
disagreement_of(const struct distance_alpha_unit *u)
{
	return 2.0 * u->sum / (double)(u->m - 1);
}

static double
weight_of(const struct distance_alpha_unit *u)
{
	return 2.0 * (double)u->pairs / (double)(u->m - 1);
}

/* Do where units count so many times; NULL: once each. */
static double
observed(const struct distance_alpha_sums *s, const double *times)
{
	double sum = 0.0, weight = 0.0;

	for (size_t i = 0; i < s->n; i++) {
		double t = times == NULL ? 1.0 : times[i];

		sum += t * disagreement_of(&s->units[i]);
		weight += t * weight_of(&s->units[i]);
	}
	return sum / weight;
}

/* The unit that has the value at a place. */
static size_t
unit_at(const struct distance_alpha_sums *s, size_t place)
{
	size_t low = 0, high = s->n;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (s->starts[middle] <= place)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static size_t
number_of(const struct distance_alpha_sums *s, size_t unit, size_t place)
{
	return s->units[unit].first + (place - s->starts[unit]);
}

/* ------------------------------------------------------------------ all pairs */

/* The place of two units u <= v in a triangle. */
static size_t
pair_of(size_t u, size_t v)
{
	return v * (v + 1) / 2 + u;
}

static enum err
note_missing(struct arena *a, struct distance_alpha_sums *s, size_t pair)
{
	if (s->missing == NULL)
		s->missing = arena_calloc(a, s->n * (s->n + 1) / 2, sizeof(*s->missing));
	if (s->missing == NULL)
		return ERR_MEMORY;
	s->missing[pair]++;
	return ERR_OK;
}

/* The distances of the values of u to those of v that come before them. */
static enum err
measure_units(struct arena *a, struct distance_alpha_sums *s,
    const struct distance_alpha_question *q, size_t u, size_t v, uint64_t *pairs)
{
	size_t pair = pair_of(u, v);

	for (size_t j = s->starts[v]; j < s->starts[v + 1]; j++)
		for (size_t i = s->starts[u]; i < s->starts[u + 1] && i < j; i++) {
			double score;
			enum err err = q->score(
			    q->context, number_of(s, u, i), number_of(s, v, j), &score);

			if (err == ERR_OK && isnan(score))
				err = note_missing(a, s, pair);
			if (err != ERR_OK)
				return err;
			if (isnan(score))
				continue;
			s->own[i] += 1.0 - score;
			s->own[j] += 1.0 - score;
			s->between[pair] += 1.0 - score;
			++*pairs;
		}
	return ERR_OK;
}

static enum err
measure_all(struct arena *a, struct distance_alpha_sums *s,
    const struct distance_alpha_question *q, uint64_t *pairs)
{
	double sum = 0.0;

	s->own = arena_calloc(a, s->starts[s->n], sizeof(*s->own));
	s->between = arena_calloc(a, s->n * (s->n + 1) / 2, sizeof(*s->between));
	if (s->own == NULL || s->between == NULL)
		return ERR_MEMORY;
	for (size_t v = 0; v < s->n; v++)
		for (size_t u = 0; u <= v; u++) {
			enum err err = measure_units(a, s, q, u, v, pairs);

			if (err != ERR_OK)
				return err;
			sum += s->between[pair_of(u, v)];
		}
	s->expected = sum / (double)*pairs;
	return ERR_OK;
}

/* ------------------------------------------------------------------ drawn pairs */

static int
by_number(const void *x, const void *y)
{
	uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;

	return (a > b) - (a < b);
}

/* Draw until `n` different numbers below `all` are there, which are then in order. */
static void
draw_sparse(struct random *random, uint64_t all, uint64_t *r, size_t n)
{
	size_t kept = 0;

	while (kept < n) {
		for (size_t i = kept; i < n; i++)
			r[i] = random_below(random, all);
		qsort(r, n, sizeof(*r), by_number);
		kept = 0;
		for (size_t i = 0; i < n; i++)
			if (i == 0 || r[i] != r[kept - 1])
				r[kept++] = r[i];
	}
}

/* The same where they are many of all: each is taken by the share of those that are still
 * wanted (D. E. Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S). */
static void
draw_dense(struct random *random, uint64_t all, uint64_t *r, size_t n)
{
	size_t kept = 0;

	for (uint64_t i = 0; kept < n; i++)
		if (random_below(random, all - i) < n - kept)
			r[kept++] = i;
}

static enum err
measure_pair(struct distance_alpha_sums *s, const struct distance_alpha_question *q,
    size_t i, size_t j, double *sum, uint64_t *pairs)
{
	size_t u = unit_at(s, i), v = unit_at(s, j);
	double score;
	enum err err = q->score(q->context, number_of(s, u, i), number_of(s, v, j), &score);

	if (err != ERR_OK || isnan(score))
		return err;
	*sum += 1.0 - score;
	++*pairs;
	s->reach[u] += 1.0 - score;
	s->reach[v] += 1.0 - score;
	s->drawn[u]++;
	s->drawn[v]++;
	return ERR_OK;
}

static enum err
reserve_drawn(struct arena *a, struct distance_alpha_sums *s)
{
	s->reach = arena_calloc(a, s->n, sizeof(*s->reach));
	s->drawn = arena_calloc(a, s->n, sizeof(*s->drawn));
	return s->reach == NULL || s->drawn == NULL ? ERR_MEMORY : ERR_OK;
}

/* Pair number j (j - 1) / 2 + i is that of the places i < j. */
static enum err
measure_drawn(struct arena *a, struct distance_alpha_sums *s,
    const struct distance_alpha_question *q, uint64_t all, size_t n, uint64_t *pairs)
{
	struct random random;
	struct arena_mark mark;
	uint64_t *drawn, before = 0;
	double sum = 0.0;
	size_t j = 1;

	if (reserve_drawn(a, s) != ERR_OK)
		return ERR_MEMORY;
	mark = arena_mark(a);
	drawn = arena_calloc(a, n, sizeof(*drawn));
	if (drawn == NULL)
		return ERR_MEMORY;
	random_seed(&random, q->seed);
	(all / 8 > n ? draw_sparse : draw_dense)(&random, all, drawn, n);
	for (size_t k = 0; k < n; k++) {
		enum err err;

		while (drawn[k] >= before + j)
			before += j++;
		err = measure_pair(s, q, (size_t)(drawn[k] - before), j, &sum, pairs);
		if (err != ERR_OK)
			return err;
	}
	arena_rewind(a, mark);
	s->expected = sum / (double)*pairs;
	return ERR_OK;
}

/* ------------------------------------------------------------------ a sample */

/* The place of the value of a number; false if it takes no part. */
static bool
place_of(const struct distance_alpha_sums *s, size_t number, size_t *r)
{
	size_t low = 0, high = s->n;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (s->units[middle].first <= number)
			low = middle;
		else
			high = middle;
	}
	*r = s->starts[low] + (number - s->units[low].first);
	return number >= s->units[low].first && *r < s->starts[low + 1];
}

/* The pairs among the values of the sample; *values is how many these are. */
static enum err
measure_sample(struct arena *a, struct distance_alpha_sums *s,
    const struct distance_alpha_question *q, size_t *values, uint64_t *pairs)
{
	size_t *places, n = 0;
	double sum = 0.0;

	if (reserve_drawn(a, s) != ERR_OK)
		return ERR_MEMORY;
	places = arena_calloc(a, q->n_sample, sizeof(*places));
	if (places == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < q->n_sample; i++)
		n += place_of(s, q->sample[i], &places[n]);
	for (size_t j = 0; j < n; j++)
		for (size_t i = 0; i < j; i++) {
			enum err err =
			    measure_pair(s, q, places[i], places[j], &sum, pairs);

			if (err != ERR_OK)
				return err;
		}
	*values = n;
	s->expected = sum / (double)*pairs;
	return ERR_OK;
}

/* ------------------------------------------------------------------ the estimate */

/*
 * As of alpha with categories: agreement is 1 - distance, and the mean over the ratings of
 * a unit of what they agree on with all ratings is that over its values.
 */
static void
linearize(
    const struct distance_alpha_sums *s, double within, struct coefficient_estimate *r)
{
	double all = (double)s->starts[s->n], mean = all / (double)s->n;
	double pe = 1.0 - s->expected * (all - 1.0) / all;
	double value = 1.0 - within / (1.0 - pe);
	double agreement = (1.0 - 1.0 / all) * (1.0 - within) + 1.0 / all;
	double squares = 0.0;

	for (size_t u = 0; u < s->n; u++) {
		double m = (double)s->units[u].m, off = (m - mean) / mean, chance = 0.0;
		double own = (m - disagreement_of(&s->units[u])) / mean - agreement * off;
		double d;

		for (size_t i = s->starts[u]; i < s->starts[u + 1]; i++)
			chance += 1.0 - s->own[i] / all;
		chance = chance / mean - pe * off;
		d = (own - pe) / (1.0 - pe) -
		    2.0 * (1.0 - value) * (chance - pe) / (1.0 - pe) - value;
		squares += d * d;
	}
	coefficient_interval(r, squares, s->n);
}

/* Whether all pairs of all units have a score. */
static bool
whole(const struct distance_alpha_sums *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->units[i].pairs != s->units[i].m * (s->units[i].m - 1) / 2)
			return false;
	return s->exact && s->missing == NULL;
}

static void
conclude(const struct distance_alpha_sums *s, struct distance_alpha_estimate *r)
{
	r->observed = observed(s, NULL);
	r->expected = s->expected;
	if (!(r->expected > 0.0)) {
		r->alpha.undefined = r->pairs == 0 ? no_sample : all_alike;
		return;
	}
	r->alpha.value = 1.0 - r->observed / r->expected;
	if (whole(s))
		linearize(s, r->observed, &r->alpha);
}

/* De, in the way that the question and the number of pairs ask for. */
static enum err
measure(struct arena *a, struct distance_alpha_sums *s,
    const struct distance_alpha_question *q, struct distance_alpha_estimate *r)
{
	uint64_t limit = q->pairs == 0 ? DISTANCE_ALPHA_PAIRS : q->pairs;
	uint64_t all = (uint64_t)r->values * (r->values - 1) / 2;

	if (q->sample != NULL)
		return measure_sample(a, s, q, &r->values, &r->pairs);
	r->exact = s->exact = all <= limit;
	return s->exact ? measure_all(a, s, q, &r->pairs)
			: measure_drawn(a, s, q, all, (size_t)limit, &r->pairs);
}

enum err
distance_alpha_finish(const struct distance_alpha *d,
    const struct distance_alpha_question *q, struct distance_alpha_estimate *r)
{
	struct distance_alpha_estimate made = {
	    .alpha = {.undefined = no_pair}, .observed = NAN, .expected = NAN};
	struct distance_alpha_sums *s = arena_calloc(d->arena, 1, sizeof(*s));
	enum err err;

	if (s == NULL || take_part(d, s) != ERR_OK)
		return ERR_MEMORY;
	made.values = s->starts[s->n];
	made.alpha.units = s->n;
	made.sums = s;
	made.exact = s->exact = q->sample == NULL;
	if (s->n > 0) {
		made.alpha.undefined = NULL;
		err = measure(d->arena, s, q, &made);
		if (err != ERR_OK)
			return err;
		conclude(s, &made);
	}
	*r = made;
	return ERR_OK;
}

/* ------------------------------------------------------------------ the bootstrap */

/* De of a draw: values that were drawn several times are as many values, 0 apart. */
static double
expected_of_all(const struct distance_alpha_sums *s, const double *times)
{
	double sum = 0.0, missing = 0.0, values = 0.0;

	for (size_t v = 0; v < s->n; v++) {
		const double *row = s->between + pair_of(0, v);
		double part = 0.0, absent = 0.0;

		if (times[v] == 0.0)
			continue;
		for (size_t u = 0; u <= v; u++)
			part += times[u] * row[u];
		for (size_t u = 0; s->missing != NULL && u <= v; u++)
			absent += times[u] * s->missing[pair_of(u, v)];
		sum += times[v] * part;
		missing += times[v] * absent;
		values += times[v] * (double)s->units[v].m;
	}
	return sum / (values * (values - 1.0) / 2.0 - missing);
}

/* The first order: twice the change of the mean over units of what they reach. */
static double
expected_of_drawn(const struct distance_alpha_sums *s, const double *times)
{
	double sum = 0.0, n = 0.0;

	for (size_t i = 0; i < s->n; i++) {
		sum += times[i] * s->reach[i];
		n += times[i] * s->drawn[i];
	}
	return 2.0 * sum / n - s->expected;
}

static enum err
value_of(void *context, const double *times, double *r)
{
	const struct distance_alpha_sums *s = context;
	double expected =
	    s->exact ? expected_of_all(s, times) : expected_of_drawn(s, times);

	*r = expected > 0.0 ? 1.0 - observed(s, times) / expected : NAN;
	return ERR_OK;
}

enum err
distance_alpha_bootstrap(struct arena *a, const struct distance_alpha_estimate *of,
    size_t draws, uint64_t seed, struct bootstrap_interval *r)
{
	const struct bootstrap_question q = {
	    .units = of->alpha.undefined == NULL ? of->sums->n : 0,
	    .draws = draws,
	    .seed = seed,
	    .statistic = value_of,
	    .context = of->sums,
	};

	return bootstrap_compute(a, &q, r);
}
