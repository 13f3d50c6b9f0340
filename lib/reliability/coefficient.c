#include "reliability/coefficient.h"

#include <math.h>
#include <string.h>

#include "reliability/student.h"

#define CONFIDENCE 0.975 /* on each side: 95 % between */

const struct coefficient_row coefficient_table[COEFFICIENT__MAX] = {
    [COEFFICIENT_PERCENT] = {"percent", "Percent agreement",
	"share of the pairs of ratings of one unit that agree", true},
    [COEFFICIENT_COHEN] = {"cohen", "Cohen's kappa",
	"two raters, each with a chance of their own; of more the mean over pairs", true},
    [COEFFICIENT_SCOTT] = {"scott", "Scott's pi",
	"two raters with one chance in common; of more the mean over pairs", true},
    [COEFFICIENT_FLEISS] = {"fleiss", "Fleiss' kappa",
	"any number of raters, by the shares of the categories", true},
    [COEFFICIENT_CONGER] = {"conger", "Conger's kappa",
	"any number of raters, each with a chance of their own", true},
    [COEFFICIENT_BRENNAN_PREDIGER] = {"brennan_prediger", "Brennan-Prediger coefficient",
	"any number of raters, by the number of categories", true},
    [COEFFICIENT_AC1] = {"ac1", "Gwet's AC1",
	"any number of raters, steady where one category prevails", false},
    [COEFFICIENT_AC2] = {"ac2", "Gwet's AC2", "AC1 with weights", true},
    [COEFFICIENT_ALPHA] = {"alpha", "Krippendorff's alpha",
	"any number of raters, any scale, corrected for small samples", true},
};

enum coefficient
coefficient_find(struct str name)
{
	int i = 0;

	while (i < COEFFICIENT__MAX && !str_is(name, coefficient_table[i].name))
		i++;
	return (enum coefficient)i;
}

/* Ratings with what all coefficients need of them; arrays by unit and by category. */
struct work {
	struct arena *arena;
	const struct ratings *ratings;
	const struct weighting *w;
	size_t *met;	/* the categories of the unit at hand */
	double *counts; /* of the unit at hand, by category; all 0 between units */
	double *rated;	/* by unit: its ratings */
	double *agreed; /* by unit: the sum over its ratings of the weights of the others */
	double *share;	/* by category: its share of the ratings */
	size_t pairable; /* units with at least two ratings */
	struct coefficient_estimate *r;
};

static const int32_t *
row_of(const struct ratings *ratings, size_t unit)
{
	return ratings->cells + unit * ratings->raters;
}

/* The sum over all ordered pairs of different ratings of a unit of their weights. */
static double
agreement_of(const struct work *w, const int32_t *row)
{
	size_t n = 0;
	double sum = 0.0;

	for (size_t g = 0; g < w->ratings->raters; g++)
		if (row[g] != RATINGS_MISSING && w->counts[row[g]]++ == 0.0)
			w->met[n++] = (size_t)row[g];
	for (size_t i = 0; i < n; i++) {
		double count = w->counts[w->met[i]];

		sum += count * (count - 1.0);
		for (size_t k = 0; w->w->weight != NULL && k < i; k++)
			sum += 2.0 * count * w->counts[w->met[k]] *
			    weighting_of(w->w, w->met[i], w->met[k]);
	}
	for (size_t i = 0; i < n; i++)
		w->counts[w->met[i]] = 0.0;
	return sum;
}

/* Units without any rating must have been taken out. */
static enum err
prepare(struct work *w)
{
	const struct ratings *ratings = w->ratings;
	size_t n = ratings->units, q = ratings->n_categories;
	bool *seen = arena_calloc(w->arena, ratings->raters, sizeof(*seen));

	w->met = arena_alloc(w->arena, ratings->raters * sizeof(*w->met));
	w->counts = arena_calloc(w->arena, q, sizeof(double));
	w->rated = arena_calloc(w->arena, n, sizeof(double));
	w->agreed = arena_alloc(w->arena, n * sizeof(double));
	w->share = arena_calloc(w->arena, q, sizeof(double));
	if (seen == NULL || w->met == NULL || w->counts == NULL || w->rated == NULL ||
	    w->agreed == NULL || w->share == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < n; i++) {
		const int32_t *row = row_of(ratings, i);

		for (size_t g = 0; g < ratings->raters; g++)
			w->rated[i] += row[g] != RATINGS_MISSING;
		w->agreed[i] = agreement_of(w, row);
		w->pairable += w->rated[i] >= 2.0;
		for (size_t g = 0; g < ratings->raters; g++)
			if (row[g] != RATINGS_MISSING) {
				w->share[row[g]] += 1.0 / w->rated[i];
				seen[g] |= w->rated[i] >= 2.0;
			}
	}
	for (size_t k = 0; k < q; k++)
		w->share[k] /= (double)n;
	w->r->units = w->pairable;
	for (size_t g = 0; g < ratings->raters; g++)
		w->r->raters += seen[g];
	return ERR_OK;
}

