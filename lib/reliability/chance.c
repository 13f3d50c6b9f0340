#include "reliability/chance.h"

/* The ratings of all units in turn, without what is missing. */
static enum err
list_cells(struct arena *a, const struct ratings *ratings, struct chance *r)
{
	size_t n = 0, raters = ratings->raters;
	size_t *starts = arena_alloc(a, (ratings->units + 1) * sizeof(*starts));
	struct chance_cell *cells;

	for (size_t i = 0; i < ratings->units * raters; i++)
		n += ratings->cells[i] != RATINGS_MISSING;
	cells = arena_calloc(a, n, sizeof(*cells));
	if (starts == NULL || cells == NULL)
		return ERR_MEMORY;
	n = 0;
	for (size_t i = 0; i < ratings->units; i++) {
		starts[i] = n;
		for (size_t g = 0; g < raters; g++) {
			int32_t k = ratings->cells[i * raters + g];

			if (k != RATINGS_MISSING)
				cells[n++] = (struct chance_cell){g, (size_t)k};
		}
		r->rated[i] = (double)(n - starts[i]);
	}
	starts[ratings->units] = n;
	r->starts = starts;
	r->cells = cells;
	return ERR_OK;
}

/* The sum over all ordered pairs of different ratings of a unit of their weights. */
static double
agreement_of(struct chance *c, size_t unit)
{
	size_t n = 0;
	double sum = 0.0;

	for (size_t i = c->starts[unit]; i < c->starts[unit + 1]; i++)
		if (c->counts[c->cells[i].category]++ == 0.0)
			c->met[n++] = c->cells[i].category;
	for (size_t i = 0; i < n; i++) {
		double count = c->counts[c->met[i]];

		sum += count * (count - 1.0);
		for (size_t k = 0; c->weighting->weight != NULL && k < i; k++)
			sum += 2.0 * count * c->counts[c->met[k]] *
			    weighting_of(c->weighting, c->met[i], c->met[k]);
	}
	for (size_t i = 0; i < n; i++)
		c->counts[c->met[i]] = 0.0;
	return sum;
}

void
chance_agree(struct chance *c)
{
	for (size_t i = 0; i < c->ratings->units; i++)
		if (c->times[i] > 0.0)
			c->agreed[i] = agreement_of(c, i);
}

static enum err
init_own(struct arena *a, const struct ratings *ratings, struct chance_own *o)
{
	size_t r = ratings->raters, q = ratings->n_categories;

	if (r > 0 && q > SIZE_MAX / sizeof(double) / r)
		return ERR_MEMORY;
	o->share = arena_alloc(a, r * q * sizeof(double));
	o->rated = arena_alloc(a, r * sizeof(double));
	o->mean = arena_alloc(a, q * sizeof(double));
	o->met = arena_alloc(a, q * sizeof(double));
	o->other = arena_alloc(a, r * q * sizeof(double));
	return o->share == NULL || o->rated == NULL || o->mean == NULL || o->met == NULL ||
		o->other == NULL
	    ? ERR_MEMORY
	    : ERR_OK;
}

enum err
chance_init(struct arena *a, const struct ratings *ratings,
    const struct weighting *weighting, enum chance_kind kind, struct chance *r)
{
	size_t n = ratings->units, q = ratings->n_categories;
	struct chance c = {.arena = a, .ratings = ratings, .weighting = weighting};
	double *once = arena_alloc(a, n * sizeof(*once));

	c.met = arena_alloc(a, ratings->raters * sizeof(*c.met));
	c.counts = arena_calloc(a, q, sizeof(double));
	c.rated = arena_alloc(a, n * sizeof(double));
	c.agreed = arena_alloc(a, n * sizeof(double));
	c.share = arena_alloc(a, q * sizeof(double));
	c.expected = arena_alloc(a, q * sizeof(double));
	if (once == NULL || c.met == NULL || c.counts == NULL || c.rated == NULL ||
	    c.agreed == NULL || c.share == NULL || c.expected == NULL ||
	    list_cells(a, ratings, &c) != ERR_OK)
		return ERR_MEMORY;
	if (kind == CHANCE_CONGER && init_own(a, ratings, &c.own) != ERR_OK)
		return ERR_MEMORY;
	for (size_t i = 0; i < n; i++)
		once[i] = 1.0;
	chance_weigh(&c, once);
	chance_agree(&c);
	*r = c;
	return ERR_OK;
}

static void
clear(double *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		v[i] = 0.0;
}

void
chance_weigh(struct chance *c, const double *times)
{
	size_t q = c->ratings->n_categories;

	c->times = times;
	c->n = 0.0;
	c->pairable = 0.0;
	clear(c->share, q);
	for (size_t i = 0; i < c->ratings->units; i++) {
		c->n += times[i];
		if (c->rated[i] >= 2.0)
			c->pairable += times[i];
		for (size_t k = c->starts[i]; times[i] > 0.0 && k < c->starts[i + 1]; k++)
			c->share[c->cells[k].category] += times[i] / c->rated[i];
	}
	for (size_t k = 0; k < q; k++)
		c->share[k] /= c->n;
}

bool
chance_varies(const struct chance *c)
{
	size_t met = 0;

	for (size_t k = 0; k < c->ratings->n_categories; k++)
		met += c->share[k] > 0.0;
	return met > 1;
}

