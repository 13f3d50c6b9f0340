#include "reliability/ratings.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Ratings as they came; units and raters are places among their numbers. */
#define BLOCK_RATINGS 1024

struct ratings_block {
	struct ratings_block *next;
	size_t n;
	struct ratings_entry {
		uint32_t unit, rater;
		int32_t mark;
	} list[BLOCK_RATINGS];
};

/* A list of texts is a set. */
static enum err
read_set(struct arena *a, const struct json *j, struct category *r, struct error *e)
{
	struct str *members = arena_alloc(a, j->n * sizeof(*members));

	if (members == NULL)
		return error_memory(e);
	for (uint32_t i = 0; i < j->n; i++) {
		members[i] = json_str(json_at(j, i));
		if (members[i].s == NULL)
			return error_set(e, ERR_INPUT, "[%u] must be a text, not %s", i,
			    json_type_name(json_at(j, i)));
	}
	return category_set(a, members, j->n, r) == ERR_OK ? ERR_OK : error_memory(e);
}

static enum err
read_category(struct arena *a, const struct json *j, struct category *r, struct error *e)
{
	double number;

	if (j->type == JSON_ARRAY)
		return read_set(a, j, r, e);
	if (json_number(j, &number)) {
		*r = category_number(number);
		return ERR_OK;
	}
	*r = category_text(
	    j->type == JSON_BOOL ? (j->boolean ? STR("true") : STR("false")) : json_str(j));
	return r->text.s != NULL
	    ? ERR_OK
	    : error_set(e, ERR_INPUT,
		  " must be a number, a text, true, false, a list of texts or null, not %s",
		  json_type_name(j));
}

static enum err
read_row(const struct json *row, size_t raters, int32_t *cells, struct category_finder *f,
    struct error *e)
{
	if (row->type != JSON_ARRAY)
		return error_set(e, ERR_INPUT, "must be a list of one unit's ratings");
	if (row->n != raters)
		return error_set(e, ERR_INPUT,
		    "has %u ratings, where the first row has %zu; null is one that is "
		    "missing",
		    row->n, raters);
	for (uint32_t i = 0; i < row->n; i++) {
		const struct json *j = json_at(row, i);
		struct category c;
		enum err err;

		if (json_is_null(j))
			continue;
		err = read_category(f->arena, j, &c, e);
		if (err != ERR_OK)
			return err == ERR_INPUT ? error_prefix(e, err, "[%u]", i) : err;
		if (category_mark(f, &c, &cells[i]) != ERR_OK)
			return error_memory(e);
	}
	return ERR_OK;
}

/* Cells for units x raters, all missing; NULL without memory. */
static int32_t *
cells_of(struct arena *a, size_t units, size_t raters)
{
	int32_t *cells = NULL;

	if (raters <= SIZE_MAX / sizeof(*cells) / (units + 1))
		cells = arena_alloc(a, units * raters * sizeof(*cells));
	for (size_t i = 0; cells != NULL && i < units * raters; i++)
		cells[i] = RATINGS_MISSING;
	return cells;
}

/* Ratings whose cells have marks yet. */
static enum err
finish(const struct category_finder *f, int32_t *cells, size_t units, size_t raters,
    struct ratings *r, struct error *e)
{
	size_t n = category_count(f);
	const struct category *categories;

	if (n > RATINGS_CATEGORIES)
		return error_set(
		    e, ERR_LIMIT, "more than %d different ratings", RATINGS_CATEGORIES);
	categories = category_sort(f, cells, units * raters);
	if (categories == NULL)
		return error_memory(e);
	*r = (struct ratings){
	    .units = units,
	    .raters = raters,
	    .cells = cells,
	    .categories = categories,
	    .n_categories = n,
	    .all_numbers = f->kinds[CATEGORY_NUMBER].seen.n == n,
	};
	return ERR_OK;
}

enum err
ratings_read(struct arena *a, const struct json *items, const char *path, struct ratings *r,
    struct error *e)
{
	struct category_finder f;
	size_t raters = 0;
	int32_t *cells;
	enum err err;

	if (items == NULL || items->type != JSON_ARRAY)
		return error_set(e, ERR_INPUT,
		    "%s: a list of rows is required, one for each unit", path);
	if (items->n > 0 && json_at(items, 0)->type == JSON_ARRAY)
		raters = json_at(items, 0)->n;
	cells = cells_of(a, items->n, raters);
	if (cells == NULL)
		return error_memory(e);
	category_begin(&f, a);
	for (uint32_t i = 0; i < items->n; i++) {
		err = read_row(json_at(items, i), raters, cells + i * raters, &f, e);
		if (err != ERR_OK)
			return error_prefix(e, err, "%s[%u]: ", path, i);
	}
	err = finish(&f, cells, items->n, raters, r, e);
	return err == ERR_LIMIT ? error_prefix(e, err, "%s: ", path) : err;
}

void
ratings_begin(struct ratings_builder *b, struct arena *a)
{
	*b = (struct ratings_builder){0};
	category_begin(&b->finder, a);
}

/* The place of a number among the different ones, in the order in which they came. */
static enum err
number_place(struct arena *a, struct map *numbers, int64_t number, uint32_t *r)
{
	struct str key = {(const char *)&number, sizeof(number)};
	size_t place = numbers->n;

	if (!map_find(numbers, key, &place)) {
		key = arena_str(a, key);
		if (key.s == NULL || place >= UINT32_MAX ||
		    map_add(a, numbers, key) != ERR_OK)
			return ERR_MEMORY;
	}
	*r = (uint32_t)place;
	return ERR_OK;
}