/* The mean of what agrees over the pairs of each unit, over the units with pairs. */
static double
observed(const struct work *w)
{
	double sum = 0.0;

	for (size_t i = 0; i < w->ratings->units; i++)
		if (w->rated[i] >= 2.0)
			sum += w->agreed[i] / (w->rated[i] * (w->rated[i] - 1.0));
	return sum / (double)w->pairable;
}

static void
set_interval(struct coefficient_estimate *r, double squares, size_t n)
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

/* The mean over the ratings of a unit of what their categories have. */
static double
mean_of(const struct work *w, const double *by_category, size_t unit)
{
	const int32_t *row = row_of(w->ratings, unit);
	double sum = 0.0;

	for (size_t g = 0; g < w->ratings->raters; g++)
		if (row[g] != RATINGS_MISSING)
			sum += by_category[row[g]];
	return sum / w->rated[unit];
}

/*
 * The coefficient (pa - pe) / (1 - pe) with its standard error by linearization (Gwet 2014,
 * 5.3): `chance` has for each unit the part that it has in the expected agreement; NULL:
 * none.
 */
static void
estimate(const struct work *w, double pe, const double *chance)
{
	double pa = observed(w), squares = 0.0;
	size_t n = w->ratings->units;
	double scale = (double)n / (double)w->pairable;

	w->r->value = (pa - pe) / (1.0 - pe);
	for (size_t i = 0; i < n; i++) {
		bool pairs = w->rated[i] >= 2.0;
		double own =
		    pairs ? w->agreed[i] / (w->rated[i] * (w->rated[i] - 1.0)) - pe : 0.0;
		double d = scale * own / (1.0 - pe) - w->r->value;

		if (chance != NULL)
			d -= 2.0 * (1.0 - w->r->value) * (chance[i] - pe) / (1.0 - pe);
		squares += d * d;
	}
	set_interval(w->r, squares, n);
}

static double *
chances(const struct work *w, const double *by_category)
{
	double *chance = arena_alloc(w->arena, w->ratings->units * sizeof(*chance));

	for (size_t i = 0; chance != NULL && i < w->ratings->units; i++)
		chance[i] = mean_of(w, by_category, i);
	return chance;
}

static double
dot(const double *a, const double *b, size_t n)
{
	double sum = 0.0;

	for (size_t i = 0; i < n; i++)
		sum += a[i] * b[i];
	return sum;
}

#define EXPECTED_ALL "the expected agreement is 1"

static enum err
percent(struct work *w)
{
	estimate(w, 0.0, NULL);
	return ERR_OK;
}

static enum err
fleiss(struct work *w)
{
	size_t q = w->ratings->n_categories;
	double *weighted = arena_alloc(w->arena, q * sizeof(*weighted)), *chance;
	double pe;

	if (weighted == NULL)
		return ERR_MEMORY;
	weighting_times(w->w, w->share, weighted);
	pe = dot(w->share, weighted, q);
	chance = chances(w, weighted);
	if (chance == NULL)
		return ERR_MEMORY;
	if (pe >= 1.0)
		w->r->undefined = EXPECTED_ALL;
	else
		estimate(w, pe, chance);
	return ERR_OK;
}

static enum err
brennan_prediger(struct work *w)
{
	double q = (double)w->ratings->n_categories;

	estimate(w, weighting_sum(w->w) / (q * q), NULL);
	return ERR_OK;
}

static enum err
gwet(struct work *w)
{
	size_t q = w->ratings->n_categories;
	double *other = arena_alloc(w->arena, q * sizeof(*other)), *chance;
	double scale = weighting_sum(w->w) / ((double)q * ((double)q - 1.0));

	if (other == NULL)
		return ERR_MEMORY;
	for (size_t k = 0; k < q; k++)
		other[k] = scale * (1.0 - w->share[k]);
	chance = chances(w, other);
	if (chance == NULL)
		return ERR_MEMORY;
	estimate(w, dot(w->share, other, q), chance);
	return ERR_OK;
}

/* The raters' own shares of the categories, and what comes of them. */
struct own {
	double *share; /* raters x categories */
	double *rated; /* by rater: units */
	double *mean;  /* by category, over the raters */
	double
	    *by_way; /* raters x categories: the weights times how far off the others are */
};

