#include "reliability/weighting.h"

#include <math.h>

const char *const weighting_names[WEIGHTING__MAX] = {
    [WEIGHTING_IDENTITY] = "identity",
    [WEIGHTING_LINEAR] = "linear",
    [WEIGHTING_QUADRATIC] = "quadratic",
    [WEIGHTING_ORDINAL] = "ordinal",
    [WEIGHTING_RADICAL] = "radical",
    [WEIGHTING_RATIO] = "ratio",
    [WEIGHTING_JACCARD] = "jaccard",
    [WEIGHTING_MASI] = "masi",
};
const char *const distance_names[DISTANCE__MAX] = {
    [DISTANCE_NOMINAL] = "nominal",
    [DISTANCE_ORDINAL] = "ordinal",
    [DISTANCE_INTERVAL] = "interval",
    [DISTANCE_RATIO] = "ratio",
    [DISTANCE_JACCARD] = "jaccard",
    [DISTANCE_MASI] = "masi",
};

static double
by_difference(const struct weighting *w, size_t k, size_t l)
{
	return 1.0 - fabs(w->x[k] - w->x[l]) / w->span;
}

static double
by_square(const struct weighting *w, size_t k, size_t l)
{
	double d = (w->x[k] - w->x[l]) / w->span;

	return 1.0 - d * d;
}

static double
by_root(const struct weighting *w, size_t k, size_t l)
{
	return 1.0 - sqrt(fabs(w->x[k] - w->x[l]) / w->span);
}

static double
ratio_of(double a, double b)
{
	return a == b ? 0.0 : (a - b) / (a + b);
}

static double
by_ratio(const struct weighting *w, size_t k, size_t l)
{
	double d = ratio_of(w->x[k], w->x[l]) / w->span;

	return 1.0 - d * d;
}

/* Pairs of places from k to l, of all pairs. */
static double
by_places(const struct weighting *w, size_t k, size_t l)
{
	double n = fabs((double)k - (double)l) + 1.0;

	return 1.0 - n * (n - 1.0) / 2.0 / w->span;
}

/* The members of a category; a text is the only one of its own. */
static const struct str *
members_of(const struct category *c, size_t *n)
{
	*n = c->members == NULL ? 1 : c->n_members;
	return c->members == NULL ? &c->text : c->members;
}

struct overlap {
	size_t k, l, both; /* members of the one, of the other, and of both */
};

static struct overlap
overlap_of(const struct weighting *w, size_t k, size_t l)
{
	struct overlap o = {0};
	const struct str *x = members_of(&w->categories[k], &o.k);
	const struct str *y = members_of(&w->categories[l], &o.l);

	for (size_t i = 0, j = 0; i < o.k && j < o.l;) {
		int order = str_cmp(x[i], y[j]);

		o.both += order == 0;
		i += order <= 0;
		j += order >= 0;
	}
	return o;
}

/* Of two different sets, of which one at least has members. */
static double
by_jaccard(const struct weighting *w, size_t k, size_t l)
{
	struct overlap o = overlap_of(w, k, l);

	return (double)o.both / (double)(o.k + o.l - o.both);
}

static double
by_masi(const struct weighting *w, size_t k, size_t l)
{
	struct overlap o = overlap_of(w, k, l);
	double thirds = o.both == o.k || o.both == o.l ? 2.0 : 1.0;

	return (double)o.both / (double)(o.k + o.l - o.both) * thirds / 3.0;
}

static enum err
init_sets(const struct ratings *ratings, const char *name,
    double (*weight)(const struct weighting *, size_t, size_t), struct weighting *r,
    struct error *e)
{
	for (size_t i = 0; i < ratings->n_categories; i++)
		if (ratings->categories[i].is_number)
			return error_set(e, ERR_INPUT,
			    "%s compares texts and lists of texts, and %g is neither", name,
			    ratings->categories[i].number);
	r->categories = ratings->categories;
	r->weight = weight;
	return ERR_OK;
}

static enum err
need_numbers(
    const struct ratings *ratings, const char *name, bool positive, struct error *e)
{
	for (size_t i = 0; i < ratings->n_categories; i++) {
		const struct category *c = &ratings->categories[i];

		if (!c->is_number)
			return error_set(e, ERR_INPUT,
			    "%s compares numbers, and \"%.*s\" is none", name,
			    STR_ARG(c->text));
		if (positive && c->number < 0.0)
			return error_set(e, ERR_INPUT,
			    "ratio compares numbers of at least 0, not %g", c->number);
	}
	return ERR_OK;
}

static const double *
numbers_of(struct arena *a, const struct ratings *ratings)
{
	double *x = arena_alloc(a, ratings->n_categories * sizeof(*x));

	for (size_t i = 0; x != NULL && i < ratings->n_categories; i++)
		x[i] = ratings->categories[i].number;
	return x;
}

