#include "reliability/confusion.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The places of a row and a column, in the order in which categories came. */
struct confusion_cell {
	uint32_t place[2];
	double count;
};

void
confusion_begin(struct confusion_counter *c, struct arena *a, bool symmetric)
{
	*c = (struct confusion_counter){.arena = a, .symmetric = symmetric};
}

static enum err
place_of(struct confusion_counter *c, struct str category, uint32_t *r)
{
	size_t place;

	if (category.s == NULL)
		category = STR("");
	if (!map_find(&c->categories, category, &place)) {
		place = c->categories.n;
		if (place == CONFUSION_CATEGORIES)
			return ERR_LIMIT;
		if (map_add(c->arena, &c->categories, category) != ERR_OK)
			return ERR_MEMORY;
	}
	*r = (uint32_t)place;
	return ERR_OK;
}

static enum err
reserve(struct confusion_counter *c)
{
	size_t room = c->room == 0 ? 64 : c->room * 2;
	struct confusion_cell *bigger;

	if (c->places.n < c->room)
		return ERR_OK;
	bigger = arena_calloc(c->arena, room, sizeof(*bigger));
	if (bigger == NULL)
		return ERR_MEMORY;
	if (c->room > 0)
		memcpy(bigger, c->cells, c->room * sizeof(*bigger));
	c->cells = bigger;
	c->room = room;
	return ERR_OK;
}

static enum err
count(struct confusion_counter *c, uint32_t row, uint32_t column, double weight)
{
	const uint32_t place[2] = {row, column};
	struct str key = {(const char *)place, sizeof(place)};
	size_t i;

	if (!map_find(&c->places, key, &i)) {
		key = arena_str(c->arena, key);
		if (key.s == NULL || reserve(c) != ERR_OK ||
		    map_add(c->arena, &c->places, key) != ERR_OK)
			return ERR_MEMORY;
		i = c->places.n - 1;
		c->cells[i] = (struct confusion_cell){.place = {row, column}};
	}
	c->cells[i].count += weight;
	return ERR_OK;
}

enum err
confusion_add(
    struct confusion_counter *c, struct str reference, struct str other, double weight)
{
	uint32_t row, column;
	enum err err = place_of(c, reference, &row);

	if (err == ERR_OK)
		err = place_of(c, other, &column);
	if (err != ERR_OK)
		return err;
	if (!c->symmetric)
		return count(c, row, column, weight);
	err = count(c, row, column, weight / 2.0);
	return err == ERR_OK ? count(c, column, row, weight / 2.0) : err;
}

static int
by_bytes(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

/* The categories by bytes, and their places in that order. */
static enum err
sort_categories(
    struct arena *a, const struct map *from, struct str **sorted, size_t **places)
{
	size_t n = from->n;

	*sorted = arena_calloc(a, n, sizeof(**sorted));
	*places = arena_calloc(a, n, sizeof(**places));
	if (*sorted == NULL || *places == NULL)
		return ERR_MEMORY;
	if (n > 0) {
		memcpy(*sorted, from->keys, n * sizeof(**sorted));
		qsort(*sorted, n, sizeof(**sorted), by_bytes);
	}
	for (size_t i = 0; i < n; i++) {
		size_t at;

		if (map_find(from, (*sorted)[i], &at))
			(*places)[at] = i;
	}
	return ERR_OK;
}

static double
ratio(double a, double b)
{
	return b > 0.0 ? a / b : NAN;
}

/* Precision, recall and F1 of the counts. */
static enum err
rate(struct arena *a, struct confusion *m)
{
	size_t n = m->n;
	double *precision = arena_calloc(a, n, sizeof(*precision));
	double *recall = arena_calloc(a, n, sizeof(*recall));
	double *f1 = arena_calloc(a, n, sizeof(*f1));

	if (precision == NULL || recall == NULL || f1 == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < n; i++) {
		double right = m->counts[i * n + i], row = 0.0, column = 0.0;

		for (size_t k = 0; k < n; k++) {
			row += m->counts[i * n + k];
			column += m->counts[k * n + i];
		}
		precision[i] = ratio(right, column);
		recall[i] = ratio(right, row);
		f1[i] = ratio(2.0 * right, row + column);
	}
	m->precision = precision;
	m->recall = recall;
	m->f1 = f1;
	return ERR_OK;
}

static int
by_count(const void *x, const void *y)
{
	const struct confusion_pair *a = x, *b = y;

	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	if (a->row != b->row)
		return a->row < b->row ? -1 : 1;
	return (a->column > b->column) - (a->column < b->column);
}

static enum err
list_pairs(const struct confusion_counter *c, const size_t *places, struct confusion *m)
{
	struct confusion_pair *pairs = arena_calloc(c->arena, c->places.n, sizeof(*pairs));
	size_t n = 0;

	if (pairs == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < c->places.n; i++) {
		size_t row = places[c->cells[i].place[0]];
		size_t column = places[c->cells[i].place[1]];
		double other = c->symmetric ? m->counts[column * m->n + row] : 0.0;
		double sum = c->cells[i].count + other;

		if (row != column && (!c->symmetric || row < column) && sum > 0.0)
			pairs[n++] = (struct confusion_pair){row, column, sum};
	}
	if (n > 0)
		qsort(pairs, n, sizeof(*pairs), by_count);
	m->pairs = pairs;
	m->n_pairs = n;
	return ERR_OK;
}

enum err
confusion_finish(const struct confusion_counter *c, struct confusion *r)
{
	struct confusion m = {.n = c->categories.n};
	double *counts = arena_calloc(c->arena, m.n, m.n * sizeof(*counts));
	struct str *categories;
	size_t *places;

	if (counts == NULL ||
	    sort_categories(c->arena, &c->categories, &categories, &places) != ERR_OK)
		return ERR_MEMORY;
	for (size_t i = 0; i < c->places.n; i++)
		counts[places[c->cells[i].place[0]] * m.n + places[c->cells[i].place[1]]] =
		    c->cells[i].count;
	m.categories = categories;
	m.counts = counts;
	if (rate(c->arena, &m) != ERR_OK || list_pairs(c, places, &m) != ERR_OK)
		return ERR_MEMORY;
	*r = m;
	return ERR_OK;
}
