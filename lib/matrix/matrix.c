#include "matrix/matrix.h"

#include <math.h>
#include <string.h>

#include "base/deadline.h"

/* The work on one matrix: prepared[d * n + i] is the value of side i in dimension d; NULL:
 * null. */
struct work {
	struct arena *arena;
	const struct matrix_side *sides;
	size_t n;
	struct dimension *dimensions;
	size_t m;
	const struct matrix_options *o;
	const struct prepared **prepared;
	bool *hidden; /* in the same order: who was not asked; NULL if all were */
	bool *incomplete;
	int scale; /* weights are taken times 2^scale, so that no sum overflows */
	struct error *e;
};

static void
warn(const struct work *w, const struct matrix_side *side, const struct dimension *d,
    const char *why)
{
	struct error text;

	if (w->o->warn == NULL)
		return;
	error_set(&text, ERR_INPUT, "%s %lld, dimension %lld: %s",
	    side->is_prediction ? "prediction" : "annotation", (long long)side->id,
	    (long long)d->row->id, why);
	w->o->warn(w->o->context, text.text);
}

/* A service or library that is away is no fault of a value: once for the dimension. */
static void
warn_away(
    const struct work *w, const struct dimension *d, const struct error *why, bool *told)
{
	struct error text;

	if (!*told && w->o->warn != NULL) {
		error_set(&text, why->code, "dimension %lld: %s", (long long)d->row->id,
		    why->text);
		w->o->warn(w->o->context, text.text);
	}
	*told = true;
}

static const struct prepared **
slot(const struct work *w, size_t d, size_t i)
{
	return &w->prepared[d * w->n + i];
}

/* What the readable values of a dimension need from elsewhere is asked for in one go. */
static enum err
expect(const struct work *w, const struct dimension *d)
{
	struct result *values;
	size_t n = 0;
	enum err err = ERR_OK;

	if (!d->usable || !measure_embeds(&d->measure))
		return ERR_OK;
	values = arena_alloc(w->arena, w->n * sizeof(*values));
	if (values == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; err == ERR_OK && i < w->n; i++)
		if (w->sides[i].result != NULL && w->sides[i].unreadable == NULL)
			err = extraction_value(w->arena, &d->extraction, w->sides[i].result,
			    d->row->control_tag, &values[n++], NULL);
	if (err == ERR_OK)
		err = measure_expect(&d->measure, w->arena, values, n, NULL);
	/* Why it failed is told when the values are prepared, which some can be all the
	 * same. */
	return err == ERR_UNAVAILABLE ? ERR_OK : err;
}

/* Whether dimension d does not count for two sides: neither was asked. */
static bool
both_hidden(const struct work *w, size_t d, size_t i, size_t j)
{
	return w->hidden != NULL && w->hidden[d * w->n + i] && w->hidden[d * w->n + j];
}

static enum err
prepare_one(const struct work *w, size_t d, size_t i, bool *told_away)
{
	const struct matrix_side *side = &w->sides[i];
	const struct dimension *dimension = &w->dimensions[d];
	struct error why = {0};
	struct result value;
	enum err err;

	if (side->result == NULL)
		return ERR_OK;
	for (size_t k = 0; k < i; k++)
		if (w->sides[k].result == side->result) {
			*slot(w, d, i) = *slot(w, d, k);
			if (w->hidden != NULL)
				w->hidden[d * w->n + i] = w->hidden[d * w->n + k];
			return ERR_OK;
		}
	if (!dimension->usable || side->unreadable != NULL) {
		warn(w, side, dimension,
		    dimension->usable ? side->unreadable : dimension->problem.text);
		return ERR_OK;
	}
	err = extraction_value(w->arena, &dimension->extraction, side->result,
	    dimension->row->control_tag, &value,
	    w->hidden == NULL ? NULL : &w->hidden[d * w->n + i]);
	if (err == ERR_OK)
		err = measure_prepare(
		    &dimension->measure, w->arena, &value, slot(w, d, i), &why);
	if (deadline_passed(0))
		return ERR_LIMIT;
	if (err != ERR_INPUT && err != ERR_UNAVAILABLE && err != ERR_LIMIT)
		return err;
	*slot(w, d, i) = NULL;
	if (err == ERR_UNAVAILABLE) {
		*w->incomplete |= !measure_embeds(&dimension->measure);
		warn_away(w, dimension, &why, told_away);
	} else {
		warn(w, side, dimension, why.text);
	}
	return ERR_OK;
}

/* The first value of a control, or the first one that belongs to a region. */
static const struct item *
find_value(const struct work *w, const struct dimension *d, bool in_region)
{
	for (size_t i = 0; i < w->n; i++) {
		const struct result *all = w->sides[i].result;

		for (uint32_t k = 0; all != NULL && k < all->n; k++)
			if ((!in_region || all->items[k].region != NULL) &&
			    result_name_matches(
				d->row->control_tag, all->items[k].from_name))
				return &all->items[k];
	}
	return NULL;
}

/* Where the configuration and the values differ on whether these belong to regions, the
 * values are right. */
static enum err
settle(const struct work *w, struct dimension *d)
{
	const struct item *item;

	if (!dimension_may_settle(d))
		return ERR_OK;
	item = find_value(w, d, true);
	if (d->measure.metric->shape != SHAPE_NONE)
		item = item == NULL ? find_value(w, d, false) : NULL;
	return item == NULL ? ERR_OK : dimension_settle(w->arena, d, item);
}

