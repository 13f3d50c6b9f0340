#include "reliability/ratings.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"

/* Categories of one kind while they are found, in the order in which they came. */
struct kind {
	struct map seen;
	struct ratings_category *list;
	size_t room;
};

enum { KIND_NUMBER, KIND_TEXT, KIND__MAX };

/* Small whole numbers, as most ratings are, are found without a look at the maps. */
#define SMALL 256

struct finding {
	struct arena *arena;
	struct kind kinds[KIND__MAX];
	int32_t small[SMALL]; /* their marks; RATINGS_MISSING: not seen yet */
};

/* A category with where it was found: its kind and place, as one number. */
struct found {
	struct ratings_category category;
	int32_t mark;
};

static bool
read_category(const struct json *j, struct ratings_category *r)
{
	*r = (struct ratings_category){0};
	if (json_number(j, &r->number)) {
		r->is_number = true;
		r->number += 0.0; /* no negative zero */
		return true;
	}
	r->text =
	    j->type == JSON_BOOL ? (j->boolean ? STR("true") : STR("false")) : json_str(j);
	return r->text.s != NULL;
}

static enum err
reserve(struct arena *a, struct kind *k)
{
	size_t room = k->room == 0 ? 16 : k->room * 2;
	struct ratings_category *bigger;

	if (k->seen.n < k->room)
		return ERR_OK;
	bigger = arena_alloc(a, room * sizeof(*bigger));
	if (bigger == NULL)
		return ERR_MEMORY;
	if (k->room > 0)
		memcpy(bigger, k->list, k->room * sizeof(*bigger));
	k->list = bigger;
	k->room = room;
	return ERR_OK;
}

/* The mark of a category, which is added unless it was seen. ERR_MEMORY. */
static enum err
mark_of(struct finding *f, const struct ratings_category *c, int32_t *r)
{
	int which = c->is_number ? KIND_NUMBER : KIND_TEXT;
	struct kind *k = &f->kinds[which];
	struct arena *a = f->arena;
	struct str key = c->is_number
	    ? (struct str){(const char *)&c->number, sizeof(c->number)}
	    : c->text;
	bool small = c->is_number && c->number >= 0.0 && c->number < SMALL &&
	    c->number == (int)c->number;
	size_t place;

	if (small && f->small[(int)c->number] != RATINGS_MISSING) {
		*r = f->small[(int)c->number];
		return ERR_OK;
	}
	if (!map_find(&k->seen, key, &place)) {
		/* The key of a number must stay where it is. */
		if (c->is_number)
			key = arena_str(a, key);
		if (key.s == NULL || reserve(a, k) != ERR_OK ||
		    map_add(a, &k->seen, key) != ERR_OK)
			return ERR_MEMORY;
		place = k->seen.n - 1;
		k->list[place] = *c;
	}
	*r = (int32_t)place * KIND__MAX + which;
	if (small)
		f->small[(int)c->number] = *r;
	return ERR_OK;
}

static int
in_order(const void *x, const void *y)
{
	const struct ratings_category *a = &((const struct found *)x)->category,
				      *b = &((const struct found *)y)->category;

	if (a->is_number != b->is_number)
		return a->is_number ? -1 : 1;
	if (!a->is_number)
		return str_cmp(a->text, b->text);
	return (a->number > b->number) - (a->number < b->number);
}

/* Put the categories in order and the cells' marks into their places. */
static enum err
sort_categories(const struct finding *f, int32_t *cells, size_t n_cells, struct ratings *r)
{
	const struct kind *kinds = f->kinds;
	struct arena *a = f->arena;
	size_t n = kinds[KIND_NUMBER].seen.n + kinds[KIND_TEXT].seen.n, k = 0;
	struct found *found = arena_alloc(a, n * sizeof(*found));
	struct ratings_category *categories = arena_alloc(a, n * sizeof(*categories));
	int32_t *place = arena_alloc(a, n * KIND__MAX * sizeof(*place));

	if (found == NULL || categories == NULL || place == NULL)
		return ERR_MEMORY;
	for (int which = 0; which < KIND__MAX; which++)
		for (size_t i = 0; i < kinds[which].seen.n; i++)
			found[k++] = (struct found){
			    kinds[which].list[i], (int32_t)i * KIND__MAX + which};
	if (n > 0)
		qsort(found, n, sizeof(*found), in_order);
	for (size_t i = 0; i < n; i++) {
		categories[i] = found[i].category;
		place[found[i].mark] = (int32_t)i;
	}
	for (size_t i = 0; i < n_cells; i++)
		if (cells[i] != RATINGS_MISSING)
			cells[i] = place[cells[i]];
	r->categories = categories;
	r->n_categories = n;
	r->all_numbers = kinds[KIND_TEXT].seen.n == 0;
	return ERR_OK;
}

static enum err
read_row(const struct json *row, size_t raters, int32_t *cells, struct finding *f,
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
		struct ratings_category c;

		if (json_is_null(j))
			continue;
		if (!read_category(j, &c))
			return error_set(e, ERR_INPUT,
			    "[%u] must be a number, a text, true, false or null, not %s", i,
			    json_type_name(j));
		if (mark_of(f, &c, &cells[i]) != ERR_OK)
			return error_memory(e);
	}
	return ERR_OK;
}

enum err
ratings_read(struct arena *a, const struct json *items, const char *path, struct ratings *r,
    struct error *e)
{
	struct finding f = {.arena = a};
	struct ratings ratings = {0};
	int32_t *cells;

	if (items == NULL || items->type != JSON_ARRAY)
		return error_set(e, ERR_INPUT,
		    "%s: a list of rows is required, one for each unit", path);
	ratings.units = items->n;
	if (items->n > 0 && json_at(items, 0)->type == JSON_ARRAY)
		ratings.raters = json_at(items, 0)->n;
	if (ratings.raters > SIZE_MAX / sizeof(*cells) / (ratings.units + 1))
		return error_memory(e);
	cells = arena_alloc(a, ratings.units * ratings.raters * sizeof(*cells));
	if (cells == NULL)
		return error_memory(e);
	for (size_t i = 0; i < ratings.units * ratings.raters; i++)
		cells[i] = RATINGS_MISSING;
	for (int i = 0; i < SMALL; i++)
		f.small[i] = RATINGS_MISSING;
	for (uint32_t i = 0; i < items->n; i++) {
		enum err err = read_row(
		    json_at(items, i), ratings.raters, cells + i * ratings.raters, &f, e);

		if (err != ERR_OK)
			return error_prefix(e, err, "%s[%u]: ", path, i);
	}
	if (f.kinds[KIND_NUMBER].seen.n + f.kinds[KIND_TEXT].seen.n > RATINGS_CATEGORIES)
		return error_set(e, ERR_LIMIT, "%s: more than %d different ratings", path,
		    RATINGS_CATEGORIES);
	if (sort_categories(&f, cells, ratings.units * ratings.raters, &ratings) != ERR_OK)
		return error_memory(e);
	ratings.cells = cells;
	*r = ratings;
	return ERR_OK;
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