enum err
ratings_add(
    struct ratings_builder *b, int64_t unit, int64_t rater, const struct category *c)
{
	struct arena *a = b->finder.arena;
	struct ratings_block *block = b->last;
	struct ratings_entry entry;

	if (block == NULL || block->n == BLOCK_RATINGS) {
		block = arena_alloc(a, sizeof(*block));
		if (block == NULL)
			return ERR_MEMORY;
		block->next = NULL;
		block->n = 0;
		*(b->last == NULL ? &b->first : &b->last->next) = block;
		b->last = block;
	}
	if (number_place(a, &b->unit_numbers, unit, &entry.unit) != ERR_OK ||
	    number_place(a, &b->rater_numbers, rater, &entry.rater) != ERR_OK ||
	    category_mark(&b->finder, c, &entry.mark) != ERR_OK)
		return ERR_MEMORY;
	block->list[block->n++] = entry;
	return ERR_OK;
}

static int
by_number(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

	return (a > b) - (a < b);
}

static int64_t
number_at(const struct map *numbers, size_t place)
{
	int64_t number;

	memcpy(&number, numbers->keys[place].s, sizeof(number));
	return number;
}

/* The numbers in order, and where each of those that came is among them. */
static enum err
sort_numbers(struct arena *a, const struct map *numbers, int64_t **sorted, uint32_t **ranks)
{
	int64_t *list = arena_alloc(a, numbers->n * sizeof(*list));
	uint32_t *rank = arena_alloc(a, numbers->n * sizeof(*rank));

	if (list == NULL || rank == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < numbers->n; i++)
		list[i] = number_at(numbers, i);
	if (numbers->n > 0)
		qsort(list, numbers->n, sizeof(*list), by_number);
	for (size_t i = 0; i < numbers->n; i++) {
		int64_t number = number_at(numbers, i);

		rank[i] = (uint32_t)((const int64_t *)bsearch(&number, list, numbers->n,
					 sizeof(*list), by_number) -
		    list);
	}
	*sorted = list;
	*ranks = rank;
	return ERR_OK;
}

enum err
ratings_finish(struct ratings_builder *b, struct ratings *r, struct error *e)
{
	struct arena *a = b->finder.arena;
	size_t n_units = b->unit_numbers.n, n_raters = b->rater_numbers.n;
	uint32_t *unit_ranks, *rater_ranks;
	int64_t *units, *raters;
	int32_t *cells;

	if (sort_numbers(a, &b->unit_numbers, &units, &unit_ranks) != ERR_OK ||
	    sort_numbers(a, &b->rater_numbers, &raters, &rater_ranks) != ERR_OK)
		return error_memory(e);
	if (n_units > 0 && n_raters > RATINGS_CELLS / n_units)
		return error_set(e, ERR_LIMIT,
		    "%zu units by %zu raters are more than %d ratings", n_units, n_raters,
		    RATINGS_CELLS);
	cells = cells_of(a, n_units, n_raters);
	if (cells == NULL)
		return error_memory(e);
	for (const struct ratings_block *block = b->first; block != NULL;
	    block = block->next)
		for (size_t i = 0; i < block->n; i++) {
			const struct ratings_entry *entry = &block->list[i];
			int32_t *cell = &cells[unit_ranks[entry->unit] * n_raters +
			    rater_ranks[entry->rater]];

			if (*cell != RATINGS_MISSING)
				return error_set(e, ERR_INPUT,
				    "%" PRId64 " has rated the unit %" PRId64 " twice",
				    number_at(&b->rater_numbers, entry->rater),
				    number_at(&b->unit_numbers, entry->unit));
			*cell = entry->mark;
		}
	b->units = units;
	b->raters = raters;
	return finish(&b->finder, cells, n_units, n_raters, r, e);
}

enum err
ratings_select(struct arena *a, const struct ratings *from, const size_t *columns, size_t n,
    size_t least, struct ratings *r)
{
	size_t raters = columns == NULL ? from->raters : n;
	int32_t *cells = arena_alloc(a, from->units * raters * sizeof(*cells));
	struct ratings selected = *from;

	if (cells == NULL)
		return ERR_MEMORY;
	selected.units = 0;
	selected.raters = raters;
	selected.cells = cells;
	for (size_t i = 0; i < from->units; i++) {
		size_t rated = 0;

		for (size_t k = 0; k < raters; k++) {
			int32_t cell = from->cells[i * from->raters +
			    (columns == NULL ? k : columns[k])];

			cells[k] = cell;
			rated += cell != RATINGS_MISSING;
		}
		if (rated < least)
			continue;
		cells += raters;
		selected.units++;
	}
	*r = selected;
	return ERR_OK;
}

enum err
ratings_take_part(
    struct arena *a, const struct ratings *from, size_t least, struct ratings *r)
{
	size_t *columns = arena_alloc(a, from->raters * sizeof(*columns)), n = 0;
	bool *seen = arena_calloc(a, from->raters, sizeof(*seen));
	struct ratings units;

	if (columns == NULL || seen == NULL ||
	    ratings_select(a, from, NULL, 0, least, &units) != ERR_OK)
		return ERR_MEMORY;
	for (size_t i = 0; i < units.units; i++)
		for (size_t g = 0; g < units.raters; g++)
			seen[g] |= units.cells[i * units.raters + g] != RATINGS_MISSING;
	for (size_t g = 0; g < units.raters; g++)
		if (seen[g])
			columns[n++] = g;
	return ratings_select(a, &units, columns, n, least, r);
}
