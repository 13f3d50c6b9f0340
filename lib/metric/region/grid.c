#include "metric/region/grid.h"

#include "metric/region/regions.h"

/* Also of an infinite place, and of an infinite number of cells per unit. */
static uint32_t
cell(double v, double origin, double per_unit, uint32_t n)
{
	double c = v <= origin ? 0.0 : (v - origin) * per_unit;

	return !(c > 0.0) ? 0 : c >= (double)n - 1 ? n - 1 : (uint32_t)c;
}

struct grid_window
grid_window(const struct grid *g, const struct extent *e)
{
	return (struct grid_window){
	    cell(e->x0, g->x0, g->per_x, g->columns),
	    cell(e->x1, g->x0, g->per_x, g->columns),
	    cell(e->y0, g->y0, g->per_y, g->rows),
	    cell(e->y1, g->y0, g->per_y, g->rows),
	};
}

static uint32_t
cells_for(double range, double mean, uint32_t most)
{
	double n = mean > 0.0 ? range / mean : range > 0.0 ? (double)most : 1.0;

	return n<1.0 ? 1 : n>(double) most ? most : (uint32_t)n;
}

static double
per_unit(uint32_t cells, double range)
{
	return range > 0.0 ? (double)cells / range : 0.0;
}

/* Cells about as large as the mean region, and not more than about one a region. */
static void
choose_shape(struct grid *g, const struct region *b, uint32_t n)
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
		struct grid_window w = grid_window(g, &b[j].extent);

		sum += (uint64_t)(w.x1 - w.x0 + 1) * (w.y1 - w.y0 + 1);
	}
	return sum;
}

static bool
fill(struct arena *a, struct grid *g, const struct region *b, uint32_t n, uint64_t sum)
{
	size_t cells = (size_t)g->columns * g->rows;
	uint32_t *start = arena_calloc(a, cells + 2, sizeof(start[0]));
	uint32_t *list = arena_alloc(a, (size_t)sum * sizeof(list[0]));
	uint32_t *at;

	if (start == NULL || list == NULL)
		return false;
	at = start + 1;
	for (int pass = 0; pass < 2; pass++) {
		for (uint32_t j = 0; j < n; j++) {
			struct grid_window w = grid_window(g, &b[j].extent);

			for (uint32_t x = w.x0; x <= w.x1; x++)
				for (uint32_t y = w.y0; y <= w.y1; y++) {
					size_t k = grid_cell(g, x, y);

					if (pass == 0)
						at[k + 1]++;
					else
						list[at[k]++] = j;
				}
		}
		for (size_t k = 0; pass == 0 && k < cells; k++)
			at[k + 1] += at[k];
	}
	g->start = start;
	g->list = list;
	return true;
}

const struct grid *
grid_make(struct arena *a, const struct region *b, uint32_t n)
{
	struct grid *g = arena_calloc(a, 1, sizeof(*g));
	uint64_t sum;

	if (g == NULL)
		return NULL;
	choose_shape(g, b, n);
	/* A few huge regions would stand in every cell: coarser cells bound the places. */
	while ((sum = places(g, b, n)) > (uint64_t)8 * n) {
		g->columns = g->columns / 2 + g->columns % 2;
		g->rows = g->rows / 2 + g->rows % 2;
		g->per_x /= 2;
		g->per_y /= 2;
	}
	return fill(a, g, b, n, sum) ? g : NULL;
}
