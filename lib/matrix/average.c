#include "matrix/average.h"

#include <math.h>
#include <stdint.h>

enum err
average_init(struct arena *a, size_t room, struct average *r)
{
	struct average average = {.list = arena_alloc(a, room * sizeof(average.list[0]))};

	if (average.list == NULL)
		return ERR_MEMORY;
	*r = average;
	return ERR_OK;
}

/* The power of two that brings the largest weight below 1. */
static int
scale_of(const struct average *v)
{
	double largest = 0.0;
	int exponent;

	for (size_t i = 0; i < v->n; i++)
		largest = fmax(largest, v->list[i].weight);
	frexp(largest, &exponent);
	return -exponent;
}

void
average_add(struct average *v, size_t place, double weight)
{
	int scale;

	v->list[v->n++] = (struct counted){.place = place, .weight = weight};
	scale = scale_of(v);
	for (size_t i = 0; i < v->n; i++)
		v->list[i].scaled = ldexp(v->list[i].weight, scale);
}

enum err
average_of_all(
    struct arena *a, const struct dimension *dimensions, size_t n, struct average *r)
{
	if (average_init(a, n, r) != ERR_OK)
		return ERR_MEMORY;
	for (size_t i = 0; i < n; i++)
		average_add(r, i, dimensions[i].weight);
	return ERR_OK;
}

/* The only score of a pair, NaN if it has none. */
static double
only_score(const struct average *v, const double *scores)
{
	for (size_t i = 0; i < v->n; i++)
		if (scores[v->list[i].place] >= 0.0)
			return scores[v->list[i].place];
	return (double)NAN;
}

/* Two numbers side by side, and what a comparison of them gives: all bits, or none. */
typedef double double2 __attribute__((vector_size(2 * sizeof(double))));
typedef int64_t mask2 __attribute__((vector_size(2 * sizeof(int64_t))));

/* The means of the pairs whose scores begin at a and b. */
static void
average_two(const struct average *v, const double *a, const double *b, double r[2])
{
	double2 sum = {0.0, 0.0}, weights = {0.0, 0.0}, mean;
	mask2 nulls = {0, 0};

	/* Which are null looks random, and a wrong guess costs more than the sums. */
	for (size_t i = 0; i < v->n; i++) {
		const struct counted *c = &v->list[i];
		double2 score = {a[c->place], b[c->place]}, scaled = {c->scaled, c->scaled};
		mask2 null = score < (double2){0.0, 0.0};
		double2 weight = (double2)((mask2)scaled & ~null);

		nulls += null;
		sum += weight * score;
		weights += weight;
	}
	mean = sum / weights;
	for (int k = 0; k < 2; k++) {
		r[k] = mean[k] < 1.0 ? mean[k] : 1.0;
		if ((int64_t)v->n + nulls[k] < 2)
			r[k] = only_score(v, k == 0 ? a : b);
	}
}

double
average_score(const struct average *v, const double *scores)
{
	double r[2];

	average_two(v, scores, scores, r);
	return r[0];
}

void
average_scores(
    const struct average *v, const double *scores, size_t step, size_t n, double *r)
{
	size_t k = 0;

	for (; k + 2 <= n; k += 2)
		average_two(v, scores + k * step, scores + (k + 1) * step, r + k);
	if (k < n)
		r[k] = average_score(v, scores + k * step);
}