double
chance_observed(const struct chance *c)
{
	double sum = 0.0;

	for (size_t i = 0; i < c->ratings->units; i++)
		if (c->rated[i] >= 2.0)
			sum += c->times[i] * c->agreed[i] /
			    (c->rated[i] * (c->rated[i] - 1.0));
	return sum / c->pairable;
}

static double
dot(const double *a, const double *b, size_t n)
{
	double sum = 0.0;

	for (size_t i = 0; i < n; i++)
		sum += a[i] * b[i];
	return sum;
}

static double
none(struct chance *c)
{
	(void)c;
	return 0.0;
}

static double
fleiss(struct chance *c)
{
	weighting_times(c->weighting, c->share, c->expected);
	return dot(c->share, c->expected, c->ratings->n_categories);
}

static double
brennan_prediger(struct chance *c)
{
	double q = (double)c->ratings->n_categories;

	return weighting_sum(c->weighting) / (q * q);
}

static double
gwet(struct chance *c)
{
	size_t q = c->ratings->n_categories;
	double scale = weighting_sum(c->weighting) / ((double)q * ((double)q - 1.0));

	for (size_t k = 0; k < q; k++)
		c->expected[k] = scale * (1.0 - c->share[k]);
	return dot(c->share, c->expected, q);
}

/* The raters' own shares; returns how many raters have rated. */
static double
count_own(struct chance *c)
{
	struct chance_own *o = &c->own;
	size_t r = c->ratings->raters, q = c->ratings->n_categories;
	double n = 0.0;

	clear(o->share, r * q);
	clear(o->rated, r);
	clear(o->mean, q);
	for (size_t i = 0; i < c->ratings->units; i++)
		for (size_t k = c->starts[i]; k < c->starts[i + 1]; k++) {
			o->share[c->cells[k].rater * q + c->cells[k].category] +=
			    c->times[i];
			o->rated[c->cells[k].rater] += c->times[i];
		}
	for (size_t g = 0; g < r; g++)
		n += o->rated[g] > 0.0;
	for (size_t g = 0; g < r; g++)
		for (size_t k = 0; o->rated[g] > 0.0 && k < q; k++) {
			o->share[g * q + k] /= o->rated[g];
			o->mean[k] += o->share[g * q + k] / n;
		}
	return n;
}

/* The mean over the pairs of raters. */
static double
conger(struct chance *c)
{
	struct chance_own *o = &c->own;
	size_t q = c->ratings->n_categories;
	double n = count_own(c), all, own = 0.0;

	weighting_times(c->weighting, o->mean, o->met);
	all = dot(o->mean, o->met, q) * n * n;
	for (size_t g = 0; g < c->ratings->raters; g++) {
		const double *share = o->share + g * q;
		double *other = o->other + g * q;

		if (o->rated[g] == 0.0)
			continue;
		weighting_times(c->weighting, share, other);
		own += dot(share, other, q);
		/* From here on what the other raters have in place of one's own. */
		for (size_t k = 0; k < q; k++)
			other[k] = n * o->met[k] - other[k];
	}
	return (all - own) / (n * (n - 1.0));
}

static const char expected_all[] = "the expected agreement is 1";

/* Units with one rating alone must have been taken out. */
static const char *
alpha(struct chance *c, double *r)
{
	size_t n = c->ratings->units, q = c->ratings->n_categories;
	double all = 0.0, pa = 0.0, small, pe;

	for (size_t i = 0; i < n; i++)
		all += c->times[i] * c->rated[i];
	c->mean = all / c->n;
	small = 1.0 / all;
	clear(c->counts, q);
	for (size_t i = 0; i < n; i++) {
		pa += c->times[i] * c->agreed[i] / (c->mean * (c->rated[i] - 1.0)) / c->n;
		for (size_t k = c->starts[i]; k < c->starts[i + 1]; k++)
			c->counts[c->cells[k].category] += c->times[i] / all;
	}
	weighting_times(c->weighting, c->counts, c->expected);
	pe = dot(c->counts, c->expected, q);
	clear(c->counts, q);
	if (pe >= 1.0)
		return expected_all;
	c->uncorrected = (pa - pe) / (1.0 - pe);
	c->agreement = (1.0 - small) * pa + small;
	c->by_chance = pe;
	*r = (c->agreement - pe) / (1.0 - pe);
	return NULL;
}

const char *
chance_value(struct chance *c, enum chance_kind kind, double *r)
{
	static double (*const expected[])(struct chance *) = {
	    [CHANCE_NONE] = none,
	    [CHANCE_FLEISS] = fleiss,
	    [CHANCE_CONGER] = conger,
	    [CHANCE_BRENNAN_PREDIGER] = brennan_prediger,
	    [CHANCE_GWET] = gwet,
	};

	if (c->pairable == 0.0)
		return "no unit has two ratings";
	if (kind != CHANCE_NONE && !chance_varies(c))
		return "one category alone occurs";
	if (kind == CHANCE_ALPHA)
		return alpha(c, r);
	c->by_chance = expected[kind](c);
	if (c->by_chance >= 1.0)
		return expected_all;
	*r = (chance_observed(c) - c->by_chance) / (1.0 - c->by_chance);
	return NULL;
}
