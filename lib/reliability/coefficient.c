#include "reliability/coefficient.h"

#include <math.h>

#include "base/deadline.h"
#include "reliability/student.h"

/* Work of a pair of raters, for each unit; see base/deadline.h. */
#define PAIR_WORK 10

#define CONFIDENCE 0.975 /* on each side: 95 % between */

const struct coefficient_row coefficient_table[COEFFICIENT__MAX] = {
    [COEFFICIENT_PERCENT] = {"percent", "Percent agreement",
	"share of the pairs of ratings of one unit that agree", true, CHANCE_NONE, 2,
	false},
    [COEFFICIENT_COHEN] = {"cohen", "Cohen's kappa",
	"two raters, each with a chance of their own; of more the mean over pairs", true,
	CHANCE_CONGER, 2, true},
    [COEFFICIENT_SCOTT] = {"scott", "Scott's pi",
	"two raters with one chance in common; of more the mean over pairs", true,
	CHANCE_FLEISS, 2, true},
    [COEFFICIENT_FLEISS] = {"fleiss", "Fleiss' kappa",
	"any number of raters, by the shares of the categories", true, CHANCE_FLEISS, 1,
	false},
    [COEFFICIENT_CONGER] = {"conger", "Conger's kappa",
	"any number of raters, each with a chance of their own", true, CHANCE_CONGER, 1,
	false},
    [COEFFICIENT_BRENNAN_PREDIGER] = {"brennan_prediger", "Brennan-Prediger coefficient",
	"any number of raters, by the number of categories", true, CHANCE_BRENNAN_PREDIGER,
	1, false},
    [COEFFICIENT_AC1] = {"ac1", "Gwet's AC1",
	"any number of raters, steady where one category prevails", false, CHANCE_GWET, 1,
	false},
    [COEFFICIENT_AC2] = {"ac2", "Gwet's AC2", "AC1 with weights", true, CHANCE_GWET, 1,
	false},
    [COEFFICIENT_ALPHA] = {"alpha", "Krippendorff's alpha",
	"any number of raters, any scale, corrected for small samples", true, CHANCE_ALPHA,
	2, false},
};

enum coefficient
coefficient_find(struct str name)
{
	int i = 0;

	while (i < COEFFICIENT__MAX && !str_is(name, coefficient_table[i].name))
		i++;
	return (enum coefficient)i;
}

void
coefficient_interval(struct coefficient_estimate *r, double squares, size_t n)
{
	double t;

	if (n < 2)
		return;
	r->has_se = true;
	r->se = sqrt(squares / ((double)n * ((double)n - 1.0)));
	t = student_quantile(CONFIDENCE, (double)n - 1.0);
	r->low = r->value - t * r->se;
	r->high = fmin(r->value + t * r->se, 1.0);
}

/* The mean over the ratings of a unit of what chance has them agree on. */
static double
mean_of(const struct chance *c, size_t unit)
{
	double sum = 0.0;

	for (size_t i = c->starts[unit]; i < c->starts[unit + 1]; i++)
		sum += c->expected[c->cells[i].category];
	return sum / c->rated[unit];
}

/* What each unit has in the expected agreement. */
static void
chances(const struct chance *c, double *chance)
{
	for (size_t i = 0; i < c->ratings->units; i++)
		chance[i] = mean_of(c, i);
}

/* The same where each rater has a chance of their own (Gwet 2014, 5.3.3, with missing
 * ratings). */
static void
chances_own(const struct chance *c, double *chance)
{
	size_t raters = c->ratings->raters, q = c->ratings->n_categories;
	size_t n = c->ratings->units;
	const struct chance_own *o = &c->own;

	for (size_t i = 0; i < n; i++)
		chance[i] = 0.0;
	for (size_t g = 0; g < raters; g++) {
		const double *other = o->other + g * q;
		double mean = 0.0, scale = (double)n / o->rated[g];

		for (size_t k = 0; k < q; k++)
			mean += o->share[g * q + k] * other[k];
		for (size_t i = 0; i < n; i++) {
			int32_t k = c->ratings->cells[i * raters + g];
			double there = k == RATINGS_MISSING ? 0.0 : 1.0;

			chance[i] += scale *
			    ((k == RATINGS_MISSING ? 0.0 : other[k]) -
				(there - o->rated[g] / (double)n) * mean) /
			    ((double)raters * ((double)raters - 1.0));
		}
	}
}

