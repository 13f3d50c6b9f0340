#include "metric/regions.h"

#include <stdlib.h>

#include "metric/field.h"

static uint64_t
scene_part(const struct json *j)
{
	static const struct json zero = {.type = JSON_INTEGER};

	return json_hash(json_is_null(j) ? &zero : j);
}

static struct scene
scene_read(const struct item *item)
{
	const struct json *index = json_get(item->json, "item_index");

	return (struct scene){
	    scene_part(index == NULL ? json_get(item->value, "item_index") : index),
	    scene_part(json_get(item->value, "pageIndex")),
	    scene_part(json_get(item->value, "channel")),
	};
}

/* Of all that an overlap may depend on: also of the size of the image. */
static uint64_t
digest(const struct item *item, const struct scene *scene)
{
	return json_hash(item->value) + scene->item +
	    3 * scene_part(json_get(item->json, "original_width")) +
	    5 * scene_part(json_get(item->json, "original_height"));
}

static enum err
read_region(const struct measure *m, struct arena *a, const struct item *item,
    struct region *r, bool *kept, struct error *e)
{
	const struct shape *shape = shape_table[m->metric->shape];
	enum err err = field_value(item, e);

	*kept = false;
	if (err == ERR_OK)
		err = labels_read(a, item, &r->labels, e);
	if (err != ERR_OK)
		return err;
	r->weight = labels_weight(&r->labels, &m->params);
	if (r->weight == 0.0)
		return ERR_OK;
	*kept = true;
	r->scene = scene_read(item);
	r->digest = digest(item, &r->scene);
	if (m->metric->payload == PAYLOAD_TEXT)
		err = texts_read(a, &m->params, item, 1, &r->texts, e);
	if (err == ERR_OK)
		err = shape->read(a, item, &r->geometry, &r->extent, e);
	return err;
}

static int
compare(double a, double b)
{
	return (a > b) - (a < b);
}

static int
by_place(const void *x, const void *y)
{
	const struct region *a = x, *b = y;
	int order = compare(a->extent.x0, b->extent.x0);

	if (order == 0)
		order = compare(a->extent.x1, b->extent.x1);
	if (order == 0)
		order = compare(a->extent.y0, b->extent.y0);
	if (order == 0)
		order = compare(a->extent.y1, b->extent.y1);
	return order != 0 ? order : (a->digest > b->digest) - (a->digest < b->digest);
}

enum err
regions_read(const struct measure *m, struct arena *a, const struct result *value,
    const struct regions **r, struct error *e)
{
	struct regions *all = arena_calloc(a, 1, sizeof(*all));
	bool kept;

	if (all == NULL ||
	    (all->list = arena_calloc(a, value->n, sizeof(all->list[0]))) == NULL)
		return error_set(e, ERR_MEMORY, "%s", err_text(ERR_MEMORY));
	for (uint32_t i = 0; i < value->n; i++) {
		struct region *region = &all->list[all->head.n];
		enum err err = read_region(m, a, &value->items[i], region, &kept, e);

		if (err != ERR_OK)
			return err;
		if (kept) {
			all->head.n++;
			all->head.digest += region->digest;
		}
	}
	qsort(all->list, all->head.n, sizeof(all->list[0]), by_place);
	*r = all;
	return ERR_OK;
}

/* The search, as both ways of doing it share it. */
struct search {
	const struct region *a, *b;
	double margin;
	bool equal_labels;
	regions_visit *visit;
	void *context;
};

static bool
same_scene(const struct scene *a, const struct scene *b)
{
	return a->item == b->item && a->page == b->page && a->channel == b->channel;
}

static enum err
consider(const struct search *s, uint32_t i, uint32_t j)
{
	const struct region *a = &s->a[i], *b = &s->b[j];
	struct extent wide = {a->extent.x0 - s->margin, a->extent.x1 + s->margin,
	    a->extent.y0 - s->margin, a->extent.y1 + s->margin};

	if (!extent_touches(&wide, &b->extent) || !same_scene(&a->scene, &b->scene) ||
	    (s->equal_labels && !labels_equal(&a->labels, &b->labels)))
		return ERR_OK;
	return s->visit(s->context, i, j);
}

/* A grid of columns x rows over the extents of b; the regions of cell k are
 * list[start[k]..start[k+1]). */
struct grid {
	double x0, y0, per_x, per_y; /* cells per unit */
	uint32_t columns, rows;
	uint32_t *start, *list;
	uint32_t *seen; /* of each region of b: the last i + 1 that met it */
};

struct window {
	uint32_t x0, x1, y0, y1; /* cells, inclusive */
};

/* Also of an infinite place, and of an infinite number of cells per unit. */
static uint32_t
cell(double v, double origin, double per_unit, uint32_t n)
{
	double c = v <= origin ? 0.0 : (v - origin) * per_unit;

	return !(c > 0.0) ? 0 : c >= (double)n - 1 ? n - 1 : (uint32_t)c;
}

static struct window
window_of(const struct grid *g, const struct extent *e, double margin)
{
	return (struct window){
	    cell(e->x0 - margin, g->x0, g->per_x, g->columns),
	    cell(e->x1 + margin, g->x0, g->per_x, g->columns),
	    cell(e->y0 - margin, g->y0, g->per_y, g->rows),
	    cell(e->y1 + margin, g->y0, g->per_y, g->rows),
	};
}