static enum err
count_own(const struct work *w, struct own *o)
{
	const struct ratings *ratings = w->ratings;
	size_t r = ratings->raters, q = ratings->n_categories;

	o->share = arena_calloc(w->arena, r * q, sizeof(double));
	o->rated = arena_calloc(w->arena, r, sizeof(double));
	o->mean = arena_calloc(w->arena, q, sizeof(double));
	o->by_way = arena_alloc(w->arena, r * q * sizeof(double));
	if (o->share == NULL || o->rated == NULL || o->mean == NULL || o->by_way == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < ratings->units; i++)
		for (size_t g = 0; g < r; g++) {
			int32_t k = row_of(ratings, i)[g];

			if (k == RATINGS_MISSING)
				continue;
			o->share[g * q + (size_t)k]++;
			o->rated[g]++;
		}
	for (size_t g = 0; g < r; g++)
		for (size_t k = 0; k < q; k++) {
			o->share[g * q + k] /= o->rated[g];
			o->mean[k] += o->share[g * q + k] / (double)r;
		}
	return ERR_OK;
}

/* The expected agreement: the mean over the pairs of raters. */
static enum err
expect_own(const struct work *w, const struct own *o, double *r)
{
	size_t raters = w->ratings->raters, q = w->ratings->n_categories;
	double *v = arena_alloc(w->arena, q * sizeof(*v)), all, own = 0.0;
	double n = (double)raters;

	if (v == NULL)
		return ERR_MEMORY;
	weighting_times(w->w, o->mean, v);
	all = dot(o->mean, v, q) * n * n;
	for (size_t g = 0; g < raters; g++) {
		const double *share = o->share + g * q;
		double *way = o->by_way + g * q;

		weighting_times(w->w, share, way);
		own += dot(share, way, q);
		/* From here on what the other raters have in place of one's own. */
		for (size_t k = 0; k < q; k++)
			way[k] = n * v[k] - way[k];
	}
	*r = (all - own) / (n * (n - 1.0));
	return ERR_OK;
}

/* What each unit has in the expected agreement (Gwet 2014, 5.3.3, with missing ratings). */
static double *
chances_own(const struct work *w, const struct own *o)
{
	size_t raters = w->ratings->raters, q = w->ratings->n_categories;
	size_t n = w->ratings->units;
	double *chance = arena_calloc(w->arena, n, sizeof(*chance));

	for (size_t g = 0; chance != NULL && g < raters; g++) {
		const double *way = o->by_way + g * q;
		double mean = dot(o->share + g * q, way, q);
		double scale = (double)n / o->rated[g];

		for (size_t i = 0; i < n; i++) {
			int32_t k = row_of(w->ratings, i)[g];
			double there = k == RATINGS_MISSING ? 0.0 : 1.0;

			chance[i] += scale *
			    ((k == RATINGS_MISSING ? 0.0 : way[k]) -
				(there - o->rated[g] / (double)n) * mean) /
			    ((double)raters * ((double)raters - 1.0));
		}
	}
	return chance;
}

/* Raters without a rating must have been taken out. */
static enum err
conger(struct work *w)
{
	struct own o;
	double pe, *chance;

	if (count_own(w, &o) != ERR_OK || expect_own(w, &o, &pe) != ERR_OK)
		return ERR_MEMORY;
	chance = chances_own(w, &o);
	if (chance == NULL)
		return ERR_MEMORY;
	if (pe >= 1.0)
		w->r->undefined = EXPECTED_ALL;
	else
		estimate(w, pe, chance);
	return ERR_OK;
}

/* Units with one rating alone must have been taken out. */
static enum err
alpha(struct work *w)
{
	const struct ratings *ratings = w->ratings;
	size_t n = ratings->units, q = ratings->n_categories;
	double *share = arena_calloc(w->arena, q, sizeof(*share));
	double *weighted = arena_alloc(w->arena, q * sizeof(*weighted));
	double all = 0.0, mean, small, pa = 0.0, pe, value;
	double corrected, squares = 0.0;

	if (share == NULL || weighted == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < n; i++)
		all += w->rated[i];
	mean = all / (double)n;
	small = 1.0 / all;
	for (size_t i = 0; i < n; i++) {
		pa += w->agreed[i] / (mean * (w->rated[i] - 1.0)) / (double)n;
		for (size_t g = 0; g < ratings->raters; g++)
			if (row_of(ratings, i)[g] != RATINGS_MISSING)
				share[row_of(ratings, i)[g]] += 1.0 / all;
	}
	weighting_times(w->w, share, weighted);
	pe = dot(share, weighted, q);
	if (pe >= 1.0) {
		w->r->undefined = EXPECTED_ALL;
		return ERR_OK;
	}
	value = (pa - pe) / (1.0 - pe);
	corrected = (1.0 - small) * pa + small;
	w->r->value = (corrected - pe) / (1.0 - pe);
	/* The variance is that of the coefficient before its correction for small samples.
	 */
	for (size_t i = 0; i < n; i++) {
		double off = (w->rated[i] - mean) / mean;
		double own = w->agreed[i] / (mean * (w->rated[i] - 1.0)) - corrected * off;
		double chance = mean_of(w, weighted, i) * w->rated[i] / mean - pe * off;
		double d = (own - pe) / (1.0 - pe) -
		    2.0 * (1.0 - value) * (chance - pe) / (1.0 - pe) - value;

		squares += d * d;
	}
	set_interval(w->r, squares, n);
	return ERR_OK;
}