/*
 * The standard error by linearization (Gwet 2014, 5.3): `chance` has for each unit the part
 * that it has in the expected agreement; NULL: none.
 */
static void
linearize(const struct chance *c, const double *chance, struct coefficient_estimate *r)
{
	double pe = c->by_chance, squares = 0.0;
	size_t n = c->ratings->units;
	double scale = (double)n / c->pairable;

	for (size_t i = 0; i < n; i++) {
		bool pairs = c->rated[i] >= 2.0;
		double own =
		    pairs ? c->agreed[i] / (c->rated[i] * (c->rated[i] - 1.0)) - pe : 0.0;
		double d = scale * own / (1.0 - pe) - r->value;

		if (chance != NULL)
			d -= 2.0 * (1.0 - r->value) * (chance[i] - pe) / (1.0 - pe);
		squares += d * d;
	}
	coefficient_interval(r, squares, n);
}

/* The variance of alpha is that before its correction for small samples. */
static void
linearize_alpha(const struct chance *c, struct coefficient_estimate *r)
{
	double mean = c->mean, pe = c->by_chance, squares = 0.0;

	for (size_t i = 0; i < c->ratings->units; i++) {
		double off = (c->rated[i] - mean) / mean;
		double own =
		    c->agreed[i] / (mean * (c->rated[i] - 1.0)) - c->agreement * off;
		double chance = mean_of(c, i) * c->rated[i] / mean - pe * off;
		double d = (own - pe) / (1.0 - pe) -
		    2.0 * (1.0 - c->uncorrected) * (chance - pe) / (1.0 - pe) -
		    c->uncorrected;

		squares += d * d;
	}
	coefficient_interval(r, squares, c->ratings->units);
}

static void
count_raters(const struct chance *c, bool *seen, struct coefficient_estimate *r)
{
	r->units = (size_t)c->pairable;
	for (size_t i = 0; i < c->ratings->units; i++)
		for (size_t k = c->starts[i]; c->rated[i] >= 2.0 && k < c->starts[i + 1];
		    k++) {
			r->raters += !seen[c->cells[k].rater];
			seen[c->cells[k].rater] = true;
		}
}

static enum err
compute_one(struct arena *a, const struct coefficient_question *q,
    const struct weighting *weighting, const struct ratings *from,
    struct coefficient_estimate *r)
{
	static void (*const parts[])(const struct chance *, double *) = {
	    [CHANCE_FLEISS] = chances,
	    [CHANCE_CONGER] = chances_own,
	    [CHANCE_GWET] = chances,
	    [CHANCE_ALPHA] = NULL,
	};
	const struct coefficient_row *row = &coefficient_table[q->coefficient];
	struct ratings ratings;
	struct chance c;
	double *chance;
	bool *seen;

	*r = (struct coefficient_estimate){0};
	if (ratings_take_part(a, from, row->least, &ratings) != ERR_OK ||
	    chance_init(a, &ratings, weighting, row->chance, &c) != ERR_OK)
		return ERR_MEMORY;
	chance = arena_alloc(a, ratings.units * sizeof(*chance));
	seen = arena_calloc(a, ratings.raters, sizeof(*seen));
	if (chance == NULL || seen == NULL)
		return ERR_MEMORY;
	count_raters(&c, seen, r);
	r->undefined = chance_value(&c, row->chance, &r->value);
	if (r->undefined != NULL)
		return ERR_OK;
	if (row->chance == CHANCE_ALPHA) {
		linearize_alpha(&c, r);
		return ERR_OK;
	}
	if (parts[row->chance] != NULL)
		parts[row->chance](&c, chance);
	linearize(&c, parts[row->chance] == NULL ? NULL : chance, r);
	return ERR_OK;
}

/* The mean over the pairs of raters for which there is a value; of one pair its own. */
static enum err
compute_pairs(struct arena *a, const struct coefficient_question *q,
    const struct weighting *weighting, const struct ratings *from,
    struct coefficient_estimate *r)
{
	struct coefficient_estimate all = {.undefined = "no pair of raters has a value"};
	size_t pairs = 0;
	double sum = 0.0;

