#include "reliability/bootstrap.h"

#include <math.h>
#include <stdlib.h>

#include "base/deadline.h"
#include "base/random.h"

/* Work of a draw and its statistic, for each unit; see base/deadline.h. */
#define DRAW_WORK 10

static int
by_value(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return (a > b) - (a < b);
}

/* The quantile p = parts / 1000 of n > 0 values in order; places are whole numbers, so that
 * nothing is rounded in them. */
static double
quantile(const double *values, size_t n, size_t parts)
{
	uint64_t at = (uint64_t)(n - 1) * parts;
	size_t place = (size_t)(at / 1000);
	double rest = (double)(at % 1000) / 1000.0;

	return rest == 0.0 ? values[place]
			   : values[place] + rest * (values[place + 1] - values[place]);
}

static void
draw_units(struct random *random, double *times, size_t units)
{
	for (size_t i = 0; i < units; i++)
		times[i] = 0.0;
	for (size_t i = 0; i < units; i++)
		times[random_below(random, units)]++;
}

enum err
bootstrap_compute(
    struct arena *a, const struct bootstrap_question *q, struct bootstrap_interval *r)
{
	struct bootstrap_interval made = {.low = NAN, .high = NAN};
	double *times = arena_calloc(a, q->units, sizeof(*times)), *values;
	struct random random;

	made.draws = q->draws == 0 ? BOOTSTRAP_DRAWS : q->draws;
	values = arena_calloc(a, made.draws, sizeof(*values));
	if (times == NULL || values == NULL)
		return ERR_MEMORY;
	random_seed(&random, q->seed);
	for (size_t i = 0; q->units > 0 && i < made.draws; i++) {
		double *value = &values[made.defined];
		enum err err;

		if (deadline_passed(DRAW_WORK * (uint64_t)q->units))
			return ERR_LIMIT;
		draw_units(&random, times, q->units);
		err = q->statistic(q->context, times, value);
		if (err != ERR_OK)
			return err;
		if (!isnan(*value))
			made.defined++;
	}
	if (made.defined > 0) {
		qsort(values, made.defined, sizeof(*values), by_value);
		made.low = quantile(values, made.defined, 25);
		made.high = quantile(values, made.defined, 975);
	}
	*r = made;
	return ERR_OK;
}
