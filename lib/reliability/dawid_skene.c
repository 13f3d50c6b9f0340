#include "reliability/dawid_skene.h"

#include <math.h>
#include <stdint.h>

struct work {
	const struct dawid_skene_question *q;
	double *marginals;
	double *rates; /* observers x categories x categories */
	double
	    *log_rates; /* the same, what is said before what is true: rows are added up */
	double *posterior;
	bool *rated;  /* by task */
	double tasks; /* that are rated */
};

static void
clear(double *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		v[i] = 0.0;
}

/* Divide by the sum; where that is 0, all is NaN. */
static void
normalize(double *v, size_t n)
{
	double sum = 0.0;

	for (size_t i = 0; i < n; i++)
		sum += v[i];
	for (size_t i = 0; i < n; i++)
		v[i] = sum > 0.0 ? v[i] / sum : NAN;
}

/* The share of each category in the votes on a task. */
static void
count_votes(struct work *w)
{
	size_t q = w->q->categories;

	for (size_t i = 0; i < w->q->n; i++) {
		const struct dawid_skene_count *c = &w->q->counts[i];

		w->posterior[c->task * q + c->category] += c->count;
		w->rated[c->task] = true;
	}
	for (size_t i = 0; i < w->q->tasks; i++) {
		normalize(w->posterior + i * q, q);
		w->tasks += w->rated[i];
	}
}

/* The marginals and error rates that are likeliest of such true categories (2.3, 2.4). */
static void
maximize(struct work *w)
{
	size_t q = w->q->categories, rows = w->q->observers * q;

	clear(w->marginals, q);
	for (size_t i = 0; i < w->q->tasks; i++)
		for (size_t k = 0; w->rated[i] && k < q; k++)
			w->marginals[k] += w->posterior[i * q + k] / w->tasks;
	clear(w->rates, rows * q);
	for (size_t i = 0; i < w->q->n; i++) {
		const struct dawid_skene_count *c = &w->q->counts[i];
		const double *posterior = w->posterior + c->task * q;
		double *rates = w->rates + c->observer * q * q + c->category;

		for (size_t k = 0; k < q; k++)
			rates[k * q] += posterior[k] * c->count;
	}
	for (size_t row = 0; row < rows; row++)
		normalize(w->rates + row * q, q);
}

/* The logarithms, of a row that is not known, too: what cannot be true stays so. */
static void
take_logarithms(struct work *w)
{
	size_t q = w->q->categories;

	for (size_t j = 0; j < w->q->observers; j++)
		for (size_t k = 0; k < q; k++)
			for (size_t l = 0; l < q; l++) {
				double rate = w->rates[(j * q + k) * q + l];

				w->log_rates[(j * q + l) * q + k] =
				    rate > 0.0 ? log(rate) : -INFINITY;
			}
}

/* Turn logarithms into shares of their sum; returns the logarithm of the sum. The largest
 * becomes 1, so that not all vanish. */
static double
share_out(double *v, size_t n)
{
	double largest = -INFINITY, sum = 0.0;

	for (size_t i = 0; i < n; i++)
		largest = fmax(largest, v[i]);
	for (size_t i = 0; i < n; i++) {
		v[i] = exp(v[i] - largest);
		sum += v[i];
	}
	for (size_t i = 0; i < n; i++)
		v[i] /= sum;
	return largest + log(sum);
}

/* The true categories by such marginals and error rates (2.5); returns the log-likelihood.
 */
static double
expect(struct work *w)
{
	size_t q = w->q->categories;
	double likelihood = 0.0;

	take_logarithms(w);
	for (size_t i = 0; i < w->q->tasks; i++)
		for (size_t k = 0; w->rated[i] && k < q; k++)
			w->posterior[i * q + k] =
			    w->marginals[k] > 0.0 ? log(w->marginals[k]) : -INFINITY;
	for (size_t i = 0; i < w->q->n; i++) {
		const struct dawid_skene_count *c = &w->q->counts[i];
		const double *rates = w->log_rates + (c->observer * q + c->category) * q;

		for (size_t k = 0; k < q; k++)
			w->posterior[c->task * q + k] += c->count * rates[k];
	}
	for (size_t i = 0; i < w->q->tasks; i++)
		if (w->rated[i])
			likelihood += share_out(w->posterior + i * q, q);
	return likelihood;
}

static enum err
init(struct arena *a, struct work *w)
{
	size_t q = w->q->categories, square;

	if (q > 0 && q > SIZE_MAX / sizeof(double) / q)
		return ERR_MEMORY;
	square = q * q * sizeof(double);
	w->marginals = arena_calloc(a, q, sizeof(double));
	w->rates = arena_calloc(a, w->q->observers, square);
	w->log_rates = arena_calloc(a, w->q->observers, square);
	w->posterior = arena_calloc(a, w->q->tasks, q * sizeof(double));
	w->rated = arena_calloc(a, w->q->tasks, sizeof(*w->rated));
	return w->marginals == NULL || w->rates == NULL || w->log_rates == NULL ||
		w->posterior == NULL || w->rated == NULL
	    ? ERR_MEMORY
	    : ERR_OK;
}

enum err
dawid_skene_compute(
    struct arena *a, const struct dawid_skene_question *q, struct dawid_skene *r)
{
	struct work w = {.q = q};
	double change = q->change > 0.0 ? q->change : DAWID_SKENE_CHANGE;
	double likelihood = -INFINITY;
	int rounds = q->rounds > 0 ? q->rounds : DAWID_SKENE_ROUNDS, round = 0;
	bool converged = false;

	if (init(a, &w) != ERR_OK)
		return ERR_MEMORY;
	count_votes(&w);
	while (!converged && round < rounds) {
		double before = likelihood;

		maximize(&w);
		likelihood = expect(&w);
		converged = fabs(likelihood - before) <= change * fabs(likelihood);
		round++;
	}
	*r = (struct dawid_skene){
	    .marginals = w.marginals,
	    .error_rates = w.rates,
	    .posterior = w.posterior,
	    .log_likelihood = likelihood,
	    .iterations = round,
	    .converged = converged,
	};
	return ERR_OK;
}