	for (size_t g = 0; g < from->raters; g++)
		for (size_t h = 0; h < g; h++) {
			const size_t columns[] = {h, g};
			struct arena_mark mark = arena_mark(a);
			struct coefficient_estimate one;
			struct ratings two;

			if (deadline_passed(PAIR_WORK * (uint64_t)from->units))
				return ERR_LIMIT;
			if (ratings_select(a, from, columns, 2, 2, &two) != ERR_OK ||
			    compute_one(a, q, weighting, &two, &one) != ERR_OK)
				return ERR_MEMORY;
			arena_rewind(a, mark);
			if (from->raters == 2)
				all = one;
			if (one.undefined != NULL)
				continue;
			sum += one.value;
			pairs++;
		}
	if (from->raters != 2) {
		struct coefficient_question how_many = {.coefficient = COEFFICIENT_PERCENT};
		struct coefficient_estimate size;

		if (compute_one(a, &how_many, weighting, from, &size) != ERR_OK)
			return ERR_MEMORY;
		all.units = size.units;
		all.raters = size.raters;
		if (pairs > 0) {
			all.undefined = NULL;
			all.value = sum / (double)pairs;
		}
	}
	*r = all;
	return ERR_OK;
}

/* How often each category occurs in units with at least two ratings. */
static const double *
count_categories(struct arena *a, const struct ratings *ratings)
{
	double *counts = arena_calloc(a, ratings->n_categories, sizeof(*counts));

	for (size_t i = 0; counts != NULL && i < ratings->units; i++) {
		const int32_t *row = ratings->cells + i * ratings->raters;
		size_t rated = 0;

		for (size_t g = 0; g < ratings->raters; g++)
			rated += row[g] != RATINGS_MISSING;
		for (size_t g = 0; rated > 1 && g < ratings->raters; g++)
			if (row[g] != RATINGS_MISSING)
				counts[row[g]]++;
	}
	return counts;
}

enum err
coefficient_weighting(struct arena *a, const struct coefficient_question *q,
    const struct ratings *ratings, struct weighting *r, struct error *e)
{
	const struct coefficient_row *row = &coefficient_table[q->coefficient];
	const double *counts;

	if (!row->weighted && q->weights != WEIGHTING_IDENTITY)
		return error_set(e, ERR_INPUT, "%s takes no weights; ac2 does", row->name);
	if (q->by_distance && q->coefficient != COEFFICIENT_ALPHA)
		return error_set(e, ERR_INPUT, "%s takes weights, no distance", row->name);
	if (!q->by_distance)
		return weighting_init(a, q->weights, ratings, r, e);
	counts = count_categories(a, ratings);
	return counts == NULL
	    ? error_memory(e)
	    : weighting_init_distance(a, q->distance, ratings, counts, r, e);
}

enum err
coefficient_compute(struct arena *a, const struct coefficient_question *q,
    const struct ratings *ratings, struct coefficient_estimate *r, struct error *e)
{
	bool in_pairs = coefficient_table[q->coefficient].in_pairs;
	struct weighting weighting;
	enum err err = coefficient_weighting(a, q, ratings, &weighting, e);

	if (err != ERR_OK)
		return err;
	err = in_pairs ? compute_pairs(a, q, &weighting, ratings, r)
		       : compute_one(a, q, &weighting, ratings, r);
	if (err == ERR_LIMIT)
		return deadline_check(e);
	return err == ERR_OK ? ERR_OK : error_memory(e);
}

/* The cells of a ratings where category k is the place 1, and any other 0. */
static void
recode(const struct ratings *from, size_t k, int32_t *cells)
{
	for (size_t i = 0; i < from->units * from->raters; i++)
		cells[i] = from->cells[i] == RATINGS_MISSING ? RATINGS_MISSING
							     : from->cells[i] == (int32_t)k;
}

enum err
coefficient_by_category(struct arena *a, enum coefficient coefficient,
    const struct ratings *ratings, struct coefficient_estimate *r, struct error *e)
{
	static const struct category two[] = {
	    {.is_number = true, .number = 0.0}, {.is_number = true, .number = 1.0}};
	const struct coefficient_question q = {.coefficient = coefficient};
	int32_t *cells = arena_calloc(a, ratings->units, ratings->raters * sizeof(*cells));
	struct ratings binary = {.units = ratings->units,
	    .raters = ratings->raters,
	    .cells = cells,
	    .categories = two,
	    .n_categories = 2,
	    .all_numbers = true};

	if (cells == NULL)
		return error_memory(e);
	for (size_t k = 0; k < ratings->n_categories; k++) {
		struct arena_mark mark = arena_mark(a);
		enum err err;

		recode(ratings, k, cells);
		err = coefficient_compute(a, &q, &binary, &r[k], e);
		arena_rewind(a, mark);
		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}
