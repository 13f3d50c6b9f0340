#include "matrix/average.h"

#include <math.h>

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

double
average_score(const struct average *v, const double *scores)
{
	double sum = 0.0, weights = 0.0, first = (double)NAN;
	size_t counted = 0;
	double mean;

	for (size_t i = 0; i < v->n; i++) {
		double score = scores[v->list[i].place];

		if (score < 0.0)
			continue;
		if (counted++ == 0)
			first = score;
		sum += v->list[i].scaled * score;
		weights += v->list[i].scaled;
	}
	if (counted < 2)
		return first;
	mean = sum / weights;
	return mean < 1.0 ? mean : 1.0;
}