/* Weights out of the numbers of the categories, which are in order. */
static enum err
init_numbers(struct arena *a, const struct ratings *ratings, const char *name,
    double (*weight)(const struct weighting *, size_t, size_t), struct weighting *r,
    struct error *e)
{
	bool ratio = weight == by_ratio;
	enum err err = need_numbers(ratings, name, ratio, e);
	size_t n = ratings->n_categories;

	if (err != ERR_OK)
		return err;
	*r = (struct weighting){.n = n, .x = numbers_of(a, ratings)};
	if (r->x == NULL)
		return error_memory(e);
	if (n < 2)
		return ERR_OK;
	r->span = ratio ? ratio_of(r->x[n - 1], r->x[0]) : r->x[n - 1] - r->x[0];
	if (!isfinite(r->span))
		return error_set(
		    e, ERR_INPUT, "the ratings are too far apart to be compared");
	r->weight = weight;
	return ERR_OK;
}

enum err
weighting_init(struct arena *a, enum weighting_kind kind, const struct ratings *ratings,
    struct weighting *r, struct error *e)
{
	const char *name = weighting_names[kind];
	size_t n = ratings->n_categories;

	*r = (struct weighting){.n = n};
	switch (kind) {
	case WEIGHTING_LINEAR:
		return init_numbers(a, ratings, name, by_difference, r, e);
	case WEIGHTING_QUADRATIC:
		return init_numbers(a, ratings, name, by_square, r, e);
	case WEIGHTING_RADICAL:
		return init_numbers(a, ratings, name, by_root, r, e);
	case WEIGHTING_RATIO:
		return init_numbers(a, ratings, name, by_ratio, r, e);
	case WEIGHTING_JACCARD:
		return init_sets(ratings, name, by_jaccard, r, e);
	case WEIGHTING_MASI:
		return init_sets(ratings, name, by_masi, r, e);
	case WEIGHTING_ORDINAL:
		if (n > 1) {
			r->weight = by_places;
			r->span = (double)n * ((double)n - 1.0) / 2.0;
		}
		return need_numbers(ratings, name, false, e);
	default:
		return ERR_OK;
	}
}

/* The sum of the counts from k to l less half of both is the difference of the counts up to
 * the middles of k and l. */
void
weighting_count(struct weighting *w, const double *counts, double *middle)
{
	double before = 0.0;

	for (size_t i = 0; i < w->n; i++) {
		middle[i] = before + counts[i] / 2.0;
		before += counts[i];
	}
	w->x = middle;
	w->span = w->n < 2 ? 0.0 : middle[w->n - 1] - middle[0];
	w->weight = w->span > 0.0 ? by_square : NULL;
}

enum err
weighting_init_distance(struct arena *a, enum distance_kind kind,
    const struct ratings *ratings, const double *counts, struct weighting *r,
    struct error *e)
{
	const char *name = distance_names[kind];
	size_t n = ratings->n_categories;
	double *middle;
	enum err err;

	*r = (struct weighting){.n = n};
	switch (kind) {
	case DISTANCE_INTERVAL:
		return init_numbers(a, ratings, name, by_square, r, e);
	case DISTANCE_RATIO:
		return init_numbers(a, ratings, name, by_ratio, r, e);
	case DISTANCE_JACCARD:
		return init_sets(ratings, name, by_jaccard, r, e);
	case DISTANCE_MASI:
		return init_sets(ratings, name, by_masi, r, e);
	case DISTANCE_ORDINAL:
		break;
	default:
		return ERR_OK;
	}
	err = need_numbers(ratings, name, false, e);
	middle = arena_alloc(a, n * sizeof(*middle));
	if (err != ERR_OK)
		return err;
	if (middle == NULL)
		return error_memory(e);
	weighting_count(r, counts, middle);
	return ERR_OK;
}

double
weighting_of(const struct weighting *w, size_t k, size_t l)
{
	if (k == l)
		return 1.0;
	return w->weight == NULL ? 0.0 : w->weight(w, k, l);
}

void
weighting_times(const struct weighting *w, const double *v, double *r)
{
	for (size_t k = 0; k < w->n; k++) {
		r[k] = v[k];
		for (size_t l = 0; w->weight != NULL && l < w->n; l++)
			if (l != k)
				r[k] += w->weight(w, k, l) * v[l];
	}
}

double
weighting_sum(const struct weighting *w)
{
	double sum = (double)w->n;

	for (size_t k = 0; w->weight != NULL && k < w->n; k++)
		for (size_t l = 0; l < w->n; l++)
			if (l != k)
				sum += w->weight(w, k, l);
	return sum;
}