/* What is computed of which units. */
struct way {
	enum err (*compute)(struct work *w);
	size_t least; /* ratings of a unit, for it to take part */
	bool in_pairs;
};

static const struct way ways[COEFFICIENT__MAX] = {
    [COEFFICIENT_PERCENT] = {percent, 2, false},
    [COEFFICIENT_COHEN] = {conger, 2, true},
    [COEFFICIENT_SCOTT] = {fleiss, 2, true},
    [COEFFICIENT_FLEISS] = {fleiss, 1, false},
    [COEFFICIENT_CONGER] = {conger, 1, false},
    [COEFFICIENT_BRENNAN_PREDIGER] = {brennan_prediger, 1, false},
    [COEFFICIENT_AC1] = {gwet, 1, false},
    [COEFFICIENT_AC2] = {gwet, 1, false},
    [COEFFICIENT_ALPHA] = {alpha, 2, false},
};

/* The ratings of the raters who have any, in the units that take part. */
static enum err
take_part(struct arena *a, const struct ratings *from, size_t least, struct ratings *r)
{
	size_t *columns = arena_alloc(a, from->raters * sizeof(*columns)), n = 0;
	struct ratings units;

	if (columns == NULL || ratings_select(a, from, NULL, 0, least, &units) != ERR_OK)
		return ERR_MEMORY;
	for (size_t g = 0; g < units.raters; g++)
		for (size_t i = 0; i < units.units; i++)
			if (row_of(&units, i)[g] != RATINGS_MISSING) {
				columns[n++] = g;
				break;
			}
	return ratings_select(a, &units, columns, n, least, r);
}

/* Whether two different categories occur. */
static bool
varies(const struct ratings *ratings)
{
	int32_t first = RATINGS_MISSING;

	for (size_t i = 0; i < ratings->units * ratings->raters; i++) {
		int32_t k = ratings->cells[i];

		if (k == RATINGS_MISSING)
			continue;
		if (first != RATINGS_MISSING && k != first)
			return true;
		first = k;
	}
	return false;
}

static enum err
compute_one(struct arena *a, const struct coefficient_question *q,
    const struct weighting *weighting, const struct ratings *from,
    struct coefficient_estimate *r)
{
	const struct way *way = &ways[q->coefficient];
	struct ratings ratings;
	struct work w = {.arena = a, .ratings = &ratings, .w = weighting, .r = r};

	*r = (struct coefficient_estimate){0};
	if (take_part(a, from, way->least, &ratings) != ERR_OK || prepare(&w) != ERR_OK)
		return ERR_MEMORY;
	if (w.pairable == 0)
		r->undefined = "no unit has two ratings";
	else if (q->coefficient != COEFFICIENT_PERCENT && !varies(&ratings))
		r->undefined = "one category alone occurs";
	return r->undefined != NULL ? ERR_OK : way->compute(&w);
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
		const int32_t *row = row_of(ratings, i);
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
coefficient_compute(struct arena *a, const struct coefficient_question *q,
    const struct ratings *ratings, struct coefficient_estimate *r, struct error *e)
{
	const struct coefficient_row *row = &coefficient_table[q->coefficient];
	struct weighting weighting;
	enum err err;

	if (!row->weighted && q->weights != WEIGHTING_IDENTITY)
		return error_set(e, ERR_INPUT, "%s takes no weights; ac2 does", row->name);
	if (q->by_distance && q->coefficient != COEFFICIENT_ALPHA)
		return error_set(e, ERR_INPUT, "%s takes weights, no distance", row->name);
	if (q->by_distance) {
		const double *counts = count_categories(a, ratings);

		err = counts == NULL ? error_memory(e)
				     : weighting_init_distance(
					   a, q->distance, ratings, counts, &weighting, e);
	} else {
		err = weighting_init(a, q->weights, ratings, &weighting, e);
	}
	if (err != ERR_OK)
		return err;
	err = ways[q->coefficient].in_pairs ? compute_pairs(a, q, &weighting, ratings, r)
					    : compute_one(a, q, &weighting, ratings, r);
	return err == ERR_OK ? ERR_OK : error_memory(e);
}