static uint32_t
cells_for(double range, double mean, uint32_t most)
{
	double n = mean > 0.0 ? range / mean : range > 0.0 ? (double)most : 1.0;

	return n < 1.0 ? 1 : n > (double)most ? most : (uint32_t)n;
}

static double
per_unit(uint32_t cells, double range)
{
	return range > 0.0 ? (double)cells / range : 0.0;
}

/* Cells about as large as the mean region, and not more than about one a region. */
static void
grid_shape(struct grid *g, const struct region *b, uint32_t n)
{
	struct extent all = b[0].extent;
	double width = 0.0, height = 0.0, rows, columns;
	uint32_t side = 1;

	for (uint32_t j = 0; j < n; j++) {
		const struct extent *e = &b[j].extent;

		width += (e->x1 - e->x0) / n;
		height += (e->y1 - e->y0) / n;
		all.x0 = e->x0 < all.x0 ? e->x0 : all.x0;
		all.x1 = e->x1 > all.x1 ? e->x1 : all.x1;
		all.y0 = e->y0 < all.y0 ? e->y0 : all.y0;
		all.y1 = e->y1 > all.y1 ? e->y1 : all.y1;
	}
	while (side * side < n && side < 4096)
		side++;
	columns = all.x1 - all.x0;
	rows = all.y1 - all.y0;
	g->columns = cells_for(columns, width, rows > 0.0 ? side : n);
	g->rows = cells_for(rows, height, columns > 0.0 ? side : n);
	g->x0 = all.x0;
	g->y0 = all.y0;
	g->per_x = per_unit(g->columns, columns);
	g->per_y = per_unit(g->rows, rows);
}

/* How many places the regions take in the grid's cells. */
static uint64_t
places(const struct grid *g, const struct region *b, uint32_t n)
{
	uint64_t sum = 0;

	for (uint32_t j = 0; j < n; j++) {
		struct window w = window_of(g, &b[j].extent, 0.0);

		sum += (uint64_t)(w.x1 - w.x0 + 1) * (w.y1 - w.y0 + 1);
	}
	return sum;
}

static bool
grid_fill(struct arena *a, struct grid *g, const struct region *b, uint32_t n, uint64_t sum)
{
	uint32_t *at;

	g->start = arena_calloc(a, (size_t)g->columns * g->rows + 2, sizeof(g->start[0]));
	g->list = arena_alloc(a, (size_t)sum * sizeof(g->list[0]));
	g->seen = arena_calloc(a, n, sizeof(g->seen[0]));
	if (g->start == NULL || g->list == NULL || g->seen == NULL)
		return false;
	at = g->start + 1;
	for (int pass = 0; pass < 2; pass++) {
		for (uint32_t j = 0; j < n; j++) {
			struct window w = window_of(g, &b[j].extent, 0.0);

			for (uint32_t y = w.y0; y <= w.y1; y++)
				for (uint32_t x = w.x0; x <= w.x1; x++) {
					size_t k = (size_t)y * g->columns + x;

					if (pass == 0)
						at[k + 1]++;
					else
						g->list[at[k]++] = j;
				}
		}
		for (size_t k = 0; pass == 0 && k < (size_t)g->columns * g->rows; k++)
			at[k + 1] += at[k];
	}
	return true;
}

static bool
grid_make(struct arena *a, struct grid *g, const struct region *b, uint32_t n)
{
	uint64_t sum;

	grid_shape(g, b, n);
	/* A few huge regions would stand in every cell: coarser cells bound the places. */
	while ((sum = places(g, b, n)) > (uint64_t)8 * n) {
		g->columns = g->columns / 2 + g->columns % 2;
		g->rows = g->rows / 2 + g->rows % 2;
		g->per_x /= 2;
		g->per_y /= 2;
	}
	return grid_fill(a, g, b, n, sum);
}

static enum err
search_cell(const struct search *s, const struct grid *g, size_t k, uint32_t i)
{
	for (uint32_t p = g->start[k]; p < g->start[k + 1]; p++) {
		uint32_t j = g->list[p];
		enum err err;

		if (g->seen[j] == i + 1)
			continue;
		g->seen[j] = i + 1;
		err = consider(s, i, j);
		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

static enum err
search_grid(const struct search *s, const struct grid *g, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		struct window w = window_of(g, &s->a[i].extent, s->margin);

		for (uint32_t y = w.y0; y <= w.y1; y++)
			for (uint32_t x = w.x0; x <= w.x1; x++) {
				enum err err =
				    search_cell(s, g, (size_t)y * g->columns + x, i);

				if (err != ERR_OK)
					return err;
			}
	}
	return ERR_OK;
}

enum err
regions_pairs(struct arena *scratch, const struct regions *a, const struct regions *b,
    double margin, bool equal_labels, regions_visit *visit, void *context)
{
	struct search s = {a->list, b->list, margin, equal_labels, visit, context};
	struct grid g;

	/* For few pairs building a grid costs more than looking at them all. */
	if ((uint64_t)a->head.n * b->head.n > 1024) {
		if (!grid_make(scratch, &g, b->list, b->head.n))
			return ERR_MEMORY;
		return search_grid(&s, &g, a->head.n);
	}
	for (uint32_t i = 0; i < a->head.n; i++)
		for (uint32_t j = 0; j < b->head.n; j++) {
			enum err err = consider(&s, i, j);

			if (err != ERR_OK)
				return err;
		}
	return ERR_OK;
}