static enum err
prepare_all(const struct work *w)
{
	for (size_t d = 0; d < w->m; d++) {
		bool told_away = false;
		enum err err = settle(w, &w->dimensions[d]);

		if (err == ERR_OK)
			err = expect(w, &w->dimensions[d]);
		for (size_t i = 0; err == ERR_OK && i < w->n; i++)
			err = prepare_one(w, d, i, &told_away);
		if (deadline_check(w->e) != ERR_OK)
			return ERR_LIMIT;
		if (err != ERR_OK)
			return error_set(w->e, err, "%s", err_text(err));
	}
	return ERR_OK;
}

static bool
comparable(const struct work *w, size_t i, size_t j)
{
	return w->sides[i].result != NULL && w->sides[j].result != NULL &&
	    w->sides[i].result != w->sides[j].result;
}

static enum err
check_cost(const struct work *w)
{
	double cost = 0.0;

	for (size_t d = 0; d < w->m; d++)
		for (size_t i = 0; i < w->n; i++)
			for (size_t j = i + 1; j < w->n; j++) {
				const struct prepared *a = *slot(w, d, i),
						      *b = *slot(w, d, j);

				if (comparable(w, i, j) && a != NULL && b != NULL &&
				    !both_hidden(w, d, i, j))
					cost +=
					    measure_cost(&w->dimensions[d].measure, a, b);
			}
	if (w->o->max_cost > 0.0 && cost > w->o->max_cost)
		return error_set(w->e, ERR_LIMIT,
		    "The matrix would cost %.3g units of work, more than max_cost = %.3g.",
		    cost, w->o->max_cost);
	return ERR_OK;
}

/* The power of two that brings the largest weight below 1. */
static int
scale_of(const struct dimension *dimensions, size_t m)
{
	double largest = 0.0;
	int exponent;

	for (size_t d = 0; d < m; d++)
		largest = fmax(largest, dimensions[d].weight);
	frexp(largest, &exponent);
	return -exponent;
}

static double
weight(const struct work *w, const struct dimension *d)
{
	return ldexp(d->weight, w->scale);
}

/*
 * The weighted mean over the dimensions in which both sides have a value and one of them
 * was asked for it; NaN if there is none. One alone is its own mean, whatever its weight
 * rounds to.
 */
static enum err
score_pair(const struct work *w, size_t i, size_t j, double *r)
{
	double sum = 0.0, weights = 0.0, score = 0.0, mean = (double)NAN;
	size_t counted = 0;

	for (size_t d = 0; d < w->m; d++) {
		const struct dimension *dimension = &w->dimensions[d];
		const struct prepared *a = *slot(w, d, i), *b = *slot(w, d, j);
		enum err err;

		if (a == NULL || b == NULL || both_hidden(w, d, i, j))
			continue;
		err = measure_score(&dimension->measure, w->arena, a, b, &score);
		if (err == ERR_LIMIT)
			return deadline_check(w->e);
		if (err == ERR_INPUT) {
			warn(w, &w->sides[i], dimension, "the comparison failed");
			continue;
		}
		if (err != ERR_OK)
			return error_set(w->e, err, "%s", err_text(err));
		sum += weight(w, dimension) * score;
		weights += weight(w, dimension);
		mean = counted++ == 0 ? score : fmin(sum / weights, 1.0);
	}
	*r = mean;
	return ERR_OK;
}

static enum err
fill(const struct work *w, struct matrix *m)
{
	for (size_t i = 0; i < w->n; i++) {
		m->cells[i * w->n + i] =
		    w->sides[i].result != NULL && w->m > 0 ? 1.0 : (double)NAN;
		for (size_t j = i + 1; j < w->n; j++) {
			double cell = (double)NAN;
			enum err err = ERR_OK;

			if (comparable(w, i, j))
				err = score_pair(w, i, j, &cell);
			if (err != ERR_OK)
				return err;
			m->cells[i * w->n + j] = m->cells[j * w->n + i] = cell;
		}
	}
	return ERR_OK;
}

/* Room to note who was not asked, if anybody may not have been. */
static enum err
note_hidden(struct work *w)
{
	for (size_t d = 0; d < w->m && w->hidden == NULL; d++) {
		if (w->dimensions[d].extraction.visible_when.n == 0)
			continue;
		w->hidden = arena_calloc(w->arena, w->n * w->m, sizeof(*w->hidden));
		if (w->hidden == NULL)
			return error_memory(w->e);
	}
	return ERR_OK;
}

enum err
matrix_compute(struct arena *a, const struct matrix_side *sides, size_t n,
    const struct dimension *dimensions, size_t m, const struct matrix_options *o,
    struct matrix *r, struct error *e)
{
	struct matrix matrix = {n, arena_alloc(a, n * n * sizeof(matrix.cells[0])), false};
	struct dimension *own = arena_alloc(a, m * sizeof(*own));
	struct work w = {a, sides, n, own, m, o,
	    arena_calloc(a, n * m, sizeof(w.prepared[0])), NULL, &matrix.incomplete,
	    scale_of(dimensions, m), e};
	enum err err;

	if (w.prepared == NULL || matrix.cells == NULL || own == NULL)
		return error_memory(e);
	if (m > 0)
		memcpy(own, dimensions, m * sizeof(*own));
	err = note_hidden(&w);
	if (err == ERR_OK)
		err = prepare_all(&w);
	if (err == ERR_OK)
		err = check_cost(&w);
	if (err == ERR_OK)
		err = fill(&w, &matrix);
	if (err == ERR_OK)
		*r = matrix;
	return err;
}
